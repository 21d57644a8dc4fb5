"""Families of names: versions, sizes and variants, each bound to the nearest member that is a node."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.linking.clusters import Clusters, Decision
from kg.linking.edges import EdgeSet
from kg.linking.evidence import Grounds
from kg.linking.forms import Forms
from kg.linking.guards import family, may_have_family, objection
from kg.linking.memory import Memory
from kg.linking.names import join, parse
from kg.linking.nodes import Nodes
from kg.linking.shortforms import ShortForms
from kg.vocabulary import Vocabulary

_SCHEMA = pa.schema([("family", pa.list_(pa.field("item", pa.string(), nullable=False)))])


def add_families(
    edges: EdgeSet,
    nodes: Nodes,
    first_papers: Sequence[int],
    forms: Forms,
    clusters: Clusters,
    readings: ShortForms,
    *,
    vocabulary: Vocabulary | None = None,
    memory: Memory | None = None,
) -> None:
    """Add `broader` edges: by the vocabulary, else by what the name is when its last part is taken off.

    Each such name is also put down as a decision: it was looked at, and kept apart. `first_papers` says
    which paper names each node first; it stands for the edge.
    """
    by_concept = {concept: number for number, concept in nodes.concepts.items()}
    known: dict[int, list[int]] = {}
    for number, id_ in nodes.concepts.items():
        concept = vocabulary.concepts.get(id_) if vocabulary is not None else None
        if found := [
            by_concept[other] for other in (concept.broader if concept else ()) if other in by_concept
        ]:
            known[number] = found
    for number, targets in known.items():
        for target in targets:
            edges.add(
                nodes.ids[number], "broader", nodes.ids[target], paper=first_papers[number], rule="vocabulary"
            )
    for number, wanted in _families(nodes.names, memory or Memory()):
        name = parse(nodes.names[number])
        for each in wanted:
            key = each if each in forms.number else join(readings.common.get(each, ()))
            form = forms.number.get(key)
            target = -1 if form is None else int(nodes.at[clusters.centre_of[form]])
            if form is None or target in (-1, number) or nodes.kinds[target] != nodes.kinds[number]:
                continue
            if number not in known:
                edges.add(
                    nodes.ids[number], "broader", nodes.ids[target], paper=first_papers[number], rule="family"
                )
            own = forms.number.get(name.key)
            if own is not None:
                rule, reason = objection(name.keys, forms.words[form], proper=True)
                grounds = Grounds(rule or "family", 1.0, reason or "a variant of it")
                clusters.decisions.append(Decision(own, form, False, grounds))
            break


def _families(names: Sequence[str], memory: Memory) -> list[tuple[int, list[str]]]:
    """The numbers of the names that may be variants, with the keys of what they may be variants of."""
    column = pa.array(names, pa.string())
    asked = np.flatnonzero(may_have_family(column).to_numpy(zero_copy_only=False))
    encoded = column.take(pa.array(asked)).dictionary_encode()
    found = memory.column("families", encoded.dictionary, _of_names).column(0).take(encoded.indices)
    some = pc.greater(pc.list_value_length(found), 0)
    numbers = asked[some.to_numpy(zero_copy_only=False)].tolist()
    return list(zip(numbers, found.filter(some).to_pylist(), strict=True))


def _of_names(names: list[str]) -> pa.RecordBatch:
    families = [family(parse(name)) for name in names]
    return pa.RecordBatch.from_arrays([pa.array(families, type=_SCHEMA.field(0).type)], schema=_SCHEMA)
