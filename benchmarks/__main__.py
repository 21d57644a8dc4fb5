"""`python -m benchmarks`: the figures in the README, each from a command of its own."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import click
import spacy

from benchmarks.crashes import crashes
from benchmarks.layouts import layouts, moved
from benchmarks.linking import apart, linking
from benchmarks.loading import loading
from benchmarks.machine import description, measured
from benchmarks.page import page
from benchmarks.queries import queries
from benchmarks.rdf import COMMANDS as RDF_COMMANDS
from benchmarks.serve import serve
from benchmarks.shards import shards
from benchmarks.stages import stages
from kg.resources import resource
from kg.sources import Reading


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.option("--source", help="What to build of where no command is named; else the sample corpus.")
@click.option("--papers", multiple=True, type=int, help="As for stages: so many papers; several times.")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="As for stages: a folder.")
@click.pass_context
def main(context: click.Context, source: str | None, papers: tuple[int, ...], keep: Path | None) -> None:
    """Measure kg on your machine and your data.

    Without a command: every stage, beside other programs, in one table (see `stages --help`).

    \b
    Example:
      python -m benchmarks --source arxiv-metadata.jsonl.gz --papers 1000 --papers 5000
    """
    click.echo(description())
    if context.invoked_subcommand is None:
        texts = source or str(resource("seeds", "papers.jsonl"))
        context.invoke(stages, source=texts, keep=keep, **({"papers": papers} if papers else {}))


main.add_command(stages)
main.add_command(queries)
main.add_command(serve)
main.add_command(shards)
main.add_command(crashes)
main.add_command(loading)
for command in RDF_COMMANDS:
    main.add_command(command)


@main.command()
@click.argument("gold", type=click.Path(exists=True, path_type=Path))
@click.argument("texts")
@click.option("--without", multiple=True, help="A component to leave out, as for kg eval.")
def quality(gold: Path, texts: str, without: tuple[str, ...]) -> None:
    """Score what kg extracts from TEXTS against GOLD annotations.

    \b
    Example:
      python -m benchmarks quality seeds/gold.jsonl seeds/papers.jsonl
    """
    command = [sys.executable, "-m", "kg", "eval", str(gold), texts, "--quiet"]
    for component in without:
        command += ["--without", component]
    run = measured(command)
    click.echo(run.output)
    click.echo(f"{run.seconds:.1f} s")
    sys.exit(run.status)


@main.command()
@click.argument("source")
@click.option("--papers", multiple=True, type=int, default=[1000, 5000], show_default=True)
@click.option("--workers", type=int, help="As for kg build.")
def build(source: str, papers: tuple[int, ...], workers: int | None) -> None:
    """Build the first records of SOURCE with all exports: rate, memory, size, against a bare tokeniser.

    A rate by itself means little on a shared machine; its ratio to spaCy's bare tokeniser, run on the
    same texts right before, travels better.

    \b
    Example:
      python -m benchmarks build arxiv-metadata.jsonl.gz --papers 1000 --papers 5000
    """
    click.echo("papers  seconds  papers/s  of tokeniser's  peak MiB  exports MiB")
    for count in papers:
        with tempfile.TemporaryDirectory() as scratch:
            sample = Path(scratch) / "sample.jsonl"
            taken = list(islice(Reading([source]), count))
            with sample.open("w", encoding="utf-8") as lines:
                for paper in taken:
                    record = {
                        "id": paper.id,
                        "title": paper.title,
                        "abstract": paper.abstract,
                        "authors": list(paper.authors),
                        "categories": list(paper.categories),
                    }
                    lines.write(json.dumps(record) + "\n")
            bare = spacy.blank("en")
            started = time.perf_counter()
            for _ in bare.pipe(paper.text for paper in taken):
                pass
            tokeniser = len(taken) / (time.perf_counter() - started)
            folder = Path(scratch) / "graph"
            command = [sys.executable, "-m", "kg", "build", str(sample), "-o", str(folder), "--quiet"]
            if workers is not None:
                command += ["--workers", str(workers)]
            run = measured(command)
            if run.status:
                click.echo(run.output)
                sys.exit(run.status)
            rate = len(taken) / run.seconds
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            click.echo(
                f"{len(taken):6,}  {run.seconds:7.1f}  {rate:8.1f}  {rate / tokeniser:13.1%}  "
                f"{run.peak_bytes / 2**20:8.0f}  {size / 2**20:11.1f}"
            )


main.add_command(page)
main.add_command(layouts)
main.add_command(moved)
main.add_command(linking)
main.add_command(apart)

if __name__ == "__main__":
    main()
