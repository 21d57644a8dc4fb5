"""What linking needs of a graph's papers, from its tables: of texts that are remembered, nothing is read.

For a graph that grows, most of it can be got ready before the new texts are read: see `Ready`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.columns import from_batch, schema_of
from kg.graph.tables import EXTRACTIONS, PAPERS, TableFile, open_table
from kg.linking.corpus import Corpus, PaperKeys, corpus_of, numbers_of
from kg.linking.digest import SCHEMA, digest
from kg.linking.joining import joined
from kg.linking.memory import Memory
from kg.records import Extraction, Paper
from kg.rows import HeldRows, Numbers, ParquetRows, Rows, gathered

DIGESTS = "digests"

#: What is asked of every paper.
KEYS = pa.schema([schema_of(Paper).field(name) for name in ("id", "arxiv_id", "doi", "authors")])
_TEXTS = ("paper", "text_sha256", "extractor")


def read_corpus(
    papers: TableFile[Paper], extractions: TableFile[Extraction], memory: Memory, min_score: float = 0.0
) -> Corpus:
    """What all papers say."""
    keys = PaperKeys.of(papers)
    known = _texts(extractions)
    numbers = numbers_of(known["paper"], keys)
    schema = _schema(known["extractor"], min_score)
    rows = np.arange(len(numbers))
    batches = _remembered(known["text_sha256"], memory, schema, extractions, papers, rows, numbers)
    memory.keep(DIGESTS, batches)
    return corpus_of(keys, numbers, batches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What of a graph's papers stays in the next graph, whose papers are numbered by id.

    One extractor has read the papers of both graphs, and the one that is there is not empty.
    """

    folder: Path  #: of the graph that is there
    rows: Numbers  #: for each paper of the next graph its row there if it has not changed, else -1
    others: Any  #: `KEYS` of the papers that are new or have changed, in their order; a record batch


class Ready:
    """The columns of a graph's papers that stay, before what the others say is known."""

    def __init__(self, kept: Kept, memory: Memory) -> None:
        self._kept, self._memory = kept, memory
        papers, extractions = open_table(PAPERS, kept.folder), open_table(EXTRACTIONS, kept.folder)
        known = _texts(extractions)
        here = np.flatnonzero(kept.rows >= 0)
        rows = kept.rows[here]
        self._schema = _schema(known["extractor"], 0.0)
        texts = known["text_sha256"].combine_chunks().take(pa.array(rows))
        self._batches = _remembered(texts, memory, self._schema, extractions, papers, rows, rows)
        self._keys = _keys(papers, kept)
        self.corpus = corpus_of(self._keys, here, self._batches)

    def with_others(self, papers: TableFile[Paper], extractions: Rows) -> Corpus:
        """The columns of all papers; `extractions` are those of the others, in their order."""
        others = np.flatnonzero(self._kept.rows < 0)
        if not len(others):
            self._memory.keep(DIGESTS, self._batches)
            return self.corpus
        every = np.arange(len(others))
        fresh = list(_digests(extractions, ParquetRows(papers.file), every, others, self._schema))
        part = (self._kept.rows < 0).astype(np.int64)
        row = np.where(part == 1, np.cumsum(part) - 1, np.cumsum(1 - part) - 1)
        old_and_new = [HeldRows(self._batches), HeldRows(fresh)]
        self._memory.keep(DIGESTS, _copied(gathered(old_and_new, part, row, schema=self._schema)))
        return joined(self.corpus, corpus_of(self._keys, others, fresh))


def _texts(extractions: TableFile[Extraction]) -> Any:
    """Papers, hashes of their texts, and who read them."""
    schema = pa.schema([extractions.table.schema.field(name) for name in _TEXTS])
    return pa.Table.from_batches(extractions.batches(_TEXTS), schema).combine_chunks()


def _schema(extractor: Any, min_score: float) -> Any:
    """The schema of digests, which tells who read the texts and what was left out."""
    made_by = sorted(pc.unique(extractor).to_pylist())
    return SCHEMA.with_metadata({"extractor": "\n".join(made_by), "min_score": str(min_score)})


def _keys(papers: TableFile[Paper], kept: Kept) -> PaperKeys:
    names = [name if name != "authors" else "authors.list.element" for name in KEYS.names]
    table = pa.Table.from_batches([*papers.batches(names), kept.others], KEYS)
    others = kept.rows < 0
    place = np.where(others, len(table) - kept.others.num_rows + np.cumsum(others) - 1, kept.rows)
    ids, arxiv_ids, dois, authors = table.combine_chunks().take(pa.array(place)).combine_chunks().columns
    return PaperKeys(ids=_one(ids), arxiv_ids=_one(arxiv_ids), dois=_one(dois), authors=_one(authors))


def _one(column: Any) -> Any:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _remembered(
    texts: Any,
    memory: Memory,
    schema: Any,
    extractions: TableFile[Extraction],
    papers: TableFile[Paper],
    rows: Numbers,
    numbers: Numbers,
) -> list[Any]:
    """The digests of some texts; of those that are not remembered, extractions and papers are read, in the
    `rows` and with the `numbers` that stand beside them.
    """
    old = memory.rows(DIGESTS, schema) or HeldRows([])
    said = [old.batch(number).column("text_sha256") for number in range(len(old.starts) - 1)]
    row = pc.index_in(texts, value_set=pa.chunked_array(said, pa.string()).combine_chunks())
    row = row.combine_chunks() if isinstance(row, pa.ChunkedArray) else row
    missing = np.flatnonzero(row.is_null().to_numpy(zero_copy_only=False))
    parts = ParquetRows(extractions.file), ParquetRows(papers.file)
    fresh = HeldRows(list(_digests(*parts, rows[missing], numbers[missing], schema)))
    part = np.zeros(len(rows), dtype=np.int64)
    part[missing] = 1
    place = row.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    place[missing] = np.arange(len(missing))
    return list(_copied(gathered([old, fresh], part, place, schema=schema)))


def _copied(batches: Iterable[Any]) -> Iterator[Any]:
    """The same without what was left out, which stays behind in a slice's buffers."""
    for batch in batches:
        yield batch.take(pa.array(np.arange(batch.num_rows)))


def _digests(extractions: Rows, papers: Rows, rows: Numbers, numbers: Numbers, schema: Any) -> Iterator[Any]:
    """The digests of some rows of extractions, some at a time; `numbers` are their papers'."""
    first = np.zeros(len(rows), dtype=np.int64)
    said = gathered([extractions], first, rows, schema=schema_of(Extraction))
    texts = gathered([papers], first, numbers, schema=schema_of(Paper))
    for batch, their in zip(said, texts, strict=True):
        made = digest(batch, from_batch(Paper, their))
        yield pa.RecordBatch.from_arrays(made.columns, schema=schema)


__all__ = ["DIGESTS", "KEYS", "Kept", "Ready", "read_corpus"]
