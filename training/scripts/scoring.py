"""Naive grouping of spans into entities, and scores in the sense of the annotation guidelines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

TYPES = ("METHOD", "MODEL", "DATASET", "TASK", "METRIC")


def key(surface: str) -> str:
    """A surface without case, punctuation and plural s."""
    words = re.sub(r"[\W_]+", " ", surface.casefold()).split()
    return " ".join(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words)


def acronyms(text: str) -> dict[str, str]:
    """Keys of short forms in brackets, and of the words before whose initials they hold."""
    out = {}
    for match in re.finditer(r"\(([^()\s]{2,12})\)", text):
        short = match.group(1)
        letters = re.sub(r"[^A-Z0-9]", "", re.sub(r"s$", "", short)).casefold() or short.casefold()
        before = re.findall(r"[^\W_]+", text[max(0, match.start() - 120) : match.start()])
        for n in range(1, min(len(before), len(letters) + 3) + 1):
            words = [w.casefold() for w in before[-n:]]
            if words[0][0] == letters[0] and _spells("".join(w[0] for w in words), letters):
                out[key(short)] = key(" ".join(words))
                break
    return out


def _spells(initials: str, letters: str) -> bool:
    """Whether nearly all letters stand, in order, among the initials."""
    i = 0
    for c in letters:
        j = initials.find(c, i)
        if j >= 0:
            i = j + 1
        elif len(letters) < 3:
            return False
    return i > 0 and sum(c in initials for c in letters) >= len(letters) - (len(letters) > 2)


def named(type_: str, surfaces: Iterable[str]) -> bool:
    """A METHOD, MODEL or DATASET with a proper name."""
    return type_ in TYPES[:3] and any(re.search(r"\d|\w[A-Z]", s) for s in surfaces)


Candidate = tuple[int, int, str, float]


def group(text: str, spans: list[tuple[int, int, str, float]]) -> list[dict[str, Any]]:
    """Entities from typed, scored stretches of characters: equal keys and acronym pairs join."""
    short = acronyms(text)
    groups: dict[str, list[tuple[int, int, str, float]]] = defaultdict(list)
    for span in spans:
        k = key(text[span[0] : span[1]])
        groups[short.get(k, k)].append(span)
    out = []
    for k, members in groups.items():
        if not k:
            continue
        votes: dict[str, float] = defaultdict(float)
        for *_, type_, score in members:
            votes[type_] += score
        surfaces = sorted({text[a:b] for a, b, *_ in members})
        out.append(
            {
                "name": k,
                "type": max(sorted(votes), key=votes.__getitem__),
                "surfaces": surfaces,
                "role": "uses",
                "score": sum(m[3] for m in members) / len(members),
            }
        )
    return out


def f1(true: int, predicted: int, gold: int) -> float:
    return 2 * true / (predicted + gold) if predicted + gold else 0.0
