"""Commits what came of visits: evidence first, then the store, several visits at once.

A commit waits for the disk twice, and while it does nothing else happens here. So what comes
within a moment is committed together: the busier a crawl, the fewer the waits for each page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from corpus.crawls import Crawls
from corpus.model import CorpusError
from corpus.pages import Done
from crawlers.warc import EvidenceWriter, Exchange

MOMENT: Final = 0.05
"""Seconds a commit waits for others; next to the seconds a host is left in peace it is nothing.
At 36 pages a second it halves the waits for the disk, which took a third of a crawl."""

_Waiting = tuple[Sequence[Done], "asyncio.Future[None]"]


class Keeper:
    """Keeps what came of visits of one crawl; `evidence` is None where none is wanted."""

    def __init__(self, crawls: Crawls, crawl: int, evidence: EvidenceWriter | None) -> None:
        self._crawls = crawls
        self._crawl = crawl
        self._evidence = evidence
        self._waiting: list[_Waiting] = []
        self._scheduled = False

    async def keep(self, visits: Sequence[Done], exchange: Exchange | None) -> None:
        """Returns when what came of these visits is on the disk, all or none of it; there may be
        evidence alone.

        Raises StoreError or EvidenceError, and nothing of it is kept then.
        """
        loop = asyncio.get_running_loop()
        if exchange is not None and self._evidence is not None:
            self._evidence.append(exchange)
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append((visits, future))
        if not self._scheduled:
            self._scheduled = True
            loop.call_later(MOMENT, self._commit)
        await future

    def _commit(self) -> None:
        self._scheduled = False
        waiting, self._waiting = self._waiting, []
        try:
            self._keep(waiting)
        except CorpusError as error:  # whoever waits is told
            _fail(waiting, error)
        except Exception:  # what can't be kept costs no other
            for one in waiting:
                try:
                    self._keep([one])
                except Exception as error:
                    _fail([one], error)

    def _keep(self, waiting: Sequence[_Waiting]) -> None:
        lengths = self._evidence.sync() if self._evidence is not None else {}
        self._crawls.keep(self._crawl, [done for visits, _ in waiting for done in visits], lengths)
        for _, future in waiting:
            if not future.cancelled():
                future.set_result(None)


def _fail(waiting: Sequence[_Waiting], error: Exception) -> None:
    for _, future in waiting:
        if not future.done():
            future.set_exception(error)
