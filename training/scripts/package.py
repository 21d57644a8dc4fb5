"""Put a trained network, its vocabulary and its settings in one folder, as kg runs it.

    package.py MODEL.pt --annotations A.jsonl --texts T.jsonl --out FOLDER --name VERSION

On the held-out papers it fits how a name's score follows from its mentions (`kg.extraction.worth`), and
chooses the thresholds, one for each type, that give the best F1 of entities. What it prints (F1, and how
often a score is right) comes from folds: fitted on four fifths of the papers, counted on the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from data import ROLES, Example, in_development, minilm, read_gold
from export import build
from network import load_network
from scoring import group, key

from kg.extraction.opinions import TYPES
from kg.extraction.pieces import PieceReader
from kg.extraction.recogniser import Found, Recogniser, apart
from kg.extraction.worth import Tagged, describe, probability

STEPS = [x / 40 for x in range(4, 32)]
FOLDS = 5


def fit(rows: list[dict[str, float]], right: list[bool], *, penalty: float = 3.0) -> dict[str, float]:
    """Weights of a logistic regression with a quadratic penalty, by Newton's method."""
    names = sorted({name for row in rows for name in row})
    x = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    x = np.column_stack([np.ones(len(x)), (x - mean) / spread])
    y = np.array(right, dtype=float)
    w = np.zeros(x.shape[1])
    shrink = penalty * np.eye(len(w))
    shrink[0, 0] = 0
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        w += np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + shrink, x.T @ (y - p) - shrink @ w)
    weights = {name: round(float(v), 5) for name, v in zip(names, w[1:] / spread, strict=True)}
    return {"bias": round(float(w[0] - (w[1:] / spread) @ mean), 5)} | weights


Names = list[tuple[int, dict[str, float], list[Tagged]]]


def is_right(example: Example, type_: str, mentions: list[Tagged]) -> bool:
    """Whether a gold entity of this type has one of these surfaces."""
    keys = {key(example.text[m.start : m.end]) for m in mentions}
    return any(e["type"] == type_ and keys & {key(s) for s in e["surfaces"]} for e in example.entities)


def weigh(examples: list[Example], names: list[Names]) -> dict[str, float]:
    """Fit the weights by which a name is worth a node."""
    pairs = [
        (f, is_right(e, TYPES[k], m)) for e, found in zip(examples, names, strict=True) for k, f, m in found
    ]
    return fit([f for f, _ in pairs], [r for _, r in pairs])


def score(examples: list[Example], names: list[Names], weights: dict[str, float]) -> list[list[Found]]:
    """Names with their scores, however low; of those that overlap the highest."""
    return [
        apart(
            [
                Found(start=m.start, end=m.end, type=TYPES[k], score=probability(f, weights), roles=())
                for k, f, mentions in found
                for m in mentions
            ]
        )
        for _, found in zip(examples, names, strict=True)
    ]


def counts(examples: list[Example], found: list[list[Found]]) -> dict[str, list[tuple[float, bool]]]:
    """For each type: the score of each predicted entity, and whether a gold entity is named so."""
    out: dict[str, list[tuple[float, bool]]] = {t: [] for t in TYPES}
    for example, spans in zip(examples, found, strict=True):
        open_ = [(e["type"], {key(s) for s in e["surfaces"]}) for e in example.entities]
        entities = group(example.text, [(f.start, f.end, f.type, f.score) for f in spans])
        for entity in sorted(entities, key=lambda e: (-e["score"], e["name"])):
            keys = {key(s) for s in entity["surfaces"]}
            hit = next((g for g in open_ if g[0] == entity["type"] and g[1] & keys), None)
            if hit:
                open_.remove(hit)
            out[entity["type"]].append((entity["score"], hit is not None))
    return out


def best_thresholds(examples: list[Example], found: list[list[Found]]) -> dict[str, float]:
    """The threshold of each type that, with the others', gives the best F1 of all entities."""
    scored = counts(examples, found)
    gold = sum(len(e.entities) for e in examples)
    chosen = dict.fromkeys(TYPES, 0.5)
    for _ in range(3):
        for type_ in TYPES:
            true = sum(hit for t in TYPES if t != type_ for s, hit in scored[t] if s >= chosen[t])
            predicted = sum(s >= chosen[t] for t in TYPES if t != type_ for s, _ in scored[t])

            def f1(x: float, true: int = true, predicted: int = predicted, type_: str = type_) -> float:
                more = [hit for s, hit in scored[type_] if s >= x]
                return 2 * (true + sum(more)) / (predicted + len(more) + gold)

            chosen[type_] = max(STEPS, key=f1)
    return chosen


def f1_at(
    examples: list[Example], found: list[list[Found]], thresholds: dict[str, float]
) -> tuple[int, int, int]:
    scored = counts(examples, found)
    kept = [hit for t in TYPES for s, hit in scored[t] if s >= thresholds[t]]
    return sum(kept), len(kept), sum(len(e.entities) for e in examples)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=minilm(), help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    saved = torch.load(args.model, map_location="cpu", weights_only=True)
    state = {k: v.float().numpy() for k, v in saved["network"].items()}
    onnx.save(
        build(state, layers=saved["layers"], narrow=saved.get("narrow", 6), quantise=True),
        args.out / "recogniser.onnx",
    )
    shutil.copy(args.base / "vocab.txt", args.out / "vocab.txt")
    heads: dict[str, Any] = load_network(args.model).heads.exported()
    np.savez(args.out / "heads.npz", **{name: value.astype(np.float16) for name, value in heads.items()})
    settings = {
        "version": args.name,
        "types": TYPES,
        "roles": ROLES,
        "eagerness": 1.0,
        "thresholds": dict.fromkeys(TYPES, 0.0),
        "weights": {"bias": 0.0},
        "layers": saved["layers"],
        "sha256": hashlib.sha256((args.out / "recogniser.onnx").read_bytes()).hexdigest(),
        "annotations": hashlib.sha256(args.annotations.read_bytes()).hexdigest(),
    }

    def write() -> Recogniser:
        (args.out / "model.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        return Recogniser(args.out)

    examples = [
        e
        for e in read_gold(args.annotations, args.texts, PieceReader(args.base / "vocab.txt"))
        if in_development(e.id)
    ]
    best: tuple[float, float, dict[str, float], dict[str, float]] = (0.0, 1.0, {}, {})
    for eagerness in (1.0, 2.0, 4.0):
        settings["eagerness"] = eagerness
        recogniser = write()
        names: list[Names] = [
            [(*describe(e.text, m, TYPES), m) for m in recogniser.names(e.text)] for e in examples
        ]
        total: Counter[str] = Counter()
        reliability: Counter[tuple[int, bool]] = Counter()
        for fold in range(FOLDS):
            there = [i for i in range(len(examples)) if i % FOLDS != fold]
            here = [i for i in range(len(examples)) if i % FOLDS == fold]
            some = [examples[i] for i in there], [names[i] for i in there]
            others = [examples[i] for i in here], [names[i] for i in here]
            weights = weigh(*some)
            chosen = best_thresholds(some[0], score(*some, weights))
            true, predicted, gold = f1_at(others[0], score(*others, weights), chosen)
            total.update(true=true, predicted=predicted, gold=gold)
            for example, found in zip(*others, strict=True):
                for k, f, mentions in found:
                    hit = is_right(example, TYPES[k], mentions)
                    reliability[min(int(probability(f, weights) * 10), 9), hit] += 1
        across = 2 * total["true"] / (total["predicted"] + total["gold"])
        weights = weigh(examples, names)
        chosen = best_thresholds(examples, score(examples, names, weights))
        print(f"eagerness {eagerness}: F1 across {FOLDS} folds {across:.4f}; thresholds {chosen}")
        for tenth in range(10):
            wrong, right = reliability[tenth, False], reliability[tenth, True]
            if wrong + right:
                share = right / (wrong + right)
                print(f"  score from {tenth / 10:.1f}: {share:.2f} of {wrong + right} right")
        best = max(best, (across, eagerness, chosen, weights), key=lambda b: b[0])
    settings["eagerness"], settings["thresholds"], settings["weights"] = best[1:]
    write()
    for file in sorted(args.out.iterdir()):
        print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
