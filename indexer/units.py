"""What of an initiative is searched: its units and the texts of their fields. Pure functions.

`docs/ranking.md`, "Units and fields", is the definition.
"""

from __future__ import annotations

from typing import NamedTuple

from corpus.model import Corpus, Initiative, Passage


class FieldValue(NamedTuple):
    """A text and the language it is in, None for names of places."""

    text: str
    language: str | None


class Unit(NamedTuple):
    """The record (`number` 0) or a passage (from 1) of an initiative.

    `fields` are in the order of `weights.FIELDS`; `concepts` are ids the record carries.
    """

    owner_id: str
    number: int
    fields: tuple[tuple[FieldValue, ...], ...]
    concepts: tuple[str, ...]


def units(initiative: Initiative, corpus: Corpus) -> list[Unit]:
    """The record first, then the passages in their order."""
    record = Unit(initiative.id, 0, _record_fields(initiative, corpus), _known(initiative, corpus))
    return [record] + [
        Unit(initiative.id, number, _passage_fields(passage, initiative), ())
        for number, passage in enumerate(initiative.passages, start=1)
    ]


def _known(initiative: Initiative, corpus: Corpus) -> tuple[str, ...]:
    return tuple(id for id in initiative.concepts if id in corpus.concepts)


def _record_fields(initiative: Initiative, corpus: Corpus) -> tuple[tuple[FieldValue, ...], ...]:
    # What nobody has translated yet is all in the language it was imported in.
    english = initiative.language if initiative.provisional else "en"
    own = initiative.language
    concepts = [corpus.concepts[id].label for id in _known(initiative, corpus)]
    topics = _values(concepts, "en") + _values(initiative.keywords, english)
    return (
        _values([initiative.title], english),
        _values([initiative.title_original], own),
        _values(initiative.terms_original, own),
        topics,
        _values([initiative.summary], english),
        _values([initiative.summary_original], own),
        _values([*initiative.details, initiative.outcome], english),
        _values(_places(initiative, corpus), None),
        (),
        (),
    )


def _passage_fields(passage: Passage, initiative: Initiative) -> tuple[tuple[FieldValue, ...], ...]:
    language = passage.language or initiative.language
    empty: tuple[FieldValue, ...] = ()
    return (
        *((empty,) * 8),
        _values([passage.heading], language),
        _values([passage.text], language),
    )


def _places(initiative: Initiative, corpus: Corpus) -> list[str]:
    """Every name of its city, country and continent, each once."""
    names: list[str] = []
    city = corpus.cities.get(initiative.city or "")
    if city is not None:
        names += [city.name, *city.native, *city.aliases]
    country = corpus.countries.get(initiative.country or "")
    if country is not None:
        names += [country.name, *country.native, *country.aliases]
        names.append(country.continent.replace("-", " "))
    return list(dict.fromkeys(names))


def _values(
    texts: tuple[str, ...] | list[str] | list[str | None], language: str | None
) -> tuple[FieldValue, ...]:
    return tuple(FieldValue(text, language) for text in texts if text)
