"""One piece of work in a process of its own, whose memory can be watched; prints its seconds as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.stages import Clock


def build_tables(only: str, source: str, folder: str, workers: str = "") -> dict[str, float]:
    """Add a source to a graph, with its tables and one export; seconds of each stage, and of all."""
    from kg.build import BuildOptions, build

    clock = Clock()
    started = time.perf_counter()
    options = BuildOptions(only=(only,), workers=int(workers) if workers else None)
    build([source], Path(folder), options=options, progress=clock)
    clock.stage("")
    return {**clock.seconds, "whole": time.perf_counter() - started}


def write_export(name: str, folder: str) -> dict[str, float]:
    """Write one export of a graph beside it."""
    from kg.export import EXPORTERS
    from kg.graph import Graph

    with tempfile.TemporaryDirectory(dir=Path(folder).parent) as scratch:
        started = time.perf_counter()
        EXPORTERS[name].write(Graph.open(folder), Path(scratch) / EXPORTERS[name].filename)
        return {"seconds": time.perf_counter() - started}


if __name__ == "__main__":
    work, *arguments = sys.argv[1:]
    told = build_tables(*arguments) if work == "build" else write_export(*arguments)
    print(json.dumps(told))
