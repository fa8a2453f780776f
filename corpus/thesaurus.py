"""The thesaurus of the field: concepts read, checked, looked up by label, written as SKOS.

`data/concepts.jsonl` holds one concept a line; `docs/catalogue.md` describes its fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from corpus.faults import CatalogueError, Fault, Report, did_you_mean, reporter, shown
from corpus.model import PRINCIPLES, Concept
from corpus.rows import read_rows
from corpus.shapes import check_language, check_slug, check_text, check_texts

FILE: Final = "concepts.jsonl"
ENGLISH: Final = "en"


def read(path: Path) -> dict[str, Concept]:
    """The concepts of a file by id, in the order of the file.

    Raises CatalogueError (a CorpusError) that names file, row, field and remedy of every row
    that is not a concept and of every id that stands twice. What concepts say of each other
    is for `faults`.
    """
    found: list[Fault] = []
    rows = read_rows(path.parent, path.name, Concept, found)
    concepts: dict[str, Concept] = {}
    for row, concept in rows.values:
        if concept.id in concepts:
            problem = f"{shown(concept.id)} stands in an earlier row too."
            reporter(found, path.name, row)("id", problem, "Join the two rows into one.")
        concepts.setdefault(concept.id, concept)
    if found:
        raise CatalogueError(sorted(found))
    return concepts


def narrower(concepts: Mapping[str, Concept]) -> dict[str, tuple[str, ...]]:
    """For every concept the ids of those that name it as broader, sorted; empty for leaves."""
    below: dict[str, list[str]] = {own: [] for own in concepts}
    for concept in concepts.values():
        for above in concept.broader:
            if above in below:
                below[above].append(concept.id)
    return {own: tuple(sorted(ids)) for own, ids in below.items()}


def beneath(concepts: Mapping[str, Concept]) -> dict[str, tuple[str, ...]]:
    """All concepts under each, however deep, sorted; concepts with none are left out."""
    found: dict[str, list[str]] = {}
    for own in sorted(concepts):
        for above in _ancestors(own, concepts):
            found.setdefault(above, []).append(own)
    return {above: tuple(own) for above, own in found.items()}


def labels(concept: Concept) -> Iterator[tuple[str, str]]:
    """Every (language, label) of a concept: preferred ones first, each pair once."""
    seen: set[tuple[str, str]] = set()
    for language, label in concept.labels.items():
        seen.add((language, label))
        yield language, label
    for language, others in concept.other.items():
        for label in others:
            if (language, label) not in seen:
                seen.add((language, label))
                yield language, label


def label_index(concepts: Mapping[str, Concept]) -> dict[str, list[tuple[str, str]]]:
    """Case-folded label -> (concept id, language) of every concept and language it stands for."""
    index: dict[str, list[tuple[str, str]]] = {}
    for concept in concepts.values():
        for language, label in labels(concept):
            meant = index.setdefault(label.casefold(), [])
            if (concept.id, language) not in meant:
                meant.append((concept.id, language))
    return index


def faults(concepts: Mapping[str, Concept], rows: Mapping[str, int] | None = None) -> list[Fault]:
    """Everything wrong inside concepts and between them, sorted; none if the thesaurus is sound.

    `rows` gives the line of a concept in its file; without it a fault names the id instead.
    """
    found: list[Fault] = []
    ambiguous = _ambiguous(concepts)
    above = {own: _ancestors(own, concepts) for own in concepts}
    for own, concept in concepts.items():
        report = _reporter(found, own, (rows or {}).get(own, 0))
        _check_words(concept, report)
        _check_relations(concept, concepts, above, report)
        for label, others in ambiguous.get(own, {}).items():
            report(
                "labels",
                f"{shown(label)} is a label of {', '.join(others)} too.",
                "Keep it where it is meant most, or make it longer.",
            )
    return sorted(found)


def _reporter(found: list[Fault], own: str, row: int) -> Report:
    if row:
        return reporter(found, FILE, row)

    def report(field: str, problem: str, remedy: str) -> None:
        found.append(Fault(FILE, 0, f"{own}.{field}", problem, remedy))

    return report


def _check_words(concept: Concept, report: Report) -> None:
    check_slug(concept.id, "id", report)
    check_text(concept.definition, "definition", report)
    if concept.principle not in PRINCIPLES:
        problem = f"{shown(concept.principle)} is not a principle."
        report("principle", problem, did_you_mean(concept.principle, PRINCIPLES))
    if ENGLISH not in concept.labels:
        report("labels", "The English label is missing.", 'Write it as {"en": "…"}.')
    for language, label in concept.labels.items():
        check_language(language, "labels", report)
        check_text(label, f"labels.{language}", report)
    for language, others in concept.other.items():
        check_language(language, "other", report)
        check_texts(others, f"other.{language}", report)
        preferred = concept.labels.get(language)
        if preferred in others:
            problem = f"{shown(preferred)} is the preferred label already."
            report(f"other.{language}", problem, "Remove it here.")


def _check_relations(
    concept: Concept,
    concepts: Mapping[str, Concept],
    above: Mapping[str, frozenset[str]],
    report: Report,
) -> None:
    own = concept.id
    for field, named in (("broader", concept.broader), ("related", concept.related)):
        for other in dict.fromkeys(named):
            if other == own:
                report(field, "The concept names itself.", "Remove it.")
            elif other not in concepts:
                remedy = did_you_mean(other, concepts) or "Add the concept first, or remove it."
                report(field, f"{shown(other)} is not a concept.", remedy)
            elif named.count(other) > 1:
                report(field, f"{shown(other)} stands twice.", "Keep it once.")
    for other in dict.fromkeys(concept.related):
        if other == own or other not in concepts:
            continue
        if own not in concepts[other].related:
            report("related", f"{shown(other)} does not name it back.", f"Add {own!r} there.")
        # SKOS reference, S27: related is disjoint with broader over any number of steps.
        if other in above[own] or own in above[other]:
            problem = f"{shown(other)} stands above or below it already."
            report("related", problem, "Remove it from related in both.")
    circle = sorted(other for other in above[own] if own in above.get(other, ()))
    if len(circle) > 1 and circle[0] == own:
        report("broader", f"{', '.join(circle)} stand above each other.", "Break the circle.")


def _ancestors(own: str, concepts: Mapping[str, Concept]) -> frozenset[str]:
    """All concepts above one; the concept itself only if it stands in a circle."""
    seen: set[str] = set()
    waiting = list(concepts[own].broader)
    while waiting:
        above = waiting.pop()
        if above in concepts and above not in seen:
            seen.add(above)
            waiting.extend(concepts[above].broader)
    return frozenset(seen)


def _ambiguous(concepts: Mapping[str, Concept]) -> dict[str, dict[str, list[str]]]:
    """Concept id -> its labels that stand for others too -> the ids of those others."""
    shared: dict[str, dict[str, list[str]]] = {}
    for label, meant in label_index(concepts).items():
        ids = sorted({own for own, _ in meant})
        for own in ids if len(ids) > 1 else ():
            shared.setdefault(own, {})[label] = [other for other in ids if other != own]
    return shared


# Turtle 1.1, section 6.4: what an escape writes, and what an IRI may not hold as it stands.
_ESCAPES: Final = {
    "\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"
}  # fmt: skip
_UNSAFE: Final = re.compile(r'["\\\x00-\x1f\x7f-\x9f\ud800-\udfff]')
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\\ud800-\udfff]')

_PREFIXES: Final = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def to_turtle(concepts: Mapping[str, Concept], base_url: str = "") -> str:
    """The thesaurus as SKOS in Turtle 1.1, concepts by id; it ends with a line break.

    A concept's IRI is `base_url` followed by `/concepts/` and its id; without a base the IRIs
    are relative to where the document is read from (RFC 3986, section 5).
    """
    base = base_url.rstrip("/")
    scheme = _iri(f"{base}/concepts")
    below = narrower(concepts)
    tops = [own for own in sorted(concepts) if not _known(concepts[own].broader, concepts)]
    blocks = [
        _block(
            scheme,
            "skos:ConceptScheme",
            [
                ("skos:prefLabel", [_literal("Digital rights in cities", ENGLISH)]),
                ("skos:hasTopConcept", [_concept_iri(base, own) for own in tops]),
            ],
        )
    ]
    for own in sorted(concepts):
        concept = concepts[own]
        preferred = [_literal(label, language) for language, label in concept.labels.items()]
        others = [_literal(label, language) for language, label in labels(concept)]
        parents = _known(concept.broader, concepts)
        triples = [
            ("skos:prefLabel", preferred),
            # SKOS reference, S13: a label is preferred or alternative, never both.
            ("skos:altLabel", [label for label in others if label not in preferred]),
            ("skos:definition", [_literal(concept.definition, ENGLISH)]),
            ("skos:broader", [_concept_iri(base, other) for other in parents]),
            ("skos:narrower", [_concept_iri(base, other) for other in below[own]]),
            (
                "skos:related",
                [_concept_iri(base, other) for other in _known(concept.related, concepts)],
            ),
            ("dct:subject", [_iri(f"{base}/principles/{quote(concept.principle, safe='')}")]),
            ("skos:inScheme", [scheme]),
            ("skos:topConceptOf", [] if parents else [scheme]),
        ]
        blocks.append(_block(_concept_iri(base, own), "skos:Concept", triples))
    return "\n".join([_PREFIXES, *blocks])


def _known(ids: tuple[str, ...], concepts: Mapping[str, Concept]) -> list[str]:
    return [own for own in ids if own in concepts]


def _block(subject: str, kind: str, triples: list[tuple[str, list[str]]]) -> str:
    lines = [f"{subject} a {kind}"]
    lines += [f"    {name} {', '.join(values)}" for name, values in triples if values]
    return " ;\n".join(lines) + " .\n"


def _concept_iri(base: str, own: str) -> str:
    return _iri(f"{base}/concepts/{quote(own, safe='', errors='replace')}")


def _iri(address: str) -> str:
    """An IRI reference, what it may not hold percent-encoded."""
    safe = _NOT_IN_IRI.sub(lambda sign: quote(sign[0], safe="", errors="replace"), address)
    return f"<{safe}>"


def _literal(text: str, language: str) -> str:
    """A string with its language tag; half a surrogate pair, which no text can hold, is U+FFFD."""

    def escaped(sign: re.Match[str]) -> str:
        if "\ud800" <= sign[0] <= "\udfff":
            return "\ufffd"
        return _ESCAPES.get(sign[0]) or f"\\u{ord(sign[0]):04X}"

    return f'"{_UNSAFE.sub(escaped, text)}"@{language}'
