"""One piece of work in a process of its own, whose memory can be watched; prints its seconds as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa

Item = TypeVar("Item")

#: Extractions in a part that is made for a build to find.
_PART = 256


class Clock:
    """A `kg.progress.Progress` that keeps how long each stage took, and writes to a file which one it is."""

    def __init__(self, file: Path) -> None:
        self.seconds: dict[str, float] = {}
        self._file = file
        self._label = ""
        self._since = time.perf_counter()

    def track(self, items: Iterable[Item], *, label: str, total: int | None = None) -> Iterator[Item]:
        """Yield the items; the stage lasts until another begins."""
        self.stage(label)
        yield from items

    def stage(self, label: str) -> None:
        """End the stage before and begin another."""
        now = time.perf_counter()
        if self._label:
            self.seconds[self._label] = self.seconds.get(self._label, 0.0) + now - self._since
        self._label, self._since = label, now
        self._file.write_text(label, encoding="utf-8")


def build_graph(clock: Clock, folder: str, source: str, only: str, workers: str) -> dict[str, float]:
    """Add a source to a graph, with one export or those of a plain build; seconds of each stage and all."""
    from kg.build import BuildOptions, build

    started = time.perf_counter()
    options = BuildOptions(only=(only,) if only else (), workers=int(workers) if workers else None)
    build([source], Path(folder), options=options, progress=clock)
    clock.stage("")
    return {**clock.seconds, "whole": time.perf_counter() - started}


def seed(folder: str, *graphs: str) -> dict[str, float]:
    """Leave the extractions of some graphs where a build finds what an earlier one did not come to use."""
    from kg.dataflow import Extractor
    from kg.extraction import extractor_version
    from kg.extractions import write_part
    from kg.graph.tables import EXTRACTIONS, open_table

    made_by = extractor_version(Extractor().load())
    kept = Path(folder) / ".kg" / "kept"
    kept.mkdir(parents=True)
    number = 0
    for graph in graphs:
        table = open_table(EXTRACTIONS, Path(graph))
        at = table.table.schema.get_field_index("extractor")
        for batch in table.batches():
            said = pa.array([made_by] * batch.num_rows, type=pa.string())
            batch = pa.RecordBatch.from_arrays(
                [*batch.columns[:at], said, *batch.columns[at + 1 :]], schema=table.table.schema
            )
            for start in range(0, batch.num_rows, _PART):
                part = batch.take(pa.array(np.arange(start, min(start + _PART, batch.num_rows))))
                write_part(kept / f"{number:08}.part", part)
                number += 1
    return {}


def write_export(clock: Clock, folder: str, name: str) -> dict[str, float]:
    """Write one export of a graph beside it."""
    from kg.export import EXPORTERS
    from kg.graph import Graph

    clock.stage(name)
    with tempfile.TemporaryDirectory(dir=Path(folder).parent) as scratch:
        started = time.perf_counter()
        EXPORTERS[name].write(Graph.open(folder), Path(scratch) / EXPORTERS[name].filename)
        return {"seconds": time.perf_counter() - started}


def peers(clock: Clock, folder: str, sample: str) -> dict[str, float]:
    """Run the other programs on a graph and its texts."""
    from benchmarks.peers import run_peers
    from kg.sources import Reading

    texts = [paper.text for paper in Reading([sample])]
    run_peers(clock.stage, Path(folder), texts)
    clock.stage("")
    return {name: seconds for name, seconds in clock.seconds.items() if not name.startswith("(")}


if __name__ == "__main__":
    place, work, *arguments = sys.argv[1:]
    watch = Clock(Path(place))
    match work:
        case "seed":
            told = seed(*arguments)
        case "build":
            told = build_graph(watch, *arguments)
        case "export":
            told = write_export(watch, *arguments)
        case _:
            told = peers(watch, *arguments)
    print(json.dumps(told))
