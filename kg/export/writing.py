"""All exports of a graph, side by side where there are processes for it: each only reads the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from kg import processes
from kg.errors import KgError
from kg.export import EXPORTERS
from kg.export.base import ExportOptions
from kg.export.earlier import EarlierExports
from kg.graph import Graph


def write_exports(
    names: Sequence[str],
    folder: Path,
    *,
    options: ExportOptions,
    workers: int = 1,
    earlier: EarlierExports | None = None,
) -> Iterator[str]:
    """Write exports of the graph in a folder into it; gives the name of each when it is done.

    With those of an earlier graph it takes less time.

    Raises what the exporters raise, and KgError where a process dies.
    """
    if workers <= 1 or len(names) <= 1:
        for name in names:
            _write(name, folder, options, earlier)
            yield name
        return
    pool = processes.pool(min(workers, len(names)))
    try:
        tasks = {processes.submit(pool, _write, name, folder, options, earlier): name for name in names}
        for task in as_completed(tasks):
            task.result()
            yield tasks[task]
    except BrokenProcessPool as error:
        raise KgError(
            "a process that wrote exports died", hint="most often memory ran out: try again with --workers 1"
        ) from error
    finally:
        processes.stop(pool)


def _write(name: str, folder: Path, options: ExportOptions, earlier: EarlierExports | None) -> None:
    exporter = EXPORTERS[name]
    path = folder / exporter.name(options)
    if earlier is None or not exporter.update(folder, earlier, path, options=options):
        exporter.write(Graph.open(folder), path, options=options)
