"""Commits of several visits at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from corpus.crawls import Crawls
from corpus.pages import Done, NewVisit
from corpus.store import Store
from crawlers.keeper import Keeper


@pytest.mark.parametrize("odd", [0, 1, 2])
def test_what_can_t_be_kept_costs_none_of_those_kept_with_it(tmp_path: Path, odd: int) -> None:
    with Store.open(tmp_path / "store.sqlite3") as store:
        crawls = Crawls(store)
        crawl = crawls.begin("{}", "2026-01-01T00:00:00Z").id
        urls = [f"https://a.test/{number}" for number in range(3)]
        crawls.add(crawl, [NewVisit(key=u, url=u, host="a.test", source="s") for u in urls])
        rows = store.connection.execute("SELECT id FROM visit ORDER BY id").fetchall()
        dones = [Done(visit=id, result="off_topic") for (id,) in rows]
        dones[odd] = msgspec.structs.replace(dones[odd], reason="\ud800")

        async def keep() -> list[object]:
            keeper = Keeper(crawls, crawl, None)
            return list(
                await asyncio.gather(
                    *(keeper.keep([done], None) for done in dones), return_exceptions=True
                )
            )

        came = asyncio.run(keep())
        assert [isinstance(one, Exception) for one in came] == [i == odd for i in range(3)]
        kept = store.connection.execute("SELECT outcome FROM visit ORDER BY id").fetchall()
        assert [outcome is None for (outcome,) in kept] == [i == odd for i in range(3)]
