"""Which numbers are results, whose they are, and what they measure."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from kg.extraction import results, roles  # noqa: F401  # registers the factories
from kg.extraction.doc import DocResult


@pytest.fixture(scope="module")
def read() -> Any:
    nlp = spacy.blank("en")
    decide, find = nlp.add_pipe("kg_roles"), nlp.add_pipe("kg_results")
    return lambda doc: find(decide(doc))


def values(doc: Doc) -> list[str]:
    return [result.value.text for result in doc._.results]


def only(doc: Doc) -> DocResult:
    (result,) = doc._.results
    return result


INTRODUCTION = "Brindle: A Method for Sorting Shells\nWe propose Brindle, a novel method."


def test_a_score_is_the_proposed_methods(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            f"{INTRODUCTION} Brindle achieves an accuracy of 91.4%.", METHOD="Brindle", METRIC="accuracy"
        )
    )
    result = only(doc)
    assert (result.subject.name, result.metric, result.value.text) == ("Brindle", "accuracy", "91.4%")
    assert (result.number, result.unit) == (91.4, "%")


def test_our_method_is_the_proposed_one(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(f"{INTRODUCTION} Our method improves accuracy by 5.2%.", METHOD="Brindle", METRIC="accuracy")
    )
    assert only(doc).subject.name == "Brindle"


def test_counts_are_no_results(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            "ShellBench\nWe introduce ShellBench, a dataset of 1,439 videos with 3,470 questions "
            "in 12 languages, collected in 2024.",
            DATASET="ShellBench",
        )
    )
    assert values(doc) == []


def test_each_figure_goes_to_the_dataset_beside_it(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            f"{INTRODUCTION} Brindle achieves high accuracy on ShellBench (84.4%) and CrabQA (35.5%).",
            METHOD="Brindle",
            DATASET="ShellBench; CrabQA",
            METRIC="accuracy",
        )
    )
    found = {result.value.text: result.dataset.name for result in doc._.results if result.dataset}
    assert found == {"84.4%": "ShellBench", "35.5%": "CrabQA"}


def test_the_baseline_stands_behind_its_preposition(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            f"{INTRODUCTION} Experiments show that Brindle achieves a 1.93x speedup over Quorl.",
            METHOD="Brindle; Quorl",
        )
    )
    result = only(doc)
    assert result.subject.name == "Brindle"
    assert result.baseline is not None
    assert result.baseline.name == "Quorl"
    assert (result.number, result.unit) == (1.93, "x")


def test_a_range_has_no_single_number(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            f"{INTRODUCTION} Brindle raises accuracy from 61.2% to 67.8%.",
            METHOD="Brindle",
            METRIC="accuracy",
        )
    )
    result = only(doc)
    assert result.value.text == "from 61.2% to 67.8%"
    assert result.number is None


def test_another_models_score_is_that_models(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            "ShellBench: A Benchmark\nWe introduce ShellBench. "
            "Even the best model, GPT-4o, achieves only 60% accuracy.",
            DATASET="ShellBench",
            MODEL="GPT-4o",
            METRIC="accuracy",
        )
    )
    assert only(doc).subject.name == "GPT-4o"


def test_the_sentence_is_the_evidence(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(f"{INTRODUCTION} Brindle achieves 91.4% accuracy.", METHOD="Brindle", METRIC="accuracy")
    )
    result = only(doc)
    assert result.sentence.text == "Brindle achieves 91.4% accuracy."
    assert result.rule == "kg_results"
    assert 0.4 <= result.score <= 1.0


def test_numbers_of_names_are_left_alone(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(f"{INTRODUCTION} Brindle outperforms Llama-3 70B.", METHOD="Brindle", MODEL="Llama-3 70B")
    )
    assert values(doc) == []


def test_without_anyone_to_own_it_a_figure_is_no_result(annotate: Any, read: Any) -> None:
    doc = read(annotate("Sorting\nAccuracy reaches 91.4%.", METRIC="Accuracy"))
    assert doc._.results == []


def test_a_count_of_parameters_is_no_result(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            "ShellGPT: A Model of Shells\nWe introduce ShellGPT, a model with 52 billion parameters.",
            MODEL="ShellGPT",
        )
    )
    assert values(doc) == []


def test_the_metric_is_what_changes(annotate: Any, read: Any) -> None:
    doc = read(annotate(f"{INTRODUCTION} Brindle cuts memory use by 30%.", METHOD="Brindle"))
    assert (only(doc).metric, only(doc).direction) == ("memory use", "lower")


def test_a_bare_change_is_named_by_its_noun(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            f"{INTRODUCTION} Results show that Brindle improves by 8.3% over Quorl.", METHOD="Brindle; Quorl"
        )
    )
    assert (only(doc).metric, only(doc).direction) == ("improvement", "better")


def test_a_plain_score_goes_no_way(annotate: Any, read: Any) -> None:
    doc = read(
        annotate(
            f"{INTRODUCTION} Brindle achieves an accuracy of 91.4%.", METHOD="Brindle", METRIC="accuracy"
        )
    )
    assert only(doc).direction == ""
