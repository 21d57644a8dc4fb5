"""What a figure measures, as the text words it."""

from __future__ import annotations

import re

from kg.extraction.cues import CUES
from kg.extraction.layout import Layout, Place, Sentence
from kg.extraction.words import words

_BREAKS = words(
    """, . ; : ( ) [ ] and or but while whereas which that than over compared versus vs on in for across
    with from by to when where as at using under is are was were the a an its their of respectively
    outperforming demonstrating showing achieving surpassing indicating above below
    relatively absolutely per"""
)
#: Beginnings of words for a change, with the noun that names the change.
_CHANGES: dict[str, str] = {
    "improv": "improvement",
    "increas": "increase",
    "reduc": "reduction",
    "decreas": "decrease",
    "gain": "gain",
    "boost": "boost",
    "drop": "drop",
    "declin": "decline",
    "degrad": "degradation",
    "rise": "rise",
    "speed": "speedup",
    "accelerat": "speedup",
    "sav": "saving",
    "lower": "reduction",
    "enhanc": "improvement",
    "cut": "reduction",
}
_CHANGE = re.compile(rf"({'|'.join(_CHANGES)})\w*")


def metric_of(layout: Layout, sentence: Sentence, item: int, last: int) -> str:
    """The metric of the figure at items `item` to `last`, in the text's own words; "" where none is stated.

    A METRIC entity that touches the figure goes first ("45% accuracy", "accuracy of 45%"), then the
    words behind it ("9% faster inference", "12 points improvement"), then the nearest metric of the sentence,
    then what the figure says changes ("cuts memory use by 30%"), or that something does ("improves by 5%").
    """
    metrics = [place for place in sentence.places if layout.entities[place.entity].type == "METRIC"]
    items = sentence.items
    touching = _touching(metrics, items, item, last)
    if touching is not None:
        return touching.span.text
    noun = _words_behind(layout, sentence, last)
    if noun:
        return noun
    if metrics:
        return min(metrics, key=lambda place: (abs(place.item - item), place.item)).span.text
    for at in range(item - 1, max(-1, item - 6), -1):
        change = _CHANGE.fullmatch(items[at])
        if change:
            return _changed(layout, sentence, at, item) or _CHANGES[change[1]]
    return ""


def _changed(layout: Layout, sentence: Sentence, at: int, item: int) -> str:
    """The words between a verb of change and "by" or "to" before the figure: at most four, and no name."""
    items = sentence.items
    stop = item - 1
    while stop > at and items[stop] not in ("by", "to", "from"):
        stop -= 1
    between = items[at + 1 : stop]
    while between and between[0] in ("the", "a", "an", "its", "their", "average", "overall"):
        at += 1
        between = between[1:]
    if not 0 < len(between) <= 4 or any(word in _BREAKS or word.startswith("<") for word in between):
        return ""
    return layout.doc[sentence.tokens[at + 1] : sentence.tokens[stop]].text.strip()


def _touching(metrics: list[Place], items: list[str], item: int, last: int) -> Place | None:
    for place in metrics:
        behind = items[last + 1 : place.item]
        if (
            place.item > last
            and len(behind) <= 2
            and not any(word in (",", ";", "and", "on") for word in behind)
        ):
            return place
    for place in reversed(metrics):
        before = items[place.item + 1 : item]
        if (
            place.item < item
            and len(before) <= 3
            and not any(word in (",", ";", "and", "on") for word in before)
        ):
            return place
    return None


def _words_behind(layout: Layout, sentence: Sentence, last: int) -> str:
    """Up to four words behind the figure, up to where its noun phrase ends."""
    end = last + 1
    while end < len(sentence.items) and end <= last + 4:
        item = sentence.items[end]
        if item in _BREAKS or item.startswith("<") or item[0].isdigit():
            break
        if CUES.get(item) in ("PROPOSE", "OURS"):
            break
        end += 1
    if end == last + 1:
        return ""
    start = sentence.tokens[last + 1]
    stop = sentence.tokens[end] if end < len(sentence.tokens) else sentence.end
    return layout.doc[start:stop].text.strip()
