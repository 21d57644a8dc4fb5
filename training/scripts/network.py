"""The recogniser's network: a small transformer encoder with a tag and a role for each word.

A plain BERT encoder (Devlin et al. 2019) of the sizes that all-MiniLM-L6-v2 has, written out so that
layers can be left out and the exported graph holds nothing that is not needed. Dropout stands only
where it is cheap: on attention weights it costs a processor more time than the attention itself.
"""

from __future__ import annotations

from pathlib import Path

import torch
from data import ROLES, TAGS
from safetensors.torch import load_file  # type: ignore[import-not-found,unused-ignore]
from torch import Tensor, nn
from torch.nn import functional

from kg.extraction.pieces import N_SHAPES

WIDTH, HEADS, INNER, VOCABULARY, POSITIONS = 384, 12, 1536, 30522, 512


class Layer(nn.Module):  # type: ignore[misc,unused-ignore]
    """Self-attention and a feed-forward block, each with a residual connection and a norm behind it."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm_1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm_2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = dropout

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        y = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        y = self.out(y.transpose(1, 2).reshape(batch, length, WIDTH))
        x = self.norm_1(x + functional.dropout(y, self.dropout, self.training))
        y = self.down(functional.gelu(self.up(x)))
        return self.norm_2(x + functional.dropout(y, self.dropout, self.training))


class Network(nn.Module):  # type: ignore[misc,unused-ignore]
    """Pieces and shapes in; for each word tag scores and role scores out.

    The first `narrow` layers read all pieces, the later ones only the first piece of each word (and the
    two special pieces): what a word's other pieces say has reached its first by then, and attention gets
    cheaper.
    """

    def __init__(self, *, layers: int = 6, narrow: int = 6, dropout: float = 0.1) -> None:
        super().__init__()
        self.pieces = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.shapes = nn.Embedding(N_SHAPES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.tags = nn.Linear(WIDTH, len(TAGS))
        self.roles = nn.Linear(WIDTH, len(ROLES))
        self.narrow = narrow
        self.dropout = dropout

    def forward(self, ids: Tensor, shapes: Tensor, lengths: Tensor, firsts: Tensor) -> tuple[Tensor, Tensor]:
        """Tag and role scores, (batch, words, …).

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
        return self.tags(x), self.roles(x)

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


def load_network(path: Path, *, keep: list[int] | None = None, narrow: int | None = None) -> Network:
    """A trained network; with `keep`, only these of its layers, and with a `narrow` of its own."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    chosen = list(range(saved["layers"])) if keep is None else keep
    network = Network(layers=len(chosen), narrow=saved.get("narrow", 6) if narrow is None else narrow)
    state = {}
    for name, value in saved["network"].items():
        if name.startswith("layers."):
            _, layer, rest = name.split(".", 2)
            if int(layer) in chosen:
                state[f"layers.{chosen.index(int(layer))}.{rest}"] = value
        else:
            state[name] = value
    network.load_state_dict(state)
    return network
