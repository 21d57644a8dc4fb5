"""The page to ask from, in a browser, with nothing but its own server to talk to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_graph import PAPERS, SmallGraph
from test_serve_server import Served

from kg.export import EXPORTERS

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'kg[test]'")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str, list[str]]]:
    """The page, the server's address, and what the browser complains of or asks elsewhere."""
    folder = tmp_path_factory.mktemp("served")
    EXPORTERS["store"].write(SmallGraph(), folder / "store.json")
    server = Served(folder, "--workers", "1")
    complaints: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page()
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((server.base, "data:")) else complaints.append(asked.url)
            ),
        )
        opened.goto(server.base)
        opened.locator("#questions button").first.wait_for()
        yield opened, server.base, complaints
        browser.close()
    server.stop()


def test_it_tells_what_the_graph_holds_and_lists_the_library(page: tuple[Any, str, list[str]]) -> None:
    opened, _, complaints = page
    opened.wait_for_function("document.getElementById('about').textContent !== ''")
    assert opened.locator("#about").inner_text().startswith(f"{len(PAPERS)} papers, ")
    assert opened.locator("#questions button").count() >= 20
    opened.locator("#filter").fill("leaderboard")
    assert 1 <= opened.locator("#questions button").count() < 20
    opened.locator("#filter").fill("")
    assert complaints == []


def test_a_question_of_the_library_is_asked_with_its_parameters(page: tuple[Any, str, list[str]]) -> None:
    opened, base, complaints = page
    opened.goto(f"{base}/#papers-using-dataset")
    opened.reload()
    opened.locator("#p-dataset").fill("ChirpSet")
    opened.locator("#question button[type=submit]").click()
    opened.locator("#answer table").wait_for()
    assert "SparrowNet hears birds" in opened.locator("#answer").inner_text()
    opened.locator("#p-dataset").fill("no such thing")
    opened.locator("#question button[type=submit]").click()
    opened.locator("#state.wrong").wait_for()
    assert "not the name of a dataset" in opened.locator("#state").inner_text()
    assert [each for each in complaints if "status of 400" not in each] == []


def test_sparql_of_ones_own_is_run_and_its_errors_are_told(page: tuple[Any, str, list[str]]) -> None:
    opened, base, _ = page
    opened.goto(base)
    text = opened.locator("#text")
    text.fill('SELECT ("<img src=x onerror=alert(1)>" AS ?words) (2 AS ?n) {}')
    text.press("Control+Enter")
    opened.locator("#answer td.number").wait_for()
    assert "<img src=x" in opened.locator("#answer").inner_text()
    assert opened.locator("#answer img").count() == 0
    with opened.expect_download() as saved:
        opened.locator("#csv").click()
    assert "words,n" in Path(saved.value.path()).read_text()
    text.fill("CONSTRUCT WHERE { ?s a <https://kg.example/ontology#Paper> }")
    opened.locator("#sparql button").click()
    opened.locator("#triples").wait_for()
    assert "arxiv.org/abs" in opened.locator("#triples").inner_text()
    text.fill("SELECT nonsense")
    opened.locator("#sparql button").click()
    opened.locator("#state.wrong").wait_for()
    assert "line 1, column" in opened.locator("#state").inner_text()
