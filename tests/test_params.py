"""How HTTP parameters become a search: every value, every fault, every bound."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer.embedded import EmbeddedEngine
from indexer.engine import FACETS, SearchRequest
from search_app import links
from search_app.parameter_table import FEED, MOST_VALUES, SEARCH
from search_app.params import MOST_FAULTS, Asked, BadParameters, Fault, read_search


def read(engine: EmbeddedEngine, *pairs: tuple[str, str]) -> Asked:
    return read_search(MultiDict(pairs), engine)


def faults(engine: EmbeddedEngine, *pairs: tuple[str, str]) -> tuple[Fault, ...]:
    with pytest.raises(BadParameters) as raised:
        read(engine, *pairs)
    return raised.value.faults


def test_no_parameters_browse_with_the_defaults(bundled_engine: EmbeddedEngine) -> None:
    assert read(bundled_engine) == (SearchRequest(facets=FACETS), 1, {"explain": "0"})


def test_every_parameter_is_read(bundled_engine: EmbeddedEngine) -> None:
    asked = read(
        bundled_engine,
        ("q", "drones"),
        ("country", "FI"),
        ("country", "-DE"),
        ("city", "helsinki"),
        ("status", "in force"),
        ("lang", "fi"),
        ("year", "2021"),
        ("date.from", "2019-11"),
        ("date.to", "2024"),
        ("mode", "all"),
        ("qlang", "EN"),
        ("expand", "none"),
        ("expand.off", "drones"),
        ("sort", "newest"),
        ("page", "3"),
        ("size", "20"),
        ("facets", "kind,country"),
        ("explain", "1"),
    )
    assert asked.request == SearchRequest(
        text="drones",
        include={
            "country": ("FI",),
            "city": ("helsinki",),
            "status": ("in force",),
            "lang": ("fi",),
            "year": ("2021",),
        },
        exclude={"country": ("DE",)},
        date_from="2019-11",
        date_to="2024",
        mode="all",
        language="en",
        expand=False,
        expand_off=("drones",),
        sort="newest",
        offset=40,
        size=20,
        facets=("kind", "country"),
    )
    assert asked.page == 3
    assert asked.extras == {"explain": "1"}


@pytest.mark.parametrize(
    ("name", "given_as", "read_as"),
    [
        ("country", "finland", "FI"),
        ("country", "fi", "FI"),
        ("country", "Suomi", "FI"),
        ("city", "Zürich", "zurich"),
        ("city", "new york", "new-york"),
        ("topic", "Algoritmeregister", "algorithm-register"),
        ("status", "In-Force", "in force"),
        ("working_group", "Data Economy", "data-economy"),
        ("continent", "north_america", "north-america"),
        ("lang", "ES", "es"),
    ],
)
def test_a_value_is_found_by_any_of_its_names(
    bundled_engine: EmbeddedEngine, name: str, given_as: str, read_as: str
) -> None:
    assert read(bundled_engine, (name, given_as)).request.include == {name: (read_as,)}
    assert read(bundled_engine, (name, f"-{given_as}")).request.exclude == {name: (read_as,)}


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("country", "Finlnd", "FI"),
        ("city", "Barcelna", "barcelona"),
        ("kind", "lawx", "law"),
        ("kind", "-polciy", "policy"),
        ("topic", "algorithm regsiter", "algorithm-register"),
        ("sort", "newst", "newest"),
        ("lang", "pt-BR", "pt"),
        ("facets", "kind,contry", "country"),
        ("mode", "al", "all"),
        ("principle", "zzzzzzz", None),
        ("city", "Atlantis on the Moon", None),
    ],
)
def test_a_value_that_is_not_known_is_named_with_the_nearest_that_is(
    bundled_engine: EmbeddedEngine, name: str, value: str, meant: str | None
) -> None:
    (fault,) = faults(bundled_engine, (name, value))
    assert fault.parameter == name
    assert fault.meant == meant
    assert fault.allowed
    assert fault.value.strip("-") in fault.problem


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "x", "10000000000000000000000", "9" * 5000])
def test_a_page_that_is_no_page_is_refused(bundled_engine: EmbeddedEngine, page: str) -> None:
    (fault,) = faults(bundled_engine, ("page", page))
    assert fault.parameter == "page"
    assert len(str(fault)) < 300


def test_pages_end_at_ten_thousand_hits_and_say_where_the_rest_is(
    bundled_engine: EmbeddedEngine,
) -> None:
    assert read(bundled_engine, ("page", "1000")).request.offset == 9990
    (fault,) = faults(bundled_engine, ("page", "101"), ("size", "100"))
    assert "10,000" in fault.problem
    assert "/api/v1/export" in fault.problem


@pytest.mark.parametrize("size", ["0", "101", "1000", "-5", "ten"])
def test_a_size_out_of_bounds_is_refused(bundled_engine: EmbeddedEngine, size: str) -> None:
    (fault,) = faults(bundled_engine, ("size", size))
    assert fault.allowed == "a whole number from 1 to 100"


@pytest.mark.parametrize(
    "date", ["abc", "2019-13", "2019-02-30", "19", "2019-1", "0000", "２０１９"]
)
def test_a_date_that_is_none_is_refused(bundled_engine: EmbeddedEngine, date: str) -> None:
    (fault,) = faults(bundled_engine, ("date.from", date))
    assert fault.allowed == "YYYY, YYYY-MM or YYYY-MM-DD"


def test_a_span_that_ends_before_it_begins_is_refused(bundled_engine: EmbeddedEngine) -> None:
    assert faults(bundled_engine, ("date.from", "2020"), ("date.to", "2019-12"))
    assert read(bundled_engine, ("date.from", "2019-12"), ("date.to", "2019"))


def test_every_fault_is_named_at_once(bundled_engine: EmbeddedEngine) -> None:
    found = faults(
        bundled_engine, ("kind", "x"), ("page", "0"), ("nonsense", "1"), ("kind", "law"), ("q", "a")
    )
    assert [fault.parameter for fault in found] == ["kind", "page", "nonsense"]


def test_an_unknown_parameter_is_refused_with_the_nearest_name(
    bundled_engine: EmbeddedEngine,
) -> None:
    (fault,) = faults(bundled_engine, ("contry", "FI"))
    assert fault.meant == "country"


def test_a_parameter_given_twice_is_refused(bundled_engine: EmbeddedEngine) -> None:
    (fault,) = faults(bundled_engine, ("q", "a"), ("q", "b"))
    assert "2 times" in fault.problem


def test_a_thousand_filters_are_refused_in_one_sentence(bundled_engine: EmbeddedEngine) -> None:
    (fault,) = faults(bundled_engine, *[("country", f"x{n}") for n in range(1000)])
    assert f"at most {MOST_VALUES}" in fault.problem


def test_a_thousand_unknown_parameters_are_counted_not_listed(
    bundled_engine: EmbeddedEngine,
) -> None:
    found = faults(bundled_engine, *[(f"x{n}", "1") for n in range(1000)])
    assert len(found) == MOST_FAULTS + 1
    assert "980 more" in found[-1].problem


def test_the_empty_fields_of_a_form_are_not_there(bundled_engine: EmbeddedEngine) -> None:
    empty = [(parameter.name, "") for parameter in SEARCH]
    assert read(bundled_engine, *empty) == read(bundled_engine)


def test_what_no_text_has_is_taken_out_of_a_query(bundled_engine: EmbeddedEngine) -> None:
    assert read(bundled_engine, ("q", "a\x00b\ud800c")).request.text == "a b\ufffdc"


def test_a_query_is_taken_whatever_it_says(bundled_engine: EmbeddedEngine) -> None:
    for text in ("((((", "**", "a:b:c", "NOT NOT a", '"', "x" * 10_000):
        assert read(bundled_engine, ("q", text)).request.text == text


names = st.sampled_from([parameter.name for parameter in SEARCH]) | st.text(max_size=8)
values = (
    st.text(max_size=40)
    | st.text(alphabet=st.characters(codec=None), max_size=10)
    | st.integers().map(str)
    | st.sampled_from(["-", "-law", "FI", "2019-11", "none", "all", "1", "0", "\x00", "\ud800"])
)


@given(pairs=st.lists(st.tuples(names, values), max_size=12))
@example(pairs=[("country", "-")])
@example(pairs=[("date.from", "2019"), ("date.to", "\ud800")])
def test_p19_any_parameters_are_a_search_or_named_faults(
    bundled_engine: EmbeddedEngine, pairs: list[tuple[str, str]]
) -> None:
    try:
        asked = read(bundled_engine, *pairs)
    except BadParameters as error:
        assert error.faults
        msgspec.json.encode(error.faults)
        str(error).encode()
    else:
        msgspec.json.encode(asked.request)
        assert 1 <= asked.request.size <= 100


filter_values = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.lists(st.sampled_from(["law", "policy", "register"]), min_size=1, unique=True),
        "country": st.lists(st.sampled_from(["FI", "DE", "BR"]), min_size=1, unique=True),
        "status": st.lists(st.sampled_from(["in force", "pilot"]), min_size=1, unique=True),
        "city": st.just(["barcelona"]),
    },
).map(lambda found: {name: tuple(values) for name, values in found.items()})

requests = st.builds(
    SearchRequest,
    text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30),
    include=filter_values,
    exclude=filter_values,
    date_from=st.none() | st.just("2019"),
    date_to=st.none() | st.just("2021-05-03"),
    mode=st.sampled_from(["best", "all"]),
    language=st.none() | st.just("ca"),
    expand=st.booleans(),
    expand_off=st.just(()) | st.just(("drones",)),
    sort=st.sampled_from(["relevance", "newest", "city"]),
    offset=st.integers(0, 50).map(lambda page: page * 10),
    size=st.just(10),
    facets=st.sampled_from([FACETS, (), ("kind",), ("kind", "city")]),
)


@given(request=requests)
def test_a_link_leads_back_to_the_search_it_was_made_from(
    bundled_engine: EmbeddedEngine, request: SearchRequest
) -> None:
    assert read(bundled_engine, *links.query_pairs(request)).request == request


def test_one_search_has_one_address(bundled_engine: EmbeddedEngine) -> None:
    one = read(bundled_engine, ("sort", "newest"), ("q", "a"), ("page", "1"), ("mode", "best"))
    other = read(bundled_engine, ("q", "a"), ("size", "10"), ("sort", "newest"))
    assert links.search_url(one.request) == links.search_url(other.request)
    assert links.search_url(one.request) == "/search?q=a&sort=newest"


def test_what_means_nothing_at_an_address_is_left_out_of_its_link() -> None:
    request = SearchRequest(text="a", sort="newest", offset=20)
    assert links.search_url(request, to=links.FEED_ATOM) == "/feed.atom?q=a"
    export = links.search_url(request, to=links.EXPORT_API, extras={"format": "ris"})
    assert export == "/api/v1/export?q=a&sort=newest&format=ris"
    assert {p.name for p in FEED} < {p.name for p in SEARCH}


def test_a_changed_search_begins_at_its_first_page() -> None:
    request = SearchRequest(text="a", offset=20)
    assert links.changed(request, sort="newest").offset == 0
    assert links.search_url(request, page=3) == links.search_url(request)
    assert links.search_url(request, sort="newest") == "/search?q=a&sort=newest"


@pytest.mark.parametrize("filters", ["include", "exclude"])
def test_a_value_is_taken_back_whether_wanted_or_excluded(filters: str) -> None:
    both = {"kind": ("law", "report")}
    request = links.changed(SearchRequest(), **{filters: both})
    once = links.without_value(request, "kind", "law")
    assert getattr(once, filters) == {"kind": ("report",)}
    assert getattr(links.without_value(once, "kind", "report"), filters) == {}
