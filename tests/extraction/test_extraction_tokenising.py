"""Tokens: where names and numbers are cut, and the way back to the text as given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.extraction.doc import clean_text, source_span
from kg.extraction.tokenising import CleaningTokenizer

VOCAB = Vocab()


def tokenise(text: str, title_length: int | None = None) -> Doc:
    return CleaningTokenizer(VOCAB)(text, title_length=title_length)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("LLM-based", "LLM - based"),
        ("GPT-4-based", "GPT-4 - based"),
        ("ImageNet-1k, CIFAR-10/100", "ImageNet-1k , CIFAR-10 / 100"),
        ("3D-CNNs", "3D - CNNs"),
        ("τ-bench", "τ - bench"),
        ("F1@10 pass@1 mAP@50-95", "F1@10 pass@1 mAP@50-95"),
        ("C++ ZeRO++ SSR+ C#", "C++ ZeRO++ SSR+ C#"),
        ("Model(LLM)", "Model ( LLM )"),
        ("95.3% 1.93X 1,439 10,000+", "95.3 % 1.93X 1,439 10,000 +"),
        ("e.g., i.e. et al. etc.", "e.g. , i.e. et al. etc."),
        ("U.S. U.S.A. Fig. 3", "U.S. U.S.A. Fig. 3"),
        ("Qwen2.5 v1.0 Node.js", "Qwen2.5 v1.0 Node.js"),
        ("models.We 3.5.Our RL.This tasks.the", "models . We 3.5 . Our RL . This tasks . the"),
        ("BERT's models' don't", "BERT 's models ' don 't"),
        ("R&D Q&A R^2", "R&D Q&A R^2"),
        ("https://a.org/b_c(d), x@y.org.", "https://a.org/b_c(d ) , x@y.org ."),
        (r"\benchname{} is", r"\benchname is"),
        ("10⁻³ L₂", "10⁻³ L₂"),
    ],
)
def test_tokens(text: str, tokens: str) -> None:
    assert [token.text for token in tokenise(text)] == tokens.split()


def test_the_newline_behind_the_title_is_a_token() -> None:
    doc = tokenise("A Title\nAn abstract.")
    assert [token.text for token in doc[: doc._.title_end]] == ["A", "Title", "\n"]
    assert doc[doc._.title_end].text == "An"


def test_a_title_may_hold_newlines_and_be_empty() -> None:
    doc = tokenise("A Broken\nTitle\nText", title_length=len("A Broken\nTitle"))
    assert doc.text == "A Broken Title\nText"
    assert tokenise("\nText")._.title_end == 1
    assert tokenise("Title\n")._.title_end == 2
    assert len(tokenise("")) == 0


def test_macros_are_resolved_from_the_title() -> None:
    source = "FAST: Reading Quickly\nWe offer {\\ours}-Bench."
    doc = tokenise(source)
    token = next(token for token in doc[doc._.title_end :] if token.text == "FAST")
    start, end = source_span(doc, token.idx, token.idx + len(token))
    assert source[start:end] == r"{\ours}"


ODD = st.text(
    alphabet=st.one_of(st.sampled_from(list("abX1 .-/@(){}$\\%,'\n😀\u200f\u0301")), st.characters()),
    max_size=100,
)


@given(ODD, ODD)
def test_tokens_make_up_the_text_and_each_comes_from_somewhere(title: str, abstract: str) -> None:
    source = f"{title}\n{abstract}"
    doc = tokenise(source, title_length=len(title))
    assert "".join(token.text_with_ws for token in doc) == doc.text == clean_text(doc)
    assert len(doc.text) == len(doc._.source_starts) == len(doc._.source_ends)
    for token in doc:
        start, end = source_span(doc, token.idx, token.idx + len(token))
        assert 0 <= start < end <= len(source)
    assert doc[doc._.title_end - 1].text == "\n"
    newline = doc[doc._.title_end - 1].idx
    assert int(doc._.source_starts[newline]) == len(title)
