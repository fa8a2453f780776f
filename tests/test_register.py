"""Published registers as CSV or JSON: rows with texts, or one clear reason why not."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.discovery.csv_table import read_table
from crawlers.discovery.listed import NotAListError
from crawlers.discovery.register import RegisterRow, read_register
from crawlers.source import CrawlSource

AT = "https://a.org/data/register.csv"


def source(rows: str | None = None, **columns: str | tuple[str, ...]) -> CrawlSource:
    columns = columns or {"id": "Nr", "title": "Naam", "url": "Link", "language": "Taal"}
    return CrawlSource(id="a", name="A", kind="register", start=(AT,), columns=columns, rows=rows)


TABLE = [
    ["Nr", "Naam", "Link", "Taal", "Doel", "Gegevens; bron"],
    ["1", "Parkeren", "/p/1", "nl", "Regel 1\nRegel 2", 'Kentekens, "foto\'s"'],
    ["2", "Meldingen", "", "", "", "Adressen"],
]
ROWS = (
    RegisterRow(
        "1",
        "Parkeren",
        "https://a.org/p/1",
        'Doel: Regel 1\nRegel 2\nGegevens; bron: Kentekens, "foto\'s"',
        "nl",
    ),
    RegisterRow("2", "Meldingen", None, "Gegevens; bron: Adressen"),
)


def csv_of(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_any_dialect_is_read(delimiter: str, charset: str) -> None:
    data = csv_of(TABLE, delimiter).encode(charset)
    assert read_register(data, AT, source()).rows == ROWS


def test_an_older_charset_is_read_by_its_header_or_guessed() -> None:
    text = csv_of([["Naam"], ["Größe und Länge von Straßen"], ["Übergänge für Fußgänger"]])
    for charset in ("windows-1252", None):
        rows = read_register(text.encode("windows-1252"), AT, source(title="Naam"), charset).rows
        assert rows[0].title == "Größe und Länge von Straßen"


def test_the_header_is_found_under_a_title_and_with_other_case() -> None:
    data = f"Register van algoritmen\n\n{csv_of(TABLE)}".replace("Naam", " NAAM ").encode()
    assert read_register(data, AT, source()).rows == ROWS


def test_a_first_line_that_names_the_delimiter_is_heeded() -> None:
    assert read_register(f"sep=;\n{csv_of(TABLE, ';')}".encode(), AT, source()).rows == ROWS


def test_other_columns_are_one_reason_that_names_both() -> None:
    with pytest.raises(NotAListError) as caught:
        read_register(b"Number;Name;Link\n1;x;y\n", AT, source())
    assert str(caught.value) == (
        "The register has no columns 'Nr', 'Naam', 'Taal'; it has 'Number', 'Name', 'Link'. "
        "Correct columns in the source's file."
    )
    with pytest.raises(NotAListError, match="no column 'Doel'; it has 'Naam'"):
        read_register(b'[{"Naam": "x"}]', AT, source(title="Naam", text="Doel"))


def test_a_register_of_very_many_columns_names_a_few() -> None:
    data = ",".join(f"Column {number}" for number in range(100)).encode() + b"\n"
    with pytest.raises(NotAListError, match="and 88 more"):
        read_register(data, AT, source())


def test_only_the_columns_that_are_named_are_read() -> None:
    found = read_register(csv_of(TABLE).encode(), AT, source(title="Naam", text="DOEL"))
    assert [row.text for row in found.rows] == ["Doel: Regel 1\nRegel 2", ""]
    assert [row.id for row in found.rows] == ["Parkeren", "Meldingen"]


def test_rows_without_title_and_rows_with_an_id_again_are_counted() -> None:
    data = csv_of([*TABLE, ["1", "Weer", "", "", "", ""], ["3", " ", "", "", "x", ""]]).encode()
    found = read_register(data, AT, source())
    assert found.rows == ROWS
    assert set(found.notes) == {
        "1 entry left out: an earlier row has the same id.",
        "1 entry left out: without a title.",
    }


def test_shorter_and_longer_rows_are_read_as_far_as_they_go() -> None:
    found = read_register(b"Nr,Naam,Link,Taal\n1,Een\n2,Twee,,,,,,x\n", AT, source())
    assert [row.title for row in found.rows] == ["Een", "Twee"]


def test_json_is_read_with_what_lies_inside() -> None:
    record = {
        "name": {"nl": "Parkeren"},
        "tags": ["a", "b"],
        "legal": [{"law": "Wet", "article": 3}],
        "live": True,
        "none": None,
    }
    found = read_register(
        json.dumps({"result": {"records": [record, 7]}}).encode(),
        AT,
        source(
            "result.records", title="name.nl", text=("tags", "legal", "live", "none", "name.nl")
        ),
    )
    assert found.rows[0].title == "Parkeren"
    assert found.rows[0].text == (
        "tags: a, b\nlegal: law: Wet; article: 3\nlive: yes\nname.nl: Parkeren"
    )


def test_a_list_that_is_elsewhere_is_said() -> None:
    with pytest.raises(NotAListError, match="no list of rows under 'result"):
        read_register(b'{"result": []}', AT, source("result.records", title="x"))
    with pytest.raises(NotAListError, match="no list of rows in its JSON"):
        read_register(b'{"result": []}', AT, source())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it holds no rows"),
        (b"\n\n", "it holds no rows"),
        (b"<html><body>Log in</body></html>", "it is a web page"),
        (b'{"a": ', "its JSON is not whole"),
        (b'Nr,Naam,Link,Taal\n1,"open' + b"x" * 200_000, "no sound CSV"),
    ],
)
def test_what_is_no_register_is_said_to_be_none(data: bytes, said: str) -> None:
    with pytest.raises(NotAListError, match=said):
        read_register(data, AT, source())


def test_an_empty_register_is_one() -> None:
    assert read_register(b"Nr,Naam,Link,Taal\n", AT, source()).rows == ()
    assert read_register(b"[]", AT, source()).rows == ()


CELL = st.text(max_size=12).map(lambda text: text.replace("\0", "").replace("\r", ""))


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=6), st.sampled_from(",;\t|"))
def test_what_is_written_as_csv_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    table = read_table(csv_of([["Nr", "Naam"], *kept], delimiter), ["Nr", "Naam"])
    assert table.header == ("Nr", "Naam")
    assert [list(row) for row in table.rows] == kept


@given(
    st.one_of(st.binary(max_size=200), st.text(",;\t|\"'\n\r\0 ab[{", max_size=60).map(str.encode))
)
def test_no_bytes_break_it(data: bytes) -> None:
    try:
        read_register(data, AT, source())
    except NotAListError as error:
        assert str(error).endswith(".")


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["Nr", "Naam", "Link", "Taal", "x"]), inner, max_size=4
            ),
        ),
        max_leaves=12,
    )
)
def test_no_json_breaks_it(value: object) -> None:
    for one in (value, [value], [{"Nr": value, "Naam": value, "Link": value, "Taal": value}]):
        try:
            found = read_register(json.dumps(one).encode(), AT, source())
        except NotAListError as error:
            assert str(error)
        else:
            assert all(row.title for row in found.rows)
