"""Every promise of docs/trust.md has a test that carries its number, and the reverse."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def promised() -> set[str]:
    text = (ROOT / "docs" / "trust.md").read_text()
    return {f"{int(number):02d}" for number in re.findall(r"^\| P(\d+) \|", text, re.MULTILINE)}


def covered() -> set[str]:
    files = (ROOT / "tests").glob("test_*.py")
    found = [re.findall(r"def test_p(\d\d)_", file.read_text()) for file in files]
    return {number for numbers in found for number in numbers}


def test_every_promise_has_a_test() -> None:
    assert promised() <= covered(), f"no test for P{sorted(promised() - covered())}"


def test_every_test_of_a_promise_has_its_promise() -> None:
    assert covered() <= promised(), f"docs/trust.md lacks P{sorted(covered() - promised())}"
