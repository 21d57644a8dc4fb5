"""Tables: what is written comes back, the same records give the same bytes, a failed write leaves no mark."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.columns import from_batch, schema_of, to_batch
from kg.errors import OutputError, UsageError
from kg.graph import Graph, tables, write_tables
from kg.linking import Linked, link
from kg.records import (
    Edge,
    Entity,
    Evidence,
    Extraction,
    Link,
    LocalEntity,
    Mention,
    Merge,
    Paper,
    Relation,
    Result,
    ResultRow,
    Support,
)

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_NUMBER = st.integers(0, 9999)
_SCORE = st.floats(0, 1)
_EVIDENCE = st.builds(Evidence, start=_NUMBER, end=_NUMBER, rule=_TEXT, score=_SCORE)
_MENTION = st.builds(Mention, start=_NUMBER, end=_NUMBER, sentence_start=_NUMBER, sentence_end=_NUMBER)


def _tuples(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


_EXTRACTION = st.builds(
    Extraction,
    paper=_TEXT,
    text_sha256=_TEXT,
    extractor=_TEXT,
    entities=_tuples(
        st.builds(
            LocalEntity,
            name=_TEXT,
            type=_TEXT,
            role=_TEXT,
            surfaces=_tuples(_TEXT),
            mentions=_tuples(_MENTION),
            evidence=_EVIDENCE,
            rule=_TEXT,
            score=_SCORE,
            concept=_TEXT,
        )
    ),
    relations=_tuples(st.builds(Relation, subject=_TEXT, predicate=_TEXT, object=_TEXT, evidence=_EVIDENCE)),
    results=_tuples(
        st.builds(
            Result,
            subject=_TEXT,
            metric=_TEXT,
            value=_TEXT,
            number=st.none() | st.floats(allow_nan=False),
            unit=_TEXT,
            dataset=st.none() | _TEXT,
            baseline=st.none() | _TEXT,
            evidence=_EVIDENCE,
        )
    ),
    links=_tuples(
        st.builds(
            Link,
            url=_TEXT,
            kind=_TEXT,
            relation=_TEXT,
            words=_TEXT,
            start=_NUMBER,
            end=_NUMBER,
            evidence=_EVIDENCE,
        )
    ),
)
_ENTITY = st.builds(
    Entity,
    id=_TEXT,
    kind=_TEXT,
    name=_TEXT,
    aliases=_tuples(st.tuples(_TEXT, _NUMBER)),
    types=_tuples(st.tuples(_TEXT, _NUMBER)),
    papers=_NUMBER,
    ambiguous=st.booleans(),
)


@given(st.lists(_EXTRACTION, max_size=4))
def test_extractions_come_back_from_columns(records: list[Extraction]) -> None:
    assert from_batch(Extraction, to_batch(Extraction, records)) == records


@given(st.lists(_ENTITY, max_size=5), st.integers(0, 5), st.integers(0, 5))
def test_a_slice_of_a_batch_gives_the_slice_of_the_records(
    records: list[Entity], start: int, length: int
) -> None:
    batch = to_batch(Entity, records).slice(start, length)
    assert from_batch(Entity, batch) == records[start : start + length]


def test_schemas_say_what_the_tables_hold() -> None:
    assert str(schema_of(ResultRow)).splitlines()[:8] == [
        "id: string not null",
        "paper: string not null",
        "subject: string not null",
        "metric: string",
        "metric_text: string not null",
        "value: string not null",
        "number: double",
        "unit: string not null",
    ]


def _records() -> tuple[list[Paper], list[Extraction], Linked]:
    papers = [
        Paper(id=f"p{i}", title="LLMs", authors=("Ada L.", f"Bo {i}"), categories=("cs.CL",))
        for i in range(30)
    ]
    evidence = Evidence(start=0, end=4, rule="r")
    extractions = [
        Extraction(
            paper=paper.id,
            text_sha256=paper.text_sha256,
            extractor="x",
            entities=(
                LocalEntity(
                    name="LLMs",
                    type="MODEL",
                    role="uses",
                    surfaces=("LLMs",),
                    mentions=(Mention(start=0, end=4, sentence_start=0, sentence_end=4),),
                    evidence=evidence,
                    rule="r",
                    score=0.9,
                ),
            ),
            results=(
                Result(
                    subject="LLMs",
                    metric="accuracy",
                    value="about half",
                    number=None,
                    unit="",
                    dataset=None,
                    baseline=None,
                    evidence=evidence,
                ),
            )
            * 11,
        )
        for paper in papers
    ]
    return papers, extractions, link(papers, extractions)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "tables").iterdir())}


def test_a_graph_comes_back_from_its_folder(tmp_path: Path) -> None:
    papers, extractions, linked = _records()
    write_tables(tmp_path, papers=papers, extractions=extractions, linked=linked)
    stored, held = Graph.open(tmp_path), Graph.of(papers, linked, extractions)
    for read in ("papers", "extractions", "entities", "nodes", "edges", "results", "merges"):
        assert list(getattr(stored, read)()) == list(getattr(held, read)())
    assert tuple(stored.entities()) == linked.entities
    assert tuple(stored.edges()) == linked.edges
    assert stored.counts() == held.counts()


def test_results_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    papers, extractions, linked = _records()
    write_tables(tmp_path, papers=papers, extractions=extractions, linked=linked)
    ids = [row.id for row in Graph.open(tmp_path).results()]
    assert ids[:11] == [f"result/p0/{number}" for number in range(1, 12)]


def test_row_groups_hold_everything_between_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = tables.Table("papers", Paper, lambda paper: paper.id, 7)
    path = tmp_path / "tables" / "papers.parquet"
    path.parent.mkdir()
    papers = sorted(_records()[0], key=small.order)
    tables.write_table(small, papers, tmp_path)
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        assert file.num_row_groups == 5
        found = [paper for batch in file.iter_batches(batch_size=4) for paper in from_batch(Paper, batch)]
    assert found == papers


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_the_order_of_records_changes_no_byte(tmp_path: Path, chance: random.Random) -> None:
    papers, extractions, linked = _records()
    write_tables(tmp_path / "a", papers=papers, extractions=extractions, linked=linked)
    chance.shuffle(papers)
    chance.shuffle(extractions)
    write_tables(tmp_path / "b", papers=papers, extractions=extractions, linked=link(papers, extractions))
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")


def test_a_graph_that_is_replaced_while_it_is_read_stays_as_it_was(tmp_path: Path) -> None:
    papers, extractions, linked = _records()
    write_tables(tmp_path, papers=papers, extractions=extractions, linked=linked)
    graph = Graph.open(tmp_path)
    for path in (tmp_path / "tables").iterdir():
        path.unlink()
    write_tables(tmp_path, papers=[], extractions=[], linked=Linked())
    assert len(list(graph.papers())) == len(papers) == graph.counts()["papers"]


def test_a_folder_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "tables").write_text("a file stands in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        write_tables(tmp_path, papers=[], extractions=[], linked=Linked())


def test_an_empty_graph_can_be_written_and_read(tmp_path: Path) -> None:
    write_tables(tmp_path, papers=[], extractions=[], linked=Linked())
    assert set(Graph.open(tmp_path).counts().values()) == {0}


def test_a_folder_without_a_graph_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no graph") as caught:
        Graph.open(tmp_path / "nowhere")
    assert "kg build" in caught.value.hint


@pytest.mark.parametrize("damage", [b"", b"PAR1 but no more", None])
def test_a_damaged_table_says_which(tmp_path: Path, damage: bytes | None) -> None:
    papers, extractions, linked = _records()
    write_tables(tmp_path, papers=papers, extractions=extractions, linked=linked)
    path = tmp_path / "tables" / "edges.parquet"
    path.write_bytes(damage if damage is not None else path.read_bytes()[:-40])
    with pytest.raises(UsageError, match=r"edges\.parquet: is damaged"):
        Graph.open(tmp_path)


def test_a_table_that_is_damaged_inside_says_so_when_read(tmp_path: Path) -> None:
    papers, extractions, linked = _records()
    write_tables(tmp_path, papers=papers, extractions=extractions, linked=linked)
    path = tmp_path / "tables" / "papers.parquet"
    data = bytearray(path.read_bytes())
    data[4:200] = b"\xff" * 196
    path.write_bytes(data)
    graph = Graph.open(tmp_path)
    with pytest.raises(UsageError, match=r"papers\.parquet: is damaged"):
        list(graph.papers())


def test_a_table_of_another_shape_says_so(tmp_path: Path) -> None:
    papers, extractions, linked = _records()
    write_tables(tmp_path, papers=papers, extractions=extractions, linked=linked)
    (tmp_path / "tables" / "edges.parquet").write_bytes((tmp_path / "tables" / "papers.parquet").read_bytes())
    with pytest.raises(UsageError, match="another version"):
        Graph.open(tmp_path)


def test_text_that_is_no_unicode_names_its_table(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="papers"):
        write_tables(tmp_path, papers=[Paper(id="a", title="\ud800")], extractions=[], linked=Linked())
    assert not list((tmp_path / "tables").iterdir())


def test_edges_and_merges_keep_what_is_optional() -> None:
    support = Support(paper="a", start=None, end=None, quote="", rule="record", score=1.0)
    edge = Edge(source="a", target="b", kind="uses", support=1, confidence=0.9, evidence=(support,))
    assert from_batch(Edge, to_batch(Edge, [edge])) == [edge]
    merge = Merge(node="a", other="b", left="x", right="y", same=False, rule="r", score=0.5, reason="")
    assert from_batch(Merge, to_batch(Merge, [merge])) == [merge]
