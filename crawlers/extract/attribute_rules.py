"""trafilatura's rules about attributes, asked once for each value instead of for each element.

Its XPath expressions test `class`, `id` and the like of nearly every element with regular
expressions, and each test is a call from libxml2 into Python: that was half of its time, a fifth
of all reading of a page (150 pages, 28 November 2026). A page has far fewer values than elements, and a site the same ones on all its pages. So
each expression is kept, but its tests become look-ups among the values that pass them; where
none does, and the expression wants one, it is not evaluated at all. What it selects is the same.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from lxml import etree

LISTS: Final = (
    "BODY_XPATH",
    "DISCARD_IMAGE_ELEMENTS",
    "OVERALL_DISCARD_XPATH",
    "RAW_TREE_PRUNE_XPATH",
    "REMOVE_COMMENTS_AND_LISTS_XPATH",
    "TEASER_DISCARD_XPATH",
)
"""Its expressions that are asked with the settings in use here."""

_ATTRIBUTES: Final = r"@[\w-]+(?:\|@[\w-]+)*"
_TEST: Final = (
    rf"(?:re:test\((?P<tested>{_ATTRIBUTES}),\s*'(?P<pattern>[^']*)'(?P<flags>,\s*'i')?\)"
    rf"|(?P<how>contains|starts-with)\((?P<held>{_ATTRIBUTES}),\s*'(?P<part>[^']*)'\)"
    r"|(?P<how_folded>contains)\(translate\((?P<folded>@[\w-]+),\s*'(?P<from>[^']*)',"
    r"\s*'(?P<to>[^']*)'\),\s*'(?P<folded_part>[^']*)'\)"
    r"|(?P<equal>@[\w-]+)='(?P<value>[^']+)')"
)
_ONE: Final = re.compile(_TEST)
_BARE: Final = re.sub(r"\?P<\w+>", "?:", _TEST)
_SEVERAL: Final = re.compile(rf"{_BARE}(?:\s+or\s+{_BARE})*")
"""Tests of attributes of which one must hold."""

_WANTS_ONE: Final = re.compile(r"\(?\.//\*(?:\[self::\w+(?: or self::\w+)*\])?\[\{(\d+)\}\][^|]*")
"""An expression that selects nothing where none of its first tests holds."""

_OFTEN: Final = 5
_MOST_FORMS: Final = 64
_NAMESPACES: Final = {"re": "http://exslt.org/regular-expressions"}
_APART: Final = "\ufdd0"
"""Stands between values, and in no page: it is no character."""

_MOST_VALUES: Final = 50_000
_LONGEST_VALUE: Final = 300
"""Values that are remembered, and how many characters they may have: some 15 MB."""

Select = Callable[[Any], Any]


class _Group(NamedTuple):
    """Tests of the same attributes, of which one must hold; `attributes` as XPath has them:
    of several the first that an element has."""

    attributes: str
    pattern: re.Pattern[str]

    @property
    def names(self) -> list[str]:
        return self.attributes.replace("@", "").split("|")


_groups: list[_Group] = []
_passing: ContextVar[tuple[str, ...] | None] = ContextVar("passing", default=None)
"""For each group the values of the page at hand that pass it, None between pages."""


class _Rule:
    """An XPath expression of trafilatura that looks up what it would test.

    `given` is the expression, `shape` the same with numbers for the tests.
    """

    def __init__(self, given: etree.XPath) -> None:
        self.given = given
        self._runs: list[range] = []
        path = re.sub(r"(?<=\[) | (?=\])", "", " ".join(given.path.split()))
        # Where "and" binds, what stands between "or" is no whole.
        self.shape = path if " and " in path else _SEVERAL.sub(self._cut_out, path)
        wants_one = _WANTS_ONE.fullmatch(self.shape)
        self._wanted = self._runs[int(wants_one[1])] if wants_one else None
        self._groups = [number for run in self._runs for number in run]
        self._select = lru_cache(maxsize=_MOST_FORMS)(self._compiled)

    def __call__(self, tree: Any) -> Any:
        passing = _passing.get()
        if passing is None:
            return self.given(tree)
        if self._wanted is not None and not any(passing[number] for number in self._wanted):
            return []
        values = {number: passing[number] for number in self._groups if passing[number]}
        select = self._select(tuple(values))
        return select(tree, **{f"v{number}": value for number, value in values.items()})

    def _cut_out(self, run: re.Match[str]) -> str:
        patterns: dict[str, list[str]] = {}
        for test in _ONE.finditer(run[0]):
            attributes, pattern = _as_pattern(test)
            patterns.setdefault(attributes, []).append(pattern)
        first = len(_groups)
        _groups.extend(_Group(own, re.compile("|".join(p))) for own, p in patterns.items())
        self._runs.append(range(first, len(_groups)))
        return f"{{{len(self._runs) - 1}}}"

    def _compiled(self, passed: tuple[int, ...]) -> Select:
        """The expression where only some groups have values that pass."""

        def looked_up(run: re.Match[str]) -> str:
            parts = [
                f"contains($v{number}, concat('{_APART}', {_groups[number].attributes}, '{_APART}'))"
                for number in self._runs[int(run[1])]
                if number in passed
            ]
            return f"({' or '.join(parts) or 'false()'})"

        path = re.sub(r"\{(\d+)\}", looked_up, self.shape)
        select: Select = etree.XPath(path, namespaces=_NAMESPACES)
        return select


def _as_pattern(test: re.Match[str]) -> tuple[str, str]:
    """The attributes a test is of, and a pattern that is found in the values that pass it."""
    if test["tested"] is not None:
        return test["tested"], f"(?{'i' if test['flags'] else ''}:{test['pattern']})"
    if test["folded"] is not None:
        table = dict(zip(test["to"], test["from"], strict=True))
        letters = (f"[{table[c]}{c}]" if c in table else re.escape(c) for c in test["folded_part"])
        return test["folded"], "".join(letters)
    if test["equal"] is not None:
        return test["equal"], rf"\A{re.escape(test['value'])}\Z"
    start = r"\A" if test["how"] == "starts-with" else ""
    return test["held"], start + re.escape(test["part"])


@contextmanager
def looking_up(tree: Any) -> Iterator[None]:
    """What is selected inside is selected from this tree, or from copies or parts of it."""
    installed()
    token = _passing.set(_values_that_pass(tree))
    try:
        yield
    finally:
        _passing.reset(token)


def _values_that_pass(tree: Any) -> tuple[str, ...]:
    found: list[list[str]] = [[] for _ in _groups]
    for names, select in _selected().items():
        # An attribute that is not there is as empty.
        for value in {"", *select(tree)}:
            remembered = len(value) <= _LONGEST_VALUE
            for number in (_passed_before if remembered else _passed)(names, value):
                found[number].append(value)
    return tuple(f"{_APART}{_APART.join(own)}{_APART}" if own else "" for own in found)


def _passed(names: tuple[str, ...], value: str) -> tuple[int, ...]:
    """The groups that ask for one of these attributes and that a value passes."""
    return tuple(number for number, search in _searches(names) if search(value))


_passed_before: Final = lru_cache(maxsize=_MOST_VALUES)(_passed)


@lru_cache(maxsize=8)
def _searches(names: tuple[str, ...]) -> list[tuple[int, Callable[[str], object]]]:
    return [
        (number, group.pattern.search)
        for number, group in enumerate(_groups)
        if not set(names).isdisjoint(group.names)
    ]


@lru_cache(maxsize=1)
def _selected() -> dict[tuple[str, ...], Select]:
    """What selects the values of attributes: of each that is asked for often, and of the others
    together, as going through a tree once more takes longer than asking more for few values."""
    asked = Counter(name for group in _groups for name in group.names)
    often = [(name,) for name, times in asked.items() if times >= _OFTEN]
    rest = tuple(name for name, times in asked.items() if times < _OFTEN)
    return {
        names: etree.XPath(
            "|".join(f"descendant-or-self::*/@{name}" for name in names), smart_strings=False
        )
        for names in (*often, *((rest,) if rest else ()))
    }


def installed() -> None:
    """Put the rules in the place of trafilatura's; outside `looking_up` they are its own."""
    with _lock:
        if not _groups:
            _install()


_lock = threading.Lock()


def _install() -> None:
    # Its package has a function of the name of this module.
    baseline = import_module("trafilatura.baseline")
    xpaths = import_module("trafilatura.xpaths")
    for name in LISTS:
        expressions = getattr(xpaths, name)
        expressions[:] = [_Rule(each) for each in expressions]
    baseline.BASIC_CLEAN_XPATH = _Rule(baseline.BASIC_CLEAN_XPATH)  # type: ignore[attr-defined]
