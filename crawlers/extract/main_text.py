"""The main text of a page: trafilatura's choice of elements, with what it leaves out put back.

trafilatura (https://trafilatura.readthedocs.io) in its fast mode, which needs neither its copy of
readability nor jusText and its word lists; before it elements around the text are taken out
(`boilerplate.py`), after it heading and lead are put back and teasers dropped.
"""

from __future__ import annotations

import copy

from lxml import html

from crawlers.extract.boilerplate import prune
from crawlers.extract.html_flow import Block, blocks_of


def main_blocks(
    tree: html.HtmlElement, title: str | None = None, summaries: tuple[str, ...] = ()
) -> list[Block]:
    """The blocks of the main text, in order; the tree is changed."""
    from trafilatura import bare_extraction

    prune(tree)
    found = bare_extraction(
        copy.copy(tree), fast=True, include_comments=False, include_tables=True
    )
    body = getattr(found, "body", None)
    return list(blocks_of(body)) if body is not None else []
