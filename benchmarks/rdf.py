"""RDF: is a large graph valid, how large is it at each level of provenance, and how does a server bear up?"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
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

#: What the clients of `serve` ask, in turn.
_PREFIX = """PREFIX kg: <https://kg.example/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX schema: <https://schema.org/> PREFIX dcterms: <http://purl.org/dc/terms/>"""
_QUESTIONS = (
    "SELECT ?month ?papers { ?m a kg:Month ; kg:month ?month ; kg:paperCount ?papers } ORDER BY ?month",
    'SELECT ?x ?name { ?x kg:key "imagenet" ; rdfs:label ?name }',
    'SELECT ?paper ?title { ?x kg:key "lora" . ?paper schema:mentions ?x ; dcterms:title ?title } LIMIT 100',
    'CONSTRUCT { ?s ?p ?x } WHERE { ?x kg:key "bert" . ?s ?p ?x } LIMIT 200',
    'ASK { ?x kg:key "clip" . ?paper kg:proposes ?x }',
    """SELECT ?sentence { ?x kg:key "imagenet" . ?s rdf:object ?x . ?a oa:hasBody ?s ;
    oa:hasTarget/oa:hasSelector/oa:exact ?sentence } LIMIT 50""",
)


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


@click.command()
@click.argument("graph", type=click.Path(exists=True, path_type=Path))
@click.option("--clients", default=50, show_default=True)
@click.option("--seconds", default=30.0, show_default=True)
@click.option("--workers", type=int, help="As for kg serve.")
def serve(graph: Path, clients: int, seconds: float, workers: int | None) -> None:
    """Ask a server of GRAPH from many clients at once, six kinds of questions in turn; loopback only.

    \b
    Example:
      python -m benchmarks serve my-graph --clients 50 --seconds 30
    """
    import psutil

    command = [sys.executable, "-m", "kg", "serve", "--graph", str(graph), "--port", "0"]
    if workers is not None:
        command += ["--workers", str(workers)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+?/", server.stdout.readline())
        assert address is not None, "the server did not start"
        told = asyncio.run(_asked(address[0], clients, seconds, psutil.Process(server.pid)))
    finally:
        server.terminate()
        server.wait()
    click.echo(told)


async def _asked(address: str, clients: int, seconds: float, process: Any) -> str:
    import httpx

    statuses: Counter[str] = Counter()
    times: list[float] = []
    memory: list[int] = []
    end = time.monotonic() + seconds

    async def ask(client: httpx.AsyncClient, first: int) -> None:
        for number in range(first, 1 << 30):
            if time.monotonic() > end:
                return
            started = time.perf_counter()
            text = f"{_PREFIX} {_QUESTIONS[number % len(_QUESTIONS)]}"
            try:
                answer = await client.post("sparql", data={"query": text})
                statuses[str(answer.status_code)] += 1
            except httpx.HTTPError as error:
                statuses[type(error).__name__] += 1
            times.append(time.perf_counter() - started)

    async def watch() -> None:
        while time.monotonic() < end:
            family = [process, *process.children(recursive=True)]
            memory.append(sum(each.memory_full_info().uss for each in family if each.is_running()))
            await asyncio.sleep(0.5)

    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        for _ in range(600):
            try:
                await client.get("api/meta")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
        end = time.monotonic() + seconds
        await asyncio.gather(watch(), *(ask(client, first) for first in range(clients)))
    times.sort()
    return (
        f"{clients} clients, {seconds:.0f} s: {len(times):,} answers, {len(times) / seconds:.0f} a second; "
        f"by status {dict(statuses)}; median {times[len(times) // 2]:.2f} s, 99 % under "
        f"{times[len(times) * 99 // 100]:.2f} s; memory {memory[0] / 2**20:.0f} MiB at the start, "
        f"{max(memory) / 2**20:.0f} at most, {memory[-1] / 2**20:.0f} at the end"
    )


COMMANDS = (shapes, provenance, serve)
