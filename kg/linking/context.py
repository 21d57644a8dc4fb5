"""Short forms that papers read in several ways, told apart by what else a paper speaks of.

A paper that writes only SSL, beside "pseudo-labels" and "unlabelled images", means what other papers mean
that spell SSL out beside these. What is shared counts the more the fewer papers name it; the best reading
is taken where it is well ahead of the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from kg.linking.corpus import Corpus
from kg.linking.forms import Forms
from kg.linking.grouping import distinct_numbers
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
    """An entity that is named by a short form alone, and the reading that its context speaks for."""

    entity: int
    short: int  #: form
    long: int  #: form
    score: float
    shared: tuple[int, ...]  #: the forms that say so, the weightiest first


def by_context(corpus: Corpus, forms: Forms, readings: ShortForms) -> list[Read]:
    """The entities whose short form is settled by its context, in their order."""
    found: list[Read] = []
    for short, counts in sorted(readings.readings.items()):
        number = forms.number.get(short)
        if short in readings.common or number is None:
            continue
        alone = [e for e in forms.entities[number].tolist() if len(forms.of_entity[e]) == 1]
        keys = sorted({join(words) for words in counts} & forms.number.keys()) if alone else ()
        around = {key: _around(forms.number[key], corpus, forms) for key in keys}
        for entity in alone:
            beside = _beside(int(corpus.paper[entity]), corpus, forms) - {number}
            if read := _best(entity, number, beside, around, forms):
                found.append(read)
    return sorted(found, key=lambda read: read.entity)


def _best(
    entity: int, short: int, beside: set[int], around: dict[str, set[int]], forms: Forms
) -> Read | None:
    weights = []
    for long, near in around.items():
        number = forms.number[long]
        shared = sorted(beside & near - {number}, key=lambda form: (forms.papers[form], forms.key[form]))
        weights.append((sum(_weight(form, forms) for form in shared), long, tuple(shared)))
    weights.sort(key=lambda weight: weight[:2], reverse=True)
    if not weights or weights[0][0] < ENOUGH:
        return None
    if len(weights) > 1 and weights[0][0] < AHEAD * weights[1][0]:
        return None
    total = sum(weight for weight, _, _ in weights)
    return Read(entity, short, forms.number[weights[0][1]], weights[0][0] / total, weights[0][2])


def _weight(form: int, forms: Forms) -> float:
    """1/2 for what two papers name, less for what more do; a form of this paper alone is never shared."""
    return 1 / (1 + log(forms.papers[form], 2))


def _around(long: int, corpus: Corpus, forms: Forms) -> set[int]:
    """The forms that stand in papers with a form."""
    papers = distinct_numbers(corpus.paper[forms.entities[long]])[:PAPERS_READ].tolist()
    return set().union(*(_beside(paper, corpus, forms) for paper in papers))


def _beside(paper: int, corpus: Corpus, forms: Forms) -> set[int]:
    """The forms that a paper uses."""
    starts = forms.of_entity.starts
    return set(
        forms.of_entity.items[starts[corpus.starts[paper]] : starts[corpus.starts[paper + 1]]].tolist()
    )
