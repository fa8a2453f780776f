"""The bundled catalogue, and the checker that a city officer meets."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import model
from corpus.catalogue import CatalogueError, check, check_bundled, load, load_bundled
from corpus.faults import Fault

DECLARATION = "https://example.org/declaration"

RECORD: dict[str, Any] = {
    "id": "utrecht-example",
    "title": "Example",
    "language": "nl",
    "kind": "register",
    "level": "city",
    "city": "utrecht",
    "country": "NL",
    "year": 2024,
    "status": "in force",
    "summary": "A register that stands here as an example.",
    "principles": ["transparency"],
    "working_groups": ["new-technologies"],
    "concepts": ["algorithm-register"],
    "keywords": ["loose word"],
    "related": ["utrecht-second"],
    "sources": [{"url": "https://example.org/a", "title": "A page", "language": "nl"}],
    "recorded": "2026-11-24",
    "changed": "2026-11-24",
}
SECOND: dict[str, Any] = {
    **RECORD,
    "id": "utrecht-second",
    "related": ["utrecht-example"],
    "aliases": ["utrecht-former"],
}


def statement(name: str) -> dict[str, Any]:
    return {"id": name, "title": "Title", "text": "Text.", "sources": [DECLARATION]}


def whole() -> dict[str, list[dict[str, Any]]]:
    """A small catalogue without a fault: rows by file."""
    return {
        "cities.jsonl": [
            {"slug": "utrecht", "name": "Utrecht", "country": "NL"},
            {"slug": "cordoba", "name": "Córdoba", "country": "AR"},
        ],
        "countries.jsonl": [
            {"code": "NL", "name": "Netherlands", "continent": "europe", "native": ["Nederland"]},
            {"code": "AR", "name": "Argentina", "continent": "south-america"},
        ],
        "regions.jsonl": [
            {
                "id": "benelux",
                "name": "Benelux",
                "countries": ["NL"],
                "names": {"nl": ["Lage Landen"]},
            },
            {"id": "south-america", "name": "South America", "countries": ["AR"]},
        ],
        "concepts.jsonl": [
            {
                "id": "algorithm-register",
                "labels": {"en": "algorithm register"},
                "definition": "A public list of algorithms in use.",
                "principle": "transparency",
            }
        ],
        "principles.jsonl": [statement(name) for name in model.PRINCIPLES],
        "working_groups.jsonl": [statement(name) for name in model.WORKING_GROUPS],
        "missions.jsonl": [{**statement("inclusion"), "cities": ["utrecht"]}],
        "goals.jsonl": [statement("learning")],
        "facts.jsonl": [statement("founding")],
        "members.jsonl": [{"city": "utrecht", "source": DECLARATION, "joined": 2019}],
        "initiatives/nl.jsonl": [RECORD, SECOND],
    }


def written(folder: Path, files: dict[str, list[dict[str, Any]]]) -> Path:
    (folder / "initiatives").mkdir(exist_ok=True)
    for name, rows in files.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path, **changes: Any) -> list[Fault]:
    """The faults of a catalogue whose first initiative has these fields, ... leaving one out."""
    record = {k: v for k, v in {**RECORD, **changes}.items() if v is not ...}
    return check(written(folder, {**whole(), "initiatives/nl.jsonl": [record, SECOND]}))


def test_the_bundled_catalogue_has_no_fault() -> None:
    assert check_bundled() == []


@pytest.mark.shared
def test_the_bundled_catalogue_has_every_record_of_the_shared_one_under_its_id(
    shared: Path,
) -> None:
    lines = (shared / "catalogue" / "initiatives.jsonl").read_text(encoding="utf-8").splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert len(ids) == 655
    bundled = {initiative.id for initiative in load_bundled().initiatives}
    former = {alias for i in load_bundled().initiatives for alias in i.aliases}
    assert set(ids) <= bundled | former


def test_the_bundled_records_stand_by_id_and_every_one_has_a_concept() -> None:
    initiatives = load_bundled().initiatives
    assert [i.id for i in initiatives] == sorted(i.id for i in initiatives)
    assert [i.id for i in initiatives if not i.concepts] == []


def test_rulings_are_decisions_and_not_laws() -> None:
    kinds = {i.id: i.kind for i in load_bundled().initiatives}
    assert kinds["skelleftea-school-facial-recognition-ruling"] == "decision"
    assert kinds["denmark-chromebook-order"] == "decision"
    assert {kind for name, kind in kinds.items() if name.endswith("-ruling")} == {"decision"}


DOUBTED = {
    "thin or single source": """catalonia-aoc-algorithmic-transparency garrotxa-xafogar
        thessaloniki-city-as-a-platform venice-accommodation-geoportal italy-agid-software-reuse
        toronto-waterfront-digital-strategy-advisory-panel stratford-rhyzome-networks
        kelowna-intelligent-cities-strategy guadalajara-ai-regulation-proposal
        calgary-computer-donation bolivia-municipal-egovernment-standards
        baguio-ai-participation-ordinance stonnington-sensor-privacy quezon-city-foi-ordinance
        yellow-springs-surveillance-ordinance medford-ccops-ordinance""",
    "secondary sources": """kiel-ai-service-agreement hamburg-hansaplatz-behaviour-recognition
        amsterdam-smart-check aschaffenburg-easy-language berlin-open-source-strategy
        longmont-nextlight riga-open-invoices czech-open-cities-association
        sofia-open-mobility-data olds-o-net bridgewater-open-smart-community-policy
        toronto-generative-ai-guidance shenzhen-data-regulation coe-ai-framework-convention
        cc4dr-digital-rights-governance-framework""",
    "dates": """mexico-city-crowdsourced-constitution rosario-ai-ordinance buenos-aires-quarkid
        salvador-facial-recognition-law jalisco-red-jalisco""",
    "adoption": """unhabitat-people-centred-smart-cities-guidelines cape-town-data-strategy
        davao-public-internet-centers baguio-ai-participation-ordinance""",
    "standing": """zurich-biometric-recognition-ban canton-zurich-algorithm-directory
        san-francisco-ai-inventory new-york-city-mycity-chatbot
        italy-facial-recognition-moratorium""",
    "original title": "barcelona-ai-strategy-2026 valencia-ai-decalogue",
}
"""What those who wrote the catalogue named as weak. Whoever settles a doubt takes it out here."""


@pytest.mark.parametrize("what", DOUBTED)
def test_what_its_writers_called_weak_has_a_doubt(what: str) -> None:
    doubt = {i.id: i.doubt for i in load_bundled().initiatives}
    assert [id for id in DOUBTED[what].split() if not doubt[id]] == []


def test_summaries_no_native_has_read_say_so() -> None:
    unread = {"ka": "Georgian", "hy": "Armenian", "sq": "Albanian", "is": "Icelandic"}
    for record in load_bundled().initiatives:
        name = (unread | {"et": "Estonian"}).get(record.language)
        if name and record.summary_original:
            said = f"The {name} summary has not yet been checked by a native reader."
            assert said in record.doubt, record.id


def test_one_source_is_said_only_where_there_is_one() -> None:
    for record in load_bundled().initiatives:
        if "One source only." in record.doubt:
            assert len(record.sources) == 1, record.id


def test_what_an_editor_doubts_is_said_on_the_record() -> None:
    doubt = {i.id: i.doubt for i in load_bundled().initiatives}
    fine = "The fine is 25,000 euros in one source and 50,000 in most."
    assert doubt["trento-marvel-protector-sanction"] == (fine,)
    assert all(text.endswith(".") for texts in doubt.values() for text in texts)


def test_what_one_city_learned_another_has_taken_up() -> None:
    records = {i.id: i for i in load_bundled().initiatives}
    assert "madrid-decide-consul" in records["barcelona-decidim"].learned_from
    assert "barcelona-decidim" in records["madrid-decide-consul"].taken_up_by


def test_the_coalition_is_told_in_its_own_order_with_addresses() -> None:
    coalition = load_bundled().coalition
    assert tuple(s.id for s in coalition.principles) == model.PRINCIPLES
    assert tuple(s.id for s in coalition.working_groups) == model.WORKING_GROUPS
    assert len(coalition.missions) == 6
    assert all(len(mission.cities) == 2 for mission in coalition.missions)
    assert {member.city for member in coalition.members} >= {"amsterdam", "barcelona", "new-york"}


def test_a_sound_catalogue_loads(tmp_path: Path) -> None:
    corpus = load(written(tmp_path, whole()))
    assert [i.id for i in corpus.initiatives] == ["utrecht-example", "utrecht-second"]
    assert corpus.cities["utrecht"].name == "Utrecht"


def test_blank_lines_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    folder = written(tmp_path, whole())
    path = folder / "initiatives" / "nl.jsonl"
    path.write_bytes(b"\xef\xbb\xbf\n" + path.read_bytes().replace(b"\n", b"\r\n\r\n") + b"  \n")
    assert check(folder) == []
    path.write_text(path.read_text(encoding="utf-8-sig").replace("in force", "in froce", 1))
    assert check(folder)[0].row == 2


SAID: list[tuple[dict[str, Any], str]] = [
    ({"title": ...}, "title: The field is missing. Fill it in."),
    ({"title": " "}, "title: The text is empty."),
    ({"title": "Exa\u202emple"}, "title: The text holds the invisible sign U+202E."),
    ({"summary": ""}, "summary: The text is empty."),
    ({"summary": "Space. "}, "summary: The text starts or ends with a space. Remove the space."),
    ({"sources": []}, "sources: There is no source. Add the page where this can be read."),
    ({"sources": ...}, "sources: The field is missing."),
    (
        {"sources": [{"url": "ftp://example.org/a", "title": "A"}]},
        "sources[0].url: 'ftp://example.org/a' is not an address of the web.",
    ),
    ({"sources": [{"url": "https://", "title": "A"}]}, "sources[0].url: 'https://' is not an add"),
    ({"sources": [{"url": "https://[", "title": "A"}]}, "sources[0].url: 'https://[' is not an"),
    ({"sources": [{"url": "https://a.org/"}]}, "sources[0]: Object missing required field title."),
    (
        {"sources": [{"url": "https://a.org/", "title": "A", "seen": "yesterday"}]},
        "sources[0].seen: 'yesterday' is not a day.",
    ),
    (
        {"sources": [{"url": "https://a.org/", "title": "A", "langage": "nl"}]},
        "sources[0].langage: 'langage' is not a field. Did you mean 'language'?",
    ),
    ({"kind": "registre"}, "kind: 'registre' is not a known kind. Did you mean 'register'?"),
    ({"level": "town"}, "level: 'town' is not a known level. Use one of: city, international,"),
    ({"status": "in froce"}, "status: 'in froce' is not a known status. Did you mean 'in force'?"),
    (
        {"principles": ["transparancy"]},
        "principles[0]: 'transparancy' is not a known principle. Did you mean 'transparency'?",
    ),
    (
        {"working_groups": ["data"]},
        "working_groups[0]: 'data' is not a known working group.",
    ),
    (
        {"concepts": ["algorithm-registers"]},
        "concepts[0]: 'algorithm-registers' is not a known concept. Did you mean 'algorithm-regi",
    ),
    ({"concepts": ["algorithm-register"] * 2}, "concepts[1]: 'algorithm-register' stands twice."),
    ({"language": "nld"}, "language: 'nld' is not a language code. Did you mean 'nl'?"),
    ({"language": "xx"}, "language: 'xx' is not a language code."),
    ({"year": 1899}, "year: 1899 is before 1900."),
    ({"year": "2024"}, "year: Expected int | null, got str. Write a number without quotes."),
    ({"year_end": 2042}, "year_end: 2042 is after 2041. Check the year against the source."),
    ({"year_end": 2020}, "year_end: 2020 is before the year 2024. Swap the two."),
    ({"date": "2024-02-30"}, "date: '2024-02-30' is not a day. Write it as year-month-day"),
    ({"date": "2023-02-03"}, "date: '2023-02-03' is not in 2024. Correct one of them."),
    ({"recorded": "24 November"}, "recorded: '24 November' is not a day."),
    ({"changed": "2026-11-23"}, "changed: The record was changed before it was recorded."),
    ({"city": "utrect"}, "city: 'utrect' is not a known city. Did you mean 'utrecht'? Else add"),
    ({"city": "cordoba"}, "city: Córdoba is in AR. Correct the city or the country."),
    ({"city": ...}, "city: The field is missing. Fill it in, or choose another level."),
    ({"country": "NLD"}, "country: 'NLD' is not a known country. Did you mean 'NL'?"),
    ({"country": ...}, "country: The field is missing."),
    ({"country": "AR", "city": "cordoba"}, "country: The record belongs in initiatives/ar.jsonl."),
    ({"level": "international"}, "country: An international initiative has no country."),
    ({"id": "Utrecht Example"}, "id: 'Utrecht Example' is not an id. Use small letters"),
    ({"id": "utrecht-former"}, "aliases[0]: 'utrecht-former' already leads to 'utrecht-former'."),
    (
        {"id": "utrecht-second"},
        "id: 'utrecht-second' is already in initiatives/nl.jsonl, row 1. Use another id.",
    ),
    (
        {"related": ["utrecht-secnd"]},
        "related[0]: 'utrecht-secnd' is not the id of a record. Did you mean 'utrecht-second'?",
    ),
    (
        {"related": ["utrecht-former"]},
        "related[0]: 'utrecht-former' is a former id. Write 'utrecht-second'.",
    ),
    ({"related": ["utrecht-example"]}, "related[0]: The record names itself. Remove it."),
    (
        {"learned_from": ["utrecht-second"]},
        "learned_from[0]: 'utrecht-second' stands in related too. Keep it once.",
    ),
    (
        {"related": [], "learned_from": ["utrecht-second"]},
        "learned_from[0]: 'utrecht-second' does not name this record in its taken_up_by. Add 'ut",
    ),
    (
        {"related": []},
        "related[0]: 'utrecht-example' does not name this record in its related.",
    ),
    ({"titel": "x"}, "titel: 'titel' is not a field. Did you mean 'title'?"),
    ({"details": "one"}, "details: Expected array, got str. Write a list in square brackets"),
    ({"keywords": ["a", 3]}, "keywords[1]: Expected str, got int."),
]


@pytest.mark.parametrize(("changes", "said"), SAID, ids=[said[:50] for _, said in SAID])
def test_a_fault_is_named_with_file_row_field_and_remedy(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    lines = [str(fault) for fault in faults_of(tmp_path, **changes)]
    wanted = [f"initiatives/nl.jsonl, row {row}, {said}" for row in (1, 2)]
    assert any(line.startswith(tuple(wanted)) for line in lines), lines


def test_each_wrong_field_of_a_record_is_named_at_once(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, year="2024", kind="registre", summary=..., titel="x")
    assert {"year", "summary", "titel"} <= {fault.field for fault in faults}


def test_a_broken_row_is_not_blamed_on_those_that_name_it(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, summary=3)
    assert [(fault.row, fault.field) for fault in faults] == [(1, "summary")]


Change = Callable[[Path], object]
IN_FILES: list[tuple[Change, str]] = [
    (
        lambda folder: (folder / "initiatives/nl.jsonl").write_text('{"id": "a",\n'),
        "initiatives/nl.jsonl, row 1: The line is not valid JSON:",
    ),
    (
        lambda folder: (folder / "initiatives/nl.jsonl").write_text("[]\n"),
        "initiatives/nl.jsonl, row 1: The line is not a JSON object.",
    ),
    (
        lambda folder: (folder / "initiatives/nl.jsonl").write_bytes(b'{"id": "\xff"}\n'),
        "initiatives/nl.jsonl, row 1: The line is not UTF-8 text. Save the file as UTF-8.",
    ),
    (
        lambda folder: (folder / "initiatives/nl.jsonl").write_bytes(b"[" * 100_000),
        "initiatives/nl.jsonl, row 1: The line is nested too deeply.",
    ),
    (
        lambda folder: (folder / "initiatives/nl.jsonl").write_bytes(b" " * 9 + b"1" * 1_000_001),
        "initiatives/nl.jsonl, row 1: The line is longer than 1,000,000 bytes.",
    ),
    (
        lambda folder: (folder / "initiatives/nl.jsonl").unlink(),
        "initiatives: There is no file of initiatives.",
    ),
    (lambda folder: (folder / "cities.jsonl").unlink(), "cities.jsonl: The file is missing."),
    (lambda folder: (folder / "regions.jsonl").unlink(), "regions.jsonl: The file is missing."),
    (
        lambda folder: (folder / "principles.jsonl").write_text(""),
        "principles.jsonl: 'access' is missing. Add a row for it.",
    ),
]


@pytest.mark.parametrize(("change", "said"), IN_FILES, ids=[said for _, said in IN_FILES])
def test_a_broken_file_is_named_with_its_remedy(tmp_path: Path, change: Change, said: str) -> None:
    change(written(tmp_path, whole()))
    assert any(str(fault).startswith(said) for fault in check(tmp_path))


ELSEWHERE: list[tuple[str, dict[str, Any], str]] = [
    ("concepts.jsonl", {"principle": "open"}, "concepts.jsonl, row 1, principle: 'open' is not"),
    ("goals.jsonl", {"sources": []}, "goals.jsonl, row 1, sources: There is no source."),
    ("missions.jsonl", {"cities": ["utrect"]}, "missions.jsonl, row 1, cities[0]: 'utrect' is not"),
    ("principles.jsonl", {"id": "acces"}, "principles.jsonl, row 1, id: 'acces' is not on the lis"),
    ("members.jsonl", {"city": "utrect"}, "members.jsonl, row 1, city: 'utrect' is not a known ci"),
    ("members.jsonl", {"joined": 2017}, "members.jsonl, row 1, joined: 2017 is before the coaliti"),
    ("cities.jsonl", {"slug": "Utrecht"}, "cities.jsonl, row 1, slug: 'Utrecht' is not an id."),
    ("cities.jsonl", {"country": "NX"}, "cities.jsonl, row 1, country: 'NX' is not a known count"),
    ("cities.jsonl", {"latitude": 52.1}, "cities.jsonl, row 1, longitude: Only one of latitude"),
    (
        "cities.jsonl",
        {"latitude": 520.0, "longitude": 5.1},
        "cities.jsonl, row 1, latitude: The latitude is not on the globe.",
    ),
    ("countries.jsonl", {"code": "nl"}, "countries.jsonl, row 1, code: 'nl' is not a country code"),
    (
        "countries.jsonl",
        {"continent": "Europe"},
        "countries.jsonl, row 1, continent: 'Europe' is not a known continent. Did you mean 'eur",
    ),
    (
        "countries.jsonl",
        {"aliases": ["argentina"]},
        "countries.jsonl, row 2, name: 'Argentina' also names 'NL'. Leave it to one of the two.",
    ),
    (
        "countries.jsonl",
        {"names": {"en": ["Argentina"]}},
        "countries.jsonl, row 2, name: 'Argentina' also names 'NL'. Leave it to one of the two.",
    ),
    (
        "countries.jsonl",
        {"names": {"english": ["Dutch"]}},
        "countries.jsonl, row 1, names: 'english' is not a language code. Did you mean 'en'?",
    ),
    (
        "cities.jsonl",
        {"names": {"nl": ["Utrechtse", "…"]}},
        "cities.jsonl, row 1, names.nl[1]: '…' has no letter. Write the name, or remove it.",
    ),
    (
        "cities.jsonl",
        {"names": {"nl": ["Utrechtse"]}, "cased": ["Utrechtsen"]},
        "cities.jsonl, row 1, cased[0]: 'Utrechtsen' is not a name of this row. Did you mean 'Utr",
    ),
    ("regions.jsonl", {"id": "Benelux"}, "regions.jsonl, row 1, id: 'Benelux' is not an id."),
    (
        "regions.jsonl",
        {"id": "south-america"},
        "regions.jsonl, row 2, id: 'south-america' is already in row 1. Use another id.",
    ),
    (
        "regions.jsonl",
        {"countries": ["NL", "BX"]},
        "regions.jsonl, row 1, countries[1]: 'BX' is not a known country.",
    ),
    (
        "regions.jsonl",
        {"countries": ["NL", "NL"]},
        "regions.jsonl, row 1, countries[1]: 'NL' stands twice. Keep it once.",
    ),
    ("regions.jsonl", {"countries": []}, "regions.jsonl, row 1, countries: The region has no coun"),
    (
        "regions.jsonl",
        {"id": "europe", "countries": ["AR"]},
        "regions.jsonl, row 1, countries: 'NL' lies in 'europe', says countries.jsonl. Let the tw",
    ),
    (
        "regions.jsonl",
        {"names": {"es": ["South América"]}},
        "regions.jsonl, row 2, name: 'South America' also names 'benelux'. Leave it to one of the",
    ),
    ("regions.jsonl", {"names": {"nl": [""]}}, "regions.jsonl, row 1, names.nl[0]: The text is em"),
]


@pytest.mark.parametrize(("file", "changes", "said"), ELSEWHERE, ids=[s for *_, s in ELSEWHERE])
def test_a_fault_in_another_file_is_named_too(
    tmp_path: Path, file: str, changes: dict[str, Any], said: str
) -> None:
    files = whole()
    files[file][0] = {**files[file][0], **changes}
    assert any(str(fault).startswith(said) for fault in check(written(tmp_path, files)))


def test_a_catalogue_with_faults_is_refused_whole_and_says_every_one(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, status="in froce", year=1899)
    with pytest.raises(CatalogueError) as refused:
        load(tmp_path)
    assert list(refused.value.faults) == faults
    assert str(refused.value).count("\n") == len(faults) - 1 == 1


UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNTIMED
@given(st.binary(max_size=400))
def test_any_bytes_in_a_file_give_faults_and_never_another_exception(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = written(Path(place), whole())
        for file in (
            "initiatives/nl.jsonl",
            "cities.jsonl",
            "countries.jsonl",
            "regions.jsonl",
            "goals.jsonl",
        ):
            (folder / file).write_bytes(content)
        for fault in check(folder):
            assert "\n" not in str(fault)
            assert str(fault).isprintable()


TEXT = st.text(max_size=20) | st.text(st.characters(categories=["Cs", "Cc", "Lu"]), max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@UNTIMED
@given(st.dictionaries(st.sampled_from(sorted(model.Initiative.__struct_fields__)), JSON))
def test_any_values_in_a_record_give_faults_and_never_another_exception(
    changes: dict[str, Any],
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = written(Path(place), whole())
        line = json.dumps({**RECORD, **changes})
        (folder / "initiatives" / "nl.jsonl").write_text(line, encoding="utf-8")
        for fault in check(folder):
            assert str(fault).isprintable()
            assert fault.problem
            assert fault.remedy


ROOT = Path(__file__).resolve().parents[1]


def test_the_example_in_contributing_is_a_sound_record(tmp_path: Path) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    example = text.split("```json\n")[1].split("\n```")[0]
    assert "\n" not in example
    folder = shutil.copytree(ROOT / "corpus" / "data", tmp_path / "data")
    with (folder / "initiatives" / "nl.jsonl").open("a", encoding="utf-8") as file:
        file.write(example)
    assert check(folder) == []


def test_every_field_and_every_listed_value_is_documented() -> None:
    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    structs = (
        model.Initiative,
        model.Source,
        model.Passage,
        model.City,
        model.Country,
        model.Region,
        model.Concept,
        model.Statement,
        model.Member,
    )
    words = {name for struct in structs for name in struct.__struct_fields__}
    words.update(model.KINDS, model.LEVELS, model.STATUSES, model.CONTINENTS)
    words.update(model.PRINCIPLES, model.WORKING_GROUPS)
    assert [word for word in sorted(words) if f"`{word}`" not in text] == []
