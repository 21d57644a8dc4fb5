"""Names on the map: where they are placed, as computed, and where they are seen, in the page."""

from __future__ import annotations

from typing import Any

import pytest
from test_export_html_browser import CHROMIUM, DESKTOP, PHONE, opened, rest, support
from test_export_html_browser_scripts import SCRIPTS

from kg.export.base import ExportOptions
from kg.export.html import write_html
from kg.records import Edge, Entity, Extraction, LocalNode, Paper, ResultRow

pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'kg[test]'")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

Box = dict[str, Any]


def overlaps(boxes: list[Box]) -> list[tuple[str, str]]:
    """Pairs of boxes that lie over one another by more than half a pixel."""
    return [
        (str(a["text"]), str(b["text"]))
        for i, a in enumerate(boxes)
        for b in boxes[:i]
        if min(a["right"], b["right"]) - max(a["left"], b["left"]) > 0.5
        and min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > 0.5
    ]


def near_twins(boxes: list[Box]) -> list[str]:
    """Texts that stand twice within 250 pixels."""
    return [
        str(a["text"])
        for i, a in enumerate(boxes)
        for b in boxes[:i]
        if a["text"] == b["text"] and abs(a["left"] - b["left"]) + abs(a["top"] - b["top"]) < 250
    ]


# ---------------------------------------------------------------- what is computed

#: A graph of nodes `[name, x, y, degree]`, and a wish of nothing; what a test gives goes over it.
PLACING = """([nodes, wish, size, communities]) => {
  const column = of => Float32Array.from(nodes, of), [width, height] = size;
  const graph = {
    name: nodes.map(node => node[0]), x: column(node => node[1]), y: column(node => node[2]),
    degree: column(node => node[3]), radius: column(() => 8), byWeight: nodes.map((_, i) => i),
    paperOf: column(() => -1), kind: nodes.map((_, i) => i % 2),
    kinds: [{ label: "method" }, { label: "model" }],
    communities: { name: [], members: [], x: [], y: [], size: [], ...communities } };
  const view = { x: width / 2, y: height / 2, scale: 1 };
  const labels = placedLabels(graph, view, width, height, {
    shown: new Uint8Array(nodes.length).fill(1), must: [], path: [], only: null, communities: [], whole: 1,
    covered: [], places: new Map(), measure: (text, size) => text.length * size * 0.58,
    ...wish, ...(wish.only ? { only: new Set(wish.only) } : {}) });
  window.last = { graph, labels, view, width, height };
  return labels.map(label => ({ ...boxOf(label, view, width, height), text: label.lines.join(" "),
    number: label.number, kind: label.kind, leader: label.leader }));
}"""


@pytest.fixture(scope="module")
def blank(browser: Any) -> Any:
    page = browser.new_context(offline=True).new_page()
    pure = [path for path in sorted(SCRIPTS.glob("*.js")) if path.name < "30"]
    page.add_script_tag(content="\n".join(path.read_text(encoding="utf-8") for path in pure))
    return page


def placed(
    blank: Any,
    nodes: list[tuple[str, float, float, int]],
    *,
    size: tuple[int, int] = (600, 400),
    named: dict[str, Any] | None = None,
    **wish: Any,
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = blank.evaluate(PLACING, [nodes, wish, size, named or {}])
    for box in found:
        assert box["left"] >= 0
        assert box["top"] >= 0
        assert box["right"] <= size[0]
        assert box["bottom"] <= size[1]
    assert overlaps(found) == []
    return found


CROWD = [(f"name {i}", 30 + i % 12 * 48.0, 30 + i // 12 * 60.0, 60 - i) for i in range(60)]


def test_the_most_telling_names_come_first_and_none_over_another(blank: Any) -> None:
    found = placed(blank, CROWD, must=[59])
    assert [box["number"] for box in found[:2]] == [59, 0]
    assert 10 < len(found) <= 60


@pytest.mark.parametrize("size", [(600, 400), (320, 200)])
def test_every_node_of_a_path_is_named_however_near_they_are(blank: Any, size: tuple[int, int]) -> None:
    near = [(f"{word} of a long title that takes two lines", 160 + i * 4.0, 100 + i * 3.0, 5) for i, word in
            enumerate(["first", "second", "third", "fourth", "fifth"])]  # fmt: skip
    order = list(range(5))
    found = placed(blank, near, size=size, must=order, path=order, only=order)
    assert [box["number"] for box in found] == order
    assert any(box["leader"] for box in found)


def test_a_name_stands_beside_the_line_of_its_path_rather_than_on_it(blank: Any) -> None:
    found = placed(blank, [("up", 300, 100, 1), ("down", 300, 300, 1)], must=[0, 1], path=[0, 1], only=[0, 1])
    assert found[0]["bottom"] < 100
    assert found[1]["top"] > 300


def test_no_name_stands_under_a_card_and_what_lies_under_one_has_none(blank: Any) -> None:
    card = {"left": 300, "top": 0, "right": 600, "bottom": 400}
    nodes = [("beside the card", 290, 200, 3), ("under the card", 400, 200, 9)]
    (found,) = placed(blank, nodes, covered=[card], must=[0, 1])
    assert found["number"] == 0
    assert found["right"] <= 300


def test_a_community_stands_by_the_node_it_is_called_after_and_says_the_words_once(blank: Any) -> None:
    nodes = [("parsing", 200, 200, 50), ("Parsing", 260, 300, 20), ("syntax", 100, 60, 10)]
    named = {"name": ["parsing · trees"], "members": [[0]], "x": [500], "y": [100], "size": [40]}
    found = placed(blank, nodes, named=named, communities=[0])
    assert (found[0]["kind"], found[0]["text"]) == ("community", "parsing")
    assert [box["text"].lower() for box in found].count("parsing") == 1
    assert abs(found[0]["top"] - 200) < 60


def test_a_community_at_the_side_of_the_window_is_named_further_in(blank: Any) -> None:
    named = {"name": ["parsing of long texts"], "members": [[0]], "x": [590], "y": [200], "size": [900]}
    found = placed(blank, [("parsing of long texts", 590, 200, 3)], named=named, communities=[0])
    assert found[0]["kind"] == "community"
    assert found[0]["right"] > 500


def test_two_wanted_nodes_of_one_name_are_told_apart_by_kind(blank: Any) -> None:
    found = placed(blank, [("BERT", 200, 200, 1), ("BERT", 260, 200, 1)], must=[0, 1], only=[0, 1])
    assert [box["text"] for box in found] == ["BERT", "BERT (model)"]


def test_a_long_title_takes_two_lines_and_ends_in_dots(blank: Any) -> None:
    lines = blank.evaluate("wrapped('one two three four five six seven', 60, 2, text => text.length * 6)")
    assert lines == ["one two", "three fou…"]


def test_while_the_map_shrinks_names_that_meet_give_way(blank: Any) -> None:
    placed(blank, CROWD)
    before, after = blank.evaluate(
        """() => {
          const { labels, view, width, height } = last, small = { ...view, scale: 0.4 };
          const box = label => ({ ...boxOf(label, small, width, height), text: label.lines[0] });
          const boxes = of => of.map(box);
          return [boxes(labels), boxes(stillApart(labels, small, width, height, []))];
        }"""
    )
    assert overlaps(before) != []
    assert overlaps(after) == []
    assert after[0]["text"] == before[0]["text"]


# ---------------------------------------------------------------- what is seen


class Dense:
    """Forty papers around two hubs, with long and with equal names, so that names have to give way."""

    topics = ("semantic parsing of long documents", "image synthesis")
    words = ("sparse", "dense", "deep", "graph", "causal", "robust", "neural", "linear")

    def papers(self) -> list[Paper]:
        return [
            Paper(
                id=f"p{row:02}",
                title=f"{self.words[row % 8].title()} study {row} of {self.topics[row % 2]} and its uses",
                abstract="Nothing.",
                date=f"2024-{row % 12 + 1:02}-01",
            )
            for row in range(40)
        ]

    def _names(self) -> list[tuple[str, str, str]]:
        """Id, kind and name: the hubs, then four for each paper."""
        hubs = [(f"task/{topic.replace(' ', '-')}", "TASK", topic) for topic in self.topics]
        own = [
            (
                f"{kind.lower()}/x{row:02}-{kind.lower()}",
                kind,
                f"{self.words[(row + at) % 8]} thing {row // 2}",
            )
            for row in range(40)
            for at, kind in enumerate(("METHOD", "MODEL", "DATASET"))
        ]
        return sorted(hubs + own)

    def entities(self) -> list[Entity]:
        return [Entity(id=node, kind=kind, name=name, papers=1) for node, kind, name in self._names()]

    def edges(self) -> list[Edge]:
        made = []
        for row, paper in enumerate(self.papers()):
            quote = support(paper.id, paper.title, paper.abstract)
            ends = [f"{kind}/x{row:02}-{kind}" for kind in ("method", "model", "dataset")]
            ends += [f"task/{self.topics[row % 2].replace(' ', '-')}", f"method/x{(row + 1) % 40:02}-method"]
            made += [
                Edge(
                    source=f"paper/{paper.id}",
                    target=end,
                    kind="uses",
                    support=1,
                    confidence=1.0,
                    evidence=(quote,),
                )
                for end in ends
            ]
        return sorted(made, key=lambda edge: (edge.source, edge.kind, edge.target))

    def results(self) -> list[ResultRow]:
        return []

    def extractions(self) -> list[Extraction]:
        return []

    def nodes(self) -> list[LocalNode]:
        return []


#: Takes note of where each name is drawn: of every text's picture, without the halo around it.
WATCH = """() => {
  window.drawn = [];
  const { clearRect, drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...rest) {
    if (this.canvas === app.map.top) window.drawn = [];
    return clearRect.apply(this, rest);
  };
  CanvasRenderingContext2D.prototype.drawImage = function (image, x, y, ...rest) {
    const known = [...app.map.overlay.texts].find(([, picture]) => picture === image);
    const { ratio } = app.map;
    if (known && this.canvas === app.map.top) window.drawn.push({
      text: known[0].split(" ").slice(3, -1).join(" "), left: x / ratio + HALO, top: y / ratio + HALO,
      right: (x + image.width) / ratio - HALO - 1, bottom: (y + image.height) / ratio - HALO - 1 });
    return drawImage.call(this, image, x, y, ...rest);
  };
}"""

#: What a person does, and how many names must be seen at the least after it.
LOOKS = {
    "at rest": ("() => {}", 1),
    "near": ("() => app.map.zoom(app.map.width / 2, app.map.height / 2, 2.2)", 4),
    "nearer": ("() => app.map.zoom(app.map.width / 2, app.map.height / 2, 2)", 2),
    "far": ("() => { app.map.look(app.map.whole); app.map.zoom(200, 200, 0.4); }", 1),
    "a hub under the hand": ("() => { app.map.look(app.map.whole); app.map.hover(hub); }", 5),
    "a hub chosen": ("() => { app.map.hover(-1); choose(hub); }", 3),
    "a path": ("() => { go({ node: '', path: ends }); fitPath(); }", 5),
    "a path from afar": ("() => app.map.zoom(app.map.width / 2, 120, 0.5)", 5),
    "a path with a node's panel": ("() => { fitPath(); choose(app.path.nodes[1]); }", 1),
}


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("dense") / "graph.html"
    write_html(Dense(), path, ExportOptions())
    return path.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [{"viewport": DESKTOP}, PHONE], ids=["desktop", "phone"])
def test_names_are_seen_apart_and_clear_of_the_cards(
    browser: Any, dense: str, screen: dict[str, Any], scheme: str
) -> None:
    context = browser.new_context(offline=True, reduced_motion="reduce", color_scheme=scheme, **screen)
    page = opened(context.new_page(), dense)
    page.evaluate(WATCH)
    page.evaluate(
        """() => { window.hub = app.graph.numberOf.get("task/image-synthesis");
            window.ends = ["model/x04-model", "dataset/x07-dataset"]; }"""
    )
    for look, (act, least) in LOOKS.items():
        page.evaluate(act)
        rest(page)
        page.evaluate("app.map.overlay.drawnFor = ''; app.map.ask()")
        # The page's own policy forbids what playwright's waiting for a condition would run in it.
        for _ in range(200):
            if page.evaluate("drawn.length > 0"):
                break
            page.wait_for_timeout(25)
        drawn, cards, size = page.evaluate("[drawn, app.map.covered(), [app.map.width, app.map.height]]")
        assert len(drawn) >= least, look
        assert overlaps(drawn) == [], look
        assert near_twins(drawn) == [], look
        for box in drawn:
            assert [card for card in cards if overlaps([box, {"text": "card", **card}])] == [], look
            assert min(box["left"], box["top"]) >= 0, look
            assert box["right"] <= size[0], look
            assert box["bottom"] <= size[1], look
        if look.startswith("a path") and "panel" not in look:
            named = page.evaluate("app.map.labels.map(label => label.number)")
            assert set(page.evaluate("app.path.nodes")) <= set(named), look
    context.close()
