"""The page beyond the plain case: a part of a graph, a server behind it, fingers, a broken file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_export_html_browser import CHROMIUM, DESKTOP, PHONE, Small, opened, rest, search

from kg.export.base import ExportOptions
from kg.export.html import write_html
from kg.export.html.page import page as page_of
from kg.export.html.selection import select

pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'kg[test]'")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "graph.html"
    write_html(Small(), path, ExportOptions())
    return path


def test_what_was_left_out_is_said_and_how_to_see_it(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "part.html"
    path.write_text("".join(page_of(select(Small(), most_nodes=6))), encoding="utf-8", newline="\n")
    page = browser.new_context(offline=True, viewport=DESKTOP).new_page()
    opened(page, path.as_uri())
    note = page.text_content("#left-out")
    assert "best supported part" in note
    assert "of 17 nodes" in note
    assert "kg serve" in note
    search(page, "toybench")
    assert page.is_visible("#panel h2")
    page.context.close()


def test_a_server_behind_the_page_gives_names_neighbours_and_sentences(browser: Any, whole: Path) -> None:
    html = whole.read_text(encoding="utf-8")
    html = html.replace("form-action 'none'", "form-action 'none'; connect-src 'self'")
    html = html.replace("</head>", '<meta name="kg-server" content="/api/"></head>')
    far = {"id": "method/far-away", "kind": "METHOD", "name": "Far Away", "papers": 3}
    near = {"id": "paper/p9", "kind": "PAPER", "name": "Farther still", "papers": 1, "date": "2025-02-01"}
    answers = {
        "search": {"query": "far", "nodes": [far]},
        "neighbours": {
            "center": far["id"],
            "nodes": [far, near],
            "edges": [
                {"source": near["id"], "target": far["id"], "kind": "uses", "support": 1, "confidence": 0.9}
            ],
            "leftOut": 0,
        },
        "node": {"node": far, "aliases": ["FA"], "url": None},
        "evidence": {"evidence": [{"title": near["name"], "sentence": "We go Far Away for it."}]},
    }
    asked = []

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix("http://explorer.test/")
        if path == "explorer":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
            return
        what = path.removeprefix("api/").partition("?")[0]
        asked.append(what)
        route.fulfill(body=json.dumps(answers[what]), content_type="application/json")

    page = browser.new_context(viewport=DESKTOP, reduced_motion="reduce").new_page()
    page.route("**/*", answer)
    opened(page, "http://explorer.test/explorer")
    page.keyboard.press("/")
    page.keyboard.type("far")
    page.click("#matches li:has-text('Far Away')")
    assert page.inner_text("#panel h2") == "Far Away"
    page.click("#panel .load")
    page.click("#panel .rows button:has-text('Show the sentences')")
    page.wait_for_selector("#panel blockquote:has-text('We go Far Away for it.')")
    assert page.inner_text("#panel mark") == "Far Away"
    assert page.inner_text("#counts") == "19 nodes · 17 connections"
    assert "FA" in page.inner_text("#panel .aliases")
    assert {*asked} == {*answers}
    page.context.close()


def test_a_server_that_fails_leaves_the_page_as_it_is(browser: Any, whole: Path) -> None:
    html = whole.read_text(encoding="utf-8")
    html = html.replace("form-action 'none'", "form-action 'none'; connect-src 'self'")
    html = html.replace("</head>", '<meta name="kg-server" content="/api/"></head>')

    def answer(route: Any) -> None:
        if route.request.url.endswith("/explorer"):
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=500, body='{"error": "out of order"}', content_type="application/json")

    page = browser.new_context(viewport=DESKTOP).new_page()
    page.route("**/*", answer)
    opened(page, "http://explorer.test/explorer")
    search(page, "toybench")
    page.click("#panel .load")
    page.wait_for_selector("#panel .load:has-text('out of order')")
    assert page.inner_text("#panel h2") == "ToyBench"
    page.context.close()


def test_two_fingers_zoom_and_one_opens(browser: Any, whole: Path) -> None:
    page = browser.new_context(offline=True, reduced_motion="reduce", **PHONE).new_page()
    opened(page, whole.as_uri())
    before = page.evaluate("app.map.view.scale")
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[int, int]) -> None:
        hand.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]},
        )

    touch("touchStart", (170, 400), (220, 400))
    for apart in (30, 60, 90):
        touch("touchMove", (170 - apart, 400), (220 + apart, 400))
    touch("touchEnd")
    rest(page)
    assert page.evaluate("app.map.view.scale") > 1.5 * before
    assert page.is_hidden("#panel")
    at = page.evaluate(
        """() => {
        const node = app.graph.numberOf.get("model/tinynet"), { map } = app;
        map.look({ x: app.graph.x[node], y: app.graph.y[node], scale: 1 });
        const box = map.box.getBoundingClientRect();
        return [box.left + map.width / 2, box.top + map.height / 2]; }"""
    )
    rest(page)
    page.touchscreen.tap(*at)
    assert page.inner_text("#panel h2") == "TinyNet"
    page.context.close()


def test_a_file_cut_off_says_so(browser: Any, whole: Path, tmp_path: Path) -> None:
    html = whole.read_text(encoding="utf-8")
    start = html.index('id="core">') + len('id="core">')
    path = tmp_path / "cut.html"
    path.write_text(html[:start] + html[start + 400 :], encoding="utf-8", newline="\n")
    page = browser.new_context(offline=True, viewport=DESKTOP).new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("#loading:has-text('cannot be read')")
    page.context.close()


def test_a_sentence_that_the_file_does_not_hold_is_said_to_be_absent(
    browser: Any, whole: Path, tmp_path: Path
) -> None:
    html = whole.read_text(encoding="utf-8")
    start = html.index('<script type="application/octet-stream" id="texts-0">')
    end = html.index("</script>", start) + len("</script>")
    path = tmp_path / "texts.html"
    path.write_text(html[:start] + html[end:], encoding="utf-8", newline="\n")
    page = browser.new_context(offline=True, viewport=DESKTOP).new_page()
    opened(page, path.as_uri())
    search(page, "toybench")
    page.wait_for_selector("#panel blockquote.absent:has-text('not in this file')")
    page.context.close()


def test_an_empty_graph_says_so(browser: Any, tmp_path: Path) -> None:
    class Empty(Small):
        papers = entities = edges = results = lambda self: []

    path = tmp_path / "empty.html"
    write_html(Empty(), path, ExportOptions())
    page = browser.new_context(offline=True, viewport=DESKTOP).new_page()
    opened(page, path.as_uri())
    assert "no paper was read" in page.inner_text("#empty")
    page.context.close()
