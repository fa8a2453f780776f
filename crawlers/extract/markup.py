"""Markup to a tree, within limits that hostile pages run into and others do not."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree, html

from crawlers.extract.document import Refusal

DEEPEST: Final = 256
"""Elements inside one another at which libxml2 stops."""

_START_TAG: Final = re.compile(
    r"""<([a-zA-Z][^\s/>]*+)((?>[^>=]++|=\s*+(?>"[^"]*+(?>"|\Z)|'[^']*+(?>'|\Z)|))*+)(?>>|\Z)"""
)
"""A start tag; what is never closed reaches to the end, as for the HTML standard, so that each
character is looked at once."""
_LONG: Final = 20_000
"""Characters from which a tag may hold more attributes than libxml2 reads in time: it compares
each with all before it. Addresses that hold a picture are as long and stay."""
_MOST_ATTRIBUTES: Final = 500
_ATTRIBUTE: Final = re.compile(r"""[^\s"'>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]*+))?+""")

_FORMATTING: Final = re.compile(
    r"</?(?:abbr|b|big|em|font|i|ins|nobr|s|small|span|strike|strong|tt|u)(?:\s[^<>]*+)?>",
    re.IGNORECASE,
)
"""Tags that people forget to close, each time one level deeper, and that say nothing to us."""

_ONE_CLASS: Final = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""All elements are of one class: lxml.html has a few more, for forms and labels, and asks a
function of Python for each element anew, which took a tenth of all reading."""

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_DECLARATION: Final = re.compile(r"^\s*<\?xml\b[^>]*\?>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[a-zA-Z!/]")


def parsed(text: str) -> html.HtmlElement:
    """The tree of a page's text.

    Raises Refusal: `too_deep` where elements lie inside one another beyond `DEEPEST`,
    `not_a_document` where there is no markup at all.
    """
    if not _TAG.search(text):
        raise Refusal("not_a_document", "It has no markup: it is not a web page.")
    text = _NOT_XML.sub("", _DECLARATION.sub("", text))
    if len(text) > _LONG:
        text = _START_TAG.sub(_with_fewer_attributes, text)
    tree, is_cut = _tree(text)
    if is_cut:
        tree, is_cut = _tree(_FORMATTING.sub("", text))
    if not is_cut:
        return tree
    raise Refusal("too_deep", f"Its elements lie more than {DEEPEST:,} deep inside one another.")


def _tree(text: str) -> tuple[html.HtmlElement, bool]:
    """A tree, and whether libxml2 left something out for its depth."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("no_text", "The page is empty.") from error
    return tree, any("xcessive depth" in fault.message for fault in parser.error_log)


def _with_fewer_attributes(tag: re.Match[str]) -> str:
    if len(tag[0]) < _LONG:
        return tag[0]
    attributes = _ATTRIBUTE.findall(tag[2])
    if len(attributes) <= _MOST_ATTRIBUTES:
        return tag[0]
    return f"<{tag[1]} {' '.join(attributes[:_MOST_ATTRIBUTES])}>"
