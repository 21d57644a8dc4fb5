"""Short forms that papers read in several ways, told apart by what else a paper speaks of.

A paper that writes only SSL, beside "pseudo-labels" and "unlabelled images", means what other papers mean
that spell SSL out beside these. What is shared counts the more the fewer papers name it; the best reading
is taken where it is well ahead of the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from kg.linking.forms import Forms
from kg.linking.names import join
from kg.linking.shortforms import ShortForms

#: What a reading's shared context must weigh: two things that few papers name, or several common ones.
ENOUGH = 1.0
#: So many times the weight of the next reading.
AHEAD = 2.0
#: So many papers of each reading are looked at, the first by id.
PAPERS_READ = 200


@dataclass(frozen=True, slots=True)
class Read:
    """A local entity that is named by a short form alone, and the reading that its context speaks for."""

    local: int
    short: str
    long: str  #: key of the form
    score: float
    shared: tuple[str, ...]  #: keys of the forms that say so, the weightiest first


def by_context(forms: Forms, readings: ShortForms) -> list[Read]:
    """The local entities whose short form is settled by its context, in their order."""
    contested = {
        short: sorted({join(words) for words in counts} & forms.by_key.keys())
        for short, counts in readings.readings.items()
        if short not in readings.common and short in forms.by_key
    }
    if not contested:
        return []
    starts = _starts(forms)
    found: list[Read] = []
    for short in sorted(contested):
        around = {long: _around(long, forms, starts) for long in contested[short]}
        for local in forms.by_key[short].local:
            if forms.keys_of[local] == (short,):
                paper = forms.paper_of[local]
                beside = _keys(starts[paper], starts[paper + 1], forms) - {short}
                if read := _best(local, short, beside, around, forms):
                    found.append(read)
    return sorted(found, key=lambda read: read.local)


def _best(local: int, short: str, beside: set[str], around: dict[str, set[str]], forms: Forms) -> Read | None:
    weights = []
    for long, keys in around.items():
        shared = sorted(beside & keys - {long}, key=lambda key: (forms.by_key[key].papers, key))
        weights.append((sum(_weight(key, forms) for key in shared), long, tuple(shared)))
    weights.sort(reverse=True)
    if not weights or weights[0][0] < ENOUGH:
        return None
    if len(weights) > 1 and weights[0][0] < AHEAD * weights[1][0]:
        return None
    total = sum(weight for weight, _, _ in weights)
    return Read(local, short, weights[0][1], weights[0][0] / total, weights[0][2])


def _weight(key: str, forms: Forms) -> float:
    """1/2 for what two papers name, less for what more do; a form of this paper alone is never shared."""
    return 1 / (1 + log(forms.by_key[key].papers, 2))


def _around(long: str, forms: Forms, starts: list[int]) -> set[str]:
    """The forms that stand in papers with a form."""
    papers = sorted({forms.paper_of[local] for local in forms.by_key[long].local})[:PAPERS_READ]
    return {key for paper in papers for key in _keys(starts[paper], starts[paper + 1], forms)}


def _keys(start: int, end: int, forms: Forms) -> set[str]:
    return {key for local in range(start, end) for key in forms.keys_of[local]}


def _starts(forms: Forms) -> list[int]:
    """For each paper the number of its first local entity, and at the end the number of all."""
    starts = [0] * (forms.papers + 1)
    for paper in forms.paper_of:
        starts[paper + 1] += 1
    for paper in range(forms.papers):
        starts[paper + 1] += starts[paper]
    return starts
