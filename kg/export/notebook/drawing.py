"""pyvis's network with a page of our own.

pyvis's own template asks a content network for Bootstrap, writes all titles as HTML as soon as one of them
holds the letters "href", and escapes neither headings nor options. Ours embeds everything, sets text only
as text, and says in a content security policy that nothing else may run and nothing be fetched.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import pyvis
from pyvis.network import Network

from kg.export.html.page import filled, policy
from kg.files import atomic_path

HERE = Path(__file__).parent

#: Above this many edges they are hidden while the hand moves the map, which keeps it fluent.
EDGES_DRAWN_WHILE_MOVING = 400


class Drawing(Network):  # type: ignore[misc]
    """A network that writes a safe page, outside notebooks and inside."""

    def __init__(self, *, heading: str = "", height: str = "600px") -> None:
        super().__init__(directed=True, cdn_resources="in_line", height=height, heading=heading)
        self.options = {
            "physics": {"enabled": False},
            "layout": {"improvedLayout": False},
            "interaction": {"hover": True, "tooltipDelay": 150, "keyboard": False},
            "edges": {
                "smooth": False,
                "scaling": {"min": 1, "max": 6},
                "arrows": {"to": {"scaleFactor": 0.4}},
            },
            "nodes": {"borderWidth": 2, "labelHighlightBold": False},
        }

    def generate_html(self, name: str = "index.html", local: bool = True, notebook: bool = False) -> str:
        """The page as text; the parameters are pyvis's, and change nothing."""
        options: dict[str, Any] = (
            self.options if isinstance(self.options, dict) else json.loads(self.options.to_json())
        )
        many = len(self.edges) > EDGES_DRAWN_WHILE_MOVING
        data = {
            "heading": str(self.heading or ""),
            "nodes": self.nodes,
            "edges": self.edges,
            "options": {
                **options,
                "interaction": {
                    "hideEdgesOnDrag": many,
                    "hideEdgesOnZoom": many,
                    **options.get("interaction", {}),
                },
            },
        }
        script = vis_network() + "\n" + (HERE / "drawing.js").read_text(encoding="utf-8")
        style = (HERE / "drawing.css").read_text(encoding="utf-8")
        parts = {
            "title": escape(data["heading"][:200] or "A part of a knowledge graph"),
            "policy": policy(script=script, style=style),
            "style": style,
            "data": embedded(data),
            "script": script,
        }
        html = "".join(filled(HERE / "drawing.html", {name: iter([text]) for name, text in parts.items()}))
        self.html = html
        return html

    def write_html(
        self, name: str, local: bool = True, notebook: bool = False, open_browser: bool = False
    ) -> None:
        """Write the page, as UTF-8. Raises kg.errors.OutputError where it cannot be written."""
        with atomic_path(Path(name)) as draft:
            draft.write_text(self.generate_html(), encoding="utf-8", errors="replace", newline="\n")

    def save_graph(self, name: str) -> None:
        """As `write_html`."""
        self.write_html(name)

    def show(self, name: str, local: bool = True, notebook: bool = False) -> Drawing:
        """Write the page, and in a notebook show the network as well."""
        self.write_html(name)
        return self

    def _repr_html_(self) -> str:
        """The network in a notebook, in a frame of its own that can reach nothing around it."""
        page = escape(self.generate_html().encode("utf-8", "replace").decode("utf-8"))
        return (
            f'<iframe sandbox="allow-scripts" width="100%" height="{escape(str(self.height))}" '
            f'style="border:0" srcdoc="{page}"></iframe>'
        )


def vis_network() -> str:
    """The source of vis-network, as pyvis ships it (Apache-2.0 or MIT; its notice stands at its top)."""
    source = (Path(pyvis.__file__).parent / "lib" / "vis-9.1.2" / "vis-network.min.js").read_text(
        encoding="utf-8"
    )
    # The page would go and look for a source map that nobody ships.
    return source.partition("//# sourceMappingURL=")[0]


def embedded(value: Any) -> str:
    """JSON that may stand inside a script element: nothing in it can end the element or open a comment.

    >>> embedded("</script><!--")
    '"\\\\u003c/script\\\\u003e\\\\u003c!--"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
