"""What it costs that workers of a cluster read and write storage: per paper, by processor time and bytes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import numpy as np

from kg.columns import schema_of
from kg.extractions import Extractions
from kg.graph.tables import EXTRACTIONS, PAPERS, open_table
from kg.rows import ParquetRows, Spool
from kg.sharded import PAPERS_IN_SHARD, copied, read_into
from kg.shards import Storage
from kg.sources import PaperRead, Reading


@click.command()
@click.argument("source")
@click.argument("graph", type=click.Path(exists=True, path_type=Path))
def shards(source: str, graph: Path) -> None:
    """Read the files of SOURCE into shards, and write some of GRAPH's extractions into one.

    \b
    Example:
      python -m benchmarks shards papers.jsonl my-graph
    """
    with tempfile.TemporaryDirectory() as place:
        storage, folder = Storage(place), Path(place)
        with timed("read into shards") as count:
            done = [read_into(file, storage, f"read-{n}") for n, file in enumerate(Reading([source]).look())]
            names = [name for each in done if each is not None for name in each.shards]
            count.append(sum(each.file.papers for each in done if each is not None))
        size = sum((folder / name).stat().st_size for name in names) / max(count[0], 1)
        click.echo(f"{size:.0f} bytes a paper in a shard of records")
        with (
            Spool(folder / "spool", schema_of(PaperRead)) as spool,
            timed("collect, keys apart", count[0]),
        ):
            keys = [batch for name in names for batch in copied(storage, name, spool)]
        click.echo(f"{sum(batch.nbytes for batch in keys) / max(count[0], 1):.0f} bytes a paper of keys")

        papers = ParquetRows(open_table(PAPERS, graph).file)
        number = int(papers.starts[-1])
        with timed("hash texts, tell which are new", number):
            Extractions("none", folder / "kept").missing(papers, np.full(number, -1))
        table = open_table(EXTRACTIONS, graph)
        some = next(table.batches()).slice(0, PAPERS_IN_SHARD)
        with timed("write a shard of extractions", some.num_rows):
            storage.write("extracted.parquet", [some], table.table.schema)
        with timed("read it", some.num_rows):
            storage.read("extracted.parquet")
        size = (folder / "extracted.parquet").stat().st_size / some.num_rows
        click.echo(f"{size:.0f} bytes a paper in a shard of extractions")


@contextmanager
def timed(name: str, papers: int = 0) -> Iterator[list[int]]:
    """Print the processor time of a block, a paper; the number of papers may be told at its end."""
    told: list[int] = []
    started = time.process_time()
    yield told
    used = time.process_time() - started
    click.echo(f"{name}: {1000 * used / max(papers or told[0], 1):.3f} ms of processor time a paper")
