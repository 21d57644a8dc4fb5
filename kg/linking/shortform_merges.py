"""What was decided about short forms, as records: read by a common long form, or left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.linking.clusters import Clusters
from kg.linking.context import Read
from kg.linking.corpus import Corpus
from kg.linking.forms import Forms
from kg.linking.names import join
from kg.linking.nodes import Nodes
from kg.linking.shortforms import ShortForms
from kg.records import Merge


def short_form_merges(
    forms: Forms, clusters: Clusters, readings: ShortForms, nodes: Nodes
) -> Iterator[Merge]:
    """For each short form that papers define, whether it is read so in papers that do not."""

    def node_of(key: str) -> str:
        number = forms.number.get(key)
        return "" if number is None else nodes.id_of(int(clusters.centre_of[number]))

    for short, counts in readings.readings.items():
        total = sum(counts.values())
        common = node_of(join(readings.common.get(short, ())))
        bare = node_of(short)
        for words, count in counts.items():
            key = join(words)
            node = node_of(key)
            same = node in (common, bare)
            if not node or not (same or bare):
                continue
            yield Merge(
                node=node,
                other=node if same else bare,
                left=forms[forms.number[key]].name.text,
                right=_spelling(short, forms),
                same=same,
                rule="short_form",
                score=round(count / total, 4),
                reason=f"{count} of {total} papers that define it mean {' '.join(words)}",
            )


def context_merges(
    reads: Iterable[Read], corpus: Corpus, forms: Forms, clusters: Clusters, nodes: Nodes
) -> Iterator[Merge]:
    """For each short form that was read by its context, what that is."""
    for read in reads:
        node = nodes.id_of(int(clusters.centre_of[read.long]))
        shared = ", ".join(forms[form].name.text for form in read.shared[:5])
        yield Merge(
            node=node,
            other=node,
            left=forms[read.long].name.text,
            right=forms[read.short].name.text,
            same=True,
            rule="shared_context",
            score=round(read.score, 4),
            reason=f"the paper also names {shared}",
            papers=(corpus.papers[corpus.paper[read.entity]],),
        )


def _spelling(short: str, forms: Forms) -> str:
    form = forms.named(short)
    return form.name.text if form is not None else short.upper()
