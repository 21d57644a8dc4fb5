"""What was decided about names, as a table: joined, kept apart, read by a long form or left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import pyarrow as pa

from kg.columns import schema_of
from kg.linking.clusters import Clusters
from kg.linking.context import Read
from kg.linking.corpus import Corpus
from kg.linking.forms import Forms
from kg.linking.in_columns import InColumns
from kg.linking.names import join
from kg.linking.nodes import Nodes
from kg.linking.shortforms import ShortForms
from kg.records import Merge

#: So many papers are named with a decision.
PAPERS_NAMED = 5

#: The fields of a `Merge` in the order by which the rows are sorted.
_FIELDS = ("node", "other", "left", "right", "rule", "score", "reason", "same", "papers")
_Row: TypeAlias = tuple[str, str, str, str, str, float, str, bool, tuple[str, ...]]


def merges(
    corpus: Corpus,
    forms: Forms,
    clusters: Clusters,
    readings: ShortForms,
    reads: Sequence[Read],
    nodes: Nodes,
) -> InColumns[Merge]:
    """All decisions, with nodes for centres and spellings for keys."""
    rows = {
        *_of_clusters(corpus, forms, clusters, nodes),
        *_of_short_forms(forms, clusters, readings, nodes),
        *_of_contexts(reads, corpus, forms, clusters, nodes),
    }
    columns = dict(zip(_FIELDS, zip(*sorted(rows), strict=True), strict=True)) if rows else {}
    schema = schema_of(Merge)
    arrays = [pa.array(columns.get(field.name, ()), type=field.type) for field in schema]
    return InColumns(Merge, pa.Table.from_arrays(arrays, schema=schema))


def _of_clusters(corpus: Corpus, forms: Forms, clusters: Clusters, nodes: Nodes) -> Iterator[_Row]:
    for decision in clusters.decisions:
        left, right, grounds = forms[decision.left], forms[decision.right], decision.grounds
        papers = (corpus.papers[corpus.paper[entity]] for entity in left.entities[:PAPERS_NAMED].tolist())
        yield (
            nodes.id_of(int(clusters.centre_of[left.number])),
            nodes.id_of(int(clusters.centre_of[right.number])),
            forms.spelling(left.number),
            forms.spelling(right.number),
            grounds.rule,
            round(grounds.score, 4),
            grounds.reason,
            decision.same,
            tuple(dict.fromkeys(papers)),
        )


def _of_short_forms(forms: Forms, clusters: Clusters, readings: ShortForms, nodes: Nodes) -> Iterator[_Row]:
    """For each short form that papers define, whether it is read so in papers that do not."""

    def node_of(key: str) -> str:
        number = forms.number.get(key)
        return "" if number is None else nodes.id_of(int(clusters.centre_of[number]))

    for short, counts in readings.readings.items():
        total = sum(counts.values())
        agreed = readings.common.get(short)
        common, bare = "" if agreed is None else node_of(join(agreed)), node_of(short)
        number = forms.number.get(short)
        right = short.upper() if number is None else forms.spelling(number)
        for words, count in counts.items():
            key = join(words)
            node = node_of(key)
            same = node in (common, bare)
            if node and (same or bare):
                yield (
                    node,
                    node if same else bare,
                    forms.spelling(forms.number[key]),
                    right,
                    "short_form",
                    round(count / total, 4),
                    f"{count} of {total} papers that define it mean {' '.join(words)}",
                    same,
                    (),
                )


def _of_contexts(
    reads: Iterable[Read], corpus: Corpus, forms: Forms, clusters: Clusters, nodes: Nodes
) -> Iterator[_Row]:
    """For each short form that was read by its context, what that is."""
    for read in reads:
        node = nodes.id_of(int(clusters.centre_of[read.long]))
        yield (
            node,
            node,
            forms.spelling(read.long),
            forms.spelling(read.short),
            "shared_context",
            round(read.score, 4),
            f"the paper also names {', '.join(map(forms.spelling, read.shared[:5]))}",
            True,
            (corpus.papers[corpus.paper[read.entity]],),
        )
