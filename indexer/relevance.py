"""How much a text is about digital rights in cities: what a crawl keeps.

A text of any language is seen through the thesaurus: the concepts it speaks of, how often, and
which its title and headings name; and through the catalogue: how like it is to the nearest
record, by TF-IDF. A logistic function of these few numbers gives the score. `docs/relevance.md`
has the figures.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from corpus.cleaning import clean_line
from corpus.model import Corpus
from corpus.pages import Judgement, ReadText
from indexer.concepts import Annotator
from indexer.languages.analysis import words_of
from indexer.languages.detection import detect
from indexer.likeness import Likeness

MOST_LETTERS: Final = 30_000
"""Code points of a text that are looked at, from its beginning: some 5,000 words of English."""

MOST_HEADINGS: Final = 40

CONTEXT: Final = frozenset(
    """
    access-to-justice administrative-simplification anti-corruption audit-offices
    bans-and-moratoriums children-and-young-people civil-society-campaign
    community-engagement complaints-and-redress consent consumer-protection contract-clauses
    council-oversight court-ruling elections energy environmental-monitoring
    homeless-people housing immigration-enforcement impact-assessment
    intermunicipal-cooperation low-income-residents migrants-and-refugees non-discrimination
    older-people ombudsman parking people-with-disabilities permits-and-licences
    public-libraries public-private-partnership public-safety public-space public-transport
    racial-equity research-partnership shared-mobility small-businesses small-municipalities
    staff-training taxes-and-fees tourism traffic-management urban-planning volunteering
    vulnerable-residents waste-management welfare-and-benefits women-and-girls workers-rights
    """.split()
)
"""Concepts that say for whom, in which field of a city's work or by which means something is
done. Alone they make no text one about digital rights: any council speaks of housing, parking
and elections."""


class Weights(msgspec.Struct, frozen=True):
    """What a unit of each number adds, in logits: the logistic regression of the first drawing
    of `tests/relevance_set` (`python -m benchmarks.relevance --fit`). Rates of words that
    labels have in common, or likeness to more than one record, added nothing there."""

    start: float = -3.66
    mass: float = 1.08
    variety: float = 0.95
    named: float = 1.29
    likeness: float = 7.5
    context: float = -0.33


DEFAULT: Final = Weights()


class Evidence(NamedTuple):
    """What a text shows: `words` looked at, how often each concept is mentioned, the concepts
    title and headings name, the catalogue's nearest record and its cosine (0 to 1)."""

    words: int
    mentions: dict[str, int]
    named: tuple[str, ...]
    nearest: str | None
    likeness: float


class Features(NamedTuple):
    """The numbers the score is made of, none of them negative.

    `mass` is of the subject's mentions in a thousand words, `variety` of its different
    concepts, `named` of those in title and headings, `likeness` the cosine with the nearest
    record, `context` of mentions that say only for whom or in which field.
    """

    mass: float
    variety: float
    named: float
    likeness: float
    context: float


class Body(NamedTuple):
    """What stands in a text itself: its folded words, how often each concept is mentioned. It
    is shared; nobody changes it."""

    words: tuple[str, ...]
    concepts: Counter[str]


class Relevance:
    """Judges texts; made of a corpus in some 3 seconds of processor, then read only."""

    def __init__(self, corpus: Corpus, weights: Weights = DEFAULT) -> None:
        self._weights = weights
        self.labels = {id: concept.label for id, concept in corpus.concepts.items()}
        self._titles = {one.id: one.title for one in corpus.initiatives}
        self.annotator = Annotator.of(corpus.concepts)
        self.likeness = Likeness(corpus)
        # A crawl judges a page and proposes for it right after, on two threads.
        self.body = lru_cache(maxsize=4)(self._body)

    def _body(self, body: str, language: str | None) -> Body:
        words = tuple(words_of(body))
        return Body(words, self._mentioned(words, language))

    def judge(self, text: ReadText) -> Judgement:
        """How much a text is about the subject, and why."""
        evidence = self.evidence(text)
        return Judgement(self.score(evidence), self.reasons(evidence))

    def evidence(self, text: ReadText, without: str | None = None) -> Evidence:
        """What a text shows; `without` is a record it is not compared with."""
        body = text.text[:MOST_LETTERS]
        language = text.language or detect(body)
        words, concepts = self.body(body, language)
        mentions = Counter(concepts)
        lines = (text.title, *text.headings[:MOST_HEADINGS])
        heads = [words_of(clean_line(line)[:500]) for line in lines]
        named = Counter[str]()
        for head in heads:
            named.update(self._mentioned(head, language))
        all_words = [*words, *(word for head in heads for word in head)]
        mentions.update(named)
        nearest, likeness = self.likeness.nearest(all_words, mentions, without)
        return Evidence(len(all_words), dict(mentions), tuple(named), nearest, likeness)

    def _mentioned(self, words: Sequence[str], language: str | None) -> Counter[str]:
        found = self.annotator.find(words, (language,))
        return Counter(mention.concept for mention in found)

    def parts(self, evidence: Evidence) -> dict[str, float]:
        """What each number adds, in logits; the score is the logistic function of their sum."""
        given = features(evidence)._asdict()
        return {"start": self._weights.start} | {
            name: getattr(self._weights, name) * value for name, value in given.items()
        }

    def score(self, evidence: Evidence) -> float:
        """0 to 1."""
        return 1 / (1 + math.exp(-sum(self.parts(evidence).values())))

    def reasons(self, evidence: Evidence) -> tuple[str, ...]:
        """Sentences for people, the strongest first."""
        return tuple(self._reasons(evidence))

    def _reasons(self, evidence: Evidence) -> Iterable[str]:
        subject, context = divided(evidence.mentions)
        if not subject:
            yield "It names nothing of the subject."
        else:
            times = _times(sum(subject.values()))
            words = "1 word" if evidence.words == 1 else f"{evidence.words:,} words"
            yield f"It speaks of {self._most(subject)} ({times} in {words})."
        named = {id: 1 for id in evidence.named if id not in CONTEXT}
        if named:
            yield f"Its title or headings name {self._most(named)}."
        if evidence.nearest is not None and evidence.likeness >= LIKE:
            yield f"Most like: {self._titles[evidence.nearest]}."
        if sum(context.values()) > sum(subject.values()):
            yield f"It speaks more of {self._most(context)} ({_times(sum(context.values()))})."

    def _most(self, mentions: Mapping[str, int]) -> str:
        often = sorted(mentions, key=lambda id: (-mentions[id], self.labels[id]))
        listed = [self.labels[id] for id in often[:LISTED]]
        if len(often) > LISTED:
            listed.append(f"{len(often) - LISTED} more")
        return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


LISTED: Final = 4
"""Concepts a sentence names before it counts the others."""

LIKE: Final = 0.15
"""The cosine from which the nearest record is worth naming: it is .18 on average of the texts
about the subject in the first drawing, .14 of the others."""


def divided(mentions: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Mentions of the subject's own concepts, and of those that are only its context."""
    subject = {id: times for id, times in mentions.items() if id not in CONTEXT}
    return subject, {id: times for id, times in mentions.items() if id in CONTEXT}


def features(evidence: Evidence) -> Features:
    """The numbers of a text; what more of the same adds grows ever less."""
    subject, context = divided(evidence.mentions)
    thousands = max(evidence.words, SHORT) / 1000
    return Features(
        math.log1p(sum(map(math.sqrt, subject.values())) / thousands),
        math.log1p(len(subject)),
        math.log1p(sum(id not in CONTEXT for id in evidence.named)),
        evidence.likeness,
        math.log1p(sum(context.values()) / thousands),
    )


SHORT: Final = 200
"""Words under which a text counts as if it had so many: one mention in a line of ten is not a
hundred in a thousand."""
