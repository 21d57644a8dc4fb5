"""Every term that kg uses exists in its vocabulary, and the project's own are declared."""

from __future__ import annotations

import re

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import Literal, RdfFormat
from rdflib import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SDO, SKOS, TIME, VOID
from small_graph import SmallGraph

from kg import schema
from kg.export import ExportOptions, rdf, summaries
from kg.export.jsonld import _short_names, context
from kg.export.ntriples import date, decimal, iri, literal, value_of
from kg.export.rdf import blocks
from kg.export.terms import PREFIXES, clean, term
from kg.ontology import ALIGNMENT_FILE, FOLDER, ONTOLOGY_FILE, SHAPES_FILE

#: Vocabularies that rdflib knows in full.
CLOSED = (RDF, RDFS, OWL, SKOS, DCTERMS, FOAF, PROV, VOID, DCAT, SDO, TIME, rdflib.DCMITYPE, rdflib.SH)

#: Those that it does not: the terms of theirs that kg may use, each looked up in the vocabulary's own file.
LISTED = {
    "http://www.w3.org/2001/XMLSchema#": "string integer decimal boolean date gYearMonth gYear",
    "http://purl.org/spar/fabio/": "ResearchPaper Repository hasArXivId",
    "http://purl.org/ontology/bibo/": "doi",
    "http://www.w3.org/ns/mls#": "Algorithm Model Dataset Task EvaluationMeasure ModelEvaluation "
    "specifiedBy hasValue",
    "http://www.w3.org/ns/oa#": "Annotation SpecificResource TextPositionSelector TextQuoteSelector hasBody "
    "hasTarget "
    "hasSource hasSelector start end exact prefix suffix",
    "https://w3id.org/fair4ml#": "MLModel trainedOn evaluatedOn fineTunedFrom evaluatedMLModel "
    "evaluationDataset",
    "https://linkedpaperswithcode.com/class/": "paper dataset method model task repository evaluationresult",
    "https://linkedpaperswithcode.com/property/": "usesDataset hasMethod hasTask introducedBy "
    "hasOfficialRepository "
    "usedForTask numberPapers metricName metricValue",
    "http://w3id.org/mlso/": "ScientificWork scientificReferenceOf trainedOn hasRelatedSoftware",
    "https://w3id.org/cskg/ontology#": "Method Task Metric Material Statement hasSupport",
    "https://semopenalex.org/ontology/": "Work Author",
}
KG = PREFIXES["kg"]
SHAPES = "https://kg.example/shapes#"


def exists(iri: str) -> bool:
    """Whether a vocabulary has the term; the project's own are checked by themselves."""
    for namespace in CLOSED:
        if iri.startswith(str(namespace)):
            return iri in namespace
    for prefix, names in LISTED.items():
        if iri.startswith(prefix):
            return iri.removeprefix(prefix) in names.split()
    return False


def declared() -> set[str]:
    ontology = rdflib.Graph().parse(ONTOLOGY_FILE)
    return {
        str(name)
        for type_ in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
        for name in ontology.subjects(RDF.type, type_)
    }


def terms_of_graph() -> set[str]:
    """Properties, classes and datatypes of an exported graph."""
    found = set()
    options = ExportOptions(license="https://creativecommons.org/publicdomain/zero/1.0/")
    for _, properties, _ in blocks(SmallGraph(), options):
        for property_, value in properties:
            found.add(property_[1:-1])
            if property_ == iri("rdf:type"):
                found.add(value[1:-1])
            elif value[0] == '"' and value[-1] != '"':
                found.add(value.rpartition("^^")[2][1:-1])
    return found


def terms_of_file(name: str) -> set[str]:
    """All IRIs that a shipped file writes with a prefix."""
    triples = rdflib.Graph().parse(FOLDER / name)
    iris = {str(value) for triple in triples for value in triple if isinstance(value, rdflib.URIRef)}
    ours = re.compile(r"https://kg\.example/(shapes#|ontology$|alignment$)")
    return {iri for iri in iris if not ours.match(iri)}


def terms_of_schema() -> set[str]:
    rows = [name for kind in schema.NODE_KINDS.values() for name in kind.rdf_classes]
    rows += [kind.rdf_property for kind in schema.EDGE_KINDS.values()]
    return {term(name).value for name in rows}


def terms_of_context() -> set[str]:
    found = set()
    for name, definition in context().items():
        if name not in PREFIXES and definition not in ("@id", "@type"):
            curies = [definition] if isinstance(definition, str) else list(definition.values())
            found |= {term(curie).value for curie in curies if not curie.startswith("@")}
    return found


@pytest.mark.parametrize(
    "used",
    [
        terms_of_graph(),
        terms_of_schema(),
        terms_of_context(),
        terms_of_file("ontology.ttl"),
        terms_of_file("alignment.ttl"),
        terms_of_file("shapes.ttl"),
    ],
    ids=["graph", "schema", "context", "ontology", "alignment", "shapes"],
)
def test_every_term_exists(used: set[str]) -> None:
    own = {iri for iri in used if iri.startswith(KG)}
    assert own <= declared()
    assert {iri for iri in used - own if not exists(iri)} == set()


def test_terms_that_published_graphs_made_up_do_not_pass() -> None:
    assert not exists("http://purl.org/spar/fabio/hasArXivID")
    assert not exists("http://purl.org/spar/cito/usesMethodFrom")
    assert not exists("http://www.w3.org/2004/02/skos/core#label")


def test_every_declared_term_is_used_labelled_and_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is told of hubs alone is told of all here.
    monkeypatch.setattr(summaries, "HUB_PAPERS", 0)
    monkeypatch.setattr(summaries, "HUB_STATEMENTS", 0)
    ontology = rdflib.Graph().parse(ONTOLOGY_FILE)
    for name in declared():
        subject = rdflib.URIRef(name)
        assert ontology.value(subject, RDFS.label), name
        assert ontology.value(subject, RDFS.comment), name
    used = terms_of_graph() | terms_of_schema()
    assert declared() - used == {KG + "Entity"}, "a term that no graph uses (kg:Entity is only a superclass)"


def test_schema_classes_are_subclasses_of_the_standard_ones_beside_them() -> None:
    ontology = rdflib.Graph().parse(ONTOLOGY_FILE)
    for kind in schema.NODE_KINDS.values():
        *standard, own = (rdflib.URIRef(term(name).value) for name in kind.rdf_classes)
        supers = set(ontology.transitive_objects(own, RDFS.subClassOf))
        assert set(standard) <= supers, own


def test_shipped_files_declare_only_prefixes_of_known_vocabularies() -> None:
    known = set(PREFIXES.values()) | {str(namespace) for namespace in CLOSED} | set(LISTED) | {SHAPES}
    for path in (ONTOLOGY_FILE, ALIGNMENT_FILE, SHAPES_FILE):
        for namespace in re.findall(r"@prefix \S+ <([^>]+)>", path.read_text(encoding="utf-8")):
            assert namespace in known, (path.name, namespace)


@pytest.mark.parametrize("text", ["", "a", 'a "b"', "back\\slash\\n", "\n\r\t", "é💥\u2028\x7f", '\\"'])
def test_a_literal_says_what_it_was_given(text: str) -> None:
    assert value_of(literal(text)) == text
    (quad,) = pyoxigraph.parse(f"<https://e.org/a> <https://e.org/b> {literal(text)} .", RdfFormat.N_TRIPLES)
    assert quad.object == Literal(text)


def test_clean_keeps_the_length_and_what_is_allowed() -> None:
    assert clean("a\x00b\ud800c\tü\n🦉\uffff") == "a�b�c\tü\n🦉�"


@pytest.mark.parametrize(
    ("number", "written"),
    [(91.5, "91.5"), (1e-7, "0.0000001"), (1e22, "10000000000000000000000"), (-0.5, "-0.5"), (3.0, "3.0")],
)
def test_decimals_have_no_exponent(number: float, written: str) -> None:
    assert value_of(decimal(number)) == written


@pytest.mark.parametrize("text", ["", "May 2025", "2025-13", "2025-01-32", "25-01-01", "2025-1"])
def test_what_is_no_date_is_left_out(text: str) -> None:
    assert date(text) is None


def test_jsonld_has_a_short_name_for_all_that_rdf_says() -> None:
    said = {term for name, term in vars(rdf).items() if isinstance(term, str) and term.startswith("<http")}
    said |= {iri(row.rdf_property) for row in schema.EDGE_KINDS.values()}
    assert len(said) > 20 and iri("owl:sameAs") in said
    assert {term for term in said if re.search(r"[#/][a-z]\w*>$", term)} <= _short_names().keys()
