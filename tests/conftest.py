"""Fixtures that more than one surface needs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of judged sets and real files that stands beside the project."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SHARED} is missing, and CI never skips what reads it")
        pytest.skip(f"{SHARED} is not here; judged sets and real files are kept beside the project")
    return SHARED
