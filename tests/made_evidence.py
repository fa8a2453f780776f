"""Exchanges and WARC files of tests: ours, and as other crawlers write them."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from crawlers.warc import EvidenceFault, EvidenceWriter, Exchange, read_evidence

DAY: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)

_TOKEN = st.from_regex(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}", fullmatch=True)
_VALUE = st.binary(max_size=60).map(
    lambda raw: raw.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"").strip(b" \t")
)
HEADERS = st.lists(st.tuples(_TOKEN, _VALUE), max_size=6).map(tuple)
URLS = st.builds(
    "{}://{}.example/{}{}".format,
    st.sampled_from(["http", "https"]),
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.text(
        st.characters(codec="ascii", exclude_characters=" #?<>", categories=["L", "N", "P", "S"])
    ),
    st.sampled_from(["", "?a=b&c=%20", "?"]),
)
_STATUS_LINES = st.builds(
    lambda version, status, reason: b"HTTP/%s %d %s" % (version, status, reason),
    st.sampled_from([b"1.0", b"1.1"]),
    st.integers(100, 599).filter(lambda status: status != 304),
    st.from_regex(rb"[A-Za-z\x80-\xff]{1,10}", fullmatch=True),
)
_ANSWERED = st.builds(
    Exchange,
    url=URLS,
    time=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
        lambda time: f"{time:%Y-%m-%dT%H:%M:%S.%f}Z"
    ),
    request_headers=HEADERS,
    status_line=_STATUS_LINES,
    response_headers=HEADERS,
    body=st.binary(max_size=300),
    truncated=st.booleans(),
    ip=st.none() | st.ip_addresses().map(str),
    source=st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    purpose=st.sampled_from(["page", "listing", "sitemap", "feed", "robots"]),
)
_NOT_MODIFIED = st.builds(
    Exchange,
    url=URLS,
    time=st.just("2026-11-01T12:00:00Z"),
    request_headers=HEADERS,
    status_line=st.just(b"HTTP/1.1 304 Not Modified"),
    response_headers=HEADERS,
)
EXCHANGES = st.one_of(_ANSWERED, _NOT_MODIFIED)


def exchange(path: str = "a", body: bytes = b"<p>Words.", **more: object) -> Exchange:
    """An answer of example.org."""
    fields: dict[str, object] = {
        "url": f"https://example.org/{path}",
        "time": "2026-11-01T12:00:00Z",
        "request_headers": ((b"Host", b"example.org"), (b"User-Agent", b"cityrights")),
        "status_line": b"HTTP/1.1 200 OK",
        "response_headers": ((b"Content-Type", b"text/html"), (b"X-Odd", b"\xff\xe9")),
        "body": body,
        "ip": "192.0.2.1",
        "source": "catalogue",
        "purpose": "page",
    }
    return Exchange(**{**fields, **more})  # type: ignore[arg-type]


def written(folder: Path, exchanges: Iterable[Exchange], crawl: int = 1) -> dict[str, int]:
    """Write exchanges as a crawl does; the lengths that were committed."""
    with EvidenceWriter(folder, crawl, now=lambda: DAY) as writer:
        for each in exchanges:
            writer.append(each)
        return writer.sync()


def read(named: Path) -> tuple[list[Exchange], list[EvidenceFault]]:
    """What is read, and what is said."""
    faults: list[EvidenceFault] = []
    return list(read_evidence(named, faults.append)), faults


def record(kind: str, block: bytes, *fields: str, version: str = "1.0", url: str = "") -> bytes:
    """A record as it stands in a plain file."""
    lines = [f"WARC/{version}", f"WARC-Type: {kind}", "WARC-Date: 2020-01-02T03:04:05Z"]
    lines += [f"WARC-Target-URI: {url}"] if url else []
    lines += [*fields, f"Content-Length: {len(block)}"]
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


def sha1(data: bytes) -> str:
    """A digest as most crawlers write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()  # noqa: S324


def packed(*parts: bytes) -> bytes:
    """Records packed each on its own."""
    return b"".join(gzip.compress(part, mtime=0) for part in parts)
