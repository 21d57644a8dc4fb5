"""Score a packaged model on annotated papers, with bootstrap confidence intervals over papers.

    evaluate.py FOLDER --annotations A.jsonl --texts T.jsonl [--held-out] [--out PREDICTED.jsonl]

Spans are grouped into entities naively (equal words, and acronyms that the text spells out), so the
figures are of the recogniser alone, below what the whole pipeline makes of it.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from data import in_development, lines
from scoring import f1, group, key, named

from kg.extraction.opinions import TYPES
from kg.extraction.recogniser import Recogniser


def compare(gold: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> Counter[str]:
    """Counts for one paper: true, predicted and gold entities, by what is counted."""
    c: Counter[str] = Counter()
    keys = (
        [{key(s) for s in e["surfaces"]} for e in gold],
        [{key(s) for s in e["surfaces"]} for e in predicted],
    )
    for typed in (True, False):
        name = "entities" if typed else "untyped"
        candidates = sorted(
            (-len(a & b), i, j)
            for i, a in enumerate(keys[0])
            for j, b in enumerate(keys[1])
            if a & b and (not typed or gold[i]["type"] == predicted[j]["type"])
        )
        seen: tuple[set[int], set[int]] = (set(), set())
        for _, i, j in candidates:
            if i in seen[0] or j in seen[1]:
                continue
            seen[0].add(i)
            seen[1].add(j)
            c[f"{name} true"] += 1
            if typed:
                c[f"{gold[i]['type']} true"] += 1
                if named(gold[i]["type"], gold[i]["surfaces"]):
                    c["named true"] += 1
                    c["named predicted"] += 1
        c[f"{name} gold"] += len(gold)
        c[f"{name} predicted"] += len(predicted)
        if typed:
            for e in gold:
                c[f"{e['type']} gold"] += 1
                c["named gold"] += named(e["type"], e["surfaces"])
            for j, e in enumerate(predicted):
                c[f"{e['type']} predicted"] += 1
                c["named predicted"] += j not in seen[1] and named(e["type"], e["surfaces"])
    return c


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--held-out", action="store_true", help="only the papers that training leaves out")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    recogniser = Recogniser(args.model)
    texts = {t["id"]: f"{t['title']}\n{t['abstract']}" for t in lines(args.texts)}
    papers = [a for a in lines(args.annotations) if not args.held_out or in_development(a["id"])]
    rows, predictions = [], []
    spent = 0.0
    for paper in papers:
        text = texts[paper["id"]]
        started = time.perf_counter()
        found = recogniser(text)
        spent += time.perf_counter() - started
        entities = group(text, [(f.start, f.end, f.type, f.score) for f in found])
        predictions.append({"id": paper["id"], "entities": entities})
        rows.append(compare(paper["entities"], entities))
    if args.out:
        args.out.write_text(
            "".join(json.dumps(p, ensure_ascii=False) + "\n" for p in predictions), encoding="utf-8"
        )
    rng = random.Random(1)
    samples = [sum((rng.choice(rows) for _ in rows), Counter()) for _ in range(300)]
    total = sum(rows, Counter())
    print(f"{len(papers)} papers, {len(papers) / spent:.0f} a second")
    print("| | precision | recall | F1 | 95 % interval | gold |\n| --- | --- | --- | --- | --- | --- |")
    for name in ("entities", "untyped", "named", *TYPES):
        t, p, g = (total[f"{name} {x}"] for x in ("true", "predicted", "gold"))
        spread = sorted(f1(*(s[f"{name} {x}"] for x in ("true", "predicted", "gold"))) for s in samples)
        low, high = spread[len(spread) // 40], spread[-len(spread) // 40]
        print(
            f"| {name} | {t / max(p, 1):.3f} | {t / max(g, 1):.3f} | {f1(t, p, g):.3f} "
            f"| {low:.3f} to {high:.3f} | {g} |"
        )


if __name__ == "__main__":
    main()
