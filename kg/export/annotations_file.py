"""Annotations: what each paper says, one JSON object a line, with the node that each entity became."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from kg.export.base import ExportOptions, ReadableGraph
from kg.extraction.annotations import annotation
from kg.files import atomic_path
from kg.records import Extraction


def write_annotations(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write a line a paper, by paper id; the options change nothing.

    Raises OutputError where `path` cannot be written.
    """
    with atomic_path(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(annotation_lines(graph))


def annotation_lines(graph: ReadableGraph) -> Iterator[str]:
    """The lines, in the order of the papers; papers, extractions and nodes are read side by side."""
    extractions = iter(graph.extractions())
    groups = groupby(graph.nodes(), key=lambda row: row.paper)
    extraction = next(extractions, None)
    group = next(groups, None)
    for paper in graph.papers():
        nodes = {}
        if group is not None and group[0] == paper.id:
            nodes = {row.name: row.node for row in group[1]}
            group = next(groups, None)
        said = Extraction(paper=paper.id, text_sha256=paper.text_sha256, extractor="")
        if extraction is not None and extraction.paper == paper.id:
            said, extraction = extraction, next(extractions, None)
        yield json.dumps(annotation(paper, said, nodes=nodes), ensure_ascii=False) + "\n"
