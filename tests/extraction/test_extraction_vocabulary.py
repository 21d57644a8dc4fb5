"""Vocabulary labels in texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.tokens import Doc

from kg import extraction
from kg.extraction.vocabulary import OWN, SHIPPED, VocabularyMatcher, forms, plural

VOCABULARY = """@prefix kg: <https://kg.example/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <https://words.example/> .
x:zorbing a kg:Method ; skos:prefLabel "zorb search" ; skos:altLabel "ZORB" .
x:vl a kg:Model ; skos:prefLabel "vision-gizmo model" .
x:quux a kg:Model ; skos:prefLabel "Quux" .
x:quuxer a kg:Model ; skos:prefLabel "Quux of zorbs" .
x:quux3 a kg:Model ; skos:prefLabel "Quux-3" ; skos:broader x:quux .
x:plain a kg:Dataset ; skos:prefLabel "Common Zebras" .
x:qa1 a kg:Method ; skos:prefLabel "quick zonal arrangement" ; skos:altLabel "QZA" .
x:qa2 a kg:Method ; skos:prefLabel "quiet zonal assembly" ; skos:altLabel "QZA" .
x:qb1 a kg:Method ; skos:prefLabel "quasi ballooning" ; skos:altLabel "QZB" .
x:qb2 a kg:Task ; skos:prefLabel "quota balancing" ; skos:altLabel "QZB" .
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> VocabularyMatcher:
    path: Path = tmp_path_factory.mktemp("vocabulary") / "own.ttl"
    path.write_text(VOCABULARY, encoding="utf-8")
    return VocabularyMatcher(NLP, "kg_vocabulary", [str(path)])


NLP = extraction.load()
NLP.select_pipes(enable=["kg_sentences", "kg_abbreviations"])


def found(matcher: VocabularyMatcher, text: str) -> list[tuple[str, str, str]]:
    doc: Doc = matcher(NLP(f"A Title\n{text}"))
    return [
        (doc[each.start : each.end].text, each.label, each.concept.rpartition("/")[2])
        for each in doc._.candidates
        if each.rule == OWN
    ]


@pytest.mark.parametrize("text", ["zorb search", "Zorb Search", "Zorb searches", "zorb-search"])
def test_lower_case_labels_match_in_any_case_and_number(matcher: VocabularyMatcher, text: str) -> None:
    expected = [] if "-" in text else [(text, "METHOD", "zorbing")]
    assert found(matcher, f"They tried {text} here.") == expected


@pytest.mark.parametrize("text", ["vision-gizmo model", "Vision Gizmo Models", "vision gizmo model"])
def test_hyphens_of_common_terms_may_be_spaces(matcher: VocabularyMatcher, text: str) -> None:
    assert found(matcher, f"A {text} sees.") == [(text, "MODEL", "vl")]


def test_words_with_capitals_match_as_they_are_written(matcher: VocabularyMatcher) -> None:
    assert found(matcher, "All ZORBs in Common Zebras.") == [
        ("ZORBs", "METHOD", "zorbing"),
        ("Common Zebras", "DATASET", "plain"),
    ]
    assert found(matcher, "A zorb saw common zebras and Zorb.") == []


@pytest.mark.parametrize("text", ["Quux-7B", "Mini-Quux", "Quux-Instruct", "Quux_2"])
def test_a_part_of_a_longer_name_is_no_match(matcher: VocabularyMatcher, text: str) -> None:
    assert found(matcher, f"We tune {text} on it.") == []


def test_hyphens_that_do_not_go_on_with_the_name_do_not_matter(matcher: VocabularyMatcher) -> None:
    assert found(matcher, "A Quux-based and Quux-3 agent.") == [
        ("Quux", "MODEL", "quux"),
        ("Quux-3", "MODEL", "quux3"),
    ]


def test_what_a_text_spells_out_decides_between_concepts(matcher: VocabularyMatcher) -> None:
    text = "We use quiet zonal assembly (QZA). QZA is fast."
    assert ("QZA", "METHOD", "qa2") in found(matcher, text)


def test_an_acronym_of_several_concepts_stays_untied(matcher: VocabularyMatcher) -> None:
    assert found(matcher, "The QZA is fast.") == [("QZA", "METHOD", "")]


def test_a_label_at_the_very_end_of_a_text_ends_there(matcher: VocabularyMatcher) -> None:
    assert found(matcher, "All like zorb search") == [("zorb search", "METHOD", "zorbing")]
    doc = matcher(NLP("A Title\nAll like Quux"))
    assert {each.end for each in doc._.candidates if each.rule == OWN} == {len(doc)}


def test_an_acronym_of_several_types_says_nothing(matcher: VocabularyMatcher) -> None:
    assert found(matcher, "The QZB is fast.") == []


def test_a_shipped_acronym_that_the_text_defines_otherwise_is_dropped() -> None:
    shipped = VocabularyMatcher(NLP, "kg_vocabulary", [])
    doc = shipped(NLP("A Title\nThe Randomised Aardvark Gauge (RAG) works. RAG is fast."))
    assert [each for each in doc._.candidates if doc[each.start : each.end].text == "RAG"] == []
    doc = shipped(NLP("A Title\nWe add RAG to it."))
    assert [(each.label, each.rule) for each in doc._.candidates] == [("METHOD", SHIPPED)]


def test_entities_take_the_names_of_ones_own_vocabulary(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(VOCABULARY, encoding="utf-8")
    nlp = extraction.load(vocabularies=[path])
    nlp.select_pipes(enable=["kg_sentences", "kg_vocabulary", "kg_mentions", "kg_entities"])
    (entity,) = nlp("A Title\nWe call it ZORB.")._.entities
    assert (entity.name, entity.type, entity.rule) == ("zorb search", "METHOD", OWN)
    assert entity.concept == "https://words.example/zorbing"


def test_forms_and_plurals() -> None:
    assert list(forms(("Zebra", "-", "lists"))) == [("Zebra", "-", "lists")]
    assert list(forms(("BLEU-4",))) == [("BLEU-4",)]
    assert plural("loss search") == "loss searches"
