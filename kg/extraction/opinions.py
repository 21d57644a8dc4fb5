"""What the recogniser's network thinks of entities once they are known: their roles, and what joins them.

While it reads a text, the network leaves a short vector for each word, its memory of the word in its
context. When mentions have become entities, small heads (`model/heads.npz`) look at the memory again: an
entity is the mean and the maximum of its mentions' vectors, with its type and a few figures; its role
follows from that. A pair of entities is told by what both are, by the words between their closest
mentions, and by how far apart these are; which relation holds between them, if any, follows from a
hidden layer over their sum and from a product of both (a biaffine form, Dozat and Manning 2017, section 3).
Training (`training/scripts/network.py`) has the same heads, and takes the places of mentions from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from kg.errors import SourceError
from kg.extraction.doc import DocEntity
from kg.schema import ENTITY_TYPES, RELATIONS, ROLES

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: Columns of `Opinion.relations`.
RELATION_CLASSES: tuple[str, ...] = ("none", *RELATIONS)

#: Types in the order of the network's tags.
TYPES: tuple[str, ...] = tuple(ENTITY_TYPES)
#: An entity's figures beside its vectors: a column for each type, and three more (see `figures`).
N_FIGURES = len(TYPES) + 3
#: From how many words apart mentions count as further apart; the same again for the opposite order.
GAPS = (1, 3, 6, 11, 21, 41, 81)
N_GAPS = 2 * (len(GAPS) + 1)
#: Words between mentions further apart than this say nothing of the pair.
LONGEST_GAP = 40

#: Where a text's memory is kept, in `doc.user_data`.
KEY = "kg_memory"


@dataclass(frozen=True, slots=True)
class Memory:
    """What the network keeps of a text it has read, one row a word of its own."""

    vectors: Floats  #: (words, width of the heads' input)
    starts: Ints  #: offset of each word's first character in the text
    ends: Ints  #: … and behind its last
    title_words: int  #: number of words of the title


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where the entities of a text are named, in words of the network."""

    firsts: Ints  #: first word of each mention
    behinds: Ints  #: word behind its last
    owners: Ints  #: whose mention it is: an index, ascending from 0; each has at least one
    types: Ints  #: for each entity an index of `TYPES`


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the network thinks of the entities of one text."""

    roles: NDArray[np.float64]  #: (entities, roles): probabilities, in the order of schema.ROLES
    relations: NDArray[np.float64]  #: (subject, object, class): probabilities, as `RELATION_CLASSES`
    heard: NDArray[np.bool_]  #: whether the network's memory has the entity; without, probabilities are equal


def figures(mentions: Mentions, *, words: int, title_words: int) -> Floats:
    """What is known of each entity beside its vectors: type, how often, in the title or not, where first."""
    n = len(mentions.types)
    rows = np.zeros((n, N_FIGURES), dtype=np.float32)
    rows[np.arange(n), mentions.types] = 1
    counts = np.bincount(mentions.owners, minlength=n)
    rows[:, -3] = np.log(np.maximum(counts, 1))
    first = np.full(n, words)
    np.minimum.at(first, mentions.owners, mentions.firsts)
    rows[:, -2] = first < title_words
    rows[:, -1] = first / max(words, 1)
    return rows


def between(mentions: Mentions) -> tuple[Ints, Ints, Ints]:
    """For each pair of entities, (n, n): first word and end of what stands between their closest mentions,
    and an index below `N_GAPS` of how far apart they are and in which order.

    Of mentions equally close, the earlier. Where too much stands between, the stretch is empty.
    """
    n = len(mentions.types)
    m = len(mentions.firsts)
    one, two = np.repeat(np.arange(m), m), np.tile(np.arange(m), m)
    first, behind, owner = mentions.firsts, mentions.behinds, mentions.owners
    ahead = first[one] <= first[two]
    start = np.where(ahead, behind[one], behind[two])
    end = np.maximum(np.where(ahead, first[two], first[one]), start)
    gap = end - start
    order = np.lexsort((np.minimum(first[one], first[two]), gap, owner[one] * n + owner[two]))
    keys = (owner[one] * n + owner[two])[order]
    chosen = order[np.flatnonzero(np.diff(keys, prepend=-1))]
    near = np.where(gap[chosen] <= LONGEST_GAP, end[chosen], start[chosen])
    how_far = np.searchsorted(GAPS, gap[chosen], side="right") + np.where(ahead[chosen], 0, len(GAPS) + 1)
    return start[chosen].reshape(n, n), near.reshape(n, n), how_far.reshape(n, n)


class Heads:
    """The heads' weights; everything is done with numpy, for all entities or pairs of a text at once."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file, np.load(file) as stored:
                self._w: dict[str, Floats] = {name: stored[name].astype(np.float32) for name in stored.files}
            self._bilinear = self._w["bilinear"].transpose(1, 0, 2).reshape(len(self._w["bilinear"][0]), -1)
        except Exception as error:  # a damaged archive raises whatever zipfile and pickle raise
            raise SourceError(
                f"{path}: not the heads of a recogniser: {error}",
                hint="give a folder that training has written",
            ) from error

    def __call__(self, memory: Memory, mentions: Mentions) -> tuple[Floats, Floats]:
        """Probabilities of roles (entities, roles) and of relations (subject, object, class)."""
        w = self._w
        n, words = len(mentions.types), len(memory.vectors)
        vectors = _means(memory.vectors, mentions.firsts, mentions.behinds)
        begins = np.searchsorted(mentions.owners, np.arange(n))
        counts = np.diff(begins, append=len(mentions.owners))[:, None].astype(np.float32)
        x: Floats = np.hstack(
            [
                np.add.reduceat(vectors, begins) / counts,
                np.maximum.reduceat(vectors, begins),
                figures(mentions, words=words, title_words=memory.title_words),
            ]
        )
        inner = _relu(x @ w["role_1.weight"] + w["role_1.bias"])
        roles: Floats = inner @ w["role_2.weight"] + w["role_2.bias"]

        start, end, how_far = between(mentions)
        # Many pairs have the same words between them, or none.
        stretches, which = np.unique(start * (words + 1) + end, return_inverse=True)
        middle = _means(memory.vectors, stretches // (words + 1), stretches % (words + 1))
        hidden = (x @ w["subject.weight"] + w["subject.bias"])[:, None] + (x @ w["object.weight"])[None]
        hidden += (middle @ w["between.weight"]).take(which.reshape(n, n), axis=0)
        hidden += w["gaps.weight"].take(how_far, axis=0)
        np.maximum(hidden, np.float32(0), out=hidden)
        pairs = hidden.reshape(n * n, -1) @ w["pair.weight"] + w["pair.bias"]
        left, right = x @ w["left.weight"], x @ w["right.weight"]
        product = (left @ self._bilinear).reshape(n, len(RELATION_CLASSES), -1) @ right.T
        return _shares(roles), _shares(pairs.reshape(n, n, -1) + product.transpose(0, 2, 1))


def _means(vectors: Floats, starts: Ints, ends: Ints) -> Floats:
    """The mean over each stretch of rows, zeros for an empty one; as a product, which is the fastest way."""
    rows = np.arange(len(vectors))
    inside = (rows >= starts[:, None]) & (rows < ends[:, None])
    shares = inside / np.maximum(ends - starts, 1)[:, None].astype(np.float32)
    result: Floats = shares.astype(np.float32) @ vectors
    return result


def _relu(x: Floats) -> Floats:
    return np.maximum(x, np.float32(0))


def _shares(scores: Floats) -> Floats:
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = e / e.sum(axis=-1, keepdims=True)
    return result


@lru_cache(maxsize=4)
def load_heads(path: Path) -> Heads:
    """The heads of a file, loaded once per process."""
    return Heads(path)


def remember(doc: Doc, memory: Memory, heads: Heads) -> None:
    """Keep what the network has left of a doc's text, with the heads that can read it."""
    doc.user_data[KEY] = (memory, heads)


def opinion_of(doc: Doc, entities: Sequence[DocEntity]) -> Opinion | None:
    """What the network thinks of entities of a doc that it has read; None where it has read nothing.

    What is thought of an entity or a pair depends on no other entity, so a part of the entities that were
    asked about before is not thought about again.
    """
    kept: tuple[Memory, Heads] | None = doc.user_data.get(KEY)
    if kept is None or not entities:
        return None
    about = [(each.type, *((span.start, span.end) for span in each.spans)) for each in entities]
    known: tuple[dict[Any, int], Opinion] | None = doc.user_data.get(f"{KEY}_opinion")
    if known is not None:
        numbers = [known[0].get(each, -1) for each in about]
        if -1 not in numbers:
            said = known[1]
            return Opinion(said.roles[numbers], said.relations[np.ix_(numbers, numbers)], said.heard[numbers])
    opinion = _opinion(kept[0], kept[1], entities)
    doc.user_data[f"{KEY}_opinion"] = ({each: number for number, each in enumerate(about)}, opinion)
    return opinion


def _opinion(memory: Memory, heads: Heads, entities: Sequence[DocEntity]) -> Opinion:
    places = [
        (number, span.start_char, span.end_char)
        for number, each in enumerate(entities)
        for span in each.spans
    ]
    n = len(entities)
    opinion = Opinion(
        roles=np.full((n, len(ROLES)), 1 / len(ROLES)),
        relations=np.full((n, n, len(RELATION_CLASSES)), 1 / len(RELATION_CLASSES)),
        heard=np.zeros(n, dtype=np.bool_),
    )
    if not places:
        return opinion
    owners, starts, ends = np.array(places, dtype=np.int64).T
    firsts = np.searchsorted(memory.ends, starts, side="right")
    behinds = np.searchsorted(memory.starts, ends, side="left")
    there = firsts < behinds
    heard, owners = np.unique(owners[there], return_inverse=True)
    if not len(heard):
        return opinion
    types = np.array([TYPES.index(entities[number].type) for number in heard.tolist()], dtype=np.int64)
    roles, relations = heads(memory, Mentions(firsts[there], behinds[there], owners, types))
    opinion.roles[heard], opinion.heard[heard] = roles, True
    opinion.relations[np.ix_(heard, heard)] = relations
    return opinion
