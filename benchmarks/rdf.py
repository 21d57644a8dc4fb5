"""RDF: is a large graph valid, how large is it at each level of provenance, and how does a server bear up?"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from kg.export import EXPORTERS, PROVENANCE, ExportOptions
from kg.export.terms import term
from kg.graph import Graph
from kg.ontology import SHAPES_FILE
from kg.store import open_store

_TYPE = term("rdf:type")

#: So much of a report is printed.
_REPORT = 4000


@click.command()
@click.argument("graph", type=click.Path(exists=True, path_type=Path))
@click.option("--nodes", type=int, default=150, show_default=True, help="Of each class; 0: all.")
def shapes(graph: Path, nodes: int) -> None:
    """Validate GRAPH against its SHACL shapes, on a sample of the nodes of each class.

    pySHACL reads a graph into memory, some 50,000 triples a second. So each sampled node is taken with all
    its own triples and with the classes of what these lead to, which is all that the shapes look at.

    \b
    Example:
      python -m benchmarks shapes my-graph --nodes 500
    """
    import pyshacl
    import rdflib

    store = open_store(graph)
    wanted = rdflib.Graph().parse(SHAPES_FILE)
    classes = 0
    focus: dict[NamedNode, None] = {}
    for shape, class_ in list(wanted.subject_objects(rdflib.SH.targetClass)):
        members = [quad.subject for quad in store.quads_for_pattern(None, _TYPE, NamedNode(str(class_)))]
        # the sample, not the class, is what the shape is held against
        wanted.remove((shape, rdflib.SH.targetClass, class_))
        classes += 1
        for member in members[:: max(1, len(members) // nodes) if nodes else 1]:
            if isinstance(member, NamedNode):
                focus[member] = None
                wanted.add((shape, rdflib.SH.targetNode, rdflib.URIRef(member.value)))
    quads = {quad for subject in focus for quad in _with_classes(store, subject)}
    text = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    data = rdflib.Graph().parse(data=text, format="nt")
    started = time.perf_counter()
    valid, _, report = pyshacl.validate(data, shacl_graph=wanted, inference="none")
    seconds = time.perf_counter() - started
    click.echo(f"{len(focus):,} nodes of {classes} classes, {len(data):,} triples, {seconds:.0f} s")
    click.echo("no violations" if valid else str(report)[:_REPORT])
    sys.exit(0 if valid else 1)


def _with_classes(store: Store, subject: NamedNode) -> Any:
    for quad in store.quads_for_pattern(subject, None, None):
        yield quad
        if isinstance(quad.object, NamedNode):
            yield from store.quads_for_pattern(quad.object, _TYPE, None)


@click.command()
@click.argument("graph", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "format_", default="nt", show_default=True, help="An exporter of RDF.")
def provenance(graph: Path, format_: str) -> None:
    """Write GRAPH at each level of provenance: triples, MiB, seconds of the processor, triples a second.

    \b
    Example:
      python -m benchmarks provenance my-graph
    """
    click.echo("provenance    triples    MiB  MiB .gz  processor s  triples a second")
    tables = Graph.open(graph)
    with tempfile.TemporaryDirectory() as scratch:
        for level in PROVENANCE:
            sizes = []
            for compress in (False, True):
                path = Path(scratch) / "graph"
                started = time.process_time()
                EXPORTERS[format_].write(
                    tables, path, options=ExportOptions(provenance=level, compress=compress)
                )
                sizes.append(path.stat().st_size / 2**20)
                if not compress:
                    seconds = time.process_time() - started
                    with path.open("rb") as file:
                        lines = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
            click.echo(
                f"{level:10}  {lines:9,}  {sizes[0]:5.0f}  {sizes[1]:7.0f}  {seconds:11.1f}  "
                f"{lines / seconds:16,.0f}"
            )


COMMANDS = (shapes, provenance)
