"""Put a trained network, its vocabulary and its settings in one folder, as kg runs it.

    package.py MODEL.pt --annotations A.jsonl --texts T.jsonl --base FOLDER --out FOLDER --name VERSION

Thresholds, one for each type, are those that give the best F1 of entities on the held-out papers. What
that choice is worth is printed from two halves: thresholds from one, the score of the other.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path

import onnx
import torch
from data import ROLES, TYPES, Example, in_development, read_gold
from export import build
from scoring import group, key

from kg.extraction.pieces import PieceReader
from kg.extraction.recogniser import Found, Recogniser

STEPS = [x / 40 for x in range(4, 36)]


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
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    saved = torch.load(args.model, map_location="cpu", weights_only=True)
    state = {k: v.float().numpy() for k, v in saved["network"].items()}
    onnx.save(build(state, layers=saved["layers"], quantise=True), args.out / "recogniser.onnx")
    shutil.copy(args.base / "vocab.txt", args.out / "vocab.txt")
    settings = {
        "version": args.name,
        "types": TYPES,
        "roles": ROLES,
        "eagerness": 1.0,
        "thresholds": dict.fromkeys(TYPES, 0.0),
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
    best = (0.0, 1.0, {})
    for eagerness in (0.7, 1.0, 1.5, 2.0, 3.0):
        settings["eagerness"] = eagerness
        recogniser = write()
        found = [recogniser(e.text, threshold=0.0) for e in examples]
        halves = [[i for i in range(len(examples)) if i % 2 == h] for h in (0, 1)]
        total: Counter[str] = Counter()
        for h in (0, 1):
            there, here = (
                [[x[i] for i in half] for x in (examples, found)] for half in (halves[1 - h], halves[h])
            )
            true, predicted, gold = f1_at(*here, best_thresholds(*there))
            total.update(true=true, predicted=predicted, gold=gold)
        across = 2 * total["true"] / (total["predicted"] + total["gold"])
        chosen = best_thresholds(examples, found)
        true, predicted, gold = f1_at(examples, found, chosen)
        print(
            f"eagerness {eagerness}: F1 {2 * true / (predicted + gold):.4f}, "
            f"across halves {across:.4f}, {chosen}"
        )
        best = max(best, (across, eagerness, chosen), key=lambda b: b[0])
    settings["eagerness"], settings["thresholds"] = best[1], best[2]
    write()
    for file in sorted(args.out.iterdir()):
        print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
