"""GraphML made of that of an earlier graph: nodes and edges that are the same are copied."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.columns import from_batch
from kg.export.base import ExportOptions
from kg.export.earlier import EarlierExports
from kg.export.graphml import (
    END,
    edge_head,
    edge_id,
    edge_line,
    node_head,
    node_line,
    of_edge,
    of_entity,
    of_paper,
    of_result,
)
from kg.export.iris import Iris
from kg.export.splice import Splice, mapped
from kg.files import atomic_path
from kg.graph.changes import Stretch, hunks, stretches
from kg.graph.tables import EDGES, ENTITIES, PAPERS, RESULTS, Table, open_tables
from kg.records import paper_node


@dataclass(frozen=True, slots=True)
class _Section:
    """A stretch of the file that holds the rows of one table."""

    table: Table[Any]
    keys: tuple[str, ...]
    head: Callable[..., str]  #: how a row's element begins, by its keys
    line: Callable[[Any], str]  #: a record's element
    order: tuple[str, ...] = ()


def update_graphml(
    folder: Path, earlier: EarlierExports, paths: Mapping[str, Path], options: ExportOptions
) -> Collection[str]:
    """Write graph.graphml with what an earlier one has. Raises Unusable where that cannot be done."""
    path = paths["graphml"]
    iris = Iris(options.base)
    sections = (
        _Section(
            PAPERS,
            ("id",),
            lambda id_: node_head(paper_node(id_)),
            lambda paper: node_line(of_paper(paper, iris, options)),
        ),
        _Section(ENTITIES, ("id",), node_head, lambda entity: node_line(of_entity(entity, iris))),
        _Section(
            EDGES,
            ("source", "kind", "target"),
            lambda *keys: edge_head(edge_id(*keys)),
            lambda edge: edge_line(of_edge(edge)),
        ),
        _Section(RESULTS, ("id",), edge_head, lambda row: edge_line(of_result(row)), ("paper",)),
    )
    old, new = open_tables(earlier.folder), open_tables(folder)
    with mapped(earlier.export(path.name)) as before, atomic_path(path) as draft, draft.open("wb") as out:
        splice = Splice(before, out)
        for section in sections:
            name = section.table.name
            for stretch in stretches(old[name], new[name], section.keys, order=section.order):
                _told(splice, section, stretch)
        splice.kept(END.encode())
        splice.end()
    return tuple(paths)


def _told(splice: Splice, section: _Section, stretch: Stretch) -> None:
    """Tell which of a stretch's elements stay, which go, and which are new."""
    kept = 0
    for start, end, new_start, new_end in hunks(stretch.old_kept, stretch.new_kept):
        if kept < start:
            splice.kept(_head(section, stretch.old, kept))
        if start < end:
            splice.gone(_head(section, stretch.old, start))
        for record in _records(section, stretch.new.slice(new_start, new_end - new_start)):
            splice.fresh(section.line(record).encode())
        kept = end
    if kept < stretch.old.num_rows:
        splice.kept(_head(section, stretch.old, kept))


def _head(section: _Section, rows: Any, row: int) -> bytes:
    return section.head(*(rows.column(key)[row].as_py() for key in section.keys)).encode()


def _records(section: _Section, rows: Any) -> Iterator[Any]:
    return iter(from_batch(section.table.record_type, rows) if rows.num_rows else ())
