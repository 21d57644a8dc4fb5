"""What RDF says in sum agrees with what it says one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from small_graph import EDGES, ENTITIES, PAPERS, SmallGraph

from kg import schema
from kg.export import edge_rows, extremes, numbered
from kg.export import summaries as module
from kg.export.iris import Iris
from kg.export.ntriples import Properties, decimal, integer, iri
from kg.export.summaries import Summaries, summaries
from kg.graph import Graph
from kg.graph.tables import write_tables
from kg.linking import Linked
from kg.records import paper_node

IRIS = Iris("https://kg.example/")
MONTHS = {paper_node(paper.id): paper.date[:7] for paper in PAPERS if len(paper.date) >= 7}
NAMING: dict[str, set[str]] = defaultdict(set)
for edge in EDGES:
    if edge.kind in schema.ROLES:
        NAMING[edge.target].add(edge.source)


def made(*, statements: bool = True) -> Summaries:
    return summaries(SmallGraph(), IRIS, statements=statements)


def said_of(found: Summaries) -> dict[str, Properties]:
    """What is said of nodes themselves, by IRI."""
    return {subject: said for subject, said in found.blocks() if not is_count(said)}


def is_count(said: Properties) -> bool:
    return (iri("rdf:type"), iri("kg:Count")) in said


def counted(found: Summaries, node: str, how: str) -> dict[str, tuple[str, str]]:
    """Of a node's counts of one kind: what it is counted with → number and share."""
    rows = [dict(said) for _, said in found.blocks() if is_count(said)]
    rows = [row for row in rows if row[iri("kg:counted")] == IRIS.node(node)]
    how = iri(f"kg:counted{how}")
    return {row[how]: (row[iri("kg:count")], row[iri("kg:share")]) for row in rows if how in row}


def test_ranks_go_by_papers_and_then_by_id() -> None:
    several = sorted((node for node in NAMING if len(NAMING[node]) > 1), key=lambda n: (-len(NAMING[n]), n))
    ranks = {node: dict(said).get(iri("kg:rank")) for node, said in said_of(made()).items()}
    assert ranks == {IRIS.node(node): integer(place) for place, node in enumerate(several, 1)}


def test_months_are_counted_where_two_papers_name_the_entity() -> None:
    found = made()
    for node, papers in NAMING.items():
        months = Counter(MONTHS[paper] for paper in papers if paper in MONTHS)
        expected = {
            IRIS.month(month): (integer(n), decimal(round(n / len(papers), 4)))
            for month, n in months.items()
            if n > 1
        }
        assert counted(found, node, "In") == expected, node


def test_in_a_full_month_more_papers_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ONE_IN_MONTH", 1)
    assert not counted(made(), "dataset/chirpset", "In").keys() & {IRIS.month("2025-03")}


def test_newcomers_are_proposed_in_the_month_that_first_names_them() -> None:
    proposed = {edge.target: edge.source for edge in EDGES if edge.kind == "proposes"}
    first = {
        node: min(MONTHS[paper] for paper in papers if paper in MONTHS)
        for node, papers in NAMING.items()
        if any(paper in MONTHS for paper in papers)
    }
    expected = {node for node, paper in proposed.items() if MONTHS.get(paper) == first.get(node)}
    found = made().newcomers
    assert {node for nodes in found.values() for node in nodes} == expected
    assert found["2025-02"] == ["model/finchnet", "method/echo-augmentation"]  # three papers name it, one


def test_only_hubs_have_companions(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not counted(made(), "dataset/chirpset", "With")
    monkeypatch.setattr(module, "HUB_PAPERS", 3)
    found = made()
    using = {e.source for e in EDGES if (e.kind, e.target) == ("uses", "dataset/chirpset")}
    beside = Counter(
        IRIS.node(e.target)
        for e in EDGES
        if e.kind in ("uses", "proposes") and e.source in using and e.target != "dataset/chirpset"
    )
    assert {other: n for other, (n, _) in counted(found, "dataset/chirpset", "With").items()} == {
        other: integer(n) for other, n in beside.items()
    }
    authors = Counter(
        IRIS.node(e.target)
        for e in EDGES
        if e.kind == "written_by" and e.source in NAMING["dataset/chirpset"]
    )
    assert {author: n for author, (n, _) in counted(found, "dataset/chirpset", "By").items()} == {
        author: integer(n) for author, n in authors.items()
    }
    monkeypatch.setattr(module, "ONE_IN", 2)  # half of its papers, then
    assert len(counted(made(), "dataset/chirpset", "With")) < len(beside)


def test_the_surest_and_the_weakest_statements_of_a_hub_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(
        property_ == iri("kg:surest") for said in said_of(made()).values() for property_, _ in said
    )
    monkeypatch.setattr(module, "HUB_STATEMENTS", 5)
    monkeypatch.setattr(module, "NAMED_STATEMENTS", 3)
    about = [e for e in EDGES if "model/waveformer" in (e.source, e.target) and e.kind != "written_by"]
    about.sort(key=lambda e: (-e.confidence, -e.support, e.source, e.kind, e.target))
    said = said_of(made())[IRIS.node("model/waveformer")]
    surest = [value for property_, value in said if property_ == iri("kg:surest")]
    assert surest == [IRIS.statement(e.source, e.kind, e.target) for e in about[:3]]
    weakest = [value for property_, value in said if property_ == iri("kg:weakest")]
    assert len(weakest) == 3 and not set(weakest) & set(surest)
    without = said_of(made(statements=False))[IRIS.node("model/waveformer")]
    assert [property_ for property_, _ in without] == [iri("kg:rank")]


def test_few_statements_are_kept_while_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HUB_STATEMENTS", 2)
    monkeypatch.setattr(module, "NAMED_STATEMENTS", 2)
    whole = list(made().blocks())
    monkeypatch.setattr(extremes, "_KEPT", 1)
    monkeypatch.setattr(edge_rows, "_GROUP", 3)
    assert list(made().blocks()) == whole


def test_edges_are_numbered_a_stretch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HUB_PAPERS", 2)
    whole = made()
    monkeypatch.setattr(numbered, "_EDGES", 1)
    monkeypatch.setattr(edge_rows, "_GROUP", 4)
    found = made()
    assert list(found.blocks()) == list(whole.blocks()) and found.newcomers == whole.newcomers


def test_blocks_come_by_node_and_counts_behind_what_is_said_of_the_node() -> None:
    subjects = [
        dict(said)[iri("kg:counted")] if is_count(said) else subject for subject, said in made().blocks()
    ]
    assert subjects == sorted(subjects)


def test_tables_and_records_give_the_same(tmp_path: Path) -> None:
    linked = Linked(entities=ENTITIES, edges=EDGES)
    write_tables(tmp_path, papers=PAPERS, extractions=(), linked=linked)
    for graph in (Graph.of(PAPERS, linked), Graph.open(tmp_path)):
        found = summaries(graph, IRIS, statements=True)
        assert list(found.blocks()) == list(made().blocks())
        assert (found.newcomers, found.months) == (made().newcomers, made().months)


def test_months_are_counted_with_those_that_are_not_known() -> None:
    months = Counter(MONTHS.get(paper_node(paper.id), "") for paper in PAPERS)
    assert made().months == dict(sorted(months.items()))


def test_a_graph_without_edges_has_nothing_to_say() -> None:
    empty = replace(SmallGraph(), all_edges=(), all_entities=())
    found = summaries(empty, IRIS, statements=True)
    assert not list(found.blocks()) and not any(found.newcomers.values())
