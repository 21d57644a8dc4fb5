"""Edges and result rows, each with everything that supports it.

An edge's confidence is a noisy-or over the papers that state it: 1 − Π (1 − s), where s is the best
score of its evidence in each paper, capped at CEILING so that no single reading is taken for certain
(the same combination as in Dong et al. 2014, "Knowledge Vault", section 4.3, with papers for extractors).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg import schema
from kg.columns import from_batch, schema_of
from kg.linking.corpus import NONE, Codes, Corpus, Ints, SaidResult
from kg.linking.grouping import runs
from kg.linking.names import parse
from kg.linking.surfaces import Surfaces
from kg.records import Edge, Paper, ResultRow, Support, paper_node

#: No single paper's evidence counts for more.
CEILING = 0.95
#: In place of a quote's number: it is still to be read from the text of the edge's own paper.
IN_TEXT = -2
#: So many edges are made at a time.
AT_A_TIME = 8192

_ROLE_RANK = {role: rank for rank, role in enumerate(schema.ROLES)}
_COLUMNS = ("source", "kind", "target", "paper", "start", "end", "rule", "score", "quote")


@dataclass(slots=True)
class EdgeSet:
    """Edges as they are found: one row for each piece of evidence."""

    corpus: Corpus
    nodes: Codes = field(default_factory=Codes)
    kinds: Codes = field(default_factory=Codes)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    blocks: list[tuple[Ints, ...]] = field(default_factory=list)
    _papers: Any = None

    def add(
        self,
        source: str,
        kind: str,
        target: str,
        *,
        paper: int,
        rule: str = "record",
        score: float = 1.0,
        start: int = NONE,
        end: int = NONE,
        quote: int = NONE,
    ) -> None:
        """Add a piece of evidence, by default that of the paper's record."""
        rule_code = self.corpus.rules(rule)
        ends = self.nodes(source), self.kinds(kind), self.nodes(target)
        self.rows.append((*ends, paper, start, end, rule_code, score, quote))

    def add_block(self, *columns: Ints) -> None:
        """Add many: one column for each of source, kind, target, paper, start, end, rule, score and quote."""
        self.blocks.append(columns)

    def numbers(self, nodes: Sequence[str]) -> Ints:
        """The numbers of some nodes."""
        return np.array(list(map(self.nodes, nodes)), dtype=np.int64)

    def add_records(self, papers: Ints, kind: str, targets: Ints) -> None:
        """Add edges that papers' records state, from each paper to the node with the number beside it."""
        size = len(papers)
        nowhere = np.full(size, NONE)
        self.add_block(
            self.papers()[papers],
            np.full(size, self.kinds(kind)),
            targets,
            papers,
            nowhere,
            nowhere,
            np.full(size, self.corpus.rules("record")),
            np.ones(size),
            nowhere,
        )

    def papers(self) -> Ints:
        """The numbers of the papers' nodes."""
        if self._papers is None:
            self._papers = self.numbers([paper_node(id_) for id_ in self.corpus.papers])
        return self._papers

    def close(self, papers: Iterable[Paper]) -> EdgeRows:
        """All edges; `papers` can be gone through again and again, in the order of their ids."""
        blocks = [*self.blocks, *([tuple(zip(*self.rows, strict=True))] if self.rows else [])]
        columns = {
            name: np.concatenate([np.asarray(block[i]) for block in blocks] or [np.array([], dtype=np.int64)])
            for i, name in enumerate(_COLUMNS)
        }
        columns["score"] = columns["score"].astype(np.float64)
        # an edge from a node to itself says nothing
        proper = columns["source"] != columns["target"]
        columns = {name: column[proper] for name, column in columns.items()}
        places, kinds = _ranks(self.nodes.words), _ranks(self.kinds.words)
        size = len(places)
        ends = (places[columns["source"]] * len(kinds) + kinds[columns["kind"]]) * size + places[
            columns["target"]
        ]
        order = np.argsort(ends)
        # most edges have one piece of evidence: only the others need more to be put in order
        same = ends[order][1:] == ends[order][:-1]
        several = np.flatnonzero(np.append(same, False) | np.append(False, same)) if len(order) else order
        rows = order[several]
        order[several] = rows[
            np.lexsort(
                (
                    columns["score"][rows],
                    _ranks(self.corpus.rules.words)[columns["rule"][rows]],
                    columns["end"][rows],
                    columns["start"][rows],
                    columns["paper"][rows],
                    ends[rows],
                )
            )
        ]
        columns = {name: column[order] for name, column in columns.items()}
        if len(order):
            told = [columns[name] for name in _COLUMNS[:-1]]
            new = np.ones(len(order), dtype=bool)
            new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in told])
            columns = {name: column[new] for name, column in columns.items()}
        return EdgeRows(self.corpus, self.nodes.words, places, self.kinds.words, columns, papers)


def _ranks(words: list[str]) -> Ints:
    """The place of each word in their order."""
    ranks = np.empty(len(words), dtype=np.int64)
    # UTF-8 sorts as code points do
    ranks[pc.sort_indices(pa.array(words, pa.string())).to_numpy()] = np.arange(len(words))
    return ranks


class EdgeRows(Collection[Edge]):
    """All edges by source, kind and target. They are kept as columns: each time they are gone through, the
    edges are made anew, and the papers read again for what is quoted.
    """

    def __init__(
        self,
        corpus: Corpus,
        nodes: list[str],
        places: Ints,
        kinds: list[str],
        columns: Mapping[str, Ints],
        papers: Iterable[Paper],
    ) -> None:
        self._corpus, self._nodes, self._kinds, self._columns, self._papers = (
            corpus,
            nodes,
            kinds,
            columns,
            papers,
        )
        new = np.ones(len(columns["source"]), dtype=bool)
        if len(new):
            new[1:] = np.logical_or.reduce(
                [columns[name][1:] != columns[name][:-1] for name in ("source", "kind", "target")]
            )
        #: node → its place in the order of all ids
        self.places = places
        #: edge → its first row; one more
        self._starts = np.append(np.flatnonzero(new), len(new))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __contains__(self, edge: object) -> bool:
        return any(edge == other for other in self)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Collection)
            and len(self) == len(other)
            and all(ours == theirs for ours, theirs in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]

    def kinds(self) -> dict[str, int]:
        """How many edges of each kind there are, by kind."""
        counts = np.bincount(self._columns["kind"][self._starts[:-1]], minlength=len(self._kinds)).tolist()
        return {kind: count for kind, count in sorted(zip(self._kinds, counts, strict=True)) if count}

    def __iter__(self) -> Iterator[Edge]:
        for batch in self.batches(AT_A_TIME):
            yield from from_batch(Edge, batch)

    def batches(self, size: int) -> Iterator[Any]:
        """The edges as Arrow record batches of so many rows, the last one maybe fewer."""
        nodes, kinds, papers, rules = (
            pa.array(words, type=pa.string())
            for words in (self._nodes, self._kinds, self._corpus.papers, self._corpus.rules.words)
        )
        quotes = _Quotes(self._corpus, self._papers)
        evidence_type = schema_of(Edge).field("evidence").type
        fields = list(evidence_type.value_type)
        for first in range(0, len(self), size):
            bounds = self._starts[first : first + size + 1]
            rows = {name: column[bounds[0] : bounds[-1]] for name, column in self._columns.items()}
            bounds = bounds - bounds[0]
            heads = bounds[:-1]
            unsaid = rows["start"] < 0
            supports = pa.StructArray.from_arrays(
                [
                    papers.take(pa.array(rows["paper"])),
                    pa.array(rows["start"], mask=unsaid),
                    pa.array(rows["end"], mask=unsaid),
                    quotes.all_of(rows),
                    rules.take(pa.array(rows["rule"])),
                    pa.array(rows["score"]),
                ],
                fields=fields,
            )
            support, sure = _weighed(rows, bounds)
            yield pa.RecordBatch.from_arrays(
                [
                    nodes.take(pa.array(rows["source"][heads])),
                    nodes.take(pa.array(rows["target"][heads])),
                    kinds.take(pa.array(rows["kind"][heads])),
                    pa.array(support),
                    pa.array(sure),
                    pa.ListArray.from_arrays(pa.array(bounds.astype(np.int32)), supports, type=evidence_type),
                ],
                schema=schema_of(Edge),
            )


def _weighed(rows: Mapping[str, Ints], bounds: Ints) -> tuple[Ints, Ints]:
    """The number of papers that support each edge, and how sure it is."""
    heads = bounds[:-1]
    support = np.ones(len(heads), dtype=np.int64)
    scores, place = np.unique(rows["score"][heads], return_inverse=True)
    sure = np.array([confidence([(0, score)]) for score in scores.tolist()])[place]
    for edge in np.flatnonzero(np.diff(bounds) > 1).tolist():
        at = slice(bounds[edge], bounds[edge + 1])
        said = list(zip(rows["paper"][at].tolist(), rows["score"][at].tolist(), strict=True))
        support[edge] = len({paper for paper, _ in said})
        sure[edge] = confidence(said)
    return support, sure


class _Quotes:
    """Quotes: those that were kept, and those that are read from the papers' texts, one paper at a time."""

    def __init__(self, corpus: Corpus, papers: Iterable[Paper]) -> None:
        self._kept = corpus.quotes
        self._texts = enumerate(_texts(papers))
        self._paper, self._text = NONE, ""

    def all_of(self, rows: Mapping[str, Ints]) -> Any:
        """The quotes of some rows; what is in the texts is asked for in the order of the papers."""
        quote = rows["quote"]
        kept, read = np.flatnonzero(quote >= 0), np.flatnonzero(quote == IN_TEXT)
        said = [
            self._in_text(paper, start, end)
            for paper, start, end in zip(
                *(rows[name][read].tolist() for name in ("paper", "start", "end")), strict=True
            )
        ]
        place = np.full(len(quote), len(kept) + len(read))  # at last, nothing
        place[kept], place[read] = np.arange(len(kept)), len(kept) + np.arange(len(read))
        parts = [self._kept.take(pa.array(quote[kept])), pa.array([*said, ""], pa.string())]
        return pa.concat_arrays(parts).take(pa.array(place))

    def _in_text(self, paper: int, start: int, end: int) -> str:
        while self._paper < paper:
            self._paper, self._text = next(self._texts)
        return self._text[start:end]


def _texts(papers: Iterable[Paper]) -> Iterator[str]:
    """The papers' texts; of a table, no more is read than it takes."""
    if not hasattr(papers, "batches"):
        yield from (paper.text for paper in papers)
        return
    for batch in papers.batches(["title", "abstract"]):
        yield from pc.binary_join_element_wise(batch["title"], batch["abstract"], "\n").to_pylist()


def confidence(said: Sequence[tuple[int, float]]) -> float:
    """How sure an edge is, from 0 to 1, with four decimals; `said` are its papers, each with a score.

    >>> confidence([(1, 0.5)]), confidence([(1, 0.5), (2, 0.6)]), confidence([(1, 0.5), (1, 0.6)])
    (0.5, 0.8, 0.6)
    """
    if len(said) == 1:
        return round(min(said[0][1], CEILING), 4)
    best: dict[int, float] = {}
    for paper, score in said:
        best[paper] = max(best.get(paper, 0.0), min(score, CEILING))
    doubt = 1.0
    for paper in sorted(best):
        doubt *= 1.0 - best[paper]
    return round(1.0 - doubt, 4)


def add_statements(edges: EdgeSet, corpus: Corpus, node: Ints) -> None:
    """Add what papers say: roles of entities in papers, and relations between entities; `node` says which
    node each entity is.
    """
    kinds = np.array([edges.kinds(role) for role in corpus.roles.words], dtype=np.int64)
    ranks = np.array([_ROLE_RANK[role] for role in corpus.roles.words], dtype=np.int64)
    papers = edges.papers()
    if len(node):
        rank = ranks[corpus.role]
        _, place = np.unique(corpus.paper.astype(np.int64) * len(edges.nodes) + node, return_inverse=True)
        strongest = np.full(place.max() + 1, len(ranks) + len(_ROLE_RANK))
        np.minimum.at(strongest, place, rank)
        chosen = rank == strongest[place]
        said = corpus.said
        edges.add_block(
            papers[corpus.paper[chosen]],
            kinds[corpus.role[chosen]],
            node[chosen],
            *(
                np.array(column)[chosen]
                for column in (said.paper, said.start, said.end, said.rule, said.score)
            ),
            np.full(int(chosen.sum()), IN_TEXT),
        )
    if len(corpus.subject):
        predicates = np.array([edges.kinds(word) for word in corpus.predicates.words], dtype=np.int64)
        told = corpus.stated
        edges.add_block(
            node[corpus.subject],
            predicates[corpus.predicate],
            node[corpus.object],
            *(told.paper, told.start, told.end, told.rule, told.score, told.quote),
        )


def result_rows(
    corpus: Corpus, nodes: Sequence[str], surfaces: Surfaces, metrics: Mapping[str, str]
) -> Iterator[ResultRow]:
    """The results with their subjects, metrics, datasets and baselines as nodes, by paper and number;
    `nodes` gives the node of each entity, `metrics` metrics of the set by the normal forms of their names.
    """
    kind = corpus.types("METRIC")
    papers = np.array([result.paper for result in corpus.results], dtype=np.int64)
    for start, end in runs(papers):
        paper = int(papers[start])
        own = {
            surfaces.keys(surface): nodes[entity]
            for entity in range(corpus.starts[paper], corpus.starts[paper + 1])
            if corpus.type[entity] == kind
            for surface in corpus.surface[corpus.first[entity] : corpus.first[entity + 1]].tolist()
        }
        for number, said in enumerate(corpus.results[start:end], start=1):
            quote = corpus.quotes[said.quote].as_py()
            yield _row(corpus.papers[paper], number, said, quote, nodes, own, metrics)


def _row(
    paper: str,
    number: int,
    said: SaidResult,
    quote: str,
    nodes: Sequence[str],
    own: Mapping[str, str],
    metrics: Mapping[str, str],
) -> ResultRow:
    result = said.result
    metric = parse(result.metric).key
    named = nodes[said.metric] if said.metric >= 0 else None
    return ResultRow(
        id=f"result/{paper}/{number}",
        paper=paper,
        subject=nodes[said.subject],
        metric=named or own.get(metric) or metrics.get(metric),
        metric_text=result.metric,
        value=result.value,
        number=result.number,
        unit=result.unit,
        dataset=None if said.dataset < 0 else nodes[said.dataset],
        baseline=None if said.baseline < 0 else nodes[said.baseline],
        evidence=Support(
            paper=paper,
            start=result.evidence.start,
            end=result.evidence.end,
            quote=quote,
            rule=result.evidence.rule,
            score=result.evidence.score,
        ),
    )
