"""The recogniser's network: a small transformer encoder with a tag, a role and a memory for each word.

A plain BERT encoder (Devlin et al. 2019) of the sizes that all-MiniLM-L6-v2 has, written out so that
layers, attention heads and inner units can be left out and the exported graph holds nothing that is not
needed. Dropout stands only where it is cheap: on attention weights it costs a processor more time than
the attention itself.

The memory is read by heads that judge whole entities and pairs of them; `kg.extraction.opinions` runs
the same heads with numpy.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from data import ROLES, TAGS
from safetensors.torch import load_file  # type: ignore[import-not-found,unused-ignore]
from torch import Tensor, nn
from torch.nn import functional

from kg.extraction.opinions import N_FIGURES, N_GAPS, RELATION_CLASSES
from kg.extraction.pieces import N_SHAPES

WIDTH, HEADS, INNER, VOCABULARY, POSITIONS = 384, 12, 1536, 30522, 512
HEAD = WIDTH // HEADS
MEMORY, HIDDEN, PRODUCT = 128, 128, 64


class Layer(nn.Module):  # type: ignore[misc,unused-ignore]
    """Self-attention and a feed-forward block, each with a residual connection and a norm behind it."""

    def __init__(self, dropout: float, *, heads: int = HEADS, inner: int = INNER) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(WIDTH, 3 * heads * HEAD)
        self.out = nn.Linear(heads * HEAD, WIDTH)
        self.norm_1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, inner)
        self.down = nn.Linear(inner, WIDTH)
        self.norm_2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = dropout

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, HEAD).permute(2, 0, 3, 1, 4)
        y = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        y = self.out(y.transpose(1, 2).reshape(batch, length, self.heads * HEAD))
        x = self.norm_1(x + functional.dropout(y, self.dropout, self.training))
        y = self.down(functional.gelu(self.up(x)))
        return self.norm_2(x + functional.dropout(y, self.dropout, self.training))


class Entities(NamedTuple):
    """The entities of several texts, flat: mentions, then entities, then pairs of entities of one text."""

    rows: Tensor  #: of each mention: which text
    firsts: Tensor  #: … its first word
    behinds: Tensor  #: … and the word behind its last
    owners: Tensor  #: … and whose it is, an index over the entities of all texts
    figures: Tensor  #: of each entity: what `opinions.figures` says
    subjects: Tensor  #: of each pair: an index over the entities of all texts
    objects: Tensor
    pair_rows: Tensor  #: … which text
    starts: Tensor  #: … the first word between the two
    ends: Tensor
    gaps: Tensor  #: … how far apart they are


class EntityHeads(nn.Module):  # type: ignore[misc,unused-ignore]
    """Role scores of entities and relation scores of pairs of them, from the words' memory.

    See `kg.extraction.opinions`, which describes the same computation.
    """

    def __init__(self) -> None:
        super().__init__()
        entity = 2 * MEMORY + N_FIGURES
        self.role_1 = nn.Linear(entity, HIDDEN)
        self.role_2 = nn.Linear(HIDDEN, len(ROLES))
        self.subject = nn.Linear(entity, HIDDEN)
        self.object = nn.Linear(entity, HIDDEN, bias=False)
        self.between = nn.Linear(MEMORY, HIDDEN, bias=False)
        self.gaps = nn.Embedding(N_GAPS, HIDDEN)
        self.pair = nn.Linear(HIDDEN, len(RELATION_CLASSES))
        self.left = nn.Linear(entity, PRODUCT, bias=False)
        self.right = nn.Linear(entity, PRODUCT, bias=False)
        self.bilinear = nn.Parameter(torch.zeros(len(RELATION_CLASSES), PRODUCT, PRODUCT))
        nn.init.normal_(self.gaps.weight, std=0.1)
        self.dropout = 0.0

    def forward(self, memory: Tensor, e: Entities) -> tuple[Tensor, Tensor]:
        """Role scores (entities, roles) and relation scores (pairs, classes)."""
        zero = memory.new_zeros(memory.shape[0], 1, memory.shape[2])
        sums = torch.cat([zero, memory.cumsum(dim=1)], dim=1)
        vectors = (sums[e.rows, e.behinds] - sums[e.rows, e.firsts]) / (e.behinds - e.firsts)[:, None]
        n, width = len(e.figures), memory.shape[2]
        counts = torch.bincount(e.owners, minlength=n)[:, None]
        mean = memory.new_zeros(n, width).index_add(0, e.owners, vectors) / counts
        most = memory.new_zeros(n, width).scatter_reduce(
            0, e.owners[:, None].expand(-1, width), vectors, "amax", include_self=False
        )
        x = torch.cat([mean, most, e.figures], dim=1)
        x = functional.dropout(x, self.dropout, self.training)
        roles = self.role_2(functional.dropout(self.role_1(x).relu(), self.dropout, self.training))
        middle = sums[e.pair_rows, e.ends] - sums[e.pair_rows, e.starts]
        middle = self.between(middle / (e.ends - e.starts).clamp(min=1)[:, None])
        hidden = self.subject(x)[e.subjects] + self.object(x)[e.objects] + middle + self.gaps(e.gaps)
        pairs = self.pair(functional.dropout(hidden.relu(), self.dropout, self.training))
        left = torch.einsum("nd,cde->nce", self.left(x), self.bilinear)
        return roles, pairs + torch.einsum("pce,pe->pc", left[e.subjects], self.right(x)[e.objects])

    def exported(self) -> dict[str, np.ndarray]:
        """The weights as `kg.extraction.opinions.Heads` reads them: linear maps as (in, out)."""
        out = {}
        for name, value in self.state_dict().items():
            turned = name.endswith(".weight") and not name.startswith("gaps")
            out[name] = (value.T if turned else value).float().numpy()
        return out


class Network(nn.Module):  # type: ignore[misc,unused-ignore]
    """Pieces and shapes in; for each word tag scores, role scores and its memory out.

    The first `narrow` layers read all pieces, the later ones only the first piece of each word (and the
    two special pieces): what a word's other pieces say has reached its first by then, and attention gets
    cheaper.
    """

    def __init__(
        self,
        *,
        layers: int = 6,
        narrow: int = 6,
        dropout: float = 0.1,
        heads: list[int] | None = None,
        inner: int = INNER,
    ) -> None:
        super().__init__()
        self.pieces = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.shapes = nn.Embedding(N_SHAPES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(
            Layer(dropout, heads=number, inner=inner) for number in heads or [HEADS] * layers
        )
        self.tags = nn.Linear(WIDTH, len(TAGS))
        self.roles = nn.Linear(WIDTH, len(ROLES))
        self.memory = nn.Linear(WIDTH, MEMORY)
        self.heads = EntityHeads()
        self.narrow = narrow
        self.dropout = dropout

    def forward(
        self, ids: Tensor, shapes: Tensor, lengths: Tensor, firsts: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Tag scores, role scores and memory, (batch, words, …).

        `lengths` are numbers of pieces. `firsts` (batch, words) holds each word's first piece, with the
        text's last piece wherever a text has no more words.
        """
        width = ids.shape[1]
        mask = torch.arange(width)[None] < lengths[:, None]
        x = self.pieces(ids) + self.positions.weight[:width] + self.shapes(shapes)
        x = functional.dropout(self.norm(x), self.dropout, self.training)
        for i, layer in enumerate(self.layers):
            if i == self.narrow:
                x, mask = self._words(x, lengths, firsts)
            x = layer(x, mask[:, None, None, :])
        if self.narrow >= len(self.layers):
            x, mask = self._words(x, lengths, firsts)
        x = x[:, 1:-1]
        return self.tags(x), self.roles(x), self.memory(x)

    def _words(self, x: Tensor, lengths: Tensor, firsts: Tensor) -> tuple[Tensor, Tensor]:
        """First pieces between the special ones, and which of them count."""
        last = lengths[:, None] - 1
        index = torch.cat([torch.zeros_like(last), firsts, last], dim=1)
        # Behind its words a text repeats its last piece: once is enough to be attended to.
        mask = torch.cat(
            [
                torch.ones_like(last, dtype=torch.bool),
                firsts != last,
                torch.ones_like(last, dtype=torch.bool),
            ],
            dim=1,
        )
        return x.gather(1, index[:, :, None].expand(-1, -1, x.shape[2])), mask


def load_minilm(network: Network, folder: Path, *, keep: list[int]) -> None:
    """Start from all-MiniLM-L6-v2's weights; `keep` says which of its layers."""
    given = load_file(folder / "model.safetensors")
    given = {k.removeprefix("bert."): v for k, v in given.items()}
    state = network.state_dict()

    def take(name: str, value: Tensor) -> None:
        assert state[name].shape == value.shape, name
        state[name] = value.clone()

    take("pieces.weight", given["embeddings.word_embeddings.weight"])
    segment = given["embeddings.token_type_embeddings.weight"][0]
    take("positions.weight", given["embeddings.position_embeddings.weight"] + segment)
    state["shapes.weight"] = torch.zeros_like(state["shapes.weight"])
    for part in ("weight", "bias"):
        take(f"norm.{part}", given[f"embeddings.LayerNorm.{part}"])
        for i, j in enumerate(keep):
            old = f"encoder.layer.{j}."
            take(
                f"layers.{i}.qkv.{part}",
                torch.cat([given[f"{old}attention.self.{n}.{part}"] for n in ("query", "key", "value")]),
            )
            take(f"layers.{i}.out.{part}", given[f"{old}attention.output.dense.{part}"])
            take(f"layers.{i}.norm_1.{part}", given[f"{old}attention.output.LayerNorm.{part}"])
            take(f"layers.{i}.up.{part}", given[f"{old}intermediate.dense.{part}"])
            take(f"layers.{i}.down.{part}", given[f"{old}output.dense.{part}"])
            take(f"layers.{i}.norm_2.{part}", given[f"{old}output.LayerNorm.{part}"])
    network.load_state_dict(state)


def pruned(state: dict[str, Tensor], layer: str, *, heads: int, inner: int) -> None:
    """Keep a layer's `heads` attention heads and `inner` inner units whose weights say most.

    A head counts by the size of what it can write (values times output) and of what it can look for
    (queries times keys); an inner unit by the product of its incoming and outgoing weights.
    """
    qkv, out = state[f"{layer}.qkv.weight"], state[f"{layer}.out.weight"]
    there = out.shape[1] // HEAD
    if heads < there:
        q, k, v = qkv.view(3, there, HEAD, WIDTH)
        writes = torch.stack([(out[:, i * HEAD : (i + 1) * HEAD] @ v[i]).norm() for i in range(there)])
        seeks = torch.stack([(q[i].T @ k[i]).norm() for i in range(there)])
        kept = (writes * seeks).topk(heads).indices.sort().values
        rows = (kept[:, None] * HEAD + torch.arange(HEAD)).flatten()
        three = torch.cat([rows + i * there * HEAD for i in range(3)])
        state[f"{layer}.qkv.weight"] = qkv[three]
        state[f"{layer}.qkv.bias"] = state[f"{layer}.qkv.bias"][three]
        state[f"{layer}.out.weight"] = out[:, rows]
    up, down = state[f"{layer}.up.weight"], state[f"{layer}.down.weight"]
    if inner < len(up):
        kept = (up.norm(dim=1) * down.norm(dim=0)).topk(inner).indices.sort().values
        state[f"{layer}.up.weight"], state[f"{layer}.up.bias"] = up[kept], state[f"{layer}.up.bias"][kept]
        state[f"{layer}.down.weight"] = down[:, kept]


def load_network(
    path: Path,
    *,
    keep: list[int] | None = None,
    narrow: int | None = None,
    heads: list[int] | None = None,
    inner: int | None = None,
) -> Network:
    """A trained network; with `keep`, only these of its layers, and with a `narrow` of its own.

    `heads` (a number for each layer kept) and `inner` below what it has leave out its weakest attention
    heads and inner units.
    """
    saved = torch.load(path, map_location="cpu", weights_only=True)
    chosen = list(range(saved["layers"])) if keep is None else keep
    if heads is None:
        there = saved.get("heads", [HEADS] * saved["layers"])
        heads = [there[i] for i in chosen]
    inner = saved.get("inner", INNER) if inner is None else inner
    network = Network(
        layers=len(chosen),
        narrow=saved.get("narrow", 6) if narrow is None else narrow,
        heads=heads,
        inner=inner,
    )
    state = network.state_dict()
    for name, value in saved["network"].items():
        if name.startswith("layers."):
            _, layer, rest = name.split(".", 2)
            if int(layer) in chosen:
                state[f"layers.{chosen.index(int(layer))}.{rest}"] = value
        else:
            state[name] = value
    for i, number in enumerate(heads):
        pruned(state, f"layers.{i}", heads=number, inner=inner)
    network.load_state_dict(state)
    return network
