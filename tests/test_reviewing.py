"""What people see of crawls at the terminal, and what they overrule."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Run, runner
from made_crawls import BROKEN, COPY, FAR_OUT, KEPT, LEFT_OUT, OWNER, PROPOSED, document, make_store
from msgspec.structs import replace

from corpus.addresses import address_key
from corpus.crawls import Crawls
from corpus.pages import Page
from corpus.store import Store
from crawlers.judging import THRESHOLD


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(tmp_path, capsys, monkeypatch)


@pytest.fixture
def crawled(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite3"
    make_store(path)
    return path


def known(path: Path, url: str) -> Page | None:
    with Store.open(path, create=False) as store:
        return Crawls(store).page(address_key(url))


def test_a_report_names_what_came_of_the_newest_crawl(run: Run, crawled: Path) -> None:
    ran = run("report")
    assert ran.code == 0
    words = " ".join(ran.out.split())
    assert (
        "made-up: 5 fetched (6.0 kB, 3 s): 2 new, 2 off topic, 1 with the text of another, 1 failed."
        in words
    )
    assert "failed: HTTP 500 (1)" in words
    assert "ended 2026-11-28 06:20 (UTC)." in words
    assert max(map(len, ran.out.splitlines())) <= 80
    found = run("report", "1", "--json").json
    assert (found["total"]["new"], found["failed"], found["sources"][0]["source"]) == (
        *(2, []),
        "made-up",
    )


def test_a_crawl_that_was_interrupted_is_said_to_be(run: Run, tmp_path: Path) -> None:
    make_store(tmp_path / "store.sqlite3", end=False)
    words = " ".join(run("report").out.split())
    assert "has not come to its end. 1 address waits." in words
    assert words.endswith("cityrights crawl --resume")


def test_a_report_without_a_crawl_says_how_to_begin_one(run: Run) -> None:
    ran = run("report")
    assert (ran.code, ran.out) == (0, "")
    assert "There was no crawl yet. To begin one: cityrights crawl" in ran.err
    unknown = run("report", "7")
    assert unknown.code == 2
    assert "There is no crawl 7." in unknown.err
    for words in (("report", "9" * 20), ("review", "--limit", "9" * 20)):
        beyond = run(*words)
        assert beyond.code == 2
        assert "is not in the range" in beyond.err
    assert run("report", "x").code == 2


def test_a_review_lists_what_is_proposed_left_out_and_kept(run: Run, crawled: Path) -> None:
    ran = run("review")
    assert ran.code == 0
    assert PROPOSED in ran.out
    words = " ".join(ran.out.split())
    assert f"proposed: {OWNER}, 0.71. Both name Amsterdam." in words
    assert "It speaks of algorithm registers." in words
    assert f"scored 0.35, {THRESHOLD:.2f} is kept" in words
    assert words.index(LEFT_OUT) < words.index(FAR_OUT)
    assert "To keep one: cityrights review --keep URL" in ran.out
    assert BROKEN not in ran.out
    assert "There are more" not in ran.err


def test_a_review_is_bounded_and_says_how_to_see_more(run: Run, crawled: Path) -> None:
    ran = run("review", "--limit", "1")
    words = " ".join(ran.out.split())
    assert "2 pages left out by the score, nearest to being kept first, 1 of them here:" in words
    assert FAR_OUT not in ran.out
    assert "To see all: cityrights review --all" in ran.err
    assert FAR_OUT in run("review", "--all").out
    found = run("review", "--limit", "1", "--json").json
    assert (found["left_out"]["total"], len(found["left_out"]["pages"])) == (2, 1)
    assert found["left_out"]["pages"][0]["url"] == LEFT_OUT
    assert found["proposals"]["pages"][0]["proposal"]["initiative"] == OWNER
    assert found["decided"]["total"] == 0


def test_a_source_with_a_threshold_of_its_own_is_measured_by_it(
    run: Run, crawled: Path, tmp_path: Path
) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "made-up.toml").write_text(
        'id = "made-up"\nname = "Made up"\nkind = "pages"\nthreshold = 0.3\n'
        'start = ["https://example.org/"]\n',
        encoding="utf-8",
    )
    found = run("review", "--json").json
    assert [one["url"] for one in found["left_out"]["pages"]] == [FAR_OUT]
    assert found["left_out"]["pages"][0]["threshold"] == 0.3


def test_a_page_that_was_left_out_can_be_kept(run: Run, crawled: Path) -> None:
    ran = run("review", "--keep", LEFT_OUT)
    assert ran.code == 0
    assert ran.out == f"Kept, whatever its score, even as a copy: {LEFT_OUT}\n"
    assert "cityrights crawl made-up" in ran.err
    page = known(crawled, LEFT_OUT)
    assert page is not None
    assert (page.decision, page.etag) == ("keep", None)
    decided = run("review", "--json").json["decided"]["pages"]
    assert [(one["url"], one["decision"]) for one in decided] == [(LEFT_OUT, "keep")]


def test_a_copy_is_listed_with_what_it_is_a_copy_of_until_somebody_keeps_it(
    run: Run, crawled: Path
) -> None:
    words = " ".join(run("review").out.split())
    assert "1 page left out because the same text stands elsewhere:" in words
    assert f"Its text is that of {KEPT}." in words
    (listed,) = run("review", "--json").json["copies"]["pages"]
    assert (listed["url"], listed["copy"]) == (COPY, f"Its text is that of {KEPT}.")
    assert "cityrights crawl made-up" in run("review", "--keep", COPY).err
    found = run("review", "--json").json
    assert found["copies"]["total"] == 0
    assert [one["url"] for one in found["decided"]["pages"]] == [COPY]


def test_a_copy_of_which_one_spelling_led_to_another_is_listed_too(run: Run, crawled: Path) -> None:
    with Store.open(crawled) as store, store.connection:
        store.connection.execute("UPDATE visit SET key = key || '#1' WHERE url = ?", (COPY,))
        assert Crawls(store).left_out_as(address_key(COPY)) == "duplicate"
    assert run("review", "--json").json["copies"]["total"] == 1


def test_a_page_that_was_kept_can_be_dropped_with_its_document(run: Run, crawled: Path) -> None:
    ran = run("review", "--drop", KEPT)
    assert ran.out == f"Left out for good, and its document removed: {KEPT}\n"
    assert "cityrights index" in ran.err
    page = known(crawled, KEPT)
    assert page is not None
    assert (page.decision, page.document) == ("drop", None)
    with Store.open(crawled, create=False) as store:
        assert [one.url for one in store.documents_of([OWNER])] == [PROPOSED]
        assert store.check() == []


def test_a_proposal_can_be_confirmed_or_said_to_be_another(run: Run, crawled: Path) -> None:
    ran = run("review", "--attach", PROPOSED, OWNER, "--attach", KEPT, "helsinki-ai-register")
    assert ran.code == 0
    assert f"Belongs to {OWNER}, as you say: {PROPOSED}" in ran.out
    with Store.open(crawled, create=False) as store:
        (one,) = store.documents_of([OWNER])
        (other,) = store.documents_of(["helsinki-ai-register"])
    assert (one.url, one.attached) == (PROPOSED, "confirmed")
    assert (other.url, other.attached) == (KEPT, "confirmed")
    found = run("review", "--json").json
    assert found["proposals"]["total"] == 0
    assert {one["url"] for one in found["decided"]["pages"]} == {PROPOSED, KEPT}


def test_decisions_are_taken_together_or_not_at_all(run: Run, crawled: Path) -> None:
    ran = run("review", "--keep", LEFT_OUT, "--attach", PROPOSED, "helsinki-ai-registr")
    assert ran.code == 2
    assert "--attach: there is no initiative 'helsinki-ai-registr'." in ran.err
    assert "Did you mean 'helsinki-ai-register'?" in ran.err
    unknown = run("review", "--keep", LEFT_OUT, "--drop", "https://example.org/nowhere")
    assert unknown.code == 1
    assert "No crawl has met 'https://example.org/nowhere'." in unknown.err
    assert run("review", "--attach", LEFT_OUT, OWNER).code == 1
    page = known(crawled, LEFT_OUT)
    assert page is not None
    assert page.decision is None
    assert run("review", "--keep", LEFT_OUT, "--all").code == 2
    assert run("review", "--limit", "3", "--all").code == 2


def test_decisions_as_json(run: Run, crawled: Path) -> None:
    (done,) = run("review", "--drop", KEPT, "--json").json
    assert (done["decision"], done["source"]) == ("drop", "made-up")
    assert len(done["removed"]) == 16


def test_nothing_to_look_through_is_said(run: Run) -> None:
    ran = run("review")
    assert (ran.code, ran.out) == (0, "")
    assert "To begin one: cityrights crawl" in ran.err


def test_why_an_initiative_was_proposed_goes_with_the_document(crawled: Path) -> None:
    with Store.open(crawled) as store:
        of = {one.url: one for one in store.documents_of([OWNER])}
        assert of[PROPOSED].reasons == ("Both name Amsterdam.",)
        assert of[KEPT].reasons == ()
        Crawls(store).confirm(PROPOSED, OWNER)
        of = {one.url: one for one in store.documents_of([OWNER])}
        assert (of[PROPOSED].attached, of[PROPOSED].reasons) == ("confirmed", ())


def test_every_address_of_a_document_was_seen_when_it_was(crawled: Path) -> None:
    with Store.open(crawled) as store:
        assert store.days_seen() == {
            address_key(PROPOSED): "2026-11-28",
            address_key(KEPT): "2026-11-28",
        }
        moved = document(KEPT, "Rules on cameras.", "address", OWNER)
        moved = replace(
            moved,
            final_url="https://example.org/moved/",
            versions=(replace(moved.newest, last_seen="2026-12-05"),),
        )
        store.see(moved)
        assert store.days_seen()["example.org/moved"] == "2026-12-05"


def test_an_archive_without_a_file_begins_no_crawl(run: Run, tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    ran = run("crawl", "--from-warc", str(tmp_path / "warc"))
    assert (ran.code, ran.out) == (1, "")
    assert "There is no WARC file" in ran.err
    assert "There was no crawl yet" in run("report").err


def test_who_asks_for_what_is_not_there_is_told_where_to_look(run: Run, crawled: Path) -> None:
    assert "To see all: cityrights sources check" in run("crawl", "quokkas", "--dry-run").err
    assert "For the newest: cityrights report" in run("report", "77").err
