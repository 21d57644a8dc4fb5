"""What was decided about short forms, as records: read by a common long form, or left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.linking.clusters import Clusters
from kg.linking.context import Read
from kg.linking.forms import Forms
from kg.linking.names import join
from kg.linking.shortforms import ShortForms
from kg.records import Merge


def short_form_merges(
    forms: Forms, clusters: Clusters, readings: ShortForms, ids: Mapping[str, str]
) -> Iterator[Merge]:
    """For each short form that papers define, whether it is read so in papers that do not."""
    for short, counts in readings.readings.items():
        total = counts.total()
        agreed = join(readings.common.get(short, ()))
        common = ids.get(clusters.centre_of.get(agreed, ""), "")
        bare = ids.get(clusters.centre_of.get(short, ""), "")
        for words, count in counts.items():
            key = join(words)
            node = ids.get(clusters.centre_of.get(key, ""), "")
            same = node in (common, bare)
            if not node or not (same or bare):
                continue
            yield Merge(
                node=node,
                other=node if same else bare,
                left=forms.by_key[key].name.text,
                right=_spelling(short, forms, clusters),
                same=same,
                rule="short_form",
                score=round(count / total, 4),
                reason=f"{count} of {total} papers that define it mean {' '.join(words)}",
            )


def context_merges(
    reads: Iterable[Read], forms: Forms, clusters: Clusters, ids: Mapping[str, str], papers: Sequence[str]
) -> Iterator[Merge]:
    """For each short form that was read by its context, what that is."""
    for read in reads:
        node = ids[clusters.centre_of[read.long]]
        shared = ", ".join(forms.by_key[key].name.text for key in read.shared[:5])
        yield Merge(
            node=node,
            other=node,
            left=forms.by_key[read.long].name.text,
            right=_spelling(read.short, forms, clusters),
            same=True,
            rule="shared_context",
            score=round(read.score, 4),
            reason=f"the paper also names {shared}",
            papers=(papers[forms.paper_of[read.local]],),
        )


def _spelling(short: str, forms: Forms, clusters: Clusters) -> str:
    form = forms.by_key.get(short)
    return form.name.text if form is not None else short.upper()
