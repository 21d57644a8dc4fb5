"""Let the pattern recogniser read the same unlabelled texts as the teacher, and average the two.

    blend.py LABELS.npz --texts T.jsonl --out BLENDED.npz [--share 0.5]

A linear model over words and shapes errs elsewhere than a network does, so the student learns more from
both than from either.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from data import TAGS, TYPES, lines, minilm

import kg.extraction
from kg.extraction.patterns import RULE, PatternRecogniser
from kg.extraction.pieces import PieceReader, windows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=minilm(), help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.5, help="weight of the patterns' word")
    args = parser.parse_args()
    labels = dict(np.load(args.labels))
    reader = PieceReader(args.base / "vocab.txt")
    nlp = kg.extraction.load()
    wanted = ("kg_sentences", "kg_abbreviations", "kg_vocabulary", "kg_patterns")
    nlp.select_pipes(enable=[name for name in nlp.pipe_names if name in wanted])
    patterns = nlp.get_pipe("kg_patterns")
    assert isinstance(patterns, PatternRecogniser)
    patterns.least = 0.02
    parts: list[np.ndarray] = []
    for paper in lines(args.texts):
        text = f"{paper['title']}\n{paper['abstract']}"
        pieces = reader(text)
        if len(windows(pieces)) > 1:
            continue
        if len(parts) == len(labels["words"]):
            break
        doc = nlp(text)
        said = np.zeros((len(pieces.starts), len(TAGS)), dtype=np.float32)
        for candidate in doc._.candidates:
            if candidate.rule != RULE:
                continue
            start = int(doc._.source_starts[doc[candidate.start].idx])
            last = doc[candidate.end - 1]
            end = int(doc._.source_ends[last.idx + len(last) - 1])
            first = int(np.searchsorted(pieces.ends, start, side="right"))
            behind = int(np.searchsorted(pieces.starts, end, side="left"))
            tag = 1 + 2 * TYPES.index(candidate.label)
            said[first : first + 1, tag] += candidate.score
            said[first + 1 : behind, tag + 1] += candidate.score
        said[:, 0] = np.maximum(1 - said[:, 1:].sum(axis=1), 0)
        parts.append(said / said.sum(axis=1, keepdims=True))
    blended = np.concatenate(parts)
    assert len(blended) == len(labels["tags"]), "other texts than those that the teacher has read"
    network = labels["tags"].astype(np.float32)
    agree = float(((network[:, 0] > 0.5) == (blended[:, 0] > 0.5)).mean())
    print(f"{len(parts)} texts; network and patterns agree on {agree:.3f} of the words being outside")
    labels["tags"] = (args.share * blended + (1 - args.share) * network).astype(np.float16)
    np.savez(args.out, **labels)


if __name__ == "__main__":
    main()
