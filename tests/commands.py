"""Commands as people type them, run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from search_app.cli import main


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


def runner(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs commands on a data folder, with no other setting, at a terminal of 80 columns."""
    for name in ("CITYRIGHTS_PUBLIC_URL", "CITYRIGHTS_CONTACT", "CITYRIGHTS_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CITYRIGHTS_DATA", str(data))
    monkeypatch.setenv("COLUMNS", "80")

    def ran(*words: str) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        code = ended.value.code
        return Ran(code if isinstance(code, int) else 0, said.out, said.err)

    return ran
