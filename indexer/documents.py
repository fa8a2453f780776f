"""Documents of a generation: what is known of each, its texts, and which passages are its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np

from corpus.addresses import address_key
from corpus.changes import last_change
from corpus.documents import Document, Version
from corpus.model import Initiative, Passage
from corpus.passages import split_document
from indexer import arrays
from indexer.blobs import BlobReader, BlobWriter
from indexer.engine import IndexedDocument

PDF: Final = "application/pdf"


class Span(NamedTuple):
    """The passages [first, end) of an initiative that are a document's."""

    first: int
    end: int


def with_passages(
    initiative: Initiative, documents: Sequence[Document]
) -> tuple[Initiative, list[Span]]:
    """An initiative with the passages of its documents after its own, and whose is which."""
    passages = list(initiative.passages)
    spans = []
    for document in documents:
        own = _passages(document, initiative)
        spans.append(Span(len(passages), len(passages) + len(own)))
        passages += own
    return msgspec.structs.replace(initiative, passages=tuple(passages)), spans


def with_days_seen(initiative: Initiative, seen: Mapping[str, str]) -> Initiative:
    """An initiative whose sources have the day a document there was last seen, whoever it
    belongs to; `seen` is that day by `address_key`."""
    sources = tuple(
        msgspec.structs.replace(
            source, seen=max(seen.get(address_key(source.url), ""), source.seen or "") or None
        )
        for source in initiative.sources
    )
    return msgspec.structs.replace(initiative, sources=sources)


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


def _day_number(day: str) -> int:
    """A day (ISO 8601) as a number that rises with it: 20261128."""
    return int(day[:10].replace("-", ""))


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
        self._changed: list[int] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, owner: int, initiative: str, document: Document, span: Span) -> IndexedDocument:
        """Add a document of an initiative by its number and id; what the index tells of it."""
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
        known = {name: getattr(document, name) for name in Document.__struct_fields__}
        # The key may be a path of the operator's disk, which is nobody else's business.
        known |= {"key": "", "initiative": initiative, "versions": bare}
        head = IndexedDocument(**known, change=last_change(document.versions))
        self._heads.add(msgspec.json.encode(head))
        self._changed.append(_day_number(head.change.day) if head.change is not None else 0)
        return head

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
                "changed": np.array(self._changed, np.int32),
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
        self._changed = arrays.load(folder, "changed")
        self._decoder = msgspec.json.Decoder(IndexedDocument)
        self._version_decoder = msgspec.json.Decoder(Version)
        self._head = lru_cache(maxsize=keep)(self._read_head)

    def __len__(self) -> int:
        return len(self._numbers)

    def count(self, owner: int) -> int:
        """How many documents an initiative has, by its number."""
        begin, end = self._of(owner)
        return end - begin

    def of(self, owner: int, first: int, most: int) -> tuple[IndexedDocument, ...]:
        """The documents of an initiative from the one at `first` on, their texts left out."""
        begin, end = self._of(owner)
        chosen = range(min(end, begin + first), min(end, begin + first + most))
        return tuple(self._head(number) for number in chosen)

    def changed(self, owner: int, most: int) -> tuple[IndexedDocument, ...]:
        """Those of an initiative whose text was seen to change, the last change first."""
        begin, end = self._of(owner)
        days = self._changed[begin:end]
        newest = np.argsort(-days, kind="stable")[:most]
        return tuple(self._head(begin + int(place)) for place in newest if days[place])

    def _of(self, owner: int) -> tuple[int, int]:
        begin, end = np.searchsorted(self._owners, [owner, owner + 1]).tolist()
        return begin, end

    def find(self, id: str) -> IndexedDocument | None:
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
                # Of days only those beside the texts are kept up to date (`indexer.redating`).
                return msgspec.structs.replace(
                    self._version_decoder.decode(piece), last_seen=one.last_seen
                )
        return None

    def place(self, id: str) -> tuple[int, Span] | None:
        """The number of a document's initiative and the passages there that are its own."""
        number = self._numbers.get(id)
        if number is None:
            return None
        return int(self._owners[number]), Span(*self._spans[number].tolist())

    def _read_head(self, number: int) -> IndexedDocument:
        return self._decoder.decode(self._heads.read(number))
