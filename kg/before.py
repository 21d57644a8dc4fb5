"""The graph that a folder holds, for the build that comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kg.errors import UsageError
from kg.graph.tables import EXTRACTIONS, PAPERS, RECORDS, UNFILTERED, open_table, open_tables
from kg.manifest import Manifest, read_manifest
from kg.records import Problem
from kg.rows import ParquetRows, Rows, all_of
from kg.sources import Reading
from kg.sources.ids import arxiv_id, doi
from kg.sources.union import Earlier, Union


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The graph that a folder holds."""

    manifest: Manifest
    papers: ParquetRows
    records: ParquetRows
    extractions: ParquetRows | None  #: all that was extracted, whatever its score

    @classmethod
    def of(cls, folder: Path) -> Before | None:
        """That graph; None where there is none.

        Raises UsageError where it is damaged, or was made by another version of kg.
        """
        manifest = read_manifest(folder)
        if manifest is None:
            return None
        whole = UNFILTERED if manifest.options.get("min_score") else EXTRACTIONS
        tables = open_tables(folder, (PAPERS, RECORDS))
        try:
            extractions = ParquetRows(open_table(whole, folder).file)
        except UsageError:  # another version's, or damaged: the texts will be read again
            extractions = None
        return cls(
            manifest=manifest,
            papers=ParquetRows(tables[PAPERS.name].file),
            records=ParquetRows(tables[RECORDS.name].file),
            extractions=extractions,
        )

    @property
    def earlier(self) -> Earlier:
        """Its papers, to add others to."""
        return Earlier(papers=self.papers, records=self.records, conflicts=self.manifest.conflicts)


def papers_named(names: Sequence[str], papers: Rows) -> tuple[set[str], tuple[str, ...]]:
    """The ids of the papers with these ids, arXiv ids or DOIs, and the names that no paper has."""
    wanted: dict[str, set[str]] = {}
    for name in names:
        bare = name.strip().removeprefix("paper/")
        for form in {bare, arxiv_id(bare), doi(bare)} - {""}:
            wanted.setdefault(form.casefold(), set()).add(name)
    table = all_of(papers, ("id", "arxiv_id", "doi"))
    values = pa.array(sorted(wanted), type=pa.string())
    found: set[str] = set()
    met: set[str] = set()
    for column in ("id", "arxiv_id", "doi") if table is not None else ():
        rows = table.filter(pc.is_in(pc.utf8_lower(table[column]), value_set=values))
        found.update(rows["id"].to_pylist())
        for value in rows[column].to_pylist():
            met |= wanted[value.lower()]
    return found, tuple(name for name in names if name not in met)


def provenance(union: Union, reading: Reading, before: Manifest | None) -> dict[str, Any]:
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
