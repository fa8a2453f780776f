"""The oracle: `docs/ranking.md` word by word, in plain loops, obviously right rather than fast."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from brute_force_reading import Part, Reading, Wanted, mentions, read
from brute_force_reading import first_forms as first_forms_of
from brute_force_spelling import Spelling

from corpus.model import Corpus, Initiative
from corpus.place_names import place_keys
from indexer import engine
from indexer.engine import (
    Expansion,
    FacetCount,
    Gone,
    Hit,
    Moved,
    Ranking,
    SearchRequest,
    TermReport,
)
from indexer.facets import date_span, facet_values, first_day, last_day
from indexer.feedback import THRESHOLD
from indexer.languages.analysis import analyse, fold, group, stem
from indexer.units import FieldValue, Unit, units
from indexer.weights import DEFAULT, FIELDS, Weights

MOST_FORMS = 200
TITLES = (FIELDS.index("title"), FIELDS.index("title_original"))
TOPICS = FIELDS.index("topics")
PLACE = FIELDS.index("place")


class Occurrence(NamedTuple):
    """A token where it stands; `group` is that of its stem."""

    surface: str
    stem: str
    group: str
    position: int


class Value(NamedTuple):
    """A field value as tokens and the concepts that stand in it."""

    tokens: list[Occurrence]
    concepts: list[str]


class Indexed(NamedTuple):
    """A unit, its values by field and the norm of each field."""

    values: list[list[Value]]
    norms: list[float]


class Found(NamedTuple):
    """A hit with what its score is made of; `passages` are the scores of its passages, `lifts`
    what each concept adds to `score` by feedback."""

    initiative: Initiative
    score: float
    passages: list[float]
    matched: int
    lifts: Mapping[str, float] = MappingProxyType({})

    @property
    def whole(self) -> float:
        return self.score + sum(self.lifts.values())


class BruteForceEngine:
    """Answers `search`, `every_hit`, `explain` and `initiative` from the corpus itself."""

    def __init__(self, corpus: Corpus, weights: Weights = DEFAULT) -> None:
        self.corpus = corpus
        self.weights = weights
        self.initiatives = sorted(
            (one for one in corpus.initiatives if one.id not in corpus.withdrawn),
            key=lambda one: one.id,
        )
        values = {
            one.id: [self._analysed(unit) for unit in units(one, corpus)]
            for one in self.initiatives
        }
        means = _mean_lengths([unit for own in values.values() for unit in own])
        self.units = {
            id: [Indexed(unit, self._norms(unit, means)) for unit in own]
            for id, own in values.items()
        }
        self.count = sum(len(own) for own in self.units.values())
        self.vectors = self._vectors()
        self.units_of_surface = Counter(
            surface
            for own in self.units.values()
            for unit in own
            for surface in {
                token.surface for field in unit.values for value in field for token in value.tokens
            }
        )
        tokens = (
            (token.surface, token.group, token.stem)
            for own in self.units.values()
            for unit in own
            for field in unit.values
            for value in field
            for token in value.tokens
        )
        self.spelling = Spelling(tokens, self.units_of_surface, corpus.concepts)

    # What stands in the index

    def _analysed(self, unit: Unit) -> list[list[Value]]:
        fields = [
            [self._value(value, annotated=f not in (TOPICS, PLACE)) for value in values]
            for f, values in enumerate(unit.fields)
        ]
        fields[TOPICS].append(Value([], list(unit.concepts)))
        return fields

    def _value(self, value: FieldValue, *, annotated: bool) -> Value:
        own = group(value.language)
        tokens = analyse(value.text, value.language)
        words = [token.surface for token in first_forms_of(tokens)]
        found = mentions(words, [value.language], self.corpus.concepts) if annotated else []
        return Value(
            [Occurrence(token.surface, token.stem, own, token.position) for token in tokens],
            [id for id, _, _ in found],
        )

    def _norms(self, unit: list[list[Value]], means: list[float]) -> list[float]:
        norms = []
        for f, field in enumerate(self.weights.fields):
            length = _length(unit[f]) or means[f]
            norms.append(field.weight / (1 - field.b + field.b * length / means[f]))
        return norms

    # Weighted frequencies and scores

    def amounts(self, wanted: Wanted, unit: Indexed) -> dict[int, float]:
        """The weighted frequency of something wanted in each field that has it."""
        forms = self._forms(wanted.surfaces[0]) if wanted.kind == "prefix" else set()
        found = {}
        for f, values in enumerate(unit.values):
            if wanted.field == "title" and f not in TITLES:
                continue
            amount = sum(self._occurrences(wanted, value, forms) for value in values)
            if amount:
                found[f] = amount * unit.norms[f]
        return found

    def _occurrences(self, wanted: Wanted, value: Value, forms: set[str]) -> float:
        if wanted.kind == "concept":
            return sum(self._names(id, wanted.concept or "") for id in value.concepts)
        if wanted.kind == "prefix":
            return sum(token.surface in forms for token in value.tokens)
        if wanted.kind == "phrase":
            return _phrases(wanted.surfaces, value.tokens)
        if wanted.kind == "near":
            return _nears(wanted.surfaces, wanted.distance, value.tokens)
        (word,) = wanted.surfaces
        surfaces = sum(token.surface == word for token in value.tokens)
        stems = sum(token.stem == stem(word, token.group) for token in value.tokens)
        inside = sum(_inside(word, token) for token in value.tokens)
        stems += self.weights.compound * inside
        return self.weights.exact * surfaces + (1 - self.weights.exact) * stems

    def _names(self, id: str, wanted: str) -> float:
        """1 for the concept itself, less for one under it."""
        if id == wanted:
            return 1.0
        above, waiting = set(), [id]
        while waiting:
            concept = self.corpus.concepts.get(waiting.pop())
            fresh = set(concept.broader) - above if concept else set()
            above |= fresh
            waiting += fresh
        return self.weights.narrower if wanted in above else 0.0

    def _forms(self, prefix: str) -> set[str]:
        forms = [surface for surface in self.units_of_surface if surface.startswith(prefix)]
        forms.sort(key=lambda surface: (-self.units_of_surface[surface], surface))
        return set(forms[:MOST_FORMS])

    def _scores(self, wanted: Wanted) -> dict[str, list[float]]:
        """The score of something wanted in each unit of each initiative."""
        wf = {one.id: self._frequencies(wanted, one) for one in self.initiatives}
        n = sum(frequency > 0 for own in wf.values() for frequency in own)
        idf = math.log(1 + (self.count - n + 0.5) / (n + 0.5))
        k1 = self.weights.k1
        return {
            id: [idf * frequency * (k1 + 1) / (k1 + frequency) for frequency in own]
            for id, own in wf.items()
        }

    def _frequencies(self, wanted: Wanted, one: Initiative) -> list[float]:
        """The weighted frequency of something wanted in each unit of an initiative."""
        own = self.units[one.id]
        if wanted.kind == "place":
            return [float(self._stands_in(one, wanted) and u == 0) for u in range(len(own))]
        return [sum(self.amounts(wanted, unit).values()) for unit in own]

    def _stands_in(self, one: Initiative, wanted: Wanted) -> bool:
        return bool(set(place_keys(one, self.corpus)) & set(wanted.places))

    def _clause_scores(self, part: Part) -> dict[str, list[float]]:
        """The score of its best alternative, in each unit of each initiative."""
        scored = [(self._factor(part, one), self._scores(one)) for one in part.alternatives]
        return {
            id: [max(factor * scores[id][u] for factor, scores in scored) for u in range(len(own))]
            for id, own in self.units.items()
        }

    def _factor(self, part: Part, wanted: Wanted) -> float:
        if part.called:
            return self.weights.place if wanted.kind == "place" else self.weights.concept
        return self.weights.satisfied if wanted.kind == "concept" else 1.0

    def _find(self, reading: Reading, request: SearchRequest) -> list[Found]:
        """Every initiative that has what is asked for, filters aside, in the order of ids."""
        ranking = [(part, self._clause_scores(part)) for part in reading.ranking]
        barring = [self._clause_scores(part) for part in reading.barring]
        found = []
        for one in self.initiatives:
            if any(max(scores[one.id]) > 0 for scores in barring):
                continue
            has = [(part, max(scores[one.id]) > 0) for part, scores in ranking]
            if not ranking:
                found.append(Found(one, 0.0, [], 0))
            elif _is_hit(has, request.mode):
                matched = sum(it_has for _, it_has in has)
                by_unit = [
                    sum(scores[one.id][u] for _, scores in ranking)
                    for u in range(len(self.units[one.id]))
                ]
                score = by_unit[0] + self.weights.passage_weight * max(by_unit[1:], default=0.0)
                if any(it_has and part.alternatives[0].kind == "place" for part, it_has in has):
                    score *= 1 + self.weights.preference
                score *= 1 + self._coverage(matched, len(ranking))
                found.append(Found(one, score, by_unit[1:], matched))
        return found

    def _coverage(self, matched: int, clauses: int) -> float:
        return self.weights.coverage * (matched - 1) / (clauses - 1) if clauses > 1 else 0.0

    # Filters, facets, order

    def _passes(self, one: Initiative, reading: Reading, without: str | None = None) -> bool:
        """Whether it passes all filters but those of one facet."""
        values = facet_values(one, self.corpus)
        for facet, wanted in reading.include.items():
            if facet != without and not set(values[facet]) & set(wanted):
                return False
        for facet, unwanted in reading.exclude.items():
            if facet != without and set(values[facet]) & set(unwanted):
                return False
        if reading.date_from or reading.date_to:
            span = date_span(one)
            if span is None:
                return False
            begin, end = span
            if reading.date_from and end < first_day(reading.date_from):
                return False
            if reading.date_to and begin > last_day(reading.date_to):
                return False
        return True

    def _facet(self, facet: str, found: list[Found], reading: Reading) -> tuple[FacetCount, ...]:
        counts = dict.fromkeys(reading.include.get(facet, ()), 0)
        for hit in found:
            if self._passes(hit.initiative, reading, without=facet):
                for value in set(facet_values(hit.initiative, self.corpus)[facet]):
                    counts[value] = counts.get(value, 0) + 1
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(FacetCount(value, count) for value, count in ordered)

    def _hits(self, reading: Reading, request: SearchRequest) -> list[Found]:
        hits = [
            one for one in self._find(reading, request) if self._passes(one.initiative, reading)
        ]
        order = "newest" if request.sort == "changed" else request.sort
        if request.expand and reading.ranking:
            hits = self._with_feedback(hits)
        hits.sort(key=lambda hit: (*self._key(hit, order), hit.initiative.id))
        if request.sort == "changed":  # the newest first of those that changed on one day
            hits.sort(key=lambda hit: hit.initiative.changed, reverse=True)
        return hits

    def _with_feedback(self, hits: list[Found]) -> list[Found]:
        best = max((hit.score for hit in hits), default=0.0)
        if best <= 0:
            return hits
        about: Counter[str] = Counter()
        for hit in hits:
            say = hit.score / best - THRESHOLD
            if say > 0:
                for id, weight in self.vectors[hit.initiative.id].items():
                    about[id] += say * weight
        profile = _of_length_one(about)
        return [
            hit._replace(
                lifts={
                    id: self.weights.feedback * best * profile[id] * weight
                    for id, weight in self.vectors[hit.initiative.id].items()
                    if id in profile
                }
            )
            for hit in hits
        ]

    def _vectors(self) -> dict[str, dict[str, float]]:
        """TF-IDF of each initiative's concepts, of length one."""
        counts = {
            id: Counter(
                concept
                for unit in own
                for field in unit.values
                for value in field
                for concept in value.concepts
            )
            for id, own in self.units.items()
        }
        having = Counter(concept for own in counts.values() for concept in own)
        total = len(counts)
        return {
            id: _of_length_one(
                {
                    concept: math.log(1 + count)
                    * math.log(1 + (total - having[concept] + 0.5) / (having[concept] + 0.5))
                    for concept, count in own.items()
                }
            )
            for id, own in counts.items()
        }

    def _key(self, hit: Found, sort: str) -> tuple[float | str, ...]:
        one = hit.initiative
        if sort == "relevance":
            return (-hit.whole,)
        if sort == "title":
            return (fold(one.title),)
        if sort == "city":
            city = self.corpus.cities.get(one.city or "")
            return (0, fold(city.name)) if city else (1, "")
        span = date_span(one)
        if span is None:
            return (1, 0)
        return (0, span[0] if sort == "oldest" else -span[0])

    # The protocol

    def search(self, request: SearchRequest) -> Ranking:
        """Rank; see `SearchEngine.search`."""
        reading = read(request, self.corpus, self.spelling.nearest)
        found = self._find(reading, request)
        hits = self._hits(reading, request)
        page = hits[request.offset : request.offset + request.size]
        return Ranking(
            total=len(hits),
            cities=len({hit.initiative.city for hit in hits if hit.initiative.city}),
            hits=tuple(Hit(hit.initiative.id, hit.whole, _best(hit.passages)) for hit in page),
            facets={facet: self._facet(facet, found, reading) for facet in request.facets},
            terms=tuple(
                self._report(part)
                for part in reading.parts
                if part.alternatives[0].kind == "concept" or not part.called
            ),
            language=reading.language,
            expansions=tuple(
                Expansion(id, self.corpus.concepts[id].label, source)
                for id, source in reading.expansions
            )
            + tuple(
                Expansion(f"word:{surface}", near, typed, kind="spelling")
                for typed, surface, near in reading.respelled
            )
            + tuple(Expansion(key, "", typed, kind="place") for key, typed in reading.places),
            include=reading.include,
            exclude=reading.exclude,
        )

    def _report(self, part: Part) -> TermReport:
        first = part.alternatives[0]
        typed = [one for one in part.alternatives if one.kind != "concept"] or part.alternatives
        text = " OR ".join(dict.fromkeys(wanted.text for wanted in typed))
        scores = {} if part.ignored else self._clause_scores(part)
        hits = sum(max(own) > 0 for own in scores.values())
        return TermReport(text, first.kind, part.operator, hits, first.field, part.ignored)

    def every_hit(self, request: SearchRequest) -> Iterator[str]:
        """Ids of all hits; see `SearchEngine.every_hit`."""
        return (
            hit.initiative.id
            for hit in self._hits(read(request, self.corpus, self.spelling.nearest), request)
        )

    def passage_scores(self, request: SearchRequest) -> dict[str, list[float]]:
        """What each passage of each hit scores, before coverage and their weight."""
        hits = self._hits(read(request, self.corpus, self.spelling.nearest), request)
        return {hit.initiative.id: hit.passages for hit in hits}

    def explain(
        self, request: SearchRequest, ids: Sequence[str]
    ) -> Mapping[str, tuple[engine.Part, ...]]:
        """The parts of each hit's score; see `SearchEngine.explain`."""
        reading = read(request, self.corpus, self.spelling.nearest)
        hits = {hit.initiative.id: hit for hit in self._hits(reading, request)}
        return {id: tuple(self._parts(hits[id], reading)) for id in ids if id in hits}

    def _parts(self, hit: Found, reading: Reading) -> Iterator[engine.Part]:
        best = _best(hit.passages)
        places: list[tuple[int, float, int | None]] = [(0, 1.0, None)]
        if best is not None:
            places.append((best + 1, self.weights.passage_weight, best))
        whole = 0.0
        preferred: str | None = None
        for part in reading.ranking:
            scored = [
                [
                    self._factor(part, wanted) * own
                    for own in self._scores(wanted)[hit.initiative.id]
                ]
                for wanted in part.alternatives
            ]
            for unit, factor, passage in places:
                score = max(scores[unit] for scores in scored)
                if score == 0:
                    continue
                wanted = part.alternatives[[scores[unit] for scores in scored].index(score)]
                if wanted.kind == "place":
                    whole += factor * score
                    preferred = " OR ".join(dict.fromkeys(one.text for one in part.alternatives))
                    weight = factor * score
                    yield engine.Part(wanted.text, "place", weight)
                    continue
                amounts = self.amounts(wanted, self.units[hit.initiative.id][unit])
                for f, amount in amounts.items():
                    weight = factor * score * amount / sum(amounts.values())
                    whole += weight
                    yield engine.Part(
                        wanted.text, FIELDS[f], weight, wanted.concept, (), passage=passage
                    )
        if preferred is not None:
            yield engine.Part(preferred, "preference", whole * self.weights.preference)
            whole *= 1 + self.weights.preference
        coverage = whole * self._coverage(hit.matched, len(reading.ranking))
        if coverage:
            said = f"{hit.matched} of {len(reading.ranking)}"
            yield engine.Part(said, "coverage", coverage)
        for id, lift in hit.lifts.items():
            yield engine.Part(self.corpus.concepts[id].label, "feedback", lift, id)

    def initiative(self, id: str) -> Initiative | Moved | Gone | None:
        """A record by its id, without its passages; see `SearchEngine.initiative`."""
        if id in self.corpus.withdrawn:
            return Gone(id, self.corpus.withdrawn[id])
        for one in self.initiatives:
            if one.id == id:
                return msgspec.structs.replace(one, passages=())
        for one in self.initiatives:
            if id in one.aliases:
                return Moved(one.id)
        return None


def _of_length_one(weights: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight**2 for weight in weights.values()))
    return {id: weight / length for id, weight in weights.items()} if length else {}


def _inside(word: str, token: Occurrence) -> bool:
    """Whether a token is a compound that begins or ends with the word."""
    if token.group not in ("da", "de", "fi", "nl", "no", "sv"):
        return False
    inner, outer = stem(word, token.group), token.stem
    if len(inner) < 5 or not inner.isalpha() or len(outer) < len(inner) + 3:
        return False
    return outer.startswith(inner) or outer.endswith(inner)


def _length(values: list[Value]) -> int:
    return sum(len(value.tokens) for value in values)


def _mean_lengths(of_units: list[list[list[Value]]]) -> list[float]:
    """By field, over the units that have words in it; 1 where none has."""
    means = []
    for f in range(len(FIELDS)):
        lengths = [_length(unit[f]) for unit in of_units if _length(unit[f])]
        means.append(sum(lengths) / len(lengths) if lengths else 1.0)
    return means


def _phrases(surfaces: Sequence[str], tokens: list[Occurrence]) -> int:
    """Places where the surfaces stand one after the other."""
    standing = {(token.surface, token.position) for token in tokens}
    return sum(
        all((surface, start + step) in standing for step, surface in enumerate(surfaces))
        for start in {token.position for token in tokens}
    )


def _nears(surfaces: Sequence[str], distance: int, tokens: list[Occurrence]) -> int:
    """Places of the first surface with every other within the distance."""
    found = 0
    for first in tokens:
        if first.surface == surfaces[0]:
            found += all(
                any(
                    other.surface == surface
                    and other is not first
                    and abs(other.position - first.position) <= distance
                    for other in tokens
                )
                for surface in surfaces[1:]
            )
    return found


def _is_hit(has: list[tuple[Part, bool]], mode: str) -> bool:
    asked = [(part, it_has) for part, it_has in has if not part.called]
    if mode == "all":
        return all(it_has for _, it_has in asked)
    must = [it_has for part, it_has in asked if part.operator == "must"]
    return all(must) if must else any(it_has for _, it_has in has)


def _best(passages: list[float]) -> int | None:
    """The first of the best passages, counted from 0; None where none has anything."""
    best = max(passages, default=0.0)
    return passages.index(best) if best > 0 else None
