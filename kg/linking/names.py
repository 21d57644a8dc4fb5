"""Names taken apart and brought to a normal form in which spellings of one name are equal.

Brought together are: case, plural, hyphens and spaces ("fine tuning", "fine-tuning", "finetuning"),
LaTeX, Greek letters and their names, accents, British and American spelling, a "-based" between two
words, a trailing head noun behind a proper name ("SIMPLER benchmark"). Kept apart are the numbers that
tell versions from one another: "Llama 3 8B" and "Llama 3.8B".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.linking.characters import ascii_letters, plain
from kg.linking.words import singular, word_key, wordset

#: A word; a point or comma between digits belongs to the number.
_WORD = re.compile(r"[^\W_]+(?:[.,](?=\d)(?<=\d.)[^\W_]+)*")
_SIZE = re.compile(r"\d+(?:\.\d+)?[bm]")
_LAST_WORD = re.compile(r"[^\W_]+$")
_PLURAL_ICS = wordset("metrics topics heuristics characteristics statistics")
#: A short form in brackets behind its long form.
_BRACKETS = re.compile(r"\s*\(([^\s()]{2,12})\)")
#: In characters; longer runs with capitals are no acronyms.
LONGEST_SHORT_FORM = 14
_NAME_ENDS = frozenset({"bench", "eval", "net", "gym", "arena", "qa", "bert", "gpt"})
#: What an acronym at work has behind its hyphen.
_AT_WORK = wordset("a and as aware by driven for free in level like native of on the to with")
_PARTICIPLES = ("ed", "ing")
_ARTICLES = frozenset({"the", "a", "an"})

#: Head nouns that say what a proper name names and are no part of it.
HEAD_NOUNS = wordset(
    "algorithm approach architecture benchmark codebase corpus dataset environment framework leaderboard "
    "library method model optimizer package pipeline simulator software suite system technique toolkit"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A surface, cleaned and taken apart."""

    text: str  #: on one line, LaTeX resolved
    words: tuple[str, ...]  #: as written, without articles
    keys: tuple[str, ...]  #: their normal forms
    short: tuple[bool, ...]  #: whether each may be a short form that stands for something here
    key: str  #: the normal form of the whole
    brief: bool  #: whether the whole may be a short form: one run of characters with two capitals


@lru_cache(maxsize=200_000)
def parse(surface: str) -> Name:
    """Take a surface apart.

    >>> parse("The Vision-Language Models").keys
    ('vision', 'language', 'model')
    >>> parse("Qwen2.5-VL 7B").keys
    ('qwen2.5', 'vl', '7b')
    """
    text = plain(surface)
    if "(" in text:
        text = _without_short_form(text)
    spelt = ascii_letters(text)
    words = _WORD.findall(spelt)
    if len(words) > 1 and words[0].lower() in _ARTICLES and (words[0] != "A" or "*" not in text):
        words = words[1:]
    if len(words) > 2:
        words = [word for i, word in enumerate(words) if word.lower() != "based" or i in (0, len(words) - 1)]
    if len(words) > 1 and words[-1].lower() == "based":
        words = words[:-1]
    keys = tuple(map(word_key, words))
    if keys[-1:] == ("it",) and len(keys) > 1 and _SIZE.fullmatch(keys[-2]):
        keys = (*keys[:-1], "instruct")  # "gemma-2-9b-it"
    # most surfaces have no capital at all
    small = spelt.islower()
    return Name(
        text=text,
        words=tuple(words),
        keys=keys,
        short=(False,) * len(words) if small else _short(spelt, words, keys),
        key=join(keys if small else strip_head(tuple(words), keys)),
        brief=not small and is_brief(text),
    )


def _short(spelt: str, words: list[str], keys: tuple[str, ...]) -> tuple[bool, ...]:
    """Which of a name's words may be short forms."""
    named: set[str] = set()
    for chunk in spelt.split():
        if not chunk.isalnum() and _is_name(chunk):
            named.update(_WORD.findall(chunk))
    # "AIME 24": an acronym with a number behind it is a name
    numbered = [key[0].isdigit() for key in keys[1:]] + [False]
    return tuple(
        has_capitals(word) and word not in named and not number
        for word, number in zip(words, numbered, strict=False)
    )


def _is_name(chunk: str) -> bool:
    """Whether a run of letters is a name built upon an acronym ("SWE-bench", "GPT-4"), not an acronym
    at work ("LLM-based").
    """
    parts = _WORD.findall(chunk)
    if len(parts) < 2 or parts[0].islower():
        return False  # "embodied-AI"
    if any(part.lower() in _AT_WORK or part.endswith(_PARTICIPLES) for part in parts[1:]):
        return False  # "LLM-as-a-Judge", "LLM-Based", with the capitals of a title
    return any(
        part.lower() in _NAME_ENDS or part[0].isupper() or any(map(str.isdigit, part)) for part in parts[1:]
    )


def normal_form(surface: str) -> str:
    r"""The key under which all spellings of one name meet; empty where nothing is left of it.

    >>> normal_form("Fine-Tuning") == normal_form("finetuning") == normal_form("fine tuning")
    True
    >>> normal_form(r"$\\\\tau$-bench") == normal_form("τ-Bench") == normal_form("Tau-bench")
    True
    >>> normal_form("SIMPLER benchmark"), normal_form("transformer-based language models")
    ('simpler', 'transformerlanguagemodel')
    >>> normal_form("Llama 3 8B"), normal_form("Llama 3.8B"), normal_form("Llama-3-8B")
    ('llama3_8b', 'llama3.8b', 'llama3_8b')
    """
    return parse(surface).key


def join(keys: tuple[str, ...]) -> str:
    """Words' keys in one; numbers stay apart, and so do the short names that hyphens would hide.

    >>> join(("llama", "3", "8b"))
    'llama3_8b'
    """
    if len(keys) == 1:
        return keys[0]
    out = ""
    for key in keys:
        out += f"_{key}" if out and out[-1].isdigit() and key[:1].isdigit() else key
    return out


def expanded(name: Name, long_forms: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys of a name's words with short forms among them written out, without a head noun.

    `long_forms` gives the words of a short form, by its key. Only words with two capitals count as short
    forms: "LLM agents" is, "art agents" is not.

    >>> expanded(parse("LLM-based agents"), {"llm": ("large", "language", "model")})
    ('large', 'language', 'model', 'agent')
    """
    if any(name.short):
        words = [
            long_forms.get(key, (key,)) if short else (key,)
            for key, short in zip(name.keys, name.short, strict=True)
        ]
        if any(len(word) > 1 for word in words):
            return tuple(key for word in words for key in word)
    return strip_head(name.words, name.keys)


def strip_head(words: tuple[str, ...], keys: tuple[str, ...]) -> tuple[str, ...]:
    """Words' keys without a trailing head noun behind a proper name.

    >>> strip_head(("SIMPLER", "benchmark"), ("simpler", "benchmark"))
    ('simpler',)
    >>> strip_head(("diffusion", "models"), ("diffusion", "model"))
    ('diffusion', 'model')
    """
    if keys and keys[-1] not in HEAD_NOUNS:
        return keys
    # a head noun written with a capital belongs to the name: "Segment Anything Model"
    while 1 < len(keys) <= 5 and keys[-1] in HEAD_NOUNS and words[-1][0].islower():
        bare = words[:-1]
        while len(bare) > 1 and bare[-1][0].isdigit():
            bare = bare[:-1]  # "Llama 3.1 models"
        if not is_unmistakable(bare[-1]):
            break
        words, keys = words[:-1], keys[:-1]
    return keys


def without_head(name: Name) -> str:
    """A name's text without a trailing head noun behind a proper name.

    >>> without_head(parse("SIMPLER benchmark")), without_head(parse("diffusion models"))
    ('SIMPLER', 'diffusion models')
    """
    extra = len(name.keys) - len(strip_head(name.words, name.keys))
    return name.text.rsplit(" ", extra)[0] if extra and name.text.count(" ") >= extra else name.text


def is_unmistakable(word: str) -> bool:
    """Whether a word is a proper name and no acronym of common nouns, whatever stands around it.

    "QA dataset" is no other name of QA, so three capitals are not enough.

    >>> [is_unmistakable(word) for word in ("ImageNet", "GSM8K", "SIMPLER", "QA", "LLMs", "3D", "7B")]
    [True, True, True, False, False, False, False]
    """
    if not word or (word.islower() and word.isalpha()):
        return False
    capitals = sum(map(str.isupper, word))
    if word[0].isdigit() or (capitals < 2 and not (capitals and any(map(str.isdigit, word)))):
        return False
    return not word.rstrip("s").isupper() or len(word) > 4


def is_proper(word: str) -> bool:
    """Whether a word can only be a proper name or an acronym: a capital behind its first letter, or a digit.

    >>> [is_proper(w) for w in ("BERT", "KnowRL", "Adam", "3D", "model", "LLaMA-3", "o1")]
    [True, True, False, True, False, True, True]
    """
    return any(c.isupper() or c.isdigit() for c in word[1:]) or (len(word) > 1 and word[0].isdigit())


def has_capitals(word: str) -> bool:
    """Whether a word has at least two capitals."""
    return not word.islower() and sum(map(str.isupper, word)) > 1


def is_brief(text: str) -> bool:
    """Whether a cleaned text may be a short form: one run of characters with two capitals."""
    return len(text) <= LONGEST_SHORT_FORM and " " not in text and has_capitals(text)


def stands_for(short: Name, long: Name) -> bool:
    """Whether a short form's letters can be read off a long form: the first letters of its words in order.

    Every letter of the short form must be found in the long one, in order, the first one at a word's
    beginning, and at least half of them at words' beginnings.

    >>> stands_for(parse("LLMs"), parse("large language models"))
    True
    >>> stands_for(parse("LoRA"), parse("low-rank adaptation"))
    True
    >>> stands_for(parse("GPT"), parse("language model"))
    False
    """
    letters = "".join(short.keys)
    if not len(letters) >= 2 or len(long.keys) < 2 or letters[0] != long.keys[0][:1]:
        return False
    text = " ".join(long.keys)
    starts = position = 0
    for letter in letters:
        head = text.find(" " + letter, max(position - 1, 0)) + 1
        found = head if head > 0 else text.find(letter, position)
        if position == 0:
            found = 0
        if found < 0:
            return False
        starts += found == 0 or text[found - 1] == " "
        position = found + 1
    return starts * 2 >= len(letters)


def singular_phrase(text: str) -> str:
    """A common-noun phrase with its last word in the singular.

    >>> singular_phrase("large language models"), singular_phrase("computational physics")
    ('large language model', 'computational physics')
    """
    found = _LAST_WORD.search(text)
    last = found[0] if found else ""
    if last.endswith("ics") and last not in _PLURAL_ICS:
        return text
    if len(last) > 2 and last[-1] == "s" and last[-2].isupper():
        return text[:-1]
    if last.isalpha() and last.islower():
        return text[: len(text) - len(last)] + singular(last)
    return text


def short_form_inside(text: str) -> tuple[str, str]:
    """The long form and the short form that a surface carries along in brackets, or two empty strings.

    >>> short_form_inside("large language model (LLM) agents")
    ('large language model', 'LLM')
    """
    found = _BRACKETS.search(text)
    return (text[: found.start()], found[1]) if found and has_capitals(found[1]) else ("", "")


def _without_short_form(text: str) -> str:
    long, short = short_form_inside(text)
    return text.replace(f"({short})", " ", 1).replace("  ", " ").strip() if long and short else text
