"""Endings as the stemmers look for them: with the marks that folding took.

A query may be typed without accents, so words are folded before they are stemmed, and the same
word always has the same stem. Snowball's rules, though, know `-ção` and not `-cao`. Only
endings are restored that stand for one marked ending in nearly every word; the measure is in
`docs/analysis.md`. Dutch and Danish have endings their stemmers overlook (algoritmes,
rettigheder).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SHORTEST: Final = 2
"""Letters that must stand before an ending."""

_ENDINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "ca": {"cio": "ció", "sio": "sió", "xio": "xió", "encia": "ència", "ancia": "ància"},
    "cs": {
        "ych": "ých", "ich": "ích", "ym": "ým", "ymi": "ými", "im": "ím", "imi": "ími",
        "eho": "ého", "iho": "ího", "emu": "ému", "imu": "ímu", "um": "ům", "ach": "ách",
        "ani": "ání", "eni": "ení", "am": "ám",
    },
    "da": {"heden": "hed", "heder": "hed", "heders": "hed", "hederne": "hed", "hedernes": "hed"},
    "de": {"ithmus": "ithm"},
    "es": {"dades": "dad", "tades": "tad"},
    "fr": {
        "ite": "ité", "ites": "ités", "ee": "ée", "ees": "ées", "iere": "ière",
        "ieres": "ières",
    },
    "ga": {"iocht": "íocht", "iochta": "íochta", "ail": "áil", "ala": "ála", "oiri": "óirí"},
    "hu": {
        "rol": "ról", "tol": "tól", "bol": "ból", "nal": "nál", "nel": "nél", "ert": "ért",
        "kent": "ként", "sagi": "sági", "segi": "ségi",
    },
    "it": {f"{letter}ita": f"{letter}ità" for letter in "cdlnrstuv"},
    "lt": {
        "eje": "ėje", "emis": "ėmis", "ems": "ėms", "iskas": "iškas", "iska": "iška",
        "iskai": "iškai", "isko": "iško", "isku": "iškų", "ciu": "čių", "dziu": "džių",
        "dzios": "džios", "cios": "čios",
    },
    "nl": {"mes": "me", "tes": "te", "des": "de", "ges": "ge", "jes": "je"},
    "pl": {
        "ow": "ów", "owac": "ować", "ywac": "ywać", "iac": "iać", "osc": "ość", "jacy": "jący",
        "jaca": "jąca", "jace": "jące", "jacymi": "jącymi", "acego": "ącego", "acej": "ącej",
        "acych": "ących", "acym": "ącym", "ajac": "ając", "aja": "ają",
    },
    "pt": {
        "ais": "al", "cao": "ção", "coes": "ções", "ao": "ão", "oes": "ões", "aos": "ãos",
        "anca": "ança", "ancia": "ância", "ancias": "âncias", "encia": "ência",
        "encias": "ências", "avel": "ável", "aveis": "áveis", "ivel": "ível", "iveis": "íveis",
    },
    "ro": {
        "eaza": "ează", "easca": "ească", "itati": "ităţi", "itatii": "ităţii",
        "itatile": "ităţile", "itatilor": "ităţilor",
        **{
            f"{vowel}ti{end}": f"{vowel}ţi{end}"
            for vowel in "aiu"
            for end in ("e", "a", "i", "ei", "ile", "ilor", "une", "unea", "uni", "unii", "unilor")
        },
    },
}  # fmt: skip

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ca": {"dades": "dada"},
    "eu": {"hiria": "hiri"},
    "hu": {"adat": "adatok"},
    "pt": {"acao": "ação", "acoes": "ação"},
    "ro": {
        **dict.fromkeys(("drepturi", "drepturile", "drepturilor"), "drept"),
        **dict.fromkeys(("orase", "orasele", "oraselor"), "oraș"),
    },
}
"""Words of the field whose forms the rules part, and the form that is stemmed for them."""

_ALTERNATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "fi": {"uks": "us", "ud": "us", "yks": "ys", "yd": "ys", "nk": "ng"},
}
"""Ends of stems that change within a word (oikeus, oikeuden, oikeuksien), and the one kept."""

_BY_LENGTH: Final = {
    group: sorted(endings.items(), key=lambda pair: -len(pair[0]))
    for group, endings in _ENDINGS.items()
}
_TURKISH_BACK: Final = {"i": "ı"}
_TURKISH_FRONT: Final = {"o": "ö", "u": "ü"}


def restore(surface: str, group: str) -> str:
    """A folded word with its ending as the stemmer of a group looks for it."""
    if group == "tr":
        return _turkish(surface)
    if surface in _WORDS.get(group, ()):
        return _WORDS[group][surface]
    for plain, marked in _BY_LENGTH.get(group, ()):
        if surface.endswith(plain) and len(surface) >= len(plain) + _SHORTEST:
            return surface[: -len(plain)] + marked
    return surface


def level(stem: str, group: str) -> str:
    """A stem with its end as it is in the other forms of its word."""
    for end, kept in _ALTERNATIONS.get(group, {}).items():
        if stem.endswith(end) and len(stem) > len(end) + _SHORTEST:
            return stem[: -len(end)] + kept
    return stem


def _turkish(surface: str) -> str:
    """Vowel harmony: i, o and u take the row, front or back, of the nearest sure vowel.

    `a` is sure to be back and `e` front; the vowel before counts more than the one after. A
    `g` between vowels is nearly always a soft one.
    """
    letters = list(surface)
    row = ""
    for at, letter in enumerate(letters):
        if letter in "ae":
            row = letter
        elif letter in "iou" and not surface.startswith("ki", at - 1):
            harmony = row or next((c for c in letters[at + 1 :] if c in "ae"), "")
            changed = _TURKISH_BACK if harmony == "a" else _TURKISH_FRONT if harmony else {}
            letters[at] = changed.get(letter, letter)
        elif letter == "g" and 0 < at < len(letters) - 1:
            before, after = letters[at - 1], letters[at + 1]
            if before in "aeıioöuü" and after in "aeıioöuü":
                letters[at] = "ğ"
        elif letter == "s" and surface.startswith(("mis", "mus"), at - 2) and at > 3:
            letters[at] = "ş"
    return "".join(letters)
