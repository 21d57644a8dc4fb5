"""What RDF says in sum, so that a question about what half of all papers name need not read them all.

A store looks a triple up in some 5 µs, wherever it stands; of twenty thousand papers, that alone takes
100 ms. So what follows from the graph, but only by reading much of it, is stated too:

- of an entity that several papers name, its place among all entities (`kg:rank`);
- of each month, what is new in it (`kg:newcomer`), and which entities at least one in ONE_IN_MONTH of its
  papers names, and not one alone (`kg:Count`);
- of a hub, which more than HUB_PAPERS papers name, what is used or proposed together with it by at least one
  in ONE_IN of them, and who writes most of them (`kg:Count`);
- of a node that more than HUB_STATEMENTS statements speak of, the surest of them and the least sure
  (`kg:surest`, `kg:weakest`).

All is computed in columns (`kg.export.numbered`), and becomes text node by node.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np

from kg import schema
from kg.export.base import ReadableGraph
from kg.export.extremes import Extremes, extremes
from kg.export.iris import Iris
from kg.export.ntriples import Properties, decimal, integer, iri
from kg.export.numbered import Groups, Numbered, Numbers, Pairs
from kg.export.provenance import FROM_RECORDS

#: An entity that more papers name is a hub.
HUB_PAPERS = 1000
#: A node of which more statements speak has its surest and its weakest named: this many of each.
HUB_STATEMENTS = 250
NAMED_STATEMENTS = 200
#: Of a hub's papers, at least one in so many uses what is counted with it.
ONE_IN = 200
#: Of a month's papers, at least one in so many names what is counted in it.
ONE_IN_MONTH = 1000
#: So many authors of a hub's papers have theirs counted.
AUTHORS = 100
#: At most so many newcomers of a month are named.
NEWCOMERS = 200

_ENTITIES = tuple(f"{row.label}/" for row in schema.ENTITY_TYPES.values())
_NEW_KINDS = tuple(f"{schema.ENTITY_TYPES[kind].label}/" for kind in ("METHOD", "MODEL", "DATASET"))
_COUNT = (iri("rdf:type"), iri("kg:Count"))
_RANK, _SUREST, _WEAKEST, _COUNTED, _NUMBER, _SHARE = (
    iri(f"kg:{name}") for name in ("rank", "surest", "weakest", "counted", "count", "share")
)
_IN, _WITH, _BY = (iri(f"kg:counted{name}") for name in ("In", "With", "By"))


class _Counts(NamedTuple):
    """Numbers of papers that name a node and have to do with another thing: columns of one length."""

    nodes: Numbers
    how: str  #: the property that leads to the other thing
    others: Numbers  #: by `how`, places of months or numbers of nodes
    papers: Numbers


@dataclass(frozen=True, slots=True)
class Summaries:
    """What is said in sum; see above."""

    newcomers: dict[str, list[str]]  #: by month ("2025-06"), node ids, the most named first
    months: dict[str, int]  #: how many papers each has; "" for those whose month is not known
    _numbered: Numbered
    _iris: Iris
    _ranks: Numbers  #: by node; 0: none
    _extremes: dict[int, Extremes]  #: by node
    _counts: list[_Counts]

    def blocks(self) -> Iterator[tuple[str, Properties]]:
        """What is said of nodes, by their ids: first of the node itself, then of counts of its papers."""
        ranked = set(np.flatnonzero(self._ranks).tolist())
        counts = groupby(self._counted(), key=lambda row: row[0])
        following = next(counts, None)
        with_counts = {node for columns in self._counts for node in columns.nodes.tolist()}
        for node in sorted(ranked | with_counts | self._extremes.keys()):
            name = self._numbered.name(node)
            if properties := self._properties(node):
                yield self._iris.node(name), properties
            if following is not None and following[0] == node:
                for _, how, other, number in following[1]:
                    yield self._count(node, name, how, other, number)
                following = next(counts, None)

    def _properties(self, node: int) -> Properties:
        properties = [(_RANK, integer(int(self._ranks[node])))] if self._ranks[node] else []
        if (found := self._extremes.get(node)) is not None:
            properties += [(_SUREST, self._iris.statement(*edge)) for edge in found.surest]
            properties += [(_WEAKEST, self._iris.statement(*edge)) for edge in found.weakest]
        return properties

    def _counted(self) -> Iterator[tuple[int, str, int, int]]:
        """All counts, by node."""
        nodes = np.concatenate([columns.nodes for columns in self._counts])
        hows = np.repeat(np.arange(len(self._counts)), [len(columns.nodes) for columns in self._counts])
        others = np.concatenate([columns.others for columns in self._counts])
        papers = np.concatenate([columns.papers for columns in self._counts])
        order = np.argsort(nodes, kind="stable")
        rows = (column[order].tolist() for column in (nodes, hows, others, papers))
        for node, how, other, number in zip(*rows, strict=True):
            yield node, self._counts[how].how, other, number

    def _count(self, node: int, name: str, how: str, other: int, number: int) -> tuple[str, Properties]:
        numbered, iris = self._numbered, self._iris
        value = iris.month(numbered.months[other]) if how == _IN else iris.node(numbered.name(other))
        share = round(number / int(numbered.papers[node]), 4)
        said = [_COUNT, (_COUNTED, iris.node(name)), (how, value), (_NUMBER, integer(number))]
        return iris.count(name, how, value), [*said, (_SHARE, decimal(share))]


def summaries(graph: ReadableGraph, iris: Iris, *, statements: bool) -> Summaries:
    """What is said in sum of a graph's nodes and months; of statements only where they are written."""
    numbered = Numbered.of(graph, unstated=FROM_RECORDS)
    entities = numbered.begin(_ENTITIES)
    hubs = np.flatnonzero(entities & (numbered.statements > HUB_STATEMENTS) & statements)
    papers = np.bincount(numbered.month_of + 1, minlength=len(numbered.months) + 1)
    return Summaries(
        newcomers=_newcomers(numbered),
        months={month: int(n) for month, n in zip(["", *numbered.months], papers, strict=True) if n},
        _numbered=numbered,
        _iris=iris,
        _ranks=_ranks(numbered, entities),
        _extremes=extremes(graph, numbered, hubs, most=NAMED_STATEMENTS, unstated=FROM_RECORDS),
        _counts=[_by_month(numbered, papers[1:]), *_companions(numbered, entities)],
    )


def _ranks(numbered: Numbered, entities: Numbers) -> Numbers:
    """The places of the entities that several papers name, the most named first; of equally many by id."""
    several = np.flatnonzero((numbered.papers > 1) & entities)
    ranks = np.zeros(len(numbered.ids), dtype=np.int32)
    ranks[several[np.argsort(-numbered.papers[several], kind="stable")]] = np.arange(1, len(several) + 1)
    return ranks


def _by_month(numbered: Numbered, papers_of: Numbers) -> _Counts:
    """Entities, months, and how many of the month's papers name the entity: enough of them."""
    months = max(len(numbered.months), 1)
    month = numbered.month_of[numbered.named.papers]
    pairs = (numbered.named.others.astype(np.int64) * months + month)[month >= 0]
    found, number = np.unique(pairs, return_counts=True)
    often = (number > 1) & (number * ONE_IN_MONTH >= papers_of[found % months])
    found = found[often]
    return _Counts(found // months, _IN, found % months, number[often])


def _companions(numbered: Numbered, entities: Numbers) -> tuple[_Counts, _Counts]:
    """Hubs, and how many of their papers use another thing beside them; and who wrote these papers."""
    hubs = np.flatnonzero((numbered.papers > HUB_PAPERS) & entities)
    named, papers = numbered.named, len(numbered.month_of)
    about, naming = (
        _papers_of(pairs, hubs, len(numbered.ids)) for pairs in (named.are("uses", "addresses"), named)
    )
    used = named.are("uses", "proposes")
    beside = Groups(used.papers, used.others, papers)
    authors = Groups(numbered.authors.papers, numbered.authors.others, papers)
    using, written = _Rows(), _Rows()
    for place, hub in enumerate(hubs.tolist()):
        nodes, counts = np.unique(beside.of(about.of(np.array([place]))), return_counts=True)
        often = (counts * ONE_IN >= numbered.papers[hub]) & (nodes != hub)
        using.add(hub, nodes[often], counts[often])
        nodes, counts = np.unique(authors.of(naming.of(np.array([place]))), return_counts=True)
        most = np.argsort(-counts, kind="stable")[:AUTHORS]
        written.add(hub, nodes[most], counts[most])
    return using.counts(_WITH), written.counts(_BY)


def _papers_of(pairs: Pairs, hubs: Numbers, nodes: int) -> Groups:
    """By hub's place, the papers paired with it."""
    places = np.full(nodes, -1, dtype=np.int32)
    places[hubs] = np.arange(len(hubs))
    place = places[pairs.others]
    return Groups(place[place >= 0], pairs.papers[place >= 0], len(hubs))


class _Rows:
    """Counts that are being gathered, hub by hub."""

    def __init__(self) -> None:
        empty = np.zeros(0, dtype=np.int64)
        self._hubs, self._others, self._papers = [empty], [empty], [empty]

    def add(self, hub: int, others: Numbers, papers: Numbers) -> None:
        """Of a hub."""
        self._hubs.append(np.full(len(others), hub))
        self._others.append(others)
        self._papers.append(papers)

    def counts(self, how: str) -> _Counts:
        """All of them."""
        hubs, others, papers = map(np.concatenate, (self._hubs, self._others, self._papers))
        return _Counts(hubs, how, others, papers)


def _newcomers(numbered: Numbered) -> dict[str, list[str]]:
    """What a month's papers propose and no paper of an earlier month names."""
    month = numbered.month_of[numbered.named.papers]
    first = np.full(len(numbered.ids), len(numbered.months), dtype=np.int32)
    np.minimum.at(first, numbered.named.others[month >= 0], month[month >= 0])
    proposed = numbered.named.are("proposes")
    kept = numbered.month_of[proposed.papers] == first[proposed.others]
    new = np.unique(proposed.others[kept & numbered.begin(_NEW_KINDS)[proposed.others]])
    new = new[np.argsort(-numbered.papers[new], kind="stable")]
    return {
        name: [numbered.name(node) for node in new[first[new] == place][:NEWCOMERS]]
        for place, name in enumerate(numbered.months)
    }
