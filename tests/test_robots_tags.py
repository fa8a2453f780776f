"""What a page says to crawlers, in its headers and in itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.robots_tags import Tags, tags_of

NOW = 1_795_867_200.0  # 2026-11-28
AGENT = "cityrights/1.0 (+https://city.example/crawler)"


def of(*headers: str, metas: tuple[tuple[str, str], ...] = ()) -> str:
    """What is forbidden, in a word."""
    tags = tags_of(headers, metas, AGENT, NOW)
    return " ".join(name for name in ("index", "follow", "archive") if not getattr(tags, name))


@pytest.mark.parametrize(
    ("headers", "forbidden"),
    [
        ((), ""),
        (("all",), ""),
        (("index, follow",), ""),
        (("noindex",), "index"),
        (("NoIndex",), "index"),
        (("nofollow",), "follow"),
        (("noindex, nofollow",), "index follow"),
        (("noindex,nofollow",), "index follow"),
        (("none",), "index follow"),
        (("noarchive",), "archive"),
        (("nocache",), "archive"),
        (("noindex", "nofollow"), "index follow"),
        (("index", "noindex"), "index"),
        (("noindex, index",), "index"),
        (("nosnippet, noimageindex, notranslate, max-snippet: 20",), ""),
        (("max-image-preview: none, noarchive",), "archive"),
        (("max-snippet: noindex",), ""),
        (("noindexing",), ""),
        (("no index",), ""),
        (("",), ""),
        ((", ,noindex,",), "index"),
    ],
)
def test_headers_for_everybody(headers: tuple[str, ...], forbidden: str) -> None:
    assert of(*headers) == forbidden


@pytest.mark.parametrize(
    ("headers", "forbidden"),
    [
        (("otherbot: noindex",), ""),
        (("cityrights: noindex",), "index"),
        (("CityRights : none",), "index follow"),
        (("cityrights-news: noindex",), ""),
        (("otherbot: noindex, nofollow",), ""),
        (("otherbot: noindex, cityrights: nofollow",), "follow"),
        (("cityrights: noindex, nofollow, otherbot: noarchive",), "index follow"),
        (("otherbot: noindex", "nofollow"), "follow"),
        (("nofollow, otherbot: noindex",), "follow"),
        (("cityrights: index", "noindex"), "index"),
        (("robots: noindex",), "index"),
        (("*: noindex",), "index"),
    ],
)
def test_headers_for_somebody(headers: tuple[str, ...], forbidden: str) -> None:
    assert of(*headers) == forbidden


@pytest.mark.parametrize(
    ("header", "forbidden"),
    [
        ("unavailable_after: 25 Jun 2010 15:00:00 PST", "index"),
        ("unavailable_after: Friday, 25-Jun-10 15:00:00 GMT", "index"),
        ("unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT, nofollow", "index follow"),
        ("unavailable_after: 2010-06-25", "index"),
        ("unavailable_after: 2010-06-25T15:00:00+02:00", "index"),
        ("Unavailable_After:2010-06-25T15:00:00Z", "index"),
        ("cityrights: unavailable_after: 2010-06-25", "index"),
        ("otherbot: unavailable_after: 2010-06-25", ""),
        ("unavailable_after: 2027-06-25", ""),
        ("unavailable_after: Friday, 25-Jun-27 15:00:00 GMT, noarchive", "archive"),
        ("unavailable_after: soon, nofollow", "follow"),
        ("unavailable_after:, noindex", "index"),
        ("unavailable_after", ""),
    ],
)
def test_a_page_may_say_when_it_ends(header: str, forbidden: str) -> None:
    assert of(header) == forbidden


def test_what_a_page_says_lasts_unless_it_names_a_day_to_come() -> None:
    def lasts(header: str) -> bool:
        return tags_of([header], (), AGENT, NOW).lasts

    assert not lasts("unavailable_after: 2027-06-25")
    assert not lasts("unavailable_after: Friday, 25-Jun-27 15:00:00 GMT, noarchive")
    assert lasts("unavailable_after: 2010-06-25")
    assert lasts("otherbot: unavailable_after: 2027-06-25")
    assert lasts("noindex, unavailable_after: soon")


@pytest.mark.parametrize(
    ("metas", "forbidden"),
    [
        ((("robots", "noindex"),), "index"),
        ((("ROBOTS", "NOINDEX,NOFOLLOW"),), "index follow"),
        ((("cityrights", "nofollow"), ("robots", "noarchive")), "follow archive"),
        ((("otherbot", "noindex"),), ""),
        ((("description", "none"),), ""),
        ((("robots", "unavailable_after: 2010-06-25"),), "index"),
        ((("robots", "index"), ("robots", "noindex")), "index"),
    ],
)
def test_metas(metas: tuple[tuple[str, str], ...], forbidden: str) -> None:
    assert of(metas=metas) == forbidden


def test_header_and_meta_add_up() -> None:
    assert of("nofollow", metas=(("robots", "noindex"),)) == "index follow"


TEXTS = st.text() | st.lists(
    st.sampled_from(
        "noindex nofollow none all cityrights: x: , : unavailable_after: 2010 , Fri".split()
    )
).map(" ".join)


@given(st.lists(TEXTS, max_size=4), st.lists(st.tuples(TEXTS, TEXTS), max_size=4), TEXTS)
def test_nothing_makes_it_fail(
    headers: list[str], metas: list[tuple[str, str]], agent: str
) -> None:
    assert isinstance(tags_of(headers, metas, agent, NOW), Tags)


@given(st.lists(TEXTS, max_size=4), st.lists(TEXTS, max_size=4))
def test_more_headers_never_allow_more(some: list[str], more: list[str]) -> None:
    one, other = (tags_of(headers, (), AGENT, NOW) for headers in (some, some + more))
    for name in ("index", "follow", "archive"):
        assert getattr(one, name) or not getattr(other, name)
