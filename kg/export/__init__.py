"""Formats that a graph is written in. Exporters only read the graph."""

from __future__ import annotations

from kg.export.base import PROVENANCE, Exporter, ExportOptions, ReadableGraph

__all__ = ["EXPORTERS", "PROVENANCE", "ExportOptions", "Exporter", "ReadableGraph"]

#: All formats by name. To add one, write a function (graph, path, options) that goes from the graph to
#: plain data or lines and from there to `kg.files.atomic_path(path)`, and give it a line here: the build,
#: `--only`, `--skip` and the manifest take it from this table.
EXPORTERS: dict[str, Exporter] = {
    "annotations": Exporter(
        filename="annotations.jsonl",
        label="what each paper says, a line each",
        writer="kg.export.annotations_file:write_annotations",
    ),
    "ttl": Exporter(filename="graph.ttl", label="RDF, as Turtle", writer="kg.export.rdf_files:write_turtle"),
    "nt": Exporter(
        filename="graph.nt.gz",
        label="RDF, as compressed N-Triples",
        writer="kg.export.rdf_files:write_ntriples",
    ),
    "jsonld": Exporter(
        filename="graph.jsonld", label="RDF, as JSON-LD", writer="kg.export.jsonld:write_jsonld"
    ),
    "graphml": Exporter(filename="graph.graphml", label="GraphML", writer="kg.export.graphml:write_graphml"),
    "html": Exporter(
        filename="graph.html", label="an interactive page", writer="kg.export.html.page:write_html"
    ),
}
