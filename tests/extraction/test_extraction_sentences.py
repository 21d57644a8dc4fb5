"""Sentence boundaries in titles and abstracts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from kg.extraction.sentences import mark_sentences
from kg.extraction.tokenising import CleaningTokenizer

TOKENIZER = CleaningTokenizer(Vocab())


def sentences(text: str) -> list[str]:
    return [sentence.text.strip("\n") for sentence in mark_sentences(TOKENIZER(text)).sents]


@pytest.mark.parametrize(
    "parts",
    [
        ["We read.", "It works.", "Does it?", "Yes!"],
        ["Tools, e.g. Parsers, i.e. Readers vs. Writers, help.", "So do others."],
        ["Smith et al. show a gain of 3.5 points in Fig. 2 and approx. 40% elsewhere.", "We do not."],
        ["The U.S. Army reads.", "The U.K. does too."],
        ["Cats, dogs, etc. are kept.", "Birds, fish, etc.", "We keep them."],
        ["It has parts: (1) a reader; (2) a writer.", "Both are new."],
        ["We test three.", "vLLM is fast.", "xLSTM is not."],
        ["Code is at https://a.org/b.c.", "Models follow."],
        ["See https://a.org/b", "Warning: this text is rude."],
        ["He said “stop.”", "She did not."],
        ["It is done (we think.)", "Then more."],
        ["Vitamin C. elegans worms like it.", "We count .5 of them."],
        ["It ends... slowly.", "Then it stops."],
    ],
)
def test_sentences_end_where_they_end(parts: list[str]) -> None:
    assert sentences("Title\n" + " ".join(parts)) == ["Title", *parts]


def test_a_missing_space_does_not_join_sentences() -> None:
    assert sentences("T\nWe train models.We test them.Our code is out.") == [
        "T",
        "We train models.",
        "We test them.",
        "Our code is out.",
    ]


def test_the_title_is_one_sentence() -> None:
    assert sentences("Is It? It Is. A Study\nWe ask.") == ["Is It? It Is. A Study", "We ask."]


@given(st.text(max_size=60), st.text(alphabet=st.sampled_from(list('aB .?!"()1\n')), max_size=80))
def test_every_token_is_in_a_sentence_and_none_crosses_the_title(title: str, abstract: str) -> None:
    doc = mark_sentences(TOKENIZER(f"{title}\n{abstract}", title_length=len(title)))
    found = list(doc.sents)
    assert [token.i for sentence in found for token in sentence] == list(range(len(doc)))
    assert not any(sentence.start < doc._.title_end < sentence.end for sentence in found)
