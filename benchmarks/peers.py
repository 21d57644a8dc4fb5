"""Other programs at the same work on the same graph: what people would use if there were no kg.

spaCy's own small convolutional recogniser, with random weights, which take as long as trained ones;
networkx's GraphML writer; rdflib's Turtle reader and writer; pyvis's page as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import spacy

#: pyvis lays its page out in the browser and looks through all edges at each one added: no more than these.
EDGES_FOR_PYVIS = 20_000
#: What a peer needs before its own work begins; its time is not the peer's.
BETWEEN = "(between)"


def run_peers(stage: Callable[[str], None], graph: Path, texts: Sequence[str]) -> None:
    """Run each peer, and say by `stage` which one begins."""
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        recognise(stage, texts)
        graphml(stage, graph, scratch)
        rdf(stage, graph, scratch)


def recognise(stage: Callable[[str], None], texts: Sequence[str]) -> None:
    """Run spaCy's small recogniser over texts."""
    stage(BETWEEN)
    nlp = spacy.blank("en")
    recogniser = nlp.add_pipe("ner")
    recogniser.add_label("METHOD")  # type: ignore[attr-defined]
    nlp.initialize()
    stage("spaCy's recogniser")
    for _ in nlp.pipe(texts):
        pass


def graphml(stage: Callable[[str], None], graph: Path, scratch: Path) -> None:
    """networkx's GraphML writer, and pyvis's page of the same network."""
    import networkx
    from pyvis.network import Network

    import kg

    stage(BETWEEN)
    network = kg.open_network(graph)
    plain = networkx.MultiDiGraph()
    plain.add_nodes_from(
        (node, {"name": str(data.get("name", ""))}) for node, data in network.nodes(data=True)
    )
    plain.add_edges_from((s, t, {"kind": str(key)}) for s, t, key in network.edges(keys=True))
    stage("networkx's GraphML")
    networkx.write_graphml(plain, scratch / "plain.graphml")
    stage(BETWEEN)
    if plain.number_of_edges() <= EDGES_FOR_PYVIS:
        stage("pyvis's page")
        drawn = Network(cdn_resources="in_line")
        drawn.from_nx(plain)
        (scratch / "plain.html").write_text(drawn.generate_html(), encoding="utf-8")
        stage(BETWEEN)


def rdf(stage: Callable[[str], None], graph: Path, scratch: Path) -> None:
    """rdflib's reader and writer of the graph's Turtle."""
    import rdflib

    from kg.export import EXPORTERS
    from kg.graph import Graph

    path = scratch / "graph.ttl"
    EXPORTERS["ttl"].write(Graph.open(graph), path)
    parsed = rdflib.Graph()
    stage("rdflib's Turtle reader")
    parsed.parse(path)
    stage("rdflib's Turtle writer")
    parsed.serialize(scratch / "again.ttl")
