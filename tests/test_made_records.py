"""Provisional records of documents say who found them and what is only assumed."""

from __future__ import annotations

from datetime import date

from corpus.catalogue import load_bundled
from corpus.documents import Document, Version, document_id, text_digest
from corpus.made_records import FOUND_BY_CRAWL, Given, made_of

TEXT = "Cameras may be used only where the council has said so."
TODAY = date(2026, 11, 28)


def document() -> Document:
    seen = Version(
        first_seen="2026-11-28",
        last_seen="2026-11-28",
        sha256_bytes="0" * 64,
        sha256_text=text_digest(TEXT),
        extractor="stand-in 1",
        title="Rules on cameras",
        language="en",
        text=TEXT,
    )
    return Document(
        id=document_id("example.org/rules"),
        key="example.org/rules",
        url="https://example.org/rules",
        name="rules",
        media_type="text/html",
        versions=(seen,),
    )


def test_a_record_made_by_a_crawl_says_so_first_and_what_it_took_from_the_site() -> None:
    cities = load_bundled().cities
    given = Given(city="lisbon", kind="policy")
    record = made_of(document(), "rules", given, cities, TODAY, found_by="crawl")
    assert record.provisional
    assert record.doubt == (
        FOUND_BY_CRAWL,
        "Its place and kind are those of the whole site it was found on, not read from the text.",
    )
    placed = made_of(document(), "rules", Given(country="PT"), cities, TODAY, found_by="crawl")
    assert placed.doubt[1].startswith("Its place is that of the whole site")
    assert placed.doubt[2].startswith("What kind of text")
    bare = made_of(document(), "rules", Given(), cities, TODAY, found_by="crawl")
    assert not any("whole site" in sentence for sentence in bare.doubt)


def test_a_record_a_person_brought_in_does_not_claim_a_crawl_did() -> None:
    given = Given(city="lisbon", kind="policy")
    assert made_of(document(), "rules", given, load_bundled().cities, TODAY).doubt == ()
