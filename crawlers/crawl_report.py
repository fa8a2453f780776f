"""The report of a crawl: what it brought of each source, what it left out and why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from shlex import quote
from typing import Any, Final

import msgspec

from corpus.cleaning import clean_line
from corpus.pages import Crawl, Tally
from crawlers.crawl_plan import plan_of

WAITING: Final = "waiting"
"""What `Crawls.tallies` calls addresses that were not visited yet."""

_NOT_ANSWERED: Final = ("failed", "robots", "skipped", "withdrawn", WAITING)
_EXPLAINED: Final = ("failed", "refused", "list", "robots", "skipped", "withdrawn")
"""Results whose reasons are worth a line, in the order of a reader's worry."""
_REASONS: Final = 5
"""Reasons of one result and source that the text names."""
_READ: Final = ("new", "changed", "unchanged", "not_modified", "off_topic", "duplicate")
_LOST: Final = ("failed", "refused", "gone")


class Reason(msgspec.Struct, frozen=True):
    """How often a result (one of `corpus.pages.Result`) had a reason."""

    result: str
    reason: str
    count: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of addresses; each counts once but where said.

    `fetched` are all that were asked for and answered, whatever the answer; what robots rules keep
    back is not among them. `unchanged` takes
    in the `not_modified` (304). `lists` led to others, `redirected` answered with another
    address. `robots` were not asked or not kept because the site says so, `refused` can't be
    read as a document, `skipped` were beyond a bound. `seconds` are of requests, added up.
    """

    fetched: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    not_modified: int = 0
    gone: int = 0
    off_topic: int = 0
    duplicates: int = 0
    lists: int = 0
    redirected: int = 0
    robots: int = 0
    withdrawn: int = 0
    refused: int = 0
    failed: int = 0
    skipped: int = 0
    waiting: int = 0
    bytes: int = 0
    seconds: float = 0.0


class SourceReport(Counts, frozen=True, kw_only=True):
    """What came of a source. `failed_wholly` where nothing waits, something was lost, and not
    one page could be read; `reasons` the most frequent first."""

    source: str
    failed_wholly: bool
    reasons: tuple[Reason, ...] = ()


class CrawlReport(msgspec.Struct, frozen=True, kw_only=True):
    """A crawl in numbers. `ended` is None while it runs or where it was interrupted; it can be
    resumed if it is the newest: one that read an `archive` (a folder) by reading that again.
    `failed` names the sources that failed wholly."""

    crawl: int
    started: str
    ended: str | None
    resumable: bool
    total: Counts
    failed: tuple[str, ...]
    sources: tuple[SourceReport, ...]
    archive: str | None = None

    @property
    def brought(self) -> int:
        """How many documents are new, changed or gone: whether an index is worth building."""
        return self.total.new + self.total.changed + self.total.gone


def report_of(crawl: Crawl, tallies: Iterable[Tally], newest: bool = True) -> CrawlReport:
    """The report of a crawl from `Crawls.tallies`; `newest` where no later one was begun."""
    by_source = sorted(tallies, key=lambda tally: tally.source)
    sources = tuple(
        _source(source, list(own)) for source, own in groupby(by_source, lambda t: t.source)
    )
    return CrawlReport(
        crawl=crawl.id,
        started=crawl.started,
        ended=crawl.ended,
        resumable=newest and crawl.ended is None,
        total=Counts(**_counts(by_source)),
        failed=tuple(one.source for one in sources if one.failed_wholly),
        sources=sources,
        archive=plan_of(crawl).archive,
    )


def _source(source: str, tallies: Sequence[Tally]) -> SourceReport:
    had = {tally.result for tally in tallies}
    lost = had.intersection(_LOST) and not had.intersection((*_READ, WAITING))
    reasons = [
        Reason(tally.result, clean_line(tally.reason), tally.count)
        for tally in tallies
        if tally.reason and tally.result in _EXPLAINED
    ]
    reasons.sort(key=lambda one: (_EXPLAINED.index(one.result), -one.count, one.reason))
    return SourceReport(
        source=source, failed_wholly=bool(lost), reasons=tuple(reasons), **_counts(tallies)
    )


def _counts(tallies: Sequence[Tally]) -> dict[str, Any]:
    def count(*results: str) -> int:
        return sum(tally.count for tally in tallies if tally.result in results)

    return {
        "fetched": sum(t.count for t in tallies if t.result not in _NOT_ANSWERED),
        "unchanged": count("unchanged", "not_modified"),
        "duplicates": count("duplicate"),
        "lists": count("list"),
        "bytes": sum(tally.bytes for tally in tallies),
        "seconds": round(sum(tally.seconds for tally in tallies), 3),
        **{
            name: count(name)
            for name in (
                *("new", "changed", "not_modified", "gone", "off_topic", "redirected", "robots"),
                *("withdrawn", "refused", "failed", "skipped", WAITING),
            )
        },
    }


def as_text(report: CrawlReport, data: str = "", width: int = 80) -> str:
    """The report for people: a paragraph a source, all of them together, and how it ended.

    `data` is what a command says of the data folder, if anything; `width` in columns.
    """
    lines = []
    for source in report.sources:
        lines.append(_folded(f"{source.source}: {_said(source)}", width))
        for result, own in groupby(source.reasons, lambda one: one.result):
            reasons = list(own)
            lines += [
                _folded(f"  {_names(result)}: {one.reason.rstrip('.')} ({one.count:,})", width, 4)
                for one in reasons[:_REASONS]
            ]
            if len(reasons) > _REASONS:
                lines.append(f"  {_names(result)}: {len(reasons) - _REASONS:,} further reasons")
    count = len(report.sources)
    lines.append(
        _folded(
            f"{count:,} {'source' if count == 1 else 'sources'} in all: {_said(report.total)}",
            width,
        )
    )
    if report.failed:
        lines.append(_folded(f"Nothing could be read of: {', '.join(report.failed)}", width))
    lines.append(_folded(_ending(report, data), width))
    return "\n".join(lines)


def _names(result: str) -> str:
    return "noted of a list" if result == "list" else _NAMES[result]


_NAMES: Final = {
    "new": "new",
    "changed": "changed",
    "unchanged": "unchanged",
    "gone": "gone",
    "off_topic": "off topic",
    "duplicates": "with the text of another",
    "lists": "read for links",
    "redirected": "redirected",
    "robots": "kept away by the site (robots)",
    "withdrawn": "withdrawn",
    "refused": "not readable",
    "failed": "failed",
    "skipped": "beyond a bound",
    "waiting": "waiting",
}


def _said(counts: Counts) -> str:
    begin = f"{counts.fetched:,} fetched ({size(counts.bytes)}, {counts.seconds:,.0f} s)"
    parts = []
    for name, words in _NAMES.items():
        number = getattr(counts, name)
        if number:
            among = f" ({counts.not_modified:,} by 304)" if name == "unchanged" else ""
            parts.append(f"{number:,} {words}{among if counts.not_modified else ''}")
    return f"{begin}: {', '.join(parts)}." if parts else f"{begin}."


def _ending(report: CrawlReport, data: str) -> str:
    begin = f"Crawl {report.crawl}, begun {_moment(report.started)},"
    if report.ended is not None:
        return f"{begin} ended {_moment(report.ended)} (UTC)."
    count = report.total.waiting
    waiting = f" {count:,} {'address waits' if count == 1 else 'addresses wait'}." if count else ""
    if report.resumable:
        words = f"--from-warc {quote(report.archive)}" if report.archive else "--resume"
        go_on = f"cityrights crawl {words} {data}".rstrip()
        return f"{begin} has not come to its end.{waiting} Unless it still runs: {go_on}"
    return f"{begin} was interrupted, and a later one has begun since."


def _moment(time: str) -> str:
    return time[:16].replace("T", " ")


def size(number: int) -> str:
    """Bytes in words: the unit that leaves a number below 1,000."""
    amount = float(number)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return (
                f"{amount:.0f} {unit}"
                if unit == "bytes" or amount >= 100
                else f"{amount:.1f} {unit}"
            )
        amount /= 1000
    return f"{amount:,.1f} GB"


def _folded(text: str, width: int, hanging: int = 2) -> str:
    return textwrap.fill(
        text,
        max(40, width),
        subsequent_indent=" " * hanging,
        break_on_hyphens=False,
        break_long_words=False,
    )
