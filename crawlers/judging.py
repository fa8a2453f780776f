"""What a crawl asks about a text it read: is it about the subject, whose is it. Values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from corpus.pages import Judgement, Proposal, ReadText
from crawlers.source import CrawlSource

__all__ = ["THRESHOLD", "Judge", "Judgement", "Propose", "ReadText", "threshold"]

THRESHOLD: Final = 0.44
"""How much about the subject a page must be to be kept, where its source says nothing.

From the first drawing of `tests/relevance_set` (376 texts, 150 about the subject): there
ten-fold cross-validation gives precision .79 at recall .84, the nearest to the .80 and .85
aimed at. `docs/relevance.md` has what the texts held out say of it."""


Judge = Callable[[ReadText], Judgement]
"""Says how much a text is about the subject; pure, may be called from several threads."""

Propose = Callable[[ReadText, CrawlSource], Proposal | None]
"""Says which initiative a text likely belongs to, None where there is no likely one."""


def threshold(source: CrawlSource) -> float:
    """How much about the subject a page must be for a source."""
    return THRESHOLD if source.threshold is None else source.threshold
