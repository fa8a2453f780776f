"""Import: a file is taken whole or not at all, and every fault in it is named."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.catalogue import load_bundled
from corpus.importing import ImportReport, RecordsError, import_file
from corpus.lines import Lines, UnreadableError
from corpus.model import (
    City,
    Coalition,
    Concept,
    Corpus,
    Country,
    Initiative,
    Passage,
    Source,
)
from corpus.provisional import FIELDS
from corpus.store import Store

TODAY = date(2024, 11, 24)

CORPUS = Corpus(
    initiatives=(
        Initiative(
            id="helsinki-ai-register",
            title="AI register",
            language="en",
            summary="A register.",
            kind="register",
            level="city",
            sources=(Source("https://hel.fi/", "Register"),),
            recorded="2024-01-01",
            changed="2024-01-01",
            aliases=("hki-register",),
        ),
    ),
    cities={
        "barcelona": City("barcelona", "Barcelona", "ES", population=1_600_000),
        "helsinki": City("helsinki", "Helsinki", "FI", native=("Helsingfors",)),
    },
    countries={
        "ES": Country("ES", "Spain", "europe", native=("España",)),
        "FI": Country("FI", "Finland", "europe", native=("Suomi",)),
    },
    concepts={
        "algorithm-register": Concept(
            "algorithm-register",
            {"en": "algorithm register", "nl": "algoritmeregister"},
            "A public list of algorithms.",
            "transparency",
        ),
        "open-data": Concept("open-data", {"en": "open data"}, "Data for all.", "openness"),
    },
    coalition=Coalition((), (), (), (), ()),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "store.sqlite3") as opened:
        yield opened


def record(**changes: Any) -> dict[str, Any]:
    """A record with what is required; a change to None takes the field out."""
    fields: dict[str, Any] = {
        "id": "a1",
        "title": "Charter",
        "text": "The city publishes its algorithms. Anyone may ask.",
        "language": "en",
        "url": "https://example.org/a1",
        **changes,
    }
    return {key: value for key, value in fields.items() if value is not None}


def written(folder: Path, *records: dict[str, Any] | bytes, name: str = "file.jsonl") -> Path:
    lines = [r if isinstance(r, bytes) else json.dumps(r).encode() for r in records]
    path = folder / name
    content = b"\n".join(lines) + b"\n"
    path.write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
    return path


def take(store: Store, *records: dict[str, Any] | bytes, name: str = "file.jsonl") -> ImportReport:
    path = written(store.path.parent, *records, name=name)
    return import_file(path, store, CORPUS, today=TODAY)


def taken(store: Store, **changes: Any) -> Initiative:
    """The initiative that a record with these changes becomes."""
    take(store, record(**changes))
    (initiative,) = store.initiatives()
    return initiative


def refused(store: Store, *records: dict[str, Any] | bytes, name: str = "file.jsonl") -> str:
    """What is said of a file that is not taken."""
    before = list(store.initiatives())
    with pytest.raises(RecordsError) as error:
        take(store, *records, name=name)
    assert list(store.initiatives()) == before
    return str(error.value)


# What a record becomes


def test_a_record_becomes_a_provisional_initiative(store: Store) -> None:
    initiative = taken(
        store,
        city="Helsingfors",
        kind="policy",
        topics=["Algoritmeregister", "open data", "sidewalks"],
        date="2021-06-30",
        licence="CC BY 4.0",
        publisher="City of Helsinki",
    )
    assert initiative == Initiative(
        id="a1",
        title="Charter",
        language="en",
        summary="The city publishes its algorithms. Anyone may ask.",
        kind="policy",
        level="city",
        sources=(Source("https://example.org/a1", "Charter", "City of Helsinki", "en"),),
        recorded="2024-11-24",
        changed="2024-11-24",
        city="helsinki",
        country="FI",
        year=2021,
        date="2021-06-30",
        principles=("transparency", "openness"),
        concepts=("algorithm-register", "open-data"),
        keywords=("sidewalks",),
        provisional=True,
        licence="CC BY 4.0",
        passages=(
            Passage(
                "The city publishes its algorithms. Anyone may ask.",
                language="en",
                source="https://example.org/a1",
            ),
        ),
    )


def test_what_was_not_given_is_assumed_and_said(store: Store) -> None:
    initiative = taken(store)
    assert initiative.kind == "report"
    assert initiative.level == "international"
    assert initiative.doubt == (
        "No city and no country was given; it is listed as international.",
        "What kind of text this is was not given; 'report' is assumed.",
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [("nb", "no"), ("nn", "no"), ("EN", "en"), ("pt-BR", "pt"), ("zh_Hans", "zh"), ("iw", "he")],
)
def test_languages_are_written_as_the_catalogue_does(store: Store, given: str, code: str) -> None:
    initiative = taken(store, language=given)
    assert initiative.language == code
    assert initiative.passages[0].language == code


@pytest.mark.parametrize(
    ("given", "year", "day"),
    [
        ("2021", 2021, None),
        (2021, 2021, None),
        ("2021-06", 2021, "2021-06"),
        ("2021-06-30", 2021, "2021-06-30"),
        ("2021-06-30T12:00:00Z", 2021, "2021-06-30"),
        ("1789-08-26", 1789, "1789-08-26"),
        ("", None, None),
    ],
)
def test_dates_keep_their_precision(
    store: Store, given: str | int, year: int | None, day: str | None
) -> None:
    initiative = taken(store, date=given)
    assert (initiative.year, initiative.date) == (year, day)


@pytest.mark.parametrize(
    ("changes", "city", "country", "level"),
    [
        ({"city": "HELSINKI"}, "helsinki", "FI", "city"),
        ({"country": "Suomi"}, None, "FI", "nation"),
        ({"country": "es"}, None, "ES", "nation"),
        ({"city": "Barcelona", "country": "Spain"}, "barcelona", "ES", "city"),
        ({"city": "", "country": ""}, None, None, "international"),
    ],
)
def test_places_are_found_by_any_of_their_names(
    store: Store, changes: dict[str, str], city: str | None, country: str | None, level: str
) -> None:
    initiative = taken(store, **changes)
    assert (initiative.city, initiative.country, initiative.level) == (city, country, level)


def test_an_unknown_city_is_kept_as_a_keyword_and_warned_of_once(store: Store) -> None:
    report = take(
        store,
        record(id="a", city="Springfield"),
        record(id="b", city="Springfield"),
        record(id="c", city="Barcelona", country="FI"),
    )
    taken_without = "taken without a city, its name kept as a keyword."
    assert report.warnings == (
        f"'Springfield' is no city known here; 2 records {taken_without}",
        f"'Barcelona' is no city known here; 1 record {taken_without}",
    )
    first, _, third = store.initiatives()
    assert (first.city, first.country, first.level) == (None, None, "city")
    assert first.keywords == ("Springfield",)
    assert any("Springfield" in doubt for doubt in first.doubt)
    assert (third.city, third.country) == (None, "FI")


def test_a_placeholder_for_an_address_is_no_source_and_the_record_says_so(store: Store) -> None:
    report = take(store, record(url=">-", publisher="Regional Council"))
    assert report.warnings == ("url '>-' is a placeholder; 1 record taken without an address.",)
    (initiative,) = store.initiatives()
    assert initiative.sources == ()
    assert any("no address" in d and "Regional Council" in d for d in initiative.doubt)


def test_p09_what_cannot_be_seen_is_taken_out(store: Store) -> None:
    initiative = taken(
        store,
        title="\u202eEvil\u202c\u200b \x00ti\u00adtle\ufeff",
        text="a\x00b\u202e می\u200cخواهم\r\nline",
    )
    assert initiative.title == "Evil title"
    # The joiner is a letter of Persian; lines stay lines.
    assert initiative.passages[0].text == "ab می\u200cخواهم\nline"


def test_an_ambiguous_topic_is_read_in_the_language_of_the_record(store: Store) -> None:
    assert taken(store, language="nl", topics=["ALGORITMEREGISTER"]).concepts == (
        "algorithm-register",
    )


# Files


@pytest.mark.parametrize("name", ["file.jsonl", "file.jsonl.gz", "whatever"])
def test_files_are_read_plain_or_compressed(store: Store, name: str) -> None:
    report = take(store, record(id="a"), b"", record(id="b"), name=name)
    assert (report.new, report.passages) == (2, 2)


def test_what_is_compressed_is_told_by_its_bytes_not_its_name(store: Store) -> None:
    path = written(store.path.parent, record(), name="a.gz").rename(store.path.parent / "b.jsonl")
    assert import_file(path, store, CORPUS, today=TODAY).new == 1


def test_a_byte_order_mark_and_windows_line_ends_are_passed_over(store: Store) -> None:
    line = b"\xef\xbb\xbf" + json.dumps(record()).encode() + b"\r"
    assert take(store, line).new == 1


def test_the_same_id_again_replaces(store: Store) -> None:
    take(store, record(id="a"), record(id="b"))
    report = take(store, record(id="a", title="Changed"), record(id="b"), record(id="c"))
    assert (report.new, report.changed, report.unchanged) == (1, 1, 1)
    assert [i.title for i in store.initiatives()] == ["Changed", "Charter", "Charter"]


def test_an_unknown_key_is_one_warning(store: Store) -> None:
    report = take(store, record(id="a", licens="CC0", x=1), record(id="b", licens={"deep": [1]}))
    assert report.warnings == (
        "'licens' is not a field; left out of 2 records. Did you mean 'licence'?",
        f"'x' is not a field; left out of 1 record. Use one of: {', '.join(sorted(FIELDS))}.",
    )


def test_many_unknown_keys_are_counted(store: Store) -> None:
    report = take(store, record(**{f"key{n}": n for n in range(50)}))
    assert len(report.warnings) == 21
    assert report.warnings[-1] == "And 30 more unknown fields."


def test_a_file_without_records_is_said(store: Store) -> None:
    report = take(store, b"")
    assert report.new == 0
    assert report.warnings[0].endswith("file.jsonl holds no records.")


def test_progress_is_told_to_the_end(store: Store) -> None:
    told: list[tuple[int, int, int]] = []
    path = written(store.path.parent, *(record(id=f"a{n}") for n in range(250)), name="a.gz")
    import_file(path, store, CORPUS, progress=lambda *step: told.append(step), today=TODAY)
    size = path.stat().st_size
    assert [lines for lines, _, _ in told] == [100, 200, 250]
    assert told[-1] == (250, size, size)


# Faults


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (record(title=None), "line 2, title: The field is missing. Fill it in."),
        (record(title=" \u202e "), "line 2, title: The text is empty. Fill it in."),
        (record(title="x" * 501), "line 2, title: The text is longer than 500 signs. Shorten it."),
        (record(text=" \n"), "line 2, text: The text is empty. Leave records without text"),
        (record(id="a b"), "line 2, id: 'a b' is not an id. Use letters"),
        (record(id="../x"), "line 2, id: '../x' is not an id."),
        (record(id="x" * 101), "is not an id."),
        (record(id=12), "line 2, id: '12' won't do here. Write a text in quotes."),
        (record(id="first"), "line 2, id: 'first' is already the id of line 1. Keep one of them."),
        (
            record(id="helsinki-ai-register"),
            "line 2, id: 'helsinki-ai-register' is a record of the catalogue. Choose another id.",
        ),
        (record(id="hki-register"), "is a record of the catalogue."),
        (record(language="eng"), "line 2, language: 'eng' is not a language code. Use the two"),
        (record(url="javascript:alert(1)"), "line 2, url: 'javascript:alert(1)' is not an address"),
        (record(url="example.org"), "line 2, url: 'example.org' is not an address"),
        (record(url=""), "line 2, url: The address is empty. Write where the text was read."),
        (record(url="https://x.org/" + "y" * 2000), "line 2, url: The address is longer than"),
        (record(country="Spaim"), "line 2, country: 'Spaim' is not a country."),
        (record(kind="polcy"), "line 2, kind: 'polcy' is not a kind. Did you mean 'policy'?"),
        (record(topics="open data"), "line 2, topics: '\"open data\"' won't do here. Write a list"),
        (record(topics=["x"] * 51), "line 2, topics: There are more than 50 topics."),
        (record(topics=["a", "x" * 501]), "line 2, topics[1]: The topic is too long."),
        (record(date="soon"), "line 2, date: 'soon' is no date a text can have. Write a year"),
        (record(date="2021-02-30"), "line 2, date: '2021-02-30' is no date"),
        (record(date=99999), "line 2, date: '99999' is no date"),
        (record(date="0000"), "line 2, date: '0000' is no date"),
        (record(date=2021.5), "line 2, date: '2021.5' won't do here."),
        (b"{", "line 2: The line is not valid JSON: "),
        (b"[1]", "line 2: The line is not a JSON object. Write one"),
        (b"null", "line 2: The line is not a JSON object."),
        (b"\xff\xfe{", "line 2: The line is not "),
        (b'{"id": "\xff"}', "line 2, id: The text is not UTF-8. Save the file as UTF-8."),
        (b'{"id": "\\ud800"}', "line 2: The line is not valid JSON: "),
        (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "line 2: The line is nested too"),
    ],
)
def test_a_bad_line_is_named_and_nothing_of_the_file_is_taken(
    store: Store, line: dict[str, Any] | bytes, said: str
) -> None:
    message = refused(store, record(id="first"), line, record(id="last"))
    assert said in message
    assert f"{store.path.parent / 'file.jsonl'}, line 2" in message
    assert message.endswith("Nothing of this file was taken.")


def test_every_bad_line_is_listed_up_to_twenty_and_then_counted(store: Store) -> None:
    bad = [record(id=f"a{n}", kind="x", date="x") for n in range(30)]
    lines = refused(store, *bad).splitlines()
    assert len(lines) == 22
    assert "line 10, date" in lines[19]
    assert lines[20] == "And 40 more faults."


def test_p10_what_was_withdrawn_is_a_fault_that_says_so(store: Store) -> None:
    take(store, record(id="a"), record(id="b", url="https://example.org/b"))
    store.withdraw("a", "A person asked", {})
    message = refused(
        store,
        record(id="a", url="https://example.org/other"),
        record(id="other", url="http://example.org/a1/"),
    )
    assert "line 1, id: 'a' was withdrawn (A person asked). Leave it out." in message
    assert "line 2, url: 'http://example.org/a1/' was withdrawn (A person asked)." in message


def test_a_json_list_is_told_from_json_lines(store: Store) -> None:
    pretty = json.dumps([record(id=f"a{n}") for n in range(9)], indent=2).encode()
    message = refused(store, *pretty.split(b"\n"))
    assert "line 1: The file is a JSON list. Write one record a line: jq -c '.[]'" in message
    assert len(message.splitlines()) == 2


def test_a_file_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(RecordsError, match=r"nowhere: The file can't be read: No such file"):
        import_file(store.path.parent / "nowhere", store, CORPUS)
    with pytest.raises(RecordsError, match=r"The file can't be read: Is a directory"):
        import_file(store.path.parent, store, CORPUS)


@pytest.mark.parametrize("damage", ["cut off", "altered"])
def test_a_damaged_archive_is_said_and_not_taken(store: Store, damage: str) -> None:
    path = written(
        store.path.parent,
        *(record(id=f"a{n}", text=f"{n} " * n) for n in range(1, 99)),
        name="a.gz",
    )
    content = bytearray(path.read_bytes())
    if damage == "cut off":
        del content[-100:]
    else:
        content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(RecordsError, match=r"line \d+: .*\n(.*\n)*Nothing"):
        import_file(path, store, CORPUS)
    assert store.counts()["initiatives"] == 0


def test_a_compressed_bomb_ends_at_the_bound(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"x" * 5_000_000, mtime=0))
    lines = Lines(path, longest=1000, largest=1_000_000)
    found: list[bytes | None] = []
    with pytest.raises(UnreadableError, match="more than 1,000,000 bytes"):
        found += lines
    assert not any(found)
    path.write_bytes(gzip.compress(b"x\n" * 5_000_000, mtime=0))
    with pytest.raises(UnreadableError, match="more than 1,000,000 bytes"):
        list(Lines(path, largest=1_000_000))


LINE = st.binary(max_size=30).filter(lambda line: b"\n" not in line)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.just(b"{"), more=st.lists(LINE), end=st.sampled_from([b"", b"\n"]))
def test_lines_are_whole_or_too_long(
    tmp_path: Path, first: bytes, more: list[bytes], end: bytes
) -> None:
    path = tmp_path / "lines"
    content = b"\n".join([first, *more]) + end
    path.write_bytes(content)
    expected = content.removesuffix(b"\n").split(b"\n")
    assert list(Lines(path, longest=20)) == [
        line.rstrip(b"\r") if len(line) <= 20 else None for line in expected
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from([*record(), "city", "country", "kind", "topics", "date", "new"])
            | st.text(),
            st.recursive(
                st.none() | st.booleans() | st.floats(allow_nan=False) | st.text() | st.integers(),
                lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
                max_leaves=4,
            ),
        ).map(lambda changes: {**record(id="x"), **changes})
        | st.binary().filter(lambda line: b"\n" not in line),
        max_size=3,
    )
)
def test_any_file_is_taken_or_refused_in_words(
    store: Store, lines: list[dict[str, Any] | bytes]
) -> None:
    before = store.counts()["initiatives"]
    try:
        report = take(store, *lines)
    except RecordsError as error:
        assert error.count >= len(error.faults) > 0
        assert store.counts()["initiatives"] == before
    else:
        assert report.new + report.changed + report.unchanged <= len(lines)
    assert store.check() == []


@pytest.mark.shared
def test_real_laws_and_guides_are_taken_whole(store: Store, shared: Path) -> None:
    path = shared / "data" / "texts" / "docs.jsonl.gz"
    report = import_file(path, store, load_bundled(), today=TODAY)
    assert report.new == 4260
    assert 30_000 < report.passages < 40_000
    assert report.warnings == ("url '>-' is a placeholder; 321 records taken without an address.",)
    assert store.counts()["passages"] == report.passages
    for initiative in store.initiatives():
        assert initiative.passages
        assert 0 < len(initiative.summary) <= 302
