"""Which addresses a source admits: patterns of addresses, and which of them decides."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawlers.address_patterns import matches, pattern, spot
from crawlers.admission import admits, denies
from crawlers.source import CrawlSource


def source(**more: object) -> CrawlSource:
    values = {"id": "a", "name": "A", "kind": "listing", "start": ("https://www.a.org/list",)}
    return CrawlSource(**{**values, **more})


@pytest.mark.parametrize(
    ("written", "path", "holds"),
    [
        ("/", "/anything", True),
        ("/news", "/newspaper", True),
        ("/news/", "/news", False),
        ("/news$", "/news", True),
        ("/news$", "/news/", False),
        ("*.pdf$", "/a/b.pdf", True),
        ("*.pdf$", "/a/b.pdf?x", False),
        ("/a*b*c", "/a-x-b-y-c-z", True),
        ("/a*b*c$", "/abcbc", True),
        ("/a*bc*c$", "/abc", False),
        ("/a*$", "/a", True),
        ("/$x", "/$x/y", True),
        ("*", "/", True),
        ("/a**b", "/ab", True),
    ],
)
def test_a_pattern_holds_as_in_robots_txt(written: str, path: str, holds: bool) -> None:
    assert matches(written, path) is holds


@given(st.text("ab*$/", max_size=12), st.text("ab/$", max_size=12))
@example("a*a$", "a")
def test_a_pattern_holds_as_the_regular_expression_of_it_does(written: str, path: str) -> None:
    ends = written.endswith("$")
    body = written[:-1] if ends else written
    expression = ".*".join(map(re.escape, body.split("*"))) + (r"\Z" if ends else "")
    assert matches(written, path) is (re.match(expression, path, re.DOTALL) is not None)


def test_a_pattern_made_to_take_long_does_not() -> None:
    assert not matches("*a" * 200 + "b", "a" * 2_000)


@pytest.mark.parametrize("written", ["", "news", "ftp://a.org/", "https://", "https://a b/", "//a", "http://*/", "https://a.*/", "/" * 501])  # fmt: skip
def test_what_is_no_pattern_is_not_taken_for_one(written: str) -> None:
    assert pattern(written) is None or written == "//a"


def test_without_allow_the_hosts_of_start_are_admitted() -> None:
    one = source()
    assert admits(one, "https://www.a.org/x")
    assert admits(one, "http://a.org/x?y")
    assert not admits(one, "https://b.a.org/x")
    assert not admits(one, "https://a.org:8443/x")
    assert not admits(one, "https://a.org.evil.example/x")


def test_the_longest_pattern_decides_and_allow_where_both_are_as_long() -> None:
    one = source(allow=("/docs/", "/docs/old/keep"), deny=("/docs/old/", "/docs/"))
    assert admits(one, "https://a.org/docs/new")
    assert not admits(one, "https://a.org/docs/old/x")
    assert admits(one, "https://a.org/docs/old/keep")
    assert not admits(one, "https://a.org/elsewhere")


def test_an_address_and_a_path_are_measured_alike() -> None:
    one = source(allow=("https://a.org/",), deny=("/intern/",))
    assert admits(one, "https://a.org/x")
    assert not admits(one, "https://a.org/intern/x")


def test_an_allowed_path_is_one_of_the_hosts_of_start_and_a_denied_one_of_all() -> None:
    one = source(allow=("/docs/", "https://*.b.org/"), deny=("/docs/secret",))
    assert not admits(one, "https://c.org/docs/x")
    assert admits(one, "https://x.b.org/anything")
    assert not admits(one, "https://b.org/anything")
    assert not admits(one, "https://x.b.org/docs/secret")


def test_a_start_is_always_admitted() -> None:
    one = source(allow=("/docs/",), deny=("/",))
    assert admits(one, "https://www.a.org/list")
    assert not denies(one, "https://www.a.org/list")
    assert denies(one, "https://www.a.org/other")


def test_spelling_makes_no_difference() -> None:
    one = source(allow=("/caf%C3%A9/", "/größe", "/%7euser/"))
    assert admits(one, "https://A.ORG/café/x")
    assert admits(one, "https://a.org/gr%c3%b6%C3%9fe")
    assert admits(one, "https://a.org/~user/x")


@pytest.mark.parametrize("url", ["ftp://a.org/", "javascript:x", "https://u:p@a.org/", "", "https://[", "https://a.org/" + "x" * 2_000])  # fmt: skip
def test_what_no_crawler_follows_is_not_admitted(url: str) -> None:
    assert not admits(source(), url)
    assert denies(source(), url)


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_no_address_and_no_pattern_breaks_it(url: str, patterns: list[str]) -> None:
    one = source(allow=tuple(patterns), deny=tuple(patterns))
    for address in (url, f"https://a.org/{url}", f"https://{url}/"):
        assert admits(one, address) in (True, False)
        spot(address)
