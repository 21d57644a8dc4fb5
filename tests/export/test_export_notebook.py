"""Neighbourhoods as pyvis networks: what is in them, and that nothing in them can run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import kg
from kg.cli import main
from kg.errors import OutputError, UsageError
from kg.export.notebook import Part, part_of, to_pyvis
from kg.export.notebook import network as network_module
from kg.graph import Graph, write_tables
from kg.linking import Linked
from kg.records import Edge, Entity, Paper, Support

NAMES = {
    "script": "<script>document.title = 'run'</script>",
    "end": "</script><img src=x onerror=\"document.title = 'run'\">",
    "href": '<a href="javascript:0" onclick="document.title=1">href</a>',
    "quotes": "\"'><b>`${1}`",
    "right to left": "\u202eevil\u202c",
    "long": "long " * 2000,
    "emoji": "👩🏽‍🔬🧪",
    "nul": "a\x00b",
}


def said(paper: str, quote: str) -> tuple[Support, ...]:
    return (Support(paper=paper, start=0, end=len(quote), quote=quote, rule="r", score=1.0),)


def chain(length: int = 4, *, names: dict[int, str] | None = None) -> Graph:
    """Papers p0, p1, … that each name two entities, e0 – p0 – e1 – p1 – e2 …"""
    names = names or {}
    papers = [Paper(id=f"p{n}", title=f"Paper {n}") for n in range(length)]
    entities = [
        Entity(
            id=f"method/e{n}",
            kind="METHOD",
            name=names.get(n, f"e{n}"),
            aliases=((f"alias {n}", 1),),
            papers=2,
        )
        for n in range(length + 1)
    ]
    edges = [
        Edge(
            source=f"paper/p{n}", target=f"method/e{m}", kind="uses", support=1, confidence=1.0,
            evidence=said(f"p{n}", names.get(m, f"We use e{m}.")),
        )
        for n in range(length) for m in (n, n + 1)
    ]  # fmt: skip
    return Graph.of(papers, Linked(entities=tuple(entities), edges=tuple(edges)))


def ids(part: Part) -> set[str]:
    return {f"paper/{paper.id}" for paper in part.all_papers} | {entity.id for entity in part.all_entities}


@pytest.mark.parametrize(
    ("hops", "expected"),
    [
        (0, {"method/e1"}),
        (1, {"method/e1", "paper/p0", "paper/p1"}),
        (2, {"method/e0", "method/e1", "method/e2", "paper/p0", "paper/p1"}),
    ],
)
def test_a_neighbourhood_reaches_as_far_as_asked(hops: int, expected: set[str]) -> None:
    part = part_of(chain(), around="alias 1", hops=hops)
    assert ids(part) == expected
    assert {end for edge in part.all_edges for end in (edge.source, edge.target)} <= expected


def test_a_stored_graph_gives_the_same_neighbourhood(tmp_path: Path) -> None:
    graph = chain()
    write_tables(
        tmp_path,
        papers=list(graph.papers()),
        extractions=[],
        linked=Linked(entities=tuple(graph.entities()), edges=tuple(graph.edges())),
    )
    assert part_of(Graph.open(tmp_path), around="p1", hops=2) == part_of(graph, around="p1", hops=2)


def test_a_network_has_every_node_in_its_place_and_physics_off() -> None:
    network = kg.to_pyvis(chain(), around="e1", hops=2)
    assert len(network.nodes) == 5
    assert len(network.edges) == 4
    assert len({(node["x"], node["y"]) for node in network.nodes}) == 5
    assert network.options["physics"] == {"enabled": False}
    network.add_node("mine", label="mine")
    network.add_edge("mine", "method/e1")
    assert network.get_node("mine")["label"] == "mine"


def test_no_such_node_and_too_many_nodes_are_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no node is called 'nothing'"):
        to_pyvis(chain(), around="nothing")
    monkeypatch.setattr(network_module, "MOST_NODES", 4)
    with pytest.raises(UsageError, match="more than 4 nodes lie within 2 hops; take fewer"):
        to_pyvis(chain(), around="e1", hops=2)
    with pytest.raises(UsageError, match="the graph has more than 4 nodes"):
        to_pyvis(chain())


def data_of(html: str) -> Any:
    return json.loads(html.split('id="data">')[1].split("</script>")[0])


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_hostile_names_stay_text(name: str) -> None:
    network = to_pyvis(chain(names={1: name}), around="alias 1")
    network.heading = name
    network.add_node("mine", label=name, title=name)
    html, plain = network.generate_html(), to_pyvis(chain(), around="e1").generate_html()
    data = data_of(html)
    assert data["heading"] == name
    assert data["nodes"][-1]["title"] == name
    for tag in ("<script", "</script", "<img", "<a ", "<b>"):
        assert html.count(tag) == plain.count(tag)
    assert not re.search(r"https?://(?!visjs|github|www\.w3|json-schema)[a-z]", html.split("<script>")[0])


def test_a_page_is_written_as_utf_8_or_not_at_all(tmp_path: Path) -> None:
    network = to_pyvis(chain(names={1: "Ünïcödé \ud800"}), around="alias 1")
    network.show(str(tmp_path / "part.html"))
    assert "Ünïcödé ?" in (tmp_path / "part.html").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["part.html"]
    with pytest.raises(OutputError, match="cannot be written"):
        network.write_html(str(tmp_path / "no" / "such" / "folder.html"))


def test_a_notebook_shows_the_network_in_a_frame_that_reaches_nothing() -> None:
    frame = to_pyvis(chain(names={1: '"><script>'}), around="alias 1")._repr_html_()
    assert frame.startswith('<iframe sandbox="allow-scripts"')
    assert frame.count("<") == 2


def test_show_writes_the_page_and_says_where(tmp_path: Path) -> None:
    graph = chain()
    write_tables(
        tmp_path,
        papers=list(graph.papers()),
        extractions=[],
        linked=Linked(entities=tuple(graph.entities()), edges=tuple(graph.edges())),
    )
    page = tmp_path / "e1.html"
    ran = CliRunner().invoke(
        main, ["show", "e1", "--html", str(page), "--hops", "2", "--graph", str(tmp_path)]
    )
    assert (ran.exit_code, ran.output) == (0, f"Wrote {page}; open it in a browser\n")
    assert len(data_of(page.read_text(encoding="utf-8"))["nodes"]) == 5
