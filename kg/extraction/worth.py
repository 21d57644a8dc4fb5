"""Is a recognised name worth a node? A second look at all its mentions in a text together.

The network judges word by word; whether a name belongs in the graph shows in the whole text: how often
and where it comes, how sure the network is of its edges and of its type, how the paper relates to it.
A logistic regression over these few figures gives each name a probability, and that is its score. Its
weights are fitted on papers that the network was not trained on, so that the score can be taken at
its word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

_NOT_WORD = re.compile(r"[\W_]+")
_CAPITALS = re.compile(r"[A-Z]{2}")
_PROPER = re.compile(r"\d|\w[A-Z]")


class Tagged(NamedTuple):
    """A span of words, with what the network says of it."""

    start: int  #: offset of its first character
    end: int  #: … and behind its last
    types: list[float]  #: probability of each type, averaged over its words
    edges: tuple[float, float, float]  #: probabilities: of being in any entity, of beginning, of ending here
    roles: list[float]  #: probability of each role, averaged over its words
    chosen: bool = True  #: part of the best reading of the text, not only near to a part of it


@lru_cache(maxsize=20_000)
def same_words(surface: str) -> str:
    """What surfaces of the same words have in common: no case, punctuation or plural s.

    >>> same_words("Diffusion-Models"), same_words("GANs"), same_words("loss")
    ('diffusion model', 'gan', 'loss')
    """
    words = _NOT_WORD.sub(" ", surface.casefold()).split()
    return " ".join(w[:-1] if len(w) > 3 and w[-1] == "s" and w[-2] != "s" else w for w in words)


def log_odds(p: float) -> float:
    """Log-odds of a probability, kept within ±7.

    >>> log_odds(0.5), round(log_odds(1.0), 2)
    (0.0, 6.91)
    """
    p = 0.001 if p < 0.001 else 0.999 if p > 0.999 else p
    return math.log(p / (1 - p))


def describe(text: str, mentions: Sequence[Tagged], types: Sequence[str]) -> tuple[int, dict[str, float]]:
    """The type that the mentions of one name speak for (an index of `types`), and the name's features."""
    n = len(mentions)
    if n == 1:
        mean, (any_, begins, ends), roles = mentions[0].types, mentions[0].edges, mentions[0].roles
    else:
        mean = [sum(values) / n for values in zip(*(m.types for m in mentions), strict=True)]
        any_, begins, ends = (sum(values) / n for values in zip(*(m.edges for m in mentions), strict=True))
        roles = [sum(shares) / n for shares in zip(*(m.roles for m in mentions), strict=True)]
    kind = mean.index(max(mean))
    name = types[kind]
    surfaces = {text[m.start : m.end] for m in mentions}
    sure = log_odds(mean[kind])
    title = float(mentions[0].start < text.find("\n"))
    words = len(same_words(text[mentions[0].start : mentions[0].end]).split())
    features = {
        "sure": sure,
        f"sure {name}": sure,
        "any": log_odds(any_),
        "begins": log_odds(begins),
        "ends": log_odds(ends),
        "best": log_odds(max(m.types[kind] for m in mentions)),
        "second": sorted(mean)[-2],
        "mentions": math.log(n),
        f"mentions {name}": math.log(n),
        "chosen": sum(m.chosen for m in mentions) / n,
        "title": title,
        f"title {name}": title,
        "place": mentions[0].start / len(text),
        f"words {min(words, 4)}": 1.0,
        f"type {name}": 1.0,
    }
    if any(map(_PROPER.search, surfaces)):
        features[f"proper {name}"] = 1.0
    if any(map(_CAPITALS.search, surfaces)):
        features["capitals"] = 1.0
    for i, share in enumerate(roles):
        features[f"role {i}"] = share
    return kind, features


def probability(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Logistic regression, to four digits; `weights` has a "bias"; features without a weight count nothing.

    >>> probability({"title": 1.0}, {"bias": -1.0, "title": 1.0})
    0.5
    """
    z = weights["bias"] + sum([weights.get(name, 0.0) * value for name, value in features.items()])
    return round(1 / (1 + math.exp(-max(min(z, 50.0), -50.0))), 4)
