"""What a graph says about itself: VoID and DCAT, and the run that made it; without clock times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import itemgetter

from kg import __version__
from kg.errors import UsageError
from kg.export.base import ExportOptions
from kg.export.iris import Iris, address
from kg.export.ntriples import Properties, integer, iri, literal
from kg.export.terms import PREFIXES

_TYPE = iri("rdf:type")
_property_of = itemgetter(0)

#: So many properties are counted at a time.
_TOGETHER = 10_000


class Tally:
    """Counts of triples: in all, by property, and by class."""

    def __init__(self) -> None:
        self.properties: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()
        self._waiting: list[str] = []

    def add(self, properties: Properties) -> None:
        """Count a subject's properties in."""
        waiting = self._waiting
        waiting += map(_property_of, properties)
        if len(waiting) > _TOGETHER:
            self.settle()
        for property_, value in properties:
            if property_ is not _TYPE:  # classes come first
                break
            self.classes[value] += 1

    def take_off(self, properties: Properties) -> None:
        """Count a subject's properties out again."""
        self.settle()
        self.properties.subtract(map(_property_of, properties))
        self.classes.subtract(value for property_, value in properties if property_ == _TYPE)

    def settle(self) -> None:
        """Count what was noted; many at a time, for a graph has millions."""
        self.properties.update(self._waiting)
        self._waiting.clear()


def description(tally: Tally, iris: Iris, options: ExportOptions) -> Iterator[tuple[str, Properties]]:
    """The run, and the data set with its counts, which include the description itself.

    How many triples the description has depends on which properties and classes there are, not on
    their counts; so it is made once to be counted, and once more to be given.
    """
    draft = Tally()
    tally.settle()
    tally.properties, tally.classes = +tally.properties, +tally.classes  # without what is there no more
    for _, properties in _blocks(tally, iris, options):
        draft.add(properties)
    draft.settle()
    tally.properties.update(dict.fromkeys(draft.properties, 0))
    tally.classes.update(dict.fromkeys(draft.classes, 0))
    for _, properties in list(_blocks(tally, iris, options)):
        tally.add(properties)
    tally.settle()
    yield from _blocks(tally, iris, options)


def _blocks(tally: Tally, iris: Iris, options: ExportOptions) -> Iterator[tuple[str, Properties]]:
    program = f"<{iris.base}program>"
    yield (
        program,
        [
            (_TYPE, iri("prov:SoftwareAgent")),
            (_TYPE, iri("schema:SoftwareApplication")),
            (iri("schema:name"), literal("kg")),
            (iri("schema:softwareVersion"), literal(__version__)),
        ],
    )
    yield iris.run, [(_TYPE, iri("prov:Activity")), (iri("prov:wasAssociatedWith"), program)]
    papers = tally.classes[iri("kg:Paper")]
    properties: Properties = [
        (_TYPE, iri("void:Dataset")),
        (_TYPE, iri("dcat:Dataset")),
        (iri("dcterms:title"), literal(f"Knowledge graph of {papers:,} paper{'' if papers == 1 else 's'}")),
        (iri("prov:wasGeneratedBy"), iris.run),
        (iri("void:uriSpace"), literal(iris.base)),
        (iri("void:triples"), integer(tally.properties.total())),
    ]
    if options.license:
        if (terms := address(options.license)) is None:
            raise UsageError(f"licence {options.license!r} is no IRI", hint="give the address of its text")
        properties.append((iri("dcterms:license"), terms))
    for prefix in ("kg", "skos", "dcterms", "fabio", "schema", "mls", "prov", "oa"):
        properties.append((iri("void:vocabulary"), f"<{PREFIXES[prefix]}>"))
    parts: list[tuple[str, Properties]] = []
    for class_, count in sorted(tally.classes.items()):
        part = f"{iris.graph[:-1]}#class-{_slug(class_)}>"
        properties.append((iri("void:classPartition"), part))
        parts.append((part, [(iri("void:class"), class_), (iri("void:entities"), integer(count))]))
    for property_, count in sorted(tally.properties.items()):
        part = f"{iris.graph[:-1]}#property-{_slug(property_)}>"
        properties.append((iri("void:propertyPartition"), part))
        parts.append((part, [(iri("void:property"), property_), (iri("void:triples"), integer(count))]))
    yield iris.graph, properties
    yield from parts


def _slug(name: str) -> str:
    """A term's prefixed name with a hyphen for the colon."""
    for prefix, namespace in PREFIXES.items():
        if name.startswith(f"<{namespace}"):
            return f"{prefix}-{name[len(namespace) + 1 : -1]}"
    return name[1:-1]  # pragma: no cover - every term in use has a prefix
