"""Fixtures that more than one surface needs."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from indexer.embedded import EmbeddedEngine

SHARED = Path(__file__).resolve().parents[2] / "shared"

# A shared machine's pauses are not faults of ours, and no test times the machine.
hypothesis_settings.register_profile("project", deadline=None, print_blob=True)
hypothesis_settings.load_profile("project")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of judged sets and real files that stands beside the project."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SHARED} is missing, and CI never skips what reads it")
        pytest.skip(f"{SHARED} is not here; judged sets and real files are kept beside the project")
    return SHARED


@pytest.fixture(scope="session")
def bundled_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an index of the bundled catalogue, built once for all test processes.

    Read only: a test that imports, withdraws or builds takes a folder of its own.
    """
    from search_app.indexing import rebuild
    from search_app.settings import Settings

    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    data = root / "bundled"
    with (root / "bundled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "index" / "current").exists():
            rebuild(Settings(data=data), lambda step, done, of: None, lambda sentence: None)
    return data


@pytest.fixture(scope="session")
def bundled_engine(bundled_data: Path) -> Iterator[EmbeddedEngine]:
    """The engine over the bundled catalogue."""
    from indexer.embedded import EmbeddedEngine
    from indexer.generation import open_current

    yield open_current(bundled_data / "index", lambda folder, _: EmbeddedEngine.open(folder))


@pytest.fixture(scope="session")
def documented_engine(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    """The engine over a few bundled records, one of which has documents (`documented`)."""
    from documented import make_engine

    return make_engine(tmp_path_factory.mktemp("documented"))
