"""The surest and the least sure of the statements about a node, where many speak of it.

The edges are read in stretches, and of each node only the statements that may be among these are kept.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.base import ReadableGraph
from kg.export.edge_rows import edge_columns
from kg.export.numbered import Numbered, Numbers

#: At least so many statements are gathered before those are dropped that are not among the surest or weakest.
_KEPT = 1 << 17

_NAMES = ("source", "kind", "target")
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in _NAMES]
    + [("confidence", pa.float64()), ("support", pa.int64()), ("node", pa.int64()), ("row", pa.int64())]
)


class Extremes(NamedTuple):
    """Edges, each by source, kind and target."""

    surest: list[tuple[str, str, str]]  #: the surest first
    weakest: list[tuple[str, str, str]]  #: the least sure first


def extremes(
    graph: ReadableGraph, numbered: Numbered, nodes: Numbers, *, most: int, unstated: Collection[str]
) -> dict[int, Extremes]:
    """Of each of some nodes, the `most` surest statements and as many that are least sure.

    Of statements that are equally sure, those with more support are surer. Edges of the kinds `unstated` are
    no statements.
    """
    if not len(nodes):
        return {}
    ids = numbered.ids.take(pa.array(nodes))
    kept, rows, enough = [_SCHEMA.empty_table()], 0, _KEPT
    for batch in edge_columns(graph, (*_NAMES, "confidence", "support")):
        for found in _at(batch, ids, pa.array(sorted(unstated)), rows):
            kept.append(found)
        rows += batch.num_rows
        if sum(table.num_rows for table in kept) > enough:
            kept = [_cut(pa.concat_tables(kept), most)]
            enough = max(_KEPT, 2 * kept[0].num_rows)
    return _extremes(pa.concat_tables(kept), nodes, most)


def _at(batch: Any, ids: Any, unstated: Any, rows: int) -> list[Any]:
    """The statements of a batch at these nodes: where the node is their source, and else their target."""
    source, target = (pc.index_in(batch.column(name), value_set=ids) for name in ("source", "target"))
    stated = pc.invert(pc.is_in(batch.column("kind"), value_set=unstated))
    numbers = pa.array(np.arange(rows, rows + batch.num_rows))
    found = []
    for end, chosen in (
        (source, pc.is_valid(source)),
        (target, pc.and_(pc.is_valid(target), pc.fill_null(pc.not_equal(source, target), True))),
    ):
        columns = [batch.column(name) for name in (*_NAMES, "confidence", "support")]
        table = pa.Table.from_arrays([*columns, end, numbers], names=_SCHEMA.names)
        found.append(table.filter(pc.and_(stated, chosen)).cast(_SCHEMA))
    return found


def _orders(table: Any) -> tuple[Numbers, tuple[Numbers, Numbers]]:
    """The nodes of all rows, and the rows by node: the surest of each first, and the weakest first."""
    node, row, confidence, support = (
        table.column(name).to_numpy() for name in ("node", "row", "confidence", "support")
    )
    return node, (
        np.lexsort((row, -support, -confidence, node)),
        np.lexsort((row, support, confidence, node)),
    )


def _first(node: Numbers, order: Numbers, most: int) -> Numbers:
    """The first rows of each node in an order by node."""
    sorted_ = node[order]
    return order[np.arange(len(order)) - np.searchsorted(sorted_, sorted_) < most]


def _cut(table: Any, most: int) -> Any:
    node, orders = _orders(table)
    kept = np.zeros(len(node), dtype=bool)
    for order in orders:
        kept[_first(node, order, most)] = True
    return table.filter(pa.array(kept))


def _extremes(table: Any, nodes: Numbers, most: int) -> dict[int, Extremes]:
    node, orders = _orders(table)
    found = {int(each): Extremes([], []) for each in nodes}
    for place, order in enumerate(orders):
        first = _first(node, order, most)
        edges = zip(*(table.column(name).take(pa.array(first)).to_pylist() for name in _NAMES), strict=True)
        for number, edge in zip(node[first].tolist(), edges, strict=True):
            found[int(nodes[number])][place].append(edge)
    return found
