"""`cityrights extract`: one line a file, in order, with the keys it promises."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from made_documents import docx, p, pdf, show

KEYS = (
    "file status reason media_type charset language title text sections published "
    "published_precision published_origin publisher licence links sha256_bytes sha256_text "
    "extractor seconds"
).split()

ENCRYPTED = "encrypted_aes256.pdf"


def extract(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "search_app", "extract", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def lines(ran: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("files")
    made = {
        "b.pdf": pdf([show("A plan for", 72, 60, 20) + show("Some words below it", 72, 100)]),
        "a.docx": docx(p("Words of a letter.")),
        "c.bin": b"",
        "d.gz": gzip.compress(docx(p("Packed words."))),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in made]


def test_a_line_of_json_for_each_file_in_their_order(files: list[Path]) -> None:
    ran = extract("--json", *files)
    found = lines(ran)
    assert ran.returncode == 1
    assert [line["file"] for line in found] == [str(file) for file in files]
    assert all(list(line) == KEYS for line in found)
    assert [line["status"] for line in found] == ["read", "read", "refused", "read"]
    assert [line["reason"] for line in found] == [None, None, "empty", None]
    assert found[2]["media_type"] is None
    assert found[0]["sections"] == [
        {"heading": "A plan for", "level": 1, "start": 0, "end": 31, "page": 1, "role": "body"}
    ]
    assert found[3]["text"] == "Packed words."
    for line, file in zip(found, files, strict=True):
        assert line["sha256_bytes"] == hashlib.sha256(file.read_bytes()).hexdigest()
        if line["text"] is not None:
            assert line["sha256_text"] == hashlib.sha256(line["text"].encode()).hexdigest()
    # What a person has to do is said aside.
    assert f"{files[2]}: empty: It has no bytes." in ran.stderr


def test_a_readable_line_for_each_file(files: list[Path]) -> None:
    ran = extract(*files)
    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        f"{files[0]}: A plan for · application/pdf · 31 characters",
        (
            f"{files[1]}: application/vnd.openxmlformats-officedocument.wordprocessingml.document · "
            "18 characters"
        ),
        f"{files[2]}: refused, empty: It has no bytes.",
        (
            f"{files[3]}: application/vnd.openxmlformats-officedocument.wordprocessingml.document · "
            "13 characters"
        ),
    ]


def test_it_ends_with_0_when_all_were_read(files: list[Path]) -> None:
    assert extract(files[0], files[1]).returncode == 0


def test_wrong_use_is_said_before_anything_is_read(files: list[Path], tmp_path: Path) -> None:
    for wrong in ([], [tmp_path / "missing.pdf"], [files[0], tmp_path]):
        ran = extract(*wrong)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert "Traceback" not in ran.stderr
    (tmp_path / "passwords").write_bytes(b"\xff\xfe\x00")
    ran = extract(files[0], "--password-file", tmp_path / "passwords")
    assert ran.returncode == 2
    assert "is not UTF-8" in ran.stderr


@pytest.mark.shared
def test_passwords_come_from_a_file(shared: Path, tmp_path: Path) -> None:
    file = shared / "data" / "files" / ENCRYPTED
    assert lines(extract("--json", file))[0]["reason"] == "encrypted"
    (tmp_path / "passwords").write_text("wrong\nfoo\n")
    ran = extract("--json", file, "--password-file", tmp_path / "passwords")
    assert ran.returncode == 0
    assert lines(ran)[0]["text"] == "Secret!"


def test_a_refused_file_has_its_type_where_its_bytes_tell(tmp_path: Path) -> None:
    contents = {
        "broken.pdf": b"%PDF-1.7\nnothing else",
        "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
        "archive.zip": b"PK\x03\x04" + bytes(64),
        "bytes.bin": bytes(range(256)),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    found = lines(extract("--json", *(tmp_path / name for name in contents)))
    assert [line["status"] for line in found] == ["refused"] * 4
    assert [line["media_type"] for line in found] == [
        *("application/pdf", "image/png", "application/zip"),
        None,
    ]
