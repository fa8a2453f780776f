"""The command `cityrights`: results on stdout, progress on stderr, exit 0, 1 or 2.

0 is done (no hits, too), 1 failed, 2 wrong use. Everything heavy is imported by the command
that needs it, so that `--help` answers within 0.3 s.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib.metadata import version
from typing import Any, NoReturn

import click

from search_app.commands import catalogue, finding, judging, keeping, running


@click.group(context_settings={"help_option_names": ["--help"], "max_content_width": 100})
@click.version_option(version("cityrights"), message="cityrights %(version)s")
@click.option("--debug", is_flag=True, help="Show where an unexpected error came from.")
def cityrights(debug: bool) -> None:
    """Search what cities do for digital rights."""
    if debug:
        os.environ["CITYRIGHTS_DEBUG"] = "1"


for _command in (
    running.index,
    finding.search,
    finding.similar,
    finding.show,
    keeping.import_,
    keeping.withdraw,
    running.serve,
    judging.evaluate,
    catalogue.catalogue,
    running.check,
    running.doctor,
    keeping.backup,
    keeping.restore,
):
    cityrights.add_command(_command)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit; whatever happens, a person reads words and no traceback."""
    try:
        code = cityrights.main(arguments, prog_name="cityrights", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show(sys.stderr)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        code = 130
    except BrokenPipeError:
        # Whoever read our output has enough of it; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        code = _failed(error)
    sys.exit(code if isinstance(code, int) else 0)


def _failed(error: Exception) -> int:
    if os.environ.get("CITYRIGHTS_DEBUG", "") not in ("", "0"):
        traceback.print_exc()
    elif isinstance(error, _expected()):
        click.echo(str(error) or type(error).__name__, err=True)
    elif isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"{where}{error.strerror or error}", err=True)
    else:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        click.echo(f"Unexpected: {said} (--debug before the command shows where)", err=True)
    return 1


def _expected() -> tuple[Any, ...]:
    """The families of exceptions whose texts are meant for people."""
    from corpus.model import CorpusError
    from indexer.evaluate import EvaluationError
    from indexer.generation import IndexFault
    from search_app.engines import NoEngine
    from search_app.server import ServeError
    from search_app.settings import SettingsError

    return CorpusError, EvaluationError, IndexFault, NoEngine, ServeError, SettingsError
