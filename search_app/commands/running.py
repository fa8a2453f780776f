"""Commands that build and run: index, serve, check, doctor."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING, Any

import click

from search_app.commands.common import (
    Progress,
    counted,
    data_option,
    json_option,
    open_engine,
    print_json,
    say,
    settings_of,
    then,
)

if TYPE_CHECKING:
    from indexer.generation import Manifest
    from search_app.settings import Settings


@click.command()
@data_option
@json_option
def index(data: str | None, as_json: bool) -> None:
    """Build the index anew; the one in use serves until the new one is whole."""
    settings = settings_of(data)
    manifest = build(settings)
    if as_json:
        print_json({"built": manifest.built, **manifest.facts})
    else:
        click.echo(built_sentence(manifest, settings))


def build(settings: Settings) -> Manifest:
    """Build the index, its steps on stderr."""
    from search_app.indexing import rebuild

    progress = Progress()
    try:
        return rebuild(settings, progress, say)
    finally:
        progress.end()


def built_sentence(manifest: Manifest, settings: Settings) -> str:
    """What is in an index that was built."""
    counts = manifest.facts["counts"]
    documents = f" with {counted(counts['documents'], 'document')}" if counts["documents"] else ""
    return (
        f"{counts['initiatives']:,} initiatives of {counts['cities']:,} cities in "
        f"{counts['countries']:,} countries{documents} are in the index: {settings.index}"
    )


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    envvar="CITYRIGHTS_HOST",
    show_default=True,
    help="Address to listen on.",
)
@click.option(
    "--port",
    default=8000,
    envvar="PORT",
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen on.",
)
@data_option
def serve(host: str, port: int, data: str | None) -> None:
    """Serve pages and API until stopped."""
    import os

    from search_app.server import serve as serve_until_stopped

    settings = settings_of(data)
    os.environ["CITYRIGHTS_DATA"] = str(settings.data)  # for server processes that start afresh
    raise click.exceptions.Exit(serve_until_stopped(settings, host, port, say))


@click.command()
@data_option
@json_option
def check(data: str | None, as_json: bool) -> None:
    """Check that store and index are whole."""
    from corpus.store import Store
    from indexer.generation import IndexFault
    from search_app.indexing import why_stale

    settings = settings_of(data)
    faults: list[str] = []
    with Store.open(settings.store, create=False) as store:
        faults += store.check()
    try:
        open_engine(settings)
    except IndexFault as error:
        faults.append(str(error))
    else:
        stale = why_stale(settings)
        if stale:
            say(f"Note: {stale} Build it anew with: {then('index', data)}")
    if as_json:
        print_json({"faults": faults})
    else:
        for fault in faults:
            click.echo(fault)
    if faults:
        raise click.exceptions.Exit(1)
    say("Store and index are whole.")


@click.command()
@data_option
@json_option
def doctor(data: str | None, as_json: bool) -> None:
    """Settings, versions, counts and age: what somebody who helps will ask for."""
    report = _report(settings_of(data))
    if as_json:
        print_json(report)
        return
    for part, lines in report.items():
        click.echo(f"{part}:")
        for name, value in lines.items():
            click.echo(f"  {name:24} {'none' if value is None else value}")


def _report(settings: Any) -> dict[str, dict[str, Any]]:
    from importlib.metadata import version

    from corpus.model import CorpusError
    from corpus.store import Store
    from indexer.generation import IndexFault
    from search_app.api import answers
    from search_app.indexing import why_stale

    names = ("cityrights", "flask", "granian", "msgspec", "numpy", "whoosh3")
    report: dict[str, dict[str, Any]] = {
        "settings": {
            "data": str(settings.data),
            "public_url": settings.public_url,
            "contact": settings.contact,
            "workers": settings.workers,
            "concurrency": settings.concurrency,
        },
        "versions": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}, {sys.getfilesystemencoding()}",
            **{name: version(name) for name in names},
        },
    }
    try:
        with Store.open(settings.store, create=False) as store:
            report["store"] = dict(store.counts())
    except CorpusError as error:
        report["store"] = {"fault": str(error)}
    try:
        now = answers.status(open_engine(settings))
        report["index"] = {
            "generation": now.generation,
            "built": now.built,
            "age_seconds": now.age,
            "built_by": now.versions.get("cityrights"),
            **now.counts,
            "note": why_stale(settings),
        }
    except IndexFault as error:
        report["index"] = {"fault": str(error)}
    return report
