"""What a sentence is for: which part of an abstract it stands in, and who acts in it."""

from __future__ import annotations

import re

from kg.extraction.layout import Sentence
from kg.extraction.words import words

_TURN = re.compile(
    r"\b(we|our|in this (paper|work|study|article|report|survey|thesis)"
    r"|this (paper|work|study|article|survey|report|thesis|research))\b"
)
_FINDINGS = re.compile(
    r"\b(experiment(s|al)?|results?|evaluations?|evaluated?|outperforms?|achiev(es|ed|ing)"
    r"|demonstrat(es|ed)|shows?|findings|benchmarks?)\b"
)
_PRIOR = words(
    """existing previous prior current recent traditional conventional most many several such these standard
    recently typical"""
)
_CONTRAST = words("""however despite although while yet but nevertheless""")
_EXPERIMENT = words(
    """extensive experiments experimental results empirical evaluations evaluation comprehensive
    empirically"""
)
_OPENERS = words(
    """first second third finally specifically furthermore moreover additionally then next lastly in by using
    through at as for on with to"""
)
_WORK = words(
    """method framework approach model system algorithm benchmark dataset pipeline paper work study
    architecture proposed resulting key core first second"""
)


def sections(sentences: list[Sentence]) -> list[str]:
    """For each sentence, which part of the abstract it is.

    The parts: title, background, turn (where the authors first speak of their own work), method, findings.
    An abstract's last sentence is told apart, for it often speaks of what may come. Where the authors
    never speak of themselves, all is "plain".
    """
    turn = findings = None
    for sentence in sentences:
        if sentence.title:
            continue
        text = " ".join(sentence.items)
        if turn is None:
            if _TURN.search(text):
                turn = sentence.index
        elif findings is None and _FINDINGS.search(text):
            findings = sentence.index
    last = len(sentences) - 1
    result = []
    for sentence in sentences:
        if sentence.title:
            section = "title"
        elif turn is None:
            section = "plain"
        elif sentence.index < turn:
            section = "background"
        elif sentence.index == turn:
            section = "turn"
        elif findings is not None and sentence.index >= findings:
            section = "findings" if sentence.index < last else "last findings"
        else:
            section = "method" if sentence.index < last else "last"
        result.append(section)
    return result


def subject(sentence: Sentence) -> str:
    """A word for who acts in a sentence, read off its first items: the authors, earlier work, an entity …"""
    head = sentence.items[:8]
    if not head:
        return "none"
    first = head[0]
    if "we" in head:
        return "we"
    if "our" in head or _TURN.match(" ".join(head[:4])):
        return "ours"
    if first in _PRIOR:
        return "prior"
    if first.startswith("<") or first in ("it", "they", "this"):
        return first
    if first in _EXPERIMENT:
        return "experiments"
    if first in _CONTRAST:
        return "contrast"
    if first in ("the", "a", "an") and len(head) > 1:
        return f"{first} {head[1]}" if head[1] in _WORK or head[1].startswith("<") else first
    if first in _OPENERS:
        return first
    return next((f"...{item}" for item in head if item.startswith("<") and len(item) > 2), "other")
