"""Linking from tables to tables."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from kg.garbage import no_collection
from kg.graph.corpora import DIGESTS, Kept, Ready, read_corpus
from kg.graph.tables import EDGES, EXTRACTIONS, LINKED, PAPERS, open_table, write_linked
from kg.linking.edges import EdgeRows
from kg.linking.linker import Linked, link_corpus
from kg.linking.memory import Memory
from kg.linking.rulings import Ruling
from kg.rows import mapped
from kg.vocabulary import load_vocabulary

#: A folder of a graph's for what can be deleted at any time: it only spares work.
CACHE = "cache"
_MEMORY = f"{CACHE}/linking"


#: What was read ahead, by the folder of the graph that it is of.
_read: dict[Path, tuple[Memory, Ready | None]] = {}


def get_ready(vocabularies: Sequence[Path], earlier: Path, kept: Kept | None = None) -> None:
    """Read ahead what `link_tables` will ask for in this process."""
    load_vocabulary(vocabularies)
    memory = Memory(earlier / _MEMORY)
    memory.read()
    with no_collection():
        _read[earlier] = memory, None if kept is None else Ready(kept, memory)


def link_tables(
    folder: Path,
    vocabularies: Sequence[Path] = (),
    rulings: Sequence[Ruling] = (),
    *,
    earlier: Path | None = None,
    min_score: float = 0.0,
    kept: Kept | None = None,
    others: Path | None = None,
) -> None:
    """Link the papers and extractions of a graph's folder, and write the tables that come of it.

    `vocabularies` are the user's own, beside the shipped ones. `earlier` is the folder of an earlier graph,
    whose memory may spare work; `min_score` is what the extractions were cut off at. Where `kept` says what
    stays of that graph, the table of extractions need not be there yet: `others` is an Arrow file of those of
    the other papers. Raises UsageError where the vocabularies cannot be read.
    """
    memory, ready = _read.pop(earlier, (None, None)) if earlier is not None else (None, None)
    memory = memory or Memory(None if earlier is None else earlier / _MEMORY)
    # encoding and compressing need no Python: they go on beside
    with no_collection(), ThreadPoolExecutor(1) as beside:
        papers = open_table(PAPERS, folder)
        if kept is not None and others is not None:
            corpus = (ready or Ready(kept, memory)).with_others(papers, mapped(others))
        else:
            corpus = read_corpus(papers, open_table(EXTRACTIONS, folder), memory, min_score)
        writing: list[Future[None]] = [beside.submit(memory.write, folder / _MEMORY, [DIGESTS])]

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


__all__ = ["CACHE", "Kept", "get_ready", "link_tables", "read_corpus"]
