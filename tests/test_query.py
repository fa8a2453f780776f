"""What a person types, read as a query."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.query import Clause, Near, ParsedQuery, Phrase, Prefix, Word, parse
from indexer.query_notes import FARTHEST, LONGEST, MOST_ATOMS, NOTES

fragments = st.sampled_from(
    'word wi-fi "a b" “a b” «a» 「公共」 -x -"y z" OR AND NOT or city:Lisbon city:"New York" kind: '
    'year:2019 year:2019..2021 year:..2021 year:x -year:2019 title:a title:"a b"~3 algo* al* ** '
    '"a b"~5 "a b"~ a:b:c date:[foo ( ) [ ] " “ » - -- --a + +a ~ ~2 * \x00 \ud800 \u200b 😀 § צה"ל '
    "https://x.org EU:n 10:30 ： city：Porto".split()
)
queries = st.one_of(
    st.text(),
    st.lists(fragments, max_size=12).map(" ".join),
    st.lists(st.one_of(fragments, st.text(max_size=3)), max_size=12).map("".join),
)


def words(*texts: str) -> tuple[Clause, ...]:
    return tuple(Clause((Word(text),)) for text in texts)


Typed = Word | Phrase | Near | Prefix


def atoms(query: ParsedQuery) -> list[Typed]:
    found = [atom for clause in query.clauses for atom in clause.alternatives]
    typed = [atom for atom in found if isinstance(atom, Typed)]
    assert typed == found  # concepts are the engine's to add
    return typed


def told(*kinds: str) -> tuple[str, ...]:
    return tuple(NOTES[kind] for kind in kinds)


# --- any text ---------------------------------------------------------------------------


@given(queries)
@example("a:" * 1000)
@example('"' * 2000)
@example("OR " * 700)
@example('-"a" ' * 500)
@example("(" * 10_000)
def test_every_text_is_a_query_of_bounded_size(text: str) -> None:
    query = parse(text)
    assert len(atoms(query)) + len(query.include) <= MOST_ATOMS
    assert len(query.exclude) <= 50 * MOST_ATOMS
    assert sum(len(atom.text) for atom in atoms(query)) <= LONGEST
    assert len(query.notes) == len(set(query.notes)) <= len(NOTES)
    assert all(clause.alternatives for clause in query.clauses)
    for atom in atoms(query):
        assert any(c.isalnum() or c == "§" for c in atom.text)
        assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in atom.text)
        assert atom.field in (None, "title")
        if isinstance(atom, Near):
            assert 1 <= atom.distance <= FARTHEST
        if not isinstance(atom, Phrase | Near):
            assert not any(c.isspace() for c in atom.text)


@given(st.lists(st.from_regex(r"[a-zа-яéα-ω0-9]{1,12}", fullmatch=True), max_size=40))
def test_plain_words_are_just_words(typed: list[str]) -> None:
    assert parse(" ".join(typed)) == ParsedQuery(words(*typed))


@given(queries)
def test_what_was_read_as_words_reads_the_same_again(text: str) -> None:
    read = [atom.text for atom in atoms(parse(text)) if isinstance(atom, Word) and not atom.field]
    signs = set(':：~^*"“”„‟＂«»「」『』〝〞〟')  # inside a word, one may have hidden another
    plain = [w for w in read if w not in ("OR", "AND", "NOT") and signs.isdisjoint(w)]
    assert [atom.text for atom in atoms(parse(" ".join(plain)))] == plain


@given(queries)
def test_space_around_a_query_says_nothing(text: str) -> None:
    if len(text) < 1900:
        assert parse(f" \t\u3000{text}\n ") == parse(text)


# --- words, phrases, operators ----------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", " ", "\n\u3000", "-", "- -", "((((", "[", ", . /", "\x00\ud800"]
)
def test_nothing_to_look_for_is_an_empty_query(text: str) -> None:
    assert parse(text) == ParsedQuery()


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("facial recognition", words("facial", "recognition")),
        (
            "l'accès wi-fi 公共数据 2016/679 § 5",
            words("l'accès", "wi-fi", "公共数据", "2016/679", "§", "5"),
        ),
        ("Regulation (EU) 2016/679", words("Regulation", "EU", "2016/679")),
        ("What do cities do: a guide?", words("What", "do", "cities", "do", "a", "guide")),
        ("Berlin - Hamburg", words("Berlin", "Hamburg")),
        ("10:30 EU:n", words("10:30", "EU:n")),
        ("https://algoritmes.overheid.nl/nl", words("algoritmes.overheid.nl/nl")),
        ('צה"ל', words('צה"ל')),
        ('"algorithm register"', (Clause((Phrase("algorithm register"),), "must"),)),
        ('"register"', (Clause((Phrase("register"),), "must"),)),
        ('a"b c"d', (*words("a"), Clause((Phrase("b c"),), "must"), *words("d"))),
        ("-law", (Clause((Word("law"),), "not"),)),
        ("– −law", (Clause((Word("law"),), "not"),)),
        ('-"open data"', (Clause((Phrase("open data"),), "not"),)),
        ("NOT law", (Clause((Word("law"),), "not"),)),
        ("a OR b OR c", (Clause((Word("a"), Word("b"), Word("c"))),)),
        ("a OR OR b", (Clause((Word("a"), Word("b"))),)),
        ("a or b and not c", words("a", "or", "b", "and", "not", "c")),
        ('"a b" OR "c"', (Clause((Phrase("a b"), Phrase("c")), "must"),)),
        ('a OR "b c"', (Clause((Word("a"), Phrase("b c"))),)),
        ("algor*", (Clause((Prefix("algor"),)),)),
        ("公共*", words("公共")),
        ('"open data"~5', (Clause((Near("open data", 5),), "must"),)),
        ('"data"~5', (Clause((Phrase("data"),), "must"),)),
        ("title:register", (Clause((Word("register", "title"),)),)),
        ('title:"open data"', (Clause((Phrase("open data", "title"),), "must"),)),
        ('title:"open data"~2', (Clause((Near("open data", 2, "title"),), "must"),)),
        ("title:algor*", (Clause((Prefix("algor", "title"),)),)),
        ("-title:law", (Clause((Word("law", "title"),), "not"),)),
    ],
)
def test_queries_are_read_as_they_are_meant(text: str, clauses: tuple[Clause, ...]) -> None:
    assert parse(text) == ParsedQuery(clauses)


@pytest.mark.parametrize(
    "quoted",
    [
        '"{}"',
        "“{}”",
        "„{}“",
        "”{}”",
        "«{}»",
        "»{}«",
        "»{}»",
        "« {} »",
        "「{}」",
        "『{}』",
        "＂{}＂",
        '“{}"',
    ],
)
def test_the_quotation_marks_of_every_language_quote(quoted: str) -> None:
    query = parse(quoted.format("offene Daten"))
    assert query == ParsedQuery((Clause((Phrase("offene Daten"),), "must"),))


@pytest.mark.parametrize(
    ("text", "clauses", "kinds"),
    [
        ('say "hi', words("say", "hi"), ["lone quote"]),
        ('"""', (), ["empty quotes", "lone quote"]),
        ("NOT NOT a", (Clause((Word("a"),), "not"),), ["not twice"]),
        ("NOT", words("NOT"), ["not"]),
        ("OR OR", words("OR"), ["or"]),
        ("a OR", words("a", "OR"), ["or"]),
        ("OR a", words("OR", "a"), ["or"]),
        ("a AND b", words("a", "b"), ["and"]),
        ("a AND NOT b", (*words("a"), Clause((Word("b"),), "not")), ["and"]),
        ("AND", words("AND"), []),
        ("a OR -b", (*words("a"), Clause((Word("b"),), "not")), ["or filter"]),
        ("(a OR b) c", (Clause((Word("a"), Word("b"))), *words("c")), ["brackets"]),
        ("--a", words("a"), ["signs"]),
        ("- -a", (Clause((Word("a"),), "not"),), []),
        ("+a", words("a"), ["plus"]),
        ("**", (), ["star"]),
        ("al* *al", words("al", "al"), ["star"]),
        ("data-driv*", words("data-driv"), ["star"]),
        ("word~2 word^3", words("word", "word"), ["near"]),
        ('"a b"~', (Clause((Phrase("a b"),), "must"),), ["near"]),
        ('"a b"~999', (Clause((Near("a b", FARTHEST),), "must"),), ["far"]),
        ("a:b:c", words("a", "b", "c"), ["field"]),
        ("date:[foo TO b", words("date", "foo", "TO", "b"), ["field"]),
        ("city: Lisbon", words("city", "Lisbon"), ["value"]),
        ("😀 ban", words("ban"), ["letterless"]),
        ("year:abc", words("abc"), ["year"]),
        ("year:99", words("99"), ["year"]),
    ],
)
def test_what_cannot_be_read_as_an_operator_is_read_as_words_and_said(
    text: str, clauses: tuple[Clause, ...], kinds: list[str]
) -> None:
    query = parse(text)
    assert query.clauses == clauses
    assert query.notes == told(*kinds)


# --- filters ----------------------------------------------------------------------------


def test_filters_are_taken_as_typed() -> None:
    query = parse(
        'register city:Lisbon City:"New York City" -kind:law NOT topic:"open data" lang:pt'
    )
    assert query == ParsedQuery(
        words("register"),
        include=(("city", "Lisbon"), ("city", "New York City"), ("lang", "pt")),
        exclude=(("kind", "law"), ("topic", "open data")),
    )


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("year:2019", "2019", "2019"),
        ("year:2019..2021", "2019", "2021"),
        ("year:2021..2019", "2019", "2021"),
        ("year:2019-2021", "2019", "2021"),
        ("year:2019..", "2019", None),
        ("year:..2021", None, "2021"),
        ('year:"2019"', "2019", "2019"),
        ("year:２０１９", "2019", "2019"),
    ],
)
def test_a_year_is_a_span(text: str, since: str | None, until: str | None) -> None:
    assert parse(text) == ParsedQuery(date_from=since, date_to=until)


def test_several_years_are_one_span() -> None:
    query = parse("year:2019 year:2021..2022")
    assert (query.date_from, query.date_to) == ("2019", "2022")
    assert query.notes == told("years")
    assert parse("year:2019.. year:..2021").date_from is None


def test_years_are_left_out_one_by_one() -> None:
    assert parse("-year:2019..2021").exclude == (
        ("year", "2019"),
        ("year", "2020"),
        ("year", "2021"),
    )
    assert parse("-year:2019..").notes == told("year")


def test_or_between_values_of_one_facet_needs_no_note() -> None:
    query = parse("city:Lisbon OR city:Porto")
    assert query == ParsedQuery(include=(("city", "Lisbon"), ("city", "Porto")))
    assert parse("ban OR city:Porto").notes == told("or filter")


def test_only_what_is_left_out_is_a_query_too() -> None:
    assert parse("-law -kind:law").clauses == (Clause((Word("law"),), "not"),)


# --- limits -----------------------------------------------------------------------------


def test_a_long_query_is_cut_between_words() -> None:
    query = parse("abcde " * 1000)
    assert {atom.text for atom in atoms(query)} == {"abcde"}
    assert len(atoms(query)) == LONGEST // 6
    assert query.notes == told("long")
    assert parse("a" * 5000).clauses == words("a" * LONGEST)


def test_a_query_of_many_parts_is_cut() -> None:
    query = parse("x " * 900)
    assert len(query.clauses) == MOST_ATOMS
    assert query.notes == told("many")


def test_notes_are_sentences_for_people() -> None:
    for note in NOTES.values():
        assert note[0].isupper()
        assert note.endswith(".")
        assert len(note) < 200


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1))
def test_plain_words_are_read_alike_with_and_without_the_short_way(words: list[str]) -> None:
    text = " ".join(words)
    assert parse(text) == parse(f" {text}")


def test_the_same_alternative_again_says_nothing_new() -> None:
    assert parse("a OR b OR a OR a").clauses == parse("a OR b").clauses
