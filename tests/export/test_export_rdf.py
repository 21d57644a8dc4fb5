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
from kg.export.iris import Iris
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
    supports = [support for edge in EDGES for support in edge.evidence] + [row.evidence for row in RESULTS]
    wanted = {(each.paper, each.start, each.end, each.rule) for each in supports if each.start is not None}
    assert checked == (str(len(wanted)),)
    around = """
        OPTIONAL { ?quote oa:prefix ?before } OPTIONAL { ?quote oa:suffix ?after }
        FILTER(!CONTAINS(?text, CONCAT(COALESCE(?before, ""), ?exact, COALESCE(?after, ""))))
    """
    assert rows(store, f"SELECT ?quote {{ {evidence} {around} }}") == []


def test_evidence_is_shared_and_leads_to_all_that_it_supports(store: Store) -> None:
    said = rows(
        store,
        "SELECT ?paper ?start ?end ?rule ?s { ?annotation oa:hasBody ?s ; kg:rule ?rule ; "
        "oa:hasTarget [ oa:hasSource/dcterms:isPartOf/dcterms:identifier ?paper ; "
        "oa:hasSelector [ oa:start ?start ; oa:end ?end ] ] }",
    )
    iris = Iris("https://kg.example/")
    bodies = [(iris.statement(edge.source, edge.kind, edge.target), edge.evidence) for edge in EDGES]
    bodies += [(iris.node(row.id), (row.evidence,)) for row in RESULTS]
    wanted = {
        (each.paper, str(each.start), str(each.end), each.rule, body[1:-1])
        for body, evidence in bodies
        for each in evidence
        if each.start is not None
    }
    assert set(said) == wanted and len(said) == len(wanted)
    places = [row[:4] for row in said]
    assert len(set(places)) < len(places), "nothing is shared in this graph"
    (annotations,) = rows(store, "SELECT (COUNT(?a) AS ?n) { ?a a oa:Annotation }")
    assert annotations == (str(len(set(places))),)


def test_months_count_their_papers(store: Store) -> None:
    months = rows(store, "SELECT ?name ?papers { ?m a kg:Month ; rdfs:label ?name ; kg:paperCount ?papers }")
    known = Counter(paper.date[:7] if len(paper.date) > 6 else "no month" for paper in PAPERS)
    assert {(name, int(papers or 0)) for name, papers in months} == set(known.items())
    missing = "SELECT ?p { ?p a kg:Paper ; kg:month ?m FILTER NOT EXISTS { ?x a kg:Month ; kg:month ?m } }"
    assert rows(store, missing) == []


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
    for name in (*RDF_FORMATS, "graphml"):
        EXPORTERS[name].write(SmallGraph(), tmp_path / "one")
        EXPORTERS[name].write(other, tmp_path / "two")
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes(), name


def test_a_compressed_file_holds_no_time_and_no_name_and_the_same_text(tmp_path: Path) -> None:
    for name in RDF_FORMATS:
        exporter = EXPORTERS[name]
        packed = ExportOptions(compress=True)
        assert exporter.name(packed) == f"{exporter.filename}.gz"
        exporter.write(SmallGraph(), tmp_path / "packed", options=packed)
        exporter.write(SmallGraph(), tmp_path / "plain")
        data = (tmp_path / "packed").read_bytes()
        assert data[3] == 0 and data[4:8] == b"\0\0\0\0"
        assert gzip.decompress(data) == (tmp_path / "plain").read_bytes()


# ---------------------------------------------------------------- other programs

#: Exporter → how pyoxigraph, rdflib and Raptor call its format; Raptor reads no JSON-LD.
RDF_FORMATS: dict[str, tuple[RdfFormat, str, str | None]] = {
    "nt": (RdfFormat.N_TRIPLES, "nt", "ntriples"),
    "ttl": (RdfFormat.TURTLE, "turtle", "turtle"),
    "jsonld": (RdfFormat.JSON_LD, "json-ld", None),
    "rdfxml": (RdfFormat.RDF_XML, "xml", "rdfxml"),
    "nq": (RdfFormat.N_QUADS, "nquads", "nquads"),
    "trig": (RdfFormat.TRIG, "trig", "trig"),
}
QUADS = ("nq", "trig")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    for name in RDF_FORMATS:
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
def wanted() -> dict[str, int]:
    """How many triples, or quads, each format holds."""
    parts = list(blocks(hostile_graph(), DEFAULT))
    triples_ = sum(len(properties) for _, properties, _ in parts)
    quads = sum(len(properties) * max(1, len(graphs)) for _, properties, graphs in parts)
    return {name: quads if name in QUADS else triples_ for name in RDF_FORMATS}


def test_pyoxigraph_reads_every_format_alike(folder: Path, wanted: dict[str, int]) -> None:
    read = {
        name: [str(quad) for quad in ox.parse(path=folder / EXPORTERS[name].filename, format=formats[0])]
        for name, formats in RDF_FORMATS.items()
    }
    assert {name: len(quads) for name, quads in read.items()} == wanted
    for name, quads in read.items():
        assert set(quads) == set(read["nq" if name in QUADS else "nt"]), name


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib's own parsers
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated")
def test_rdflib_reads_every_format_alike(folder: Path, wanted: dict[str, int]) -> None:
    lines = set(rdflib.Graph().parse(folder / "graph.nt"))
    assert len(lines) == wanted["nt"]
    for name in ("ttl", "jsonld", "rdfxml"):
        graph = rdflib.Graph().parse(folder / EXPORTERS[name].filename, format=RDF_FORMATS[name][1])
        assert len(graph) == wanted[name], name
        if name == "ttl":
            assert set(graph) == lines
    for name in QUADS:
        dataset = rdflib.Dataset().parse(folder / EXPORTERS[name].filename, format=RDF_FORMATS[name][1])
        assert sum(1 for _ in dataset.quads()) == wanted[name], name


def test_raptor_reads_the_same_number_of_triples(folder: Path, wanted: dict[str, int]) -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("needs Raptor: apt-get install raptor2-utils")
    for name, (_, _, format_) in RDF_FORMATS.items():
        if format_ is None:
            continue
        path = folder / EXPORTERS[name].filename
        done = subprocess.run(
            [rapper, "-c", "-i", format_, str(path), "https://kg.example/"], capture_output=True, text=True
        )
        assert (done.returncode, f"returned {wanted[name]} triples" in done.stderr) == (0, True), done.stderr


# ---------------------------------------------------------------- named graphs


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("quads") / "graph.nq"
    EXPORTERS["nq"].write(SmallGraph(), path)
    store = Store()
    store.bulk_load(path=path, format=RdfFormat.N_QUADS)
    return store


def test_all_graphs_together_hold_what_the_triples_say(dataset: Store) -> None:
    assert {quad.triple for quad in dataset} == {quad.triple for quad in store_of(SmallGraph())}


def test_a_papers_graph_holds_what_that_paper_says(dataset: Store) -> None:
    assert {str(name) for name in dataset.named_graphs()} == {
        Iris("https://kg.example/").paper(paper.id) for paper in PAPERS
    }
    both = rows(
        dataset,
        "SELECT ?paper { GRAPH ?paper { <https://kg.example/model/sparrownet> kg:outperforms "
        "<https://kg.example/model/waveformer> . ?s a rdf:Statement ; rdf:predicate kg:outperforms . "
        "?annotation oa:hasBody ?s ; oa:hasTarget/oa:hasSource/dcterms:isPartOf ?paper } } ORDER BY ?paper",
    )
    assert both == [(f"https://arxiv.org/abs/{SPARROW}",), (f"https://arxiv.org/abs/{NEST}",)]
    records = rows(dataset, "SELECT ?paper { GRAPH ?paper { ?paper dcterms:title ?title } }")
    assert len(records) == len(PAPERS)


def test_what_papers_share_stands_in_the_default_graph(dataset: Store) -> None:
    assert (
        rows(dataset, "SELECT ?s { GRAPH ?g { ?s skos:prefLabel|skos:broader|kg:implementedBy ?o } }") == []
    )
    assert rows(dataset, "SELECT ?s { ?s skos:broader ?o }")
    assert rows(dataset, "SELECT ?s { GRAPH ?g { ?s a dcat:Dataset } }") == []


# ---------------------------------------------------------------- JSON-LD


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

    names = [*RDF_FORMATS, "graphml"]
    for name in names:
        path = tmp_path / name
        path.write_text("the last good one")
        with pytest.raises(OutputError, match="No space left"):
            EXPORTERS[name].write(Broken(), path)
        assert path.read_text() == "the last good one"
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(names)
