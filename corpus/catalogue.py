"""Read and check a catalogue: a folder of JSON lines with initiatives, places and concepts.

`docs/catalogue.md` describes the files and their fields.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from corpus import coalition, places, thesaurus
from corpus.checks import Known, Placed, check_initiative, check_together
from corpus.faults import CatalogueError, Fault, reporter, shown
from corpus.model import Concept, Corpus, Initiative
from corpus.rows import Rows, read_rows

__all__ = ["CatalogueError", "Fault", "check", "check_bundled", "load", "load_bundled"]

INITIATIVES: Final = "initiatives"


def load_bundled() -> Corpus:
    """The catalogue that comes with the package."""
    with as_file(files("corpus") / "data") as folder:
        return load(folder)


def check_bundled() -> list[Fault]:
    """Every fault of the catalogue that comes with the package."""
    with as_file(files("corpus") / "data") as folder:
        return check(folder)


def load(folder: Path) -> Corpus:
    """The catalogue in a folder, its initiatives by id.

    Raises CatalogueError with every fault if there is any: a catalogue is taken whole.
    """
    corpus, faults = _read(folder)
    if faults:
        raise CatalogueError(sorted(faults))
    return corpus


def check(folder: Path) -> list[Fault]:
    """Every fault of the catalogue in a folder, by file and row; none if it is sound."""
    return sorted(_read(folder)[1])


def _read(folder: Path) -> tuple[Corpus, list[Fault]]:
    faults: list[Fault] = []
    city_rows, country_rows = places.read(folder, faults)
    region_rows = places.read_regions(folder, country_rows, faults)
    cities = {city.slug: city for _, city in city_rows.values}
    countries = {country.code: country for _, country in country_rows.values}
    concepts, unread_concepts = _read_concepts(folder, faults)
    groups = _read_initiatives(folder, faults)
    records = [Placed(rows.file, row, value) for rows in groups for row, value in rows.values]
    unread = city_rows.unread | country_rows.unread | unread_concepts
    known = Known(
        cities=cities,
        countries=countries.keys(),
        concepts=concepts.keys(),
        unread=unread.union(*(rows.unread for rows in groups)),
    )
    for placed in records:
        check_initiative(placed, known, reporter(faults, placed.file, placed.row))
    check_together(records, known, faults)
    corpus = Corpus(
        initiatives=tuple(sorted((p.initiative for p in records), key=lambda i: i.id)),
        cities=cities,
        countries=countries,
        concepts=concepts,
        coalition=coalition.read(folder, cities.keys() | city_rows.unread, faults),
        regions={region.id: region for _, region in region_rows.values},
    )
    return corpus, faults


def _read_initiatives(folder: Path, faults: list[Fault]) -> list[Rows[Initiative]]:
    paths = sorted((folder / INITIATIVES).glob("*.jsonl"))
    if not paths:
        faults.append(
            Fault(INITIATIVES, 0, "", "There is no file of initiatives.", "Put the files back.")
        )
    return [read_rows(folder, f"{INITIATIVES}/{path.name}", Initiative, faults) for path in paths]


def _read_concepts(folder: Path, faults: list[Fault]) -> tuple[dict[str, Concept], set[str]]:
    rows = read_rows(folder, thesaurus.FILE, Concept, faults)
    concepts: dict[str, Concept] = {}
    numbers: dict[str, int] = {}
    for row, concept in rows.values:
        if (first := numbers.setdefault(concept.id, row)) != row:
            problem = f"{shown(concept.id)} is already in row {first}."
            reporter(faults, rows.file, row)("id", problem, "Join the two rows into one.")
        concepts.setdefault(concept.id, concept)
    if not rows.unread:  # else concepts would be blamed for naming a row that is there
        faults += thesaurus.faults(concepts, numbers)
    return concepts, rows.unread
