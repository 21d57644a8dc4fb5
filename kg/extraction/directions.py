"""Which way a stated figure goes: better or worse, higher or lower, as its own sentence words it.

"Improves accuracy by 5 points" is better, "cuts memory by 30%" is lower; whether lower is better depends on
the metric, which is not for the text to say. A plain score ("an accuracy of 92%") goes no way.
"""

from __future__ import annotations

import re

from kg.extraction.layout import Sentence

#: Beginnings of words by the way they point; to add one, write it into its row.
_WAYS: dict[str, str] = {
    "better": "improv outperform surpass exceed beat better superior faster speedup speed-up speeds "
    "accelerat gain boost enhanc stronger best",
    "worse": "degrad worse worsen deteriorat slower underperform hurt harm suffer",
    "higher": "increas higher rise rises rising raise raises raised more greater larger",
    "lower": "reduc decreas lower drop declin fewer less cut cuts cutting sav savings saves shrink smaller "
    "fall falls halv",
}
_WORD = re.compile(
    "|".join(
        f"(?P<{way}>(?:{'|'.join(stems.split())})(?:e|s|es|ed|d|ing|ings|ment|ments|ion|ions|ation|ations|up|ups)?)"
        for way, stems in _WAYS.items()
    )
)
_STOPS = frozenset((".", ";", ":", "(", ")", "while", "whereas", "but"))
_BEFORE, _BEHIND = 8, 4  #: items looked at on either side


def direction_of(sentence: Sentence, item: int, last: int) -> str:
    """ "better", "worse", "higher", "lower", or "" for the figure at items `item` to `last`.

    The words behind go first where they touch ("30% lower", "5-point gain"), then the nearest before.
    """
    items = sentence.items
    for word in items[last + 1 : last + 1 + _BEHIND]:
        if word in _STOPS or word == "," or word[0].isdigit():
            break
        found = _WORD.fullmatch(word)
        if found:
            return str(found.lastgroup)
    # A score is worded otherwise: "reaches 92%", "an accuracy of 92%"; a change comes "by", "up to" or "of".
    for word in items[max(0, item - _BEFORE) : item][::-1]:
        if word in _STOPS or word[0].isdigit():
            break
        found = _WORD.fullmatch(word)
        if found:
            return str(found.lastgroup)
    return ""
