"""Options of the command line that stand for parameters of the API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from search_app.parameter_table import Parameter

if TYPE_CHECKING:
    from indexer.engine import SearchEngine
    from search_app.params import Args

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class QueryCommand(click.Command):
    """A command whose words may begin with a minus, which then belongs to the query."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, but a single minus makes no option; an unknown `--word` is refused."""
        # Whatever stands behind a lone `--` is a word.
        before = args[: args.index("--")] if "--" in args else list(args)
        left = super().parse_args(ctx, args)
        known = {name for option in self.params for name in option.opts}
        for word in ctx.params["words"]:
            name = word.split("=")[0]
            if name.startswith("--") and name not in known and word in before:
                from search_app.vocabulary import nearest_name

                near = nearest_name(name, known)
                raise click.NoSuchOption(name, possibilities=[near] if near else None, ctx=ctx)
        return left


def options(parameters: tuple[Parameter, ...]) -> Callable[[F], F]:
    """The options of a command that stand for parameters of the API."""

    def add(command: F) -> F:
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
        "expansion": "TOPIC",
    }.get(parameter.reading, "VALUE")


def _help(parameter: Parameter) -> str:
    text = parameter.meaning.replace("`", "")
    if parameter.reading == "choice":
        text += f" One of: {', '.join(parameter.allowed)}."
    if parameter.default is not None:
        text += f" [default: {parameter.default}]"
    return text


def pairs(parameters: tuple[Parameter, ...], given: dict[str, Any]) -> list[tuple[str, str]]:
    """The options given, as parameters of the API."""
    found = []
    for parameter in parameters:
        values = given.get(variable(parameter))
        if values is not None and parameter.option:
            several = values if isinstance(values, tuple) else (values,)
            found += [(parameter.name, value) for value in several]
    return found


def read_with(
    reader: Callable[[Args, SearchEngine, Sequence[Parameter]], T],
    parameters: tuple[Parameter, ...],
    given: list[tuple[str, str]],
    engine: SearchEngine,
) -> T:
    """What `search_app.params` makes of options; a fault is wrong use and names the option."""
    from werkzeug.datastructures import MultiDict

    from search_app.params import BadParameters

    try:
        return reader(MultiDict(given), engine, parameters)
    except BadParameters as error:
        names = {p.name: f"--{p.option}" for p in parameters if p.option}
        lines = []
        for fault in error.faults:
            text = str(fault)
            if fault.parameter in names:
                text = text.replace(f"'{fault.parameter}'", names[fault.parameter])
            lines.append(text)
        raise click.UsageError("\n".join(lines)) from None
