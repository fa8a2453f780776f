"""Published registers, such as those of algorithms: CSV (RFC 4180) or JSON, to rows with texts.

Which column holds what stands in the file of the source. A register that has other columns than
that is not read: half a register would look like a whole one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from corpus.cleaning import clean_line, clean_text
from corpus.languages import language_code
from crawlers.addresses import canonical
from crawlers.discovery.csv_table import read_table
from crawlers.discovery.json_lists import decoded
from crawlers.discovery.listed import MOST_ENTRIES, Gathering, NotAListError
from crawlers.discovery.xml_lists import text_of
from crawlers.source import CrawlSource

MOST_BYTES: Final = 20 * 1024 * 1024
"""Of a register when unpacked; a thousand entries of some pages each have half of it."""

_FACTS: Final = ("id", "title", "url", "language")
_LONGEST_ID: Final = 200
_LONGEST_TITLE: Final = 500
_LONGEST_TEXT: Final = 200_000
"""Characters of one row; registers have forms of some thousand words."""
_MOST_SHOWN: Final = 12
_DEEPEST: Final = 6


class RegisterRow(msgspec.Struct, frozen=True):
    """One entry of a register. `id` is its own within the register, `url` None where it has no
    page; `text` has a line "name: value" for each column that is read; `language` is ISO 639-1.
    """

    id: str
    title: str
    url: str | None
    text: str
    language: str | None = None


class Register(msgspec.Struct, frozen=True):
    """The rows of a register in its order; `notes` are sentences on what was left out."""

    rows: tuple[RegisterRow, ...] = ()
    notes: tuple[str, ...] = ()


def read_register(
    data: bytes, url: str, source: CrawlSource, charset: str | None = None
) -> Register:
    """The entries of a register, as the columns of its source say.

    `url` is its address, from which relative addresses start. Raises NotAListError: it is
    neither CSV nor JSON, or columns are missing, which are named beside those there are.
    """
    text = text_of(data, charset, MOST_BYTES)
    wanted = _wanted(source)
    if text.lstrip().startswith(("[", "{")):
        records = _records(text, source.rows)
        names = list(dict.fromkeys(name for record in records for name in record))
        missing = [
            one
            for one in wanted
            if _named(one, names) is None and not any(_leads_in(row, one) for row in records)
        ]
    else:
        if text.lstrip()[:1] == "<":
            raise NotAListError("It is no register: it is a web page, not CSV or JSON.")
        table = read_table(text, wanted)
        names = list(table.header)
        records = [dict(zip(names, row, strict=False)) for row in table.rows]
        missing = [one for one in wanted if _named(one, names) is None]
    if missing and names:
        raise NotAListError(
            f"The register has no {'columns' if len(missing) > 1 else 'column'} "
            f"{_listed(missing)}; it has {_listed(names)}. Correct columns in the source's file."
        )
    return _rows(records, names, url, source)


def _wanted(source: CrawlSource) -> list[str]:
    named: dict[str, None] = {}
    for column in source.columns.values():
        named.update(dict.fromkeys([column] if isinstance(column, str) else column))
    return list(named)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{clean_line(name)[:60]}'" for name in names[:_MOST_SHOWN])
    more = len(names) - _MOST_SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown


def _records(text: str, rows: str | None) -> list[dict[str, Any]]:
    try:
        found = decoded(text)
    except ValueError:
        raise NotAListError("It is no register: its JSON is not whole.") from None
    for key in rows.split(".") if rows is not None else ():
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list):
        where = f"under '{rows}'" if rows is not None else "in its JSON"
        raise NotAListError(
            f"There is no list of rows {where}. Correct rows in the source's file: the keys that "
            "lead to the list, with points between."
        )
    return [row for row in found if isinstance(row, dict)]


def _rows(
    records: Sequence[Mapping[str, Any]], names: Sequence[str], url: str, source: CrawlSource
) -> Register:
    columns = {
        fact: [_path(column, names) for column in ([said] if isinstance(said, str) else said)]
        for fact, said in source.columns.items()
    }
    if "text" not in columns:
        facts = [path for paths in columns.values() for path in paths]
        columns["text"] = [[name] for name in names if [name] not in facts]
    found = Gathering(url)
    rows: dict[str, RegisterRow] = {}
    for record in records:
        if len(rows) >= MOST_ENTRIES:
            found.say(f"Only the first {MOST_ENTRIES:,} rows were read.")
            break
        row = _row(record, columns, url)
        if row is None:
            found.leave_out("without a title")
        elif row.id in rows:
            found.leave_out("an earlier row has the same id")
        else:
            rows[row.id] = row
    return Register(tuple(rows.values()), found.listed().notes)


def _row(
    record: Mapping[str, Any], columns: Mapping[str, Sequence[Sequence[str]]], url: str
) -> RegisterRow | None:
    facts = {
        fact: clean_line(_text(_value(record, columns[fact][0])))
        for fact in _FACTS
        if fact in columns
    }
    title = facts["title"][:_LONGEST_TITLE]
    if not title:
        return None
    written = facts.get("url")
    address = canonical(written, url) if written else None
    return RegisterRow(
        id=(facts.get("id") or address or title)[:_LONGEST_ID],
        title=title,
        url=address,
        text=_lines(record, columns["text"]),
        language=language_code(facts.get("language", "")),
    )


def _lines(record: Mapping[str, Any], read: Sequence[Sequence[str]]) -> str:
    lines: list[str] = []
    size = 0
    for path in read:
        value = clean_text(_text(_value(record, path))).strip()
        if not value:
            continue
        line = f"{clean_line('.'.join(path))}: {value}"[: _LONGEST_TEXT - size]
        lines.append(line)
        size += len(line) + 1
        if size >= _LONGEST_TEXT:
            break
    return "\n".join(lines)


def _path(column: str, names: Sequence[str]) -> list[str]:
    """The keys that lead to a column: its name, or in JSON several, with points between
    (`name.nl`)."""
    name = _named(column, names)
    return [name] if name is not None else column.split(".")


def _named(column: str, names: Sequence[str]) -> str | None:
    """The name a column has in the register: case, form and spaces around make no difference."""
    return next((name for name in names if _key(name) == _key(column)), None)


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _leads_in(record: Mapping[str, Any], column: str) -> bool:
    *keys, last = column.split(".")
    inside = _value(record, keys)
    return bool(keys) and isinstance(inside, dict) and last in inside


def _value(record: Mapping[str, Any], path: Sequence[str]) -> object:
    value: object = record
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _text(value: object, depth: int = 0) -> str:
    """A value as a person reads it; what lies too deep is left out."""
    if value is None or depth > _DEEPEST:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "; ".join(_pairs(value, depth))
    if isinstance(value, list):
        return ", ".join(filter(None, (_text(one, depth + 1) for one in value)))
    return str(value)


def _pairs(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, inner in value.items():
        if text := _text(inner, depth + 1):
            yield f"{name}: {text}"
