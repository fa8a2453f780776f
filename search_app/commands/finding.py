"""Commands that find and show: search, similar, show."""

from __future__ import annotations

from typing import Any

import click

from search_app.commands.common import (
    data_option,
    json_option,
    open_engine,
    print_json,
    say,
    settings_of,
)
from search_app.parameter_table import SEARCH, SIMILAR, Parameter


class QueryCommand(click.Command):
    """A command whose words may begin with a minus, which then belongs to the query."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, but a single minus makes no option; an unknown `--word` is refused."""
        last = args.index("--") if "--" in args else len(args)
        left = super().parse_args(ctx, args)
        known = {name for option in self.params for name in option.opts}
        for word in ctx.params["words"]:
            name = word.split("=")[0]
            if name.startswith("--") and name not in known and word in args[:last]:
                from search_app.vocabulary import nearest_name

                near = nearest_name(name, known)
                raise click.NoSuchOption(name, possibilities=[near] if near else None, ctx=ctx)
        return left


def options(parameters: tuple[Parameter, ...]) -> Any:
    """The options of a command that stand for parameters of the API."""

    def add(command: Any) -> Any:
        for parameter in reversed(parameters):
            if parameter.option:
                command = click.option(
                    f"--{parameter.option}",
                    variable(parameter),
                    multiple=parameter.repeatable,
                    metavar=_metavar(parameter),
                    help=_help(parameter),
                )(command)
        return command

    return add


def variable(parameter: Parameter) -> str:
    """The name of a parameter as Python writes it."""
    return parameter.name.replace(".", "_")


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
    pairs = [("q", " ".join(words)), *_pairs(SEARCH, given)]
    asked = _read(read_search, SEARCH, pairs, engine)
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
    values = _read(lambda *a: read(*a), SIMILAR, _pairs(SIMILAR, given), engine)
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


def _record(engine: Any, id: str) -> Any:
    from corpus.model import Initiative
    from indexer.engine import Gone, Moved
    from search_app.params import clean

    found = engine.initiative(clean(id))
    if isinstance(found, Moved):
        say(f"{id} is now {found.id}.")
        found = engine.initiative(found.id)
    if isinstance(found, Initiative):
        return found
    if isinstance(found, Gone):
        raise click.ClickException(f"'{id}' was withdrawn. The reason given: {found.reason}")
    suggestions = engine.suggest(clean(id).replace("-", " "), 3)
    near = ", ".join(s.target for s in suggestions if s.kind == "title")
    meant = f" Near it: {near}." if near else " A search for its title will find it."
    raise click.ClickException(f"There is no initiative '{clean(id)}'.{meant}")


def _pairs(parameters: tuple[Parameter, ...], given: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for parameter in parameters:
        values = given.get(variable(parameter))
        if values is not None and parameter.option:
            several = values if isinstance(values, tuple) else (values,)
            pairs += [(parameter.name, value) for value in several]
    return pairs


def _read(reader: Any, parameters: tuple[Parameter, ...], pairs: Any, engine: Any) -> Any:
    from werkzeug.datastructures import MultiDict

    from search_app.params import BadParameters

    try:
        return reader(MultiDict(pairs), engine, parameters)
    except BadParameters as error:
        names = {p.name: f"--{p.option}" for p in parameters if p.option}
        lines = []
        for fault in error.faults:
            text = str(fault)
            if fault.parameter in names:
                text = text.replace(f"'{fault.parameter}'", names[fault.parameter])
            lines.append(text)
        raise click.UsageError("\n".join(lines)) from None


def _metavar(parameter: Parameter) -> str:
    return {
        "number": "N",
        "date": "DATE",
        "year": "YYYY",
        "language": "CODE",
        "facets": "NAMES",
        "country": "COUNTRY",
        "city": "CITY",
        "topic": "TOPIC",
    }.get(parameter.reading, "VALUE")


def _help(parameter: Parameter) -> str:
    text = parameter.meaning.replace("`", "")
    if parameter.reading == "choice":
        text += f" One of: {', '.join(parameter.allowed)}."
    if parameter.default is not None:
        text += f" [default: {parameter.default}]"
    return text
