"""Every dependency is free: an alternative of its licence without AGPL, GPL and
non-commercial terms."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

CLEARED = {
    # No licence in its metadata; the LICENSE file it carries is the MIT licence, and that of
    # the axe-core it bundles is the Mozilla Public License 2.0.
    "axe-playwright-python": "MIT AND MPL-2.0",
    # Its metadata holds the whole text of the BSD 3-clause licence instead of its name.
    "scipy": "BSD-3-Clause",
}

UNFREE = re.compile(
    r"AGPL|SSPL|BUSL|Commons.Clause|Affero|(?<!L)GPL|(?<!Lesser )General Public"
    r"|-NC\b|NonCommercial|Non-Commercial|Proprietary",
    re.IGNORECASE,
)


def locked() -> list[str]:
    names = set()
    for file in (ROOT / "requirements").glob("*.txt"):
        names.update(re.findall(r"^([A-Za-z0-9._-]+)==", file.read_text(), re.MULTILINE))
    return sorted(names)


def expression(found: Distribution) -> str:
    """The licence as its metadata gives it: an SPDX expression, a name, or classifiers."""
    name = found.metadata["Name"].lower()
    if name in CLEARED:
        return CLEARED[name]
    stated = found.metadata.get("License-Expression") or found.metadata.get("License") or ""
    if not stated.strip():
        classifiers = found.metadata.get_all("Classifier") or []
        stated = " AND ".join(
            f"({c.rsplit('::', 1)[1].strip()})" for c in classifiers if c.startswith("License")
        )
    return str(stated).strip()


def is_free(stated: str) -> bool:
    """Whether some alternative of an expression has no unfree part.

    `OR` parts alternatives, each of which must be free as a whole; brackets do not matter for
    that, but where `OR` stands in brackets beside `AND` the answer errs on the strict side.
    """
    alternatives = re.split(r"\s+OR\s+", stated) if " AND " not in stated else [stated]
    return any(alternative and not UNFREE.search(alternative) for alternative in alternatives)


@pytest.mark.parametrize("name", locked())
def test_a_dependency_has_a_free_licence(name: str) -> None:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not for this system, or not installed here")
    stated = expression(found)
    assert stated, f"{name} states no licence; read its files and clear it in this test"
    assert is_free(stated), f"{name} is under {stated}"


@pytest.mark.parametrize(
    ("stated", "free"),
    [
        ("MIT", True),
        ("LGPL-3.0-or-later", True),
        ("MPL-2.0", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("GPL-2.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("CC-BY-NC-4.0", False),
        ("", False),
    ],
)
def test_the_reading_of_expressions(stated: str, free: bool) -> None:
    assert is_free(stated) is free


def test_every_dependency_is_named_in_third_party() -> None:
    text = (ROOT / "THIRD-PARTY.md").read_text().lower()
    run = (ROOT / "requirements" / "run.txt").read_text()
    names = re.findall(r"^([A-Za-z0-9._-]+)==", run, re.MULTILINE)
    missing = [name for name in names if f"| {name.lower()} |" not in text]
    assert not missing, f"THIRD-PARTY.md does not name {', '.join(missing)}"


def test_nothing_is_fetched_by_nltk() -> None:
    sources = [
        file
        for folder in ("corpus", "crawlers", "indexer", "search_app", "tools")
        for file in (ROOT / folder).rglob("*.py")
    ]
    fetching = [str(file) for file in sources if "nltk.download" in file.read_text()]
    assert not fetching
