"""`kg build` and `kg extract`: from sources to a graph, or to what each paper says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kg.build import BuildOptions, build
from kg.cli.export_options import chosen_options, export_options
from kg.cli.graph_option import DEFAULT_FOLDER
from kg.cli.printing import show
from kg.cli.source_options import (
    address_option,
    chosen_runner,
    config_option,
    format_option,
    min_score_option,
    model_option,
    paper_called,
    quiet_option,
    read_papers,
    runner_option,
    sample_corpus,
    source_argument,
    storage_option,
    strict_option,
    tell_problems,
    vocabulary_option,
    without_option,
    workers_option,
)
from kg.dataflow import Extractor, extract_all, workers_for
from kg.errors import UsageError
from kg.export import EXPORTERS
from kg.extraction.annotations import annotation
from kg.extraction.least import at_least
from kg.files import atomic_path, prepare_folder
from kg.progress import shown
from kg.remote_folder import LOCAL, fetched
from kg.report.build import build_table
from kg.report.explanation import displacy_page, explanation_report
from kg.sources.remote import is_remote


@click.command("build")
@source_argument
@click.option(
    "-o",
    "--output",
    "output",
    default=DEFAULT_FOLDER,
    show_default=True,
    metavar="DIR",
    help="The folder to write the graph into; or an address on object storage, such as s3://bucket/graph.",
)
@format_option
@strict_option
@vocabulary_option
@config_option
@model_option
@without_option
@workers_option
@runner_option
@address_option
@storage_option
@click.option(
    "--decisions",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Your own word on what is one thing; see kg same and kg different.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Write only this export. May be given again.")
@click.option(
    "--also", multiple=True, metavar="NAME", help="Write this export as well; kg export lists them."
)
@click.option("--skip", multiple=True, metavar="NAME", help="Do not write this export. May be given again.")
@export_options
@min_score_option
@click.option("--fresh", is_flag=True, help="Forget what DIR holds, and start anew.")
@quiet_option
def build_command(
    sources: tuple[str, ...],
    output: str,
    format_: str | None,
    strict: bool,
    vocabularies: tuple[Path, ...],
    config: Path | None,
    model: str,
    without: tuple[str, ...],
    workers: int | None,
    runner: str,
    address: str | None,
    storage: str | None,
    decisions: Path | None,
    only: tuple[str, ...],
    also: tuple[str, ...],
    skip: tuple[str, ...],
    min_score: float,
    fresh: bool,
    quiet: bool,
    **export: Any,
) -> None:
    """Build a graph from SOURCEs: files, folders, globs, or - for standard input.

    Where DIR holds a graph, their papers are added to it, and only texts that are new are read. Without a
    SOURCE, the sample corpus that ships with kg.

    \b
    Example:
      kg build daily-papers.txt -o my-graph
    """
    options = BuildOptions(
        fresh=fresh,
        sample=not sources,
        min_score=min_score,
        format=format_,
        strict=strict,
        vocabularies=vocabularies,
        config=config,
        model=model,
        without=without,
        workers=workers,
        runner=chosen_runner(runner, address, workers, storage, graph=output if is_remote(output) else None),
        decisions=decisions,
        only=only,
        also=also,
        skip=skip,
        export=chosen_options(**export),
    )
    with shown(quiet=quiet) as progress:
        if is_remote(output):
            if set(LOCAL) & {*options.only, *options.also}:
                raise UsageError(f"{output}: a store cannot be made there", hint="leave --only store out")
            options = replace(options, skip=(*options.skip, *LOCAL))
            with fetched(output) as place:
                done = build(sources or sample_corpus(), place, options=options, progress=progress)
        else:
            done = build(sources or sample_corpus(), Path(output), options=options, progress=progress)
    show(build_table(done, where=output))
    tell_problems(done.problems)
    folder = Path(output)
    page = folder / EXPORTERS["html"].filename
    if page in done.files:
        click.echo(f"Open {page} in a browser, or run: kg open --graph {folder}")


@click.command("extract")
@source_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Default: standard output."
)
@format_option
@strict_option
@vocabulary_option
@config_option
@model_option
@without_option
@workers_option
@min_score_option
@click.option(
    "--explain",
    "explained",
    metavar="PAPER",
    help="Show the text of this paper (id, arXiv id or DOI) with what was read in it, by what, how surely.",
)
@click.option(
    "--displacy",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="With --explain: write the marked text as an HTML page by displaCy.",
)
@quiet_option
def extract_command(
    sources: tuple[str, ...],
    output: Path | None,
    format_: str | None,
    strict: bool,
    vocabularies: tuple[Path, ...],
    config: Path | None,
    model: str,
    without: tuple[str, ...],
    workers: int | None,
    min_score: float,
    explained: str | None,
    displacy: Path | None,
    quiet: bool,
) -> None:
    """Write what each paper of SOURCEs says, one JSON object a line, without building a graph.

    \b
    Example:
      kg extract papers.bib -o annotations.jsonl
      kg extract papers.bib --explain 2506.01234
    """
    if displacy is not None and explained is None:
        raise UsageError("--displacy goes with --explain", hint="name the paper: --explain ID")
    if not sources:
        raise UsageError("kg extract needs a source", hint="name a file, or - for standard input")
    extractor = Extractor(config=config, model=model, vocabularies=vocabularies, without=without)
    with shown(quiet=quiet) as progress:
        papers, problems = read_papers(sources, format_=format_, strict=strict)
        if explained is not None:
            from kg.extraction.explaining import explain

            told = explain(paper_called(papers, explained), extractor.load())
            if displacy is not None:
                write_lines(iter([displacy_page(told)]), displacy)
            show(explanation_report(told))
            tell_problems(problems)
            return
        count = workers_for(len(papers), workers)
        extractions = progress.track(
            extract_all(papers, extractor=extractor, workers=count), label="extracting", total=len(papers)
        )
        lines = (
            json.dumps(annotation(paper, at_least(extraction, min_score)), ensure_ascii=False)
            for paper, extraction in zip(papers, extractions, strict=True)
        )
        write_lines(lines, output)
    tell_problems(problems)


def write_lines(lines: Iterator[str], output: Path | None) -> None:
    """Write lines to a file, whole or not at all, or to standard output."""
    if output is None:
        for line in lines:
            click.echo(line)
        return
    prepare_folder(output.parent)
    with atomic_path(output) as path, path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines)
