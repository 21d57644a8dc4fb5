"""Links: what they lead to, and how the paper relates to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction import load
from kg.extraction.hosts import link_kind
from kg.extraction.links import find_links
from kg.schema import LINK_KINDS, LINK_RELATIONS


@given(
    st.text(alphabet=st.one_of(st.sampled_from(list("htps:/w.gi cm{}\\_()\n")), st.characters()), max_size=80)
)
def test_any_text_is_survived(text: str) -> None:
    for found in find_links(text):
        assert 0 <= found.start < found.end <= len(text)
        assert 0 <= found.words[0] <= found.words[1] <= len(text)
        assert found.kind in LINK_KINDS
        assert found.relation in LINK_RELATIONS


@pytest.mark.parametrize(
    ("url", "words", "kind"),
    [
        ("https://github.com/o/r", "Our code is available at", "code"),
        ("https://github.com/o/r", "Code, data, and models are available at", "code"),
        ("https://github.com/o/r", "The dataset is available at", "data"),
        ("https://github.com/o/r", "The benchmark is available at", "code"),
        ("https://github.com/o/r", "To help agents, we release the dataset at", "data"),
        ("https://github.com/o/r", "Trained weights are at", "model"),
        ("https://git.uni.edu/o/r", "Code:", "code"),
        ("https://anonymous.4open.science/r/x", "Our code and data are at", "code"),
        ("https://o.github.io/r", "Code and data are available at", "project"),
        ("https://o.github.io/r", "The dataset is available at", "data"),
        ("https://huggingface.co/o/r", "released at", "model"),
        ("https://huggingface.co/datasets/o/r", "available at", "data"),
        ("https://huggingface.co/o", "Our datasets are at", "data"),
        ("https://huggingface.co/spaces/o/r", "try it at", "project"),
        ("https://zenodo.org/records/1", "available at", "data"),
        ("https://doi.org/10.5281/zenodo.1", "materials are archived at", "data"),
        ("https://doi.org/10.1000/1", "as shown in", "paper"),
        ("https://arxiv.org/abs/2506.01234", "see", "paper"),
        ("https://lab.edu/paper.pdf", "see", "paper"),
        ("https://aka.ms/x", "a diff of the model weights is published at", "model"),
        ("https://tiny.cc/x", "Videos and code are on our website:", "project"),
        ("https://bit.ly/x", "explore the FooBench at", "data"),
        ("https://bit.ly/x", "for the future", "other"),
        ("https://lab.edu/foo", "Code and models are available at", "project"),
    ],
)
def test_kinds_follow_from_host_and_words(url: str, words: str, kind: str) -> None:
    assert link_kind(url, words, own=True) == kind


FURTHER = " More is said after that, at some length, so that no address stands at the very end of it all."


@pytest.mark.parametrize(
    ("sentence", "relation", "words"),
    [
        ("Our code is available at https://a.org/x.", "provides", "Our code is available at"),
        ("We release everything (https://a.org/x).", "provides", "We release everything"),
        ("Code and data: https://a.org/x", "provides", "Code and data"),
        ("Our code, built on Foo, is available at https://a.org/x.", "provides", None),
        ("At https://a.org/x we release our code.", "provides", "we release our code."),
        ("Our reader is built on Foo (https://a.org/x).", "builds_on", "built on Foo"),
        ("We use the tools of https://a.org/x to read.", "builds_on", "We use the tools of"),
        ("See https://a.org/x for a list.", "cites", "See"),
        ("We evaluate our reader on the Foo data (https://a.org/x).", "cites", None),
        ("The data provided by Foo (https://a.org/x) are old.", "cites", None),
        ("It won the shared task (https://a.org/x).", "cites", "shared task"),
    ],
)
def test_relations_follow_from_words(sentence: str, relation: str, words: str | None) -> None:
    text = sentence + FURTHER
    (link,) = find_links(text)
    assert link.relation == relation
    if words is not None:
        assert text[slice(*link.words)] == words


def test_a_bare_address_at_the_end_is_the_papers_own() -> None:
    (link,) = find_links("We read quickly. https://github.com/org/repo")
    assert (link.relation, link.words[1] - link.words[0]) == ("provides", 0)


def test_words_of_one_address_hold_for_the_next() -> None:
    first, second = find_links("Materials are available at https://a.org/x and https://b.org/y." + FURTHER)
    assert (first.relation, second.relation) == ("provides", "provides")


def test_a_place_named_twice_is_one_link() -> None:
    links = find_links(r"Code: \href{https://github.com/o/r}{https://github.com/O/R}.")
    assert [link.url for link in links] == ["https://github.com/o/r"]


def test_the_component_gives_offsets_in_the_text_as_given() -> None:
    text = "T\nWe  read. Our code is at~\\href{https://github.com/o/r}{here}."
    doc = load()(text)
    (link,) = doc._.links
    assert text[link.start : link.end] == "https://github.com/o/r"
    assert text[slice(*link.words)] == "Our code is at"
    assert link.sentence.text == "Our code is at here."
