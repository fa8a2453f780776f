"""What people look through after a crawl: what was proposed, left out, kept, and decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from corpus.crawls import LEFT_OUT, Crawls
from corpus.database import said
from corpus.pages import Decision, Page, Proposal
from corpus.store import Store


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A page somebody may look at. `score` says how much it is about the subject (0 to 1, None
    where it was not asked), `threshold` from which on pages of its source are kept.
    `initiative` is the one its document belongs to, `copy` says whose text a copy has."""

    url: str
    source: str
    title: str | None
    language: str | None
    score: float | None
    threshold: float
    reasons: tuple[str, ...]
    proposal: Proposal | None
    decision: Decision | None
    document: str | None
    initiative: str | None
    copy: str | None
    last_seen: str


class Part(msgspec.Struct, frozen=True):
    """The first pages of a kind, and how many there are in all."""

    total: int
    pages: tuple[Reviewed, ...]


class Review(msgspec.Struct, frozen=True):
    """`proposals` are documents whose initiative nobody has confirmed, the likeliest first;
    `left_out` and `kept` those nearest to their threshold first; `copies` were left out as
    their text stands elsewhere, by address; `decided` is what a person said, by address."""

    proposals: Part
    left_out: Part
    copies: Part
    kept: Part
    decided: Part


_SCORED: Final = "score IS NOT NULL AND decision IS NULL"
_LEAST: Final = "coalesce((SELECT value FROM json_each(:least) WHERE key = page.source), :usual)"
_ATTACHED: Final = (
    "SELECT 1 FROM document WHERE document.id = page.document AND attached = 'confirmed' "
    "AND initiative NOT IN (SELECT id FROM record WHERE record.document = document.id)"
)
_OWNER: Final = "SELECT initiative FROM document WHERE document.id = page.document"
_PROPOSED: Final = (
    "SELECT 1 FROM document WHERE document.id = page.document AND attached = 'proposed'"
)
_COPY: Final = (
    f"SELECT reason FROM (SELECT outcome, reason {LEFT_OUT}) "  # noqa: S608 - our own words
    "WHERE outcome = 'duplicate'"
)
_PARTS: Final = {
    "proposals": (
        f"EXISTS ({_PROPOSED})",
        "json_extract(proposal, '$.score') DESC",
    ),
    "left_out": (
        f"document IS NULL AND {_SCORED} AND score < {_LEAST}",
        f"{_LEAST} - score",
    ),
    "copies": (
        f"document IS NULL AND {_SCORED} AND score >= {_LEAST} AND EXISTS ({_COPY})",
        "key",
    ),
    "kept": (
        f"document IS NOT NULL AND {_SCORED} AND NOT EXISTS ({_ATTACHED})",
        f"abs(score - {_LEAST})",
    ),
    "decided": (f"decision IS NOT NULL OR EXISTS ({_ATTACHED})", "key"),
}
"""Condition on the table `page`, and order."""


def review(
    store: Store, thresholds: Mapping[str, float], usual: float, most: int | None = None
) -> Review:
    """What there is to look through, at most `most` of each kind.

    `thresholds` are those of sources that have one of their own, `usual` is the others'.
    Raises StoreError.
    """
    values = {"least": msgspec.json.encode(thresholds).decode(), "usual": usual}
    crawls = Crawls(store)

    def part(condition: str, order: str) -> Part:
        with said(store.path):
            (total,) = store.connection.execute(
                f"SELECT count(*) FROM page WHERE {condition}",  # noqa: S608 - our own words
                values,
            ).fetchone()
            rows = store.connection.execute(
                f"SELECT key, ({_OWNER}), ({_COPY}) FROM page WHERE {condition} "  # noqa: S608
                f"ORDER BY {order}, key LIMIT :most",
                {**values, "most": -1 if most is None else most},
            ).fetchall()
        pages = []
        for key, initiative, copy in rows:
            page = crawls.page(key)
            if page is not None:
                least = thresholds.get(page.source, usual)
                pages.append(_reviewed(page, least, initiative, copy))
        return Part(total, tuple(pages))

    return Review(**{name: part(*how) for name, how in _PARTS.items()})


def _reviewed(page: Page, threshold: float, initiative: str | None, copy: str | None) -> Reviewed:
    return Reviewed(
        url=page.url,
        source=page.source,
        title=page.title,
        language=page.language,
        score=page.score,
        threshold=threshold,
        reasons=page.reasons,
        proposal=page.proposal,
        decision=page.decision,
        document=page.document,
        initiative=initiative,
        copy=copy if page.document is None else None,
        last_seen=page.last_seen,
    )
