"""A selection as plain data for the page: columns of numbers, strings once, texts in blocks.

`core` is what the first view needs, `details` what search and the panel need, and `texts` are read as
sentences are shown. Evidence is a place in a paper's text, never a copy of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg import __version__
from kg.export.base import ExportOptions
from kg.export.html.layout import Layout
from kg.export.html.naming import Communities
from kg.export.html.selection import Selection
from kg.records import Entity, Paper
from kg.schema import EDGE_KINDS, LINK_RELATIONS, NODE_KINDS, RELATIONS, ROLES

#: Aliases carried for a node; the tables and the RDF hold all.
MOST_ALIASES = 12
#: Papers whose texts stand together in one block: some 0.3 MB, which a browser unpacks in a blink.
TEXTS_BLOCK = 256
#: How much of the papers' texts a page carries, most first.
TEXTS = ("whole", "sentences", "none")
#: What to do to see what a page leaves out.
HOW = "kg serve --graph DIR"

Ints = NDArray[np.int64]
_KINDS = {kind: place for place, kind in enumerate(NODE_KINDS)}


def core(
    selection: Selection, layout: Layout, communities: Communities, *, options: ExportOptions, texts: str
) -> dict[str, Any]:
    """What the first view needs: nodes with their places, edges, communities, and what was left out."""
    papers, entities, edges = selection.papers, selection.entities, selection.edges
    categories = Counter(category for paper in papers for category in paper.categories)
    named = sorted(categories, key=lambda category: (-categories[category], category))
    place = {category: number for number, category in enumerate(named)}
    left_nodes = sum(selection.left_out_kinds.values())
    here = {
        "papers": len(papers),
        "entities": len(entities),
        "edges": len(edges),
        "results": len(selection.results),
    }
    same = np.zeros(len(edges), bool)
    same[1:] = edges.source[1:] == edges.source[:-1]
    return {
        "version": 1,
        "meta": {
            **here,
            "whole": selection.whole,
            "leftOut": {
                "nodes": left_nodes,
                "edges": selection.whole["edges"] - len(edges),
                "kinds": selection.left_out_kinds,
            }
            if left_nodes
            else {},
            "texts": texts,
            "textsBlock": TEXTS_BLOCK,
            "how": HOW,
            "base": options.base,
            "license": options.license,
            "version": __version__,
        },
        "kinds": [
            {
                "name": name,
                "label": kind.label,
                "plural": kind.plural,
                "colour": kind.colour,
                "shape": kind.shape,
            }
            for name, kind in NODE_KINDS.items()
        ],
        "edgeKinds": [
            {"name": name, "label": kind.label, "group": _group(name)} for name, kind in EDGE_KINDS.items()
        ],
        "categories": named,
        "nodes": {
            "id": [_short_id(node_id, kind, name) for node_id, kind, name in _nodes(selection)],
            "name": [name for _, _, name in _nodes(selection)],
            "kind": [_KINDS[kind] for _, kind, _ in _nodes(selection)],
            "x": layout.x.tolist(),
            "y": layout.y.tolist(),
            "community": communities.of.tolist(),
            "support": [1] * len(papers) + [entity.papers for entity in entities],
            "more": selection.more.tolist() if selection.more.any() else [],
        },
        "dates": [paper.date for paper in papers],
        "paperCategories": [[place[category] for category in paper.categories] for paper in papers],
        "edges": {
            "source": np.diff(edges.source, prepend=0).tolist(),
            "target": (edges.target - np.where(same, np.roll(edges.target, 1), 0)).tolist(),
            "kind": edges.kind.tolist(),
            "support": edges.support.tolist(),
            "confidence": edges.confidence.tolist(),
        },
        "communities": {
            "name": list(communities.names),
            "members": [list(members) for members in communities.members],
            "size": list(communities.sizes),
            "x": list(communities.x),
            "y": list(communities.y),
            "radius": list(communities.radius),
        },
    }


def _group(kind: str) -> str:
    groups = ((ROLES, "role"), (RELATIONS, "relation"), (LINK_RELATIONS, "link"))
    return next((name for kinds, name in groups if kind in kinds), "record")


def _nodes(selection: Selection) -> Iterator[tuple[str, str, str]]:
    """Id, kind and name of each node."""
    ids = iter(selection.number)
    for paper in selection.papers:
        yield next(ids), "PAPER", paper.title
    for entity in selection.entities:
        yield entity.id, entity.kind, entity.name


def _short_id(node_id: str, kind: str, name: str) -> str | int:
    """An id, or 0 where the page makes it from kind and name.

    >>> _short_id("method/u-net", "METHOD", "U-Net"), _short_id("method/u-net-2", "METHOD", "U-Net")
    (0, 'method/u-net-2')
    """
    if not name.isascii():
        return node_id
    tail = re.sub(r"[^a-z0-9]+", "-", name.lower())
    tail = tail.removeprefix("-").removesuffix("-")
    return 0 if node_id == f"{kind.lower()}/{tail}" else node_id


@dataclass(frozen=True, slots=True)
class _Texts:
    """The papers' texts as the page has them, and where the sentences needed stand in them."""

    rests: list[str]  #: one a paper: its text after its title
    sentences: list[list[tuple[int, int]]]  #: one a paper: start and end, as given
    places: list[list[tuple[int, int]]]  #: one a paper: start and length in UTF-16 units of the page's text


def texts_of(selection: Selection, *, mode: str) -> _Texts:
    """The texts in one of the modes of TEXTS."""
    needed: list[set[tuple[int, int]]] = [set() for _ in selection.papers]
    edges = selection.edges
    for paper, start, end in zip(
        edges.evidence_paper.tolist(), edges.evidence_start.tolist(), edges.evidence_end.tolist(), strict=True
    ):
        if start >= 0:
            needed[paper].add((start, end))
    for row in selection.results:
        if row.evidence.start is not None and row.evidence.end is not None:
            needed[selection.number[f"paper/{row.paper}"]].add((row.evidence.start, row.evidence.end))
    rests, sentences, places = [], [], []
    for paper, wanted in zip(selection.papers, needed, strict=True):
        own = sorted(wanted)
        rest, spans = paper.abstract, own
        if mode != "whole":
            rest, spans = _only(paper, own)
        text = f"{paper.title}\n{rest}"
        rests.append(rest)
        sentences.append(own)
        places.append(_utf16(text, spans))
    return _Texts(rests, sentences, places)


def _only(paper: Paper, spans: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """The part of a text after the title that these spans cover, joined, and where they come to stand."""
    text, begin = paper.text, len(paper.title) + 1
    pieces: list[tuple[int, int]] = []  # sorted, apart
    for start, end in spans:
        if end < begin:
            continue
        if pieces and start <= pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(end, pieces[-1][1]))
        else:
            pieces.append((max(start, begin), end))
    moved, at = [], begin
    for start, end in pieces:
        moved.append(at - start)
        at += end - start + 1
    found, piece = [], 0
    for start, end in spans:
        while piece < len(pieces) and pieces[piece][1] < end:
            piece += 1
        shift = moved[piece] if end >= begin else 0
        found.append((start + shift if start >= begin or not shift else start, end + shift))
    return "\n".join(text[start:end] for start, end in pieces), found


def _utf16(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Start and length of spans in UTF-16 units, in which a browser counts.

    >>> _utf16("a😀bc", [(1, 3), (2, 4)])
    [(1, 3), (3, 2)]
    """
    if text.isascii() or max(text) < "\U00010000":
        return [(start, end - start) for start, end in spans]
    at = [0]
    for character in text:
        at.append(at[-1] + (2 if character >= "\U00010000" else 1))
    last = len(text)
    return [(at[min(start, last)], at[min(end, last)] - at[min(start, last)]) for start, end in spans]


def blocks(texts: _Texts) -> Iterator[list[str]]:
    """The texts, so many papers' at a time."""
    for start in range(0, len(texts.rests), TEXTS_BLOCK):
        yield texts.rests[start : start + TEXTS_BLOCK]


def details(selection: Selection, texts: _Texts) -> dict[str, Any]:
    """What search and the panel need: aliases, addresses, authors, evidence, results."""
    papers, entities, number = selection.papers, selection.entities, selection.number
    author_names = sorted({name for paper in papers for name in _authors(paper)})
    place = {name: row for row, name in enumerate(author_names)}
    nodes = {entity.name: number[entity.id] for entity in entities if entity.kind == "AUTHOR"}
    first = len(papers)
    numbered = list(enumerate(entities, start=first))
    spoken = [{span: row for row, span in enumerate(spans)} for spans in texts.sentences]
    return {
        "aliases": [[] for _ in papers] + [_aliases(entity) for entity in entities],
        "urls": [_short_url(paper.url, f"https://arxiv.org/abs/{paper.id}") for paper in papers]
        + [_short_url(entity.url, f"https://{entity.id.partition('/')[2]}") for entity in entities],
        "authorNames": author_names,
        "authors": [[place[name] for name in _authors(paper)] for paper in papers],
        "authorNodes": [nodes.get(name, -1) for name in author_names],
        "types": [
            [node, [[_KINDS[kind], votes] for kind, votes in entity.types if kind != entity.kind]]
            for node, entity in numbered
            if any(kind != entity.kind for kind, _ in entity.types)
        ],
        "ambiguous": [node for node, entity in numbered if entity.ambiguous],
        "linkKinds": [[node, entity.link_kind] for node, entity in numbered if entity.link_kind],
        "concepts": [[node, entity.concept] for node, entity in numbered if entity.concept],
        "rules": list(selection.edges.rules),
        "sentences": {
            "count": [len(places) for places in texts.places],
            "start": [
                start - before
                for places in texts.places
                for (before, _), (start, _) in pairwise([(0, 0), *places])
            ],
            "length": [length for places in texts.places for _, length in places],
        },
        "evidence": _evidence(selection, spoken),
        "results": _results(selection, spoken),
    }


def _authors(paper: Paper) -> list[str]:
    return [name for author in paper.authors if (name := " ".join(author.split()))]


def _aliases(entity: Entity) -> list[str]:
    aliases = sorted(entity.aliases, key=lambda alias: (-alias[1], alias[0]))
    return [name for name, _ in aliases if name != entity.name][:MOST_ALIASES]


def _short_url(url: str, usual: str) -> str | int:
    return 0 if url == usual else url


def _evidence(selection: Selection, spoken: list[dict[tuple[int, int], int]]) -> dict[str, Any]:
    edges = selection.edges
    count = np.diff(edges.first)
    source = np.repeat(edges.source, count)
    paper = edges.evidence_paper
    spans = zip(paper.tolist(), edges.evidence_start.tolist(), edges.evidence_end.tolist(), strict=True)
    more = edges.evidence_more
    return {
        "count": count.tolist(),
        "paper": np.where(paper == source, 0, paper + 1).tolist(),
        "sentence": [spoken[at][start, end] if start >= 0 else -1 for at, start, end in spans],
        "rule": edges.evidence_rule.tolist(),
        "more": [[int(edge), int(more[edge])] for edge in np.flatnonzero(more)],
    }


def _results(selection: Selection, spoken: list[dict[tuple[int, int], int]]) -> dict[str, Any]:
    number, names = selection.number, {entity.id: entity.name for entity in selection.entities}
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "paper", "subject", "metric", "metricText", "value", "unit", "dataset", "baseline", "sentence"
        )
    }  # fmt: skip
    for row in selection.results:
        paper = number[f"paper/{row.paper}"]
        start, end = row.evidence.start, row.evidence.end
        values = (
            paper,
            number.get(row.subject, -1),
            number.get(row.metric or "", -1),
            0 if row.metric and names.get(row.metric) == row.metric_text else row.metric_text,
            row.value,
            row.unit,
            number.get(row.dataset or "", -1),
            number.get(row.baseline or "", -1),
            -1 if start is None or end is None else spoken[paper][start, end],
        )
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    return columns
