"""Annotations made of those of an earlier graph: the lines of papers that are the same are copied."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from kg.export.annotations_file import annotation_lines
from kg.export.base import ExportOptions
from kg.export.earlier import EarlierExports
from kg.export.rdf_change import Order, Part, differing, few
from kg.export.splice import Splice, mapped
from kg.files import atomic_path
from kg.graph.changes import stretches
from kg.graph.tables import EXTRACTIONS, NODES, PAPERS, open_tables
from kg.records import paper_node


def update_annotations(
    folder: Path, earlier: EarlierExports, paths: Mapping[str, Path], options: ExportOptions
) -> Collection[str]:
    """Write annotations.jsonl with what an earlier one has. Raises Unusable where that cannot be done."""
    path = paths["annotations"]
    old, new = open_tables(earlier.folder), open_tables(folder)
    found: set[str] = set()
    for table, keys in ((PAPERS, ("id",)), (EXTRACTIONS, ("paper",)), (NODES, ("paper", "name"))):
        for rows in differing(stretches(old[table.name], new[table.name], keys)):
            found.update(rows.column(keys[0]).to_pylist())
    papers, order = few(found, of=len(new[PAPERS.name])), Order.of_papers(old)
    nodes = list(map(paper_node, papers))
    gone = {paper.id for paper in Part.of(old, nodes).papers()}
    part = Part.of(new, nodes)
    fresh = dict(zip((paper.id for paper in part.papers()), annotation_lines(part), strict=True))
    with mapped(earlier.export(path.name)) as before, atomic_path(path) as draft, draft.open("wb") as out:
        splice = Splice(before, out)
        for paper in papers:
            if paper in gone:
                splice.gone(_head(paper))
            if paper in fresh:
                splice.fresh(fresh[paper].encode())
            following = order.after(paper)
            if following is not None and following not in found:
                splice.kept(_head(following))
        splice.end()
    return tuple(paths)


def _head(paper: str) -> bytes:
    """How a paper's line begins."""
    return f'{{"id": {json.dumps(paper, ensure_ascii=False)}, '.encode()
