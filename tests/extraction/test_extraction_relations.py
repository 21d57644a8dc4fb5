"""What a text states between two of its entities: each relation, its direction, its sentence, its denial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from kg.extraction import relations, roles  # noqa: F401  # registers the factories
from kg.extraction.layout import lay_out
from kg.extraction.pairs import find_pairs

INTRODUCTION = "Brindle: A Method for Shell Sorting\nWe propose Brindle, a novel method for shell sorting."


@pytest.fixture(scope="module")
def read() -> Any:
    nlp = spacy.blank("en")
    decide, find = nlp.add_pipe("kg_roles"), nlp.add_pipe("kg_relations")
    return lambda doc: find(decide(doc))


def told(doc: Doc) -> set[tuple[str, str, str]]:
    return {(each.subject.name, each.predicate, each.object.name) for each in doc._.relations}


def test_a_method_is_used_for_the_task_it_is_proposed_for(annotate: Any, read: Any) -> None:
    doc = read(annotate(INTRODUCTION, METHOD="Brindle", TASK="Shell Sorting|shell sorting"))
    assert ("Brindle", "used_for", "Shell Sorting") in told(doc)


def test_experiments_on_a_dataset_evaluate_the_proposed_method(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            f"{INTRODUCTION} Extensive experiments on ShellBench show its effectiveness.",
            METHOD="Brindle",
            DATASET="ShellBench",
        )
    )
    assert ("Brindle", "evaluated_on", "ShellBench") in told(doc)


def test_who_outperforms_comes_first(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(f"{INTRODUCTION} Results show that Brindle outperforms Quorl.", METHOD="Brindle; Quorl")
    )
    assert ("Brindle", "outperforms", "Quorl") in told(doc)
    assert ("Quorl", "outperforms", "Brindle") not in told(doc)


def test_a_module_is_part_of_its_method(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            f"{INTRODUCTION} Brindle consists of a shell encoder and a ranking module.",
            METHOD="Brindle; shell encoder; ranking module",
        )
    )
    assert ("shell encoder", "part_of", "Brindle") in told(doc)
    assert ("ranking module", "part_of", "Brindle") in told(doc)


def test_an_example_is_one_of_its_kind(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            "Judging Shells\nLarge language models such as GPT-4 and Claude are popular. "
            "We study large language models.",
            MODEL="Large language models|large language models; GPT-4; Claude",
        )
    )
    assert ("GPT-4", "is_a", "Large language models") in told(doc)
    assert ("Large language models", "is_a", "GPT-4") not in told(doc)


def test_what_builds_on_something_is_based_on_it(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            "ShellGPT: A Model of Shells\nWe introduce ShellGPT, a model based on Llama-3. "
            "It is fine-tuned from Llama-3.",
            MODEL="ShellGPT; Llama-3",
        )
    )
    assert ("ShellGPT", "based_on", "Llama-3") in told(doc)


@pytest.mark.parametrize("sentence", ["Brindle works without Quorl.", "Brindle does not use Quorl."])
def test_what_is_denied_is_not_told(annotate: Any, read: Any, sentence: str) -> None:
    doc = read(annotate(f"{INTRODUCTION} {sentence}", METHOD="Brindle; Quorl"))
    assert not {predicate for _, predicate, _ in told(doc)} & {"based_on", "part_of", "trained_on"}


def test_the_sentence_that_states_it_is_the_evidence(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(f"{INTRODUCTION} Results show that Brindle outperforms Quorl.", METHOD="Brindle; Quorl")
    )
    relation = next(each for each in doc._.relations if each.predicate == "outperforms")
    assert relation.sentence.text == "Results show that Brindle outperforms Quorl."
    assert relation.rule == "kg_relations"
    assert 0.0 < relation.score <= 1.0


def test_across_sentences_the_rarer_names_sentence_is_the_evidence(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            f"{INTRODUCTION} Brindle is fast. Experiments on ShellBench show that our method is effective.",
            METHOD="Brindle",
            DATASET="ShellBench",
        )
    )
    relation = next(each for each in doc._.relations if each.predicate == "evaluated_on")
    assert relation.sentence.text.startswith("Experiments on ShellBench")


def test_one_entity_alone_has_no_relation(annotate: Any, read: Any) -> None:
    assert read(annotate(INTRODUCTION, METHOD="Brindle"))._.relations == []


def test_a_higher_threshold_tells_no_more(annotate: Any) -> None:
    nlp = spacy.blank("en")
    decide = nlp.add_pipe("kg_roles")
    loose = nlp.add_pipe("kg_relations", name="loose", config={"threshold": 0.2})
    strict = nlp.add_pipe("kg_relations", name="strict", config={"threshold": 0.7})
    doc = annotate(
        f"{INTRODUCTION} Brindle uses Quorl and beats Vandt on ShellBench.",
        METHOD="Brindle; Quorl; Vandt",
        DATASET="ShellBench",
        TASK="Shell Sorting|shell sorting",
    )
    decide(doc)
    many = told(loose(doc))
    few = told(strict(doc))
    assert few < many


def test_pairs_that_the_network_holds_unrelated_are_not_asked_about(annotate: Any) -> None:
    nlp = spacy.blank("en")
    doc = nlp.add_pipe("kg_roles")(
        annotate(
            f"{INTRODUCTION} Results show that Brindle outperforms Quorl.",
            METHOD="Brindle; Quorl",
            TASK="Shell Sorting|shell sorting",
        )
    )
    layout = lay_out(doc)
    count = len(layout.entities)
    every = {(pair.subject, pair.object) for pair in find_pairs(layout).pairs}
    likely = np.zeros((count, count), dtype=bool)
    likely[0, 1] = True
    asked = {(pair.subject, pair.object) for pair in find_pairs(layout, likely=likely).pairs}
    assert (0, 1) in every
    assert len(every) > 1
    assert asked == {(0, 1)}
