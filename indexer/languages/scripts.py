"""Which writing a text is in, and the languages that are written so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

LATIN: Final = "Latn"
HAN: Final = "Hani"

_RANGES: Final[Mapping[str, str]] = {
    LATIN: "A-Za-zªºÀ-ÖØ-öø-ʯḀ-ỿﬀ-ﬆ",
    "Cyrl": "\u0400-\u052f",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Arab": "\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "Hebr": "\u05d0-\u05ea",
    "Deva": "\u0900-\u097f",
    "Beng": "\u0980-\u09ff",
    "Guru": "\u0a00-\u0a7f",
    "Gujr": "\u0a80-\u0aff",
    "Orya": "\u0b00-\u0b7f",
    "Taml": "\u0b80-\u0bff",
    "Telu": "\u0c00-\u0c7f",
    "Knda": "\u0c80-\u0cff",
    "Mlym": "\u0d00-\u0d7f",
    "Sinh": "\u0d80-\u0dff",
    "Thai": "\u0e00-\u0e7f",
    "Laoo": "\u0e80-\u0eff",
    "Tibt": "\u0f00-\u0fff",
    "Mymr": "\u1000-\u109f",
    "Geor": "\u10a0-\u10ff\u1c90-\u1cbf",
    "Hang": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",
    "Ethi": "\u1200-\u137f",
    "Khmr": "\u1780-\u17ff",
    "Armn": "\u0530-\u058f",
    "Kana": "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    HAN: "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
}
"""Letters of each script (ISO 15924), as insides of character classes."""

_RUN: Final = {script: re.compile(f"[{letters}]+") for script, letters in _RANGES.items()}

SOLE_LANGUAGE: Final[Mapping[str, str]] = {
    "Grek": "el", "Hebr": "he", "Beng": "bn", "Guru": "pa", "Gujr": "gu", "Orya": "or",
    "Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Thai": "th",
    "Laoo": "lo", "Tibt": "bo", "Mymr": "my", "Geor": "ka", "Hang": "ko", "Ethi": "am",
    "Khmr": "km", "Armn": "hy", "Kana": "ja",
}  # fmt: skip
"""Scripts that one language, or one by far, is written in."""

CANDIDATES: Final[Mapping[str, frozenset[str]]] = {
    LATIN: frozenset(
        "af ca cs da de en es et eu fi fr ga gl hr hu id is it lt lv mt nl no pl pt ro sk sl sq "
        "sr sv sw tr vi".split()
    ),
    "Cyrl": frozenset("be bg mk ru sr uk".split()),
    "Arab": frozenset("ar fa ur".split()),
    "Deva": frozenset("hi mr ne".split()),
    HAN: frozenset(("ja", "zh")),
}
"""Languages told apart in a script that several are written in."""

_JAPANESE_ONLY: Final = re.compile(
    "[気円図変対団広県駅検権実読売単済処営価険観験発戦伝転労両続総齢覧鉄応沢浜辺黒毎歩帯悪圧囲"
    "隠栄塩仮拡関歓帰拠挙郷駆経継撃軽蛍鶏雑児焼奨剰縄壌嬢譲醸粋酔穂髄瀬斉摂専銭繊捜挿巣窓騒蔵臓"
    "択滝遅鋳庁聴逓稲闘働込畑峠匂枠]"
)
"""Characters written so in Japanese, and in neither kind of Chinese (rare names apart)."""


LETTERS: Final[Mapping[str, str]] = {
    "af": "áèéêëíîïóôöúû", "ca": "àçèéíïòóúü·", "cs": "áčďéěíňóřšťúůýž", "da": "åæéø",
    "de": "äöüßé", "en": "éèêñçïü", "es": "áéíñóúü", "et": "äõöšüž", "eu": "ñç", "fi": "äåö",
    "fr": "àâæçèéêëîïôœùûüÿ", "ga": "áéíóú", "gl": "áéíñóúüï", "hr": "čćđšž",
    "hu": "áéíóöőúüű", "id": "é", "is": "áæéíðóöþúý", "it": "àèéìíîòóùú", "lt": "ąčėęįšūųž",
    "lv": "āčēģīķļņšūž", "mt": "àċèġħìòùż", "nl": "áéèëïóöüê", "no": "åæéøòôä",
    "pl": "ąćęłńóśźż", "pt": "àáâãçéêíóôõúü", "ro": "ăâîșțşţ", "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšžćđ", "sq": "çë", "sr": "čćđšž", "sv": "äåöé", "sw": "", "tr": "âçğıîöşüûi̇",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя", "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш", "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "sr-Cyrl": "абвгдђежзијклљмнњопрстћуфхцчџш", "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}  # fmt: skip
"""Letters a language uses beside a to z, or all it uses where it is not written in Latin;
those of naturalised words too (`café`)."""


_OWN: Final = {language: frozenset(letters) for language, letters in LETTERS.items()}


def marked_letters(text: str) -> frozenset[str]:
    """The different letters of a text that are not a to z, in lower case."""
    return frozenset(c for c in text.casefold() if not c.isascii() and c.isalpha())


@cache
def own_letters(script: str) -> Mapping[str, frozenset[str]]:
    """What each language of a script writes, of those whose letters are known."""
    written = {
        language: _OWN.get(f"{language}-{script}", _OWN.get(language))
        for language in CANDIDATES[script]
    }
    return {language: own for language, own in written.items() if own is not None}


def script_of(text: str) -> str | None:
    """The script of a text: its most frequent one, Latin only where no other says more.

    Names and abbreviations stand in Latin letters in texts of every script, so two letters of
    another outweigh five Latin ones. Japanese is what has kana, whatever its Han characters.
    """
    if text.isascii():
        return LATIN if _RUN[LATIN].search(text) else None
    letters = "".join(set(text))
    counts = {
        script: sum(map(len, run.findall(text)))
        for script, run in _RUN.items()
        if run.search(letters)
    }
    latin = counts.pop(LATIN, 0)
    if not counts:
        return LATIN if latin else None
    best = max(counts, key=lambda script: counts[script])
    if best == HAN and counts.get("Kana", 0) * 20 >= counts[HAN]:
        best = "Kana"
    return LATIN if counts[best] * 5 < latin * 2 else best


def is_japanese(text: str) -> bool:
    """Whether a text in Han characters alone has one that only Japanese writes."""
    return _JAPANESE_ONLY.search(text) is not None
