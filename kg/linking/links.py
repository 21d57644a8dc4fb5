"""Links as nodes and edges: repositories and pages, papers of the set, and what a repository implements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from kg import schema
from kg.linking.addresses import Address, address, paper_id
from kg.linking.corpus import Corpus, SaidLink
from kg.linking.edges import EdgeSet
from kg.linking.memory import Memory
from kg.linking.names import is_unmistakable, parse
from kg.linking.surfaces import Surfaces
from kg.records import Entity, paper_node

#: A shorter name may be part of a repository's by chance.
SHORTEST_PART = 4
_ADDRESSES = pa.schema(
    [
        *((name, pa.string()) for name in ("node", "kind", "url", "name", "repository")),
        ("types", pa.list_(pa.string())),
        ("arxiv", pa.string()),
        ("doi", pa.string()),
    ]
)


@dataclass(slots=True)
class _Target:
    """What papers say of one address."""

    address: Address
    urls: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    papers: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Leads:
    """Where one spelling of an address leads: a node, and the keys of a paper."""

    found: Address
    papers: tuple[str, str]


def add_links(
    edges: EdgeSet,
    corpus: Corpus,
    nodes: Sequence[str],
    surfaces: Surfaces,
    memory: Memory | None = None,
) -> list[Entity]:
    """Repositories and pages as nodes, and the edges to and from them; `nodes` gives each entity's node.

    An arXiv or DOI address of a paper of the set leads to that paper. A repository, or what Hugging Face or
    Zenodo holds (of models, models; of data, data sets), implements an entity
    that the paper proposes where their names agree, or where it is the paper's own repository and the
    entity the only one that it proposes, or the one that the title begins with ("KnowRL: …").
    """
    targets: dict[str, _Target] = {}
    known = corpus.known() if corpus.links else {}
    leads = _leads(sorted({said.link.url for said in corpus.links}), memory or Memory())
    for said in corpus.links:
        lead = leads[said.link.url]
        found = lead.found
        cited = _cited(lead, corpus, known)
        _add(edges, said, paper_node(corpus.papers[said.paper]), said.link.relation, cited or found.node)
        if cited:
            continue
        target = targets.setdefault(found.node, _Target(found))
        target.urls[found.url] += 1
        target.names[found.name] += 1
        target.kinds[said.link.kind] += 1
        target.papers.add(said.paper)
        if found.kind == "REPOSITORY" or found.types:
            chosen, rule, score = _chosen(said, found, corpus, surfaces)
            for entity in chosen:
                _add(edges, said, nodes[entity], "implemented_by", found.node, rule=rule, score=score)
    return [_entity(target) for target in targets.values()]


def _leads(urls: list[str], memory: Memory) -> dict[str, _Leads]:
    """Where some distinct addresses lead."""
    batch = memory.column("addresses", pa.array(urls, pa.string()), _of_urls)
    columns = [column.to_pylist() for column in batch.columns]
    found = {}
    for spelt, node, kind, url, name, repository, types, arxiv, doi in zip(urls, *columns, strict=True):
        leads = Address(node=node, kind=kind, url=url, name=name, repository=repository, types=tuple(types))
        found[spelt] = _Leads(leads, (arxiv, doi))
    return found


def _of_urls(urls: list[str]) -> Any:
    rows = [(address(url), paper_id(url)) for url in urls]
    found = [
        (each.node, each.kind, each.url, each.name, each.repository, each.types, *papers)
        for each, papers in rows
    ]
    columns = zip(*found, strict=True) if found else ((),) * len(_ADDRESSES)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _ADDRESSES, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=_ADDRESSES)


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


def _cited(lead: _Leads, corpus: Corpus, known: Mapping[str, int]) -> str:
    """The node of the paper of the set that a link leads to, if it does."""
    for id_ in lead.papers:
        if id_ and id_ in known:
            return paper_node(corpus.papers[known[id_]])
    return ""


def _chosen(
    said: SaidLink, repository: Address, corpus: Corpus, surfaces: Surfaces
) -> tuple[Sequence[int], str, float]:
    """What of a paper's proposals a repository implements, by which rule, and how sure that is."""
    types = _types(said, repository)
    proposed = {
        entity: corpus.surface[corpus.first[entity] : corpus.first[entity + 1]].tolist()
        for entity in corpus.proposals(said.paper)
        if not types or corpus.types.words[corpus.type[entity]] in types
    }
    key = parse(repository.repository).key
    same = [entity for entity, spelt in proposed.items() if key in _keys(spelt, surfaces)]
    if same:
        return same, "same_name", 0.95
    if said.link.relation != "provides":
        return (), "", 0.0
    within = [
        entity
        for entity, spelt in proposed.items()
        if any(_is_part(name, key) for name in _keys(spelt, surfaces, proper=True))
    ]
    if len(within) == 1:
        return within, "name_within", 0.85
    if len(proposed) == 1:
        return list(proposed), "only_proposal", 0.8
    heading = parse(said.heading).key if said.heading else ""
    named = [entity for entity, spelt in proposed.items() if heading and heading in _keys(spelt, surfaces)]
    return (named, "title_name", 0.8) if named else ((), "", 0.0)


def _types(said: SaidLink, repository: Address) -> tuple[str, ...]:
    """The types of what an address may stand for: what a store holds without a name, the words must tell."""
    if repository.types and not repository.repository:
        return {"data": ("DATASET",), "model": ("MODEL",)}.get(said.link.kind, ("METHOD", "MODEL"))
    return repository.types


def _keys(spelt: Sequence[int], surfaces: Surfaces, *, proper: bool = False) -> set[str]:
    """The normal forms of an entity's surfaces, or of those only that are proper names."""
    texts = surfaces.texts.words
    return {
        surfaces.keys(surface)
        for surface in spelt
        if not proper or is_unmistakable(texts[surfaces.text[surface]])
    } - {""}


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
