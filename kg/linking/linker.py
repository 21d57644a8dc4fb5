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

from kg.linking.authors import add_authors
from kg.linking.clusters import Clusters, Decision, assign, cluster
from kg.linking.context import Read, by_context
from kg.linking.edges import EdgeSet, add_statements, result_rows
from kg.linking.families import add_families, first_papers
from kg.linking.forms import Form, Forms, gather
from kg.linking.links import add_links
from kg.linking.nodes import entities
from kg.linking.rulings import Ruling, by_pair, key_of
from kg.linking.shortform_merges import context_merges, short_form_merges
from kg.linking.shortforms import ShortForms, survey
from kg.records import Edge, Entity, Extraction, Merge, Paper, ResultRow
from kg.vocabulary import Vocabulary

#: So many papers are named with a decision.
PAPERS_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What all papers say together."""

    entities: tuple[Entity, ...] = ()  #: by id
    edges: tuple[Edge, ...] = ()  #: by source, kind, target
    results: tuple[ResultRow, ...] = ()  #: by paper and number
    merges: tuple[Merge, ...] = ()  #: what was joined or kept apart, and why
    nodes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: paper → entity's name → node


def link(
    papers: Sequence[Paper],
    extractions: Sequence[Extraction],
    *,
    vocabulary: Vocabulary | None = None,
    rulings: Sequence[Ruling] = (),
) -> Linked:
    """Link the extractions of papers into one graph.

    Each extraction must be of one of the papers; papers without one are nodes all the same.
    `rulings` are the user's own word on what is one thing, and override everything else.
    """
    with _no_collection():
        return _link(papers, extractions, vocabulary, rulings)


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
    papers: Sequence[Paper],
    extractions: Sequence[Extraction],
    vocabulary: Vocabulary | None,
    rulings: Sequence[Ruling],
) -> Linked:
    papers = sorted(papers, key=lambda paper: paper.id)
    extractions = sorted(extractions, key=lambda extraction: extraction.paper)
    by_id = {paper.id: paper for paper in papers}
    readings = survey(extractions, vocabulary=vocabulary)
    readings.keep_apart((key_of(r.left), key_of(r.right)) for r in rulings if not r.same)
    forms = gather(extractions, readings)
    ruled = by_pair(rulings, readings.common, forms.by_key)
    clusters = cluster(forms, readings, vocabulary=vocabulary, ruled=ruled)
    centres = assign(extractions, forms, clusters)
    reads = by_context(forms, readings)
    for read in reads:
        centres[read.local] = clusters.centre_of[read.long]
    found, ids = entities(by_id, extractions, forms, centres, clusters, readings, vocabulary=vocabulary)
    nodes = _local_nodes(extractions, centres, ids)

    edges = EdgeSet()
    add_statements(edges, papers, extractions, nodes)
    rows = tuple(result_rows(papers, extractions, nodes, found))
    add_families(
        edges,
        found,
        first_papers(extractions, nodes),
        forms,
        clusters,
        readings,
        ids,
        vocabulary=vocabulary,
    )
    found += add_links(edges, papers, extractions, nodes)
    found += add_authors(edges, papers)
    return Linked(
        entities=tuple(sorted(found, key=lambda entity: entity.id)),
        edges=tuple(edges.edges()),
        results=rows,
        merges=tuple(
            _merges(forms, clusters, readings, reads, ids, [extraction.paper for extraction in extractions])
        ),
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


def _merges(
    forms: Forms,
    clusters: Clusters,
    readings: ShortForms,
    reads: Sequence[Read],
    ids: Mapping[str, str],
    papers: Sequence[str],
) -> list[Merge]:
    """The decisions as records, with nodes for centres and spellings for keys."""
    merges = [_merge(decision, forms, clusters, ids, papers) for decision in clusters.decisions]
    merges += short_form_merges(forms, clusters, readings, ids)
    merges += context_merges(reads, forms, clusters, ids, papers)
    return sorted(
        set(merges), key=lambda m: (m.node, m.other, m.left, m.right, m.rule, m.score, m.reason, m.same)
    )


def _merge(
    decision: Decision, forms: Forms, clusters: Clusters, ids: Mapping[str, str], papers: Sequence[str]
) -> Merge:
    left, right = forms.by_key[decision.left], forms.by_key[decision.right]
    return Merge(
        node=ids.get(clusters.centre_of[left.key], ""),
        other=ids.get(clusters.centre_of[right.key], ""),
        left=left.name.text,
        right=right.name.text,
        same=decision.same,
        rule=decision.grounds.rule,
        score=round(decision.grounds.score, 4),
        reason=decision.grounds.reason,
        papers=_papers_of(left, forms, papers),
    )


def _papers_of(form: Form, forms: Forms, papers: Sequence[str]) -> tuple[str, ...]:
    """The first papers, by id, that use a form."""
    numbers = dict.fromkeys(forms.paper_of[local] for local in form.local[:PAPERS_NAMED])
    return tuple(papers[number] for number in numbers)
