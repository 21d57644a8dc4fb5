"""Families of names: versions, sizes and variants, each bound to the nearest member that is a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.linking.clusters import Clusters, Decision
from kg.linking.edges import EdgeSet
from kg.linking.evidence import Grounds
from kg.linking.forms import Forms
from kg.linking.guards import family, may_have_family, objection
from kg.linking.names import join, parse
from kg.linking.shortforms import ShortForms
from kg.records import Entity
from kg.vocabulary import Vocabulary


def add_families(
    edges: EdgeSet,
    entities: Sequence[Entity],
    first_papers: Mapping[str, int],
    forms: Forms,
    clusters: Clusters,
    readings: ShortForms,
    ids: Mapping[int, str],
    *,
    vocabulary: Vocabulary | None = None,
) -> None:
    """Add `broader` edges: by the vocabulary, else by what the name is when its last part is taken off.

    Each such name is also put down as a decision: it was looked at, and kept apart. `first_papers` says
    which paper names each node first; it stands for the edge.
    """
    by_concept = {entity.concept: entity for entity in entities if entity.concept}
    by_id = {entity.id: entity for entity in entities}
    for entity in entities:
        concept = vocabulary.concepts.get(entity.concept) if vocabulary is not None else None
        known = [by_concept[id_].id for id_ in (concept.broader if concept else ()) if id_ in by_concept]
        for target in known:
            edges.add(entity.id, "broader", target, paper=first_papers[entity.id], rule="vocabulary")
        if not may_have_family(entity.name):
            continue
        name = parse(entity.name)
        for wanted in family(name):
            key = wanted if wanted in forms.number else join(readings.common.get(wanted, ()))
            number = forms.number.get(key)
            target = "" if number is None else ids.get(int(clusters.centre_of[number]), "")
            if number is None or not target or target == entity.id or by_id[target].kind != entity.kind:
                continue
            if not known:
                edges.add(entity.id, "broader", target, paper=first_papers[entity.id], rule="family")
            own = forms.number.get(name.key)
            if own is not None:
                rule, reason = objection(name.keys, forms.words[number], proper=True)
                grounds = Grounds(rule or "family", 1.0, reason or "a variant of it")
                clusters.decisions.append(Decision(own, number, False, grounds))
            break
