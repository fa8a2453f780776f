"""An initiative as something to cite: BibTeX, RIS, CSL-JSON, and schema.org as JSON-LD.

What is cited is the initiative with the first source it rests on; the record's own address
stands in the note, so that whoever reads the reference finds both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from corpus.model import Initiative
from indexer.engine import SearchEngine
from search_app import links
from search_app.pages.labels import KINDS

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "json": "application/json",
    "jsonld": "application/ld+json",
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl": "application/vnd.citationstyles.csl+json",
}
"""Media types by the name of the format; BibTeX's is not registered but what tools send."""

_RIS_TYPES: Final = {"law": "STAT", "report": "RPT", "standard": "STAND", "decision": "CASE"}
_CSL_TYPES: Final = {
    "law": "legislation",
    "report": "report",
    "standard": "standard",
    "decision": "legal_case",
}
_SCHEMA_TYPES: Final = {"law": "Legislation", "report": "Report", "training": "Course"}

_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"


class Citation(msgspec.Struct, frozen=True):
    """What every format of reference needs, as clean single lines.

    `date` is year, month and day as far as they are known.
    """

    key: str
    kind: str
    title: str
    author: str | None
    date: tuple[int, ...]
    url: str
    place: str
    language: str
    abstract: str
    keywords: tuple[str, ...]
    note: str


def citation(record: Initiative, engine: SearchEngine, origin: str) -> Citation:
    """The reference to an initiative; its author is who publishes the first source."""
    city = engine.cities.get(record.city or "")
    country = engine.countries.get(record.country or "")
    source = record.sources[0] if record.sources else None
    here = origin + links.initiative_path(record.id)
    kind = KINDS.get(record.kind, record.kind)
    return Citation(
        key=re.sub(r"[^A-Za-z0-9._:-]", "-", record.id),
        kind=record.kind,
        title=line(record.title),
        author=line(source.publisher) if source and source.publisher else None,
        date=_date(record),
        url=line(source.url) if source else here,
        place=", ".join(place.name for place in (city, country) if place),
        language=record.language,
        abstract=line(record.summary),
        keywords=tuple(
            line(word) for word in (*topic_labels(record, engine), *record.keywords) if line(word)
        ),
        note=f"{kind}. Recorded as {here}",
    )


def topic_labels(record: Initiative, engine: SearchEngine) -> tuple[str, ...]:
    """English labels of the concepts an initiative is about."""
    return tuple(engine.concepts[id].label for id in record.concepts if id in engine.concepts)


def written(name: str, record: Initiative, engine: SearchEngine, origin: str) -> str | bytes:
    """An initiative in one of the formats of `MEDIA_TYPES` but plain JSON."""
    if name == "jsonld":
        return msgspec.json.encode(json_ld(record, engine, origin))
    cited = citation(record, engine, origin)
    if name == "csl":
        return msgspec.json.encode([csl(cited)])
    return bibtex(cited) if name == "bibtex" else ris(cited)


def bibtex(cited: Citation) -> str:
    """A BibTeX entry, UTF-8, its addresses as they are (the `url` field is read verbatim)."""
    fields = {
        "title": f"{{{_tex(cited.title)}}}",
        "author": f"{{{_tex(cited.author)}}}" if cited.author else None,
        "year": str(cited.date[0]) if cited.date else None,
        "month": str(cited.date[1]) if len(cited.date) > 1 else None,
        "address": _tex(cited.place) or None,
        "url": _plain_url(cited.url),
        "language": cited.language,
        "keywords": _tex(", ".join(cited.keywords)) or None,
        "note": _tex(cited.note),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@misc{{{cited.key},", *lines, "}", ""))


def ris(cited: Citation) -> str:
    """A RIS record: two-letter tags, one line a value, CRLF at the ends of lines."""
    rows: list[tuple[str, str | None]] = [
        ("TY", _RIS_TYPES.get(cited.kind, "GEN")),
        ("ID", cited.key),
        ("TI", cited.title),
        ("AU", cited.author),
        ("PY", f"{cited.date[0]:04}" if cited.date else None),
        ("DA", "/".join(f"{part:02}" for part in cited.date) if len(cited.date) > 1 else None),
        ("CY", cited.place),
        ("UR", cited.url),
        ("LA", cited.language),
        *(("KW", word) for word in cited.keywords),
        ("AB", cited.abstract),
        ("N1", cited.note),
    ]
    lines = [f"{tag}  - {value}\r\n" for tag, value in rows if value]
    return "".join((*lines, "ER  - \r\n"))


def csl(cited: Citation) -> dict[str, Any]:
    """A CSL-JSON item (citation style language 1.0.2)."""
    item: dict[str, Any] = {
        "id": cited.key,
        "type": _CSL_TYPES.get(cited.kind, "document"),
        "title": cited.title,
        "URL": cited.url,
        "language": cited.language,
        "abstract": cited.abstract,
        "note": cited.note,
    }
    if cited.author:
        item["author"] = [{"literal": cited.author}]
    if cited.date:
        item["issued"] = {"date-parts": [list(cited.date)]}
    if cited.place:
        item["publisher-place"] = cited.place
    if cited.keywords:
        item["keyword"] = ", ".join(cited.keywords)
    return item


def json_ld(record: Initiative, engine: SearchEngine, origin: str) -> dict[str, Any]:
    """An initiative in the words of schema.org."""
    here = origin + links.initiative_path(record.id)
    city = engine.cities.get(record.city or "")
    country = engine.countries.get(record.country or "")
    item: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _SCHEMA_TYPES.get(record.kind, "CreativeWork"),
        "@id": here,
        "url": here,
        "name": line(record.title),
        "description": line(record.summary),
        "additionalType": record.kind,
        "dateModified": record.changed,
        "about": [
            {
                "@type": "DefinedTerm",
                "@id": origin + links.concept_path(id),
                "name": engine.concepts[id].label,
            }
            for id in record.concepts
            if id in engine.concepts
        ],
        "keywords": list(record.keywords),
        "citation": [
            {
                "@type": "WebPage",
                "url": source.url,
                "name": line(source.title),
                **({"inLanguage": source.language} if source.language else {}),
                **(
                    {"publisher": {"@type": "Organization", "name": line(source.publisher)}}
                    if source.publisher
                    else {}
                ),
            }
            for source in record.sources
        ],
        "isPartOf": {"@type": "Dataset", "name": "cityrights", "url": f"{origin}/"},
    }
    if record.title_original:
        item["alternateName"] = {
            "@value": line(record.title_original),
            "@language": record.language,
        }
    if record.date or record.year:
        began = record.date or f"{record.year:04}"
        item["temporalCoverage"] = f"{began}/{record.year_end:04}" if record.year_end else began
    if not record.provisional:
        item["license"] = _LICENCE
    if city or country:
        item["spatialCoverage"] = _place(city, country)
    return item


def line(text: str | None) -> str:
    """Text on one line, without characters that are not seen."""
    return " ".join(_UNSEEN.sub(" ", text or "").split())


# Controls, surrogates, non-characters, and what changes the direction of its neighbours.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ufff9-\uffff]"
)


def _place(city: Any, country: Any) -> dict[str, Any]:
    nation = (
        {"@type": "Country", "name": country.name, "identifier": country.code} if country else None
    )
    if not city:
        return nation or {}
    place: dict[str, Any] = {"@type": "City", "name": city.name}
    if nation:
        place["containedInPlace"] = nation
    if city.latitude is not None and city.longitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": city.latitude,
            "longitude": city.longitude,
        }
    return place


def _date(record: Initiative) -> tuple[int, ...]:
    if record.date:
        return tuple(int(part) for part in record.date.split("-"))
    return (record.year,) if record.year else ()


# A brace counts for BibTeX even behind a backslash, so braces are written as commands.
_TEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _plain_url(url: str) -> str:
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C").replace(" ", "%20")
