"""The graph's schema: what kinds of nodes and edges there are, and how each is shown and exported.

To add an entity type, add a row to ENTITY_TYPES: the command line, the tables, the exporters and
the page take it from here. To add a relation between entities, add a row to RELATIONS. RDF names
are prefixed; the prefixes stand in `kg.export.terms`; names under `kg:` are the project's own terms
and are declared in its ontology.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKind:
    """How one kind of node is named, drawn and typed."""

    label: str  #: singular, lower case, as people say it
    plural: str
    colour: str  #: CSS hex; the palette stays apart for the colour-blind (Okabe and Ito 2008, Paul Tol)
    shape: str  #: its outline on the page, the second channel beside colour
    rdf_classes: tuple[str, ...]  #: standard classes first, the project's own last


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeKind:
    """How one kind of edge is named and which RDF property it becomes."""

    label: str  #: reads "SOURCE label TARGET"
    rdf_property: str


#: What a paper's text can name. Keys are the annotation guidelines' types.
ENTITY_TYPES: dict[str, NodeKind] = {
    "METHOD": NodeKind(
        label="method",
        plural="methods",
        colour="#0072B2",
        shape="dot",
        rdf_classes=("mls:Algorithm", "skos:Concept", "kg:Method"),
    ),
    "MODEL": NodeKind(
        label="model",
        plural="models",
        colour="#D55E00",
        shape="diamond",
        rdf_classes=("mls:Model", "skos:Concept", "kg:Model"),
    ),
    "DATASET": NodeKind(
        label="dataset",
        plural="datasets",
        colour="#009E73",
        shape="square",
        rdf_classes=("mls:Dataset", "schema:Dataset", "skos:Concept", "kg:Dataset"),
    ),
    "TASK": NodeKind(
        label="task",
        plural="tasks",
        colour="#CC79A7",
        shape="triangle",
        rdf_classes=("mls:Task", "skos:Concept", "kg:Task"),
    ),
    "METRIC": NodeKind(
        label="metric",
        plural="metrics",
        colour="#B8860B",
        shape="triangleDown",
        rdf_classes=("mls:EvaluationMeasure", "skos:Concept", "kg:Metric"),
    ),
}

#: The other kinds of nodes.
OTHER_KINDS: dict[str, NodeKind] = {
    "PAPER": NodeKind(
        label="paper",
        plural="papers",
        colour="#56606B",
        shape="document",
        rdf_classes=("fabio:ResearchPaper", "schema:ScholarlyArticle", "kg:Paper"),
    ),
    "REPOSITORY": NodeKind(
        label="repository",
        plural="repositories",
        colour="#56B4E9",
        shape="hexagon",
        rdf_classes=("schema:SoftwareSourceCode", "fabio:Repository", "kg:Repository"),
    ),
    "PAGE": NodeKind(
        label="page",
        plural="pages",
        colour="#999999",
        shape="ring",
        rdf_classes=("schema:WebPage", "kg:Page"),
    ),
    "AUTHOR": NodeKind(
        label="author",
        plural="authors",
        colour="#882255",
        shape="star",
        rdf_classes=("foaf:Person", "kg:Author"),
    ),
}

NODE_KINDS: dict[str, NodeKind] = ENTITY_TYPES | OTHER_KINDS

#: How a paper relates to an entity, strongest first: where two mentions disagree, the earlier one wins.
ROLES: dict[str, EdgeKind] = {
    "proposes": EdgeKind(label="proposes", rdf_property="kg:proposes"),
    "compares": EdgeKind(label="compares against", rdf_property="kg:compares"),
    "uses": EdgeKind(label="uses", rdf_property="kg:uses"),
    "addresses": EdgeKind(label="addresses", rdf_property="kg:addresses"),
    "mentions": EdgeKind(label="mentions", rdf_property="kg:mentions"),
}

#: What a text states between two entities.
RELATIONS: dict[str, EdgeKind] = {
    "based_on": EdgeKind(label="is based on", rdf_property="kg:basedOn"),
    "part_of": EdgeKind(label="is part of", rdf_property="kg:partOf"),
    "is_a": EdgeKind(label="is a", rdf_property="kg:isA"),
    "used_for": EdgeKind(label="is used for", rdf_property="kg:usedFor"),
    "evaluated_on": EdgeKind(label="is evaluated on", rdf_property="kg:evaluatedOn"),
    "trained_on": EdgeKind(label="is trained on", rdf_property="kg:trainedOn"),
    "outperforms": EdgeKind(label="outperforms", rdf_property="kg:outperforms"),
}

#: What a link points to.
LINK_KINDS: tuple[str, ...] = ("code", "project", "data", "model", "paper", "other")

#: How a paper relates to what it links to: its own, something it builds on, or something it names.
LINK_RELATIONS: dict[str, EdgeKind] = {
    "provides": EdgeKind(label="provides", rdf_property="kg:provides"),
    "builds_on": EdgeKind(label="builds on", rdf_property="kg:buildsOn"),
    "cites": EdgeKind(label="cites", rdf_property="kg:cites"),
}

#: Edges that no single sentence states: from records, names and addresses.
OTHER_EDGES: dict[str, EdgeKind] = {
    "written_by": EdgeKind(label="is written by", rdf_property="dcterms:creator"),
    "broader": EdgeKind(label="is a variant of", rdf_property="skos:broader"),
    "implemented_by": EdgeKind(label="is implemented by", rdf_property="kg:implementedBy"),
}

EDGE_KINDS: dict[str, EdgeKind] = ROLES | RELATIONS | LINK_RELATIONS | OTHER_EDGES
