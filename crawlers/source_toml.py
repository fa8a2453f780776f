"""One file of a source, from TOML (https://toml.io/en/v1.0.0) to a value, with faults in words."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib.abc import Traversable
from typing import Any, Final

import msgspec

from corpus.faults import Fault, Report, did_you_mean, reporter, shown
from crawlers.source import SOURCE_KINDS, CrawlSource

MOST_BYTES: Final = 1_000_000

KEYS: Final[tuple[str, ...]] = CrawlSource.__struct_fields__

_WRITTEN: Final = {
    "name": 'Write a text, such as name = "City of Amsterdam".',
    "start": 'Write a list, such as start = ["https://example.org/"].',
    "allow": 'Write a list, such as allow = ["/policies/*"].',
    "deny": 'Write a list, such as deny = ["/calendar/*"].',
    "depth": "Write a whole number, such as depth = 2.",
    "languages": 'Write a list, such as languages = ["nl", "en"].',
    "every": "Write a whole number of days, such as every = 7.",
    "max_pages": "Write a whole number, such as max_pages = 500.",
    "threshold": "Write a number from 0 to 1, such as threshold = 0.5.",
    "wait": "Write a number of seconds, such as wait = 5.",
    "private": 'Write a list, such as private = ["intranet.example.org"].',
    "columns": 'Write a table, such as columns = { title = "Name", url = "Link" }.',
    "enabled": "Write enabled = true or enabled = false.",
    "tried": 'Write a day, such as tried = "2026-11-28".',
}
"""How a key is written, where it is more than a text in quotation marks."""

_LINE: Final = re.compile(r"^(.*?)\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def read_file(path: Traversable, file: str, faults: list[Fault]) -> CrawlSource | None:
    """The source in a file; None if it has faults, which are added as standing in `file`."""
    table = _table(path, file, faults)
    if table is None:
        return None
    report = reporter(faults, file, 0)
    before = len(faults)
    for key in table:
        if key not in KEYS:
            remedy = did_you_mean(key, KEYS) or "Remove it; docs/sources.md lists all keys."
            report(shown(key)[1:-1], f"{shown(key)} is not a key.", remedy)
    if isinstance(day := table.get("tried"), date):
        table["tried"] = day.isoformat()[:10]
    for field in msgspec.structs.fields(CrawlSource):
        _check_type(field, table, report)
    return msgspec.convert(table, CrawlSource) if len(faults) == before else None


def _table(path: Traversable, file: str, faults: list[Fault]) -> dict[str, Any] | None:
    report = reporter(faults, file, 0)
    try:
        content = path.read_bytes()
    except OSError as error:
        report("", f"The file can't be read: {error.strerror}.", "Check its access rights.")
        return None
    if len(content) > MOST_BYTES:
        report("", f"The file is larger than {MOST_BYTES:,} bytes.", "Make several sources of it.")
        return None
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        report("", "The file is not UTF-8 text.", "Save it as UTF-8.")
    except RecursionError:
        report("", "The file is nested too deeply.", "Write it as docs/sources.md shows.")
    except tomllib.TOMLDecodeError as error:
        said = _LINE.match(str(error))
        row = int(said[2]) if said and said[2] else 0
        problem = (said[1] if said else str(error)).rstrip(".")
        remedy = "Look for a missing quotation mark, bracket or equals sign."
        reporter(faults, file, row)("", f"The file is not valid TOML: {problem}.", remedy)
    return None


def _check_type(field: msgspec.structs.FieldInfo, table: dict[str, Any], report: Report) -> None:
    name = field.name
    if name not in table:
        if field.required:
            remedy = _WRITTEN.get(name, f'Write {name} = "...".')
            if name == "kind":
                remedy = f"Write one of: {', '.join(SOURCE_KINDS)}."
            elif name == "id":
                remedy = "Write the name of the file without .toml."
            report(name, "The key is missing.", remedy)
        return
    if name == "kind" and isinstance(table[name], str):
        if table[name] not in SOURCE_KINDS:
            remedy = did_you_mean(table[name], SOURCE_KINDS)
            report(name, f"{shown(table[name])} is not a kind of source.", remedy)
        return
    try:
        msgspec.convert(table[name], field.type)
    except (msgspec.ValidationError, OverflowError):
        remedy = _WRITTEN.get(name, f'Write a text in quotation marks: {name} = "...".')
        report(name, f"{shown(table[name])} is not what is written here.", remedy)
