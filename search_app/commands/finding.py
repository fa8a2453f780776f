"""Commands that find and show: search, similar, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from search_app.commands.common import (
    data_option,
    json_option,
    open_engine,
    print_json,
    say,
    settings_of,
)
from search_app.commands.options import QueryCommand, options, pairs, read_with
from search_app.parameter_table import SEARCH, SIMILAR

if TYPE_CHECKING:
    from corpus.model import Initiative
    from indexer.engine import SearchEngine


@click.command(
    cls=QueryCommand,
    context_settings={"ignore_unknown_options": True},
    epilog="-word leaves out what has the word; a filter's -value leaves out what has the value.",
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@options(SEARCH)
@data_option
@json_option
def search(words: tuple[str, ...], data: str | None, as_json: bool, **given: Any) -> None:
    """Search initiatives; without words, browse them."""
    from search_app.api import answers
    from search_app.params import read_search
    from search_app.terminal import print_search

    settings = settings_of(data)
    engine = open_engine(settings)
    asked = read_with(read_search, SEARCH, [("q", " ".join(words)), *pairs(SEARCH, given)], engine)
    answer = answers.search(engine, asked.request, explain=True, origin=settings.public_url or "")
    if as_json:
        print_json(answer)
    else:
        print_search(answer)


@click.command()
@click.argument("id")
@options(SIMILAR)
@data_option
@json_option
def similar(id: str, data: str | None, as_json: bool, **given: Any) -> None:
    """Initiatives most like one, and what they share."""
    from search_app.api import answers
    from search_app.params import read
    from search_app.terminal import print_similar

    settings = settings_of(data)
    engine = open_engine(settings)
    values = read_with(read, SIMILAR, pairs(SIMILAR, given), engine)
    record = _record(engine, id)
    answer = answers.similar(
        engine, record.id, values["size"], values["scope"], settings.public_url or ""
    )
    if as_json:
        print_json(answer)
    else:
        print_similar(record, answer)


@click.command()
@click.argument("id")
@data_option
@json_option
def show(id: str, data: str | None, as_json: bool) -> None:
    """One initiative, whole, with its sources."""
    from search_app.api import answers
    from search_app.terminal import print_initiative

    settings = settings_of(data)
    engine = open_engine(settings)
    answer = answers.initiative(engine, _record(engine, id), settings.public_url or "")
    if as_json:
        print_json(answer)
    else:
        print_initiative(answer)


def _record(engine: SearchEngine, id: str) -> Initiative:
    from corpus.model import Initiative
    from indexer.engine import Gone, Moved, SearchRequest
    from search_app.params import clean
    from search_app.vocabulary import nearest_name

    found = engine.initiative(clean(id))
    if isinstance(found, Moved):
        say(f"{id} is now {found.id}.")
        found = engine.initiative(found.id)
    if isinstance(found, Initiative):
        return found
    if isinstance(found, Gone):
        raise click.ClickException(f"'{id}' was withdrawn. The reason given: {found.reason}")
    near = nearest_name(clean(id), engine.every_hit(SearchRequest()))
    meant = f" Did you mean '{near}'?" if near else " A search for its title will find it."
    raise click.ClickException(f"There is no initiative '{clean(id)}'.{meant}")
