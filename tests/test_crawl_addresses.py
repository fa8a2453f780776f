"""One address for one page."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.addresses import address_key
from crawlers.addresses import LONGEST, canonical, host_of, is_asset, origin_of

BASE = "https://city.example/a/b?c=d"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://city.example", "https://city.example/"),
        ("HTTPS://City.Example/Plan", "https://city.example/Plan"),
        ("https://city.example:443/", "https://city.example/"),
        ("http://city.example:80/", "http://city.example/"),
        ("http://city.example:443/", "http://city.example:443/"),
        ("https://city.example:8443/", "https://city.example:8443/"),
        ("https://city.example:/", "https://city.example/"),
        ("https://city.example./a", "https://city.example/a"),
        ("https://city.example?a=b", "https://city.example/?a=b"),
        ("https://city.example/?", "https://city.example/"),
        ("https://city.example/a#b", "https://city.example/a"),
        ("https://city.example/a#b?c", "https://city.example/a"),
        ("https://city.example/a//b/", "https://city.example/a//b/"),
        ("  https://city.example/a\n", "https://city.example/a"),
        ("https://city.example/a\n  b", "https://city.example/a%20%20b"),
        ("https:\\\\city.example\\a?b\\c", "https://city.example/a?b%5Cc"),
        ("https://my_city.example/", "https://my_city.example/"),
    ],
)
def test_an_address_has_one_spelling(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("c", "https://city.example/a/c"),
        ("/c", "https://city.example/c"),
        ("../../../c", "https://city.example/c"),
        ("./c/./d/../e", "https://city.example/a/c/e"),
        ("?x=y", "https://city.example/a/b?x=y"),
        ("#top", "https://city.example/a/b?c=d"),
        ("", "https://city.example/a/b?c=d"),
        ("//other.example/c", "https://other.example/c"),
        ("http://other.example/c", "http://other.example/c"),
        ("\\c", "https://city.example/c"),
        ("c:d", None),
        ("mailto:mayor@city.example", None),
    ],
)
def test_links_start_from_their_page(url: str, expected: str | None) -> None:
    assert canonical(url, BASE) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/%7Euser", "/~user"),
        ("/%c3%a9", "/%C3%A9"),
        ("/é", "/%C3%A9"),
        ("/%2f", "/%2F"),
        ("/%2e%2E/a", "/a"),
        ("/a/%2e/b", "/a/b"),
        ("/a/b/..", "/a/"),
        ("/a/.", "/a/"),
        ("/..a/b...", "/..a/b..."),
        ("/100%", "/100%25"),
        ("/%zz", "/%25zz"),
        ("/a b|c", "/a%20b%7Cc"),
        ("/a?b c=%20+d", "/a?b%20c=%20+d"),
        ("/a?b=c/d?e:@", "/a?b=c/d?e:@"),
        ("/a?f[0]=x", "/a?f%5B0%5D=x"),
        ("/a?b=%26&c", "/a?b=%26&c"),
        ("/a?&&b=1&&c=&", "/a?b=1&c="),
        ("/a?z=1&a=2&z=3", "/a?z=1&a=2&z=3"),
    ],
)
def test_percent_encoding_has_one_form(path: str, expected: str) -> None:
    assert canonical(f"https://city.example{path}") == f"https://city.example{expected}"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a;jsessionid=1A2B.node?b=c", "/a?b=c"),
        ("/a;JSESSIONID=1A2B/b", "/a/b"),
        ("/(S(lit3py55t21z5v55vlm25s55))/a.aspx", "/a.aspx"),
        ("/(S(short))/a.aspx", "/(S(short))/a.aspx"),
        ("/a?PHPSESSID=0a1b&b=c", "/a?b=c"),
        ("/a?b=c&sid=0123456789abcdef0123", "/a?b=c"),
        ("/a?sid=42", "/a?sid=42"),
        ("/a?session=budget-and-culture-of-the-city", "/a?session=budget-and-culture-of-the-city"),
        ("/a?utm_source=x&utm_medium=y&b=c", "/a?b=c"),
        ("/a?UTM_Source=x", "/a"),
        ("/a?utm%5Fsource=x", "/a"),
        ("/a?fbclid=x&gclid=y&mc_cid=z&_ga=1", "/a"),
        ("/a?fbclid", "/a"),
        ("/a?not_fbclid=x", "/a?not_fbclid=x"),
        ("/a?ref=x&source=y&lang=sv", "/a?ref=x&source=y&lang=sv"),
    ],
)
def test_who_asks_and_whence_is_left_out(path: str, expected: str) -> None:
    assert canonical(f"https://city.example{path}") == f"https://city.example{expected}"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("MÜNCHEN.example", "xn--mnchen-3ya.example"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("大阪。example", "xn--pssu33l.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7F000001", "127.0.0.1"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"),
        ("[::FFFF:127.0.0.1]", "[::ffff:7f00:1]"),
    ],
)
def test_a_host_has_one_name(host: str, expected: str) -> None:
    assert canonical(f"http://{host}/") == f"http://{expected}/"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a",
        "/a",
        "//city.example/a",
        "mailto:mayor@city.example",
        "javascript:void(0)",
        "data:text/html,x",
        "tel:123",
        "ftp://city.example/",
        "file:///etc/passwd",
        "http:",
        "http:a",
        "http:///a",
        "https://user@city.example/",
        "https://user:word@city.example/",
        "https://@city.example/",
        "https://city.example:0/",
        "https://city.example:22/",
        "https://city.example:6667/",
        "https://city.example:65536/",
        "https://city.example:http/",
        "https://city.example/a\x00b",
        "https://city.example/a\x7f",
        "https://city.example/\ud800",
        "https://city..example/",
        "https://.example/",
        "https://-city.example/",
        "https://city-.example/",
        "https://ci ty.example/",
        "https://ci%74y.example/",
        "https://city<.example/",
        f"https://{'a' * 64}.example/",
        f"https://{'a.' * 130}example/",
        "https://☃-.example/",
        "https://1.2.3.4.5/",
        "https://256.1.1.1/",
        "https://1.2.3.09/",
        "https://a.0x7f/",
        "https://4294967296/",
        "https://[::1/",
        "https://[::1]a/",
        "https://a[::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[1.2.3.4]/",
        f"https://city.example/{'a' * LONGEST}",
        "x" * 10_000_000,
    ],
)
def test_what_cannot_be_visited_is_none(url: str) -> None:
    assert canonical(url) is None


def test_what_is_left_out_does_not_count_as_length() -> None:
    url = f"https://city.example/?a={'b' * 1_900}&utm_source={'c' * 1_900}"
    assert canonical(url) == f"https://city.example/?a={'b' * 1_900}"


def test_a_broken_base_gives_none() -> None:
    assert canonical("a", "https://[::1/") is None
    assert canonical("a", "") is None


PIECES = st.lists(
    st.sampled_from(
        [
            *("http://", "https://", "//", "/", "\\", "?", "#", "&", "=", ";", ":", "@", "%", "%2"),
            *("%2e", "%2F", "%41", "%25", "..", ".", "a", "é", "ü.example", "city.example", ":80"),
            *(";jsessionid=", "sid=", "utm_", "0123456789abcdef", "/(S(", "a" * 16, "))/", "[::1]"),
            *("0x7f", "1", "256", "\x00", "\t", " ", "\ud800", "xn--", "-", "_", "。", "!$'()*,|"),
        ]
    ),
    max_size=14,
).map("".join)


@given(PIECES | PIECES.map("https://city.example/{}".format) | st.text(), st.none() | PIECES)
@example("https://city.example/;jsessioni;jsessionid=ad=b", None)
@example("https://city.example/(S(aaaaaaaaaaaaaaaa))/(S(bbbbbbbbbbbbbbbb))/", None)
@example("https://city.example/a/..;jsessionid=", None)
@example("https://city.example/a/(S(aaaaaaaaaaaaaaaa))/..", None)
def test_the_canonical_form_is_its_own(url: str, base: str | None) -> None:
    found = canonical(url, base)
    if found is None:
        return
    assert canonical(found) == found
    assert canonical(found, BASE) == found
    assert found.isascii()
    assert len(found) <= LONGEST
    parts = urlsplit(found)
    assert parts.scheme in ("http", "https")
    assert parts.path.startswith("/")
    assert not parts.fragment
    assert parts.username is None
    assert not {".", ".."} & set(parts.path.split("/"))
    assert origin_of(found).startswith(f"{parts.scheme}://{host_of(found)}")
    assert address_key(found) != found


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://city.example/a", "city.example", "https://city.example"),
        ("http://city.example:8080/", "city.example", "http://city.example:8080"),
        ("http://[::1]:8080/", "[::1]", "http://[::1]:8080"),
        ("http://[::1]/", "[::1]", "http://[::1]"),
    ],
)
def test_host_and_origin(url: str, host: str, origin: str) -> None:
    assert host_of(url) == host
    assert origin_of(url) == origin


def test_what_has_no_host_is_an_error() -> None:
    with pytest.raises(ValueError, match="no host"):
        host_of("mailto:mayor@city.example")


@pytest.mark.parametrize(
    ("path", "asset"),
    [
        ("/logo.png", True),
        ("/LOGO.JPG", True),
        ("/a/site.css?v=3", True),
        ("/app.min.js", True),
        ("/plan.zip", True),
        ("/plan.tar.gz", True),
        ("/film.mp4", True),
        ("/plan.pdf", False),
        ("/plan.docx", False),
        ("/plan.html", False),
        ("/sitemap.xml.gz", False),
        ("/register.csv", False),
        ("/about-node.js/", False),
        ("/png", False),
        ("/", False),
        ("/a.png/b", False),
        ("/page.aspx?file=a.png", False),
    ],
)
def test_an_asset_is_told_by_its_path(path: str, asset: bool) -> None:
    assert is_asset(f"https://city.example{path}") is asset
