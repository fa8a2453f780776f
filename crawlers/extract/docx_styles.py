"""What the styles of a DOCX file say: headings, lists, contents pages, language."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from crawlers.extract.xml_parts import attribute, child, local

_HEADING: Final = re.compile(r"heading (\d)$", re.IGNORECASE)
_CONTENTS: Final = re.compile(r"toc (?:\d|heading)$", re.IGNORECASE)
_LIST: Final = re.compile(r"list(?: (?:bullet|number|paragraph))?(?: \d)?$", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")
_LONGEST_CHAIN: Final = 20


class Style(NamedTuple):
    """What a paragraph is; `level` is that of a heading, from 1."""

    level: int | None = None
    item: bool = False
    title: bool = False
    contents: bool = False


class Styles:
    """The styles part of a document; `root` is None where it has none."""

    def __init__(self, root: Any | None) -> None:
        self._styles: dict[str, Any] = {}
        self._known: dict[str | None, Style] = {}
        self._default_language: str | None = None
        if root is None:
            return
        for style in root:
            if local(style) == "style":
                self._styles[attribute(style, "styleId") or ""] = style
        default = child(root, "docDefaults", "rPrDefault", "rPr", "lang")
        if default is not None:
            self._default_language = _tag(attribute(default, "val"))

    def of(self, paragraph: Any) -> Style:
        """What a paragraph is, by its style and its own properties."""
        properties = child(paragraph, "pPr")
        if properties is None:
            return self._named(None)
        named = child(properties, "pStyle")
        style = self._named(attribute(named, "val") if named is not None else None)
        level, item = _level(properties), _is_item(properties)
        if level is not None:
            style = style._replace(level=level or None)
        if item is not None:
            style = style._replace(item=item)
        return style

    def language(self, run: Any) -> str | None:
        """The language of a run of text."""
        marked = child(run, "rPr", "lang")
        said = _tag(attribute(marked, "val")) if marked is not None else None
        return said or self._default_language

    def _named(self, name: str | None) -> Style:
        if name not in self._known:
            self._known[name] = self._inherited(name)
        return self._known[name]

    def _inherited(self, name: str | None) -> Style:
        level: int | None = None
        item: bool | None = None
        title = contents = False
        seen: set[str] = set()
        while name is not None and name in self._styles and name not in seen:
            seen.add(name)
            style = self._styles[name]
            named = child(style, "name")
            said = (attribute(named, "val") or "") if named is not None else ""
            properties = child(style, "pPr")
            if properties is not None:
                level = _level(properties) if level is None else level
                item = _is_item(properties) if item is None else item
            if level is None and (heading := _HEADING.match(said)):
                level = int(heading[1])
            title = title or said.casefold() == "title"
            contents = contents or bool(_CONTENTS.match(said))
            item = True if item is None and _LIST.match(said) else item
            above = child(style, "basedOn")
            name = attribute(above, "val") if above is not None else None
            if len(seen) > _LONGEST_CHAIN:
                break
        if title:
            level = 1
        return Style(level or None, bool(item) and not level, title, contents)


def _level(properties: Any) -> int | None:
    """The level of a heading, 0 where it is said to be none, None where nothing is said."""
    outline = child(properties, "outlineLvl")
    if outline is None:
        return None
    said = attribute(outline, "val") or ""
    # 9 is body text (ECMA-376 part 1, 17.3.1.20).
    return int(said) + 1 if said.isdecimal() and int(said) < 9 else 0


def _is_item(properties: Any) -> bool | None:
    """Whether a paragraph is numbered or has a bullet; 0 takes away what a style gives."""
    numbering = child(properties, "numPr", "numId")
    return None if numbering is None else attribute(numbering, "val") != "0"


def _tag(said: str | None) -> str | None:
    return said if said and _LANGUAGE.match(said) else None
