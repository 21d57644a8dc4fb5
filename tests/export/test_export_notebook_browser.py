"""A neighbourhood's page in a real browser: it asks for nothing, and no name in it runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from test_export_notebook import NAMES, chain

from kg.export.notebook import to_pyvis

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

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


def test_hostile_names_neither_run_nor_fetch(tmp_path: Path) -> None:
    network = to_pyvis(chain(9, names=dict(enumerate(NAMES.values()))))
    network.heading = NAMES["script"] + NAMES["end"]
    for node in network.nodes:
        node["title"] = NAMES["href"] + node["title"]
    network.options["interaction"]["tooltipDelay"] = 0
    page_file = tmp_path / "part.html"
    network.write_html(str(page_file))
    seen: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(offline=True).new_page()
        page.on("request", lambda sent: seen.append(sent.url))
        page.on("console", lambda line: seen.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.on("dialog", lambda dialog: (seen.append("dialog"), dialog.dismiss()))
        page.goto(page_file.as_uri())
        page.wait_for_selector("body[data-ready]")
        # Over every node, so that its title is shown.
        box = page.locator("#map").bounding_box()
        shown = ""
        places = [(column / 40, row / 30) for column in range(40) for row in range(30)]
        for x, y in places:
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            page.wait_for_timeout(4)
            hint = page.locator(".vis-tooltip")
            shown = hint.first.inner_text() if hint.count() else ""
            if "href" in shown:
                break
        assert page.inner_text("#heading") == network.heading
        assert page.title() != "run"
        assert page.locator("img, #map a, #heading script").count() == 0
        browser.close()
    assert NAMES["href"] in shown  # as text
    assert seen == [page_file.as_uri()]
