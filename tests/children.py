"""Actions run in a child process: killed at every line, as another user, with small files."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from shutil import rmtree
from types import FrameType
from typing import Any

NOBODY = 65534


def run(action: Callable[[], object]) -> None:
    """Run an action in a child of its own; fails where it raises."""
    assert _ends(action) == 0


def swept(action: Callable[[], object], files: set[str], step: int = 1) -> Iterator[int]:
    """Run `action` in a child killed before the n-th line run in `files`, n rising by `step`.

    Yields n after each death, for the caller to look at what is left, and ends after the
    first child that reached its end. `files` are paths as `__file__` gives them.
    """
    for line in count(1, step):
        ended = _ends(partial(_die_before, line, files, action))
        if ended != -signal.SIGKILL:
            assert ended == 0
            return
        yield line


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder that another user may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for inside in [folder, *folder.rglob("*")]:
            if inside.is_dir():
                inside.chmod(0o755)
        rmtree(folder)


def become_nobody() -> None:
    """In a child: give up root, whom no file mode stops."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _ends(action: Callable[[], object]) -> int:
    """The exit code of a child, negative for the signal it died of."""
    child = os.fork()
    if child == 0:
        try:
            action()
            os._exit(0)
        except BaseException as error:
            sys.settrace(None)
            os.write(2, f"in the child: {error!r}\n".encode())
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _die_before(line: int, files: set[str], action: Callable[[], object]) -> None:
    left = line

    def local(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return local

    sys.settrace(lambda frame, *_: local if frame.f_code.co_filename in files else None)
    action()
