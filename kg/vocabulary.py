"""Vocabularies: what is known beforehand about names, in SKOS Turtle.

The shipped ones stand in `seeds/vocabulary`, whose README.md describes the format; users add their
own. A `Vocabulary` is plain data; `kg.extraction.vocabulary` looks its labels up in texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from kg import schema
from kg.errors import UsageError
from kg.resources import resource

ONTOLOGY = "https://kg.example/ontology#"
CONCEPTS = "https://kg.example/vocabulary/"

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_PREF, _ALT, _HIDDEN = (_SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel"))
_BROADER, _EXACT = _SKOS + "broader", _SKOS + "exactMatch"
#: class IRI → entity type, from the schema's own rows ("kg:Method" → METHOD)
_TYPES = {
    ONTOLOGY + name.removeprefix("kg:"): entity_type
    for entity_type, kind in schema.ENTITY_TYPES.items()
    for name in kind.rdf_classes
    if name.startswith("kg:")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One entry: a thing with its type and its names."""

    id: str  #: its IRI
    type: str  #: a key of schema.ENTITY_TYPES
    name: str  #: preferred label
    aliases: tuple[str, ...] = ()  #: other names, sorted
    hidden: tuple[str, ...] = ()  #: misspellings: recognised, never shown
    broader: tuple[str, ...] = ()  #: IRIs of what it is a variant of
    same_as: tuple[str, ...] = ()  #: IRIs of it elsewhere

    @property
    def labels(self) -> tuple[str, ...]:
        """All names, the preferred one first."""
        return (self.name, *self.aliases, *self.hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Concepts by IRI, and the words that name no entity by themselves."""

    concepts: dict[str, Concept]
    generic: frozenset[str] = frozenset()  #: lower case
    own: frozenset[str] = frozenset()  #: IRIs that the user's own files describe


def load_vocabulary(paths: Iterable[Path] = ()) -> Vocabulary:
    """The shipped vocabularies and, on top, the Turtle files given.

    Where two files describe one IRI, the later one's preferred label and type count, and all other
    names are kept. Raises UsageError, with file and line, where a file cannot be read.
    """
    return _load(tuple(Path(path) for path in paths))


@lru_cache(maxsize=4)  # a process builds its pipeline from the same files again and again
def _load(paths: tuple[Path, ...]) -> Vocabulary:
    folder = resource("seeds", "vocabulary")
    concepts: dict[str, Concept] = {}
    own: set[str] = set()
    for path in [*sorted(folder.glob("*.ttl")), *paths]:
        for concept in read_concepts(path):
            if path in paths:
                own.add(concept.id)
            known = concepts.get(concept.id)
            concepts[concept.id] = concept if known is None else _merged(known, concept)
    generic = read_generic(folder / "generic.txt")
    return Vocabulary(concepts=concepts, generic=generic, own=frozenset(own))


def read_concepts(path: Path) -> list[Concept]:
    """The concepts of one SKOS Turtle file, in order of their IRIs.

    Raises UsageError for a file that is missing, no Turtle, or has a concept without a type or name.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    found: dict[str, dict[str, list[str]]] = {}
    try:
        for triple in ox.parse(data, format=ox.RdfFormat.TURTLE):
            if isinstance(triple.subject, ox.NamedNode) and isinstance(
                triple.object, ox.NamedNode | ox.Literal
            ):
                properties = found.setdefault(triple.subject.value, {})
                properties.setdefault(triple.predicate.value, []).append(triple.object.value)
    except SyntaxError as error:
        reason = str(error.msg).split(" at line")[0]
        detail = str(error.msg).partition(": ")[2]
        raise UsageError(
            f"{path}:{error.lineno}: {detail or reason}", hint="a vocabulary is SKOS in Turtle"
        ) from error
    return [
        _concept(path, iri, properties)
        for iri, properties in sorted(found.items())
        if _PREF in properties or not _TYPES.keys().isdisjoint(properties.get(_RDF_TYPE, ()))
    ]


def read_generic(path: Path) -> frozenset[str]:
    """The generic words of a text file: one a line, in lower case; `#` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(line.casefold() for line in lines if line)


def _concept(path: Path, iri: str, properties: dict[str, list[str]]) -> Concept:
    types = sorted({_TYPES[name] for name in properties.get(_RDF_TYPE, ()) if name in _TYPES})
    names = sorted({" ".join(label.split()) for label in properties.get(_PREF, ())} - {""})
    if len(types) != 1:
        known = ", ".join("kg:" + name.removeprefix(ONTOLOGY) for name in sorted(_TYPES))
        problem = "has no type" if not types else "has several types"
        raise UsageError(f"{path}: concept <{iri}> {problem}", hint=f"give it one of {known}")
    if len(names) != 1:
        problem = "has no preferred label" if not names else "has several preferred labels"
        raise UsageError(f"{path}: concept <{iri}> {problem}", hint="give it one skos:prefLabel")
    aliases = _labels(properties.get(_ALT, ())) - {names[0]}
    return Concept(
        id=iri,
        type=types[0],
        name=names[0],
        aliases=tuple(sorted(aliases)),
        hidden=tuple(sorted(_labels(properties.get(_HIDDEN, ())) - aliases - {names[0]})),
        broader=tuple(sorted(set(properties.get(_BROADER, ())))),
        same_as=tuple(sorted(set(properties.get(_EXACT, ())))),
    )


def _labels(labels: Sequence[str]) -> set[str]:
    return {" ".join(label.split()) for label in labels} - {""}


def _merged(first: Concept, second: Concept) -> Concept:
    aliases = ({first.name} | set(first.aliases) | set(second.aliases)) - {second.name}
    return Concept(
        id=second.id,
        type=second.type,
        name=second.name,
        aliases=tuple(sorted(aliases)),
        hidden=tuple(sorted((set(first.hidden) | set(second.hidden)) - aliases - {second.name})),
        broader=tuple(sorted(set(first.broader) | set(second.broader))),
        same_as=tuple(sorted(set(first.same_as) | set(second.same_as))),
    )
