"""A unit's fields as words: what goes into Whoosh and into the columns, once."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.columns import PLAIN, AnalysedValue, concept_term, stem_term
from indexer.concepts import Annotator, first_forms
from indexer.languages.analysis import Token, analyse, group
from indexer.units import Unit
from indexer.weights import FIELDS

_TOPICS = FIELDS.index("topics")
_UNANNOTATED = frozenset({_TOPICS, FIELDS.index("place")})


def analyse_unit(unit: Unit, annotator: Annotator | None) -> list[list[AnalysedValue]]:
    """The words of each field, with concepts where their labels stand.

    The concepts the record itself carries stand in `topics`, after its words, and its labels
    are not annotated a second time there.
    """
    fields = [
        [
            analyse_value(value.text, value.language, None if f in _UNANNOTATED else annotator)
            for value in values
        ]
        for f, values in enumerate(unit.fields)
    ]
    if unit.concepts:
        carried = [(concept_term(id), at) for at, id in enumerate(unit.concepts)]
        fields[_TOPICS].append(AnalysedValue((), (), None, carried))
    return fields


def analyse_value(text: str, language: str | None, annotator: Annotator | None) -> AnalysedValue:
    """One field value as words, stems and the concepts its words name."""
    tokens = analyse(text, language)
    own = group(language)
    surfaces = [token.surface for token in tokens]
    positions = [token.position for token in tokens]
    stems = None if own == PLAIN else [stem_term(own, token.stem) for token in tokens]
    return AnalysedValue(surfaces, positions, stems, _mentions(tokens, language, annotator))


def _mentions(
    tokens: Sequence[Token], language: str | None, annotator: Annotator | None
) -> list[tuple[str, int]]:
    if annotator is None:
        return []
    words = first_forms(tokens)
    return [
        (concept_term(mention.concept), words[mention.first].position)
        for mention in annotator.find([word.surface for word in words], (language,))
    ]
