"""Linking from tables to tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.columns import from_batch, schema_of
from kg.garbage import no_collection
from kg.graph.tables import EDGES, EXTRACTIONS, LINKED, PAPERS, TableFile, open_table, write_linked
from kg.linking.corpus import Corpus, PaperKeys, corpus_of, numbers_of
from kg.linking.digest import SCHEMA, digest
from kg.linking.edges import EdgeRows
from kg.linking.linker import Linked, link_corpus
from kg.linking.memory import Memory
from kg.linking.rulings import Ruling
from kg.records import Extraction, Paper
from kg.rows import HeldRows, Numbers, ParquetRows, gathered
from kg.vocabulary import load_vocabulary

#: A folder of a graph's for what can be deleted at any time: it only spares work.
CACHE = "cache"
_MEMORY = f"{CACHE}/linking"
_DIGESTS = "digests"


#: Memories that were read ahead, by the folder of their graph.
_read: dict[Path, Memory] = {}


def get_ready(vocabularies: Sequence[Path], earlier: Path | None) -> None:
    """Read ahead what `link_tables` will ask for in this process."""
    load_vocabulary(vocabularies)
    if earlier is not None:
        _read[earlier] = Memory(earlier / _MEMORY)
        _read[earlier].read()


def link_tables(
    folder: Path,
    vocabularies: Sequence[Path] = (),
    rulings: Sequence[Ruling] = (),
    *,
    earlier: Path | None = None,
    min_score: float = 0.0,
) -> None:
    """Link the papers and extractions of a graph's folder, and write the tables that come of it.

    `vocabularies` are the user's own, beside the shipped ones. `earlier` is the folder of an earlier graph,
    whose memory may spare work; `min_score` is what the extractions were cut off at. Raises UsageError where
    the vocabularies cannot be read.
    """
    memory = None if earlier is None else _read.pop(earlier, None)
    if memory is None:
        memory = Memory(None if earlier is None else earlier / _MEMORY)
    # encoding and compressing need no Python: they go on beside
    with no_collection(), ThreadPoolExecutor(1) as beside:
        papers = open_table(PAPERS, folder)
        corpus = read_corpus(papers, open_table(EXTRACTIONS, folder), memory, min_score)
        writing: list[Future[None]] = [beside.submit(memory.write, folder / _MEMORY, [_DIGESTS])]

        def write_edges(edges: EdgeRows) -> None:
            writing.append(beside.submit(write_linked, folder, Linked(edges=edges), (EDGES,)))

        linked = link_corpus(
            corpus,
            papers,
            vocabulary=load_vocabulary(vocabularies),
            rulings=rulings,
            memory=memory,
            edges_made=write_edges,
        )
        write_linked(folder, linked, [table for table in LINKED if table is not EDGES])
        writing[0].result()
        memory.write(folder / _MEMORY)
        for each in writing:
            each.result()


def read_corpus(
    papers: TableFile[Paper], extractions: TableFile[Extraction], memory: Memory, min_score: float = 0.0
) -> Corpus:
    """What all papers say; of those texts that are remembered, extractions are not read."""
    keys = PaperKeys.of(papers)
    known = pa.Table.from_batches(
        extractions.batches(["paper", "text_sha256", "extractor"]), _keys_of(extractions.table.schema)
    ).combine_chunks()
    numbers = numbers_of(known["paper"], keys)
    made_by = sorted(pc.unique(known["extractor"]).to_pylist())
    schema = SCHEMA.with_metadata({"extractor": "\n".join(made_by), "min_score": str(min_score)})
    old = memory.rows(_DIGESTS, schema) or HeldRows([])
    said = [old.batch(number).column("text_sha256") for number in range(len(old.starts) - 1)]
    row = pc.index_in(known["text_sha256"], value_set=pa.chunked_array(said, pa.string()).combine_chunks())
    row = row.combine_chunks() if isinstance(row, pa.ChunkedArray) else row
    missing = np.flatnonzero(row.is_null().to_numpy(zero_copy_only=False))
    fresh = HeldRows(list(_digests(extractions, papers, missing, numbers[missing], schema)))
    part = np.zeros(len(numbers), dtype=np.int64)
    part[missing] = 1
    place = row.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    place[missing] = np.arange(len(missing))
    # taken, so that no row that is left out stays behind in a buffer
    batches = [
        batch.take(pa.array(np.arange(batch.num_rows)))
        for batch in gathered([old, fresh], part, place, schema=schema)
    ]
    memory.keep(_DIGESTS, batches)
    return corpus_of(keys, numbers, batches)


def _keys_of(schema: Any) -> Any:
    return pa.schema([schema.field(name) for name in ("paper", "text_sha256", "extractor")])


def _digests(
    extractions: TableFile[Extraction], papers: TableFile[Paper], rows: Numbers, numbers: Numbers, schema: Any
) -> Iterator[Any]:
    """The digests of some rows of a table of extractions, some at a time; `numbers` are their papers'."""
    first = np.zeros(len(rows), dtype=np.int64)
    said = gathered([ParquetRows(extractions.file)], first, rows, schema=schema_of(Extraction))
    texts = gathered([ParquetRows(papers.file)], first, numbers, schema=schema_of(Paper))
    for batch, their in zip(said, texts, strict=True):
        made = digest(batch, from_batch(Paper, their))
        yield pa.RecordBatch.from_arrays(made.columns, schema=schema)


__all__ = ["CACHE", "link_tables", "read_corpus"]
