"""HTTP parameters to a search: one parser for pages, JSON, feeds, exports and commands.

No input is an exception but `BadParameters`, which names every fault at once.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from werkzeug.datastructures import MultiDict

from corpus.languages import LANGUAGES
from indexer.engine import FACETS, SearchEngine, SearchRequest
from search_app.parameter_table import (
    DEEPEST,
    FILTERS,
    LONGEST_VALUE,
    MOST_VALUES,
    SEARCH,
    Parameter,
)
from search_app.vocabulary import Vocabulary, nearest_name, vocabulary_of

MOST_FAULTS: Final = 20
"""Faults named in one answer; a request with more gets their number."""

_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")
_YEAR: Final = re.compile(r"[0-9]{4}\Z")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+\Z")
_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing wrong with a request.

    `problem` is a sentence for people, `allowed` says what would be right, `meant` is the
    nearest value or name there is, None where nothing is near.
    """

    parameter: str
    value: str
    problem: str
    allowed: str = ""
    meant: str | None = None

    def __str__(self) -> str:
        """The fault as one paragraph."""
        meant = f" Did you mean '{self.meant}'?" if self.meant else ""
        allowed = f" Allowed: {self.allowed}." if self.allowed else ""
        return f"{self.problem}{meant}{allowed}"


class BadParameters(Exception):  # noqa: N818 - says what happened
    """The request can't be answered as it stands; `faults` names everything that is wrong."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(map(str, self.faults)))


class Asked(NamedTuple):
    """A search as read: the request for the engine, the page it stands for (from 1), and the
    values of all other parameters by name (`explain`, `format`, ...)."""

    request: SearchRequest
    page: int
    extras: Mapping[str, Any]


Args = MultiDict[str, str]


def read_search(
    args: Args, engine: SearchEngine, parameters: Sequence[Parameter] = SEARCH
) -> Asked:
    """A search from HTTP parameters; raises `BadParameters`.

    `parameters` are those of the endpoint; a value of a parameter that is not a search's own
    goes to `extras`.
    """
    values, faults = _read(args, engine, parameters)
    begin, end = values.get("date.from"), values.get("date.to")
    if begin and end and begin[: len(end)] > end[: len(begin)]:
        faults.append(
            Fault("date.to", end, f"'date.to' ({end}) lies before 'date.from' ({begin}).")
        )
    page, size = values.pop("page", 1), values.pop("size", 10)
    if (page - 1) * size >= DEEPEST:
        problem = (
            f"Page {page:,} of {size} hits each lies beyond the first {DEEPEST:,} hits, where "
            "paging ends. Narrow the search, or take all hits from /api/v1/export."
        )
        deepest = (DEEPEST - 1) // size + 1
        faults.append(Fault("page", str(page), problem, f"a whole number from 1 to {deepest:,}"))
    _raise(faults)
    request = SearchRequest(
        text=values.pop("q", ""),
        include=_facet_values(values, wanted=True),
        exclude=_facet_values(values, wanted=False),
        date_from=values.pop("date.from", None),
        date_to=values.pop("date.to", None),
        mode=values.pop("mode", "best"),
        language=values.pop("qlang", None),
        expand=values.pop("expand", "auto") == "auto",
        expand_off=tuple(value for value, _ in values.pop("expand.off", ())),
        sort=values.pop("sort", "relevance"),
        offset=(page - 1) * size,
        size=size,
        facets=values.pop("facets", FACETS),
    )
    extras = {name: value for name, value in values.items() if name not in _FILTER_NAMES}
    return Asked(request, page, extras)


def read(args: Args, engine: SearchEngine, parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The values of an endpoint that is no search, defaults filled in; raises `BadParameters`."""
    values, faults = _read(args, engine, parameters)
    _raise(faults)
    return values


def clean(text: str) -> str:
    """Text without what no text has: NUL and controls become spaces, lone surrogates U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATE.sub("\ufffd", _UNREADABLE.sub(" ", text))


_FILTER_NAMES: Final = frozenset(parameter.name for parameter in FILTERS)


def _raise(faults: Sequence[Fault]) -> None:
    if len(faults) > MOST_FAULTS:
        rest = len(faults) - MOST_FAULTS
        more = Fault("", "", f"{rest:,} more faults are not named here.")
        raise BadParameters((*faults[:MOST_FAULTS], more))
    if faults:
        raise BadParameters(faults)


def _facet_values(values: Mapping[str, Any], *, wanted: bool) -> dict[str, tuple[str, ...]]:
    found = {}
    for parameter in FILTERS:
        chosen = tuple(value for value, kept in values.get(parameter.name, ()) if kept is wanted)
        if chosen:
            found[parameter.name] = chosen
    return found


def _read(
    args: Args, engine: SearchEngine, parameters: Sequence[Parameter]
) -> tuple[dict[str, Any], list[Fault]]:
    """Values by name and everything wrong. A repeatable parameter's are (value, kept) pairs."""
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {p.name: p.default for p in parameters if p.default is not None}
    faults: list[Fault] = []
    count = sum(len(args.getlist(p.name)) for p in parameters if p.repeatable)
    if count > MOST_VALUES:
        problem = f"The request has {count:,} filter values; at most {MOST_VALUES} are read."
        return values, [Fault("", str(count), problem, f"up to {MOST_VALUES} filter values")]
    vocabulary = vocabulary_of(engine)
    for name in args:
        given = [clean(text) for text in args.getlist(name)]
        parameter = known.get(name)
        if parameter is None:
            # Past the bound a fault is only counted, so a thousand cost no thousand look-ups.
            faults.append(_unknown(name, given[0], parameters, near=len(faults) < MOST_FAULTS))
            continue
        if parameter.reading != "text":
            given = [text.strip() for text in given if text.strip()]  # an empty field of a form
        if not given:
            continue
        if parameter.repeatable:
            chosen: dict[Any, None] = {}
            for text in given:
                kept = not (parameter.excludes and text.startswith("-"))
                value = _value(parameter, text if kept else text[1:].strip(), vocabulary)
                if isinstance(value, Fault):
                    faults.append(value)
                else:
                    chosen[value, kept] = None
            values[name] = tuple(chosen)
        elif len(given) > 1:
            problem = f"'{name}' is given {len(given)} times; it can be given once."
            faults.append(Fault(name, quoted(given[1]), problem))
        else:
            value = _value(parameter, given[0], vocabulary)
            if isinstance(value, Fault):
                faults.append(value)
            else:
                values[name] = value
    return values, faults


def _value(parameter: Parameter, text: str, vocabulary: Vocabulary) -> Any:
    """The value a text stands for, or the fault it is."""
    found: Any = None
    if parameter.reading == "text":
        return text
    if len(text) > LONGEST_VALUE:
        problem = (
            f"'{parameter.name}' has {len(text):,} characters; at most {LONGEST_VALUE} are read."
        )
        return Fault(parameter.name, quoted(text), problem, parameter.values)
    match parameter.reading:
        case "choice":
            found = _spelled(text, parameter.allowed)
        case "number":
            return _number(parameter, text)
        case "date":
            found = text if _is_date(text) else None
        case "year":
            found = text if _YEAR.match(text) and text != "0000" else None
        case "language":
            found = text.lower() if text.lower() in LANGUAGES else None
        case "facets":
            return _facets(parameter, text)
        case "city":
            found = vocabulary.city(text)
        case "country":
            found = vocabulary.country(text)
        case "topic":
            found = vocabulary.topic(text)
        case "expansion":
            found = vocabulary.expansion(text)
    if found is not None:
        return found
    problem = f"'{quoted(text)}' is no value of '{parameter.name}'."
    return Fault(
        parameter.name,
        quoted(text),
        problem,
        parameter.values,
        vocabulary.nearest(parameter.reading, text, parameter.allowed),
    )


def _spelled(text: str, allowed: tuple[str, ...]) -> str | None:
    """The value of a closed list, whatever its case and whether words are parted by a space,
    a hyphen or an underscore."""
    if text in allowed:
        return text
    plain = re.sub(r"[\s_-]+", " ", text).casefold()
    return next((value for value in allowed if re.sub(r"[_-]", " ", value) == plain), None)


def _number(parameter: Parameter, text: str) -> int | Fault:
    least, most = parameter.least or 0, parameter.most or 0
    if not _NUMBER.match(text):
        problem = f"'{parameter.name}' is '{quoted(text)}', which is no whole number."
    # Digits are counted first: int() refuses more than 4,300 of them.
    elif len(text.lstrip("+-0")) <= 9 and least <= int(text) <= most:
        return int(text)
    else:
        problem = f"'{parameter.name}' is {quoted(text)}; it must lie between {least} and {most:,}."
    return Fault(parameter.name, quoted(text), problem, parameter.values)


def _is_date(text: str) -> bool:
    found = _DATE.match(text)
    if not found:
        return False
    try:
        datetime.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True


def _facets(parameter: Parameter, text: str) -> tuple[str, ...] | Fault:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if names == ["none"]:
        return ()
    for name in names:
        if name not in parameter.allowed:
            problem = f"'{quoted(name)}' is no facet."
            meant = nearest_name(name, parameter.allowed)
            return Fault(parameter.name, quoted(name), problem, parameter.values, meant)
    return tuple(name for name in parameter.allowed if name in names)


def _unknown(name: str, value: str, parameters: Sequence[Parameter], *, near: bool) -> Fault:
    names = tuple(parameter.name for parameter in parameters)
    shown = quoted(clean(name))
    problem = f"There is no parameter '{shown}' here."
    meant = nearest_name(name, names) if near else None
    return Fault(shown, quoted(value), problem, ", ".join(names) or "none", meant)


def quoted(text: str) -> str:
    """A value as a message repeats it: printable, at most 60 characters."""
    text = "".join(sign if sign.isprintable() else " " for sign in text[:61])
    return text if len(text) <= 60 else f"{text[:59]}…"
