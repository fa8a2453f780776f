"""What pages are made of: text cut and cleaned, numbers drawn, words translated."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

import search_app
from corpus.model import City
from search_app import translations
from search_app.pages import labels
from search_app.pages.figures import HEIGHT, MOST_YEARS, histogram, percent, rounded, twentieths
from search_app.pages.text import segments, shorten, shown
from search_app.pages.world import HEIGHT as SOUTHERN_EDGE
from search_app.pages.world import LAND, NORTH, SOUTH, STEP, WIDTH, land, world

PROGRAM: Final = Path(search_app.__file__).parent
TEMPLATES: Final = sorted((PROGRAM / "templates").rglob("*.html"))


@given(st.text())
@example("a\u202eb\u2066c\u200bd\x00e\ufeff")
def test_p09_nothing_unseen_reaches_a_page(text: str) -> None:
    clean = str(shown(text))
    assert not any(
        unicodedata.category(sign) in ("Cc", "Cs")
        for sign in clean.replace("\n", "").replace("\t", "").replace("\r", "")
    )
    assert not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u061c]", clean)
    assert shown(clean) == clean


def test_p09_joiners_stay_where_letters_need_them_and_nowhere_else() -> None:
    assert shown("می\u200cخواهم") == "می\u200cخواهم"
    assert shown("क्\u200dष") == "क्\u200dष"
    assert shown("pay\u200dpal \u200cx") == "paypal x"


def test_what_was_safe_markup_stays_markup_and_numbers_stay_numbers() -> None:
    assert shown(Markup("<b>a\u202eb</b>")) == Markup("<b>ab</b>")
    assert isinstance(shown(Markup("<b>\u202e</b>")), Markup)
    assert shown(7) == 7


@given(st.text(), st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40))))
def test_segments_put_together_are_the_text_whatever_the_marks(
    text: str, marks: list[tuple[int, int]]
) -> None:
    marks = [(start, end) for start, end in marks if start >= 0]
    assert "".join(segment.text for segment in segments(text, marks)) == text


def test_marks_are_code_points_not_bytes() -> None:
    assert segments("Ünï register", [(4, 12)])[1] == ("register", True)


@given(st.text(), st.integers(1, 50))
def test_shortened_text_is_never_longer_than_asked(text: str, most: int) -> None:
    assert len(shorten(text, most)) <= most
    assert len(text) > most or shorten(text, most) == text


@given(st.lists(st.floats(0, 500), min_size=1, max_size=20))
def test_p15_points_shown_add_up_to_the_total_shown(parts: list[float]) -> None:
    written = rounded(parts, sum(parts))
    (total,) = rounded([sum(parts)], sum(parts))
    assert round(sum(map(float, written)), 2) == float(total)
    for number, part in zip(written, parts, strict=True):
        assert abs(float(number) - part) <= 0.0101


@given(st.dictionaries(st.integers(1, 9999), st.integers(0, 10_000)))
def test_a_histogram_shows_every_year_that_counts_and_none_that_does_not(
    counts: dict[int, int],
) -> None:
    drawing = histogram(counts)
    if not any(counts.values()):
        assert drawing is None
        return
    assert drawing is not None
    assert len(drawing.bars) <= MOST_YEARS
    assert drawing.total == sum(counts.values())
    assert sum(bar.count for bar in drawing.bars) + drawing.earlier == drawing.total
    for bar in drawing.bars:
        assert bar.count == counts.get(bar.year, 0)
        assert (bar.height > 0) == (bar.count > 0)
        assert bar.y + bar.height == HEIGHT
        assert bar.y >= 0
    assert max(bar.height for bar in drawing.bars) == HEIGHT


@given(st.floats(0, 1))
def test_a_share_is_drawn_if_there_is_any(share: float) -> None:
    assert (twentieths(share) > 0) == (share > 0)
    assert twentieths(share) <= 100
    assert 0 <= percent(share) <= 100


@given(st.floats(-55, 72), st.floats(-180, 180))
def test_every_city_lies_on_the_map(latitude: float, longitude: float) -> None:
    city = City("a", "A", "XX", latitude, longitude)
    drawn = world({"a": city}, {"a": 3})
    assert drawn is not None
    place = re.fullmatch(r"M(\d+) (\d+)h0", drawn.countries[0].dots[0].path)
    assert place is not None
    assert int(place[1]) <= WIDTH
    assert int(place[2]) <= SOUTHERN_EDGE


def test_the_land_of_the_map_has_the_places_that_people_know() -> None:
    rows = LAND.read_text(encoding="ascii").splitlines()
    assert len(rows) == (NORTH - SOUTH) / STEP
    assert {len(row) for row in rows} == {360 / STEP}

    def on_land(latitude: float, longitude: float) -> bool:
        return rows[int((NORTH - latitude) / STEP)][int((longitude + 180) / STEP)] == "#"

    inland = ((48.5, 13), (0, 25), (-25, 135), (40, -100), (-10, -55))
    assert all(on_land(*place) for place in inland)
    assert not any(on_land(*place) for place in ((0, -30), (0, -150), (-30, 80), (40, -40)))
    assert land().count("M") == sum(len(re.findall("#+", row)) for row in rows)


def test_a_city_without_coordinates_is_on_the_list_and_not_on_the_map() -> None:
    assert world({"a": City("a", "A", "XX")}, {"a": 1}) is None
    assert world({}, {"a": 1}) is None


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("ar", "rtl"),
        ("he", "rtl"),
        ("fa", "rtl"),
        ("en", "ltr"),
        ("ja", "ltr"),
        ("zz", "auto"),
        (None, "auto"),
        ("", "auto"),
        ("<b>", "auto"),
    ],
)
def test_text_runs_in_the_direction_of_its_language(language: str | None, direction: str) -> None:
    assert labels.direction(language) == direction


# Words of the interface


def test_the_message_catalogue_holds_every_message_of_the_interface() -> None:
    methods = [("templates/**.html", "jinja2"), ("**.py", "python")]
    keywords = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
    options = {"templates/**.html": {"trimmed": "true"}}
    found = extract_from_dir(PROGRAM, methods, options, keywords)
    with (PROGRAM / "translations" / "messages.pot").open("rb") as file:
        known = {message.id for message in read_po(file) if message.id}
    assert {message for _, _, message, _, _ in found} == known, (
        "run: pybabel extract -F search_app/translations/babel.cfg -k N_ --omit-header "
        "--add-location=file --sort-output -o search_app/translations/messages.pot ."
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_goes_through_the_message_catalogue(template: Path) -> None:
    text = template.read_text("utf-8")
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
    text = re.sub(r"\{% trans.*?endtrans %\}", "", text, flags=re.S)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
    text = re.sub(r"<[^>]*>", " ", text, flags=re.S)
    names = {"Cityrights", "BibTeX", "RIS", "CSL", "JSON", "LD", "curl", "nbsp"}
    assert set(re.findall(r"[A-Za-z]{2,}", text)) <= names


def test_another_language_is_chosen_by_name_then_by_what_the_browser_accepts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(translations, "languages", lambda: ("en", "fr", "pt"))
    assert translations.negotiate("fr", ["pt"]) == "fr"
    assert translations.negotiate(None, ["de", "pt-BR", "en"]) == "pt"
    assert translations.negotiate("xx", []) == "en"
    assert translations.negotiate("../etc", ["*"]) == "en"


def test_a_translation_is_read_from_its_catalogue_and_falls_back_to_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        'msgid "Cities"\nmsgstr "Villes"\n\n'
        'msgid "%(count)s city"\nmsgid_plural "%(count)s cities"\n'
        'msgstr[0] "%(count)s ville"\nmsgstr[1] "%(count)s villes"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(translations, "_FOLDER", tmp_path)
    translations.languages.cache_clear()
    translations.catalogue.cache_clear()
    try:
        assert translations.languages() == ("en", "fr")
        translations.speak("fr")
        assert translations.gettext("Cities") == "Villes"
        assert translations.gettext("Topics") == "Topics"
        assert translations.ngettext("%(count)s city", "%(count)s cities", 0) == "%(count)s ville"
    finally:
        translations.speak("en")
        translations.languages.cache_clear()
        translations.catalogue.cache_clear()


def test_every_value_of_a_closed_list_has_a_name() -> None:
    from corpus import model
    from indexer.engine import FACETS, SORTS

    assert set(labels.KINDS) == set(model.KINDS)
    assert set(labels.LEVELS) == set(model.LEVELS)
    assert set(labels.STATUSES) == set(model.STATUSES)
    assert set(labels.PRINCIPLES) == set(model.PRINCIPLES)
    assert set(labels.WORKING_GROUPS) == set(model.WORKING_GROUPS)
    assert set(labels.CONTINENTS) == set(model.CONTINENTS)
    assert set(labels.FACETS) == set(FACETS)
    assert set(labels.SORTS) == set(SORTS)
