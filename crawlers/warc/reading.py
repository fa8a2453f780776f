"""Evidence read back, ours or another crawler's: exchanges out of WARC records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from crawlers.warc.exchange import Exchange, Headers, brought_back, first, joined_chunks, message
from crawlers.warc.files import EvidenceFault, warc_files
from crawlers.warc.records import MEBIBYTE, Record, Tell, records
from crawlers.warc.writing import PURPOSE, SOURCE

MOST_BODY: Final = 20 * MEBIBYTE
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?")
_ANSWERS: Final = ("response", "revisit", "resource")


def read_evidence(
    named: Path | Iterable[Path], tell: Tell = lambda fault: None
) -> Iterator[Exchange]:
    """The exchanges of WARC files, in order of their names and of their records.

    `named` are files and folders. What can't be read is told of, and the rest is read: torn
    ends, damage, records beyond 20 MiB, answers that were left out because they were like an
    earlier one that is not here. Raises EvidenceError where nothing can be read at all.
    """
    return _Evidence(tell).of(warc_files(named))


class _Evidence:
    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        # Where the answer with a digest is, for those that only refer to it.
        self._answers: dict[str, tuple[Path, int]] = {}

    def of(self, files: Iterable[Path]) -> Iterator[Exchange]:
        for path in files:
            try:
                yield from self._of_file(path)
            except OSError as error:
                self._tell(EvidenceFault(str(path), 0, f"can't be read: {error.strerror}."))

    def _of_file(self, path: Path) -> Iterator[Exchange]:
        # A request may stand before its answer or behind it.
        request: Record | None = None
        waiting: tuple[Record, Exchange] | None = None
        for record in records(path, self._tell):
            if record.kind == "request":
                if waiting is not None and _belong(record, waiting[0]):
                    yield _asked(waiting[1], record)
                    waiting = None
                else:
                    request = record
            elif record.kind in _ANSWERS:
                if waiting is not None:
                    yield waiting[1]
                    waiting = None
                exchange = self._exchange(path, record)
                if exchange is None:
                    continue
                if request is not None and _belong(request, record):
                    yield _asked(exchange, request)
                else:
                    waiting = record, exchange
                request = None
            elif record.kind == "continuation":
                self._fault(path, record, "Answers in several records are not read.")
        if waiting is not None:
            yield waiting[1]

    def _exchange(self, path: Path, record: Record) -> Exchange | None:
        """The exchange a record holds the answer of, None where it has none to give."""
        if not record.url.lower().startswith(("http://", "https://")):
            return None  # of name servers, of the crawler itself
        time = record.fields.get("warc-date", "")
        if not _TIME.fullmatch(time):
            self._fault(path, record, "It does not say when it was fetched.")
            return None
        if record.block is None:
            self._fault(path, record, record.problem)
            return None
        answer = self._answer(path, record)
        if answer is None:
            return None
        line, headers, body = answer
        if len(body) > MOST_BODY:
            self._fault(path, record, "It is longer than 20 MiB.")
            return None
        return Exchange(
            url=record.url,
            time=time,
            status_line=line,
            response_headers=headers,
            body=body,
            truncated="warc-truncated" in record.fields,
            ip=record.fields.get("warc-ip-address"),
            source=unquote(record.fields.get(SOURCE.lower(), "")),
            purpose=unquote(record.fields.get(PURPOSE.lower(), "")) or _purpose(record.url),
        )

    def _answer(self, path: Path, record: Record) -> tuple[bytes, Headers, bytes] | None:
        block = record.block or b""
        if record.kind == "resource":
            kind = record.fields.get("content-type", "application/octet-stream")
            return b"HTTP/1.1 200 OK", ((b"Content-Type", kind.encode("utf-8", "replace")),), block
        if record.kind == "response":
            if not block.startswith(b"HTTP/"):
                self._fault(path, record, "Its answer is not one of HTTP.")
                return None
            digest = record.fields.get("warc-payload-digest")
            if digest and record.alone:
                self._answers.setdefault(digest, (path, record.start))
            return plain(block)
        line, headers, _ = plain(block)
        if "server-not-modified" in record.fields.get("warc-profile", ""):
            return line or b"HTTP/1.1 304 Not Modified", headers, b""
        return self._referred(path, record, line, headers)

    def _referred(
        self, path: Path, record: Record, line: bytes, headers: Headers
    ) -> tuple[bytes, Headers, bytes] | None:
        """The answer a revisit was like, with the head it had itself."""
        where = self._answers.get(record.fields.get("warc-payload-digest", ""))
        if where is not None:
            file, start = where
            earlier = next(records(file, start=start), None)
            if earlier is not None and earlier.block:
                own_line, own_headers, body = plain(earlier.block)
                return (line, headers, body) if line else (own_line, own_headers, body)
        self._fault(path, record, "It was like an earlier answer, which is not here.")
        return None

    def _fault(self, path: Path, record: Record, problem: str) -> None:
        self._tell(EvidenceFault(str(path), record.start, f"{problem} ({record.url})"))


def plain(block: bytes) -> tuple[bytes, Headers, bytes]:
    """An HTTP answer, the coding of its transfer taken off."""
    line, headers, body = message(block)
    coding = first(headers, b"transfer-encoding")
    if coding is not None and b"chunked" in coding.lower():
        body = joined_chunks(body)
    return line, brought_back(headers), body


def _purpose(url: str) -> str:
    """What an address of another crawler's evidence was asked as; of lists nobody can tell."""
    path = url.partition("://")[2].partition("/")[2]
    return "robots" if path == "robots.txt" else "page"  # RFC 9309, section 2.3


def _belong(request: Record, answer: Record) -> bool:
    """Whether a request is that of an answer."""
    asked, answered = (r.fields.get("warc-record-id") for r in (request, answer))
    to_answer = request.fields.get("warc-concurrent-to")
    to_request = answer.fields.get("warc-concurrent-to")
    if to_answer or to_request:
        return answered == to_answer is not None or asked == to_request is not None
    return request.url == answer.url


def _asked(exchange: Exchange, request: Record) -> Exchange:
    from msgspec.structs import replace

    return replace(exchange, request_headers=message(request.block or b"")[1])
