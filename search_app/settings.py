"""Settings: where things stand and how the server behaves, read from the environment once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


class SettingsError(Exception):
    """A setting that can't be used: which, what it says, what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`data` holds the store and the index; `public_url` is the address people see, without a
    slash at its end, used in feeds, citations and the sitemap."""

    data: Path
    public_url: str | None = None
    concurrency: int = 16
    queue_seconds: float = 2.0

    @property
    def store(self) -> Path:
        """The SQLite file of what was added and withdrawn."""
        return self.data / "store.sqlite3"

    @property
    def index(self) -> Path:
        """The folder of index generations."""
        return self.data / "index"


def read_settings(data: str | None = None) -> Settings:
    """Settings from `--data`, else CITYRIGHTS_DATA, else the user's data folder."""
    chosen = data or os.environ.get("CITYRIGHTS_DATA")
    folder = Path(chosen) if chosen else Path(platformdirs.user_data_dir("cityrights"))
    url = os.environ.get("CITYRIGHTS_PUBLIC_URL") or None
    if url is not None and not url.startswith(("http://", "https://")):
        raise SettingsError(
            f"CITYRIGHTS_PUBLIC_URL is {url!r}; it must begin with http:// or https://"
        )
    return Settings(
        data=folder.expanduser().absolute(),
        public_url=url.rstrip("/") if url else None,
        concurrency=_positive("CITYRIGHTS_CONCURRENCY", 16),
    )


def _positive(name: str, default: int) -> int:
    value = os.environ.get(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise SettingsError(f"{name} is {value!r}; it must be a whole number from 1")
    return int(value)
