"""Links as nodes and edges: repositories and pages, papers of the set, and what a repository implements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg import schema
from kg.linking.addresses import Address, address, paper_id
from kg.linking.corpus import Corpus, SaidLink
from kg.linking.edges import EdgeSet
from kg.linking.names import is_unmistakable, parse
from kg.records import Entity, paper_node

#: A shorter name may be part of a repository's by chance.
SHORTEST_PART = 4


@dataclass(slots=True)
class _Target:
    """What papers say of one address."""

    address: Address
    urls: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    papers: set[int] = field(default_factory=set)


def add_links(edges: EdgeSet, corpus: Corpus, nodes: Sequence[str]) -> list[Entity]:
    """Repositories and pages as nodes, and the edges to and from them; `nodes` gives each entity's node.

    An arXiv or DOI address of a paper of the set leads to that paper. A repository, or what Hugging Face or
    Zenodo holds (of models, models; of data, data sets), implements an entity
    that the paper proposes where their names agree, or where it is the paper's own repository and the
    entity the only one that it proposes, or the one that the title begins with ("KnowRL: …").
    """
    targets: dict[str, _Target] = {}
    known = corpus.known() if corpus.links else {}
    for said in corpus.links:
        found = address(said.link.url)
        cited = _cited(said, corpus, known)
        _add(edges, said, paper_node(corpus.papers[said.paper]), said.link.relation, cited or found.node)
        if cited:
            continue
        target = targets.setdefault(found.node, _Target(found))
        target.urls[found.url] += 1
        target.names[found.name] += 1
        target.kinds[said.link.kind] += 1
        target.papers.add(said.paper)
        if found.kind == "REPOSITORY" or found.types:
            chosen, rule, score = _chosen(said, found, corpus)
            for entity in chosen:
                _add(edges, said, nodes[entity], "implemented_by", found.node, rule=rule, score=score)
    return [_entity(target) for target in targets.values()]


def _add(
    edges: EdgeSet,
    said: SaidLink,
    source: str,
    kind: str,
    target: str,
    *,
    rule: str = "",
    score: float | None = None,
) -> None:
    evidence = said.link.evidence
    edges.add(
        source,
        kind,
        target,
        paper=said.paper,
        start=evidence.start,
        end=evidence.end,
        quote=said.quote,
        rule=rule or evidence.rule,
        score=evidence.score if score is None else score,
    )


def _cited(said: SaidLink, corpus: Corpus, known: Mapping[str, int]) -> str:
    """The node of the paper of the set that a link leads to, if it does."""
    for id_ in paper_id(said.link.url):
        if id_ and id_ in known:
            return paper_node(corpus.papers[known[id_]])
    return ""


def _chosen(said: SaidLink, repository: Address, corpus: Corpus) -> tuple[Sequence[int], str, float]:
    """What of a paper's proposals a repository implements, by which rule, and how sure that is."""
    types = _types(said, repository)
    proposed = {
        entity: corpus.spelt(entity)
        for entity in corpus.proposals(said.paper)
        if not types or corpus.types.words[corpus.type[entity]] in types
    }
    key = parse(repository.repository).key
    same = [entity for entity, spelt in proposed.items() if key in _keys(spelt)]
    if same:
        return same, "same_name", 0.95
    if said.link.relation != "provides":
        return (), "", 0.0
    within = [
        entity
        for entity, spelt in proposed.items()
        if any(_is_part(name, key) for name in _keys(spelt, proper=True))
    ]
    if len(within) == 1:
        return within, "name_within", 0.85
    if len(proposed) == 1:
        return list(proposed), "only_proposal", 0.8
    heading = parse(said.heading).key if said.heading else ""
    named = [entity for entity, spelt in proposed.items() if heading and heading in _keys(spelt)]
    return (named, "title_name", 0.8) if named else ((), "", 0.0)


def _types(said: SaidLink, repository: Address) -> tuple[str, ...]:
    """The types of what an address may stand for: what a store holds without a name, the words must tell."""
    if repository.types and not repository.repository:
        return {"data": ("DATASET",), "model": ("MODEL",)}.get(said.link.kind, ("METHOD", "MODEL"))
    return repository.types


def _keys(spelt: Sequence[str], *, proper: bool = False) -> set[str]:
    """The normal forms of an entity's surfaces, or of those only that are proper names."""
    return {parse(surface).key for surface in spelt if not proper or is_unmistakable(parse(surface).text)} - {
        ""
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
