"""References to initiatives survive the parsers that read them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Initiative, Source
from indexer.embedded import EmbeddedEngine
from indexer.engine import SearchRequest
from search_app import citations, exports
from search_app.citations import Citation, bibtex, csl, json_ld, line, ris

texts = st.text(st.characters(codec=None), max_size=40)
lines = texts.map(line)

cited = st.builds(
    Citation,
    key=st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
    kind=st.sampled_from(["law", "report", "pilot"]),
    title=lines,
    author=st.none() | lines,
    date=st.sampled_from([(), (2021,), (2021, 5), (2021, 5, 3)]),
    url=st.just("https://example.org/a?b=1&c=%7B{2}"),
    place=lines,
    language=st.just("ca"),
    abstract=lines,
    keywords=st.lists(lines.filter(bool), max_size=3).map(tuple),
    note=lines,
)


def read_bibtex(text: str) -> dict[str, str]:
    """The fields of one entry, by counting braces as BibTeX does."""
    start = re.match(r"@misc\{([^,]+),\n", text)
    assert start
    fields = {"key": start[1]}
    at = start.end()
    while match := re.compile(r"\s*(\w+) = \{").match(text, at):
        depth, begin, at = 1, match.end(), match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        fields[match[1]] = text[begin : at - 1]
        assert text[at] == ","
        at += 1
    assert text[at:] == "\n}\n"
    return fields


def untex(text: str) -> str:
    """What TeX would show."""
    commands = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}"}
    commands |= {"textasciitilde": "~", "textasciicircum": "^"}
    return re.sub(
        r"\\(?:(text\w+)\{\}|([&%$#_]))", lambda m: commands[m[1]] if m[1] else m[2], text
    )


@given(cited=cited)
def test_bibtex_says_what_was_cited(cited: Citation) -> None:
    fields = read_bibtex(bibtex(cited))
    assert fields["key"] == cited.key
    assert untex(fields["title"][1:-1]) == cited.title
    if cited.author:
        assert untex(fields["author"][1:-1]) == cited.author
    assert fields.get("year") == (str(cited.date[0]) if cited.date else None)
    assert untex(fields.get("note", "")) == cited.note
    assert not re.search(r"(?<!\\)[&%$#_^~]", fields["title"])


@given(cited=cited)
def test_ris_says_what_was_cited(cited: Citation) -> None:
    text = ris(cited)
    assert text.endswith("\r\nER  - \r\n")
    rows = [row.split("  - ", 1) for row in text.split("\r\n")[:-2]]
    assert rows[0][0] == "TY"
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]", tag) for tag, _ in rows)
    found: dict[str, list[str]] = {}
    for tag, value in rows:
        found.setdefault(tag, []).append(value)
    assert found.get("TI", [""]) == [cited.title]
    assert tuple(found.get("KW", ())) == cited.keywords
    assert found.get("AB", [""]) == [cited.abstract]


@given(cited=cited)
def test_csl_says_what_was_cited(cited: Citation) -> None:
    item = msgspec.json.decode(msgspec.json.encode(csl(cited)))
    assert item["title"] == cited.title
    assert item.get("issued", {"date-parts": [[]]})["date-parts"] == [list(cited.date)]


@given(text=texts)
def test_p09_a_line_is_one_line_of_what_can_be_seen(text: str) -> None:
    cleaned = line(text)
    cleaned.encode()
    assert len(cleaned.splitlines()) <= 1
    assert not set(cleaned) & set("\x00\u202e\u200b\ufeff\u2028\x1b\ud800")


@given(rows=st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_cell_of_a_table_is_a_formula(rows: list[list[str]]) -> None:
    table = io.StringIO()
    written = [[exports.safe_cell(line(cell)) for cell in row] for row in rows]
    csv.writer(table).writerows(written)
    for row in csv.reader(io.StringIO(table.getvalue(), newline="")):
        for cell in row:
            assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
def test_what_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    assert exports.safe_cell(cell) == f"'{cell}"
    assert exports.safe_cell("a = b") == "a = b"


@pytest.fixture(scope="module")
def record(bundled_engine: EmbeddedEngine) -> Initiative:
    found = bundled_engine.initiative("amsterdam-algorithm-register")
    assert isinstance(found, Initiative)
    return found


def test_an_initiative_is_cited_with_its_first_source(
    bundled_engine: EmbeddedEngine, record: Initiative
) -> None:
    found = citations.citation(record, bundled_engine, "https://cities.example")
    assert found.url == record.sources[0].url
    assert found.author == record.sources[0].publisher
    assert found.place == "Amsterdam, Netherlands"
    assert found.date == (2020,)
    assert found.note == (
        "Register. Recorded as https://cities.example/initiatives/amsterdam-algorithm-register"
    )


def test_json_ld_names_places_subjects_and_sources(
    bundled_engine: EmbeddedEngine, record: Initiative
) -> None:
    item = json_ld(record, bundled_engine, "https://cities.example")
    assert item["@context"] == "https://schema.org"
    assert item["alternateName"] == {"@value": "Algoritmeregister", "@language": "nl"}
    assert item["spatialCoverage"]["containedInPlace"]["identifier"] == "NL"
    assert "algorithm register" in {subject["name"] for subject in item["about"]}
    assert [cited["url"] for cited in item["citation"]] == [s.url for s in record.sources]
    assert item["license"].startswith("https://creativecommons.org/")


def test_the_licence_of_an_imported_record_is_not_ours(
    bundled_engine: EmbeddedEngine, record: Initiative
) -> None:
    imported = msgspec.structs.replace(record, provisional=True)
    assert "license" not in json_ld(imported, bundled_engine, "https://cities.example")


def test_every_record_can_be_cited_and_exported(bundled_engine: EmbeddedEngine) -> None:
    for name in exports.MEDIA_TYPES:
        content = b"".join(
            exports.export(bundled_engine, SearchRequest(), name, "https://cities.example")
        )
        content.decode()
        if name == "csv":
            table = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
            assert tuple(table.fieldnames or ()) == exports.COLUMNS
            assert len(list(table)) == 655
    for id in bundled_engine.every_hit(SearchRequest()):
        one = bundled_engine.initiative(id)
        assert isinstance(one, Initiative)
        found = citations.citation(one, bundled_engine, "https://cities.example")
        assert read_bibtex(bibtex(found))["key"] == id
        msgspec.json.encode(json_ld(one, bundled_engine, "https://cities.example"))


def test_a_record_without_city_year_or_publisher_is_cited_all_the_same(
    bundled_engine: EmbeddedEngine, record: Initiative
) -> None:
    bare: Any = msgspec.structs.replace(
        record, city=None, country=None, year=None, date=None, sources=(Source("https://a.b", "t"),)
    )
    found = citations.citation(bare, bundled_engine, "https://cities.example")
    assert (found.author, found.date, found.place) == (None, (), "")
    assert read_bibtex(bibtex(found))
    assert "spatialCoverage" not in json_ld(bare, bundled_engine, "https://cities.example")
