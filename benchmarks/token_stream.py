"""One stream of words that every engine is given, and the facet values that go with it.

Texts are split into passages by `corpus.passages` and analysed once by
`indexer.languages.analysis` without a language: surfaces only, no stems, and of a word with
several forms the first, so that a word's place is its number in the passage for all engines.

A stream is read once or several times over: the passages of the second time are the same
words again under new numbers (passage i of time k is k * n + i) and facet values of their
own. Document frequencies and hits then grow with the number of passages while the
vocabulary stays, which is the harder half of growth for an engine that scores.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from corpus.passages import split
from indexer.concepts import first_forms
from indexer.languages.analysis import analyse

FACET_SIZES: Final = {"kind": 21, "country": 79, "lang": 18}
"""Values of each facet, as many as the bundled catalogue has."""

SEED: Final = 7
_MOST_TIMES: Final = 4


class Stream:
    """A stream written to a folder: `words.txt` has a passage a line, words parted by spaces."""

    def __init__(self, folder: Path, times: int = 1) -> None:
        self._file = folder / "words.txt"
        self._codes = folder / "codes.npz"
        self.passages: int = msgspec.json.decode((folder / "passages.json").read_bytes())
        self.times = times

    def __len__(self) -> int:
        return self.passages * self.times

    def __iter__(self) -> Iterator[list[str]]:
        for _ in range(self.times):
            with self._file.open(encoding="utf-8") as file:
                for line in file:
                    yield line.split()

    def codes(self) -> dict[str, npt.NDArray[np.int64]]:
        """The number of each passage's value of each facet, from 0."""
        with np.load(self._codes) as codes:
            return {facet: codes[facet][: len(self)] for facet in FACET_SIZES}


def value_name(facet: str, code: int) -> str:
    """The text of a facet value."""
    return f"{facet}-{code:02d}"


def write_stream(texts: Path, folder: Path, most: int | None) -> Stream:
    """Split and analyse the texts of `docs.jsonl.gz`; `most` passages, spread over all texts.

    Facet values are drawn with a fixed seed, the n-th with a chance in proportion to 1 / n:
    a few hold most passages, as they do in the catalogue.
    """
    lines = []
    with gzip.open(texts / "docs.jsonl.gz") as file:
        for row in file:
            for passage in split(msgspec.json.decode(row)["text"]):
                words = [token.surface for token in first_forms(analyse(passage.text, None))]
                if words:
                    lines.append(" ".join(words))
    if most is not None and most < len(lines):
        chosen = np.random.default_rng(SEED).choice(len(lines), most, replace=False)
        lines = [lines[i] for i in sorted(chosen)]
    folder.mkdir(parents=True)
    (folder / "words.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (folder / "passages.json").write_bytes(msgspec.json.encode(len(lines)))
    random = np.random.default_rng(SEED)
    codes = {}
    for facet, size in FACET_SIZES.items():
        chances = 1 / np.arange(1, size + 1)
        codes[facet] = random.choice(size, len(lines) * _MOST_TIMES, p=chances / chances.sum())
    np.savez(folder / "codes.npz", allow_pickle=False, **codes)
    return Stream(folder)
