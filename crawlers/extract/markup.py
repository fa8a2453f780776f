"""Markup to a tree, within limits that hostile pages run into and others do not."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree, html

from crawlers.extract.document import Refusal

DEEPEST: Final = 2048
"""Elements inside one another; libxml2 stops there, and at 256 without its `huge` option."""

_LONG_TAG: Final = re.compile(r"<([a-zA-Z][\w:-]*)(\s[^<>]{20000,})>")
"""A start tag that could hold more attributes than libxml2 reads in time: each is compared with
all before it. Addresses that hold a picture are as long and stay."""
_MOST_ATTRIBUTES: Final = 500
_ATTRIBUTE: Final = re.compile(r"""[^\s"'>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]*))?""")

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
    if len(text) > 20_000:
        text = _LONG_TAG.sub(_with_fewer_attributes, text)
    encoded = text.encode("utf-8")
    for huge in (False, True):
        parser = html.HTMLParser(
            encoding="utf-8",
            huge_tree=huge,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            tree = html.document_fromstring(encoded, parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise Refusal("no_text", "The page is empty.") from error
        if not any("xcessive depth" in fault.message for fault in parser.error_log):
            return tree
    raise Refusal("too_deep", f"Its elements lie more than {DEEPEST:,} deep inside one another.")


def _with_fewer_attributes(tag: re.Match[str]) -> str:
    attributes = _ATTRIBUTE.findall(tag[2])
    if len(attributes) <= _MOST_ATTRIBUTES:
        return tag[0]
    return f"<{tag[1]} {' '.join(attributes[:_MOST_ATTRIBUTES])}>"
