"""What a section is for, from its heading and the look of its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from corpus.documents import Role

_CONTENTS: Final = frozenset(
    """contents|table of contents|list of contents|content|índice|índice general|tabla de contenido
    |tabla de contenidos|contenido|contenidos|sumario|índex|taula de continguts|continguts|sumari
    |sommaire|table des matières|inhalt|inhaltsverzeichnis|inhaltsübersicht|inhoud|inhoudsopgave
    |inhoudstafel|indice|sommario|sumário|índice geral|conteúdo|innehåll|innehållsförteckning
    |indhold|indholdsfortegnelse|innhold|innholdsfortegnelse|sisällys|sisällysluettelo|sisältö
    |spis treści|obsah|tartalom|tartalomjegyzék|cuprins|съдържание|содержание|оглавление|зміст
    |sadržaj|kazalo|περιεχόμενα|içindekiler|sisukord|saturs|turinys|目录|目錄|目次|차례|목차|المحتويات
    |فهرس|תוכן|תוכן עניינים|สารบัญ|mục lục|daftar isi|efnisyfirlit|aurkibidea|contido""".replace(
        "\n", ""
    ).split("|")
)
_REFERENCES: Final = frozenset(
    """references|bibliography|reference list|list of references|literature|works cited|sources
    |further reading|notes and references|references and notes|bibliografía|referencias
    |referencias bibliográficas|bibliografia|referències|referències bibliogràfiques|bibliographie
    |références|références bibliographiques|literatur|literaturverzeichnis|quellen
    |quellenverzeichnis|referenties|literatuur|literatuurlijst|bronnen|bronvermelding
    |riferimenti bibliografici|riferimenti|referências|referências bibliográficas|referenser
    |källor|källförteckning|litteratur|litteraturförteckning|referencer|kilder|referanser
    |lähteet|kirjallisuus|literatura|odkazy|irodalom|irodalomjegyzék|referințe|bibliografie
    |литература|список литературы|источники|література|βιβλιογραφία|kaynakça|kaynaklar|kirjandus
    |literatūra|reference|参考文献|參考文獻|참고문헌|المراجع|מקורות|ביבליוגרפיה""".replace(
        "\n", ""
    ).split("|")
)
_NUMBERED: Final = re.compile(r"^(?:(?:annex|chapter|appendix)\s+)?(?:[\divxlc]+[.)]?)+\s+", re.I)
FEWEST_ENTRIES: Final = 5
"""Lines with rising page numbers that make a contents page."""

_PAGE_AT_END: Final = re.compile(r"(?<=[\s.…·_|])(?:(\d{1,4})|[ivxlc]{1,6})\s*$", re.IGNORECASE)
_LONGEST_ENTRY: Final = 250
_WORD: Final = re.compile(r"[^\W\d_]{2}")

LEADER: Final = re.compile(r"(?:\s?[.…·_]){4,}\s*")
"""The dots between an entry of a contents page and its page."""


def role_of(heading: str, text: str) -> Role:
    """The role of a section with that heading and that text under it."""
    name = " ".join(_NUMBERED.sub("", heading.casefold()).split()).strip(" .:")
    bare = name.replace(" ", "")
    if name in _REFERENCES or bare in _REFERENCES:
        return "references"
    if name in _CONTENTS or bare in _CONTENTS or is_contents(text.split("\n")):
        return "contents"
    return "body"


def is_contents(lines: Iterable[str]) -> bool:
    """Whether most lines are entries of a contents page: words, and a page number at the end.

    Numbers of a table go up and down; those of a contents page only go up.
    """
    lines = [line for line in lines if line.strip()]
    pages: list[int] = []
    entries = 0
    for line in lines:
        found = _PAGE_AT_END.search(line[-16:])
        if found and len(line) <= _LONGEST_ENTRY and _WORD.search(line):
            entries += 1
            if found[1]:
                pages.append(int(found[1]))
    if len(pages) < FEWEST_ENTRIES or entries < 0.6 * len(lines):
        return False
    return sum(a <= b for a, b in pairwise(pages)) >= 0.85 * (len(pages) - 1)
