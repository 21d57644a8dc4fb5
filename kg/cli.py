"""The command line. Each command reads its options, calls one function that does the work, and reports.

Exit statuses: 0 all is well; 1 done, but something in the input was skipped; 2 nothing was done.
"""

from __future__ import annotations

import contextlib
import json
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console

import kg
from kg import report
from kg.build import BuildOptions, annotate, build, prepare_folder, workers_for
from kg.dataflow import Extractor, extract_all
from kg.errors import KgError, SourceError, UsageError
from kg.evaluation import evaluate, read_annotations
from kg.export import EXPORTERS, ExportOptions
from kg.extraction.annotations import annotation
from kg.files import atomic_path
from kg.graph import Graph
from kg.progress import shown
from kg.query import FORMATS, library, run_query
from kg.records import Paper, Problem
from kg.resources import resource
from kg.sources import READERS, Reading, unique

#: So many problems are printed; a build's manifest lists all.
PROBLEMS_SHOWN = 20

DEFAULT_FOLDER = "exports"

source_argument = click.argument("sources", nargs=-1, metavar="SOURCE...")
format_option = click.option(
    "--from",
    "format_",
    type=click.Choice(list(READERS)),
    help="Read every source as this format. Default: by file name, else by content.",
)
strict_option = click.option("--strict", is_flag=True, help="Stop at the first bad record.")
vocabulary_option = click.option(
    "--vocabulary",
    "vocabularies",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A SKOS Turtle file of names you know, beside the shipped ones. May be given again.",
)
config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A spaCy config in place of the shipped extraction pipeline.",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that extract. Default: one a core, one in all for few papers.",
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
graph_option = click.option(
    "--graph",
    "folder",
    type=click.Path(path_type=Path),
    default=DEFAULT_FOLDER,
    show_default=True,
    metavar="DIR",
    help="The folder of a graph that `kg build` has made.",
)


class Commands(click.Group):
    """A group that turns the project's errors into one line and an exit status."""

    def invoke(self, context: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(context)
        except KgError as error:
            click.echo(f"kg: {error}", err=True)
            context.exit(error.exit_status)
        except KeyboardInterrupt:
            click.echo("kg: stopped; what was written before is whole", err=True)
            context.exit(130)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kg.__version__, prog_name="kg")
def main() -> None:
    """Build a knowledge graph from paper abstracts, ask it, and look at it."""


@main.command("build")
@source_argument
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_FOLDER,
    show_default=True,
    metavar="DIR",
    help="The folder to write the graph into.",
)
@format_option
@strict_option
@vocabulary_option
@config_option
@workers_option
@click.option("--only", multiple=True, metavar="NAME", help="Write only this export. May be given again.")
@click.option("--skip", multiple=True, metavar="NAME", help="Do not write this export. May be given again.")
@click.option(
    "--base",
    default=ExportOptions().base,
    show_default=True,
    metavar="IRI",
    help="Where the graph's own IRIs begin.",
)
@click.option(
    "--provenance",
    type=click.Choice(["none", "statement", "span"]),
    default=ExportOptions().provenance,
    show_default=True,
    help="How much of the evidence the RDF carries.",
)
@quiet_option
def build_command(
    sources: tuple[str, ...],
    folder: Path,
    format_: str | None,
    strict: bool,
    vocabularies: tuple[Path, ...],
    config: Path | None,
    workers: int | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    base: str,
    provenance: str,
    quiet: bool,
) -> None:
    """Build a graph from SOURCEs: files, folders, globs, or - for standard input.

    Without a SOURCE, the sample corpus that ships with kg.

    \b
    Example:
      kg build daily-papers.txt -o my-graph
    """
    options = BuildOptions(
        format=format_,
        strict=strict,
        vocabularies=vocabularies,
        config=config,
        workers=workers,
        only=only,
        skip=skip,
        export=ExportOptions(base=base, provenance=provenance),
    )
    with shown(quiet=quiet) as progress:
        done = build(sources or sample_corpus(), folder, options=options, progress=progress)
    Console().print(report.build_table(done))
    tell_problems(done.problems)
    page = folder / EXPORTERS["html"].filename
    if page in done.files:
        click.echo(f"Open {page} in a browser, or run: kg open --graph {folder}")


@main.command("extract")
@source_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Default: standard output."
)
@format_option
@strict_option
@vocabulary_option
@config_option
@workers_option
@quiet_option
def extract_command(
    sources: tuple[str, ...],
    output: Path | None,
    format_: str | None,
    strict: bool,
    vocabularies: tuple[Path, ...],
    config: Path | None,
    workers: int | None,
    quiet: bool,
) -> None:
    """Write what each paper of SOURCEs says, one JSON object a line, without building a graph.

    \b
    Example:
      kg extract papers.bib -o annotations.jsonl
    """
    if not sources:
        raise UsageError("kg extract needs a source", hint="name a file, or - for standard input")
    extractor = Extractor(config=config, vocabularies=vocabularies)
    with shown(quiet=quiet) as progress:
        papers, problems = read_papers(sources, format_=format_, strict=strict)
        count = workers_for(len(papers), workers)
        extractions = progress.track(
            extract_all(papers, extractor=extractor, workers=count), label="extracting", total=len(papers)
        )
        lines = (
            json.dumps(annotation(paper, extraction), ensure_ascii=False)
            for paper, extraction in zip(papers, extractions, strict=True)
        )
        write_lines(lines, output)
    tell_problems(problems)


@main.command("query")
@click.argument("query", metavar="NAME|FILE.rq|-")
@graph_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    default="table",
    show_default=True,
    help="Of the answer.",
)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Bind a parameter. May be given again.",
)
def query_command(query: str, folder: Path, format_: str, parameters: tuple[str, ...]) -> None:
    """Ask the graph a question: one of the library's (see `kg queries`), a file, or - for standard input.

    \b
    Example:
      kg query papers-using-dataset -p dataset=ImageNet
    """
    given: dict[str, str] = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise UsageError(f"-p {parameter}: not of the form NAME=VALUE", hint="for example -p method=LoRA")
        given[name] = value
    text = sys.stdin.read() if query == "-" else None
    answer = run_query(query, folder, parameters=given, text=text)
    if format_ == "table":
        Console().print(report.answer_table(answer))
    else:
        sys.stdout.buffer.write(answer.serialise(format_))


@main.command("queries")
def queries_command() -> None:
    """List the questions that the library answers, with their parameters.

    \b
    Example:
      kg queries
    """
    Console().print(report.queries_table(library()))


@main.command("eval")
@click.argument("gold", type=click.Path(path_type=Path), metavar="GOLD.jsonl")
@click.argument("predicted", required=False, metavar="[PREDICTED.jsonl|SOURCE]")
@format_option
@vocabulary_option
@config_option
@workers_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@quiet_option
def eval_command(
    gold: Path,
    predicted: str | None,
    format_: str | None,
    vocabularies: tuple[Path, ...],
    config: Path | None,
    workers: int | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Score annotations against GOLD: precision, recall and F1.

    The second argument holds the predicted annotations, or the papers to extract them from. Without
    it, the sample corpus that ships with kg is extracted.

    \b
    Example:
      kg eval seeds/gold.jsonl seeds/papers.jsonl
    """
    truth = read_annotations(gold)
    if predicted is not None and holds_annotations(Path(predicted)):
        guess = read_annotations(Path(predicted))
    else:
        with shown(quiet=quiet) as progress:
            papers, problems = read_papers(
                [predicted] if predicted is not None else sample_corpus(), format_=format_
            )
            wanted = [paper for paper in papers if paper.id in truth]
            extractor = Extractor(config=config, vocabularies=vocabularies)
            guess = annotate(wanted, extractor=extractor, workers=workers, progress=progress)
        tell_problems(problems, exit_after=False)
    evaluation = evaluate(truth, guess)
    if evaluation.absent == evaluation.papers:
        raise SourceError(f"{gold}: none of its papers is among the predicted ones", hint="compare their ids")
    if as_json:
        click.echo(json.dumps(evaluation.as_dict()))
    else:
        Console().print(report.evaluation_table(evaluation))


@main.command("stats")
@graph_option
def stats_command(folder: Path) -> None:
    """Count what a graph holds: nodes and edges by kind, and its most supported entities.

    \b
    Example:
      kg stats --graph my-graph
    """
    Console().print(report.statistics_table(Graph.open(folder)))


@main.command("show")
@click.argument("name")
@graph_option
def show_command(name: str, folder: Path) -> None:
    """Show what the graph knows of NAME: a paper's id, an entity's name or any of its aliases.

    \b
    Example:
      kg show KnowRL
    """
    Console().print(report.node_report(Graph.open(folder), name))


@main.command("open")
@graph_option
def open_command(folder: Path) -> None:
    """Open the graph's page in a browser.

    \b
    Example:
      kg open --graph my-graph
    """
    page = folder / EXPORTERS["html"].filename
    if not page.is_file():
        raise UsageError(f"{page}: not there", hint=f"build it first: kg build -o {folder}")
    if webbrowser.open(page.resolve().as_uri()):
        click.echo(f"Opened {page}")
    else:
        click.echo(f"No browser found; open {page.resolve()} in one")


# ---------------------------------------------------------------- what the commands share


def sample_corpus() -> tuple[str, ...]:
    """The sample corpus as a source."""
    return (str(resource("seeds", "papers.jsonl")),)


def read_papers(
    sources: Sequence[str], *, format_: str | None, strict: bool = False
) -> tuple[list[Paper], list[Problem]]:
    """All papers of the sources, each once, and what was skipped."""
    reading = Reading(sources, format=format_, strict=strict)
    conflicts: list[Problem] = []
    papers = unique(reading, conflicts)
    return papers, [*reading.problems, *conflicts]


def holds_annotations(path: Path) -> bool:
    """Whether the file's first line is an annotation rather than a paper."""
    with contextlib.suppress(OSError, ValueError), path.open(encoding="utf-8") as lines:
        first = json.loads(next(lines, ""))
        return isinstance(first, dict) and "entities" in first
    return False


def write_lines(lines: Iterator[str], output: Path | None) -> None:
    """Write lines to a file, whole or not at all, or to standard output."""
    if output is None:
        for line in lines:
            click.echo(line)
        return
    prepare_folder(output.parent)
    with atomic_path(output) as path, path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def tell_problems(problems: Sequence[Problem], *, exit_after: bool = True) -> None:
    """Print what was skipped, a line each, and leave with status 1 if anything was."""
    for problem in problems[:PROBLEMS_SHOWN]:
        click.echo(f"kg: {problem}", err=True)
    if len(problems) > PROBLEMS_SHOWN:
        click.echo(f"kg: and {len(problems) - PROBLEMS_SHOWN:,} more like these", err=True)
    if problems and exit_after:
        click.get_current_context().exit(1)
