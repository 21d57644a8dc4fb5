"""Component `kg_relations`: what the text states between two of its entities.

A linear model (`data/relations.json`, made by `training/relations.py`) looks at every pair that
`kg.extraction.pairs` finds worth asking about, and says which relation holds, if any.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.doc import DocRelation
from kg.extraction.layout import Layout, Sentence, lay_out
from kg.extraction.linear import LinearModel
from kg.extraction.opinions import RELATION_CLASSES, opinion_of
from kg.extraction.pairs import Pairs, find_pairs, keyed_names, nearest, side_names
from kg.extraction.polarity import denied
from kg.extraction.pools import Pools, load_pools, relation_figures
from kg.extraction.shipped import pools_file

MODEL = Path(__file__).with_name("data") / "relations.json"
CELLS = Path(__file__).with_name("data") / "relation_cells.json"
NONE = "none"
#: Features whose weights' places are remembered; then they are forgotten, for memory's sake.
MOST_KNOWN = 100_000
#: Pairs that the network holds less likely than this to be related at all are not asked about.
LEAST_LIKELY = 0.04
#: The network's class of pairs that are not related.
NOTHING = RELATION_CLASSES.index(NONE)
#: What a feature's names depend on.
Context = TypeVar("Context", str, tuple[str, str, str])
#: Relations that may not hold both ways; of two opposite claims the surer one stands.
_ONE_WAY = frozenset(("based_on", "part_of", "is_a", "outperforms"))
#: Whose denial denies the relation: "we do not use S for O", "S is not tested on O".
_DENIABLE = {
    "based_on": "object",
    "trained_on": "object",
    "evaluated_on": "object",
    "part_of": "subject",
    "used_for": "subject and object",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RelationModel:
    """The weights, and the kinds of pair that are asked about."""

    linear: LinearModel
    cells: frozenset[str]
    #: Places of weights by context, then by feature, so that names are put together once.
    _known: dict[Any, dict[str, tuple[int, ...]]] = field(default_factory=dict, init=False, repr=False)

    def probabilities(self, pairs: Pairs) -> NDArray[np.float64]:
        """Probability of each class for each pair, (pairs, classes)."""
        if not pairs.pairs:
            return np.zeros((0, len(self.linear.classes)))
        if sum(map(len, self._known.values())) > MOST_KNOWN:
            self._known.clear()
        sides = [self._places(side.context, side.features, side_names) for side in pairs.shared]
        own = [
            [*self.linear.places(pair.plain), *self._places(pair.types, pair.keyed, keyed_names)]
            for pair in pairs.pairs
        ]
        bias = self.linear.sums([[]])
        shared = self.linear.sums(sides) - bias
        scores = self.linear.sums(own)
        scores += shared.take([pair.shared[0] for pair in pairs.pairs], axis=0)
        scores += shared.take([pair.shared[1] for pair in pairs.pairs], axis=0)
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
        return result

    def _places(
        self, context: Context, features: list[str], names: Callable[[Context, str], list[str]]
    ) -> list[int]:
        """Where the weights of features stand that count by several names in their context."""
        known = self._known.setdefault(context, {})
        row: list[int] = []
        for feature in features:
            places = known.get(feature)
            if places is None:
                places = known[feature] = self.linear.places(names(context, feature))
            row += places
        return row


@Language.factory(
    "kg_relations", default_config={"model": None, "cells": None, "threshold": None, "pools": ""}
)
class RelationReader:
    """Sets `doc._.relations`. A relation is told where its score is at least `threshold`.

    `model` and `cells` are paths to other weights; the defaults are the shipped ones, and the threshold
    is by default the one that training has found best. `pools` is the name of the network that is used
    (`kg.extraction.shipped`), or a path to pools.
    """

    def __init__(
        self,
        nlp: Language,
        name: str,
        model: str | None,
        cells: str | None,
        threshold: float | None,
        pools: str,
    ) -> None:
        self.name = name
        self.model = load_model(Path(model) if model else MODEL, Path(cells) if cells else CELLS)
        self.threshold = threshold
        self.pools = load_pools(pools_file(pools))

    def __call__(self, doc: Doc) -> Doc:
        doc._.relations = relations_of(
            lay_out(doc), self.model, self.pools, threshold=self.threshold, rule=self.name
        )
        return doc


@lru_cache(maxsize=4)
def load_model(model: Path, cells: Path) -> RelationModel:
    """The weights, read once."""
    kinds = frozenset(json.loads(cells.read_text(encoding="utf-8")))
    return RelationModel(linear=LinearModel.load(model), cells=kinds)


def relations_of(
    layout: Layout, model: RelationModel, pools: Pools, *, threshold: float | None, rule: str
) -> list[DocRelation]:
    """The relations of one text, by subject and object in text order."""
    entities = layout.entities
    return [
        DocRelation(
            subject=entities[first],
            predicate=predicate,
            object=entities[second],
            sentence=_sentence(layout, first, second),
            rule=rule,
            score=score,
        )
        for first, second, predicate, score in scored(layout, model, pools, threshold=threshold)
        if not _denied(layout, first, second, predicate)
    ]


def scored(
    layout: Layout, model: RelationModel, pools: Pools, *, threshold: float | None = None
) -> list[tuple[int, int, str, float]]:
    """Subject, object, relation and its score, from the threshold on."""
    if len(layout.entities) < 2:
        return []
    pairs, shares, network = pair_shares(layout, model, pools)
    scorer = pools.scorer("relations", network=network)
    scores = [entity.score for entity in layout.entities]
    found = {
        (first, second): (
            predicate,
            scorer(relation_figures(predicate, share, (scores[first], scores[second]))),
        )
        for first, second, predicate, share in best_relations(pairs, shares, model.linear.classes)
    }
    least = scorer.threshold if threshold is None else threshold
    result = []
    for (first, second), (predicate, score) in found.items():
        if score < least:
            continue
        opposite = found.get((second, first))
        if predicate in _ONE_WAY and opposite and opposite[0] == predicate and opposite[1] > score:
            continue
        result.append((first, second, predicate, score))
    return result


def pair_shares(
    layout: Layout, model: RelationModel, pools: Pools
) -> tuple[Pairs, NDArray[np.float64], bool]:
    """The pairs asked about, the pooled probability of each class for each, and whether the network spoke."""
    said = opinion_of(layout.doc, layout.entities)
    # Two thirds of the pairs: none of them would be told, whatever the linear model says.
    likely = None if said is None else 1 - said.relations[:, :, NOTHING] >= LEAST_LIKELY
    pairs = find_pairs(layout, cells=model.cells, likely=likely)
    ours = model.probabilities(pairs)
    if said is None or not pairs.pairs:
        return pairs, ours, said is not None
    columns = [RELATION_CLASSES.index(name) for name in model.linear.classes]
    subjects, objects = [pair.subject for pair in pairs.pairs], [pair.object for pair in pairs.pairs]
    network = said.relations[subjects, objects][:, columns]
    return pairs, pools.relations(ours, network, model.linear.classes), True


def best_relations(
    pairs: Pairs, shares: NDArray[np.float64], classes: tuple[str, ...]
) -> list[tuple[int, int, str, float]]:
    """For each pair its likeliest relation, and how likely that is."""
    if not pairs.pairs:
        return []
    ranked = shares.copy()
    ranked[:, classes.index(NONE)] = -1.0
    best = ranked.argmax(axis=1)
    return [
        (pair.subject, pair.object, classes[column], float(ranked[row, column]))
        for row, (pair, column) in enumerate(zip(pairs.pairs, best.tolist(), strict=True))
    ]


def _denied(layout: Layout, first: int, second: int, predicate: str) -> bool:
    """Whether the text says the contrary: "X works without Y" makes Y no part of X.

    What counts are the mentions in sentences that name both, where there are any, else all of them.
    """
    sides = _DENIABLE.get(predicate, "")
    here = {place.sentence.index for place in layout.places[first]}
    together = here & {place.sentence.index for place in layout.places[second]}
    for side, number in (("subject", first), ("object", second)):
        if side in sides:
            places = layout.places[number]
            places = [place for place in places if place.sentence.index in together] or places
            if places and all(denied(place) for place in places):
                return True
    return False


def _sentence(layout: Layout, first: int, second: int) -> Span:
    """The sentence that states it: where the two stand closest, the title last; else the rarer's."""
    places = layout.places
    ours = {place.sentence.index for place in places[first]}
    theirs = {place.sentence.index for place in places[second]}
    common = sorted(ours & theirs)

    def closeness(index: int) -> tuple[bool, int, int]:
        sentence = layout.sentences[index]
        one, two = nearest(layout, first, second, sentence)
        return sentence.title, abs(one.item - two.item), index

    if common:
        chosen: Sentence = layout.sentences[min(common, key=closeness)]
    else:
        # The one that is named less often is what the statement is about; the other is "it" or "our method".
        rarer = second if len(places[second]) <= len(places[first]) else first
        body = [place.sentence for place in places[rarer] if not place.sentence.title]
        every = body or [place.sentence for place in [*places[rarer], *places[first], *places[second]]]
        if not every:
            return layout.doc[0 : len(layout.doc)]
        chosen = every[0]
    return layout.doc[chosen.start : chosen.end]
