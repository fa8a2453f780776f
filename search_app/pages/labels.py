"""What the closed lists, facets and fields are called in the interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel import Locale, UnknownLocaleError

from indexer.engine import SearchEngine
from search_app.translations import N_, gettext, locale

FACETS: Final[Mapping[str, str]] = {
    "principle": N_("Principle"),
    "kind": N_("Kind"),
    "continent": N_("Continent"),
    "country": N_("Country"),
    "city": N_("City"),
    "topic": N_("Topic"),
    "working_group": N_("Working group"),
    "status": N_("Status"),
    "level": N_("Level"),
    "lang": N_("Language of the sources"),
    "year": N_("Year"),
}

KINDS: Final[Mapping[str, str]] = {
    "agreement": N_("Agreement"),
    "campaign": N_("Campaign"),
    "decision": N_("Ruling"),
    "governance-body": N_("Governance body"),
    "guideline": N_("Guideline"),
    "impact-assessment": N_("Impact assessment"),
    "infrastructure": N_("Infrastructure"),
    "law": N_("Law"),
    "pilot": N_("Pilot"),
    "platform": N_("Platform"),
    "policy": N_("Policy"),
    "principles": N_("Principles"),
    "procurement": N_("Procurement"),
    "programme": N_("Programme"),
    "register": N_("Register"),
    "report": N_("Report"),
    "service": N_("Service"),
    "standard": N_("Standard"),
    "strategy": N_("Strategy"),
    "toolkit": N_("Toolkit"),
    "training": N_("Training"),
}

LEVELS: Final[Mapping[str, str]] = {
    "city": N_("City"),
    "metro": N_("Metropolitan area"),
    "region": N_("Region"),
    "nation": N_("Nation"),
    "international": N_("International"),
}

STATUSES: Final[Mapping[str, str]] = {
    "proposed": N_("Proposed"),
    "adopted": N_("Adopted"),
    "in force": N_("In force"),
    "pilot": N_("On trial"),
    "ended": N_("Ended"),
    "withdrawn": N_("Withdrawn"),
    "unknown": N_("Status not known"),
}

PRINCIPLES: Final[Mapping[str, str]] = {
    "access": N_("Access and literacy"),
    "privacy": N_("Privacy and data protection"),
    "transparency": N_("Transparency and accountability"),
    "participation": N_("Participation and inclusion"),
    "openness": N_("Open and ethical standards"),
}
"""Short names; the coalition's own are longer and stand on the principle's page."""

WORKING_GROUPS: Final[Mapping[str, str]] = {
    "new-technologies": N_("New technologies"),
    "open-technologies": N_("Open technologies"),
    "data-economy": N_("Data economy"),
    "digital-inclusion": N_("Digital inclusion"),
}

CONTINENTS: Final[Mapping[str, str]] = {
    "africa": N_("Africa"),
    "asia": N_("Asia"),
    "europe": N_("Europe"),
    "north-america": N_("North America"),
    "oceania": N_("Oceania"),
    "south-america": N_("South America"),
}

SORTS: Final[Mapping[str, str]] = {
    "relevance": N_("Best match"),
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "city": N_("By city"),
    "title": N_("By title"),
}

FIELDS: Final[Mapping[str, str]] = {
    "title": N_("in the title"),
    "title_original": N_("in the original title"),
    "terms": N_("among its own terms"),
    "topics": N_("among its topics"),
    "summary": N_("in the summary"),
    "summary_original": N_("in the summary in its own language"),
    "details": N_("in the details"),
    "place": N_("in the name of its place"),
    "heading": N_("in a heading of its documents"),
    "text": N_("in its documents"),
}

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "application/pdf": N_("PDF"),
    "text/html": N_("Web page"),
    "application/xhtml+xml": N_("Web page"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": N_("Word document"),
    "application/vnd.oasis.opendocument.text": N_("OpenDocument text"),
    "text/plain": N_("Plain text"),
}

_CLOSED: Final[Mapping[str, Mapping[str, str]]] = {
    "principle": PRINCIPLES,
    "kind": KINDS,
    "continent": CONTINENTS,
    "working_group": WORKING_GROUPS,
    "status": STATUSES,
    "level": LEVELS,
}


def facet_label(facet: str) -> str:
    """The heading of a facet."""
    return gettext(FACETS[facet]) if facet in FACETS else facet


def value_label(engine: SearchEngine, facet: str, value: str) -> str:
    """What a facet's value is called; a value nobody knows is shown as it is."""
    if facet in _CLOSED:
        known = _CLOSED[facet].get(value)
        return gettext(known) if known else value
    if facet == "country":
        country = engine.countries.get(value)
        return country.name if country else value
    if facet == "city":
        city = engine.cities.get(value)
        return city.name if city else value
    if facet == "topic":
        concept = engine.concepts.get(value)
        return concept.labels.get(locale().language, concept.label) if concept else value
    if facet == "lang":
        return language_name(value)
    return value


def field_label(field: str) -> str:
    """Where in a record something was found, as the end of a sentence."""
    return gettext(FIELDS[field]) if field in FIELDS else field


def media_type(name: str) -> str:
    """What a kind of file is called; one nobody knows is shown as it is."""
    return gettext(MEDIA_TYPES[name]) if name in MEDIA_TYPES else name


def language_name(code: str) -> str:
    """The name of a language (CLDR), the code itself where there is none."""
    return locale().languages.get(code) or code


def direction(language: str | None) -> str:
    """`ltr`, `rtl`, or `auto` where the language or its script is not known (CLDR)."""
    if not language:
        return "auto"
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "auto"
