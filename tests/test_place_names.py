"""What queries call places, and where an initiative stands."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_corpora import make, make_corpus

from corpus.catalogue import load_bundled
from corpus.languages import LANGUAGES
from corpus.model import CONTINENTS, City, Coalition, Corpus, Country, Region
from corpus.place_names import SpokenName, place_keys, spoken_names, written_as_name
from corpus.places import fold

TOOL = Path(__file__).resolve().parents[1] / "tools" / "place_names.py"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_bundled()


@pytest.fixture(scope="module")
def spoken(corpus: Corpus) -> list[SpokenName]:
    return list(spoken_names(corpus))


@pytest.fixture(scope="module")
def keys(spoken: list[SpokenName]) -> dict[str, set[str]]:
    """Keys of places by folded name."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in spoken:
        found[fold(name.name)].add(name.key)
    return found


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Latin America", "region:latin-america"),
        ("América Latina", "region:latin-america"),
        ("Lateinamerika", "region:latin-america"),
        ("拉丁美洲", "region:latin-america"),
        ("Nordic countries", "region:nordic-countries"),
        ("Central and Eastern Europe", "region:central-and-eastern-europe"),
        ("Afrique", "region:africa"),
        ("EU", "region:european-union"),
        ("Schweiz", "country:CH"),
        ("ドイツ", "country:DE"),
        ("Lisboa", "city:lisbon"),
        ("台北", "city:taipei"),
        ("首尔", "city:seoul"),
        ("ロンドン", "city:london"),
        ("Londra", "city:london"),
        ("Helsingissä", "city:helsinki"),
        ("Zürcher", "city:zurich"),
        ("African", "region:africa"),
        ("latinoamericanas", "region:latin-america"),
        ("Scandinavian", "region:scandinavia"),
        ("Oriente Próximo", "region:middle-east"),
        ("brésiliennes", "country:BR"),
        ("Nederlandse", "country:NL"),
        ("françaises", "country:FR"),
        ("niederländischen", "country:NL"),
        ("suomalaisissa", "country:FI"),
        ("hrvatskim", "country:HR"),
        ("Scotland", "country:GB"),
        ("catalans", "country:ES"),
        ("British Columbia", "country:CA"),
        ("французских", "country:FR"),
        ("γερμανικών", "country:DE"),
        ("USA", "country:US"),
        ("한국", "country:KR"),
        ("美國", "country:US"),
    ],
)
def test_places_are_known_by_what_queries_call_them(
    keys: dict[str, set[str]], name: str, key: str
) -> None:
    assert key in keys[fold(name)]


def test_the_names_of_cldr_are_all_in(corpus: Corpus) -> None:
    """Else `tools/place_names.py` was not run; it changes nothing that is as it would write it."""
    spec = importlib.util.spec_from_file_location("tool", TOOL)
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    countries = list(corpus.countries.values())
    codes = {code: code for code in corpus.countries if code not in tool.LONG}
    assert tool.named(countries, codes) == countries
    regions = list(corpus.regions.values())
    assert tool.named(regions, tool.REGIONS) == regions


def test_every_place_has_names_and_every_name_a_word_and_a_language(
    corpus: Corpus, spoken: list[SpokenName]
) -> None:
    assert {name.key for name in spoken} == {
        *(f"city:{slug}" for slug in corpus.cities),
        *(f"country:{code}" for code in corpus.countries),
        *(f"region:{id}" for id in corpus.regions),
    }
    for name in spoken:
        assert fold(name.name), name
        assert name.language is None or name.language in LANGUAGES, name


def test_a_name_stands_for_one_place_of_a_sort(keys: dict[str, set[str]]) -> None:
    for name, places in keys.items():
        sorts = [key.partition(":")[0] for key in places]
        assert len(sorts) == len(set(sorts)), (name, places)


@pytest.mark.parametrize(
    "word",
    ["nice", "turkey", "polish", "us", "como", "buren", "man", "oman", "le cap", "mali", "island"],
)
def test_a_name_that_is_an_everyday_word_is_marked(spoken: list[SpokenName], word: str) -> None:
    found = [name for name in spoken if fold(name.name) == word]
    assert found
    for name in found:
        assert name.cased, name
        assert not written_as_name(name.name, word), name


@pytest.mark.parametrize(
    "word", ["it", "la", "in", "no", "de", "to", "my", "be", "english", "data"]
)
def test_an_everyday_word_in_small_letters_is_no_place(spoken: list[SpokenName], word: str) -> None:
    assert not [
        name
        for name in spoken
        if fold(name.name) == word and not (name.cased and not written_as_name(name.name, word))
    ]


def test_names_that_fold_alike_are_marked_alike(spoken: list[SpokenName]) -> None:
    marked: dict[str, set[bool]] = defaultdict(set)
    for name in spoken:
        marked[fold(name.name)].add(name.cased)
    assert [name for name, marks in marked.items() if len(marks) > 1] == []


def test_no_name_is_given_twice(spoken: list[SpokenName]) -> None:
    assert len({(n.key, n.language, n.name) for n in spoken}) == len(spoken)


def test_regions_have_the_continents_and_no_country_is_in_none(corpus: Corpus) -> None:
    assert set(CONTINENTS) <= corpus.regions.keys()
    for code, country in corpus.countries.items():
        assert [c for c in CONTINENTS if code in corpus.regions[c].countries] == [country.continent]


def test_unions_of_states_have_the_members_they_say(corpus: Corpus) -> None:
    members = {id: set(region.countries) for id, region in corpus.regions.items()}
    assert len(members["european-union"]) == 27
    assert members["euro-area"] == members["european-union"] - {"CZ", "DK", "HU", "PL", "RO", "SE"}
    assert members["benelux"] == {"BE", "NL", "LU"}
    assert members["baltic-states"] < members["northern-europe"]
    assert members["scandinavia"] < members["nordic-countries"]
    assert members["western-balkans"] < members["balkans"] < members["southeast-europe"]
    assert members["central-america"] | members["caribbean"] < members["latin-america"]
    assert members["gulf-states"] < members["arab-world"] & members["middle-east"]


def test_an_initiative_stands_in_its_city_its_country_and_their_regions(corpus: Corpus) -> None:
    keys = place_keys(make("a", country="PT", city="lisbon"), corpus)
    assert keys[:2] == ("city:lisbon", "country:PT")
    assert {"region:europe", "region:european-union", "region:southern-europe"} <= set(keys[2:])
    assert "region:asia" not in keys
    assert list(keys[2:]) == sorted(keys[2:])


def test_a_national_initiative_stands_in_no_city_and_an_international_one_nowhere() -> None:
    corpus = make_corpus()
    assert place_keys(make("a", country="NL", level="nation"), corpus) == ("country:NL",)
    assert place_keys(make("a", country=None, level="international"), corpus) == ()
    assert place_keys(make("a", country="XX", city="atlantis"), corpus) == ()


def test_every_place_of_an_initiative_has_a_name(corpus: Corpus, spoken: list[SpokenName]) -> None:
    named = {name.key for name in spoken}
    for initiative in corpus.initiatives:
        assert set(place_keys(initiative, corpus)) <= named


def test_of_two_cities_of_one_name_the_more_populous_is_meant() -> None:
    spain = City("cordoba-es", "Córdoba", "ES", population=300_000, aliases=("Corduba",))
    argentina = City("cordoba", "Córdoba", "AR", population=1_400_000)
    corpus = Corpus(
        (), {c.slug: c for c in (spain, argentina)}, {}, {}, Coalition((), (), (), (), ())
    )
    assert list(spoken_names(corpus)) == [
        ("city:cordoba", "en", "Córdoba", False),
        ("city:cordoba-es", None, "Corduba", False),
    ]


@pytest.mark.parametrize(
    ("name", "written", "counts"),
    [
        ("Nice", "Nice", True),
        ("Nice", "NICE", True),
        ("Nice", "nice", False),
        ("US", "US", True),
        ("US", "us", False),
        ("US", "Us", False),
        ("La Haye", "La Haye", True),
        ("La Haye", "la haye", False),
        ("Suède", "Suède", True),
        ("Suède", "SUE\u0300DE", True),
        ("Suède", "Suede", False),
        ("Mỹ", "My", False),
        ("ČR", "CR", False),
    ],
)
def test_a_name_that_is_a_word_too_counts_only_in_its_capitals(
    name: str, written: str, counts: bool
) -> None:
    assert written_as_name(name, written) == counts


NAMES = st.text(min_size=1, max_size=4)
SPOKEN = st.dictionaries(st.sampled_from(["nl", "el"]), st.tuples(NAMES, NAMES), max_size=2)


@given(
    st.lists(
        st.builds(
            City,
            slug=st.sampled_from("abcd"),
            name=NAMES,
            country=st.just("NL"),
            population=st.none() | st.integers(1, 3),
            aliases=st.tuples(NAMES),
            names=SPOKEN,
        )
    ),
    st.builds(Country, code=st.just("NL"), name=NAMES, continent=st.just("europe"), names=SPOKEN),
    st.builds(Region, id=st.just("europe"), name=NAMES, countries=st.just(("NL",)), names=SPOKEN),
)
def test_spoken_names_are_once_each_and_of_places_that_are_there(
    cities: list[City], country: Country, region: Region
) -> None:
    by_slug = {city.slug: city for city in cities}
    corpus = Corpus(
        (),
        by_slug,
        {"NL": country},
        {},
        Coalition((), (), (), (), ()),
        regions={"europe": region},
    )
    spoken = list(spoken_names(corpus))
    assert len(set(spoken)) == len(spoken)
    owner: dict[str, str] = {}
    for name in spoken:
        sort, _, id = name.key.partition(":")
        assert id in {"city": by_slug, "country": {"NL"}, "region": {"europe"}}[sort]
        if sort == "city":
            assert owner.setdefault(fold(name.name), id) == id
    every = {fold(name) for city in by_slug.values() for name in (city.name, *city.aliases)}
    assert every <= owner.keys()
    assert ("country:NL", "en", country.name, False) in spoken
    assert ("region:europe", "en", region.name, False) in spoken


@given(st.text(), st.text())
def test_any_word_is_written_as_itself_and_none_in_small_letters_as_another_in_capitals(
    name: str, written: str
) -> None:
    assert written_as_name(name, name)
    if name != name.lower() and fold(name) != fold(written):
        assert not written_as_name(name, written.lower())
