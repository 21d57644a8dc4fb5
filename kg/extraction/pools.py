"""How several opinions become one, and what a score means.

Roles and relations are judged twice: by linear models over named features, and by the heads of the
recogniser's network. Their opinions are pooled: the logarithms of the probabilities are added up with
fitted weights (a logarithmic opinion pool, Genest and Zidek 1986, section 3; unlike with a mean, what one
of them all but rules out stays ruled out). From the pooled probability, and from how surely the entities
themselves are there, a logistic regression gives each statement its score: the probability that a careful
reader of the same text would have stated it. Weights and thresholds stand in `data/pools.json`;
`training/pool.py` fits them on papers that none of the models has seen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from kg.extraction.linear import Floats
from kg.extraction.shipped import DEFAULT, pools_file

#: Those of the network that is used where none is named.
POOLS = pools_file(DEFAULT)

#: Opinions count as no surer than this, so that none of them decides alone.
LEAST = 1e-3


def log_odds(p: float) -> float:
    """Log-odds of a probability, kept within ±6.

    >>> log_odds(0.5), round(log_odds(1.0), 2)
    (0.0, 6.0)
    """
    p = min(max(p, 0.00247), 0.99753)
    return round(math.log(p / (1 - p)), 6)


@dataclass(frozen=True, slots=True)
class Pool:
    """Weights of two opinions on the same classes, and what is added for each class."""

    ours: float
    network: float
    bias: Mapping[str, float]

    def __call__(self, ours: Floats, network: Floats | None, classes: Sequence[str]) -> Floats:
        """Pooled probabilities, (rows, classes); `ours` as they are where the network says nothing."""
        if network is None or not len(ours):
            return ours
        scores = self.ours * np.log(np.maximum(ours, LEAST))
        scores += self.network * np.log(np.maximum(network, LEAST))
        scores += np.array([self.bias.get(name, 0.0) for name in classes])
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
        return result


@dataclass(frozen=True, slots=True)
class Scorer:
    """Logistic regression over named figures; what it gives is told from `threshold` on."""

    weights: Mapping[str, float]
    threshold: float

    def __call__(self, figures: Mapping[str, float]) -> float:
        """The probability, to four digits.

        >>> Scorer({"bias": 0.0, "a": 2.0}, 0.5)({"a": 0.5, "unknown": 3.0})
        0.7311
        """
        z = self.weights.get("bias", 0.0)
        z += sum(self.weights.get(name, 0.0) * value for name, value in figures.items())
        return round(1 / (1 + math.exp(-max(min(z, 30.0), -30.0))), 4)


@dataclass(frozen=True, slots=True)
class Pools:
    """Everything in `data/pools.json`."""

    roles: Pool
    relations: Pool
    scorers: Mapping[str, Scorer]  #: by what is scored, see `scorer`

    def scorer(self, of: str, *, network: bool) -> Scorer:
        """The scorer of "entities", "relations" or "results", with the network's part in it or without."""
        return self.scorers[of if network else f"{of} without network"]

    @classmethod
    def load(cls, path: Path) -> Pools:
        """Read the weights that training has written."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            roles=Pool(**stored["roles"]),
            relations=Pool(**stored["relations"]),
            scorers={name: Scorer(**each) for name, each in stored["scorers"].items()},
        )


@lru_cache(maxsize=4)
def load_pools(path: Path = POOLS) -> Pools:
    """The weights, read once."""
    return Pools.load(path)


def entity_figures(type_: str, score: float, worth: float, mentions: int) -> dict[str, float]:
    """What an entity's score follows from: how surely it was recognised, and how the text speaks of it."""
    return {
        "recognised": log_odds(score),
        "worth": log_odds(worth),
        "mentions": math.log(max(mentions, 1)),
        f"type {type_}": 1.0,
    }


def relation_figures(predicate: str, share: float, entities: Iterable[float]) -> dict[str, float]:
    """What a relation's score follows from; `entities` are the scores of both."""
    first, second = entities
    return {
        "share": log_odds(share),
        "entities": math.log(max(first, 0.05)) + math.log(max(second, 0.05)),
        predicate: 1.0,
    }


def result_figures(share: float, subject: float, *, unit: bool) -> dict[str, float]:
    """What a result's score follows from."""
    return {"share": log_odds(share), "subject": math.log(max(subject, 0.05)), "unit": float(unit)}
