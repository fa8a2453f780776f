"""The thesaurus: read, checked, looked up, written as SKOS."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import thesaurus
from corpus.faults import CatalogueError
from corpus.model import PRINCIPLES, Concept, CorpusError
from indexer.concepts import first_forms
from indexer.languages.analysis import analyse, group

BUNDLED = Path(thesaurus.__file__).parent / "data" / "concepts.jsonl"


def concept(own: str, **more: Any) -> Concept:
    fields: dict[str, Any] = {
        "id": own,
        "labels": {"en": own.replace("-", " ")},
        "definition": f"What {own} means.",
        "principle": "access",
    }
    return Concept(**(fields | more))


def by_id(*concepts: Concept) -> dict[str, Concept]:
    return {own.id: own for own in concepts}


def problems(*concepts: Concept) -> list[str]:
    return [str(fault) for fault in thesaurus.faults(by_id(*concepts))]


def write(folder: Path, *lines: str) -> Path:
    path = folder / "concepts.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def line(own: str, **more: Any) -> str:
    return json.dumps(msgspec.to_builtins(concept(own)) | more)


# Reading


def test_concepts_are_read_by_id_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, line("open-data"), "", line("chatbots"))
    assert list(thesaurus.read(path)) == ["open-data", "chatbots"]


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("{", "concepts.jsonl, row 2: The line is not valid JSON"),
        ("[]", "concepts.jsonl, row 2: The line is not a JSON object"),
        (line("b", lables={}), "concepts.jsonl, row 2, lables: 'lables' is not a field. Did you"),
        (line("b", definition=3), "concepts.jsonl, row 2, definition: Expected str, got int"),
        (line("b", labels={"en": 3}), "concepts.jsonl, row 2, labels"),
        (line("b", broader="a"), "concepts.jsonl, row 2, broader: Expected array, got str."),
        ('{"id": "b"}', "concepts.jsonl, row 2, principle: The field is missing. Fill it in."),
        (line("a"), "concepts.jsonl, row 2, id: 'a' stands in an earlier row too. Join the two"),
    ],
)
def test_a_broken_row_is_named_with_field_and_remedy(
    tmp_path: Path, broken: str, named: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        thesaurus.read(write(tmp_path, line("a"), broken))
    assert named in str(caught.value)


def test_every_broken_row_is_named_not_only_the_first(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        thesaurus.read(write(tmp_path, "{", line("a"), "[]"))
    assert "row 1" in str(caught.value)
    assert "row 3" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"concepts\.jsonl: The file is missing"):
        thesaurus.read(tmp_path / "concepts.jsonl")


# Relations and labels


def test_narrower_turns_broader_round() -> None:
    concepts = by_id(concept("a"), concept("c", broader=("a",)), concept("b", broader=("a",)))
    assert thesaurus.narrower(concepts) == {"a": ("b", "c"), "b": (), "c": ()}


def test_a_label_finds_its_concept_in_any_case_and_language() -> None:
    concepts = by_id(
        concept(
            "ai", labels={"en": "artificial intelligence"}, other={"en": ("AI",), "nl": ("AI",)}
        )
    )
    index = thesaurus.label_index(concepts)
    assert index["ai"] == [("ai", "en"), ("ai", "nl")]
    assert index["artificial intelligence"] == [("ai", "en")]


def test_a_label_of_two_concepts_leads_to_both() -> None:
    index = thesaurus.label_index(
        by_id(
            concept("a", labels={"en": "Right to know"}),
            concept("b", other={"en": ("right to KNOW",)}),
        )
    )
    assert index["right to know"] == [("a", "en"), ("b", "en")]


# Faults


def test_a_sound_thesaurus_has_no_faults() -> None:
    assert not problems(
        concept("a", related=("b",)), concept("b", related=("a",)), concept("c", broader=("a",))
    )


def test_a_circle_of_broader_concepts_is_named_once() -> None:
    found = problems(
        concept("a", broader=("b",)), concept("b", broader=("c",)), concept("c", broader=("a",))
    )
    assert found == ["concepts.jsonl, a.broader: a, b, c stand above each other. Break the circle."]


def test_a_concept_below_a_circle_is_not_blamed_for_it() -> None:
    found = problems(
        concept("a", broader=("c",)), concept("b", broader=("c",)), concept("c", broader=("b",))
    )
    assert [problem.split(":")[0] for problem in found] == ["concepts.jsonl, b.broader"]


@pytest.mark.parametrize(
    ("second", "named"),
    [
        ({"broader": ("b",)}, "b.broader: The concept names itself. Remove it."),
        ({"related": ("b",)}, "b.related: The concept names itself. Remove it."),
        ({"broader": ("opendata",)}, "b.broader: 'opendata' is not a concept. Did you mean 'open"),
        ({"related": ("gone",)}, "b.related: 'gone' is not a concept."),
        ({"related": ("open-data",)}, "'open-data' does not name it back. Add 'b' there."),
        ({"broader": ("open-data", "open-data")}, "b.broader: 'open-data' stands twice."),
        ({"labels": {"en": "Open Data"}}, "b.labels: 'open data' is a label of open-data too."),
        ({"other": {"nl": ("open data",)}}, "b.labels: 'open data' is a label of open-data too."),
        ({"labels": {"nl": "b"}}, "b.labels: The English label is missing."),
        ({"labels": {"en": " "}}, "b.labels.en: The text is empty."),
        ({"labels": {"en": "b", "xx": "b"}}, "b.labels: 'xx' is not a language code."),
        ({"other": {"en": ("b",)}}, "b.other.en: 'b' is the preferred label already."),
        ({"other": {"en": ("c", "c")}}, "b.other.en[1]: 'c' stands twice."),
        ({"principle": "acess"}, "b.principle: 'acess' is not a principle. Did you mean 'access'?"),
        ({"definition": ""}, "b.definition: The text is empty."),
    ],
)
def test_a_fault_names_concept_field_and_remedy(second: dict[str, Any], named: str) -> None:
    found = problems(concept("open-data"), concept("b", **second))
    assert any(named in problem for problem in found), found


def test_related_may_not_double_what_broader_says() -> None:
    found = problems(
        concept("a", related=("c",)),
        concept("b", broader=("a",)),
        concept("c", broader=("b",), related=("a",)),
    )
    assert [problem.split(":")[0] for problem in found] == [
        "concepts.jsonl, a.related",
        "concepts.jsonl, c.related",
    ]


def test_a_fault_names_the_row_where_it_is_known() -> None:
    found = thesaurus.faults(by_id(concept("a", definition="")), {"a": 7})
    assert str(found[0]).startswith("concepts.jsonl, row 7, definition: ")


ids = st.text("abcd", min_size=1, max_size=1)


@given(st.dictionaries(ids, st.tuples(st.lists(ids), st.lists(ids)), max_size=4))
def test_any_tangle_of_relations_is_checked_to_the_end(
    tangle: dict[str, tuple[list[str], list[str]]],
) -> None:
    concepts = by_id(
        *(
            concept(own, broader=tuple(broader), related=tuple(related))
            for own, (broader, related) in tangle.items()
        )
    )
    thesaurus.faults(concepts)
    thesaurus.narrower(concepts)
    thesaurus.to_turtle(concepts)


# SKOS

LITERAL = re.compile(r'"((?:[^"\\\n\r]|\\[tbnrf"\'\\]|\\u[0-9A-Fa-f]{4})*)"@([a-z]{2})')
"""STRING_LITERAL_QUOTE with a LANGTAG, as Turtle 1.1 has them in its grammar."""

SIGNS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def unescaped(literal: str) -> str:
    return re.sub(
        r"\\(?:u([0-9A-Fa-f]{4})|(.))",
        lambda sign: chr(int(sign[1], 16)) if sign[1] else SIGNS[sign[2]],
        literal,
    )


@given(st.text())
def test_any_label_comes_back_from_turtle_as_it_was(label: str) -> None:
    turtle = thesaurus.to_turtle(by_id(concept("a", labels={"en": "a", "el": label})))
    turtle.encode("utf-8")
    found = [unescaped(text) for text, language in LITERAL.findall(turtle) if language == "el"]
    assert found == [label]


def test_half_a_surrogate_pair_becomes_the_replacement_sign() -> None:
    turtle = thesaurus.to_turtle(by_id(concept("a", definition="x\ud800y")))
    assert '"x\ufffdy"@en' in turtle


@given(st.text(), st.text())
def test_no_base_or_id_breaks_out_of_its_iri(base: str, own: str) -> None:
    turtle = thesaurus.to_turtle(by_id(concept(own, labels={"en": "a"}, definition="b")), base)
    turtle.encode("utf-8")
    rest = turtle.replace('"Digital rights in cities"@en', "").replace('"a"@en', "")
    for iri in re.findall(r"<[^>]*>", rest):
        assert not re.search(r'[\x00-\x20"{}|^`\\]', iri[1:-1])
    assert "<" not in re.sub(r"<[^<>]*>", "", rest)


def test_a_label_is_preferred_or_alternative_never_both() -> None:
    turtle = thesaurus.to_turtle(by_id(concept("a", other={"en": ("a", "b")})))
    assert 'skos:prefLabel "a"@en' in turtle
    assert 'skos:altLabel "b"@en ;' in turtle


def test_relations_are_written_with_the_base_before_them() -> None:
    turtle = thesaurus.to_turtle(
        by_id(
            concept("a", related=("c",)), concept("b", broader=("a",)), concept("c", related=("a",))
        ),
        "https://example.org/",
    )
    assert "<https://example.org/concepts/b> a skos:Concept" in turtle
    assert "skos:broader <https://example.org/concepts/a>" in turtle
    assert "skos:narrower <https://example.org/concepts/b>" in turtle
    assert "skos:related <https://example.org/concepts/c>" in turtle
    assert "dct:subject <https://example.org/principles/access>" in turtle


def test_rdflib_reads_the_bundled_thesaurus_back() -> None:
    rdflib = pytest.importorskip("rdflib", reason="rdflib is not installed; it reads SKOS back")
    concepts = thesaurus.read(BUNDLED)
    graph = rdflib.Graph().parse(
        data=thesaurus.to_turtle(concepts, "https://example.org"), format="turtle"
    )
    skos = rdflib.Namespace("http://www.w3.org/2004/02/skos/core#")
    assert len(set(graph.subjects(rdflib.RDF.type, skos.Concept))) == len(concepts)
    for own, named in concepts.items():
        subject = rdflib.URIRef(f"https://example.org/concepts/{own}")
        read = {(label.language, str(label)) for label in graph.objects(subject, skos.prefLabel)}
        assert read == set(named.labels.items())
        read |= {(label.language, str(label)) for label in graph.objects(subject, skos.altLabel)}
        assert read == set(thesaurus.labels(named))
        assert set(graph.objects(subject, skos.broader)) == {
            rdflib.URIRef(f"https://example.org/concepts/{above}") for above in named.broader
        }


# What is bundled


@pytest.fixture(scope="module")
def bundled() -> dict[str, Concept]:
    return thesaurus.read(BUNDLED)


def test_the_bundled_thesaurus_has_no_faults(bundled: dict[str, Concept]) -> None:
    assert [str(fault) for fault in thesaurus.faults(bundled)] == []


def test_the_bundled_concepts_stand_in_order_under_their_english_labels(
    bundled: dict[str, Concept],
) -> None:
    assert list(bundled) == sorted(bundled)
    for own in bundled.values():
        plain = own.label.casefold().replace("'", "")
        assert own.id == re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def test_every_principle_has_concepts(bundled: dict[str, Concept]) -> None:
    assert {own.principle for own in bundled.values()} == set(PRINCIPLES)


def test_every_label_is_analysed_to_something(bundled: dict[str, Concept]) -> None:
    lost = [
        (own.id, language, label)
        for own in bundled.values()
        for language, label in thesaurus.labels(own)
        if not analyse(label, language)
    ]
    assert lost == []


def test_no_label_is_read_as_that_of_another_concept(bundled: dict[str, Concept]) -> None:
    """Labels that differ on paper may be one to the index: folded in any text, stemmed in their
    own language."""
    meant: dict[str, set[str]] = {}
    for own in bundled.values():
        for language, label in thesaurus.labels(own):
            words = first_forms(analyse(label, language))
            folded = " ".join(word.surface for word in words)
            stemmed = " ".join(word.stem for word in words)
            meant.setdefault(folded, set()).add(own.id)
            meant.setdefault(f"{group(language)}: {stemmed}", set()).add(own.id)
    assert {text: ids for text, ids in meant.items() if len(ids) > 1} == {}


def test_definitions_are_one_sentence(bundled: dict[str, Concept]) -> None:
    odd = [
        own.id
        for own in bundled.values()
        if not own.definition.endswith(".") or ". " in own.definition.replace("e.g. ", "")
    ]
    assert odd == []


@pytest.mark.parametrize("language", ["es", "fr", "nl", "de", "pt", "it"])
def test_nine_in_ten_concepts_have_a_label_in_the_large_languages(
    bundled: dict[str, Concept], language: str
) -> None:
    without = [own.id for own in bundled.values() if language not in own.labels]
    assert len(without) <= len(bundled) // 10, without
