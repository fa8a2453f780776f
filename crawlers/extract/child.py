"""The limited process that reads documents: `python -m crawlers.extract.child`.

It takes requests on stdin and answers each on stdout (`protocol.py`) until stdin ends. It
gives up its rights before it reads the first byte of a document.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from crawlers.extract.confinement import allow_processor_time, confine
from crawlers.extract.document import Refusal
from crawlers.extract.language import prepare
from crawlers.extract.limits import MEMORY, RETIRED_AT, SECONDS
from crawlers.extract.protocol import LENGTHS, Reply, Request, framed
from crawlers.extract.reading import read


def main() -> None:
    """Read documents until there are no more."""
    # Whoever stops a service signals all its processes: what is being read comes to its end,
    # and who asked for it ends this process.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    asked = os.fdopen(os.dup(0), "rb")
    answered = os.fdopen(os.dup(1), "wb")
    # A library that prints must not write into the frames.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nowhere, standard)
    prepare()
    confine(MEMORY)
    send(answered, Reply())
    while (lengths := asked.read(LENGTHS.size)) and len(lengths) == LENGTHS.size:
        header_length, body_length = LENGTHS.unpack(lengths)
        reply = answer(asked, header_length, body_length)
        send(answered, reply)
        if reply.last:
            break


def answer(asked: BinaryIO, header_length: int, body_length: int) -> Reply:
    """Read one document; `last` where this process should not read another."""
    try:
        request = msgspec.msgpack.decode(asked.read(header_length), type=Request)
        body = asked.read(body_length)
        allow_processor_time(SECONDS)
        document = read(
            body,
            media_type=request.media_type,
            charset=request.charset,
            url=request.url,
            password=request.password,
        )
        return Reply(document=document, last=_is_full())
    except Refusal as refusal:
        return Reply(refusal.page, refusal.reason, refusal.detail, last=_is_full())
    except MemoryError:
        return Reply(reason="memory", detail="It needs more memory than a document may.", last=True)
    except RecursionError:
        return Reply(reason="too_deep", detail="Its parts are nested too deeply.")
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return Reply(reason="damaged", detail=f"The reader failed on it ({said}).")


def send(answered: BinaryIO, reply: Reply) -> None:
    """Write a frame."""
    answered.write(framed(reply))
    answered.flush()


def _is_full() -> bool:
    """Whether this process holds so much memory that another should go on.

    Not `ru_maxrss`: that of a child starts at what its parent held.
    """
    try:
        resident = int(Path("/proc/self/statm").read_bytes().split()[1])
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return (most if sys.platform == "darwin" else most * 1024) > RETIRED_AT
    return resident * resource.getpagesize() > RETIRED_AT


if __name__ == "__main__":
    main()
