"""Parquet: a table with columns that name title and abstract, as data hubs and other programs write it."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from kg.records import Paper, Problem
from kg.sources.fields import names_title
from kg.sources.json_lines import paper_or_problem

#: How every Parquet file begins.
MAGIC = b"PAR1"
#: Rows in memory at a time.
_ROWS = 1024
#: A file is kept in memory up to this size; a larger one on the disk, since its index stands at its end.
_IN_MEMORY = 64 << 20


def read_parquet(stream: BinaryIO, name: str) -> Iterator[Paper | Problem]:
    """The papers of a Parquet file, a row each; rows are counted from 1."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        shutil.copyfileobj(stream, file)
        file.seek(0)
        row = 0
        try:
            table = pq.ParquetFile(file)
            columns = table.schema_arrow.names
            if not names_title(columns):
                yield Problem(
                    source=name,
                    line=None,
                    reason=f"no column is called title (the columns are {', '.join(columns)[:80]})",
                    advice="name the columns id, title, abstract, …",
                )
                return
            for batch in table.iter_batches(batch_size=_ROWS):
                for record in batch.to_pylist():
                    row += 1
                    yield paper_or_problem(_plain(record), name, row)
        except (pa.ArrowException, OSError) as error:
            yield Problem(
                source=name,
                line=None,
                reason=f"is damaged behind row {row:,} ({' '.join(str(error).split())[:120]})",
                advice="fetch or make the file again",
            )


def _plain(value: Any) -> Any:
    """A value as JSON would have it: dates as ISO 8601, bytes as text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value
