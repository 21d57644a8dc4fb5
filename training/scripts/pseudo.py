"""Let teachers of two kinds read unlabelled texts; keep what they think of words, entities and pairs.

    pseudo.py MODEL.pt [MODEL.pt ...] --texts T.jsonl --out LABELS.npz [--limit N] [--part N] [--share X]

The first kind are trained networks: their probabilities of tags and roles are averaged, and the first
one's heads judge entities and pairs. The second kind are kg's linear models over words and shapes: the
patterns, the roles, the relations. They err elsewhere than networks do, so the student learns more from
both than from either; `--share` is the weight of their word. Entities are those of the best reading of
both kinds' averaged tags, equal words together.

Texts are read as kg cleans them. Those longer than one window are left out. A part of N texts is kept as
soon as it is read, and a run that was interrupted goes on from there.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from data import TAGS, lines, minilm
from network import load_network
from spacy.language import Language
from spacy.tokens import Doc
from train import Judged, batches, collate, entities_of, title_words

import kg.extraction
from kg.extraction import pairs, relations, roles
from kg.extraction.doc import DocEntity
from kg.extraction.layout import lay_out
from kg.extraction.opinions import RELATION_CLASSES, TYPES, Mentions
from kg.extraction.patterns import RULE, PatternRecogniser
from kg.extraction.pieces import PieceReader, Pieces, windows
from kg.extraction.tagging import best_spans
from kg.extraction.worth import same_words

Inputs = tuple[np.ndarray, np.ndarray, np.ndarray]


def linear_pipeline() -> Language:
    """kg's pipeline up to its patterns, which here say whatever they hold at all likely."""
    nlp = kg.extraction.load()
    wanted = ("kg_sentences", "kg_links", "kg_abbreviations", "kg_vocabulary", "kg_patterns")
    nlp.select_pipes(enable=[name for name in nlp.pipe_names if name in wanted])
    patterns = nlp.get_pipe("kg_patterns")
    assert isinstance(patterns, PatternRecogniser)
    patterns.least = 0.02
    return nlp


def pattern_tags(doc: Doc, pieces: Pieces) -> np.ndarray:
    """Probabilities of tags for each word of the network, as the patterns have them."""
    said = np.zeros((len(pieces.starts), len(TAGS)), dtype=np.float32)
    for candidate in doc._.candidates:
        if candidate.rule != RULE:
            continue
        span = doc[candidate.start : candidate.end]
        first = int(np.searchsorted(pieces.ends, span.start_char, side="right"))
        behind = int(np.searchsorted(pieces.starts, span.end_char, side="left"))
        tag = 1 + 2 * TYPES.index(candidate.label)
        said[first : first + 1, tag] += candidate.score
        said[first + 1 : behind, tag + 1] += candidate.score
    said[:, 0] = np.maximum(1 - said[:, 1:].sum(axis=1), 0)
    shares: np.ndarray = said / said.sum(axis=1, keepdims=True)
    return shares


def entities(text: str, pieces: Pieces, tags: np.ndarray) -> Mentions | None:
    """The entities of the best reading: spans of the same words together, of the type most of them have."""
    groups: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for a, b, type_ in best_spans(tags):
        groups[same_words(text[pieces.starts[a] : pieces.ends[b - 1]])].append((a, b, type_))
    groups.pop("", None)
    if not groups:
        return None
    rows = [(a, b, owner) for owner, spans in enumerate(groups.values()) for a, b, _ in spans]
    types = [int(np.bincount([t for *_, t in spans]).argmax()) for spans in groups.values()]
    firsts, behinds, owners = np.array(rows, dtype=np.int64).T
    return Mentions(firsts, behinds, owners, np.array(types, dtype=np.int64))


def linear_opinion(doc: Doc, pieces: Pieces, mentions: Mentions) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of roles and of relations by kg's linear models."""
    doc._.entities = []
    for owner, type_ in enumerate(mentions.types):
        mine = mentions.owners == owner
        places = zip(mentions.firsts[mine], mentions.behinds[mine], strict=True)
        found = [
            doc.char_span(int(pieces.starts[a]), int(pieces.ends[b - 1]), alignment_mode="expand")
            for a, b in places
        ]
        spans = [span for span in found if span is not None]
        doc._.entities.append(
            DocEntity(name=spans[0].text, type=TYPES[type_], spans=spans, rule="teachers", score=1.0)
        )
    layout = lay_out(doc)
    model = roles.load_model(roles.MODEL)
    features = roles.entity_features(layout, roles.place_features(layout))
    by_role, _ = roles.role_shares(model, model.probabilities(features))
    roles.decide(layout, model, rule="teachers")
    n = len(layout.entities)
    by_relation = np.zeros((n, n, len(RELATION_CLASSES)), dtype=np.float32)
    by_relation[..., 0] = 1
    related = relations.load_model(relations.MODEL, relations.CELLS)
    asked = pairs.find_pairs(layout, cells=related.cells)
    if asked.pairs:
        columns = [related.linear.classes.index(name) for name in RELATION_CLASSES]
        probabilities = related.probabilities(asked)[:, columns]
        for pair, row in zip(asked.pairs, probabilities, strict=True):
            by_relation[pair.subject, pair.object] = row
    return by_role, by_relation


def pooled(ours: np.ndarray, theirs: np.ndarray, share: float) -> np.ndarray:
    """The normalised weighted geometric mean: what one of two all but rules out stays ruled out."""
    together = np.maximum(ours, 1e-4) ** share * np.maximum(theirs, 1e-4) ** (1 - share)
    result: np.ndarray = together / together.sum(axis=-1, keepdims=True)
    return result


def read_part(
    networks: list[torch.nn.Module],
    docs: list[Doc],
    read: list[Pieces],
    inputs: list[Inputs],
    rng: random.Random,
    share: float,
    pair_share: float,
) -> dict[str, Any]:
    """What the teachers think of some texts, in their order."""
    out: list[dict[str, np.ndarray]] = [{}] * len(docs)
    for batch in batches([len(i[0]) for i in inputs], 8192, rng):
        given = collate([inputs[i] for i in batch])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            said = [n(*given) for n in networks]
        tags = torch.stack([s[0].float().softmax(-1) for s in said]).mean(0).numpy()
        word_roles = torch.stack([s[1].float().softmax(-1) for s in said]).mean(0).numpy()
        judged: list[Judged | None] = []
        for k, i in enumerate(batch):
            words = len(read[i].firsts)
            both = share * pattern_tags(docs[i], read[i]) + (1 - share) * tags[k, :words]
            out[i] = {"tags": both, "roles": word_roles[k, :words]}
            mentions = entities(docs[i].text, read[i], both)
            if mentions is None:
                judged.append(None)
                continue
            item = Judged(mentions, *linear_opinion(docs[i], read[i], mentions))
            title = title_words(inputs[i][1], inputs[i][2])
            judged.append(item.set_out(words=words, title_words=title))
        if any(judged):
            with torch.no_grad():
                heads = networks[0].heads(said[0][2].float(), entities_of(judged))
            entity_roles, said_pairs = (scores.softmax(-1).numpy() for scores in heads)
        entity = pair = 0
        for j, i in zip(judged, batch, strict=True):
            if j is None:
                continue
            n = len(j.mentions.types)
            by_pair = np.zeros((n, n, len(RELATION_CLASSES)), dtype=np.float32)
            by_pair[..., 0] = 1
            by_pair[j.pairs] = said_pairs[pair : pair + n * n - n]
            m = j.mentions
            out[i] |= {
                "mentions": np.column_stack([m.firsts, m.behinds, m.owners]),
                "types": m.types,
                "entity_roles": pooled(j.roles, entity_roles[entity : entity + n], share),
                "relations": pooled(j.relations, by_pair, pair_share).reshape(n * n, -1),
            }
            entity, pair = entity + n, pair + n * n - n
    empty = {
        "mentions": np.empty((0, 3)),
        "types": np.empty(0),
        "entity_roles": np.empty((0, out[0]["roles"].shape[1])),
        "relations": np.empty((0, len(RELATION_CLASSES))),
    }
    rows = [empty | each for each in out]
    kinds: dict[str, Any] = dict.fromkeys(("tags", "roles", "entity_roles", "relations"), np.float16)
    kinds |= {"mentions": np.int16, "types": np.int8}
    kept = {name: np.concatenate([row[name] for row in rows]).astype(kind) for name, kind in kinds.items()}
    return kept | {
        "ids": np.concatenate([i[0] for i in inputs]).astype(np.int32),
        "shapes": np.concatenate([i[1] for i in inputs]).astype(np.int16),
        "firsts": np.concatenate([i[2] for i in inputs]).astype(np.int16),
        "pieces": np.array([len(i[0]) for i in inputs]),
        "words": np.array([len(i[2]) for i in inputs]),
        "entities": np.array([len(row["types"]) for row in rows]),
        "mention_counts": np.array([len(row["mentions"]) for row in rows]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=minilm(), help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=6000)
    parser.add_argument("--part", type=int, default=500, help="texts that are read and kept at a time")
    parser.add_argument("--share", type=float, default=0.5, help="weight of the linear models' word")
    parser.add_argument(
        "--pair-share", type=float, default=0.75, help="… on relations, which they know better"
    )
    args = parser.parse_args()
    torch.set_num_threads(1)
    networks = [load_network(p).eval() for p in args.models]
    reader = PieceReader(args.base / "vocab.txt")
    nlp = linear_pipeline()
    papers = [f"{paper['title']}\n{paper['abstract']}" for paper in lines(args.texts)]
    started = time.time()
    parts = []
    kept = 0
    for first in range(0, len(papers), args.part):
        path = args.out.with_suffix(f".{first}.npz")
        if not path.exists():
            docs, read, inputs = [], [], []
            for text in papers[first : first + args.part]:
                doc = nlp(text)
                pieces = reader(doc.text)
                if len(windows(pieces)) == 1:
                    docs.append(doc)
                    read.append(pieces)
                    inputs.append(reader.network_input(pieces, (0, len(pieces.firsts))))
            done = read_part(networks, docs, read, inputs, random.Random(first), args.share, args.pair_share)
            np.savez(path.with_suffix(".writing.npz"), **done)
            path.with_suffix(".writing.npz").rename(path)
            print(f"  {first + args.part} of {len(papers)}, {time.time() - started:.0f} s", flush=True)
        parts.append(path)
        with np.load(path) as z:
            kept += len(z["words"])
        if kept >= args.limit:
            break
    stored = [np.load(path) for path in parts]
    together: dict[str, Any] = {name: np.concatenate([s[name] for s in stored]) for name in stored[0].files}
    np.savez(args.out, **together)
    for path in parts:
        path.unlink()


if __name__ == "__main__":
    main()
