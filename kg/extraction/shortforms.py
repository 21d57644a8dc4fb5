"""Which words a short form stands for.

The core is the algorithm of Schwartz and Hearst, "A simple algorithm for identifying abbreviation
definitions in biomedical text" (PSB 2003): section 2.1 for what may be a short form and how far a long
form may reach, section 2.2 for matching the short form's letters from right to left (`match_anywhere`).

What abstracts need beyond it: matching at the beginnings of words comes first (`match_beginnings`), since
the published algorithm takes the nearest letters and reads "self-supervised learning (SSL)" as
"supervised learning"; plurals ("LLMs"); figures that count ("M3CAD", "D3PM") or say nothing; X for "Ex-".
"""

from __future__ import annotations

import re
from functools import lru_cache

from kg.extraction.words import words

_SHORT = re.compile(r"[^\W_][\w.&+/@⁰-₟²³¹^-]*(?: [\w+.-]+)?")
_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z]?[a-z]+)?|\d+[A-Za-z]?")
_PART = re.compile(r"[^\W\d_]+|\d+")
_SMALL = words(
    "a an and as at by for from in into of on or over the through to under using via vs with without"
)
#: Second halves of compounds ("knowledge-enhanced") that short forms leave out.
_SECOND_HALF = re.compile(
    r"\w{3,}ed|based|aware|free|level|wise|oriented|specific|efficient|shot|time|driven|centric"
)
#: Words that no long form holds.
_FOREIGN = re.compile(
    r"[;:!?()]|\.\s|\b(?:is|are|was|were|be|been|has|have|had|can|we|our|their|that|which|both|these|such|but|than)\b"
)
_FIRST_WORDS = words("of and or by to we this that it using")
_SHORTEST, _LONGEST = 2, 12


@lru_cache(maxsize=4096)
def is_short_form(text: str) -> bool:
    """Whether `text` may abbreviate something: section 2.1, with a capital asked for.

    >>> is_short_form("LLMs"), is_short_form("left"), is_short_form("a very long remark")
    (True, False, False)
    """
    return (
        _SHORTEST <= len(text) <= _LONGEST + 6
        and any(character.isupper() for character in text)
        and _SHORT.fullmatch(text) is not None
        and len(short_letters(text)) <= _LONGEST
        and not _NAME.fullmatch(text)
    )


@lru_cache(maxsize=4096)
def short_letters(short: str) -> tuple[str, ...]:
    """The characters that the long form must account for, in small letters; a plural's s is none."""
    singular = short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short
    return tuple(character.casefold()[0] for character in singular if character.isalnum())


def _variants(letters: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The letters as they stand; with figures told as repetition (D3PM: DDDPM); without figures."""
    if not any(letter.isdigit() for letter in letters):
        return [letters]
    counted: list[str] = []
    for letter in letters:
        if letter in "234" and counted and counted[-1].isalpha():
            counted.extend(counted[-1] * (int(letter) - 1))
        else:
            counted.append(letter)
    return [letters, tuple(counted), tuple(letter for letter in letters if not letter.isdigit())]


def long_form_start(short: str, before: str, *, whole: bool = False) -> int | None:
    """Where the long form begins that ends at the end of `before`; None where there is none.

    With `whole`, it must be all of `before`.

    >>> long_form_start("SSL", "we use self-supervised learning")
    7
    >>> long_form_start("LLMs", "we use small models") is None
    True
    """
    for letters in _variants(short_letters(short)):
        if len(letters) < 2:
            continue
        window = 0 if whole else _window_start(before, len(letters))
        text = before[window:]
        for skip, prefix in ((0, 6), (1, 4)):
            start = match_beginnings(letters, text, skip=skip, prefix=prefix, whole=whole)
            if start is not None and _plausible(short, text[start:], exact=skip == 0):
                return window + start
        start = match_anywhere(letters, text)
        if start is not None and (start == 0 or not whole) and _plausible(short, text[start:], exact=False):
            return window + start
    return None


def _plausible(short: str, long: str, *, exact: bool) -> bool:
    """Section 2.2's checks: longer than the short form, which is none of its words; and one phrase."""
    parts = re.split(r"[\s/-]+", long)
    return (
        len(long) > len(short)
        and short not in parts
        and (len(parts) > 1 or (len(short) <= 5 and short.isupper()))
        and parts[0] not in _FIRST_WORDS
        and long.count(",") <= (2 if exact else 0)
        and not _FOREIGN.search(long)
    )


def _window_start(before: str, letters: int) -> int:
    """Where the farthest word stands that may begin the long form: section 2.1's min(|A| + 5, |A| * 2)."""
    position = len(before)
    for _ in range(min(letters + 5, letters * 2)):
        position = before.rfind(" ", 0, position)
        if position < 0:
            return 0
    return position + 1


def match_anywhere(letters: tuple[str, ...], text: str) -> int | None:
    """Schwartz and Hearst's match: right to left, each letter at its nearest place.

    The first must begin a word. One more condition: the last word counts, unless every letter begins a
    word, else "mathematical reasoning (MATH)" would be a definition.

    >>> match_anywhere(("h", "s", "f"), "the heat shock transcription factor")
    4
    """
    folded = text.casefold()
    if len(folded) != len(text):
        return None
    last_word = max(folded.rfind(" "), folded.rfind("-")) + 1
    last_counts = all_begin = True
    position = len(folded)
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= 0 and (
            folded[position] != letters[index]
            or (index == 0 and position > 0 and folded[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return None
        last_counts = last_counts and (index < len(letters) - 1 or position >= last_word)
        all_begin = all_begin and (position == 0 or not folded[position - 1].isalnum())
    return position if last_counts or all_begin else None


def match_beginnings(
    letters: tuple[str, ...], text: str, *, skip: int, prefix: int, whole: bool = False
) -> int | None:
    """Match the letters with the first letters of words, up to `prefix` of each; None where that fails.

    Words are parted by spaces, hyphens and slashes. Small words (of, for, with) and such as "-based" may be
    passed over, and `skip` others. The last word must count. Of several beginnings the nearest to the end
    is taken, but never the second half of a compound whose first half begins alike ("Multi-modal").

    >>> match_beginnings(("k", "n", "o", "w", "r", "l"), "propose Knowledge-enhanced RL", skip=1, prefix=6)
    8
    """
    found = [(match.group().casefold(), match.start()) for match in _PART.finditer(text)]
    parts = [word for word, _ in found]
    if not parts or not (parts[-1][0] in letters or parts[-1].startswith("ex")):
        return None
    places = (0,) if whole else range(len(parts) - 1, -1, -1)
    for place in places:
        word = parts[place]
        if word[0] != letters[0] and not (letters[0] == "x" and word.startswith("ex")):
            continue
        if not whole and word in _SMALL:
            continue
        if _match_from(parts, letters, place, 0, skip, prefix):
            first = place
            while place and text[found[place][1] - 1] == "-":
                place -= 1
                first = place if parts[place][0] == letters[0] else first
            return found[first][1]
    return None


def _match_from(
    parts: list[str], letters: tuple[str, ...], place: int, index: int, skips: int, prefix: int
) -> bool:
    """Whether the letters from `index` on go with the words from `place` on, the first of which counts."""
    if place == len(parts):
        return index == len(letters)
    word = parts[place]
    if index < len(letters):
        extra = letters[index] == "x" and word.startswith("ex")
        if extra and _match_from(parts, letters, place + 1, index + 1, skips, prefix):
            return True
        length = 0
        longest = min(prefix, len(word), len(letters) - index)
        while length < longest and word[length] == letters[index + length]:
            length += 1
            if _match_from(parts, letters, place + 1, index + length, skips, prefix):
                return True
    if index == 0 or place == len(parts) - 1:
        return False
    if word in _SMALL or _SECOND_HALF.fullmatch(word):
        return _match_from(parts, letters, place + 1, index, skips, prefix)
    return skips > 0 and _match_from(parts, letters, place + 1, index, skips - 1, prefix)
