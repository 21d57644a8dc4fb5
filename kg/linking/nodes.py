"""Entities from clusters: their names, ids, types and aliases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg import schema
from kg.linking.clusters import Clusters
from kg.linking.forms import Forms
from kg.linking.identifiers import distinct, slug
from kg.linking.names import is_short_form, is_unmistakable, parse
from kg.linking.naming import canonical_name
from kg.linking.shortforms import ShortForms
from kg.records import Entity, Extraction, LocalEntity
from kg.vocabulary import Vocabulary

_TYPE_ORDER = {name: -position for position, name in enumerate(schema.ENTITY_TYPES)}


@dataclass(slots=True)
class _Node:
    """What gathers under one centre."""

    aliases: Counter[str] = field(default_factory=Counter)  #: surface → mentions
    written: Counter[str] = field(default_factory=Counter)  #: surface → papers
    types: Counter[str] = field(default_factory=Counter)  #: type → papers
    papers: int = 0
    last: tuple[int, frozenset[str]] = (-1, frozenset())  #: the last paper counted, with its types


def entities(
    extractions: Sequence[Extraction],
    forms: Forms,
    centres: Sequence[str],
    clusters: Clusters,
    readings: ShortForms,
    *,
    vocabulary: Vocabulary | None = None,
) -> tuple[list[Entity], dict[str, str]]:
    """The entities, and the id of each centre's."""
    gathered: dict[str, _Node] = {}
    local = 0
    for number, extraction in enumerate(extractions):
        for entity in extraction.entities:
            node = gathered.setdefault(centres[local], _Node())
            _add(node, entity, number, extraction.paper)
            local += 1
    names = {
        centre: _name(node, clusters.concept_of.get(centre, ""), vocabulary)
        for centre, node in gathered.items()
    }
    types = {centre: _votes(node.types) for centre, node in gathered.items()}
    ids = distinct(
        (centre, f"{types[centre][0][0].lower()}/{slug(name)}", parse(name).key == centre)
        for centre, name in names.items()
    )
    found = [
        Entity(
            id=ids[centre],
            kind=types[centre][0][0],
            name=names[centre],
            aliases=tuple(sorted(node.aliases.items(), key=lambda item: (-item[1], item[0]))),
            types=types[centre],
            papers=node.papers,
            concept=clusters.concept_of.get(centre, ""),
            ambiguous=_is_ambiguous(centre, node, clusters, readings),
        )
        for centre, node in gathered.items()
    ]
    return found, ids


def _add(node: _Node, entity: LocalEntity, number: int, paper: str) -> None:
    last, seen = node.last
    if last != number:
        node.papers += 1
        seen = frozenset()
    if entity.type not in seen:
        node.types[entity.type] += 1
    node.last = number, seen | {entity.type}
    counts = mention_counts(entity)
    node.aliases.update(counts)
    node.written.update(counts.keys())


def mention_counts(entity: LocalEntity) -> dict[str, int]:
    """How often each surface was written: by its mentions' lengths, once at least."""
    if len(entity.surfaces) == 1:
        return {entity.surfaces[0]: max(1, len(entity.mentions))}
    lengths = Counter(mention.end - mention.start for mention in entity.mentions)
    same_length = Counter(map(len, entity.surfaces))
    return {
        surface: max(1, round(lengths[len(surface)] / same_length[len(surface)]))
        for surface in entity.surfaces
    }


def _votes(types: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(types.items(), key=lambda item: (-item[1], -_TYPE_ORDER.get(item[0], -99), item[0])))


def _name(node: _Node, concept: str, vocabulary: Vocabulary | None) -> str:
    if concept and vocabulary is not None:
        return vocabulary.concepts[concept].name
    return canonical_name(node.written)


def _is_ambiguous(centre: str, node: _Node, clusters: Clusters, readings: ShortForms) -> bool:
    """Whether the node is a bare acronym: nobody spells it out, or papers do so in several ways.

    Names with small letters or digits inside, with more than four letters, or proposed under that name
    in some paper are proper names, not acronyms left open.
    """
    if clusters.concept_of.get(centre) or centre in readings.common:
        return False
    names = [parse(surface) for surface in node.written]
    if not all(is_short_form(name) for name in names):
        return False
    if centre in readings.readings:
        return True
    return len(centre) <= 4 and not any(is_unmistakable(name.text) for name in names)
