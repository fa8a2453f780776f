"""Places in queries: their names found as runs of words, in any language.

Whatever a place is called in the query, one look-up finds all initiatives there: each record
stands in the index under the keys of its city, its country and its regions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from corpus.place_names import SpokenName, written_as_name
from indexer.concepts import first_forms
from indexer.languages.analysis import analyse

LONGEST: Final = 8
"""Words a name may have; longer ones are not looked for."""


class PlaceMention(NamedTuple):
    """A place named by a run of words, from word `first` up to but not including `last`."""

    keys: tuple[str, ...]
    first: int
    last: int


class Meaning(NamedTuple):
    """A place a name stands for; `cased` is the name where only its own spelling counts."""

    key: str
    cased: str | None


class PlaceNames(msgspec.Struct, frozen=True):
    """Names analysed: words joined by spaces -> what they mean; `lengths` says for each first
    word how many words its names have, longest first; `labels` are the places' English names."""

    meanings: dict[str, list[Meaning]]
    lengths: dict[str, list[int]]
    labels: dict[str, str]


def analyse_names(spoken: Iterable[SpokenName]) -> PlaceNames:
    """Analyse all names; of each place the English one comes first."""
    meanings: dict[str, list[Meaning]] = {}
    lengths: dict[str, set[int]] = {}
    labels: dict[str, str] = {}
    for name in spoken:
        # Where words begin and end is a matter of script alone; stems would cost two seconds.
        labels.setdefault(name.key, name.name)
        words = [word.surface for word in first_forms(analyse(name.name, None))]
        if not 0 < len(words) <= LONGEST:
            continue
        meaning = Meaning(name.key, name.name if name.cased else None)
        own = meanings.setdefault(" ".join(words), [])
        if meaning not in own:
            own.append(meaning)
        lengths.setdefault(words[0], set()).add(len(words))
    longest_first = {word: sorted(own, reverse=True) for word, own in lengths.items()}
    return PlaceNames(meanings, longest_first, labels)


def find_places(
    names: PlaceNames, words: Sequence[str], written: Sequence[str]
) -> list[PlaceMention]:
    """Names among folded words, from left to right, the longest at each word; `written` are
    the words as typed.

    A name that is a common word too does not count as the first of several words, where it may
    owe its capital to its place: `Como` begins a question in Portuguese.
    """
    found: list[PlaceMention] = []
    behind = 0
    for at in [at for at, word in enumerate(words) if word in names.lengths]:
        if at >= behind and (mention := _at(names, at, words, written)) is not None:
            found.append(mention)
            behind = mention.last
    return found


def _at(
    names: PlaceNames, at: int, words: Sequence[str], written: Sequence[str]
) -> PlaceMention | None:
    for length in names.lengths.get(words[at], ()):
        last = at + length
        meanings = names.meanings.get(" ".join(words[at:last]), ()) if last <= len(words) else ()
        typed = " ".join(dict.fromkeys(written[at:last]))
        keys = dict.fromkeys(
            meaning.key
            for meaning in meanings
            if meaning.cased is None
            or ((at > 0 or len(words) == length) and written_as_name(meaning.cased, typed))
        )
        if keys:
            return PlaceMention(tuple(keys), at, last)
    return None
