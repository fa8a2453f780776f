"""An index of a few bundled records, of which one has documents that were read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from corpus.addresses import address_key
from corpus.catalogue import load_bundled
from corpus.documents import Document, Section, Version, document_id, text_digest
from indexer.build import build_generation
from indexer.embedded import EmbeddedEngine
from indexer.engine import Status
from indexer.snapshot import open_snapshot

ID: Final = "amsterdam-algorithm-register"
SOURCE: Final = "https://algoritmeregister.amsterdam.nl"
OPEN: Final = document_id(address_key(SOURCE))
CLOSED: Final = document_id("file:/srv/intranet/secret-folder/nota.pdf")
RIGHT_TO_LEFT: Final = document_id("file:/srv/intranet/rtl.odt")
WITHDRAWN: Final = "0123456789abcdef"

HOSTILE: Final = "<script>alert(1)</script>\u202e\"'><img src=x onerror=alert(2)>"

FIRST: Final = (
    ("Doel", 1, "Het register toont welke algoritmen de gemeente gebruikt."),
    ("Toezicht", 1, "De gemeenteraad controleert het register elk jaar.\n\n- eerst\n- daarna"),
    ("Kosten", 2, "Jaar | Euro\n2020 | 10\n2021 | 20"),
)
SECOND: Final = (
    ("Doel", 1, "Het register toont alle algoritmen die de gemeente gebruikt."),
    ("Toezicht", 1, "De gemeenteraad controleert het register elk jaar.\n\n- eerst\n- daarna"),
    (HOSTILE, 2, f"Een kwokka op bezoek. {HOSTILE}"),
    ("Kosten", 2, "Jaar | Euro\n2020 | 10\n2021 | 20"),
)


def version(parts: tuple[tuple[str, int, str], ...], number: int = 1, **more: object) -> Version:
    """A text of headings with what stands under each; a page of a PDF for each of them."""
    text, sections, pages = "", [], []
    for heading, level, words in parts:
        start = len(text)
        text += f"{heading}\n\n{words}\n\n"
        sections.append(Section(heading, level, start, len(text)))
        pages.append(start)
    found = Version(
        number=number,
        first_seen=f"2025-0{number}-01",
        last_seen=f"2025-0{number}-20",
        sha256_bytes=f"{number:064x}",
        sha256_text=text_digest(text),
        extractor="stand-in 1",
        language="nl",
        sections=tuple(sections),
        pages=tuple(pages),
        text=text,
    )
    return replace(found, **more)


def documents() -> list[Document]:
    """One that is open with two versions, one that is closed and gone, one right to left."""
    versions = (version(FIRST), version(SECOND, 2, title="Verordening algoritmeregister"))
    common = {"name": "nota.pdf", "media_type": "application/pdf", "initiative": ID}
    return [
        Document(
            id=OPEN,
            key=address_key(SOURCE),
            url=SOURCE,
            licence="CC BY 4.0",
            publisher="Gemeente Amsterdam",
            attached="address",
            versions=versions,
            **common,
        ),
        Document(
            id=CLOSED,
            key="file:/srv/intranet/secret-folder/nota.pdf",
            licence="all rights reserved",
            attached="proposed",
            reasons=("Both are of Amsterdam.", "Both speak of an algorithm register."),
            gone=("2026-01-02", "2026-01-09"),
            versions=versions,
            **common,
        ),
        Document(
            id=RIGHT_TO_LEFT,
            key="file:/srv/intranet/rtl.odt",
            licence="CC0",
            attached="confirmed",
            versions=(version((("סעיף", 1, "טקסט על מצלמות"),), language="he", pages=()),),
            **{
                **common,
                "name": "rtl.odt",
                "media_type": "application/vnd.oasis.opendocument.text",
            },
        ),
    ]


def make_engine(folder: Path, most: int = 12) -> EmbeddedEngine:
    """The engine over an index of the record with documents and a few others."""
    corpus = load_bundled()
    kept = [one for one in corpus.initiatives if one.id == ID]
    kept += [one for one in corpus.initiatives if one.id != ID][:most]
    corpus = replace(corpus, initiatives=tuple(kept), withdrawn={WITHDRAWN: "asked"})
    of = {ID: documents()}
    seen = {one.key: one.newest.last_seen for one in documents()}
    built = build_generation(corpus, folder, (), lambda one: of.get(one.id, ()), seen=seen)
    status = Status("documented", "2026-01-01T00:00:00Z", built.counts, built.versions)
    return EmbeddedEngine(open_snapshot(folder), status)


def encoded(engine: EmbeddedEngine) -> bytes:
    """All that an engine tells of its documents."""
    return msgspec.json.encode(engine.documents(ID))
