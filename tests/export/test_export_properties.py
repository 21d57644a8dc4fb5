"""Whatever names, ids and texts hold: every format is written, and read back whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import networkx
import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graph import SmallGraph, entity

from kg.export import EXPORTERS, ExportOptions
from kg.export.graphml import flat, nodes
from kg.export.iris import Iris, address
from kg.export.terms import clean
from kg.records import Paper

#: All code points, lone surrogates and controls included.
anything = st.text(st.characters(exclude_categories=[]), max_size=40)


@settings(max_examples=60, deadline=None)
@given(title=anything, abstract=anything, name=anything, alias=anything, id_=anything, url=anything)
def test_every_format_reads_back(
    tmp_path_factory: object, title: str, abstract: str, name: str, alias: str, id_: str, url: str
) -> None:
    folder = tmp_path_factory.mktemp("any")  # type: ignore[attr-defined]
    paper = Paper(id=f"p {id_}", title=title, abstract=abstract, url=url, doi=id_, categories=(name,))
    node = replace(entity("method/x", "METHOD", "x"), id=f"method/{id_}", name=name, aliases=((alias, 1),))
    graph = SmallGraph(all_papers=(paper,), all_entities=(node,), all_edges=(), all_results=())
    for format_ in (*_FORMATS, "graphml"):
        EXPORTERS[format_].write(graph, folder / format_)
    read = {name: _triples(folder / name, format_) for name, format_ in _FORMATS.items()}
    assert [name for name, triples in read.items() if triples != read["nt"]] == []
    assert json.loads((folder / "jsonld").read_text(encoding="utf-8"))
    read = networkx.read_graphml(folder / "graphml", force_multigraph=True)
    wanted = {clean(node_id): flat(attributes) for node_id, attributes in nodes(graph, ExportOptions())}
    assert dict(read.nodes(data=True)) == wanted


_FORMATS = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


def _triples(path: Path, format_: ox.RdfFormat) -> set[str]:
    return {str(quad.triple) for quad in ox.parse(path=path, format=format_)}


@given(anything)
def test_clean_keeps_length_and_is_stable(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


@given(anything)
def test_any_id_gives_a_valid_iri_and_other_ids_give_others(id_: str) -> None:
    iris = Iris("https://kg.example/")
    iri = iris.node(f"method/{id_}")
    assert iri.startswith("<https://kg.example/method/") and iri.isascii()
    assert iris.node(f"method/{id_}x") != iri
    assert iris.evidence(id_, 1, 2, id_).isascii()
    assert iris.span(id_, 1, 2).endswith("#char=1,2>")


@given(anything)
def test_any_address_is_a_valid_iri_or_none(url: str) -> None:
    for text in (url, f"https://{url}", f"https://e.org/{url}"):
        found = address(text)
        assert found is None or found.isascii()
