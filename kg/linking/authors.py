"""Authors: one node per name form as papers give it. Nothing is guessed about who is who."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.columns import schema_of
from kg.linking.corpus import Corpus
from kg.linking.digest import flat
from kg.linking.edges import EdgeSet
from kg.linking.grouping import distinct_numbers
from kg.linking.identifiers import distinct, slug
from kg.linking.memory import Memory
from kg.records import Entity

_SCHEMA = pa.schema([("form", pa.string()), ("tail", pa.string())])
_COUNTED = schema_of(Entity).field("aliases").type


def add_authors(edges: EdgeSet, corpus: Corpus, memory: Memory | None = None) -> Any:
    """Add the authors of papers and their edges; the authors as a record batch of `Entity`."""
    lengths, written = flat(corpus.keys.authors)
    paper = np.repeat(np.arange(len(lengths)), lengths)
    encoded = written.dictionary_encode()
    known = (memory or Memory()).column("authors", encoded.dictionary, _of_names)
    forms = known.column("form").dictionary_encode()
    code = forms.indices.to_numpy(zero_copy_only=False)[encoded.indices.to_numpy(zero_copy_only=False)]
    nothing = forms.dictionary.index("").as_py() if len(forms.dictionary) else -1
    paper, code = paper[code != nothing], code[code != nothing]
    names: list[str] = forms.dictionary.to_pylist()
    size = max(len(names), 1)
    count = np.bincount(distinct_numbers(paper * size + code) % size, minlength=size)
    # where several names make one id, the one that more papers have gets it
    _, first = np.unique(forms.indices.to_numpy(zero_copy_only=False), return_index=True)
    ids = pc.binary_join_element_wise(
        pa.array(["author"]).take(pa.array(np.zeros(len(first), dtype=np.int64))),
        known.column("tail").take(pa.array(first)),
        "/",
    )
    same = ids.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    ids = ids.to_pylist()
    present = np.flatnonzero(count[: len(names)])
    shared = (
        present[np.bincount(same[present], minlength=1)[same[present]] > 1].tolist() if len(present) else []
    )
    number = {names[each]: each for each in shared}
    rivals = distinct(
        ((names[each], ids[each]) for each in shared), lambda name: (-int(count[number[name]]),)
    )
    for name, id_ in rivals.items():
        ids[number[name]] = id_
    found = [ids[each] for each in present.tolist()]
    nodes = np.zeros(size, dtype=np.int64)
    nodes[present] = edges.numbers(found)
    edges.add_records(paper, "written_by", nodes[code])
    return _batch(found, forms.dictionary.take(pa.array(present)), count[present])


def _batch(ids: list[str], names: Any, papers: Any) -> Any:
    size = len(ids)
    places = pa.array(np.arange(size + 1), pa.int32())
    aliases = pa.StructArray.from_arrays([names, pa.array(papers)], fields=list(_COUNTED.value_type))
    nothing, kind = (
        pa.array([word], pa.string()).take(pa.array(np.zeros(size, dtype=np.int64)))
        for word in ("", "AUTHOR")
    )
    no_types = pa.ListArray.from_arrays(
        pa.array(np.zeros(size + 1), pa.int32()), aliases.slice(0, 0), type=_COUNTED
    )
    return pa.RecordBatch.from_arrays(
        [
            pa.array(ids, pa.string()),
            kind,
            names,
            pa.ListArray.from_arrays(places, aliases, type=_COUNTED),
            no_types,
            pa.array(papers, pa.int64()),
            nothing,
            nothing,
            nothing,
            pa.array(np.zeros(size, dtype=bool)),
        ],
        schema=schema_of(Entity),
    )


def _of_names(names: list[str]) -> Any:
    forms = [" ".join(name.split()) for name in names]
    columns = [pa.array(forms, pa.string()), pa.array(list(map(slug, forms)), pa.string())]
    return pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)
