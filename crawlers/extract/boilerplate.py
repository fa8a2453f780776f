"""Parts of a page that are around its text: menus, banners, share bars, teasers, comments.

Rules over what elements are called and how they look, in the words of the web's own habits; none
knows a site. Measured on pages kept beside the project, in halves (`docs/extraction.md`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml import html

_NAMED: Final = re.compile(
    r"(?:^|[\s_-])(?:share(?:daddy|bar|buttons?|links?|tools?|this)?|sharing|social(?:media|links"
    r"|bar|share)?|addtoany|addthis|newsletter(?:box|signup)?|subscribe|subscription|cookie"
    r"(?:s|bar|banner|consent|notice)?|consent|gdpr|breadcrumbs?|skip(?:link|nav|to)?|copyright"
    r"|disclosure|disclaimer|advert(?:s|isement|ising)?|sponsored|promo(?:box|ted)?|outbrain"
    r"|taboola|related(?:posts|articles|links|content)?|recommended|recommendations?"
    r"|readmore|(?:see|read)-?also|more-?(?:from|on|stories|articles|news)|most-?(?:read|popular)"
    r"|pagination|pager|prev-?next|post-?nav(?:igation)?|tag-?(?:list|cloud|s)|tagcloud|keywords"
    r"|author-?(?:bio|box|info)|about-?author|cta|call-?to-?action|paywall-?(?:cta|teaser|offer)"
    r"|likes?-widget|loading|spinner|print-?only|no-?print|comment-?(?:form|respond)|respond"
    r"|survey|poll|feedback|rating|donat(?:e|ion)|support-?us|login|sign-?(?:in|up)|signup"
    r"|screen-?reader(?:-text)?|sr-only|visually-?hidden)(?=$|[\s_-])",
    re.IGNORECASE,
)
"""Names of elements (class or id) that stand around a text, as whole parts of a name."""

_CONTAINERS: Final = ("div", "section", "aside", "ul", "ol", "p", "span", "footer", "form", "nav")
_ALWAYS: Final = ("nav", "template", "dialog", "select", "datalist", "svg", "style", "rt", "rp")
"""Never text. Readings beside Chinese characters (`<rt>`) would stand twice in the words."""
_ROLES: Final = frozenset(
    "navigation banner search menu menubar toolbar dialog alertdialog".split()
)
_LONGEST_NAME: Final = 1_000
"""Characters of a class or id beyond which it names nothing and only costs time."""
_MOST_NAMES: Final = 10_000
"""Names that are remembered: 2 MB, and 20 MB of the longest."""
_MOST_OF_PAGE: Final = 0.3
"""Share of the page's text from which a named element is a wrapper, not a part around it."""


def prune(tree: html.HtmlElement) -> None:
    """Take out of a tree, in place, what its names say stands around the text."""
    total = max(len(tree.text_content()), 1)
    body = tree.find("body")
    for element in list(tree.iter(*_CONTAINERS, *_ALWAYS)):
        if element is body or not _is_around(element):
            continue
        if element.tag in _ALWAYS or (
            element.find(".//h1") is None and len(element.text_content()) < _MOST_OF_PAGE * total
        ):
            _drop(element)


def _is_around(element: html.HtmlElement) -> bool:
    if element.tag in _ALWAYS or (element.get("role") or "").lower() in _ROLES:
        return True
    for attribute in ("class", "id"):
        if len(element.get(attribute) or "") > _LONGEST_NAME:
            del element.attrib[attribute]
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return names != " " and _names_what_is_around(names)


@lru_cache(maxsize=_MOST_NAMES)
def _names_what_is_around(names: str) -> bool:
    # The pages of a site have the same names, and many elements of a page.
    return _NAMED.search(names) is not None


def _drop(element: html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
