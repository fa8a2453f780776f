"""The embedded engine: Whoosh's index with its ranking on memory-mapped columns."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np

from corpus.documents import Version
from corpus.model import City, Coalition, Concept, Country, Initiative, Passage, Region
from corpus.thesaurus import beneath
from indexer import facet_columns, feedback, similar, suggest
from indexer.build import PLACE
from indexer.columns import Positions
from indexer.concepts import Annotator, first_forms, labels
from indexer.engine import (
    MOST_DOCUMENTS,
    Expansion,
    FacetCount,
    FoundPassage,
    Gone,
    Hit,
    IndexedDocument,
    Moved,
    Neighbour,
    Part,
    Ranking,
    Scope,
    SearchRequest,
    SharedTerm,
    Status,
    Suggestion,
    TermReport,
)
from indexer.explain import Located, Occurrences, between, clause_parts
from indexer.facet_columns import Filters, Longs
from indexer.facets import first_day, last_day
from indexer.generation import open_manifest
from indexer.languages.analysis import analyse, stem
from indexer.marking import MarkedText, Marker, read
from indexer.matching import (
    WeightedTerm,
    concept_terms,
    match_surfaces,
    match_terms,
    near_places,
    phrase_places,
    prefix_terms,
    weigh,
    word_terms,
)
from indexer.passages import best_piece, joined
from indexer.query import parse, plain
from indexer.ranking import (
    FoundClause,
    Layout,
    Matches,
    Scored,
    ScoredClause,
    Scores,
    combine,
    idf,
    score_clauses,
    top,
)
from indexer.resolve import Resolved, Resolver
from indexer.snapshot import Snapshot, open_snapshot
from indexer.spelling import Speller
from indexer.understanding import (
    Expander,
    Sought,
    SoughtClause,
    Understood,
    clause_text,
    factor_of,
    understand,
)
from indexer.weights import FIELDS, Weights

TITLE_FIELDS: Final = frozenset({FIELDS.index("title"), FIELDS.index("title_original")})
MOST_SHARED: Final = 6


class _Question(NamedTuple):
    """A request read and looked up."""

    resolved: Resolved
    understood: Understood
    clauses: Sequence[SoughtClause]
    located: Sequence[Sequence[Located]]
    scored: Sequence[ScoredClause]
    notes: tuple[str, ...]


def _unit_scores(question: _Question, first: int, end: int) -> np.ndarray:
    """What the units [first, end) score, before coverage."""
    scores = np.zeros(end - first)
    for scored in question.scored:
        if scored.operator != "not":
            begin, stop = np.searchsorted(scored.units, [first, end])
            scores[scored.units[begin:stop] - first] += scored.scores[begin:stop]
    return scores


class _Lifted(NamedTuple):
    """Hits with what feedback adds: `places` in `scored` of the best, by falling sum of their
    own score and `lifts`; `about` is None where there is no feedback."""

    scored: Scored
    places: Longs
    lifts: Scores
    about: feedback.Profile | None = None

    def first(self, most: int) -> Longs:
        """Places of the first hits."""
        if most <= len(self.places):
            return self.places[:most]
        rest = self.scored.best(most)[len(self.places) :]
        return np.concatenate([self.places, rest])

    def scores(self, places: Longs) -> Scores:
        """The scores at these places."""
        lifts = dict(zip(self.places.tolist(), self.lifts.tolist(), strict=True))
        scores: Scores = self.scored.final(places).copy()
        scores += [lifts.get(place, 0.0) for place in places.tolist()]
        return scores


class _Answer(NamedTuple):
    """A request read, looked up and matched."""

    question: _Question
    filters: Filters
    found: _Lifted


class EmbeddedEngine:
    """An immutable snapshot of one generation; safe to share between threads."""

    def __init__(self, snapshot: Snapshot, status: Status) -> None:
        self._snapshot = snapshot
        self._status = status
        self._columns = snapshot.columns
        self._frame = snapshot.frame
        self._layout = Layout(snapshot.columns.owner, snapshot.columns.first)
        self._weights = snapshot.frame.weights
        # What costs more to find than to keep; all of it is of the index, none of a query
        # but its single words.
        self._stems = lru_cache(maxsize=65536)(self._stems_of)
        self._label_places = lru_cache(maxsize=1024)(self._places_of_labels)
        self._last = threading.local()
        self._marked = lru_cache(maxsize=8192)(self._read_text)

    @classmethod
    def open(cls, folder: Path, *, digests: bool = True) -> EmbeddedEngine:
        """Open a generation; `IndexFault` names what is missing or damaged.

        `digests=False` checks sizes alone.
        """
        manifest = open_manifest(folder, digests=digests)
        facts = manifest.facts
        status = Status(folder.name, manifest.built, facts["counts"], facts["versions"])
        return cls(open_snapshot(folder), status)

    @property
    def status(self) -> Status:
        """Counts and versions of the generation."""
        return self._status

    @property
    def weights(self) -> Weights:
        """The numbers of the ranking, from the index itself."""
        return self._weights

    @property
    def cities(self) -> Mapping[str, City]:
        """By slug."""
        return self._frame.corpus.cities

    @property
    def countries(self) -> Mapping[str, Country]:
        """By code."""
        return self._frame.corpus.countries

    @property
    def regions(self) -> Mapping[str, Region]:
        """By id."""
        return self._frame.corpus.regions

    @property
    def concepts(self) -> Mapping[str, Concept]:
        """By id."""
        return self._frame.corpus.concepts

    @property
    def coalition(self) -> Coalition:
        """The coalition's statements and members."""
        return self._frame.corpus.coalition

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self._frame.corpus)

    @cached_property
    def _beneath(self) -> Mapping[str, tuple[str, ...]]:
        return beneath(self.concepts)

    @cached_property
    def _annotator(self) -> Annotator:
        return Annotator(self._snapshot.labels)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._columns, self._snapshot.labels, self._frame.groups)

    @cached_property
    def _expander(self) -> Expander:
        nearest = lru_cache(maxsize=65536)(self._nearest)
        return Expander(self._annotator, self._snapshot.places, nearest)

    def _nearest(self, surface: str, language: str | None) -> str | None:
        speller = self._speller
        return None if speller.knows(surface, language) else speller.nearest(surface, language)

    def search(self, request: SearchRequest) -> Ranking:
        """Rank; see `SearchEngine.search`."""
        question, filters, found = self._answer(request)
        resolved, understood = question.resolved, question.understood
        facets = self._count(question, filters, found.scored, request)
        counted = facets.get("city") if "city" not in filters.facets else None
        initiatives = found.scored.initiatives
        return Ranking(
            total=len(initiatives),
            cities=self._distinct_cities(initiatives) if counted is None else len(counted),
            hits=self._page(found, request),
            facets=facets,
            terms=self._reports(question),
            language=understood.language,
            expansions=self._expansions(understood, request),
            notes=question.notes,
            did_you_mean=self._did_you_mean(question, request),
            include=resolved.include,
            exclude=resolved.exclude,
            exact=self._has_exact(question),
        )

    def every_hit(self, request: SearchRequest) -> Iterator[str]:
        """Ids of all hits; see `SearchEngine.every_hit`."""
        found = self._answer(request).found
        initiatives = found.scored.initiatives
        for place in self._order(found, request, len(initiatives)):
            yield self._snapshot.records.ids[int(initiatives[place])]

    def _answer(self, request: SearchRequest) -> _Answer:
        """Read and match a request, once for the search, explanation and passages of it.

        Only the request at hand is remembered, by each thread, and only until its next.
        """
        last = getattr(self._last, "asked", None)
        if last is not None and last[0] is request:
            answered: _Answer = last[1]
            return answered
        question = self._look_up(request)
        filters = self._filters(question.resolved, request)
        scored = self._combine(question, filters.allowed(), request)
        answer = _Answer(question, filters, self._lift(scored, question, request))
        self._last.asked = (request, answer)
        return answer

    def _lift(self, scored: Scored, question: _Question, request: SearchRequest) -> _Lifted:
        if not (request.expand and question.understood.ranking and self._weights.feedback):
            return _Lifted(scored, np.empty(0, np.int64), np.empty(0))
        best = scored.best(feedback.REACH)
        scores, initiatives = scored.final(best), scored.initiatives[best]
        about = feedback.profile(self._snapshot.vectors, initiatives, scores)
        lifts = feedback.cosines(self._snapshot.vectors, initiatives, about)
        lifts *= self._weights.feedback * about.best
        order = np.lexsort((best, -(scores + lifts)))
        return _Lifted(scored, best[order], lifts[order], about)

    def _look_up(self, request: SearchRequest) -> _Question:
        parsed = plain(request.text) if request.plain else parse(request.text)
        resolved = self._resolver.resolve(parsed, request)
        understood = understand(
            resolved.clauses,
            request.language,
            self._expander if request.expand else None,
            request.expand_off,
        )
        clauses = understood.ranking + understood.barring
        located = [[self._locate(sought) for sought in c.alternatives] for c in clauses]
        asked = [
            FoundClause(
                [one.matches for one in own],
                [factor_of(clause, one, self._weights) for one in clause.alternatives],
                clause.operator,
                clause.called_up,
                clause.alternatives[0].kind == "place",
            )
            for clause, own in zip(clauses, located, strict=True)
        ]
        scored = score_clauses(asked, len(self._layout.owner), self._weights)
        notes = (*parsed.notes, *resolved.notes, *understood.notes)
        return _Question(resolved, understood, clauses, located, scored, notes)

    def _stems_of(self, surface: str) -> tuple[tuple[str, str], ...]:
        return tuple((own, stem(surface, own)) for own in self._frame.groups)

    def _locate(self, sought: Sought) -> Located:
        fields = TITLE_FIELDS if sought.field == "title" else None
        columns = self._columns
        terms: list[WeightedTerm] = []
        if sought.kind == "word":
            surface = sought.surfaces[0]
            terms = word_terms(columns, surface, self._stems(surface), self._weights)
        elif sought.kind == "prefix":
            numbers, _ = prefix_terms(columns, sought.surfaces[0])
            terms = [WeightedTerm(number, 1.0) for number in numbers.tolist()]
            if fields is None:
                return Located(sought, match_surfaces(columns, numbers), terms, None, None)
        elif sought.kind == "concept":
            id = sought.concept or ""
            terms = concept_terms(columns, id, self._beneath.get(id, ()), self._weights)
        elif sought.kind == "place":
            return Located(sought, self._records_in(sought.places), (), None, None)
        else:
            places = (
                near_places(columns, sought.surfaces, sought.distance)
                if sought.kind == "near"
                else phrase_places(columns, sought.surfaces)
            )
            return Located(sought, weigh(columns, places, fields), (), places, fields)
        return Located(sought, match_terms(columns, terms, fields), terms, None, fields)

    def _records_in(self, places: Sequence[str]) -> Matches:
        """The records of all initiatives in any of the places, each once."""
        column = self._snapshot.facets[PLACE]
        inside = facet_columns.having(column, places, len(self._snapshot.records))
        units = self._columns.first[:-1][inside]
        return Matches(units, np.ones(len(units), np.float32))

    def _combine(
        self, question: _Question, allowed: np.ndarray | None, request: SearchRequest
    ) -> Scored:
        every = request.mode == "all"
        if question.understood.ranking:
            return combine(
                question.scored, self._layout, allowed, every=every, weights=self._weights
            )
        initiatives = len(self._snapshot.records)
        passes = np.ones(initiatives, bool) if allowed is None else allowed.copy()
        for clause in question.scored:
            passes[self._layout.owner[clause.units]] = False
        found = np.flatnonzero(passes)
        return Scored(found, np.zeros(len(found)), None)

    def _filters(self, resolved: Resolved, request: SearchRequest) -> Filters:
        initiatives = len(self._snapshot.records)
        flags: dict[str, np.ndarray] = {}
        for facet, values in resolved.include.items():
            column = self._snapshot.facets[facet]
            flags[facet] = facet_columns.having(column, values, initiatives)
        for facet, values in resolved.exclude.items():
            column = self._snapshot.facets[facet]
            barred = facet_columns.having(column, values, initiatives)
            flags[facet] = flags[facet] & ~barred if facet in flags else ~barred
        dates = None
        if resolved.date_from or resolved.date_to:
            begin, end = self._snapshot.dates
            dates = begin >= 0
            if resolved.date_from:
                dates = dates & (end >= first_day(resolved.date_from))
            if resolved.date_to:
                dates = dates & (begin <= last_day(resolved.date_to))
        return Filters(flags, dates)

    def _count(
        self, question: _Question, filters: Filters, found: Scored, request: SearchRequest
    ) -> dict[str, tuple[FacetCount, ...]]:
        initiatives = len(self._snapshot.records)
        counted = {}
        for facet in request.facets:
            column = self._snapshot.facets[facet]
            own = found
            if facet in filters.facets:
                own = self._combine(question, filters.allowed(without=facet), request)
            counts = facet_columns.count(column, own.initiatives, initiatives)
            selected = question.resolved.include.get(facet, ())
            counted[facet] = facet_columns.listed(column, counts, selected)
        return counted

    def _distinct_cities(self, found: Longs) -> int:
        column = self._snapshot.facets["city"]
        counts = facet_columns.count(column, found, len(self._snapshot.records))
        return int(np.count_nonzero(counts))

    def _order(self, found: _Lifted, request: SearchRequest, most: int) -> Longs:
        """Places in `found.scored` of the first `most` hits."""
        if request.sort == "relevance":
            return found.first(most)
        ranks = self._snapshot.ranks[request.sort][found.scored.initiatives]
        return top(-ranks.astype(np.float64), most)

    def _page(self, found: _Lifted, request: SearchRequest) -> tuple[Hit, ...]:
        order = self._order(found, request, request.offset + request.size)[request.offset :]
        numbers = found.scored.initiatives[order].tolist()
        scores = found.scores(order).tolist()
        passage = found.scored.passage
        ids = self._snapshot.records.ids
        if passage is None:
            return tuple(map(Hit, map(ids.__getitem__, numbers), scores))
        hits = []
        for number, score, unit in zip(numbers, scores, passage[order].tolist(), strict=True):
            place = unit - int(self._columns.first[number]) - 1 if unit >= 0 else None
            hits.append(Hit(ids[number], score, place))
        return tuple(hits)

    def _reports(self, question: _Question) -> tuple[TermReport, ...]:
        numbers = {
            id(clause): self._owners(scored)
            for clause, scored in zip(question.clauses, question.scored, strict=True)
        }
        return tuple(
            TermReport(
                clause_text(clause),
                clause.alternatives[0].kind,
                clause.operator,
                numbers.get(id(clause), 0),
                clause.alternatives[0].field,
                clause.ignored,
            )
            for clause in question.understood.clauses
            if clause.alternatives[0].kind == "concept" or not clause.called_up
        )

    def _owners(self, scored: ScoredClause) -> int:
        if self._layout.single or not len(scored.units):
            return len(scored.units)
        owners = self._layout.owner[scored.units]
        return 1 + int(np.count_nonzero(owners[1:] != owners[:-1]))

    def _has_exact(self, question: _Question) -> bool:
        """Whether every word that was looked for stands in the index as it was typed."""
        return not question.understood.respelled and all(
            alternative.kind != "word" or self._columns.number(alternative.surfaces[0]) >= 0
            for clause in question.understood.ranking
            for alternative in clause.alternatives
        )

    def _did_you_mean(self, question: _Question, request: SearchRequest) -> str | None:
        """The query with each word that is not in the index changed to the nearest that is."""
        text = request.text
        understood = question.understood
        for word in understood.respelled:
            text = text.replace(word.text, word.read_as)
        for clause, scored in zip(question.clauses, question.scored, strict=True):
            only = clause.alternatives[0]
            if only.kind == "word" and clause.operator != "not" and not len(scored.units):
                near = self._nearest(only.surfaces[0], understood.language)
                if near is not None:
                    text = text.replace(only.text, near)
        return text if text != request.text else None

    def _expansions(self, understood: Understood, request: SearchRequest) -> tuple[Expansion, ...]:
        """What was searched beside the words, what was taken off, too (without terms)."""
        shown = []
        for id, source in understood.expansions:
            concept = self.concepts[id]
            terms = () if id in request.expand_off else self._indexed_labels(id)
            shown.append(Expansion(id, concept.label, source, terms))
        respelled = (
            Expansion(word.id, word.read_as, word.text, kind="spelling")
            for word in understood.respelled
        )
        labels = self._snapshot.places.labels
        places = (
            Expansion(key, labels[key], source, kind="place") for key, source in understood.places
        )
        return (*shown, *respelled, *places)

    def _indexed_labels(self, id: str) -> tuple[tuple[str, str], ...]:
        """Labels of a concept, as (language, label), whose words stand in the index."""
        known = {text for text, _ in self._label_places(id)}
        found: dict[tuple[str, str], tuple[str, str]] = {}
        for language, label in labels(self.concepts[id]):
            if label.casefold() in known:
                found.setdefault((language, label.casefold()), (language, label))
        return tuple(found.values())

    def explain(self, request: SearchRequest, ids: Sequence[str]) -> Mapping[str, tuple[Part, ...]]:
        """Parts of scores; see `SearchEngine.explain`."""
        question, _, found = self._answer(request)
        lifted = set(found.scored.initiatives[found.places].tolist())
        numbers = {id: n for id in ids if (n := self._snapshot.records.numbers.get(id)) is not None}
        units = {number: self._explained_units(question, number) for number in numbers.values()}
        occurrences = Occurrences(
            self._columns, [unit for both in units.values() for unit, *_ in both]
        )
        explained = {}
        for id, number in numbers.items():
            parts = self._explain(question, number, units[number], occurrences)
            if number in lifted and found.about is not None:
                parts += self._feedback_parts(found.about, number)
            explained[id] = tuple(sorted(parts, key=lambda part: -part.weight))
        return explained

    def _explained_units(
        self, question: _Question, number: int
    ) -> list[tuple[int, float, int | None]]:
        """The units that make an initiative's score, what each counts, and which passage it is."""
        columns = self._columns
        first, end = int(columns.first[number]), int(columns.first[number + 1])
        best = self._best_passage(question, first, end)
        units: list[tuple[int, float, int | None]] = [(first, 1.0, None)]
        if best >= 0:
            units.append((best, self._weights.passage_weight, best - first - 1))
        return units

    def _feedback_parts(self, about: feedback.Profile, number: int) -> list[Part]:
        vectors = self._snapshot.vectors
        row = slice(int(vectors.begin[number]), int(vectors.begin[number + 1]))
        shares = about.lift(vectors.concepts[row], vectors.weights[row])
        shares *= self._weights.feedback * about.best
        parts = []
        for term, share in zip(vectors.concepts[row].tolist(), shares.tolist(), strict=True):
            if share > 0:
                id = self._columns.terms[term][1:]
                parts.append(Part(self.concepts[id].label, "feedback", share, id))
        return parts

    def _explain(
        self,
        question: _Question,
        number: int,
        units: Sequence[tuple[int, float, int | None]],
        occurrences: Occurrences,
    ) -> list[Part]:
        columns, weights = self._columns, self._weights
        span = [int(columns.first[number]), int(columns.first[number + 1])]
        parts: list[Part] = []
        repeated: dict[SoughtClause, list[Part]] = {}
        matched = ranking = 0
        preferred: str | None = None
        for clause, located, scored in zip(
            question.clauses, question.located, question.scored, strict=True
        ):
            if clause.operator == "not":
                continue
            ranking += 1
            begin, stop = np.searchsorted(scored.units, span)
            matched += bool(stop > begin)
            if stop == begin:
                continue
            if scored.place:
                preferred = clause_text(clause)
            own = repeated.get(clause)
            if own is None:
                own = repeated[clause] = [
                    part
                    for unit, factor, passage in units
                    for part in clause_parts(
                        columns,
                        clause,
                        located,
                        occurrences,
                        unit,
                        factor,
                        weights,
                        self._forms_in,
                        passage,
                    )
                ]
            parts += own
        whole = sum(part.weight for part in parts)
        if preferred is not None and self._weights.preference:
            parts.append(Part(preferred, "preference", whole * weights.preference))
            whole *= 1 + weights.preference
        if ranking > 1:
            bonus = whole * weights.coverage * (matched - 1) / (ranking - 1)
            if bonus > 0:
                parts.append(Part(f"{matched} of {ranking}", "coverage", bonus))
        return parts

    def _best_passage(self, question: _Question, first: int, end: int) -> int:
        """The unit of the best passage, -1 if none is found."""
        if end - first == 1:
            return -1
        scores = _unit_scores(question, first, end)
        best = int(np.argmax(scores[1:])) + 1
        return first + best if scores[best] > 0 else -1

    def _forms_in(self, term: int, low: int, high: int) -> dict[int, str]:
        """What stands at the places of a term: surfaces of a stem, labels of a concept."""
        columns = self._columns
        text = columns.terms[term]
        if text[0] == "#":
            named = self._label_places(text[1:])
        elif text[0] == "~":
            begin, end = columns.form_start[term : term + 2].tolist()
            surfaces = columns.forms[begin:end].tolist()
            named = [(columns.terms[surface], columns.places(surface)) for surface in surfaces]
        else:
            named = [(text, columns.places(term))]
        return {place: form for form, places in named for place in between(places, low, high)}

    def _places_of_labels(self, concept: str) -> list[tuple[str, Positions]]:
        """Where each label of a concept stands in the index word for word."""
        found: dict[str, Positions] = {}
        for language, label in labels(self.concepts[concept]):
            words = first_forms(analyse(label, language))
            starts = phrase_places(self._columns, [word.surface for word in words])
            if len(starts):
                found.setdefault(label.casefold(), starts)
        return list(found.items())

    def _read_text(self, text: str, language: str | None) -> MarkedText:
        return read(text, language, self._annotator)

    def passages(
        self, request: SearchRequest, ids: Sequence[str], most: int = 1
    ) -> Mapping[str, tuple[FoundPassage, ...]]:
        """Pieces of text to show; see `SearchEngine.passages`."""
        question = self._answer(request).question
        marker, worth = self._marking(question)
        shown = {}
        for id in ids:
            number = self._snapshot.records.numbers.get(id)
            if number is None:
                continue
            first, end = int(self._columns.first[number]), int(self._columns.first[number + 1])
            best = self._best_passage(question, first, end)
            initiative = self._snapshot.records.read(number)
            pieces = [
                self._piece(candidate, stored, marker, worth)
                for candidate, stored in self._candidates(initiative, best)
            ]
            pieces.sort(key=lambda pair: pair[0])
            shown[id] = tuple(piece for _, piece in pieces[:most])
        return shown

    def _marking(self, question: _Question) -> tuple[Marker, dict[int, float]]:
        """What marks the words of a question in a text, and what finding each part is worth."""
        ranking = question.understood.ranking
        worth = {
            number: idf(len(scored.units), len(self._layout.owner))
            for number, scored in enumerate(question.scored[: len(ranking)])
        }
        stems = {
            surface: dict(self._stems(surface))
            for clause in ranking
            for sought in clause.alternatives
            for surface in sought.surfaces
        }
        return Marker(ranking, stems, self._beneath), worth

    def _piece(
        self,
        whole: FoundPassage,
        stored: Passage | None,
        marker: Marker,
        worth: Mapping[int, float],
    ) -> tuple[float, FoundPassage]:
        """The best piece of a text, marked, and where in a passage its first mark stands; its
        worth, negative so that the best sorts first."""
        found = marker.marks(self._marked(whole.text, whole.language))
        piece = best_piece(whole.text, found, worth)
        text = whole.text[piece.start : piece.end]
        kept = joined(found, piece.start, piece.end)
        shown = msgspec.structs.replace(whole, text=text, marks=kept)
        if stored is not None:
            place = stored.place_at(piece.start + (kept[0][0] if kept else 0))
            shown = msgspec.structs.replace(
                shown,
                heading=place.heading,
                page=place.page,
                source=stored.source_at(place.page),
                document=stored.document,
            )
        return -piece.worth, shown

    def _candidates(
        self, initiative: Initiative, unit: int
    ) -> Iterator[tuple[FoundPassage, Passage | None]]:
        """Texts of an initiative to choose from, in the order of preference among equals, the
        passage with what is stored of it."""
        english = "en" if not initiative.provisional else initiative.language
        if unit < 0 or not initiative.provisional:
            # Else nobody wrote it: it is how the text begins, without heading and page.
            yield FoundPassage(initiative.summary, (), "summary", english), None
        if unit >= 0:
            yield self._stored_passage(initiative, unit)
        for detail in (*initiative.details, *filter(None, [initiative.outcome])):
            yield FoundPassage(detail, (), "details", english), None
        if initiative.summary_original:
            yield (
                FoundPassage(
                    initiative.summary_original, (), "summary_original", initiative.language
                ),
                None,
            )

    def _stored_passage(self, initiative: Initiative, unit: int) -> tuple[FoundPassage, Passage]:
        passage = self._snapshot.passages.read(unit)
        assert passage is not None  # noqa: S101 - units behind a record's first are passages
        language = passage.language or initiative.language
        return FoundPassage(passage.text, (), "text", language), passage

    def document_count(self, initiative: str) -> int:
        """How many documents an initiative has; see `SearchEngine.document_count`."""
        number = self._snapshot.records.numbers.get(initiative)
        return 0 if number is None else self._snapshot.documents.count(number)

    def documents(
        self, initiative: str, first: int = 0, most: int = MOST_DOCUMENTS
    ) -> tuple[IndexedDocument, ...]:
        """Documents of an initiative; see `SearchEngine.documents`."""
        number = self._snapshot.records.numbers.get(initiative)
        return () if number is None else self._snapshot.documents.of(number, first, most)

    def changed_documents(
        self, initiative: str, most: int = MOST_DOCUMENTS
    ) -> tuple[IndexedDocument, ...]:
        """Documents that changed; see `SearchEngine.changed_documents`."""
        number = self._snapshot.records.numbers.get(initiative)
        return () if number is None else self._snapshot.documents.changed(number, most)

    def document(self, id: str) -> IndexedDocument | Gone | None:
        """A document by its id; see `SearchEngine.document`."""
        reason = self._frame.corpus.withdrawn.get(id)
        return Gone(id, reason) if reason is not None else self._snapshot.documents.find(id)

    def version(self, document: str, number: int) -> Version | None:
        """A version of a document; see `SearchEngine.version`."""
        return self._snapshot.documents.text(document, number)

    def document_passages(
        self, request: SearchRequest, document: str, most: int = 10
    ) -> tuple[FoundPassage, ...]:
        """Passages of a document; see `SearchEngine.document_passages`."""
        place = self._snapshot.documents.place(document)
        if place is None:
            return ()
        owner, span = place
        initiative = self._snapshot.records.read(owner)
        first = int(self._columns.first[owner]) + 1  # its record comes before its passages
        question = self._look_up(request)
        scores = _unit_scores(question, first + span.first, first + span.end)
        best = top(scores, most)
        marker, worth = self._marking(question)
        units = (first + span.first + best[scores[best] > 0]).tolist()
        found = (self._stored_passage(initiative, unit) for unit in sorted(units))
        return tuple(self._piece(*one, marker, worth)[1] for one in found)

    def initiative(self, id: str) -> Initiative | Moved | Gone | None:
        """A record by its id; see `SearchEngine.initiative`."""
        reason = self._frame.corpus.withdrawn.get(id)
        if reason is not None:
            return Gone(id, reason)
        number = self._snapshot.records.numbers.get(id)
        if number is not None:
            return self._snapshot.records.read(number)
        target = self._frame.moved.get(id)
        return Moved(target) if target is not None else None

    def similar(
        self, id: str, size: int = 5, scope: Scope = "elsewhere", *, varied: bool = True
    ) -> tuple[Neighbour, ...]:
        """Neighbours; see `SearchEngine.similar`."""
        records, found = self._snapshot.records, self._snapshot.similar
        seed = records.numbers.get(id)
        if seed is None:
            return ()
        scores = dict(zip(found.near[seed].tolist(), found.scores[seed].tolist(), strict=True))
        chosen = found.near[seed].tolist()
        if scope == "elsewhere":
            spread = found.varied[seed].tolist()
            city = records.read(seed).city
            away = [n for n in chosen if n >= 0 and (city is None or records.read(n).city != city)]
            chosen = [*spread, *(n for n in away if n not in spread)] if varied else away
        return tuple(
            Neighbour(records.ids[number], scores[number], self._shared(seed, number))
            for number in [n for n in chosen if n >= 0][:size]
        )

    def _shared(self, a: int, b: int) -> tuple[SharedTerm, ...]:
        shared: list[SharedTerm] = []
        facts: dict[str, SharedTerm] = {}
        for term, share in similar.shared_terms(self._snapshot.similar, a, b):
            one = self._shared_term(term, share)
            if one.fact is None:
                shared.append(one)
                continue
            # Places within each other and links of one circle are one reason each.
            kind = one.fact.partition(":")[0]
            before = facts.setdefault(kind, one)
            if before is not one:
                whole = before.share + share
                facts[kind] = msgspec.structs.replace(before, share=whole)
        ordered = sorted([*shared, *facts.values()], key=lambda term: -term.share)
        return tuple(ordered[:MOST_SHARED])

    def _shared_term(self, term: int, share: float) -> SharedTerm:
        if term >= len(self._columns.terms):
            fact = self._snapshot.similar.facts[term - len(self._columns.terms)]
            return SharedTerm(self._fact_label(fact), share, fact=fact)
        text = self._columns.terms[term]
        if text[0] == "#":
            return SharedTerm(self.concepts[text[1:]].label, share, text[1:])
        if text[0] == "~":
            begin, end = self._columns.form_start[term : term + 2]
            forms = self._columns.forms[begin:end]
            if len(forms):
                frequency = self._columns.end[forms] - self._columns.start[forms]
                return SharedTerm(self._columns.terms[int(forms[np.argmax(frequency)])], share)
            text = text.split("~", 2)[2]
        return SharedTerm(text, share)

    def _fact_label(self, fact: str) -> str:
        """A fact for people: the place, the kind, or what links are."""
        kind, _, own = fact.partition(":")
        if kind == "place":
            return self._snapshot.places.labels[own]
        return f"kind: {own}" if kind == "kind" else "linked records"

    def suggest(self, text: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Suggestions; see `SearchEngine.suggest`."""
        return suggest.suggest(self._snapshot.suggestions, text, size)
