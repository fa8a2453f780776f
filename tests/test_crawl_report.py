"""What a crawl says of itself: every address counted once, every loss with its reason."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from corpus.pages import RESULTS, Crawl, Tally
from crawlers.crawl_report import WAITING, as_text, report_of, size

RUNNING = Crawl(7, "2026-11-28T06:00:00Z", None, "{}")
ENDED = Crawl(7, "2026-11-28T06:00:00Z", "2026-11-28T06:20:00Z", "{}")


def tally(source: str, result: str, count: int = 1, reason: str | None = None) -> Tally:
    return Tally(source, result, reason, count, 1000 * count, 0.5 * count)


TALLIES = [
    tally("lisbon", "new", 3),
    tally("lisbon", "unchanged", 2),
    tally("lisbon", "not_modified", 30),
    tally("lisbon", "failed", 1, "timeout"),
    tally("lisbon", "failed", 2, "status 500"),
    tally("lisbon", "robots", 4, "robots.txt disallows it"),
    tally("porto", "failed", 1, "no address"),
    tally("porto", "robots", 1, "robots.txt disallows it"),
    tally("braga", "list", 1),
    tally("braga", WAITING, 5),
    tally("braga", "failed", 1, "timeout"),
]


def test_a_report_says_how_to_go_on_with_what_was_interrupted() -> None:
    assert "Unless it still runs: cityrights crawl --resume --data 'my data'" in as_text(
        report_of(RUNNING, TALLIES), "--data 'my data'", width=500
    )
    archive = msgspec.structs.replace(RUNNING, plan='{"archive": "/old/my warc"}')
    assert "Unless it still runs: cityrights crawl --from-warc '/old/my warc'" in as_text(
        report_of(archive, TALLIES), width=500
    )


def test_a_report_counts_by_source_and_in_all() -> None:
    report = report_of(ENDED, TALLIES)
    braga, lisbon, porto = report.sources
    assert (lisbon.source, lisbon.new, lisbon.unchanged, lisbon.not_modified) == (
        *("lisbon", 3),
        *(32, 30),
    )
    assert (lisbon.fetched, lisbon.failed, lisbon.robots) == (35, 3, 4)
    assert [(one.result, one.reason, one.count) for one in lisbon.reasons] == [
        ("failed", "status 500", 2),
        ("failed", "timeout", 1),
        ("robots", "robots.txt disallows it", 4),
    ]
    assert (braga.lists, braga.waiting, porto.fetched) == (1, 5, 0)
    assert (report.total.fetched, report.total.failed, report.total.bytes) == (36, 5, 51_000)
    assert report.brought == 3


def test_a_source_failed_wholly_where_something_was_lost_and_no_page_read() -> None:
    assert report_of(ENDED, TALLIES).failed == ("porto",)
    kept_away = [tally("porto", "robots", 3, "robots.txt disallows it")]
    assert report_of(ENDED, kept_away).failed == ()
    lists_alone = [tally("porto", "list"), tally("porto", "failed", 3, "status 500")]
    assert report_of(ENDED, lists_alone).failed == ("porto",)
    assert report_of(ENDED, [tally("porto", "gone")]).failed == ("porto",)
    assert report_of(ENDED, [tally("porto", "list")]).failed == ()


def test_a_crawl_that_did_not_end_says_how_to_go_on() -> None:
    text = as_text(report_of(RUNNING, TALLIES))
    assert "has not come to its end. 5 addresses wait." in " ".join(text.split())
    assert text.endswith("cityrights crawl --resume")
    later = as_text(report_of(RUNNING, TALLIES, newest=False))
    assert "a later one has begun since" in " ".join(later.split())
    assert "--resume" not in later
    assert "ended 2026-11-28 06:20 (UTC)." in as_text(report_of(ENDED, TALLIES))


def test_the_text_names_sources_numbers_and_reasons() -> None:
    lines = as_text(report_of(ENDED, TALLIES), width=200).splitlines()
    assert (
        "lisbon: 35 fetched (42.0 kB, 21 s): 3 new, 32 unchanged (30 by 304), "
        "4 kept away by the site (robots), 3 failed." in lines
    )
    assert "  failed: status 500 (2)" in lines
    assert "Nothing could be read of: porto" in lines


def test_the_numbers_of_a_line_add_up_to_what_was_fetched() -> None:
    results = [name for name in RESULTS if name != "not_modified"]
    text = as_text(report_of(ENDED, [tally("all", name) for name in results]), width=1000)
    (line,) = [one for one in text.splitlines() if one.startswith("all: ")]
    fetched, parts = line.removeprefix("all: ").split(": ", 1)
    assert fetched.startswith("9 fetched")
    assert sum(int(part.split()[0]) for part in parts.rstrip(".").split(", ")) == len(results)


def test_what_a_host_said_stands_on_one_line_without_controls() -> None:
    text = as_text(report_of(ENDED, [tally("porto", "failed", 1, "bad\x1b[31m\nreply\u202e")]))
    assert "failed: bad[31m reply (1)" in text


def test_a_size_is_said_in_the_unit_that_is_read_most_easily() -> None:
    assert [size(n) for n in (0, 999, 1500, 250_000, 2_300_000, 7_100_000_000)] == [
        *("0 bytes", "999 bytes", "1.5 kB", "250 kB", "2.3 MB", "7.1 GB")
    ]


@given(
    st.lists(
        st.builds(
            Tally,
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from([*RESULTS, WAITING]),
            st.none() | st.text(),
            st.integers(1, 1000),
            st.integers(0, 10**9),
            st.floats(0, 1000),
        )
    )
)
def test_every_address_counts_once(tallies: list[Tally]) -> None:
    report = report_of(RUNNING, tallies)
    counted = 0
    for source in report.sources:
        counted += source.fetched + source.failed + source.robots
        counted += source.skipped + source.withdrawn + source.waiting
        kinds = (source.new, source.changed, source.unchanged, source.gone, source.off_topic)
        rest = (source.duplicates, source.lists, source.redirected, source.refused)
        assert source.fetched == sum(kinds) + sum(rest)
    assert counted == sum(one.count for one in tallies)
    assert as_text(report).isprintable() or "\n" in as_text(report)
