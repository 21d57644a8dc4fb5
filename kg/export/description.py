"""What a graph says about itself: VoID and DCAT, and the run that made it; without clock times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kg import __version__
from kg.errors import UsageError
from kg.export.base import ExportOptions
from kg.export.iris import Iris, address
from kg.export.terms import PREFIXES, integer, literal, term

Properties = list[tuple[NamedNode, NamedNode | Literal]]
Block = tuple[NamedNode, Properties]

_TYPE = term("rdf:type")


class Tally:
    """Counts of triples: in all, by property, and by class."""

    def __init__(self) -> None:
        self.triples = 0
        self.properties: Counter[NamedNode] = Counter()
        self.classes: Counter[NamedNode | Literal] = Counter()

    def add(self, block: tuple[NamedNode, Properties]) -> None:
        """Count a block in."""
        properties = block[1]
        self.triples += len(properties)
        for property_, value in properties:
            self.properties[property_] += 1
            if property_ is _TYPE:
                self.classes[value] += 1


def description(tally: Tally, iris: Iris, options: ExportOptions) -> Iterator[Block]:
    """The run, and the data set with its counts, which include the description itself.

    How many triples the description has depends on which properties and classes there are, not on
    their counts; so it is made once to be counted, and once more to be given.
    """
    draft = list(_blocks(tally, iris, options))
    for property_ in {property_ for _, properties in draft for property_, _ in properties}:
        tally.properties[property_] += 0
    for class_ in {value for _, properties in draft for property_, value in properties if property_ is _TYPE}:
        tally.classes[class_] += 0
    for block in list(_blocks(tally, iris, options)):
        tally.add(block)
    yield from _blocks(tally, iris, options)


def _blocks(tally: Tally, iris: Iris, options: ExportOptions) -> Iterator[Block]:
    program = NamedNode(f"{iris.base}program")
    yield (
        program,
        [
            (_TYPE, term("prov:SoftwareAgent")),
            (_TYPE, term("schema:SoftwareApplication")),
            (term("schema:name"), literal("kg")),
            (term("schema:softwareVersion"), literal(__version__)),
        ],
    )
    yield iris.run, [(_TYPE, term("prov:Activity")), (term("prov:wasAssociatedWith"), program)]
    papers = tally.classes[term("kg:Paper")]
    properties: Properties = [
        (_TYPE, term("void:Dataset")),
        (_TYPE, term("dcat:Dataset")),
        (term("dcterms:title"), literal(f"Knowledge graph of {papers:,} paper{'' if papers == 1 else 's'}")),
        (term("prov:wasGeneratedBy"), iris.run),
        (term("void:uriSpace"), literal(iris.base)),
        (term("void:triples"), integer(tally.triples)),
    ]
    if options.license:
        if (terms := address(options.license)) is None:
            raise UsageError(f"licence {options.license!r} is no IRI", hint="give the address of its text")
        properties.append((term("dcterms:license"), terms))
    for prefix in ("kg", "skos", "dcterms", "fabio", "schema", "mls", "prov", "oa"):
        properties.append((term("void:vocabulary"), NamedNode(PREFIXES[prefix])))
    parts: list[Block] = []
    classes = sorted((str(class_), class_, count) for class_, count in tally.classes.items())
    for _, class_, count in classes:
        part = NamedNode(f"{iris.graph.value}#class-{_slug(class_)}")
        properties.append((term("void:classPartition"), part))
        parts.append((part, [(term("void:class"), class_), (term("void:entities"), integer(count))]))
    for _, property_, count in sorted((str(each), each, count) for each, count in tally.properties.items()):
        part = NamedNode(f"{iris.graph.value}#property-{_slug(property_)}")
        properties.append((term("void:propertyPartition"), part))
        parts.append((part, [(term("void:property"), property_), (term("void:triples"), integer(count))]))
    yield iris.graph, properties
    yield from parts


def _slug(name: NamedNode | Literal) -> str:
    """A term's prefixed name with a hyphen for the colon."""
    for prefix, namespace in PREFIXES.items():
        if name.value.startswith(namespace):
            return f"{prefix}-{name.value.removeprefix(namespace)}"
    return name.value  # pragma: no cover - every term in use has a prefix
