"""Files and folders added: read once, kept, searchable with heading and page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from small_corpora import make, make_corpus
from stand_in_reader import StandInReader

from corpus.made_records import Given
from corpus.model import Corpus, Source
from corpus.store import Store
from crawlers.adding import Adding, AddReport
from crawlers.files import find_files
from search_app.cli import main

TODAY = date(2026, 11, 28)
CORPUS = make_corpus(
    make("lisbon-charter", city="lisbon", sources=(Source("https://lisboa.pt/carta", "Carta"),)),
    make("zurich-audit", city="zurich", aliases=("zurich-check",)),
)


class World:
    """A store and a folder of files, and what adding them found."""

    def __init__(self, folder: Path, corpus: Corpus = CORPUS) -> None:
        self.folder = folder / "files"
        self.folder.mkdir()
        self.path = folder / "store.sqlite3"
        self.corpus = corpus
        self.said: list[str] = []
        self.reader = StandInReader()

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def add(self, *named: Path, url: str | None = None, **more: Any) -> AddReport:
        more = {"today": TODAY, "refuse": lambda refused: self.said.append(str(refused))} | more
        with Store.open(self.path) as store:
            adding = Adding(store, self.corpus, self.reader, lambda text, hint: hint, **more)
            return adding.add(find_files(named or (self.folder,), url))

    def store(self) -> Store:
        return Store.open(self.path, create=False)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


TEXT = "title: Rules on cameras\nlanguage: nl\n# Purpose\nCameras serve safety.\n"


def test_a_document_becomes_a_provisional_record_that_says_what_is_not_known(world: World) -> None:
    world.write("rules.pdf", TEXT)
    report = world.add()
    assert (report.new, report.refused) == (1, ())
    (id,) = report.initiatives
    assert id.startswith("rules-on-cameras-")
    with world.store() as store:
        assert store.check() == []
        record = store.record(id)
        assert record is not None
        assert (record.title, record.language, record.provisional) == (
            "Rules on cameras",
            "nl",
            True,
        )
        assert record.summary == "Cameras serve safety."
        assert "The document was added as a file and has no address." in record.doubt
        (document,) = store.documents_of([id])
        assert document.newest.sections[0].heading == "Purpose"
        assert document.newest.first_seen == document.newest.last_seen == "2026-11-28"


def test_what_a_person_says_goes_into_the_record(world: World) -> None:
    world.write("rules.pdf", TEXT)
    given = Given(city="zurich", kind="law", licence="CC BY 4.0")
    report = world.add(given=given)
    with world.store() as store:
        record = store.record(report.initiatives[0])
    assert record is not None
    assert (record.city, record.country, record.level) == ("zurich", "CH", "city")
    assert (record.kind, record.licence) == ("law", "CC BY 4.0")
    assert len(record.doubt) == 1


def test_a_second_run_reads_nothing_and_what_is_said_then_is_applied(world: World) -> None:
    world.write("a.pdf", TEXT)
    world.write("deep/b.pdf", TEXT + "Another.")
    first = world.add()
    again = world.add(given=Given(city="lisbon"), today=date(2026, 12, 24))
    assert len(world.reader.asked) == 2
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    assert again.initiatives == first.initiatives
    third = world.add(given=Given(kind="law"))
    with world.store() as store:
        for id in third.initiatives:
            record = store.record(id)
            assert record is not None
            assert (record.city, record.kind) == ("lisbon", "law")
            (document,) = store.documents_of([id])
            assert document.newest.first_seen == "2026-11-28"
            assert document.newest.last_seen == "2026-12-24"


def test_a_changed_file_is_a_new_version_of_the_same_document(world: World) -> None:
    world.write("a.pdf", TEXT)
    first = world.add()
    world.write("a.pdf", TEXT + "And more.")
    second = world.add(today=date(2027, 1, 1))
    assert (second.changed, second.initiatives) == (1, first.initiatives)
    with world.store() as store:
        (document,) = store.documents_of(first.initiatives)
    assert [version.number for version in document.versions] == [1, 2]
    assert [version.last_seen for version in document.versions] == ["2026-11-28", "2027-01-01"]
    assert "And more." in document.newest.text


def test_other_bytes_of_the_same_text_are_no_new_version(world: World) -> None:
    world.write("a.pdf", TEXT)
    world.add()
    world.write("a.pdf", TEXT.replace("title: Rules", "title: New rules"))
    report = world.add(today=date(2027, 1, 1))
    assert (report.changed, report.unchanged) == (0, 1)
    with world.store() as store:
        (document,) = store.documents_of(report.initiatives)
    assert len(document.versions) == 1
    assert document.newest.title == "New rules on cameras"
    assert document.newest.last_seen == "2027-01-01"


def test_a_copy_is_counted_and_not_kept_twice(world: World) -> None:
    world.write("a.pdf", TEXT)
    world.write("b.pdf", TEXT)
    report = world.add()
    assert (report.new, report.copies) == (1, 1)
    with world.store() as store:
        assert store.counts()["documents"] == 1


def test_each_refused_file_is_named_once_and_the_next_is_read(world: World) -> None:
    world.write("a.pdf", "refuse encrypted")
    world.write("b.pdf", " \n")
    world.write("c.pdf", TEXT)
    report = world.add(world.folder, world.folder / "missing.pdf")
    assert report.new == 1
    reasons = sorted(refused.reason for refused in report.refused)
    assert reasons == ["encrypted", "no_text", "unreadable"]
    assert f"{world.folder}/a.pdf: encrypted: Look at the file." in world.said
    assert len(world.said) == 3


def test_an_interrupted_run_goes_on_where_it_stopped(world: World) -> None:
    for name in "abc":
        world.write(f"{name}.pdf", TEXT + name)

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.add(progress=stop)
    report = world.add()
    assert (report.new, report.unchanged) == (1, 2)
    assert len(set(world.reader.asked)) == 3


def test_documents_of_an_initiative_are_confirmed_and_make_no_record(world: World) -> None:
    world.write("a.pdf", TEXT)
    provisional = world.add()
    report = world.add(initiative="zurich-audit")
    assert report.initiatives == ("zurich-audit",)
    with world.store() as store:
        (document,) = store.documents_of(["zurich-audit"])
        assert document.attached == "confirmed"
        assert store.record(provisional.initiatives[0]) is None
        assert store.counts()["initiatives"] == 0
        assert store.check() == []


def test_an_address_that_is_a_source_attaches_to_its_initiative(world: World) -> None:
    path = world.write("carta.html", TEXT)
    report = world.add(path, url="http://LISBOA.pt/carta/")
    assert report.initiatives == ("lisbon-charter",)
    with world.store() as store:
        (document,) = store.documents_of(["lisbon-charter"])
    assert (document.attached, document.url) == ("address", "http://LISBOA.pt/carta/")


def test_a_folder_under_an_address_gives_each_file_its_own(world: World) -> None:
    world.write("2024/a b.pdf", TEXT)
    world.write(".hidden/c.pdf", TEXT)
    report = world.add(world.folder, url="https://example.org/docs/")
    with world.store() as store:
        (document,) = store.documents_of(report.initiatives)
        record = store.record(report.initiatives[0])
    assert document.url == "https://example.org/docs/2024/a%20b.pdf"
    assert record is not None
    assert record.sources[0].url == document.url


def test_names_and_texts_that_are_no_text_are_kept_readable(world: World) -> None:
    path = world.folder / b"\xff\x00name\x07.pdf".replace(b"\x00", b"").decode(
        "utf-8", "surrogateescape"
    )
    path.write_bytes(b"title: \xffTitle\x07\n# A\x00\n\xfftext \x00 here")
    report = world.add()
    assert report.new == 1
    with world.store() as store:
        (document,) = store.documents_of(report.initiatives)
    assert document.newest.text.endswith("\ufffdtext   here")
    assert document.newest.title == "\ufffdTitle"


@pytest.mark.parametrize("what", ["id", "document", "address"])
def test_p10_what_was_withdrawn_is_not_added_again_nor_its_copy(world: World, what: str) -> None:
    path = world.write("a.pdf", TEXT)
    report = world.add(path, url="https://example.org/a.pdf")
    (id,) = report.initiatives
    with Store.open(world.path) as store:
        (document,) = store.documents_of([id])
        named = {"id": id, "document": document.id, "address": "https://example.org/a.pdf#page=2"}
        done = store.withdraw(named[what], "asked", {})
        assert set(done.ids) == {id, document.id}
        assert store.counts()["documents"] == store.counts()["initiatives"] == 0
        assert store.check() == []
    assert b"Cameras serve" not in world.path.read_bytes()
    copy = world.write("copy.pdf", TEXT)
    changed = world.write("changed.pdf", TEXT + "More.")
    again = world.add(path, url="https://example.org/a.pdf")
    assert [refused.reason for refused in again.refused] == ["withdrawn"]
    assert world.add(copy).refused[0].reason == "withdrawn"
    assert world.add(changed, url="http://example.org/a.pdf").refused[0].reason == "withdrawn"
    assert "was withdrawn (asked)" in world.said[0]


# The command


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setenv("CITYRIGHTS_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("search_app.commands.adding.open_reader", StandInReader)

    def ran(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out, said.err

    return ran


def test_a_folder_is_searchable_in_two_commands_with_heading_and_page(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    folder = tmp_path / "intranet"
    folder.mkdir()
    text = "title: Cameras\nlanguage: en\n# Purpose\nSafety first.\f# Quokkas\nQuokka cameras.\n"
    (folder / "rules.pdf").write_text(text + "# References\nWallaby 1999.")
    (folder / "photo.jpg").write_text("refuse unsupported")
    code, out, err = run(
        "add", str(folder), "--city", "Lisboa", "--url", "https://example.org/x", "--licence", "CC0"
    )
    assert code == 0
    assert out.startswith("1 new, 0 changed, 0 unchanged documents; 1 file refused.")
    assert "photo.jpg: unsupported: Look at the file." in err
    code, out, _ = run("index")
    assert "with 1 document " in out
    code, out, _ = run("search", "quokka", "--json")
    (hit,) = json.loads(out)["hits"]
    (passage,) = hit["passages"]
    assert hit["city"]["id"] == "lisbon"
    assert passage["page"] == 2
    assert passage["source"] == "https://example.org/x/rules.pdf#page=2"
    assert passage["heading"] == "Quokkas"
    assert [passage["text"][a:b] for a, b in passage["marks"]] == ["Quokkas", "Quokka"]
    assert json.loads(run("search", "wallaby", "--json")[1])["total"] == 0


def test_pages_of_the_web_are_read_by_what_the_command_reads_with(
    run: Callable[..., tuple[int, str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("CITYRIGHTS_DATA", str(tmp_path / "data"))
    folder = tmp_path / "site"
    folder.mkdir()
    words = "The city keeps a public register of the algorithms it uses. " * 20
    page = f"<html lang=en><title>Register</title><h1>Register</h1><p>{words}</p>"
    (folder / "register.html").write_text(page)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    code, out, err = run("add", str(folder), "--json")
    assert code == 0
    report = json.loads(out)
    assert (report["new"], [one["reason"] for one in report["refused"]]) == (1, ["damaged"])
    assert report["initiatives"][0].startswith("register-")
    assert "broken.pdf: damaged: " in err
