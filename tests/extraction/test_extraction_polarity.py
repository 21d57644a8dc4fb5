"""What is denied or put off is not stated: each way to say so, beside the plain sentence that is stated."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from kg.extraction import relations, roles  # noqa: F401  # registers the factories
from kg.extraction.layout import lay_out
from kg.extraction.polarity import denied

#: Sentences in which Quorl is denied or put off.
DENIED = [
    "We do not use Quorl.",
    "Our method does not rely on Quorl.",
    "The pipeline doesn't require Quorl.",
    "It never calls Quorl at test time.",
    "Shells are sorted without Quorl.",
    "Shells are sorted without using Quorl.",
    "We sort shells without relying on an expensive Quorl.",
    "Unlike Quorl, our sorter reads each shell once.",
    "We sort by colour instead of Quorl.",
    "We learn from ranks rather than training Quorl.",
    "In contrast to Quorl, the sorter is linear.",
    "The sorter needs neither labels nor Quorl.",
    "Our sorter needs no Quorl.",
    "There is no need for Quorl in our setting.",
    "This eliminates the need for Quorl.",
    "We avoid Quorl altogether.",
    "The new layer replaces Quorl with a lookup.",
    "Quorl is not used in any experiment.",
    "Quorl is no longer required.",
    "We present a Quorl-free sorter.",
    "Future work will use Quorl.",
    "In the future, we plan to evaluate on Quorl.",
    "We plan to extend the sorter with Quorl.",
    "Quorl is left for future work.",
    "We leave Quorl to future work.",
    "We use ranks, not Quorl.",
    "The sorter can no longer use Quorl.",
    "Shells are sorted without Vandt, Brindle or Quorl.",
]
#: Sentences in which Quorl is stated, though a denying word stands near.
STATED = [
    "We use Quorl.",
    "Our method relies on Quorl.",
    "We use not only Vandt but also Quorl.",
    "Our method is not limited to Quorl.",
    "Without loss of speed, we use Quorl.",
    "We sort faster without sacrificing Quorl.",
    "Without labels, we train Quorl.",
    "Unlike Vandt, Quorl reads each shell once.",
    "Unlike earlier sorters, we use Quorl.",
    "We do not use Vandt but Quorl.",
    "We compare sorters with and without Quorl.",
    "Our sorter is not perfect; we improve it by Quorl.",
    "We replace Vandt with Quorl.",
    "Instead of Vandt, we apply Quorl.",
    "The sorter does not beat Vandt on Quorl.",
    "Labels are scarce, while Quorl needs none.",
    "We test Quorl and leave larger shells to future work.",
    "Noise does not harm Quorl.",
]


def sentence_about_quorl(annotate: Any, sentence: str) -> bool:
    others = [name for name in ("Vandt", "Brindle") if name in sentence]
    doc = annotate(f"Sorting Shells\n{sentence}", METHOD="; ".join([*others, "Quorl"]))
    layout = lay_out(doc)
    number = next(n for n, entity in enumerate(layout.entities) if entity.name == "Quorl")
    return all(denied(place) for place in layout.places[number])


@pytest.mark.parametrize("sentence", DENIED)
def test_the_mention_is_denied(annotate: Any, sentence: str) -> None:
    assert sentence_about_quorl(annotate, sentence)


@pytest.mark.parametrize("sentence", STATED)
def test_the_mention_is_not_denied(annotate: Any, sentence: str) -> None:
    assert not sentence_about_quorl(annotate, sentence)


def test_who_avoids_a_problem_addresses_it(annotate: Any) -> None:
    doc = annotate("Sorting Shells\nWe avoid shell loss.", TASK="shell loss")
    assert not denied(lay_out(doc).places[0][0])


@pytest.fixture(scope="module")
def read() -> Any:
    nlp = spacy.blank("en")
    decide, find = nlp.add_pipe("kg_roles"), nlp.add_pipe("kg_relations")
    return lambda doc: find(decide(doc))


OPENING = "Brindle: A Method for Shell Sorting\nWe propose Brindle, a novel method for shell sorting."
#: What follows the opening: with Quorl denied, and the same said plainly.
USES = [
    ("We do not use Quorl.", "We use Quorl."),
    ("Brindle is trained without using Quorl.", "Brindle is trained using Quorl."),
    ("Quorl is not used to train Brindle.", "Quorl is used to train Brindle."),
    ("Future work will use Quorl.", "Our work uses Quorl."),
    ("We apply ranks rather than Quorl.", "We apply ranks and Quorl."),
]


def role_of(doc: Doc, name: str) -> str:
    return next(entity.role for entity in doc._.entities if entity.name == name)


@pytest.mark.parametrize(("negated", "plain"), USES)
def test_only_the_plain_sentence_says_that_it_is_used(
    annotate: Any, read: Any, negated: str, plain: str
) -> None:
    assert role_of(read(annotate(f"{OPENING} {negated}", METHOD="Brindle; Quorl")), "Quorl") != "uses"
    assert role_of(read(annotate(f"{OPENING} {plain}", METHOD="Brindle; Quorl")), "Quorl") == "uses"


#: Predicate, what denies it, and what states it.
RELATED = [
    (
        "evaluated_on",
        "Future work will evaluate Brindle on ShellBench.",
        "We evaluate Brindle on ShellBench.",
    ),
    ("evaluated_on", "We do not evaluate Brindle on ShellBench.", "We evaluate Brindle on ShellBench."),
    (
        "evaluated_on",
        "In the future, we plan to test Brindle on ShellBench.",
        "Extensive experiments on ShellBench show that Brindle is effective.",
    ),
    (
        "evaluated_on",
        "Brindle works well, without experiments on ShellBench.",
        "Brindle works well in experiments on ShellBench.",
    ),
    (
        "evaluated_on",
        "ShellBench is not used to evaluate Brindle.",
        "ShellBench is used to evaluate Brindle.",
    ),
]


@pytest.mark.parametrize(("predicate", "negated", "plain"), RELATED)
def test_only_the_plain_sentence_relates_the_two(
    annotate: Any, read: Any, predicate: str, negated: str, plain: str
) -> None:
    def told(sentence: str) -> set[tuple[str, str, str]]:
        doc = read(annotate(f"{OPENING} {sentence}", METHOD="Brindle", DATASET="ShellBench"))
        return {(each.subject.name, each.predicate, each.object.name) for each in doc._.relations}

    assert ("Brindle", predicate, "ShellBench") not in told(negated)
    assert ("Brindle", predicate, "ShellBench") in told(plain)


def test_a_method_that_is_not_used_is_used_for_nothing(annotate: Any, read: Any) -> None:
    def told(sentence: str) -> set[tuple[str, str]]:
        doc = read(annotate(f"Shell Sorting\n{sentence}", METHOD="Quorl", TASK="Shell Sorting|shell sorting"))
        return {(each.subject.name, each.predicate) for each in doc._.relations}

    assert ("Quorl", "used_for") not in told("We do not use Quorl for shell sorting.")
    assert ("Quorl", "used_for") in told("We propose Quorl for shell sorting.")
