"""Identifiers of papers, in all the spellings in which they are met, and titles that can be compared.

arXiv identifiers: https://info.arxiv.org/help/arxiv_identifier.html. Since April 2007 `YYMM.NNNN`, since
January 2015 `YYMM.NNNNN`; before, `archive/YYMMNNN`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import unquote

_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs"
    "|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol"
    "|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_PREFIX = (
    r"(?:https?://)?(?:[a-z]+\.)?(?:"
    r"arxiv\.org/(?:abs|pdf|html|format|src|e-print|ps)/"
    r"|huggingface\.co/papers/|hf\.co/papers/|alphaxiv\.org/(?:abs|overview|pdf)/"
    r"|ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)/|ar5iv\.labs\.arxiv\.org/(?:abs|html)/"
    r"|doi\.org/10\.48550/arxiv\.)"
    r"|(?:doi:\s*)?10\.48550/arxiv\.|oai:arxiv\.org:|arxiv\s*:\s*"
)
_NUMBER = (
    r"(?P<new>(?P<yymm>\d\d(?:0[1-9]|1[0-2]))\.(?P<serial>\d{4,5}))"
    rf"|(?P<archive>{_ARCHIVES})(?:\.[a-z]{{2}})?/(?P<old>\d\d(?:0[1-9]|1[0-2])\d{{3}})"
)
_ARXIV = re.compile(
    rf"(?:{_PREFIX})?(?:{_NUMBER})(?:v\d+)?(?:\.pdf)?/?(?:[?#]\S*)?(?:\s*\[[\w.-]+\])?", re.IGNORECASE
)
_ARXIV_WITHIN = re.compile(rf"(?<![\w.])(?:{_PREFIX}|abs/)(?:{_NUMBER})(?:v\d+)?(?![\d])", re.IGNORECASE)
_SPREADSHEET = re.compile(r"\d{3,4}\.\d{1,5}")
_DOI = re.compile(
    r"(?P<url>(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(?:doi:\s*)?(?P<doi>10\.\d{4,9}/\S+)", re.I
)


def arxiv_id(text: str) -> str:
    """The arXiv id that a text is, without its version; empty if it is none.

    >>> arxiv_id("arXiv:2506.01234v2"), arxiv_id("https://arxiv.org/pdf/hep-th/9901001v1.pdf")
    ('2506.01234', 'hep-th/9901001')
    >>> arxiv_id("10.48550/arXiv.1706.03762"), arxiv_id("2506.1"), arxiv_id("seed-001")
    ('1706.03762', '', '')
    """
    match = _ARXIV.fullmatch(text.strip())
    return _canonical(match) if match else ""


def arxiv_id_within(text: str) -> str:
    """The first arXiv id that stands in a text and is marked as one; empty if there is none.

    >>> arxiv_id_within("arXiv preprint arXiv:1706.03762"), arxiv_id_within("abs/1706.03762")
    ('1706.03762', '1706.03762')
    >>> arxiv_id_within("pages 1706.03762")
    ''
    """
    return next((found for match in _ARXIV_WITHIN.finditer(text) if (found := _canonical(match))), "")


def arxiv_id_of_number(text: str) -> str:
    """The arXiv id that a program has taken for a decimal number and stripped of its outer zeros.

    Spreadsheets and data frames do that to a column of ids. What was lost can be told, for the parts
    of an id have fixed lengths. Empty if the number cannot have been one.

    >>> arxiv_id_of_number("2506.0123"), arxiv_id_of_number("704.0001"), arxiv_id_of_number("12.5")
    ('2506.01230', '0704.0001', '')
    """
    if not _SPREADSHEET.fullmatch(text):
        return ""
    month, serial = text.split(".")
    month = month.zfill(4)
    return arxiv_id(f"{month}.{serial.ljust(5 if month >= '1501' else 4, '0')}")


def arxiv_month(identifier: str) -> str:
    """The month in which an arXiv id was given, "YYYY-MM"; the identifier is canonical or empty.

    >>> arxiv_month("2506.01234"), arxiv_month("hep-th/9901001"), arxiv_month("math/0309136")
    ('2025-06', '1999-01', '2003-09')
    """
    if not identifier:
        return ""
    digits = identifier.rpartition("/")[2]
    year = int(digits[:2])
    return f"{1900 + year if year >= 91 else 2000 + year}-{digits[2:4]}"


def arxiv_url(identifier: str) -> str:
    """The address of an arXiv id's page."""
    return f"https://arxiv.org/abs/{identifier}"


def doi(text: str) -> str:
    """The first DOI of a field, in lower case and without its resolver; empty if it holds none.

    >>> doi("https://doi.org/10.1000/ABC.1"), doi("doi:10.1000/xyz"), doi("10.1000/a 10.1000/b"), doi("no")
    ('10.1000/abc.1', '10.1000/xyz', '10.1000/a', '')
    """
    words = text.strip().split(maxsplit=1)
    if words and words[0].casefold() == "doi:" and len(words) == 2:
        words = words[1].split(maxsplit=1)
    match = _DOI.fullmatch(words[0]) if words else None
    if match is None:
        return ""
    found = match["doi"]
    if match["url"]:
        found = unquote(found, errors="replace")
    return "".join(found.rstrip(".,;").lower().split())


def _canonical(match: re.Match[str]) -> str:
    if match["old"]:
        year = int(match["old"][:2])
        return f"{match['archive'].lower()}/{match['old']}" if year >= 91 or year <= 7 else ""
    month = match["yymm"]
    if not "0704" <= month <= "9012" or len(match["serial"]) != (5 if month >= "1501" else 4):
        return ""
    return str(match["new"])


# ---------------------------------------------------------------- titles

_STYLE = re.compile(
    r"\\(?:text|math)(?:bf|bb|it|rm|tt|sf|sc|cal|frak|up|sl|md|normal)\b|\\(?:emph|textsc|ensuremath)\b"
)
_SEPARATOR = re.compile(r"[\W_]+")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
#: A title below this length, in letters, with a wide one (Chinese, Japanese, Korean) counted twice, is no
#: proof that two records are one paper: "Introduction", "Editorial", "Deep learning".
_DISTINCTIVE = 16


def normal_title(title: str) -> str:
    r"""A title's letters and digits alone: without case, accents, punctuation, spaces and LaTeX marks.

    >>> normal_title('T\\"ULU 3: Pre-Training') == normal_title("TÜLU 3: Pretraining") == "tulu3pretraining"
    True
    >>> normal_title(r"$\pi_0$ and \emph{more}") == normal_title("π₀ and more")
    True
    """
    if "\\" in title:
        title = _STYLE.sub("", title)
    if not title.isascii():
        title = "".join(map(_plain, unicodedata.normalize("NFKD", title)))
    return _SEPARATOR.sub("", title.casefold())


def title_key(title: str, abstract: str) -> str:
    """What two records of one paper have in common where neither has an identifier; may be empty.

    That is the normal form of the title, and of the abstract as well where the title is too short to
    tell one paper from another.

    >>> title_key("Deep learning", "One text.") == title_key("Deep Learning", "Another text.")
    False
    """
    normal = normal_title(title)
    if normal and len(normal) + len(_WIDE.findall(normal)) < _DISTINCTIVE:
        return f"{normal} {normal_title(abstract)}"
    return normal


def slug_id(title: str, abstract: str) -> str:
    """An id for a paper that has none: its title in lower-case ASCII and a hash of `title_key`.

    >>> slug_id("TÜLU 3: Pushing Frontiers", "")
    'tulu-3-pushing-frontiers-27af6ef499'
    """
    key = title_key(title, abstract) or title
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    slug = ""
    for word in words:
        if len(slug) + len(word) > 48:
            break
        slug += word + "-"
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{slug or 'paper-'}{digest}"


def _plain(character: str) -> str:
    """A character without its accent; a Greek letter by its name, as LaTeX writes it."""
    if unicodedata.combining(character):
        return ""
    if "\u0370" <= character <= "\u03ff":
        return unicodedata.name(character, character).rpartition(" ")[2].lower()
    return character
