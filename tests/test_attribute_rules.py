"""What trafilatura's rules select, looked up or tested element by element."""

from __future__ import annotations

import gzip
import subprocess
import sys
from contextlib import nullcontext
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from crawlers.extract.attribute_rules import LISTS, installed, looking_up
from crawlers.extract.charset import decode
from crawlers.extract.html_flow import Block
from crawlers.extract.main_text import main_blocks
from crawlers.extract.markup import parsed

_NAMES = (
    "post entry story text cell main content article-content main-Content page-content teaser "
    "Teaser-box caption comments Comment-list commentary comol1 disqus_thread share-bar ^share "
    "social cookie cookie-banner nav subnav menu -ad- widget author byline hidden hide-x "
    "elementor-share-buttons infinite-scroll mvp-post-add-box footer fulltext FullText reply-1 "
    "display:none true article notice privacy-banner"
).split()
_VALUES = st.lists(st.sampled_from(_NAMES) | st.text("abé -\n", max_size=5), max_size=3).map(
    " ".join
)
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(("class", "id", "role", "style", "itemprop", "aria-hidden", "data-component")),
    _VALUES,
    max_size=3,
)
_TAGS = st.sampled_from("div p section article main span ul li list item aside h1 details".split())


def _element(tag: str, attributes: dict[str, str], inner: list[Any]) -> Any:
    element = etree.Element(tag, attributes)
    element.text = "Text."
    element.extend(inner)
    return element


_TREES = st.recursive(
    st.builds(_element, _TAGS, _ATTRIBUTES, st.just([])),
    lambda inner: st.builds(_element, _TAGS, _ATTRIBUTES, st.lists(inner, max_size=4)),
    max_leaves=12,
)


def _rules() -> list[Any]:
    installed()
    xpaths = import_module("trafilatura.xpaths")
    rules = [rule for name in LISTS for rule in getattr(xpaths, name)]
    return [*rules, import_module("trafilatura.baseline").BASIC_CLEAN_XPATH]


@settings(max_examples=200)
@given(_TREES)
def test_looking_up_selects_what_testing_each_element_does(tree: Any) -> None:
    rules = _rules()
    tested = [rule(tree) for rule in rules]
    with looking_up(tree):
        assert [rule(tree) for rule in rules] == tested
        for part in tree:
            assert [rule(part) for rule in rules] == [rule.given(part) for rule in rules]


def test_every_test_of_an_attribute_is_looked_up() -> None:
    for rule in _rules():
        assert "re:test" not in rule.shape
        assert "contains" not in rule.shape


def test_threads_that_begin_together_put_one_set_of_rules_in_place() -> None:
    script = """
import threading
from lxml import etree
from crawlers.extract.attribute_rules import looking_up
from trafilatura import xpaths
start = threading.Barrier(8)
def first():
    start.wait()
    with looking_up(etree.Element("body")):
        pass
threads = [threading.Thread(target=first) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print({type(rule.given).__name__ for rule in xpaths.BODY_XPATH})
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("{'XPath'}\n", "")


def test_values_that_are_too_long_to_remember_are_tested_all_the_same() -> None:
    tree = etree.fromstring(f"<body><div class='{'x ' * 500}teaser'/><div class='y'/></body>")
    rule = import_module("trafilatura.xpaths").TEASER_DISCARD_XPATH[0]
    with looking_up(tree):
        assert rule(tree) == [tree[0]]


@pytest.mark.shared
def test_real_pages_are_read_the_same(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = sorted((shared / "data" / "extract" / "pages").iterdir())[:40]
    texts = [decode(gzip.decompress(page.read_bytes()))[0] for page in pages]

    def blocks() -> list[list[Block]]:
        return [main_blocks(parsed(text), partial(parsed, text)) for text in texts]

    looked_up = blocks()
    monkeypatch.setattr("crawlers.extract.main_text.looking_up", nullcontext)
    assert blocks() == looked_up
