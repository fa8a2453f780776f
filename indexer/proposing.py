"""Which initiative a text likely belongs to, where no source address attaches it.

Judged are the records of the same place as the source or the text, by what the titles share, by
likeness of text and record, and by the year. `docs/relevance.md` says how it was measured.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from corpus.cleaning import clean_line
from corpus.model import Corpus, Initiative
from corpus.pages import Proposal, ReadText
from corpus.place_names import spoken_names
from indexer.concepts import first_forms
from indexer.languages.analysis import analyse, words_of
from indexer.languages.detection import detect
from indexer.place_names import analyse_names, find_places
from indexer.relevance import CONTEXT, MOST_LETTERS, Relevance

OPENING: Final = 3_000
"""Code points of a text in which its places and years are looked for, beside the title."""

LONGEST_TITLE: Final = 500

CANDIDATES: Final = 30
"""Records looked at closely: those of the place, the most alike first."""


class Place(Protocol):
    """Where a source publishes: a slug of a city, an ISO 3166-1 code; a `CrawlSource` is one."""

    @property
    def city(self) -> str | None: ...

    @property
    def country(self) -> str | None: ...


class Weights(msgspec.Struct, frozen=True):
    """What a unit of each sign adds, in logits, and what is clear enough to be proposed: set by
    `python -m benchmarks.proposing --fit` on half of the records."""

    start: float = -8.8
    title: float = 2.8
    likeness: float = 17.7
    city: float = 3.3
    country: float = 1.0
    year: float = 2.7
    least: float = 0.5
    ahead: float = 0.3


DEFAULT: Final = Weights()


class Signs(NamedTuple):
    """What speaks for a record: what the titles share (0 to 1), the cosine of text and record,
    whether city, country (of another city's, or of none) and year are the same (0 or 1)."""

    title: float
    likeness: float
    city: float
    country: float
    year: float


class Candidate(NamedTuple):
    """A record with the signs for it and the words and concepts the titles share."""

    number: int
    signs: Signs
    shared: tuple[str, ...]


class Proposer:
    """Proposes initiatives; made of a corpus, then read only."""

    def __init__(self, corpus: Corpus, relevance: Relevance, weights: Weights = DEFAULT) -> None:
        self.weights = weights
        self._relevance = relevance
        self._records = corpus.initiatives
        self._cities = corpus.cities
        self._names = analyse_names(spoken_names(corpus))
        self._titles = [self._titles_of(record) for record in self._records]
        self._of_city: dict[str, list[int]] = {}
        self._of_country: dict[str | None, list[int]] = {}
        self._in_country: dict[str | None, list[int]] = {}
        for number, record in enumerate(self._records):
            if record.city is not None:
                self._of_city.setdefault(record.city, []).append(number)
                self._in_country.setdefault(record.country, []).append(number)
            else:
                self._of_country.setdefault(record.country, []).append(number)
        having = Counter[str]()
        for own in self._titles:
            having.update(frozenset[str]().union(*own))
        total = len(self._records)
        self._rarity = {term: math.log(1 + total / count) for term, count in having.items()}
        self._rarest = math.log(1 + total)

    def propose(self, text: ReadText, source: Place) -> Proposal | None:
        """The initiative a text likely belongs to; None where none is, or two are as likely."""
        best = self.clear(self.candidates(text, source))
        if best is None:
            return None
        score, one = best
        record = self._records[one.number]
        return Proposal(record.id, score, tuple(self._reasons(one, record)))

    def clear(self, candidates: Iterable[Candidate]) -> tuple[float, Candidate] | None:
        """The likeliest candidate with its score, if it is likely and no other nearly so."""
        ranked = sorted(
            ((self.score(one.signs), one) for one in candidates),
            key=lambda scored: (-scored[0], scored[1].number),
        )
        if not ranked:
            return None
        score, best = ranked[0]
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        if score < self.weights.least or score - second < self.weights.ahead:
            return None
        return score, best

    def score(self, signs: Signs) -> float:
        """0 to 1: the logistic function of the weighted signs."""
        weights = self.weights
        own = signs._asdict().items()
        return 1 / (1 + math.exp(-weights.start - sum(getattr(weights, n) * v for n, v in own)))

    def candidates(
        self, text: ReadText, source: Place, without: str | None = None
    ) -> list[Candidate]:
        """The records of the text's places, the most alike first, with the signs for each;
        `without` is a record that is left out."""
        title = clean_line(text.title)[:LONGEST_TITLE]
        body = text.text[:MOST_LETTERS]
        language = text.language or detect(body)
        own, mentioned = self._relevance.body(body, language)
        head = words_of(title)
        concepts = mentioned + Counter(
            mention.concept for mention in self._relevance.annotator.find(head, (language,))
        )
        alike = self._relevance.likeness.scores([*head, *own], concepts)
        cities, countries = self._places(title, body, source)
        years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", f"{title}\n{body[:OPENING]}"))
        own_title = self._terms(title, language)
        near = [
            number
            for number in self._near(cities, countries)
            if self._records[number].id != without
        ]
        alike = alike.tolist() or [0.0] * len(self._records)
        near.sort(key=lambda number: (-alike[number], number))
        found = []
        for number in near[:CANDIDATES]:
            record = self._records[number]
            same, shared = self._shared(own_title, self._titles[number])
            city = float(record.city is not None and record.city in cities)
            signs = Signs(
                same,
                alike[number],
                city,
                float(not city and record.country is not None and record.country in countries),
                float(record.year is not None and str(record.year) in years),
            )
            found.append(Candidate(number, signs, shared))
        return found

    def _near(self, cities: set[str], countries: set[str]) -> Iterable[int]:
        """The records that may be meant: those of the cities, of a country and no city, of no
        place; where no city is named, those of all cities of the countries, too."""
        for city in cities:
            yield from self._of_city.get(city, ())
        for country in (None, *countries):
            yield from self._of_country.get(country, ())
        if not cities:
            for country in countries:
                yield from self._in_country.get(country, ())

    def _places(self, title: str, body: str, source: Place) -> tuple[set[str], set[str]]:
        """Cities and countries of the source; where it has no city, those the text names."""
        if source.city is not None and source.city in self._cities:
            return {source.city}, {self._cities[source.city].country}
        named = self._named(title) | self._named(body[:OPENING])
        cities = {key.partition(":")[2] for key in named if key.startswith("city:")}
        countries = {key.partition(":")[2] for key in named if key.startswith("country:")}
        if source.country is not None:
            cities = {city for city in cities if self._cities[city].country == source.country}
            return cities, {source.country}
        return cities, countries | {self._cities[city].country for city in cities}

    def _named(self, text: str) -> set[str]:
        tokens = first_forms(analyse(text, None))
        words = [token.surface for token in tokens]
        written = [text[token.start : token.end] for token in tokens]
        found = find_places(self._names, words, written)
        return {key for mention in found for key in mention.keys}

    def _titles_of(self, record: Initiative) -> tuple[frozenset[str], ...]:
        titles = ((record.title, "en"), (record.title_original, record.language))
        return tuple(self._terms(title, language) for title, language in titles if title)

    def _terms(self, title: str, language: str | None) -> frozenset[str]:
        words = words_of(title)
        mentions = self._relevance.annotator.find(words, (language,))
        concepts = {f"#{mention.concept}" for mention in mentions if mention.concept not in CONTEXT}
        return frozenset(self._relevance.likeness.cut(words)) | concepts

    def _shared(
        self, own: frozenset[str], titles: Sequence[frozenset[str]]
    ) -> tuple[float, tuple[str, ...]]:
        """How much of two titles is the same (Dice, by rarity), of the best, and what."""
        best, shared = 0.0, frozenset[str]()
        for title in titles:
            both = own & title
            total = self._weight(own) + self._weight(title)
            same = 2 * self._weight(both) / total if total else 0.0
            if same > best:
                best, shared = same, both
        return best, tuple(sorted(shared, key=lambda term: (-self._weight((term,)), term)))

    def _weight(self, terms: Iterable[str]) -> float:
        return sum(self._rarity.get(term, self._rarest) for term in terms)

    def _reasons(self, one: Candidate, record: Initiative) -> Iterable[str]:
        if one.signs.city and record.city is not None:
            yield f"Same city: {self._cities[record.city].name}."
        elif one.signs.country and record.country is not None:
            yield f"Same country: {self._names.labels[f'country:{record.country}']}."
        words = self._in_full(one.shared, record)
        if words:
            yield f"Title shares: {', '.join(words)}."
        if one.signs.year:
            yield f"Same year: {record.year}."
        if one.signs.likeness >= ALIKE:
            yield "The text is like the record."

    def _in_full(self, shared: Sequence[str], record: Initiative) -> list[str]:
        """Shared words as the record's titles write them, and the names of shared concepts."""
        cut = self._relevance.likeness.cut
        full: dict[str, str] = {}
        for title in (record.title, record.title_original or ""):
            for word in title.split():
                for term in cut(words_of(word)):
                    full.setdefault(term, word.strip(".,:;!?()\"'“”‘’«»–-"))
        words = [full[term] for term in shared if term in full]
        if words:
            return words[:SHOWN]
        return [self._relevance.labels[term[1:]] for term in shared if term[0] == "#"][:SHOWN]


ALIKE: Final = 0.15
"""The cosine from which likeness is worth naming."""
SHOWN: Final = 4
"""Shared words a reason names."""


def make_propose(
    corpus: Corpus, relevance: Relevance
) -> Callable[[ReadText, Place], Proposal | None]:
    """What proposes for a crawl; may be called from several threads."""
    return Proposer(corpus, relevance).propose
