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
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kg import __version__, processes
from kg.before import Before, papers_named, provenance
from kg.columns import schema_of
from kg.dataflow import Extractor, runner_for, workers_for
from kg.errors import SourceError, UsageError
from kg.export import EXPORTERS, chosen
from kg.export.earlier import EarlierExports
from kg.export.writing import write_exports
from kg.extraction.least import at_least
from kg.extractions import Extractions
from kg.files import sha256_of
from kg.folder import MANIFEST, Workplace, writing
from kg.graph.corpora import KEYS, Kept
from kg.graph.linked import CACHE, get_ready, link_tables
from kg.graph.tables import (
    EDGES,
    ENTITIES,
    EXTRACTIONS,
    FOLDER,
    PAPERS,
    RECORDS,
    RESULTS,
    UNFILTERED,
    open_table,
    write_batches,
    write_table,
)
from kg.linking.rulings import read_rulings
from kg.manifest import Manifest, read_manifest
from kg.options import BuildOptions, options_of, told
from kg.progress import Progress, Silent
from kg.records import Extraction, Paper, Problem, SourceRecord
from kg.resources import code
from kg.rows import ParquetRows, Spool, gathered, one_batch
from kg.sharded import SharedRunner, spooled_by
from kg.sources import PaperRead, Reading
from kg.sources.union import Union, spooled, united, written
from kg.store import STORES
from kg.vocabulary import load_vocabulary

__all__ = ["BuildOptions", "BuildReport", "build", "remove"]


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
    _exports(options)
    reading = Reading(sources, format=options.format, strict=options.strict)
    with _workers(options), writing(folder) as place, processes.Apart() as other:
        before = None if options.fresh else Before.of(folder)
        if before is not None and options.sample and not before.manifest.sample:
            raise UsageError(
                f"{folder}: holds a graph of other papers than the sample corpus",
                hint="name a SOURCE to add to it, choose another folder with -o, or start anew with --fresh",
            )
        # the sample corpus makes way for the user's own papers
        added_to = None if before is None or before.manifest.sample else before
        return _make(
            place, reading, options, progress or Silent(), known=before, added_to=added_to, other=other
        )


def remove(
    names: Sequence[str], folder: Path, *, workers: int | None = None, progress: Progress | None = None
) -> tuple[BuildReport, tuple[str, ...]]:
    """Take papers out of a folder's graph, as if they had never been in it; the names that no paper has.

    A name is a paper's id, arXiv id or DOI. The graph is built with the options that it was built with.
    Raises UsageError where nothing can be done.
    """
    if read_manifest(folder) is None:
        raise UsageError(f"{folder}: holds no graph", hint="make one with: kg build SOURCE... -o DIR")
    with writing(folder) as place, processes.Apart() as other:
        before = Before.of(folder)
        assert before is not None, "no other process may write"
        ids, unknown = papers_named(names, before.papers)
        if not ids:
            raise UsageError(
                f"{folder}: has no paper {', '.join(unknown)}", hint="name papers by id, arXiv id or DOI"
            )
        options = options_of(before.manifest, workers=workers)
        report = _make(
            place,
            Reading(()),
            options,
            progress or Silent(),
            known=before,
            added_to=before,
            removed=sorted(ids),
            other=other,
        )
    return report, unknown


def _make(
    place: Workplace,
    reading: Reading,
    options: BuildOptions,
    progress: Progress,
    *,
    known: Before | None,
    added_to: Before | None,
    removed: Sequence[str] = (),
    other: processes.Apart,
) -> BuildReport:
    """All stages in their order.

    `known` is the folder's graph, whose extractions can be used again; `added_to` the same if its papers
    stay, but for those with the ids `removed`. Many papers are linked in the process `other`.
    """
    started = time.perf_counter()
    draft = place.draft
    (draft / FOLDER).mkdir()
    rulings = read_rulings(options.decisions) if options.decisions else ()
    load_vocabulary(options.vocabularies)  # what is wrong with it is said before any long work

    # workers of a cluster may read files, and write what they extract, themselves
    cluster = options.runner if isinstance(options.runner, SharedRunner) else None
    storage = None
    if cluster is not None:
        place.kept.mkdir(exist_ok=True)
        storage = cluster.shared(place.kept)

    # read ─▶ unique
    with Spool(place.scratch / "read", schema_of(PaperRead)) as spool, ThreadPoolExecutor(1) as beside:
        if cluster is not None and storage is not None:
            keys = spooled_by(cluster, reading, storage, spool, progress)
        else:
            keys = spooled(progress.track(reading, label="reading papers"), spool)
        if not keys.num_rows and not removed:
            raise SourceError(
                "; ".join(str(problem) for problem in reading.problems[:3]) or "the sources hold no papers",
                hint="nothing was built",
            )
        earlier = added_to.earlier if added_to is not None else None
        union = united(spool.rows(), keys, earlier, removed=removed, scratch=place.scratch)
        side_by_side = workers_for(len(union.ids), options.workers)
        earlier_graph = place.folder if known is not None else None
        kept = None
        if side_by_side > 1 and earlier_graph is not None:
            kept = _kept(union, known, place.folder, options) if known is added_to else None
            other.begin(get_ready, options.vocabularies, earlier_graph, kept)
        # encoding tables needs no Python, which loads the pipeline meanwhile
        papers_made = beside.submit(write_batches, PAPERS, written(union.papers, Paper, PAPERS.group), draft)
        records_made = beside.submit(
            write_batches, RECORDS, written(union.records, SourceRecord, RECORDS.group), draft
        )
        extractor = Extractor(
            config=options.config,
            model=options.model,
            vocabularies=options.vocabularies,
            without=options.without,
        )
        nlp = extractor.load()
        papers_made.result()
        records_made.result()
    papers = open_table(PAPERS, draft)

    # extract
    from kg.extraction import extractor_version  # not at the top: spaCy comes with it

    earlier_ones = known.extractions if known is not None else None
    said = Extractions(extractor_version(nlp), place.kept, earlier_ones, storage)
    rows = ParquetRows(papers.file)
    missing = said.missing(rows, union.earlier)
    runner = options.runner or runner_for(missing, options.workers, nlp=nlp)
    extraction_started = time.perf_counter()
    read = _one_by_one(said.make(rows, runner, extractor, PAPERS.path(draft)))
    for _ in progress.track(read, label="extracting", total=missing):
        pass
    extraction_seconds = time.perf_counter() - extraction_started

    # link ─▶ tables
    progress.stage("linking")
    work = partial(
        link_tables,
        draft,
        options.vocabularies,
        rulings,
        earlier=earlier_graph,
        min_score=options.min_score,
    )
    if kept is not None and said.earlier is not None:  # what is new is enough to link, the rest is at hand
        others = place.scratch / "others"
        with Spool(others, schema_of(Extraction)) as spool, ThreadPoolExecutor(1) as beside:
            for batch in said.others():
                spool.add(batch)
            spool.rows()
            table_made = beside.submit(_write_extractions, said, union, options, draft)
            other.call(work, kept=kept, others=others)
            table_made.result()
    else:
        _write_extractions(said, union, options, draft)
        if side_by_side > 1:  # apart, so that the memory it takes is free again for the exports
            other.call(work)
        else:
            work()
    extractions = open_table(EXTRACTIONS, draft)

    # exports: from here on everything is read from the tables
    exports = _exports(options)
    progress.stage("writing exports")
    basis = EarlierExports.of(place.folder, known.manifest, options.export) if known is not None else None
    for name in write_exports(exports, draft, options=options.export, workers=side_by_side, earlier=basis):
        progress.stage(f"wrote {EXPORTERS[name].name(options.export)}")

    # manifest ─▶ commit
    files = sorted(
        path
        for path in draft.rglob("*")
        if path.is_file() and path.parent.parent != draft / STORES and CACHE not in path.parts
    )
    manifest = Manifest(
        kg=__version__,
        extractor=said.version,
        versions={"spacy": version("spacy")},
        sample=options.sample,
        options=told(options, exports),
        **provenance(union, reading, added_to.manifest if added_to is not None else None),
        conflicts=union.conflicts,
        counts={
            "papers": len(papers),
            "without abstract": _sum(papers.batches(["abstract"]), lambda texts: pc.equal(texts, "")),
            "links": _sum(extractions.batches(["links.list.element.start"]), pc.list_value_length),
            "results": len(open_table(RESULTS, draft)),
        },
        nodes=_kinds(open_table(ENTITIES, draft).batches(["kind"])),
        edges=_kinds(open_table(EDGES, draft).batches(["kind"])),
        files=_hashes(files, draft),
        code=code(),
    )
    manifest.write(draft / MANIFEST)
    place.commit(obsolete=known.manifest.files if known is not None else ())
    if cluster is not None:
        cluster.cleared(storage)
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


def _workers(options: BuildOptions) -> AbstractContextManager[None]:
    """Have the workers of a cluster at hand, if the options name one."""
    return options.runner.connected() if isinstance(options.runner, SharedRunner) else nullcontext()


def _kept(union: Union, known: Before | None, folder: Path, options: BuildOptions) -> Kept | None:
    """What stays of the graph that is there, for linking; None where linking needs more of all papers."""
    if known is None or known.extractions is None:
        return None
    if options.min_score or known.manifest.options.get("min_score"):
        return None
    if not (union.earlier >= 0).any():
        return None
    parts, part, row = union.papers
    others = union.earlier < 0
    batches = gathered(parts, part[others], row[others], schema=KEYS)
    return Kept(
        folder=folder,
        rows=union.earlier,
        others=one_batch(pa.Table.from_batches(batches, KEYS)),
    )


def _write_extractions(said: Extractions, union: Union, options: BuildOptions, draft: Path) -> None:
    """Write the table of extractions, and beside it what was left out because it is not sure enough."""
    whole = UNFILTERED if options.min_score else EXTRACTIONS
    write_batches(whole, said.table(union.ids, size=whole.group), draft)
    if options.min_score:
        sure = (at_least(extraction, options.min_score) for extraction in open_table(whole, draft))
        write_table(EXTRACTIONS, sure, draft)


def _exports(options: BuildOptions) -> tuple[str, ...]:
    """Names of the exports to write."""
    return chosen(only=options.only, also=options.also, skip=options.skip)


def _hashes(files: Sequence[Path], folder: Path) -> dict[str, str]:
    """The SHA-256 of each file, by its path within the folder."""
    with ThreadPoolExecutor() as several:
        hashes = several.map(sha256_of, files)
        return {path.relative_to(folder).as_posix(): each for path, each in zip(files, hashes, strict=True)}


def _one_by_one(numbers: Iterator[int]) -> Iterator[int]:
    for number in numbers:
        yield from range(number)


def _sum(batches: Iterator[Any], measure: Any) -> int:
    return sum(pc.sum(measure(batch.column(0))).as_py() or 0 for batch in batches)


def _kinds(batches: Iterator[Any]) -> dict[str, int]:
    """How many rows there are of each kind."""
    found: dict[str, int] = {}
    for batch in batches:
        for count in pc.value_counts(batch.column(0)).to_pylist():
            found[count["values"]] = found.get(count["values"], 0) + count["counts"]
    return dict(sorted(found.items()))
