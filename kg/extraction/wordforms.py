"""What a word looks like and which words it is like: all that the patterns know of one word alone."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("data")

#: The shapes that names are told by; a word has exactly one.
SHAPES = (
    "lower",  # model
    "Title",  # Model
    "CAPS",  # BERT
    "CAPSs",  # LLMs
    "camelCase",  # mT, eSkinHealth
    "CamelCase",  # ImageNet, TrackNet
    "C",  # one capital
    "l",  # one small letter
    "number",  # 17, 95.2
    "Digit1",  # Qwen2, Flickr30k
    "DIGIT1",  # GSM8K, F1
    "digit1",  # 3d, k2
    "name-1",  # Llama-3.1, GPT-4o
    "-",
    ",",
    "(",
    ")",
    ":",
    "&",
    "/",
    "+",
    '"',
    ".",
    "sign",  # any other
)
#: Shapes of made-up names and acronyms.
COINED = frozenset(
    SHAPES.index(name) for name in ("CAPS", "CAPSs", "camelCase", "CamelCase", "Digit1", "DIGIT1", "name-1")
)
_SHAPE_ID = {name: number for number, name in enumerate(SHAPES)}
_SIGNS = {"-": "-", "–": "-", "‐": "-", "‑": "-", ",": ",", "(": "(", "[": "(", ")": ")", "]": ")", ":": ":"}
_SIGNS |= {"&": "&", "/": "/", "+": "+", '"': '"', "“": '"', "”": '"', "'": '"', "‘": '"', "’": '"', ".": "."}
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[\d.,]*\d[\d.,]*(?:%|x|×|k|K|M|B)?")


@lru_cache(maxsize=50_000)
def shape(word: str) -> int:
    """Index into SHAPES.

    >>> [SHAPES[shape(word)] for word in ("BERT", "LLMs", "ImageNet", "GPT-4", "GSM8K", "1,439", "(")]
    ['CAPS', 'CAPSs', 'CamelCase', 'name-1', 'DIGIT1', 'number', '(']
    """
    return _SHAPE_ID[_shape(word)]


def _shape(word: str) -> str:
    if word.islower() and word.isalpha():
        return "lower" if len(word) > 1 else "l"
    if _NUMBER.fullmatch(word):
        return "number"
    lower = any(letter.islower() for letter in word)
    upper = any(letter.isupper() for letter in word)
    if _DIGIT.search(word):
        if "-" in word and upper:
            return "name-1"
        return "digit1" if not upper else "Digit1" if lower else "DIGIT1"
    if not upper:
        return _SIGNS.get(word, "lower" if lower else "sign")
    if not lower:
        return "C" if len(word) == 1 else "CAPS"
    if word[0].isupper() and word[1:].islower():
        return "Title"
    if word.endswith("s") and word[:-1].isupper():
        return "CAPSs"
    return "CamelCase" if word[0].isupper() else "camelCase"


def normal(word: str) -> str:
    """Lower case, each digit a 0, so that numbers share what is known of them.

    >>> normal("GPT-4")
    'gpt-0'
    """
    return _DIGIT.sub("0", word.lower())


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """The singular of an English noun in lower case, by its ending; what is none stays as it is.

    >>> [singular(word) for word in ("models", "accuracies", "losses", "bias", "corpora", "llms")]
    ['model', 'accuracy', 'loss', 'bias', 'corpus', 'llm']
    """
    if len(word) <= 3 or not word.endswith("s"):
        return _IRREGULAR.get(word, word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zzes")):
        return word[:-2]
    if word.endswith(("ss", "us", "is", "ics", "as", "os")):
        return word
    return word[:-1]


_IRREGULAR = {
    "corpora": "corpus",
    "criteria": "criterion",
    "data": "data",
    "matrices": "matrix",
    "vertices": "vertex",
    "indices": "index",
    "hypotheses": "hypothesis",
    "analyses": "analysis",
    "biases": "bias",
    "syntheses": "synthesis",
    "prostheses": "prosthesis",
    "series": "series",
    "species": "species",
    "metrics": "metric",
    "topics": "topic",
    "heuristics": "heuristic",
    "critics": "critic",
    "characteristics": "characteristic",
    "movies": "movie",
    "cookies": "cookie",
    "videos": "video",
    "scenarios": "scenario",
    "ratios": "ratio",
    "portfolios": "portfolio",
    "audios": "audio",
    "photos": "photo",
    "schemas": "schema",
    "personas": "persona",
    "areas": "area",
    "cameras": "camera",
    "formulas": "formula",
    "always": "always",
    "lens": "lens",
    "gas": "gas",
}


def ending(word: str) -> str:
    """The last three letters of a longer word, which tell nouns from adjectives and verbs."""
    return word[-3:] if len(word) > 4 else word


@lru_cache(maxsize=1)
def word_groups() -> tuple[dict[str, int], tuple[str, ...]]:
    """Group of each word, counted from 1 (0 is for words in none), and each group's name.

    A group's name is its most frequent word. `training/word_groups.py` makes the file.
    """
    groups: dict[str, int] = {}
    names = [""]
    lines = (DATA / "word_groups.tsv").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        words = line.split("\t")
        names.append(words[0])
        for word in words:
            groups.setdefault(word, number)
    return groups, tuple(names)
