"""Ids that a node also answers to, so that a link stored with an older graph still finds it.

An id is made of a node's type and name, and both are decided by all papers: as papers come and go, a
type is outvoted, another spelling becomes the name, two nodes become one or one becomes two. Nothing is
remembered between builds; instead each node also answers to every id that any of its spellings would
have given it under any of the types that papers give it. Where several nodes could answer, the one does for
which that spelling is written most often; an id that is some node's own is that node's alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg import schema
from kg.columns import schema_of
from kg.linking.corpus import Corpus, Ints
from kg.linking.forms import Forms
from kg.linking.grouping import group_counts
from kg.linking.in_columns import InColumns
from kg.linking.known_names import Texts, id_tail
from kg.linking.nodes import Nodes
from kg.records import Redirect
from kg.vocabulary import Vocabulary

#: What stands behind an id that several nodes wanted; see `kg.linking.identifiers.distinct`.
_HASH = re.compile(r"-[0-9a-f]{8}$")


def redirects(
    corpus: Corpus,
    forms: Forms,
    centres: Ints,
    nodes: Nodes,
    places: Ints,
    *,
    texts: Texts,
    vocabulary: Vocabulary | None = None,
) -> InColumns[Redirect]:
    """The other ids of all nodes, by node and id; `places` gives the order of the nodes' own."""
    readable = forms.surfaces.words[corpus.surface] >= 0
    written = group_counts(
        nodes.at[centres[corpus.entity[readable]]],
        forms.surfaces.text[corpus.surface[readable]],
        len(nodes.ids),
    )
    # each spelling of each node, with each end of an id that it gives: node, end, how often it is written
    node = np.repeat(np.arange(len(nodes.ids)), np.diff(written.starts))
    each = np.diff(texts.starts)[written.items]
    place = np.arange(each.sum()) + np.repeat(texts.starts[written.items] - (np.cumsum(each) - each), each)
    named, labels = _labelled(nodes, vocabulary)
    ends = pa.concat_arrays([nodes.tails, pa.array(labels, pa.string()), texts.tails]).dictionary_encode()
    code = ends.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    own, of_label, of_text = np.split(code, [len(nodes.ids), len(nodes.ids) + len(labels)])
    node = np.concatenate([np.repeat(node, each), named])
    code = np.concatenate([of_text[place], of_label])
    count = np.concatenate([np.repeat(written.weights, each), np.zeros(len(named), dtype=np.int64)])
    # … under each type that papers give it
    lengths = np.diff(nodes.types.starts)[node]
    at = np.arange(lengths.sum()) + np.repeat(
        nodes.types.starts[node] - (np.cumsum(lengths) - lengths), lengths
    )
    kinds = len(corpus.types)
    claimed = np.repeat(code, lengths) * kinds + nodes.types.items[at]
    node, count = np.repeat(node, lengths), np.repeat(count, lengths)
    taken = own * kinds + nodes.types.items[nodes.types.starts[:-1]]
    free = ~np.isin(claimed, np.concatenate([taken, _marked(nodes, ends.dictionary, corpus)]))
    claimed, node, count = claimed[free], node[free], count[free]
    # of several nodes the one that is written so most often, then the one with more papers, then by id
    order = np.lexsort((places[node], nodes.papers[node], count, claimed))
    last = np.append(np.diff(claimed[order]) != 0, True)[: len(order)]
    claimed, node = claimed[order][last], node[order][last]
    lowered = pa.array([kind.lower() for kind in corpus.types.words], pa.string())
    ids = pc.binary_join_element_wise(
        lowered.take(pa.array(claimed % max(kinds, 1))),
        ends.dictionary.take(pa.array(claimed // max(kinds, 1))),
        "/",
    )
    table = pa.Table.from_arrays(
        [ids, pa.array(nodes.ids, pa.string()).take(pa.array(node))], schema=schema_of(Redirect)
    )
    return InColumns(
        Redirect, table.take(pc.sort_indices(table, [("node", "ascending"), ("id", "ascending")]))
    )


def _labelled(nodes: Nodes, vocabulary: Vocabulary | None) -> tuple[Ints, list[str]]:
    """Nodes that are a concept of the vocabulary, by number, with the ends of ids that its labels give."""
    named, ends = [], []
    for number, concept in nodes.concepts.items():
        labels = [nodes.names[number]]
        if vocabulary is not None and concept in vocabulary.concepts:
            labels += vocabulary.concepts[concept].labels
        for label in labels:
            named.append(number)
            ends.append(id_tail(label))
    return np.array(named, dtype=np.int64), ends


def _marked(nodes: Nodes, ends: Any, corpus: Corpus) -> Ints:
    """Nodes' own ids that end in a hash, as far as their ends are among these."""
    found = []
    codes: dict[str, int] = {}
    for id_ in nodes.ids:
        if _HASH.search(id_):
            kind, _, tail = id_.partition("/")
            codes = codes or {end: code for code, end in enumerate(ends.to_pylist())}
            if tail in codes:
                found.append(codes[tail] * len(corpus.types) + corpus.types(kind.upper()))
    return np.array(found, dtype=np.int64)


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
