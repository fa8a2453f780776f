"""How well and how fast web pages are read: `python -m benchmarks.extraction_html`.

The pages and what must stand in their text are kept beside the project
(`../shared/data/extract`). Segments: one counts as found if, with all white space removed, it is
contained in the text; precision is wanted found among all found, recall wanted found among all
wanted. Whole texts: overlap of word 4-shingles, precision and recall averaged over pages, F1 of
the averages.
Time: each page is read by both readers before the next one, the faster of `--rounds` kept.
"""

from __future__ import annotations

import argparse
import gzip
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.reporting import machine, print_machine, print_table, tell, write_json

DEFAULT_SET: Final = Path(__file__).resolve().parents[2] / "shared" / "data" / "extract"

_SPACE: Final = re.compile(r"\s+")

Reader = Callable[[bytes], str]


class Page(msgspec.Struct, frozen=True, rename={"wanted": "with", "unwanted": "without"}):
    """A page of the gold: segments that must and must not be in its text, or the whole text."""

    file: str
    url: str
    language: str
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    text: str = ""

    @property
    def half(self) -> int:
        """0 or 1, by a digest of the file's name: the half of the set it belongs to."""
        return sha256(self.file.encode()).digest()[0] & 1


class Score(msgspec.Struct, frozen=True):
    """Precision, recall and F1, 0 to 1."""

    precision: float
    recall: float
    f1: float


def read_gold(folder: Path) -> list[Page]:
    """The gold's pages in their order."""
    lines = (folder / "gold.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Page) for line in lines if line]


def page_bytes(folder: Path, page: Page) -> bytes:
    """A page as it was stored."""
    return gzip.decompress((folder / "pages" / page.file).read_bytes())


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def segment_score(pages: Sequence[Page], texts: Sequence[str]) -> Score:
    """The measure over segments, of the pages that have them."""
    wanted = found = false = 0
    for page, text in zip(pages, texts, strict=True):
        bare = _bare(text)
        wanted += len(page.wanted)
        found += sum(_bare(segment) in bare for segment in page.wanted)
        false += sum(_bare(segment) in bare for segment in page.unwanted)
    precision = found / max(found + false, 1)
    recall = found / max(wanted, 1)
    return Score(precision, recall, _f1(precision, recall))


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))


def whole_text_score(pages: Sequence[Page], texts: Sequence[str]) -> Score:
    """The measure over whole texts, of the pages that have one: the mean over pages."""
    scores = []
    for page, text in zip(pages, texts, strict=True):
        if not page.text:
            continue
        gold, ours = _shingles(page.text), _shingles(text)
        common = (gold & ours).total()
        scores.append((common / ours.total(), common / gold.total()))
    precision, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    return Score(precision, recall, _f1(precision, recall))


def read_ours(page: bytes) -> str:
    """The text as cityrights reads it; empty where it refuses."""
    from crawlers.extract.document import Refusal
    from crawlers.extract.html import read_html

    try:
        return read_html(page).text
    except Refusal as refusal:
        tell(f"refused: {refusal}")
        return ""


def read_trafilatura(page: bytes) -> str:
    """The text trafilatura gives with its plain settings."""
    import trafilatura

    return trafilatura.extract(page) or ""


READERS: Final[dict[str, Reader]] = {"cityrights": read_ours, "trafilatura": read_trafilatura}


def timed(
    readers: dict[str, Reader], pages: Iterable[bytes], rounds: int
) -> dict[str, list[tuple[str, float]]]:
    """Text and least seconds of each reader on each page, the readers taking turns."""
    results: dict[str, list[tuple[str, float]]] = {name: [] for name in readers}
    for page in pages:
        best = dict.fromkeys(readers, float("inf"))
        text = dict.fromkeys(readers, "")
        for turn in range(rounds):
            names = list(readers) if turn % 2 == 0 else list(readers)[::-1]
            for name in names:
                began = time.perf_counter()
                text[name] = readers[name](page)
                best[name] = min(best[name], time.perf_counter() - began)
        for name in readers:
            results[name].append((text[name], best[name]))
    return results


def measure(folder: Path, rounds: int) -> dict[str, Any]:
    """All figures of the set."""
    pages = read_gold(folder)
    contents = [page_bytes(folder, page) for page in pages]
    for read in READERS.values():
        read(contents[0])
    tell(f"reading {len(pages)} pages, {rounds} times with each reader")
    results = timed(READERS, contents, rounds)
    figures: dict[str, Any] = {}
    for name, read_pages in results.items():
        texts = [text for text, _ in read_pages]
        seconds = [spent for _, spent in read_pages]
        halves = [
            (
                [page for page in pages if page.half == half],
                [text for page, text in zip(pages, texts, strict=True) if page.half == half],
            )
            for half in (0, 1)
        ]
        figures[name] = {
            "segments": segment_score(pages, texts),
            "whole": whole_text_score(pages, texts),
            "segments F1 of halves": [segment_score(*half).f1 for half in halves],
            "whole F1 of halves": [whole_text_score(*half).f1 for half in halves],
            "empty": sum(not text.strip() for text in texts),
            "seconds": sum(seconds),
            "slowest": max(seconds),
        }
    return figures


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path, default=DEFAULT_SET, help="folder of the gold")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    facts = machine("trafilatura", "beautifulsoup4", "lxml")
    print_machine(facts)
    figures = measure(arguments.set, arguments.rounds)
    print_table(
        "Main text of web pages",
        ["reader", "segments P", "R", "F1", "halves F1", "whole P", "R", "F1", "halves F1", "none"],
        [
            (
                name,
                *msgspec.structs.astuple(found["segments"]),
                " ".join(f"{f1:.3f}" for f1 in found["segments F1 of halves"]),
                *msgspec.structs.astuple(found["whole"]),
                " ".join(f"{f1:.3f}" for f1 in found["whole F1 of halves"]),
                found["empty"],
            )
            for name, found in figures.items()
        ],
    )
    base = figures["trafilatura"]["seconds"]
    print_table(
        "Seconds",
        ["reader", "all pages", "slowest page", "times trafilatura"],
        [
            (name, found["seconds"], found["slowest"], found["seconds"] / base)
            for name, found in figures.items()
        ],
    )
    write_json(arguments.json, {"machine": facts, **figures})


if __name__ == "__main__":
    main()
