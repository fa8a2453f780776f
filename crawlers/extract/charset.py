"""Which character encoding a page is in, and its text.

As the HTML standard says (section 13.2.3, https://html.spec.whatwg.org/#determining-the-character-encoding):
byte order mark, HTTP header, `<meta>` in the first 1,024 bytes, then a guess. Two departures, both
for pages that say what is not so: bytes that are valid UTF-8 beyond chance are read as UTF-8, and
a declared encoding in which many bytes mean nothing is not believed.
"""

from __future__ import annotations

import re
from typing import Final

from crawlers.extract.charset_labels import codec_of, encoding_named

_BYTE_ORDER_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xfe\xff", "utf-16be"),
    (b"\xff\xfe", "utf-16le"),
)
PRESCANNED: Final = 1024
"""Bytes in which the standard looks for a `<meta>` first; we look on where it finds none, as a
parser that meets it later would change to it."""
_LATER: Final = 16 * 1024
_GUESSED_FROM: Final = 32 * 1024
"""Bytes a guess is made from; more changed none on the test files."""

_COMMENT: Final = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META: Final = re.compile(rb"<meta[\s/]([^>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    rb"""([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.DOTALL
)
_CHARSET_IN_CONTENT: Final = re.compile(rb"""charset\s*=\s*["']?\s*([^\s"';,>]+)""", re.IGNORECASE)
_XML_ENCODING: Final = re.compile(rb"""^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)["']""")
_MARKUP: Final = re.compile(
    rb"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<[^>]{0,5000}>", re.DOTALL | re.IGNORECASE
)
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]+")

_MOST_UNREADABLE: Final = 0.2
"""Share of the characters beyond ASCII that may mean nothing before a declaration is doubted: a
cut or a pasted word spoils few, a false declaration nearly all."""
_LEGACY: Final = (
    "windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 "
    "windows-1257 windows-874 koi8-r iso-8859-2 iso-8859-5 iso-8859-7 iso-8859-15 shift_jis "
    "euc-jp gb18030 big5 euc-kr"
).split()


def decode(data: bytes, charset: str | None = None) -> tuple[str, str]:
    """The text of a page and the name of its encoding, which is one of the standard's.

    `charset` is the label of the HTTP header. Bytes that mean nothing become U+FFFD.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec_of(name), "replace"), name
    header = encoding_named(charset)
    declared = header or declared_in(data[:PRESCANNED]) or declared_in(data[:_LATER])
    if header is not None and header.startswith("utf-16"):
        return data.decode(codec_of(header), "replace"), header
    if (wide := _without_mark(data)) is not None:
        return data.decode(codec_of(wide), "replace"), wide
    if declared != "iso-2022-jp":
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            if text.isascii() and declared is not None:
                return text, declared
            return text, "utf-8"
    for name in (declared, "utf-8") if declared is not None else ("utf-8",):
        text = data.decode(codec_of(name), "replace")
        if not _is_doubtful(text):
            return text, name
    guess = guessed(data) or declared or "windows-1252"
    return data.decode(codec_of(guess), "replace"), guess


def declared_in(start: bytes) -> str | None:
    """The encoding that the first bytes declare, by `<meta>` or by an XML declaration.

    A page that says UTF-16 in bytes one can read is in UTF-8 (section 13.2.3.2).
    """
    start = _COMMENT.sub(b"", start)
    for tag in _META.finditer(start):
        attributes: dict[bytes, bytes] = {}
        for name, *values in _ATTRIBUTE.findall(tag[1]):
            attributes.setdefault(name.lower(), next(filter(None, values), b""))
        label = attributes.get(b"charset")
        if label is None and attributes.get(b"http-equiv", b"").lower() == b"content-type":
            within = _CHARSET_IN_CONTENT.search(attributes.get(b"content", b""))
            label = within[1] if within else None
        if label is not None and (name := _from_bytes(label)) is not None:
            return name
    xml = _XML_ENCODING.match(start)
    return _from_bytes(xml[1]) if xml else None


def guessed(data: bytes) -> str | None:
    """The encoding of bytes that declare none that holds; None where they do not tell."""
    from charset_normalizer import from_bytes

    words = _MARKUP.sub(b" ", data[:_GUESSED_FROM])
    if not _BEYOND_ASCII.search(words):
        return None
    best = from_bytes(words, cp_isolation=[codec_of(name) for name in _LEGACY]).best()
    if best is None:
        return None
    found = best.encoding.replace("_", "-")
    return _STANDARD_NAMES.get(found, encoding_named(found))


_STANDARD_NAMES: Final = {codec_of(name): name for name in _LEGACY} | {
    f"cp{name[8:]}": name for name in _LEGACY if name.startswith("windows-")
}


def _from_bytes(label: bytes) -> str | None:
    name = encoding_named(label.decode("ascii", "replace"))
    return "utf-8" if name is not None and name.startswith("utf-16") else name


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark, by the zeros beside the first "<"."""
    start = data[:4]
    if start[:1] == b"<" and start[1:2] == b"\0" and start[3:4] == b"\0" and start[2:3] != b"\0":
        return "utf-16le"
    if start[:2] == b"\0<" and start[2:3] == b"\0" and start[3:4] != b"\0":
        return "utf-16be"
    return None


def _is_doubtful(text: str) -> bool:
    unreadable = text.count("\ufffd")
    if not unreadable:
        return False
    beyond = sum(1 for character in text if character > "\x7f")
    return unreadable > _MOST_UNREADABLE * beyond
