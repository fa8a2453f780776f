"""What a site's robots.txt lets us ask for (RFC 9309).

Protego 0.7, which Scrapy brings, does not do here; `tests/test_robots.py` holds the cases. A
line it does not know, or `Crawl-delay`, between two `User-agent` lines ends their group, so that
rules meant for us are not seen (section 2.2.4: other records must not interfere). It takes
`User-agent: city` for us and `User-agent: cityrights/2.0` for somebody else (section 2.2.1: the
product token counts). And it keeps n rules for n agents as n times n: 68 KB of 2,000 each took
7.5 s and 330 MB, which grow with the square up to the 500 KiB one must read. This reader keeps
only the rules for us and for everybody, and each is matched in one pass over an address.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from crawlers.percent_encoding import PercentEncoding
from crawlers.wildcards import Wildcard, wildcard

MOST_BYTES: Final = 500 * 1024
"""Of a robots.txt that are read: the least section 2.5 asks for."""

LONGEST_DELAY: Final = 300.0
"""Seconds; who asks for a longer `Crawl-delay` gets this."""

FORBIDDEN: Final = "robots.txt forbids it."
"""Why an address is not asked for, in reports."""

MOST_PARTS: Final = 1_000
"""What the paths with `*` may have between those signs, together. Drupal's have forty, those of a
large shop a hundred. Who has more is left alone: a page may lead to thousands of addresses, and
each is compared with all of them (a thousand take 4 ms for the longest address)."""

_LINE: Final = re.compile(
    # Spellings that are clearly meant are taken for what they mean, a missing colon too: they
    # are found in the wild, and in doubt we stay away.
    rb"(?:(?P<agent>user[ -]?agent)|(?P<disallow>disallow|dissallow|dissalow|disalow|diasllow"
    rb"|disallaw)|(?P<allow>allow)|(?P<sitemap>site-?maps?)|(?P<delay>crawl[ -]?delay))"
    rb"\s*[:\s]\s*(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TOKEN: Final = re.compile(rb"[A-Za-z0-9_-]*")
_AUTHORITY: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*")
_BARE: Final = b"/?:@!&'()+,;="
_of_address: Final = PercentEncoding(_BARE)
_of_pattern: Final = PercentEncoding(_BARE + b"*")
_SAME_IN_QUERY: Final = {"%3A": ":", "%2F": "/", "%3F": "?", "%40": "@"}
"""What may stand bare in a query and parts nothing there: the table in section 2.2.2 holds
both spellings for one."""
_ENCODED: Final = re.compile("|".join(_SAME_IN_QUERY))


class Pattern(msgspec.Struct, frozen=True):
    """A rule with `*` in its path; `octets` is the length of that as written."""

    octets: int
    allow: bool
    path: Wildcard


class Rules(msgspec.Struct, frozen=True):
    """What a robots.txt says to one crawler.

    `paths` says of paths without `*` whether they are allowed (`$` at their end stands for the
    end), `lengths` are theirs, longest first; `patterns` stand in the order they are tried. So
    thousands of paths cost no more than the length of an address. `crawl_delay` is how many
    seconds it asks to wait between requests, at most `LONGEST_DELAY`. `sitemaps` are addresses
    as they stand there, to be resolved and checked.
    """

    paths: Mapping[str, bool] = {}
    lengths: tuple[int, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        """Whether an address may be asked for: the longest rule that is about it decides,
        `Allow` where two are as long (section 2.2.2)."""
        target = _target(url)
        if target.partition("?")[0] == "/robots.txt":
            return True
        ended = f"{target}$"  # one in the address itself is percent-encoded
        best = (0, True)
        for length in self.lengths:
            if length <= len(ended) and (allow := self.paths.get(ended[:length])) is not None:
                best = (length, allow)
                break
        for pattern in self.patterns:
            if (pattern.octets, pattern.allow) <= best:
                break
            if pattern.path.matches(target):
                return pattern.allow
        return best[1]


ALL_ALLOWED: Final = Rules()
NOTHING_ALLOWED: Final = Rules({"/": False}, (1,))


def rules_for(status: int | None, body: bytes, agent: str) -> Rules:
    """What an answer to a request for robots.txt means (section 2.3.1).

    `status` is that of the answer after at most five redirects, None where there was none. A
    redirect that is left and 4xx allow all, 5xx and no answer nothing. 429 asks us to stay away,
    which section 2.3.1.3 leaves to us; a status outside HTTP counts as no answer.
    """
    if status is None or status == 429 or not 200 <= status < 500:
        return NOTHING_ALLOWED
    return rules_of(body, agent) if status < 300 else ALL_ALLOWED


def rules_of(body: bytes, agent: str) -> Rules:
    """Read a robots.txt; never fails, whatever it holds.

    `agent` is our product token (or begins with it, as a User-Agent header does). Groups of one
    agent count as one; without any for us, those for `*` hold. NUL octets are passed over, so
    that what an editor saved as UTF-16 is read as well.
    """
    reader = _Reader(_token(agent.encode("utf-8", "replace")))
    for line in _lines(body):
        reader.read(line)
    return reader.rules()


class _Group:
    """What is said to an agent, wherever it stands."""

    def __init__(self) -> None:
        self.allow: dict[bytes, bool] = {}
        self.delay: float | None = None


class _Reader:
    """Which agents the lines at hand are for. Only rules end a list of agents (section 2.1);
    for delays a delay does too, as sites write one a group."""

    def __init__(self, token: bytes) -> None:
        self._token = token
        self._groups: dict[bytes, _Group] = {}
        self._agents: set[bytes] = set()
        self._delayed: set[bytes] = set()
        self._had_rule = False
        self._had_delay = False
        self._sitemaps: dict[str, None] = {}

    def read(self, line: bytes) -> None:
        match = _LINE.fullmatch(line)
        if match is None:
            return
        value = match["value"].strip()
        kind = next(name for name in match.groupdict() if match[name] is not None)
        if kind == "agent":
            self._agent(value)
        elif kind == "sitemap":
            if value:
                self._sitemaps[value.decode("utf-8", "replace")] = None
        elif kind == "delay":
            self._delay(value)
        else:
            self._rule(value, kind == "allow")

    def _agent(self, value: bytes) -> None:
        if self._had_rule:
            self._agents.clear()
        if self._had_rule or self._had_delay:
            self._delayed.clear()
        self._had_rule = self._had_delay = False
        name = b"*" if value.split(maxsplit=1)[:1] == [b"*"] else _token(value)
        if name and name in (self._token, b"*"):
            self._groups.setdefault(name, _Group())
            self._agents.add(name)
            self._delayed.add(name)

    def _rule(self, path: bytes, allow: bool) -> None:
        self._had_rule = True
        if not path.startswith((b"/", b"*")):
            return  # An empty one is about nothing; others can't be about a path.
        for name in self._agents:
            said = self._groups[name].allow
            said[path] = allow or said.get(path, False)

    def _delay(self, value: bytes) -> None:
        self._had_delay = True
        try:
            seconds = float(value)
        except ValueError:
            return
        if not math.isfinite(seconds) or seconds < 0:
            return
        for name in self._delayed:
            group = self._groups[name]
            group.delay = min(max(seconds, group.delay or 0.0), LONGEST_DELAY)

    def rules(self) -> Rules:
        group = self._groups.get(self._token) or self._groups.get(b"*") or _Group()
        paths: dict[str, bool] = {}
        for written, allow in group.allow.items():
            path = _path(written)
            paths[path] = allow or paths.get(path, False)
        patterns = {path: wildcard(path) for path in paths if "*" in path}
        if sum(len(pattern.parts) for pattern in patterns.values()) > MOST_PARTS:
            return NOTHING_ALLOWED
        tried = [Pattern(len(path), paths.pop(path), one) for path, one in patterns.items()]
        tried.sort(key=lambda one: (one.octets, one.allow), reverse=True)
        lengths = tuple(sorted({len(path) for path in paths}, reverse=True))
        return Rules(paths, lengths, tuple(tried), group.delay, tuple(self._sitemaps))


def _lines(body: bytes) -> list[bytes]:
    """Lines without comments and marks of encoding, of the first `MOST_BYTES`."""
    if len(body) > MOST_BYTES:
        cut = body[:MOST_BYTES]
        # A rule cut short would be about more than was said.
        whole = max(cut.rfind(b"\n"), cut.rfind(b"\r")) + 1
        body = cut[:whole]
    text = body.replace(b"\0", b"")
    for mark in (b"\xef\xbb\xbf", b"\xef\xbb", b"\xef", b"\xff\xfe", b"\xfe\xff"):
        if text.startswith(mark):
            text = text[len(mark) :]
            break
    return [line.partition(b"#")[0].strip() for line in text.splitlines()]


def _token(name: bytes) -> bytes:
    match = _TOKEN.match(name)
    return match[0].lower() if match else b""


def _path(written: bytes) -> str:
    """A path of a rule in the one spelling that is compared; `*` and a `$` at its end are
    signs."""
    anchored = written.endswith(b"$")
    spelled = _of_pattern(written[:-1] if anchored else written)
    before, mark, query = spelled.partition("?")
    return before + mark + _query(query) + ("$" if anchored else "")


def _target(url: str) -> str:
    """The path of an address with its query, as rules are compared with it."""
    bare = url.partition("#")[0]
    authority = _AUTHORITY.match(bare)
    path, mark, query = bare[authority.end() if authority else 0 :].partition("?")
    path = path if path.startswith("/") else f"/{path}"
    spelled = [_of_address(part.encode("utf-8", "surrogatepass")) for part in (path, query)]
    return spelled[0] + mark + _query(spelled[1])


def _query(spelled: str) -> str:
    return _ENCODED.sub(lambda match: _SAME_IN_QUERY[match[0]], spelled)
