"""A provisional record made of a document that belongs to no initiative. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

import msgspec

from corpus.cleaning import clean_line
from corpus.documents import Document, Version
from corpus.model import City, Initiative, Source
from corpus.passages import split_document
from corpus.places import fold
from corpus.provisional import DEFAULT_KIND, EARLIEST_YEAR, LONGEST_LINE_OF_TEXT, YEARS_AHEAD
from corpus.summaries import summary

LONGEST_NAME: Final = 60
"""Letters of a title in an id."""

FoundBy = Literal["person", "crawl"]
"""Who brought a document in: somebody who added it, or a crawl that nobody has looked at."""

FOUND_BY_CRAWL: Final = "Found by the crawler, not reviewed."
"""The first doubt of a record made by a crawl: pages, API and exports show it with the record."""

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Given(msgspec.Struct, frozen=True):
    """What a person, or the source a crawl read, said of documents: slug, ISO 3166-1 code, one
    of KINDS, a licence."""

    city: str | None = None
    country: str | None = None
    kind: str | None = None
    licence: str | None = None

    def over(self, before: Given) -> Given:
        """What is said now, else what was said before."""
        place = self if self.city or self.country else before
        return Given(
            place.city, place.country, self.kind or before.kind, self.licence or before.licence
        )


def made_id(document: Document) -> str:
    """An id for the record of a document: readable, and as good as unique."""
    name = re.sub("[^a-z0-9]+", "-", fold(_title(document))).strip("-")
    if len(name) > LONGEST_NAME:
        name = name[:LONGEST_NAME].rpartition("-")[0] or name[:LONGEST_NAME]
    return f"{name or 'document'}-{document.id[:8]}"


def made_of(
    document: Document,
    id: str,
    given: Given,
    cities: Mapping[str, City],
    today: date,
    *,
    found_by: FoundBy = "person",
) -> Initiative:
    """The record; what nobody said of it is among its doubts.

    With `found_by` "crawl", `given` is what the source says of all its pages: that, and that
    nobody has reviewed the record, are doubts too.
    """
    text = document.newest
    title = _title(document)
    language = text.language or "en"
    city = given.city
    country = cities[city].country if city and city in cities else given.country
    year, day = _published(text, today)
    passages = split_document(text.text, text.sections, language=language)
    return Initiative(
        id=id,
        title=title,
        language=language,
        summary=summary(passages, title),
        kind=given.kind or DEFAULT_KIND,
        level="city" if city else "nation" if country else "international",
        sources=_sources(document),
        recorded=today.isoformat(),
        changed=today.isoformat(),
        city=city,
        country=country,
        year=year,
        date=day,
        doubt=tuple(_doubts(document, given, found_by)),
        provisional=True,
        licence=given.licence or document.licence,
    )


def _title(document: Document) -> str:
    given = clean_line(document.newest.title or "")
    title = given or document.name.rpartition(".")[0] or document.name
    return title if len(title) <= LONGEST_LINE_OF_TEXT else title[: LONGEST_LINE_OF_TEXT - 1] + "…"


def _sources(document: Document) -> tuple[Source, ...]:
    if document.url is None:
        return ()
    # The day it was seen is the document's to say: with it, every visit would change the record.
    return (Source(document.url, _title(document), document.publisher, document.newest.language),)


def _published(text: Version, today: date) -> tuple[int | None, str | None]:
    """Year and, where month or day are known, the date; none that can't be right."""
    match = _DATE.fullmatch(text.published or "")
    if not match:
        return None, None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        return None, None
    if year is None or not EARLIEST_YEAR <= year <= today.year + YEARS_AHEAD:
        return None, None
    return year, match[0] if month else None


def _doubts(document: Document, given: Given, found_by: FoundBy) -> list[str]:
    doubts = []
    if found_by == "crawl":
        doubts.append(FOUND_BY_CRAWL)
        assumed = ["place"] * bool(given.city or given.country) + ["kind"] * bool(given.kind)
        if assumed:
            are = "are those" if len(assumed) > 1 else "is that"
            doubts.append(
                f"Its {' and '.join(assumed)} {are} of the whole site it was found on, "
                "not read from the text."
            )
    if not clean_line(document.newest.title or ""):
        doubts.append("The document names no title; that of its file stands here.")
    if document.newest.language is None:
        doubts.append("The language could not be told from the text; English is assumed.")
    if not given.city and not given.country:
        doubts.append("No city and no country was given; it is listed as international.")
    if not given.kind:
        doubts.append(f"What kind of text this is was not given; '{DEFAULT_KIND}' is assumed.")
    if document.url is None:
        doubts.append("The document was added as a file and has no address.")
    return doubts
