"""Generations of the index: published whole or not at all, checked when opened, one builder."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from children import run, swept

import indexer.build_lock
import indexer.generation
from indexer.build_lock import BuildLock, BuildRefused
from indexer.generation import (
    FORMAT,
    IndexFault,
    IndexMissing,
    IndexOutdated,
    Manifest,
    current,
    new_generation,
    open_current,
    open_manifest,
    publish,
    remove_leftovers,
)

MEND = "cityrights index --data "


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "data" / "index"


def build(index: Path, content: str, keep: int = 2) -> Path:
    """A small build as a real one goes: lock, folder, files in it and below it, publish."""
    with BuildLock(index):
        folder = new_generation(index)
        (folder / "postings").mkdir()
        (folder / "columns.npy").write_text(content * 10)
        (folder / "postings" / "segment").write_text(content)
        publish(index, folder, {"content": content}, keep=keep)
    return folder


def content(folder: Path, manifest: Manifest) -> str:
    assert (folder / "postings" / "segment").read_text() == manifest.facts["content"]
    return str(manifest.facts["content"])


def served(index: Path) -> str:
    return open_current(index, content)


def generations(index: Path) -> set[Path]:
    return {entry for entry in index.iterdir() if entry.is_dir()}


# Publishing


def test_a_published_generation_is_current_and_carries_its_facts(index: Path) -> None:
    folder = build(index, "one")
    assert current(index) == folder
    manifest = open_manifest(folder)
    assert manifest.format == FORMAT
    assert manifest.facts == {"content": "one"}
    assert set(manifest.files) == {"columns.npy", "postings/segment"}
    assert manifest.files["columns.npy"].size == 30
    assert manifest.built.endswith("Z")
    assert served(index) == "one"


def test_p01_killed_before_any_line_of_a_build_the_old_index_serves_and_the_next_build_succeeds(
    index: Path,
) -> None:
    build(index, "before")
    build(index, "old")
    files = {indexer.generation.__file__, indexer.build_lock.__file__, __file__}
    found = []
    for _ in swept(lambda: build(index, "new"), files):
        found.append(served(index))
        folder = build(index, "old")
        assert served(index) == "old"
        assert folder in generations(index)
        assert len(generations(index)) == 2
        assert {entry.name for entry in index.iterdir() if entry.is_file()} == {"current", "lock"}
        assert (index / "lock").read_text() == ""
    # Old up to one moment, new from then on; and a good way on both sides of it.
    moment = found.index("new")
    assert found == ["old"] * moment + ["new"] * (len(found) - moment)
    assert moment > 100
    assert len(found) - moment > 10
    assert served(index) == "new"


def test_p01_killed_in_the_very_first_build_nothing_serves_and_the_next_one_succeeds(
    index: Path,
) -> None:
    files = {indexer.generation.__file__, indexer.build_lock.__file__, __file__}
    for _ in swept(lambda: build(index, "new"), files, step=7):
        if current(index) is None:
            with pytest.raises(IndexMissing, match=MEND):
                served(index)
        else:
            assert served(index) == "new"
            (index / "current").unlink()
        build(index, "next")
        assert served(index) == "next"
        assert len(generations(index)) == 1
        (index / "current").unlink()


def test_p01_a_full_disk_while_publishing_is_said_and_the_old_index_serves(index: Path) -> None:
    build(index, "old")

    def publish_on_a_full_disk() -> None:
        with BuildLock(index):
            folder = new_generation(index)
            (folder / "file").write_text("new")
            resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))
            with pytest.raises(IndexFault, match=f"can't be written: .*unchanged.*{MEND}"):
                publish(index, folder, {})

    run(publish_on_a_full_disk)
    assert served(index) == "old"


def test_p01_a_build_that_fails_leaves_nothing_behind(index: Path) -> None:
    old = build(index, "old")
    with pytest.raises(ZeroDivisionError), BuildLock(index):
        (new_generation(index) / "half").write_text("x")
        raise ZeroDivisionError
    assert generations(index) == {old}
    assert served(index) == "old"


def test_p02_a_reader_keeps_what_it_opened_and_the_last_two_generations_stay(index: Path) -> None:
    first = build(index, "one")
    with (first / "columns.npy").open() as reader:
        second = build(index, "two")
        assert generations(index) == {first, second}
        third = build(index, "three")
        assert generations(index) == {second, third}
        assert reader.read() == "one" * 10


def test_p02_a_generation_replaced_while_it_is_opened_gives_way_to_the_newer(index: Path) -> None:
    build(index, "one")
    newer: Iterator[str] = iter(["two", "three"])

    def opener(folder: Path, manifest: Manifest) -> str:
        for text in newer:
            build(index, text)
        return (folder / "columns.npy").read_text()

    assert open_current(index, opener) == "three" * 10


def test_p10_publishing_may_drop_the_generation_before_at_once(index: Path) -> None:
    build(index, "with what was withdrawn")
    folder = build(index, "without", keep=1)
    assert generations(index) == {folder}


def test_leftovers_of_others_are_never_touched(index: Path) -> None:
    build(index, "one")
    (index / "notes").mkdir()
    (index / "20241124T000000Z-00000000").mkdir()
    remove_leftovers(index)
    assert (index / "notes").is_dir()
    assert not (index / "20241124T000000Z-00000000").exists()


# Two builders


HOLD = """
import sys
from pathlib import Path
from indexer.build_lock import BuildLock
with BuildLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(index: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_p03_the_second_builder_is_refused_with_pid_host_and_start_of_the_first(
    index: Path,
) -> None:
    process = holder(index)
    try:
        written = json.loads((index / "lock").read_text())
        with pytest.raises(BuildRefused) as refused, BuildLock(index):
            pytest.fail("two builders at once")
        said = str(refused.value)
        assert f"process {process.pid} on {written['host']}, started {written['started']}" in said
        assert MEND in said
    finally:
        process.communicate("")
    with BuildLock(index) as lock:
        assert lock.note is None


def test_p03_a_lock_left_by_a_dead_process_is_taken_over_and_said(index: Path) -> None:
    process = holder(index)
    process.kill()
    process.communicate()
    with BuildLock(index) as lock:
        assert lock.note is not None
        assert f"process {process.pid} on " in lock.note
        assert "taken over" in lock.note
    with BuildLock(index) as lock:
        assert lock.note is None


def test_p03_a_refused_builder_removes_nothing_of_the_first(index: Path) -> None:
    with BuildLock(index):
        folder = new_generation(index)
        with pytest.raises(BuildRefused), BuildLock(index):
            pytest.fail("two builders at once")
        assert folder.is_dir()
        publish(index, folder, {"content": "one"})
    assert current(index) == folder


def test_p03_a_lock_that_says_nonsense_is_taken_over(index: Path) -> None:
    index.mkdir(parents=True)
    (index / "lock").write_bytes(b"\xff{")
    with BuildLock(index) as lock:
        assert lock.note is not None
        assert "another process" in lock.note


def test_an_index_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexFault, match=MEND), BuildLock(tmp_path / "file" / "index"):
        pytest.fail("a folder inside a file")


# Opening


def test_p06_a_missing_index_is_named_with_the_command_that_builds_it(index: Path) -> None:
    assert current(index) is None
    with pytest.raises(IndexMissing, match=f"no index in {index} yet.*{MEND}"):
        served(index)
    assert not index.exists()


@pytest.mark.parametrize("name", ["columns.npy", "postings/segment", "manifest.json"])
@pytest.mark.parametrize("damage", ["missing", "shorter", "longer", "altered", "a folder"])
def test_p06_a_damaged_file_is_named_with_the_command_that_mends_it(
    index: Path, name: str, damage: str
) -> None:
    file = build(index, "some content") / name
    whole = file.read_bytes()
    match damage:
        case "missing":
            file.unlink()
        case "shorter":
            file.write_bytes(whole[:-1])
        case "longer":
            file.write_bytes(whole + b"x")
        case "altered":
            file.write_bytes(whole[:-3] + b"~" + whole[-2:])
        case "a folder":
            file.unlink()
            file.mkdir()
    with pytest.raises(IndexFault) as fault:
        served(index)
    assert str(file) in str(fault.value)
    assert MEND in str(fault.value)
    build(index, "anew")
    assert served(index) == "anew"


def test_p06_every_altered_byte_of_a_manifest_is_noticed(index: Path) -> None:
    manifest = build(index, "x") / "manifest.json"
    whole = manifest.read_bytes()
    for position in range(len(whole)):
        altered = bytearray(whole)
        altered[position] ^= 1
        manifest.write_bytes(altered)
        with pytest.raises(IndexFault, match=MEND):
            served(index)


def test_p06_sizes_alone_are_checked_where_digests_would_cost_too_much(index: Path) -> None:
    folder = build(index, "abc")
    (folder / "columns.npy").write_text("x" * 30)
    open_manifest(folder, digests=False)
    (folder / "columns.npy").write_text("x" * 29)
    with pytest.raises(IndexFault, match="has 29 bytes instead of 30"):
        open_manifest(folder, digests=False)


@pytest.mark.parametrize("written", [b"", b"\n", b"../../etc\n", b"\xff\xfe", b"2024" * 100])
def test_p06_a_damaged_pointer_is_named_and_nothing_is_lost_by_it(
    index: Path, written: bytes
) -> None:
    folder = build(index, "one")
    (index / "current").write_bytes(written)
    with pytest.raises(IndexFault) as fault:
        served(index)
    assert str(index / "current") in str(fault.value)
    assert MEND in str(fault.value)
    with BuildLock(index):
        assert folder.is_dir()
    build(index, "two")
    assert served(index) == "two"
    assert len(generations(index)) == 1


def test_p06_a_removed_generation_is_named(index: Path) -> None:
    folder = build(index, "one")
    folder.rename(index.parent / "elsewhere")
    with pytest.raises(IndexFault, match=f"{folder} is missing.*{MEND}"):
        served(index)


def test_p06_an_index_of_another_format_is_outdated_not_damaged(index: Path) -> None:
    manifest = build(index, "one") / "manifest.json"
    other = {**json.loads(manifest.read_bytes()), "format": FORMAT + 1, "more": "fields"}
    manifest.write_bytes(msgspec.json.encode(other))
    with pytest.raises(IndexOutdated, match=f"format {FORMAT + 1}.*{MEND}"):
        served(index)


def test_p06_what_an_opener_cannot_read_is_said_without_a_traceback(index: Path) -> None:
    build(index, "one")

    def opener(folder: Path, manifest: Manifest) -> str:
        return (folder / "not listed").read_text()

    with pytest.raises(IndexFault, match=f"can't be opened.*{MEND}"):
        open_current(index, opener)
