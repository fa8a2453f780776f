"""The labelled set of relevance: which texts and pages are about the subject, and their words.

`tests/relevance_set/labels.tsv` says which and why; the texts stand in `../shared/data`.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from corpus.pages import ReadText

LABELS: Final = Path(__file__).resolve().parents[1] / "tests" / "relevance_set" / "labels.tsv"
SHARED: Final = Path(__file__).resolve().parents[2] / "shared"

Part = Literal["calibration", "held out"]

GROUPS: Final = {
    "English": ("en",),
    "Romance": ("ca", "es", "fr", "it", "pt", "ro"),
    "Germanic": ("af", "da", "de", "nb", "nl", "no", "sv"),
}
OTHERS: Final = "others"


class Labelled(NamedTuple):
    """A text or page by its id, whether it is about the subject, and why in a few words."""

    id: str
    language: str
    relevant: bool
    drawing: int
    why: str

    @property
    def part(self) -> Part:
        """What it is for."""
        return "calibration" if self.drawing == 1 else "held out"

    @property
    def group(self) -> str:
        """The family of its language."""
        return next((name for name, own in GROUPS.items() if self.language in own), OTHERS)


def read_labels(path: Path = LABELS) -> list[Labelled]:
    """All rows, in the order of the file."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    rows = [line.split("\t") for line in lines[1:]]
    return [
        Labelled(id, language, relevant == "1", int(drawing), why)
        for id, language, relevant, drawing, why in rows
    ]


def read_texts(labelled: Sequence[Labelled], shared: Path = SHARED) -> dict[str, ReadText]:
    """The texts by id; pages are read as the crawl reads them."""
    wanted = {one.id for one in labelled}
    return dict(_texts(wanted, shared / "data" / "texts" / "docs.jsonl.gz")) | dict(
        _pages(wanted, shared / "data" / "extract" / "pages")
    )


class _Row(msgspec.Struct):
    id: str
    title: str
    text: str
    language: str


def _texts(wanted: set[str], path: Path) -> Iterator[tuple[str, ReadText]]:
    with gzip.open(path) as file:
        for line in file:
            row = msgspec.json.decode(line, type=_Row)
            if row.id in wanted:
                yield row.id, ReadText(row.title, row.text, row.language)


def _pages(wanted: set[str], folder: Path) -> Iterator[tuple[str, ReadText]]:
    from crawlers.extract.reading import read

    for path in sorted(folder.glob("*.html.gz")):
        id = path.name.partition(".")[0]
        if id in wanted:
            page = read(gzip.decompress(path.read_bytes()), media_type="text/html")
            headings = tuple(section.heading for section in page.sections if section.heading)
            yield id, ReadText(page.title or "", page.text, page.language, headings)
