"""Kill a child process (SIGKILL) before each line it would run, one child a line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest


def swept(action: Callable[[], object], files: set[str], step: int = 1) -> Iterator[int]:
    """Run `action` in a child that dies before the n-th line run in `files`, n rising by `step`.

    Yields n after each death, for the caller to look at what is left, and ends after the
    first child that reached the end. `files` are paths as `__file__` gives them.
    """
    if not hasattr(os, "fork"):
        pytest.skip("needs fork, which this system does not have")
    line = 1
    while _dies(action, files, line):
        yield line
        line += step


def _dies(action: Callable[[], object], files: set[str], line: int) -> bool:
    child = os.fork()
    if child == 0:
        try:
            _die_before(line, files)
            action()
            os._exit(0)
        except BaseException as error:
            sys.settrace(None)
            os.write(2, f"{error!r}\n".encode())
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert status == 0, f"the child ended with {status} before it was killed at line {line}"
    return False


def _die_before(line: int, files: set[str]) -> None:
    left = line

    def local(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return local

    sys.settrace(lambda frame, *_: local if frame.f_code.co_filename in files else None)
