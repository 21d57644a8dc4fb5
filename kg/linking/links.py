"""Links as nodes and edges: repositories and pages, papers of the set, and what a repository implements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg import schema
from kg.linking.addresses import Address, address, paper_id
from kg.linking.edges import EdgeSet, LocalNodes, Quotes
from kg.linking.names import parse
from kg.records import Entity, Extraction, Link, Paper, Support, paper_node


@dataclass(slots=True)
class _Target:
    """What papers say of one address."""

    address: Address
    urls: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    papers: set[str] = field(default_factory=set)


def add_links(
    edges: EdgeSet, papers: Sequence[Paper], extractions: Sequence[Extraction], nodes: LocalNodes
) -> list[Entity]:
    """Repositories and pages as nodes, and the edges to and from them.

    An arXiv or DOI address of a paper of the set leads to that paper. A repository implements an entity
    that the paper proposes where their names agree, or where it is the paper's own repository and the
    entity the only one that it proposes.
    """
    texts = {paper.id: paper.text for paper in papers}
    known = _known_papers(papers)
    targets: dict[str, _Target] = {}
    for extraction in extractions:
        quotes = Quotes(extraction.paper, texts[extraction.paper])
        for link in extraction.links:
            found = address(link.url)
            cited = _cited(link, known)
            node = found.node if cited is None else cited
            edges.add(paper_node(extraction.paper), link.relation, node, quotes.support(link.evidence))
            if cited is not None:
                continue
            target = targets.setdefault(found.node, _Target(found))
            target.urls[found.url] += 1
            target.names[found.name] += 1
            target.kinds[link.kind] += 1
            target.papers.add(extraction.paper)
            if found.kind == "REPOSITORY":
                _implemented(edges, extraction, link, found, nodes[extraction.paper], quotes)
    return [_entity(target) for target in targets.values()]


def _known_papers(papers: Sequence[Paper]) -> dict[str, str]:
    """Node ids of papers by arXiv id and DOI."""
    known: dict[str, str] = {}
    for paper in papers:
        for id_ in (paper.arxiv_id, paper.doi.casefold(), paper.id):
            if id_:
                known.setdefault(id_, paper_node(paper.id))
    return known


def _cited(link: Link, known: Mapping[str, str]) -> str | None:
    arxiv, doi = paper_id(link.url)
    return (known.get(arxiv) if arxiv else None) or (known.get(doi) if doi else None)


def _implemented(
    edges: EdgeSet,
    extraction: Extraction,
    link: Link,
    repository: Address,
    local: Mapping[str, str],
    quotes: Quotes,
) -> None:
    proposed = [entity for entity in extraction.entities if entity.role == "proposes"]
    repository_key = parse(repository.repository).key
    rule, score = "", 0.0
    chosen = [e for e in proposed if any(parse(surface).key == repository_key for surface in e.surfaces)]
    if chosen:
        rule, score = "same_name", 0.95
    elif link.relation == "provides" and len(proposed) == 1:
        chosen, rule, score = proposed, "only_proposal", 0.8
    for entity in chosen:
        said = quotes.support(link.evidence)
        edges.add(
            local[entity.name],
            "implemented_by",
            repository.node,
            Support(
                paper=said.paper, start=said.start, end=said.end, quote=said.quote, rule=rule, score=score
            ),
        )


def _entity(target: _Target) -> Entity:
    url = min(target.urls, key=lambda url: (-target.urls[url], url))
    order = {kind: rank for rank, kind in enumerate(schema.LINK_KINDS)}
    kind = min(target.kinds, key=lambda kind: (-target.kinds[kind], order.get(kind, len(order))))
    return Entity(
        id=target.address.node,
        kind=target.address.kind,
        name=min(target.names, key=lambda name: (-target.names[name], name)),
        aliases=tuple(sorted(target.urls.items(), key=lambda item: (-item[1], item[0]))),
        papers=len(target.papers),
        url=url,
        link_kind=kind,
    )
