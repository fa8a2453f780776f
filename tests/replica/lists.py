"""Lists that lead to pages, as servers publish them: sitemaps, feeds, portals, registers."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from replica.answers import Answer, Request, Resource, html, page

_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
Dated = str | tuple[str, str]
"""An address, or one with the day it changed."""


def _pairs(urls: Iterable[Dated]) -> list[tuple[str, str | None]]:
    return [url if isinstance(url, tuple) else (url, None) for url in urls]


def sitemap(urls: Iterable[Dated]) -> str:
    """A sitemap of pages."""
    return _listed("urlset", "url", urls)


def sitemap_index(urls: Iterable[Dated]) -> str:
    """A sitemap of sitemaps."""
    return _listed("sitemapindex", "sitemap", urls)


def _listed(outer: str, inner: str, urls: Iterable[Dated]) -> str:
    rows = "".join(
        f"<{inner}><loc>{escape(url)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{inner}>"
        for url, day in _pairs(urls)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} {_SITEMAP}>{rows}</{outer}>'


def news_sitemap(urls: Iterable[tuple[str, str, str]]) -> str:
    """A sitemap of news: address, title, day."""
    rows = "".join(
        f"<url><loc>{escape(url)}</loc><news:news><news:publication><news:name>City</news:name>"
        f"<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{day}</news:publication_date>"
        f"<news:title>{escape(title)}</news:title></news:news></url>"
        for url, title, day in urls
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_SITEMAP} {_NEWS}>{rows}</urlset>'


def xml(text: str | bytes) -> Resource:
    """A list in XML at an address."""
    return page(text, "application/xml")


def gzip_file(text: str | bytes) -> Resource:
    """A list that is kept compressed (sitemap.xml.gz)."""
    content = text.encode() if isinstance(text, str) else text
    return page(gzip.compress(content, mtime=0), "application/gzip")


def rss(items: Iterable[Dated], title: str = "News of the city") -> str:
    """A feed in RSS 2.0; days as feeds write them."""
    rows = "".join(
        f"<item><title>Item {number}</title><link>{escape(url)}</link>"
        f"{f'<pubDate>{day}</pubDate>' if day else ''}<guid>{escape(url)}</guid></item>"
        for number, (url, day) in enumerate(_pairs(items))
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{rows}</channel></rss>'


def atom(items: Iterable[Dated], next: str | None = None) -> str:
    """A feed in Atom, with the next page of it if there is one (RFC 5005)."""
    more = f'<link rel="next" href="{escape(next)}"/>' if next else ""
    rows = "".join(
        f'<entry><title>Item {number}</title><id>{escape(url)}</id><link href="{escape(url)}"/>'
        f"<updated>{day or '2026-11-01T00:00:00Z'}</updated></entry>"
        for number, (url, day) in enumerate(_pairs(items))
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>City</title><id>urn:city</id>{more}{rows}</feed>"
    )


def listing(
    links: Iterable[str], next: str | None = None, title: str = "Policies", say: str = "Next"
) -> str:
    """A page of a list in HTML, with a link to the next page if there is one."""
    rows = "".join(f'<li><a href="{escape(url)}">{escape(url)}</a></li>' for url in links)
    more = f'<a rel="next" href="{escape(next)}">{say}</a>' if next else ""
    return html(title, "All that was decided.", body=f"<ul>{rows}</ul>{more}")


def ckan(
    packages: Sequence[Mapping[str, object]], count: int | None = None, most: int = 1_000
) -> Resource:
    """The action `package_search` of an open-data portal, which may lie about its count.

    Gives `rows` (`most` at most) packages from `start` on.
    """

    def answer(request: Request) -> Answer:
        start, rows = int(request.query.get("start", 0)), int(request.query.get("rows", 10))
        results = list(packages[start : start + min(rows, most)])
        said = {"count": len(packages) if count is None else count, "results": results}
        text = json.dumps({"help": "", "success": True, "result": said})
        return page(text, "application/json")(request)

    return answer


def package(name: str, *resources: tuple[str, str], url: str | None = None) -> dict[str, object]:
    """One package of a portal; `resources` are an address and a format each."""
    return {
        "id": f"id-{name}",
        "name": name,
        "title": name.replace("-", " ").title(),
        "notes": f"What the city decided about {name}.",
        "url": url or "",
        "resources": [{"url": each, "format": kind, "name": name} for each, kind in resources],
    }


def csv_register(rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> bytes:
    """A register of algorithms as CSV, the names of its columns from the first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def json_register(rows: Sequence[Mapping[str, str]], under: str | None = None) -> bytes:
    """A register of algorithms as JSON, a list or one that stands under a key."""
    return json.dumps({under: list(rows)} if under else list(rows), ensure_ascii=False).encode()
