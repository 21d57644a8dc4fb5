"""Opening graphs: this program's folders, others' files, and what is said of bad ones."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from small_graph import CHIRP, SmallGraph

import kg
from kg.errors import OutputError, SourceError
from kg.export import EXPORTERS, ExportOptions
from kg.query import run_query
from kg.store import POINTER, STORES, has_named_graphs, open_graph, open_store, tidy

LINE = "<https://e.org/a> <https://e.org/b> <https://e.org/c> .\n"


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("name", ["store", "ttl", "nt", "rdfxml", "jsonld"])
def test_a_folder_is_opened_whichever_export_it_has(name: str, compress: bool, tmp_path: Path) -> None:
    options = ExportOptions(compress=compress)
    EXPORTERS[name].write(SmallGraph(), tmp_path / EXPORTERS[name].name(options), options=options)
    whole = tmp_path / "whole.nt"
    EXPORTERS["nt"].write(SmallGraph(), whole)
    assert len(open_store(tmp_path)) == len(open_store(whole)) > 1000


# ---------------------------------------------------------------- stores on disk


def written(folder: Path, graph: SmallGraph | None = None) -> Path:
    """The store that a build writes; its folder."""
    EXPORTERS["store"].write(graph or SmallGraph(), folder / POINTER)
    return folder / json.loads((folder / POINTER).read_text())["folder"]


def test_the_store_holds_the_graphs_triples(tmp_path: Path) -> None:
    written(tmp_path)
    store = open_store(tmp_path)
    lines = tmp_path / "graph.nt"
    EXPORTERS["nt"].write(SmallGraph(), lines)
    assert len(store) == json.loads((tmp_path / POINTER).read_text())["triples"]
    assert set(store) == set(open_store(lines))
    assert not has_named_graphs(store)


def test_a_store_is_open_for_reading_only_and_for_several_at_once(tmp_path: Path) -> None:
    written(tmp_path)
    one, other = open_store(tmp_path), open_store(tmp_path)
    code = "import sys, kg.store, pathlib; print(len(kg.store.open_store(pathlib.Path(sys.argv[1]))))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert len(one) == len(other) == int(done.stdout)
    quad = ox.Quad(ox.NamedNode("e:a"), ox.NamedNode("e:b"), ox.NamedNode("e:c"))
    with pytest.raises(RuntimeError, match="read-write"):
        one.add(quad)


def test_the_same_graph_keeps_its_store_and_the_pointer_its_bytes(tmp_path: Path) -> None:
    first = written(tmp_path)
    pointer, inode = (tmp_path / POINTER).read_bytes(), first.stat().st_ino
    assert written(tmp_path) == first
    assert (tmp_path / POINTER).read_bytes() == pointer and first.stat().st_ino == inode
    assert list((tmp_path / STORES).iterdir()) == [first]


def test_who_reads_goes_on_reading_while_a_build_writes(tmp_path: Path) -> None:
    first = written(tmp_path)
    reader = open_store(tmp_path)
    count = len(reader)
    second = written(tmp_path, replace(SmallGraph(), all_results=()))
    code = "import sys, kg.store, pathlib; kg.store.tidy(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)  # as a build does
    assert first.is_dir() and second.is_dir(), "what is being read is not deleted"
    assert len(list(reader)) == count
    assert len(open_store(tmp_path)) < count


def test_what_nobody_reads_is_tidied_away(tmp_path: Path) -> None:
    first = written(tmp_path)
    second = written(tmp_path, replace(SmallGraph(), all_results=()))
    (tmp_path / STORES / ".99999.tmp").mkdir()
    tidy(tmp_path)
    assert not first.exists() and list((tmp_path / STORES).iterdir()) == [second]
    (tmp_path / POINTER).unlink()
    tidy(tmp_path)
    assert not (tmp_path / STORES).exists()


def test_a_load_that_fails_leaves_the_last_good_store(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Broken(SmallGraph):
        def results(self):  # type: ignore[no-untyped-def]
            raise OSError(28, "No space left on device")

    first = written(tmp_path)
    with pytest.raises(OutputError, match="No space left"):
        EXPORTERS["store"].write(Broken(), tmp_path / POINTER)
    assert list((tmp_path / STORES).iterdir()) == [first]
    assert len(open_store(tmp_path)) > 1000


@pytest.mark.parametrize("damage", ["pointer", "store"])
def test_a_damaged_store_is_one_clear_line(damage: str, tmp_path: Path) -> None:
    store = written(tmp_path)
    if damage == "pointer":
        (tmp_path / POINTER).write_text("{")
    else:
        for path in store.glob("MANIFEST*"):
            path.write_bytes(b"damaged")
    with pytest.raises(SourceError, match="kg export store") as raised:
        open_store(tmp_path)
    assert "\n" not in str(raised.value)


def test_rdflib_users_get_the_store_and_named_graphs_as_one(tmp_path: Path) -> None:
    written(tmp_path)
    triples = open_graph(tmp_path)
    quads = tmp_path / "graph.trig.gz"
    EXPORTERS["trig"].write(SmallGraph(), quads, options=ExportOptions(compress=True))
    together = open_graph(quads)
    query = (
        "SELECT ?title { ?p a <https://kg.example/ontology#Paper> ; <http://purl.org/dc/terms/title> ?title }"
    )
    assert set(together.query(query)) == set(triples.query(query)) and len(triples.query(query)) == 11


# ---------------------------------------------------------------- other files


@pytest.mark.parametrize("name", ["g.nt", "g.nt.gz", "g.ttl", "g.ttl.gz", "g.nq", "g.trig"])
def test_a_graph_made_elsewhere(name: str, tmp_path: Path) -> None:
    data = LINE.encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert len(open_store(tmp_path / name)) == 1


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("g.nt", LINE.encode() + b"<broken\n", r"g\.nt:2: not the RDF that its name promises"),
        ("g.ttl", b"\x00\xff\xfe", r"g\.ttl:1: not the RDF"),
        ("g.nt.gz", b"not gzip at all", r"g\.nt\.gz: cannot be read"),
        ("g.nt.gz", gzip.compress(LINE.encode() * 99)[:-20], r"g\.nt\.gz: cannot be read"),
        ("g.csv", b"a,b\n", r"no RDF format has the extension \.csv"),
    ],
)
def test_a_bad_file_is_one_clear_line(name: str, data: bytes, complaint: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=complaint) as raised:
        open_store(tmp_path / name)
    assert "\n" not in str(raised.value)


def test_a_missing_path_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder; make one with: kg build"):
        open_store(tmp_path / "nothing")
    with pytest.raises(SourceError, match="holds no graph"):
        open_store(tmp_path)


def test_rdflib_users_get_the_same_graph(tmp_path: Path) -> None:
    EXPORTERS["ttl"].write(SmallGraph(), tmp_path / "graph.ttl")
    graph = open_graph(tmp_path)
    assert isinstance(graph, rdflib.Graph)
    paper = rdflib.URIRef(f"https://arxiv.org/abs/{CHIRP}")
    assert str(graph.value(paper, rdflib.DCTERMS.title)) == "ChirpSet, a dataset of songs"
    (row,) = graph.query("SELECT (COUNT(?p) AS ?n) { ?p a <https://kg.example/ontology#Paper> }")
    assert int(row[0]) == 11


def test_it_stands_at_the_front_door(tmp_path: Path) -> None:
    EXPORTERS["ttl"].write(SmallGraph(), tmp_path / "graph.ttl")
    assert len(kg.open_graph(tmp_path)) == len(open_graph(tmp_path))


def test_the_librarys_queries_find_the_same_in_named_graphs(tmp_path: Path) -> None:
    written(tmp_path)
    quads = tmp_path / "graph.nq"
    EXPORTERS["nq"].write(SmallGraph(), quads)
    named = open_store(quads)
    assert has_named_graphs(named)
    for name in ("datasets-by-papers", "first-and-latest-papers"):
        parameters = {"entity": "SparrowNet"} if name.startswith("first") else {}
        wanted, found = (run_query(name, path, parameters=parameters).rows for path in (tmp_path, named))
        assert wanted and found == wanted
