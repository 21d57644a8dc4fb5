"""What the page's scripts compute: each function by itself, in Chromium, on small data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_export_html_browser import CHROMIUM, FLAGS

import kg.export.html

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'kg[test]'")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

SCRIPTS = Path(kg.export.html.__file__).parent / "scripts"

#: Two papers, a method and a model; what the core block of a page holds.
CORE = {
    "meta": {"textsBlock": 256, "leftOut": {}},
    "kinds": [
        {"name": "METHOD", "label": "method", "plural": "methods", "colour": "#0072B2", "shape": "dot"},
        {"name": "MODEL", "label": "model", "plural": "models", "colour": "#D55E00", "shape": "diamond"},
        {"name": "PAPER", "label": "paper", "plural": "papers", "colour": "#56606B", "shape": "document"},
    ],
    "edgeKinds": [
        {"name": "proposes", "label": "proposes", "group": "role"},
        {"name": "uses", "label": "uses", "group": "role"},
        {"name": "based_on", "label": "is based on", "group": "relation"},
    ],
    "categories": ["cs.CL", "cs.CV"],
    "nodes": {
        "id": ["paper/a", "paper/b", 0, 0, "method/lone"],
        "name": ["Paper A", "Paper B", "Low-Rank Adaptation", "Große Net-50", "lone wolf"],
        "kind": [2, 2, 0, 1, 0],
        "x": [0, 100, 0, 100, 900],
        "y": [0, 0, 100, 100, 900],
        "community": [0, 0, 0, 1, -1],
        "support": [1, 1, 2, 1, 1],
        "more": [],
    },
    "dates": ["2024-11-02", "2025-01"],
    "paperCategories": [[0], [0, 1]],
    "edges": {
        # 0 proposes 2; 1 uses 2; 1 proposes 3; 3 is based on 2
        "source": [0, 1, 0, 2],
        "target": [2, 2, 1, 2],
        "kind": [0, 1, 0, 2],
        "support": [1, 1, 1, 1],
        "confidence": [90, 80, 90, 70],
    },
    "communities": {
        "name": ["adaptation", "nets"],
        "members": [[2], [3]],
        "size": [3, 1],
        "x": [50, 100],
        "y": [50, 100],
        "radius": [80, 10],
    },
}

DETAILS = {
    "aliases": [[], [], ["LoRA", "low-rank adaptation"], [], []],
    "urls": [0, "", "", "", ""],
    "authorNames": [],
    "authors": [[], []],
    "authorNodes": [],
    "types": [],
    "ambiguous": [],
    "linkKinds": [],
    "concepts": [],
    "rules": ["roles"],
    "sentences": {"count": [2, 1], "start": [0, 8, 0], "length": [7, 20, 7]},
    "evidence": {
        "count": [1, 1, 1, 1],
        "paper": [0, 0, 0, 2],
        "sentence": [1, 0, 0, 0],
        "rule": [0, 0, 0, 0],
        "more": [],
    },
    "results": {
        "paper": [1],
        "subject": [3],
        "metric": [-1],
        "metricText": ["accuracy"],
        "value": ["91.3%"],
        "unit": ["%"],
        "dataset": [-1],
        "baseline": [2],
        "sentence": [0],
    },
}


@pytest.fixture(scope="module")
def blank() -> Iterator[Any]:
    """An empty page with the scripts that compute, and a graph."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(offline=True).new_page()
        pure = [path for path in sorted(SCRIPTS.glob("*.js")) if path.name < "30"] + [
            SCRIPTS / "60_served.js"
        ]
        page.add_script_tag(content="\n".join(path.read_text(encoding="utf-8") for path in pure))
        page.evaluate(
            "([core, details]) => { window.g = graphOf(core); g.details = detailsOf(g, details); }",
            [CORE, DETAILS],
        )
        yield page
        browser.close()


def test_the_scripts_stand_in_order_and_end_no_element() -> None:
    names = [path.name for path in sorted(SCRIPTS.glob("*.js"))]
    assert names[0] == "00_types.js"
    assert all("</script" not in (SCRIPTS / name).read_text(encoding="utf-8").lower() for name in names)


@pytest.mark.parametrize(
    "way",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser"],
)
def test_no_script_makes_markup_or_code_of_text(way: str) -> None:
    assert [path.name for path in SCRIPTS.glob("*.js") if way in path.read_text(encoding="utf-8")] == []


def test_each_script_can_be_read_in_one_go() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in SCRIPTS.glob("*.js")}
    assert {name: length for name, length in lengths.items() if length > 320} == {}


def test_ids_and_edges_are_unpacked(blank: Any) -> None:
    assert blank.evaluate("g.id") == [
        "paper/a",
        "paper/b",
        "method/low-rank-adaptation",
        "model/gro-e-net-50",
        "method/lone",
    ]
    assert blank.evaluate("[...g.source]") == [0, 1, 1, 3]
    assert blank.evaluate("[...g.target]") == [2, 2, 3, 2]
    assert blank.evaluate("[...g.degree]") == [1, 2, 3, 2, 0]
    assert blank.evaluate("[...edgesOf(g, 2)]") == [0, 1, 3]


def test_a_block_is_unpacked_as_it_was_packed(blank: Any) -> None:
    import base64
    import zlib

    packed = base64.b64encode(zlib.compress('{"a": "ü</script>"}'.encode())).decode()
    assert blank.evaluate("text => unpackText(text)", packed) == {"a": "ü</script>"}


def test_months_have_no_gaps_and_bad_dates_count_for_nothing(blank: Any) -> None:
    assert blank.evaluate("g.months") == ["2024-11", "2024-12", "2025-01"]
    assert blank.evaluate("monthsBetween(['', '2024', '2024-13', 'soon'])") == []
    assert blank.evaluate("monthsBetween(['0001-01', '9999-12']).length") == 2


def test_evidence_names_its_paper_and_sentence(blank: Any) -> None:
    assert blank.evaluate("evidenceOf(g, 0)") == [{"paper": 0, "sentence": 1, "rule": "roles"}]
    assert blank.evaluate("evidenceOf(g, 3)") == [{"paper": 1, "sentence": 0, "rule": "roles"}]
    assert blank.evaluate("sentencePlace(g.details, 0, 1)") == {"start": 8, "end": 28}


def test_names_are_marked_as_whole_words_whatever_their_case(blank: Any) -> None:
    pieces = blank.evaluate("markedPieces('LoRA, not LoRAX; a lora (C++)', ['LoRA', 'C++', 'x'])")
    assert [piece["text"] for piece in pieces if piece["marked"]] == ["LoRA", "lora", "C++"]
    assert "".join(piece["text"] for piece in pieces) == "LoRA, not LoRAX; a lora (C++)"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lora", "method/low-rank-adaptation"),
        ("LOW rank", "method/low-rank-adaptation"),
        ("lowrank", "method/low-rank-adaptation"),
        ("adaptation low", "method/low-rank-adaptation"),
        ("net50", "model/gro-e-net-50"),
        ("GROSSE", None),
        ("große", "model/gro-e-net-50"),
        ("paper b", "paper/b"),
        ("wolf", "method/lone"),
        ("?", None),
        ("nothing of the kind", None),
    ],
)
def test_search_finds_names_and_aliases_however_they_are_spelt(
    blank: Any, typed: str, found: str | None
) -> None:
    first = blank.evaluate("t => searchNodes(g, searchIndex(g), t).map(match => g.id[match.node])[0]", typed)
    assert first == found


def test_search_tells_which_alias_matched_and_names_each_node_once(blank: Any) -> None:
    matches = blank.evaluate("searchNodes(g, searchIndex(g), 'lora')")
    assert matches == [{"node": 2, "label": "LoRA", "own": False}]


def test_a_whole_name_comes_before_a_beginning_and_that_before_a_part(blank: Any) -> None:
    order = blank.evaluate(
        """() => {
          const names = ["the net of all", "network", "net"];
          const graph = { name: names, byWeight: [0, 1, 2], degree: [9, 9, 1], id: ["a", "b", "c"],
            paperOf: [-1, -1, -1], details: null };
          return searchNodes(graph, searchIndex(graph), "net").map(({ node }) => names[node]);
        }"""
    )
    assert order == ["net", "network", "the net of all"]


def shown(blank: Any, patch: str) -> tuple[list[int], list[int]]:
    """Nodes and edges that a change of the filters leaves."""
    result = blank.evaluate(
        f"(() => {{ const s = applyFilters(g, {{ ...noFilters(g), {patch} }});"
        "const on = bytes => [...bytes.keys()].filter(i => bytes[i]); return [on(s.nodes), on(s.edges)]; })()"
    )
    return result[0], result[1]


@pytest.mark.parametrize(
    ("patch", "nodes", "edges"),
    [
        ("", [0, 1, 2, 3, 4], [0, 1, 2, 3]),
        ("kinds: new Set([2])", [2, 3, 4], [3]),
        ("edgeKinds: new Set([0])", [1, 2, 3, 4], [1, 3]),
        ("from: 0, to: 0", [0, 2], [0]),
        ("from: 2, to: 2", [1, 2, 3], [1, 2, 3]),
        ("from: 1, to: 1", [], []),
        ("categories: new Set([0])", [1, 2, 3], [1, 2, 3]),
        ("communities: new Set([1])", [0, 1, 2, 4], [0, 1]),
        ("communities: new Set([-1])", [0, 1, 2, 3], [0, 1, 2, 3]),
        ("support: 2", [0, 1, 2], [0, 1]),
        ("degree: 2", [1, 2, 3], [1, 2, 3]),
        ("around: 3", [1, 2, 3], [1, 2, 3]),
    ],
)
def test_filters_leave_what_they_should(blank: Any, patch: str, nodes: list[int], edges: list[int]) -> None:
    assert shown(blank, patch) == (nodes, edges)


def test_the_legend_counts_what_the_other_filters_leave(blank: Any) -> None:
    counts = blank.evaluate("applyFilters(g, { ...noFilters(g), kinds: new Set([0]), from: 2, to: 2 })")
    assert counts["kinds"] == [1, 1, 1]
    assert counts["months"] == [1, 0, 1]
    assert counts["categories"] == [1, 1]


def test_a_path_goes_the_shortest_way_along_shown_edges(blank: Any) -> None:
    assert blank.evaluate("shortestPath(g, 0, 3, new Uint8Array(4).fill(1))") == {
        "nodes": [0, 2, 3],
        "edges": [0, 3],
    }
    hidden = blank.evaluate("shortestPath(g, 0, 3, Uint8Array.from([1, 1, 1, 0])).nodes")
    assert hidden == [0, 2, 1, 3]
    assert blank.evaluate("shortestPath(g, 0, 4, new Uint8Array(4).fill(1))") is None
    assert blank.evaluate("shortestPath(g, 2, 2, new Uint8Array(4)).edges") == []


def test_another_way_avoids_the_nodes_of_the_first(blank: Any) -> None:
    nodes = blank.evaluate(
        """() => {
          // Two ways from 0 to 3: by 1 and by 2.
          const graph = withNeighbours({ count: 4, edgeCount: 4, source: [0, 1, 0, 2], target: [1, 3, 2, 3],
            kinds: [{ name: "METHOD" }], kind: [0, 0, 0, 0], confidence: [100, 100, 100, 100] });
          const all = new Uint8Array(4).fill(1);
          const first = shortestPath(graph, 0, 3, all).nodes[1];
          return [first, shortestPath(graph, 0, 3, all, new Set([first])).nodes[1]];
        }"""
    )
    assert sorted(nodes) == [1, 2]


def test_the_nearest_node_under_a_point_is_found_and_hidden_ones_are_not(blank: Any) -> None:
    at = "(x, y, shown) => nodeAt(g, gridOf(g.x, g.y), x, y, () => 20, 20, shown)"
    assert blank.evaluate(f"({at})(104, 97, new Uint8Array(5).fill(1))") == 3
    assert blank.evaluate(f"({at})(50, 50, new Uint8Array(5).fill(1))") == -1
    assert blank.evaluate(f"({at})(100, 100, Uint8Array.from([1, 1, 1, 0, 1]))") == -1


def test_a_grid_of_far_off_nodes_stays_small(blank: Any) -> None:
    assert blank.evaluate("gridOf([0, 1e9], [0, 1e9], 1).first.length") < 200
    assert blank.evaluate("gridOf([], []).columns") == 1


def test_zooming_holds_the_point_under_the_hand(blank: Any) -> None:
    before, after = blank.evaluate(
        """() => {
          const view = { x: 10, y: 20, scale: 1 };
          const next = zoomed(view, 800, 600, 100, 50, 2, { least: 0.1, most: 4 });
          return [toMap(view, 800, 600, 100, 50), toMap(next, 800, 600, 100, 50)];
        }"""
    )
    assert before == pytest.approx(after)


def test_every_state_survives_its_address(blank: Any) -> None:
    assert blank.evaluate(
        """() => {
          const state = { ...firstState(g), node: "model/gro-e-net-50", mode: "table", colour: "community",
            path: ["paper/a", "model/gro-e-net-50"], rows: "edges", sort: "-papers",
            view: { x: 12, y: -7, scale: 0.5 },
            filters: { kinds: new Set([0, 2]), edgeKinds: new Set([1]), communities: new Set([1, -1]),
              categories: new Set([1]), from: 1, to: 2, support: 3, degree: 2, around: 2, hops: 2 } };
          const text = state =>
            JSON.stringify(state, (_, value) => value instanceof Set ? [...value].sort() : value);
          return text(stateOf(g, "#" + fragmentOf(g, state))) === text(state);
        }"""
    )
    assert blank.evaluate("fragmentOf(g, firstState(g))") == ""


def test_an_address_that_asks_for_nonsense_is_passed_over(blank: Any) -> None:
    fragment = "#node=no/such&mode=x&hide=NOPE&from=1999-01&support=-5&degree=x&view=1,2"
    fragment += "&path=no&sort=<b>&rows=x&hops=99"
    # Whatever is not understood stays as it is at first.
    assert blank.evaluate("f => fragmentOf(g, stateOf(g, f))", fragment) == ""


def test_rows_are_sorted_by_number_or_by_name_with_empty_ones_last(blank: Any) -> None:
    rows = "rowsOf(g, applyFilters(g, noFilters(g)), table)"
    sort = f"(table, sort) => [...sortedRows({rows}, nodeColumns(g), sort)]"
    assert blank.evaluate(f"({sort})('nodes', 'name')") == [3, 4, 2, 0, 1]
    assert blank.evaluate(f"({sort})('nodes', '-papers')")[0] == 2
    assert blank.evaluate(f"({sort})('nodes', '-date')")[:2] == [1, 0]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("plain", "plain"),
        ('a "b", c', '"a ""b"", c"'),
        ("two\nlines", '"two\nlines"'),
        ("=1+1", "'=1+1"),
        ("@cmd", "'@cmd"),
        ("-5.2", "-5.2"),
        ("+3%", "+3%"),
        ("a\x00b", "ab"),
        (12, "12"),
    ],
)
def test_a_cell_of_csv_is_quoted_and_never_a_formula(blank: Any, value: str | int, cell: str) -> None:
    assert blank.evaluate("value => csvCell(value)", value) == cell


def test_svg_is_well_formed_whatever_the_names(blank: Any) -> None:
    import xml.etree.ElementTree as ET

    svg = blank.evaluate(
        r"""() => {
          const graph = { ...g, name: ["<script>&\"'", "a\u0000b\u202e\ud800", "]]>", "\ufffe", "x"] };
          const theme = THEMES.light, colours = palette(graph, "type", theme);
          return svgOf(graph, applyFilters(graph, noFilters(graph)), { x: 50, y: 50, scale: 1 }, 400, 300,
            { theme, colours, by: "type", labels: [], lit: null,
              litEdges: [0], path: [2] });
        }"""
    )
    titles = [title.text for title in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]
    assert "<script>&\"'" in titles
    assert svg.count('<path stroke-width="3" d="M') == 1


def test_colours_stand_out_from_their_ground(blank: Any) -> None:
    for theme in ("light", "dark"):
        for by in ("type", "community"):
            least = blank.evaluate(
                """([name, by]) => {
                  const theme = THEMES[name], colours = palette(g, by, theme).slice(0, -1);
                  return Math.min(...colours.map(colour => contrast(colour, theme.ground)));
                }""",
                [theme, by],
            )
            assert least >= 2.8
    assert blank.evaluate("contrast(THEMES.dark.muted, THEMES.dark.ground)") > 4.5
    assert blank.evaluate("contrast(THEMES.light.muted, THEMES.light.ground)") > 4.5


def test_neighbours_from_a_server_join_the_graph_once(blank: Any) -> None:
    sizes = blank.evaluate(
        """() => {
          const copy = { ...g, numberOf: new Map(g.numberOf) };
          const nodes = [{ id: "paper/a", kind: "PAPER", name: "Paper A" },
            { id: "paper/c", kind: "PAPER", name: "C", date: "2025-01-05" },
            { id: "odd/x", kind: "ODD", name: "x" }];
          const target = "method/low-rank-adaptation";
          const edges = [{ source: "paper/c", target, kind: "uses", support: 1, confidence: 0.5 },
            { source: "paper/a", target, kind: "proposes" }];
          const once = grown(copy, nodes, edges, 2), twice = grown(once, nodes, edges, 2);
          return [once.count, once.edgeCount, twice.count, twice.edgeCount, once.dates.at(-1),
            evidenceOf(once, 4).length, once.degree[2], once.months[once.paperMonth[2]]];
        }"""
    )
    assert sizes == [6, 5, 6, 5, "2025-01-05", 0, 4, "2025-01"]
