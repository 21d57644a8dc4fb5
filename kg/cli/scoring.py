"""`kg eval`: how well annotations match gold ones."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import click

from kg.annotate import annotate, link_annotated
from kg.cli.printing import show
from kg.cli.source_options import (
    config_option,
    format_option,
    model_option,
    quiet_option,
    read_papers,
    sample_corpus,
    tell_problems,
    vocabulary_option,
    without_option,
    workers_option,
)
from kg.dataflow import Extractor
from kg.errors import SourceError
from kg.evaluation import Tally, evaluate, read_annotations, reliability
from kg.progress import shown
from kg.report.evaluation import evaluation_table, reliability_table


@click.command("eval")
@click.argument("gold", type=click.Path(path_type=Path), metavar="GOLD.jsonl")
@click.argument("predicted", required=False, metavar="[PREDICTED.jsonl|SOURCE]")
@format_option
@vocabulary_option
@config_option
@model_option
@without_option
@workers_option
@click.option(
    "--linking-only",
    is_flag=True,
    help="Link GOLD's own entities, found in the papers of SOURCE, and score only that.",
)
@click.option(
    "--reliability",
    "with_reliability",
    is_flag=True,
    help="Print stated confidence against the share that is right, and the expected calibration error.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@quiet_option
def eval_command(
    gold: Path,
    predicted: str | None,
    format_: str | None,
    vocabularies: tuple[Path, ...],
    config: Path | None,
    model: str,
    without: tuple[str, ...],
    workers: int | None,
    linking_only: bool,
    with_reliability: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Score annotations against GOLD: precision, recall and F1.

    The second argument holds the predicted annotations, or the papers to extract them from. Without
    it, the sample corpus that ships with kg is extracted.

    \b
    Example:
      kg eval seeds/gold.jsonl seeds/papers.jsonl
      kg eval --reliability seeds/gold.jsonl seeds/papers.jsonl
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
            extractor = Extractor(config=config, model=model, vocabularies=vocabularies, without=without)
            if linking_only:
                guess = link_annotated(wanted, truth, extractor=extractor)
            else:
                guess = annotate(wanted, extractor=extractor, workers=workers, progress=progress)
        tell_problems(problems, exit_after=False)
    evaluation = evaluate(truth, guess)
    if evaluation.absent == evaluation.papers:
        raise SourceError(f"{gold}: none of its papers is among the predicted ones", hint="compare their ids")
    if linking_only:
        evaluation.tallies = {"linking": evaluation.tallies.get("linking", Tally())}
        evaluation.shares = {}
    tables = reliability(truth, guess) if with_reliability and not linking_only else {}
    if as_json:
        figures: dict[str, object] = dict(evaluation.as_dict())
        if with_reliability:
            figures["reliability"] = {name: each.as_dict() for name, each in tables.items()}
        click.echo(json.dumps(figures))
        return
    show(evaluation_table(evaluation))
    for name, each in tables.items():
        show(reliability_table(name, each))


def holds_annotations(path: Path) -> bool:
    """Whether the file's first line is an annotation rather than a paper."""
    with contextlib.suppress(OSError, ValueError), path.open(encoding="utf-8") as lines:
        first = json.loads(next(lines, ""))
        return isinstance(first, dict) and "entities" in first
    return False
