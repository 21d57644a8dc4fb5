"""Entities from clusters: their names, ids, types and aliases, in columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg import schema
from kg.columns import schema_of
from kg.linking.clusters import Clusters
from kg.linking.corpus import Corpus, Ints
from kg.linking.digest import flat, starts
from kg.linking.forms import NAME_MARK, Forms
from kg.linking.grouping import Groups, distinct_numbers, group_counts
from kg.linking.identifiers import distinct
from kg.linking.in_columns import InColumns
from kg.linking.known_names import Texts, id_tail, names_of_many, normal_forms
from kg.linking.memory import Memory
from kg.linking.names import is_unmistakable, parse
from kg.linking.shortforms import ShortForms
from kg.linking.surfaces import Surfaces
from kg.records import Entity
from kg.vocabulary import Vocabulary

#: So many letters a bare acronym has at most; longer ones are seldom coined twice.
LONGEST_ACRONYM = 4
#: Where less than one paper in so many proposes a name, the others that seem to are mistaken for it.
FEW_PROPOSE = 10

_TYPE_ORDER = {name: position for position, name in enumerate(schema.ENTITY_TYPES)}
_COUNTED = schema_of(Entity).field("aliases").type


@dataclass(frozen=True, slots=True)
class Gathered:
    """What gathers under each centre."""

    aliases: Groups  #: surfaces, with numbers of mentions
    types: Groups  #: types, with numbers of papers
    written: Groups  #: cleaned spellings of its forms, with how often each is written
    papers: Ints
    proposed: Ints  #: entities that their papers propose


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """The nodes that are entities, one for each centre that has any; numbered by their centres."""

    centres: Ints
    at: Ints  #: centre → number of its node, or -1
    ids: list[str]
    kinds: list[str]
    tails: Any  #: ends of the ids that they want; an Arrow array
    names: list[str]
    types: Groups  #: number → types by votes, with numbers of papers
    papers: Ints
    concepts: dict[int, str]  #: number → concept
    ambiguous: Ints
    aliases: Groups  #: number → surfaces by mentions

    def id_of(self, centre: int) -> str:
        """The id of a centre's node, or nothing."""
        number = self.at[centre]
        return self.ids[number] if number >= 0 else ""

    def batch(self, corpus: Corpus) -> Any:
        """All as a record batch of `Entity`."""
        size = len(self.ids)
        nothing = pa.array([""], pa.string()).take(pa.array(np.zeros(size, dtype=np.int64)))
        concepts = [""] * size
        for number, concept in self.concepts.items():
            concepts[number] = concept
        return pa.RecordBatch.from_arrays(
            [
                pa.array(self.ids, pa.string()),
                pa.array(self.kinds, pa.string()),
                pa.array(self.names, pa.string()),
                _counted(self.aliases, corpus.surfaces.words),
                _counted(self.types, corpus.types.words),
                pa.array(self.papers),
                nothing,
                nothing,
                pa.array(concepts, pa.string()),
                pa.array(self.ambiguous),
            ],
            schema=schema_of(Entity),
        )


def _counted(groups: Groups, words: Sequence[str]) -> Any:
    """Lists of words with their counts."""
    used, place = np.unique(groups.items, return_inverse=True)
    names = pa.array([words[code] for code in used.tolist()], pa.string()).take(pa.array(place))
    items = pa.StructArray.from_arrays([names, pa.array(groups.weights)], fields=list(_COUNTED.value_type))
    return pa.ListArray.from_arrays(pa.array(groups.starts, pa.int32()), items, type=_COUNTED)


def gather_nodes(corpus: Corpus, forms: Forms, centres: Ints, clusters: Clusters) -> Gathered:
    """Count what each centre's entities have.

    Only what is written for its forms names a node: what papers also call the entity may be another
    thing's name.
    """
    size = len(forms)
    paper = corpus.paper.astype(np.int64)
    in_paper = distinct_numbers(centres * len(corpus.papers) + paper)
    kinds = max(len(corpus.types), 1)
    voted = distinct_numbers((centres * len(corpus.papers) + paper) * kinds + corpus.type)
    centre_of_text = np.repeat(clusters.centre_of, np.diff(forms.written.starts))
    return Gathered(
        aliases=group_counts(centres[corpus.entity], corpus.surface, size, corpus.count),
        types=group_counts(voted // kinds // max(len(corpus.papers), 1), voted % kinds, size),
        written=group_counts(centre_of_text, forms.written.items, size, forms.written.weights),
        papers=np.bincount(in_paper // max(len(corpus.papers), 1), minlength=size),
        proposed=np.bincount(centres, corpus.role == corpus.roles("proposes"), size),
    )


def entities(
    corpus: Corpus,
    forms: Forms,
    centres: Ints,
    clusters: Clusters,
    readings: ShortForms,
    *,
    texts: Texts,
    vocabulary: Vocabulary | None = None,
    memory: Memory | None = None,
) -> Nodes:
    """The entities of all papers as nodes."""
    gathered = gather_nodes(corpus, forms, centres, clusters)
    used = distinct_numbers(centres)
    at = np.full(len(forms), -1, dtype=np.int64)
    at[used] = np.arange(len(used))
    types = _by_votes(gathered.types.only(used), corpus.types.words)
    # every node has a type
    kinds = list(map(corpus.types.words.__getitem__, types.items[types.starts[:-1]].tolist()))
    written = gathered.written.only(used)
    concepts = {
        int(at[centre]): concept for centre, concept in clusters.concept_of.items() if at[centre] >= 0
    }
    names, tails = _names(written, kinds, concepts, forms, texts, vocabulary, memory or Memory())
    papers, keys = gathered.papers[used], list(map(forms.key.__getitem__, used.tolist()))
    found = Nodes(
        centres=used,
        at=at,
        ids=_ids(keys, kinds, names, tails, papers),
        kinds=kinds,
        tails=tails,
        names=names,
        types=types,
        papers=papers,
        concepts=concepts,
        ambiguous=np.zeros(len(used), dtype=bool),
        aliases=_by_count(gathered.aliases.only(used), corpus.surfaces.words),
    )
    _mark_ambiguous(found, keys, written, gathered.proposed[used].tolist(), forms, texts, readings)
    return found


def _by_votes(types: Groups, words: Sequence[str]) -> Groups:
    """Types by number of papers, then in the order of the schema."""
    order = sorted(range(len(words)), key=lambda code: (_TYPE_ORDER.get(words[code], 99), words[code]))
    rank = np.empty(len(words), dtype=np.int64)
    rank[order] = np.arange(len(words))
    return types.sorted(rank[types.items] if len(types.items) else types.items)


def _by_count(aliases: Groups, words: Sequence[str]) -> Groups:
    """Surfaces by number of mentions, then by their letters."""
    several = np.repeat(np.diff(aliases.starts) > 1, np.diff(aliases.starts))
    codes = distinct_numbers(aliases.items[several])
    order = np.array(
        sorted(range(len(codes)), key=[words[code] for code in codes.tolist()].__getitem__), dtype=np.int64
    )
    rank = np.zeros(len(words), dtype=np.int64)
    rank[codes[order]] = np.arange(len(codes))
    return aliases.sorted(rank[aliases.items])


def _names(
    written: Groups,
    kinds: Sequence[str],
    concepts: Mapping[int, str],
    forms: Forms,
    texts: Texts,
    vocabulary: Vocabulary | None,
    memory: Memory,
) -> tuple[list[str], Any]:
    """Names, and the ends of the ids that they want."""
    ways = np.diff(written.starts)
    named = {
        number: vocabulary.concepts[concept].name
        for number, concept in concepts.items()
        if vocabulary is not None
    }
    many_ways = ways > 1
    many_ways[list(named)] = False
    several = np.flatnonzero(many_ways)
    named_things = pc.is_in(pa.array(kinds, pa.string()), value_set=pa.array(["DATASET", "MODEL"]))
    distinct_names = named_things.to_numpy(zero_copy_only=False)[several]
    many = names_of_many(written.only(several), distinct_names, forms.surfaces.texts.words, memory)
    first = written.items[written.starts[:-1]] if len(ways) else written.items
    alone = pa.array(first)
    columns = []
    for each, other, say in (
        (texts.name, many[0], named),
        (texts.tail, many[1], {number: id_tail(name) for number, name in named.items()}),
    ):
        # those of one spelling, of several, and of the vocabulary, one after the other
        place = np.arange(len(ways))
        place[several] = len(ways) + np.arange(len(several))
        place[list(say)] = len(ways) + len(several) + np.arange(len(say))
        parts = [each.take(alone), other, pa.array(say.values(), pa.string())]
        columns.append(pa.concat_arrays(parts).take(pa.array(place)))
    return columns[0].to_pylist(), columns[1]


def _ids(
    keys: Sequence[str], kinds: Sequence[str], names: Sequence[str], tails: Any, papers: Ints
) -> list[str]:
    lowered = pa.array([kind.lower() for kind in kinds], pa.string())
    wanted = pc.binary_join_element_wise(lowered, tails, "/")
    encoded = wanted.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    ids: list[str] = wanted.to_pylist()
    shared = np.flatnonzero(np.bincount(encoded, minlength=1)[encoded] > 1) if len(encoded) else encoded
    number = {keys[place]: place for place in shared.tolist()}
    rivals = distinct(
        ((key, ids[place]) for key, place in number.items()),
        # what more papers speak of keeps its id when another thing of that name turns up
        lambda key: (-int(papers[number[key]]), parse(names[number[key]]).key != key.rstrip(NAME_MARK)),
    )
    for key, id_ in rivals.items():
        ids[number[key]] = id_
    return ids


def node_id(kind: str, name: str) -> str:
    """The id that a node of a type wants; one for singular and plural: which of them is the name may change
    as papers are added.

    >>> node_id("TASK", "Question Answering"), node_id("MODEL", "language models")
    ('task/question-answering', 'model/language-model')
    """
    return f"{kind.lower()}/{id_tail(name)}"


def _mark_ambiguous(
    nodes: Nodes,
    keys: Sequence[str],
    written: Groups,
    proposed: Sequence[int],
    forms: Forms,
    texts: Texts,
    readings: ShortForms,
) -> None:
    if not len(nodes.ids):
        return
    bare = np.minimum.reduceat(texts.brief[written.items].astype(np.int8), written.starts[:-1])
    words = forms.surfaces.texts.words
    for number in np.flatnonzero(bare).tolist():
        if number not in nodes.concepts:
            nodes.ambiguous[number] = _is_ambiguous(
                keys[number],
                [words[code] for code, _ in written.counts(number)],
                papers=int(nodes.papers[number]),
                proposed=proposed[number],
                kind=nodes.kinds[number],
                readings=readings,
            )


def _is_ambiguous(
    key: str, written: Collection[str], *, papers: int, proposed: int, kind: str, readings: ShortForms
) -> bool:
    """Whether a node whose spellings may all be short forms is a bare acronym: papers spell it out in several
    ways, or nobody does.

    No acronyms left open are names with small letters or digits inside or with many letters, what one
    paper proposes under that name, and models and datasets, which are mostly known by their short names.
    What several papers propose is several things, unless they are few among the many that use it.
    """
    if len(readings.readings.get(key, ())) > 1 or (proposed > 1 and proposed * FEW_PROPOSE > papers):
        return True
    if proposed or kind in ("MODEL", "DATASET"):
        return False
    return len(key) <= LONGEST_ACRONYM and not any(is_unmistakable(surface) for surface in written)


# ---------------------------------------------------------------- the table


def entity_rows(
    batches: Sequence[Any], order: Ints, corpus: Corpus, surfaces: Surfaces, memory: Memory
) -> InColumns[Entity]:
    """Entities in the order given, which is that of their ids, with the normal forms of their names."""
    table = pa.Table.from_batches(batches).combine_chunks().take(pa.array(order))
    return InColumns(Entity, table.append_column(_KEYS_FIELD, _keys(table, corpus, surfaces, memory)))


def metrics(entities: InColumns[Entity]) -> dict[str, str]:
    """Metrics of the set by the normal forms of their names, where only one has it."""
    table = entities.table
    chosen = table.filter(pc.and_(pc.equal(table["kind"], "METRIC"), pc.invert(table["ambiguous"])))
    found: dict[str, set[str]] = {}
    for id_, keys in zip(chosen["id"].to_pylist(), chosen["keys"].to_pylist(), strict=True):
        for key in keys:
            found.setdefault(key, set()).add(id_)
    return {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}


_KEYS_FIELD = pa.field("keys", pa.list_(pa.field("item", pa.string(), nullable=False)), nullable=False)


def _keys(table: Any, corpus: Corpus, surfaces: Surfaces, memory: Memory) -> Any:
    """What each entity is found by: the normal forms of its name and of all its aliases."""
    size = table.num_rows
    lengths, aliases = flat(table["aliases"].combine_chunks() if size else pa.array([], _COUNTED))
    said = pa.concat_arrays([*table["name"].chunks, aliases.field("name")])
    entity = np.concatenate([np.arange(size), np.repeat(np.arange(size), lengths)])
    encoded = said.dictionary_encode()
    known = pc.index_in(encoded.dictionary, value_set=pa.array(corpus.surfaces.words, pa.string()))
    forms = pa.array(surfaces.lists.forms.words, pa.string())
    form = pa.array(np.where(surfaces.form >= 0, surfaces.form, 0), mask=surfaces.form < 0)
    missing = known.is_null()
    by_surface = pc.fill_null(forms.take(form.take(known.filter(pc.invert(missing)))), "")
    others = normal_forms(encoded.dictionary.filter(missing), memory)
    missed = missing.to_numpy(zero_copy_only=False)
    place = np.where(missed, np.cumsum(missed) - 1 + len(by_surface), np.cumsum(~missed) - 1)
    keys = pa.concat_arrays([by_surface, others]).take(pa.array(place)).dictionary_encode()
    code = keys.indices.to_numpy(zero_copy_only=False)[encoded.indices.to_numpy(zero_copy_only=False)]
    words = keys.dictionary
    nothing = words.index("").as_py() if len(words) else -1
    several = _unique_pairs(entity[code != nothing], code[code != nothing], max(len(words), 1))
    entity, code = several // max(len(words), 1), several % max(len(words), 1)
    count = np.bincount(entity, minlength=size)
    # keys of one entity stand in their letters' order
    many = count[entity] > 1
    some = distinct_numbers(code[many])
    spelt = words.take(pa.array(some)).to_pylist()
    rank = np.zeros(max(len(words), 1), dtype=np.int64)
    rank[some[np.array(sorted(range(len(some)), key=spelt.__getitem__), dtype=np.int64)]] = np.arange(
        len(some)
    )
    order = np.lexsort((rank[code], entity))
    return pa.ListArray.from_arrays(
        pa.array(starts(count), pa.int32()), words.take(pa.array(code[order])), type=_KEYS_FIELD.type
    )


def _unique_pairs(left: Ints, right: Ints, width: int) -> Ints:
    return distinct_numbers(left.astype(np.int64) * width + right)


__all__ = ["Nodes", "entities", "entity_rows", "gather_nodes", "metrics", "node_id"]
