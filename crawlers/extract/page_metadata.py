"""What a page says of itself: title, language, publisher, licence, address, dates.

`<meta>`, `<link>` and `<title>` as HTML defines them, Open Graph (https://ogp.me), Dublin Core,
schema.org in JSON-LD. What several say is judged: a site's name is no title.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from bs4 import BeautifulSoup
from lxml import etree, html

from crawlers.extract.characters import clean_line
from crawlers.extract.language import normal_tag
from crawlers.extract.page_links import Linked, absolute
from crawlers.extract.titles import title_worth_showing

_MOST_ELEMENTS: Final = 500
_LONGEST_JSON: Final = 500_000
_DEEPEST_JSON: Final = 8
_FEW_WORDS: Final = 4
"""Words of a `<title>` under which the only first heading says more ("Home", "Czech")."""
_MOST_ROBOTS: Final = 20
_LONGEST_ROBOTS: Final = 500
_ROBOTS: Final = re.compile(r"no(?:index|follow|ne|archive|cache)|unavailable_after", re.IGNORECASE)
"""What a `<meta>` by another name than robots must hold to speak to a crawler."""
_SEPARATOR: Final = re.compile(r"\s+[|–—·•»«:/-]\s+|\s*[|»]\s*|:\s+")
_CREATIVE_COMMONS: Final = re.compile(
    r"^https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[\w./+-]+", re.IGNORECASE
)
_ARTICLE: Final = re.compile(
    r"article|report|posting|webpage|legislation|document|creativework|dataset|event", re.IGNORECASE
)


_SITES: Final = ("og:site_name", "application-name")
_TITLES: Final = ("og:title", "twitter:title", "dcterms.title")
_PUBLISHERS: Final = ("og:site_name", "dcterms.publisher", "dc.publisher", "citation_publisher")
_LANGUAGES: Final = ("dcterms.language", "dc.language", "content-language", "og:locale")
_LICENCES: Final = ("dcterms.license", "dcterms.rights", "dc.rights")
_ADDRESS: Final = "og:url"
_PUBLISHED: Final = (
    "article:published_time",
    "datepublished",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.available",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "dc.date.created",
    "citation_publication_date",
    "og:article:published_time",
    "publication_date",
    "date",
)
_NAMES: Final = frozenset(
    (*_SITES, *_TITLES, *_PUBLISHERS, *_LANGUAGES, *_LICENCES, _ADDRESS, *_PUBLISHED)
)
"""Names of `<meta>` that are asked for."""
_NAMED: Final = ("property", "name", "itemprop")


class PageMetadata(msgspec.Struct, frozen=True):
    """What a page says of itself, each None where it says nothing; addresses are absolute."""

    title: str | None = None
    language: str | None = None
    publisher: str | None = None
    licence: str | None = None
    canonical: str | None = None
    base: str | None = None
    robots: tuple[tuple[str, str], ...] = ()
    """Names and contents of what it says to crawlers, in its order."""
    dates: tuple[tuple[str, str], ...] = ()
    """Where each date of publication was found, and the date as it stands there."""


def metadata_of(tree: html.HtmlElement, linked: Sequence[Linked], url: str | None) -> PageMetadata:
    """Read what a page says of itself; `linked` are its elements that lead somewhere."""
    soup = _stated(tree)
    meta = _meta(soup)
    things = list(_linked_data(tree))
    base = _base(soup, url)
    site = _first(meta, *_SITES) or _publisher_in(things)
    return PageMetadata(
        title=_title(tree, soup, meta, things, site, url),
        language=_language(tree, meta),
        publisher=clean_line(_publisher_in(things) or _first(meta, *_PUBLISHERS) or "")[:200]
        or None,
        licence=_licence(linked, meta, things, base),
        canonical=_canonical(soup, meta, base),
        base=base,
        robots=tuple(_robots(soup))[:_MOST_ROBOTS],
        dates=tuple(_dates(tree, meta, things)),
    )


def _stated(tree: html.HtmlElement) -> BeautifulSoup:
    """Only the elements that state something asked for: a whole page in Beautiful Soup takes as
    long as all other reading of it (measured on the 150 pages)."""
    parts = []
    for number, element in enumerate(tree.iter("title", "meta", "link", "base")):
        if number >= _MOST_ELEMENTS:
            break
        if _is_asked_for(element):
            parts.append(
                etree.tostring(element, encoding="unicode", with_tail=False, method="html")
            )
    return BeautifulSoup(f"<head>{''.join(parts)}</head>", "lxml")


def _is_asked_for(element: html.HtmlElement) -> bool:
    if element.tag == "meta":
        names = [(element.get(attribute) or "").strip().lower() for attribute in _NAMED]
        content = element.get("content") or ""
        return not _NAMES.isdisjoint(names) or _speaks_to_crawlers(names[1], content)
    if element.tag == "link":
        return "canonical" in (element.get("rel") or "").lower()
    return element.tag == "base" or all(a.tag != "svg" for a in element.iterancestors())


def _meta(soup: BeautifulSoup) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in soup.find_all("meta"):
        content = str(element.get("content") or "").strip()
        for attribute in _NAMED:
            name = str(element.get(attribute) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _robots(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for element in soup.find_all("meta"):
        name = str(element.get("name") or "").strip().lower()
        content = str(element.get("content") or "").strip()[:_LONGEST_ROBOTS]
        if _speaks_to_crawlers(name, content):
            yield name, content


def _speaks_to_crawlers(name: str, content: str) -> bool:
    # Any other name may be that of a crawler: which one asks is not known here.
    return name == "robots" or bool(
        name and len(name) < 100 and _ROBOTS.search(content.strip()[:_LONGEST_ROBOTS])
    )


def _linked_data(tree: html.HtmlElement) -> Iterator[Mapping[str, Any]]:
    """The objects of the page's JSON-LD, outer before inner; broken ones are passed over."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        source = script.text or ""
        if len(source) > _LONGEST_JSON:
            continue
        try:
            yield from _objects(json.loads(source.strip().rstrip(";"), strict=False), 0)
        except (ValueError, RecursionError):
            continue


def _objects(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _DEEPEST_JSON:
        return
    if isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(value.get(key), depth + 1)
    elif isinstance(value, list):
        for part in value[:_MOST_ELEMENTS]:
            yield from _objects(part, depth + 1)


def _is_article(thing: Mapping[str, Any]) -> bool:
    return bool(_ARTICLE.search(str(thing.get("@type", ""))))


def _first(meta: Mapping[str, str], *names: str) -> str | None:
    return next((meta[name] for name in names if meta.get(name)), None)


def _publisher_in(linked: list[Mapping[str, Any]]) -> str | None:
    for thing in linked:
        for key in ("publisher", "sourceOrganization"):
            named = thing.get(key)
            named = named[0] if isinstance(named, list) and named else named
            name = named.get("name") if isinstance(named, dict) else named
            if isinstance(name, str) and name.strip() and not name.startswith("http"):
                return name.strip()
    return None


def _title(
    tree: html.HtmlElement,
    soup: BeautifulSoup,
    meta: Mapping[str, str],
    linked: list[Mapping[str, Any]],
    site: str | None,
    url: str | None,
) -> str | None:
    """The first heading where what the page calls itself agrees with it, else that, without the
    site's name."""
    element = soup.find("title")
    window = element.get_text() if element else ""
    headlines = [str(t["headline"]) for t in linked if _is_article(t) and t.get("headline")]
    stated = [
        title
        for title in (
            *(_first(meta, name) for name in _TITLES),
            *headlines[:1],
            window,
        )
        if title
    ]
    sites = (site, _publisher_in(linked), _host_name(url))
    names = {_bare(name) for name in sites if name}
    headings = [clean_line(" ".join(h.itertext())) for h in list(tree.iter("h1"))[:5]]
    for heading in headings:
        if _bare(heading) not in names and any(_agree(heading, title) for title in stated):
            return title_worth_showing(heading)
    if stated == [window] and len(headings) == 1 and len(window.split()) < _FEW_WORDS:
        stated = [headings[0], window]
    for title in stated:
        if (without := title_worth_showing(_without_site(clean_line(title), names))) is not None:
            return without
    return next(filter(None, map(title_worth_showing, headings)), None)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _agree(heading: str, title: str) -> bool:
    """Whether a heading says what a title does, which may have a site's name beside it."""
    one, other = _bare(heading), _bare(clean_line(title))
    return len(one) > 3 and (one in other or (len(other) > 10 and other in one))


def _without_site(title: str, names: set[str]) -> str:
    """A title without the parts that name the site."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return "" if _bare(title) in names else title
    for name in names:
        if _bare(parts[-1]) == name:
            return title[: title.rindex(parts[-1])].rstrip(" |–—·•»«:/-")
        if _bare(parts[0]) == name:
            return title[len(parts[0]) :].lstrip(" |–—·•»«:/-")
    return title


def _host_name(url: str | None) -> str | None:
    host = (_split(url or "") or ("", ""))[1].removeprefix("www.")
    return host.rsplit(".", 1)[0] if "." in host else None


def _split(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.scheme, parts.netloc


def _language(tree: html.HtmlElement, meta: Mapping[str, str]) -> str | None:
    body = tree.find("body")
    for said in (
        tree.get("lang"),
        tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang"),
        body.get("lang") if body is not None else None,
        _first(meta, *_LANGUAGES),
    ):
        if (tag := normal_tag(said)) is not None:
            return tag
    return None


def _base(soup: BeautifulSoup, url: str | None) -> str | None:
    element = soup.find("base")
    said = str(element.get("href") or "") if element else ""
    return absolute(said, url) or absolute(url, None)


def _licence(
    linked: Sequence[Linked],
    meta: Mapping[str, str],
    things: list[Mapping[str, Any]],
    base: str | None,
) -> str | None:
    """`rel=license` first, then metadata, then a link to a Creative Commons licence."""
    licences = [one for one in linked if "license" in one.types and one.tag != "area"]
    for one in sorted(licences, key=lambda one: one.tag, reverse=True):  # `link` before `a`
        if (address := absolute(one.address, base)) is not None:
            return address
    for thing in things:
        said = thing.get("license")
        said = said.get("@id") or said.get("url") if isinstance(said, dict) else said
        if isinstance(said, str) and (address := absolute(said, base)) is not None:
            return address
    said = _first(meta, *_LICENCES)
    if said is not None and _CREATIVE_COMMONS.match(said.strip()):
        return said.strip()
    found = {
        match[0]
        for one in linked
        if one.tag == "a"
        and one.address
        and (match := _CREATIVE_COMMONS.match(one.address.strip()))
    }
    return found.pop() if len(found) == 1 else None


def _canonical(soup: BeautifulSoup, meta: Mapping[str, str], base: str | None) -> str | None:
    for element in soup.find_all("link"):
        rel = element.get("rel")
        names = " ".join(rel) if isinstance(rel, list) else str(rel or "")
        if "canonical" in names.lower().split():
            return absolute(str(element.get("href") or ""), base)
    return absolute(meta.get(_ADDRESS), base)


def _dates(
    tree: html.HtmlElement, meta: Mapping[str, str], linked: list[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    for thing in linked:
        if isinstance(said := thing.get("datePublished"), str):
            yield "JSON-LD datePublished", said
    for name in _PUBLISHED:
        if name in meta:
            yield f"meta {name}", meta[name]
    for element in tree.iter("time"):
        if element.get("pubdate") is not None or "datePublished" in (element.get("itemprop") or ""):
            yield "time", element.get("datetime") or "".join(element.itertext())
