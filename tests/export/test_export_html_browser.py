"""The page in a real browser, with the network off: what a person would do, and what must not happen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from kg.export.base import ExportOptions
from kg.export.html.page import write_html
from kg.records import Edge, Entity, Paper, ResultRow, Support

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'kg[test]'")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SCRIPT_TITLE = "<script>alert(1)</script>"
SENTENCE = "We fine-tune TinyNet with reinforcement learning from human feedback (RLHF) on ToyBench."

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


class Small:
    """A graph with one of each that the test walks over."""

    def papers(self) -> list[Paper]:
        return [
            Paper(id="p1", title="TinyNet: small and good", url="https://arxiv.org/abs/2501.00001"),
            Paper(id="p2", title=SCRIPT_TITLE, url="javascript:alert(1)"),
        ]

    def entities(self) -> list[Entity]:
        rlhf = "reinforcement learning from human feedback"
        return [
            Entity(id="dataset/toybench", kind="DATASET", name="ToyBench", papers=1),
            Entity(
                id=f"method/{rlhf.replace(' ', '-')}",
                kind="METHOD",
                name=rlhf,
                aliases=((rlhf, 1), ("RLHF", 1)),
                papers=1,
            ),
            Entity(id="method/x", kind="METHOD", name='"><img src=x onerror=alert(1)>', papers=1),
            Entity(id="model/tinynet", kind="MODEL", name="TinyNet", papers=1),
        ]

    def edges(self) -> list[Edge]:
        support = Support(paper="p1", start=0, end=len(SENTENCE), quote=SENTENCE, rule="r", score=1.0)
        pairs = [
            ("paper/p1", "dataset/toybench", "uses"),
            ("paper/p1", "method/reinforcement-learning-from-human-feedback", "uses"),
            ("paper/p1", "model/tinynet", "proposes"),
            ("paper/p2", "method/x", "uses"),
            ("model/tinynet", "dataset/toybench", "evaluated_on"),
        ]
        return [
            Edge(source=a, target=b, kind=kind, support=1, confidence=1.0, evidence=(support,))
            for a, b, kind in pairs
        ]

    def results(self) -> list[ResultRow]:
        support = Support(paper="p1", start=0, end=len(SENTENCE), quote=SENTENCE, rule="r", score=1.0)
        return [
            ResultRow(
                id="result/p1/1", paper="p1", subject="model/tinynet", metric=None, metric_text="accuracy",
                value="91.3%",
                number=91.3, unit="%", dataset="dataset/toybench", baseline=None, evidence=support,
            )
        ]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "graph.html"
    write_html(Small(), path, ExportOptions())
    return path.as_uri()


@pytest.fixture
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, open and drawn; at the end, no request, no console error, no dialog may have been seen."""
    settings = getattr(request, "param", {})
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800}, **settings)
    page = context.new_page()
    seen: list[str] = []
    page.on(
        "request",
        lambda sent: seen.append(f"request {sent.url}") if sent.url != address.split("#")[0] else None,
    )
    page.on(
        "console",
        lambda line: seen.append(f"{line.type} {line.text}") if line.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: seen.append(f"error {error}"))
    page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    yield page
    context.close()
    assert seen == []


def search(page: Any, words: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_it_counts_what_it_shows(page: Any) -> None:
    assert page.inner_text("#counts") == "6 nodes, 5 edges"


def test_an_alias_finds_its_node(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("rlhf")
    assert "reinforcement learning from human feedback (RLHF)" in page.inner_text("#matches")
    page.keyboard.press("Enter")
    assert page.inner_text("#panel h2") == "reinforcement learning from human feedback"


def test_a_node_tells_its_evidence_with_its_name_marked(page: Any) -> None:
    search(page, "toybench")
    assert SENTENCE in page.inner_text("#panel blockquote >> nth=0")
    assert page.inner_text("#panel mark >> nth=0") == "ToyBench"


def test_results_stand_in_a_table(page: Any) -> None:
    search(page, "tinynet")
    page.click("#panel .walk:has-text('ToyBench') >> nth=0") if page.query_selector(
        "#panel table"
    ) is None else None
    assert "91.3%" in page.inner_text("#panel table")


def test_neighbours_can_be_walked(page: Any) -> None:
    search(page, "toybench")
    page.click("#panel .walk:has-text('small and good')")
    assert page.inner_text("#panel h2") == "TinyNet: small and good"
    assert page.get_attribute("#panel a", "href") == "https://arxiv.org/abs/2501.00001"


def test_types_can_be_filtered(page: Any) -> None:
    page.uncheck("input[value=METHOD]")
    assert page.inner_text("#counts") == "4 nodes, 3 edges"
    page.check("input[value=METHOD]")
    page.uncheck("input[value=uses]")
    assert page.inner_text("#counts") == "6 nodes, 2 edges"


def test_a_click_on_the_map_opens_a_node(page: Any) -> None:
    search(page, "toybench")  # brings the node into the middle of the map
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")
    page.wait_for_timeout(200)
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.inner_text("#panel h2") == "ToyBench"


def test_a_script_in_a_title_shows_as_text(page: Any) -> None:
    search(page, "alert")
    shown = page.inner_text("#panel")
    assert SCRIPT_TITLE in shown or "onerror" in shown
    assert page.locator("#panel img").count() == 0


def test_only_web_addresses_become_links(page: Any) -> None:
    search(page, "<script>")
    assert page.inner_text("#panel h2") == SCRIPT_TITLE
    assert "javascript:alert(1)" in page.inner_text("#panel")
    assert page.locator("#panel a").count() == 0


def test_the_address_leads_back_to_the_node(page: Any, address: str) -> None:
    search(page, "tinynet")
    sent = page.evaluate("location.hash")
    name = page.inner_text("#panel h2")
    page.goto("about:blank")
    page.goto(address + sent)
    page.wait_for_selector("#panel h2")
    assert page.inner_text("#panel h2") == name


@pytest.mark.parametrize("page", [{"color_scheme": "dark"}], indirect=True)
def test_it_is_dark_where_the_system_is(page: Any) -> None:
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 31)"


def test_it_fits_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    search(page, "toybench")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.is_visible("#panel h2")
