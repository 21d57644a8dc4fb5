"""`python -m benchmarks layouts`: the page's layout beside those of other programs, by time and by quality.

Others are only measured, none is a dependency: networkx's spring layout and ForceAtlas2, graphviz's sfdp
(`apt-get install graphviz`) and igraph's (GPL; `pip install igraph`). Each runs in a process of its own,
which is killed when its time is over.
"""

from __future__ import annotations

import importlib
import multiprocessing
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic import synthetic
from kg.export.html.arrangement import arranged
from kg.export.html.communities import components, simple
from kg.export.html.selection import Selection, select
from kg.graph import Graph

Ints = NDArray[np.int64]
Points = NDArray[np.float64]

#: Nodes whose neighbours are looked at.
SAMPLE = 2000


def own(selection: Selection, _pairs: Ints) -> Points:
    """The page's own, communities and room for every shape included."""
    layout = arranged(selection).layout
    return np.stack([layout.x, layout.y], 1).astype(float)


def spring(selection: Selection, pairs: Ints) -> Points:
    """networkx's spring layout (Fruchterman and Reingold)."""
    import networkx as nx

    return _points(nx.spring_layout(_network(len(selection), pairs), seed=1), len(selection))


def force_atlas(selection: Selection, pairs: Ints) -> Points:
    """networkx's ForceAtlas2."""
    import networkx as nx

    return _points(nx.forceatlas2_layout(_network(len(selection), pairs), seed=1), len(selection))


def sfdp(selection: Selection, pairs: Ints) -> Points:
    """graphviz's multilevel layout."""
    if shutil.which("sfdp") is None:
        raise ImportError("graphviz")
    lines = [f"{a} -- {b};" for a, b in pairs.tolist()] + [f"{node};" for node in range(len(selection))]
    run = subprocess.run(
        ["sfdp", "-Tplain"],
        input="graph {\n" + "\n".join(lines) + "\n}",
        capture_output=True,
        text=True,
        check=True,
    )
    found = np.zeros((len(selection), 2))
    for line in run.stdout.splitlines():
        if line.startswith("node "):
            _, node, x, y, *_ = line.split()
            found[int(node)] = float(x), float(y)
    return found


def fruchterman(selection: Selection, pairs: Ints) -> Points:
    """igraph's Fruchterman-Reingold on a grid."""
    return np.array(_igraph(len(selection), pairs).layout_fruchterman_reingold(grid=True).coords)


def drl(selection: Selection, pairs: Ints) -> Points:
    """igraph's DrL."""
    return np.array(_igraph(len(selection), pairs).layout_drl().coords)


#: To compare another, add it here.
LAYOUTS: dict[str, Callable[[Selection, Ints], Points]] = {
    "kg": own,
    "graphviz sfdp": sfdp,
    "igraph FR": fruchterman,
    "igraph DrL": drl,
    "networkx spring": spring,
    "networkx FA2": force_atlas,
}


@click.command()
@click.argument("graphs", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--nodes", multiple=True, type=int, help="Also a made-up graph of so many nodes.")
@click.option("--patience", default=120, show_default=True, help="Seconds after which one is given up.")
def layouts(graphs: tuple[Path, ...], nodes: tuple[int, ...], patience: int) -> None:
    """Lay out graphs by several programs: CPU seconds, length of edges, neighbours that stay neighbours.

    Edge length is the median as a share of the mean distance between nodes: less is better. Kept is the
    share of a node's neighbours that are among as many nodes nearest to it: more is better.

    \b
    Example:
      python -m benchmarks layouts --nodes 5000 my-graph
    """
    click.echo(
        f"{'graph':20}{'nodes':>8}{'edges':>9}  {'layout':18}{'CPU s':>8}{'edge length':>13}{'kept':>7}"
    )
    chosen: list[tuple[str, Any]] = [(folder.name, Graph.open(folder)) for folder in graphs]
    for name, graph in (*chosen, *((f"made up, {count:,}", synthetic(count)) for count in nodes)):
        selection = select(graph)
        pairs = np.stack(simple(len(selection), selection.edges.source, selection.edges.target), 1)
        for layout in LAYOUTS:
            seconds, points = timed(layout, selection, pairs, patience)
            told = f"{name[:19]:20}{len(selection):8,}{len(pairs):9,}  {layout:18}"
            if points is None:
                click.echo(f"{told}  {seconds}")
                continue
            length, kept = quality(points, pairs)
            click.echo(f"{told}{seconds:>8}{length:13.3f}{kept:7.1%}")


@click.command()
@click.argument("graph", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument(
    "others", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def moved(graph: Path, others: tuple[Path, ...]) -> None:
    """How far the nodes of GRAPH's map lie from where they lie in the maps of graphs with more papers.

    As a share of the map's radius (root mean square), over the nodes that both have.

    \b
    Example:
      python -m benchmarks moved my-graph my-graph-and-a-paper
    """
    first = select(Graph.open(graph))
    before = own(first, np.zeros((0, 2), int))
    radius = np.sqrt((np.hypot(*(before - before.mean(0)).T) ** 2).mean())
    for folder in others:
        second = select(Graph.open(folder))
        after = own(second, np.zeros((0, 2), int))
        common = [(at, second.number[node]) for node, at in first.number.items() if node in second.number]
        here, there = np.array(common).T
        far = np.hypot(*(after[there] - before[here]).T) / radius
        click.echo(
            f"{folder.name[:19]:20}{len(second.papers) - len(first.papers):+8,} papers"
            f"{np.sqrt((far**2).mean()):8.3f}   half of the nodes less than {np.median(far):.3f}"
        )


def timed(layout: str, selection: Selection, pairs: Ints, patience: int) -> tuple[str, Points | None]:
    """CPU seconds and positions; or why there are none."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(there, layout, selection, pairs))
    process.start()
    there.close()
    try:
        if not here.poll(patience):
            return f"not within {patience} s", None
        seconds, points = here.recv()
    except EOFError:
        return "ran out of memory", None
    finally:
        process.kill()
        process.join()
    return seconds, points


def _run(pipe: Any, layout: str, selection: Selection, pairs: Ints) -> None:
    try:
        before = _seconds()
        points = LAYOUTS[layout](selection, pairs)
        pipe.send((f"{_seconds() - before:.1f}", points))
    except ImportError as error:
        pipe.send((f"not installed ({error})", None))


def _seconds() -> float:
    """CPU seconds of this process and of those that it has run."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def quality(points: Points, pairs: Ints) -> tuple[float, float]:
    """Median length of edges as a share of the mean distance of nodes, and neighbours kept: of the main
    component, since everybody puts the others where there is room.

    >>> quality(np.array([[0.0, 0.0], [1.0, 0.0], [9.0, 0.0]]), np.array([[0, 1], [1, 2]]))[1]
    0.75
    """
    size = len(points)
    main = components(size, pairs[:, 0], pairs[:, 1]) == 0
    draw = np.random.default_rng(1)
    inside = np.flatnonzero(main)
    one, other = draw.choice(inside, 20_000), draw.choice(inside, 20_000)
    wide = np.hypot(*(points[one] - points[other]).T).mean()
    length = np.median(np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T))
    near: dict[int, set[int]] = {}
    for a, b in pairs.tolist():
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    shares = []
    for node in draw.choice(inside, min(SAMPLE, len(inside)), replace=False).tolist():
        far = ((points - points[node]) ** 2).sum(1)
        far[node] = np.inf
        count = len(near[node])
        nearest = np.argpartition(far, count - 1)[:count]
        shares.append(len(near[node].intersection(nearest.tolist())) / count)
    return float(length / wide), float(np.mean(shares))


def _network(size: int, pairs: Ints) -> Any:
    import networkx as nx

    network = nx.Graph()
    network.add_nodes_from(range(size))
    network.add_edges_from(pairs.tolist())
    return network


def _points(found: Any, size: int) -> Points:
    return np.array([found[node] for node in range(size)], float)


def _igraph(size: int, pairs: Ints) -> Any:
    return importlib.import_module("igraph").Graph(n=size, edges=pairs.tolist())
