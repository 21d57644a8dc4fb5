"""Formats that a graph is written in. Exporters only read the graph."""

from __future__ import annotations

from kg.export.annotations_file import write_annotations
from kg.export.base import PROVENANCE, Exporter, ExportOptions, ReadableGraph
from kg.export.graphml import write_graphml
from kg.export.html import write_html
from kg.export.jsonld import write_jsonld
from kg.export.rdf_files import write_ntriples, write_turtle

__all__ = ["EXPORTERS", "PROVENANCE", "ExportOptions", "Exporter", "ReadableGraph"]

#: All formats by name. To add one, write a function (graph, path, options) that goes from the graph to
#: plain data or lines and from there to `kg.files.atomic_path(path)`, and give it a line here: the build,
#: `--only`, `--skip` and the manifest take it from this table.
EXPORTERS: dict[str, Exporter] = {
    "annotations": Exporter(
        filename="annotations.jsonl", label="what each paper says, a line each", writer=write_annotations
    ),
    "ttl": Exporter(filename="graph.ttl", label="RDF, as Turtle", writer=write_turtle),
    "nt": Exporter(filename="graph.nt.gz", label="RDF, as compressed N-Triples", writer=write_ntriples),
    "jsonld": Exporter(filename="graph.jsonld", label="RDF, as JSON-LD", writer=write_jsonld),
    "graphml": Exporter(filename="graph.graphml", label="GraphML", writer=write_graphml),
    "html": Exporter(filename="graph.html", label="an interactive page", writer=write_html),
}
