"""JSON of lists, whoever wrote it, bounded in what it may take."""

from __future__ import annotations

from typing import Any, Final

import msgspec

_MOST_INSIDE: Final = 1_000_000
"""Lists and objects of one list: an empty one takes thirty times as much memory as it does in
writing."""


def decoded(text: str) -> Any:
    """The value of a JSON text; raises ValueError where it is not whole, too deep or too much."""
    if text.count("{") + text.count("[") > _MOST_INSIDE:
        raise ValueError("more than a million lists and objects")
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise ValueError("too deep") from None
