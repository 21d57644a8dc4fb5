"""The trained recogniser, with the shipped model."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import spacy

import kg.extraction
from kg.errors import SourceError
from kg.extraction.doc import DocCandidate
from kg.extraction.recogniser import MODEL, Recogniser, RecogniserComponent, load_recogniser
from kg.schema import ENTITY_TYPES, ROLES

TEXT = (
    "QuillRL: Teaching Large Language Models to Cite\n"
    "We introduce QuillRL, a reinforcement learning framework that trains large language models to cite "
    "their sources. Experiments on NaturalQuestions and HotpotQA show that QuillRL outperforms GPT-4 by "
    "4.2 points in F1."
)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return load_recogniser()


def surfaces(recogniser: Recogniser, text: str) -> set[str]:
    return {text[f.start : f.end] for f in recogniser(text)}


def test_finds_names_that_no_list_holds(recogniser: Recogniser) -> None:
    assert "QuillRL" in surfaces(recogniser, TEXT)
    assert "HotpotQA" in surfaces(recogniser, TEXT)


def test_types_and_scores_are_those_of_the_schema(recogniser: Recogniser) -> None:
    for found in recogniser(TEXT):
        assert found.type in ENTITY_TYPES
        assert 0.0 <= found.score <= 1.0
        assert len(found.roles) == len(ROLES)
        assert sum(found.roles) == pytest.approx(1.0, abs=0.001)


def test_the_same_words_have_one_type_and_one_score(recogniser: Recogniser) -> None:
    judged = {(f.type, f.score) for f in recogniser(TEXT) if TEXT[f.start : f.end] == "QuillRL"}
    assert len(judged) == 1


def test_spans_do_not_overlap(recogniser: Recogniser) -> None:
    found = recogniser(TEXT, threshold=0.0)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_of_what_overlaps_the_highest_score_is_kept(recogniser: Recogniser) -> None:
    every = recogniser(TEXT, threshold=0.0, overlaps=True)
    kept = recogniser(TEXT, threshold=0.0)
    assert set(kept) <= set(every)
    for f in every:
        assert any(f.start < k.end and k.start < f.end and f.score <= k.score for k in kept)


def test_a_higher_threshold_keeps_a_part(recogniser: Recogniser) -> None:
    many, few = (set(recogniser(TEXT, threshold=t)) for t in (0.0, 0.8))
    assert few < many
    assert all(f.score >= 0.8 for f in few)


def test_what_a_text_gives_depends_on_that_text_alone(recogniser: Recogniser) -> None:
    alone = recogniser(TEXT)
    recogniser("Another text\nabout ImageNet and BERT " * 30)
    assert recogniser(TEXT) == alone
    assert Recogniser(MODEL)(TEXT) == alone


def test_long_texts_are_read_to_their_end(recogniser: Recogniser) -> None:
    filler = "The weather was fine and nothing else happened on that day. " * 80
    text = f"A long report\n{filler}{TEXT.split(chr(10))[1]}"
    assert any(f.start > len(filler) and text[f.start : f.end] == "QuillRL" for f in recogniser(text))


@pytest.mark.parametrize("text", ["", "\n", " \n ", "a\n", "\x00\ufffd\ud7ff\n\u200b"])
def test_odd_texts_give_no_error(recogniser: Recogniser, text: str) -> None:
    assert isinstance(recogniser(text, threshold=0.0), list)


def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a recogniser model"):
        Recogniser(tmp_path)


def test_the_component_adds_candidates_to_those_that_stand() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_recogniser")
    doc = nlp.make_doc(TEXT)
    other = DocCandidate(start=0, end=1, label="METHOD", rule="patterns", score=0.5)
    doc._.candidates = [other]
    found = nlp.get_pipe("kg_recogniser")(doc)._.candidates
    assert found[0] is other
    assert "HotpotQA" in {doc[c.start : c.end].text for c in found[1:]}
    assert {c.rule for c in found[1:]} == {"recogniser"}
    assert all(len(c.roles) == len(ROLES) and 0 <= c.score <= 1 for c in found[1:])


def test_candidates_grow_to_whole_tokens() -> None:
    doc = kg.extraction.load().make_doc(TEXT)
    found = RecogniserComponent(folder=MODEL, threshold=0.0)(doc)._.candidates
    assert "GPT-4" in {doc[c.start : c.end].text for c in found}


def test_the_models_own_thresholds_hold_where_none_is_given(recogniser: Recogniser) -> None:
    text = f"{TEXT} Prompts, agents and such ideas may help humans with their daily writing, we believe."
    every = recogniser(text, threshold=0.0, overlaps=True)
    own = recogniser(text, overlaps=True)
    assert own == [f for f in every if f.score >= recogniser.thresholds[f.type]]
    assert len(own) < len(every)
