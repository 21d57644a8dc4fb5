"""Train a network on gold labels and, where given, on what a trained network thinks of unlabelled texts.

    train.py --annotations A.jsonl --texts T.jsonl --out MODEL.pt
             [--layers 0,1,2] [--start TEACHER.pt] [--pseudo LABELS.npz] [--part A:B]
             [--epochs N] [--seed N] [--all]

Papers whose id's hash says so are held out, unless --all is given. The state is kept after each epoch,
and a run that was interrupted goes on from there.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from data import ROLES, TAGS, in_development, minilm, read_gold
from network import Network, load_minilm, load_network
from torch.nn import functional

from kg.extraction.pieces import PieceReader, windows


@dataclass
class Item:
    """One window of a text, with a distribution over tags and roles for each of its words."""

    ids: np.ndarray
    shapes: np.ndarray
    firsts: np.ndarray
    tags: np.ndarray  #: (words, tags)
    roles: np.ndarray  #: (words, roles)
    role_weights: np.ndarray  #: how surely each word is part of a mention


def gold_items(args: argparse.Namespace) -> list[Item]:
    """The annotated papers that are not held out."""
    reader = PieceReader(args.base / "vocab.txt")
    items = []
    for e in read_gold(args.annotations, args.texts, reader):
        if in_development(e.id) and not args.all:
            continue
        for window in windows(e.pieces):
            ids, shapes, firsts = reader.network_input(e.pieces, window)
            tags, roles = e.tags[slice(*window)], e.roles[slice(*window)]
            items.append(
                Item(
                    ids,
                    shapes,
                    firsts,
                    np.eye(len(TAGS), dtype=np.float32)[tags],
                    np.eye(len(ROLES), dtype=np.float32)[np.maximum(roles, 0)],
                    (roles >= 0).astype(np.float32),
                )
            )
    return items


def pseudo_items(path: Path, part: slice) -> list[Item]:
    """The texts that a teacher has read, or a part of them."""
    z = np.load(path)
    pieces, words = np.cumsum(z["pieces"])[:-1], np.cumsum(z["words"])[:-1]
    columns = [np.split(z[name], pieces) for name in ("ids", "shapes")]
    columns += [np.split(z[name], words) for name in ("firsts", "tags", "roles")]
    return [
        Item(i.astype(np.int64), s.astype(np.int64), f.astype(np.int64), t, r, 1 - t[:, 0].astype(np.float32))
        for i, s, f, t, r in zip(*columns, strict=True)
    ][part]


def batches(lengths: list[int], pieces: int, rng: random.Random) -> list[list[int]]:
    """Indices grouped by length, at most `pieces` pieces of padded input a batch, in random order."""
    noisy = [length + rng.random() * 40 for length in lengths]
    out: list[list[int]] = []
    batch: list[int] = []
    widest = 0
    for i in sorted(range(len(lengths)), key=noisy.__getitem__):
        widest = max(widest, lengths[i])
        if batch and (len(batch) + 1) * widest > pieces:
            out.append(batch)
            batch, widest = [], lengths[i]
        batch.append(i)
    out.append(batch)
    rng.shuffle(out)
    return out


def collate(
    texts: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Padded piece numbers and shapes, numbers of pieces, and words' first pieces."""
    width, words = max(len(t[0]) for t in texts), max(len(t[2]) for t in texts)
    ids = torch.zeros(len(texts), width, dtype=torch.long)
    shapes = torch.zeros(len(texts), width, dtype=torch.long)
    firsts = torch.zeros(len(texts), words, dtype=torch.long)
    lengths = torch.tensor([len(t[0]) for t in texts])
    for i, (a, b, c) in enumerate(texts):
        ids[i, : len(a)] = torch.from_numpy(a)
        shapes[i, : len(a)] = torch.from_numpy(b)
        firsts[i] = len(a) - 1
        firsts[i, : len(c)] = torch.from_numpy(c)
    return ids, shapes, lengths, firsts


def loss_of(network: Network, items: list[Item]) -> torch.Tensor:
    """Cross-entropy of tags and, on mentions, of roles, over all words of the items."""
    inputs = collate([(i.ids, i.shapes, i.firsts) for i in items])
    rows = torch.from_numpy(np.repeat(np.arange(len(items)), [len(i.firsts) for i in items]))
    columns = torch.from_numpy(np.concatenate([np.arange(len(i.firsts)) for i in items]))
    tags = torch.from_numpy(np.concatenate([i.tags for i in items]).astype(np.float32))
    roles = torch.from_numpy(np.concatenate([i.roles for i in items]).astype(np.float32))
    weights = torch.from_numpy(np.concatenate([i.role_weights for i in items]))
    with torch.autocast("cpu", torch.bfloat16):
        tag_scores, role_scores = network(*inputs)
    loss = functional.cross_entropy(tag_scores[rows, columns].float(), tags)
    role_loss = functional.cross_entropy(role_scores[rows, columns].float(), roles, reduction="none")
    return loss + 0.3 * (role_loss * weights).sum() / (weights.sum() + 1)


def optimiser(network: Network, rate: float, *, fresh: bool) -> torch.optim.AdamW:
    """AdamW; what is new (heads, shapes) learns faster than what was trained before."""
    new = ("tags", "roles", "shapes") if fresh else ("nothing",)
    slow = [p for n, p in network.named_parameters() if not n.startswith(new)]
    fast = [p for n, p in network.named_parameters() if n.startswith(new)]
    groups = [{"params": slow, "lr": rate}, {"params": fast, "lr": rate * 5}]
    return torch.optim.AdamW([g for g in groups if g["params"]], weight_decay=0.01)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=minilm(), help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--layers", default="0,1,2,3,4,5", help="which layers of the base or of --start to keep"
    )
    parser.add_argument("--narrow", type=int, default=6, help="after how many layers only first pieces go on")
    parser.add_argument("--start", type=Path, help="a trained network to start from, instead of the base")
    parser.add_argument("--pseudo", type=Path)
    parser.add_argument("--part", default="0:", help="which of the pseudo-labelled texts, counted from 0")
    parser.add_argument("--gold-times", type=int, default=1, help="how often gold papers come in one epoch")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--pieces", type=int, default=4096, help="pieces in a batch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="train on the held-out papers as well")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)

    keep = [int(i) for i in args.layers.split(",")]
    if args.start:
        network = load_network(args.start, keep=keep, narrow=args.narrow)
    else:
        network = Network(layers=len(keep), narrow=args.narrow)
        load_minilm(network, args.base, keep=keep)
    for module in network.modules():
        if hasattr(module, "dropout"):
            module.dropout = args.dropout
    opt = optimiser(network, args.rate, fresh=not args.start)
    items = gold_items(args) * args.gold_times
    if args.pseudo:
        first, _, behind = args.part.partition(":")
        items += pseudo_items(args.pseudo, slice(int(first or 0), int(behind) if behind else None))
    lengths = [len(i.ids) for i in items]
    total = args.epochs * len(batches(lengths, args.pieces, random.Random(0)))
    warm = total // 10
    schedule = torch.optim.lr_scheduler.LambdaLR(
        opt, lambda s: min((s + 1) / warm, max(0.02, (total - s) / (total - warm)))
    )
    network.train()
    done = 0
    checkpoint = args.out.with_suffix(".checkpoint")
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        network.load_state_dict(state["network"])
        opt.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        rng.setstate(state["rng"])
        torch.set_rng_state(state["torch"])
        done = state["epochs"]
    for epoch in range(done, args.epochs):
        started, losses = time.time(), []
        order = batches(lengths, args.pieces, rng)
        for batch in order:
            loss = loss_of(network, [items[i] for i in batch])
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            opt.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) % 20 == 0:
                print(
                    f"  {len(losses)} of {len(order)}: {np.mean(losses[-20:]):.4f}, "
                    f"{time.time() - started:.0f} s",
                    flush=True,
                )
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, {time.time() - started:.0f} s", flush=True)
        state = {
            "network": network.state_dict(),
            "optimiser": opt.state_dict(),
            "schedule": schedule.state_dict(),
            "rng": rng.getstate(),
            "torch": torch.get_rng_state(),
            "epochs": epoch + 1,
            "layers": len(keep),
            "narrow": args.narrow,
        }
        torch.save(state, checkpoint)
    torch.save({"network": network.state_dict(), "layers": len(keep), "narrow": args.narrow}, args.out)
    checkpoint.unlink()


if __name__ == "__main__":
    main()
