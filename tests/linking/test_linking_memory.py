"""What linking remembers spares work and decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linking_factory import entity, paper

from kg.columns import schema_of, to_batch
from kg.graph.corpora import KEYS, Kept
from kg.graph.linked import get_ready, link_tables
from kg.graph.tables import EXTRACTIONS, FOLDER, LINKED, PAPERS, write_table
from kg.linking import memory as module
from kg.linking.digest import digest
from kg.linking.memory import Memory
from kg.records import Extraction, Paper
from kg.rows import Spool

_MEMORY = "cache/linking"
_NAMES = (
    "large language models",
    "LLMs",
    "LLM agents",
    "Adam",
    "PCA",
    "principal component analysis",
    "GPT-4",
)


def said(numbers: range | set[int], *, words: int = 3) -> list[tuple[Paper, Extraction]]:
    """Papers that share names, short forms and authors."""
    found = []
    for number in sorted(numbers):
        names = [_NAMES[(number * step) % len(_NAMES)] for step in range(1, words + 1)]
        things = [entity(name, type="MODEL" if "L" in name else "METHOD") for name in dict.fromkeys(names)]
        things.append(entity("principal component analysis", "PCA") if number % 3 else entity(f"Net{number}"))
        found.append(
            paper(
                f"2506.{number:05}",
                *things,
                relations=[(things[0].name, "uses", things[-1].name)],
                abbreviations=[("LLM", "large language model")] if number % 2 else [],
                authors=("Ada B", f"Kim {number % 7}"),
            )
        )
    return found


def linked_in(folder: Path, papers: list[tuple[Paper, Extraction]], earlier: Path | None = None) -> Path:
    """A folder with these papers' tables, linked."""
    (folder / FOLDER).mkdir(parents=True)
    write_table(PAPERS, [each for each, _ in papers], folder)
    write_table(EXTRACTIONS, [each for _, each in papers], folder)
    link_tables(folder, earlier=earlier)
    return folder


def listing(folder: Path, *, memory: bool = True) -> dict[str, bytes]:
    """Linking's tables, and what it remembers."""
    files = [table.path(folder) for table in LINKED]
    files += sorted((folder / _MEMORY).iterdir()) if memory else []
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of three hundred papers."""
    return linked_in(tmp_path_factory.mktemp("before") / "graph", said(range(300)))


@pytest.mark.parametrize(
    "after",
    [said(range(330)), said(range(20, 290)), said(range(0, 400, 2)), said(range(300), words=4)],
    ids=["added", "removed", "both", "changed"],
)
def test_a_graph_that_grows_is_one_that_was_made_at_once(
    after: list[tuple[Paper, Extraction]], before: Path, tmp_path: Path
) -> None:
    assert listing(linked_in(tmp_path / "a", after, before)) == listing(linked_in(tmp_path / "b", after))


@settings(max_examples=8, deadline=None)
@given(first=st.sets(st.integers(0, 40)), second=st.sets(st.integers(0, 40)))
def test_any_papers_after_any_others_are_as_if_alone(
    first: set[int], second: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    earlier = linked_in(folder / "first", said(first))
    again = linked_in(folder / "again", said(second), earlier)
    assert listing(again) == listing(linked_in(folder / "alone", said(second)))


def kept_of(earlier: Path, before: set[int], after: set[int]) -> Kept:
    """What of a graph of papers with these numbers stays in that of papers with those."""
    at = {number: row for row, number in enumerate(sorted(before))}
    rows = [at.get(number, -1) for number in sorted(after)]
    new = [each for each, _ in said(after - before)]
    return Kept(
        folder=earlier, rows=np.array(rows, dtype=np.int64), others=to_batch(Paper, new).select(KEYS.names)
    )


@settings(max_examples=12, deadline=None)
@given(first=st.sets(st.integers(0, 40), min_size=1), second=st.sets(st.integers(0, 40)), ahead=st.booleans())
def test_what_stays_is_read_from_the_graph_before_and_the_rest_from_elsewhere(
    first: set[int], second: set[int], ahead: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    earlier = linked_in(folder / "first", said(first))
    kept = kept_of(earlier, first, second)
    (folder / "second" / FOLDER).mkdir(parents=True)
    write_table(PAPERS, [each for each, _ in said(second)], folder / "second")
    with Spool(folder / "others", schema_of(Extraction)) as others:
        others.add(to_batch(Extraction, [each for _, each in said(second - first)]))
        others.rows()
    if ahead:
        get_ready((), earlier, kept)
    link_tables(folder / "second", earlier=earlier, kept=kept, others=folder / "others")
    assert listing(folder / "second") == listing(linked_in(folder / "alone", said(second)))


def test_known_texts_are_not_read_again(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def counted(batch: Any, texts: Sequence[Paper]) -> Any:
        asked.append(len(texts))
        return digest(batch, texts)

    monkeypatch.setattr("kg.graph.corpora.digest", counted)
    linked_in(tmp_path / "a", said(range(301)), before)
    assert asked == [1]


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "of another version", "gone"])
def test_a_damaged_memory_is_no_memory(
    damage: str, before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = linked_in(tmp_path / "earlier", said(range(40)))
    wanted = listing(linked_in(tmp_path / "wanted", said(range(45))), memory=False)
    for path in (earlier / _MEMORY).iterdir():
        data = path.read_bytes()
        if damage == "cut":
            path.write_bytes(data[: len(data) * 2 // 3])
        elif damage == "flipped":
            path.write_bytes(data[:-40] + bytes([data[-40] ^ 1]) + data[-39:])
        elif damage == "empty":
            path.write_bytes(b"")
        elif damage == "gone":
            path.unlink()
    if damage == "of another version":
        monkeypatch.setattr(module, "code_version", lambda: "0" * 32)
    known = Memory(earlier / _MEMORY)
    assert known.rows("digests", pa.schema([])) is None
    known.read()
    assert all(table is None for table in known._known.values())
    assert listing(linked_in(tmp_path / "again", said(range(45)), earlier), memory=False) == wanted


def test_a_function_is_asked_of_what_is_new_alone(tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def lengths(words: list[str]) -> pa.RecordBatch:
        asked.append(words)
        return pa.record_batch([pa.array([len(word) for word in words], pa.int64())], names=["length"])

    first = Memory()
    first.column("words", pa.array(["a", "bb"]), lengths)
    first.write(tmp_path)
    second = Memory(tmp_path).column("words", pa.array(["ccc", "bb", "dddd"]), lengths)
    assert second.column("length").to_pylist() == [3, 2, 4]
    assert asked == [["a", "bb"], ["ccc", "dddd"]]
