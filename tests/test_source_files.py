"""Files of sources: what a person may write in them, and what is said of what they may not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from corpus.addresses import address_key
from corpus.catalogue import load_bundled
from corpus.model import Corpus
from crawlers.address_patterns import pattern, spot
from crawlers.source import SOURCE_KINDS
from crawlers.source_files import (
    SourceError,
    bundled_folder,
    find_sources,
    read_sources,
    source_folders,
)
from crawlers.source_toml import KEYS, read_file
from search_app.cli import cityrights

CORPUS = load_bundled()

WHOLE = """
id = "amsterdam"
name = "City of Amsterdam"
kind = "listing"
start = ["https://www.amsterdam.nl/beleid/"]
city = "amsterdam"
country = "NL"
document_kind = "policy"
allow = ["/beleid/*"]
deny = ["https://*.amsterdam.nl/beleid/archief/*.zip$"]
depth = 1
languages = ["nl", "en"]
licence = "CC BY 4.0"
contact = "data@amsterdam.nl"
every = 14
max_pages = 100
threshold = 0.5
wait = 2
private = ["intranet.amsterdam.nl"]
next = "/beleid/?page=*"
tried = 2026-11-28
"""


def written(folder: Path, text: str, name: str = "amsterdam") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path) -> list[str]:
    return [str(fault) for fault in find_sources([folder], CORPUS).faults]


def only_fault(folder: Path, text: str, name: str = "amsterdam") -> str:
    found = faults(written(folder, text, name))
    assert len(found) == 1, found
    assert f"{name}.toml" in found[0]
    return found[0]


def with_line(key: str, line: str) -> str:
    """The whole file with one line in place of another, or added."""
    kept = [one for one in WHOLE.splitlines() if not one.startswith(f"{key} =")]
    return "\n".join([*kept, line])


def test_a_whole_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    [source] = read_sources([written(tmp_path, WHOLE)], CORPUS)
    assert source.id == "amsterdam"
    assert source.languages == ("nl", "en")
    assert source.wait == 2.0
    assert source.tried == "2026-11-28"
    assert source.enabled


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "amsterdam.toml").write_text(WHOLE, encoding="utf-8-sig")
    assert len(read_sources([tmp_path], CORPUS)) == 1


@pytest.mark.parametrize(
    ("key", "line", "said"),
    [
        ("start", 'strat = ["https://a.org/"]', "strat: 'strat' is not a key. Did you mean 'start'?"),
        ("start", 'start = "https://a.org/"', "start: 'https://a.org/' is not what is written here."),
        ("start", "start = []", "start: The source is enabled and has no start."),
        ("start", 'start = ["htp://a.org/"]', "start[0]: 'htp://a.org/' is not an address"),
        ("start", 'start = ["https://a.org/", "https://a.org/"]', "start[1]: 'https://a.org/' stands"),
        ("start", 'start = ["catalogue:"]', "start[0]: The addresses of the catalogue are pages."),
        ("start", 'start = ["catalog:"]', "start[0]: 'catalog:' is not an address"),
        ("kind", 'kind = "listings"', "'listings' is not a kind of source. Did you mean 'listing'?"),
        ("kind", 'kind = "ckan"\n', "start[0]: 'https://www.amsterdam.nl/beleid/' is not a search"),
        ("name", "name = 7", "name: '7' is not what is written here. Write a text"),
        ("name", "", "name: The key is missing. Write a text, such as"),
        ("name", 'name = " "', "name: The text is empty."),
        ("id", 'id = "Amsterdam!"', "id: 'Amsterdam!' is not an id."),
        ("id", 'id = "utrecht"', "id: 'utrecht' is not the name of the file. Write id = 'amsterdam'"),
        ("city", 'city = "amsterdamm"', "city: 'amsterdamm' is not a known city. Did you mean"),
        ("country", 'country = "NLD"', "country: 'NLD' is not a known country."),
        ("country", 'country = "DE"', "country: 'amsterdam' is in NL. Correct"),
        ("document_kind", 'document_kind = "polcy"', "'polcy' is not a known kind. Did you mean"),
        ("languages", 'languages = ["dutch"]', "languages[0]: 'dutch' is not a language code."),
        ("allow", 'allow = ["beleid"]', "allow[0]: 'beleid' is not a pattern. Write an address"),
        ("next", 'next = "Volgende"', "next: 'Volgende' is not a pattern."),
        ("depth", "depth = 11", "depth: 11 is out of range. Write 0 to 10."),
        ("depth", "depth = true", "depth: 'True' is not what is written here. Write a whole number"),
        ("depth", "depth = 1e400", "depth: 'inf' is not what is written here."),
        ("every", "every = 0", "every: 0 is out of range. Write 1 to 365."),
        ("max_pages", "max_pages = 1000000", "max_pages: 1000000 is out of range."),
        ("threshold", "threshold = 1.5", "threshold: 1.5 is out of range. Write 0 to 1."),
        ("threshold", "threshold = nan", "threshold: nan is out of range."),
        ("wait", "wait = -1", "wait: -1.0 is out of range."),
        ("private", 'private = ["http://a/"]', "private[0]: 'http://a/' is not the name of a host."),
        ("private", 'private = ["a.org:80"]', "private[0]: 'a.org:80' is not the name of a host."),
        ("contact", 'contact = "Jan"', "contact: 'Jan' is neither a mail address nor a page."),
        ("columns", 'columns = { title = "Naam" }', "columns: The key is only for the kind 'register'."),
        ("parser", 'parser = "special"', "parser: 'special' is not a known parser."),
        ("tried", 'tried = "yesterday"', "tried: 'yesterday' is not a day."),
        ("enabled", 'enabled = "yes"', "enabled: 'yes' is not what is written here. Write enabled"),
    ],
)  # fmt: skip
def test_a_fault_names_file_key_and_remedy(tmp_path: Path, key: str, line: str, said: str) -> None:
    found = faults(written(tmp_path, with_line(key, line)))
    assert any(said in one for one in found), found
    assert all("amsterdam.toml" in one for one in found)


REGISTER = """
id = "amsterdam"
name = "Register"
kind = "register"
start = ["https://a.org/register.csv"]
"""


def test_columns_of_a_register_are_checked(tmp_path: Path) -> None:
    assert "There is no column for the title." in only_fault(tmp_path, REGISTER)
    assert "'titel' is not known. Did you mean 'title'?" in "".join(
        faults(written(tmp_path, REGISTER + 'columns = { titel = "Naam", title = "Naam" }'))
    )
    assert "several columns" in only_fault(tmp_path, REGISTER + 'columns = { title = ["a", "b"] }')
    sound = REGISTER + 'columns = { title = "Naam", text = ["Doel", "Data"] }\nrows = "result"'
    assert read_sources([written(tmp_path, sound)], CORPUS)[0].columns["text"] == ("Doel", "Data")


def test_a_register_has_one_address(tmp_path: Path) -> None:
    two = REGISTER.replace('csv"]', 'csv", "https://a.org/other.csv"]')
    said = only_fault(tmp_path, two + 'columns = { title = "Naam" }')
    assert "start: A register has one address. Write a file for each register." in said


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    text = WHOLE.replace('city = "amsterdam"', 'city = "x"').replace("depth = 1", "depth = 99")
    with pytest.raises(SourceError) as caught:
        read_sources([written(tmp_path, text)], CORPUS)
    assert len(caught.value.faults) == 2
    assert "depth" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'id = "a\n', "row 1: The file is not valid TOML"),
        (b'id = "a"\nid = "b"\n', "row 2: The file is not valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a = " + b"[" * 5_000, "amsterdam.toml"),
        (b"#" * 1_000_001, "larger than"),
        (b"", "id: The key is missing. Write the name of the file without .toml."),
    ],
)
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "amsterdam.toml").write_bytes(content)
    assert said in faults(tmp_path)[0]


def test_a_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    written(tmp_path, "id = 7", "broken")
    found = find_sources([written(tmp_path, WHOLE)], CORPUS)
    assert [source.id for source in found.sources] == ["amsterdam"]
    assert found.faults


def test_an_own_file_stands_in_place_of_the_bundled_one(tmp_path: Path) -> None:
    first, own = tmp_path / "first", tmp_path / "own"
    written(first, WHOLE)
    written(own, with_line("name", 'name = "My own"'))
    assert [source.name for source in read_sources([first, own], CORPUS)] == ["My own"]


def test_a_faulty_own_file_does_not_bring_the_bundled_one_back(tmp_path: Path) -> None:
    first, own = tmp_path / "first", tmp_path / "own"
    written(first, WHOLE)
    found = find_sources([first, written(own, with_line("name", "name = 7"))], CORPUS)
    assert found.sources == ()
    assert str(own) in found.faults[0].file


def test_hidden_files_and_other_files_are_passed_over(tmp_path: Path) -> None:
    for name in (".amsterdam.toml", "notes.txt", "amsterdam.toml~"):
        (tmp_path / name).write_text("no source", encoding="utf-8")
    assert faults(tmp_path) == []


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "amsterdam.toml").mkdir()
    assert "can't be read" in faults(tmp_path)[0]


def test_the_folder_of_an_operator_is_read_if_it_is_there(tmp_path: Path) -> None:
    assert source_folders(tmp_path) == [bundled_folder()]
    (tmp_path / "sources").mkdir()
    assert source_folders(tmp_path) == [bundled_folder(), tmp_path / "sources"]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("sources") / "a.toml"
    path.write_text(text, encoding="utf-8", errors="replace")
    found: list = []
    assert read_file(path, "a.toml", found) is not None or found


VALUES = st.one_of(
    st.text(max_size=20).map(lambda text: "'" + text.replace("'", "").replace("\n", "") + "'"),
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from(
        ["nan", "-inf", "true", "1979-05-27", "07:32:00", "[]", "[[]]", "{}", "[1, 'a']"]
    ),
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8))
def test_no_value_of_a_key_breaks_the_checks(
    tmp_path_factory: pytest.TempPathFactory, lines: dict[str, str]
) -> None:
    lines = {"id": "'a'", "name": "'A'", "kind": "'pages'", **lines}
    folder = tmp_path_factory.mktemp("sources")
    text = "\n".join(f"{key} = {value}" for key, value in lines.items())
    (folder / "a.toml").write_text(text, encoding="utf-8", errors="replace")
    found = find_sources([folder], CORPUS)
    assert len(found.sources) + bool(found.faults) == 1
    for fault in found.faults:
        assert fault.problem and "\n" not in str(fault)


# The sources that come with cityrights


def known_hosts(corpus: Corpus) -> set[str]:
    places = [spot(source.url) for one in corpus.initiatives for source in one.sources]
    return {place.host for place in places if place is not None}


def test_the_bundled_files_have_no_fault() -> None:
    assert len(read_sources([bundled_folder()], CORPUS)) >= 40


def test_the_catalogue_is_one_source_of_all_its_addresses() -> None:
    [catalogue] = [s for s in read_sources([bundled_folder()], CORPUS) if s.id == "catalogue"]
    addresses = {address_key(s.url) for one in CORPUS.initiatives for s in one.sources}
    assert {address_key(url) for url in catalogue.start} == addresses
    assert len(catalogue.start) == len(addresses)
    assert catalogue.max_pages > len(addresses)


def test_bundled_sources_name_no_host_that_no_record_names() -> None:
    hosts = known_hosts(CORPUS)
    addresses = {address_key(s.url) for one in CORPUS.initiatives for s in one.sources}
    for source in read_sources([bundled_folder()], CORPUS):
        for url in source.start:
            place = spot(url)
            assert place is not None and place.host in hosts, (source.id, url)
            assert address_key(url) in addresses, (source.id, url)
        for one in (*source.allow, *source.deny, *filter(None, [source.next])):
            assert one.startswith("/"), (source.id, one)


def test_no_pattern_of_a_bundled_source_is_a_guess() -> None:
    """Each holds of an address that a record names, on a host of the source."""
    places = [spot(source.url) for one in CORPUS.initiatives for source in one.sources]
    for source in read_sources([bundled_folder()], CORPUS):
        hosts = {place.host for place in map(spot, source.start) if place is not None}
        known = [place for place in places if place is not None and place.host in hosts]
        for written_one in source.allow:
            allowed = pattern(written_one)
            assert allowed is not None
            assert any(map(allowed.holds, known)), (source.id, written_one)


def test_bundled_sources_are_of_every_continent_and_none_was_tried() -> None:
    sources = read_sources([bundled_folder()], CORPUS)
    assert len([s for s in sources if s.kind != "pages" and s.enabled and s.start]) >= 25
    assert all(source.tried is None for source in sources)
    assert all(bool(source.start) == source.enabled for source in sources)
    continents = {CORPUS.countries[s.country].continent for s in sources if s.country}
    assert len(continents) == 6
    assert len({code for source in sources for code in source.languages}) >= 15


def test_every_bundled_file_says_that_it_was_never_tried() -> None:
    for path in bundled_folder().iterdir():
        assert "ever tried" in path.read_text(encoding="utf-8"), path.name


# Documentation and command

DOCS = Path(__file__).resolve().parents[1] / "docs" / "sources.md"


def test_every_key_and_every_kind_is_documented_and_no_other() -> None:
    sections = dict(
        part.split("\n", 1) for part in re.split(r"^## ", DOCS.read_text("utf-8"), flags=re.M)[1:]
    )
    first = {
        name: re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", sections[name], re.M)
        for name in ("Keys", "Kinds")
    }
    documented = {name: re.findall(r"`([a-z_]+)`", " ".join(rows)) for name, rows in first.items()}
    assert sorted(documented["Keys"]) == sorted(KEYS)
    assert documented["Kinds"] and sorted(documented["Kinds"]) == sorted(SOURCE_KINDS)


def test_the_examples_of_the_documentation_are_sound(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    for example in examples:
        written(tmp_path, example, re.search(r'id = "(.*?)"', example)[1])
    assert len(read_sources([tmp_path], CORPUS)) == len(examples) == 2


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cityrights, ["sources", "check", *words])
    return result.exit_code, result.output


def test_the_command_lists_sources_and_says_that_none_was_tried(tmp_path: Path) -> None:
    code, said = run("--data", str(tmp_path))
    assert code == 0
    assert re.search(
        r"^helsinki-ai-register +listing +Helsinki, FI .*not tried on the live", said, re.M
    )
    assert re.search(
        r"^curvelo-open-data +ckan +Curvelo, BR +where it starts is not known", said, re.M
    )


def test_the_command_ends_with_1_where_there_is_a_fault(tmp_path: Path) -> None:
    written(tmp_path / "sources", with_line("depth", "depth = 99"))
    code, said = run("--data", str(tmp_path))
    assert code == 1
    assert f"{tmp_path}/sources/amsterdam.toml, depth: 99 is out of range. Write 0 to 10." in said
    assert "helsinki-ai-register" in said


def test_the_command_prints_json(tmp_path: Path) -> None:
    written(tmp_path / "sources", with_line("enabled", "enabled = false"))
    code, said = run("--data", str(tmp_path), "--json")
    answer = json.loads(said)
    [own] = [source for source in answer["sources"] if source["id"] == "amsterdam"]
    assert code == 0
    assert own["enabled"] is False
    assert answer["faults"] == []


def test_the_command_tells_ones_own_files_from_bundled_ones(tmp_path: Path) -> None:
    folder = written(tmp_path / "sources", WHOLE)
    bundled = bundled_folder() / "helsinki-ai-register.toml"
    written(folder, bundled.read_text("utf-8"), "helsinki-ai-register")
    written(
        folder, with_line("depth", "depth = 99").replace('"amsterdam"', '"faulty"', 1), "faulty"
    )
    _, said = run("--data", str(tmp_path))
    yours = said.partition("\nYours:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split(maxsplit=1) for line in yours] == [
        ["amsterdam", f"{folder}/amsterdam.toml"],
        [
            "helsinki-ai-register",
            f"{folder}/helsinki-ai-register.toml, in place of the bundled one",
        ],
    ]
    assert ", and 19 disabled; 2 of them yours; " in re.sub(r"\d+ disabled", "19 disabled", said)
    answer = json.loads(run("--data", str(tmp_path), "--json")[1].partition("1 fault.")[0])
    own = {source["id"]: source["own"] for source in answer["sources"] if source["own"]}
    assert own == {
        "amsterdam": {"path": f"{folder}/amsterdam.toml", "replaces": False},
        "helsinki-ai-register": {
            "path": f"{folder}/helsinki-ai-register.toml",
            "replaces": True,
        },
    }


def test_without_own_files_the_command_says_none_is_yours(tmp_path: Path) -> None:
    _, said = run("--data", str(tmp_path))
    assert "Yours:" not in said
    assert "none of them yours" in said


def test_a_source_switched_off_is_listed_with_why(tmp_path: Path) -> None:
    written(tmp_path / "sources", with_line("enabled", "enabled = false"))
    assert re.search(
        r"^amsterdam +listing +Amsterdam, NL +enabled = false",
        run("--data", str(tmp_path))[1],
        re.M,
    )
