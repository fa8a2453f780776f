"""The query as it was understood, and what to change when it found nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from indexer.engine import Expansion, Ranking, SearchEngine, SearchRequest, TermReport
from search_app import links
from search_app.pages.labels import facet_label, language_name, value_label
from search_app.pages.rendering import date, number
from search_app.translations import N_, gettext

MOST_TRIED: Final = 10
"""Searches made to say what leaving a filter out would give."""
MOST_LANGUAGES: Final = 4
"""Named on a chip; the rest are counted."""

_READINGS: Final = {
    "word": N_("a word"),
    "phrase": N_("these words one after the other"),
    "prefix": N_("the beginning of a word"),
    "near": N_("words close together"),
    "concept": N_("a topic"),
}
_EXPANDED: Final = {
    "concept": N_("Also the topic:"),
    "spelling": N_("Read as:"),
    "place": N_("First in:"),
}
_WITHOUT: Final = N_("Without the topic:")
_TAKEN_OFF: Final = {"word": N_("As typed:")}
_OPERATORS: Final = {"must": N_("required"), "not": N_("left out")}


class Chip(NamedTuple):
    """One thing the search keeps to; `remove` is the address without it, None where it is
    written in the query itself. `also` says more of it in small."""

    name: str
    value: str
    remove: str | None
    language: str | None = None
    also: str = ""


class ReadWord(NamedTuple):
    text: str
    reading: str
    hits: str


class Expanded(NamedTuple):
    """A concept searched beside the words, with its names in the index by language."""

    concept: str
    label: str
    source: str
    labels: list[tuple[str, list[str]]]


class Drop(msgspec.Struct, frozen=True):
    """Filters that could be left out, and how many initiatives that would give."""

    said: str
    count: int
    address: str


def chips(engine: SearchEngine, asked: SearchRequest, ranking: Ranking) -> list[Chip]:
    """Filters, dates, concepts searched beside the words, and ways of reading."""
    found = [*_filters(engine, asked), *_filters_in_words(engine, asked, ranking)]
    if asked.date_from:
        address = links.search_url(asked, date_from=None)
        found.append(Chip(gettext("From:"), date(asked.date_from), address))
    if asked.date_to:
        address = links.search_url(asked, date_to=None)
        found.append(Chip(gettext("Until:"), date(asked.date_to), address))
    if asked.mode == "all":
        address = links.search_url(asked, mode="best")
        found.append(Chip(gettext("Must have:"), gettext("every word"), address))
    if asked.language:
        address = links.search_url(asked, language=None)
        found.append(Chip(gettext("Read as:"), language_name(asked.language), address))
    for expansion in ranking.expansions:
        if expansion.id in asked.expand_off:
            continue
        off = (*asked.expand_off, expansion.id)
        address = links.search_url(asked, expand_off=off)
        name, also = gettext(_EXPANDED[expansion.kind]), _languages_said(expansion, ranking)
        found.append(Chip(name, expansion.label, address, also=also))
    for id in asked.expand_off:
        kept = tuple(other for other in asked.expand_off if other != id)
        address = links.search_url(asked, expand_off=kept)
        kind, _, own = id.rpartition(":")
        label = own if kind == "word" else value_label(engine, "topic", id)
        found.append(Chip(gettext(_TAKEN_OFF.get(kind, _WITHOUT)), label, address))
    if not asked.expand:
        address = links.search_url(asked, expand=True)
        found.append(Chip(gettext("Topics:"), gettext("not added to your words"), address))
    return found


def words(engine: SearchEngine, ranking: Ranking) -> list[ReadWord]:
    """Each part of the query, how it was read and how many initiatives have it."""
    return [ReadWord(term.text, _reading(term), _hits(term)) for term in ranking.terms]


def expanded(asked: SearchRequest, ranking: Ranking) -> list[Expanded]:
    """The concepts searched beside the words."""
    found = []
    for expansion in ranking.expansions:
        if expansion.kind == "concept" and expansion.id not in asked.expand_off:
            labels: dict[str, list[str]] = {}
            found_in = set(_languages(expansion, ranking))
            for language, label in expansion.terms:
                if language in found_in:
                    labels.setdefault(language, []).append(label)
            concept = (expansion.id, expansion.label, expansion.source)
            found.append(Expanded(*concept, list(labels.items())))
    return found


def respelled(asked: SearchRequest, ranking: Ranking) -> list[tuple[str, str]]:
    """Words that nothing has, each with the word it was read as."""
    return [
        (expansion.source, expansion.label)
        for expansion in ranking.expansions
        if expansion.kind == "spelling" and expansion.id not in asked.expand_off
    ]


def elsewhere(ranking: Ranking) -> list[TermReport]:
    """The words of a query without hits that initiatives have, though none has all that was
    asked for."""
    if ranking.total:
        return []
    return [
        term
        for term in ranking.terms
        if term.hits and term.kind != "concept" and term.operator != "not" and not term.ignored
    ]


def _languages(expansion: Expansion, ranking: Ranking) -> list[str]:
    """The languages of a concept's labels in which anything was found: those of the hits'
    sources, and English, in which every record is."""
    of_hits = {count.value for count in ranking.facets.get("lang", ()) if count.count}
    named = dict.fromkeys(language for language, _ in expansion.terms)
    return [language for language in named if language in of_hits or language == "en"]


def _languages_said(expansion: Expansion, ranking: Ranking) -> str:
    """ "in Catalan, Dutch, English and 4 more"; nothing for what has no names."""
    names = sorted(map(language_name, _languages(expansion, ranking)))
    if not names:
        return ""
    shown = ", ".join(names[:MOST_LANGUAGES])
    if len(names) == MOST_LANGUAGES + 1:
        shown = ", ".join(names)
    elif len(names) > MOST_LANGUAGES:
        rest = {"languages": shown, "count": number(len(names) - MOST_LANGUAGES)}
        return gettext("in %(languages)s and %(count)s more languages") % rest
    return gettext("in %(languages)s") % {"languages": shown}


def remedies(engine: SearchEngine, asked: SearchRequest) -> list[Drop]:
    """The filters whose absence would give hits, most hits first.

    Filters are tried one at a time, then all of them together.
    """
    tries = []
    if asked.mode == "all":
        any_of_them = links.changed(asked, mode="best")
        tries.append((gettext("With any of the words instead of every word"), any_of_them))
    if '"' in asked.text:
        loose = links.changed(asked, text=asked.text.replace('"', " ").strip())
        tries.append((gettext("Without the quotation marks"), loose))
    for name, value, without in _without_one(engine, asked):
        said = gettext("Without %(name)s: %(value)s") % {"name": name, "value": value}
        tries.append((said, without))
    if asked.include or asked.exclude or asked.date_from or asked.date_to:
        bare = links.changed(asked, include={}, exclude={}, date_from=None, date_to=None)
        tries.append((gettext("Without any filter"), bare))
        if asked.mode == "all":
            loosest = links.changed(bare, mode="best")
            tries.append((gettext("With any of the words, without any filter"), loosest))
    drops = (_tried(engine, said, without) for said, without in tries)
    return sorted((drop for drop in drops if drop.count), key=lambda drop: -drop.count)


def _filters(engine: SearchEngine, asked: SearchRequest) -> Iterator[Chip]:
    for facet, values in asked.include.items():
        for value in values:
            address = links.search_url(links.without_value(asked, facet, value))
            label = value_label(engine, facet, value)
            yield Chip(_named(facet), label, address)
    for facet, values in asked.exclude.items():
        for value in values:
            address = links.search_url(links.without_value(asked, facet, value))
            label = value_label(engine, facet, value)
            yield Chip(gettext("Not %(facet)s") % {"facet": _named(facet)}, label, address)


def _filters_in_words(
    engine: SearchEngine, asked: SearchRequest, ranking: Ranking
) -> Iterator[Chip]:
    for facet, values in ranking.include.items():
        for value in values:
            if value not in asked.include.get(facet, ()):
                yield Chip(_named(facet), value_label(engine, facet, value), None)
    for facet, values in ranking.exclude.items():
        for value in values:
            if value not in asked.exclude.get(facet, ()):
                name = gettext("Not %(facet)s") % {"facet": _named(facet)}
                yield Chip(name, value_label(engine, facet, value), None)


def _named(facet: str) -> str:
    return gettext("%(facet)s:") % {"facet": facet_label(facet)}


def _reading(term: TermReport) -> str:
    reading = gettext(_READINGS[term.kind]) if term.kind in _READINGS else term.kind
    if term.ignored:
        return gettext("a small word, not searched")
    if term.operator in _OPERATORS:
        operator = gettext(_OPERATORS[term.operator])
        return gettext("%(reading)s, %(operator)s") % {"reading": reading, "operator": operator}
    return reading


def _hits(term: TermReport) -> str:
    return "–" if term.ignored else number(term.hits)


def _without_one(
    engine: SearchEngine, asked: SearchRequest
) -> Iterator[tuple[str, str, SearchRequest]]:
    tried = 0
    for filters in (asked.include, asked.exclude):
        for facet, values in filters.items():
            if tried == MOST_TRIED:
                return
            tried += 1
            without = asked
            for value in values:
                without = links.without_value(without, facet, value)
            said = ", ".join(value_label(engine, facet, value) for value in values)
            yield facet_label(facet), said, without
    if asked.date_from or asked.date_to:
        span = f"{asked.date_from or ''}–{asked.date_to or ''}"
        yield gettext("Years"), span, links.changed(asked, date_from=None, date_to=None)


def _tried(engine: SearchEngine, said: str, without: SearchRequest) -> Drop:
    counted = msgspec.structs.replace(without, size=1, facets=())
    return Drop(said, engine.search(counted).total, links.search_url(without))
