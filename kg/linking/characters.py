"""Characters: LaTeX resolved, ligatures undone, accents dropped, Greek letters and signs in words."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau "
    "upsilon phi chi psi omega"
)
_GREEK = {chr(0x3B1 + i): name for i, name in enumerate(_GREEK_NAMES.split())}
_GREEK |= {"ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ϱ": "rho", "ϖ": "pi"}
_GREEK |= {
    letter.upper(): name.capitalize() for letter, name in list(_GREEK.items()) if len(letter.upper()) == 1
}
_GREEK["ς"] = "sigma"
_CHARACTERS = str.maketrans(
    dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("‘’ʼ`´", "'")
    | dict.fromkeys("“”„", '"')
    | {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss"}
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "×": "x"}
    | _GREEK
)  # fmt: skip
_MARKUP = re.compile(r"[\\${}]")
_SIGNS = (
    (re.compile(r"(?<=\w)\+(?=\+*(?:\W|$))"), "plus"),
    (re.compile(r"(?<=plus)\+"), "plus"),
    (re.compile(r"(?<=\w)\*(?!\w)"), "star"),
    (re.compile(r"(?<=\w)#(?!\w)"), "sharp"),
    (re.compile(r"(?<=\w)@(?=\w)"), " at "),
    (re.compile(r"&"), " and "),
    (re.compile(r"'s\b"), ""),
)
_SIGN = re.compile(r"[+*#@&']")


def plain(surface: str) -> str:
    r"""A surface on one line, as people would type it: LaTeX resolved, ligatures and odd spaces undone.

    >>> plain(r'T\"{U}LU  3'), plain("the π_0  model")
    ('TÜLU 3', 'the π_0 model')
    """
    text = _from_latex(surface) if _MARKUP.search(surface) else surface
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        for ligature in "ﬀﬁﬂﬃﬄﬅﬆ":
            text = text.replace(ligature, unicodedata.normalize("NFKC", ligature))
    return " ".join(text.split())


def ascii_letters(text: str) -> str:
    """A text with accents dropped, Greek letters and signs such as "+" in words; other scripts stay.

    >>> ascii_letters("TÜLU"), ascii_letters("π₀"), ascii_letters("C++")
    ('TULU', 'pi0', 'Cplusplus')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_CHARACTERS)
        if not text.isascii():
            decomposed = unicodedata.normalize("NFKD", text)
            text = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_CHARACTERS)
    if _SIGN.search(text):
        for pattern, replacement in _SIGNS:
            text = pattern.sub(replacement, text)
    return text


@lru_cache(maxsize=20_000)
def _from_latex(text: str) -> str:
    # imported here: only a few surfaces need it, and it takes longer to load than all of linking
    from pylatexenc.latex2text import LatexNodes2Text

    with suppress(ValueError, LookupError, RecursionError):  # a macro without its arguments stays as it is
        return str(LatexNodes2Text(math_mode="text", keep_comments=True).latex_to_text(text))
    return text
