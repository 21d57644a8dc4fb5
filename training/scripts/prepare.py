"""Lay out the data: texts of the annotated papers, and unlabelled texts, both from arXiv's metadata snapshot.

    prepare.py --annotations training/data/annotations.jsonl --snapshot SNAPSHOT.jsonl[.gz] --out FOLDER
               [--unlabelled N]

The snapshot is arXiv's public metadata file (one JSON object a line with id, title and abstract). It is
read once. Abstracts' line breaks are arXiv's own; runs of white space become one space. The unlabelled
papers are those with the smallest hash of their id, so that the choice depends on nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from data import lines


def rank(paper: str) -> str:
    """What unlabelled papers are ordered by."""
    return hashlib.sha256(f"unlabelled {paper}".encode()).hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--snapshot", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--unlabelled", type=int, default=12000)
    args = parser.parse_args()
    annotated = {a["id"]: a for a in lines(args.annotations)}
    texts: dict[str, dict[str, str]] = {}
    others: list[tuple[str, dict[str, str]]] = []
    for row in lines(args.snapshot):
        paper = {
            "id": row["id"],
            "title": " ".join(row["title"].split()),
            "abstract": " ".join(row["abstract"].split()),
        }
        if row["id"] in annotated:
            texts[row["id"]] = paper
        else:
            others.append((rank(row["id"]), paper))
    absent = sorted(annotated.keys() - texts.keys())
    for paper in absent:
        print(f"not in the snapshot: {paper}", file=sys.stderr)
    surfaces = [(p, s) for p in sorted(texts) for e in annotated[p]["entities"] for s in e["surfaces"]]
    lost = [(p, s) for p, s in surfaces if s not in f"{texts[p]['title']}\n{texts[p]['abstract']}"]
    args.out.mkdir(parents=True, exist_ok=True)
    with (args.out / "texts.jsonl").open("w", encoding="utf-8") as out:
        for paper in annotated:
            if paper in texts:
                out.write(json.dumps(texts[paper], ensure_ascii=False) + "\n")
    # Scores are fitted to the readers of the first papers, who were made consistent with one another.
    with (args.out / "first.jsonl").open("w", encoding="utf-8") as out:
        for paper, annotation in annotated.items():
            if paper in texts and not annotation.get("later"):
                out.write(json.dumps(annotation, ensure_ascii=False) + "\n")
    others.sort(key=lambda pair: pair[0])
    with (args.out / "unlabelled.jsonl").open("w", encoding="utf-8") as out:
        for _, paper in others[: args.unlabelled]:
            out.write(json.dumps(paper, ensure_ascii=False) + "\n")
    print(
        f"{len(texts)} annotated papers, {len(absent)} absent; "
        f"{len(surfaces)} surfaces, {len(lost)} not found in their texts; "
        f"{min(len(others), args.unlabelled)} unlabelled papers"
    )
    return 1 if len(absent) > len(annotated) // 20 or len(lost) > len(surfaces) // 100 else 0


if __name__ == "__main__":
    sys.exit(main())
