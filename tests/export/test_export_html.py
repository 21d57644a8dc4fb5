"""The page: what is computed for it, and that nothing in a record can run or break out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kg.export.base import ExportOptions
from kg.export.html.data import page_data
from kg.export.html.layout import ROOM, lay_out
from kg.export.html.page import page, write_html
from kg.export.html.selection import select
from kg.records import Edge, Entity, Paper, ResultRow, Support


@dataclass
class Tiny:
    """A graph held in lists."""

    papers_: list[Paper] = field(default_factory=list)
    entities_: list[Entity] = field(default_factory=list)
    edges_: list[Edge] = field(default_factory=list)

    def papers(self) -> list[Paper]:
        return self.papers_

    def entities(self) -> list[Entity]:
        return self.entities_

    def edges(self) -> list[Edge]:
        return self.edges_

    def results(self) -> list[ResultRow]:
        return []


def edge(source: str, target: str, kind: str = "uses", quote: str = "We use it.") -> Edge:
    support = Support(paper="p1", start=0, end=len(quote), quote=quote, rule="test", score=1.0)
    return Edge(source=source, target=target, kind=kind, support=1, confidence=0.9, evidence=(support,))


def tiny(title: str = "A paper", *, entities: int = 3) -> Tiny:
    names = [f"thing {number}" for number in range(entities)]
    return Tiny(
        papers_=[Paper(id="p1", title=title)],
        entities_=[
            Entity(id=f"method/{n}", kind="METHOD", name=name, papers=1) for n, name in enumerate(names)
        ],
        edges_=[edge("paper/p1", f"method/{n}") for n in range(entities)],
    )


def test_a_small_graph_is_shown_whole() -> None:
    selection = select(tiny())
    assert (len(selection.papers), len(selection.entities), len(selection.edges)) == (1, 3, 3)
    assert selection.nodes_left_out == selection.edges_left_out == 0


def test_of_a_large_graph_the_best_connected_part_is_shown_and_the_rest_counted() -> None:
    graph = tiny(entities=10)
    graph.edges_ += [edge("method/0", "method/1", "part_of"), edge("method/1", "method/2", "part_of")]
    selection = select(graph, most=4)
    assert [entity.id for entity in selection.entities] == ["method/0", "method/1", "method/2"]
    assert selection.nodes_left_out == 7
    assert selection.edges_left_out == 7


def test_nodes_do_not_stand_on_one_another() -> None:
    edges = [(0, other) for other in range(1, 60)] + [(60, 61)]
    positions = lay_out(70, edges).positions
    closest = min(
        (ax - bx) ** 2 + (ay - by) ** 2
        for number, (ax, ay) in enumerate(positions)
        for bx, by in positions[:number]
    )
    assert closest**0.5 > 0.7 * ROOM


def test_two_groups_that_share_one_edge_are_two_communities() -> None:
    clique = [(a, b) for a in range(6) for b in range(a)]
    other = [(a + 6, b + 6) for a, b in clique]
    communities = lay_out(12, [*clique, *other, (0, 6)]).communities
    assert len({*communities[:6]}) == len({*communities[6:]}) == 1
    assert communities[0] != communities[6]


def test_each_string_stands_once_in_the_data() -> None:
    selection = select(tiny())
    layout = lay_out(4, [(0, 1), (0, 2), (0, 3)])
    strings = page_data(selection, layout)["strings"]
    assert len(strings) == len(set(strings))
    assert strings.count("We use it.") == 1


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "</script><img src=x onerror=alert(1)>",
        '"><b>',
        "<!--",
        "a\u2028b",
        "\x00",
        "href",
    ],
)
def test_no_title_leaves_its_place_in_the_data(title: str) -> None:
    html = page(select(tiny(title)))
    block = html.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    assert title in json.loads(block)["strings"]
    assert "<" not in block
    plain = page(select(tiny("A paper")))
    assert html.count("<script") == plain.count("<script")
    assert html.count("<img") == plain.count("<img")


def test_the_page_is_the_same_in_every_run(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/export'); from pathlib import Path;"
        "from test_export_html import tiny; from kg.export.html.page import page;"
        "from kg.export.html.selection import select; import hashlib;"
        "print(hashlib.sha256(page(select(tiny(entities=40))).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_a_graph_without_edges_still_gives_a_page(tmp_path: Path) -> None:
    write_html(Tiny(papers_=[Paper(id="p1", title="Alone")]), tmp_path / "graph.html", ExportOptions())
    assert "Alone" in (tmp_path / "graph.html").read_text(encoding="utf-8")
