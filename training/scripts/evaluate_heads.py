"""Score what a trained network thinks of roles and relations, given the annotated entities.

    evaluate_heads.py MODEL.pt --annotations A.jsonl --texts T.jsonl [--all] [--out OPINIONS.npz]

Counts only the held-out papers, unless --all is given. With --out, each paper's probabilities are kept:
under "ID roles" (entities, roles) and "ID relations" (subject, object, class), equal where an entity is
not named.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from data import ROLES, in_development, minilm, read_gold
from network import Network, load_network
from train import Judged, collate, entities_of, judged, title_words

from kg.extraction.opinions import RELATION_CLASSES
from kg.extraction.pieces import PieceReader, windows


def think(
    network: Network, given: tuple[np.ndarray, np.ndarray, np.ndarray], item: Judged
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of roles and of relations for the entities of one window."""
    with torch.no_grad():
        with torch.autocast("cpu", torch.bfloat16):
            memory = network(*collate([given]))[2]
        roles, pairs = network.heads(memory.float(), entities_of([item]))
    n = len(item.mentions.types)
    relations = np.zeros((n, n, len(RELATION_CLASSES)), dtype=np.float32)
    relations[..., 0] = 1
    relations[item.pairs] = pairs.softmax(-1).numpy()
    return roles.softmax(-1).numpy(), relations


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=minilm(), help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--all", action="store_true", help="all papers, not only the held-out ones")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    network = load_network(args.model).eval()
    reader = PieceReader(args.base / "vocab.txt")
    kept: dict[str, Any] = {}
    c: Counter[str] = Counter()
    scored: list[tuple[float, int, int]] = []  # probability of any relation, the likeliest, the annotated
    stated = 0
    for e in read_gold(args.annotations, args.texts, reader):
        if not (args.all or in_development(e.id)):
            continue
        window = windows(e.pieces)[0]
        ids, shapes, firsts = reader.network_input(e.pieces, window)
        item = judged(e, window, title=title_words(shapes, firsts))
        n = len(e.entities)
        roles = np.full((n, len(ROLES)), 1 / len(ROLES), dtype=np.float32)
        relations = np.full((n, n, len(RELATION_CLASSES)), 1 / len(RELATION_CLASSES), dtype=np.float32)
        named = [i for i, places in enumerate(e.places) if any(b <= window[1] for _, b in places)]
        if item is not None:
            roles[named], relations[np.ix_(named, named)] = think(network, (ids, shapes, firsts), item)
        kept[f"{e.id} roles"], kept[f"{e.id} relations"] = roles, relations
        for entity, row in zip(e.entities, roles, strict=True):
            gold, said = entity["role"], ROLES[int(row.argmax())]
            c["entities"] += 1
            c["right"] += gold == said
            c["proposed"] += gold == "proposes"
            c["said"] += said == "proposes"
            c["both"] += gold == said == "proposes"
        gold_relations = {(s, o): k for s, o, k in e.relations}
        stated += len(gold_relations)
        for i in range(n):
            for j in range(n):
                if i != j:
                    best = int(relations[i, j, 1:].argmax()) + 1
                    scored.append((1 - float(relations[i, j, 0]), best, gold_relations.get((i, j), 0)))
    f1 = 2 * c["both"] / (c["proposed"] + c["said"])
    print(f"role right for {c['right'] / c['entities']:.3f} of {c['entities']}; proposes F1 {f1:.3f}")
    for least in (0.2, 0.3, 0.4, 0.5, 0.6):
        told = [(best, gold) for p, best, gold in scored if p >= least]
        true = sum(best == gold for best, gold in told)
        print(
            f"relations from {least}: P {true / max(len(told), 1):.3f} R {true / stated:.3f} "
            f"F1 {2 * true / (len(told) + stated):.3f}"
        )
    told = [(best, gold) for p, best, gold in scored if p >= 0.4]
    for k, name in enumerate(RELATION_CLASSES[1:], start=1):
        true, said_, gold_ = (
            sum(best == gold == k for best, gold in told),
            sum(best == k for best, _ in told),
            sum(gold == k for *_, gold in scored),
        )
        print(f"  {name:14} {gold_} stated, {said_} told, F1 {2 * true / max(said_ + gold_, 1):.3f}")
    if args.out:
        np.savez_compressed(args.out, **kept)


if __name__ == "__main__":
    main()
