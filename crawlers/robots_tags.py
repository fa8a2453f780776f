"""What a page itself says to crawlers: `X-Robots-Tag` headers and `<meta name=robots>`.

As Google (https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag) and Bing
document them; there is no standard. What forbids goes before what allows, whoever is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from crawlers.http_dates import time_of

_LONGEST: Final = 10_000
"""Characters of a header or content that are read; servers cut headers at 8,000."""
_WITH_VALUE: Final = frozenset(
    {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
)
_TO_COME: Final = "unavailable_after"
_EVERYBODY: Final = frozenset({"robots", "*"})
_NAMED: Final = re.compile(r"\s*([\w*-]+)\s*:(.*)", re.DOTALL)
_TOKEN: Final = re.compile(r"[\w-]*")


class Tags(msgspec.Struct, frozen=True):
    """Whether a page may be kept and shown, its links followed, and its bytes be put into the
    WARC files of the crawl (`noarchive` says no copy may be kept for others to open). `lasts`
    is False where a day is named from which on it may not be kept any more."""

    index: bool = True
    follow: bool = True
    archive: bool = True
    lasts: bool = True


def tags_of(
    headers: Sequence[str], metas: Sequence[tuple[str, str]], agent: str, now: float
) -> Tags:
    """What a page says to one crawler.

    `headers` are the values of its `X-Robots-Tag` headers, `metas` names and contents of its
    robots metas. `agent` is our product token, or begins with it. `now` (seconds since 1970)
    is compared with `unavailable_after`. What means nothing is passed over.
    """
    match = _TOKEN.match(agent)
    names = _EVERYBODY | {match[0].lower() if match else ""}
    said: set[str] = set()
    for header in headers:
        said.update(_tags(header, names, now))
    for name, content in metas:
        if name.strip().lower() in names:
            said.update(_tags(content, names, now))
    return Tags(
        index=not said & {"noindex", "none"},
        follow=not said & {"nofollow", "none"},
        archive=not said & {"noarchive", "nocache"},
        lasts=_TO_COME not in said,
    )


def _tags(text: str, names: frozenset[str], now: float) -> Iterator[str]:
    """The tags in a list that are for us; a date that is over says `noindex`, another `_TO_COME`."""
    ours = True
    parts = text[:_LONGEST].split(",")
    for number, part in enumerate(parts):
        named = _NAMED.fullmatch(part)
        if named is not None and named[1].lower() not in _WITH_VALUE:
            # `bot: noindex, nofollow`: a name holds for all that follows it.
            ours = named[1].lower() in names
            part = named[2]
            named = _NAMED.fullmatch(part)
        if named is None:
            if ours:
                yield part.strip().lower()
        elif ours and named[1].lower() == "unavailable_after":
            # "Friday, 25-Jun-27 15:00:00 GMT" has a comma of its own.
            following = "".join(parts[number + 1 : number + 2])
            end = time_of(named[2]) or time_of(f"{named[2]},{following}")
            if end is not None:
                yield "noindex" if end <= now else _TO_COME
