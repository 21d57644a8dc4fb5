"""The way from abstracts to a graph, stage by stage, at growing numbers of papers, beside other programs.

At each size a graph is built anew, as a user builds it, in a process whose memory is watched stage by stage.
Only extraction goes on from the size before, since every text need be read once: its time at a size is the
sum of all steps up to it. Then each export by itself, queries, additions, and the peers, each in a process
of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median

import click
import spacy

from benchmarks.machine import description, measured
from benchmarks.sizes import TOKENISER, Size, table
from kg.records import Paper
from kg.sources import Reading

#: Questions whose median time stands for a query's: a look-up, a ranking, a join over papers.
QUESTIONS = ("models-on-dataset", "trend-by-month", "methods-for-task")
#: rdflib takes minutes to write the Turtle of more papers than these.
PEERS_UP_TO = 1000
#: Formats that few take for graphs of more papers than these: each takes minutes, and grows as others.
SMALL, SMALL_UP_TO = ("trig", "jsonld", "rdfxml"), 20_000
#: Stages of a build, in its own words.
READING, EXTRACTING, LINKING = "reading papers", "extracting", "linking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure at each size."""

    source: str
    exports: tuple[str, ...]
    workers: int | None
    peers: bool
    more: int
    extractions: Path | None
    extract: int
    folder: Path  #: where everything is made
    spent: list[float] = field(default_factory=lambda: [0.0])  #: seconds of extraction so far


@click.command()
@click.argument("source")
@click.option("--papers", multiple=True, type=int, default=[200, 1000, 5000, 20000, 60681], show_default=True)
@click.option("--export", "exports", multiple=True, help="Only this export by itself. May be given again.")
@click.option("--workers", type=int, help="As for kg build.")
@click.option(
    "--peers/--no-peers", default=True, help=f"Other programs at the same work, up to {PEERS_UP_TO:,} papers."
)
@click.option(
    "--more", default=100, show_default=True, help="Papers that are added to each graph at the end."
)
@click.option(
    "--extractions",
    type=click.Path(exists=True, path_type=Path, file_okay=False),
    help="A graph whose extractions are taken for what is not extracted, whatever version made them.",
)
@click.option(
    "--extract", default=0, help="With --extractions: extract up to so many papers all the same.", metavar="N"
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder for what was measured: a size that is in it is not measured again by the same code.",
)
def stages(
    source: str,
    papers: Sequence[int],
    exports: Sequence[str],
    workers: int | None,
    peers: bool,
    more: int,
    extractions: Path | None,
    extract: int,
    keep: Path | None,
) -> None:
    """Build the first records of SOURCE, and time every stage, as multiples of spaCy's bare tokeniser.

    A second on one machine is not a second on another; the ratio to the tokeniser, which reads the same texts
    in the same run, travels better. Each figure is printed when it is known, the table at the end.

    \b
    Example:
      python -m benchmarks stages arxiv-metadata.jsonl.gz --papers 1000 --papers 5000 --keep measured
    """
    from kg.export import EXPORTERS

    place: AbstractContextManager[str] = nullcontext(str(keep)) if keep else tempfile.TemporaryDirectory()
    with place as name:
        folder = Path(name).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        plan = Plan(
            source=source,
            exports=tuple(exports or EXPORTERS),
            workers=workers,
            peers=peers,
            more=more,
            extractions=extractions,
            extract=extract if extractions else sys.maxsize,
            folder=folder,
        )
        found: list[Size] = []
        for count in sorted(papers):
            size = Size.kept(folder, count, source)
            if size is None:
                size = measure(count, plan)
            if size is None:
                break
            found.append(size)
            plan.spent[0] = size.seconds.get("extraction", plan.spent[0])
        if found:
            click.echo(f"\n{description()}; {source}\n\n{table(found)}")


def measure(count: int, plan: Plan) -> Size | None:
    """Measure everything at one number of papers; None where the source has no more than the size before."""
    scratch, graph, sample = (
        plan.folder / "work",
        plan.folder / "work/graph",
        plan.folder / "work/sample.jsonl",
    )
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    every = list(islice(Reading([plan.source]), count + 2 * plan.more))
    first, others = every[:count], every[count:]
    done = [int(path.name) for path in (plan.folder / "graphs").glob("*")]
    if len(first) < count and (len(first) <= max(done, default=0) or not first):
        click.echo(f"{plan.source} holds no more than {len(first):,} papers", err=True)
        return None
    write_lines(sample, first)
    size = Size(papers=len(first), source=plan.source)
    size.put(TOKENISER, tokenised(first))

    # one build, all exports; extractions of the size before are at hand
    extracts = len(first) <= plan.extract
    kept = [
        *(plan.folder / "graphs").glob("*"),
        *([] if extracts or not plan.extractions else [plan.extractions]),
    ]
    seed = [str(path) for path in kept]
    if seed:
        child(["seed", str(graph), *seed], scratch)
    told, peaks = child(["build", str(graph), str(sample), "", str(plan.workers or "")], scratch)
    if extracts:
        size.put("extraction", plan.spent[0] + told.get(EXTRACTING, 0.0), peaks.get(EXTRACTING, 0))
    size.put("linking, tables", told[LINKING], peaks.get(LINKING, 0))
    after = told["whole"] - told[READING] - told.get(EXTRACTING, 0.0)
    rest = [peak for stage, peak in peaks.items() if stage not in (READING, EXTRACTING)]
    size.put("all after extraction, all exports", after, max(rest, default=0))
    shutil.copytree(graph / "tables", scratch / "kept" / str(len(first)) / "tables")

    for name in plan.exports:
        if len(first) <= SMALL_UP_TO or name not in SMALL:
            told, peaks = child(["export", str(graph), name], scratch)
            size.put(f"{name} by itself", told["seconds"], peaks.get(name, 0))
    size.put("kg query", asked(graph))
    if plan.peers and len(first) <= PEERS_UP_TO:
        told, peaks = child(["peers", str(graph), str(sample)], scratch)
        for name, seconds in told.items():
            size.put(name, seconds, peaks.get(name, 0))
    for only, label in (("", "all exports"), ("tables", "tables alone")):
        adding, others = others[: plan.more], others[plan.more :]
        if adding:
            write_lines(sample, adding)
            told, peaks = child(["build", str(graph), str(sample), only, str(plan.workers or "")], scratch)
            size.put(f"{len(adding)} papers more, {label}", told["whole"], max(peaks.values()))
    shutil.rmtree(plan.folder / "graphs", ignore_errors=True)  # the size before's extractions make way
    (scratch / "kept").rename(plan.folder / "graphs")
    shutil.rmtree(scratch)
    size.done = True
    size.keep(plan.folder)
    return size


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


def child(work: Sequence[str], scratch: Path) -> tuple[dict[str, float], dict[str, int]]:
    """What a process of `benchmarks.one` tells in its last line, and the most memory by stage."""
    stage = scratch / "stage"
    stage.write_text("", encoding="utf-8")
    run = measured([sys.executable, "-m", "benchmarks.one", str(stage), *work], stage=stage)
    if run.status:
        sys.exit(run.output)
    told: dict[str, float] = json.loads(run.output.splitlines()[-1])
    return told, dict(run.peaks)


def asked(graph: Path) -> float:
    """Median seconds of a whole `kg query` process."""
    seconds = []
    for name in QUESTIONS:
        started = time.perf_counter()
        command = [sys.executable, "-m", "kg", "query", name, "--graph", str(graph), "-f", "csv"]
        subprocess.run(command, check=False, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return median(seconds)
