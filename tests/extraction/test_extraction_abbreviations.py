"""Short forms and the long forms that texts give for them."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.abbreviations import AbbreviationFinder
from kg.extraction.sentences import mark_sentences
from kg.extraction.shortforms import is_short_form, long_form_start
from kg.extraction.tokenising import CleaningTokenizer

NLP = spacy.blank("en")
TOKENIZER = CleaningTokenizer(NLP.vocab)
FINDER = AbbreviationFinder(NLP, "kg_abbreviations")


def pairs(abstract: str, title: str = "A Title") -> list[tuple[str, str]]:
    doc = FINDER(mark_sentences(TOKENIZER(f"{title}\n{abstract}", title_length=len(title))))
    return [(found.short.text, found.long.text) for found in doc._.abbreviations]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use latent adversarial training (LAT) here.", "LAT", "latent adversarial training"),
        ("Many large language models (LLMs) read.", "LLMs", "large language models"),
        ("A Large Language Model(LLM) reads.", "LLM", "Large Language Model"),
        ("We use self-supervised learning (SSL).", "SSL", "self-supervised learning"),
        ("All Multi-modal Large Language Models (MLLMs) see.", "MLLMs", "Multi-modal Large Language Models"),
        ("Plain reinforcement learning from human feedback (RLHF).", "RLHF", None),
        ("We add Soft Dynamic Time Warping (SoftDTW).", "SoftDTW", "Soft Dynamic Time Warping"),
        ("We use 3D Gaussian Splatting (3DGS).", "3DGS", "3D Gaussian Splatting"),
        ("A Discrete Denoising Diffusion Probabilistic Model (D3PM).", "D3PM", None),
        ("Work on explainable artificial intelligence (XAI).", "XAI", "explainable artificial intelligence"),
        ("Large language models (LLMs; e.g., GPT-4) read.", "LLMs", "Large language models"),
        ("the heat shock transcription factor (HSF).", "HSF", "heat shock transcription factor"),
        ("We name it PACT (Prompt-configured Action via Chains of Thought).", "PACT", None),
        ("We use LAT (short for latent adversarial training).", "LAT", "latent adversarial training"),
        ("We propose Knowledge-enhanced RL, KnowRL.", "KnowRL", "Knowledge-enhanced RL"),
        ("We use latent adversarial training, or LAT, at last.", "LAT", "latent adversarial training"),
    ],
)
def test_definitions_are_found(text: str, short: str, long: str | None) -> None:
    found = pairs(text)
    assert [pair[0] for pair in found] == [short]
    if long is None:  # all the words between the first ones and the brackets
        inner = text.split("(")[1] if text.split("(")[0].split()[-1] == short else text.split("(")[0]
        long = " ".join(inner.strip(" ).").split()[-len(found[0][1].split()) :])
        assert len(long.split()) >= 4
    assert found[0][1] == long


def test_a_title_may_define_what_it_opens_with() -> None:
    assert pairs("It reads.", title="SPREAD: Spatial-Physical REasoning via Geometry-Aware Diffusion") == [
        ("SPREAD", "Spatial-Physical REasoning via Geometry-Aware Diffusion")
    ]
    assert pairs("It reads.", title="SPREAD: A Way of Thinking about Rooms") == []


@pytest.mark.parametrize(
    "text",
    [
        "The left one (shown in red) is ours (see Table 2).",
        "Four data sets (GSM8K, MATH) were read.",
        "We test mathematical reasoning (MATH).",
        "We use a model (e.g., GPT-4) and others (Figure 1).",
        "They trained BERT, GPT-2, T5, and so on.",
        "It was better, BUT, we think, worse.",
        "One sentence ends. (ABC) opens the next.",
    ],
)
def test_what_is_no_definition_is_left_alone(text: str) -> None:
    assert pairs(text) == []


def test_a_long_form_stays_in_its_sentence() -> None:
    assert pairs("We like large. Language models (LLMs) read.") == []


def test_each_pair_is_given_once() -> None:
    assert len(pairs("A large language model (LLM). The large language model (LLM) reads.")) == 1


@given(st.lists(st.from_regex(r"[a-z]{4,9}", fullmatch=True), min_size=3, max_size=6))
def test_initials_find_their_words(words: list[str]) -> None:
    short = "".join(word[0] for word in words).upper()
    start = long_form_start(short, "we use " + " ".join(words))
    small = {"from", "into", "over", "through", "under", "using", "with", "without", "that", "this", "these"}
    if short.lower() not in words and not small & set(words):
        assert start is None or len("we use " + " ".join(words)) - start >= 3


@given(st.text(max_size=16), st.text(max_size=60))
def test_any_text_is_survived(short: str, before: str) -> None:
    if is_short_form(short):
        start = long_form_start(short, before)
        assert start is None or 0 <= start < len(before)
