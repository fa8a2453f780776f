"""Documents in the store: versions, what is gone, what belongs where, and that nothing is lost."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from children import swept
from msgspec.structs import replace

import corpus.database
import corpus.document_rows
import corpus.store
from corpus.backup import backup, restore
from corpus.database import APPLICATION_ID, migrations
from corpus.documents import Document, Section, Version, document_id, text_digest
from corpus.model import Initiative, Passage, Source
from corpus.store import Store, StoreError, WithdrawnError


def document(
    text: str = "Some words.",
    key: str = "example.org/a.pdf",
    day: str = "2026-01-01",
    **more: object,
) -> Document:
    version = Version(
        first_seen=day,
        last_seen=day,
        sha256_bytes=text_digest(f"bytes of {text}"),
        sha256_text=text_digest(text),
        extractor="e1",
        title="Title",
        language="en",
        sections=(Section("One", 1, 0, len(text), page=1),),
        pages=(0,),
        text=text,
    )
    found = Document(
        id=document_id(key),
        key=key,
        name="a.pdf",
        media_type="application/pdf",
        url=f"https://{key}",
        initiative="here",
        attached="address",
        versions=(version,),
    )
    return replace(found, **more)


def record(id: str = "made") -> Initiative:
    return Initiative(
        id=id,
        title="Made",
        language="en",
        summary="Some words.",
        kind="report",
        level="international",
        sources=(Source("https://example.org/a.pdf", "Page"),),
        recorded="2026-01-01",
        changed="2026-01-01",
        provisional=True,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.sqlite3"


def see(path: Path, *documents: Document) -> list[str]:
    with Store.open(path) as store:
        return [store.see(one) for one in documents]


def stored(path: Path, id: str = document().id) -> Document | None:
    with Store.open(path, create=False) as store:
        assert store.check() == []
        return store.document(id)


def files_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


# Versions


def test_a_document_comes_back_as_it_was_put(path: Path) -> None:
    assert see(path, document()) == ["new"]
    assert stored(path) == document()


def test_an_unchanged_text_moves_only_the_day_it_was_last_seen(path: Path) -> None:
    outcomes = see(path, document(), document(day="2026-03-01"), document(day="2026-02-01"))
    assert outcomes == ["new", "unchanged", "unchanged"]
    found = stored(path)
    assert found is not None
    (version,) = found.versions
    assert (version.first_seen, version.last_seen) == ("2026-01-01", "2026-03-01")


def test_a_changed_text_makes_a_version_and_so_does_its_return(path: Path) -> None:
    one, other = document("One."), document("Other.", day="2026-02-01")
    again = document("One.", day="2026-03-01")
    assert see(path, one, other, again) == ["new", "changed", "changed"]
    found = stored(path)
    assert found is not None
    assert [version.number for version in found.versions] == [1, 2, 3]
    assert [version.text for version in found.versions] == ["One.", "Other.", "One."]


def test_the_same_bytes_read_better_are_no_new_version(path: Path) -> None:
    see(path, document("Badly read."))
    better = replace(
        document("Well read.").versions[0],
        sha256_bytes=document("Badly read.").versions[0].sha256_bytes,
        extractor="e2",
    )
    assert see(path, document(versions=(better,))) == ["changed"]
    found = stored(path)
    assert found is not None
    assert [(version.text, version.extractor) for version in found.versions] == [
        ("Well read.", "e2")
    ]


def test_a_visit_that_says_less_takes_nothing_away(path: Path) -> None:
    see(path, document(licence="CC0", publisher="City"))
    see(path, document(initiative=None, attached=None))
    found = stored(path)
    assert found is not None
    assert (found.licence, found.publisher) == ("CC0", "City")
    assert (found.initiative, found.attached) == ("here", "address")


def test_gone_twice_in_a_row_is_no_longer_available_until_it_is_back(path: Path) -> None:
    see(path, document())
    id = document().id
    with Store.open(path) as store:
        store.lose(id, "2026-02-01")
        assert (store.document(id) or document()).gone == ("2026-02-01",)
        store.lose(id, "2026-03-01")
        store.lose(id, "2026-04-01")
        assert (store.document(id) or document()).gone == ("2026-02-01", "2026-03-01")
        assert (store.document(id) or document()).newest.text == "Some words."
        store.see_again([id], "2026-05-01")
        assert (store.document(id) or document()).gone == ()
        store.lose(id, "2026-06-01")
        store.see(document(day="2026-07-01"))
        assert (store.document(id) or document()).gone == ()


def test_documents_are_found_by_their_initiative_and_moved(path: Path) -> None:
    see(path, document(), document("Else.", "example.org/b.pdf"))
    with Store.open(path) as store:
        assert len(store.documents_of(["here"])) == 2
        store.attach(document().id, "there", "proposed")
        assert [one.attached for one in store.documents_of(["there", "nowhere"])] == ["proposed"]
        assert store.initiatives_with_documents() == {"here", "there"}
        with pytest.raises(StoreError, match="There is no document 'nothing'"):
            store.attach("nothing", "there", "confirmed")


def test_a_text_that_is_no_text_is_refused_whole(path: Path) -> None:
    with Store.open(path) as store:
        with pytest.raises(StoreError, match="not valid text"):
            store.see(document("\ud800"))
        assert store.counts()["documents"] == 0


def test_check_names_a_text_that_was_altered(path: Path) -> None:
    see(path, document())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE version SET text = 'forged'")
    with Store.open(path, create=False) as store:
        (fault,) = store.check()
    assert f"document '{document().id}', version 1, is not as it was written" in fault


def test_p04_killed_before_any_line_a_document_is_whole_or_not_there(path: Path) -> None:
    files = {corpus.store.__file__, corpus.database.__file__, corpus.document_rows.__file__}
    see(path, document("One."))
    new = document("Other.", initiative="made", attached="confirmed", day="2026-02-01")

    def action() -> None:
        with Store.open(path) as store:
            store.see(new, record())

    for _ in swept(action, files, step=3):
        with Store.open(path, create=False) as store:
            found = store.document(new.id)
            assert found is not None
            assert (len(found.versions), store.ids()) in ((1, set()), (2, {"made"}))
            assert store.check() == []
            whole = len(found.versions) == 2
        if whole:
            path.unlink()
            see(path, document("One."))


# P4: older schemas


def test_p04_records_of_the_first_schema_are_migrated_whole(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(migrations()[0])
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
    with Store.open(path) as store:  # what the first version of the program wrote
        before = replace(record("old"), passages=(Passage("words", heading="H"),))
        store.put([before])
    as_json = '{"id":"older","title":"T","language":"en","summary":"s","kind":"law","level":"city"'
    as_json += ',"sources":[],"recorded":"","changed":""}'
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO record (id, json, recorded, changed, digest) VALUES (?, ?, ?, ?, x'00')",
            ("older", as_json, "2024-01-01", "2024-01-02"),
        )
    with Store.open(path) as store:
        assert store.see(document(), replace(record(), sources=())) == "new"
        found = {one.id: one for one in store.initiatives()}
    assert found["old"] == before
    assert found["older"].recorded == "2024-01-01"
    assert set(found) == {"made", "old", "older"}


def test_p04_documents_of_the_second_schema_are_migrated_whole(path: Path, tmp_path: Path) -> None:
    """Pages and crawls came with the third; a backup taken before it is restored as well."""
    filled(path)
    before = state(path)
    older = tmp_path / "older" / "store.sqlite3"
    older.parent.mkdir()
    with closing(sqlite3.connect(older, isolation_level=None)) as connection:
        for script in migrations()[:2]:
            connection.executescript(script)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 2")
        connection.execute("ATTACH ? AS new", (str(path),))
        for table in ("document", "version", "record", "address", "passage"):
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}")  # noqa: S608
    content = older.read_bytes()
    with Store.open(older, create=False) as store:  # reading changes no byte
        assert list(store.initiatives()) == [one for one in before if isinstance(one, Initiative)]
    assert older.read_bytes() == content
    backup(older, tmp_path / "b.gz")
    assert older.read_bytes() == content
    with Store.open(older) as store:
        assert store.check() == []
        assert (store.counts()["pages"], store.counts()["versions"]) == (0, 3)
    assert state(older) == before
    restore(tmp_path / "b.gz", path, force=True)
    assert state(path) == before


# P5 and P10


def state(path: Path) -> list[Document | Initiative]:
    with Store.open(path, create=False) as store:
        ids = store.initiatives_with_documents()
        return [*store.documents_of(ids), *store.initiatives()]


def filled(path: Path) -> None:
    see(path, document("Old secret."), document("New secret.", day="2026-02-01"))
    other = document("Else.", "example.org/b.pdf", initiative="made", attached="confirmed")
    with Store.open(path) as store:
        store.see(other, replace(record(), sources=(Source("https://example.org/b.pdf", "B"),)))
        store.lose(other.id, "2026-03-01")


def test_p05_documents_and_versions_are_backed_up_and_restored(path: Path, tmp_path: Path) -> None:
    filled(path)
    before = state(path)
    saved = backup(path, tmp_path / "b.gz")
    assert (saved.counts["documents"], saved.counts["versions"]) == (2, 3)
    shutil.rmtree(path.parent)
    assert restore(tmp_path / "b.gz", path).counts == saved.counts
    assert state(path) == before
    assert len(before) == 3
    with Store.open(path) as store:
        assert store.record_of(document_id("example.org/b.pdf")) is not None
        assert store.check() == []


@pytest.mark.parametrize("what", [document().id, "https://example.org/a.pdf", "here"])
def test_p10_a_withdrawn_document_is_gone_to_the_last_byte_and_stays_away(
    path: Path, tmp_path: Path, what: str
) -> None:
    filled(path)
    backup(path, tmp_path / "b.gz")
    bundled = {"here": record("here")}
    with Store.open(path) as store:
        done = store.withdraw(what, "asked", bundled)
        assert document().id in done.ids
        assert done.cleared
    assert b"secret" not in files_of(path)
    copy = document("New secret.", "elsewhere.org/copy.pdf", initiative="there")
    with Store.open(path) as store:
        for again in (document("Quite new."), document("Old secret."), copy):
            with pytest.raises(WithdrawnError, match=r"was withdrawn \(asked\)"):
                store.see(again)
    report = restore(tmp_path / "b.gz", path, force=True)
    assert "withdrawn" in report.notes[0]
    assert b"secret" not in files_of(path)
    with Store.open(path) as store:
        assert store.document(document().id) is None
        assert store.check() == []


def test_p10_a_record_goes_with_the_document_it_was_made_of(path: Path, tmp_path: Path) -> None:
    filled(path)
    backup(path, tmp_path / "b.gz")
    made_of = document_id("example.org/b.pdf")
    with Store.open(path) as store:
        store.attach(document().id, "made", "confirmed")
        done = store.withdraw(made_of, "asked", {})
        assert done.ids == (made_of, "made")
        assert store.record("made") is None
        left = store.document(document().id)
        assert left is not None
        assert (left.initiative, left.attached) == (None, None)
        assert store.check() == []
    restore(tmp_path / "b.gz", path, force=True)
    with Store.open(path) as store:
        assert store.ids() == set()
        assert store.document(made_of) is None


def test_p10_one_source_among_others_is_withdrawn_where_it_was_read(path: Path) -> None:
    see(path, document())
    sources = (Source("https://example.org/a.pdf", "A"), Source("https://example.org/x", "X"))
    bundled = {"here": replace(record("here"), sources=sources)}
    with Store.open(path) as store:
        done = store.withdraw("https://example.org/a.pdf", "asked", bundled)
        assert done.ids == (document().id,)
        assert "here" not in store.withdrawn()
        with pytest.raises(WithdrawnError):
            store.see(document("New words."))


def test_a_store_with_documents_alone_is_replaced_only_by_force(path: Path, tmp_path: Path) -> None:
    backup(path, tmp_path / "b.gz")
    see(path, document())
    with pytest.raises(Exception, match=r"holds 1 document, which.*--force"):
        restore(tmp_path / "b.gz", path)
    assert stored(path) == document()
