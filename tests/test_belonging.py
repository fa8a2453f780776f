"""What a document belongs to, and who is said to have found it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from made_crawls import document
from msgspec.structs import replace

from corpus.catalogue import load_bundled
from corpus.made_records import FOUND_BY_CRAWL, Given
from corpus.store import Store
from crawlers.belonging import Belonging

TODAY = date(2026, 11, 28)
URL = "https://example.org/cameras"


@pytest.mark.parametrize("first_by_crawl", [True, False])
def test_a_record_stays_of_whom_it_was_found_by_when_a_crawl_reads_it_again(
    tmp_path: Path, first_by_crawl: bool
) -> None:
    found = replace(document(URL, "Rules on cameras.", None, ""), initiative=None)
    with Store.open(tmp_path / "store.sqlite3") as store:
        belonging = Belonging(store, load_bundled())
        for by_crawl in (first_by_crawl, True):
            keeping = belonging.settle(found, Given(), TODAY, crawled=by_crawl)
            store.see(keeping.document, keeping.made)
            assert keeping.made is not None
            assert (FOUND_BY_CRAWL in keeping.made.doubt) is first_by_crawl
            told = "address" if first_by_crawl else "confirmed"
            assert keeping.document.attached == told
        taken = belonging.settle(found, Given(city="lisbon"), TODAY)
        assert taken.made is not None
        assert FOUND_BY_CRAWL not in taken.made.doubt
