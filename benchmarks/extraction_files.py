"""How long reading PDFs takes beside PDFium's bare text, and what comes of all files.

    python -m benchmarks.extraction_files FOLDER [--times N] [--json FILE]

FOLDER has documents and a `manifest.jsonl`: a line a file with `file` and `expect` (`readable`,
`contains`, and `password` where it needs one). The PDFs that open without a password are read
in this process, warm, turn by turn with `get_text_range()` over all of their pages; the best
of N turns counts for each. Then all files are read by two limited children.
"""

from __future__ import annotations

import argparse
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2 as pdfium

from benchmarks.reporting import (
    machine,
    peak_memory,
    print_machine,
    print_table,
    tell,
    write_json,
)
from crawlers.extract.document import Document, Refusal
from crawlers.extract.files import read_files
from crawlers.extract.pdf import read_pdf
from crawlers.extract.reading import read
from crawlers.extract.sandbox import Sandbox

SLOWEST_SHOWN = 10


def bare_text(data: bytes) -> int:
    """Characters that PDFium gives for all pages that open."""
    document = pdfium.PdfDocument(data)
    count = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            continue
        text = page.get_textpage()
        count += len(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return count


def seconds(action: Callable[[bytes], Any], data: bytes) -> float:
    """Seconds of processor time an action takes: others on the machine do not count."""
    began = time.process_time()
    action(data)
    return time.process_time() - began


def paired(files: list[Path], times: int) -> list[dict[str, Any]]:
    """Best times of both for each PDF that both read."""
    rows = []
    for file in files:
        data = file.read_bytes()
        try:
            bare_text(data)
            read_pdf(data)
        except (pdfium.PdfiumError, Refusal) as error:
            tell(f"left out: {file.name}: {error}")
            continue
        turns = [
            (seconds(bare_text, data), seconds(read_pdf, data), seconds(read, data))
            for _ in range(times)
        ]
        bare, ours, whole = (min(column) for column in zip(*turns, strict=True))
        rows.append({"file": file.name, "bare": bare, "pdf": ours, "read": whole})
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    lines = (options.folder / "manifest.jsonl").read_bytes().splitlines()
    expected = {row["file"]: row["expect"] for row in map(msgspec.json.decode, lines)}
    open_pdfs = [
        options.folder / name
        for name, expect in expected.items()
        if name.endswith(".pdf") and expect["readable"] and not expect.get("password")
    ]
    facts = machine("pypdfium2", "lxml", "numpy")
    rows = paired(open_pdfs, options.times)
    totals = {key: sum(row[key] for row in rows) for key in ("bare", "pdf", "read")}
    print_machine(facts)
    print_table(
        "PDFs, milliseconds of processor time (best of turns)",
        ("file", "get_text_range", "read_pdf", "with language", "times"),
        [
            (
                row["file"],
                1e3 * row["bare"],
                1e3 * row["pdf"],
                1e3 * row["read"],
                row["read"] / row["bare"],
            )
            for row in sorted(rows, key=lambda row: -row["read"])[:SLOWEST_SHOWN]
        ]
        + [
            (
                f"all {len(rows)}",
                1e3 * totals["bare"],
                1e3 * totals["pdf"],
                1e3 * totals["read"],
                totals["read"] / totals["bare"],
            )
        ],
    )
    found = children(options.folder, expected)
    print_table("All files, two children", ("", ""), list(found.items()))
    write_json(options.json, {"machine": facts, "pdfs": rows, "totals": totals, "all": found})


def children(folder: Path, expected: dict[str, Any]) -> dict[str, Any]:
    """What comes of all files, and how long it takes."""
    counts = {"read": 0, "refused": 0, "phrases": 0, "phrases missing": 0}
    began = time.perf_counter()
    with Sandbox() as sandbox:
        for reading in read_files([folder / name for name in expected], sandbox):
            outcome = reading.outcome
            counts["read" if isinstance(outcome, Document) else "refused"] += 1
            if isinstance(outcome, Document):
                text = folded(outcome.text)
                phrases = expected[Path(reading.file).name]["contains"]
                counts["phrases"] += len(phrases)
                counts["phrases missing"] += sum(folded(p) not in text for p in phrases)
    took = time.perf_counter() - began
    return {**counts, "seconds": took, "memory of the parent, MiB": peak_memory() / (1 << 20)}


def folded(text: str) -> str:
    """A text as phrases are looked for: no white space, compatibility forms folded."""
    return "".join(unicodedata.normalize("NFKC", text).split())


if __name__ == "__main__":
    main()
