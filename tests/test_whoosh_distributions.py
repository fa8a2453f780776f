"""The index builds and reads the same with another distribution of Whoosh.

Ours is young; as long as this holds, leaving it costs one line of pyproject.toml. The other
one is installed by `make test` into a folder of its own and tried in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

OTHER = Path(sys.prefix) / "other-whoosh"

PROGRAM = """
import json, sys
from pathlib import Path
import whoosh
from corpus.model import Passage
from indexer.columns import AnalysedValue
from indexer.weights import FIELDS
from indexer.whoosh_index import PassageReader, WhooshWriter, postings

folder = Path(sys.argv[1]) / "whoosh"
writer = WhooshWriter(folder)
for number in range(300):
    words = [f"w{(number * step) % 41}" for step in range(1, 40)] + ["œuvre", "数据"]
    value = AnalysedValue(words, list(range(len(words))), ["~fr~" + w for w in words], [("#c", 3)])
    passage = Passage(f"text {number}", heading="Überschrift") if number % 2 else None
    writer.add([[value], [value, value]] + [[]] * (len(FIELDS) - 2), passage)
writer.finish()
reader = PassageReader(folder)
print(json.dumps({
    "whoosh": str(Path(whoosh.__file__).parent),
    "postings": sorted(postings(folder)),
    "passages": [None if (p := reader.read(n)) is None else [p.text, p.heading] for n in (0, 1, 299)],
}))
"""


def run(folder: Path, path: str) -> dict[str, object]:
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(folder)],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_index_is_the_same_with_whoosh_reloaded(tmp_path: Path) -> None:
    if not OTHER.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{OTHER} is missing; `make test` installs it")
        pytest.skip(f"{OTHER} is missing; `make test` installs it")
    (tmp_path / "ours").mkdir()
    (tmp_path / "other").mkdir()
    ours = run(tmp_path / "ours", "")
    other = run(tmp_path / "other", str(OTHER))
    assert str(OTHER) in str(other["whoosh"])
    assert str(OTHER) not in str(ours["whoosh"])
    assert ours["postings"] == other["postings"]
    assert (
        ours["passages"]
        == other["passages"]
        == [
            None,
            ["text 1", "Überschrift"],
            ["text 299", "Überschrift"],
        ]
    )
