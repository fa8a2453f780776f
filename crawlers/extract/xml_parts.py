"""XML inside documents: no entities, no network, no depth without end."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from crawlers.extract.document import Refusal

_DECLARED: Final = (b"<!DOCTYPE", b"<!ENTITY")
_LOOKED_AT: Final = 4096


def parsed(part: bytes, name: str) -> Any:
    """The root element of an XML part; raises Refusal.

    Neither OOXML (ECMA-376 part 2, 9.1) nor OpenDocument (part 2, 4.2) allows a document type,
    which is what entities are declared in: a part that has one was made to hurt.
    """
    # Without zeros, UTF-16 shows its letters like ASCII.
    start = part[: 2 * _LOOKED_AT].replace(b"\0", b"").upper()
    if any(mark in start for mark in _DECLARED):
        raise Refusal("damaged", f"{name} declares entities, which a document may not.")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower():
            raise Refusal("too_deep", f"{name} is nested too deeply.") from error
        raise Refusal("damaged", f"{name} is not whole XML.") from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise Refusal("damaged", f"{name} declares entities, which a document may not.")
    return root


def local(element: Any) -> str:
    """The name of an element without its namespace: strict and transitional OOXML differ in it."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """An attribute by its name without namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Any, *names: str) -> Any | None:
    """The first child of a name, the first child of that, and so on; None where one is missing."""
    for name in names:
        element = next((inner for inner in element if local(inner) == name), None)
        if element is None:
            return None
    return element
