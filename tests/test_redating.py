"""Days on which sources were seen come into the index without building it anew."""

from __future__ import annotations

import errno
import resource
from pathlib import Path

import pytest
from children import run
from msgspec.structs import replace
from small_corpora import make, make_corpus

from corpus.documents import Attached, Document, Version, text_digest
from corpus.model import Source
from corpus.store import Store
from indexer.embedded import EmbeddedEngine
from indexer.engine import IndexedDocument
from indexer.generation import MANIFEST, IndexFault, current, new_generation, open_current
from indexer.redating import REWRITTEN
from search_app.indexing import is_behind, rebuild, redate
from search_app.settings import Settings

OWNER = "lisbon-charter"
ADDRESS = "https://example.pt/charter"
FIRST, LATER = "2026-11-28", "2026-12-05"


def document(url: str, text: str, day: str, attached: Attached = "address") -> Document:
    version = Version(
        first_seen=day,
        last_seen=day,
        sha256_bytes=text_digest(f"<{text}>"),
        sha256_text=text_digest(text),
        extractor="1",
        title="Charter",
        language="en",
        text=text,
    )
    return Document(
        id=text_digest(url)[:16],
        key=url.removeprefix("https://"),
        url=url,
        name="charter",
        media_type="text/html",
        initiative=OWNER,
        attached=attached,
        versions=(version,),
    )


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An index of one initiative whose source was read, with two versions of its text."""
    sources = (Source(ADDRESS, "Charter"), Source("https://example.pt/other", "Other"))
    record = make(OWNER, sources=sources)
    corpus = make_corpus(record)
    monkeypatch.setattr("corpus.catalogue.load_bundled", lambda: corpus)
    settings = Settings(data=tmp_path)
    with Store.open(settings.store) as store:
        store.see(document(ADDRESS, "Rights of everybody.", "2026-11-21"))
        store.see(document(ADDRESS, "Rights of everybody and wombats.", FIRST))
    rebuild(settings, None, lambda sentence: None)
    return settings


def see_again(settings: Settings, day: str) -> None:
    with Store.open(settings.store) as store:
        store.see_again([document(ADDRESS, "", day).id], day)


def opened(settings: Settings) -> EmbeddedEngine:
    return open_current(settings.index, lambda folder, _: EmbeddedEngine.open(folder))


def shown(engine: EmbeddedEngine) -> tuple[str | None, str, str]:
    """The day a source was seen: of the record, of the list of documents, of the text."""
    record = engine.initiative(OWNER)
    (found,) = engine.documents(OWNER, most=9)
    assert isinstance(found, IndexedDocument)
    text = engine.version(found.id, found.newest.number)
    assert text is not None
    return record.sources[0].seen, found.newest.last_seen, text.last_seen  # type: ignore[union-attr]


def test_p14_a_source_seen_again_is_shown_with_the_day_though_nothing_changed(
    settings: Settings,
) -> None:
    before = opened(settings)
    see_again(settings, LATER)
    assert not is_behind(settings)
    assert redate(settings, print)
    after = opened(settings)
    assert shown(after) == (LATER,) * 3
    assert after.status.generation != before.status.generation
    assert shown(before) == (FIRST,) * 3  # whoever holds it goes on with what it was
    (found,) = after.documents(OWNER, most=9)
    assert isinstance(found, IndexedDocument)
    assert [v.last_seen for v in found.versions] == ["2026-11-21", LATER]
    assert found.change == before.documents(OWNER, most=9)[0].change  # type: ignore[union-attr]
    assert not is_behind(settings)
    assert not redate(settings, print)


def test_only_what_has_days_is_written_anew(settings: Settings) -> None:
    old = current(settings.index)
    see_again(settings, LATER)
    redate(settings, print)
    new = current(settings.index)
    assert old is not None and new is not None
    names = {path.relative_to(old).as_posix() for path in old.rglob("*") if path.is_file()}
    assert {path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file()} == names
    own = {name for name in names if not (old / name).samefile(new / name)}
    assert own == {*REWRITTEN, MANIFEST}


def test_a_file_system_without_links_gets_copies(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", unknown)
    see_again(settings, LATER)
    assert redate(settings, print)
    assert shown(opened(settings)) == (LATER,) * 3


def test_an_index_that_lacks_more_than_days_is_left_to_be_built(settings: Settings) -> None:
    folder = current(settings.index)
    with Store.open(settings.store) as store:
        store.lose(document(ADDRESS, "", LATER).id, LATER)
    assert is_behind(settings)
    assert not redate(settings, print)
    assert current(settings.index) == folder


@pytest.mark.parametrize("missed", [1, 2])
def test_a_document_missed_once_or_twice_or_back_again_makes_the_index_anew(
    settings: Settings, missed: int
) -> None:
    id = document(ADDRESS, "", FIRST).id
    days = [LATER, "2026-12-12"][:missed]
    for day in days:
        with Store.open(settings.store) as store:
            store.lose(id, day)
        assert is_behind(settings)
        rebuild(settings, None, lambda sentence: None)
        assert not is_behind(settings)
    (found,) = opened(settings).documents(OWNER, most=9)
    assert found.gone == tuple(days)
    see_again(settings, "2026-12-19")
    assert is_behind(settings)


def test_a_licence_that_a_visit_brought_makes_the_index_anew(settings: Settings) -> None:
    again = document(ADDRESS, "Rights of everybody and wombats.", LATER)
    with Store.open(settings.store) as store:
        store.see(replace(again, licence="CC-BY-4.0"))
    assert is_behind(settings)


@pytest.mark.parametrize("largest", [50, 1_000, 3_000])
@pytest.mark.parametrize("action", ["rebuild", "redate"])
def test_p01_a_full_disk_while_files_are_written_is_said_and_the_old_index_serves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, action: str, largest: int
) -> None:
    old = current(settings.index)
    see_again(settings, LATER)

    def full_from_now_on(index: Path) -> Path:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        return new_generation(index)

    def write_on_a_full_disk() -> None:
        monkeypatch.setattr("indexer.generation.new_generation", full_from_now_on)
        with pytest.raises(IndexFault, match=r"can't be written: .*unchanged.*cityrights index"):
            rebuild(settings, None, print) if action == "rebuild" else redate(settings, print)

    run(write_on_a_full_disk)
    assert current(settings.index) == old
    assert [entry for entry in settings.index.iterdir() if entry.is_dir()] == [old]
    assert redate(settings, print)


def test_damage_is_not_carried_over_as_if_it_were_whole(settings: Settings) -> None:
    old = current(settings.index)
    assert old is not None
    damaged = old / "documents" / "texts.json"
    damaged.write_bytes(damaged.read_bytes().replace(b"wombats", b"quokkas"))
    see_again(settings, LATER)
    with pytest.raises(IndexFault, match=r"texts\.json is not as it was written"):
        redate(settings, print)
    assert current(settings.index) == old
    assert [entry for entry in settings.index.iterdir() if entry.is_dir()] == [old]
