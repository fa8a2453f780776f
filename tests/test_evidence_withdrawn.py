"""What was withdrawn leaves pages, visits, WARC files and what is restored."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import zlib
from pathlib import Path

import pytest
from children import run, swept
from made_evidence import exchange, packed, read, record, written
from msgspec.structs import replace
from test_crawls import begun, kept, new_visit, next_id, page
from test_stored_documents import document
from test_stored_documents import record as made_record
from test_warc import NAME, checked, numbered

import crawlers.warc.removing
from corpus.backup import backup, restore
from corpus.crawls import Crawls
from corpus.model import Initiative
from corpus.pages import Done, Keeping
from corpus.store import Store
from crawlers.crawl_lock import CrawlLock
from crawlers.warc import EvidenceError, EvidenceWriter
from crawlers.warc.removing import Removal, remove_withdrawn
from search_app.cli import main

SECRET = exchange("secret", b"<p>Very secret.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.sqlite3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "warc"


def withdrawn(path: Path, folder: Path, *urls: str) -> Removal:
    with Store.open(path) as store:
        for url in urls or (SECRET.url,):
            store.withdraw(url, "asked", {})
        return remove_withdrawn(folder, Crawls(store))


def unpacked(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in folder.rglob("*.gz"))


def committed(path: Path, lengths: dict[str, int]) -> int:
    """Note how much of files a crawl committed; the crawl's number."""
    with Store.open(path) as store:
        crawls, crawl = begun(store)
        crawls.keep(crawl, [], lengths)
    return crawl


def test_p10_records_of_a_withdrawn_address_leave_every_file(path: Path, folder: Path) -> None:
    others = [exchange("a"), exchange("b"), exchange("secretive")]
    again = replace(SECRET, url="http://EXAMPLE.org/secret/", time="2026-11-02T00:00:00Z")
    not_modified = replace(SECRET, status_line=b"HTTP/1.1 304 Not Modified", body=b"")
    written(folder, [others[0], SECRET, others[1], not_modified])
    written(folder, [again, others[2]], crawl=2)
    written(folder, [exchange("c")], crawl=3)
    untouched = folder / NAME.replace("000001", "000003")
    before = untouched.stat().st_mtime_ns
    removal = withdrawn(path, folder)
    assert removal == Removal(6, (NAME, NAME.replace("000001", "000002")))
    assert b"secret\r" not in unpacked(folder)
    assert b"Very secret" not in unpacked(folder)
    assert read(folder) == ([*others, exchange("c")], [])
    assert untouched.stat().st_mtime_ns == before
    checked(folder)
    assert withdrawn(path, folder) == Removal()


def test_p10_a_file_in_which_nothing_is_left_goes(path: Path, folder: Path) -> None:
    crawl = committed(path, written(folder, [SECRET]))
    assert withdrawn(path, folder).files == (NAME,)
    assert not list(folder.glob("*.gz"))
    with Store.open(path) as store:
        assert Crawls(store).evidence(crawl) == {}


def test_p10_a_copy_of_a_withdrawn_document_leaves_the_files_however_it_was_packed(
    path: Path, folder: Path
) -> None:
    kept(path)
    of_bytes = b"bytes of Some words."
    bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packings = {
        b"gzip": gzip.compress(of_bytes),
        b"deflate": zlib.compress(of_bytes),
        b"Deflate": bare.compress(of_bytes) + bare.flush(),
        b"br": bytes.fromhex("8b09806279746573206f6620536f6d6520776f7264732e03"),
        b"zstd": bytes.fromhex("28b52ffd2014a100006279746573206f6620536f6d6520776f7264732e"),
        b"deflate, gzip": gzip.compress(zlib.compress(of_bytes)),
    }
    copies = [
        exchange(f"mirror{number}", body, response_headers=((b"Content-Encoding", coding),))
        for number, (coding, body) in enumerate(packings.items())
    ]
    written(folder, [exchange("mirror", of_bytes), *copies, exchange("a")])
    assert withdrawn(path, folder, document().id).records == 1 + len(copies)
    assert [one.url for one in read(folder)[0]] == ["https://example.org/a"]


def test_p10_a_redirect_that_leads_there_stays(path: Path, folder: Path) -> None:
    moved = exchange(
        "old",
        b"",
        status_line=b"HTTP/1.1 301 Moved Permanently",
        response_headers=((b"Location", b"https://example.org/secret"),),
    )
    written(folder, [moved, SECRET])
    withdrawn(path, folder)
    assert read(folder) == ([moved], [])


def test_p10_what_can_not_be_read_goes_and_that_is_said(path: Path, folder: Path) -> None:
    written(folder, [exchange("a"), exchange("b")])
    file = folder / NAME
    content = file.read_bytes()
    file.write_bytes(content + b"\x1f\x8b\x08torn secret")
    removal = withdrawn(path, folder)
    assert file.read_bytes() == content
    (note,) = removal.notes
    assert note.startswith(f"What can't be read was left out of {NAME}: {file}, byte")


def test_p10_records_packed_as_one_are_said_to_need_packing_anew(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    one = record("response", b"HTTP/1.1 200 OK\r\n\r\nwords", url=SECRET.url)
    (folder / "a.warc.gz").write_bytes(packed(one + one))
    (note,) = withdrawn(path, folder).notes
    assert "packed as one" in note
    assert "warcio recompress" in note


def test_p10_plain_files_are_cleared_as_well(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.warc").write_bytes(
        b"".join(
            record("response", b"HTTP/1.1 200 OK\r\n\r\nwords", url=f"https://example.org/{name}")
            for name in ("a", "secret", "b")
        )
    )
    assert withdrawn(path, folder).records == 1
    assert [one.url[-1] for one in read(folder)[0]] == ["a", "b"]


def test_p10_while_a_crawl_writes_it_is_refused_and_the_withdrawal_stands(
    path: Path, folder: Path
) -> None:
    written(folder, [SECRET])
    with (
        EvidenceWriter(folder, 2),
        pytest.raises(EvidenceError, match=r"A crawl writes evidence.*do this again"),
    ):
        withdrawn(path, folder)
    with Store.open(path) as store:
        assert Crawls(store).is_withdrawn("example.org/secret")
        assert remove_withdrawn(folder, Crawls(store)).records == 2


def test_p10_an_interrupted_crawl_goes_on_after_records_were_taken_out(
    path: Path, folder: Path
) -> None:
    with EvidenceWriter(folder, 1) as writer:
        for each in (exchange("a"), SECRET, exchange("b")):
            writer.append(each)
        crawl = committed(path, writer.sync())
        writer.append(exchange("never committed"))
    assert crawl == 1
    withdrawn(path, folder)
    with Store.open(path) as store:
        lengths = Crawls(store).evidence(crawl)
    with EvidenceWriter.resume(folder, crawl, lengths) as writer:
        assert writer.notes == ()
        writer.append(exchange("c"))
        writer.sync()
    assert read(folder) == ([exchange("a"), exchange("b"), exchange("c")], [])
    checked(folder)


def test_p10_killed_before_any_line_each_file_is_the_old_or_the_new_one(
    path: Path, folder: Path
) -> None:
    exchanges = [exchange("a"), SECRET, exchange("b")]
    lengths = written(folder, exchanges)
    crawl = committed(path, lengths)
    with Store.open(path) as store:
        store.withdraw(SECRET.url, "asked", {})
    file = folder / NAME
    content, store_content = file.read_bytes(), path.read_bytes()

    def action() -> None:
        with Store.open(path) as store:
            remove_withdrawn(folder, Crawls(store))

    seen = set()
    for _ in swept(action, {crawlers.warc.removing.__file__}):
        found, faults = read(folder)
        assert faults == []
        assert found in (exchanges, [exchanges[0], exchanges[2]])
        with Store.open(path) as store:
            length = Crawls(store).evidence(crawl)[NAME]
        # Never a length that would cut a record of the file that is there.
        assert length in (lengths[NAME], file.stat().st_size)
        assert length >= file.stat().st_size
        seen.add((len(found), length == file.stat().st_size))
        action()
        assert read(folder) == ([exchanges[0], exchanges[2]], [])
        assert {one.name for one in folder.iterdir()} == {NAME, ".lock"}
        file.write_bytes(content)
        for beside in path.parent.glob("store.sqlite3-*"):
            beside.unlink()
        path.write_bytes(store_content)
    assert seen == {(3, True), (2, False), (2, True)}


def test_p10_a_full_disk_is_said_and_the_file_stays_whole(path: Path, folder: Path) -> None:
    noise = b"".join(f"{n * 7919 % 104729}".encode() for n in range(40_000))
    written(folder, [exchange("a", noise), SECRET])
    content = (folder / NAME).read_bytes()
    withdrawn(path, folder.with_name("elsewhere"))

    def remove_with_small_files() -> None:
        with Store.open(path, create=False) as store:
            resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
            with pytest.raises(EvidenceError, match="left half rewritten"):
                remove_withdrawn(folder, Crawls(store))

    run(remove_with_small_files)
    assert (folder / NAME).read_bytes() == content
    assert {one.name for one in folder.iterdir()} == {NAME, ".lock"}


# The commands


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return ended.value.code, out, err


def test_p10_the_command_clears_evidence_or_says_that_a_crawl_writes_it(
    path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(folder, [SECRET, exchange("a")])
    words = ("withdraw", SECRET.url, "--reason", "asked", "--data", str(path.parent))
    with EvidenceWriter(folder, 2):
        code, out, err = ran(capsys, *words)
    assert (code, out) == (1, f"withdrawn: {SECRET.url}\n")
    assert "A crawl writes evidence" in err
    assert b"Very secret" in unpacked(folder)
    code, out, err = ran(capsys, *words, "--json")
    assert code == 0
    assert json.loads(out)["evidence"] == {"records": 2, "files": [NAME], "notes": []}
    assert "2 records taken out of 1 WARC file." in err
    assert read(folder) == ([exchange("a")], [])


def test_p10_restoring_clears_evidence_of_what_only_the_backup_knows_as_withdrawn(
    path: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other, file = tmp_path / "other" / "store.sqlite3", tmp_path / "b.gz"
    withdrawn(other, folder)
    backup(other, file)
    written(folder, [SECRET, exchange("a")])
    words = ("restore", str(file), "--data", str(path.parent))
    with CrawlLock(path.parent):
        code, out, err = ran(capsys, *words)
    assert (code, out) == (1, "")
    assert "A crawl into" in err
    assert not path.exists()
    code, out, err = ran(capsys, *words)
    assert code == 0
    assert "2 records taken out of 1 WARC file." in err
    assert read(folder) == ([exchange("a")], [])


def test_a_crawl_that_died_is_told_of_by_the_next(path: Path) -> None:
    def die() -> None:
        with CrawlLock(path.parent):
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(AssertionError):
        run(die)
    with CrawlLock(path.parent) as lock:
        assert (lock.note or "").startswith("A crawl by process ")
    with CrawlLock(path.parent) as lock:
        assert lock.note is None


# Pages and visits


def test_p10_pages_and_visits_of_what_was_withdrawn_are_gone_to_the_last_byte(path: Path) -> None:
    copy = page("https://example.org/copy", title="Hushed copy")
    other = page(
        "https://example.org/other", title="Other", document=None, proposal=page().proposal
    )
    kept(path, page(title="Hushed title"), copy, other)
    with Store.open(path) as store:
        start = page().url
        crawls, crawl = begun(
            store,
            new_visit("hushed-landing", start=start),
            new_visit("a.pdf", key="example.org/a.pdf#1"),
            new_visit("b"),
        )
        done = store.withdraw(document().id, "asked", {"here": sourceless("here")})
        # Where its text was found as well is not visited again either.
        assert {"https://example.org/a.pdf", "https://example.org/copy"} <= set(done.urls)
        assert [one.url for one in crawls.pages()] == [other.url]
        assert crawls.waiting(crawl) == {"example.org": 1}
        store.withdraw("here", "asked", {"here": sourceless("here")})
        assert [one.proposal for one in crawls.pages()] == [None]
        assert store.check() == []
    files = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    assert b"Hushed" not in files
    assert b"hushed" not in files


def test_p10_a_page_another_initiative_rests_on_may_be_read_again_and_its_answers_go(
    path: Path, folder: Path
) -> None:
    kept(path)
    shared = made_record("other")
    answer = exchange("a.pdf", b"bytes of Some words.")
    written(folder, [answer, exchange("b")])
    with Store.open(path) as store:
        done = store.withdraw("here", "asked", {"here": sourceless("here"), "other": shared})
        assert done.urls == ()
        crawls = Crawls(store)
        assert (store.counts()["documents"], list(crawls.pages())) == (0, [])
        assert not crawls.is_withdrawn("example.org/a.pdf")
        assert remove_withdrawn(folder, crawls).records == 1
    assert read(folder) == ([exchange("b")], [])


def sourceless(id: str) -> Initiative:
    return replace(made_record(id), sources=())


def test_p05_pages_decisions_and_reports_are_backed_up_and_restored(
    path: Path, tmp_path: Path
) -> None:
    kept(path, page(), page("https://example.org/x", document=None, title="X"))
    with Store.open(path) as store:
        Crawls(store).decide("https://example.org/x", "drop")
        crawls, crawl = begun(store, new_visit("waits"))
        pages, tallies = list(crawls.pages()), crawls.tallies(1)
    saved = backup(path, tmp_path / "b.gz")
    assert (saved.counts["pages"], saved.counts["crawls"]) == (2, 2)
    other = tmp_path / "other" / "store.sqlite3"
    assert restore(tmp_path / "b.gz", other).counts == saved.counts
    with Store.open(other) as store:
        crawls = Crawls(store)
        assert list(crawls.pages()) == pages
        assert [one.decision for one in pages] == [None, "drop"]
        assert crawls.tallies(1) == tallies
        # What waited, and how much of files is committed that are not there.
        assert crawls.waiting(crawl) == crawls.evidence_files() == {}
        assert store.check() == []
        assert crawls.begin("{}", "2026").id == crawl + 1


def test_p10_a_restore_brings_no_withdrawn_page_back(path: Path, tmp_path: Path) -> None:
    kept(path, page(title="Hushed"), page("https://example.org/x", document=None))
    backup(path, tmp_path / "b.gz")
    with Store.open(path) as store:
        store.withdraw("https://example.org/a.pdf", "asked", {})
    restore(tmp_path / "b.gz", path, force=True)
    with Store.open(path) as store:
        crawls = Crawls(store)
        assert [one.url for one in crawls.pages()] == ["https://example.org/x"]
        assert [tally.count for tally in crawls.tallies(1)] == [1]
        assert store.check() == []
    assert b"Hushed" not in path.read_bytes()


def test_p05_a_store_with_pages_alone_is_replaced_only_by_force(path: Path, tmp_path: Path) -> None:
    backup(path, tmp_path / "b.gz")
    with Store.open(path) as store:
        crawls, crawl = begun(store)
        done = Done(visit=next_id(crawls, crawl), result="off_topic", page=page(document=None))
        crawls.keep(crawl, [done])
    with pytest.raises(Exception, match=r"holds 1 crawled page, which.*--force"):
        restore(tmp_path / "b.gz", path)


def test_keeping_refuses_a_copy_of_what_was_withdrawn(path: Path) -> None:
    kept(path)
    with Store.open(path) as store:
        crawls = Crawls(store)
        digests = [document().newest.sha256_bytes]
        assert not crawls.is_withdrawn_copy(digests)
        store.withdraw(document().id, "asked", {})
        assert crawls.is_withdrawn_copy(["00" * 32, *digests])
        crawls, crawl = begun(store, new_visit("mirror"))
        copied = Done(
            visit=next_id(crawls, crawl),
            result="new",
            keeping=(Keeping(document(key="example.org/mirror")),),
        )
        assert crawls.keep(crawl, [copied]) == [None]


def test_numbers_of_files_go_on_where_they_were(path: Path, folder: Path) -> None:
    crawl = committed(path, written(folder, [SECRET]))
    withdrawn(path, folder)
    with EvidenceWriter.resume(folder, crawl, {}) as writer:
        writer.append(exchange("a"))
        (name,) = writer.sync()
    assert name.endswith(numbered(0)[-12:])
