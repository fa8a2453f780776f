"""Places are found by any of their names, and stand once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import load_bundled
from corpus.model import City, Corpus
from corpus.places import Gazetteer, fold, names_of


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_bundled()


@pytest.fixture(scope="module")
def gazetteer(corpus: Corpus) -> Gazetteer:
    return Gazetteer(corpus.cities, corpus.countries)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Medellín", "medellin"),
        ("medellin", "medellin"),
        ("SÃO PAULO", "sao-paulo"),
        ("Sao Paulo", "sao-paulo"),
        ("Gdansk", "gdansk"),
        ("Haßloch", "hassloch"),
        ("New York", "new-york"),
        ("New York City", "new-york"),
        ("San Jose", "san-jose"),
        ("Köln", "cologne"),
        ("Keulen", "cologne"),
        ("den haag", "the-hague"),
        ("'s-Gravenhage", "the-hague"),
        ("ΑΘΗΝΑ", "athens"),
        ("Київ", "kyiv"),
        ("Kiev", "kyiv"),
        ("กรุงเทพ", "bangkok"),
        ("東京", "tokyo"),
        ("서울", "seoul"),
        ("istanbul", "istanbul"),
        ("İstanbul", "istanbul"),
        ("Washington, D.C.", "washington-dc"),
        ("riba-roja-de-turia", "riba-roja-de-turia"),
    ],
)
def test_a_city_is_found_by_any_of_its_names(gazetteer: Gazetteer, name: str, slug: str) -> None:
    assert gazetteer.find(name) == slug


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UK", "GB"),
        ("United States", "US"),
        ("usa", "US"),
        ("Holland", "NL"),
        ("Nederland", "NL"),
        ("nl", "NL"),
        ("Türkiye", "TR"),
        ("turkey", "TR"),
        ("España", "ES"),
        ("Espanya", "ES"),
        ("ελλαδα", "GR"),
        ("Kosovo", "XK"),
        ("Cote d'Ivoire", "CI"),
    ],
)
def test_a_country_is_found_by_any_of_its_names(gazetteer: Gazetteer, name: str, code: str) -> None:
    assert gazetteer.find_country(name) == code


def test_what_no_place_is_called_is_not_found(gazetteer: Gazetteer) -> None:
    for name in ("", " ", "Atlantis", "privacy", "-"):
        assert gazetteer.find(name) is None
        assert gazetteer.find_country(name) is None


def test_every_name_of_every_place_leads_back_to_it(corpus: Corpus, gazetteer: Gazetteer) -> None:
    for slug, city in corpus.cities.items():
        assert {gazetteer.find(name, city.country) for name in names_of(city)} == {slug}
    for code, country in corpus.countries.items():
        assert {gazetteer.find_country(name) for name in names_of(country)} == {code}


def test_of_two_cities_of_one_name_the_country_decides_else_the_larger() -> None:
    spain = City("cordoba-es", "Córdoba", "ES", population=300_000)
    argentina = City("cordoba", "Córdoba", "AR", population=1_400_000)
    places = Gazetteer({city.slug: city for city in (spain, argentina)}, {})
    assert places.find("cordoba") == "cordoba"
    assert places.find("Cordoba", "es") == "cordoba-es"
    assert places.find("Cordoba", "MX") is None


def test_cities_stand_where_their_country_is(corpus: Corpus) -> None:
    """A homonym elsewhere would lie on another continent, or in another state."""
    where = {slug: (c.latitude, c.longitude) for slug, c in corpus.cities.items()}
    for slug, (latitude, longitude) in {
        "portland": (45.5, -122.7),
        "cambridge": (42.4, -71.1),
        "medford": (42.4, -71.1),
        "kansas-city": (39.1, -94.6),
        "columbus": (40.0, -83.0),
        "madison": (43.1, -89.4),
        "stratford": (43.4, -81.0),
        "cordoba": (-31.4, -64.2),
        "merida": (21.0, -89.6),
        "valencia": (39.5, -0.4),
        "guadalajara": (20.7, -103.3),
        "santa-cruz": (37.0, -122.0),
        "buren": (51.9, 5.3),
    }.items():
        assert where[slug] == pytest.approx((latitude, longitude), abs=0.2), slug


@given(st.text())
def test_folding_a_folded_name_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text())
def test_any_text_may_be_looked_up(name: str) -> None:
    city = City("cordoba", "Córdoba", "AR")
    places = Gazetteer({"cordoba": city}, {})
    assert places.find(name) == ("cordoba" if fold(name) == "cordoba" else None)
