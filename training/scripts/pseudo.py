"""Let trained networks read unlabelled texts; keep what they think of each word.

    pseudo.py MODEL.pt [MODEL.pt ...] --texts T.jsonl --out LABELS.npz [--limit N]

Probabilities of tags and roles are averaged over the networks and kept as 16-bit numbers. Texts longer
than one window are left out.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
from data import lines, minilm
from network import load_network
from train import batches, collate

from kg.extraction.pieces import PieceReader, windows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=minilm(), help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=6000)
    args = parser.parse_args()
    torch.set_num_threads(1)
    networks = [load_network(p).eval() for p in args.models]
    reader = PieceReader(args.base / "vocab.txt")
    read = []
    for paper in lines(args.texts):
        pieces = reader(f"{paper['title']}\n{paper['abstract']}")
        if len(windows(pieces)) == 1:
            read.append(reader.network_input(pieces, (0, len(pieces.firsts))))
        if len(read) == args.limit:
            break
    tags: list[np.ndarray] = [np.empty(0)] * len(read)
    roles = list(tags)
    started, done = time.time(), 0
    for batch in batches([len(r[0]) for r in read], 8192, random.Random(1)):
        inputs = collate([read[i] for i in batch])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            out = [n(*inputs) for n in networks]
        t = torch.stack([o[0].float().softmax(-1) for o in out]).mean(0).numpy()
        r = torch.stack([o[1].float().softmax(-1) for o in out]).mean(0).numpy()
        for k, i in enumerate(batch):
            tags[i] = t[k][: len(read[i][2])].astype(np.float16)
            roles[i] = r[k][: len(read[i][2])].astype(np.float16)
        done += len(batch)
        if done % 200 < len(batch):
            print(f"  {done} of {len(read)}, {time.time() - started:.0f} s", flush=True)
    np.savez(
        args.out,
        tags=np.concatenate(tags),
        roles=np.concatenate(roles),
        ids=np.concatenate([r[0] for r in read]).astype(np.int32),
        shapes=np.concatenate([r[1] for r in read]).astype(np.int16),
        firsts=np.concatenate([r[2] for r in read]).astype(np.int16),
        pieces=np.array([len(r[0]) for r in read]),
        words=np.array([len(r[2]) for r in read]),
    )


if __name__ == "__main__":
    main()
