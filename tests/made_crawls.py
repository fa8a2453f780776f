"""A store as a crawl leaves it: pages kept, left out, proposed, with documents."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from corpus.addresses import address_key
from corpus.crawls import Crawls
from corpus.documents import Attached, Document, Version, document_id, text_digest
from corpus.pages import Done, Keeping, NewVisit, Page, Proposal, Result
from corpus.store import Store

OWNER: Final = "amsterdam-algorithm-register"
STARTED: Final = "2026-11-28T06:00:00Z"
ENDED: Final = "2026-11-28T06:20:00Z"

PROPOSED: Final = "https://example.org/proposed"
KEPT: Final = "https://example.org/kept"
LEFT_OUT: Final = "https://example.org/left-out"
FAR_OUT: Final = "https://example.org/far-out"
COPY: Final = "https://example.org/copy"
BROKEN: Final = "https://example.org/broken"
WAITING: Final = "https://example.org/waiting"
REASONS: Final = ("It speaks of algorithm registers.", "It is like other texts of the city.")


def document(url: str, text: str, attached: Attached | None, initiative: str) -> Document:
    return Document(
        id=document_id(address_key(url)),
        key=address_key(url),
        url=url,
        name=url.rpartition("/")[2],
        media_type="text/html",
        initiative=initiative,
        attached=attached,
        versions=(
            Version(
                first_seen="2026-11-28",
                last_seen="2026-11-28",
                sha256_bytes=text_digest(text + " as bytes"),
                sha256_text=text_digest(text),
                extractor="stand-in 1",
                title=f"Title of {url}",
                language="en",
                text=text,
            ),
        ),
    )


def page(url: str, score: float | None, source: str = "made-up", **more: object) -> Page:
    return Page(
        key=address_key(url),
        url=url,
        source=source,
        title=f"Title of {url}",
        language="en",
        score=score,
        reasons=REASONS,
        first_seen="2026-11-28",
        last_seen="2026-11-28",
        asked="2026-11-28",
        **more,  # type: ignore[arg-type]
    )


def fill(store: Store, *, end: bool = True) -> int:
    """Have a crawl visit six pages, each with another outcome; its number."""
    crawls = Crawls(store)
    crawl = crawls.begin("{}", STARTED).id
    urls = (PROPOSED, KEPT, LEFT_OUT, FAR_OUT, COPY, BROKEN, *(() if end else (WAITING,)))
    crawls.add(
        crawl,
        [
            NewVisit(key=address_key(url), url=url, host="example.org", source="made-up")
            for url in urls
        ],
    )
    ids = {}
    for url in urls:
        row = store.connection.execute("SELECT id FROM visit WHERE url = ?", (url,)).fetchone()
        ids[url] = row[0]

    def done(url: str, result: Result, **more: object) -> Done:
        return Done(visit=ids[url], result=result, bytes=1000, seconds=0.5, **more)  # type: ignore[arg-type]

    proposed = document(PROPOSED, "A register of algorithms about quokkas.", "proposed", OWNER)
    kept = document(KEPT, "Rules on cameras.", "address", OWNER)
    crawls.keep(
        crawl,
        [
            done(
                PROPOSED,
                "new",
                keeping=(Keeping(proposed),),
                page=page(
                    PROPOSED,
                    0.9,
                    document=proposed.id,
                    proposal=Proposal(OWNER, 0.71, ("Both name Amsterdam.",)),
                ),
            ),
            done(KEPT, "new", keeping=(Keeping(kept),), page=page(KEPT, 0.55, document=kept.id)),
            done(LEFT_OUT, "off_topic", page=page(LEFT_OUT, 0.35), reason="Scored 0.35."),
            done(FAR_OUT, "off_topic", page=page(FAR_OUT, 0.05), reason="Scored 0.05."),
            done(COPY, "duplicate", page=page(COPY, 0.8), reason=f"Its text is that of {KEPT}."),
            done(BROKEN, "failed", reason="HTTP 500"),
        ],
    )
    if end:
        crawls.end(crawl, ENDED)
    return crawl


def make_store(path: Path, *, end: bool = True) -> int:
    """A new store with such a crawl; its number."""
    with Store.open(path) as store:
        return fill(store, end=end)
