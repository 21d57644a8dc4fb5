"""Entities from clusters: their names, ids, types and aliases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg import schema
from kg.linking.clusters import Clusters
from kg.linking.forms import NAME_MARK, Forms
from kg.linking.identifiers import distinct, slug
from kg.linking.names import is_unmistakable, parse, singular_phrase
from kg.linking.naming import canonical_name
from kg.linking.shortforms import ShortForms
from kg.records import Entity, Extraction, LocalEntity, Paper
from kg.vocabulary import Vocabulary

#: So many letters a bare acronym has at most; longer ones are seldom coined twice.
LONGEST_ACRONYM = 4

_TYPE_ORDER = {name: position for position, name in enumerate(schema.ENTITY_TYPES)}


@dataclass(slots=True)
class _Node:
    """What gathers under one centre."""

    aliases: dict[str, int] = field(default_factory=dict)  #: surface → mentions
    types: dict[str, int] = field(default_factory=dict)  #: type → papers
    papers: int = 0
    proposed: int = 0  #: local entities that their papers propose
    paper: int = -1  #: number of the last paper counted
    seen: tuple[str, ...] = ()  #: the types that it gave


def entities(
    papers: Mapping[str, Paper],
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
        text = papers[extraction.paper].text
        for entity in extraction.entities:
            node = gathered.get(centres[local])
            if node is None:
                node = gathered[centres[local]] = _Node()
            _add(node, entity, number, text)
            local += 1
    types = {centre: _votes(node.types) for centre, node in gathered.items()}
    written = _written(forms, clusters)
    names = {
        centre: _name(written[centre], types[centre][0][0], clusters.concept_of.get(centre, ""), vocabulary)
        for centre in gathered
    }
    ids = distinct(
        (centre, f"{types[centre][0][0].lower()}/{_slug(name)}", parse(name).key == centre.rstrip(NAME_MARK))
        for centre, name in names.items()
    )
    found = [
        Entity(
            id=ids[centre],
            kind=types[centre][0][0],
            name=names[centre],
            aliases=tuple(sorted(node.aliases.items(), key=_by_count)),
            types=types[centre],
            papers=node.papers,
            concept=clusters.concept_of.get(centre, ""),
            ambiguous=_is_ambiguous(centre, node, written[centre], clusters, readings),
        )
        for centre, node in gathered.items()
    ]
    return found, ids


def _add(node: _Node, entity: LocalEntity, number: int, text: str) -> None:
    if node.paper != number:
        node.paper = number
        node.papers += 1
        node.seen = ()
    if entity.type not in node.seen:
        node.seen = (*node.seen, entity.type)
        node.types[entity.type] = node.types.get(entity.type, 0) + 1
    node.proposed += entity.role == "proposes"
    for surface, count in mention_counts(entity, text).items():
        node.aliases[surface] = node.aliases.get(surface, 0) + count


def mention_counts(entity: LocalEntity, text: str) -> dict[str, int]:
    """How often each of an entity's surfaces stands in a text; once at least."""
    counts = dict.fromkeys(entity.surfaces, 0)
    for mention in entity.mentions:
        surface = text[mention.start : mention.end]
        if surface in counts:
            counts[surface] += 1
    return {surface: count or 1 for surface, count in counts.items()}


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _votes(types: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(types.items(), key=lambda item: (-item[1], _TYPE_ORDER.get(item[0], 99), item[0])))


def _written(forms: Forms, clusters: Clusters) -> dict[str, dict[str, int]]:
    """How often each surface was written for a form of each centre.

    Only these name the node: what papers also call the entity may be another thing's name.
    """
    written: dict[str, dict[str, int]] = {}
    for key, form in forms.by_key.items():
        counts = written.setdefault(clusters.centre_of[key], {})
        for surface, count in form.written.items():
            counts[surface] = counts.get(surface, 0) + count
    return written


def _name(written: Mapping[str, int], entity_type: str, concept: str, vocabulary: Vocabulary | None) -> str:
    if concept and vocabulary is not None:
        return vocabulary.concepts[concept].name
    return canonical_name(written, entity_type=entity_type)


def _slug(name: str) -> str:
    """A name's slug, one for singular and plural: which of them is shown may change as papers are added."""
    return slug(singular_phrase(name.lower()) if " " in name else name)


def _is_ambiguous(
    centre: str, node: _Node, written: Mapping[str, int], clusters: Clusters, readings: ShortForms
) -> bool:
    """Whether the node is a bare acronym: papers spell it out in several ways, or nobody does.

    No acronyms left open are names with small letters or digits inside or with many letters, what one
    paper proposes under that name, and models and datasets, which are mostly known by their short names.
    """
    if clusters.concept_of.get(centre) or not all(parse(surface).brief for surface in written):
        return False
    if len(readings.readings.get(centre, ())) > 1 or node.proposed > 1:
        return True
    if node.proposed or _votes(node.types)[0][0] in ("MODEL", "DATASET"):
        return False
    return len(centre) <= LONGEST_ACRONYM and not any(is_unmistakable(surface) for surface in written)
