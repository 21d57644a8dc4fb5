"""The page: what is computed for it, and that nothing in a record can run or break out."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.export.base import ExportOptions
from kg.export.html import page as page_module
from kg.export.html.communities import communities, stems
from kg.export.html.data import texts_of
from kg.export.html.edges import MOST_EVIDENCE
from kg.export.html.layout import ROOM, lay_out
from kg.export.html.naming import MOST_NAMED, described
from kg.export.html.page import page, write_html
from kg.export.html.selection import select
from kg.records import Edge, Entity, Paper, ResultRow, Support

ABSTRACT = "We use it. 😀 We use it again."


@dataclass
class Tiny:
    """A graph held in lists."""

    papers_: list[Paper] = field(default_factory=list)
    entities_: list[Entity] = field(default_factory=list)
    edges_: list[Edge] = field(default_factory=list)
    results_: list[ResultRow] = field(default_factory=list)

    def papers(self) -> list[Paper]:
        return self.papers_

    def entities(self) -> list[Entity]:
        return self.entities_

    def edges(self) -> list[Edge]:
        return self.edges_

    def results(self) -> list[ResultRow]:
        return self.results_

    def extractions(self) -> list[Any]:
        return []

    def nodes(self) -> list[Any]:
        return []


def said(paper: Paper, quote: str, *, score: float = 1.0) -> Support:
    start = paper.text.index(quote)
    return Support(paper=paper.id, start=start, end=start + len(quote), quote=quote, rule="test", score=score)


def edge(source: str, target: str, *evidence: Support, kind: str = "uses") -> Edge:
    return Edge(source=source, target=target, kind=kind, support=1, confidence=0.9, evidence=evidence)


def tiny(title: str = "A paper", *, entities: int = 3) -> Tiny:
    paper = Paper(id="p1", title=title, abstract=ABSTRACT, authors=("Ada  L.",), date="2025-01")
    return Tiny(
        papers_=[paper],
        entities_=[
            Entity(id=f"method/{n}", kind="METHOD", name=f"thing {n}", papers=1) for n in range(entities)
        ],
        edges_=[edge("paper/p1", f"method/{n}", said(paper, "We use it.")) for n in range(entities)],
    )


def block(html: str, name: str) -> Any:
    """What an element of the page holds."""
    found = re.search(f'id="{name}">([^<]*)<', html)
    assert found, f"the page holds no {name}"
    return json.loads(zlib.decompress(base64.b64decode(found[1])))


def shown(graph: Tiny, options: ExportOptions | None = None) -> str:
    return "".join(page(select(graph), options))


def placed(size: int, pairs: list[tuple[int, int]], *, papers: int = 0) -> tuple[Any, Any]:
    source, target = np.array([a for a, _ in pairs], int), np.array([b for _, b in pairs], int)
    stem = stems(size, source, target, papers=papers)
    groups = communities(size, source, target, stem)
    ids = [f"method/{number}" for number in range(size)]
    return lay_out(ids, source, target, stem=stem, groups=groups), groups


# ---------------------------------------------------------------- what is shown


def test_a_small_graph_is_shown_whole() -> None:
    core = block(shown(tiny()), "core")
    assert (core["meta"]["papers"], core["meta"]["entities"], core["meta"]["edges"]) == (1, 3, 3)
    assert core["meta"]["leftOut"] == {}
    assert core["nodes"]["more"] == []


def test_of_a_large_graph_the_most_supported_part_is_shown_and_the_rest_counted() -> None:
    graph = tiny(entities=10)
    graph.edges_ += [
        edge("method/0", "method/1", kind="part_of"),
        edge("method/1", "method/2", kind="part_of"),
    ]
    selection = select(graph, most_nodes=4)
    assert [entity.id for entity in selection.entities] == ["method/0", "method/1", "method/2"]
    assert selection.left_out_kinds == {"METHOD": 7}
    assert selection.whole == {"papers": 1, "entities": 10, "edges": 12, "results": 0}
    assert selection.more.tolist() == [7, 0, 0, 0]


def test_edges_too_are_limited() -> None:
    selection = select(tiny(entities=10), most_edges=5)
    assert len(selection.edges) == 5
    assert len(selection.entities) == 5


def test_evidence_of_papers_left_out_is_counted() -> None:
    papers = [Paper(id=f"p{n}", title=f"Paper {n}", abstract=ABSTRACT) for n in range(9)]
    names = ["method/a", "method/b"]
    evidence = tuple(said(paper, "We use it.") for paper in papers)
    graph = Tiny(
        papers_=papers,
        entities_=[Entity(id=name, kind="METHOD", name=name, papers=9) for name in names],
        edges_=[
            edge("method/a", "method/b", *evidence, kind="based_on"),
            *(edge(f"paper/p{n}", names[n % 2], evidence[n]) for n in range(9)),
        ],
    )
    edges = select(graph).edges
    assert edges.evidence_more.tolist() == [0] * 9 + [9 - MOST_EVIDENCE]
    few = select(graph, most_nodes=4)
    assert len(few.papers) == 2
    kept = np.diff(few.edges.first)[-1]
    assert kept + few.edges.evidence_more[-1] == 9


def test_the_best_evidence_comes_first_and_of_several_papers() -> None:
    one = Paper(id="p1", title="One", abstract=ABSTRACT)
    two = Paper(id="p2", title="Two", abstract=ABSTRACT)
    evidence = (
        *(said(one, quote, score=0.9) for quote in ("We use it.", "We use it again.", "We", "use", "it")),
        said(two, "We use it.", score=0.5),
    )
    graph = Tiny(papers_=[one, two], entities_=[Entity(id="method/a", kind="METHOD", name="a", papers=2)])
    graph.edges_ = [edge("paper/p1", "method/a", *evidence)]
    assert select(graph).edges.evidence_paper.tolist()[:2] == [0, 1]


# ---------------------------------------------------------------- where it stands


def test_nodes_do_not_stand_on_one_another() -> None:
    layout, _ = placed(
        260, [(0, other) for other in range(1, 60)] + [(n, n * 7 % 200) for n in range(60, 250)]
    )
    apart = (layout.x[:, None] - layout.x) ** 2 + (layout.y[:, None] - layout.y) ** 2
    np.fill_diagonal(apart, 10**9)
    assert apart.min() ** 0.5 > 0.7 * ROOM


def test_two_groups_that_share_one_edge_are_two_communities_and_lie_apart() -> None:
    clique = [(a, b) for a in range(30) for b in range(a)]
    other = [(a + 30, b + 30) for a, b in clique]
    layout, groups = placed(60, [*clique, *other, (0, 30)])
    assert len({*groups[:30].tolist()}) == len({*groups[30:].tolist()}) == 1
    assert groups[0] != groups[30]
    far = np.hypot(layout.x[:30].mean() - layout.x[30:].mean(), layout.y[:30].mean() - layout.y[30:].mean())
    assert far > 2 * max(layout.x[:30].std(), layout.y[:30].std())


def test_what_hangs_on_a_node_lies_around_it() -> None:
    ring = [(n, (n + 1) % 60) for n in range(60)]
    layout, _ = placed(64, [*ring, (3, 60), (3, 61), (3, 62), (33, 63)])
    for leaf, stem, other in ((60, 3, 33), (61, 3, 33), (62, 3, 33), (63, 33, 3)):
        near = np.hypot(layout.x[leaf] - layout.x[stem], layout.y[leaf] - layout.y[stem])
        far = np.hypot(layout.x[leaf] - layout.x[other], layout.y[leaf] - layout.y[other])
        assert near < far


def test_names_decide_where_a_map_begins_not_the_order_of_its_edges() -> None:
    pairs = [(n, n * 7 % 90) for n in range(90)] + [(n, (n + 1) % 90) for n in range(90)]
    one, _ = placed(90, pairs)
    two, _ = placed(90, [(b, a) for a, b in reversed(pairs)])
    assert one.x.tolist() == two.x.tolist()


@pytest.mark.parametrize("size", [0, 1, 2, 39, 41])
def test_graphs_without_edges_have_places_too(size: int) -> None:
    layout, _ = placed(size, [])
    assert len({*zip(layout.x.tolist(), layout.y.tolist(), strict=True)}) == size


def test_communities_bear_the_names_of_what_they_share_and_no_two_the_same() -> None:
    graph = Tiny()
    for field_ in ("parsing", "vision"):
        names = [field_, f"{field_} trees"]
        graph.entities_ += [Entity(id=f"task/{name}", kind="TASK", name=name, papers=10) for name in names]
        for number in range(10):
            paper = Paper(id=f"{field_}{number}", title=f"{field_} paper {number}")
            graph.papers_.append(paper)
            graph.edges_ += [edge(f"paper/{paper.id}", f"task/{name}", kind="addresses") for name in names]
    selection = select(graph)
    source, target = selection.edges.source, selection.edges.target
    groups = communities(len(selection), source, target, np.arange(len(selection)))
    found = described(selection, groups, np.arange(len(selection)), np.arange(len(selection)))
    assert {name.partition(" ")[0] for name in found.names} == {"parsing", "vision"}
    assert len({*found.names}) == len(found.names) == 2 <= MOST_NAMED


# ---------------------------------------------------------------- what the file holds


def test_offsets_count_as_a_browser_counts() -> None:
    graph = tiny()
    graph.edges_.append(
        edge("method/0", "method/1", said(graph.papers_[0], "We use it again."), kind="part_of")
    )
    html = shown(graph)
    core, details, texts = block(html, "core"), block(html, "details"), block(html, "texts-0")
    text = f"{core['nodes']['name'][0]}\n{texts[0]}".encode("utf-16-le")
    starts, lengths = np.cumsum(details["sentences"]["start"]), details["sentences"]["length"]
    read = [
        text[2 * start : 2 * (start + length)].decode("utf-16-le")
        for start, length in zip(starts.tolist(), lengths, strict=True)
    ]
    assert read == ["We use it.", "We use it again."]
    assert details["evidence"]["sentence"] == [0, 0, 0, 1]


def test_without_abstracts_the_page_holds_only_sentences_that_are_evidence() -> None:
    graph = tiny()
    graph.edges_.append(
        edge("method/0", "method/1", said(graph.papers_[0], "We use it again."), kind="part_of")
    )
    html = shown(graph, ExportOptions(abstracts=False))
    assert block(html, "core")["meta"]["texts"] == "sentences"
    assert block(html, "texts-0") == ["We use it.\nWe use it again."]


def test_a_page_that_would_be_too_large_carries_less_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "MOST_BYTES", 10)
    html = shown(tiny())
    assert block(html, "core")["meta"]["texts"] == "none"
    assert 'id="texts-0"' not in html


def test_sentences_that_overlap_and_titles_keep_their_places() -> None:
    graph = tiny("We use it. In a title.")
    paper = graph.papers_[0]
    quotes = ["We use it. In a title.", "it. 😀 We", "We use it again", "again."]
    graph.edges_ = [edge("paper/p1", "method/0", *(said(paper, quote) for quote in quotes))]
    for mode in ("whole", "sentences"):
        texts = texts_of(select(graph), mode=mode)
        text = f"{paper.title}\n{texts.rests[0]}".encode("utf-16-le")
        read = {text[2 * a : 2 * (a + length)].decode("utf-16-le") for a, length in texts.places[0]}
        assert read == {*quotes}


def test_results_name_nodes_by_number() -> None:
    graph = tiny()
    graph.results_ = [
        ResultRow(
            id="result/p1/1", paper="p1", subject="method/1", metric=None, metric_text="accuracy",
            value="91.3%", number=91.3, unit="%", dataset="method/2", baseline=None,
            evidence=said(graph.papers_[0], "We use it."),
        )
    ]  # fmt: skip
    results = block(shown(graph), "details")["results"]
    assert {name: column[0] for name, column in results.items()} == {
        "paper": 0, "subject": 2, "metric": -1, "metricText": "accuracy", "value": "91.3%", "unit": "%",
        "dataset": 3, "baseline": -1, "sentence": 0,
    }  # fmt: skip


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
        "{{ policy }}",
        "\u202ecba",
        "😀" * 10_000,
    ],
)
def test_no_title_leaves_its_place_in_the_data(title: str) -> None:
    html = shown(tiny(title))
    assert block(html, "core")["nodes"]["name"][0] == title
    plain = shown(tiny("A paper"))
    for tag in ("<script", "<img", "<b>", "<!--", "{{ "):
        assert html.count(tag) == plain.count(tag)


def test_half_a_character_does_not_stop_the_page(tmp_path: Path) -> None:
    write_html(tiny("\ud800"), tmp_path / "graph.html", ExportOptions())
    assert block((tmp_path / "graph.html").read_text(encoding="utf-8"), "core")["nodes"]["name"][0] == "?"


def test_the_policy_allows_what_the_page_holds_and_no_request() -> None:
    html = shown(tiny())
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    assert "default-src 'none'" in policy[1]
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        (source,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(page_module.hashlib.sha256(source.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy[1]
    assert not re.search(r"connect-src|https?:", policy[1])


def test_the_page_is_the_same_in_every_run() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/export'); from test_export_html import shown, tiny;"
        "import hashlib; print(hashlib.sha256(shown(tiny(entities=60)).encode()).hexdigest())"
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


def test_an_empty_graph_and_one_without_edges_still_give_a_page(tmp_path: Path) -> None:
    write_html(Tiny(), tmp_path / "empty.html", ExportOptions())
    write_html(Tiny(papers_=[Paper(id="p1", title="Alone")]), tmp_path / "graph.html", ExportOptions())
    html = (tmp_path / "graph.html").read_text(encoding="utf-8")
    assert block(html, "core")["nodes"]["name"] == ["Alone"]
