"""A query read as `docs/ranking.md`, "The query", says: the oracle's own reading.

It shares with the engines only what that page names: the grammar, the analyser, the function
words, the detection of languages and the names of filters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.model import Concept, Corpus
from corpus.place_names import spoken_names, written_as_name
from indexer.engine import SearchRequest
from indexer.languages.analysis import Token, analyse, fold, group, stem
from indexer.languages.detection import detect
from indexer.languages.function_words import function_words
from indexer.query import Atom, Clause, ConceptTerm, Near, Phrase, Prefix, Word, parse, plain
from indexer.resolve import Resolver

MOST_PARTS = 100
LONGEST_LABEL = 8
SHORT_LABEL = 3


Nearest = Callable[[str, str | None], str | None]
"""A folded word and a language -> the known word nearest to it, None where it is known."""


class Wanted(NamedTuple):
    """One thing looked for; `kind` is word, phrase, near, prefix or concept."""

    kind: str
    text: str
    surfaces: tuple[str, ...] = ()
    field: str | None = None
    distance: int = 0
    concept: str | None = None
    places: tuple[str, ...] = ()


class Part(NamedTuple):
    """A clause: alternatives with an operator. `called` marks a concept called up by words,
    `ignored` a function word left out."""

    alternatives: tuple[Wanted, ...]
    operator: str = "any"
    called: bool = False
    ignored: bool = False


class Reading(NamedTuple):
    """All an engine needs to know of a request; `expansions` are (concept, source), `respelled`
    (word as typed, folded, word it is read as)."""

    parts: list[Part]
    language: str | None
    include: Mapping[str, tuple[str, ...]]
    exclude: Mapping[str, tuple[str, ...]]
    date_from: str | None
    date_to: str | None
    expansions: list[tuple[str, str]]
    respelled: list[tuple[str, str, str]]
    places: list[tuple[str, str]]

    @property
    def ranking(self) -> list[Part]:
        return [part for part in self.parts if part.operator != "not" and not part.ignored]

    @property
    def barring(self) -> list[Part]:
        return [part for part in self.parts if part.operator == "not"]


def read(request: SearchRequest, corpus: Corpus, nearest: Nearest) -> Reading:
    """A request as parts and filters."""
    resolved = Resolver(corpus).resolve(
        plain(request.text) if request.plain else parse(request.text), request
    )
    typed = [word.text for clause in resolved.clauses if (word := _plain_word(clause))]
    language = request.language or detect(" ".join(typed))
    parts: list[Part] = []
    origins: list[bool] = []
    for clause in resolved.clauses:
        own = _parts(clause, language)
        parts += own
        origins += [_plain_word(clause) is not None] * len(own)
    parts, origins = parts[:MOST_PARTS], origins[:MOST_PARTS]
    expansions: list[tuple[str, str]] = []
    respelled: list[tuple[str, str, str]] = []
    places: list[tuple[str, str]] = []
    in_places: list[Part] = []
    if request.expand:
        in_places, places, named = _places(parts, origins, corpus, request.expand_off)
        spelled = function_words(language) | named
        parts, respelled = _respelled(parts, origins, spelled, language, nearest, request)
        words = [
            (surface, part.alternatives[0].text, number)
            for number, (part, is_plain) in enumerate(zip(parts, origins, strict=True))
            if is_plain
            for surface in part.alternatives[0].surfaces
        ]
        found = mentions([word for word, _, _ in words], [language, "en"], corpus.concepts)
        expansions = _called_up(words, found)
        for id, start, end in found:
            source = " ".join(dict.fromkeys(text for _, text, _ in words[start:end]))
            for surface, _, number in words[start:end]:
                alone = len(parts[number].alternatives) == 1
                kept = id not in request.expand_off and surface not in function_words(language)
                if alone and kept:
                    own = parts[number].alternatives
                    satisfied = (*own, Wanted("concept", source, concept=id))
                    parts[number] = parts[number]._replace(alternatives=satisfied)
    parts = _leave_out_function_words(parts, language)
    parts += [
        Part((Wanted("concept", source, concept=id),), called=True)
        for id, source in expansions
        if id not in request.expand_off
    ]
    parts += in_places
    parts += _as_title(parts, origins)
    return Reading(
        parts,
        language,
        resolved.include,
        resolved.exclude,
        resolved.date_from,
        resolved.date_to,
        expansions,
        respelled,
        places,
    )


def _places(
    parts: list[Part], plain_ones: list[bool], corpus: Corpus, off: Sequence[str]
) -> tuple[list[Part], list[tuple[str, str]], set[str]]:
    """The places named, the longest name at each word: a part of all of them, (key, name as
    typed), and the words in names."""
    words = [
        (surface, part.alternatives[0].text)
        for part, is_plain in zip(parts, plain_ones, strict=True)
        if is_plain
        for surface in part.alternatives[0].surfaces
    ]
    names = [
        ([token.surface for token in first_forms(analyse(spoken.name, spoken.language))], spoken)
        for spoken in spoken_names(corpus)
    ]
    alternatives: list[Wanted] = []
    called: dict[str, str] = {}
    named: set[str] = set()
    at = 0
    while at < len(words):
        longest = 0
        keys: list[str] = []
        for name, spoken in names:
            run = words[at : at + len(name)]
            typed = " ".join(dict.fromkeys(text for _, text in run))
            alone = at > 0 or len(words) == len(name)
            counts = not spoken.cased or (alone and written_as_name(spoken.name, typed))
            if 0 < len(name) <= 8 and [surface for surface, _ in run] == name and counts:
                if len(name) > longest:
                    longest, keys = len(name), []
                if len(name) == longest and spoken.key not in keys:
                    keys.append(spoken.key)
        if longest:
            run = words[at : at + longest]
            typed = " ".join(dict.fromkeys(text for _, text in run))
            named |= {surface for surface, _ in run}
            for key in keys:
                called.setdefault(key, typed)
            kept = tuple(key for key in keys if key not in off)
            if kept:
                alternatives.append(Wanted("place", typed, places=kept))
        at += longest or 1
    found = [Part(tuple(alternatives), called=True)] if alternatives else []
    return found, list(called.items()), named


def _respelled(
    parts: list[Part],
    plain_ones: list[bool],
    right: Collection[str],
    language: str | None,
    nearest: Nearest,
    request: SearchRequest,
) -> tuple[list[Part], list[tuple[str, str, str]]]:
    """Plain words that nothing has, read as the nearest word."""
    respelled: dict[str, tuple[str, str, str]] = {}
    read = []
    for part, is_plain in zip(parts, plain_ones, strict=True):
        only = part.alternatives[0]
        if is_plain and len(part.alternatives) == 1 and only.kind == "word":
            (surface,) = only.surfaces
            if surface not in right:
                near = nearest(surface, language)
                if near is not None:
                    respelled.setdefault(surface, (only.text, surface, near))
                    if f"word:{surface}" not in request.expand_off:
                        part = part._replace(alternatives=(only._replace(surfaces=(near,)),))
        read.append(part)
    return read, list(respelled.values())


def _as_title(parts: list[Part], plain_ones: list[bool]) -> list[Part]:
    """The whole query in a row in a title, if it is two plain words or more and nothing else."""
    typed = parts[: len(plain_ones)]
    kinds = {part.alternatives[0].kind for part in typed}
    if len(typed) < 2 or not all(plain_ones) or kinds != {"word"}:
        return []
    words = [part.alternatives[0] for part in typed]
    surfaces = tuple(word.surfaces[0] for word in words)
    text = " ".join(word.text for word in words)
    return [Part((Wanted("phrase", text, surfaces, "title"),), called=True)]


def _plain_word(clause: Clause) -> Word | None:
    """The unquoted word without a sign and a field that a clause is, if it is one."""
    only = clause.alternatives[0]
    if clause.operator == "any" and len(clause.alternatives) == 1:
        return only if isinstance(only, Word) and only.field is None else None
    return None


def _parts(clause: Clause, language: str | None) -> list[Part]:
    only = clause.alternatives[0]
    if clause.operator == "any" and len(clause.alternatives) == 1 and isinstance(only, Word):
        tokens = analyse(only.text, language)
        words = first_forms(tokens)
        if any(a.end > b.start for a, b in pairwise(words)):
            surfaces = [token.surface for token in tokens]
            return [Part((Wanted("word", one, (one,), only.field),)) for one in surfaces]
    alternatives = [wanted for atom in clause.alternatives for wanted in _wanted(atom, language)]
    return [Part(tuple(alternatives), clause.operator)] if alternatives else []


def _wanted(atom: Atom, language: str | None) -> list[Wanted]:
    """What a word, phrase, near or prefix looks for: one thing, several, or nothing."""
    if isinstance(atom, ConceptTerm):
        return [Wanted("concept", atom.source, (), atom.field, concept=atom.id)]
    if isinstance(atom, Prefix):
        tokens = analyse(fold(atom.text), language)
        return (
            [Wanted("prefix", atom.text, (tokens[0].surface,), atom.field)]
            if len(tokens) == 1
            else []
        )
    tokens = analyse(atom.text, language)
    surfaces = tuple(token.surface for token in first_forms(tokens))
    if not surfaces:
        return []
    if isinstance(atom, Near) and len(surfaces) > 1:
        return [Wanted("near", atom.text, surfaces, atom.field, atom.distance)]
    if isinstance(atom, (Near, Phrase)):
        return [Wanted("phrase", atom.text, surfaces, atom.field)]
    if len(surfaces) == 1:
        return [Wanted("word", atom.text, surfaces, atom.field)]
    others = [token.surface for token in tokens if token.surface not in surfaces]
    return [
        Wanted("phrase", atom.text, surfaces, atom.field),
        *(Wanted("word", atom.text, (other,), atom.field) for other in others),
    ]


def first_forms(tokens: Sequence[Token]) -> list[Token]:
    """The first token of each position."""
    return [
        token
        for number, token in enumerate(tokens)
        if number == 0 or tokens[number - 1].position != token.position
    ]


def _leave_out_function_words(parts: list[Part], language: str | None) -> list[Part]:
    def is_function_word(part: Part) -> bool:
        first = part.alternatives[0]
        return (
            part.operator == "any"
            and len(part.alternatives) == 1
            and first.kind == "word"
            and first.field is None
            and first.surfaces[0] in function_words(language)
        )

    if all(part.operator == "not" or is_function_word(part) for part in parts):
        return parts
    return [part._replace(ignored=is_function_word(part)) for part in parts]


def _called_up(
    words: Sequence[tuple[str, str, int]], found: Sequence[tuple[str, int, int]]
) -> list[tuple[str, str]]:
    """(concept, the typed words that call it up), each concept once; `words` are (surface,
    typed word, number of its part)."""
    called: dict[str, str] = {}
    for id, first, last in found:
        if id not in called:
            typed: list[str] = []
            for _, word, _ in words[first:last]:
                if word not in typed:
                    typed.append(word)
            called[id] = " ".join(typed)
    return list(called.items())


def mentions(
    words: Sequence[str], languages: Sequence[str | None], concepts: Mapping[str, Concept]
) -> list[tuple[str, int, int]]:
    """Labels among words as (concept, first word, word after the last)."""
    labels = [
        (concept.id, language, first_forms(analyse(label, language)))
        for concept in concepts.values()
        for language, label in labels_of(concept)
    ]
    found: list[tuple[str, int, int]] = []
    at = 0
    while at < len(words):
        best, longest = "", 0
        for own in (None, *map(group, languages)):
            for id, language, tokens in labels:
                here = words[at : at + len(tokens)]
                short = len(" ".join(token.surface for token in tokens)) <= SHORT_LABEL
                if own is None:
                    same = list(here) == [token.surface for token in tokens]
                    same = same and (language in languages or not short)
                else:
                    same = [stem(word, own) for word in here] == [token.stem for token in tokens]
                    same = same and own == group(language) and not short
                if same and longest < len(tokens) <= LONGEST_LABEL:
                    best, longest = id, len(tokens)
        if longest:
            found.append((best, at, at + longest))
        at += longest or 1
    return found


def labels_of(concept: Concept) -> list[tuple[str, str]]:
    others = [(language, label) for language, own in concept.other.items() for label in own]
    return [*concept.labels.items(), *others]
