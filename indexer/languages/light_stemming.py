"""Light stems for languages without a Snowball stemmer: the longest known ending comes off.

Only endings of nouns and adjectives (case, number, definiteness), after Savoy (2006, "Light
stemming approaches for the French, Portuguese, German and Hungarian languages"); words of the
Indic scripts are cut to five letters and marks, which did better there than whole words
(McNamee and Mayfield 2004 for European languages; measured in `docs/analysis.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

_INDIC_LETTERS: Final = 5

INDIC: Final = ("as", "bn", "gu", "kn", "ml", "mr", "or", "pa", "si", "te")
"""Languages whose words are cut."""

_SHORTEST: Final = 3
"""Letters that stay at least."""

_ENDINGS: Final[Mapping[str, str]] = {
    "be": "аваннем аванне авання асцю асцей асці асць ымі імі ага яга аму яму ых іх ым ім ая яя "
    "ое ее ую юю ай яй ой ей ыя ія ою ею аў яў оў еў ам ям ах ях амі ямі ом ем у ю а я ы і е э о ь",
    "bg": "остите остта ости ост ствата ството ства ство овете евете ищата ията ието иите иета "
    "ният ните ната ното иям ове еве ища ите ата ята ото ето ият ия ъта ът ят та то те ен на но "
    "ни ии а я о е и у ю ъ ь й",
    "gl": "acions acion icions icion ucions ucion cions cion mentos mento idades idade eiros eiras "
    "eiro eira icas icos ica ico ais al eis el ois ol les ns s a o e as os es",
    "is": "unum inum anna unni inni arnir urnar irnar annar innar ingu ungar unga unnar arinnar "
    "inn inu num ins ina ann ans ana urinn arnar irni anum nar nir una ur ir ar um in id an ns na "
    "ni nu sins s a i u",
    "ka": "ებისთვის ებიდან ებთან ებზე ებში ებით ებად ების ებს ებმა ები თა ისთვის იდან თვის თან დან "
    "ზე ში მდე ობის ობა ის ით ად მა ს ი ა ე ო",
    "lv": "sanas sanai sanu sana sanam sanas ibas ibai ibu iba ibam ibas tajiem tajam ajiem ajam "
    "ajas ajos ajai ajais aja ajos iem ies ais as os am um im em us is es ai ei ij am iu u a e i o "
    "s",
    "mk": "остите оста ости ост ствата ството ства ство овите евите овци ијата иите ови еви ите "
    "ата ото ето ава иот от та то те он ен на но ни ии ја а о е и у",
    "mt": "ijiet iet ijiet ijin in ija at i a u",
    "sk": "ostiach ostiam ostami osti ostou ost aniami aniach ania aniu anim anie eniami eniach "
    "enia eniu enim enie eho emu ymi imi ych ich ym im ami iami ach iach och am iam om ov ou ej iu "
    "ie ia ii us y i e a u o",
    "sl": "ostjo ostmi ostih osti ost anjem anja anju anje enjem enja enju enje skega skemu skih "
    "skimi skim ski ske ska sko ega emu imi ami ama ih im ah ov ev om jo a e i o u",
    "sq": "eve ave ive uve ish esh ite ates atit eshe erise erive erite eri it ut et at es ve ne te "
    "in un en i u e a",
    "uk": "уванням уваннями уваннях ування уванню аннями аннях анням ання анню енням ення енню "
    "остями остях ості істю ість ства ство ством ськими ського ському ськім ських ським ська ську "
    "ські ське ський ами ями ого ому ими ій ої ою ею ах ях ів ем ом ам ям ий их им ій а я "
    "у ю и і о е ь",
}
"""Endings, folded."""

_HEBREW_PREFIXES: Final = {"ו": 4, "ה": 3, "ב": 3, "ל": 3, "מ": 4, "ש": 4, "כ": 4}
"""And, the, in, to, from, that, as: each with the letters that must follow."""
_HEBREW_ENDINGS: Final = ("יות", "ים", "ות")


def _ordered(endings: str) -> tuple[str, ...]:
    return tuple(sorted(set(endings.split()), key=lambda ending: (-len(ending), ending)))


def _stripping(endings: tuple[str, ...]) -> Callable[[str], str]:
    def strip(surface: str) -> str:
        for ending in endings:
            if len(surface) - len(ending) >= _SHORTEST and surface.endswith(ending):
                return surface[: -len(ending)]
        return surface

    return strip


def _cut(surface: str) -> str:
    return surface if surface.isascii() else surface[:_INDIC_LETTERS]


def _hebrew(surface: str) -> str:
    """Without "and", then without one other prefix, then without the plural."""
    for prefixes in ("ו", "הבלמשכ"):
        if surface[0] in prefixes and len(surface) > _HEBREW_PREFIXES[surface[0]]:
            surface = surface[1:]
    for ending in _HEBREW_ENDINGS:
        if len(surface) - len(ending) >= _SHORTEST and surface.endswith(ending):
            return surface[: -len(ending)]
    return surface


STEMMERS: Final[Mapping[str, Callable[[str], str]]] = {
    **{language: _stripping(_ordered(endings)) for language, endings in _ENDINGS.items()},
    **dict.fromkeys(INDIC, _cut),
    "he": _hebrew,
}
"""A stemmer for each language that has one here."""
