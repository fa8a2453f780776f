"""Addresses without end."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import load_bundled
from crawlers.addresses import canonical, is_asset
from crawlers.traps import CALENDAR, CIRCLE, TOO_DEEP, TOO_MANY, Variety, trap

TODAY = date(2026, 11, 28)


def reason(path: str) -> str | None:
    return trap(f"https://city.example{path}", TODAY)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/plan/2030",
        "/strategy-2030-2035",
        "/agenda/2019/05/03/council",
        "/2027/12/",
        "/2010/05/post",
        "/events/2026-12-24",
        "/news/2026/11/28/11/28",
        "/en/news/en/about",
        "/a/a/b",
        "/1/1/1/1",
        "/2030/10-goals",
        "/day/of/the/city",
        "/calendar?view=month",
        "/calendar?view=month&date=2027-03",
        "/documents/20310501",
        "/a?b=2010-01-01",
        "/a?year=2040",
        "/a?year=2026&month=12",
        "/?" + "&".join(f"p{number}=1" for number in range(12)),
        "/" + "/".join(f"p{number}" for number in range(16)),
    ],
)
def test_an_ordinary_address_is_none(path: str) -> None:
    assert reason(path) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/" + "/".join(f"p{number}" for number in range(17)), TOO_DEEP),
        ("/a/b/a/c/a", CIRCLE),
        ("/a/a/a", CIRCLE),
        ("/en/news/en/news/", CIRCLE),
        ("/x/a/b/c/a/b/c", CIRCLE),
        ("/?" + "&".join(f"p{number}=1" for number in range(13)), TOO_MANY),
        ("/events/2031-05-01", CALENDAR),
        ("/events/2031-05", CALENDAR),
        ("/events/2031/05/", CALENDAR),
        ("/events/2031/5/1/", CALENDAR),
        ("/events/2031.05.01", CALENDAR),
        ("/events?date=2031-05-01", CALENDAR),
        ("/events?date=2031-05-01T00:00:00", CALENDAR),
        ("/events?from=2031%2F05%2F01", CALENDAR),
        ("/events?year=2031&month=5", CALENDAR),
        ("/events?cal_month=05&cal_year=2031", CALENDAR),
        ("/events/2999-12-31", CALENDAR),
        ("/events/month/2010-05", CALENDAR),
        ("/week/2010-05-03", CALENDAR),
        ("/events?view=day&date=1970-01-01", CALENDAR),
        ("/kalender/monat?year=1999&month=1", CALENDAR),
    ],
)
def test_a_trap_is_named(path: str, expected: str) -> None:
    assert reason(path) == expected


def test_no_source_address_of_the_catalogue_is_refused() -> None:
    addresses = [source.url for record in load_bundled().initiatives for source in record.sources]
    assert len(addresses) > 1_500
    variety = Variety()
    for address in addresses:
        found = canonical(address)
        assert found is not None, address
        assert trap(found, TODAY) is None, address
        assert not is_asset(found), address
        assert variety.admits(found), address


SEGMENTS = st.lists(
    st.sampled_from("a b 2031 05 31 2031-02-30 month .. %2F".split()) | st.text(max_size=4),
    max_size=20,
).map("/".join)


@given(SEGMENTS, st.text(max_size=20) | st.just("year=9999&month=12"))
def test_no_address_makes_it_fail(path: str, query: str) -> None:
    found = canonical(f"https://city.example/{path}?{query}")
    if found is not None:
        assert trap(found, TODAY) in (None, TOO_DEEP, CIRCLE, TOO_MANY, CALENDAR)
        assert Variety().admits(found)


@pytest.mark.parametrize("day", ["2031-02-30", "2031-11-31", "2999-99-99", "0000-01-01"])
def test_a_day_that_is_none_does_no_harm(day: str) -> None:
    reason(f"/{day}")
    reason(f"/?date={day}")


def admitted(variety: Variety, *urls: str) -> int:
    return sum(map(variety.admits, urls))


def test_queries_of_one_path_are_bounded() -> None:
    variety = Variety(queries=60)
    asked = [f"https://city.example/list?page={number}" for number in range(100)]
    assert admitted(variety, *asked) == 60
    assert admitted(variety, *asked) == 60, "what was admitted stays so and counts once"
    assert variety.admits("https://city.example/list")
    assert variety.admits("https://city.example/other?page=1")
    assert variety.admits("https://other.example/list?page=99")


def test_numbers_in_a_path_are_bounded() -> None:
    variety = Variety(numbers=10)
    asked = [f"https://city.example/{number}/x{number}" for number in range(100)]
    assert admitted(variety, *asked) == 10
    assert variety.admits("https://city.example/y/x1")
    assert variety.admits("https://city.example/99/x-with-a-name")


def test_pages_of_a_host_are_bounded() -> None:
    variety = Variety(pages=3)
    words = "one two three four five".split()
    assert admitted(variety, *(f"https://city.example/{word}" for word in words)) == 3
    assert variety.admits("https://other.example/six")
    assert variety.admits("https://city.example/two")


def test_what_is_remembered_is_bounded() -> None:
    variety = Variety(queries=1, remembered=10)
    for number in range(100):
        assert variety.admits(f"https://c{number}.example/a?b")
    assert variety.admits("https://c0.example/a?c"), "it was forgotten"
    assert not variety.admits("https://c99.example/a?c"), "it was asked last"
