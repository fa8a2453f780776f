"""Which initiative a page belongs to, by its address."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.catalogue import load_bundled
from corpus.store import Store
from crawlers.addresses import canonical
from crawlers.belonging import Belonging


@pytest.fixture
def belonging(tmp_path: Path) -> Belonging:
    return Belonging(Store.open(tmp_path / "store.sqlite"), load_bundled())


def test_a_page_read_at_a_source_belongs_to_its_initiative(belonging: Belonging) -> None:
    """However the catalogue spells the address: with tracking, a dot after the host, a port."""
    for record in load_bundled().initiatives:
        for source in record.sources:
            owner = belonging.owner(source.url)
            assert belonging.owner(canonical(source.url)) == owner
            assert owner in (record.id, None)


def test_an_address_of_none_belongs_to_none(belonging: Belonging) -> None:
    assert belonging.owner(None, "https://nobody.example/", "no address") is None
