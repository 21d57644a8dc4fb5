"""Opening graphs: this program's folders, others' files, and what is said of bad ones."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import rdflib
from small_graph import CHIRP, SmallGraph

import kg
from kg.errors import SourceError
from kg.export import EXPORTERS
from kg.store import open_graph, open_store

LINE = "<https://e.org/a> <https://e.org/b> <https://e.org/c> .\n"


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld"])
def test_a_folder_is_opened_whichever_export_it_has(name: str, tmp_path: Path) -> None:
    EXPORTERS[name].write(SmallGraph(), tmp_path / EXPORTERS[name].filename)
    whole = tmp_path / "whole.nt.gz"
    EXPORTERS["nt"].write(SmallGraph(), whole)
    assert len(open_store(tmp_path)) == len(open_store(whole)) > 1000


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
