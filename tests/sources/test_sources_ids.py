"""Identifiers and comparable titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.ids import (
    arxiv_id,
    arxiv_id_of_number,
    arxiv_id_within,
    arxiv_month,
    doi,
    normal_title,
    slug_id,
    title_key,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2506.01234", "2506.01234"),
        ("2506.01234v12", "2506.01234"),
        ("arXiv:2506.01234v2 [cs.CL]", "2506.01234"),
        ("http://arxiv.org/abs/0704.0001", "0704.0001"),
        ("https://export.arxiv.org/pdf/2506.01234v1.pdf", "2506.01234"),
        ("https://arxiv.org/abs/2506.01234?context=cs#top", "2506.01234"),
        ("https://huggingface.co/papers/2506.01234", "2506.01234"),
        ("https://ar5iv.labs.arxiv.org/html/2506.01234", "2506.01234"),
        ("https://doi.org/10.48550/arXiv.2506.01234", "2506.01234"),
        ("10.48550/ARXIV.2506.01234", "2506.01234"),
        ("oai:arXiv.org:hep-th/9901001", "hep-th/9901001"),
        ("math.GT/0309136v3", "math/0309136"),
        ("HEP-TH/9901001", "hep-th/9901001"),
    ],
)
def test_every_spelling_of_an_arxiv_id_is_one(text: str, expected: str) -> None:
    assert arxiv_id(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "seed-001",
        "2506.123",  # too short
        "1501.1234",  # four digits ended with 2014
        "1412.12345",  # five began with 2015
        "2513.01234",  # no such month
        "0703.1234",  # before the scheme
        "foo/9901001",  # no such archive
        "hep-th/9913001",
        "https://example.org/abs/2506.01234",
        "see 2506.01234",
    ],
)
def test_what_only_resembles_an_arxiv_id_is_none(text: str) -> None:
    assert arxiv_id(text) == ""


def test_ids_within_text_need_a_mark() -> None:
    assert arxiv_id_within("CoRR, abs/1706.03762") == "1706.03762"
    assert arxiv_id_within(r"\url{https://arxiv.org/abs/1706.03762v5}") == "1706.03762"
    assert arxiv_id_within("Journal of Things 1706.03762") == ""


def test_a_spreadsheet_drops_zeros_and_they_come_back() -> None:
    assert arxiv_id_of_number("2506.0123") == "2506.01230"
    assert arxiv_id_of_number("704.001") == "0704.0010"
    assert arxiv_id_of_number("3.14") == ""
    assert arxiv_id_of_number("2599.1") == ""  # no such month


def test_months_of_ids() -> None:
    assert [arxiv_month(one) for one in ("0704.0001", "hep-th/9108001", "cs/0701001", "")] == [
        "2007-04",
        "1991-08",
        "2007-01",
        "",
    ]


def test_dois_lose_resolver_case_and_full_stop() -> None:
    assert doi("HTTPS://DX.DOI.ORG/10.1000/AbC.") == "10.1000/abc"
    assert doi("https://doi.org/10.1000/a%2Fb") == "10.1000/a/b"
    assert doi("doi: 10.1000/x") == "10.1000/x"
    assert doi("10.12/too-short-a-prefix") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Attention Is All You Need", "Attention is all you need."),
        ("Pre-Training of Models", "Pretraining of models"),
        (r"T\"ULU: {O}pen \emph{Recipes}", "TÜLU: Open Recipes"),
        (r"$\alpha$-Divergence", "α-divergence"),
        ("A  title\n over lines", "A title over lines"),
        ("Café – “quoted”", 'Cafe - "quoted"'),
    ],
)
def test_titles_are_alike_whatever_their_marks(one: str, other: str) -> None:
    assert normal_title(one) == normal_title(other) != ""


def test_versions_keep_titles_apart() -> None:
    assert normal_title("Llama 2: Open Models") != normal_title("Llama 3: Open Models")


def test_short_titles_need_the_abstract_as_well() -> None:
    assert title_key("Introduction", "One.") != title_key("Introduction", "Two.")
    assert title_key("Introduction", "One.") == title_key("INTRODUCTION", "one")
    assert title_key("大型语言模型综述与展望", "One.") == title_key("大型语言模型综述与展望", "Two.")


@given(st.text())
def test_normal_titles_hold_letters_and_digits_alone_and_stay_so(text: str) -> None:
    normal = normal_title(text)
    assert all(character.isalnum() for character in normal)
    assert normal_title(normal_title(normal)) == normal_title(normal)


@given(st.text(alphabet="abcdefgh XYZ-:.,", min_size=1))
def test_case_and_punctuation_change_no_normal_title(text: str) -> None:
    assert normal_title(text.upper()) == normal_title(text.lower()) == normal_title(f"  {text}!? ")


@given(st.text(), st.text())
def test_slugs_are_plain_ascii_and_depend_on_the_key_alone(title: str, abstract: str) -> None:
    slug = slug_id(title, abstract)
    assert slug.isascii() and " " not in slug and slug == slug.lower()
    assert arxiv_id(slug) == ""
