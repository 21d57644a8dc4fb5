"""Small helpers of clean-up: macros, line-break hyphens, balanced quotes."""

from __future__ import annotations

import pytest

from kg.extraction.balance import balanced
from kg.extraction.hyphens import joined
from kg.extraction.latex import NotLatexError, render
from kg.extraction.latex_macros import is_known
from kg.extraction.macros import macro_names


@pytest.mark.parametrize(
    ("title", "abstract", "names"),
    [
        ("SPREAD: Spatial REasoning", r"\ours{} wins.", {"ours": "SPREAD"}),
        ("GUI-R1 : A Generalist", r"we propose \name, a", {"name": "GUI-R1"}),
        ("Two Steps", r"HAF or \haf", {"haf": "HAF"}),
        ("Two Steps", r"We present \ChordPrompt.", {"ChordPrompt": "ChordPrompt"}),
        ("Two Steps", r"\method is at https://github.com/org/EvoEnv", {"method": "EvoEnv"}),
        ("Two Steps", r"\method is at https://github.com/org/website", {}),
        ("A Survey: Of Things", r"\method is one", {}),
        ("MIRAGE: A Benchmark", r"{\dataset} and our \method", {"dataset": "MIRAGE"}),
        ("DiffuSpeech: Speaking", r"{\dataset} and our \method", {"method": "DiffuSpeech"}),
        ("Two Steps", r"$\alpha$ and \textbf{bold}", {}),
    ],
)
def test_macros_are_resolved_where_the_text_tells(title: str, abstract: str, names: dict[str, str]) -> None:
    assert macro_names(title, abstract) == names


@pytest.mark.parametrize(
    ("before", "after", "hyphen"),
    [
        ("recogni", "tion", ""),
        ("state-of", "the-art", "-"),
        ("self", "attention", "-"),
        ("LLM", "Based", "-"),
        ("inter", "net on the internet", ""),
        ("tor", "ment by tor-ment", "-"),
    ],
)
def test_a_hyphen_at_a_line_break_stays_where_the_word_has_one(before: str, after: str, hyphen: str) -> None:
    source = f"{before}-\n{after}"
    assert joined(source, len(before), len(before) + 2) == hyphen


@pytest.mark.parametrize(
    ("source", "part", "whole"),
    [
        (r"a \textbf{O}ptimal way", "O}ptimal", r"\textbf{O}ptimal"),
        (r"\textbf{\underline{O}}mni", "O}}mni", r"\textbf{\underline{O}}mni"),
        (r"for \underline{RE} now", r"for \underline{RE", r"for \underline{RE}"),
        (r"the $\textbf{Du}$al one", r"Du}$al", r"$\textbf{Du}$al"),
        (r"$R^2 = 0.8$", "$R^2", "R^2"),
        (r"plain {text", "plain", "plain"),
        (r"only half} of it", "half}", "half}"),
    ],
)
def test_quotes_take_in_the_other_half_of_braces_and_dollars(source: str, part: str, whole: str) -> None:
    start = source.index(part)
    start, end = balanced(source, start, start + len(part))
    assert source[start:end] == whole


def test_what_cannot_be_parsed_is_no_latex() -> None:
    with pytest.raises(NotLatexError):
        render(r"\textbf{open", {})
    with pytest.raises(NotLatexError):
        render("{" * 40 + "x" + "}" * 40, {})


def test_latex_macros_are_known_and_authors_macros_are_not() -> None:
    assert all(is_known(name) for name in ("textit", "beta", "citep", "eg", "xspace"))
    assert not any(is_known(name) for name in ("ours", "methodname", "BAEE"))
