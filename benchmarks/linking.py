"""Linking by itself: what it costs as papers grow, and pairs of names that it kept apart, to be read."""

from __future__ import annotations

import json
import math
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click
import spacy

from benchmarks.machine import measured
from kg import schema
from kg.graph import Graph
from kg.graph.tables import EXTRACTIONS, PAPERS, Table, open_table
from kg.linking import link
from kg.records import Entity
from kg.vocabulary import load_vocabulary


class First:
    """The first rows of a graph's table, as linking reads them."""

    def __init__(self, table: Table[Any], folder: Path, count: int) -> None:
        self._rows, self._count = open_table(table, folder), count

    def __iter__(self) -> Iterator[Any]:
        return islice(iter(self._rows), self._count)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """As record batches."""
        left = self._count
        for batch in self._rows.batches(columns):
            if left <= 0:
                return
            yield batch.slice(0, left)
            left -= batch.num_rows


def one(folder: Path, count: int) -> dict[str, float]:
    """Link the first papers of a graph, and give edges and nodes as they go into tables."""
    vocabulary = load_vocabulary(())
    started, used = time.perf_counter(), time.process_time()
    linked = link(First(PAPERS, folder, count), First(EXTRACTIONS, folder, count), vocabulary=vocabulary)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    return {
        "papers": min(count, len(open_table(PAPERS, folder))),
        "seconds": seconds,
        "cpu": cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "entities": len(linked.entities),
        "edges": len(linked.edges),
    }


@click.command("linking")
@click.argument("graph", type=click.Path(exists=True, path_type=Path))
@click.option("--papers", multiple=True, type=int, default=[5000, 20000, 60681], show_default=True)
def linking(graph: Path, papers: tuple[int, ...]) -> None:
    """Link the first papers of GRAPH: seconds, memory, how they grow, against a bare tokeniser.

    \b
    Example:
      python -m benchmarks linking my-graph --papers 5000 --papers 20000
    """
    click.echo("papers  seconds  CPU s  tokeniser's CPU s  ratio  peak MiB  entities      edges")
    runs = []
    for count in papers:
        run = measured([sys.executable, "-m", "benchmarks.linking", str(graph), str(count)])
        if run.status:
            click.echo(run.output)
            sys.exit(run.status)
        found = json.loads(run.output.splitlines()[-1])
        bare = spacy.blank("en")
        used = time.process_time()
        for _ in bare.pipe(paper.text for paper in First(PAPERS, graph, count)):
            pass
        tokeniser = time.process_time() - used
        runs.append(found)
        click.echo(
            f"{found['papers']:6,}  {found['seconds']:7.1f}  {found['cpu']:5.1f}  {tokeniser:17.1f}  "
            f"{found['cpu'] / tokeniser:5.2f}  {found['peak']:8.0f}  {found['entities']:8,}  "
            f"{found['edges']:9,}"
        )
    if len(runs) > 1:
        click.echo(f"CPU time grows as papers to the power of {exponent(runs):.2f}")


def exponent(runs: list[dict[str, float]]) -> float:
    """The slope of CPU time against papers, both as logarithms, by least squares."""
    points = [(math.log(run["papers"]), math.log(run["cpu"])) for run in runs]
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    slope: float = sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, b in points)
    return slope


@click.command("apart")
@click.argument("graph", type=click.Path(exists=True, path_type=Path))
@click.option("--pairs", type=int, default=200, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--at-least", type=int, default=3, show_default=True, help="Papers that name each.")
def apart(graph: Path, pairs: int, seed: int, at_least: int) -> None:
    """Draw pairs of similar names that GRAPH keeps apart: one word more, less or another, of one type.

    \b
    Example:
      python -m benchmarks apart my-graph --pairs 200 --seed 1
    """
    blocks: dict[tuple[str, ...], list[Entity]] = {}
    for entity in Graph.open(graph).entities():
        if entity.kind in schema.ENTITY_TYPES and entity.papers >= at_least:
            words = entity.name.casefold().replace("-", " ").split()
            if len(words) > 1:
                for place in range(len(words)):
                    rest = (entity.kind, *words[:place], *words[place + 1 :])
                    blocks.setdefault(rest, []).append(entity)
            blocks.setdefault((entity.kind, *words), []).append(entity)
    chance = random.Random(seed)
    found: dict[tuple[str, str], tuple[Entity, Entity]] = {}
    similar = [block for _, block in sorted(blocks.items()) if len(block) > 1]
    while len(found) < pairs and similar:
        left, right = sorted(chance.sample(chance.choice(similar), 2), key=lambda entity: entity.id)
        if left.id != right.id:
            found[left.id, right.id] = left, right
    for left, right in found.values():
        click.echo(f"{left.kind}\t{left.name} ({left.papers})\t{right.name} ({right.papers})")


if __name__ == "__main__":
    click.echo(json.dumps(one(Path(sys.argv[1]), int(sys.argv[2]))))
