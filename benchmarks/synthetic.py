"""Made-up graphs of any size, for measuring what does not depend on what papers say."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from kg.records import Edge, Entity, Extraction, LocalNode, Paper, ResultRow, Support, paper_node

#: Edges for each node, papers among the nodes, and papers for each field of research.
EDGES_A_NODE, PAPERS_AMONG_NODES, PAPERS_A_FIELD = 2.5, 0.25, 60
KINDS = ("METHOD", "METHOD", "METHOD", "MODEL", "DATASET", "TASK", "TASK", "METRIC")
ROLES = ("uses", "uses", "uses", "proposes", "addresses", "compares", "mentions")
SYLLABLES = tuple(a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "or"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """A graph held in tuples, each in the order that a graph gives."""

    all_papers: tuple[Paper, ...]
    all_entities: tuple[Entity, ...]
    all_edges: tuple[Edge, ...]

    def papers(self) -> Iterable[Paper]:
        """All papers."""
        return self.all_papers

    def entities(self) -> Iterable[Entity]:
        """All entities."""
        return self.all_entities

    def edges(self) -> Iterable[Edge]:
        """All edges."""
        return self.all_edges

    def results(self) -> Iterable[ResultRow]:
        """None."""
        return ()

    def extractions(self) -> Iterable[Extraction]:
        """None."""
        return ()

    def nodes(self) -> Iterable[LocalNode]:
        """None."""
        return ()


def synthetic(nodes: int, *, seed: int = 7) -> Synthetic:
    """A graph of so many nodes: papers of many fields, which name the entities of their field and, less
    often, everybody's; few entities are named by many papers, many by one or two.

    >>> graph = synthetic(200)
    >>> len(graph.all_papers) + len(graph.all_entities), len(graph.all_edges)
    (200, 500)
    """
    draw = random.Random(seed)
    count = int(nodes * PAPERS_AMONG_NODES)
    fields = max(count // PAPERS_A_FIELD, 1)
    entities = [_name(draw) for _ in range(nodes - count)]
    kinds = [draw.choice(KINDS) for _ in entities]
    ids = [
        f"{kind.lower()}/{name.replace(' ', '-')}-{row}"
        for row, (kind, name) in enumerate(zip(kinds, entities, strict=True))
    ]
    titles = [" ".join(_name(draw) for _ in range(4)).capitalize() for _ in range(count)]
    said: dict[tuple[int, int], tuple[str, int]] = {}  # (paper, entity) → role, sentence
    wanted = int(nodes * EDGES_A_NODE)
    # Every entity is named once, the rest of the edges go to the few.
    pairs = [(draw.randrange(count), entity) for entity in range(len(entities))]
    while len(said) < wanted:
        if pairs:
            paper, entity = pairs.pop()
            paper = paper - paper % fields + entity % fields
            paper = min(paper, count - 1)
        else:
            paper = draw.randrange(count)
            field = paper % fields if draw.random() < 0.85 else draw.randrange(fields)
            rank = int(len(entities) / fields * draw.random() ** 3)
            entity = min(rank * fields + field, len(entities) - 1)
        said.setdefault((paper, entity), (draw.choice(ROLES), 0))
    by_paper: dict[int, list[int]] = {}
    named: dict[int, int] = {}
    for paper, entity in sorted(said):
        by_paper.setdefault(paper, []).append(entity)
        named[entity] = named.get(entity, 0) + 1
    papers, edges = [], []
    for paper in range(count):
        sentences, at = [], len(titles[paper]) + 1
        paper_id = f"{2001 + paper // 9999:04d}.{paper % 9999 + 1:05d}"
        for entity in by_paper.get(paper, ()):
            filler = " ".join(_name(draw) for _ in range(8))
            sentence = f"We {said[paper, entity][0]} {entities[entity]} where {filler}."
            support = Support(
                paper=paper_id, start=at, end=at + len(sentence), quote=sentence, rule="made-up", score=0.9
            )
            at += len(sentence) + 1
            sentences.append(sentence)
            edges.append(
                Edge(
                    source=paper_node(paper_id),
                    target=ids[entity],
                    kind=said[paper, entity][0],
                    support=1,
                    confidence=0.9,
                    evidence=(support,),
                )
            )
        papers.append(
            Paper(
                id=paper_id,
                title=titles[paper],
                abstract=" ".join(sentences),
                authors=(f"{_name(draw)} {_name(draw)}".title(),),
                url=f"https://arxiv.org/abs/{paper_id}",
                arxiv_id=paper_id,
                date=f"20{20 + paper % 6}-{paper % 12 + 1:02d}-01",
                categories=(f"cs.{'ABCDEF'[paper % 6]}{'ABCDEF'[paper % fields % 6]}",),
            )
        )
    found = [
        Entity(
            id=ids[row],
            kind=kinds[row],
            name=name,
            aliases=((name, 2), (name.upper()[:4], 1)),
            types=((kinds[row], named[row]),),
            papers=named[row],
        )
        for row, name in enumerate(entities)
    ]
    return Synthetic(
        all_papers=tuple(sorted(papers, key=lambda paper: paper.id)),
        all_entities=tuple(sorted(found, key=lambda entity: entity.id)),
        all_edges=tuple(sorted(edges, key=lambda edge: (edge.source, edge.kind, edge.target))),
    )


def _name(draw: random.Random) -> str:
    return " ".join(
        "".join(draw.choice(SYLLABLES) for _ in range(draw.randint(2, 4))) for _ in range(draw.randint(1, 2))
    )
