"""A summary made of the beginning of a text, where nobody wrote one."""

from __future__ import annotations

import re
from typing import Final

from corpus.model import Passage

SIGNS: Final = 300
"""Longest summary; an editor's have about 500, but say more than a beginning does."""

_SENTENCE_END: Final = re.compile(r"[.!?…][\"'»”’)\]]*(?=\s|$)|[。！？।॥။።][」』”’）]*")


def summary(passages: tuple[Passage, ...], title: str) -> str:
    """The beginning of a text, up to about 300 signs, ending with a sentence if one ends there.

    Lines that only repeat the title are passed over.
    """
    text = ""
    for passage in passages:
        lines = (line for line in passage.text.split("\n") if line != title)
        text = " ".join([text, *lines]).strip()
        if len(text) > SIGNS:
            break
    text = " ".join((text or title).split())
    if len(text) <= SIGNS:
        return text
    ends = [m.end() for m in _SENTENCE_END.finditer(text, 0, SIGNS + 1)]
    # A sentence that ends early ("Art. 1.") says too little to stand alone.
    good = [end for end in ends if SIGNS // 3 <= end <= SIGNS]
    if good:
        return text[: good[-1]]
    cut = text[:SIGNS]
    space = cut.rfind(" ")
    return (cut[:space] if space > SIGNS // 2 else cut).rstrip(" ,;:–-") + " …"
