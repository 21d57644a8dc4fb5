"""How a paper relates to what it names: each cue, its denial, and the mention that decided."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from kg.extraction import roles  # noqa: F401  # registers the factory


@pytest.fixture(scope="module")
def decide() -> Any:
    return spacy.blank("en").add_pipe("kg_roles")


def role_of(doc: Doc, name: str) -> str:
    return next(entity.role for entity in doc._.entities if entity.name == name)


def test_a_name_before_the_titles_colon_is_proposed(annotate: Any, decide: Any) -> None:
    doc = decide(
        annotate(
            "Brindle: Faster Sorting of Shells\nSorting shells is slow. We present Brindle, a new method.",
            METHOD="Brindle",
        )
    )
    assert role_of(doc, "Brindle") == "proposes"


def test_what_is_outperformed_is_compared(annotate: Any, decide: Any) -> None:
    doc = decide(
        annotate(
            "Brindle: Faster Sorting\nWe propose Brindle, a sorting method. "
            "Experiments show that Brindle outperforms Quorl and other baselines such as Vandt.",
            METHOD="Brindle; Quorl; Vandt",
        )
    )
    assert role_of(doc, "Brindle") == "proposes"
    assert role_of(doc, "Quorl") == "compares"
    assert role_of(doc, "Vandt") == "compares"


def test_what_is_built_on_is_used(annotate: Any, decide: Any) -> None:
    doc = decide(
        annotate(
            "Brindle: Faster Sorting\nWe propose Brindle, a sorting method. "
            "We fine-tune Llama-3 with LoRA and evaluate it on ShellBench.",
            METHOD="Brindle; LoRA",
            MODEL="Llama-3",
            DATASET="ShellBench",
        )
    )
    assert [role_of(doc, name) for name in ("LoRA", "Llama-3", "ShellBench")] == ["uses"] * 3


def test_a_released_benchmark_is_proposed(annotate: Any, decide: Any) -> None:
    doc = decide(
        annotate(
            "How Well Do Models Sort?\nSorting is hard to judge. "
            "We introduce ShellBench, a benchmark of 300 shells, and evaluate GPT-4 on it.",
            DATASET="ShellBench",
            MODEL="GPT-4",
        )
    )
    assert role_of(doc, "ShellBench") == "proposes"
    assert role_of(doc, "GPT-4") == "uses"


def test_a_task_in_the_title_is_addressed(annotate: Any, decide: Any) -> None:
    doc = decide(
        annotate(
            "Brindle: A Method for Shell Sorting\nWe propose Brindle for shell sorting.",
            METHOD="Brindle",
            TASK="Shell Sorting|shell sorting",
        )
    )
    assert role_of(doc, "Shell Sorting") == "addresses"


def test_a_metric_that_results_are_stated_in_is_used(annotate: Any, decide: Any) -> None:
    doc = decide(
        annotate(
            "Brindle\nWe propose Brindle. It reaches an accuracy of 91%.", METHOD="Brindle", METRIC="accuracy"
        )
    )
    assert role_of(doc, "accuracy") == "uses"


@pytest.mark.parametrize(
    "sentence",
    [
        "We do not use Quorl in any step.",
        "Brindle works without Quorl.",
        "Brindle sorts instead of relying on Quorl.",
        "In future work we will apply Quorl to crabs.",
        "Unlike Quorl, our method is fast.",
    ],
)
def test_what_is_denied_or_put_off_is_not_used(annotate: Any, decide: Any, sentence: str) -> None:
    doc = decide(annotate(f"Brindle: Sorting\nWe propose Brindle. {sentence}", METHOD="Brindle; Quorl"))
    assert role_of(doc, "Quorl") in ("mentions", "compares")


def test_one_use_outweighs_a_denial_elsewhere(annotate: Any, decide: Any) -> None:
    doc = decide(
        annotate(
            "Brindle: Sorting\nWe propose Brindle. We train Brindle using Quorl on shells. "
            "For crabs, we do not use Quorl.",
            METHOD="Brindle; Quorl",
        )
    )
    assert role_of(doc, "Quorl") == "uses"


def test_the_mention_that_decided_is_kept(annotate: Any, decide: Any) -> None:
    doc = decide(
        annotate(
            "Sorting Shells\nShells are many. Sorting by hand is slow, which Brindle changes. "
            "In this paper, we propose Brindle, a novel method.",
            METHOD="Brindle",
        )
    )
    entity = doc._.entities[0]
    assert entity.role == "proposes"
    assert entity.role_span is not None
    assert entity.role_span.sent.text.startswith("In this paper, we propose")


def test_the_score_is_a_probability_and_the_rule_is_named(annotate: Any, decide: Any) -> None:
    doc = decide(annotate("Brindle\nWe propose Brindle.", METHOD="Brindle"))
    entity = doc._.entities[0]
    assert 0.5 < entity.role_score <= 1.0
    assert entity.role_rule == "kg_roles"


def test_a_doc_without_entities_passes(annotate: Any, decide: Any) -> None:
    assert decide(annotate("Nothing\nNothing is named here."))._.entities == []


def test_only_tasks_are_addressed(annotate: Any, decide: Any) -> None:
    doc = decide(
        annotate(
            "Towards Rendering\nWe address Gaussian splatting and tackle Gaussian splatting for shells.",
            METHOD="Gaussian splatting",
        )
    )
    assert role_of(doc, "Gaussian splatting") != "addresses"
