"""What an import says once about many records: unknown fields, cities, missing addresses."""

from __future__ import annotations

from collections import Counter
from typing import Final

from corpus.faults import did_you_mean, shown

MOST: Final = 20
"""How many of a sort are named; the others are counted."""


class Notes:
    """Things worth a warning, each counted while records are read and said once in the end."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._fields = fields
        self._unknown_keys: Counter[str] = Counter()
        self._unknown_cities: Counter[str] = Counter()
        self._no_address: Counter[str] = Counter()

    def unknown_key(self, key: str) -> None:
        self._unknown_keys[key[:100]] += 1

    def unknown_city(self, name: str) -> None:
        self._unknown_cities[name] += 1

    def no_address(self, text: str) -> None:
        self._no_address[text] += 1

    def sentences(self) -> tuple[str, ...]:
        """One warning for each key, city and placeholder, the most frequent first."""
        said = []
        for key, count in self._unknown_keys.most_common(MOST):
            near = did_you_mean(key, self._fields)
            said.append(f"{shown(key)} is not a field; left out of {_records(count)}. {near}")
        for name, count in self._unknown_cities.most_common(MOST):
            said.append(
                f"{shown(name)} is no city known here; {_records(count)} taken without a city, "
                "its name kept as a keyword."
            )
        for text, count in self._no_address.most_common(MOST):
            said.append(
                f"url {shown(text)} is a placeholder; {_records(count)} taken without an address."
            )
        for sort, things in (
            (self._unknown_keys, "fields"),
            (self._unknown_cities, "cities"),
            (self._no_address, "placeholders"),
        ):
            if len(sort) > MOST:
                said.append(f"And {len(sort) - MOST:,} more unknown {things}.")
        return tuple(sentence.strip() for sentence in said)


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count:,} records"
