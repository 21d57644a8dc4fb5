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
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from data import ROLES, TAGS, Example, in_development, minilm, read_gold
from network import Entities, Network, load_minilm, load_network
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from kg.extraction.opinions import RELATION_CLASSES, TYPES, Mentions, between, figures
from kg.extraction.pieces import PieceReader, windows


@dataclass
class Judged:
    """The entities of one window, with a distribution over roles and over relations of each pair."""

    mentions: Mentions
    roles: np.ndarray  #: (entities, roles)
    relations: np.ndarray  #: (subject, object, relation class)
    figures: np.ndarray = field(init=False)
    pairs: tuple[np.ndarray, np.ndarray] = field(init=False)  #: subjects, objects: each with each other
    places: tuple[np.ndarray, ...] = field(init=False)  #: what `between` says of these pairs

    def set_out(self, *, words: int, title_words: int) -> Judged:
        """Work out what follows from where the mentions are."""
        n = len(self.mentions.types)
        self.figures = figures(self.mentions, words=words, title_words=title_words)
        subjects, objects = np.nonzero(~np.eye(n, dtype=bool))
        self.pairs = subjects, objects
        self.places = tuple(each[self.pairs] for each in between(self.mentions))
        return self


@dataclass
class Item:
    """One window of a text, with a distribution over tags and roles for each of its words."""

    ids: np.ndarray
    shapes: np.ndarray
    firsts: np.ndarray
    tags: np.ndarray  #: (words, tags)
    roles: np.ndarray  #: (words, roles)
    role_weights: np.ndarray  #: how surely each word is part of a mention
    judged: Judged | None = None


def title_words(shapes: np.ndarray, firsts: np.ndarray) -> int:
    """How many of a window's words stand in the title: shapes tell."""
    return int(((shapes[firsts] & 2) > 0).sum())


def judged(example: Example, window: tuple[int, int], *, title: int) -> Judged | None:
    """The annotated entities that a window names, renumbered, and what joins them."""
    places = [
        (i, a - window[0], b - window[0])
        for i, found in enumerate(example.places)
        for a, b in found
        if window[0] <= a and b <= window[1]
    ]
    if not places:
        return None
    owners, firsts, behinds = np.array(places, dtype=np.int64).T
    kept, owners = np.unique(owners, return_inverse=True)
    types = np.array([TYPES.index(example.entities[i]["type"]) for i in kept])
    roles = np.array([ROLES.index(example.entities[i]["role"]) for i in kept])
    relations = np.zeros((len(example.entities), len(example.entities)), dtype=np.int64)
    for subject, object_, kind in example.relations:
        relations[subject, object_] = kind
    return Judged(
        Mentions(firsts, behinds, owners, types),
        np.eye(len(ROLES), dtype=np.float16)[roles],
        np.eye(len(RELATION_CLASSES), dtype=np.float16)[relations[np.ix_(kept, kept)]],
    ).set_out(words=window[1] - window[0], title_words=title)


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
                    judged(e, window, title=title_words(shapes, firsts)),
                )
            )
    return items


def pseudo_items(path: Path, part: slice) -> list[Item]:
    """The texts that a teacher has read, or a part of them."""
    z = np.load(path)
    pieces, words = np.cumsum(z["pieces"])[:-1], np.cumsum(z["words"])[:-1]
    columns = [np.split(z[name], pieces) for name in ("ids", "shapes")]
    columns += [np.split(z[name], words) for name in ("firsts", "tags", "roles")]
    items = [
        Item(i.astype(np.int64), s.astype(np.int64), f.astype(np.int64), t, r, 1 - t[:, 0].astype(np.float32))
        for i, s, f, t, r in zip(*columns, strict=True)
    ]
    if "mentions" in z.files:
        sizes = z["entities"]
        mentions = np.split(z["mentions"].astype(np.int64), np.cumsum(z["mention_counts"])[:-1])
        of_entities = [np.split(z[name], np.cumsum(sizes)[:-1]) for name in ("types", "entity_roles")]
        relations = np.split(z["relations"], np.cumsum(sizes**2)[:-1])
        for item, m, types, roles, r in zip(items, mentions, *of_entities, relations, strict=True):
            if len(types):
                item.judged = Judged(
                    Mentions(m[:, 0], m[:, 1], m[:, 2], types.astype(np.int64)),
                    roles,
                    r.reshape(len(types), len(types), -1),
                ).set_out(words=len(item.firsts), title_words=title_words(item.shapes, item.firsts))
    return items[part]


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
    # Few different shapes: oneDNN compiles, and keeps, a kernel for each that it meets.
    width = -(-max(len(t[0]) for t in texts) // 32) * 32
    words = -(-max(len(t[2]) for t in texts) // 32) * 32
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


def entities_of(items: list[Judged | None]) -> Entities:
    """The entities of several texts in the flat form that the network's heads take."""
    parts: dict[str, list[np.ndarray]] = {name: [] for name in Entities._fields}
    before = 0
    for row, item in enumerate(items):
        if item is None:
            continue
        m, (subjects, objects), (starts, ends, gaps) = item.mentions, item.pairs, item.places
        parts["rows"].append(np.full(len(m.firsts), row))
        parts["firsts"].append(m.firsts)
        parts["behinds"].append(m.behinds)
        parts["owners"].append(m.owners + before)
        parts["figures"].append(item.figures)
        parts["subjects"].append(subjects + before)
        parts["objects"].append(objects + before)
        parts["pair_rows"].append(np.full(len(subjects), row))
        parts["starts"].append(starts)
        parts["ends"].append(ends)
        parts["gaps"].append(gaps)
        before += len(m.types)
    return Entities(**{name: torch.from_numpy(np.concatenate(part)) for name, part in parts.items()})


def loss_of(network: Network, items: list[Item], weights: argparse.Namespace) -> tuple[torch.Tensor, ...]:
    """Cross-entropies: of tags, of words' roles on mentions, of entities' roles, of pairs' relations.

    The last is a sum over pairs for each entity: most pairs are not related, and say little.
    """
    inputs = collate([(i.ids, i.shapes, i.firsts) for i in items])
    rows = torch.from_numpy(np.repeat(np.arange(len(items)), [len(i.firsts) for i in items]))
    columns = torch.from_numpy(np.concatenate([np.arange(len(i.firsts)) for i in items]))
    tags = torch.from_numpy(np.concatenate([i.tags for i in items]).astype(np.float32))
    roles = torch.from_numpy(np.concatenate([i.roles for i in items]).astype(np.float32))
    surely = torch.from_numpy(np.concatenate([i.role_weights for i in items]))
    with torch.autocast("cpu", torch.bfloat16):
        tag_scores, role_scores, memory = network(*inputs)
    tag_loss = functional.cross_entropy(tag_scores[rows, columns].float(), tags)
    role_loss = functional.cross_entropy(role_scores[rows, columns].float(), roles, reduction="none")
    role_loss = (role_loss * surely).sum() / (surely.sum() + 1)
    there = [i.judged for i in items if i.judged is not None]
    if not there:
        return weights.tag_weight * tag_loss + 0.3 * role_loss, tag_loss, tag_loss * 0, tag_loss * 0
    entity_scores, pair_scores = network.heads(memory.float(), entities_of([i.judged for i in items]))
    entity_roles = torch.from_numpy(np.concatenate([j.roles for j in there]).astype(np.float32))
    relations = torch.from_numpy(np.concatenate([j.relations[j.pairs] for j in there]).astype(np.float32))
    entity_loss = functional.cross_entropy(entity_scores, entity_roles)
    pair_loss = functional.cross_entropy(pair_scores, relations, reduction="sum") / len(entity_roles)
    loss = weights.tag_weight * tag_loss + weights.word_role_weight * role_loss
    loss = loss + weights.role_weight * entity_loss + weights.relation_weight * pair_loss
    return loss, tag_loss, entity_loss, pair_loss


def optimiser(network: Network, rate: float, *, new: tuple[str, ...]) -> torch.optim.AdamW:
    """AdamW; what is new (by the beginning of its name) learns faster than what was trained before."""
    slow = [p for n, p in network.named_parameters() if not n.startswith(new)]
    fast = [p for n, p in network.named_parameters() if n.startswith(new)]
    groups = [{"params": slow, "lr": rate}, {"params": fast, "lr": max(rate * 5, 1e-3)}]
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
    parser.add_argument("--heads", help="attention heads of each layer, as 4,6,6; by default all")
    parser.add_argument("--inner", type=int, help="inner units a layer, by default all")
    parser.add_argument("--new-heads", action="store_true", help="entity heads are new and learn faster")
    parser.add_argument("--tag-weight", type=float, default=1.0)
    parser.add_argument("--word-role-weight", type=float, default=0.3)
    parser.add_argument("--role-weight", type=float, default=0.3)
    parser.add_argument("--relation-weight", type=float, default=0.3)
    parser.add_argument(
        "--average",
        type=float,
        default=0.0,
        help="decay a step of the moving average of the weights that is written; 0: write the last ones",
    )
    parser.add_argument("--all", action="store_true", help="train on the held-out papers as well")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)

    keep = [int(i) for i in args.layers.split(",")]
    if args.start:
        heads = [int(n) for n in args.heads.split(",")] if args.heads else None
        network = load_network(args.start, keep=keep, narrow=args.narrow, heads=heads, inner=args.inner)
    else:
        network = Network(layers=len(keep), narrow=args.narrow)
        load_minilm(network, args.base, keep=keep)
    for module in network.modules():
        if hasattr(module, "dropout"):
            module.dropout = args.dropout
    if args.new_heads:
        new: tuple[str, ...] = ("memory", "heads")
    else:
        new = () if args.start else ("tags", "roles", "shapes", "memory", "heads")
    opt = optimiser(network, args.rate, new=new)
    items = gold_items(args) * args.gold_times
    if args.pseudo:
        first, _, behind = args.part.partition(":")
        items += pseudo_items(args.pseudo, slice(int(first or 0), int(behind) if behind else None))
    lengths = [len(i.ids) for i in items]
    total = args.epochs * len(batches(lengths, args.pieces, random.Random(0)))
    warm = max(total // 10, 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        opt, lambda s: min((s + 1) / warm, max(0.02, (total - s) / (total - warm)))
    )
    shape = {
        "layers": len(keep),
        "narrow": args.narrow,
        "heads": [layer.heads for layer in network.layers],
        "inner": network.layers[0].up.out_features,
    }
    # An average over many steps forgets what a single batch taught last (Polyak and Juditsky 1992).
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(args.average))
    network.train()
    done = 0
    checkpoint = args.out.with_suffix(".checkpoint")
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        opt.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        rng.setstate(state["rng"])
        torch.set_rng_state(state["torch"])
        done = state["epochs"]
    for epoch in range(done, args.epochs):
        started, losses = time.time(), []
        order = batches(lengths, args.pieces, rng)
        for batch in order:
            loss, *parts = loss_of(network, [items[i] for i in batch], args)
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            opt.step()
            schedule.step()
            average.update_parameters(network)
            losses.append([loss.item(), *(part.item() for part in parts)])
            if len(losses) % 20 == 0:
                told = ", ".join(f"{x:.4f}" for x in np.mean(losses[-20:], axis=0))
                print(f"  {len(losses)} of {len(order)}: {told}; {time.time() - started:.0f} s", flush=True)
        told = ", ".join(f"{x:.4f}" for x in np.mean(losses, axis=0))
        print(
            f"epoch {epoch + 1}: loss, tags, roles, relations: {told}; {time.time() - started:.0f} s",
            flush=True,
        )
        state = {
            "network": network.state_dict(),
            "average": average.state_dict(),
            "optimiser": opt.state_dict(),
            "schedule": schedule.state_dict(),
            "rng": rng.getstate(),
            "torch": torch.get_rng_state(),
            "epochs": epoch + 1,
        } | shape
        torch.save(state, checkpoint)
    torch.save({"network": average.module.state_dict()} | shape, args.out)
    checkpoint.unlink()


if __name__ == "__main__":
    main()
