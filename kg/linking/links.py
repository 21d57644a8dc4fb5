"""Links as nodes and edges: repositories and pages, papers of the set, and what a repository implements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg import schema
from kg.linking.addresses import Address, address, paper_id
from kg.linking.edges import EdgeSet, LocalNodes, Quotes
from kg.linking.names import is_unmistakable, parse
from kg.records import Entity, Extraction, Link, LocalEntity, Paper, Support, paper_node

#: A shorter name may be part of a repository's by chance.
SHORTEST_PART = 4


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
    entity the only one that it proposes, or the one that the title begins with ("KnowRL: …").
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
    chosen, rule, score = _chosen(proposed, link, repository, quotes.text)
    said = quotes.support(link.evidence)
    support = Support(
        paper=said.paper, start=said.start, end=said.end, quote=said.quote, rule=rule, score=score
    )
    for entity in chosen:
        edges.add(local[entity.name], "implemented_by", repository.node, support)


def _chosen(
    proposed: Sequence[LocalEntity], link: Link, repository: Address, text: str
) -> tuple[Sequence[LocalEntity], str, float]:
    """What of a paper's proposals a repository implements, by which rule, and how sure that is."""
    key = parse(repository.repository).key
    same = [entity for entity in proposed if key in _keys(entity)]
    if same:
        return same, "same_name", 0.95
    if link.relation != "provides":
        return (), "", 0.0
    within = [
        entity for entity in proposed if any(_is_part(name, key) for name in _keys(entity, proper=True))
    ]
    if len(within) == 1:
        return within, "name_within", 0.85
    if len(proposed) == 1:
        return proposed, "only_proposal", 0.8
    head, colon, _ = text.partition("\n")[0].partition(":")
    named = [entity for entity in proposed if colon and parse(head).key in _keys(entity)]
    return (named, "title_name", 0.8) if named else ((), "", 0.0)


def _keys(entity: LocalEntity, *, proper: bool = False) -> set[str]:
    """The normal forms of an entity's surfaces, or of those only that are proper names."""
    return {
        parse(surface).key
        for surface in entity.surfaces
        if not proper or is_unmistakable(parse(surface).text)
    }


def _is_part(name: str, repository: str) -> bool:
    """Whether a repository's name begins or ends with a proper name: "KnowRL-code"."""
    return len(name) >= SHORTEST_PART and (repository.startswith(name) or repository.endswith(name))


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
