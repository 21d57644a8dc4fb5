"""Families of names: versions, sizes and variants, each bound to the nearest member that is a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.linking.clusters import Clusters, Decision
from kg.linking.edges import EdgeSet, by_record
from kg.linking.evidence import Grounds
from kg.linking.forms import Forms
from kg.linking.guards import family, objection
from kg.linking.names import join, parse
from kg.linking.shortforms import ShortForms
from kg.records import Entity, Extraction
from kg.vocabulary import Vocabulary


def add_families(
    edges: EdgeSet,
    entities: Sequence[Entity],
    first_papers: Mapping[str, str],
    forms: Forms,
    clusters: Clusters,
    readings: ShortForms,
    ids: Mapping[str, str],
    *,
    vocabulary: Vocabulary | None = None,
) -> None:
    """Add `broader` edges: by the vocabulary, else by what the name is when its last part is taken off.

    Each such name is also put down as a decision: it was looked at, and kept apart.
    """
    by_concept = {entity.concept: entity for entity in entities if entity.concept}
    by_id = {entity.id: entity for entity in entities}
    for entity in entities:
        paper = first_papers[entity.id]
        concept = vocabulary.concepts.get(entity.concept) if vocabulary is not None else None
        known = [by_concept[id_].id for id_ in (concept.broader if concept else ()) if id_ in by_concept]
        for target in known:
            edges.add(entity.id, "broader", target, by_record(paper, "vocabulary"))
        name = parse(entity.name)
        for wanted in family(name):
            key = wanted if wanted in forms.by_key else join(readings.common.get(wanted, ()))
            target = ids.get(clusters.centre_of.get(key, ""), "")
            if not target or target == entity.id or by_id[target].kind != entity.kind:
                continue
            if not known:
                edges.add(entity.id, "broader", target, by_record(paper, "family"))
            if name.key in forms.by_key:
                other = forms.by_key[key]
                rule, reason = objection(name.keys, other.words, proper=True)
                grounds = Grounds(rule or "family", 1.0, reason or "a variant of it")
                clusters.decisions.append(Decision(name.key, key, False, grounds))
            break


def first_papers(extractions: Sequence[Extraction], nodes: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The first paper, by id, that names each node."""
    found: dict[str, str] = {}
    for extraction in extractions:
        for node in nodes[extraction.paper].values():
            found.setdefault(node, extraction.paper)
    return found
