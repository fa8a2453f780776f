"""What a crawl asks next: one thing at a time of each host, in time, as robots.txt lets it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus.crawls import Crawls
from corpus.pages import Done, NewVisit
from corpus.store import Store
from crawlers.addresses import host_of
from crawlers.bounds import Bounds
from crawlers.frontier import Fetch, Frontier
from crawlers.source import CrawlSource

FREE = b"User-agent: *\nAllow: /\n"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Crawl:
    """A frontier over a store, with a clock that goes when it is told to."""

    def __init__(self, store: Store, bounds: Bounds) -> None:
        self.crawls = Crawls(store)
        self.clock = Clock()
        self.bounds = bounds
        self.id = self.crawls.begin("{}", "2026-01-01T00:00:00Z").id
        self.wait: float | None = None
        """What the source asks for."""
        self.frontier = self.new()

    def new(self) -> Frontier:
        sources = {"s": CrawlSource(id="s", name="S", kind="pages", wait=self.wait)}
        return Frontier(self.crawls, self.id, sources, "cityrights", self.bounds, self.clock)

    def visit(self, *addresses: str) -> None:
        """Have addresses visited, by https where they don't say how."""
        for address in addresses:
            url = address if "://" in address else f"https://{address}"
            host = host_of(url)
            new = NewVisit(key=address, url=url, host=host, source="s")
            self.crawls.add(self.id, [new])
            self.frontier.wake(host)

    def asked(self) -> list[str]:
        """The addresses that may be asked for now, none of them answered."""
        return [fetch.url.removeprefix("https://") for fetch in iter(self.frontier.next_now, None)]

    def take(self) -> Fetch:
        fetch = self.frontier.next_now()
        assert fetch is not None
        return fetch

    def answer(self, fetch: Fetch, took: float = 0.0) -> None:
        assert fetch.visits
        self.crawls.keep(self.id, [Done(visit=fetch.visits[0].id, result="new")])
        self.frontier.answered(fetch, took)

    def know_robots(self, host: str, text: bytes = FREE, status: int | None = 200) -> None:
        fetch = self.take()
        assert fetch.url == f"https://{host}/robots.txt"
        if status is None:
            self.no_robots(fetch)
        else:
            self.frontier.robots_answered(fetch, status, text, None, 0.0)
        asks_for_quiet = status in (429, 503)
        self.clock.now += 2 * self.bounds.pause if asks_for_quiet else self.bounds.wait

    def no_robots(self, fetch: Fetch) -> None:
        """Have no request for a robots.txt answered until it is given up."""
        for tried in range(1, self.bounds.attempts + 1):
            self.frontier.robots_unanswered(fetch, "It hung up.", for_good=False)
            if tried < self.bounds.attempts:
                assert self.asked() == []
                self.clock.now += self.bounds.pause * 2 ** (tried - 1)
                fetch = self.take()

    def outcomes(self) -> dict[str | None, str]:
        return {tally.reason: tally.result for tally in self.crawls.tallies(self.id)}


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with Store.open(tmp_path / "store.sqlite3") as store:
        yield Crawl(store, Bounds(wait=5.0))


def test_p12_a_host_is_asked_for_its_robots_txt_before_anything_else(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "b.test/1")
    assert crawl.asked() == ["a.test/robots.txt", "b.test/robots.txt"]


def test_p12_a_host_is_asked_one_thing_at_a_time(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    assert crawl.asked() == ["a.test/1"]
    assert crawl.asked() == []


def test_p12_a_host_is_left_in_peace_between_two_requests(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    crawl.answer(crawl.take())
    crawl.clock.now += 4.9
    assert crawl.asked() == []
    crawl.clock.now += 0.2
    assert crawl.asked() == ["a.test/2"]


def test_p12_a_crawl_delay_is_kept(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test", b"User-agent: *\nCrawl-delay: 30\n")
    assert crawl.asked() == []
    crawl.clock.now += 25
    crawl.answer(crawl.take())
    crawl.clock.now += 29
    assert crawl.asked() == []
    crawl.clock.now += 1
    assert crawl.asked() == ["a.test/2"]


@pytest.mark.parametrize("came", ["failed", "asked for quiet", "interrupted"])
@pytest.mark.parametrize("asks", ["robots.txt", "source"])
def test_p12_waits_that_are_asked_for_are_kept_whatever_came_of_a_request(
    crawl: Crawl, came: str, asks: str
) -> None:
    if asks == "source":
        crawl.wait = 200
        crawl.frontier = crawl.new()
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test", b"User-agent: *\nCrawl-delay: 200\n" if asks != "source" else FREE)
    crawl.clock.now += 194
    assert crawl.asked() == []
    crawl.clock.now += 1
    fetch = crawl.take()
    if came == "failed":
        crawl.frontier.failed(fetch, "It hung up.")
    elif came == "asked for quiet":
        crawl.frontier.pushed_back(fetch, 503, 60.0)
    else:
        crawl.frontier = crawl.new()
    crawl.clock.now += 199
    assert crawl.asked() == []
    crawl.clock.now += 1
    assert crawl.asked() == ["a.test/1"]


def test_p12_what_robots_txt_forbids_is_not_asked_for(crawl: Crawl) -> None:
    crawl.visit("a.test/no/1", "a.test/yes")
    crawl.know_robots("a.test", b"User-agent: CityRights\nDisallow: /no\n")
    assert crawl.asked() == ["a.test/yes"]
    assert "robots.txt forbids it." in crawl.outcomes()


@pytest.mark.parametrize("status", [500, 503, 429, None])
def test_p12_a_host_whose_robots_txt_can_t_be_had_is_left_alone(
    crawl: Crawl, status: int | None
) -> None:
    crawl.visit("a.test/1")
    crawl.know_robots("a.test", b"", status)
    assert crawl.asked() == []
    crawl.visit("a.test/2")
    assert crawl.asked() == []
    assert crawl.crawls.waiting(crawl.id) == {}
    (reason,) = crawl.outcomes()
    assert (reason or "").startswith("Its robots.txt ")


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_p12_a_host_without_robots_txt_is_free(crawl: Crawl, status: int) -> None:
    crawl.visit("a.test/1")
    crawl.know_robots("a.test", b"Disallow: /", status)
    assert crawl.asked() == ["a.test/1"]


def test_p12_redirects_of_a_robots_txt_are_followed_in_the_time_of_the_other_host(
    crawl: Crawl,
) -> None:
    crawl.visit("a.test/1", "b.test/1")
    first, second = crawl.take(), crawl.take()
    crawl.frontier.robots_answered(first, 301, b"", "https://b.test/robots.txt", 0.0)
    crawl.frontier.robots_answered(second, 200, FREE, None, 0.0)
    assert crawl.asked() == []
    crawl.clock.now += 5
    errand = crawl.take()
    assert (errand.url, errand.host) == ("https://b.test/robots.txt", "b.test")
    crawl.frontier.robots_answered(errand, 200, b"User-agent: *\nDisallow: /", None, 0.0)
    crawl.clock.now += 5
    assert crawl.asked() == ["b.test/1"]
    assert "robots.txt forbids it." in crawl.outcomes()


def test_p12_a_host_that_is_left_alone_is_not_asked_for_the_robots_txt_of_another(
    crawl: Crawl,
) -> None:
    crawl.visit("a.test/1", "b.test/1")
    first, second = crawl.take(), crawl.take()
    crawl.frontier.robots_answered(second, 503, b"", None, 0.0)
    crawl.frontier.robots_answered(first, 301, b"", "https://b.test/robots.txt", 0.0)
    crawl.clock.now += 60
    assert crawl.asked() == []
    assert crawl.crawls.waiting(crawl.id) == {}
    assert any(
        "is at https://b.test, which is left alone" in (said or "") for said in crawl.outcomes()
    )
    assert crawl.crawls.robots("https://a.test") is None


@pytest.mark.parametrize("status", [500, 503, 429, None])
def test_p12_a_robots_txt_that_can_t_be_had_is_that_of_its_scheme_only(
    crawl: Crawl, status: int | None
) -> None:
    crawl.visit("http://a.test/1", "a.test/2", "http://a.test/3")
    fetch = crawl.take()
    assert fetch.url == "http://a.test/robots.txt"
    if status is None:
        crawl.no_robots(fetch)
    else:
        crawl.frontier.robots_answered(fetch, status, b"", None, 0.0)
    assert crawl.crawls.waiting(crawl.id) == {"a.test": 1}
    crawl.clock.now += 60
    crawl.know_robots("a.test")
    assert crawl.asked() == ["a.test/2"]
    crawl.visit("http://a.test/4")
    assert crawl.crawls.waiting(crawl.id) == {"a.test": 2}
    crawl.clock.now += 60
    assert crawl.asked() == []
    crawl.frontier = crawl.new()
    crawl.clock.now += 60
    assert crawl.asked() == ["a.test/2"]


def test_p12_two_schemes_of_a_host_are_asked_one_thing_at_a_time(crawl: Crawl) -> None:
    crawl.visit("http://a.test/1", "a.test/2")
    fetch = crawl.take()
    assert crawl.asked() == []
    crawl.frontier.robots_answered(fetch, 503, b"", None, 0.0)
    crawl.clock.now += 4.9
    assert crawl.asked() == []


@pytest.mark.parametrize("status", [429, 503])
def test_p12_a_robots_txt_that_asks_for_quiet_gets_it_for_its_host(
    crawl: Crawl, status: int
) -> None:
    crawl.visit("http://a.test/1", "a.test/2")
    crawl.frontier.robots_answered(crawl.take(), status, b"", None, 0.0, 300.0)
    crawl.clock.now += 299
    assert crawl.asked() == []
    crawl.clock.now += 1
    assert crawl.asked() == ["a.test/robots.txt"]


def test_p12_a_robots_txt_that_asks_for_a_day_of_quiet_gets_it_from_the_next_crawl_too(
    crawl: Crawl,
) -> None:
    crawl.visit("a.test/1")
    crawl.frontier.robots_answered(crawl.take(), 503, b"", None, 0.0, 86_400.0)
    assert crawl.asked() == []
    crawl.id = crawl.crawls.begin("{}", "2026-01-01T01:00:00Z").id
    crawl.frontier = crawl.new()
    crawl.clock.now += crawl.bounds.wait
    crawl.visit("http://a.test/1", "b.test/1")
    assert crawl.asked() == ["b.test/robots.txt"]
    assert "It asked for quiet before, for longer than this crawl waits." in crawl.outcomes()


def test_p12_a_robots_txt_that_leads_to_one_that_can_t_be_had_can_t_be_had(crawl: Crawl) -> None:
    crawl.visit("http://a.test/1", "a.test/2", "a.test/3")
    secure = "https://a.test/robots.txt"
    crawl.frontier.robots_answered(crawl.take(), 301, b"", secure, 0.0)
    crawl.clock.now += 5
    errand = crawl.take()
    assert errand.url == secure
    crawl.frontier.robots_answered(errand, 500, b"", None, 0.0)
    # What was said of the one is not yet said of the other.
    assert crawl.crawls.waiting(crawl.id) == {"a.test": 2}
    crawl.clock.now += 5
    crawl.know_robots("a.test")
    assert crawl.asked() == ["a.test/2"]


def test_p12_failures_of_one_scheme_don_t_count_for_the_other(crawl: Crawl) -> None:
    crawl.visit("http://a.test/1", "a.test/2")
    crawl.no_robots(crawl.take())
    crawl.clock.now += 30
    fetch = crawl.take()
    assert fetch.url == "https://a.test/robots.txt"
    crawl.frontier.robots_unanswered(fetch, "It hung up.", for_good=False)
    crawl.clock.now += 30
    assert crawl.asked() == ["a.test/robots.txt"]


def test_a_certificate_that_is_not_valid_says_nothing_of_http(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "http://a.test/2")
    crawl.know_robots("a.test")
    crawl.frontier.failed(crawl.take(), "Its certificate is not valid.", for_good=True)
    crawl.clock.now += 60
    assert crawl.asked() == ["http://a.test/robots.txt"]


def test_a_host_stands_in_the_queue_once_however_many_pages_lead_there(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    crawl.answer(crawl.take())
    for _ in range(100):
        crawl.frontier.wake("a.test")
        assert crawl.asked() == []
    assert len(crawl.frontier._due) == 1
    crawl.clock.now += 5
    assert crawl.asked() == ["a.test/2"]


def test_a_host_that_asks_for_long_waits_stands_in_the_queue_once(crawl: Crawl) -> None:
    crawl.visit("a.test/1")
    fetch = crawl.take()
    crawl.frontier.robots_answered(fetch, 200, b"User-agent: *\nCrawl-delay: 60\n", None, 0.0)
    crawl.clock.now += 6
    for _ in range(100):
        crawl.frontier.wake("a.test")
        assert crawl.asked() == []
    assert len(crawl.frontier._due) == 1
    crawl.clock.now += 54
    assert crawl.asked() == ["a.test/1"]


def test_p12_a_robots_txt_that_redirects_without_end_is_none(crawl: Crawl) -> None:
    crawl.visit("a.test/1")
    fetch = crawl.take()
    for number in range(5):
        crawl.frontier.robots_answered(fetch, 302, b"", f"https://a.test/{number}", 0.0)
        crawl.clock.now += 5
        fetch = crawl.take()
    crawl.frontier.robots_answered(fetch, 302, b"", "https://a.test/again", 0.0)
    crawl.clock.now += 5
    assert crawl.asked() == ["a.test/1"]


def test_a_robots_txt_is_asked_for_again_after_a_day(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    crawl.answer(crawl.take())
    crawl.frontier = crawl.new()
    crawl.clock.now += 80_000
    assert crawl.asked() == ["a.test/2"]
    crawl.frontier = crawl.new()
    crawl.clock.now += 7_000
    assert crawl.asked() == ["a.test/robots.txt"]


def test_a_robots_txt_is_asked_for_again_in_a_crawl_that_takes_longer_than_a_day(
    crawl: Crawl,
) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    crawl.answer(crawl.take())
    crawl.clock.now += 86_500
    assert crawl.asked() == ["a.test/robots.txt"]


def test_a_robots_txt_read_by_a_clock_that_was_ahead_is_asked_for_again(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    crawl.answer(crawl.take())
    crawl.clock.now -= 5 * 86_400
    crawl.frontier = crawl.new()
    crawl.clock.now += 5
    assert crawl.asked() == ["a.test/robots.txt"]


def test_p12_a_host_that_asks_for_quiet_gets_it_after_a_restart_too(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    fetch = crawl.take()
    assert fetch.visits
    later = crawl.clock.now + 100
    crawl.crawls.keep(crawl.id, [Done(visit=fetch.visits[0].id, retry=later, status=429)])
    crawl.frontier.pushed_back(fetch, 429, 100.0)
    crawl.frontier = crawl.new()
    crawl.clock.now += 99
    assert crawl.asked() == []
    crawl.clock.now += 1
    assert crawl.asked() == ["a.test/2"]


def test_p12_a_host_that_asked_for_a_long_quiet_is_not_asked_by_the_next_crawl(
    crawl: Crawl,
) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    fetch = crawl.take()
    assert fetch.visits
    later = crawl.clock.now + 5000
    crawl.crawls.keep(crawl.id, [Done(visit=fetch.visits[0].id, retry=later, status=429)])
    crawl.frontier.pushed_back(fetch, 429, 5000.0)
    assert crawl.asked() == []
    crawl.id = crawl.crawls.begin("{}", "2026-01-01T01:00:00Z").id
    crawl.frontier = crawl.new()
    crawl.clock.now += crawl.bounds.wait
    crawl.visit("a.test/1", "b.test/1")
    assert crawl.asked() == ["b.test/robots.txt"]
    assert "It asked for quiet before, for longer than this crawl waits." in crawl.outcomes()


def test_what_a_robots_txt_forbids_ends_in_few_commits(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waits for the disk, and nothing else happens meanwhile."""
    crawl.visit(*(f"a.test/no/{number}" for number in range(50)), "a.test/1")
    commits: list[int] = []
    keep = Crawls.keep

    def counted(crawls: Crawls, id: int, visits: Sequence[Done], *more: Any) -> Any:
        commits.append(len(visits))
        return keep(crawls, id, visits, *more)

    monkeypatch.setattr(Crawls, "keep", counted)
    crawl.know_robots("a.test", b"User-agent: *\nDisallow: /no\n")
    assert crawl.asked() == ["a.test/1"]
    assert commits == [50]


def test_p12_a_crawl_begun_right_after_another_waits_before_it_asks(crawl: Crawl) -> None:
    crawl.visit("a.test/1")
    crawl.know_robots("a.test")
    crawl.answer(crawl.take())
    crawl.id = crawl.crawls.begin("{}", "2026-01-01T00:00:10Z").id
    crawl.frontier = crawl.new()
    crawl.visit("a.test/1")
    assert crawl.asked() == []
    crawl.clock.now += 5.0
    assert crawl.asked() == ["a.test/1"]


def test_p12_a_crawl_that_is_resumed_waits_before_it_asks(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    crawl.take()
    crawl.frontier = crawl.new()
    assert crawl.asked() == []
    crawl.clock.now += 5
    assert crawl.asked() == ["a.test/1"]


def test_a_host_that_has_no_name_is_left_alone_at_once(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    crawl.frontier.failed(crawl.take(), "Its name is not known.", for_good=True)
    crawl.clock.now += 1000
    assert crawl.asked() == []
    assert crawl.outcomes() == {"Its name is not known.": "failed"}


def test_all_is_done_when_nothing_waits_and_nothing_is_out(crawl: Crawl) -> None:
    assert asyncio.run(crawl.frontier.next()) is None


def test_what_is_out_is_waited_for_when_a_crawl_is_stopped(crawl: Crawl) -> None:
    async def stopped() -> bool:
        fetch = await crawl.frontier.next()
        assert fetch is not None
        crawl.frontier.stop()
        ending = asyncio.ensure_future(crawl.frontier.next())
        await asyncio.sleep(0)
        assert not ending.done()
        crawl.frontier.robots_answered(fetch, 200, FREE, None, 0.0)
        return await ending is None

    crawl.visit("a.test/1")
    assert asyncio.run(stopped())
    assert crawl.crawls.waiting(crawl.id) == {"a.test": 1}


def test_a_limit_ends_a_crawl_and_leaves_the_rest_waiting(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.sqlite3") as store:
        crawl = Crawl(store, Bounds(wait=0.0, limit=1))
        crawl.visit("a.test/1", "a.test/2")
        crawl.know_robots("a.test")
        crawl.answer(crawl.take())
        assert asyncio.run(crawl.frontier.next()) is None
        assert crawl.crawls.waiting(crawl.id) == {"a.test": 1}


def test_p12_a_host_that_is_not_asked_at_all_is_asked_for_its_robots_txt_next_time(
    crawl: Crawl,
) -> None:
    crawl.visit("a.test/1")
    crawl.frontier.robots_unanswered(crawl.take(), "Its name is not known.", for_good=True)
    assert crawl.frontier.next_now() is None
    assert crawl.outcomes() == {"Its name is not known.": "failed"}
    assert crawl.crawls.robots("https://a.test") is None


def test_a_robots_txt_that_came_to_nothing_once_does_not_lose_its_host(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "b.test/1")
    first, second = crawl.take(), crawl.take()
    crawl.frontier.robots_answered(second, 200, FREE, None, 0.0)
    crawl.frontier.robots_answered(first, 301, b"", "https://b.test/robots.txt", 0.0)
    crawl.clock.now += 5
    crawl.frontier.robots_unanswered(crawl.take(), "It hung up.", for_good=False)
    crawl.clock.now += crawl.bounds.pause
    assert sorted(crawl.asked()) == ["a.test/robots.txt", "b.test/1"]


def test_a_robots_txt_nobody_answered_for_is_asked_for_again_by_the_next_crawl(
    crawl: Crawl,
) -> None:
    crawl.visit("a.test/1")
    crawl.no_robots(crawl.take())
    assert crawl.asked() == []
    crawl.frontier = crawl.new()
    crawl.clock.now += crawl.bounds.wait
    crawl.visit("a.test/2")
    assert crawl.asked() == ["a.test/robots.txt"]


def test_p12_a_host_that_asks_for_a_day_of_quiet_is_given_up_at_once(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "a.test/2")
    crawl.know_robots("a.test")
    crawl.frontier.pushed_back(crawl.take(), 503, 86_400.0)
    assert crawl.frontier.next_now() is None
    assert crawl.crawls.waiting(crawl.id) == {}


def test_a_host_is_not_stuck_when_its_robots_txt_is_said_to_be_two_things(crawl: Crawl) -> None:
    crawl.visit("a.test/1", "b.test/1")
    first, second = crawl.take(), crawl.take()
    crawl.frontier.robots_answered(first, 301, b"", "https://c.test/robots.txt", 0.0)
    crawl.frontier.robots_unanswered(first, "It can't be taken: KeyError.", for_good=True)
    crawl.frontier.robots_answered(second, 200, FREE, None, 0.0)
    crawl.clock.now += 5
    assert set(crawl.asked()) == {"b.test/1", "c.test/robots.txt"}
    assert crawl.crawls.waiting(crawl.id) == {"b.test": 1}
