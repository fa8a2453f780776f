"""Templates with everything they may use: words, labels, links, dates and numbers."""

from __future__ import annotations

import datetime
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from babel.core import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from flask import Response, render_template, request
from flask.blueprints import BlueprintSetupState
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from corpus import licences
from corpus.model import Initiative
from indexer.engine import SearchRequest
from search_app import links, translations, web
from search_app.pages import labels
from search_app.pages.figures import percent, twentieths
from search_app.pages.text import shorten, shown
from search_app.translations import gettext, ngettext

_STATIC: Final = Path(__file__).resolve().parents[1] / "static"


def page(template: str, /, **values: Any) -> Response:
    """A page in the reader's language; `values` are what its template names."""
    return Response(rendered(template, **values), mimetype="text/html")


def rendered(template: str, /, **values: Any) -> str:
    """The markup of a page."""
    return render_template(
        template,
        ui_language=speak(),
        request_path=request.path,
        page_address=web.absolute(request.full_path.rstrip("?")),
        contact_address=web.application().settings.contact,
        **values,
    )


def speak() -> str:
    """Chooses the language of this request's page: `?ui=`, else Accept-Language; its code."""
    accepted = [tag for tag, _ in request.accept_languages]
    language = translations.negotiate(request.args.get("ui"), accepted)
    translations.speak(language)
    return language


def prepare(state: BlueprintSetupState) -> None:
    """Gives the application's templates their words, names and safety."""
    environment = state.app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.finalize = shown
    environment.add_extension(InternationalizationExtension)
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(_WORDS)


class Place(NamedTuple):
    """Where a record belongs; `text` is city and country, or what stands for them."""

    slug: str | None
    city: str | None
    country: str | None
    text: str


def place_of(record: Initiative) -> Place:
    """City and country of a record; a level where it has neither."""
    engine = web.engine()
    city = engine.cities.get(record.city) if record.city else None
    code = record.country or (city.country if city else None)
    land = engine.countries.get(code) if code else None
    country = land.name if land else code
    name = city.name if city else record.city
    text = ", ".join(part for part in (name, country) if part)
    level = labels.value_label(engine, "level", record.level)
    return Place(city.slug if city else None, name, country, text or level)


def title_of(record: Initiative) -> str:
    """The title as shown; the id where a title has nothing that can be seen."""
    title = str(shown(record.title)).strip()
    return title or record.id


def title_language(record: Initiative) -> str:
    """The language of title and summary: English, or the record's own where it was brought in
    without an English title."""
    own = record.provisional and record.title_original is None
    return record.language if own else "en"


def years(record: Initiative) -> str:
    """When: a year, a span of years, or nothing."""
    begin = record.year or (int(record.date[:4]) if record.date else None)
    if begin is None:
        return ""
    if record.year_end is not None and record.year_end != begin:
        return f"{begin}–{record.year_end}"
    return str(begin)


def date(text: str) -> str:
    """An ISO 8601 date of year, month or day precision as people write it."""
    spoken = translations.locale()
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            day = datetime.date.fromisoformat(f"{text}-01")
            return format_skeleton("yMMMM", day, locale=spoken)
        return format_date(datetime.date.fromisoformat(text[:10]), "long", locale=_dated(spoken))
    except ValueError:
        return text


def _dated(spoken: Locale) -> Locale:
    # Plain "en" is American; cities of the world write day before month.
    return Locale("en", "GB") if spoken.language == "en" else spoken


def coded(text: str) -> Markup:
    """Text in which what stands between backticks is code."""
    parts = [escape(part) for part in text.split("`")]
    codes = (Markup("<code>{}</code>").format(p) if at % 2 else p for at, p in enumerate(parts))
    return Markup("").join(codes)


def number(value: float) -> str:
    """A number with the language's own grouping."""
    return format_decimal(value, locale=translations.locale())


def fraction(value: float) -> str:
    """A share from 0 to 1 with two decimals."""
    return format_decimal(value, "0.00", locale=translations.locale())


def initiatives(count: int) -> str:
    """ "1 initiative", "23 initiatives"."""
    return ngettext("%(count)s initiative", "%(count)s initiatives", count) % {
        "count": number(count)
    }


def cities(count: int) -> str:
    """ "1 city", "14 cities"."""
    return ngettext("%(count)s city", "%(count)s cities", count) % {"count": number(count)}


def countries(count: int) -> str:
    """ "1 country", "79 countries"."""
    return ngettext("%(count)s country", "%(count)s countries", count) % {"count": number(count)}


def arguments() -> MultiDict[str, str]:
    """The parameters of a request but the interface's language, which every page takes."""
    return MultiDict([(name, v) for name, v in request.args.items(multi=True) if name != "ui"])


def host(address: str) -> str:
    """The host of an address, without `www.`; empty where it has none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def web_address(address: str) -> str | None:
    """An address a page may link to: http and https alone (`javascript:` is none)."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def search_address(text: str = "", facet: str = "", value: str = "", **changes: Any) -> str:
    """The address of a search for a text or a facet's value."""
    include = {facet: (value,)} if facet else {}
    return links.search_url(SearchRequest(text=text, include=include, **changes))


@cache
def asset(name: str) -> str:
    """The address of a static file, with the digest of its content so that it can be kept."""
    digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _label(facet: str, value: str) -> str:
    return labels.value_label(web.engine(), facet, value)


_WORDS: Final[dict[str, Any]] = {
    "api_path": links.api_path,
    "changes_path": links.changes_path,
    "asset": asset,
    "coded": coded,
    "cities": cities,
    "city_path": links.city_path,
    "concept_path": links.concept_path,
    "countries": countries,
    "date": date,
    "fraction": fraction,
    "direction": labels.direction,
    "host": host,
    "initiative_path": links.initiative_path,
    "initiatives": initiatives,
    "label": _label,
    "language_name": labels.language_name,
    "licence_name": licences.name_of,
    "media_type": labels.media_type,
    "number": number,
    "percent": percent,
    "place_of": place_of,
    "principle_path": links.principle_path,
    "public": web.absolute,
    "search_address": search_address,
    "shorten": shorten,
    "title_language": title_language,
    "title_of": title_of,
    "twentieths": twentieths,
    "web_address": web_address,
    "working_group_path": links.working_group_path,
    "years": years,
}
