"""Clean-up: what the text reads like, and where each character comes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.cleaning import clean
from kg.extraction.mapped import Cleaned


def source_of(source: str, cleaned: Cleaned, part: str) -> str:
    """The stretch of the source that the first occurrence of `part` stands for."""
    place = cleaned.text.index(part)
    return source[int(cleaned.starts[place]) : int(cleaned.ends[place + len(part) - 1])]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"T\"ULU 3", "TÜLU 3"),
        (r"B\'ezier and Poincar{\'e}", "Bézier and Poincaré"),
        (r"\emph{higher} \textbf{order}", "higher order"),
        (r"\textbf{\underline{O}}mni-\textbf{\underline{M}}odality", "Omni-Modality"),
        (r"{\em old} style", "old style"),
        (r"$\alpha$-divergence", "α-divergence"),
        (r"$\mathcal{L}_2$ and $10^{-3}$", "L₂ and 10⁻³"),
        (r"AM\(_\text{Hist}\)", "AM_Hist"),
        (r"M$^3$CAD, AP$_{50}$, R\textsuperscript{3}eVision", "M³CAD, AP₅₀, R³eVision"),
        (r"$2.75\times$ faster, $2\times 1$", "2.75× faster, 2×1"),
        (r"$x \in \{1, 2\}$", "x ∈ {1, 2}"),
        (r"gains 5\% and 1--5\,pp", "gains 5% and 1–5 pp"),
        (r"AIMO~3", "AIMO 3"),
        (r"ours~\cite{a,b}, theirs \citep[see][p. 2]{c}.", "ours, theirs."),
        (r"attention\footnote[1]{Of a kind.} works", "attention (Of a kind.) works"),
        (r"see \url{https://a.org/x_y} and \href{https://b.org}{there}", "see https://a.org/x_y and there"),
        (r"at \href{https://a.org/b}.", "at https://a.org/b."),
        (r"``quoted'' words", "“quoted” words"),
        (r"\begin{itemize} one \end{itemize}", "one"),
        (r"ten classes, \eg cats, \etc", "ten classes, e.g. cats, etc."),
        (r"\unicode{x2014}", "—"),
        (r"\acrshort{ewma} retrofitting", "EWMA retrofitting"),
        (r"the \benchname{} suite and {\benchname}", r"the \benchname suite and \benchname"),
        (r"\RED{However, it} holds", "However, it holds"),
        (r"256$×$256 in $≈$20% of $0.27$B, $~$2x", "256×256 in ≈20% of 0.27B, ~2x"),
        (r"4{,}918 of under-investi\-gated i.i.d.\@ kind", "4,918 of under-investigated i.i.d. kind"),
        (r"$\logρ$ and $\boldsymbolα$ at 5%", "logρ and α at 5%"),
        (r"\rev{never closed", "never closed"),
        (r"{Scalable Cube} and pro{A}ctive", "Scalable Cube and proActive"),
    ],
)
def test_latex_reads_as_unicode(source: str, text: str) -> None:
    assert clean(source).text == text


@pytest.mark.parametrize(
    "source",
    [
        "it costs $5 and $10 or $3-$4 a day",
        "pay $5 million to US$ holders",
        "pay $ 5 and $ 6, or US$ 7",
        "a set {a, b} of two",
        'json like {"role": "user"}',
        r"a path C:\temp\new on disk",
        "run it with --depth 3",
        "in [0, 1] and in [1, 2]",
        "a range 5~10 and ~50%",
        "https://a.org/b_c~d%20e#f$g--h",
        "don't; it's theirs",
    ],
)
def test_what_only_looks_like_latex_stays(source: str) -> None:
    assert clean(source).text == source


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\textbf{broken and \emph{x}", "broken and x"),
        ("lone $ sign", "lone $ sign"),
        ("{{{", "{{{"),
        ("}}}", "}}}"),
        ("\\", "\\"),
        ("\\textbf", "\\textbf"),
        ("$\\frac{1}{$", "$\\frac1{$"),
    ],
)
def test_malformed_latex_loses_no_words(source: str, text: str) -> None:
    assert clean(source).text == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("two  words\nand\tmore\u00a0here", "two words and more here"),
        ("  at both ends \n", "at both ends"),
        ("ﬁne-tuning ﬂow eﬃcient", "fine-tuning flow efficient"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark nul\x00l", "softhyphen zerowidth mark null"),
        ("cafe\u0301", "café"),
        ("speech recogni-\ntion of state-of-\nthe-art kind", "speech recognition of state-of-the-art kind"),
        ("multi-\nmodal multimodal", "multimodal multimodal"),
        ("GPT-\n4 wins", "GPT-4 wins"),
        ("one -\ntwo", "one - two"),
        ("shown before [12], and again [3, 4-6].", "shown before, and again."),
        ("half a pair \ud800 of surrogates", "half a pair \ufffd of surrogates"),
    ],
)
def test_typesetting_is_undone(source: str, text: str) -> None:
    assert clean(source).text == text


def test_a_macro_stands_for_its_name_with_all_its_characters() -> None:
    source = r"We offer the {\dataset} benchmark and \ours{}, or \ours alone."
    cleaned = clean(source, names={"dataset": "MIRAGE", "ours": "FAST"})
    assert cleaned.text == "We offer the MIRAGE benchmark and FAST, or FAST alone."
    assert source_of(source, cleaned, "MIRAGE") == r"{\dataset}"
    assert source_of(source, cleaned, "FAST") == r"\ours{}"
    assert source_of(source, cleaned, "FAST alone") == r"\ours alone"


def test_dollars_belong_to_symbols_and_not_to_formatted_names() -> None:
    source = r"On $\tau$-bench, $\textbf{J1-7B}$ leads."
    cleaned = clean(source)
    assert source_of(source, cleaned, "τ-bench") == r"$\tau$-bench"
    assert source_of(source, cleaned, "J1-7B") == "J1-7B"


TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("ab X.1-_~%$\\{}[]()'`\"^\n\t\u00a0\u00ad\u200bﬁ,:/é")), st.characters()
    ),
    max_size=120,
)


@given(TEXTS)
def test_offsets_are_monotone_and_within_bounds(source: str) -> None:
    cleaned = clean(source)
    assert len(cleaned.text) == len(cleaned.starts) == len(cleaned.ends)
    starts, ends = cleaned.starts.tolist(), cleaned.ends.tolist()
    assert all(0 <= start < end <= len(source) for start, end in zip(starts, ends, strict=True))
    assert starts == sorted(starts)
    assert ends == sorted(ends)


@given(st.lists(st.from_regex(r"[A-Za-z0-9]{1,12}[.,;]?", fullmatch=True), max_size=20))
def test_plain_words_stay_as_they_are(words: list[str]) -> None:
    source = " ".join(words)
    cleaned = clean(source)
    assert cleaned.text == source
    assert cleaned.starts.tolist() == list(range(len(source)))


@given(TEXTS)
def test_cleaned_text_has_single_spaces_only(source: str) -> None:
    text = clean(source).text
    assert "  " not in text
    assert "\n" not in text
    assert text == text.strip(" ")


ACCENTS = {'"': "äëïöü", "'": "áéíóú", "`": "àèìòù", "^": "âêîôû"}


@given(
    st.sampled_from(sorted(ACCENTS)),
    st.integers(0, 4),
    st.sampled_from(["ML", "M{L}", "{ML}", "{M{L}}"]),
    st.from_regex(r"[a-z]{1,6}", fullmatch=True),
)
def test_accents_become_letters_wherever_they_stand(mark: str, vowel: int, form: str, rest: str) -> None:
    latex = form.replace("L", "aeiou"[vowel]).replace("M", f"\\{mark}")
    cleaned = clean(f"q{latex}{rest}")
    assert cleaned.text == f"q{ACCENTS[mark][vowel]}{rest}"
    assert source_of(f"q{latex}{rest}", cleaned, ACCENTS[mark][vowel]) in latex
