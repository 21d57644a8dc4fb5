"""Print a model card's tables: scores with confidence intervals, by type and by relation, and reliability.

    python training/card.py GOLD.jsonl PREDICTED.jsonl [--into docs/model-card.md --part held-out]

With `--into`, the tables take the place of what stands there between `<!-- PART -->` and its end mark.

PREDICTED is what `kg extract` writes, or WORK/held_out.jsonl of `training/pool.py`. Intervals are percentiles
over bootstrap samples of papers (Efron and Tibshirani 1993, chapter 13), seeded.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kg.evaluation import evaluate, matched_pairs, read_annotations, reliability
from kg.schema import ENTITY_TYPES, RELATIONS, ROLES

SEED = 0


def counts_of(gold: Mapping[str, Any], guess: Mapping[str, Any]) -> dict[str, tuple[float, float, float]]:
    """For one paper and each figure: true, predicted and gold; for shares: right, of, of."""
    evaluation = evaluate({"": gold}, {"": guess})
    rows: dict[str, tuple[float, float, float]] = {
        name: (tally.true, tally.predicted, tally.gold) for name, tally in evaluation.tallies.items()
    }
    share = evaluation.shares["role"]
    rows["role"] = share.right, share.of, share.of
    pairs = matched_pairs(gold["entities"], guess["entities"])
    for role in ROLES:
        said = [guess["entities"][j]["role"] == role for _, j in pairs]
        stands = [gold["entities"][i]["role"] == role for i, _ in pairs]
        rows[f"role {role}"] = (
            sum(a and b for a, b in zip(said, stands, strict=True)),
            sum(said),
            sum(stands),
        )
    names = {guess["entities"][j]["name"]: gold["entities"][i]["name"] for i, j in pairs}
    told = {(names.get(s), r, names.get(o), s, o) for s, r, o in guess.get("relations", ())}
    stated = {tuple(row) for row in gold.get("relations", ())}
    for predicate in RELATIONS:
        mine = [row[:3] for row in told if row[1] == predicate]
        rows[f"relation {predicate}"] = (
            len(set(mine) & stated),
            len(mine),
            sum(row[1] == predicate for row in stated),
        )
    return rows


def f1(sums: np.ndarray) -> np.ndarray:
    """F1 from (..., 3) sums of true, predicted and gold."""
    result: np.ndarray = 2 * sums[..., 0] / np.maximum(sums[..., 1] + sums[..., 2], 1e-9)
    return result


def figures_table(papers: list[dict[str, tuple[float, float, float]]], samples: int) -> Iterator[str]:
    """Precision, recall and F1 with intervals, one row a figure."""
    random = np.random.default_rng(SEED)
    drawn = random.integers(0, len(papers), (samples, len(papers)))
    weights = np.stack([np.bincount(each, minlength=len(papers)) for each in drawn])
    names = ["entities", "untyped", "named", *(f"entities {name}" for name in ENTITY_TYPES), "surfaces"]
    names += ["proposes", "role", *(f"role {name}" for name in ROLES), "relations"]
    names += [*(f"relation {name}" for name in RELATIONS), "results"]
    yield "| | precision | recall | F1 | 95 % interval | gold |\n| --- | --- | --- | --- | --- | --- |"
    for name in names:
        table = np.array([paper[name] for paper in papers], dtype=float)
        true, told, stands = table.sum(axis=0)
        low, high = np.percentile(f1(weights @ table), [2.5, 97.5])
        yield (
            f"| {name} | {true / max(told, 1):.3f} | {true / max(stands, 1):.3f}"
            f" | {f1(table.sum(axis=0)):.3f} | {low:.3f} to {high:.3f} | {stands:.0f} |"
        )


def reliability_tables(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> Iterator[str]:
    """Stated confidence against the share that is right, all four side by side."""
    tables = reliability(gold, predicted)
    yield "| score | " + " | ".join(tables) + " |\n| --- |" + " --- |" * len(tables)
    for number in range(10):
        cells = [table.bins[number] for table in tables.values()]
        told = [f"{each.share:.2f} of {each.count}" if each.count else "" for each in cells]
        yield f"| {number / 10:.1f} to {(number + 1) / 10:.1f} | " + " | ".join(told) + " |"
    errors = " | ".join(f"{table.error:.3f}" for table in tables.values())
    yield f"| expected calibration error | {errors} |"


def type_mistakes(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> Iterator[str]:
    """Types taken for one another."""
    counts = Counter(
        (gold[id_]["entities"][i]["type"], predicted[id_]["entities"][j]["type"])
        for id_ in sorted(gold)
        for i, j in matched_pairs(gold[id_]["entities"], predicted[id_]["entities"], typed=False)
    )
    mistakes = [(pair, count) for pair, count in counts.most_common() if pair[0] != pair[1] and count > 1]
    told = ", ".join(f"{one} for {other} {count}" for (other, one), count in mistakes)
    yield f"Types told for another: {told}." if told else "No type is told for another more than once."


def main() -> None:
    """Print the tables in Markdown, or write them into the card."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("predicted", type=Path)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--part", default="held-out")
    arguments = parser.parse_args()
    predicted = read_annotations(arguments.predicted)
    gold = {id_: each for id_, each in read_annotations(arguments.gold).items() if id_ in predicted}
    papers = [counts_of(gold[id_], predicted[id_]) for id_ in sorted(gold)]
    lines = [f"{len(papers)} papers; intervals from {arguments.samples} bootstrap samples over papers.", ""]
    lines += [*figures_table(papers, arguments.samples), "", "Share that is right, by score:", ""]
    lines += [*reliability_tables(gold, predicted), "", *type_mistakes(gold, predicted)]
    text = "\n".join(lines)
    if not arguments.into:
        print(text)
        return
    card = arguments.into.read_text(encoding="utf-8")
    begin, end = f"<!-- {arguments.part} -->", f"<!-- end of {arguments.part} -->"
    before, _, rest = card.partition(begin)
    _, _, after = rest.partition(end)
    if not rest or end not in rest:
        parser.error(f"{arguments.into} has no part {arguments.part}")
    arguments.into.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
