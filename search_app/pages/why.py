"""A hit's score in plain words: which word, found where, worth how many points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from indexer.engine import Part, SearchEngine
from search_app.pages.figures import rounded
from search_app.pages.labels import field_label, value_label
from search_app.translations import gettext, ngettext

MOST: Final = 6
"""Shares shown one by one; what is smaller is shown as one sum."""


class Reason(NamedTuple):
    """One row of the sum: a sentence, the forms found, its share (0 to 1) and its points."""

    sentence: str
    found: tuple[str, ...]
    share: float
    points: str


def reasons(
    engine: SearchEngine, parts: Sequence[Part], score: float
) -> tuple[tuple[Reason, ...], str]:
    """The rows of the sum, largest first, and their total as written.

    The points are rounded so that they add up to the total shown.
    """
    if not parts:
        return (), ""
    ordered = sorted(parts, key=lambda part: -part.weight)
    single = ordered if len(ordered) <= MOST + 1 else ordered[:MOST]
    rest = ordered[len(single) :]
    weights = [part.weight for part in single]
    if rest:
        weights.append(sum(part.weight for part in rest))
    points = rounded(weights, score)
    largest = max(weights) or 1.0
    rows = [
        Reason(_sentence(engine, part), _forms(part), part.weight / largest, written)
        for part, written in zip(single, points, strict=False)
    ]
    if rest:
        smaller = ngettext("%(count)s smaller share", "%(count)s smaller shares", len(rest))
        sentence = smaller % {"count": len(rest)}
        rows.append(Reason(sentence, (), weights[-1] / largest, points[-1]))
    return tuple(rows), rounded([score], score)[0]


def _sentence(engine: SearchEngine, part: Part) -> str:
    if part.field == "coverage":
        return gettext("extra for having more than one of your words")
    if part.field == "preference":
        return gettext("counts double in the place you named: “%(place)s”") % {"place": part.term}
    if part.field == "feedback":
        return gettext("shares “%(topic)s” with the best results") % {"topic": part.term}
    where = field_label(part.field)
    if part.concept is not None:
        label = value_label(engine, "topic", part.concept)
        return gettext("topic “%(topic)s” %(where)s") % {"topic": label, "where": where}
    return gettext("“%(word)s” %(where)s") % {"word": part.term, "where": where}


def _forms(part: Part) -> tuple[str, ...]:
    """The forms that differ from the word as asked."""
    asked = part.term.casefold()
    return tuple(form for form in part.found if form.casefold() != asked)[:4]
