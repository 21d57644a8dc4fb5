"""What RDF says in sum, so that a question about what half of all papers name need not read them all.

A store looks a triple up in some 20 µs, wherever it stands; of ten thousand papers, that alone takes 200 ms.
So what follows from the graph, but only by reading much of it, is stated too:

- of an entity that several papers name, its place among all entities (`kg:rank`);
- of each month, what is new in it (`kg:newcomer`), and which entities at least one in ONE_IN_MONTH of its
  papers names, and not one alone (`kg:Count`);
- of a hub, which more than HUB_PAPERS papers name, what is used or proposed together with it by at least one
  in ONE_IN of them, and who writes most of them (`kg:Count`);
- of a node that more than HUB_STATEMENTS statements speak of, the surest of them and the least sure
  (`kg:surest`, `kg:weakest`).

All is computed in columns before the graph is written, and handed out node by node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg import schema
from kg.export.base import ReadableGraph
from kg.export.edge_rows import edge_columns
from kg.export.iris import Iris
from kg.export.ntriples import Properties, decimal, integer, iri, month, value_of
from kg.export.provenance import FROM_RECORDS
from kg.records import paper_node

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

Numbers = Any  #: a numpy array of integers: nodes and papers by their place among all node ids


@dataclass(frozen=True, slots=True)
class Summaries:
    """What is said in sum, by node; see above."""

    properties: Mapping[str, Properties]  #: by node id
    counts: Mapping[str, list[tuple[str, Properties]]]  #: by node id, each a subject and what is said of it
    newcomers: Mapping[str, list[str]]  #: by month ("2025-06"), node ids, the most named first


def summaries(graph: ReadableGraph, iris: Iris, *, statements: bool) -> Summaries:
    """What is said in sum of a graph's nodes and months; of statements only where they are written."""
    edges = _Edges.of(graph)
    months = _months(graph, edges)
    properties: dict[str, Properties] = {}
    for place, node in enumerate(edges.ranked(), 1):
        properties[edges.name(node)] = [(_RANK, integer(place))]
    if statements:
        for node, property_, named in edges.extremes(iris):
            properties.setdefault(edges.name(node), []).extend((property_, iri_) for iri_ in named)
    counts: dict[str, list[tuple[str, Properties]]] = {}
    rows = [*edges.by_month(months, iris), *edges.companions(iris)]
    for node, how, other, number in rows:
        name = edges.name(node)
        share = round(number / int(edges.papers[node]), 4)
        said = [_COUNT, (_COUNTED, iris.node(name)), (how, other), (_NUMBER, integer(number))]
        said.append((_SHARE, decimal(share)))
        counts.setdefault(name, []).append((iris.count(name, how, other), said))
    return Summaries(properties, counts, edges.newcomers(months))


_RANK, _SUREST, _WEAKEST, _COUNTED, _NUMBER, _SHARE = (
    iri(f"kg:{name}") for name in ("rank", "surest", "weakest", "counted", "count", "share")
)
_IN, _WITH, _BY = (iri(f"kg:counted{name}") for name in ("In", "With", "By"))


@dataclass(frozen=True, slots=True)
class _Months:
    """In which month each paper came out."""

    names: list[str]  #: all months, in order
    papers: Numbers  #: how many papers each has
    of: Numbers  #: by node, the place of its month in `names`; -1 where it is not known


def _months(graph: ReadableGraph, edges: _Edges) -> _Months:
    stored = getattr(graph, "paper_dates", None)
    dates: Iterable[tuple[str, str]] = (
        stored() if stored else ((paper.id, paper.date) for paper in graph.papers())
    )
    pairs = [(paper_node(id_), value_of(said)) for id_, date in dates if (said := month(date)) is not None]
    names = sorted({name for _, name in pairs})
    places = {name: place for place, name in enumerate(names)}
    dated = np.array([places[name] for _, name in pairs], dtype=np.int32)
    of = np.full(len(edges.ids), -1, dtype=np.int32)
    at = pc.index_in(pa.array([id_ for id_, _ in pairs], pa.string()), value_set=edges.ids)
    of[at.drop_null().to_numpy()] = dated[at.is_valid().to_numpy(zero_copy_only=False)]
    return _Months(names, np.bincount(dated, minlength=len(names)), of)


@dataclass(frozen=True, slots=True)
class _Edges:
    """All edges as numbers; nodes are numbered by id."""

    ids: Any  #: an Arrow array: the ids of all nodes that have an edge, in order
    source: Numbers
    target: Numbers
    kind: Any  #: an Arrow dictionary array
    confidence: Any
    support: Any
    named: tuple[Numbers, Numbers]  #: papers and the entities that they name, each pair once, by paper
    papers: Numbers  #: by node, how many papers name it

    @classmethod
    def of(cls, graph: ReadableGraph) -> _Edges:
        batches = [_encoded(batch) for batch in edge_columns(graph)]
        table = pa.Table.from_batches(batches, schema=batches[0].schema if batches else _SCHEMA)
        table = table.unify_dictionaries().combine_chunks()
        source, target, kind = (_whole(table.column(name)) for name in ("source", "target", "kind"))
        ids = pc.unique(pa.concat_arrays([source.dictionary, target.dictionary]))
        ids = ids.take(pc.sort_indices(ids))
        sources, targets = (
            pc.index_in(column.dictionary, value_set=ids).to_numpy()[column.indices.to_numpy()]
            if len(column)
            else np.zeros(0, dtype=np.int32)
            for column in (source, target)
        )
        is_role = pc.is_in(kind.cast(pa.string()), value_set=pa.array(list(schema.ROLES)))
        roles = is_role.to_numpy(zero_copy_only=False)
        named = _once(sources[roles], targets[roles], len(ids))
        return cls(
            ids,
            sources,
            targets,
            kind.cast(pa.string()).dictionary_encode(),
            table.column("confidence").to_numpy(),
            table.column("support").to_numpy(),
            named,
            np.bincount(named[1], minlength=len(ids)),
        )

    def name(self, node: int) -> str:
        """A node's id."""
        return str(self.ids[int(node)].as_py())

    def are(self, kinds: Iterable[str]) -> Any:
        """Which edges are of some kinds."""
        codes = [i for i, name in enumerate(self.kind.dictionary.to_pylist()) if name in set(kinds)]
        return np.isin(self.kind.indices.to_numpy(), codes)

    def begin(self, starts: Iterable[str]) -> Any:
        """Which nodes have an id that begins with one of these."""
        found = np.zeros(len(self.ids), dtype=bool)
        for start in starts:
            found |= pc.starts_with(self.ids, start).to_numpy(zero_copy_only=False)
        return found

    def ranked(self) -> Numbers:
        """The entities that several papers name, the most named first; those of equally many by id."""
        several = np.flatnonzero((self.papers > 1) & self.begin(_ENTITIES))
        return several[np.argsort(-self.papers[several], kind="stable")]

    def extremes(self, iris: Iris) -> Iterator[tuple[int, str, list[str]]]:
        """Nodes of which many statements speak, with the surest of these, and with the least sure."""
        rows = np.flatnonzero(~self.are(FROM_RECORDS))
        entities = self.begin(_ENTITIES)
        source, target = self.source[rows], self.target[rows]
        total = np.bincount(source, minlength=len(self.ids)) + np.bincount(target, minlength=len(self.ids))
        confidence, support = self.confidence[rows], self.support[rows]
        for node in np.flatnonzero((total > HUB_STATEMENTS) & entities).tolist():
            own = np.flatnonzero((source == node) | (target == node))
            surest = own[np.lexsort((-support[own], -confidence[own]))][:NAMED_STATEMENTS]
            weakest = own[np.lexsort((support[own], confidence[own]))][:NAMED_STATEMENTS]
            yield node, _SUREST, self._statements(rows[surest], iris)
            yield node, _WEAKEST, self._statements(rows[weakest], iris)

    def _statements(self, rows: Numbers, iris: Iris) -> list[str]:
        return [
            iris.statement(
                self.name(self.source[row]), self.kind[int(row)].as_py(), self.name(self.target[row])
            )
            for row in rows
        ]

    def by_month(self, months: _Months, iris: Iris) -> Iterator[tuple[int, str, str, int]]:
        """Entities, months, and how many of the month's papers name the entity: enough of them."""
        paper, entity = self.named
        dated = months.of[paper] >= 0
        pairs = entity[dated] * max(len(months.names), 1) + months.of[paper[dated]]
        found, number = np.unique(pairs, return_counts=True)
        nodes, places = found // max(len(months.names), 1), found % max(len(months.names), 1)
        often = (number > 1) & (number * ONE_IN_MONTH >= months.papers[places])
        rows = (each[often].tolist() for each in (nodes, places, number))
        for node, place, papers in zip(*rows, strict=True):
            yield node, _IN, iris.month(months.names[place]), papers

    def companions(self, iris: Iris) -> Iterator[tuple[int, str, str, int]]:
        """Hubs, what papers use beside them or who writes those that name them, and how many do."""
        hubs = np.flatnonzero((self.papers > HUB_PAPERS) & self.begin(_ENTITIES))
        about, beside = self._pairs("uses", "addresses"), self._pairs("uses", "proposes")
        written = self._pairs("written_by")
        for hub in hubs.tolist():
            nodes, counts = self._beside(hub, about, beside)
            often = (counts * ONE_IN >= self.papers[hub]) & (nodes != hub)
            for node, count in zip(nodes[often].tolist(), counts[often].tolist(), strict=True):
                yield hub, _WITH, iris.node(self.name(node)), count
            nodes, counts = self._beside(hub, self.named, written)
            most = np.argsort(-counts, kind="stable")[:AUTHORS]
            for node, count in zip(nodes[most].tolist(), counts[most].tolist(), strict=True):
                yield hub, _BY, iris.node(self.name(node)), count

    def _beside(
        self, hub: int, of_hub: tuple[Numbers, Numbers], others: tuple[Numbers, Numbers]
    ) -> tuple[Numbers, Numbers]:
        """What papers of a hub have beside it, and how many of them have each."""
        chosen = np.zeros(len(self.ids), dtype=bool)
        chosen[of_hub[0][of_hub[1] == hub]] = True
        nodes, counts = np.unique(others[1][chosen[others[0]]], return_counts=True)
        return nodes, counts

    def _pairs(self, *kinds: str) -> tuple[Numbers, Numbers]:
        """Sources and targets of edges of some kinds, each pair once."""
        chosen = self.are(kinds)
        return _once(self.source[chosen], self.target[chosen], len(self.ids))

    def newcomers(self, months: _Months) -> dict[str, list[str]]:
        """What a month's papers propose and no paper of an earlier month names."""
        paper, entity = self.named
        month_of = months.of[paper]
        dated = month_of >= 0
        first = np.full(len(self.ids), len(months.names), dtype=np.int64)
        np.minimum.at(first, entity[dated], month_of[dated])
        proposed = self.are(["proposes"])
        source, target = self.source[proposed], self.target[proposed]
        kept = (months.of[source] == first[target]) & self.begin(_NEW_KINDS)[target]
        new = np.unique(target[kept])
        new = new[np.argsort(-self.papers[new], kind="stable")]
        return {
            name: [self.name(node) for node in new[first[new] == place][:NEWCOMERS]]
            for place, name in enumerate(months.names)
        }


def _once(sources: Numbers, targets: Numbers, nodes: int) -> tuple[Numbers, Numbers]:
    """Pairs of nodes, each once, in order."""
    pairs = np.unique(sources.astype(np.int64) * max(nodes, 1) + targets)
    return pairs // max(nodes, 1), pairs % max(nodes, 1)


_TEXT = pa.dictionary(pa.int32(), pa.string())
_TEXTS = ("source", "target", "kind")
_SCHEMA = pa.schema(
    [*((name, _TEXT) for name in _TEXTS), ("confidence", pa.float64()), ("support", pa.int64())]
)


def _encoded(batch: Any) -> Any:
    """A batch of edges whose texts are numbers of a dictionary's."""
    columns = [batch.column(name).cast(pa.string()).dictionary_encode() for name in _TEXTS]
    columns += [batch.column("confidence").cast(pa.float64()), batch.column("support").cast(pa.int64())]
    return pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)


def _whole(column: Any) -> Any:
    """A column as one array; it may have no rows."""
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)
