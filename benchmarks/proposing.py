"""How often a text is proposed to its own initiative, and to a wrong one.

The catalogue knows the titles of the pages each record was seen on. Each such page is played as
if a crawl had read it: its title, in its language, and as its text what the record says in that
language, else its details and outcome. The records proposed from have none of those texts, so
that nothing is found by its own words again. Each page is played twice: with its record in the
catalogue, and without, where any proposal is wrong; and each with the city as its source says
it, and with nothing said. Half of the records, by a hash of the id, set the weights (`--fit`),
the other half is measured.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from benchmarks.reporting import machine, print_machine, print_table, tell, write_json
from corpus.catalogue import load_bundled
from corpus.model import Corpus, Initiative
from corpus.pages import ReadText
from indexer.proposing import DEFAULT, Candidate, Proposer, Signs, Weights
from indexer.relevance import Relevance

PRECISION: Final = 0.9
"""Aimed at in the calibration half, of pages with their record there and pages without, as many
of one as of the other."""


class Said(NamedTuple):
    """Where a source publishes."""

    city: str | None
    country: str | None


class Played(NamedTuple):
    """A page and the record it belongs to."""

    record: Initiative
    text: ReadText


class Ranked(NamedTuple):
    """A page with its candidates, with its record among them and without."""

    page: Played
    candidates: list[Candidate]
    without: list[Candidate]


class Outcome(NamedTuple):
    """Shares of the pages: proposed to their own record, to another, to none."""

    pages: int
    right: float
    wrong: float
    none: float


def held_back(corpus: Corpus) -> Corpus:
    """The corpus whose records lack what the pages are played with."""
    return msgspec.structs.replace(
        corpus,
        initiatives=tuple(
            msgspec.structs.replace(record, summary_original=None, details=(), outcome=None)
            for record in corpus.initiatives
        ),
    )


def pages(records: Sequence[Initiative]) -> Iterator[Played]:
    """The pages of the records."""
    for record in records:
        for source in record.sources:
            native = record.summary_original if source.language == record.language else None
            text = native or "\n".join((*record.details, record.outcome or ""))
            language = source.language if native else "en"
            yield Played(record, ReadText(source.title, text, language))


def is_measured(record: Initiative) -> bool:
    """Whether a record is of the half that is measured."""
    return int(hashlib.sha256(record.id.encode()).hexdigest()[-1], 16) % 2 == 1


def rank(proposer: Proposer, played: Sequence[Played], told: bool) -> list[Ranked]:
    """Candidates of each page; `told` gives the place as its source says it."""
    found = []
    for page in played:
        place = Said(page.record.city, page.record.country) if told else Said(None, None)
        found.append(
            Ranked(
                page,
                proposer.candidates(page.text, place),
                proposer.candidates(page.text, place, page.record.id),
            )
        )
    return found


def outcome(proposer: Proposer, corpus: Corpus, ranked: Sequence[Ranked], absent: bool) -> Outcome:
    """What is proposed; with `absent` the page's record is not there."""
    right = wrong = 0
    for one in ranked:
        best = proposer.clear(one.without if absent else one.candidates)
        if best is not None:
            own = corpus.initiatives[best[1].number].id == one.page.record.id
            right, wrong = right + own, wrong + (not own)
    pages = max(len(ranked), 1)
    return Outcome(len(ranked), right / pages, wrong / pages, 1 - (right + wrong) / pages)


def fit(corpus: Corpus, relevance: Relevance, ranked: Sequence[Ranked]) -> Weights:
    """Weights by logistic regression over pairs of page and candidate, then the least score and
    lead that reach the precision aimed at with most pages proposed."""
    from sklearn.linear_model import LogisticRegression

    given, wanted = [], []
    for one in ranked:
        for candidate in (*one.candidates, *one.without):
            given.append(candidate.signs)
            wanted.append(corpus.initiatives[candidate.number].id == one.page.record.id)
    model = LogisticRegression(C=10, max_iter=2000).fit(np.array(given), np.array(wanted))
    named = zip(Signs._fields, map(float, model.coef_[0]), strict=True)
    weights = Weights(start=float(model.intercept_[0]), **dict(named))
    proposer = Proposer(corpus, relevance, msgspec.structs.replace(weights, least=0, ahead=-1))
    best, most = weights, 0.0
    for least in np.arange(0.1, 0.91, 0.05):
        for ahead in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3):
            own = msgspec.structs.replace(weights, least=round(float(least), 2), ahead=ahead)
            proposer.weights = own
            there = outcome(proposer, corpus, ranked, absent=False)
            gone = outcome(proposer, corpus, ranked, absent=True)
            precision = there.right / max(there.right + there.wrong + gone.wrong, 1e-9)
            if precision >= PRECISION and there.right > most:
                best, most = own, there.right
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fit", action="store_true", help="print what calibration would set")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here, too")
    options = parser.parse_args()
    corpus = held_back(load_bundled())
    whole = load_bundled().initiatives
    relevance = Relevance(corpus)
    proposer = Proposer(corpus, relevance)
    measured = [page for page in pages(whole) if is_measured(page.record) != options.fit]
    tell(f"playing {len(measured)} pages")
    told = rank(proposer, measured, told=True)
    if options.fit:
        print(fit(corpus, relevance, told))
        return
    untold = rank(proposer, measured, told=False)
    facts = machine("numpy", "scikit-learn")
    print_machine(facts)
    found: dict[str, Any] = {
        "place said": outcome(proposer, corpus, told, absent=False),
        "place said, record absent": outcome(proposer, corpus, told, absent=True),
        "nothing said": outcome(proposer, corpus, untold, absent=False),
        "nothing said, record absent": outcome(proposer, corpus, untold, absent=True),
    }
    rows = [(name, *own) for name, own in found.items()]
    print_table("Proposed", ("", "pages", "right", "wrong", "none"), rows)
    print(f"\nProposed from {DEFAULT.least}, ahead by {DEFAULT.ahead}")
    numbers = {name: own._asdict() for name, own in found.items()}
    write_json(options.json, {"machine": facts, "outcomes": numbers})


if __name__ == "__main__":
    main()
