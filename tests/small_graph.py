# ruff: noqa: E501 - the tables below are read by column
"""A small graph made by hand: eleven papers on bird song, with their entities, edges and results.

Exporters and queries are tested on it. Every quote stands in its paper's text; `says` finds it there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kg import schema
from kg.records import Edge, Entity, Paper, ResultRow, Support, paper_node

SPARROW, CHIRP, FINCH, ECHO, NEST, SURVEY, ROBIN, WREN, OWL, DAWN, EMPTY = (
    "2501.00001",
    "2501.00002",
    "2502.00003",
    "2502.00004",
    "2503.00005",
    "2503.00006",
    "2503.00007",
    "2504.00008",
    "10.5555/owl.9",
    "dawn-notes",
    "2504.00011",
)

PAPERS = (
    Paper(
        id=SPARROW,
        arxiv_id=SPARROW,
        title="SparrowNet hears birds",
        abstract="We propose SparrowNet for bird song recognition. SparrowNet builds on WaveFormer and is "
        "trained "
        "on ChirpSet. It reaches an accuracy of 91.5% on ChirpSet, against 88.2% for WaveFormer. The code "
        "is at "
        "https://github.com/birdlab/sparrownet.",
        authors=("Ada Finch", "Bo Wren"),
        url="https://arxiv.org/abs/2501.00001",
        date="2025-01-10",
        categories=("cs.SD", "eess.AS"),
    ),
    Paper(
        id=CHIRP,
        arxiv_id=CHIRP,
        title="ChirpSet, a dataset of songs",
        abstract="We release ChirpSet, ten thousand hours for bird song recognition. WaveFormer scores 0.85 "
        "F1.",
        authors=("Bo Wren",),
        url="https://arxiv.org/abs/2501.00002",
        date="2025-01-20",
        categories=("cs.SD",),
    ),
    Paper(
        id=FINCH,
        arxiv_id=FINCH,
        title="FinchNet",
        abstract="FinchNet outperforms SparrowNet on ChirpSet with an accuracy of 93%. FinchNet is built on "
        "SparrowNet and uses contrastive learning. Code: https://github.com/birdlab/finchnet.",
        authors=("Ada Finch",),
        date="2025-02",
        categories=("cs.SD", "cs.LG"),
    ),
    Paper(
        id=ECHO,
        arxiv_id=ECHO,
        title="Echo augmentation",
        abstract="Echo augmentation is used for bird song recognition. We evaluate it on ChirpSet and "
        "NestBench.",
        authors=("Cleo Roux",),
        date="2025-02-14",
        categories=("cs.LG",),
    ),
    Paper(
        id=NEST,
        arxiv_id=NEST,
        title="NestBench",
        abstract="We introduce NestBench, a benchmark for sound localisation. SparrowNet reaches an "
        "accuracy of "
        "71% and WaveFormer one of 65.5% on NestBench. Localisation error is 4.5 degrees for SparrowNet.",
        date="2025-03-03",
        categories=("cs.SD",),
    ),
    Paper(
        id=SURVEY,
        arxiv_id=SURVEY,
        title="A survey of <models> & songs",
        abstract="We survey bird song recognition and sound localisation. FinchNet is a kind of transformer.",
        authors=("Dee O'Hara",),
        date="2025-03-15",
        categories=("cs.SD",),
    ),
    Paper(
        id=ROBIN,
        arxiv_id=ROBIN,
        title="RobinNet: contrastive learning of songs",
        abstract="RobinNet outperforms SparrowNet and WaveFormer. RobinNet is based on WaveFormer, is "
        "trained on "
        "ChirpSet and DawnCorpus, and uses contrastive learning.",
        authors=("Ada Finch", "Cleo Roux"),
        date="2025-03-30",
        categories=("cs.SD", "cs.LG"),
    ),
    Paper(
        id=WREN,
        arxiv_id=WREN,
        title="WaveFormer 2",
        abstract="WaveFormer 2 outperforms FinchNet on ChirpSet with an accuracy of 94.25 percent. We build "
        "on "
        "https://github.com/birdlab/sparrownet.",
        date="2025-04-01",
        categories=("cs.SD",),
    ),
    Paper(
        id=OWL,
        doi=OWL,
        title="Ünïcode owls \U0001f989 and \x01controls",
        abstract="An owl \U0001f989 hears at night. OWL is trained on DawnCorpus.",
        date="2025-04",
    ),
    Paper(
        id=DAWN,
        title="Notes on DawnCorpus",
        abstract="DawnCorpus grew. See https://birds.example/dawn?v=2 for it.",
        url="https://birds.example/notes",
        date="2025",
    ),
    Paper(id=EMPTY, arxiv_id=EMPTY, title="A title without an abstract", date="2025-03-22"),
)
TEXTS = {paper.id: paper.text for paper in PAPERS}


def entity(
    id_: str, kind: str, name: str, *aliases: str, types: tuple[tuple[str, int], ...] = (), **rest: object
) -> Entity:
    """An entity whose aliases were each met once."""
    votes = types or (((kind, 1),) if kind in schema.ENTITY_TYPES else ())
    return Entity(
        id=id_,
        kind=kind,
        name=name,
        aliases=tuple((alias, 1) for alias in (name, *aliases)),
        types=votes,
        papers=len({paper for paper, text in TEXTS.items() if name.casefold() in text.casefold()}),
        **rest,  # type: ignore[arg-type]
    )


ENTITIES = (
    entity("author/ada-finch", "AUTHOR", "Ada Finch"),
    entity("author/bo-wren", "AUTHOR", "Bo Wren"),
    entity("author/cleo-roux", "AUTHOR", "Cleo Roux"),
    entity("author/dee-o-hara", "AUTHOR", "Dee O'Hara"),
    entity("dataset/chirpset", "DATASET", "ChirpSet", "CHIRP-Set"),
    entity("dataset/dawncorpus", "DATASET", "DawnCorpus"),
    entity("dataset/nestbench", "DATASET", "NestBench", types=(("DATASET", 2), ("TASK", 1))),
    entity(
        "method/contrastive-learning",
        "METHOD",
        "contrastive learning",
        "Contrastive learning",
        concept="https://kg.example/vocabulary/contrastive-learning",
    ),
    entity("method/echo-augmentation", "METHOD", "echo augmentation", "Echo augmentation", "EA"),
    entity("metric/accuracy", "METRIC", "accuracy"),
    entity("metric/f1", "METRIC", "F1"),
    entity("metric/localisation-error", "METRIC", "localisation error", "Localisation error"),
    entity("model/finchnet", "MODEL", "FinchNet"),
    entity("model/owl", "MODEL", "OWL", ambiguous=True),
    entity("model/robinnet", "MODEL", "RobinNet"),
    entity("model/sparrownet", "MODEL", "SparrowNet"),
    entity("model/transformer", "MODEL", "transformer"),
    entity("model/waveformer", "MODEL", "WaveFormer"),
    entity("model/waveformer-2", "MODEL", "WaveFormer 2"),
    entity(
        "page/birds.example/dawn%3Fv%3D2",
        "PAGE",
        "birds.example/dawn",
        url="https://birds.example/dawn?v=2",
        link_kind="data",
    ),
    entity(
        "repository/github.com/birdlab/finchnet",
        "REPOSITORY",
        "birdlab/finchnet",
        url="https://github.com/birdlab/finchnet",
        link_kind="code",
    ),
    entity(
        "repository/github.com/birdlab/sparrownet",
        "REPOSITORY",
        "birdlab/sparrownet",
        url="https://github.com/birdlab/SparrowNet",
        link_kind="code",
    ),
    entity("task/bird-song-recognition", "TASK", "bird song recognition"),
    entity("task/sound-localisation", "TASK", "sound localisation"),
)


def says(paper: str, quote: str, *, rule: str = "by-hand", score: float = 0.9) -> Support:
    """The evidence that a paper's text gives by a quote, which must stand in it once."""
    text = TEXTS[paper]
    assert text.count(quote) == 1, (paper, quote)
    start = text.index(quote)
    return Support(paper=paper, start=start, end=start + len(quote), quote=quote, rule=rule, score=score)


def record(paper: str, rule: str) -> Support:
    """The evidence that a paper's record gives."""
    return Support(paper=paper, start=None, end=None, quote="", rule=rule, score=1.0)


_S1 = "We propose SparrowNet for bird song recognition."
_S2 = "SparrowNet builds on WaveFormer and is trained on ChirpSet."
_S3 = "It reaches an accuracy of 91.5% on ChirpSet, against 88.2% for WaveFormer."
_C1 = "We release ChirpSet, ten thousand hours for bird song recognition."
_C2 = "WaveFormer scores 0.85 F1."
_F1 = "FinchNet outperforms SparrowNet on ChirpSet with an accuracy of 93%."
_F2 = "FinchNet is built on SparrowNet and uses contrastive learning."
_E1 = "Echo augmentation is used for bird song recognition."
_E2 = "We evaluate it on ChirpSet and NestBench."
_N1 = "We introduce NestBench, a benchmark for sound localisation."
_N2 = "SparrowNet reaches an accuracy of 71% and WaveFormer one of 65.5% on NestBench."
_N3 = "Localisation error is 4.5 degrees for SparrowNet."
_V1 = "We survey bird song recognition and sound localisation."
_V2 = "FinchNet is a kind of transformer."
_R1 = "RobinNet outperforms SparrowNet and WaveFormer."
_R2 = "RobinNet is based on WaveFormer, is trained on ChirpSet and DawnCorpus, and uses contrastive learning."
_W1 = "WaveFormer 2 outperforms FinchNet on ChirpSet with an accuracy of 94.25 percent."
_W2 = "We build on https://github.com/birdlab/sparrownet."
_O1 = "OWL is trained on DawnCorpus."
_D1 = "DawnCorpus grew."
_D2 = "See https://birds.example/dawn?v=2 for it."

#: paper, role, entity, sentence
ROLES = (
    (SPARROW, "proposes", "model/sparrownet", _S1),
    (SPARROW, "addresses", "task/bird-song-recognition", _S1),
    (SPARROW, "compares", "model/waveformer", _S3),
    (SPARROW, "uses", "dataset/chirpset", _S2),
    (SPARROW, "uses", "metric/accuracy", _S3),
    (CHIRP, "proposes", "dataset/chirpset", _C1),
    (CHIRP, "addresses", "task/bird-song-recognition", _C1),
    (CHIRP, "uses", "model/waveformer", _C2),
    (CHIRP, "uses", "metric/f1", _C2),
    (FINCH, "proposes", "model/finchnet", _F1),
    (FINCH, "compares", "model/sparrownet", _F1),
    (FINCH, "uses", "dataset/chirpset", _F1),
    (FINCH, "uses", "metric/accuracy", _F1),
    (FINCH, "uses", "method/contrastive-learning", _F2),
    (ECHO, "proposes", "method/echo-augmentation", _E1),
    (ECHO, "addresses", "task/bird-song-recognition", _E1),
    (ECHO, "uses", "dataset/chirpset", _E2),
    (ECHO, "uses", "dataset/nestbench", _E2),
    (NEST, "proposes", "dataset/nestbench", _N1),
    (NEST, "addresses", "task/sound-localisation", _N1),
    (NEST, "uses", "model/sparrownet", _N2),
    (NEST, "uses", "model/waveformer", _N2),
    (NEST, "uses", "metric/accuracy", _N2),
    (NEST, "uses", "metric/localisation-error", _N3),
    (SURVEY, "addresses", "task/bird-song-recognition", _V1),
    (SURVEY, "addresses", "task/sound-localisation", _V1),
    (SURVEY, "mentions", "model/finchnet", _V2),
    (SURVEY, "mentions", "model/transformer", _V2),
    (ROBIN, "proposes", "model/robinnet", _R1),
    (ROBIN, "compares", "model/sparrownet", _R1),
    (ROBIN, "compares", "model/waveformer", _R1),
    (ROBIN, "uses", "dataset/chirpset", _R2),
    (ROBIN, "uses", "dataset/dawncorpus", _R2),
    (ROBIN, "uses", "method/contrastive-learning", _R2),
    (WREN, "proposes", "model/waveformer-2", _W1),
    (WREN, "compares", "model/finchnet", _W1),
    (WREN, "uses", "dataset/chirpset", _W1),
    (WREN, "uses", "metric/accuracy", _W1),
    (OWL, "uses", "model/owl", _O1),
    (OWL, "uses", "dataset/dawncorpus", _O1),
    (DAWN, "mentions", "dataset/dawncorpus", _D1),
)

#: source, kind, target, paper, sentence
STATED = (
    ("model/sparrownet", "based_on", "model/waveformer", SPARROW, _S2),
    ("model/sparrownet", "trained_on", "dataset/chirpset", SPARROW, _S2),
    ("model/sparrownet", "outperforms", "model/waveformer", SPARROW, _S3),
    ("model/sparrownet", "outperforms", "model/waveformer", NEST, _N2),
    ("model/sparrownet", "evaluated_on", "dataset/chirpset", SPARROW, _S3),
    ("model/sparrownet", "evaluated_on", "dataset/nestbench", NEST, _N2),
    ("model/sparrownet", "used_for", "task/bird-song-recognition", SPARROW, _S1),
    ("model/waveformer", "evaluated_on", "dataset/nestbench", NEST, _N2),
    ("model/finchnet", "outperforms", "model/sparrownet", FINCH, _F1),
    ("model/finchnet", "evaluated_on", "dataset/chirpset", FINCH, _F1),
    ("model/finchnet", "based_on", "model/sparrownet", FINCH, _F2),
    ("model/finchnet", "is_a", "model/transformer", SURVEY, _V2),
    ("method/contrastive-learning", "part_of", "model/finchnet", FINCH, _F2),
    ("method/echo-augmentation", "used_for", "task/bird-song-recognition", ECHO, _E1),
    ("method/echo-augmentation", "evaluated_on", "dataset/chirpset", ECHO, _E2),
    ("method/echo-augmentation", "evaluated_on", "dataset/nestbench", ECHO, _E2),
    ("model/robinnet", "outperforms", "model/sparrownet", ROBIN, _R1),
    ("model/robinnet", "outperforms", "model/waveformer", ROBIN, _R1),
    ("model/robinnet", "based_on", "model/waveformer", ROBIN, _R2),
    ("model/robinnet", "trained_on", "dataset/chirpset", ROBIN, _R2),
    ("model/robinnet", "trained_on", "dataset/dawncorpus", ROBIN, _R2),
    ("model/waveformer-2", "outperforms", "model/finchnet", WREN, _W1),
    ("model/waveformer-2", "evaluated_on", "dataset/chirpset", WREN, _W1),
    ("model/owl", "trained_on", "dataset/dawncorpus", OWL, _O1),
    (paper_node(SPARROW), "provides", "repository/github.com/birdlab/sparrownet", SPARROW, "The code is at"),
    (paper_node(FINCH), "provides", "repository/github.com/birdlab/finchnet", FINCH, "Code:"),
    (paper_node(WREN), "builds_on", "repository/github.com/birdlab/sparrownet", WREN, _W2),
    (paper_node(DAWN), "cites", "page/birds.example/dawn%3Fv%3D2", DAWN, _D2),
)

#: source, kind, target, the paper whose record says so, rule
RECORDED = (
    ("model/waveformer-2", "broader", "model/waveformer", WREN, "version"),
    ("model/sparrownet", "implemented_by", "repository/github.com/birdlab/sparrownet", SPARROW, "same-name"),
    ("model/finchnet", "implemented_by", "repository/github.com/birdlab/finchnet", FINCH, "same-name"),
    *(
        (paper_node(paper.id), "written_by", "author/" + re.sub(r"\W", "-", author.lower()), paper.id, "record")
        for paper in PAPERS
        for author in paper.authors
    ),
)  # fmt: skip


def _edges() -> tuple[Edge, ...]:
    found: defaultdict[tuple[str, str, str], list[Support]] = defaultdict(list)
    for paper, role, target, sentence in ROLES:
        found[paper_node(paper), role, target].append(says(paper, sentence, rule=f"role-{role}", score=0.8))
    for source, kind, target, paper, sentence in STATED:
        found[source, kind, target].append(says(paper, sentence, rule=f"pattern-{kind}"))
    for source, kind, target, paper, rule in RECORDED:
        found[source, kind, target].append(record(paper, rule))
    return tuple(
        Edge(
            source=source,
            target=target,
            kind=kind,
            support=len({support.paper for support in evidence}),
            confidence=1 - 0.1 ** len(evidence) if kind in schema.RELATIONS else 0.8,
            evidence=tuple(sorted(evidence, key=lambda support: (support.paper, support.start or 0))),
        )
        for (source, kind, target), evidence in sorted(
            found.items(), key=lambda item: (item[0][0], item[0][1], item[0][2])
        )
    )


EDGES = _edges()


#: paper, number within it, subject, metric, metric as worded, value as worded, number, unit, dataset, baseline,
#: sentence
_MEASURED: tuple[tuple[Any, ...], ...] = (
    (OWL, 1, "model/owl", None, "nights", "many", None, "", None, None, "An owl \U0001f989 hears at night."),
    (SPARROW, 1, "model/sparrownet", "accuracy", "accuracy", "91.5%", 91.5, "%", "chirpset", "waveformer", _S3),
    (SPARROW, 2, "model/waveformer", "accuracy", "accuracy", "88.2%", 88.2, "%", "chirpset", None, _S3),
    (CHIRP, 1, "model/waveformer", "f1", "F1", "0.85", 0.85, "", "chirpset", None, _C2),
    (FINCH, 1, "model/finchnet", "accuracy", "accuracy", "93%", 93.0, "%", "chirpset", "sparrownet", _F1),
    (NEST, 1, "model/sparrownet", "accuracy", "accuracy", "71%", 71.0, "%", "nestbench", None, _N2),
    (NEST, 2, "model/waveformer", "accuracy", "accuracy", "65.5%", 65.5, "%", "nestbench", None, _N2),
    (NEST, 3, "model/sparrownet", "localisation-error", "error", "4.5 degrees", 4.5, "degrees", "nestbench", None, _N3),
    (WREN, 1, "model/waveformer-2", "accuracy", "accuracy", "94.25 percent", 94.25, "%", "chirpset", "finchnet", _W1),
)  # fmt: skip
RESULTS = tuple(
    ResultRow(
        id=f"result/{paper}/{index}",
        paper=paper,
        subject=subject,
        metric=metric and f"metric/{metric}",
        metric_text=metric_text,
        value=value,
        number=number,
        unit=unit,
        dataset=dataset and f"dataset/{dataset}",
        baseline=baseline and f"model/{baseline}",
        evidence=says(paper, sentence, rule="number"),
    )
    for paper, index, subject, metric, metric_text, value, number, unit, dataset, baseline, sentence in _MEASURED
)


@dataclass(frozen=True)
class SmallGraph:
    """The least that exporters need of a graph."""

    all_papers: tuple[Paper, ...] = PAPERS
    all_entities: tuple[Entity, ...] = ENTITIES
    all_edges: tuple[Edge, ...] = EDGES
    all_results: tuple[ResultRow, ...] = RESULTS

    def papers(self) -> Iterator[Paper]:
        """By id."""
        return iter(sorted(self.all_papers, key=lambda paper: paper.id))

    def entities(self) -> Iterator[Entity]:
        """By id."""
        return iter(sorted(self.all_entities, key=lambda node: node.id))

    def edges(self) -> Iterator[Edge]:
        """By source, kind and target."""
        return iter(sorted(self.all_edges, key=lambda edge: (edge.source, edge.kind, edge.target)))

    def results(self) -> Iterator[ResultRow]:
        """By paper and number."""
        return iter(sorted(self.all_results, key=lambda row: (row.paper, row.id)))
