"""Ids that a node also answers to, so that a link stored with an older graph still finds it.

An id is made of a node's type and name, and both are decided by all papers: as papers come and go, a
type is outvoted, another spelling becomes the name, two nodes become one or one becomes two. Nothing is
remembered between builds; instead each node also answers to every id that any of its spellings would
have given it under any of the types that papers give it. Where several nodes could answer, the one does for
which that spelling is written most often; an id that is some node's own is that node's alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from kg import schema
from kg.linking.corpus import Corpus, Ints
from kg.linking.forms import Forms
from kg.linking.grouping import group_counts
from kg.linking.naming import names_of
from kg.linking.nodes import node_id
from kg.records import Entity, Redirect
from kg.vocabulary import Vocabulary

#: What stands behind an id that several nodes wanted; see `kg.linking.identifiers.distinct`.
_HASH = re.compile(r"-[0-9a-f]{8}$")


def redirects(
    corpus: Corpus,
    forms: Forms,
    centres: Ints,
    ids: Mapping[int, str],
    entities: Sequence[Entity],
    *,
    vocabulary: Vocabulary | None = None,
) -> tuple[Redirect, ...]:
    """The other ids of all nodes, by node and id; `entities` are the nodes that `ids` names, in its order."""
    texts = forms.surfaces.texts.words
    readable = forms.surfaces.words[corpus.surface] >= 0
    written = group_counts(
        centres[corpus.entity[readable]], forms.surfaces.text[corpus.surface[readable]], len(forms)
    )
    by_id = {entity.id: entity for entity in entities}
    claims: dict[str, tuple[int, int, str]] = {}
    for centre, counts in enumerate(written.all_counts()):
        if centre not in ids:
            continue
        node = by_id[ids[centre]]
        for name, count in _names(node, counts, texts, vocabulary):
            for kind, _ in node.types:
                claimed = node_id(kind, name)
                if claimed not in by_id:
                    claim = (count, node.papers, node.id)
                    claims[claimed] = max(claims.get(claimed, claim), claim)
    return tuple(
        sorted(
            (Redirect(id=id_, node=node) for id_, (_, _, node) in claims.items()),
            key=lambda redirect: (redirect.node, redirect.id),
        )
    )


def _names(
    node: Entity, counts: Sequence[tuple[int, int]], texts: Sequence[str], vocabulary: Vocabulary | None
) -> Iterator[tuple[str, int]]:
    """The names that each spelling of a node would give it by itself, with how often it is written."""
    for text, count in counts:
        for name in names_of(texts[text]):
            yield name, count
    if node.concept:
        yield node.name, 0
        if vocabulary is not None and node.concept in vocabulary.concepts:
            for label in vocabulary.concepts[node.concept].labels:
                yield label, 0


def earlier_ids(id_: str) -> Iterator[str]:
    """An id, then what else to look for where nothing answers to it: the same without the hash that it had
    because another node wanted it too, and the same name under other types, for two nodes that were one may
    have given it the type of one and the name of the other.

    >>> list(earlier_ids("method/rag-3e23e816"))[:3]
    ['method/rag-3e23e816', 'method/rag', 'model/rag-3e23e816']
    """
    kind, slash, tail = id_.partition("/")
    tails = list(dict.fromkeys((tail, _HASH.sub("", tail))))
    if not slash or kind.upper() not in schema.ENTITY_TYPES:
        yield id_
        return
    for each in dict.fromkeys((kind, *map(str.lower, schema.ENTITY_TYPES))):
        yield from (f"{each}/{tail}" for tail in tails)


def resolve(id_: str, nodes: Collection[str], redirected: Mapping[str, str]) -> str:
    """The node that an id of this graph or of an older one leads to, or nothing.

    >>> resolve("task/rag-3e23e816", {"method/rag"}, {"task/rag": "method/rag"})
    'method/rag'
    """
    for each in earlier_ids(id_):
        if each in nodes:
            return each
        if each in redirected:
            return redirected[each]
    return ""
