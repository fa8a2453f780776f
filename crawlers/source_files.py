"""Files of sources: one TOML file each, those that come with cityrights and an operator's own.

`docs/sources.md` explains every key. A fault in one file is named with its key and remedy, and
the other sources are crawled all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from corpus.addresses import address_key
from corpus.faults import Fault
from corpus.model import Corpus, CorpusError
from crawlers.admission import admits, denies
from crawlers.source import CrawlSource
from crawlers.source_checks import Places, check_source
from crawlers.source_toml import read_file

__all__ = [
    "SourceError",
    "SourceFiles",
    "admits",
    "bundled_folder",
    "denies",
    "find_sources",
    "read_sources",
    "source_folders",
]

CATALOGUE: Final = "catalogue:"
"""Stands in `start` for every source address of the bundled catalogue."""

OWN_FOLDER: Final = "sources"
"""The operator's folder, in the data folder."""


class SourceError(CorpusError):
    """Files of sources have faults; `faults` holds every one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class OwnFile(msgspec.Struct, frozen=True):
    """The path of an operator's file, and whether it stands in place of a bundled one."""

    path: str
    replaces: bool = False


class SourceFiles(msgspec.Struct, frozen=True):
    """The sources that can be crawled, by their ids, and the faults of those that can't; `own`
    says by id which of them stand in files of the operator."""

    sources: tuple[CrawlSource, ...] = ()
    faults: tuple[Fault, ...] = ()
    own: dict[str, OwnFile] = {}


def bundled_folder() -> Traversable:
    """The folder of the sources that come with cityrights."""
    return files("crawlers") / "sources"


def source_folders(data: Path) -> list[Traversable]:
    """Where sources are read from: those that come with cityrights, then an operator's own if
    the data folder has any."""
    own = data / OWN_FOLDER
    return [bundled_folder(), *([own] if own.is_dir() else [])]


def read_sources(folders: Sequence[Traversable], corpus: Corpus | None = None) -> list[CrawlSource]:
    """The sources of all folders by their ids; raises SourceError with every fault."""
    found = find_sources(folders, corpus)
    if found.faults:
        raise SourceError(found.faults)
    return list(found.sources)


def find_sources(folders: Sequence[Traversable], corpus: Corpus | None = None) -> SourceFiles:
    """The sources of all folders that can be crawled, beside the faults of the others.

    A source of a later folder stands in place of the one with its id in an earlier folder, a
    faulty one too: its old version is not what the operator wants. `corpus` holds the places
    sources may name and the addresses of `catalogue:`; None for the bundled catalogue.
    """
    if corpus is None:
        from corpus.catalogue import load_bundled

        corpus = load_bundled()
    places = Places(
        {slug: city.country for slug, city in corpus.cities.items()},
        frozenset(corpus.countries),
    )
    sources: dict[str, CrawlSource | None] = {}
    faults: list[Fault] = []
    own: dict[str, OwnFile] = {}
    for folder in folders:
        bundled = folder == bundled_folder()
        for name in _names(folder, faults):
            shown = name if bundled else str(folder / name)
            found: list[Fault] = []
            source = read_file(folder / name, shown, found)
            if source is not None:
                check_source(source, shown, places, found)
            id = name.removesuffix(".toml")
            if not bundled:
                own[id] = OwnFile(shown, id in sources)
            sources[id] = _expanded(source, corpus) if source and not found else None
            faults += found
    return SourceFiles(
        tuple(source for _, source in sorted(sources.items()) if source is not None),
        tuple(faults),
        {id: own[id] for id in sorted(own) if sources[id] is not None},
    )


def _names(folder: Traversable, faults: list[Fault]) -> list[str]:
    try:
        names = [one.name for one in folder.iterdir()]
    except OSError as error:
        problem = f"The folder can't be read: {error.strerror}."
        faults.append(Fault(str(folder), 0, "", problem, "Check its access rights."))
        return []
    return sorted(name for name in names if name.endswith(".toml") and not name.startswith("."))


def _catalogue_addresses(corpus: Corpus) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for initiative in corpus.initiatives:
        for source in initiative.sources:
            found.setdefault(address_key(source.url), source.url)
    return tuple(found.values())


def _expanded(source: CrawlSource, corpus: Corpus) -> CrawlSource:
    if CATALOGUE not in source.start:
        return source
    start: list[str] = []
    for one in source.start:
        start += _catalogue_addresses(corpus) if one == CATALOGUE else (one,)
    return msgspec.structs.replace(source, start=tuple(dict.fromkeys(start)))
