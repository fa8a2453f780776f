"""Documents of a generation: what is known of each, its texts, and which passages are its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np

from corpus.addresses import address_key
from corpus.documents import Document, Version
from corpus.model import Initiative, Passage
from corpus.passages import split_document
from indexer import arrays
from indexer.blobs import BlobReader, BlobWriter

PDF: Final = "application/pdf"


class Span(NamedTuple):
    """The passages [first, end) of an initiative that are a document's."""

    first: int
    end: int


def with_passages(
    initiative: Initiative, documents: Sequence[Document]
) -> tuple[Initiative, list[Span]]:
    """An initiative with the passages of its documents after its own, and whose is which; its
    sources have the day the document there was last seen."""
    passages = list(initiative.passages)
    spans = []
    for document in documents:
        own = _passages(document, initiative)
        spans.append(Span(len(passages), len(passages) + len(own)))
        passages += own
    seen = {document.key: document.newest.last_seen for document in documents}
    sources = tuple(
        msgspec.structs.replace(source, seen=seen.get(address_key(source.url), source.seen))
        for source in initiative.sources
    )
    return msgspec.structs.replace(initiative, passages=tuple(passages), sources=sources), spans


def _passages(document: Document, initiative: Initiative) -> tuple[Passage, ...]:
    text = document.newest
    found = split_document(
        text.text,
        text.sections,
        text.pages if document.media_type == PDF else (),
        text.language or initiative.language,
        document.url,
        document.id,
    )
    if initiative.provisional or text.title is None:
        return found
    # A record made of the document has its title; elsewhere it stands over what has no heading.
    return tuple(
        passage if passage.heading else msgspec.structs.replace(passage, heading=text.title)
        for passage in found
    )


class DocumentWriter:
    """Takes documents in the order of their initiatives' numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._heads = BlobWriter(folder, "heads")
        self._texts = BlobWriter(folder, "texts")
        self._ids: list[str] = []
        self._owners: list[int] = []
        self._spans: list[Span] = []
        self._first_texts: list[int] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, owner: int, initiative: str, document: Document, span: Span) -> None:
        """Add a document of an initiative by its number and id."""
        self._ids.append(document.id)
        self._owners.append(owner)
        self._spans.append(span)
        self._first_texts.append(len(self._texts))
        for version in document.versions:
            self._texts.add(msgspec.json.encode(version))
        bare = tuple(
            msgspec.structs.replace(version, text="", sections=(), pages=())
            for version in document.versions
        )
        # The key may be a path of the operator's disk, which is nobody else's business.
        head = msgspec.structs.replace(document, key="", initiative=initiative, versions=bare)
        self._heads.add(msgspec.json.encode(head))

    def finish(self) -> None:
        """Close the files and write ids and numbers."""
        self._heads.finish()
        self._texts.finish()
        (self._folder / "ids.txt").write_text("\n".join(self._ids), encoding="utf-8")
        arrays.save(
            self._folder,
            {
                "owners": np.array(self._owners, np.int32),
                "spans": np.array(self._spans, np.int32).reshape(-1, 2),
                "first_texts": np.array(self._first_texts, np.int64),
            },
        )


class DocumentReader:
    """The documents of a generation; texts are read when they are asked for."""

    def __init__(self, folder: Path, *, keep: int = 1024) -> None:
        text = (folder / "ids.txt").read_text(encoding="utf-8")
        self._numbers = {id: number for number, id in enumerate(text.split("\n") if text else ())}
        self._heads = BlobReader(folder, "heads")
        self._texts = BlobReader(folder, "texts")
        self._owners = arrays.load(folder, "owners")
        self._spans = arrays.load(folder, "spans")
        self._first_texts = arrays.load(folder, "first_texts")
        self._decoder = msgspec.json.Decoder(Document)
        self._version_decoder = msgspec.json.Decoder(Version)
        self._head = lru_cache(maxsize=keep)(self._read_head)

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, owner: int) -> tuple[Document, ...]:
        """The documents of an initiative by its number, their texts left out."""
        begin, end = np.searchsorted(self._owners, [owner, owner + 1]).tolist()
        return tuple(self._head(number) for number in range(begin, end))

    def find(self, id: str) -> Document | None:
        """A document by its id, its texts left out."""
        number = self._numbers.get(id)
        return None if number is None else self._head(number)

    def text(self, id: str, version: int) -> Version | None:
        """A version whole, None where there is no such one."""
        number = self._numbers.get(id)
        if number is None:
            return None
        for place, one in enumerate(self._head(number).versions):
            if one.number == version:
                piece = self._texts.read(int(self._first_texts[number]) + place)
                return self._version_decoder.decode(piece)
        return None

    def place(self, id: str) -> tuple[int, Span] | None:
        """The number of a document's initiative and the passages there that are its own."""
        number = self._numbers.get(id)
        if number is None:
            return None
        return int(self._owners[number]), Span(*self._spans[number].tolist())

    def _read_head(self, number: int) -> Document:
        return self._decoder.decode(self._heads.read(number))
