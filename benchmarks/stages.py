"""The way from abstracts to a graph, stage by stage, at growing numbers of papers.

One graph grows: at each size the papers that are not in it yet are added, so that every text is extracted
once, as a user's graph grows too. The time of extraction at a size is the sum of all steps up to it; every
other stage works on the whole graph at each size anew. Each export is written by a process of its own,
whose memory is watched.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TypeVar

import click
import spacy

from benchmarks.machine import measured
from kg.records import Paper
from kg.sources import Reading

Item = TypeVar("Item")

#: Questions whose median time stands for a query's: a look-up, a ranking, a join over papers.
QUESTIONS = ("models-on-dataset", "trend-by-month", "methods-for-task")
#: rdflib takes minutes to write the Turtle of more papers than these.
PEERS_UP_TO = 1000


@dataclass(slots=True)
class Size:
    """What was measured at one number of papers: seconds, and bytes at most, by stage."""

    papers: int
    seconds: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)

    def put(self, name: str, seconds: float, memory: int = 0) -> None:
        """Note what a stage took, and print it."""
        self.seconds[name] = seconds
        if memory:
            self.memory[name] = memory
        held = f"{memory / 2**20:8.0f} MiB" if memory else ""
        ratio = seconds / self.seconds["tokenise"]
        click.echo(f"{self.papers:>8,}  {name:<22}{seconds:>10.2f} s{ratio:>9.2f}{held}", err=True)


class Clock:
    """A `kg.progress.Progress` that keeps how long each stage took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._label = ""
        self._since = time.perf_counter()

    def track(self, items: Iterable[Item], *, label: str, total: int | None = None) -> Iterator[Item]:
        """Yield the items; the stage lasts until another begins."""
        self.stage(label)
        yield from items

    def stage(self, label: str) -> None:
        """End the stage before and begin another."""
        now = time.perf_counter()
        if self._label:
            self.seconds[self._label] = self.seconds.get(self._label, 0.0) + now - self._since
        self._label, self._since = label, now


@click.command()
@click.argument("source")
@click.option("--papers", multiple=True, type=int, default=[1000, 5000, 20000, 60681], show_default=True)
@click.option("--export", "exports", multiple=True, help="Default: those of a plain build, and nt.")
@click.option("--workers", type=int, help="As for kg build.")
@click.option("--peers/--no-peers", default=True, help="Other programs at the same work, up to 1,000 papers.")
@click.option(
    "--more", default=100, show_default=True, help="Papers that are added to each graph at the end."
)
def stages(
    source: str, papers: Sequence[int], exports: Sequence[str], workers: int | None, peers: bool, more: int
) -> None:
    """Build the first records of SOURCE, and time every stage, against spaCy's bare tokeniser.

    A second on one machine is not a second on another; the ratio to the tokeniser, which reads the same texts
    in the same run, travels better. Each figure is printed when it is known, the table at the end.

    \b
    Example:
      python -m benchmarks stages arxiv-metadata.jsonl.gz --papers 1000 --papers 5000
    """
    from benchmarks.peers import peer_seconds
    from kg.export import EXPORTERS

    wanted = list(exports) or [*(name for name, each in EXPORTERS.items() if each.default), "nt"]
    found: list[Size] = []
    with tempfile.TemporaryDirectory() as scratch:
        graph, sample = Path(scratch) / "graph", Path(scratch) / "sample.jsonl"
        every = iter(Reading([source]))
        taken = 0
        spent = {"tokenise": 0.0, "extract": 0.0}
        for count in sorted(papers):
            added = list(islice(every, max(count - taken, 0)))
            if not added:
                click.echo(f"{source} holds no more than {taken:,} papers", err=True)
                break
            taken += len(added)
            write_lines(sample, added)
            size = Size(taken)
            found.append(size)
            spent["tokenise"] += tokenised(added)
            size.put("tokenise", spent["tokenise"])
            command = [sys.executable, "-m", "benchmarks.one", "build"]
            ends = [str(graph), *([str(workers)] if workers else [])]
            told, peak = child([*command, "store", str(sample), *ends])
            spent["extract"] += told.pop("extracting", 0.0)
            size.put("extract", spent["extract"], peak)
            size.put("link, tables", told["linking"], peak)
            for name in wanted:
                told, peak = child([sys.executable, "-m", "benchmarks.one", "export", name, str(graph)])
                size.put(name, told["seconds"], peak)
            size.put("all after extraction", sum(size.seconds[name] for name in ("link, tables", *wanted)))
            size.put("query", asked(graph))
            if peers and taken <= PEERS_UP_TO:
                texts = [paper.text for paper in added]
                for name, seconds in peer_seconds(graph, texts, taken / len(added)).items():
                    size.put(name, seconds)
            if following := list(islice(every, more)):
                taken += len(following)
                write_lines(sample, following)
                told, peak = child([*command, "tables", str(sample), *ends])
                size.put(f"{len(following)} papers more", told["whole"], peak)
    click.echo(table(found))


def write_lines(path: Path, papers: Iterable[Paper]) -> None:
    """Papers as JSON lines, as `kg build` reads them."""
    fields = ("id", "title", "abstract", "url", "doi", "date")
    with path.open("w", encoding="utf-8") as lines:
        for paper in papers:
            record = {name: getattr(paper, name) for name in fields if getattr(paper, name)}
            record |= {"authors": list(paper.authors), "categories": list(paper.categories)}
            lines.write(json.dumps(record) + "\n")


def tokenised(papers: Sequence[Paper]) -> float:
    """Seconds that spaCy's bare English tokeniser takes for the papers' texts."""
    nlp = spacy.blank("en")
    started = time.perf_counter()
    for _ in nlp.pipe(paper.text for paper in papers):
        pass
    return time.perf_counter() - started


def child(command: Sequence[str]) -> tuple[dict[str, float], int]:
    """What a process prints as JSON in its last line, and the most memory that it and its children held."""
    run = measured(command)
    if run.status:
        sys.exit(run.output)
    told: dict[str, float] = json.loads(run.output.splitlines()[-1])
    return told, run.peak_bytes


def asked(graph: Path) -> float:
    """Median seconds of a whole `kg query` process."""
    seconds = []
    for name in QUESTIONS:
        started = time.perf_counter()
        command = [sys.executable, "-m", "kg", "query", name, "--graph", str(graph), "-f", "csv"]
        subprocess.run(command, check=False, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return median(seconds)


def table(sizes: Sequence[Size]) -> str:
    """Seconds, ratios to the tokeniser, memory, and the exponent of growth, a row a stage."""
    names = list(dict.fromkeys(name for size in sizes for name in size.seconds))
    width = max(len(name) for name in names)
    head = "".join(f"{size.papers:>26,}" for size in sizes)
    lines = [
        f"{'papers':<{width}}{head}",
        f"{'':<{width}}" + "".join(f"{'seconds   ratio   MiB':>26}" for _ in sizes) + "   grows as papers ^",
    ]
    for name in names:
        cells = ""
        for size in sizes:
            if name not in size.seconds:
                cells += " " * 26
                continue
            seconds = size.seconds[name]
            held = size.memory.get(name)
            memory = f"{held / 2**20:6.0f}" if held else " " * 6
            cells += f"{seconds:>12.1f}{seconds / size.seconds['tokenise']:>8.2f}{memory}"
        lines.append(f"{name:<{width}}{cells}   {_growth(sizes, name)}")
    return "\n".join(lines)


def _growth(sizes: Sequence[Size], name: str) -> str:
    """The exponent of the power law through the measured times, by least squares; from three sizes on."""
    points = [
        (math.log(size.papers), math.log(size.seconds[name])) for size in sizes if size.seconds.get(name)
    ]
    if len(points) < 3:
        return ""
    middle = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    rise = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    return f"{rise / sum((x - middle[0]) ** 2 for x, _ in points):.2f}"
