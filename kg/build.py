"""The whole way from sources to a graph, stage by stage. Read this first.

    read ─▶ unique ─▶ extract ─▶ link ─▶ tables ─▶ exports ─▶ manifest ─▶ commit

Each stage is a function of its input alone and lives in a package of its own; here they are put in
order, once. All of it happens in a draft of the graph's folder (`kg.folder`), and between the stages
records go through files, so that no stage holds all papers.

A folder that holds a graph already gets the new papers beside the old: the outcome is, byte for byte, what
one build of all its sources gives. Only texts that no earlier build has read are read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import spacy.about

from kg import __version__
from kg.columns import schema_of
from kg.dataflow import Extractor, Runner, runner_for, workers_for
from kg.errors import SourceError, UsageError
from kg.export import EXPORTERS, ExportOptions
from kg.export.writing import write_exports
from kg.extraction import extractor_version
from kg.extractions import Extractions
from kg.files import sha256_of
from kg.folder import MANIFEST, Workplace, writing
from kg.graph.tables import (
    EDGES,
    ENTITIES,
    EXTRACTIONS,
    FOLDER,
    PAPERS,
    RECORDS,
    RESULTS,
    open_table,
    open_tables,
    write_batches,
    write_linked,
)
from kg.linking import link
from kg.linking.rulings import read_rulings
from kg.manifest import Manifest, read_manifest
from kg.progress import Progress, Silent
from kg.records import Paper, Problem, SourceRecord
from kg.rows import ParquetRows, Spool
from kg.sources import PaperRead, Reading
from kg.sources.union import Earlier, Union, spooled, united, written
from kg.vocabulary import load_vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What a user may choose about a build."""

    format: str | None = None  #: force this reader
    strict: bool = False  #: stop at the first bad record
    fresh: bool = False  #: forget what the folder holds, its extractions too
    sample: bool = False  #: the sources are the sample corpus, because none was named
    vocabularies: tuple[Path, ...] = ()
    decisions: Path | None = None  #: a file of the user's own word on what is one thing
    without: tuple[str, ...] = ()  #: components of the pipeline to leave out
    config: Path | None = None  #: a spaCy config in place of the shipped pipeline
    workers: int | None = None  #: processes; None: one a core where the papers are worth it
    runner: Runner | None = None  #: what runs the extraction; None: processes of this machine
    only: tuple[str, ...] = ()  #: names of exports; empty: all
    skip: tuple[str, ...] = ()
    export: ExportOptions = field(default_factory=ExportOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did, for its user to read."""

    folder: Path
    files: tuple[Path, ...]
    counts: Mapping[str, int]  #: papers, papers without abstract, links, results
    nodes: Mapping[str, int]  #: by kind
    edges: Mapping[str, int]  #: by kind
    problems: tuple[Problem, ...]  #: of this build; the manifest has those of earlier ones too
    extracted: int  #: papers whose texts were read, not known from an earlier build
    seconds: float
    extraction_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The graph that a folder holds."""

    manifest: Manifest
    papers: ParquetRows
    records: ParquetRows
    extractions: ParquetRows

    @classmethod
    def of(cls, folder: Path) -> Before | None:
        """That graph; None where there is none.

        Raises UsageError where it is damaged, or was made by another version of kg.
        """
        manifest = read_manifest(folder)
        if manifest is None:
            return None
        tables = open_tables(folder, (PAPERS, RECORDS, EXTRACTIONS))
        return cls(manifest=manifest, **{name: ParquetRows(table.file) for name, table in tables.items()})

    @property
    def earlier(self) -> Earlier:
        """Its papers, to add others to."""
        return Earlier(papers=self.papers, records=self.records, conflicts=self.manifest.conflicts)


def build(
    sources: Sequence[str],
    folder: Path,
    *,
    options: BuildOptions | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Build a graph from sources into a folder, or add their papers to the graph there; say what was done.

    The folder's graph changes at the very end, all at once. Raises UsageError where nothing can be done, and
    RecordError at the first bad record if the options are strict.
    """
    options = options or BuildOptions()
    chosen_exports(only=options.only, skip=options.skip)
    reading = Reading(sources, format=options.format, strict=options.strict)
    with writing(folder) as place:
        before = None if options.fresh else Before.of(folder)
        if before is not None and options.sample and not before.manifest.sample:
            raise UsageError(
                f"{folder}: holds a graph of other papers than the sample corpus",
                hint="name a SOURCE to add to it, choose another folder with -o, or start anew with --fresh",
            )
        return _make(place, before, reading, (), options, progress or Silent())


def _make(
    place: Workplace,
    before: Before | None,
    reading: Reading,
    removed: Sequence[str],
    options: BuildOptions,
    progress: Progress,
) -> BuildReport:
    """All stages in their order. `removed` are ids of papers of the graph before."""
    started = time.perf_counter()
    draft = place.draft
    (draft / FOLDER).mkdir()
    rulings = read_rulings(options.decisions) if options.decisions else ()
    vocabulary = load_vocabulary(options.vocabularies)

    # read ─▶ unique
    with Spool(place.scratch / "read", schema_of(PaperRead)) as spool:
        keys = spooled(progress.track(reading, label="reading papers"), spool)
        if not keys.num_rows and not removed:
            raise SourceError(
                "; ".join(str(problem) for problem in reading.problems[:3]) or "the sources hold no papers",
                hint="nothing was built",
            )
        # the sample corpus makes way for the user's own papers
        added_to = None if before is None or before.manifest.sample else before
        earlier = added_to.earlier if added_to is not None else None
        union = united(spool.rows(), keys, earlier, removed=removed, scratch=place.scratch)
        write_batches(PAPERS, written(union.papers, Paper, PAPERS.group), draft)
        write_batches(RECORDS, written(union.records, SourceRecord, RECORDS.group), draft)
    papers = open_table(PAPERS, draft)

    # extract
    extractor = Extractor(config=options.config, vocabularies=options.vocabularies, without=options.without)
    nlp = extractor.load()
    known = Extractions(
        extractor_version(nlp), place.kept, before.extractions if before is not None else None
    )
    missing = known.missing(papers.batches(), union.earlier)
    runner = options.runner or runner_for(missing, options.workers, nlp=nlp)
    extraction_started = time.perf_counter()
    read = _one_by_one(known.make(papers.batches(), runner, extractor))
    for _ in progress.track(read, label="extracting", total=missing):
        pass
    extraction_seconds = time.perf_counter() - extraction_started
    write_batches(EXTRACTIONS, known.table(union.ids, size=EXTRACTIONS.group), draft)
    extractions = open_table(EXTRACTIONS, draft)

    # link ─▶ tables
    progress.stage("linking")
    linked = link(papers, extractions, vocabulary=vocabulary, rulings=rulings)
    progress.stage("writing tables")
    write_linked(draft, linked)
    del linked

    # exports: from here on everything is read from the tables
    exports = chosen_exports(only=options.only, skip=options.skip)
    progress.stage("writing exports")
    side_by_side = workers_for(len(papers), options.workers)
    for name in write_exports(exports, draft, options=options.export, workers=side_by_side):
        progress.stage(f"wrote {EXPORTERS[name].filename}")

    # manifest ─▶ commit
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    manifest = Manifest(
        kg=__version__,
        extractor=known.version,
        versions={"spacy": spacy.about.__version__},
        sample=options.sample,
        options=_told(options, exports),
        **_provenance(union, reading, added_to.manifest if added_to is not None else None),
        conflicts=union.conflicts,
        counts={
            "papers": len(papers),
            "without abstract": _sum(papers.batches(["abstract"]), lambda texts: pc.equal(texts, "")),
            "links": _sum(extractions.batches(["links.list.element.start"]), pc.list_value_length),
            "results": len(open_table(RESULTS, draft)),
        },
        nodes=_kinds(open_table(ENTITIES, draft).batches(["kind"])),
        edges=_kinds(open_table(EDGES, draft).batches(["kind"])),
        files={path.relative_to(draft).as_posix(): sha256_of(path) for path in files},
    )
    manifest.write(draft / MANIFEST)
    place.commit(obsolete=before.manifest.files if before is not None else ())
    written_files = sorted({place.folder / path.relative_to(draft).parts[0] for path in files})
    return BuildReport(
        folder=place.folder,
        files=(*written_files, place.folder / MANIFEST),
        counts=manifest.counts,
        nodes=manifest.nodes,
        edges=manifest.edges,
        problems=(*reading.problems, *union.new_conflicts),
        extracted=missing,
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


def _one_by_one(numbers: Iterator[int]) -> Iterator[int]:
    for number in numbers:
        yield from range(number)


def _told(options: BuildOptions, exports: Sequence[str]) -> dict[str, Any]:
    """The options that decide what the graph is, for the manifest."""

    def file(path: Path) -> dict[str, str]:
        return {"file": str(path), "sha256": sha256_of(path)}

    return {
        "config": file(options.config) if options.config else None,
        "vocabularies": [file(path) for path in options.vocabularies],
        "decisions": file(options.decisions) if options.decisions else None,
        "without": list(options.without),
        "exports": list(exports),
        "export": asdict(options.export),
    }


def _provenance(union: Union, reading: Reading, before: Manifest | None) -> dict[str, Any]:
    """The sources whose papers are in the graph, and what was skipped in them."""
    files = {file.name: file for file in (*(before.sources if before else ()), *reading.files)}
    left = {name: file for name, file in files.items() if not file.papers or name in union.sources}
    again = {file.name for file in reading.files} | {problem.source for problem in reading.problems}
    problems = [
        problem
        for problem in (before.problems if before else ())
        if problem.source not in again and (problem.source in left or problem.source not in files)
    ]
    return {
        "sources": tuple(left[name] for name in sorted(left)),
        "problems": tuple(sorted((*problems, *reading.problems), key=_problem_order)),
    }


def _problem_order(problem: Problem) -> tuple[str, int, str]:
    return problem.source, problem.line or 0, problem.reason


def _sum(batches: Iterator[Any], measure: Any) -> int:
    return sum(pc.sum(measure(batch.column(0))).as_py() or 0 for batch in batches)


def _kinds(batches: Iterator[Any]) -> dict[str, int]:
    """How many rows there are of each kind."""
    found: dict[str, int] = {}
    for batch in batches:
        for count in pc.value_counts(batch.column(0)).to_pylist():
            found[count["values"]] = found.get(count["values"], 0) + count["counts"]
    return dict(sorted(found.items()))
