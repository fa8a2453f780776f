"""P14: all that a crawl keeps says where and when it was seen, who read it, and what is doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from replica.cities import all_kinds
from replica.crawling import World
from replica.web import Web
from warcio.archiveiterator import ArchiveIterator

from corpus.documents import Document
from corpus.made_records import FOUND_BY_CRAWL
from corpus.model import Initiative


class Kept(NamedTuple):
    """What a crawl kept: documents with the records that were made of them."""

    world: World
    pairs: list[tuple[Document, Initiative]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with Web() as web:
        world = World(tmp_path_factory.mktemp("kept"))
        assert world.crawl(*all_kinds(web)).ended
    pairs = []
    with world.store() as store:
        for (id,) in world.rows("SELECT id FROM document ORDER BY id"):
            document, record = store.document(id), store.record_of(id)
            assert document is not None and record is not None
            pairs.append((document, record))
    assert len(pairs) == 41
    yield Kept(world, pairs)


def test_p14_every_document_has_an_address_and_the_days_it_was_seen(kept: Kept) -> None:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    asked = set(kept.world.results())
    for document, _ in kept.pairs:
        assert document.url in asked
        version = document.newest
        assert version.first_seen <= version.last_seen <= today
        assert version.extractor


def test_p14_every_record_made_of_one_cites_it_and_says_who_found_it(kept: Kept) -> None:
    for document, record in kept.pairs:
        assert record.provisional
        assert [source.url for source in record.sources] == [document.url]
        assert FOUND_BY_CRAWL in record.doubt
        assert record.recorded == document.newest.first_seen


def test_p14_the_answer_each_text_was_read_from_is_kept_as_evidence(kept: Kept) -> None:
    days: dict[str, str] = {}
    for path in (kept.world.data / "warc").glob("*.warc.gz"):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response":
                    head = record.rec_headers
                    days[head.get_header("WARC-Target-URI")] = head.get_header("WARC-Date")[:10]
    for document, _ in kept.pairs:
        assert document.url is not None and days[document.url] == document.newest.first_seen
