"""How well the crawl tells what is about the subject: precision and recall on labelled texts.

Reads `tests/relevance_set/labels.tsv` and the texts in `../shared/data`. What is held out
counts; the calibration is shown beside it. It chooses nothing: weights and threshold
stand in `indexer/relevance.py` and `crawlers/judging.py`. `--fit` prints what calibration
would make of the weights, and the threshold at which ten-fold cross-validation in it
comes nearest to what is aimed at.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from benchmarks.labelled_texts import GROUPS, OTHERS, SHARED, Labelled, read_labels, read_texts
from benchmarks.reporting import (
    machine,
    percentile,
    print_machine,
    print_table,
    tell,
    write_json,
)
from corpus.catalogue import load_bundled
from corpus.model import Corpus
from corpus.pages import ReadText
from crawlers.judging import THRESHOLD
from indexer.relevance import Evidence, Features, Relevance, features

THRESHOLDS: Final = (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7)
AIM: Final = (0.8, 0.85)
"""Precision and recall aimed at."""

_HEADER: Final = ("", "texts", "relevant", "precision", "recall")


class Seen(NamedTuple):
    """A labelled text, what it shows and how it is judged."""

    label: Labelled
    evidence: Evidence
    score: float


class Quality(NamedTuple):
    """Counts and shares of a set at a threshold."""

    texts: int
    relevant: int
    precision: float
    recall: float


def see(judging: Relevance, shared: Path = SHARED) -> list[Seen]:
    """Judge the whole set."""
    labelled = read_labels()
    texts = read_texts(labelled, shared)
    found = []
    for label in labelled:
        evidence = judging.evidence(texts[label.id])
        found.append(Seen(label, evidence, judging.score(evidence)))
    return found


def quality(seen: Sequence[Seen], threshold: float) -> Quality:
    """Precision and recall of what reaches a threshold; 1 where there is nothing to miss."""
    kept = [one for one in seen if one.score >= threshold]
    relevant = sum(one.label.relevant for one in seen)
    right = sum(one.label.relevant for one in kept)
    return Quality(
        len(seen),
        relevant,
        right / len(kept) if kept else 1.0,
        right / relevant if relevant else 1.0,
    )


def catalogue_scores(judging: Relevance, corpus: Corpus) -> dict[str, list[float]]:
    """Scores of the catalogue's own records, each as if it were not in it: title and summary in
    English, and in the record's language where it has both."""
    scores: dict[str, list[float]] = {"in English": [], "in another language": []}
    for record in corpus.initiatives:
        text = ReadText(record.title, record.summary, "en")
        scores["in English"].append(judging.score(judging.evidence(text, record.id)))
        if record.title_original and record.summary_original and record.language != "en":
            text = ReadText(record.title_original, record.summary_original, record.language)
            evidence = judging.evidence(text, record.id)
            scores["in another language"].append(judging.score(evidence))
    return scores


def fit(seen: Sequence[Seen]) -> dict[str, Any]:
    """The weights a logistic regression finds, and the best threshold of cross-validation."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    given = np.array([features(one.evidence) for one in seen])
    wanted = np.array([one.label.relevant for one in seen])
    model = LogisticRegression(C=10, max_iter=2000)
    rounds = [
        cross_val_predict(
            model,
            given,
            wanted,
            cv=StratifiedKFold(10, shuffle=True, random_state=seed),
            method="predict_proba",
        )[:, 1]
        for seed in range(5)
    ]
    scores = np.mean(rounds, axis=0)
    model.fit(given, wanted)

    def at(threshold: float) -> Quality:
        guessed = [one._replace(score=float(own)) for one, own in zip(seen, scores, strict=True)]
        return quality(guessed, threshold)

    def reached(threshold: float) -> float:
        own = at(threshold)
        return min(own.precision / AIM[0], own.recall / AIM[1])

    best = max((round(0.2 + step / 100, 2) for step in range(60)), key=reached)
    weights = zip(Features._fields, model.coef_[0].tolist(), strict=True)
    return {
        "start": float(model.intercept_[0]),
        **dict(weights),
        "threshold": best,
        "cross-validated": at(best)._asdict(),
    }


def _speed(judging: Relevance, texts: Sequence[ReadText]) -> list[float]:
    """CPU milliseconds each text takes."""
    taken = []
    for text in texts:
        began = time.thread_time()
        judging.judge(text)
        taken.append((time.thread_time() - began) * 1000)
    return taken


def _thousand_words(texts: dict[str, ReadText]) -> list[ReadText]:
    cut = []
    for text in texts.values():
        words = text.text.split()
        if len(words) >= 1000:
            cut.append(ReadText(text.title, " ".join(words[:1000]), text.language))
    return cut


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=SHARED, help="where the texts stand")
    parser.add_argument("--fit", action="store_true", help="print what calibration would set")
    parser.add_argument("--wrong", action="store_true", help="list what is judged wrongly")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here, too")
    options = parser.parse_args()
    corpus = load_bundled()
    began = time.process_time()
    judging = Relevance(corpus)
    made = time.process_time() - began
    tell("judging the labelled texts")
    seen = see(judging, options.shared)
    parts = {
        part: [one for one in seen if one.label.part == part]
        for part in ("calibration", "held out")
    }
    if options.fit:
        print(fit(parts["calibration"]))
        return
    held = parts["held out"]
    facts = machine("numpy", "scikit-learn")
    print_machine(facts)
    by_threshold = {
        part: {threshold: quality(own, threshold) for threshold in THRESHOLDS}
        for part, own in parts.items()
    }
    for part, found in by_threshold.items():
        rows = [(str(threshold), *own) for threshold, own in found.items()]
        print_table(f"By threshold, {part}", ("from", *_HEADER[1:]), rows)
    groups = {
        group: quality([one for one in held if one.label.group == group], THRESHOLD)
        for group in (*GROUPS, OTHERS)
    }
    groups["all"] = quality(held, THRESHOLD)
    rows = [(group, *own) for group, own in groups.items()]
    print_table(f"By language, held out, from {THRESHOLD}", _HEADER, rows)
    if options.wrong:
        wrong = [one for one in held if (one.score >= THRESHOLD) != one.label.relevant]
        print_table(
            "Judged wrongly, held out",
            ("id", "language", "why", "score"),
            [(one.label.id, one.label.language, one.label.why, one.score) for one in wrong],
        )
    tell("judging the catalogue")
    own_scores = catalogue_scores(judging, corpus)
    shares = {
        name: (len(own), sum(score >= THRESHOLD for score in own) / len(own))
        for name, own in own_scores.items()
    }
    print_table(
        f"The catalogue's records, each left out, from {THRESHOLD}",
        ("", "records", "kept"),
        [(name, *own) for name, own in shares.items()],
    )
    texts = _thousand_words(read_texts(read_labels(), options.shared))
    again = sorted(
        min(pair) for pair in zip(*(_speed(judging, texts) for _ in range(2)), strict=True)
    )
    print_table(
        "CPU milliseconds a text of 1,000 words",
        ("texts", "p50", "p95"),
        [(str(len(texts)), percentile(again, 0.5), percentile(again, 0.95))],
    )
    print(f"\nMade of the catalogue in {made:.1f} CPU s")
    write_json(
        options.json,
        {
            "machine": facts,
            "threshold": THRESHOLD,
            "by_threshold": {
                part: {str(threshold): own._asdict() for threshold, own in found.items()}
                for part, found in by_threshold.items()
            },
            "by_language": {group: own._asdict() for group, own in groups.items()},
            "catalogue": shares,
            "milliseconds": {"p50": percentile(again, 0.5), "p95": percentile(again, 0.95)},
            "made_cpu_seconds": made,
        },
    )


if __name__ == "__main__":
    main()
