"""The index as arrays: postings, positions, field norms. Pure values, no input or output.

Every word of every unit has one place in a single line of positions that runs through the
whole index: units one after the other, in each unit its fields in the order of
`weights.FIELDS`, values and fields parted by gaps. A term's positions, sorted, therefore say
in which unit and field it stands, and a phrase is an intersection of shifted positions.

Terms are of three kinds: surfaces (`register`), stems with their group (`~nl~register`), and
concepts (`#algorithm-register`).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from indexer.weights import FIELD_GAP, FIELDS, VALUE_GAP, Weights

PLAIN: Final = "x"
"""The group of languages without a stemmer."""

COMPOUNDING: Final = ("da", "de", "fi", "nl", "no", "sv")
"""Groups, rising, whose languages write compounds as one word, where looking inside them was
measured to pay (`docs/analysis.md`)."""

X_NONE: Final = 0
X_ALL: Final = 1
X_SOME: Final = 2

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Positions = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float32]

T = TypeVar("T", bound=np.generic)

N_FIELDS: Final = len(FIELDS)
_AT_ONCE: Final = 1 << 20
"""Positions looked up in one step: numpy's answer takes twice the memory of ours."""
MOST_POSITIONS: Final = 2**32 - 2**20


def stem_term(group: str, stem: str) -> str:
    """The term a stem is indexed under."""
    return f"~{group}~{stem}"


def concept_term(id: str) -> str:
    """The term a concept is indexed under."""
    return f"#{id}"


class AnalysedValue(NamedTuple):
    """The words of one field value; `positions` count from 0 and never fall.

    `stems` are stem terms, aligned with `surfaces`; None in the plain group.
    `concepts` are (concept term, position).
    """

    surfaces: Sequence[str]
    positions: Sequence[int]
    stems: Sequence[str] | None
    concepts: Sequence[tuple[str, int]] = ()


class Vocabulary(list[str]):
    """Terms sorted by code point, found by prefix with a bisection and whole by a look-up,
    which reads a term or two where a bisection reads twenty."""

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each term."""
        return {term: number for number, term in enumerate(self)}


class Columns(NamedTuple):
    """T terms, P postings, N units, I initiatives, F fields.

    `terms` sorted by code point; `start`, `end` (T,) slices of `units` and `freqs` (P,), whose
    unit numbers rise within a term; `pstart`, `pend` (T,) slices of `positions`. `freqs` are
    the weighted frequencies of BM25F. `plain` (T,) says whether a surface stands in texts
    without stemmer: never, always, sometimes (then its `~x~` term has those places alone).
    `heads` are the stem terms of languages that write compounds as one word, by group and then
    by their letters from the last to the first, so that those with one end stand together.
    `form_start` (T + 1,) and `forms` list the surfaces of each stem term. `bases` (N * F + 1,)
    is where each field begins in the line of positions, `norms` (N, F) its norm. `owner` (N,)
    is the initiative of a unit, `first` (I + 1,) the first unit of an initiative.
    """

    terms: Vocabulary
    start: Longs
    end: Longs
    units: Ints
    freqs: Floats
    pstart: Longs
    pend: Longs
    positions: Positions
    plain: npt.NDArray[np.uint8]
    form_start: Longs
    forms: Ints
    heads: Ints
    bases: Positions
    norms: Floats
    owner: Ints
    first: Ints

    def number(self, term: str) -> int:
        """The number of a term, -1 if it is not in the index."""
        return self.terms.numbers.get(term, -1)

    def prefix_range(self, prefix: str) -> tuple[int, int]:
        """The half-open range of terms that begin with `prefix`."""
        low = bisect_left(self.terms, prefix)
        high = bisect_left(self.terms, prefix + "\U0010ffff", lo=low)
        return low, high

    def compounds(self, group: str, stem: str, rest: int) -> list[int]:
        """Stem terms of a group that end or begin with a stem and have at least `rest` letters
        more; none where the group writes no compounds as one word."""
        if group not in COMPOUNDING:
            return []
        term = stem_term(group, stem)
        longer = len(term) + rest
        low, high = self.prefix_range(term)
        found = [number for number in range(low, high) if len(self.terms[number]) >= longer]

        def key(number: int) -> tuple[str, str]:
            text = self.terms[number]
            return text[1:3], text[:3:-1]

        end = (group, stem[::-1])
        at = bisect_left(self.heads, end, key=key)
        while at < len(self.heads):
            text = self.terms[int(self.heads[at])]
            if not (text.endswith(stem) and text.startswith(term[: -len(stem)])):
                break
            if len(text) >= longer:
                found.append(int(self.heads[at]))
            at += 1
        return found

    def places(self, term: int) -> Positions:
        """All positions of a term, rising."""
        return self.positions[self.pstart[term] : self.pend[term]]

    def unit_span(self, unit: int) -> tuple[int, int]:
        """The half-open span of positions of a unit."""
        return int(self.bases[unit * N_FIELDS]), int(self.bases[(unit + 1) * N_FIELDS])


class ColumnBuilder:
    """Takes units in order of their initiatives and gives `Columns`."""

    def __init__(self) -> None:
        self._ids = _Numbering()
        self._terms = array("I")
        self._positions = array("I")
        self._plain = array("B")
        self._bases = array("I")
        self._lengths = array("I")
        self._owner = array("i")
        self._next = 0
        self._stem_of: set[tuple[int, int]] = set()

    def add(self, owner: int, fields: Sequence[Sequence[AnalysedValue]]) -> None:
        """Add a unit; `fields` in the order of `weights.FIELDS`.

        Raises OverflowError beyond four thousand million positions.
        """
        self._owner.append(owner)
        number = self._ids.__getitem__
        at = self._next
        for values in fields:
            self._bases.append(at)
            words = 0
            for value in values:
                surfaces = list(map(number, value.surfaces))
                places = [at + p for p in value.positions]
                self._terms.extend(surfaces)
                self._positions.extend(places)
                if value.stems is None:
                    self._plain.extend(b"\x01" * len(surfaces))
                else:
                    self._plain.extend(b"\x00" * len(surfaces))
                    stems = list(map(number, value.stems))
                    self._terms.extend(stems)
                    self._positions.extend(places)
                    self._plain.extend(b"\x00" * len(stems))
                    self._stem_of.update(zip(stems, surfaces, strict=True))
                for term, position in value.concepts:
                    self._terms.append(number(term))
                    self._positions.append(at + position)
                    self._plain.append(0)
                words += len(surfaces)
                at += _extent(value) + VALUE_GAP
            if values:
                at += FIELD_GAP
            self._lengths.append(words)
        if at > MOST_POSITIONS:
            raise OverflowError("the texts have more words than one index can number")
        self._next = at

    @property
    def initiatives(self) -> int:
        """How many initiatives were added."""
        return self._owner[-1] + 1 if self._owner else 0

    def finish(self, weights: Weights) -> Columns:
        """Sort what was added, and forget it. Memory: about 30 bytes a word at the peak."""
        self._bases.append(self._next)
        vocabulary = sorted(self._ids)
        rank = np.empty(len(vocabulary), np.uint32)
        old = np.fromiter((self._ids[t] for t in vocabulary), np.int64, len(vocabulary))
        rank[old] = np.arange(len(vocabulary), dtype=np.uint32)

        terms = rank[_taken(self._terms, np.uint32)]
        positions, plain = _taken(self._positions, np.uint32), _taken(self._plain, np.uint8)
        self._terms, self._positions, self._plain = array("I"), array("I"), array("B")
        # Each term's places were added in rising order, and stay so.
        order, terms = _by_term(terms)
        positions, plain = positions[order], plain[order]
        del order
        vocabulary, terms, positions, kinds = _plain_terms(vocabulary, terms, positions, plain)

        bases = np.array(self._bases, np.uint32)
        norms = field_norms(np.array(self._lengths, np.uint32).reshape(-1, N_FIELDS), weights)
        owner = np.array(self._owner, np.int32)
        # Numbers of the terms' own type: of another, all terms would be copied to compare them.
        numbers = np.arange(len(vocabulary), dtype=terms.dtype)
        pstart = np.searchsorted(terms, numbers).astype(np.int64)
        pend = np.searchsorted(terms, numbers, side="right").astype(np.int64)
        units, freqs, start, end = postings(terms, positions, bases, norms, len(vocabulary))
        form_start, forms = self._form_table(vocabulary, rank, kinds)
        return Columns(
            Vocabulary(vocabulary),
            start,
            end,
            units,
            freqs,
            pstart,
            pend,
            positions,
            kinds,
            form_start,
            forms,
            _heads(vocabulary),
            bases,
            norms,
            owner,
            np.searchsorted(owner, np.arange(self.initiatives + 1)).astype(np.int32),
        )

    def _form_table(
        self, vocabulary: list[str], rank: npt.NDArray[np.uint32], kinds: npt.NDArray[np.uint8]
    ) -> tuple[Longs, Ints]:
        """Surfaces of each stem term, as slices of one array.

        `_plain_terms` may have added terms; numbers are shifted by what stands before them.
        """
        old_terms = sorted(self._ids)
        shift = {t: i for i, t in enumerate(vocabulary)}
        moved = np.fromiter((shift[t] for t in old_terms), np.int64, len(old_terms))
        pairs = np.array(sorted(self._stem_of), np.int64).reshape(-1, 2)
        stems, surfaces = moved[rank[pairs[:, 0]]], moved[rank[pairs[:, 1]]]
        order = np.lexsort((surfaces, stems))
        starts = np.searchsorted(stems[order], np.arange(len(vocabulary) + 1))
        return starts.astype(np.int64), surfaces[order].astype(np.int32)


def _taken(values: array[int], kind: type[T]) -> npt.NDArray[T]:
    """The values as an array over the same memory."""
    return np.frombuffer(values, kind) if values else np.empty(0, kind)


class _Numbering(dict[str, int]):
    """Numbers each new key in order of arrival."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


def _heads(vocabulary: Sequence[str]) -> Ints:
    """See `Columns.heads`."""
    numbers: list[int] = []
    for group in COMPOUNDING:
        prefix = stem_term(group, "")
        low = bisect_left(vocabulary, prefix)
        high = bisect_left(vocabulary, prefix + "\U0010ffff", lo=low)
        numbers += sorted(range(low, high), key=lambda number: vocabulary[number][:3:-1])
    return np.array(numbers, np.int32)


def _extent(value: AnalysedValue) -> int:
    last = value.positions[-1] + 1 if value.positions else 0
    return max([last, *(position + 1 for _, position in value.concepts)])


def _plain_terms(
    vocabulary: list[str],
    terms: npt.NDArray[np.uint32],
    positions: Positions,
    plain: npt.NDArray[np.uint8],
) -> tuple[list[str], npt.NDArray[np.uint32], Positions, npt.NDArray[np.uint8]]:
    """Add a `~x~` term for each surface that stands in texts with and without stemmer."""
    total = np.bincount(terms, minlength=len(vocabulary))
    in_plain = np.bincount(terms[plain == 1], minlength=len(vocabulary))
    kinds = np.where(in_plain == 0, X_NONE, np.where(in_plain == total, X_ALL, X_SOME))
    kinds = kinds.astype(np.uint8)
    mixed = np.flatnonzero(kinds == X_SOME)
    if not len(mixed):
        return vocabulary, terms, positions, kinds
    extra = [stem_term(PLAIN, vocabulary[t]) for t in mixed]
    merged = sorted([*vocabulary, *extra])
    place = {t: i for i, t in enumerate(merged)}
    moved = np.fromiter((place[t] for t in vocabulary), np.uint32, len(vocabulary))
    moved_extra = np.zeros(len(vocabulary), np.uint32)
    moved_extra[mixed] = np.fromiter((place[t] for t in extra), np.uint32, len(extra))
    chosen = np.isin(terms, mixed) & (plain == 1)
    all_terms = np.concatenate([moved[terms], moved_extra[terms[chosen]]])
    all_positions = np.concatenate([positions, positions[chosen]])
    del terms, positions, chosen
    order, all_terms = _by_term(all_terms)
    new_kinds = np.zeros(len(merged), np.uint8)
    new_kinds[moved] = kinds
    return merged, all_terms, all_positions[order], new_kinds


def _by_term(terms: npt.NDArray[np.uint32]) -> tuple[Positions, npt.NDArray[np.uint32]]:
    """The stable order of (N,) terms, and the terms in that order; N is below 2**32.

    Term and place are sorted as one number where it stands, in half the memory of `argsort`.
    """
    keys = terms.astype("<u8")
    keys <<= np.uint64(32)
    np.bitwise_or(keys, np.arange(len(keys), dtype=np.uint32), out=keys)
    keys.sort()
    halves = keys.view("<u4").reshape(-1, 2)
    return halves[:, 0].astype(np.uint32), halves[:, 1].astype(np.uint32)


def field_norms(lengths: npt.NDArray[np.uint32], weights: Weights) -> Floats:
    """(N, F) lengths in words -> (N, F) norms of BM25F; 0 where a field is empty of words
    counts as a field of mean length, for the concepts that may stand in it."""
    norms = np.empty(lengths.shape, np.float64)
    for f, field in enumerate(weights.fields):
        column = lengths[:, f].astype(np.float64)
        filled = column[column > 0]
        mean = filled.mean() if len(filled) else 1.0
        ratio = np.where(column > 0, column / mean, 1.0)
        norms[:, f] = field.weight / (1 - field.b + field.b * ratio)
    return norms.astype(np.float32)


def postings(
    terms: npt.NDArray[np.uint32],
    positions: Positions,
    bases: Positions,
    norms: Floats,
    vocabulary: int,
) -> tuple[Ints, Floats, Longs, Longs]:
    """Places sorted by (term, position) -> units (P,), weighted frequencies (P,), and where
    each term's postings start and end (T,)."""
    cell = field_cells(positions, bases)
    unit = (cell // N_FIELDS).astype(np.int32)
    fresh = np.empty(len(terms), bool)
    if len(terms):
        fresh[0] = True
        fresh[1:] = (terms[1:] != terms[:-1]) | (unit[1:] != unit[:-1])
    starts = np.flatnonzero(fresh)
    units = unit[starts]
    del unit, fresh
    # What is as long as the text is let go as soon as it is not needed: here a build is largest.
    weight = norms.reshape(-1)[cell]
    del cell
    freqs = np.add.reduceat(weight, starts, dtype=np.float64) if len(starts) else np.empty(0)
    del weight
    numbers = np.arange(vocabulary, dtype=terms.dtype)
    of_posting = terms[starts]
    return (
        units,
        freqs.astype(np.float32),
        np.searchsorted(of_posting, numbers).astype(np.int64),
        np.searchsorted(of_posting, numbers, side="right").astype(np.int64),
    )


def field_cells(positions: Positions, bases: Positions) -> Ints:
    """The cell (unit * F + field) each position lies in."""
    cells = np.empty(len(positions), np.int32)
    for begin in range(0, len(positions), _AT_ONCE):
        some = positions[begin : begin + _AT_ONCE]
        cells[begin : begin + len(some)] = np.searchsorted(bases, some, side="right") - 1
    return cells
