"""What can be asked, typed or set is documented, and what is documented is there."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Final

import click
import msgspec
import pytest
from clients import client_over

from crawlers import bounds, downloading, robots, traps
from crawlers.bounds import Bounds
from crawlers.discovery import listed
from crawlers.judging import THRESHOLD
from crawlers.source import CrawlSource
from crawlers.traps import Variety
from indexer.embedded import EmbeddedEngine
from search_app.api.openapi import ENDPOINTS
from search_app.cli import COMMANDS, cityrights
from search_app.engines import Engines
from search_app.parameter_table import SEARCH
from search_app.settings import SETTINGS

DOCS = Path(__file__).resolve().parents[1] / "docs"
CRAWLING: Final[dict[str, ModuleType]] = {
    "bounds": bounds,
    "downloading": downloading,
    "listed": listed,
    "robots": robots,
    "traps": traps,
}


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def sections(name: str) -> dict[str, str]:
    """The text under each heading of the second level."""
    parts = re.split(r"^## (.+)$", read(name), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def command(name: str) -> click.Command:
    found = cityrights.get_command(click.Context(cityrights), name)
    assert found is not None
    return found


def options_of(name: str) -> set[str]:
    commands = [command(name)]
    if isinstance(commands[0], click.Group):
        commands += commands[0].commands.values()
    parameters = [p for one in commands for p in one.params if isinstance(p, click.Option)]
    return {option for parameter in parameters for option in parameter.opts}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_documented_with_all_its_options(name: str) -> None:
    text = sections("commands.md")[name]
    missing = {
        option for option in options_of(name) - {"--data", "--json"} if f"`{option}" not in text
    }
    assert not {option for option in missing if f"{option} " not in text}


def test_only_commands_and_options_that_exist_are_documented() -> None:
    assert list(sections("commands.md")) == list(COMMANDS)
    known = {"--debug", "--version", "--help"} | {o for name in COMMANDS for o in options_of(name)}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", read("commands.md"))) <= known


@pytest.mark.parametrize("name", ["crawling.md", "evidence.md", "operating.md", "sources.md"])
def test_every_command_that_is_told_exists(name: str) -> None:
    told = re.findall(r"(?:bin/|`|\$ |^)cityrights ([a-z]+)([^`\n]*)", read(name), re.M)
    assert told
    for word, rest in told:
        assert word in COMMANDS, word
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest)) <= options_of(word), rest


def test_every_option_of_all_commands_is_documented_once() -> None:
    table = read("commands.md").split("## ")[0]
    for option in ("--data", "--json", "--debug", "--version"):
        assert option in table
    assert {name for name in COMMANDS if "--data" not in options_of(name)} == {
        "catalogue",
        "extract",
    }
    assert {name for name in COMMANDS if "--json" not in options_of(name)} == {"serve"}


def test_every_parameter_of_a_search_is_documented() -> None:
    rows = re.findall(
        r"^\| ((?:`[a-z_.]+`(?: \*)?,? ?)+)\|.*\|$", sections("api.md")["Search"], re.M
    )
    documented = {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)}
    assert documented == {parameter.name for parameter in SEARCH}
    repeatable = {name for row in rows for name in re.findall(r"`([a-z_.]+)` \*", row)}
    assert repeatable == {parameter.name for parameter in SEARCH if parameter.repeatable}


def test_every_parameter_and_format_of_the_other_addresses_is_documented() -> None:
    text = read("api.md")
    for endpoint in ENDPOINTS:
        for parameter in endpoint.parameters:
            assert f"`{parameter.name}" in text, (endpoint.path, parameter.name)
            if parameter.name == "format":
                for value in parameter.allowed:
                    assert f"`{value}`" in text or f"format={value}" in text, value


def test_every_address_is_documented() -> None:
    table = sections("api.md")["Addresses"]
    for endpoint in ENDPOINTS:
        assert f"`GET {endpoint.path}`" in table


def test_every_setting_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| .* \| (.*) \|$", read("settings.md"), re.M)
    assert dict(rows) == {setting.name: setting.default for setting in SETTINGS}


def test_every_setting_that_is_read_is_declared() -> None:
    root = DOCS.parent / "search_app"
    read_somewhere = {
        name
        for path in root.rglob("*.py")
        for name in re.findall(r"\"(CITYRIGHTS_[A-Z_]+|PORT)\"", path.read_text(encoding="utf-8"))
    }
    assert read_somewhere == {setting.name for setting in SETTINGS}


def test_the_requests_of_the_documentation_are_answered(bundled_engine: EmbeddedEngine) -> None:
    client = client_over(Engines.fixed(bundled_engine))
    asked = re.findall(r"GET (/[^\s`{}]+)[`\n]", read("api.md"))
    assert len(asked) > 15
    for path in asked:
        expected = 400 if "lawx" in path else 200
        assert client.get(path).status_code == expected, path


def in_the_code(name: str) -> float:
    """A number by the name the documentation gives it: `module.CONSTANT`, a field of `Bounds`
    or `CrawlSource` that has a default, or a parameter of `Variety`."""
    owner, _, own = name.partition(".")
    values = {
        "Bounds": msgspec.structs.asdict(Bounds()),
        "CrawlSource": msgspec.structs.asdict(CrawlSource(id="a", name="a", kind="pages")),
        "Variety": {n: p.default for n, p in inspect.signature(Variety).parameters.items()},
    }
    if owner in values:
        return float(values[owner][own])
    return float(getattr(CRAWLING[owner], own))


def test_every_number_of_how_the_crawl_behaves_is_that_of_the_code() -> None:
    rows = re.findall(
        r"^\|.*\| ([\d,]+)(?: (s|KiB|MiB))? \| `([\w.]+)` \|$", read("crawling.md"), re.M
    )
    assert len(rows) > 20
    for number, unit, name in rows:
        written = float(number.replace(",", "")) * {"KiB": 2**10, "MiB": 2**20}.get(unit, 1)
        assert written == in_the_code(name), name
    documented = {name for _, _, name in rows}
    assert {f"Bounds.{name}" for name in Bounds.__struct_fields__} - documented == {"Bounds.limit"}
    assert f"from {THRESHOLD} on (`judging.THRESHOLD`)" in read("crawling.md")


def anchors(text: str) -> set[str]:
    """The anchors of the headings of a Markdown file, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize(
    "file",
    sorted([*DOCS.glob("*.md"), *DOCS.parent.glob("*.md")]),
    ids=lambda file: file.name,
)
def test_every_link_between_documents_leads_somewhere(file: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", file.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        leads_to = (file.parent / path).resolve() if path else file
        assert leads_to.exists(), target
        if anchor:
            assert anchor in anchors(leads_to.read_text(encoding="utf-8")), target
