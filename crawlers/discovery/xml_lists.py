"""XML of lists, whoever wrote it: no entities, no network, bounded, as far as it can be read."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Collection, Iterator
from html.entities import html5
from itertools import islice
from typing import Any, Final

from lxml import etree

from crawlers.discovery.listed import MOST_BYTES, NotAListError
from crawlers.extract.charset import decode

_GZIP: Final = b"\x1f\x8b"
_AT_A_TIME: Final = 1024 * 1024
_DEEPEST_GZIP: Final = 2
"""A server may compress what was compressed already."""

_MOST_ELEMENTS: Final = 500_000
"""Of one list; 50,000 addresses of a sitemap have some 250,000."""
_MOST_MENDED: Final = 1_000_000
"""Ampersands of one list, and sections of CDATA."""
_LONGEST_TAG: Final = 65_536
"""Characters of a tag with all its attributes."""
_LONG: Final = re.compile(f"<(?=[^<]{{{_LONGEST_TAG}}})")
_TAG: Final = re.compile(r"""<[^\s<>!?/"'][^<>"']*+(?:(?:"[^"<]*+"?|'[^'<]*+'?)[^<>"']*+)*+""")
_BROKEN: Final = re.compile(
    r"""<(?!/|\?|!--|!\[CDATA\[|"""
    r"""[^\s<>!?/"'][^<>"']*+(?:(?:"[^"<]*+"|'[^'<]*+')[^<>"']*+)*+>)"""
)
"""What begins like a tag and does not end as one."""
_MOST_BROKEN: Final = 1_000
_SECTION: Final = re.compile(
    r"<!--(?:.*?(-->))?|<!\[CDATA\[(?:.*?(\]\]>))?|<\?(?:.*?(\?>))?", re.DOTALL
)
"""A comment, CDATA or an instruction; without a group where it has no end."""
_MOST_KEPT: Final = 1_000
"""Elements beside one another; an entry of a sitemap may have as many languages."""

_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKED_AT: Final = 64 * 1024
"""Characters a document type begins in, and the longest one has."""
_MARKS: Final = re.compile(r"<!--|-->|[\"'\[\]>]")
_ENDED_BY: Final = {'"': '"', "'": "'", "<!--": "-->"}
_AMPERSAND: Final = re.compile(
    r"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)"
    r"([A-Za-z][A-Za-z0-9]{1,31};)?",
    re.DOTALL,
)
_DECLARATION: Final = re.compile(r"\s*<\?xml\b[^>]{0,500}\?>")


def unpacked(data: bytes, most: int = MOST_BYTES) -> bytes:
    """The bytes under gzip (RFC 1952), or as they are; raises NotAListError.

    A stream that breaks off or is followed by something gives what was before.
    """
    for _ in range(_DEEPEST_GZIP):
        if not data.startswith(_GZIP):
            break
        data = _gunzipped(data, most)
    if data.startswith(_GZIP):
        raise NotAListError(f"It is packed with gzip more than {_DEEPEST_GZIP} times over.")
    if len(data) > most:
        raise NotAListError(f"It is larger than {most // _AT_A_TIME} MiB.")
    return data


def _gunzipped(data: bytes, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = data
    try:
        while rest.startswith(_GZIP):
            stream = zlib.decompressobj(wbits=31)
            while not stream.eof:
                part = stream.decompress(rest, _AT_A_TIME)
                rest = stream.unconsumed_tail
                size += len(part)
                if size > most:
                    raise NotAListError(f"It unpacks to more than {most // _AT_A_TIME} MiB.")
                parts.append(part)
                if not part and not rest:
                    break
            rest = stream.unused_data
    except zlib.error:
        if not size:
            raise NotAListError("Its gzip stream is damaged.") from None
    return b"".join(parts)


def text_of(data: bytes, charset: str | None = None, most: int = MOST_BYTES) -> str:
    """The text of a list, unpacked; `charset` is the label of its HTTP header."""
    text, _ = decode(unpacked(data, most), charset)
    return text.removeprefix("\ufeff")


def prepared(text: str) -> bytes:
    """XML as UTF-8 without what could hurt or stop a parser: declarations of any kind, signs
    that XML has no place for.

    A document type is where entities are declared, harmless or not. Without it their names mean
    nothing and expand to nothing.
    """
    text = _NO_XML.sub("", text)
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    whole = _up_to_an_open_section(_without_document_type(text))
    return _mended(_up_to_a_trap(_without_broken_tags(whole)).strip())


def _up_to_an_open_section(text: str) -> str:
    """XML before a comment, CDATA or an instruction without end, in which all else would be."""
    for section in _SECTION.finditer(text):
        if section.lastindex is None:
            return text[: section.start()]
    return text


def _without_broken_tags(text: str) -> str:
    """XML in which every tag ends before the next one begins, up to where too many don't.

    A parser waits for the end of a tag, be it that of the file, then makes elements of all that
    came meanwhile: 18 MB of `<a <a <a` took it 1.7 GB.
    """
    places = [match.start() for match in islice(_BROKEN.finditer(text), _MOST_BROKEN + 1)]
    if len(places) > _MOST_BROKEN:
        text = text[: places.pop()]
    parts: list[str] = []
    at = 0
    for place in places:
        parts += (text[at:place], "&lt;")
        at = place + 1
    return "".join((*parts, text[at:])) if parts else text


def _up_to_a_trap(text: str) -> str:
    """XML before a tag with attributes without end, of which a parser makes fifty times as much."""
    for place in _LONG.finditer(text):
        tag = _TAG.match(text, place.start())
        if tag is not None and len(tag[0]) > _LONGEST_TAG:
            return text[: place.start()]
    return text


def _mended(text: str) -> bytes:
    """XML as UTF-8, in which every ampersand begins what it should."""
    mended = io.BytesIO()
    at = 0
    for number, match in enumerate(_AMPERSAND.finditer(text)):
        if number >= _MOST_MENDED:
            return mended.getvalue()
        mended.write(text[at : match.start()].encode())
        mended.write(_as_sign(match).encode())
        at = match.end()
    mended.write(text[at:].encode())
    return mended.getvalue()


def _as_sign(match: re.Match[str]) -> str:
    """An ampersand as it was meant: many forget that it begins something (`?a=1&b=2`), or use
    names that only HTML has."""
    if match[1] is not None:
        return match[0]  # CDATA, in which it begins nothing
    name = match[2] or ""
    known = html5.get(name, "") if name.endswith(";") else ""
    # Nothing but text may come of it.
    return known if known and not set(known) & set("<>&") else f"&amp;{name}"


def _without_document_type(text: str) -> str:
    """XML without its document type, found by one walk over it (XML 1.0, production 28)."""
    start = text[:_LOOKED_AT].upper().find("<!DOCTYPE")
    if start < 0:
        return text
    until, inside = "", False  # until: what ends the text or the comment that we are in
    for place in _MARKS.finditer(text, start + 9, start + _LOOKED_AT):
        mark = place[0]
        if until:
            until = "" if mark == until else until
        elif mark in _ENDED_BY:
            until = _ENDED_BY[mark]
        elif mark in ("[", "]"):
            inside = mark == "["
        elif mark == ">" and not inside:
            return text[:start] + text[place.end() :]
    return text[:start]


def elements(xml: bytes, kept: Collection[str]) -> Iterator[tuple[str, Any]]:
    """The events ("start" or "end") and elements of XML as it is read, broken or not.

    Nothing is fetched, nothing expanded; elements lie at most 256 deep. What is broken is
    mended as far as libxml2 can; behind that, the rest is not read. Behind a million elements
    it isn't either, which the event "cut" tells. An element that has ended
    is forgotten with the next one beside it, unless its name is one of `kept`; of these, the
    first in an element are. So a list of any length takes little memory.
    """
    events = etree.iterparse(
        io.BytesIO(xml),
        events=("start", "end"),
        recover=True,
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    kept_beside = [0]
    count = 0
    try:
        for event, element in events:
            yield event, element
            if event == "start":
                kept_beside.append(0)
                count += 1
                if count >= _MOST_ELEMENTS:
                    yield "cut", element
                    return
                continue
            kept_beside.pop()
            if local(element) in kept and kept_beside:
                kept_beside[-1] += 1
            before = element.getprevious()
            if before is not None and (
                local(before) not in kept or not kept_beside or kept_beside[-1] > _MOST_KEPT
            ):
                before.getparent().remove(before)
    except etree.XMLSyntaxError:
        return


def is_whole(xml: bytes, root: Any) -> bool:
    """Whether XML ends with the end of its root: a parser that mends closes it itself."""
    end = xml[-200:].rstrip()
    name = root.tag.rpartition("}")[2].encode()
    return re.search(rb"</(?:[^\s<>/]+:)?" + re.escape(name) + rb"\s*>$", end) is not None or (
        end.endswith(b"/>") and not len(root)
    )


def local(element: Any) -> str:
    """The name of an element without namespace, in small letters."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def namespace(element: Any) -> str:
    """The namespace of an element, empty where it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def words(element: Any, most: int = 4_000) -> str:
    """The text of an element and all inside it, on one line, cut at `most` signs."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(part)
        size += len(part)
        if size > most:
            break
    return " ".join("".join(parts)[:most].split())
