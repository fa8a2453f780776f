"""How texts become words: folding, tokens, stems, function words."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.concepts import first_forms
from indexer.languages.analysis import (
    _MARKED,
    _SPACED,
    GROUPS,
    Token,
    analyse,
    fold,
    group,
    stem,
    words_of,
)
from indexer.languages.folding import MARK_SIGNS
from indexer.languages.function_words import all_function_words, function_words
from indexer.languages.spelling import LONGEST

LANGUAGES = (*GROUPS, None, "zh", "ja", "ko", "th", "xx", "pt-BR", "nb")
INVISIBLE = ("\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e", "\u202b")

# Words of many scripts with what joins and disturbs them, so that examples are not all noise.
pieces = st.sampled_from(
    "city's l'accès dell'aria wi-fi 2016/679 1.000 3,5 5,6,7 §5 U.S. GDPR-22 об'єкт צה\"ל EU:n "
    "don't 公共数据 ひらがな データ 조례는 ข้อมูล डेटा é ＡＩ ｶﾞ １２ ½ ㎏ ﬁ ß İstanbul'un ' - / . , : ’ "
    "😀 \x00 \ud800 \u0301 \u200b \u00ad # ~ _".split()
)
texts = st.one_of(
    st.text(),
    st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=12).map("".join),
    st.lists(pieces, max_size=12).map(" ".join),
)


def surfaces(text: str, language: str | None = "en") -> list[str]:
    return [token.surface for token in analyse(text, language)]


# --- any text ---------------------------------------------------------------------------


@given(texts, st.sampled_from(LANGUAGES))
@example("word" * 3000, "en")
@example("l'" * 3000, "fr")
@example("ก" + "\u0e48" * 3000 + "ข", "th")
@example("1," * 3000 + "2", "en")
@example("\ud800\udfff\x00", "en")
def test_every_text_has_tokens_with_sound_offsets(text: str, language: str | None) -> None:
    position, start = 0, 0
    for token in analyse(text, language):
        assert 0 <= token.start < token.end <= len(text)
        assert start <= token.start
        assert position <= token.position
        assert 0 < len(token.surface) <= LONGEST
        assert token.stem
        assert not re.search(r"[~#\s]", token.surface + token.stem)
        position, start = token.position, token.start


@given(texts)
def test_a_surface_is_the_folded_word_it_stands_for(text: str) -> None:
    for token in analyse(text, None):
        folded = fold(text[token.start : token.end])
        letters = [c for c in folded if c.isalnum()]
        for character in token.surface:
            assert character in letters or not character.isalnum()


@given(texts, st.data())
def test_invisible_characters_change_no_token(text: str, data: st.DataObject) -> None:
    disturbed = text
    for sign in data.draw(st.lists(st.sampled_from(INVISIBLE), max_size=4)):
        at = data.draw(st.integers(0, len(disturbed)))
        disturbed = disturbed[:at] + sign + disturbed[at:]
    assert [(t.surface, t.stem, t.position) for t in analyse(disturbed, "fr")] == [
        (t.surface, t.stem, t.position) for t in analyse(text, "fr")
    ]


@given(texts)
def test_composed_and_decomposed_letters_are_the_same_words(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)
    assert surfaces(composed) == surfaces(decomposed)


@given(texts)
def test_words_do_not_depend_on_the_language(text: str) -> None:
    expected = [token._replace(stem="") for token in analyse(text, None)]
    for language in ("en", "fr", "tr", "hi", "zh"):
        assert [token._replace(stem="") for token in analyse(text, language)] == expected


@given(texts)
def test_words_alone_are_the_first_forms_of_all_tokens(text: str) -> None:
    assert words_of(text) == [token.surface for token in first_forms(analyse(text, None))]


@given(texts)
def test_words_without_marks_are_found_as_words_that_may_have_some(text: str) -> None:
    plain = "".join(sign for sign in text if sign not in MARK_SIGNS)
    assert _SPACED.findall(plain) == _MARKED.findall(plain)


@given(st.text(st.characters(max_codepoint=127)))
def test_text_in_ascii_is_read_alike_beside_other_scripts(text: str) -> None:
    plain = analyse(text, "en")
    assert analyse(f"{text} é", "en")[: len(plain)] == plain
    assert analyse(f"{text} 中", "en")[: len(plain)] == plain


@given(texts, texts)
def test_what_follows_a_space_changes_nothing_before_it(one: str, two: str) -> None:
    before = analyse(one, "en")
    assert analyse(f"{one}\n{two}", "en")[: len(before)] == before


# --- folding ----------------------------------------------------------------------------


@given(st.text())
def test_folding_twice_folds_no_further(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_character_folds_once_and_for_all() -> None:
    assert [hex(p) for p in range(0x110000) if fold(fold(chr(p))) != fold(chr(p))] == []


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Größe", "grosse"),
        ("København", "kobenhavn"),
        ("Łódź", "lodz"),
        ("İstanbul ışık", "istanbul isik"),
        ("Œuvre", "oeuvre"),
        ("Þór", "thor"),
        ("Αθήνα ΠΟΛΙΣ πόλις", "αθηνα πολισ πολισ"),
        ("Ёлка Йога", "елка йога"),
        ("إِلَى المـدينة", "الي المدينة"),
        ("تهران شهری ی ک", "تهران شهري ي ك"),
        ("שָׁלוֹם", "שלום"),
        ("ＡＩ １２３", "ai 123"),
        ("٢٠١٦ २०१६", "2016 2016"),
        ("हिन्दी ข้อมูล", "हिन्दी ข้อมูล"),
        ("dat\u00ada\u200b", "data"),
    ],
)
def test_folding_by_script(text: str, folded: str) -> None:
    assert fold(text) == unicodedata.normalize("NFC", folded)


# --- words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("city's cities’", ["city", "cities"]),
        ("l'accès qu’une dell'aria", ["acces", "une", "aria"]),
        ("l'Hospitalet L'Aquila", ["hospitalet", "aquila"]),
        ("aujourd'hui O'Brien", ["aujourd", "hui", "o", "brien"]),
        ("don't we're they'll", ["dont", "we", "they"]),
        ("foto's 's-Hertogenbosch", ["foto", "s", "shertogenbosch", "hertogenbosch"]),
        ("İstanbul'un Ankara'da", ["istanbul", "ankara"]),
        ("об'єкт здоров’я", ["обєкт", "здоровя"]),
        ('צה"ל מו״מ', ["צהל", "מומ"]),
        ("EU:n AI:s 10:30 to:do", ["eu", "ai", "10", "30", "to", "do"]),
        ("U.S. G.D.P.R. z.B. Ph.D.", ["us", "gdpr", "zb", "ph", "d"]),
        ("C++ R&D #tag a_b", ["c", "r", "d", "tag", "a", "b"]),
        ("5G CO2 1a", ["5g", "co2", "1a"]),
    ],
)
def test_words_are_split_as_languages_do(text: str, expected: list[str]) -> None:
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("art. 22", ["art", "22"]),
        ("Art.22(1)", ["art", "22", "1"]),
        ("§ 5 §§5", ["§", "5", "§", "5"]),
        ("GDPR-22", ["gdpr", "22"]),
        ("(EU) 2016/679", ["eu", "2016/679", "679"]),
        ("95/46/EC", ["95/46", "ec"]),
        ("Lei nº 13.709/2018", ["lei", "no", "13709/2018", "13709"]),
        ("2024/2025", ["2024", "2025"]),
        ("2021/22", ["2021/22", "2021"]),
        ("1.000 1,000", ["1000", "1000"]),
        ("1.234,56 1,234.56", ["1234.56", "1234.56"]),
        ("3,5 3.5 0,125", ["3.5", "3.5", "0.125"]),
        ("5,6,7", ["5", "6", "7"]),
        ("42-3171.02", ["42", "3171.02"]),
    ],
)
def test_numbers_and_citations_are_found_as_written(text: str, expected: list[str]) -> None:
    assert surfaces(text) == expected


def test_a_hyphenated_word_is_found_joined_and_apart() -> None:
    assert analyse("wi-fi", "en") == [
        Token("wi", "wi", 0, 2, 0),
        Token("wifi", "wifi", 0, 5, 0),
        Token("fi", "fi", 3, 5, 1),
    ]
    assert surfaces("Algorithmen‑Register", "de")[1] == "algorithmenregister"
    assert surfaces("state-of-the-art") == ["state", "of", "the", "art"]


def test_a_word_of_ten_thousand_letters_is_cut() -> None:
    (token,) = analyse("a" * 10_000, "en")
    assert token == Token("a" * LONGEST, token.stem, 0, 10_000, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公共数据", ["公共", "共数", "数据"]),
        ("法", ["法"]),
        ("GDPRの規定2016年", ["gdpr", "の規", "規定", "2016", "年"]),
        ("ｶﾞｲﾄﾞ", ["ガイ", "イド"]),
        ("개인정보보호", ["개인", "인정", "정보", "보보", "보호"]),
        ("데이터는 도시의 회의", ["데이", "이터", "도시", "회의"]),
        ("ข้อมูล", ["ข้อ", "อมู", "มูล"]),
    ],
)
def test_scripts_without_spaces_are_read_as_pairs_of_letters(
    text: str, expected: list[str]
) -> None:
    assert surfaces(text, None) == expected


def test_offsets_point_into_the_text_as_it_was() -> None:
    text = "Der\u00adRe\u00adgister: l’accès, 公共AI"
    assert [text[t.start : t.end] for t in analyse(text, "fr")] == [
        "Der\u00adRe\u00adgister",
        "accès",
        "公共",
        "AI",
    ]


# --- stems ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "registers", "register"),
        ("es", "participación", "participaciones"),
        ("ca", "informació", "informacions"),
        ("gl", "dixital", "dixitais"),
        ("eu", "hiria", "hiriak"),
        ("fr", "responsabilité", "responsabilités"),
        ("nl", "algoritmes", "algoritme"),
        ("de", "Städte", "Städten"),
        ("fi", "kaupungissa", "kaupungin"),
        ("sv", "städerna", "städer"),
        ("da", "rettigheder", "rettighederne"),
        ("nb", "kommunen", "kommuner"),
        ("is", "borgin", "borgarinnar"),
        ("pt", "informação", "informações"),
        ("it", "diritto", "diritti"),
        ("el", "δικαιώματα", "δικαιωμάτων"),
        ("hr", "podaci", "podacima"),
        ("pl", "mieszkańców", "mieszkańcy"),
        ("tr", "hakları", "haklar"),
        ("et", "andmed", "andmete"),
        ("lv", "tiesības", "tiesību"),
        ("lt", "miestas", "miesto"),
        ("sl", "mesta", "mestih"),
        ("ro", "informație", "informații"),
        ("hu", "adatok", "adatokról"),
        ("sq", "qyteti", "qytetet"),
        ("bg", "правата", "права"),
        ("cs", "základní", "základních"),
        ("sk", "mestách", "mesto"),
        ("sr", "градови", "градове"),
        ("uk", "прозорість", "прозорості"),
        ("ru", "городами", "городов"),
        ("hy", "քաղաքներ", "քաղաքների"),
        ("ka", "ქალაქები", "ქალაქის"),
        ("ar", "المدينة", "مدينة"),
        ("he", "העיר", "בעיר"),
        ("fa", "شهرها", "شهر"),
        ("hi", "अधिकारों", "अधिकार"),
        ("bn", "শহরগুলি", "শহরগুলো"),
        ("te", "నగరాలలో", "నగరాలు"),
        ("id", "pelayanan", "layanan"),
        ("ga", "cathracha", "chathracha"),
        ("ta", "நகரங்கள்", "நகரங்களில்"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, one: str, other: str) -> None:
    (first,), (second,) = analyse(one, language), analyse(other, language)
    assert first.surface != second.surface
    assert first.stem == second.stem


@given(st.sampled_from(GROUPS), st.text(max_size=20))
def test_a_token_s_stem_is_the_stem_of_its_surface(own: str, text: str) -> None:
    for token in analyse(text, own):
        if token.position == 0 and token.surface not in ("§",) and token.start + 1 < token.end:
            assert token.stem in (stem(token.surface, own), token.surface)


@given(st.sampled_from(GROUPS), st.lists(st.text(max_size=12), max_size=6), st.randoms())
def test_a_stem_does_not_depend_on_what_was_asked_before(own: str, words: list[str], order) -> None:  # type: ignore[no-untyped-def]  # hypothesis gives a random.Random
    words = [surface for word in words for surface in surfaces(word)]
    first = {word: stem(word, own) for word in words}
    order.shuffle(words)
    assert {word: stem(word, own) for word in words} == first


def test_accents_left_out_by_a_typist_change_no_stem() -> None:
    for language, word in (("pt", "participação"), ("fr", "sécurité"), ("tr", "haklarının")):
        typed = fold(word)
        assert [t.stem for t in analyse(typed, language)] == [
            t.stem for t in analyse(word, language)
        ]


def test_numbers_are_not_stemmed() -> None:
    assert [t.stem for t in analyse("2016/679 1990s co2", "en")] == [
        "2016/679",
        "679",
        "1990s",
        "co2",
    ]


def test_languages_share_a_group_or_have_none() -> None:
    assert [group(tag) for tag in ("nb", "nn", "no", "pt-BR", "EN_gb", "hr", "bs")] == [
        "no",
        "no",
        "no",
        "pt",
        "en",
        "sr",
        "sr",
    ]
    assert [group(tag) for tag in (None, "", "zh", "th", "tlh")] == ["x"] * 5
    assert stem("whatever", "x") == "whatever"


def test_stemming_loads_none_of_the_rest_of_nltk() -> None:
    script = (
        "import sys; from indexer.languages.analysis import stem; stem('cities', 'en');"
        "print(sorted(m for m in sys.modules if m.startswith(('nltk', 'sklearn'))));"
        "import nltk.stem; print(nltk.stem.SnowballStemmer.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["[]", "SnowballStemmer"]


# --- function words ---------------------------------------------------------------------


def test_what_a_question_is_made_of_is_known() -> None:
    english = function_words("en")
    assert {"how", "do", "what", "which", "who", "can", "we", "our", "the"} <= english
    assert english.isdisjoint({"city", "cities", "rights", "data", "help", "us", "ai", "ban"})


def test_function_words_are_words_as_they_are_indexed() -> None:
    for language, words in all_function_words().items():
        assert len(words) >= 25, language
        assert words.isdisjoint({"us", "ai"}), language
        for word in words:
            assert surfaces(word, None)[:1] == [word] or word in "§", (language, word)


def test_languages_without_a_list_have_no_function_words() -> None:
    assert function_words(None) == function_words("tlh") == frozenset()
    assert function_words("nn") == function_words("no")
    assert function_words("pt-BR") == function_words("pt")


def test_every_european_language_asked_for_has_its_function_words() -> None:
    wanted = "en es ca gl fr nl de fi sv da no pt it el hr pl tr et lv lt sl ro hu sq bg cs sk sr"
    assert set(f"{wanted} uk ru".split()) <= set(all_function_words())
