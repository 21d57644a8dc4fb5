"""`kg export`: further formats of a graph that is there."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.export import EXPORTERS
from kg.graph import write_tables
from kg.linking import link
from kg.records import Paper


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of two papers, and nothing else."""
    folder = tmp_path_factory.mktemp("graph")
    papers = [
        Paper(id="2501.00001", title="Kites", abstract="Kites fly.", authors=("Ada Lo",), date="2025-01-02"),
        Paper(id="2501.00002", title="Swings", abstract="Swings do not."),
    ]
    write_tables(folder, papers=papers, extractions=[], linked=link(papers, []))
    return folder


def export(graph: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", "--graph", str(graph), *arguments])


def test_without_a_name_all_are_listed(graph: Path) -> None:
    listed = export(graph).output
    assert [line.split()[0] for line in listed.splitlines()] == list(EXPORTERS)


def test_exports_go_into_the_graphs_folder(graph: Path) -> None:
    done = export(graph, "nq", "nt", "--compress")
    assert done.exit_code == 0, done.output
    assert (graph / "graph.nq.gz").is_file() and (graph / "graph.nt.gz").is_file()
    text = gzip.decompress((graph / "graph.nt.gz").read_bytes())
    assert len(list(ox.parse(text, ox.RdfFormat.N_TRIPLES))) > 20


@pytest.mark.parametrize("name", sorted(set(EXPORTERS) - {"html"}))
def test_every_format_goes_where_it_is_told(name: str, graph: Path, tmp_path: Path) -> None:
    done = export(graph, name, "-o", str(tmp_path / "mine"))
    assert (done.exit_code, (tmp_path / "mine").exists()) == (0, True), done.output


def test_a_name_with_gz_is_compressed(graph: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl.gz"
    assert export(graph, "ttl", "-o", str(path)).exit_code == 0
    assert gzip.decompress(path.read_bytes()).startswith(b"@prefix")


def test_options_change_what_is_written(graph: Path, tmp_path: Path) -> None:
    def text(*options: str) -> str:
        path = tmp_path / "graph.nt"
        assert export(graph, "nt", "-o", str(path), *options).exit_code == 0
        return path.read_text(encoding="utf-8")

    whole = text()
    assert "Kites fly." in whole and "Kites fly." not in text("--no-abstracts")
    assert "<https://me.example/run>" in text("--base", "https://me.example/")
    assert "<https://terms.example/>" in text("--license", "https://terms.example/")
    assert text("--provenance", "none").count("\n") <= whole.count("\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["pdf"], "no export is called 'pdf'; the exports are store, "),
        (["nt", "nq", "-o", "x"], "-o names one file"),
        (["nt", "-o", "no/such/folder/x"], "no/such/folder: no such folder"),
        (["nt", "--base", "not an address"], "cannot be the base"),
        (["nt", "--license", "free"], "is no IRI"),
        (["tables"], "they are there"),
    ],
)
def test_what_cannot_be_is_one_clear_line(arguments: list[str], complaint: str, graph: Path) -> None:
    done = export(graph, *arguments)
    assert done.exit_code == 2 and complaint in done.output
    assert done.output.count("\n") == 1 and "Traceback" not in done.output


def test_a_folder_without_a_graph(tmp_path: Path) -> None:
    done = export(tmp_path, "nt")
    assert done.exit_code == 2 and "holds no graph" in done.output
