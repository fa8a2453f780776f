"""Commands that measure: evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from search_app.commands.common import (
    data_option,
    json_option,
    open_engine,
    print_json,
    settings_of,
)


@click.command()
@click.option(
    "--queries",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Judged queries: queries.jsonl and qrels.tsv.",
)
@click.option(
    "--similar",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Judged neighbours: qrels.tsv.",
)
@click.option(
    "--use-language", is_flag=True, help="Give each query's language instead of detecting it."
)
@data_option
@json_option
def evaluate(
    queries: Path | None, similar: Path | None, use_language: bool, data: str | None, as_json: bool
) -> None:
    """Measure the search, or the similar initiatives, over a judged set."""
    if (queries is None) == (similar is None):
        raise click.UsageError("Give --queries DIR or --similar DIR, one of them.")
    if similar is not None and use_language:
        raise click.UsageError("--use-language belongs to --queries.")
    from indexer.evaluate import evaluate_queries, evaluate_similar

    engine = open_engine(settings_of(data))
    if queries is not None:
        result = evaluate_queries(queries, engine, use_language=use_language)
    else:
        result = evaluate_similar(similar, engine)  # type: ignore[arg-type]  # one of the two is given
    if as_json:
        print_json(result)
    else:
        _print(result)


def _print(result: Any) -> None:
    names = result.all.__struct_fields__
    rows = [("all", result.all), *sorted(result.by_language.items())]
    click.echo(f"{result.set}: {result.queries} queries")
    click.echo("".join((f"{'':10}", *(f"{name:>14}" for name in names))))
    for label, figures in rows:
        cells = (getattr(figures, name) for name in names)
        shown = (f"{cell:>14}" if isinstance(cell, int) else f"{cell:>14.4f}" for cell in cells)
        click.echo("".join((f"{label:10}", *shown)))
