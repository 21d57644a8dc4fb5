"""A part of a graph as pyvis has it: nodes and edges as vis-network draws them, in their places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError
from kg.export.base import ReadableGraph
from kg.export.html.arrangement import arranged
from kg.export.html.selection import select
from kg.export.notebook.neighbourhood import MOST_NODES, part_of
from kg.graph import Graph
from kg.records import Edge, Entity, Paper
from kg.schema import EDGE_KINDS, NODE_KINDS

if TYPE_CHECKING:
    from pyvis.network import Network

SMALLEST, LARGEST = 7, 34  #: radius of a node's shape
LONGEST_LABEL = 38
#: A hover tells no more than this of an alias list, a name or a sentence.
LONGEST_HINT, MOST_ALIASES = 400, 8
#: The explorer's shapes that vis-network lacks: its own nearest, drawn hollow.
HOLLOW = {"document": "square", "ring": "dot"}


def to_pyvis(graph: Graph | Path | str, *, around: str | None = None, hops: int = 2) -> Network:
    """A part of a graph as a `pyvis.network.Network`, for notebooks: the nodes within so many hops of the
    node `around` (its id, name or any alias), or a whole small graph.

    `graph` is a `kg.graph.Graph` or the folder of one. Positions are computed, physics is off; the network
    shows itself in a notebook, and its `write_html` gives a page that asks the network for nothing and in
    which every text, of the graph or added later, stays text. Raises UsageError where there is no such node,
    where the part has more than 5,000 nodes, and where pyvis is not installed.

    >>> from kg.linking import link
    >>> papers = [Paper(id="a", title="A", authors=("Ada L.",))]
    >>> network = to_pyvis(Graph.of(papers, link(papers, [])), around="Ada L.")
    >>> [node["label"] for node in network.nodes]
    ['A', 'Ada L.']
    """
    if not isinstance(graph, Graph):
        graph = Graph.open(graph)
    part = part_of(graph, around=around, hops=hops, most=MOST_NODES)
    return drawn(part, heading=f"{around}, {hops} hop{'s' * (hops != 1)}" if around is not None else "")


def write_neighbourhood(graph: Graph, path: Path, *, around: str, hops: int = 1) -> None:
    """Write the page of a node's neighbourhood.

    Raises UsageError as `to_pyvis` does, and OutputError where `path` cannot be written.
    """
    to_pyvis(graph, around=around, hops=hops).write_html(str(path))


def drawn(part: ReadableGraph, *, heading: str = "") -> Network:
    """A graph as a network in which every node has its place."""
    try:
        from kg.export.notebook.drawing import Drawing
    except ImportError as error:
        raise UsageError("pyvis is not installed", hint="install it: pip install pyvis") from error
    selection = select(part)
    source, target = selection.edges.source, selection.edges.target
    layout = arranged(selection).layout
    # Few nodes all show their names, which need room.
    wide = 1.0 + 400.0 / (200.0 + len(selection))
    degree = [0] * len(selection)
    for end in (*source.tolist(), *target.tolist()):
        degree[end] += 1
    network = Drawing(heading=heading)
    # Its add_node and add_edge look through all earlier ones at each call; the lists are the same without.
    shown = [*map(_paper, selection.papers), *map(_entity, selection.entities)]
    for node_id, node, x, y, edges in zip(
        selection.number, shown, layout.x.tolist(), layout.y.tolist(), degree, strict=True
    ):
        size = min(SMALLEST + 2.2 * edges**0.6, LARGEST)
        network.nodes.append(
            {"id": node_id, **node, "size": round(size, 1), "x": round(x * wide), "y": round(y * wide)}
        )
        network.node_ids.append(node_id)
        network.node_map[node_id] = network.nodes[-1]
    network.edges += [_edge(edge) for edge in part.edges() if edge.source in selection.number]
    return network


def _node(kind: str, name: str, *about: str) -> dict[str, Any]:
    row = NODE_KINDS[kind]
    colour: Any = row.colour
    if row.shape in HOLLOW:
        colour = {"background": "#ffffff", "border": row.colour}
    return {
        "label": _short(name, LONGEST_LABEL),
        "title": "\n".join(_short(line, LONGEST_HINT) for line in (name, *about) if line),
        "group": row.label,
        "shape": HOLLOW.get(row.shape, row.shape),
        "color": colour,
    }


def _paper(paper: Paper) -> dict[str, Any]:
    return _node(
        "PAPER", paper.title, ", ".join(paper.authors), " · ".join(filter(None, (paper.date, paper.url)))
    )


def _entity(entity: Entity) -> dict[str, Any]:
    count = f"{NODE_KINDS[entity.kind].label}, {entity.papers:,} paper{'s' * (entity.papers != 1)}"
    aliases = [alias for alias, _ in entity.aliases if alias != entity.name][:MOST_ALIASES]
    return _node(entity.kind, entity.name, count, " · ".join(aliases), entity.url)


def _edge(edge: Edge) -> dict[str, Any]:
    label = EDGE_KINDS[edge.kind].label
    quote = max(edge.evidence, key=lambda support: support.score, default=None)
    lines = (f"{label} ({edge.support:,})", quote.quote if quote else "")
    return {
        "from": edge.source,
        "to": edge.target,
        "title": "\n".join(_short(line, LONGEST_HINT) for line in lines if line),
        "value": edge.support,
        "arrows": "to",
    }


def _short(text: str, most: int) -> str:
    """A text on one line, of so many characters at most.

    >>> _short("so much\\n to say", 10)
    'so much t…'
    """
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
