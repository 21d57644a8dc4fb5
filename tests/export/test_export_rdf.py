"""The RDF of a small graph: what it says, that it is valid, and that other programs read it alike."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple
from small_graph import CHIRP, EDGES, ENTITIES, NEST, OWL, PAPERS, RESULTS, SPARROW, SmallGraph, entity

from kg.errors import OutputError, UsageError
from kg.export import EXPORTERS, PROVENANCE, ExportOptions
from kg.export.rdf import blocks
from kg.export.rdf_files import triples
from kg.export.terms import PREFIXES, term
from kg.ontology import ONTOLOGY_FILE, SHAPES_FILE
from kg.records import Paper

QUERY_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
DEFAULT = ExportOptions()


def listed(graph: SmallGraph, options: ExportOptions = DEFAULT) -> list[Triple]:
    return list(triples(blocks(graph, options)))


def store_of(graph: SmallGraph, options: ExportOptions = DEFAULT) -> Store:
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in listed(graph, options))
    return store


def rows(store: Store, query: str) -> list[tuple[str | None, ...]]:
    answer = store.query(QUERY_PREFIXES + query)
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(None if value is None else value.value for value in row) for row in answer]


@pytest.fixture(scope="module")
def store() -> Store:
    return store_of(SmallGraph())


# ---------------------------------------------------------------- what it says


def test_a_paper_carries_its_record_and_its_roles(store: Store) -> None:
    paper = NamedNode(f"https://arxiv.org/abs/{SPARROW}")
    said = {(quad.predicate, quad.object) for quad in store.quads_for_pattern(paper, None, None)}
    base = "https://kg.example/"
    assert (term("rdf:type"), term("fabio:ResearchPaper")) in said
    assert (term("rdf:type"), term("schema:ScholarlyArticle")) in said
    assert (term("dcterms:title"), Literal("SparrowNet hears birds")) in said
    assert (term("dcterms:issued"), Literal("2025-01-10", datatype=term("xsd:date"))) in said
    assert (term("fabio:hasArXivId"), Literal(SPARROW)) in said
    assert (term("dcterms:creator"), NamedNode(base + "author/ada-finch")) in said
    assert (term("kg:proposes"), NamedNode(base + "model/sparrownet")) in said
    assert (term("schema:mentions"), NamedNode(base + "model/sparrownet")) in said
    assert (term("kg:provides"), NamedNode("https://github.com/birdlab/sparrownet")) in said


def test_an_entity_carries_its_names_and_its_doubts(store: Store) -> None:
    nest = NamedNode("https://kg.example/dataset/nestbench")
    said = {(quad.predicate, quad.object) for quad in store.quads_for_pattern(nest, None, None)}
    assert {
        (term("rdf:type"), term(name)) for name in ("mls:Dataset", "schema:Dataset", "skos:Concept")
    } <= said
    assert (term("skos:prefLabel"), Literal("NestBench")) in said
    assert (term("kg:key"), Literal("nestbench")) in said
    assert (term("kg:alsoTyped"), term("kg:Task")) in said
    assert (term("kg:paperCount"), Literal("2", datatype=term("xsd:integer"))) in said
    learning = NamedNode("https://kg.example/method/contrastive-learning")
    concept = NamedNode("https://kg.example/vocabulary/contrastive-learning")
    assert list(store.quads_for_pattern(learning, term("skos:exactMatch"), concept))
    owl = NamedNode("https://kg.example/model/owl")
    assert list(store.quads_for_pattern(owl, term("kg:ambiguous"), None))


def test_a_name_is_preferred_or_alternative_never_both(store: Store) -> None:
    assert rows(store, "SELECT ?x { ?x skos:prefLabel ?name ; skos:altLabel ?name }") == []


def test_a_result_is_a_number_beside_its_words(store: Store) -> None:
    found = rows(
        store,
        "SELECT ?value ?words ?unit ?metric ?subject ?dataset ?baseline ?paper { "
        f"<https://kg.example/result/{SPARROW}/1> a mls:ModelEvaluation ; mls:hasValue ?value ; "
        f"kg:valueText ?words ; "
        "kg:unit ?unit ; mls:specifiedBy/skos:prefLabel ?metric ; kg:resultSubject/skos:prefLabel ?subject ; "
        "kg:resultDataset/skos:prefLabel ?dataset ; kg:resultBaseline/skos:prefLabel ?baseline ; "
        "prov:wasQuotedFrom/dcterms:title ?paper . FILTER(datatype(?value) = xsd:decimal) }",
    )
    assert found == [
        ("91.5", "91.5%", "%", "accuracy", "SparrowNet", "ChirpSet", "WaveFormer", "SparrowNet hears birds")
    ]


def test_a_value_that_is_no_number_has_only_its_words(store: Store) -> None:
    found = rows(
        store, f"SELECT ?p {{ <https://kg.example/result/{OWL}/1> ?p ?o FILTER(?p = mls:hasValue) }}"
    )
    assert found == []


def test_a_statement_counts_its_papers(store: Store) -> None:
    found = rows(
        store,
        "SELECT ?support ?confidence ?paper { ?s rdf:subject <https://kg.example/model/sparrownet> ; "
        "rdf:predicate kg:outperforms ; rdf:object <https://kg.example/model/waveformer> ; kg:support "
        "?support ; "
        "kg:confidence ?confidence ; prov:wasQuotedFrom ?paper } ORDER BY ?paper",
    )
    papers = [f"https://arxiv.org/abs/{paper}" for paper in (SPARROW, NEST)]
    assert found == [("2", "0.99", paper) for paper in papers]


def test_every_statement_is_also_a_direct_triple(store: Store) -> None:
    missing = (
        "SELECT ?s { ?s rdf:subject ?a ; rdf:predicate ?p ; rdf:object ?b FILTER NOT EXISTS { ?a ?p ?b } }"
    )
    assert rows(store, missing) == []


def test_every_quote_stands_at_its_offsets(store: Store) -> None:
    """By SPARQL alone: STRLEN and SUBSTR count characters, as the offsets do."""
    evidence = """
        ?annotation oa:hasTarget ?span .
        ?span oa:hasSource/dcterms:isPartOf ?paper ; oa:hasSelector ?position, ?quote .
        ?paper dcterms:title ?title . OPTIONAL { ?paper dcterms:abstract ?abstract }
        ?position oa:start ?start ; oa:end ?end . ?quote oa:exact ?exact .
        BIND(CONCAT(?title, "\\n", COALESCE(?abstract, "")) AS ?text)
    """
    right = "SUBSTR(?text, ?start + 1, ?end - ?start) = ?exact && STRLEN(?exact) = ?end - ?start"
    (checked,) = rows(store, f"SELECT (COUNT(DISTINCT ?annotation) AS ?n) {{ {evidence} FILTER({right}) }}")
    wanted = sum(support.start is not None for edge in EDGES for support in edge.evidence) + len(RESULTS)
    assert checked == (str(wanted),)
    around = """
        OPTIONAL { ?quote oa:prefix ?before } OPTIONAL { ?quote oa:suffix ?after }
        FILTER(!CONTAINS(?text, CONCAT(COALESCE(?before, ""), ?exact, COALESCE(?after, ""))))
    """
    assert rows(store, f"SELECT ?quote {{ {evidence} {around} }}") == []


def test_nothing_is_a_blank_node(store: Store) -> None:
    assert not [quad for quad in store if "_:" in (str(quad.subject)[:2], str(quad.object)[:2])]


def test_the_description_counts_what_is_there(store: Store) -> None:
    assert rows(store, "SELECT ?n { ?g a dcat:Dataset ; void:triples ?n }") == [(str(len(store)),)]
    classes = dict(rows(store, "SELECT ?c ?n { ?part void:class ?c ; void:entities ?n }"))
    counted = dict(rows(store, "SELECT ?c (COUNT(DISTINCT ?x) AS ?n) { ?x a ?c } GROUP BY ?c"))
    assert classes == counted
    properties = dict(rows(store, "SELECT ?p ?n { ?part void:property ?p ; void:triples ?n }"))
    assert properties == dict(rows(store, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"))


def test_no_triple_is_stated_twice() -> None:
    for provenance in PROVENANCE:
        counts = Counter(map(str, listed(SmallGraph(), ExportOptions(provenance=provenance))))
        assert [triple for triple, count in counts.items() if count > 1] == []


# ---------------------------------------------------------------- options


def test_provenance_grows_by_steps() -> None:
    sizes = [set(map(str, listed(SmallGraph(), ExportOptions(provenance=name)))) for name in PROVENANCE]
    assert len(sizes[0]) < len(sizes[1]) < len(sizes[2])
    none = store_of(SmallGraph(), ExportOptions(provenance="none"))
    assert rows(none, "SELECT ?s { ?s a rdf:Statement }") == []
    assert rows(none, "SELECT ?s { ?s a mls:ModelEvaluation }")
    statement = store_of(SmallGraph(), ExportOptions(provenance="statement"))
    assert rows(statement, "SELECT ?s { ?s a rdf:Statement }")
    assert rows(statement, "SELECT ?s { ?s a oa:Annotation }") == []


def test_abstracts_can_be_left_out() -> None:
    store = store_of(SmallGraph(), ExportOptions(abstracts=False))
    assert rows(store, "SELECT ?x { ?x dcterms:abstract ?y }") == []


def test_a_licence_is_stated_when_given() -> None:
    cc0 = "https://creativecommons.org/publicdomain/zero/1.0/"
    assert rows(
        store_of(SmallGraph(), ExportOptions(license=cc0)), "SELECT ?l { ?g dcterms:license ?l }"
    ) == [(cc0,)]
    with pytest.raises(UsageError, match="is no IRI"):
        listed(SmallGraph(), ExportOptions(license="free for all"))


def test_an_unknown_provenance_is_refused() -> None:
    with pytest.raises(UsageError, match="none, statement, span"):
        listed(SmallGraph(), ExportOptions(provenance="all"))


def test_the_base_stands_on_the_graphs_own_iris_alone() -> None:
    lines = [str(triple) for triple in listed(SmallGraph(), ExportOptions(base="https://me.example/"))]
    assert [line for line in lines if "<https://me.example/model/finchnet>" in line]
    fixed = ("ontology#", "vocabulary/")  # the project's terms and concepts stay where they are
    others = {line.partition("<https://kg.example/")[2] for line in lines}
    assert [tail for tail in others if tail and not tail.startswith(fixed)] == []


# ---------------------------------------------------------------- determinism


@dataclass(frozen=True)
class Shuffled(SmallGraph):
    """The same graph, its records given in another order before the graph sorts them."""


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    shuffle = random.Random(7).sample
    other = Shuffled(
        all_papers=tuple(shuffle(PAPERS, len(PAPERS))),
        all_entities=tuple(shuffle(ENTITIES, len(ENTITIES))),
        all_edges=tuple(shuffle(EDGES, len(EDGES))),
        all_results=tuple(shuffle(RESULTS, len(RESULTS))),
    )
    for name in ("ttl", "nt", "jsonld", "graphml"):
        EXPORTERS[name].write(SmallGraph(), tmp_path / "one")
        EXPORTERS[name].write(other, tmp_path / "two")
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes(), name


def test_the_compressed_file_holds_no_time_and_no_name(tmp_path: Path) -> None:
    EXPORTERS["nt"].write(SmallGraph(), tmp_path / "graph.nt.gz")
    head = (tmp_path / "graph.nt.gz").read_bytes()[:10]
    assert head[3] == 0 and head[4:8] == b"\0\0\0\0"


# ---------------------------------------------------------------- other programs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    for name in ("ttl", "nt", "jsonld"):
        EXPORTERS[name].write(hostile_graph(), folder / EXPORTERS[name].filename)
    return folder


def hostile_graph() -> SmallGraph:
    """The small graph with names that break careless writers."""
    names = [
        "3D-GS",
        "a\"b'c\\d",
        "<script>alert(1)</script>",
        "x\ny\rz\t",
        "\x00\x1f\ud800",
        "é💥\u202e",
        "-",
        "?#%",
    ]
    hostile = tuple(
        entity(f"method/{i}-host~ile.", "METHOD", name, name + "s") for i, name in enumerate(names)
    )
    papers = tuple(
        Paper(id=f"hostile {i}", title=name, abstract=name, url=name) for i, name in enumerate(names)
    )
    return replace(SmallGraph(), all_entities=ENTITIES + hostile, all_papers=PAPERS + papers)


@pytest.fixture(scope="module")
def wanted() -> int:
    return len(listed(hostile_graph()))


def test_pyoxigraph_reads_every_format_alike(folder: Path, wanted: int) -> None:
    text = gzip.decompress((folder / "graph.nt.gz").read_bytes())
    lines = {str(quad.triple) for quad in ox.parse(text, RdfFormat.N_TRIPLES)}
    assert len(lines) == wanted
    for name, format_ in (("graph.ttl", RdfFormat.TURTLE), ("graph.jsonld", RdfFormat.JSON_LD)):
        assert {str(quad.triple) for quad in ox.parse(path=folder / name, format=format_)} == lines, name


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib's own JSON-LD parser
def test_rdflib_reads_every_format_alike(folder: Path, wanted: int) -> None:
    text = gzip.decompress((folder / "graph.nt.gz").read_bytes())
    lines = rdflib.Graph().parse(data=text, format="nt")
    assert len(lines) == wanted
    assert set(rdflib.Graph().parse(folder / "graph.ttl")) == set(lines)
    assert len(rdflib.Graph().parse(folder / "graph.jsonld", format="json-ld")) == wanted


def test_raptor_reads_the_same_number_of_triples(folder: Path, wanted: int) -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("needs Raptor: apt-get install raptor2-utils")
    lines = folder / "graph.nt"
    lines.write_bytes(gzip.decompress((folder / "graph.nt.gz").read_bytes()))
    for path, format_ in ((folder / "graph.ttl", "turtle"), (lines, "ntriples")):
        done = subprocess.run(
            [rapper, "-c", "-i", format_, str(path), "https://kg.example/"], capture_output=True, text=True
        )
        assert (done.returncode, f"returned {wanted} triples" in done.stderr) == (0, True), done.stderr


def test_jsonld_is_one_node_a_line_with_short_names(folder: Path) -> None:
    text = (folder / "graph.jsonld").read_text(encoding="utf-8")
    document = json.loads(text)
    assert len(text.splitlines()) == len(document["@graph"]) + 3
    (paper,) = [node for node in document["@graph"] if node["id"] == f"https://arxiv.org/abs/{CHIRP}"]
    assert paper["type"] == ["fabio:ResearchPaper", "schema:ScholarlyArticle", "kg:Paper"]
    assert paper["proposes"] == "https://kg.example/dataset/chirpset"
    assert paper["issued"] == {"@value": "2025-01-20", "@type": "xsd:date"}


# ---------------------------------------------------------------- shapes


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(SHAPES_FILE)


def conforms(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[bool, str]:
    valid, _, report = pyshacl.validate(data, shacl_graph=shapes, inference="none", meta_shacl=True)
    return bool(valid), str(report)


def test_the_graph_keeps_to_its_shapes(folder: Path, shapes: rdflib.Graph) -> None:
    valid, report = conforms(rdflib.Graph().parse(folder / "graph.ttl"), shapes)
    assert valid, report


@pytest.mark.parametrize(
    ("removed", "added", "complaint"),
    [
        (f"<https://arxiv.org/abs/{CHIRP}> dcterms:title ?o", "", "MinCountConstraint"),
        ("?s mls:hasValue ?o", 'kg:x a mls:ModelEvaluation ; mls:hasValue "1"', "DatatypeConstraint"),
        ("<https://kg.example/dataset/chirpset> a mls:Dataset", "", "XoneConstraint"),
        ("", "<https://kg.example/model/finchnet> a kg:Task, mls:Task", "XoneConstraint"),
        ("", '<https://kg.example/model/finchnet> skos:altLabel "FinchNet"', "DisjointConstraint"),
        ("?s kg:support ?o", "", "MinCountConstraint"),
        ("?s a oa:TextQuoteSelector", "", "QualifiedValueShape"),
        ("?s oa:end ?o", "", "MinCountConstraint"),
        ("", f'<https://arxiv.org/abs/{CHIRP}> fabio:hasArXivId "arXiv:2501.1"', "PatternConstraint"),
    ],
)
def test_the_shapes_see_what_is_wrong(removed: str, added: str, complaint: str, shapes: rdflib.Graph) -> None:
    data = rdflib.Graph()
    text = b"\n".join(f"{triple} .".encode() for triple in map(str, listed(SmallGraph())))
    data.parse(data=text, format="nt")
    if removed:
        data.update(f"{QUERY_PREFIXES} DELETE WHERE {{ {removed} }}")
    if added:
        data.update(f"{QUERY_PREFIXES} INSERT DATA {{ {added} }}")
    valid, report = conforms(data, shapes)
    assert not valid
    assert complaint in report


def test_the_ontology_is_consistent_with_the_data(folder: Path) -> None:
    """Domains and ranges of the project's own properties hold without inference."""
    data = rdflib.Graph().parse(folder / "graph.ttl")
    ontology = rdflib.Graph().parse(ONTOLOGY_FILE)
    entities = {str(iri) for iri in data.subjects(rdflib.RDF.type, rdflib.SKOS.Concept)}
    for property_, wanted_class in ontology.subject_objects(rdflib.RDFS.domain):
        for subject in data.subjects(property_, None):
            if wanted_class == rdflib.URIRef(PREFIXES["kg"] + "Entity"):
                assert str(subject) in entities, (subject, property_)
            else:
                assert (subject, rdflib.RDF.type, wanted_class) in data, (subject, property_)


# ---------------------------------------------------------------- when the disk refuses


def test_an_unwritable_place_is_one_clear_line(tmp_path: Path) -> None:
    for name, exporter in EXPORTERS.items():
        with pytest.raises(OutputError, match="cannot be written"):
            exporter.write(SmallGraph(), tmp_path / "missing" / name)


def test_a_write_that_fails_leaves_the_last_good_file(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Broken(SmallGraph):
        def results(self):  # type: ignore[no-untyped-def]
            raise OSError(28, "No space left on device")

    for name in ("ttl", "nt", "jsonld", "graphml"):
        path = tmp_path / name
        path.write_text("the last good one")
        with pytest.raises(OutputError, match="No space left"):
            EXPORTERS[name].write(Broken(), path)
        assert path.read_text() == "the last good one"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["graphml", "jsonld", "nt", "ttl"]
