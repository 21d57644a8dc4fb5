"""Other programs at the same work on the same graph: what people would use if there were no kg.

spaCy's own small convolutional recogniser, with random weights, which take as long as trained ones;
networkx's GraphML writer; rdflib's Turtle reader and writer; pyvis's page as it comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import spacy

#: pyvis lays its page out in the browser and looks through all edges at each one added: no more than these.
EDGES_FOR_PYVIS = 20_000


def peer_seconds(graph: Path, texts: Sequence[str], times: float) -> dict[str, float]:
    """Seconds of each peer; those of the recogniser, measured on `texts`, multiplied by `times`."""
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        found = {"spaCy's recogniser": timed(lambda: recognise(texts)) * times}
        found |= graphml(graph, scratch)
        found |= rdf(graph, scratch)
    return found


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def recognise(texts: Sequence[str]) -> None:
    """Run spaCy's small recogniser over texts."""
    nlp = spacy.blank("en")
    recogniser = nlp.add_pipe("ner")
    recogniser.add_label("METHOD")  # type: ignore[attr-defined]
    nlp.initialize()
    for _ in nlp.pipe(texts):
        pass


def graphml(graph: Path, scratch: Path) -> dict[str, float]:
    """networkx's GraphML writer, and pyvis's page of the same network."""
    import networkx
    from pyvis.network import Network

    import kg

    network = kg.open_network(graph)
    plain = networkx.MultiDiGraph()
    plain.add_nodes_from(
        (node, {"name": str(data.get("name", ""))}) for node, data in network.nodes(data=True)
    )
    plain.add_edges_from((s, t, {"kind": str(key)}) for s, t, key in network.edges(keys=True))
    found = {"networkx's GraphML": timed(lambda: networkx.write_graphml(plain, scratch / "plain.graphml"))}
    if plain.number_of_edges() <= EDGES_FOR_PYVIS:

        def page() -> None:
            drawn = Network(cdn_resources="in_line")
            drawn.from_nx(plain)
            (scratch / "plain.html").write_text(drawn.generate_html(), encoding="utf-8")

        found["pyvis's page"] = timed(page)
    return found


def rdf(graph: Path, scratch: Path) -> dict[str, float]:
    """rdflib's reader and writer of the graph's Turtle."""
    import rdflib

    from kg.export import EXPORTERS
    from kg.graph import Graph

    path = scratch / "graph.ttl"
    EXPORTERS["ttl"].write(Graph.open(graph), path)
    parsed = rdflib.Graph()
    found = {"rdflib's reader": timed(lambda: parsed.parse(path))}
    found["rdflib's Turtle"] = timed(lambda: parsed.serialize(scratch / "again.ttl"))
    return found
