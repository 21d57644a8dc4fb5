"""Words that a line break cut in two: does the hyphen belong to the word?"""

from __future__ import annotations

import re

from kg.extraction.words import words

#: First parts that keep their hyphen, whatever follows.
_PREFIXES = words(
    """
    self pre post non multi cross co well fine coarse few zero one two three high low large small long
    short real state open closed end end-to human machine deep semi sub super meta anti inter intra over
    under out in on off top bottom first second third single double full half near far fast slow hard
    soft light heavy text image video audio speech data model task domain class word sentence token time
    space graph tree knowledge rule role based goal user agent object point pixel context content cost
    energy memory
    """
)
#: How the second half of a broken word begins, or all of it.
_TAILS = re.compile(
    r"(?:tions?|sions?|ments?|ings?|ity|ities|ences?|ances?|ability|ables?|ibles?|ally|ness|ful|less|ives?|ous|"
    r"ers?|ors?|ed|ized?|izing|ising|ised|ation|ations|ational|tional|ically|ical|ics?|als?|ary|ory|ure|ures|"
    r"gies|gy|phy|mate|mating|cessing|cess|formance|formation|gorithms?|sults?|work|works)\b"
)
#: How far around the break the text is asked, in characters.
_REACH = 5000
_BEFORE = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*$")
_AFTER = re.compile(r"[^\W\d_]+")


def joined(source: str, start: int, end: int) -> str:
    """What stands for the hyphen and line break at `source[start:end]`: a hyphen, or nothing.

    The text itself is asked first: whichever form it uses elsewhere is right.

    >>> text = "speech recogni-\\ntion of state-of-\\nthe-art kind"
    >>> joined(text, 14, 16), joined(text, 32, 34)
    ('', '-')
    """
    left_match = _BEFORE.search(source, max(0, start - 40), start)
    right_match = _AFTER.match(source, end)
    if not left_match or not right_match:
        return "-"
    left, right = left_match.group(), right_match.group()
    if "-" in left or right[0].isupper() or source[right_match.end() : right_match.end() + 1] == "-":
        return "-"
    around = source[max(0, start - _REACH) : end + _REACH].casefold()
    if _holds(around, left + right):
        return ""
    if left.lower() in _PREFIXES or _holds(around, f"{left}-{right}"):
        return "-"
    return "" if _TAILS.match(right) else "-"


def _holds(text: str, word: str) -> bool:
    """Whether the word stands in the text, which is in small letters, and not as a part of a longer one."""
    word = word.casefold()
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        if not text[place - 1 : place].isalnum() and not text[end : end + 1].isalnum():
            return True
        place = text.find(word, end)
    return False
