"""Files of JSON lines read into values: one JSON object a line, each fault named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from corpus.faults import Fault, Report, did_you_mean, reporter, shown
from corpus.model import Initiative, Passage, Source

T = TypeVar("T")

LONGEST_LINE = 1_000_000
"""Bytes; the longest line of the bundled catalogue has under 10,000."""

_NAME = re.compile(rb'"(?:id|slug|code)"\s*:\s*"([A-Za-z0-9-]{1,100})"')


_NESTED: dict[Any, tuple[tuple[str, Any], ...]] = {
    Initiative: (("sources", Source), ("passages", Passage))
}
"""The fields of a struct that hold a list of structs, so that these are looked into too."""


class Rows(msgspec.Struct, Generic[T]):
    """What a file holds: values with their line numbers, and names of rows not readable.

    `unread` keeps other files from being blamed for naming a row that is there but broken.
    """

    file: str
    values: list[tuple[int, T]] = []
    unread: set[str] = set()


def read_rows(folder: Path, file: str, kind: type[T], faults: list[Fault]) -> Rows[T]:
    """The rows of `folder/file` as values of a struct, each with its line number from 1.

    Blank lines are passed over. What is wrong is added to `faults`; nothing is raised.
    """
    rows: Rows[T] = Rows(file)
    whole = reporter(faults, file, 0)
    try:
        content = (folder / file).read_bytes()
    except FileNotFoundError:
        whole("", "The file is missing.", "Put it back.")
        return rows
    except OSError as error:
        whole("", f"The file can't be read: {error.strerror}.", "Check its access rights.")
        return rows
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        value = _read_line(line, kind, reporter(faults, file, number))
        if value is not None:
            rows.values.append((number, value))
        elif name := _NAME.search(line[:LONGEST_LINE]):
            rows.unread.add(name[1].decode())
    return rows


def _read_line(line: bytes, kind: type[T], report: Report) -> T | None:
    if len(line) > LONGEST_LINE:
        report("", f"The line is longer than {LONGEST_LINE:,} bytes.", "Write one record a line.")
        return None
    try:
        record = msgspec.json.decode(line)
    except UnicodeDecodeError:
        report("", "The line is not UTF-8 text.", "Save the file as UTF-8.")
        return None
    except RecursionError:
        report("", "The line is nested too deeply.", "Write the record as its neighbours are.")
        return None
    except ValueError as error:  # msgspec's own errors are ValueErrors
        problem = f"The line is not valid JSON: {str(error).removesuffix('.')}."
        report("", problem, "Look for a missing quote, comma or bracket; one record is one line.")
        return None
    if not isinstance(record, dict):
        report("", "The line is not a JSON object.", 'Write one {"id": …} record a line.')
        return None
    for where, name, known in _unknown_fields(record, kind):
        report(where, f"{shown(name)} is not a field.", did_you_mean(name, known) or "Remove it.")
    try:
        return msgspec.convert(record, kind)
    except msgspec.ValidationError:
        _name_each_fault(record, kind, report)
        return None


def _unknown_fields(
    record: dict[str, Any], kind: type[Any], inside: str = ""
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Keys that the struct does not have, in the record and in the structs it holds."""
    known: tuple[str, ...] = kind.__struct_fields__
    unknown = [(inside + shown(key)[1:-1], key, known) for key in record if key not in known]
    for field, nested in _NESTED.get(kind, ()):
        rows = record.get(field)
        for position, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                unknown += _unknown_fields(row, nested, f"{inside}{field}[{position}].")
    return unknown


def _name_each_fault(record: dict[str, Any], kind: type[Any], report: Report) -> None:
    """A fault for every field that is missing or holds a value of the wrong type."""
    for field in msgspec.structs.fields(kind):
        if field.name not in record:
            if field.required:
                report(field.name, "The field is missing.", "Fill it in.")
            continue
        try:
            msgspec.convert(record[field.name], field.type)
        except msgspec.ValidationError as error:
            problem, _, path = str(error).replace("`", "").partition(" - at $")
            report(field.name + path, f"{problem}.", _remedy(problem))


def _remedy(problem: str) -> str:
    if "missing required field" in problem:
        return "Fill it in."
    if "got null" in problem:
        return "Leave the field out where nothing is known."
    if "Expected array" in problem:
        return "Write a list in square brackets, even of one."
    if "Expected int" in problem:
        return "Write a number without quotes."
    return "Write the value as in the row's neighbours."
