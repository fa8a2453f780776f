"""Settings: where things stand and how the server behaves, read from the environment once."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import platformdirs


class SettingsError(Exception):
    """A setting that can't be used: which, what it says, what is allowed."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable of the environment; `default` is in words where it is no value."""

    name: str
    meaning: str
    default: str


SETTINGS: Final = (
    Setting(
        "CITYRIGHTS_DATA",
        "The folder of the store and the index; `--data` goes before it.",
        "the user's data folder",
    ),
    Setting(
        "CITYRIGHTS_PUBLIC_URL",
        "The address people see (https://search.example.org), used in feeds, citations, the "
        "sitemap and the API. Without it links follow the Host header of the request.",
        "none",
    ),
    Setting(
        "CITYRIGHTS_CONTACT",
        "Where readers reach the people who run the site: a mail address, or the address of a "
        "page. Shown where pages say whom to tell, and to every site that is crawled, which is not "
        "done without it.",
        "none",
    ),
    Setting(
        "CITYRIGHTS_WORKERS",
        "Server processes; each answers on one core.",
        "one a core, 4 at most",
    ),
    Setting(
        "CITYRIGHTS_CONCURRENCY",
        "Requests that each server process answers at a time; others wait for a moment, then "
        "get 503.",
        "2",
    ),
    Setting("CITYRIGHTS_DEBUG", "`1`: commands show where an unexpected error came from.", "off"),
    Setting("CITYRIGHTS_HOST", "The address `cityrights serve` listens on.", "127.0.0.1"),
    Setting("PORT", "The port `cityrights serve` listens on.", "8000"),
)

MOST_WORKERS: Final = 4
"""By default; each holds an interpreter of its own, about 60 MB."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`data` holds the store and the index; `public_url` is the address people see, without a
    slash at its end, used in feeds, citations and the sitemap. `contact` is where readers
    reach the people who run the site, as a link (`mailto:` or a page). `concurrency` counts requests
    answered at a time by each of `workers` processes, `waiting` those that wait for their
    turn, `queue_seconds` at most."""

    data: Path
    public_url: str | None = None
    contact: str | None = None
    concurrency: int = 2
    waiting: int = 64
    queue_seconds: float = 2.0
    workers: int = 1

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
    return Settings(
        data=folder.expanduser().absolute(),
        public_url=_address("CITYRIGHTS_PUBLIC_URL"),
        contact=_contact("CITYRIGHTS_CONTACT"),
        concurrency=_positive("CITYRIGHTS_CONCURRENCY", 2),
        workers=_positive("CITYRIGHTS_WORKERS", min(os.cpu_count() or 1, MOST_WORKERS)),
    )


def _address(name: str) -> str | None:
    value = os.environ.get(name)
    if not value:
        return None
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and parts.hostname and not parts.query
    except ValueError:
        sound = False
    if not sound or any(sign in value for sign in ' "<>\\#') or not value.isprintable():
        raise SettingsError(
            f"{name} is {value!r}; it must be an address such as https://search.example.org"
        )
    return value.rstrip("/")


def _contact(name: str) -> str | None:
    value = os.environ.get(name)
    if not value:
        return None
    mailbox, _, domain = value.partition("@")
    if "/" not in value:
        if re.fullmatch(r"[\w.+-]+", mailbox, re.ASCII) and re.fullmatch(r"[\w.-]+\.\w+", domain):
            return f"mailto:{value}"
        raise SettingsError(
            f"{name} is {value!r}; it must be a mail address such as rights@example.org, or the "
            "address of a page such as https://example.org/contact"
        )
    return _address(name)


def _positive(name: str, default: int) -> int:
    value = os.environ.get(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not 1 <= len(value) <= 4 or int(value) < 1:
        raise SettingsError(f"{name} is {value!r}; it must be a whole number from 1 to 9999")
    return int(value)
