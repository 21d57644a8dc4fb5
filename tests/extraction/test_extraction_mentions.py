"""From candidates to mentions."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction import load
from kg.extraction.doc import DocCandidate
from kg.extraction.mentions import MentionResolver, Stretch, best_set
from kg.extraction.tokenising import CleaningTokenizer
from kg.extraction.vocabulary import OWN

WEIGHTS = {"patterns": 1.0, "recogniser": 1.0, "vocabulary": 0.0}


@Language.component("kg_recogniser_stub")
def _stub(doc: Doc) -> Doc:
    return doc


def pipeline(*names: str) -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = CleaningTokenizer(nlp.vocab)
    for name in names:
        nlp.add_pipe("kg_recogniser_stub", name=name)
    return nlp


PATTERNS_ONLY = pipeline("kg_patterns")


def propose(doc: Doc, text: str, label: str, score: float, rule: str = "patterns", concept: str = "") -> None:
    """Leave a candidate for the first place where the doc has `text`."""
    place = doc.text.index(text)
    span = doc.char_span(place, place + len(text))
    assert span is not None
    doc._.candidates.append(
        DocCandidate(start=span.start, end=span.end, label=label, rule=rule, score=score, concept=concept)
    )


def resolve(doc: Doc, nlp: Language = PATTERNS_ONLY, threshold: float = 0.4) -> list[tuple[str, str]]:
    MentionResolver(nlp, "kg_mentions", threshold, WEIGHTS)(doc)
    return [(span.text, span.label_) for span in doc.spans["mentions"]]


def test_the_likelier_of_two_overlapping_candidates_wins() -> None:
    doc = PATTERNS_ONLY.make_doc("We use sparse gizmo training here.")
    propose(doc, "sparse gizmo training", "METHOD", 0.7)
    propose(doc, "gizmo training", "METHOD", 0.5)
    assert resolve(doc) == [("sparse gizmo training", "METHOD")]


def test_of_equally_likely_candidates_the_longer_one_wins() -> None:
    doc = PATTERNS_ONLY.make_doc("We use sparse gizmo training here.")
    propose(doc, "gizmo training", "METHOD", 0.6)
    propose(doc, "sparse gizmo training", "METHOD", 0.6)
    assert resolve(doc) == [("sparse gizmo training", "METHOD")]


def test_two_names_may_beat_one_that_spans_both() -> None:
    doc = PATTERNS_ONLY.make_doc("We use gizmo training and zorb search here.")
    propose(doc, "gizmo training and zorb search", "METHOD", 0.7)
    propose(doc, "gizmo training", "METHOD", 0.65)
    propose(doc, "zorb search", "METHOD", 0.65)
    assert resolve(doc) == [("gizmo training", "METHOD"), ("zorb search", "METHOD")]


def test_the_likeliest_type_wins_and_all_types_count_for_being_kept() -> None:
    doc = PATTERNS_ONLY.make_doc("We use gizmo training here.")
    propose(doc, "gizmo training", "METHOD", 0.25)
    propose(doc, "gizmo training", "TASK", 0.3)
    assert resolve(doc) == [("gizmo training", "TASK")]
    assert doc.spans["mentions"][0]._.score == pytest.approx(0.55)


def test_unlikely_generic_and_unknown_candidates_are_dropped() -> None:
    doc = PATTERNS_ONLY.make_doc("Our models use gizmo training and data, 42.")
    propose(doc, "gizmo training", "METHOD", 0.2)
    propose(doc, "models", "MODEL", 0.9)
    propose(doc, "data", "DATASET", 0.9)
    propose(doc, "42", "METRIC", 0.9)
    propose(doc, "use", "PERSON", 0.9)
    assert resolve(doc) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("the novel Foogle", "Foogle"),
        ("FooBench benchmark", "FooBench"),
        ("state-of-the-art", None),
        ("well-known Foogle", "Foogle"),
        ("few-shot zorbing", "few-shot zorbing"),
        ("in-context zorbing", "in-context zorbing"),
        ("diffusion benchmark", "diffusion benchmark"),
    ],
)
def test_borders_follow_the_guidelines(text: str, kept: str | None) -> None:
    doc = PATTERNS_ONLY.make_doc(f"We see {text} here.")
    propose(doc, text, "DATASET", 0.9)
    assert [name for name, _ in resolve(doc)] == ([] if kept is None else [kept])


def test_scores_are_averaged_over_the_recognisers_in_the_pipeline() -> None:
    both = pipeline("kg_patterns", "kg_recogniser")
    doc = both.make_doc("We use gizmo training here.")
    propose(doc, "gizmo training", "METHOD", 0.6)
    assert resolve(doc, both) == []
    doc = both.make_doc("We use gizmo training here.")
    propose(doc, "gizmo training", "METHOD", 0.6)
    propose(doc, "gizmo training", "METHOD", 0.8, rule="recogniser")
    assert resolve(doc, both) == [("gizmo training", "METHOD")]
    assert doc.spans["mentions"][0]._.rule == "recogniser"
    assert doc.spans["mentions"][0]._.score == pytest.approx(0.7)


def test_spans_of_another_recogniser_are_taken_up() -> None:
    nlp = pipeline()
    doc = nlp.make_doc("We use gizmo training here.")
    span = Span(doc, 2, 4, label="METHOD")
    span._.rule, span._.score = "mine", 0.9
    doc.spans["mentions"] = [span]
    assert resolve(doc, nlp) == [("gizmo training", "METHOD")]
    assert doc.spans["mentions"][0]._.rule == "mine"


def test_the_users_own_vocabulary_goes_before_everything_and_keeps_its_borders() -> None:
    doc = PATTERNS_ONLY.make_doc("We use the model of gizmo training here.")
    propose(doc, "the model", "DATASET", 1.0, rule=OWN, concept="https://words.example/the-model")
    propose(doc, "model of gizmo training", "METHOD", 0.99)
    assert resolve(doc) == [("the model", "DATASET")]
    assert doc.spans["mentions"][0].id_ == "https://words.example/the-model"


def test_a_concept_is_kept_though_patterns_decide() -> None:
    doc = PATTERNS_ONLY.make_doc("We use gizmo training here.")
    propose(doc, "gizmo training", "METHOD", 0.6, rule="vocabulary", concept="https://words.example/gizmo")
    propose(doc, "gizmo training", "METHOD", 0.9)
    assert resolve(doc) == [("gizmo training", "METHOD")]
    assert doc.spans["mentions"][0].id_ == "https://words.example/gizmo"


def test_an_accepted_name_is_found_everywhere() -> None:
    doc = PATTERNS_ONLY.make_doc("Gizmo Models win. A gizmo model, FooNet, and FooNets; foonet is none.")
    propose(doc, "gizmo model", "MODEL", 0.9)
    propose(doc, "FooNet", "MODEL", 0.9)
    assert [name for name, _ in resolve(doc)] == ["Gizmo Models", "gizmo model", "FooNet", "FooNets"]


def test_a_name_is_not_found_inside_a_longer_one() -> None:
    text = "FooNet beats Tiny-FooNet, FooNet-XL and FooNet-based ones; Transfer, transfer."
    doc = PATTERNS_ONLY.make_doc(text)
    propose(doc, "FooNet", "MODEL", 0.9)
    propose(doc, "Transfer", "METHOD", 0.9)
    resolve(doc)
    assert [span.start for span in doc.spans["mentions"]] == [0, 10, 15]


def test_an_empty_text_has_no_mentions() -> None:
    assert resolve(PATTERNS_ONLY.make_doc("")) == []


def test_the_best_set_is_the_same_whatever_the_order_of_equals() -> None:
    one, two = (Stretch(0, 2, {"TASK": 0.5}), Stretch(1, 3, {"TASK": 0.5}))
    assert best_set([one, two], 0.4) == [one]


def test_a_web_address_is_no_name() -> None:
    doc = load()("TinyNet\nOur code is available at https://github.com/tiny/KnowRL.")
    assert doc._.links
    assert not any("github" in span.text for span in doc.spans["mentions"])


def test_an_address_that_stands_as_the_words_of_a_link_is_no_name() -> None:
    doc = PATTERNS_ONLY(
        "Shells\nCode is at \\href{https://github.com/a/Brindle}{\\texttt{https://github.com/a/Brindle}}."
    )
    propose(doc, "https://github.com/a/Brindle", "METHOD", 0.9)
    assert resolve(doc) == []
