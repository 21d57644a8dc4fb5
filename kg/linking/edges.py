"""Edges and result rows, each with everything that supports it.

An edge's confidence is a noisy-or over the papers that state it: 1 − Π (1 − s), where s is the best
score of its evidence in each paper, capped at CEILING so that no single reading is taken for certain
(the same combination as in Dong et al. 2014, "Knowledge Vault", section 4.3, with papers for extractors).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg import schema
from kg.linking.names import parse
from kg.records import Edge, Entity, Evidence, Extraction, Paper, Result, ResultRow, Support, paper_node

#: No single paper's evidence counts for more.
CEILING = 0.95
#: Names of the nodes of each paper's entities.
LocalNodes = Mapping[str, Mapping[str, str]]

_ROLE_RANK = {role: rank for rank, role in enumerate(schema.ROLES)}


@dataclass(slots=True)
class EdgeSet:
    """Edges by their ends and kind, with their supports."""

    supports: dict[tuple[str, str, str], list[Support]] = field(default_factory=dict)

    def add(self, source: str, kind: str, target: str, support: Support) -> None:
        """Add a piece of evidence; an edge from a node to itself says nothing and is left out."""
        if source != target:
            self.supports.setdefault((source, kind, target), []).append(support)

    def edges(self) -> Iterator[Edge]:
        """The edges by source, kind and target."""
        for source, kind, target in sorted(self.supports):
            found = self.supports[source, kind, target]
            evidence = tuple(sorted(set(found), key=_order) if len(found) > 1 else found)
            yield Edge(
                source=source,
                target=target,
                kind=kind,
                support=len({support.paper for support in evidence}),
                confidence=confidence(evidence),
                evidence=evidence,
            )


def _order(support: Support) -> tuple[str, int, int, str, str, float]:
    start, end = (-1 if at is None else at for at in (support.start, support.end))
    return support.paper, start, end, support.rule, support.quote, support.score


def confidence(evidence: Sequence[Support]) -> float:
    """How sure an edge is, from 0 to 1, with four decimals.

    >>> from kg.records import Support
    >>> def said(paper, score):
    ...     return Support(paper=paper, start=0, end=1, quote="x", rule="r", score=score)
    >>> confidence([said("a", 0.5)]), confidence([said("a", 0.5), said("b", 0.6)])
    (0.5, 0.8)
    """
    if len(evidence) == 1:
        return round(min(evidence[0].score, CEILING), 4)
    best: dict[str, float] = {}
    for support in evidence:
        best[support.paper] = max(best.get(support.paper, 0.0), min(support.score, CEILING))
    doubt = 1.0
    for paper in sorted(best):
        doubt *= 1.0 - best[paper]
    return round(1.0 - doubt, 4)


def by_record(paper: str, rule: str = "record") -> Support:
    """Support by a paper's record, not by its text."""
    return Support(paper=paper, start=None, end=None, quote="", rule=rule, score=1.0)


@dataclass(slots=True)
class Quotes:
    """Quotes from one paper's text; one sentence is one string however often it is quoted."""

    paper: str
    text: str
    known: dict[tuple[int, int], str] = field(default_factory=dict)

    def support(self, evidence: Evidence) -> Support:
        """The support that a piece of evidence gives."""
        place = (evidence.start, evidence.end)
        quote = self.known.get(place)
        if quote is None:
            quote = self.known[place] = self.text[evidence.start : evidence.end]
        return Support(
            paper=self.paper,
            start=evidence.start,
            end=evidence.end,
            quote=quote,
            rule=evidence.rule,
            score=evidence.score,
        )


def add_statements(
    edges: EdgeSet, papers: Sequence[Paper], extractions: Sequence[Extraction], nodes: LocalNodes
) -> None:
    """Add what papers say: roles of entities in papers, and relations between entities."""
    texts = {paper.id: paper.text for paper in papers}
    for extraction in extractions:
        quotes = Quotes(extraction.paper, texts[extraction.paper])
        local = nodes[extraction.paper]
        roles: dict[str, str] = {}
        for entity in extraction.entities:
            node = local[entity.name]
            role = roles.get(node, entity.role)
            roles[node] = min(role, entity.role, key=lambda name: _ROLE_RANK[name])
        source = paper_node(extraction.paper)
        for entity in extraction.entities:
            node = local[entity.name]
            if entity.role == roles[node]:
                edges.add(source, entity.role, node, quotes.support(entity.evidence))
        for relation in extraction.relations:
            subject, target = local.get(relation.subject), local.get(relation.object)
            if subject is not None and target is not None:
                edges.add(subject, relation.predicate, target, quotes.support(relation.evidence))


def result_rows(
    papers: Sequence[Paper], extractions: Sequence[Extraction], nodes: LocalNodes, entities: Iterable[Entity]
) -> Iterator[ResultRow]:
    """The results with their subjects, metrics, datasets and baselines as nodes, by paper and number."""
    texts = {paper.id: paper.text for paper in papers}
    metrics = _metrics(entities)
    for extraction in extractions:
        if not extraction.results:
            continue
        quotes = Quotes(extraction.paper, texts[extraction.paper])
        local = nodes[extraction.paper]
        own = {
            parse(surface).key: local[entity.name]
            for entity in extraction.entities
            if entity.type == "METRIC"
            for surface in entity.surfaces
        }
        number = 0
        for result in extraction.results:
            subject = local.get(result.subject)
            if subject is None:
                continue
            number += 1
            yield _row(extraction.paper, number, result, subject, local, own, metrics, quotes)


def _row(
    paper: str,
    number: int,
    result: Result,
    subject: str,
    local: Mapping[str, str],
    own: Mapping[str, str],
    metrics: Mapping[str, str],
    quotes: Quotes,
) -> ResultRow:
    metric = parse(result.metric).key
    return ResultRow(
        id=f"result/{paper}/{number}",
        paper=paper,
        subject=subject,
        metric=local.get(result.metric) or own.get(metric) or metrics.get(metric),
        metric_text=result.metric,
        value=result.value,
        number=result.number,
        unit=result.unit,
        dataset=None if result.dataset is None else local.get(result.dataset),
        baseline=None if result.baseline is None else local.get(result.baseline),
        evidence=quotes.support(result.evidence),
    )


def _metrics(entities: Iterable[Entity]) -> dict[str, str]:
    """Metrics of the set by the normal forms of their names, where only one has it."""
    found: dict[str, set[str]] = {}
    for entity in entities:
        if entity.kind == "METRIC" and not entity.ambiguous:
            for name in (entity.name, *(alias for alias, _ in entity.aliases)):
                found.setdefault(parse(name).key, set()).add(entity.id)
    return {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}
