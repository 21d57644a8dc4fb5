"""A graph as GEXF 1.2, which Gephi and networkx read: the same nodes, edges and attributes as GraphML, with
colours where Gephi looks for them.

Every attribute has one type in the whole file, declared at its top, so the file is written in a stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

from kg.export.base import ExportOptions, ReadableGraph
from kg.export.graphml import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, Value, edges, flat, nodes
from kg.export.terms import clean
from kg.files import atomic_path

#: GraphML's types → GEXF's.
_TYPES = {"string": "string", "int": "integer", "double": "double", "boolean": "boolean"}

#: What GEXF has a place of its own for.
_OWN = {"node": {"label", "r", "g", "b", "colour"}, "edge": {"label", "weight"}}


def write_gexf(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write graph.gexf."""
    with atomic_path(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(graph, options))


def lines(graph: ReadableGraph, options: ExportOptions) -> Iterator[str]:
    """The lines of a GEXF document."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = "http://www.gexf.net/1.2draft"
    yield f'<gexf xmlns="{space}" xmlns:viz="{space}/viz" version="1.2">\n'
    yield '<graph mode="static" defaultedgetype="directed">\n'
    for scope, attributes in (("node", NODE_ATTRIBUTES), ("edge", EDGE_ATTRIBUTES)):
        yield f'<attributes class="{scope}">\n'
        for name, type_ in attributes.items():
            if name not in _OWN[scope]:
                yield f'<attribute id="{name}" title="{name}" type="{_TYPES[type_]}"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    for node_id, values in nodes(graph, options):
        colour = f'<viz:color r="{values["r"]}" g="{values["g"]}" b="{values["b"]}"/>'
        label = _attribute(str(values["label"]))
        yield f"<node id={_attribute(node_id)} label={label}>{_values('node', values)}{colour}</node>\n"
    yield "</nodes>\n<edges>\n"
    for source, target, edge_id, values in edges(graph):
        ends = f"id={_attribute(edge_id)} source={_attribute(source)} target={_attribute(target)}"
        shown = f'label={_attribute(str(values["label"]))} weight="{values["weight"]}"'
        yield f"<edge {ends} {shown}>{_values('edge', values)}</edge>\n"
    yield "</edges>\n</graph>\n</gexf>\n"


def _values(scope: str, values: Mapping[str, Value]) -> str:
    told = "".join(
        f'<attvalue for="{name}" value={_attribute(_text(value))}/>'
        for name, value in flat(values).items()
        if name not in _OWN[scope]
    )
    return f"<attvalues>{told}</attvalues>"


def _text(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def _attribute(text: str) -> str:
    """An attribute's value; a parser would turn line ends and tabs into blanks."""
    return quoteattr(clean(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
