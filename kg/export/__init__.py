"""Formats that a graph is written in. Exporters only read the graph."""

from __future__ import annotations

from collections.abc import Sequence

from kg.errors import UsageError
from kg.export.base import PROVENANCE, Exporter, ExportOptions, ReadableGraph

__all__ = ["EXPORTERS", "PROVENANCE", "ExportOptions", "Exporter", "ReadableGraph", "chosen"]

#: All formats by name. To add one, write a function (graph, path, options) that goes from the graph to
#: plain data or lines and from there to `kg.files.atomic_path(path)`, and give it a line here: the build,
#: `kg export`, `--only`, `--also`, `--skip` and the manifest take it from this table. A plain build
#: writes those that are `default`; one with an `updater` is made of the earlier graph's where there is one,
#: and those that name the same function `together` are written in one pass.
EXPORTERS: dict[str, Exporter] = {
    "store": Exporter(
        filename="store.json",
        label="the store that SPARQL is asked of",
        writer="kg.export.store_folder:write_store",
        updater="kg.export.rdf_update:update_rdf",
        together="kg.export.rdf_together:write_rdf",
        default=True,
    ),
    "annotations": Exporter(
        filename="annotations.jsonl",
        label="what each paper says, a line each",
        writer="kg.export.annotations_file:write_annotations",
        updater="kg.export.annotations_update:update_annotations",
        default=True,
    ),
    "ttl": Exporter(
        filename="graph.ttl",
        label="RDF, as Turtle",
        writer="kg.export.rdf_files:write_turtle",
        updater="kg.export.rdf_update:update_rdf",
        together="kg.export.rdf_together:write_rdf",
        default=True,
        rdf=True,
    ),
    "nt": Exporter(
        filename="graph.nt",
        label="RDF, as N-Triples",
        writer="kg.export.rdf_files:write_ntriples",
        updater="kg.export.rdf_update:update_rdf",
        together="kg.export.rdf_together:write_rdf",
        rdf=True,
    ),
    "nt-shards": Exporter(
        filename="graph.nt.d",
        label="RDF, as N-Triples in compressed parts for bulk loaders",
        writer="kg.export.rdf_files:write_shards",
    ),
    "nq": Exporter(
        filename="graph.nq",
        label="RDF, as N-Quads, a named graph a paper",
        writer="kg.export.rdf_files:write_nquads",
        updater="kg.export.rdf_update:update_rdf",
        together="kg.export.rdf_together:write_rdf",
        rdf=True,
    ),
    "trig": Exporter(
        filename="graph.trig",
        label="RDF, as TriG, a named graph a paper",
        writer="kg.export.rdf_files:write_trig",
        rdf=True,
    ),
    "jsonld": Exporter(
        filename="graph.jsonld", label="RDF, as JSON-LD", writer="kg.export.rdf_files:write_jsonld", rdf=True
    ),
    "rdfxml": Exporter(
        filename="graph.rdf", label="RDF, as RDF/XML", writer="kg.export.rdf_files:write_rdfxml", rdf=True
    ),
    "graphml": Exporter(
        filename="graph.graphml",
        label="GraphML",
        writer="kg.export.graphml:write_graphml",
        updater="kg.export.graphml_update:update_graphml",
        default=True,
    ),
    "gexf": Exporter(filename="graph.gexf", label="GEXF, for Gephi", writer="kg.export.gexf:write_gexf"),
    "neo4j": Exporter(
        filename="neo4j", label="CSV files for neo4j-admin", writer="kg.export.neo4j:write_neo4j"
    ),
    "html": Exporter(
        filename="graph.html",
        label="an interactive page",
        writer="kg.export.html.page:write_html",
        default=True,
    ),
}


def chosen(
    *, only: Sequence[str] = (), also: Sequence[str] = (), skip: Sequence[str] = ()
) -> tuple[str, ...]:
    """Names of the exports to write, in the table's order; `tables` names the tables, always written.

    >>> chosen(only=["ttl", "tables"]), chosen(only=["ttl"], also=["nt"], skip=["ttl"])
    (('ttl',), ('nt',))

    Raises UsageError for a name that is none.
    """
    known = [*EXPORTERS, "tables"]
    for name in (*only, *also, *skip):
        if name not in known:
            raise UsageError(f"no export is called {name!r}", hint="the exports are " + ", ".join(known))
    wanted = {*(only or (name for name, exporter in EXPORTERS.items() if exporter.default)), *also}
    return tuple(name for name in EXPORTERS if name in wanted and name not in skip)
