"""A graph grows and shrinks: whatever the way, the same papers give the same bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from growing import LEAN, OPTIONS, grow, listing, papers, source

from kg.build import BuildOptions, build, remove
from kg.cli import main
from kg.cli.source_options import sample_corpus
from kg.errors import UsageError
from kg.graph import Graph
from kg.records import Paper


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two files of papers, one paper in both."""
    folder = tmp_path_factory.mktemp("sources")
    return source(folder / "a.jsonl", papers(0, 12)), source(folder / "b.jsonl", papers(11, 20))


@pytest.fixture(scope="module")
def at_once(sources: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The graph of both, built in one go."""
    folder = tmp_path_factory.mktemp("at-once")
    grow(folder, *sources)
    return listing(folder)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_file_after_the_other_is_both_at_once(
    order: tuple[int, int], sources: tuple[str, str], at_once: dict[str, bytes], tmp_path: Path
) -> None:
    first = grow(tmp_path, sources[order[0]])
    second = grow(tmp_path, sources[order[1]])
    assert listing(tmp_path) == at_once
    assert first.extracted + second.extracted == 20 == second.counts["papers"]


def test_what_is_linked_beside_the_reading_of_new_texts_is_the_same(
    sources: tuple[str, str], at_once: dict[str, bytes], tmp_path: Path
) -> None:
    side_by_side = replace(OPTIONS, workers=2)
    grow(tmp_path / "graph", sources[1])
    grow(tmp_path / "graph", sources[0], options=side_by_side)
    assert listing(tmp_path / "graph") == at_once
    grow(tmp_path / "graph", source(tmp_path / "more.jsonl", papers(30, 35)), options=side_by_side)
    remove([paper.id for paper in papers(30, 35)], tmp_path / "graph", workers=2)
    assert listing(tmp_path / "graph") == at_once


def test_the_same_again_reads_nothing_and_changes_nothing(
    sources: tuple[str, str], at_once: dict[str, bytes], tmp_path: Path
) -> None:
    grow(tmp_path, *sources)
    assert grow(tmp_path, sources[0]).extracted == 0
    assert listing(tmp_path) == at_once


def test_added_and_removed_is_never_added(sources: tuple[str, str], tmp_path: Path) -> None:
    grow(tmp_path, sources[0])
    before = listing(tmp_path)
    more = source(tmp_path.parent / f"{tmp_path.name}-more.jsonl", papers(30, 35))
    grow(tmp_path, more)
    assert listing(tmp_path) != before
    _, unknown = remove([paper.id for paper in papers(30, 35)], tmp_path)
    assert unknown == ()
    assert listing(tmp_path) == before


def test_papers_are_removed_by_any_of_their_names(tmp_path: Path) -> None:
    more = [Paper(id="own", title="A Paper of One's Own", doi="10.1000/Own"), *papers(0, 3)]
    grow(tmp_path / "graph", source(tmp_path / "a.jsonl", more))
    report, unknown = remove(
        ["https://doi.org/10.1000/own", "arXiv:2506.00001v2", "nobody"], tmp_path / "graph"
    )
    assert unknown == ("nobody",)
    assert [paper.id for paper in Graph.open(tmp_path / "graph").papers()] == ["2506.00000", "2506.00002"]
    assert report.extracted == 0
    with pytest.raises(UsageError, match="has no paper nobody"):
        remove(["nobody"], tmp_path / "graph")
    remove(["2506.00000", "2506.00002"], tmp_path / "graph")
    assert Graph.open(tmp_path / "graph").counts()["papers"] == 0


def test_only_what_has_changed_is_read_again(tmp_path: Path) -> None:
    first = papers(0, 6)
    name = source(tmp_path / "a.jsonl", first)
    grow(tmp_path / "graph", name)
    first[2] = replace(first[2], abstract="We say less.")
    first[3] = replace(first[3], authors=("Somebody Else",))
    assert grow(tmp_path / "graph", source(tmp_path / "a.jsonl", first)).extracted == 1
    grow(tmp_path / "fresh", name)
    assert listing(tmp_path / "graph") == listing(tmp_path / "fresh")


def test_another_extractor_reads_everything_again(sources: tuple[str, str], tmp_path: Path) -> None:
    grow(tmp_path, sources[0])
    fewer = replace(OPTIONS, without=(*LEAN, "kg_links"))
    assert grow(tmp_path, sources[1], options=fewer).extracted == 20


def test_a_fresh_build_forgets_what_was_there(sources: tuple[str, str], tmp_path: Path) -> None:
    grow(tmp_path / "a", sources[0])
    grow(tmp_path / "b", sources[1])
    report = grow(tmp_path / "a", sources[1], options=replace(OPTIONS, fresh=True))
    assert report.extracted == 9
    assert listing(tmp_path / "a") == listing(tmp_path / "b")


def test_exports_that_were_not_asked_for_again_do_not_stay_behind(
    sources: tuple[str, str], tmp_path: Path
) -> None:
    grow(tmp_path, sources[0])
    grow(tmp_path, sources[1], options=replace(OPTIONS, only=("annotations",)))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "annotations.jsonl",
        "cache",
        "manifest.json",
        "tables",
    ]


def test_what_is_less_sure_can_be_left_out_and_taken_in_again(
    sources: tuple[str, str], at_once: dict[str, bytes], tmp_path: Path
) -> None:
    strict = replace(OPTIONS, min_score=0.9999)
    grow(tmp_path, sources[0], options=strict)
    grow(tmp_path, sources[1], options=strict)
    graph = Graph.open(tmp_path)
    assert all(entity.score >= 0.9999 for said in graph.extractions() for entity in said.entities)
    known = {(row.paper, row.name) for row in graph.nodes()}
    assert known == {(said.paper, entity.name) for said in graph.extractions() for entity in said.entities}
    assert grow(tmp_path, *sources).extracted == 0
    assert listing(tmp_path) == at_once


# ---------------------------------------------------------------- the sample corpus


def test_the_sample_corpus_is_not_mixed_into_a_graph_nor_a_graph_into_it(
    sources: tuple[str, str], tmp_path: Path
) -> None:
    sample = BuildOptions(without=LEAN, only=("tables",), sample=True)
    build(sample_corpus(), tmp_path / "graph", options=sample)
    once = listing(tmp_path / "graph")
    assert build(sample_corpus(), tmp_path / "graph", options=sample).extracted == 0
    assert listing(tmp_path / "graph") == once
    assert grow(tmp_path / "graph", sources[0]).counts["papers"] == 12
    with pytest.raises(UsageError, match="holds a graph of other papers than the sample corpus"):
        build(sample_corpus(), tmp_path / "graph", options=sample)
    assert (
        build(sample_corpus(), tmp_path / "graph", options=replace(sample, fresh=True)).counts["papers"] == 85
    )


# ---------------------------------------------------------------- the command line


def test_the_commands_say_what_was_done(sources: tuple[str, str], tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(main, arguments)
        return result.exit_code, result.stdout, result.stderr

    old, new = tmp_path / "old", tmp_path / "new"
    grow(old, sources[0])
    grow(new, *sources)
    status, text, _ = run("diff", str(old), str(new), "--json")
    changes = json.loads(text)
    assert status == 0 and list(changes) == ["papers", "entities", "edges", "merges"]
    assert [paper["id"] for paper in changes["papers"]["added"]] == [paper.id for paper in papers(12, 20)]
    assert any("papers" in entity["fields"] for entity in changes["entities"]["changed"])
    status, text, _ = run("diff", str(old), str(new), "--limit", "1")
    assert status == 0 and "and 7 more" in text
    ids = [paper.id for paper in papers(12, 20)]
    status, text, complaint = run("remove", *ids, "nobody", "--graph", str(new), "-q")
    assert status == 1 and "12 papers now" in text and complaint.count("\n") == 1 and "nobody" in complaint
    _, text, _ = run("diff", str(old), str(new), "--json")
    assert not any(records for kinds in json.loads(text).values() for records in kinds.values())
    status, _, complaint = run("remove", "nobody", "--graph", str(new), "-q")
    assert status == 2 and complaint.count("\n") == 1
    status, _, complaint = run("remove", "x", "--graph", str(tmp_path / "nowhere"), "-q")
    assert status == 2 and "holds no graph" in complaint and not (tmp_path / "nowhere").exists()
