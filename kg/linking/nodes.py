"""Entities from clusters: their names, ids, types and aliases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kg import schema
from kg.linking.clusters import Clusters
from kg.linking.corpus import Corpus, Ints
from kg.linking.forms import NAME_MARK, Forms
from kg.linking.grouping import Groups, group_counts
from kg.linking.identifiers import distinct, slug
from kg.linking.names import is_brief, is_unmistakable, parse, singular_phrase
from kg.linking.naming import canonical_name
from kg.linking.shortforms import ShortForms
from kg.records import Entity
from kg.vocabulary import Vocabulary

#: So many letters a bare acronym has at most; longer ones are seldom coined twice.
LONGEST_ACRONYM = 4
#: Where less than one paper in so many proposes a name, the others that seem to are mistaken for it.
FEW_PROPOSE = 10

_TYPE_ORDER = {name: position for position, name in enumerate(schema.ENTITY_TYPES)}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What gathers under each centre."""

    aliases: Groups  #: surfaces, with numbers of mentions
    types: Groups  #: types, with numbers of papers
    written: Groups  #: cleaned spellings of its forms, with how often each is written
    papers: Ints
    proposed: Ints  #: entities that their papers propose


def gather_nodes(corpus: Corpus, forms: Forms, centres: Ints, clusters: Clusters) -> Gathered:
    """Count what each centre's entities have.

    Only what is written for its forms names a node: what papers also call the entity may be another
    thing's name.
    """
    size = len(forms)
    paper = corpus.paper.astype(np.int64)
    in_paper = np.unique(centres * len(corpus.papers) + paper)
    kinds = max(len(corpus.types), 1)
    voted = np.unique((centres * len(corpus.papers) + paper) * kinds + corpus.type)
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
    vocabulary: Vocabulary | None = None,
) -> tuple[list[Entity], dict[int, str]]:
    """The entities, and the id of each centre's."""
    gathered = gather_nodes(corpus, forms, centres, clusters)
    surfaces, texts, types = corpus.surfaces.words, forms.surfaces.texts.words, corpus.types.words
    used = np.unique(centres).tolist()
    votes: dict[int, tuple[tuple[str, int], ...]] = {}
    for centre, counts in enumerate(gathered.types.all_counts()):
        if counts:
            votes[centre] = _votes([(types[code], count) for code, count in counts])
    written: dict[int, dict[str, int]] = {}
    for centre, counts in enumerate(gathered.written.all_counts()):
        if centre in votes:
            written[centre] = {texts[code]: count for code, count in counts}
    concept_of = clusters.concept_of
    names = {
        centre: _name(written[centre], votes[centre][0][0], concept_of.get(centre, ""), vocabulary)
        for centre in used
    }
    papers, proposed = gathered.papers.tolist(), gathered.proposed.tolist()
    by_key = distinct(
        ((forms.key[centre], node_id(votes[centre][0][0], name)) for centre, name in names.items()),
        # what more papers speak of keeps its id when another thing of that name turns up
        lambda key: (
            -papers[forms.number[key]],
            parse(names[forms.number[key]]).key != key.rstrip(NAME_MARK),
        ),
    )
    ids = {centre: by_key[forms.key[centre]] for centre in used}
    found = []
    for centre, counts in enumerate(gathered.aliases.all_counts()):
        if centre not in ids:
            continue
        kind, concept = votes[centre][0][0], concept_of.get(centre, "")
        aliases = [(surfaces[code], count) for code, count in counts]
        if len(aliases) > 1:
            aliases.sort(key=_by_count)
        ambiguous = _is_ambiguous(
            forms.key[centre],
            written[centre],
            papers=papers[centre],
            proposed=proposed[centre],
            kind=kind,
            concept=concept,
            readings=readings,
        )
        found.append(
            Entity(
                id=ids[centre],
                kind=kind,
                name=names[centre],
                aliases=tuple(aliases),
                types=votes[centre],
                papers=papers[centre],
                concept=concept,
                ambiguous=ambiguous,
            )
        )
    return found, ids


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _votes(types: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    if len(types) > 1:
        types.sort(key=lambda item: (-item[1], _TYPE_ORDER.get(item[0], 99), item[0]))
    return tuple(types)


def _name(written: Mapping[str, int], entity_type: str, concept: str, vocabulary: Vocabulary | None) -> str:
    if concept and vocabulary is not None:
        return vocabulary.concepts[concept].name
    return canonical_name(written, entity_type=entity_type)


def node_id(kind: str, name: str) -> str:
    """The id that a node of a type wants; one for singular and plural: which of them is the name may change
    as papers are added.

    >>> node_id("TASK", "Question Answering"), node_id("MODEL", "language models")
    ('task/question-answering', 'model/language-model')
    """
    return f"{kind.lower()}/{slug(singular_phrase(name.lower()) if ' ' in name else name)}"


def _is_ambiguous(
    key: str,
    written: Mapping[str, int],
    *,
    papers: int,
    proposed: int,
    kind: str,
    concept: str,
    readings: ShortForms,
) -> bool:
    """Whether a node is a bare acronym: papers spell it out in several ways, or nobody does.

    No acronyms left open are names with small letters or digits inside or with many letters, what one
    paper proposes under that name, and models and datasets, which are mostly known by their short names.
    What several papers propose is several things, unless they are few among the many that use it.
    """
    if concept or not all(map(is_brief, written)):
        return False
    if len(readings.readings.get(key, ())) > 1 or (proposed > 1 and proposed * FEW_PROPOSE > papers):
        return True
    if proposed or kind in ("MODEL", "DATASET"):
        return False
    return len(key) <= LONGEST_ACRONYM and not any(is_unmistakable(surface) for surface in written)
