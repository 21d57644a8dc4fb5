"""All exports of a graph, side by side where there are processes for it: each only reads the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from kg import processes
from kg.errors import KgError
from kg.export import EXPORTERS
from kg.export.base import ExportOptions, update, write_together
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

    With those of an earlier graph it takes less time. Raises what the exporters raise, and KgError where a
    process dies.
    """
    waiting = _together(names)
    if workers <= 1 or len(names) <= 1:
        for some in waiting:
            done = _write(some, folder, options, earlier)
            yield from done
            for name in some:
                if name not in done:
                    yield from _write((name,), folder, options, None)
        return
    pool = processes.pool(min(workers, len(names)))
    try:
        tasks = {processes.submit(pool, _write, some, folder, options, earlier): some for some in waiting}
        while tasks:
            for task in wait(tasks, return_when=FIRST_COMPLETED).done:
                some, done = tasks.pop(task), task.result()
                yield from done
                for name in some:
                    if name not in done:
                        tasks[processes.submit(pool, _write, (name,), folder, options, None)] = (name,)
    except BrokenProcessPool as error:
        raise KgError(
            "a process that wrote exports died", hint="most often memory ran out: try again with --workers 1"
        ) from error
    finally:
        processes.stop(pool)


def _together(names: Sequence[str]) -> list[tuple[str, ...]]:
    """The names of exports that are made in one go: of earlier ones, or in one pass over the graph."""
    groups: dict[str, tuple[str, ...]] = {}
    for name in names:
        together = EXPORTERS[name].together or name
        groups[together] = (*groups.get(together, ()), name)
    return list(groups.values())


def _write(
    names: Sequence[str], folder: Path, options: ExportOptions, earlier: EarlierExports | None
) -> Collection[str]:
    """Write one export, or several with an earlier graph's; the names of those that are written."""
    paths = {name: folder / EXPORTERS[name].name(options) for name in names}
    updater = EXPORTERS[names[0]].updater
    if earlier is not None and updater and (done := update(updater, folder, earlier, paths, options=options)):
        return done
    if len(names) > 1:
        write_together(Graph.open(folder), EXPORTERS[names[0]].together, paths, options=options)
    else:
        EXPORTERS[names[0]].write(Graph.open(folder), paths[names[0]], options=options)
    return names
