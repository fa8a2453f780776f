"""The store: what was added and withdrawn outlives faults, and withdrawn stays withdrawn."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from children import become_nobody, folder_for_all, run, swept
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import corpus.database
import corpus.store
import corpus.withdrawal
from corpus.addresses import address_key
from corpus.database import APPLICATION_ID, migrate, migrations
from corpus.model import Initiative, Passage, Source
from corpus.store import Put, Store, StoreError

DAMAGED = "cityrights restore FILE --force"


def initiative(id: str = "a", *, url: str | None = None, words: str = "word") -> Initiative:
    return Initiative(
        id=id,
        title=f"Title of {id}",
        language="nl",
        summary="One. Two.",
        kind="report",
        level="city",
        sources=(Source(url or f"https://example.org/{id}", "Page"),),
        recorded="2024-11-01",
        changed="2024-11-01",
        provisional=True,
        passages=(Passage(f"{words} {id}", heading="Kop"), Passage("zweite", language="de")),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.sqlite3"


def stored(path: Path) -> list[Initiative]:
    with Store.open(path, create=False) as store:
        return list(store.initiatives())


def put(path: Path, *initiatives: Initiative) -> Put:
    with Store.open(path) as store:
        return store.put(initiatives)


def files_of(path: Path) -> bytes:
    """Every byte beside and in the store's file, whatever its name."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


# Putting and reading


def test_what_is_put_comes_back_by_id_with_its_passages(path: Path) -> None:
    assert put(path, initiative("b"), initiative("a")) == Put(new=2)
    assert stored(path) == [initiative("a"), initiative("b")]
    with Store.open(path) as store:
        assert store.check() == []
        assert store.counts() == {
            "initiatives": 2,
            "passages": 4,
            "documents": 0,
            "versions": 0,
            "pages": 0,
            "crawls": 0,
            "withdrawn": 0,
            "withdrawn_urls": 0,
        }


def test_the_same_record_again_stays_as_it_is(path: Path) -> None:
    put(path, initiative())
    later = replace(initiative(), recorded="2025-01-01", changed="2025-01-01")
    assert put(path, later) == Put(unchanged=1)
    assert stored(path) == [initiative()]


def test_another_record_of_the_same_id_replaces_and_keeps_the_day_it_came(path: Path) -> None:
    put(path, initiative())
    later = replace(
        initiative(url="https://example.org/new"),
        recorded="2025-01-01",
        changed="2025-01-01",
        passages=(Passage("another"),),
    )
    assert put(path, later) == Put(changed=1)
    assert stored(path) == [replace(later, recorded="2024-11-01")]
    with Store.open(path) as store:
        assert store.check() == []
        assert store.counts()["passages"] == 1


def test_all_or_nothing_is_put(path: Path) -> None:
    put(path, initiative("a"))

    def broken() -> Iterator[Initiative]:
        yield initiative("b")
        raise ValueError("line 2")

    with Store.open(path) as store:
        with pytest.raises(ValueError, match="line 2"):
            store.put(broken())
        assert store.counts()["initiatives"] == 1
        assert store.put([initiative("c")]) == Put(new=1)
    assert [i.id for i in stored(path)] == ["a", "c"]


def test_a_reader_sees_one_state_while_another_writes(path: Path) -> None:
    put(path, initiative("a"), initiative("b"))
    with Store.open(path, create=False) as reader:
        rows = reader.initiatives()
        first = next(rows)
        put(path, initiative("b", words="changed"), initiative("c"))
        assert [first, *rows] == [initiative("a"), initiative("b")]
    assert len(stored(path)) == 3


def test_a_missing_store_reads_as_empty_and_stays_missing(path: Path) -> None:
    with Store.open(path, create=False) as store:
        assert list(store.initiatives()) == []
        assert store.withdrawn() == {}
        assert store.withdrawn_urls() == {}
        assert set(store.counts().values()) == {0}
        assert store.check() == []
        with pytest.raises(StoreError, match="for reading only"):
            store.put([initiative()])
    assert not path.parent.exists()


ANY_TEXT = st.text(st.characters())
"""Lone surrogates too, which are no text."""


@given(ANY_TEXT, st.lists(ANY_TEXT))
def test_any_text_comes_back_as_it_was_or_is_refused(title: str, texts: list[str]) -> None:
    record = replace(initiative(), title=title, passages=tuple(map(Passage, texts)))
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path(":memory:"))
    with Store(Path(":memory:"), connection, True) as store:
        try:
            title.encode(), [text.encode() for text in texts]
        except UnicodeEncodeError:
            with pytest.raises(StoreError, match="not valid text"):
                store.put([record])
            assert list(store.initiatives()) == []
        else:
            store.put([record])
            assert list(store.initiatives()) == [record]
            assert store.check() == []


# P4: faults of the disk


def test_p04_every_connection_is_wal_synchronous_full_with_foreign_keys(path: Path) -> None:
    with Store.open(path) as store:
        connection = store._connection
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
            ("busy_timeout", 5000),
            ("user_version", len(migrations())),
            ("application_id", APPLICATION_ID),
        ):
            assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,), pragma


def test_p04_killed_before_any_line_a_commit_is_whole_or_not_there(path: Path) -> None:
    files = {corpus.store.__file__, corpus.database.__file__, corpus.withdrawal.__file__}
    old = [initiative("a"), initiative("b")]
    new = [initiative("a", words="new"), initiative("b"), initiative("c")]
    put(path, *old)
    found = []
    for _ in swept(lambda: put(path, *new), files):
        found.append(stored(path))
        assert found[-1] in (old, new)
        if found[-1] == new:
            path.unlink()
            put(path, *old)
    assert found.count(old) > 30
    assert found.count(new) > 0
    with Store.open(path) as store:
        assert store.check() == []


def test_p04_killed_while_the_store_is_made_the_next_one_makes_it(tmp_path: Path) -> None:
    files = {corpus.store.__file__, corpus.database.__file__}
    path = tmp_path / "data" / "store"
    for _ in swept(lambda: put(path, initiative()), files, step=7):
        put(path, initiative())
        assert stored(path) == [initiative()]
        path.unlink()


def test_p04_a_full_disk_is_said_and_loses_nothing(path: Path) -> None:
    put(path, initiative("a"))
    with Store.open(path) as store:
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match=f"disk is full: {path} can't grow.*Make room"):
            store.put([initiative("b", words="word " * 10_000)])
        assert list(store.initiatives()) == [initiative("a")]
    assert stored(path) == [initiative("a")]


def test_p04_a_disk_that_refuses_to_write_is_said_and_loses_nothing(path: Path) -> None:
    put(path, initiative("a"))

    def put_with_small_files() -> None:
        with Store.open(path) as store:
            resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
            with pytest.raises(StoreError, match=f"{path}.*was kept.*do it again"):
                store.put(initiative(str(n), words="word " * 10_000) for n in range(100))
            assert list(store.initiatives()) == [initiative("a")]

    run(put_with_small_files)
    assert stored(path) == [initiative("a")]


@pytest.mark.parametrize("left_open", [False, True])
def test_p04_a_read_only_folder_reads_and_says_why_it_does_not_write(left_open: bool) -> None:
    with folder_for_all() as folder:
        path = folder / "store.sqlite3"
        put(path, initiative())
        writer = Store.open(path) if left_open else None
        for file in folder.iterdir():
            file.chmod(0o444)
        folder.chmod(0o555)

        def read_then_write() -> None:
            become_nobody()
            assert stored(path) == [initiative()]
            with pytest.raises(StoreError, match=r"read-only|read and write it"):
                put(path, initiative("b"))
            with pytest.raises(StoreError, match="Permission denied"):
                put(folder / "other" / "store.sqlite3", initiative("b"))

        run(read_then_write)
        if writer:
            writer.close()
        assert stored(path) == [initiative()]


def truncated_to(size: int) -> Callable[[Path], None]:
    def truncate(path: Path) -> None:
        os.truncate(path, size)

    return truncate


def garbage(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        truncated_to(0),
        truncated_to(50),
        truncated_to(4096),
        truncated_to(10_000),
        garbage,
        overwritten,
    ],
    ids=["to nothing", "in the header", "to a page", "in a page", "garbage", "overwritten"],
)
def test_p04_a_damaged_store_is_said_with_the_way_back(
    path: Path, damage: Callable[[Path], None]
) -> None:
    put(path, *(initiative(str(number), words="word " * 500) for number in range(20)))
    damage(path)
    before = path.read_bytes()
    for attempt in (stored, lambda path: put(path, initiative("0", words="changed"))):
        with pytest.raises(StoreError) as error:
            attempt(path)
        assert str(path) in str(error.value)
        assert DAMAGED in str(error.value)
    assert path.read_bytes() == before


def test_p04_a_locked_store_is_said(path: Path) -> None:
    put(path, initiative())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Store.open(path, wait=0) as store:
            with pytest.raises(StoreError, match=f"{path} is in use by another process"):
                store.put([initiative("b")])
            assert list(store.initiatives()) == [initiative()]


def test_p04_a_folder_in_place_of_the_store_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    for attempt in (stored, put):
        with pytest.raises(StoreError, match=f"{path} can't be opened"):
            attempt(path)


def test_p04_a_database_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE places (url TEXT)")
        other.commit()
    before = path.read_bytes()
    for attempt in (stored, put):
        with pytest.raises(StoreError, match=f"{path} is a database of another program"):
            attempt(path)
    assert path.read_bytes() == before


# P4: migrations


def at_version(path: Path, version: int) -> None:
    """A store as an older version left it, made by the migrations up to there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for script in migrations()[:version]:
            connection.executescript(script)
        connection.execute(f"PRAGMA user_version = {version}")
        if version:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(
                "INSERT INTO withdrawn_id (id, reason, time) VALUES ('gone', 'why', '2024')"
            )


def layout(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2"
        ).fetchall()


@pytest.mark.parametrize("version", range(len(migrations()) + 1))
def test_p04_every_older_schema_is_migrated_with_what_it_holds(path: Path, version: int) -> None:
    at_version(path, version)
    before = path.read_bytes()
    with Store.open(path, create=False) as store:  # reading changes no byte
        assert set(store.withdrawn()) == ({"gone"} if version else set())
    assert path.read_bytes() == before
    with Store.open(path) as store:
        assert store.put([initiative()]) == Put(new=1)
        assert set(store.withdrawn()) == ({"gone"} if version else set())
        assert store.check() == []
    put(path.with_name("fresh"))
    assert layout(path) == layout(path.with_name("fresh"))


def test_p04_a_migration_that_fails_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path, initiative())
    broken = [*migrations(), "CREATE TABLE more (id TEXT); INSERT INTO nowhere VALUES (1);"]
    monkeypatch.setattr(corpus.database, "migrations", lambda: broken)
    before = layout(path)
    with pytest.raises(StoreError, match="no such table: nowhere"):
        put(path)
    assert layout(path) == before
    monkeypatch.undo()
    assert stored(path) == [initiative()]


def test_p04_a_migration_goes_on_from_the_version_it_finds(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path, initiative())
    more = "ALTER TABLE record ADD COLUMN extra TEXT; -- with a word; and another\n"
    scripts = [*migrations(), more]
    monkeypatch.setattr(corpus.database, "migrations", lambda: scripts)
    assert stored(path) == [initiative()]
    put(path, initiative("b"))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id, extra FROM record").fetchall() == [
            ("a", None),
            ("b", None),
        ]


def test_p04_a_store_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    put(path, initiative())
    newer = len(migrations()) + 1
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {newer}")
    for attempt in (stored, put):
        with pytest.raises(StoreError, match=rf"newer version of cityrights \(schema {newer};"):
            attempt(path)


# Check


def test_check_names_a_record_that_was_altered(path: Path) -> None:
    put(path, initiative("a"), initiative("b"), initiative("c"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE record SET json = '{}' WHERE id = 'a'")
        connection.execute("DELETE FROM passage WHERE record = 'b' AND number = 1")
        connection.execute("INSERT INTO passage VALUES ('nobody', 0, '{}')")
        connection.execute("INSERT INTO withdrawn_id VALUES ('c', 'why', '2024')")
        connection.commit()
    with Store.open(path, create=False) as store:
        said = "\n".join(store.check())
        with pytest.raises(StoreError, match="the record 'a' can't be read"):
            list(store.initiatives())
    for word in ("'a' is not as", "'b' is not as", "belongs to no record", "'c' is withdrawn"):
        assert word in said


def test_check_names_damage_that_opening_does_not_meet(path: Path) -> None:
    put(path, *(initiative(str(number), words="word " * 500) for number in range(20)))
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xa5" * 4096
    path.write_bytes(content)
    with Store.open(path, create=False) as store:
        assert store.check()


# P10: withdrawing


def bundled(id: str, *urls: str, aliases: tuple[str, ...] = ()) -> Initiative:
    sources = tuple(Source(url, "Page") for url in urls)
    return replace(initiative(id), sources=sources, aliases=aliases, provisional=False)


CATALOGUE = {
    i.id: i
    for i in (
        bundled(
            "helsinki", "https://hel.fi/register", "https://shared.org/report", aliases=("hel",)
        ),
        bundled("amsterdam", "https://amsterdam.nl/register"),
        bundled("nantes", "https://nantes.fr/charte", "https://shared.org/report"),
    )
}


def test_p10_a_withdrawn_record_is_gone_to_the_last_byte(path: Path) -> None:
    put(path, *(initiative(str(n), words=f"other{n} " * 300) for n in range(10)))
    put(path, initiative("a", words="secret " * 1000))
    put(path, initiative("a", words="secret again " * 900))
    assert b"secret" in files_of(path)
    with Store.open(path) as store:
        done = store.withdraw("a", "  A person\nasked. ", {})
        assert done.cleared
        assert b"secret" not in files_of(path)
    assert b"secret" not in files_of(path)
    assert (done.ids, done.urls, done.reason) == (
        ("a",),
        ("https://example.org/a",),
        "A person asked.",
    )
    assert len(stored(path)) == 10
    with Store.open(path) as store:
        assert store.check() == []
        assert set(store.withdrawn()) == {"a"}
        assert store.withdrawn()["a"].urls == ("https://example.org/a",)
        assert set(store.withdrawn_urls()) == {"example.org/a"}


def test_p10_what_was_withdrawn_is_not_put_again(path: Path) -> None:
    put(path, initiative("a"))
    with Store.open(path) as store:
        store.withdraw("a", "asked", {})
        for again in (
            initiative("a", url="https://example.org/x"),
            initiative("b", url="http://EXAMPLE.org/a/#top"),
        ):
            with pytest.raises(StoreError, match=r"was withdrawn \(asked\)"):
                store.put([initiative("c"), again])
        assert store.counts()["initiatives"] == 0


def test_p10_an_address_withdraws_every_imported_record_read_from_it(path: Path) -> None:
    put(
        path,
        initiative("a", url="https://example.org/x"),
        initiative("b", url="https://example.org/x/"),
        initiative("c"),
    )
    with Store.open(path) as store:
        done = store.withdraw("https://example.org/x", "asked", CATALOGUE)
        assert done.ids == ("a", "b")
        assert set(store.withdrawn()) == {"a", "b"}
    assert [i.id for i in stored(path)] == ["c"]


def test_p10_an_address_nobody_has_is_listed(path: Path) -> None:
    with Store.open(path) as store:
        done = store.withdraw("https://example.org/a", "asked", CATALOGUE)
        assert done.ids == ()
        assert done.urls == ("https://example.org/a",)
        with pytest.raises(StoreError, match="was withdrawn"):
            store.put([initiative("a")])


def test_p10_a_bundled_record_is_withdrawn_by_id_or_alias_with_its_own_addresses(
    path: Path,
) -> None:
    with Store.open(path) as store:
        done = store.withdraw("hel", "asked", CATALOGUE)
        assert done.ids == ("helsinki", "hel")
        # The report stays open to others: Nantes rests on it too.
        assert done.urls == ("https://hel.fi/register",)
        assert set(store.withdrawn()) == {"helsinki", "hel"}
        assert store.withdraw("nantes", "asked", CATALOGUE).urls == (
            "https://nantes.fr/charte",
            "https://shared.org/report",
        )


def test_p10_an_address_withdraws_a_bundled_record_that_rests_on_it_alone(path: Path) -> None:
    with Store.open(path) as store:
        assert store.withdraw("http://amsterdam.nl/register/", "asked", CATALOGUE).ids == (
            "amsterdam",
        )
        for url, named in (
            ("shared.org/report", "helsinki, nantes"),
            ("hel.fi/register", "helsinki"),
        ):
            with pytest.raises(StoreError, match=f"among others of: {named}.*by id"):
                store.withdraw(f"https://{url}", "asked", CATALOGUE)
        assert set(store.withdrawn()) == {"amsterdam"}


def test_p10_an_address_two_records_share_stays_open_for_the_other(path: Path) -> None:
    put(
        path,
        initiative("a", url="https://example.org/x"),
        initiative("b", url="https://example.org/x"),
    )
    with Store.open(path) as store:
        assert store.withdraw("a", "asked", {}).urls == ()
        assert store.put([initiative("b", url="https://example.org/x", words="new")]).changed == 1
        assert store.withdraw("b", "asked", {}).urls == ("https://example.org/x",)


def test_p10_withdrawing_again_gives_the_new_reason_and_keeps_the_addresses(path: Path) -> None:
    put(path, initiative("a"))
    with Store.open(path) as store:
        store.withdraw("a", "asked", {})
        store.withdraw("https://example.org/a", "a court ruled", {})
        store.withdraw("a", "a court ruled again", {})
        assert store.withdrawn()["a"].reason == "a court ruled again"
        assert store.withdrawn()["a"].urls == ("https://example.org/a",)
        assert store.withdrawn_urls()["example.org/a"].reason == "a court ruled"


def test_withdrawing_an_unknown_id_or_without_reason_is_said(path: Path) -> None:
    put(path, initiative("amsterdam-import"))
    with Store.open(path) as store:
        with pytest.raises(StoreError, match=r"no record 'amsterdan'\. Did you mean 'amsterdam'\?"):
            store.withdraw("amsterdan", "asked", CATALOGUE)
        with pytest.raises(StoreError, match="needs a reason"):
            store.withdraw("amsterdam", " \n", CATALOGUE)
        assert store.withdrawn() == {}


def test_p10_a_reader_in_between_is_told_by_cleared(path: Path) -> None:
    put(path, initiative("a", words="secret"), initiative("b"))
    with Store.open(path, create=False) as reader, Store.open(path, wait=0) as store:
        rows = reader.initiatives()
        next(rows)
        assert not store.withdraw("a", "asked", {}).cleared
        assert [i.id for i in rows] == ["b"]
        assert store.withdraw("a", "asked", {}).cleared
        assert b"secret" not in files_of(path)


def test_p10_killed_while_withdrawing_the_record_is_there_or_gone(path: Path) -> None:
    files = {corpus.store.__file__, corpus.database.__file__, corpus.withdrawal.__file__}

    def withdraw() -> None:
        with Store.open(path) as store:
            store.withdraw("a", "asked", {})

    put(path, initiative("a", words="secret"), initiative("b"))
    for _ in swept(withdraw, files):
        with Store.open(path, create=False) as store:
            there = [i.id for i in store.initiatives()]
            gone = set(store.withdrawn())
        assert (there, gone) in ((["a", "b"], set()), (["b"], {"a"}))
        if gone:
            withdraw()
            assert b"secret" not in files_of(path)
            path.unlink()
            put(path, initiative("a", words="secret"), initiative("b"))


# Addresses


@pytest.mark.parametrize(
    "other",
    ["http://example.org/Aé", "HTTPS://EXAMPLE.ORG:443/A%C3%A9/", " https://example.org/Aé#part"],
)
def test_spellings_of_one_address_have_one_key(other: str) -> None:
    assert address_key(other) == address_key("https://example.org/Aé")


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/aé",
        "https://example.org:8080/Aé",
        "https://example.org/Aé?page=2",
        ">-",
    ],
)
def test_other_addresses_have_other_keys(other: str) -> None:
    assert address_key(other) != address_key("https://example.org/Aé")


@given(ANY_TEXT)
def test_every_text_has_a_key(text: str) -> None:
    assert isinstance(address_key(text), str)
    with suppress(ValueError):
        assert address_key(f"https://example.org/{text}") == address_key(
            f"http://example.org/{text}"
        )
