"""robots.txt as RFC 9309 has it: what Google's and Scrapy's readers are tested for, in cases of
our own, and where we differ from them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawlers.robots import LONGEST_DELAY, MOST_BYTES, MOST_PARTS, Rules, rules_for, rules_of

SITE = "https://city.example"

# What a robots.txt says (lines parted by "|"), and what that means: "+" before a path that may
# be asked for, "-" before one that may not. The agent is cityrights where none is named.
Case = tuple[str, str, str]
CASES: list[Case] = []


def says(robots: str, *expected: str, agent: str = "cityrights") -> None:
    CASES.extend((robots, agent, one) for path in expected for one in path.split(" "))


# -- Lines --------------------------------------------------------------------------------------
says("", "+/ +/any")
says("# nothing but a remark", "+/any")
says("User-agent: cityrights|Disallow: /", "-/ -/any -/any?x=1")
says("agent: cityrights|forbid: /", "+/any")
says("user-agent cityrights|disallow /", "-/any")  # the colon is missed but meant
says("user-agent\tcityrights|disallow\t/", "-/any")
says("User-agent : cityrights|Disallow : /", "-/any")
says("  User-agent:cityrights  |\tDisallow:/kept   ", "-/kept +/other")
says("USER-AGENT: cityrights|ALLOW: /open|DISALLOW: /", "+/open -/any")
says("user-agent: cityrights|allow: /open|disallow: /", "+/open -/any")
says("uSeR-aGeNt: cityrights|aLLoW: /open|dIsAlLoW: /", "+/open -/any")
says("User-agent: *|Dissallow: /a|Dissalow: /b|Disalow: /c|Diasllow: /d|Disallaw: /e", "-/a -/b")
says(
    "User-agent: *|Dissallow: /a|Dissalow: /b|Disalow: /c|Diasllow: /d|Disallaw: /e", "-/c -/d -/e"
)
says("Useragent: cityrights|Disallow: /", "-/any")
says("User agent: cityrights|Disallow: /", "-/any")
says("User-agent: * # all|# Disallow: /remark|Disallow: /a#b", "-/a -/ab +/remark")
says("User-agent: cityrights|Allow: me to say|Disallow: /a", "-/a +/me")
says("User-agent: cityrights|nonsense here|Disallow: /a", "-/a +/b")
says("User-agent: cityrights|Allowed: /|Disallow: /", "-/any")
says("User-agent: cityrights|Disallow-not: /a|Disallow: /b", "+/a -/b")

# -- Groups -------------------------------------------------------------------------------------
_GROUPS = (
    "allow: /before/||user-agent: cityrights|disallow: /|allow: /mine/|user-agent: other|"
    "disallow: /|allow: /others/|||allow: /apart/|user-agent: third||user-agent: cityrights|"
    "allow: /later/|disallow: /"
)
says(_GROUPS, "+/mine/a +/later/a -/others/a -/apart/a -/before/ -/x")
says(_GROUPS, "+/others/a +/apart/a -/mine/a -/later/a -/before/", agent="other")
says(_GROUPS, "+/later/a -/mine/a -/others/a -/before/", agent="third")
says(_GROUPS, "+/before/ +/any", agent="unnamed")
# A line that is no rule does not end a list of agents (section 2.2.4).
says("User-agent: other|Sitemap: https://city.example/s.xml|User-agent: *|Disallow: /", "-/any")
says(
    "User-agent: other|Sitemap: https://city.example/s.xml|User-agent: *|Disallow: /",
    "-/any",
    agent="other",
)
says("User-agent: cityrights|Unheard-of: x|User-agent: *|Disallow: /", "-/any")
says("User-agent: cityrights|Crawl-delay: 3|User-agent: *|Disallow: /", "-/any")
says("User-agent: cityrights||User-agent: *|Disallow: /", "-/any")
says("User-agent: one|User-agent: cityrights|Disallow: /a|User-agent: *|Disallow: /b", "-/a +/b")
says("User-agent: cityrights # us|# and|User-agent: two|Disallow: /a|User-agent: *", "-/a +/b")
says("User-agent: *|Disallow: /a|User-agent: cityrights|Disallow: /b", "+/a -/b")
says("User-agent: *|Disallow: /a|User-agent: cityrights|Disallow: /b", "-/a +/b", agent="other")
says("User-agent: cityrights|Disallow: /b|User-agent: *|Disallow: /a", "+/a -/b")
says("User-agent: cityrights|Disallow: /|User-agent: *|Allow: /", "-/any")
says("User-agent: cityrights|Allow: /|User-agent: x|Disallow: /", "+/any")
says("User-agent: x|Allow: /|User-agent: y|Disallow: /", "+/any")
says(
    "User-agent: *|Disallow: /a||User-agent: x|Disallow: /c||User-agent: *|Disallow: /b", "-/a -/b"
)
says("User-agent: *|Disallow: /a||User-agent: x|Disallow: /c||User-agent: *|Disallow: /b", "+/c")
says("Disallow: /a|User-agent: cityrights|Disallow: /b", "+/a -/b")
says("Disallow: /a|Allow: /b", "+/a +/b")
says("User-agent: other|Disallow: /|User-agent: cityrights", "+/any")
# An empty rule is about nothing, but it is a rule: it ends the list of agents.
says("User-agent: cityrights|Disallow:|User-agent: *|Disallow: /", "+/any")
says("User-agent: cityrights|Disallow:|User-agent: *|Disallow: /", "-/any", agent="other")
says("User-agent: cityrights|Allow:|Disallow: ", "+/any")
says("User-agent: *|Disallow: /||User-agent: cityrights|Disallow:", "+/ +/any")

# -- Names --------------------------------------------------------------------------------------
says("User-agent: CityRights|Disallow: /", "-/any")
says("User-agent: cityrights|Disallow: /", "-/any", agent="CITYRIGHTS")
says("User-agent: cityrights|Disallow: /", "-/any", agent="cityrights/1.2 (+https://a.example)")
says("User-agent: CityRights/2.0|Disallow: /", "-/any")
says("User-agent: cityrights bot|Disallow: /", "-/any")  # up to the space, as Google
says("User-agent: city|Disallow: /|User-agent: *|Disallow: /b", "+/a -/b")
says("User-agent: cityrights-news|Disallow: /", "+/any")
says("User-agent: cityrights2|Disallow: /", "+/any")
says("User-agent: mycityrights|Disallow: /", "+/any")
says("User-agent: *bot|Disallow: /", "+/any")
says("User-agent: * everybody|Disallow: /", "-/any")
says("User-agent:|Disallow: /", "+/any")
_NEWS = (
    "user-agent: owl-news|disallow: /|allow: /1|user-agent: *|disallow: /|allow: /2|"
    "user-agent: owl|disallow: /|allow: /3"
)
says(_NEWS, "+/1 -/2 -/3", agent="owl-news")
says(_NEWS, "-/1 -/2 +/3", agent="owl")
says(_NEWS, "-/1 +/2 -/3", agent="owl-images")  # the whole token or none (section 2.2.1)
says(_NEWS, "-/1 +/2 -/3", agent="ow")

# -- Which rule ---------------------------------------------------------------------------------
US = "User-agent: cityrights|"
says(US + "Disallow: /a/page.html|Allow: /a/", "-/a/page.html +/a/ +/a/other")
says(US + "Allow: /a/page.html|Disallow: /a/", "+/a/page.html -/a/ -/a/other")
says(US + "Disallow: /|Allow: /", "+/any")
says(US + "Allow: /|Disallow: /", "+/any")
says(US + "Disallow: /a|Allow: /a", "+/a +/a/b")
says(US + "Allow: /a|Disallow: /a", "+/a +/a/b")
says(US + "Disallow: /a|Allow: /a/", "-/a +/a/ +/a/b")
says(US + "Allow: /page|Disallow: /*.html", "+/page -/page.html")
says(US + "Allow: /page|Disallow: /*.htm", "-/page.htm")
says(US + "Allow: /a/page.|Disallow: /*.html", "+/a/page.html -/a/b.html")
says(US + "Allow: /p|Disallow: /", "+/page -/else")
says(US + "Allow: /$|Disallow: /", "+/ -/page")
says(US + "Disallow: /page/|Allow: *page", "-/page/x +/page")
says(US + "Disallow: /b", "+/B +/a/b -/b -/ba -/b/c")
says(US + "Disallow: /X/", "+/x/y -/X/y")
says(US + "Disallow: /", "+/robots.txt +/robots.txt?v=2 -/robots.txt2 -/a/robots.txt")

# -- Paths: from the start, on to any end -------------------------------------------------------
ONLY = US + "Disallow: /|Allow: "
for path in ("/plan", "/plan*", "/plan**"):
    says(ONLY + path, "+/plan +/plan.html +/plan/b.html +/planning +/planning/b +/plan?id=any")
    says(ONLY + path, "-/ -/Plan -/masterplan -/?id=plan")
says(ONLY + "/plan/", "+/plan/ +/plan/b +/plan/?b +/plan/b.html -/plan -/plan.html -/Plan/b")
says(ONLY + "/*.php", "+/a.php +/b/a.php +/b/a.php?c +//b/a.php.old.html +/a.php/ +/i?f=a.php/")
says(ONLY + "/*.php", "-/ -/a -/php/ -/i?php -/a.PHP")
says(ONLY + "/*.php$", "+/a.php +/b/a.php -/a.php?c -/a.php/ -/a.php5 -/php/ -/a?php -/aphpa")
says(ONLY + "/*.php$", "-//a.PHP")
says(ONLY + "/plan*.php", "+/plan.php +/planning/a.php?c -/Plan.PHP -/a.php")
says(US + "Disallow: /*", "-/ -/a -/a/b.html")
says(US + "Disallow: *", "-/ -/a")
says(US + "Disallow: /no/*/end$", "+/no -/no/a/end -/no/a/b/end +/no/a/ending +/no/end")
says(US + "Disallow: /one*two", "-/onetwo -/one_two -/one/two/three +/one +/nine_two")
says(US + "Disallow: /a*/b", "-/a/b -/aa/b -/a/x/y/b +/ab +/a/c")
says(US + "Disallow: *m", "-/m -/am -/a/b.html +/a +/a.txt")
says(US + "Disallow: /a*/*b.html", "-/a/b.html -/a/rob.html -/a/c/d/b.html +/ab.html")
says(US + "Allow: /a/b.html|Disallow: *", "+/a/b.html -/a/b -/")
says(US + "Allow: /a$|Disallow: /a", "+/a -/a/ -/ab")
says(US + "Disallow: /a/b/c|Allow: /a/*/d", "-/a/b/c +/a/c +/a//c +/a/x/c")
says(US + "Disallow: /a/b$|Allow: /a/b/c", "-/a/b +/a/b/ +/a/b/c +/a/b/d")
says(US + "Disallow: *****************/****.js", "-/a.js -/a/b.js +/a.css")
says(US + "Disallow: /*s=", "+/ +/s/ -/?s=a -/a?b=1&s=")
says(US + "Disallow: /*ab*ab$", "-/abab -/abxab +/ab -/ababab +/abax")
says(US + "Disallow: /a?", "+/a +/ab -/a?b -/a?")
says(US + "Disallow: /;", "+/ -/;a")
says(US + "Disallow: /a;b?c", "-/a;b?c#d -/a;b?cd +/a;b +/a?c")
# "index.html" is a page, not its folder: Google's and Protego's own addition.
says(ONLY + "/a/index.html", "+/a/index.html -/a/ -/a/index.htm")
# What does not begin with / or * is about no path (section 2.2.2).
says(US + "Disallow: https://city.example/a", "+/a +/https://city.example/a")
says(US + "Disallow: a", "+/a +/b/a")

# -- Special characters -------------------------------------------------------------------------
says(US + "Disallow: /a$/b", "-/a$/bc -/a%24/bc +/a")
says(US + "Disallow: /a*a$/b", "-/axa$/b -/axa%24/bc +/axa")
says(US + "Disallow: /a%24", "-/a$ -/a$b -/a%24 +/a")
says(US + "Disallow: /a%2Aa", "-/a*a -/a*ab -/a%2aa +/axa")
says(US + "Disallow: /a*a", "-/a*a -/axa -/a%2Aa")
says(US + "Disallow: /a$", "-/a +/a$ +/a%24")
says(US + "Disallow: /$", "-/ +/a")

# -- Percent-encoding (the table in section 2.2.2) ----------------------------------------------
says(ONLY + "/a/b?c=d&e=https://f.example?g&h", "+/a/b?c=d&e=https://f.example?g&h -/a/b")
says(ONLY + "/a?b=https://c.example", "+/a?b=https%3A%2F%2Fc.example")
says(ONLY + "/a?b=https%3A%2F%2Fc.example", "+/a?b=https://c.example")
says(ONLY + "/a/ツ", "+/a/%E3%83%84 +/a/%e3%83%84 +/a/ツ -/a/")
says(ONLY + "/a/%E3%83%84", "+/a/%E3%83%84 +/a/ツ")
says(ONLY + "/a/%62%61%7A", "+/a/baz +/a/%62%61%7A +/a/%62a%7a -/a/b")
says(ONLY + "/a%3cd.html", "+/a<d.html +/a%3cd.html +/a%3Cd.html")
says(ONLY + "/a<d.html", "+/a<d.html +/a%3cd.html")
says(ONLY + "/a%3c*", "+/a<d.html +/a%3Cd.html")
says(ONLY + "/a%2fb", "+/a%2fb +/a%2Fb -/a/b")
says(ONLY + "/a/b", "+/a/b -/a%2fb")
says(ONLY + "/%7euser/", "+/~user/a +/%7Euser/a")
says(ONLY + "/~user/", "+/~user/a +/%7euser/a")
says(
    US + "Disallow: /wiki/K%C3%A4ytt%C3%A4j%C3%A4:",
    "-/wiki/Käyttäjä: -/wiki/K%C3%A4ytt%C3%A4j%c3%a4:",
)
says(US + "Disallow: /wiki/Käyttäjä:", "-/wiki/Käyttäjä:x -/wiki/K%C3%A4ytt%C3%A4j%C3%A4:")
says(US + "Disallow: /100%", "-/100% -/100%25 +/100")
says(US + "Disallow: /a[0]", "-/a[0] -/a%5B0%5D")

# -- Sites' own examples of 1994 and 1996 -------------------------------------------------------
_1994 = "User-agent: *|Disallow: /map/ # endless|Disallow: /tmp/ # soon gone|Disallow: /a.html"
says(_1994, "+/ -/a.html +/a.htm +/a.shtml -/a.htmlx +/mapindex.html -/tmp/a.html")
_1996 = (
    "User-agent: rude|Disallow: /||User-agent: one|User-agent: cityrights|Disallow:||"
    "User-agent: *|Disallow: /org/plans.html|Allow: /org/|Allow: /serv|Allow: /~mak|Disallow: /"
)
says(_1996, "-/ -/index.html -/server.html -/services/fast.html -/org/about.html", agent="rude")
says(_1996, "+/ +/index.html +/server.html +/org/plans.html +/%7Ejim/jim.html")
says(_1996, "-/ -/index.html +/server.html +/services/fast.html +/services/slow.html", agent="x")
says(_1996, "-/orgo.gif +/org/about.html -/org/plans.html -/%7Ejim/j.html +/%7Emak/m", agent="x")


@pytest.mark.parametrize(("robots", "agent", "expected"), CASES)
def test_what_a_robots_txt_means(robots: str, agent: str, expected: str) -> None:
    rules = rules_of(robots.replace("|", "\n").encode(), agent)
    assert rules.allows(SITE + expected[1:]) is (expected[0] == "+")


def test_the_table_is_long_enough_to_be_one() -> None:
    assert len(CASES) >= 350


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\r\n"])
def test_any_line_end_ends_a_line(end: str) -> None:
    body = end.join(["User-agent: cityrights", "", "Allow: /a/b", "Disallow: /a"])
    for last in ("", end):
        rules = rules_of((body + last).encode(), "cityrights")
        assert rules.allows(f"{SITE}/a/b/c")
        assert not rules.allows(f"{SITE}/a")


def test_other_separators_do_not_end_a_line() -> None:
    body = "User-agent: *\nDisallow: /a\x0bAllow: /b\u2028Disallow: /c"
    rules = rules_of(body.encode(), "cityrights")
    assert rules.allows(f"{SITE}/c")
    assert rules.allows(f"{SITE}/a")


_SIMPLE = "User-agent: *\nDisallow: /a\n"


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + _SIMPLE.encode(),
        b"\xef\xbb" + _SIMPLE.encode(),
        b"\xef" + _SIMPLE.encode(),
        _SIMPLE.encode("utf-16"),
        _SIMPLE.encode("utf-16-be"),
        _SIMPLE.encode("utf-16-le"),
        b"\0\0" + _SIMPLE.encode(),
        b"\xff\xfe\xfd broken\n" + _SIMPLE.encode(),
        b"<!doctype html>\n<title>Robots</title>\n" + _SIMPLE.encode(),
        b"Sitemap: \xff\xfe\n" + _SIMPLE.encode(),
    ],
)
def test_marks_of_encoding_and_rubbish_hide_no_rule(body: bytes) -> None:
    rules = rules_of(body, "cityrights")
    assert not rules.allows(f"{SITE}/a")
    assert rules.allows(f"{SITE}/b")


def test_octets_that_are_no_utf8_are_compared_as_octets() -> None:
    rules = rules_of(b"User-agent: *\nDisallow: /caf\xe9", "cityrights")
    assert not rules.allows(f"{SITE}/caf%E9")
    assert rules.allows(f"{SITE}/café")


@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><html><body><h1>Not found</h1>Disallow: /</body></html>", b"\0" * 1000, b""],
)
def test_what_is_no_robots_txt_forbids_nothing(body: bytes) -> None:
    assert rules_of(body, "cityrights").allows(f"{SITE}/a")


def test_500_kib_are_read_to_the_last_whole_line() -> None:
    head = b"User-agent: *\nDisallow: /a\n"
    filled = head + b"#" * (MOST_BYTES - len(head) - 12) + b"\nDisallow: /beyond\nDisallow: /c"
    assert len(filled) > MOST_BYTES
    rules = rules_of(filled, "cityrights")
    assert not rules.allows(f"{SITE}/a")
    assert rules.allows(f"{SITE}/b"), "a rule that was cut short is not one"
    assert rules.allows(f"{SITE}/c")
    whole = head + b"#" * (MOST_BYTES - len(head) - 13) + b"\nDisallow: /b"
    assert len(whole) == MOST_BYTES
    assert not rules_of(whole, "cityrights").allows(f"{SITE}/b")


def test_a_long_line_is_a_line() -> None:
    long = "/x/" + "a" * 20_000
    rules = rules_of(f"User-agent: *\nDisallow: {long}/b".encode(), "cityrights")
    assert not rules.allows(f"{SITE}{long}/bc")
    assert rules.allows(f"{SITE}{long}/c")


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        ("User-agent: *|Crawl-delay: 10", 10.0),
        ("User-agent: *|Crawl delay 2.5", 2.5),
        ("User-agent: *|Crawl-delay: 10|User-agent: cityrights|Crawl-delay: 15", 15.0),
        ("User-agent: cityrights|Crawl-delay: 15|User-agent: *|Crawl-delay: 20", 15.0),
        ("User-agent: cityrights|User-agent: x|Crawl-delay: 15|Disallow: /a", 15.0),
        ("User-agent: cityrights|Disallow: /a|Crawl-delay: 5", 5.0),
        ("User-agent: cityrights|Crawl-delay: 5|Crawl-delay: 3", 5.0),
        ("User-agent: cityrights|Crawl-delay: 0", 0.0),
        ("User-agent: cityrights|Crawl-delay: 86400", LONGEST_DELAY),
        ("User-agent: cityrights|Disallow: /|User-agent: *|Crawl-delay: 5", None),
        ("User-agent: cityrights|Crawl-delay: soon", None),
        ("User-agent: cityrights|Crawl-delay: -1", None),
        ("User-agent: cityrights|Crawl-delay: nan", None),
        ("User-agent: cityrights|Crawl-delay: inf", None),
        ("User-agent: cityrights|Crawl-delay:", None),
        ("Crawl-delay: 5|User-agent: cityrights", None),
    ],
)
def test_a_delay_is_for_the_agents_above_it(lines: str, delay: float | None) -> None:
    assert rules_of(lines.replace("|", "\n").encode(), "cityrights").crawl_delay == delay


def test_sitemaps_stand_anywhere_and_count_once() -> None:
    body = (
        b"Sitemap: https://city.example/1.xml\nUser-agent: x\nDisallow: /\n"
        b"sitemap:https://city.example/2.xml # news\nSite-map: /3.xml\nSitemaps /4.xml\n"
        b"Sitemap:\nSITEMAP: https://city.example/1.xml\n"
    )
    assert rules_of(body, "cityrights").sitemaps == (
        "https://city.example/1.xml",
        "https://city.example/2.xml",
        "/3.xml",
        "/4.xml",
    )


@pytest.mark.parametrize(
    ("status", "open_page", "closed_page"),
    [
        *((status, True, False) for status in (200, 203, 206)),
        *((status, True, True) for status in (301, 302, 304, 307, 308)),
        *((status, True, True) for status in (400, 401, 403, 404, 410, 418, 451, 499)),
        *((status, False, False) for status in (429, 500, 502, 503, 504, 599)),
        *((status, False, False) for status in (None, 0, 100, 600, 999)),
    ],
)
def test_the_status_decides_whether_the_body_does(
    status: int | None, open_page: bool, closed_page: bool
) -> None:
    rules = rules_for(status, b"User-agent: *\nDisallow: /closed", "cityrights")
    assert rules.allows(f"{SITE}/open") is open_page
    assert rules.allows(f"{SITE}/closed") is closed_page
    assert rules.allows(f"{SITE}/robots.txt")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://city.example", "/"),
        ("https://city.example?a", "/?a"),
        ("https://city.example#a", "/"),
        ("HTTPS://city.example:8080/a?b=/c#d?e", "/a?b=/c"),
        ("https://user@city.example/a;b", "/a;b"),
        ("//city.example/a//b", "/a//b"),
        ("/a/b", "/a/b"),
        ("a/b", "/a/b"),
        ("", "/"),
    ],
)
def test_rules_are_compared_with_the_path_and_query(url: str, path: str) -> None:
    assert not rules_of(f"User-agent: *\nDisallow: {path}$".encode(), "x").allows(url)


LINES = st.sampled_from(
    [
        *(b"User-agent: *", b"User-agent: cityrights", b"User-agent: x", b"Disallow: /", b""),
        *(b"Allow: /a", b"Disallow: /a*b$", b"Disallow: /*?", b"Crawl-delay: 1", b"Allow: /%61"),
        *(b"Unheard: of", b"Disallow:", b"Sitemap: https://c.example/s.xml", b"# x", b"\0\xff"),
    ]
)


@given(
    st.binary(max_size=400) | st.lists(LINES | st.binary(max_size=30)).map(b"\n".join), st.text()
)
@example(b"User-agent: *\nDisallow: /" + b"*a" * 200 + b"b", "/" + "a" * 2000)
def test_no_body_and_no_address_makes_it_fail(body: bytes, url: str) -> None:
    rules = rules_of(body, "cityrights")
    assert isinstance(rules, Rules)
    assert rules.allows(url) in (True, False)
    assert rules.allows("https://c.example/robots.txt")
    assert rules.crawl_delay is None or 0 <= rules.crawl_delay <= LONGEST_DELAY


def pieces(of: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(of.split()), max_size=12).map(lambda them: f"/{''.join(them)}")


PATHS = pieces("x y * $ / ? % %41")
TARGETS = pieces("x y / ? % A %41")


@given(PATHS, TARGETS)
def test_a_path_matches_as_the_slow_way_would_have_it(path: str, target: str) -> None:
    spelled = target.replace("%41", "A").replace("%", "%25")
    wanted = path.replace("%41", "A").replace("%", "%25")
    disallowed = not rules_of(f"User-agent: *\nDisallow: {path}".encode(), "x").allows(
        SITE + target
    )
    assert disallowed is slow_match(wanted, spelled)


def slow_match(path: str, target: str) -> bool:
    """Every way a path may match, tried one after the other."""
    if not path:
        return True
    if path == "$":
        return not target
    if path[0] == "*":
        return any(slow_match(path[1:], target[start:]) for start in range(len(target) + 1))
    one = "%24" if path[0] == "$" else path[0]
    return target.startswith(one) and slow_match(path[1:], target[len(one) :])


@given(st.lists(st.tuples(st.booleans(), PATHS), max_size=6), TARGETS)
def test_the_order_of_rules_makes_no_difference(rules: list[tuple[bool, str]], target: str) -> None:
    def body(some: list[tuple[bool, str]]) -> bytes:
        lines = [f"{'Allow' if allow else 'Disallow'}: {path}" for allow, path in some]
        return "\n".join(["User-agent: *", *lines]).encode()

    one, other = rules_of(body(rules), "x"), rules_of(body(rules[::-1]), "x")
    assert one.allows(SITE + target) is other.allows(SITE + target)


def test_many_agents_with_many_rules_are_kept_once() -> None:
    agents = b"".join(b"User-agent: a%d\n" % number for number in range(5000))
    rules = b"".join(b"Disallow: /%d\n" % number for number in range(5000))
    assert rules_of(agents + rules, "cityrights") == Rules()
    assert len(rules_of(agents + b"User-agent: *\n" + rules, "a7").paths) == 5000


def test_a_rule_said_often_is_tried_once() -> None:
    body = b"User-agent: *\n" + b"Disallow: /a*b\nDisallow: /%61*b\nAllow: /a\n" * 5000
    rules = rules_of(body, "cityrights")
    assert len(rules.patterns) == len(rules.paths) == 1


def test_a_site_with_more_patterns_than_can_be_tried_is_left_alone() -> None:
    lines = [f"Disallow: /*{number}" for number in range(MOST_PARTS // 2)]
    few, many = (
        rules_of("\n".join(["User-agent: *", *some]).encode(), "cityrights")
        for some in (lines, [*lines, "Allow: /*x"])
    )
    assert few.allows(f"{SITE}/x")
    assert not many.allows(f"{SITE}/x")
    assert many.allows(f"{SITE}/robots.txt")
