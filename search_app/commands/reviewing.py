"""Commands for what crawls did: report, review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
import msgspec

from search_app.commands.common import (
    COUNT,
    counted,
    data_option,
    data_words,
    json_option,
    print_json,
    say,
    settings_of,
    then,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.pages import Page
    from corpus.reviews import Part, Review, Reviewed
    from corpus.store import Store
    from crawlers.crawl_report import CrawlReport
    from search_app.settings import Settings

LISTED: Final = 10
"""Pages of each part of a review, where no other number is asked for."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of an address; `initiative` is the one its document now belongs to,
    `removed` the id of a document that went."""

    url: str
    source: str
    decision: str
    title: str | None
    initiative: str | None = None
    removed: str | None = None


@click.command()
@click.argument("crawl", type=COUNT, required=False)
@data_option
@json_option
def report(crawl: int | None, data: str | None, as_json: bool) -> None:
    """What the crawl of a number brought, or the newest: by source, with every loss named."""
    from corpus.store import Store

    settings = settings_of(data)
    with Store.open(settings.store, create=False) as store:
        found = _report(store, crawl)
    if found is None:
        if crawl is not None:
            raise click.UsageError(
                f"There is no crawl {crawl}. For the newest: {then('report', data)}"
            )
        if as_json:
            print_json(None)
        say(f"There was no crawl yet. To begin one: {then('crawl', data)}")
    elif as_json:
        print_json(found)
    else:
        from crawlers.crawl_report import as_text

        click.echo(as_text(found, data_words(data), _width()))


def _report(store: Store, crawl: int | None) -> CrawlReport | None:
    from corpus.crawls import Crawls
    from crawlers.crawl_report import report_of

    crawls = Crawls(store)
    newest = crawls.newest()
    chosen = newest if crawl is None else crawls.crawl(crawl)
    if chosen is None or newest is None:
        return None
    return report_of(chosen, crawls.tallies(chosen.id), chosen.id == newest.id)


def _width() -> int:
    import shutil

    from search_app.terminal import WIDEST

    return min(shutil.get_terminal_size().columns, WIDEST)


@click.command()
@click.option(
    "--keep", metavar="URL", multiple=True, help="Keep a page whatever its score, even a copy."
)
@click.option("--drop", metavar="URL", multiple=True, help="Leave a page out for good.")
@click.option(
    "--attach",
    metavar="URL ID",
    nargs=2,
    multiple=True,
    help="The document of a page belongs to an initiative.",
)
@click.option("--limit", metavar="N", type=COUNT, help="List N pages of each kind.")
@click.option("--all", "every", is_flag=True, help="List all pages.")
@data_option
@json_option
def review(
    keep: tuple[str, ...],
    drop: tuple[str, ...],
    attach: tuple[tuple[str, str], ...],
    limit: int | None,
    every: bool,
    data: str | None,
    as_json: bool,
) -> None:
    """Look through what crawls proposed, left out and kept, and overrule it.

    Without --keep, --drop and --attach it lists: initiatives proposed for documents, pages left
    out and pages kept by their score, those nearest to the threshold first, copies of what stands
    elsewhere, and what was decided. What a person says holds for every later crawl. Several are
    taken together or not at all.
    """
    if (keep or drop or attach) and (limit or every):
        raise click.UsageError("--limit and --all belong to the list, without a decision.")
    if limit and every:
        raise click.UsageError("Give --limit or --all, not both.")
    settings = settings_of(data)
    if keep or drop or attach:
        decided = _decide(settings, keep, drop, attach)
        if as_json:
            print_json(decided)
        else:
            for one in decided:
                click.echo(_sentence(one))
        _tell_next(decided, data)
        return
    found = _review(settings, None if every else limit or LISTED)
    if as_json:
        print_json(found)
    else:
        _print(found, data)


def _review(settings: Settings, most: int | None) -> Review:
    from corpus.catalogue import load_bundled
    from corpus.reviews import review as look
    from corpus.store import Store
    from crawlers.judging import THRESHOLD
    from crawlers.source_files import find_sources, source_folders

    sources = find_sources(source_folders(settings.data), load_bundled()).sources
    own = {one.id: one.threshold for one in sources if one.threshold is not None}
    with Store.open(settings.store, create=False) as store:
        return look(store, own, THRESHOLD, most)


def _decide(
    settings: Settings,
    keep: Sequence[str],
    drop: Sequence[str],
    attach: Sequence[tuple[str, str]],
) -> list[Decided]:
    """Note what a person says, all of it or, where one can't be, nothing."""
    from corpus.catalogue import load_bundled
    from corpus.crawls import Crawls
    from corpus.database import transaction
    from corpus.store import Store
    from search_app.commands.adding import existing

    done: list[Decided] = []
    corpus = load_bundled() if attach else None
    with Store.open(settings.store) as store, transaction(store.connection, store.path):
        crawls = Crawls(store)
        done += [_decided(crawls.decide(url, "keep"), "keep") for url in keep]
        for url in drop:
            page = crawls.decide(url, "drop")
            done.append(_decided(page, "drop", removed=page.document))
        if corpus is not None:
            for url, id in attach:
                owner = existing(id, corpus, store, "--attach")
                done.append(_decided(crawls.confirm(url, owner), "attach", initiative=owner))
    return done


def _decided(
    page: Page, decision: str, *, initiative: str | None = None, removed: str | None = None
) -> Decided:
    return Decided(
        url=page.url,
        source=page.source,
        title=page.title,
        decision=decision,
        initiative=initiative,
        removed=removed,
    )


def _sentence(done: Decided) -> str:
    from search_app.citations import line

    match done.decision:
        case "keep":
            return f"Kept, whatever its score, even as a copy: {line(done.url)}"
        case "drop":
            gone = ", and its document removed" if done.removed else ""
            return f"Left out for good{gone}: {line(done.url)}"
        case _:
            return f"Belongs to {done.initiative}, as you say: {line(done.url)}"


def _tell_next(decided: Sequence[Decided], data: str | None) -> None:
    from shlex import quote

    sources = dict.fromkeys(one.source for one in decided if one.decision == "keep")
    if sources:
        named = " ".join(map(quote, sources))
        say(f"The next crawl reads it. To have that now: {then(f'crawl {named}', data)}")
    if any(one.initiative or one.removed for one in decided):
        say(f"That shows in the next index: {then('index', data)}")


def _print(found: Review, data: str | None) -> None:
    parts = (
        (
            "proposed for an initiative and not confirmed, the likeliest first",
            found.proposals,
            "To confirm or correct",
            "review --attach URL ID",
        ),
        (
            "left out by the score, nearest to being kept first",
            found.left_out,
            "To keep one",
            "review --keep URL",
        ),
        (
            "left out because the same text stands elsewhere",
            found.copies,
            "To keep one all the same",
            "review --keep URL",
        ),
        (
            "kept by the score, nearest to being left out first",
            found.kept,
            "To leave one out",
            "review --drop URL",
        ),
        ("decided by a person", found.decided, "To say otherwise", "review --keep URL"),
    )
    if not any(part.total for _, part, *_ in parts):
        say(f"No crawl has left anything to look through. To begin one: {then('crawl', data)}")
        return
    for name, part, aim, command in parts:
        if part.total:
            _print_part(name, part)
            click.echo(f"{aim}: {then(command, data)}\n")
    if any(part.total > len(part.pages) for _, part, *_ in parts):
        say(f"There are more. To see all: {then('review --all', data)}")


def _print_part(name: str, part: Part) -> None:
    from search_app.terminal import folded

    shown = len(part.pages)
    of = f", {shown:,} of them here" if part.total > shown else ""
    click.echo(folded(f"{counted(part.total, 'page')} {name}{of}:", ""))
    for page in part.pages:
        click.echo()
        _print_page(page)
    click.echo()


def _print_page(page: Reviewed) -> None:
    from search_app.citations import line
    from search_app.terminal import folded

    score = "" if page.score is None else f"scored {page.score:.2f}, {page.threshold:.2f} is kept"
    facts = [score, line(page.source), f"seen {page.last_seen}"]
    if page.decision is not None:
        facts.insert(0, {"keep": "keep", "drop": "leave out"}[page.decision])
    click.echo(folded(line(page.title or page.url), "  "))
    click.echo(f"    {line(page.url)}")
    click.echo(folded(" · ".join(fact for fact in facts if fact), "    "))
    if page.copy is not None:
        click.echo(folded(line(page.copy), "    "))
    if page.proposal is not None:
        said = f"proposed: {page.proposal.initiative}, {page.proposal.score:.2f}"
        click.echo(folded(f"{said}. {' '.join(map(line, page.proposal.reasons))}", "    "))
    elif page.initiative is not None:
        click.echo(folded(f"belongs to {page.initiative}", "    "))
    if page.reasons:
        click.echo(folded(f"why the score: {' '.join(map(line, page.reasons))}", "    "))
