"""The whole way from sources to a graph, stage by stage. Read this first.

    read ─▶ unique ─▶ extract ─▶ link ─▶ tables ─▶ exports ─▶ manifest

Each stage is a function of its input alone and lives in a package of its own; here they are put in
order, once.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import spacy.about

from kg import __version__
from kg.dataflow import Extractor, extract_all, workers_for
from kg.errors import OutputError, SourceError, UsageError
from kg.export import EXPORTERS, ExportOptions
from kg.extraction import extractor_version
from kg.files import atomic_path, sha256_of
from kg.graph import Graph, write_tables
from kg.linking import link
from kg.linking.rulings import read_rulings
from kg.progress import Progress, Silent
from kg.records import Problem
from kg.sources import FileRead, Reading, unique
from kg.vocabulary import load_vocabulary

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What a user may choose about a build."""

    format: str | None = None  #: force this reader
    strict: bool = False  #: stop at the first bad record
    vocabularies: tuple[Path, ...] = ()
    decisions: Path | None = None  #: a file of the user's own word on what is one thing
    without: tuple[str, ...] = ()  #: components of the pipeline to leave out
    config: Path | None = None  #: a spaCy config in place of the shipped pipeline
    workers: int | None = None  #: processes; None: one a core where the papers are worth it
    only: tuple[str, ...] = ()  #: names of exports; empty: all
    skip: tuple[str, ...] = ()
    export: ExportOptions = field(default_factory=ExportOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did, for its user to read."""

    folder: Path
    files: tuple[Path, ...]
    counts: dict[str, int]  #: papers, papers without abstract, links, results
    nodes: dict[str, int]  #: by kind
    edges: dict[str, int]  #: by kind
    problems: tuple[Problem, ...]
    seconds: float
    extraction_seconds: float


def build(
    sources: Sequence[str],
    folder: Path,
    *,
    options: BuildOptions | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Build a graph from sources into a folder, and say what was done.

    Every file is written beside its place and then renamed; the manifest comes last. Raises UsageError
    where nothing can be done, and RecordError at the first bad record if the options are strict.
    """
    options = options or BuildOptions()
    progress = progress or Silent()
    started = time.perf_counter()
    exports = chosen_exports(only=options.only, skip=options.skip)
    rulings = read_rulings(options.decisions) if options.decisions else ()

    # read ─▶ unique
    reading = Reading(sources, format=options.format, strict=options.strict)
    conflicts: list[Problem] = []
    papers = unique(progress.track(reading, label="reading papers"), conflicts)
    problems = (*reading.problems, *conflicts)
    if not papers:
        raise SourceError(
            "; ".join(str(problem) for problem in problems[:3]) or "the sources hold no papers",
            hint="nothing was built",
        )
    prepare_folder(folder)

    # extract
    extractor = Extractor(config=options.config, vocabularies=options.vocabularies, without=options.without)
    nlp = extractor.load()
    workers = workers_for(len(papers), options.workers)
    extraction_started = time.perf_counter()
    extractions = list(
        progress.track(
            extract_all(papers, extractor=extractor, workers=workers, nlp=nlp),
            label="extracting",
            total=len(papers),
        )
    )
    extraction_seconds = time.perf_counter() - extraction_started

    # link ─▶ tables
    progress.stage("linking")
    linked = link(papers, extractions, vocabulary=load_vocabulary(options.vocabularies), rulings=rulings)
    progress.stage("writing tables")
    write_tables(folder, papers=papers, extractions=extractions, linked=linked)
    graph = Graph.open(folder)

    # exports: from here on everything is read from the tables
    for name in exports:
        exporter = EXPORTERS[name]
        progress.stage(f"writing {exporter.filename}")
        exporter.write(graph, folder / exporter.filename, options=options.export)
    files = (folder / "tables", *(folder / EXPORTERS[name].filename for name in exports))

    # manifest
    counts = {
        "papers": len(papers),
        "without abstract": sum(not paper.abstract for paper in papers),
        "links": sum(len(extraction.links) for extraction in extractions),
        "results": len(linked.results),
    }
    nodes = dict(sorted(Counter(entity.kind for entity in linked.entities).items()))
    edges = dict(sorted(Counter(edge.kind for edge in linked.edges).items()))
    write_manifest(
        folder,
        {
            "kg": __version__,
            "extractor": extractor_version(nlp),
            "versions": {"spacy": spacy.about.__version__},
            "options": {
                "vocabularies": [sha256_of(path) for path in options.vocabularies],
                "decisions": sha256_of(options.decisions) if options.decisions else None,
                "without": list(options.without),
                "exports": list(exports),
                "export": asdict(options.export),
            },
            "sources": [asdict(file) for file in sorted(reading.files, key=_file_order)],
            "problems": [str(problem) for problem in problems],
            "counts": counts,
            "nodes": nodes,
            "edges": edges,
            "files": {path.name: sha256_of(path) for path in files if path.is_file()},
        },
    )
    return BuildReport(
        folder=folder,
        files=(*files, folder / MANIFEST),
        counts=counts,
        nodes=nodes,
        edges=edges,
        problems=problems,
        seconds=time.perf_counter() - started,
        extraction_seconds=extraction_seconds,
    )


def chosen_exports(*, only: Sequence[str] = (), skip: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of the exports to write, in the table's order; `tables` names the tables, always written.

    >>> chosen_exports(only=["ttl", "tables"])
    ('ttl',)

    Raises UsageError for a name that is none.
    """
    known = [*EXPORTERS, "tables"]
    for name in (*only, *skip):
        if name not in known:
            raise UsageError(f"no export is called {name!r}", hint="the exports are " + ", ".join(known))
    return tuple(name for name in EXPORTERS if (not only or name in only) and name not in skip)


def prepare_folder(folder: Path) -> None:
    """Make the output folder, and see that it can be written, before any long work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror or error})", hint="choose another folder with -o"
        ) from error


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest; without clock times, so that the same build gives the same bytes."""
    with atomic_path(folder / MANIFEST) as path:
        path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _file_order(file: FileRead) -> tuple[str, str]:
    return file.name, file.sha256
