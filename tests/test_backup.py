"""Backup and restore: a round trip that loses nothing and brings nothing withdrawn back."""

from __future__ import annotations

import gzip
import json
import resource
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from children import run, swept
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import corpus.backup
import corpus.backup_file
import corpus.database
from corpus.backup import BackupError, backup, restore
from corpus.database import migrations
from corpus.model import Initiative, Passage, Source
from corpus.store import Store, StoreError


def initiative(id: str, words: str = "word") -> Initiative:
    return Initiative(
        id=id,
        title=id,
        language="en",
        summary="Summary.",
        kind="report",
        level="city",
        sources=(Source(f"https://example.org/{id}", "Page"),),
        recorded="2024-11-01",
        changed="2024-11-01",
        passages=(Passage(f"{words} {id}"),),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with three records, one of them withdrawn."""
    store_path = tmp_path / "data" / "store.sqlite3"
    with Store.open(store_path) as store:
        store.put(map(initiative, "abc"))
        store.withdraw("c", "asked", {})
    return store_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.gz"


State = tuple[list[Initiative], dict[str, str], dict[str, str]]


def state(path: Path) -> State:
    """Everything a store holds: records, reasons by withdrawn id and by withdrawn address."""
    with Store.open(path, create=False) as store:
        return (
            list(store.initiatives()),
            {id: gone.reason for id, gone in store.withdrawn().items()},
            {key: gone.reason for key, gone in store.withdrawn_urls().items()},
        )


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


# The round trip


def test_p05_a_backup_restores_all_that_cannot_be_built_anew(path: Path, file: Path) -> None:
    before = state(path)
    saved = backup(path, file)
    assert saved.counts == {
        "initiatives": 2,
        "passages": 2,
        "documents": 0,
        "versions": 0,
        "pages": 0,
        "crawls": 0,
        "withdrawn": 1,
        "withdrawn_urls": 1,
    }
    assert saved.size == file.stat().st_size
    assert saved.notes == ()
    shutil.rmtree(path.parent)
    restored = restore(file, path)
    assert restored.counts == saved.counts
    assert state(path) == before
    assert names(path.parent) == {"store.sqlite3"}
    with Store.open(path) as store:
        assert store.check() == []


def test_p05_a_store_in_use_is_backed_up_as_it_stands(path: Path, file: Path) -> None:
    before = state(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM record")
        backup(path, file)
        writer.execute("ROLLBACK")
    shutil.rmtree(path.parent)
    restore(file, path)
    assert state(path) == before


def test_p05_a_missing_store_is_an_empty_one_and_that_is_said(tmp_path: Path, file: Path) -> None:
    missing = tmp_path / "nowhere" / "store.sqlite3"
    saved = backup(missing, file)
    assert saved.notes == (f"There is no store at {missing} yet.",)
    assert not missing.parent.exists()
    restore(file, missing)
    assert state(missing) == ([], {}, {})


def test_p05_a_backup_can_be_read_without_this_program(path: Path, file: Path) -> None:
    backup(path, file)
    header, _, database = gzip.decompress(file.read_bytes()).partition(b"\n")
    assert json.loads(header)["schema"] == len(migrations())
    assert json.loads(header)["size"] == len(database)
    (path.parent / "copy").write_bytes(database)
    assert state(path.parent / "copy") == state(path)


def test_p05_only_the_owner_may_read_a_backup(path: Path, file: Path) -> None:
    backup(path, file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_p05_an_older_backup_is_replaced_only_by_a_whole_one(path: Path, file: Path) -> None:
    backup(path, file)
    first = file.read_bytes()
    with Store.open(path) as store:
        store.put([initiative("d")])
    files = {corpus.backup.__file__, corpus.backup_file.__file__}
    new = []
    for _ in swept(lambda: backup(path, file), files, step=3):
        new.append(file.read_bytes() != first)
        restore(file, path.parent / str(len(new)))
    assert new == sorted(new)
    backup(path, file)
    assert names(file.parent) == {"backup.gz", "data"}
    assert {False, True} == set(new)


def test_p05_a_disk_too_full_for_a_backup_is_said_and_the_older_one_stays(
    path: Path, file: Path
) -> None:
    backup(path, file)
    first = file.read_bytes()

    def backup_on_a_full_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        with pytest.raises((BackupError, StoreError), match=r"whole"):
            backup(path, file)

    run(backup_on_a_full_disk)
    assert file.read_bytes() == first
    assert names(file.parent) == {"backup.gz", "data"}


@pytest.mark.parametrize("target", ["nowhere/backup.gz", "data"])
def test_p05_a_place_that_cannot_be_written_is_said(
    path: Path, tmp_path: Path, target: str
) -> None:
    with pytest.raises(BackupError, match=f"^{tmp_path / target} can't be used: "):
        backup(path, tmp_path / target)
    assert names(tmp_path) == {"data"}


def test_p05_the_store_itself_is_no_place_for_its_backup(path: Path) -> None:
    with pytest.raises(BackupError, match="is the store itself"):
        backup(path, path.parent / ".." / "data" / path.name)


def test_p05_a_damaged_store_replaces_no_good_backup(path: Path, file: Path) -> None:
    backup(path, file)
    first = file.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE passage SET json = '{}'")
        connection.commit()
    with pytest.raises(StoreError, match=r"is damaged and was not backed up.*cityrights check"):
        backup(path, file)
    assert file.read_bytes() == first


# Restoring over a store


def test_p05_a_store_that_holds_records_is_replaced_only_by_force(path: Path, file: Path) -> None:
    backup(path, file)
    saved = state(path)
    with Store.open(path) as store:
        store.put([initiative("a", "changed"), initiative("d")])
    changed = state(path)
    with pytest.raises(BackupError, match=f"{path} holds 3 records.*--force"):
        restore(file, path)
    assert state(path) == changed
    restore(file, path, force=True)
    assert state(path) == saved
    assert b"changed a" not in path.read_bytes()


def test_p05_a_store_without_records_needs_no_force(path: Path, file: Path) -> None:
    backup(path, file)
    saved = state(path)
    with Store.open(path) as store:
        store._connection.execute("DELETE FROM record")
    restore(file, path)
    assert state(path) == saved


def test_p05_killed_while_restoring_the_store_is_the_old_or_the_new_one(
    path: Path, file: Path
) -> None:
    backup(path, file)
    new = state(path)
    with Store.open(path) as store:
        store.put([initiative("d")])
    old = state(path)
    content = path.read_bytes()
    files = {corpus.backup.__file__, corpus.backup_file.__file__}
    found = []
    for _ in swept(lambda: restore(file, path, force=True), files, step=3):
        found.append(state(path))
        assert found[-1] in (old, new)
        for beside in path.parent.glob("store.sqlite3-*"):
            beside.unlink()
        path.write_bytes(content)
    restore(file, path, force=True)
    assert names(path.parent) == {"store.sqlite3"}
    assert old in found
    assert new in found


def test_p05_a_store_in_use_is_not_restored_over(path: Path, file: Path) -> None:
    backup(path, file)
    with Store.open(path) as store:
        store.put([initiative("d")])
    before = state(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(corpus.backup, "WAIT", 0.0)
            with pytest.raises(StoreError, match="in use by another process"):
                restore(file, path, force=True)
    assert state(path) == before


# Damaged backups and stores


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def repacked(change: Callable[[bytes, bytes], bytes]) -> Callable[[Path], None]:
    """Damage that leaves the compression sound: header and database are changed."""

    def damage(file: Path) -> None:
        header, _, database = gzip.decompress(file.read_bytes()).partition(b"\n")
        file.write_bytes(gzip.compress(change(header, database), mtime=0))

    return damage


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (flipped, "is damaged"),
        (cut, "is damaged"),
        (repacked(lambda header, database: header + b"\n" + database[:-1]), "shorter than it says"),
        (
            repacked(lambda header, database: header + b"\n" + database + b"x"),
            "longer than it says",
        ),
        (repacked(lambda header, database: header + b"\n" + database[:-1] + b"x"), "its digest"),
        (repacked(lambda header, database: b"{}\n" + database), "is not a backup of cityrights"),
        (repacked(lambda header, database: b"x" * 99_999), "is not a backup of cityrights"),
        (
            repacked(lambda h, d: h.replace(b'"size":', b'"size":999999999999') + b"\n" + d),
            "shorter than it says",
        ),
        (
            repacked(lambda h, d: h.replace(b'"schema":', b'"schema":9') + b"\n" + d),
            "written by a newer version",
        ),
        (lambda file: file.write_bytes(b""), "is not a backup of cityrights"),
        (lambda file: file.write_bytes(b"PK\x03\x04"), "is not a backup of cityrights"),
        (lambda file: file.unlink(), "No such file"),
    ],
)
def test_p05_a_damaged_backup_is_said_before_anything_is_touched(
    path: Path, file: Path, damage: Callable[[Path], object], said: str
) -> None:
    backup(path, file)
    damage(file)
    before = path.read_bytes()
    with pytest.raises(BackupError) as error:
        restore(file, path, force=True)
    assert said in str(error.value)
    assert str(file) in str(error.value)
    assert path.read_bytes() == before
    assert names(path.parent) == {"store.sqlite3"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(position=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_p05_no_flipped_bit_of_a_backup_changes_what_is_restored(
    path: Path, file: Path, position: float, bit: int
) -> None:
    if not file.exists():
        backup(path, file)
    content = bytearray(file.read_bytes())
    content[int(position * len(content))] ^= 1 << bit
    damaged = file.with_name("damaged.gz")
    damaged.write_bytes(content)
    before = state(path)
    try:
        restore(damaged, path, force=True)
    except BackupError as error:
        assert str(damaged) in str(error)
    assert state(path) == before


def no_database(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def damaged_passages(path: Path) -> None:
    """Overwrite the pages of the passages, and only them."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        page = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'passage'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xa5" * size
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [no_database, nothing, damaged_passages])
def test_p05_a_damaged_store_is_set_aside_by_force_and_restored(
    path: Path, file: Path, damage: Callable[[Path], None]
) -> None:
    backup(path, file)
    saved = state(path)
    damage(path)
    content = path.read_bytes()
    with pytest.raises((BackupError, StoreError), match="--force"):
        restore(file, path)
    assert path.read_bytes() == content
    report = restore(file, path, force=True)
    assert state(path) == saved
    (aside,) = path.parent.glob("store.sqlite3.damaged-*")
    assert aside.read_bytes() == content
    assert aside.name in report.notes[0]


# P10


def test_p10_a_restore_brings_nothing_back_that_was_withdrawn_since(path: Path, file: Path) -> None:
    with Store.open(path) as store:
        store.put([initiative("d", "secret"), initiative("e", "hidden"), initiative("f")])
    backup(path, file)
    with Store.open(path) as store:
        store.withdraw("d", "a person asked", {})
        store.withdraw("https://example.org/e", "a court ruled", {})
        store.withdraw("c", "asked again", {})
    report = restore(file, path, force=True)
    assert report.notes == (
        "Not brought back, for it was withdrawn: 2 of the records and documents.",
    )
    records, ids, addresses = state(path)
    assert [record.id for record in records] == ["a", "b", "f"]
    assert ids == {"c": "asked again", "d": "a person asked", "e": "a court ruled"}
    assert set(addresses) == {f"example.org/{id}" for id in "cde"}
    content = b"".join(entry.read_bytes() for entry in path.parent.iterdir())
    assert b"secret" not in content
    assert b"hidden" not in content


def test_p10_of_two_reasons_the_later_stands_whichever_side_it_is_on(
    path: Path, file: Path
) -> None:
    backup(path, file)
    with Store.open(path) as store:
        store._connection.execute("UPDATE withdrawn_id SET reason = 'x', time = '2000'")
        store._connection.execute("UPDATE withdrawn_address SET reason = 'x', time = '2000'")
    restore(file, path, force=True)
    assert state(path)[1:] == ({"c": "asked"}, {"example.org/c": "asked"})
    with Store.open(path) as store:
        store._connection.execute("UPDATE withdrawn_id SET reason = 'x', time = '9999'")
        store._connection.execute("UPDATE withdrawn_address SET reason = 'x', time = '9999'")
    restore(file, path, force=True)
    assert state(path)[1:] == ({"c": "x"}, {"example.org/c": "x"})


def test_p10_what_a_damaged_store_still_tells_of_withdrawals_is_kept(
    path: Path, file: Path
) -> None:
    backup(path, file)
    with Store.open(path) as store:
        store.withdraw("a", "asked since", {})
    damaged_passages(path)
    report = restore(file, path, force=True)
    assert "What it held of withdrawals was kept." in report.notes[0]
    records, ids, _ = state(path)
    assert [record.id for record in records] == ["b"]
    assert ids == {"a": "asked since", "c": "asked"}


def test_p04_a_backup_of_an_older_schema_is_migrated(
    path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(path, file)
    saved = state(path)
    shutil.rmtree(path.parent)
    newer = [*migrations(), "CREATE TABLE more (id TEXT);"]
    monkeypatch.setattr(corpus.database, "migrations", lambda: newer)
    monkeypatch.setattr(corpus.backup_file, "migrations", lambda: newer)
    restore(file, path)
    assert state(path) == saved
