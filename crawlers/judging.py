"""What a crawl asks about a text it read: is it about the subject, whose is it. Values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from corpus.pages import Proposal
from crawlers.source import CrawlSource

THRESHOLD: Final = 0.5
"""How much about the subject a page must be to be kept, where its source says nothing; set by
`benchmarks/relevance.py`."""


class ReadText(msgspec.Struct, frozen=True):
    """A text with what its reader knows of it: title, main headings, language (ISO 639)."""

    title: str
    text: str
    language: str | None = None
    headings: tuple[str, ...] = ()
    url: str | None = None


class Judgement(msgspec.Struct, frozen=True):
    """How much a text is about the subject, 0 to 1, and why in sentences for people."""

    score: float
    reasons: tuple[str, ...] = ()


Judge = Callable[[ReadText], Judgement]
"""Says how much a text is about the subject; pure, may be called from several threads."""

Propose = Callable[[ReadText, CrawlSource], Proposal | None]
"""Says which initiative a text likely belongs to, None where there is no likely one."""
