"""Do two names of one text name one thing? A linear model over what the two have in common.

"Learnable solvers" is short for "decentralized learnable solvers", while "language models" stand beside
"vision-language models" as a thing of their own; "detecting hallucinations" is "hallucination
detection". `features` says what is looked at; the weights in `data/sameness.json` are learned from
annotated papers by `training/sameness.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.extraction.wordforms import COINED, word_groups
from kg.extraction.words import words as word_set

#: Words of little meaning inside a name.
_SMALL = word_set("of for in on with and or by to the a an via from as at based")


@dataclass(frozen=True, slots=True)
class Form:
    """All mentions of a text that are the same words but for case, number and hyphens."""

    words: tuple[str, ...]  #: lower case, singular, acronyms spelt out where the text does so
    stems: frozenset[str]  #: of its words with meaning
    shapes: tuple[int, ...]  #: of the first mention's tokens
    type: str
    count: int
    first: int  #: token at which it is mentioned first
    in_title: bool
    definite: bool  #: "the", "our" or "this" comes before a mention
    beside: frozenset[
        tuple[str, ...]
    ]  #: words of forms that stand in brackets behind a mention, or it behind theirs


#: Endings by which forms of one word differ, longest first.
_TAILS = (
    *("ization", "isation", "ational", "ations", "ation", "izing", "ising", "ities", "ments", "ment", "ness"),
    *("ions", "ing", "ion", "ity", "ive", "ed", "er", "al", "ic", "es", "e", "s"),
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What the forms of a word have in common, roughly: detect, detecting, detection.

    >>> stem("detecting") == stem("detection") == stem("detect")
    True
    """
    if word not in word_groups()[0]:
        return word  # a coined name: FlashAttention is not FlashAttention3
    if len(word) > 7:
        for tail in _TAILS:
            if word.endswith(tail) and len(word) - len(tail) >= 4:
                word = word[: -len(tail)]
                break
    return word[:6]


def stems(words: Sequence[str]) -> frozenset[str]:
    """The stems of the words with meaning."""
    return frozenset(stem(word) for word in words if word not in _SMALL)


def pairs(forms: Sequence[Form]) -> Iterator[tuple[int, int]]:
    """Pairs of forms that share a stem, or that may be short and long form; each once, in order."""
    by_stem: dict[str, list[int]] = defaultdict(list)
    by_letter: dict[str, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        for each in form.stems:
            by_stem[each].append(number)
        if len(form.words) > 1:
            by_letter[form.words[0][0]].append(number)
    found = {
        (first, second)
        for numbers in by_stem.values()
        for place, first in enumerate(numbers)
        for second in numbers[place + 1 :]
    }
    for number, form in enumerate(forms):
        if len(form.words) == 1 and form.shapes[0] in COINED:
            for other in by_letter[form.words[0][0]]:
                if other != number and fit(form.words[0], forms[other].words):
                    found.add((min(number, other), max(number, other)))
    by_words = {form.words: number for number, form in enumerate(forms)}
    for number, form in enumerate(forms):
        found.update(
            (min(number, other), max(number, other))
            for words in form.beside
            if (other := by_words.get(words, number)) != number
        )
    yield from sorted(found)


def fit(short: str, words: Sequence[str]) -> str:
    """How an acronym fits a long form: "initials", "letters" (in order, each word used), or "".

    >>> fit("llm", ["large", "language", "model"]), fit("dit", ["diffusion", "transformer"])
    ('initials', 'letters')
    >>> fit("gpt", ["large", "model"])
    ''
    """
    letters = "".join(letter for letter in short if letter.isalnum())
    full = [word for word in words if word not in _SMALL] or list(words)
    if len(letters) < 2:
        return ""
    if letters in ("".join(word[0] for word in words), "".join(word[0] for word in full)):
        return "initials"
    if len(full) > len(letters):
        return ""
    # Each word gives its first letter and perhaps some more, in order.
    place = 0
    for number, word in enumerate(full):
        if place >= len(letters) or word[0] != letters[place]:
            return ""
        place += 1
        left = len(full) - number - 1
        at = 1
        while place < len(letters) - left and at < len(word):
            if word[at] == letters[place] and not (left and letters[place] == full[number + 1][0]):
                place += 1
            at += 1
    return "letters" if place == len(letters) else ""


def features(one: Form, other: Form, crowd: Sequence[Form]) -> list[str]:
    """What is looked at of two forms; `crowd` are all forms of the text."""
    short, long = (one, other) if len(one.words) <= len(other.words) else (other, one)
    groups, names = word_groups()

    def kind(word: str, digits: bool = True) -> str:
        if digits and any(letter.isdigit() for letter in word):
            return "digits"
        number = groups.get(word)
        return names[number] if number else "?"

    common = short.stems & long.stems
    extra = [word for word in long.words if word not in _SMALL and stem(word) not in short.stems]
    missing = [word for word in short.words if word not in _SMALL and stem(word) not in long.stems]
    tags = [
        f"types {short.type} {long.type}" if short.type != long.type else f"same type {short.type}",
        f"lengths {min(len(short.words), 5)} {min(len(long.words), 6)}",
        f"short count {min(short.count, 3)}",
        f"long count {min(long.count, 3)}",
        f"titles {short.in_title} {long.in_title}",
        "short first" if short.first < long.first else "long first",
        f"missing {min(len(missing), 3)} extra {min(len(extra), 4)}",
    ]
    if long.words in short.beside or short.words in long.beside:
        coined = short.shapes[0] in COINED or long.shapes[0] in COINED
        tags += ["beside", f"beside coined {coined}", f"beside missing {min(len(missing), 3)}"]
    if short.definite:
        tags.append("definite")
    acronym = fit(short.words[0], long.words) if len(short.words) == 1 and short.shapes[0] in COINED else ""
    if acronym:
        tags += [f"acronym {acronym}", f"acronym {acronym} {min(len(short.words[0]), 5)}"]
    if not missing and not extra:
        tags.append("same stems")
    same_head = stem(short.words[-1]) == stem(long.words[-1])
    if not missing and extra:
        place = "tail" if same_head else "front" if short.words[0] == long.words[0] else "inside"
        holders = sum(1 for form in crowd if form is not short and short.stems < form.stems)
        tags += [f"part {place}", f"part {place} extra {min(len(extra), 3)}", f"holders {min(holders, 3)}"]
        tags += [f"part {place} {short.type}", f"part {place} head {kind(short.words[-1])}"]
        tags += [f"part {place} short {min(len(short.words), 3)} holders {min(holders, 3)}"]
        tags += [f"extra {kind(word)}" for word in extra]
        if same_head and len(extra) == 1 and extra[0] == long.words[0]:
            tags.append(f"before {kind(extra[0])}")
        if not same_head:
            tags.append(f"behind {kind(long.words[-1])}")
    elif extra and missing:
        share = len(common) / max(len(short.stems), len(long.stems))
        tags += [f"share {int(4 * share)}", f"differ {min(len(extra), 3)} {min(len(missing), 3)}"]
        tags.append("same head" if same_head else "other head")
        if len(extra) == len(missing) == 1:
            tags.append("swap " + " ".join(sorted((kind(extra[0]), kind(missing[0])))))
            if kind(extra[0]) == kind(missing[0]):
                tags.append("swap alike")
        tags += [f"lost {kind(word)}" for word in missing] + [f"won {kind(word)}" for word in extra]
    return tags
