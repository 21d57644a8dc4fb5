"""What changed from one graph to another: papers, entities, edges, and decisions of linking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from kg.graph.graph import Graph
from kg.graph.tables import EDGES, ENTITIES, MERGES, PAPERS, Table
from kg.records import Edge, Entity, Merge, Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record that is new, gone, or not as it was."""

    id: str  #: a paper's or entity's id; for an edge and a decision the ids and names that it binds
    name: str  #: what people call it
    fields: tuple[str, ...] = ()  #: what has changed, where the record is in both graphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that changed among the records of one kind, each list in the order of their table."""

    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()


def _paper(paper: Paper) -> tuple[str, str]:
    return paper.id, paper.title


def _entity(entity: Entity) -> tuple[str, str]:
    return entity.id, entity.name


def _edge(edge: Edge) -> tuple[str, str]:
    id_ = f"{edge.source} {edge.kind} {edge.target}"
    return id_, id_


def _merge(merge: Merge) -> tuple[str, str]:
    words = "is" if merge.same else "is not"
    return f"{merge.node} {merge.other}", f"{merge.left} {words} {merge.right} ({merge.rule})"


#: What is compared, by the name under which it is told: a table, and how one of its records is named.
COMPARED: dict[str, tuple[Table[Any], Callable[[Any], tuple[str, str]]]] = {
    "papers": (PAPERS, _paper),
    "entities": (ENTITIES, _entity),
    "edges": (EDGES, _edge),
    "merges": (MERGES, _merge),
}


def differences(old: Graph, new: Graph) -> dict[str, Changes]:
    """What changed from `old` to `new`, by kind of record: papers, entities, edges, merges.

    >>> from kg.linking import Linked
    >>> one, two = Paper(id="a", title="A"), Paper(id="b", title="B")
    >>> found = differences(Graph.of([one], Linked()), Graph.of([one, two], Linked()))
    >>> [change.name for change in found["papers"].added]
    ['B']
    """
    return {
        name: _changes(table, (getattr(graph, table.name)() for graph in (old, new)), named)
        for name, (table, named) in COMPARED.items()
    }


def _changes(
    table: Table[Any], records: Iterable[Iterable[Any]], named: Callable[[Any], tuple[str, str]]
) -> Changes:
    added, removed, changed = [], [], []
    for before, after in _side_by_side(*records, order=table.order):
        id_, name = named(before if after is None else after)
        if before is None:
            added.append(Change(id=id_, name=name))
        elif after is None:
            removed.append(Change(id=id_, name=name))
        elif before != after:
            changed.append(Change(id=id_, name=name, fields=_unlike(before, after)))
    return Changes(added=tuple(added), removed=tuple(removed), changed=tuple(changed))


def _side_by_side(
    old: Iterable[Any], new: Iterable[Any], *, order: Callable[[Any], Any]
) -> Iterator[tuple[Any, Any]]:
    """Records of two tables in their order, those with the same key together, None where one has none."""
    left, right = iter(old), iter(new)
    before, after = next(left, None), next(right, None)
    while before is not None or after is not None:
        if after is None or (before is not None and order(before) < order(after)):
            yield before, None
            before = next(left, None)
        elif before is None or order(after) < order(before):
            yield None, after
            after = next(right, None)
        else:
            yield before, after
            before, after = next(left, None), next(right, None)


def _unlike(before: Any, after: Any) -> tuple[str, ...]:
    names = (field.name for field in fields(before))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))
