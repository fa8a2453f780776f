"""Real files: what must be found in them is found, and what can't be read is refused rightly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from crawlers.extract.document import Document, Refusal
from crawlers.extract.sandbox import Item, Sandbox

pytestmark = pytest.mark.shared

JUDGED = {
    # Looked at one by one, as pictures of their pages where they have any.
    "scan_open_data_policy_memo.en.pdf": "no_text",  # three scanned pages
    "images_only_6_pages.pdf": "no_text",  # "Background" stands outside of its pages
    "empty_protected.pdf": "no_text",  # an empty page
    "czech_non_unicode_cmap.cs.pdf": "garbled",  # shows Peněžní prostředky, says 3HQČåQt
    "page_count_negative.pdf": "damaged",  # claims 9,999,999,999 pages
    "decompression_bomb.pdf": "too_large",  # pictures of 100,000 by 100,000 points
    "fuzzed_encrypted_xref.pdf": "encrypted",  # its key is lost with its trailer
    "truncated_184_bytes.pdf": "damaged",
    "truncated_60_percent.pdf": "damaged",  # where its objects stand was in the missing part
    "encrypted_tika.docx": "encrypted",
    "truncated.docx": "damaged",
    "encrypted.odt": "encrypted",
}
"""Files that are refused, and why."""

READ_ALL_THE_SAME = {"chinese_no_tounicode_mojibake.zh.pdf"}
"""The list calls it unreadable, as pdftotext gives nonsense for it; PDFium knows its font's
characters, and gives word for word the contents page that the picture of it shows."""

_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", "".join(text.split()))
    return _MARKS.sub("", "".join(folded.split()))


@cache
def expectations(shared: Path) -> dict[str, dict[str, Any]]:
    lines = (shared / "data" / "files" / "manifest.jsonl").read_bytes().splitlines()
    return {row["file"]: row["expect"] for row in map(msgspec.json.decode, lines)}


@pytest.fixture(scope="module")
def files(shared: Path) -> Path:
    return shared / "data" / "files"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def documents(shared: Path) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, expect)
        for name, expect in expectations(shared).items()
        if not name.endswith(".html")
    ]


def test_every_phrase_is_found_in_what_opens_without_a_password(
    shared: Path, files: Path, sandbox: Sandbox
) -> None:
    missing = {}
    for name, expect in documents(shared):
        if expect["readable"] and not expect.get("password"):
            text = bare(sandbox.read(Item((files / name).read_bytes())).text)
            lost = [phrase for phrase in expect["contains"] if bare(phrase) not in text]
            if lost:
                missing[name] = lost
    assert missing == {}


def test_what_is_encrypted_is_refused_and_read_with_its_password(
    shared: Path, files: Path, sandbox: Sandbox
) -> None:
    seen = 0
    for name, expect in documents(shared):
        if expect.get("password"):
            data = (files / name).read_bytes()
            with pytest.raises(Refusal) as refused:
                sandbox.read(Item(data))
            assert refused.value.reason == "encrypted", name
            text = bare(sandbox.read(Item(data, password=expect["password"])).text)
            assert all(bare(phrase) in text for phrase in expect["contains"]), name
            seen += 1
    assert seen == 5


def test_what_cant_be_read_is_refused_with_the_reason_judged_right(
    shared: Path, files: Path, sandbox: Sandbox
) -> None:
    unreadable = {name for name, expect in documents(shared) if not expect["readable"]}
    assert unreadable == set(JUDGED) | READ_ALL_THE_SAME
    reasons = {}
    for name in JUDGED:
        with pytest.raises(Refusal) as refused:
            sandbox.read(Item((files / name).read_bytes()))
        reasons[name] = refused.value.reason
    assert reasons == JUDGED


def test_a_contents_page_that_other_readers_garble_is_read_as_such(
    files: Path, sandbox: Sandbox
) -> None:
    for name in READ_ALL_THE_SAME:
        document = sandbox.read(Item((files / name).read_bytes()))
        assert "关于实行独立自主的山地游击战方针" in bare(document.text)
        assert {section.role for section in document.sections} == {"body", "contents"}


def test_pages_are_counted(shared: Path, files: Path, sandbox: Sandbox) -> None:
    for name, expect in documents(shared):
        if expect["readable"] and expect.get("pages") and not expect.get("password"):
            pages = sandbox.read(Item((files / name).read_bytes())).pages
            assert len(pages) == expect["pages"], name
            assert list(pages) == sorted(pages)


def in_order(document: Document, *phrases: str) -> bool:
    text = bare(document.text)
    places = [text.find(bare(phrase)) for phrase in phrases]
    return -1 not in places and places == sorted(places)


def test_two_columns_are_read_one_after_the_other(files: Path, sandbox: Sandbox) -> None:
    latex = sandbox.read(Item((files / "two_columns_latex.pdf").read_bytes()))
    assert in_order(
        latex,
        "Two-Column Document",
        "Abstract",
        "Lorem ipsum dolor sit amet, consectetuer adipiscing elit. Ut purus elit",
        "Cum sociis natoque penatibus",
        # Over the gap between the columns, in the middle of a sentence.
        "congue non, volutpat at, tincidunt tristique, libero. Vivamus viverra fermentum felis. "
        "Donec nonummy pellentesque ante.",
        "Quisque ullamcorper placerat ipsum",
        "Belgium | 11.5",
    )
    tagged = sandbox.read(Item((files / "two_columns_tagged.en.pdf").read_bytes()))
    assert in_order(
        tagged,
        "Trace-based Just-in-Time Type Specialization",
        "Abstract",
        "Dynamic languages such as JavaScript are more difficult to compile",
        "General Terms",
        "1. Introduction",
        "and is used for the application logic of browser-based productivity",
        "or that the same types will occur in subsequent loop iterations.",
    )


def test_three_columns_are_read_one_after_the_other(files: Path, sandbox: Sandbox) -> None:
    gazette = sandbox.read(Item((files / "federal_register_three_columns.en.pdf").read_bytes()))
    assert in_order(
        gazette,
        "Proposed Rules",
        "This section of the FEDERAL REGISTER",
        "DEPARTMENT OF TRANSPORTATION",
        "SUMMARY: The FAA proposes to supersede",
        "ADDRESSES: You may send comments",
        "Examining the AD Docket",
        "FOR FURTHER INFORMATION CONTACT: Ian Won, Manager, Seattle ACO Branch,",
        # Over the gap between the second and third column.
        "The most helpful comments reference a specific portion of the proposal, explain",
        "does not contain duplicate comments,",
        "Confidential Business Information (CBI)",
        "Background",
    )


def test_vertical_writing_is_read_from_right_to_left(files: Path, sandbox: Sandbox) -> None:
    poem = sandbox.read(Item((files / "japanese_vertical_poem.ja.pdf").read_bytes()))
    assert in_order(
        poem,
        "わたくしといふ現象は",
        "假定された有機交流電燈の",
        "ひとつの青い照明です",
        "（あらゆる透明な幽霊の複合体）",
        "風景やみんなといっしょに",
    )


def test_titles_are_no_names_of_files(files: Path, sandbox: Sandbox) -> None:
    titles = {
        name: sandbox.read(Item((files / name).read_bytes())).title
        for name in (
            "cupertino_board_agenda.en.pdf",  # "Microsoft Word - SPECIAL BOARD AGENDA 040616.doc"
            "corrupted_but_readable.en.pdf",  # "zen_of_python.txt"
            "la_precinct_bulletin.en.pdf",  # "905_Precinct_NoOU"
            "scotus_transcript_line_numbers.en.pdf",  # "10811.exe"
            "barcelona_tech_sovereignty.en.pdf",  # none
            "france_politique_contribution_libre.fr.pdf",
        )
    }
    assert titles["barcelona_tech_sovereignty.en.pdf"] == (
        "Barcelona City Council technological sovereignty guide"
    )
    assert titles["france_politique_contribution_libre.fr.pdf"] == (
        "Politique de contribution aux logiciels libres de l'État"
    )
    for title in titles.values():
        assert not title or not re.search(r"Microsoft|\.(doc|txt|exe)|_", title)


def test_running_heads_and_page_numbers_are_gone(files: Path, sandbox: Sandbox) -> None:
    guide = sandbox.read(Item((files / "barcelona_tech_sovereignty.en.pdf").read_bytes()))
    # It stands on 42 of 43 pages; the title and the first page remain.
    assert guide.text.count("technological sovereignty guide") <= 3
    assert not re.search(r"^\d{1,2}$", guide.text, re.MULTILINE)


def test_languages_are_those_of_the_texts(shared: Path, files: Path, sandbox: Sandbox) -> None:
    wrong = {}
    for name, expect in documents(shared):
        if expect["readable"] and expect.get("language") and not expect.get("password"):
            found = sandbox.read(Item((files / name).read_bytes())).language
            if found is not None and found.partition("-")[0] != expect["language"]:
                wrong[name] = found
    assert wrong == {}
