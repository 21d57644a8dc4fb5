"""What the commands that read papers share: their options, and how they tell what was skipped."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from kg.dataflow import Runner
from kg.errors import UsageError
from kg.extraction.shipped import DEFAULT, NETWORKS
from kg.records import Paper, Problem
from kg.remote_folder import inside
from kg.resources import resource
from kg.sources import READERS, Reading, unique

#: So many problems are printed; a build's manifest lists all.
PROBLEMS_SHOWN = 20

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
model_option = click.option(
    "--model",
    type=click.Choice(list(NETWORKS)),
    default=DEFAULT,
    show_default=True,
    help="The network that reads: best finds more, and takes about twice the time.",
)
without_option = click.option(
    "--without",
    multiple=True,
    metavar="COMPONENT",
    help="Leave out a component of the pipeline, for example kg_recogniser. May be given again.",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that extract. Default: one a core, one in all for few papers.",
)
min_score_option = click.option(
    "--min-score",
    type=click.FloatRange(0.0, 1.0),
    default=0.0,
    metavar="SCORE",
    help="Leave out entities, relations and results less sure than this, from 0 to 1.",
)
runner_option = click.option(
    "--runner",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="What extracts: processes of this machine, or a Ray cluster.",
)
address_option = click.option(
    "--address",
    metavar="ADDRESS",
    help="With --runner ray: the cluster, for example 10.0.0.1:6379, or auto for the one that runs here. "
    "Default: one that is made for this run.",
)
storage_option = click.option(
    "--storage",
    metavar="ADDRESS",
    help="With --runner ray: a folder or address (s3://bucket/folder) that all nodes read and write, "
    "for what goes between them. Default: where the graph is, if they all see it.",
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Show no progress.")


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


def chosen_runner(
    runner: str,
    address: str | None,
    workers: int | None,
    storage: str | None = None,
    *,
    graph: str | None = None,
) -> Runner | None:
    """What extracts, as the options say; None for processes of this machine.

    `graph` is the address of a graph on object storage, where workers put things if nothing else is said.
    Raises UsageError where the options contradict each other.
    """
    if runner != "ray":
        for name, value in (("--address", address), ("--storage", storage)):
            if value is not None:
                raise UsageError(f"{name} goes with --runner ray", hint="add --runner ray, or leave it out")
        return None
    from kg.on_ray import OnRay

    own = inside(graph) if graph is not None and storage is None else None
    return OnRay(address=address, workers=workers, storage=storage or own, lasting=own is not None)


def paper_called(papers: Sequence[Paper], name: str) -> Paper:
    """The paper with this id, arXiv id or DOI.

    Raises UsageError where there is none.
    """
    wanted = name.strip().casefold()
    for paper in papers:
        if wanted in {paper.id.casefold(), paper.arxiv_id.casefold(), paper.doi.casefold()}:
            return paper
    near = get_close_matches(name, [paper.id for paper in papers], n=3)
    raise UsageError(
        f"no paper of the sources has the id {name!r}",
        hint=f"perhaps {', '.join(near)}" if near else f"ids look like {papers[0].id!r}" if papers else "",
    )


def tell_problems(problems: Sequence[Problem], *, exit_after: bool = True) -> None:
    """Print what was skipped, a line each, and leave with status 1 if anything was."""
    for problem in problems[:PROBLEMS_SHOWN]:
        click.echo(f"kg: {problem}", err=True)
    if len(problems) > PROBLEMS_SHOWN:
        click.echo(f"kg: and {len(problems) - PROBLEMS_SHOWN:,} more like these", err=True)
    if problems and exit_after:
        click.get_current_context().exit(1)
