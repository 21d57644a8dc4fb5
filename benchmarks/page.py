"""`python -m benchmarks page`: how large the explorer is, and how fast it opens, moves and answers, in a
headless Chromium without a GPU, against plain pyvis on the same nodes and edges."""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from benchmarks.synthetic import synthetic
from kg.export.base import ExportOptions, ReadableGraph
from kg.export.html.page import page as page_of
from kg.export.html.selection import Selection, select
from kg.graph import Graph

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-precise-memory-info",
]
SECONDS_OF_MOVING = 3.0
#: Longer nobody waits for a page.
PATIENCE = 60.0
#: With more nodes pyvis's physics takes minutes.
MOST_STABILISED = 2000
#: With more nodes its page is not up in a minute, even with positions given.
MOST_PLACED = 60_000

#: Notes when the page says that it is drawn, counts frames, and times the answer to each pointer event: from
#: the event to the end of the frame after it.
WATCH = """
window.bench = { ready: 0, frames: 0, answers: [], clicks: [] };
const ready = () => window.bench.ready || requestAnimationFrame(() => setTimeout(() => {
  window.bench.ready = window.bench.ready || performance.now(); }));
new MutationObserver(() => { if (document.body && document.body.dataset.ready) ready(); })
  .observe(document, { attributes: true, childList: true, subtree: true, attributeFilter: ["data-ready"] });
const drawn = () => { const net = window.network; if (!net || !net.once) return setTimeout(drawn, 5);
  net.once(window.stabilises ? "stabilizationIterationsDone" : "afterDrawing", ready); net.redraw(); };
if (window.stabilises !== undefined) drawn();
const count = () => { window.bench.frames += 1; requestAnimationFrame(count); };
requestAnimationFrame(count);
const timed = (list) => () => { const start = performance.now();
  requestAnimationFrame(() => setTimeout(() => window.bench[list].push(performance.now() - start))); };
addEventListener("pointermove", timed("answers"), true);
addEventListener("pointerup", timed("clicks"), true);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was measured in the browser; None where the page did not come up in time."""

    first_view: float  #: seconds from the navigation
    panning: float  #: frames a second
    zooming: float
    heap: float  #: MiB
    hover: float  #: milliseconds, the slowest of ten
    click: float


@click.command()
@click.argument("graphs", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--nodes", multiple=True, type=int, help="Also a made-up graph of so many nodes.")
@click.option("--pyvis/--no-pyvis", default=True, show_default=True, help="Whether to open pyvis's page too.")
def page(graphs: tuple[Path, ...], nodes: tuple[int, ...], pyvis: bool) -> None:
    """Open the explorer of each graph's folder, move about, and time it.

    Needs playwright and Chromium. Edges of made-up graphs are 2.5 times the nodes.

    \b
    Example:
      python -m benchmarks page my-graph --nodes 1000 --nodes 20000
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        click.echo("needs Chromium: apt-get install chromium", err=True)
        sys.exit(2)
    click.echo(
        f"{'graph':24}{'nodes':>8}{'edges':>9}{'build s':>9}{'MB':>7}{'B/n+e':>7}  "
        f"{'page':16}{'first s':>8}{'pan':>5}{'zoom':>5}{'heap MB':>8}{'hover ms':>9}{'click ms':>9}"
    )
    chosen: list[tuple[str, ReadableGraph]] = [(folder.name, Graph.open(folder)) for folder in graphs]
    for name, graph in (*chosen, *((f"made up, {count:,}", synthetic(count)) for count in nodes)):
        with tempfile.TemporaryDirectory() as scratch, browser(chromium) as context:
            started = time.perf_counter()
            selection = select(graph)
            path = Path(scratch) / "graph.html"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(page_of(selection, ExportOptions()))
            seconds = time.perf_counter() - started
            size, edges = path.stat().st_size, len(selection.edges)
            data = sum(
                len(block)
                for block in re.findall(
                    r'<script type="application/octet-stream"[^<]*', path.read_text(encoding="utf-8")
                )
            )
            about = f"{name[:23]:24}{len(selection):8,}{edges:9,}{seconds:9.1f}{size / 1e6:7.2f}"
            about += f"{data / max(len(selection) + edges, 1):7.1f}  "
            click.echo(f"{about}{'explorer':16}{shown(look(context, path, '#map', selection))}")
            if not pyvis:
                continue
            for kind, stabilises in (("pyvis", True), ("pyvis, placed", False)):
                most = MOST_STABILISED if stabilises else MOST_PLACED
                if len(selection) > most:
                    click.echo(f"{'':{len(about)}}{kind:16}  left out: takes minutes beyond {most:,} nodes")
                    continue
                path.write_text(plain_pyvis(selection, placed=not stabilises), encoding="utf-8")
                seen = look(context, path, "#mynetwork", None, stabilises=stabilises)
                click.echo(f"{'':{len(about)}}{kind:16}{shown(seen)}")


@contextmanager
def browser(chromium: str) -> Iterator[Any]:
    """A browser without a network, each time a fresh one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


def shown(seen: Seen | None) -> str:
    """A row's second half."""
    if seen is None:
        return f"  not within {PATIENCE:.0f} s"
    return (
        f"{seen.first_view:8.2f}{seen.panning:5.0f}{seen.zooming:5.0f}{seen.heap:8.0f}"
        f"{seen.hover:9.0f}{seen.click:9.0f}"
    )


def look(
    context: Any, path: Path, where: str, selection: Selection | None, *, stabilises: bool | None = None
) -> Seen | None:
    """Open a page and use it."""
    from playwright.sync_api import Error

    tab = context.new_context(offline=True, viewport={"width": 1280, "height": 800}).new_page()
    tab.set_default_timeout(PATIENCE * 1000)
    told = "" if stabilises is None else f"window.stabilises = {json.dumps(stabilises)};"
    tab.add_init_script(told + WATCH)
    try:
        tab.goto(path.as_uri(), wait_until="commit")
        # The page's policy forbids the evaluation of strings, by which playwright would wait.
        end = time.perf_counter() + PATIENCE
        while not tab.evaluate("window.bench.ready"):
            if time.perf_counter() > end:
                return None
            time.sleep(0.05)
        first_view = tab.evaluate("window.bench.ready") / 1000
        tab.wait_for_timeout(1500)
        box = tab.locator(where).bounding_box()
        panning = moving(tab, box, wheel=False)
        zooming = moving(tab, box, wheel=True)
        hover, clicked = answers(tab, box, selection)
        session = tab.context.new_cdp_session(tab)
        session.send("HeapProfiler.collectGarbage")
        heap = tab.evaluate("performance.memory.usedJSHeapSize") / 2**20
    except Error:
        return None
    finally:
        tab.context.close()
    return Seen(
        first_view=first_view, panning=panning, zooming=zooming, heap=heap, hover=hover, click=clicked
    )


def moving(tab: Any, box: Any, *, wheel: bool) -> float:
    """Frames a second while the hand moves the map about, or turns the wheel to and fro."""
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    if not wheel:
        tab.mouse.down()
    tab.evaluate("window.bench.frames = 0; window.bench.since = performance.now()")
    end, step = time.perf_counter() + SECONDS_OF_MOVING, 0
    while time.perf_counter() < end:
        step += 1
        if wheel:
            tab.mouse.wheel(0, -120 if step // 12 % 2 == 0 else 120)
        else:
            swing = abs(step % 80 - 40) - 20
            tab.mouse.move(x + 8 * swing, y + 4 * swing)
    frames = float(tab.evaluate("window.bench.frames * 1000 / (performance.now() - window.bench.since)"))
    if not wheel:
        tab.mouse.up()
    tab.wait_for_timeout(800)
    return frames


def answers(tab: Any, box: Any, selection: Selection | None) -> tuple[float, float]:
    """The slowest answers to ten hovers and to ten clicks, in milliseconds."""
    draw = random.Random(3)
    if selection is not None:
        # In the middle then stands the node that most papers name: that one is sure to be hit.
        best = max(selection.entities, key=lambda entity: entity.papers, default=None)
        tab.keyboard.press("/")
        tab.keyboard.type(best.name if best else "")
        tab.keyboard.press("Enter")
        tab.wait_for_timeout(1200)
        tab.keyboard.press("Escape")
    tab.wait_for_timeout(300)
    places = [(draw.uniform(0.35, 0.65), draw.uniform(0.3, 0.7)) for _ in range(10)]
    for kind in ("answers", "clicks"):
        tab.evaluate(f"window.bench.{kind} = []")
        for x, y in [(0.5, 0.5), *places]:
            at = box["x"] + x * box["width"], box["y"] + y * box["height"]
            if kind == "answers":
                tab.mouse.move(*at)
            else:
                tab.mouse.click(*at)
            tab.wait_for_timeout(200)
    hover, clicked = tab.evaluate(
        "[Math.max(0, ...window.bench.answers), Math.max(0, ...window.bench.clicks)]"
    )
    return float(hover), float(clicked)


def plain_pyvis(selection: Selection, *, placed: bool) -> str:
    """pyvis's own page of the same nodes and edges; with positions and without physics, or as it comes."""
    from pyvis.network import Network

    from kg.export.html.arrangement import arranged

    network = Network(cdn_resources="in_line")
    names = [paper.title for paper in selection.papers] + [entity.name for entity in selection.entities]
    # add_node and add_edge look through all earlier ones at each call.
    network.nodes = [{"id": row, "label": name[:40], "shape": "dot"} for row, name in enumerate(names)]
    pairs = zip(selection.edges.source.tolist(), selection.edges.target.tolist(), strict=True)
    network.edges = [{"from": source, "to": target} for source, target in pairs]
    if placed:
        layout = arranged(selection).layout
        for node, x, y in zip(network.nodes, layout.x.tolist(), layout.y.tolist(), strict=True):
            node |= {"x": x, "y": y}
        network.toggle_physics(False)
    html: str = network.generate_html()
    return html
