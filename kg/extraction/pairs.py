"""Which pairs of entities may be related, and what their text says about each pair.

An abstract states much across sentences ("We propose X. … Our method builds on Y."), so pairs are not
confined to one sentence. What is known of a pair has three parts: what each of the two is by itself,
in the light of the other's type and role, and what stands between them where they meet in a sentence.
The first two are shared by many pairs, so they are computed once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kg.extraction.layout import Layout, Place, Sentence
from kg.extraction.rhetoric import sections, subject
from kg.extraction.tokens import span_text

#: Words that join two names, by what they suggest. To add one, write it into its row.
_CONNECTORS: dict[str, str] = {
    "BEATS": """outperform outperforms outperformed outperforming surpass surpasses surpassed surpassing
        exceed exceeds exceeding beat beats beating superior over better than compared
        versus vs improves improvement gains against""",
    "TESTED": """evaluate evaluated evaluating evaluation evaluations experiments experiment test tested
        testing benchmark benchmarks benchmarked assess validate validated validating
        across on performance results achieves achieve""",
    "TRAINED": """train trained training pretrained pre-trained fine-tuned finetuned fine-tuning
        finetuning learned pretraining""",
    "FOR": "for to towards toward in",
    "HAS": """comprises comprising comprise consists consisting composed includes including include
        contains incorporates incorporate incorporating integrates integrating combines
        combining module modules component components consist stage stages equipped
        featuring features with""",
    "BUILT": """based builds build built building upon extends extending extend leverages leveraging
        leverage using use uses used utilizes utilizing employs employing employ via
        through by adapts adapted inspired initialized derived powered""",
    "IS": "is are as such e.g. like called namely a an , ( i.e. variant variants",
}
CONNECTORS = {word: kind for kind, row in reversed(_CONNECTORS.items()) for word in row.split()}
_LOOSE = frozenset(("FOR", "IS"))  #: too common to mean much before a name

#: Type pairs, subject first, between which relations are stated at all.
TYPE_PAIRS = frozenset(
    f"{first}>{second}"
    for first, seconds in {
        "METHOD": ("METHOD", "MODEL", "DATASET", "TASK"),
        "MODEL": ("METHOD", "MODEL", "DATASET", "TASK"),
        "DATASET": ("METHOD", "DATASET", "TASK"),
        "TASK": ("TASK", "DATASET"),
        "METRIC": ("METRIC", "METHOD", "DATASET"),
    }.items()
    for second in seconds
)


@dataclass(slots=True, eq=False)
class Pair:
    """Two entities that may be related, subject first, and what is known of them."""

    subject: int  #: index into the layout's entities
    object: int
    shared: tuple[int, int]  #: indices into `Pairs.shared`
    types: str  #: "METHOD>TASK"
    plain: list[str]  #: features of this pair alone, without repetition
    keyed: list[str]  #: more of them, that count once by themselves and once with the types


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two is by itself, in the light of the other."""

    context: tuple[str, str, str]  #: which side, types, the other's role
    features: list[str]


@dataclass(slots=True, eq=False)
class Pairs:
    """The candidate pairs of one doc; a pair's features are its own and those of two of the shared sides."""

    shared: list[Side] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    def rows(self) -> list[list[str]]:
        """All features of each pair, by name."""
        sides = [
            [name for feature in side.features for name in side_names(side.context, feature)]
            for side in self.shared
        ]
        return [
            [
                *sides[pair.shared[0]],
                *sides[pair.shared[1]],
                *pair.plain,
                *(name for feature in pair.keyed for name in keyed_names(pair.types, feature)),
            ]
            for pair in self.pairs
        ]


def side_names(context: tuple[str, str, str], feature: str) -> list[str]:
    """The names by which a side's feature counts: alone, with the other's role, and with both types."""
    side, types, flag = context
    names = [f"{side}{feature}", f"{flag} {side}{feature}"]
    if not feature.startswith("head"):
        names.append(f"{types} {flag} {side}{feature}")
    return names


def keyed_names(types: str, feature: str) -> list[str]:
    """The names by which a keyed feature of a pair counts."""
    return [feature, f"{types} {feature}"]


def main_proposal(layout: Layout) -> int | None:
    """Index of what the paper is about: of what it proposes, the one in the title, then the most named."""
    proposed = [number for number, entity in enumerate(layout.entities) if entity.role == "proposes"]
    return max(
        proposed,
        key=lambda number: (
            bool(layout.places[number]) and layout.places[number][0].sentence.title,
            len(layout.places[number]),
            -number,
        ),
        default=None,
    )


def find_pairs(
    layout: Layout, *, cells: frozenset[str] | None = None, likely: NDArray[np.bool_] | None = None
) -> Pairs:
    """The pairs worth asking about.

    `cells` are the kinds of pair that training has seen related; `likely` (subject, object) says of which
    pairs something else holds it possible that they are related.
    """
    entities, count = layout.entities, len(layout.entities)
    main = main_proposal(layout)
    parts = sections(layout.sentences)
    actors = [subject(sentence) for sentence in layout.sentences]
    own = _own_features(layout, main, parts, actors)
    flags = ["main" if number == main else entity.role for number, entity in enumerate(entities)]
    sentences = [sorted({place.sentence.index for place in places}) for places in layout.places]
    names = [sorted({span_text(span).lower() for span in entity.spans}) for entity in entities]
    kinds = None if cells is None else _kinds(cells)
    result = Pairs()
    shared: dict[tuple[int, str, str, str], int] = {}

    def shared_row(side: str, number: int, types: str, flag: str) -> int:
        key = (number, side, types, flag)
        if key not in shared:
            shared[key] = len(result.shared)
            result.shared.append(Side((side, types, flag), own[number]))
        return shared[key]

    for first in range(count):
        open_to = range(count) if likely is None else np.flatnonzero(likely[first]).tolist()
        for second in open_to:
            types = f"{entities[first].type}>{entities[second].type}"
            if first == second or types not in TYPE_PAIRS:
                continue
            kind = f"{types} {flags[first]}>{flags[second]}"
            if kinds is not None and kind not in kinds:
                continue
            gap = _gap(sentences[first], sentences[second])
            if cells is not None and f"{kind} {min(gap, 2)}" not in cells:
                continue
            keyed = [
                "pair",
                f"roles {flags[first]}>{flags[second]}",
                f"apart {min(gap, 4)}",
                f"roles {flags[first]}>{flags[second]} apart {min(gap, 2)}",
                *_order(layout, first, second),
                *_names(names[first], names[second]),
            ]
            plain: list[str] = [types]
            for index in sorted(set(sentences[first]) & set(sentences[second])):
                met, words = _meeting(layout, first, second, layout.sentences[index])
                keyed += [f"met in {parts[index]}", f"met under {actors[index]}", *met]
                plain += words
            pair = Pair(
                first,
                second,
                (
                    shared_row("A:", first, types, flags[second]),
                    shared_row("B:", second, types, flags[first]),
                ),
                types,
                list(dict.fromkeys(plain)),
                list(dict.fromkeys(keyed)),
            )
            result.pairs.append(pair)
    return result


@lru_cache(maxsize=4)
def _kinds(cells: frozenset[str]) -> frozenset[str]:
    """The cells whatever the distance."""
    return frozenset(cell.rpartition(" ")[0] for cell in cells)


def cell_of(layout: Layout, pair: Pair) -> str:
    """The kind of pair that `find_pairs` tells apart: types, roles, and how near the two come."""
    main = main_proposal(layout)
    flags = [
        "main" if number == main else layout.entities[number].role for number in (pair.subject, pair.object)
    ]
    types = f"{layout.entities[pair.subject].type}>{layout.entities[pair.object].type}"
    indices = [
        sorted({place.sentence.index for place in layout.places[number]})
        for number in (pair.subject, pair.object)
    ]
    return f"{types} {flags[0]}>{flags[1]} {min(_gap(indices[0], indices[1]), 2)}"


def _gap(first: list[int], second: list[int]) -> int:
    """How many sentences lie between the nearest mentions of two entities."""
    if not first or not second:
        return 9
    if not set(first).isdisjoint(second):
        return 0
    return min(abs(one - two) for one in first for two in second)


def _own_features(layout: Layout, main: int | None, parts: list[str], actors: list[str]) -> list[list[str]]:
    """What each entity is by itself: role, rank among its like, part of the text, words before and after."""
    entities = layout.entities
    alike = Counter((entity.type, entity.role) for entity in entities)
    ranks: Counter[tuple[str, str]] = Counter()
    type_ranks: Counter[str] = Counter()
    result = []
    for number, entity in enumerate(entities):
        places = layout.places[number]
        name = max(map(span_text, entity.spans), key=len, default=entity.name).lower()
        head = name.split()[-1] if name.split() else name
        rank, type_rank = ranks[entity.type, entity.role], type_ranks[entity.type]
        ranks[entity.type, entity.role] += 1
        type_ranks[entity.type] += 1
        features = {
            f"role {entity.role}",
            f"sure {entity.role} {int(entity.role_score * 4)}",
            f"mentions {min(len(places), 4)}",
            "main" if number == main else "not main",
            "first of its type" if not type_rank else "later of its type",
            "first of its role" if not rank else "later of its role",
            f"alike {_size(alike[entity.type, entity.role])}",
            f"head {head}",
        }
        if places:
            first = places[0].sentence
            later = next((place.sentence for place in places if not place.sentence.title), first)
            features.add("in title" if first.title else "not in title")
            features.add(f"part {parts[first.index]}")
            features.add(f"actor {actors[later.index]}")
        for place in places:
            if not place.sentence.title:
                features.update(_beside(place))
        result.append(sorted(features))
    return result


def _beside(place: Place) -> list[str]:
    items, at = place.sentence.items, place.item
    one = items[at - 1] if at else "<s>"
    two = items[at - 2] if at > 1 else "<s>"
    features = [f"-1 {one}", f"-2 {two} {one}", f"+1 {items[at + 1] if at + 1 < len(items) else '</s>'}"]
    for item in items[max(0, at - 8) : at][::-1]:
        kind = CONNECTORS.get(item)
        if kind and kind not in _LOOSE:
            features += [f"after {kind}", f"after {item}"]
            break
    return features


def _size(number: int) -> str:
    return next((str(limit) for limit in (1, 2, 4, 8) if number <= limit), "many")


def _order(layout: Layout, first: int, second: int) -> list[str]:
    places = layout.places
    if not places[first] or not places[second]:
        return []
    return ["A first" if places[first][0].span.start < places[second][0].span.start else "B first"]


def _names(first: list[str], second: list[str]) -> list[str]:
    """Whether one name ends with or holds the other: "video language model" is a "language model"."""
    features = []
    for one in first:
        for two in second:
            if one == two:
                continue
            if len(two) > 2 and two in one:
                features.append("A ends with B" if one.endswith(two) else "A holds B")
            elif len(one) > 2 and one in two:
                features.append("B ends with A" if two.endswith(one) else "B holds A")
    if any(one.split()[-1:] == two.split()[-1:] for one in first[:1] for two in second[:1]):
        features.append("same head")
    return features


def nearest(layout: Layout, first: int, second: int, sentence: Sentence) -> tuple[Place, Place]:
    """The two mentions in a sentence that stand closest together, the first entity's first."""
    ours = [place for place in layout.places[first] if place.sentence is sentence]
    theirs = [place for place in layout.places[second] if place.sentence is sentence]
    return min(
        ((one, two) for one in ours for two in theirs), key=lambda pair: abs(pair[0].item - pair[1].item)
    )


def _meeting(layout: Layout, first: int, second: int, sentence: Sentence) -> tuple[list[str], list[str]]:
    """What stands between, before and after two mentions in one sentence: kinds of words, and words."""
    one, two = nearest(layout, first, second, sentence)
    way = ">" if one.item < two.item else "<"
    left, right = sorted((one.item, two.item))
    items = sentence.items
    between = items[left + 1 : right]
    names = sum(item.startswith("<") and len(item) > 3 for item in between)
    kinds = [CONNECTORS[item] for item in between if item in CONNECTORS]
    telling = list(dict.fromkeys(kind for kind in kinds if kind != "IS"))
    length = next((str(limit) for limit in (1, 2, 3, 5, 8, 12, 20) if len(between) <= limit), "more")
    keyed = [f"{way} past {min(names, 3)}", f"{way} length {length}", f"{way} by {' '.join(telling[:4])}"]
    keyed += [f"{way} has {kind}" for kind in sorted(set(kinds))]
    before = [CONNECTORS[item] for item in items[max(0, left - 6) : left] if item in CONNECTORS]
    before = [kind for kind in before if kind not in _LOOSE]
    if before:
        keyed.append(f"{way} after {before[-1]}")
    if not left:
        keyed.append(f"{way} opens")
    told = between if len(between) <= 12 else between[:12] + between[-4:]
    words = [f"{way} word {item}" for item in told]
    if len(between) <= 5:
        words.append(f"{way} words {' '.join(between)}")
    if between:
        words += [
            f"{way} first {between[0]}",
            f"{way} last {between[-1]}",
            f"{way} last {' '.join(between[-2:])}",
        ]
    words += [f"{way} before {item}" for item in items[max(0, left - 4) : left]]
    words += [f"{way} behind {item}" for item in items[right + 1 : right + 4]]
    return keyed, words
