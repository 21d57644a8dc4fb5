"""How fast triples get into a store: pyoxigraph's loader alone, on the simplest input there is, and ours."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import click
from pyoxigraph import RdfFormat, Store

from kg.export import EXPORTERS
from kg.graph import Graph

#: Triples that are handed to the loader at a time, and how many are loaded of what is made up.
_PART = 400_000
_MADE_UP = 2_000_000


@click.command()
@click.argument("graph", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--scratch",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder for the stores, to compare disks; /dev/shm is memory on most Linux machines.",
)
def loading(graph: Path, scratch: Path | None) -> None:
    """Load made-up triples of short terms, GRAPH's N-Triples, and GRAPH as kg does, into stores.

    The processor's seconds include those that the database spends on putting its files in order. What is made
    up has ten triples a subject, ten properties, and one of 200,000 things as value: no graph loads faster.

    \b
    Example:
      python -m benchmarks loading my-graph --scratch /dev/shm
    """
    click.echo(f"{'what':42}{'triples':>12}{'seconds':>9}{'a second':>10}{'processor s':>13}{'a second':>10}")
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        _line("made up, in memory", lambda: _loaded(Store(), _made_up()))
        _line("made up, on disk", lambda: _loaded(Store(f"{folder}/made-up"), _made_up()))
        text, pointer = Path(folder) / "graph.nt", Path(folder) / "store.json"
        _line("kg: writing N-Triples", lambda: _written("nt", graph, text, text))
        with text.open("rb") as lines:
            _line("its N-Triples, in memory", lambda: _loaded(Store(), lines))
            lines.seek(0)
            _line("its N-Triples, on disk", lambda: _loaded(Store(f"{folder}/bare"), lines))
        _line("its N-Triples, on disk, in one go", lambda: _in_one_go(Store(f"{folder}/whole"), text))
        _line("kg: making the text and loading it", lambda: _written("store", graph, pointer, text))


def _line(name: str, work: Callable[[], int]) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    triples = work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    rates = f"{wall:>9.1f}{triples / wall:>10,.0f}{processor:>13.1f}{triples / processor:>10,.0f}"
    click.echo(f"{name:42}{triples:>12,}{rates}")


def _made_up() -> Iterator[bytes]:
    for number in range(_MADE_UP):
        subject, place = divmod(number, 10)
        yield b"<a:%07d> <b:%d> <a:%07d> .\n" % (subject, place, (subject * 7919 + place) % 200_000)


def _loaded(store: Store, lines: Iterator[bytes]) -> int:
    """Load lines a part at a time; how many there were."""
    count = 0
    while part := list(islice(lines, _PART)):
        store.bulk_load(b"".join(part), RdfFormat.N_TRIPLES, lenient=True)
        count += len(part)
    store.flush()
    return count


def _in_one_go(store: Store, text: Path) -> int:
    """Let the loader read a file by itself: it parses a million triples while threads load those before."""
    store.bulk_load(path=text, format=RdfFormat.N_TRIPLES, lenient=True)
    store.flush()
    return _lines(text)


def _written(name: str, graph: Path, path: Path, text: Path) -> int:
    """Write an export; the lines of the graph's N-Triples."""
    EXPORTERS[name].write(Graph.open(graph), path)
    return _lines(text)


def _lines(text: Path) -> int:
    with text.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
