"""Linking: from what each paper says to one graph of all papers.

`link` is a pure function of the set of papers: their order does not matter, and a paper that is added and
taken away again leaves no trace. It goes over the extractions three times:

    short forms      what acronyms stand for, by paper and in common          shortforms.py
    forms, clusters  which names are one thing, and what keeps others apart   forms.py, clusters.py
    nodes, edges     entities with their names and types, edges with support  nodes.py, edges.py
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.columns import from_batch, schema_of, to_batch
from kg.garbage import no_collection
from kg.linking.authors import add_authors
from kg.linking.clusters import assign, cluster
from kg.linking.context import by_context
from kg.linking.corpus import Codes, Corpus, Ints, PaperKeys, corpus_of, in_order, numbers_of
from kg.linking.digest import digests
from kg.linking.edges import EdgeRows, EdgeSet, add_statements, result_rows
from kg.linking.families import add_families
from kg.linking.forms import gather
from kg.linking.links import add_links
from kg.linking.memory import Memory
from kg.linking.merges import merges
from kg.linking.nodes import entities, entity_rows, metrics
from kg.linking.redirects import redirects
from kg.linking.rulings import Ruling, by_pair, key_of
from kg.linking.shortforms import survey
from kg.linking.surfaces import take_apart
from kg.records import Edge, Entity, Extraction, LocalNode, Merge, Paper, Redirect, ResultRow
from kg.vocabulary import Vocabulary


class LocalNodes(Mapping[str, Mapping[str, str]]):
    """Which node each entity of each paper became: paper → entity's name → node, made on look-up."""

    def __init__(self, corpus: Corpus, ids: Sequence[str], node: Ints) -> None:
        """`node` is the number of each entity's node, `ids` are the nodes' by number."""
        self._corpus, self._ids, self._node = corpus, ids, node
        self._numbers = {corpus.papers[number]: number for number in corpus.read}

    def __getitem__(self, paper: str) -> dict[str, str]:
        number = self._numbers[paper]
        entities = range(self._corpus.starts[number], self._corpus.starts[number + 1])
        names = self._corpus.names.words
        return {names[self._corpus.name[entity]]: self._ids[self._node[entity]] for entity in entities}

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def batches(self, size: int) -> Iterator[Any]:
        """Arrow record batches of `LocalNode`, by paper and name, of a size; the last may be smaller."""
        corpus = self._corpus
        place = np.empty(len(corpus.names), dtype=np.int64)
        names, ids = (pa.array(words, type=pa.string()) for words in (corpus.names.words, self._ids))
        place[pc.sort_indices(names).to_numpy()] = np.arange(len(place))  # UTF-8 sorts as code points do
        order = np.lexsort((np.arange(len(corpus.name)), place[corpus.name], corpus.paper))
        # of two entities with one name in one paper the last counts
        last = np.ones(len(order), dtype=bool)
        last[:-1] = (np.diff(corpus.paper[order]) != 0) | (np.diff(corpus.name[order]) != 0)
        order = order[last]
        papers = corpus.keys.ids
        for first in range(0, len(order), size):
            rows = order[first : first + size]
            yield pa.RecordBatch.from_arrays(
                [
                    papers.take(pa.array(corpus.paper[rows])),
                    names.take(pa.array(corpus.name[rows])),
                    ids.take(pa.array(self._node[rows])),
                ],
                schema=schema_of(LocalNode),
            )

    @property
    def table(self) -> NodeRows:
        """The same as rows of a table."""
        return NodeRows(self)


@dataclass(frozen=True, slots=True)
class NodeRows:
    """Local nodes as records, by paper and name."""

    nodes: LocalNodes

    def __iter__(self) -> Iterator[LocalNode]:
        for batch in self.batches(1024):
            yield from from_batch(LocalNode, batch)

    def batches(self, size: int) -> Iterator[Any]:
        """The same as Arrow record batches; see `LocalNodes.batches`."""
        return self.nodes.batches(size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What all papers say together."""

    entities: Sequence[Entity] = ()  #: by id
    edges: Collection[Edge] = ()  #: by source, kind, target
    results: Sequence[ResultRow] = ()  #: by paper and number
    merges: Sequence[Merge] = ()  #: what was joined or kept apart, and why
    nodes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: paper → entity's name → node
    redirects: Sequence[Redirect] = ()  #: ids that nodes also answer to, by node and id


def link(
    papers: Iterable[Paper],
    extractions: Iterable[Extraction],
    *,
    vocabulary: Vocabulary | None = None,
    rulings: Sequence[Ruling] = (),
) -> Linked:
    """Link the extractions of papers into one graph.

    Each extraction must be of one of the papers; papers without one are nodes all the same. Sequences may
    come in any order. Anything else must be sorted by the papers' ids, with no id twice, and `papers` must
    be such that it can be gone through again: that is done once for each time the edges are gone through,
    for what they quote, so that no paper's text is held.

    `rulings` are the user's own word on what is one thing, and override everything else.
    """
    papers, extractions = in_order(papers, "id"), in_order(extractions, "paper")
    with no_collection():
        keys = PaperKeys.of(papers)
        batches, read = [], []
        for ids, batch in digests(extractions, papers):
            read += ids
            batches.append(batch)
        corpus = corpus_of(keys, numbers_of(read, keys), batches)
        return link_corpus(corpus, papers, vocabulary=vocabulary, rulings=rulings)


def link_corpus(
    corpus: Corpus,
    papers: Iterable[Paper],
    *,
    vocabulary: Vocabulary | None = None,
    rulings: Sequence[Ruling] = (),
    memory: Memory | None = None,
    edges_made: Callable[[EdgeRows], None] | None = None,
) -> Linked:
    """Link what papers say; see `link`. `memory` is what an earlier build found out, and is told what this
    one does; `edges_made` is given the edges as soon as they are there.
    """
    memory = memory or Memory()
    surfaces = take_apart(corpus.surfaces.words, memory)
    readings = survey(corpus, surfaces, vocabulary=vocabulary, memory=memory)
    readings.keep_apart((key_of(r.left), key_of(r.right)) for r in rulings if not r.same)
    forms, texts = gather(corpus, surfaces, readings, memory)
    ruled = by_pair(rulings, readings.common, forms.number)
    clusters = cluster(forms, readings, vocabulary=vocabulary, ruled=ruled, memory=memory)
    centres = assign(corpus, forms, clusters)
    reads = by_context(corpus, forms, readings)
    for read in reads:
        centres[read.entity] = clusters.centre_of[read.long]
    nodes = entities(
        corpus, forms, centres, clusters, readings, texts=texts, vocabulary=vocabulary, memory=memory
    )
    node = nodes.at[centres]

    edges = EdgeSet(corpus, Codes(nodes.ids))
    add_statements(edges, corpus, node)
    # each entity's node, and the first paper that names each node
    ids = [nodes.ids[number] for number in node.tolist()]
    _, first = np.unique(node, return_index=True)
    add_families(
        edges,
        nodes,
        corpus.paper[first].tolist(),
        forms,
        clusters,
        readings,
        vocabulary=vocabulary,
        memory=memory,
    )
    others = add_links(edges, corpus, ids, surfaces, memory)
    authors = add_authors(edges, corpus, memory)
    closed = edges.close(papers)
    if edges_made is not None:
        edges_made(closed)
    batches = [nodes.batch(corpus), authors, to_batch(Entity, others)]
    numbers = np.concatenate([edges.numbers(batch.column("id").to_pylist()) for batch in batches])
    order = np.argsort(closed.places[numbers], kind="stable")
    found = entity_rows(batches, order, corpus, surfaces, memory)
    return Linked(
        entities=found,
        edges=closed,
        results=tuple(result_rows(corpus, ids, surfaces, metrics(found))),
        merges=merges(corpus, forms, clusters, readings, reads, nodes),
        nodes=LocalNodes(corpus, nodes.ids, node),
        redirects=redirects(corpus, forms, centres, nodes, closed.places, texts=texts, vocabulary=vocabulary),
    )
