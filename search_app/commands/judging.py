"""Commands that measure: evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from search_app.commands.common import (
    Progress,
    data_option,
    json_option,
    open_engine,
    print_json,
    settings_of,
)

if TYPE_CHECKING:
    from indexer.evaluate import Evaluation
    from search_app.settings import Settings


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
    "--collection",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Documents of their own: documents.jsonl.gz, queries.jsonl and qrels.tsv.",
)
@click.option(
    "--use-language", is_flag=True, help="Give each query's language instead of detecting it."
)
@click.option(
    "--expand",
    type=click.Choice(["auto", "none"]),
    default="auto",
    help="Whether concepts are searched beside the words.",
)
@data_option
@json_option
def evaluate(
    queries: Path | None,
    similar: Path | None,
    collection: Path | None,
    use_language: bool,
    expand: str,
    data: str | None,
    as_json: bool,
) -> None:
    """Measure the search, or the similar initiatives, over a judged set."""
    given = [folder for folder in (queries, similar, collection) if folder is not None]
    if len(given) != 1:
        raise click.UsageError("Give --queries DIR, --similar DIR or --collection DIR, one alone.")
    if queries is None and use_language:
        raise click.UsageError("--use-language belongs to --queries.")
    if similar is not None and expand != "auto":
        raise click.UsageError("--expand belongs to --queries and --collection.")
    folder, expanded = given[0], expand == "auto"
    result = (
        _of_collection(folder, expand=expanded)
        if collection is not None
        else _of_index(folder, settings_of(data), queries is not None, use_language, expanded)
    )
    if as_json:
        print_json(result)
    else:
        _print(result)


def _of_index(
    folder: Path, settings: Settings, queries: bool, use_language: bool, expand: bool
) -> Evaluation:
    from indexer.evaluate import evaluate_queries, evaluate_similar

    engine = open_engine(settings)
    if not queries:
        return evaluate_similar(folder, engine)
    return evaluate_queries(folder, engine, use_language=use_language, expand=expand)


def _of_collection(folder: Path, *, expand: bool) -> Evaluation:
    from corpus.catalogue import load_bundled
    from indexer.collection import evaluate_collection

    progress = Progress()
    try:
        concepts = load_bundled().concepts if expand else {}
        return evaluate_collection(folder, concepts, expand=expand, progress=progress)
    finally:
        progress.end()


def _print(result: Any) -> None:
    names = result.all.__struct_fields__
    rows = [("all", result.all), *sorted(result.by_language.items())]
    click.echo(f"{result.set}: {result.queries} queries")
    click.echo("".join((f"{'':10}", *(f"{name:>14}" for name in names))))
    for label, figures in rows:
        cells = (getattr(figures, name) for name in names)
        shown = (f"{cell:>14}" if isinstance(cell, int) else f"{cell:>14.4f}" for cell in cells)
        click.echo("".join((f"{label:10}", *shown)))
