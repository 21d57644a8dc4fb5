"""The page itself: pyvis carries the network, a template of our own holds it.

pyvis's own template asks a content network for Bootstrap and writes titles as HTML as soon as one of them
holds the letters "href"; ours embeds everything, escapes everything, and says so in a content security
policy that forbids any request.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kg.export.base import ExportOptions, ReadableGraph
from kg.export.html.data import node_order, page_data
from kg.export.html.layout import Layout, lay_out
from kg.export.html.selection import Selection, select
from kg.files import atomic_path
from kg.schema import NODE_KINDS

HERE = Path(__file__).parent

#: Above this many edges they are hidden while the hand moves the map, which keeps it fluent.
EDGES_DRAWN_WHILE_MOVING = 400

SMALLEST, LARGEST = 7, 34  #: radius of a node's shape


def write_html(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write the interactive page of a graph.

    The options change nothing on it. Raises OutputError where `path` cannot be written.
    """
    text = page(select(graph))
    with atomic_path(path) as draft:
        draft.write_text(text, encoding="utf-8", errors="replace", newline="\n")


def page(selection: Selection) -> str:
    """The whole page as text."""
    number = {node: index for index, node in enumerate(node_order(selection))}
    edges = [(number[edge.source], number[edge.target]) for edge in selection.edges]
    layout = lay_out(len(number), edges)
    data = page_data(selection, layout)
    network = _network(data, layout)
    script = (HERE / "page.js").read_text(encoding="utf-8")
    library = _vis_network()
    style = (HERE / "page.css").read_text(encoding="utf-8")
    network.templateEnv = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    network.templateEnv.globals.update(
        data=_embedded(data),
        script=script,
        library=library,
        style=style,
        policy=_policy(scripts=[library, script], styles=[style]),
        embedded=_embedded,
        papers=len(selection.papers),
    )
    network.path = "page.html"
    html: str = network.generate_html()
    return html


def _network(data: dict[str, Any], layout: Layout) -> Any:
    """The graph as pyvis has it: vis-network's nodes, edges and options."""
    from pyvis.network import Network  # it brings IPython along: seconds that other commands need not pay

    network = Network(directed=True, cdn_resources="in_line")
    nodes, edges = data["nodes"], data["edges"]
    degree = [0] * len(nodes["id"])
    for end in (*edges["source"], *edges["target"]):
        degree[end] += 1
    kinds = list(NODE_KINDS)
    # Its add_node and add_edge look through all earlier ones at each call; the lists are the same without.
    for index, (x, y) in enumerate(layout.positions):
        size = min(SMALLEST + 2.2 * degree[index] ** 0.6, LARGEST)
        network.nodes.append(
            {
                "id": index,
                "group": kinds[nodes["kind"][index]],
                "label": _short(data["strings"][nodes["name"][index]]),
                "size": round(size, 1),
                "x": x,
                "y": y,
            }
        )
    for index, (source, target) in enumerate(zip(edges["source"], edges["target"], strict=True)):
        network.edges.append({"id": index, "from": source, "to": target})
    many = len(network.edges) > EDGES_DRAWN_WHILE_MOVING
    network.options = {
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False},
        "interaction": {
            "hover": True,
            "hideEdgesOnDrag": many,
            "hideEdgesOnZoom": many,
            "tooltipDelay": 150,
            "multiselect": False,
            "selectConnectedEdges": True,
        },
        "edges": {"smooth": False, "width": 1, "selectionWidth": 2, "hoverWidth": 0},
    }
    return network


def _short(name: str, *, most: int = 38) -> str:
    """A label that fits on the map.

    >>> _short("a" * 50) == "a" * 37 + "…"
    True
    """
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _vis_network() -> str:
    """The source of vis-network, as pyvis ships it (Apache-2.0 or MIT; its notice stands at its top)."""
    import pyvis

    source = (Path(pyvis.__file__).parent / "lib" / "vis-9.1.2" / "vis-network.min.js").read_text(
        encoding="utf-8"
    )
    # The page would go and look for a source map that nobody ships.
    return source.partition("//# sourceMappingURL=")[0]


def _embedded(value: Any) -> str:
    """JSON that may stand inside a script element: nothing in it can end the element or open a comment.

    >>> _embedded("</script><!--")
    '"\\\\u003c/script\\\\u003e\\\\u003c!--"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _policy(*, scripts: list[str], styles: list[str]) -> str:
    """A content security policy that runs and styles with what the page holds, and fetches nothing."""

    def hashes(sources: list[str]) -> str:
        digests = (hashlib.sha256(source.encode("utf-8")).digest() for source in sources)
        return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
