"""Evidence: what a crawl was answered is written whole, and read whatever happened to it."""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from children import run, swept
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from made_evidence import (
    DAY,
    EXCHANGES,
    exchange,
    packed,
    read,
    record,
    sha1,
    written,
)
from msgspec.structs import replace

import crawlers.warc.writing
from corpus.addresses import address_key
from crawlers.warc import EvidenceError, EvidenceWriter, Exchange, read_evidence
from crawlers.warc.exchange import joined_chunks
from crawlers.warc.records import records

NAME = "cityrights-000001-20261101120000-00000.warc.gz"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nwords"
URL = "https://example.org/a"


def numbered(serial: int) -> str:
    return NAME.replace("-00000.", f"-{serial:05}.")


def checked(folder: Path) -> None:
    """Has warcio's own check and a second reader look at every file."""
    files = sorted(map(str, folder.glob("*.warc.gz")))
    done = subprocess.run(
        [str(Path(sys.executable).with_name("warcio")), "check", "-v", *files],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "digest pass" in done.stdout
    assert not done.stderr
    for file in files:
        seen = list(ArchiveIterator(file, parse_http=True, verify_digests=False))
        verified = list(ArchiveIterator(file, parse_http=True, verify_digests=True))
        assert len(seen) == len(verified) > 0


# Written and read back


@settings(max_examples=60)
@given(st.lists(EXCHANGES, max_size=5))
def test_any_exchange_comes_back_as_it_was(exchanges: list[Exchange]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, exchanges)
        if exchanges:
            assert read(folder) == (exchanges, [])


@settings(max_examples=15)
@given(st.lists(EXCHANGES, min_size=1, max_size=4))
def test_warcio_and_a_second_reader_accept_whatever_is_written(exchanges: list[Exchange]) -> None:
    with tempfile.TemporaryDirectory() as name:
        written(Path(name), exchanges)
        checked(Path(name))


def test_a_second_reader_finds_the_same_records(tmp_path: Path) -> None:
    chunked = exchange("b", response_headers=((b"transfer-encoding", b"chunked"),))
    not_modified = exchange("c", b"", status_line=b"HTTP/1.1 304 Not Modified")
    cut = exchange("d", truncated=True)
    exchanges = [exchange(), chunked, not_modified, cut]
    written(tmp_path, exchanges)
    checked(tmp_path)
    found = list(ArchiveIterator(str(tmp_path / NAME), parse_http=True))
    assert [one.headers["WARC-Type"] for one in found] == [
        "warcinfo",
        *["request", "response"] * 2,
        *["request", "revisit"],
        *["request", "response"],
    ]
    answers = found[2::2]
    assert [one.headers["WARC-Target-URI"] for one in answers] == [e.url for e in exchanges]
    assert [one.headers.get("WARC-Truncated") for one in answers] == [
        None,
        None,
        None,
        "unspecified",
    ]
    assert answers[2].headers["WARC-Profile"].endswith("/revisit/server-not-modified")
    assert {one.headers["WARC-Cityrights-Source"] for one in answers} == {"catalogue"}
    bodies = [
        one.reader.read() if one.headers["WARC-Type"] == "response" else b""
        for one in ArchiveIterator(str(tmp_path / NAME), parse_http=True)
    ]
    assert bodies[2] == bodies[4] == bodies[8] == b"<p>Words."
    assert read(tmp_path) == (exchanges, [])


def test_a_file_says_at_its_head_who_wrote_it_and_how(tmp_path: Path) -> None:
    written(tmp_path, [exchange()])
    first = next(records(tmp_path / NAME))
    assert first.kind == "warcinfo"
    assert first.fields["warc-filename"] == NAME
    text = (first.block or b"").decode()
    for word in ("software: cityrights/", "http-header-user-agent: cityrights", "RFC 9309", "1.1"):
        assert word in text
    assert "conformsTo: http" in text


def test_headers_that_would_break_a_message_are_put_on_one_line(tmp_path: Path) -> None:
    evil = exchange(
        response_headers=((b"X", b"a\r\n\r\nb"), (b"Y", b"\0")), ip="1.2.3.4", source="a\r\nb"
    )
    written(tmp_path, [evil])
    checked(tmp_path)
    (back,), faults = read(tmp_path)
    assert faults == []
    assert back.response_headers == ((b"X", b"a    b"), (b"Y", b""))
    assert (back.body, back.source) == (evil.body, "a\r\nb")


@given(st.text())
def test_any_address_keeps_its_key(text: str) -> None:
    url = f"https://example.org/{text}"
    with tempfile.TemporaryDirectory() as name:
        written(Path(name), [exchange(url=url)])
        (back,), faults = read(Path(name))
    assert faults == []
    assert back.url.isascii()
    if text.isprintable() and text == text.strip() and "%" not in text:
        assert address_key(back.url) == address_key(url)


def test_files_are_begun_anew_beyond_a_length_and_read_in_order(tmp_path: Path) -> None:
    exchanges = [exchange(str(number)) for number in range(8)]
    with EvidenceWriter(tmp_path, 7, rotate=1500, now=lambda: DAY) as writer:
        for each in exchanges:
            writer.append(each)
        lengths = writer.sync()
    assert len(lengths) > 2
    assert lengths == {path.name: path.stat().st_size for path in tmp_path.glob("*.warc.gz")}
    assert list(lengths)[1] == "cityrights-000007-20261101120000-00001.warc.gz"
    assert read(tmp_path) == (exchanges, [])
    checked(tmp_path)


def test_a_second_writer_is_refused_by_name_until_the_first_is_done(tmp_path: Path) -> None:
    with (
        EvidenceWriter(tmp_path, 1),
        pytest.raises(EvidenceError, match=r"is being written by process \d+ on .*, started"),
    ):
        EvidenceWriter(tmp_path, 2)
    EvidenceWriter(tmp_path, 2).close()


# Interrupted


def test_going_on_cuts_what_was_not_committed(tmp_path: Path) -> None:
    with EvidenceWriter(tmp_path, 1, rotate=1000, now=lambda: DAY) as writer:
        writer.append(exchange("a"))
        committed = writer.sync()
        for name in "bcdef":
            writer.append(exchange(name))
    assert len(list(tmp_path.glob("*.warc.gz"))) > 1
    with EvidenceWriter.resume(tmp_path, 1, committed, now=lambda: DAY) as writer:
        assert writer.notes == ()
        assert [path.stat().st_size for path in tmp_path.glob("*.gz")] == list(committed.values())
        writer.append(exchange("g"))
        writer.sync()
    assert read(tmp_path) == ([exchange("a"), exchange("g")], [])
    checked(tmp_path)


def test_going_on_leaves_older_files_of_the_same_number_alone(tmp_path: Path) -> None:
    """A store that was made anew counts its crawls from 1 again."""
    written(tmp_path, [exchange("old")])
    with EvidenceWriter.resume(tmp_path, 1, {}) as writer:
        writer.append(exchange("new"))
        committed = writer.sync()
    with EvidenceWriter.resume(tmp_path, 1, committed):
        pass
    assert [one.url[-3:] for one in read(tmp_path)[0]] == ["old", "new"]


def test_going_on_before_anything_was_committed_leaves_nothing_torn(tmp_path: Path) -> None:
    written(tmp_path, [exchange("a")])
    with (tmp_path / NAME).open("ab") as file:
        file.write((tmp_path / NAME).read_bytes()[:500])
    with EvidenceWriter.resume(tmp_path, 1, {}) as writer:
        writer.append(exchange("b"))
        writer.sync()
    assert read(tmp_path) == ([exchange("a"), exchange("b")], [])
    checked(tmp_path)


def test_going_on_tells_of_files_that_are_gone_or_shorter(tmp_path: Path) -> None:
    committed = written(tmp_path, [exchange("a"), exchange("b")])
    missing = numbered(1)
    with EvidenceWriter.resume(
        tmp_path, 1, {NAME: committed[NAME] + 1, missing: 10}, now=lambda: DAY
    ) as writer:
        gone, shorter = sorted(writer.notes, key=len)
        assert "is not there any more" in gone
        assert "is shorter than it was left" in shorter
        writer.append(exchange("c"))
        assert list(writer.sync()) == [numbered(2)]
    assert [one.url[-1] for one in read(tmp_path)[0]] == ["a", "b", "c"]


def test_killed_before_any_line_of_writing_all_that_was_committed_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "warc"
    committed = written(folder, [exchange("a")])
    content = (folder / NAME).read_bytes()

    def action() -> None:
        with EvidenceWriter.resume(folder, 1, committed, 1200, now=lambda: DAY) as writer:
            for name in "bcd":
                writer.append(exchange(name))
            writer.sync()

    seen = set()
    for _ in swept(action, {crawlers.warc.writing.__file__}, step=5):
        before, _faults = read(folder)
        assert before[0] == exchange("a")
        seen.add(len(before))
        EvidenceWriter.resume(folder, 1, committed, now=lambda: DAY).close()
        assert read(folder) == ([exchange("a")], [])
        assert (folder / NAME).read_bytes() == content
    assert {1, 4} <= seen


def test_a_full_disk_is_said_and_leaves_nothing_torn(tmp_path: Path) -> None:
    noise = b"".join(sha1(bytes([n % 256, n >> 8])).encode() for n in range(3000))

    def write_with_small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
        with EvidenceWriter(tmp_path, 1, now=lambda: DAY) as writer:
            writer.append(exchange("a"))
            before = writer.sync()
            with pytest.raises(EvidenceError, match=f"^{tmp_path / NAME} can't be used.*--resume"):
                writer.append(exchange("b", noise))
            assert writer.sync() == before
            writer.append(exchange("c"))
            writer.sync()
        with (
            EvidenceWriter(tmp_path, 2, now=lambda: DAY) as writer,
            pytest.raises(EvidenceError, match="can't be used"),
        ):
            writer.append(exchange("d", noise))

    run(write_with_small_files)
    assert [path.name for path in tmp_path.glob("*.gz")] == [NAME]
    assert read(tmp_path) == ([exchange("a"), exchange("c")], [])
    checked(tmp_path)


# Damaged


@settings(max_examples=150)
@given(st.floats(0, 1), st.booleans())
def test_cut_at_any_byte_all_whole_records_before_are_read(where: float, plain: bool) -> None:
    exchanges = [exchange("a"), exchange("b", b"x" * 2000), exchange("c", b"")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, exchanges)
        content = (folder / NAME).read_bytes()
        if plain:
            (folder / NAME).unlink()
            content = gzip.decompress(content)
            (folder / "a.warc").write_bytes(content)
        (path,) = folder.glob("*.warc*")
        ends = [one.end for one in records(path) if one.kind == "response"]
        cut = round(where * len(content))
        path.write_bytes(content[:cut])
        found, faults = read(folder)
        whole = sum(end <= cut for end in ends)
        # A plain record may lack the two line ends behind it.
        assert found in (exchanges[:whole], exchanges[: whole + 1])
        assert len(faults) <= 1
        assert [fault.file for fault in faults] == [str(path)] * len(faults)


@settings(max_examples=150)
@given(st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_a_flipped_bit_costs_no_more_than_the_record_it_is_in(where: float, bit: int) -> None:
    exchanges = [exchange(name) for name in "abc"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, exchanges)
        path = folder / NAME
        content = bytearray(path.read_bytes())
        content[int(where * len(content))] ^= 1 << bit
        path.write_bytes(content)
        found, _ = read(folder)
        stripped = [replace(one, request_headers=()) for one in found]
        expected = [replace(one, request_headers=()) for one in exchanges]
        assert [one for one in expected if one in stripped] == stripped
        assert len(found) >= 2


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*packed(OK), b"\x1f\x8b\x08"[0]]), max_size=50), st.binary())
def test_whatever_a_file_holds_reading_ends_and_says_what_is_wrong(
    start: list[int], more: bytes
) -> None:
    with tempfile.TemporaryDirectory() as name:
        for ending in (".warc", ".warc.gz"):
            path = Path(name) / f"a{ending}"
            for content in (
                bytes(start) + more,
                b"WARC/1.0\r\n" + more,
                packed(b"WARC/1.0\r\n" + more),
            ):
                path.write_bytes(content)
                found, faults = read(path)
                assert found == []
                assert faults or not content or not more.strip(b"\r\n")


def test_what_is_not_there_or_holds_no_evidence_is_said(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"no file or folder .*nowhere"):
        read_evidence(tmp_path / "nowhere")
    with pytest.raises(EvidenceError, match=r"no WARC file in .*end in \.warc"):
        read_evidence(tmp_path)


def test_a_record_that_is_too_long_is_said_and_passed_over(tmp_path: Path) -> None:
    long = record("response", OK + b" " * (22 << 20), url=URL)
    for name, content in (("a.warc", long + long), ("b.warc.gz", packed(long, long))):
        path = tmp_path / name
        path.write_bytes(content + (content[:0] or b""))
        after = record("response", OK, url="https://example.org/after")
        with path.open("ab") as file:
            file.write(after if name == "a.warc" else packed(after))
        found, faults = read(path)
        assert [one.url for one in found] == ["https://example.org/after"]
        assert ["longer than 20 MiB" in str(fault) for fault in faults] == [True, True]


# Evidence of others


def foreign(path: Path, *parts: bytes) -> tuple[list[Exchange], list[str]]:
    path.write_bytes(b"".join(parts) if path.suffix == ".warc" else packed(*parts))
    found, faults = read(path)
    return found, [fault.problem for fault in faults]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_file_as_heritrix_writes_it_is_read(tmp_path: Path, name: str) -> None:
    """WARC 1.0; answers in chunks, their requests behind them; records about name servers."""
    chunks = OK.replace(b"text/html", b"text/html\r\nTransfer-Encoding: chunked").replace(
        b"words", b"3\r\nwor\r\n2;x=y\r\nds\r\n0\r\n\r\n"
    )
    found, faults = foreign(
        tmp_path / name,
        record("warcinfo", b"software: Heritrix\r\n"),
        record("response", b"20200102\nexample.org. 1 IN A 192.0.2.1\n", url="dns:example.org"),
        record("response", chunks, "WARC-Record-ID: <urn:uuid:1>", url=URL),
        record(
            "request",
            b"GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n",
            "WARC-Concurrent-To: <urn:uuid:1>",
            url=URL,
        ),
        record("metadata", b"via: https://example.org/\r\n", url=URL),
        record("response", OK, url="https://example.org/b"),
    )
    assert faults == []
    assert [one.body for one in found] == [b"words", b"words"]
    assert found[0].request_headers == ((b"Host", b"example.org"),)
    assert (found[0].source, found[0].purpose) == ("", "page")
    assert found[1].request_headers == ()


def test_a_file_as_wget_writes_it_is_read(tmp_path: Path) -> None:
    """Addresses in angle brackets, the request before its answer, digests in base 32."""
    found, faults = foreign(
        tmp_path / "a.warc.gz",
        record(
            "request",
            b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
            "WARC-Record-ID: <urn:uuid:1>",
            url=f"<{URL}>",
        ),
        record(
            "response",
            OK,
            "WARC-Concurrent-To: <urn:uuid:1>",
            f"WARC-Block-Digest: {sha1(OK)}",
            url=f"<{URL}>",
        ),
        record("response", OK, url="https://example.org/robots.txt"),
        record("resource", b"wget log", url="metadata://gnu.org/wget/wget.log"),
    )
    assert faults == []
    assert (found[0].url, found[0].request_headers) == (URL, ((b"Host", b"h"),))
    assert [one.purpose for one in found] == ["page", "robots"]


def test_a_file_as_browsers_write_it_is_read(tmp_path: Path) -> None:
    """WARC 1.1; bodies already joined though a header says otherwise; resources of its own."""
    joined = OK.replace(b"text/html", b"text/html\r\ntransfer-encoding: chunked")
    found, faults = foreign(
        tmp_path / "a.warc.gz",
        record("response", joined, version="1.1", url=URL),
        record("resource", b"{}", "Content-Type: application/json", url="urn:pageinfo:x"),
        record("resource", b"<p>", "Content-Type: text/html", url="https://example.org/b"),
    )
    assert faults == []
    assert [(one.status, one.body) for one in found] == [(200, b"words"), (200, b"<p>")]
    assert found[1].header(b"content-type") == b"text/html"


def test_an_answer_like_an_earlier_one_is_found_there_or_said_to_be_missing(tmp_path: Path) -> None:
    profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    digest = f"WARC-Payload-Digest: {sha1(b'words')}"
    head = OK.replace(b"words", b"").replace(b"text/html", b"text/plain")
    (tmp_path / "a.warc.gz").write_bytes(packed(record("response", OK, digest, url=URL)))
    (tmp_path / "b.warc").write_bytes(
        record("revisit", head, profile, digest, url="https://example.org/b")
        + record("revisit", b"", profile, digest, url="https://example.org/c")
        + record("revisit", b"", profile, digest.replace("A", "B"), url="https://example.org/d")
    )
    found, faults = read(tmp_path)
    assert [(one.url[-1], one.body) for one in found] == [(n, b"words") for n in "abc"]
    kinds = [one.header(b"content-type") for one in found]
    assert kinds == [b"text/html", b"text/plain", b"text/html"]
    (fault,) = faults
    assert "like an earlier answer, which is not here. (https://example.org/d)" in fault.problem


def test_records_packed_as_one_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(record("response", OK, url=URL) * 3))
    found, faults = read(path)
    assert ([one.url for one in found], faults) == ([URL] * 3, [])


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (record("response", OK, url=URL).replace(b"WARC/1.0", b"WARC/9.9"), "not known"),
        (record("response", OK, url=URL).replace(b"Length: ", b"Length: x"), "how long"),
        (
            record("response", OK, url=URL).replace(b"Length: ", b"Length: 9999999999"),
            "longer than",
        ),
        (record("response", OK, "WARC-Block-Digest: sha1:" + "A" * 32, url=URL), "digest"),
        (record("response", b"220 ftp", url=URL), "not one of HTTP"),
        (record("response", OK, url=URL).replace(b"2020-01-02T03", b"then"), "when it was fetched"),
        (record("continuation", OK, url=URL), "several records"),
        (b"WARC/1.0\r\n" + b"a: b\r\n" * 2000, "too many lines"),
        (b"WARC/1.0\r\nname: " + b"x" * 200_000 + b"\r\n", "too long"),
        (b"nonsense\r\n\r\n", "No record begins here"),
    ],
)
@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_bad_record_is_said_and_the_next_one_read(
    tmp_path: Path, bad: bytes, said: str, name: str
) -> None:
    good = record("response", OK, url="https://example.org/good")
    found, faults = foreign(tmp_path / name, good, bad, good)
    assert [one.url for one in found] == ["https://example.org/good"] * 2
    assert len(faults) >= 1
    assert said in faults[0]


# Chunks


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6))
def test_chunks_are_joined_however_they_were_cut(pieces: list[bytes]) -> None:
    chunked = b"".join(b"%X\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    assert joined_chunks(chunked + b"0\r\n\r\n") == b"".join(pieces)
    assert joined_chunks(chunked + b"0\r\nTrailer: x\r\n\r\n") == b"".join(pieces)
    assert joined_chunks(chunked) == b"".join(pieces)


@given(st.binary())
def test_what_is_not_in_chunks_stays(body: bytes) -> None:
    assert len(joined_chunks(body)) <= len(body)
    assert joined_chunks(b"<p>" + body) == b"<p>" + body
