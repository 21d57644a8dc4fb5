"""Which LaTeX macros an abstract may hold, and how each reads."""

from __future__ import annotations

import re
from typing import Any

from pylatexenc import latex2text, latexwalker, macrospec

from kg.extraction.words import words

SUPERSCRIPTS = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
SUBSCRIPTS = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
SCRIPT_CHARACTERS = frozenset("0123456789+-=()")

#: Macros whose last argument is read as it stands.
FORMATTING = words(
    """
    textbf textit textsl textsc texttt textsf textrm textup textmd textnormal emph underline uline ul
    text mbox mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr mathnormal boldsymbol
    bm bold operatorname textcolor color colorbox hl sout fbox small footnotesize ensuremath enquote
    href hyperlink
    """
)
#: Macros that change type or space and say nothing.
SILENT = words(
    """
    em bf it tt sc rm sf sl bfseries itshape ttfamily scshape normalfont large Large LARGE huge small
    footnotesize tiny normalsize xspace left right big Big bigg Bigg bigl bigr Bigl Bigr displaystyle
    textstyle limits nolimits noindent centering protect label vspace hspace bigskip medskip smallskip
    boldmath cal !
    """
)
#: Macros whose arguments are keys of a bibliography or of other places in the paper.
REFERENCES = words(
    """
    cite citet citep citealp citealt citeauthor citeyear citeyearpar Citet Citep parencite textcite
    autocite footcite ref eqref autoref cref Cref pageref
    """
)
#: Macros that read as something that pylatexenc does not know, or reads otherwise.
READINGS = {
    "eg": "e.g.",
    "Eg": "E.g.",
    "ie": "i.e.",
    "Ie": "I.e.",
    "etc": "etc.",
    "etal": "et al.",
    "vs": "vs.",
    "cf": "cf.",
    "wrt": "w.r.t.",
    "aka": "a.k.a.",
    "deg": "°",
    "degree": "°",
    "textdegree": "°",
    "circ": "°",
    "sim": "~",
    "textmu": "µ",
    "newline": " ",
    "linebreak": " ",
    "\\": " ",
    "\n": " ",
    " ": " ",
    ",": " ",
    ";": " ",
    ":": " ",
    "quad": " ",
    "qquad": " ",
    "space": " ",
    "mid": "|",
    "|": "‖",
    "ast": "*",
    "star": "*",
    "cdot": "·",
    "ne": "≠",
    "implies": "⟹",
    "bot": "⊥",
    "checkmark": "✓",
    "textless": "<",
    "textgreater": ">",
    "iid": "i.i.d.",
    "slash": "/",
    "gcd": "gcd",
    "vDash": "⊨",
}
#: Macros of the glossaries package: the argument is the key, most often the acronym in small letters.
ACRONYMS = words(
    """
    ac acs acp acf acl gls Gls glspl Glspl acrshort acrlong acrfull acrshortpl
    """
)
SPECIALS = {"~": " ", "``": "“", "''": "”", "--": "–", "---": "—", "&": "&", "#": "#"}


def _specification(name: str, arguments: str) -> Any:
    return macrospec.std_macro(name, arguments)


def _walker_context() -> Any:
    context = latexwalker.get_default_latex_context_db()
    macros = [
        _specification(name, "{")
        for name in ("unicode", "textsuperscript", "textsubscript", "uline", "ul", "hl", "bm", "operatorname")
    ]
    macros += [_specification(name, "{") for name in sorted(ACRONYMS)]
    macros += [_specification(name, "*[[{") for name in ("autocite", "parencite", "textcite", "footcite")]
    macros += [_specification("label", "{"), _specification("vspace", "*{"), _specification("hspace", "*{")]
    # Without this `_` and `^` are plain characters already; specials such as "?`" would turn "what?`" to "¿".
    context.add_context_category("kg", prepend=True, macros=macros)
    return context


CONTEXT = _walker_context()
TEXT_CONTEXT = latex2text.get_default_latex_context_db()
SYMBOLS = frozenset(spec.macroname for spec in TEXT_CONTEXT.iter_macro_specs())
TO_TEXT = latex2text.LatexNodes2Text(math_mode="text", latex_context=TEXT_CONTEXT)


def is_known(macro: str) -> bool:
    """Whether a macro (without its backslash) is one of LaTeX's own, of which we know how it reads.

    >>> is_known("textbf"), is_known("alpha"), is_known("ourmethod")
    (True, True, False)
    """
    return (
        macro in FORMATTING
        or macro in SILENT
        or macro in REFERENCES
        or macro in READINGS
        or macro in ACRONYMS
        or macro in SYMBOLS
        or macro in ("url", "unicode", "footnote", "textsuperscript", "textsubscript", "text")
    )


def is_droppable(content: str) -> bool:
    """Whether braces around `content` are LaTeX grouping, and not those of a set or of program text.

    >>> is_droppable("Scalable DDPM"), is_droppable("a, b"), is_droppable(r"\\'e"), is_droppable("key: 1")
    (True, False, True, False)
    """
    if content.startswith("\\"):
        return True
    if content in (",", "."):  # 4{,}918
        return True
    return bool(content) and len(content) <= 200 and not re.search(r"[,:;=<>|\"]|\.\.\.|…", content)
