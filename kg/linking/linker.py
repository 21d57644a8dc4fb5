"""Linking: from what each paper says to one graph of all papers.

`link` is a pure function of the set of papers: their order does not matter, and a paper that is added and
taken away again leaves no trace. It goes over the extractions three times:

    short forms      what acronyms stand for, by paper and in common          shortforms.py
    forms, clusters  which names are one thing, and what keeps others apart   forms.py, clusters.py
    nodes, edges     entities with their names and types, edges with support  nodes.py, edges.py
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from kg.linking import guards
from kg.linking.authors import add_authors
from kg.linking.clusters import Clusters, Decision, assign, cluster
from kg.linking.edges import EdgeSet, add_statements, by_record, result_rows
from kg.linking.forms import Forms, gather
from kg.linking.links import add_links
from kg.linking.names import parse
from kg.linking.nodes import entities
from kg.linking.shortforms import survey
from kg.records import Edge, Entity, Extraction, Merge, Paper, ResultRow
from kg.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What all papers say together."""

    entities: tuple[Entity, ...] = ()  #: by id
    edges: tuple[Edge, ...] = ()  #: by source, kind, target
    results: tuple[ResultRow, ...] = ()  #: by paper and number
    merges: tuple[Merge, ...] = ()  #: what was joined or kept apart, and why
    nodes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: paper → entity's name → node


def link(
    papers: Sequence[Paper], extractions: Sequence[Extraction], *, vocabulary: Vocabulary | None = None
) -> Linked:
    """Link the extractions of papers into one graph.

    Each extraction must be of one of the papers; papers without one are nodes all the same.
    """
    with _no_collection():
        return _link(papers, extractions, vocabulary)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the search for garbage in cycles: linking makes millions of objects and no cycle, and the
    search, over all of them each time their number has grown by a quarter, takes a third of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _link(
    papers: Sequence[Paper], extractions: Sequence[Extraction], vocabulary: Vocabulary | None
) -> Linked:
    papers = sorted(papers, key=lambda paper: paper.id)
    extractions = sorted(extractions, key=lambda extraction: extraction.paper)
    by_id = {paper.id: paper for paper in papers}
    readings = survey(extractions, vocabulary=vocabulary)
    forms = gather(extractions, readings)
    clusters = cluster(forms, readings, vocabulary=vocabulary)
    centres = assign(extractions, forms, clusters)
    found, ids = entities(by_id, extractions, forms, centres, clusters, readings, vocabulary=vocabulary)
    nodes = _local_nodes(extractions, centres, ids)

    edges = EdgeSet()
    add_statements(edges, papers, extractions, nodes)
    rows = tuple(result_rows(papers, extractions, nodes, found))
    _add_families(edges, found, extractions, nodes, vocabulary)
    found += add_links(edges, papers, extractions, nodes)
    found += add_authors(edges, papers)
    return Linked(
        entities=tuple(sorted(found, key=lambda entity: entity.id)),
        edges=tuple(edges.edges()),
        results=rows,
        merges=tuple(_merges(forms, clusters, ids)),
        nodes=nodes,
    )


def _local_nodes(
    extractions: Sequence[Extraction], centres: Sequence[str], ids: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    nodes: dict[str, dict[str, str]] = {}
    local = 0
    for extraction in extractions:
        own = nodes.setdefault(extraction.paper, {})
        for entity in extraction.entities:
            own[entity.name] = ids[centres[local]]
            local += 1
    return nodes


def _add_families(
    edges: EdgeSet,
    found: Sequence[Entity],
    extractions: Sequence[Extraction],
    nodes: Mapping[str, Mapping[str, str]],
    vocabulary: Vocabulary | None,
) -> None:
    """Edges from versions, sizes and variants to the nearest member of their family that is a node."""
    by_key: dict[str, set[str]] = {}
    by_concept = {entity.concept: entity.id for entity in found if entity.concept}
    kinds = {entity.id: entity.kind for entity in found}
    for entity in found:
        for name in (entity.name, *(alias for alias, _ in entity.aliases)):
            by_key.setdefault(parse(name).key, set()).add(entity.id)
    first_paper: dict[str, str] = {}
    for extraction in extractions:
        for node in nodes[extraction.paper].values():
            first_paper.setdefault(node, extraction.paper)
    for entity in found:
        said = first_paper[entity.id]
        if entity.concept and vocabulary is not None:
            for concept in vocabulary.concepts[entity.concept].broader:
                if concept in by_concept:
                    edges.add(entity.id, "broader", by_concept[concept], by_record(said, "vocabulary"))
        for key in guards.family(parse(entity.name)):
            members = sorted(
                id_ for id_ in by_key.get(key, ()) if id_ != entity.id and kinds[id_] == entity.kind
            )
            if members:
                if len(members) == 1:
                    edges.add(entity.id, "broader", members[0], by_record(said, "family"))
                break


def _merges(forms: Forms, clusters: Clusters, ids: Mapping[str, str]) -> list[Merge]:
    """The decisions as records, with nodes for centres and spellings for keys."""
    merges = [_merge(decision, forms, clusters, ids) for decision in clusters.decisions]
    return sorted(merges, key=lambda merge: (merge.node, merge.other, merge.left, merge.right, merge.rule))


def _merge(decision: Decision, forms: Forms, clusters: Clusters, ids: Mapping[str, str]) -> Merge:
    left, right = decision.left, decision.right
    return Merge(
        node=ids.get(clusters.centre_of[left], ""),
        other=ids.get(clusters.centre_of[right], ""),
        left=forms.by_key[left].name.text,
        right=forms.by_key[right].name.text,
        same=decision.same,
        rule=decision.grounds.rule,
        score=round(decision.grounds.score, 4),
        reason=decision.grounds.reason,
    )
