"""Markup to a tree, within limits that hostile pages run into and others do not."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree, html

from crawlers.extract.document import Refusal

DEEPEST: Final = 256
"""Elements inside one another at which libxml2 stops."""

_START_TAG: Final = re.compile(
    rb"""<([a-zA-Z][^\s/>]*+)((?>[^>=]++|=\s*+(?>"[^"]*+(?>"|\Z)|'[^']*+(?>'|\Z)|))*+)(?>>|\Z)"""
)
"""A start tag; what is never closed reaches to the end, as for the HTML standard, so that each
character is looked at once."""
_SHORT_TAGS: Final = re.compile(
    rb"""(?:[^<]++|<(?![a-zA-Z])|<[a-zA-Z](?>[^>=]{1,60}+"""
    rb"""|=\s*+(?>"[^"]*+"|'[^']*+'|(?!["'])[^\s"'>=]{0,200}+)){0,14}+>)*+"""
)
"""Text and start tags up to one that may hold many attributes: nearly all of a page at once."""
_LONG: Final = 20_000
"""Bytes from which a tag may hold more attributes than libxml2 reads in time: it compares
each with all before it. Addresses that hold a picture are as long and stay."""
_MOST_ATTRIBUTES: Final = 500
_ATTRIBUTE: Final = re.compile(rb"""[^\s"'>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]*+))?+""")

_FORMATTING: Final = re.compile(
    rb"</?(?:abbr|b|big|em|font|i|ins|nobr|s|small|span|strike|strong|tt|u)(?:\s[^<>]*+)?>",
    re.IGNORECASE,
)
"""Tags that people forget to close, each time one level deeper, and that say nothing to us."""

_ONE_CLASS: Final = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""All elements are of one class: lxml.html has a few more, for forms and labels, and asks a
function of Python for each element anew, which took a tenth of all reading."""

_CONTROLS: Final = bytes((*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F))
_NO_CHARACTERS: Final = "\ufffe\uffff"
_DECLARATION: Final = re.compile(r"^\s*<\?xml\b[^>]*\?>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[a-zA-Z!/]")


def parsed(text: str) -> html.HtmlElement:
    """The tree of a page's text.

    Raises Refusal: `too_deep` where elements lie inside one another beyond `DEEPEST`,
    `not_a_document` where there is no markup at all.
    """
    if not _TAG.search(text):
        raise Refusal("not_a_document", "It has no markup: it is not a web page.")
    data = _as_xml_allows(_DECLARATION.sub("", text))
    if len(data) > _LONG:
        data = _with_fewer_attributes(data)
    tree, is_cut = _tree(data)
    if is_cut:
        tree, is_cut = _tree(_FORMATTING.sub(b"", data))
    if not is_cut:
        return tree
    raise Refusal("too_deep", f"Its elements lie more than {DEEPEST:,} deep inside one another.")


def _as_xml_allows(text: str) -> bytes:
    """UTF-8 without what is no character of XML."""
    # "ignore" leaves out halves of code points, which are all that can't be encoded.
    data = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for none in _NO_CHARACTERS:
        if none in text:
            data = data.replace(none.encode(), b"")
    return data


def _tree(data: bytes) -> tuple[html.HtmlElement, bool]:
    """A tree, and whether libxml2 left something out for its depth."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("no_text", "The page is empty.") from error
    return tree, any("xcessive depth" in fault.message for fault in parser.error_log)


def _with_fewer_attributes(data: bytes) -> bytes:
    """The same without the attributes of a tag beyond `_MOST_ATTRIBUTES`."""
    parts: list[bytes] = []
    done = at = 0
    while (short := _SHORT_TAGS.match(data, at)) and (tag := _START_TAG.match(data, short.end())):
        at = tag.end()
        if at - tag.start() >= _LONG:
            attributes = _ATTRIBUTE.findall(tag[2])
            if len(attributes) > _MOST_ATTRIBUTES:
                kept = b" ".join(attributes[:_MOST_ATTRIBUTES])
                parts += data[done : tag.start()], b"<%b %b>" % (tag[1], kept)
                done = at
    return b"".join((*parts, data[done:]))
