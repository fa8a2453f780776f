"""Why a hit was found, in words first: what was looked for, as what it was found, and where.

The points beside the words are the engine's own parts of the score, added up by what in the
query they come from; together they are the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from corpus.model import Initiative
from indexer.engine import Expansion, Part, SearchEngine
from search_app.pages.figures import rounded
from search_app.pages.labels import field_label, value_label
from search_app.pages.rendering import title_language
from search_app.translations import gettext

MOST_FORMS: Final = 3
MOST_FIELDS: Final = 2
MOST_SHARED: Final = 3
AT_A_GLANCE: Final = 2

_OWN_LANGUAGE: Final = frozenset({"title_original", "terms", "summary_original"})
_TRANSLATED: Final = frozenset({"title", "summary", "details", "topics"})
_Names = dict[tuple[str, str], list[tuple[str, str]]]
"""The names of topics with their languages, by topic and folded name."""
_EXTRAS: Final = ("coverage", "feedback", "preference")


class Forms(NamedTuple):
    """Words as they stand in the record, and their language where the field has one and it is
    worth saying."""

    language: str | None
    texts: tuple[str, ...]


class Reason(NamedTuple):
    """One row of the sum: what was asked for, the forms it was found as, where, its points.

    `asked` is None for what is added for more than one part of the query; `said` then is the
    whole sentence, else the topic searched for the words, or nothing. `share` is of the
    largest row, 0 to 1.
    """

    asked: str | None
    said: str
    forms: tuple[Forms, ...]
    where: str
    share: float
    points: str


class Why(NamedTuple):
    """`glance` are the rows whose words stand in the record in other words than those asked
    for: what a reader would not see at once."""

    rows: tuple[Reason, ...]
    total: str
    glance: tuple[Reason, ...]


def why(
    engine: SearchEngine,
    record: Initiative,
    parts: Sequence[Part],
    score: float,
    expansions: Sequence[Expansion] = (),
    language: str | None = None,
) -> Why:
    """The reasons of a hit, what was found before what was added, largest first.

    Args:
        parts: the hit's parts; they add up to `score`.
        expansions: of the search, for the spelling of topics' names.
        language: that the words of the query were read in; found words of it need no name.

    The points are rounded so that they add up to the total shown.
    """
    if not parts:
        return Why((), "", ())
    groups: dict[tuple[str, str | None, str], list[Part]] = {}
    for part in parts:
        extra = part.field if part.field in _EXTRAS else ""
        key = ("", None, extra) if extra else (part.term, part.concept, "")
        groups.setdefault(key, []).append(part)
    weights = [sum(part.weight for part in group) for group in groups.values()]
    largest = max(weights) or 1.0
    names: _Names = {}
    for expansion in expansions:
        for of, label in expansion.terms:
            names.setdefault((expansion.id, label.casefold()), []).append((label, of))
    rows = [
        _row(engine, record, names, language, key, group, weight / largest, points)
        for (key, group), weight, points in zip(
            groups.items(), weights, rounded(weights, score), strict=True
        )
    ]
    rows.sort(key=lambda row: (row.asked is None, -row.share))
    return Why(tuple(rows), rounded([score], score)[0], tuple(_glance(rows)))


def _row(
    engine: SearchEngine,
    record: Initiative,
    names: _Names,
    language: str | None,
    key: tuple[str, str | None, str],
    group: Sequence[Part],
    share: float,
    points: str,
) -> Reason:
    asked, concept, extra = key
    ordered = sorted(group, key=lambda part: -part.weight)
    if extra:
        return Reason(None, _extra(extra, ordered), (), "", share, points)
    topic = ""
    if concept is not None:
        label = value_label(engine, "topic", concept)
        topic = gettext("as the topic “%(topic)s”") % {"topic": label}
    found = _found(record, names, concept, ordered)
    if concept is None:
        # What was typed stands in the row anyway, and its other forms are plainly its own.
        found = [(text, of if of != language else None) for text, of in found]
        found = [form for form in found if form[0].casefold() != asked.casefold()]
    forms = _by_language(found)
    where = dict.fromkeys(field_label(part.field) for part in ordered)
    return Reason(asked, topic, forms, ", ".join(list(where)[:MOST_FIELDS]), share, points)


def _found(
    record: Initiative, names: _Names, concept: str | None, parts: Sequence[Part]
) -> list[tuple[str, str | None]]:
    """The forms found, each once with its language, those in the record's own language first.

    A name of the topic is spelt as the thesaurus does; where its field's language has no such
    name (a Swedish word in a Finnish record), its language is one that has.
    """
    found: dict[str, tuple[str, str | None]] = {}
    for part in sorted(parts, key=lambda part: part.field not in _OWN_LANGUAGE):
        own = _language(record, part.field)
        for text in part.found:
            known = names.get((concept or "", text.casefold()), [])
            same = [name for name in known if name[1] == own] or known
            found.setdefault(text.casefold(), same[0] if same else (text, own))
    return list(found.values())[:MOST_FORMS]


def _by_language(found: Sequence[tuple[str, str | None]]) -> tuple[Forms, ...]:
    """The forms of a language together."""
    by_language: dict[str | None, list[str]] = {}
    for text, language in found:
        by_language.setdefault(language, []).append(text)
    return tuple(Forms(language, tuple(texts)) for language, texts in by_language.items())


def _language(record: Initiative, field: str) -> str | None:
    if field in _OWN_LANGUAGE:
        return record.language
    return title_language(record) if field in _TRANSLATED else None


def _extra(kind: str, parts: Sequence[Part]) -> str:
    terms = list(dict.fromkeys(part.term for part in parts))
    if kind == "coverage":
        found, _, of = terms[0].partition(" of ")
        return gettext("has %(found)s of the %(of)s parts of your search") % {
            "found": found,
            "of": of,
        }
    if kind == "feedback":
        shared = ", ".join(terms[:MOST_SHARED])
        return gettext("shares topics with the best results: %(topics)s") % {"topics": shared}
    return gettext("is in the place you named: %(place)s") % {"place": ", ".join(terms)}


def _glance(rows: Sequence[Reason]) -> list[Reason]:
    """Rows of topics alone: a word in another form is marked in the passage anyway."""
    found = []
    for row in rows:
        if row.asked is None or not row.said:
            continue
        texts = [text.casefold() for forms in row.forms for text in forms.texts]
        if row.asked.casefold() not in texts:
            found.append(row._replace(forms=row.forms[:AT_A_GLANCE]))
    return found[:AT_A_GLANCE]
