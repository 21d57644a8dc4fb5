"""Write a trained network as an ONNX graph with 8-bit weights.

    export.py MODEL.pt OUT.onnx [--float]

The graph is written operator by operator, so that it holds the fused operators that onnxruntime runs
fastest on a CPU. It reads one text (or one window of a long one) at a time: there is no padding, so
what a text gives cannot depend on its neighbours.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

HEAD = 32  #: width of an attention head
ONNX_DOMAIN, FUSED = "", "com.microsoft"


class Graph:
    """An ONNX graph under construction."""

    def __init__(self, *, quantise: bool) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.quantise = quantise
        self._count = 0

    def weight(self, name: str, value: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(
        self, op: str, inputs: list[str], *, domain: str = ONNX_DOMAIN, outputs: int = 1, **attributes: object
    ) -> list[str]:
        self._count += 1
        names = [f"{op}_{self._count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, domain=domain, **attributes))
        return names

    def table(self, name: str, value: np.ndarray, index: str) -> str:
        """Rows of a table, kept as 8-bit numbers with one scale a row."""
        if not self.quantise:
            return self.add("Gather", [self.weight(f"{name}.table", value), index])[0]
        scale = np.maximum(np.abs(value).max(axis=1, keepdims=True), 1e-8) / 127
        small = np.round(value / scale).astype(np.int8)
        rows = self.add("Gather", [self.weight(f"{name}.8", small), index])[0]
        scales = self.add("Gather", [self.weight(f"{name}.scale", scale.astype(np.float32)), index])[0]
        return self.add("Mul", [self.add("Cast", [rows], to=TensorProto.FLOAT)[0], scales])[0]

    def linear(self, name: str, value: np.ndarray, bias: np.ndarray, x: str) -> str:
        """x @ value + bias, with `value` of shape (in, out), 8-bit with one scale a column."""
        b = self.weight(f"{name}.bias", bias)
        if not self.quantise:
            return self.add("Add", [self.add("MatMul", [x, self.weight(name, value)])[0], b])[0]
        small, scale, zero = self.columns(name, value)
        return self.add("DynamicQuantizeMatMul", [x, small, scale, zero, b], domain=FUSED)[0]

    def columns(self, name: str, value: np.ndarray) -> tuple[str, str, str]:
        scale = np.maximum(np.abs(value).max(axis=0), 1e-8).astype(np.float32) / 127
        small = np.round(value / scale).astype(np.int8)
        return (
            self.weight(f"{name}.8", small),
            self.weight(f"{name}.scale", scale),
            self.weight(f"{name}.zero", np.zeros(len(scale), dtype=np.int8)),
        )


def build(state: dict[str, np.ndarray], *, layers: int, narrow: int, quantise: bool) -> onnx.ModelProto:
    """The graph of a network's weights."""
    g = Graph(quantise=quantise)
    x = g.add(
        "Add",
        [
            g.table("pieces", state["pieces.weight"], "ids"),
            g.table("shapes", state["shapes.weight"], "shapes"),
        ],
    )[0]
    length = g.add("Shape", ["ids"], start=1, end=2)[0]
    zero = g.weight("zero", np.array([0], dtype=np.int64))
    positions = g.add("Slice", [g.weight("positions.table", state["positions.weight"]), zero, length])[0]
    x = g.add("Add", [x, positions])[0]

    def norm(x: str, name: str) -> str:
        w, b = (g.weight(f"{name}.{p}", state[f"{name}.{p}"]) for p in ("weight", "bias"))
        return g.add("LayerNormalization", [x, w, b], axis=-1, epsilon=1e-12)[0]

    def skip_norm(x: str, y: str, name: str) -> str:
        # Two plain operators: onnxruntime's fused SkipLayerNormalization takes five times as long on a CPU.
        return norm(g.add("Add", [x, y])[0], name)

    x = norm(x, "norm")

    def words_only(x: str) -> str:
        end = g.add("Sub", [length, g.weight("one", np.array([1], dtype=np.int64))])[0]
        index = g.add("Concat", [zero, "firsts", end], axis=0)[0]
        return g.add("Gather", [x, index], axis=1)[0]

    for i in range(layers):
        at = f"layers.{i}"
        if i == narrow:
            x = words_only(x)
        w, b = state[f"{at}.qkv.weight"].T, state[f"{at}.qkv.bias"]
        heads = len(b) // 3 // HEAD
        if quantise:
            small, scale, zero_point = g.columns(f"{at}.qkv", w)
            a, a_scale, a_zero = g.add("DynamicQuantizeLinear", [x], outputs=3)
            y = g.add(
                "QAttention",
                [a, small, g.weight(f"{at}.qkv.bias", b), a_scale, scale, "", a_zero, zero_point],
                domain=FUSED,
                num_heads=heads,
            )[0]
        else:
            y = g.add(
                "Attention",
                [x, g.weight(f"{at}.qkv", w), g.weight(f"{at}.qkv.bias", b)],
                domain=FUSED,
                num_heads=heads,
            )[0]
        y = g.linear(f"{at}.out", state[f"{at}.out.weight"].T, state[f"{at}.out.bias"], y)
        x = skip_norm(x, y, f"{at}.norm_1")
        y = g.linear(f"{at}.up", state[f"{at}.up.weight"].T, state[f"{at}.up.bias"], x)
        y = g.add("FastGelu", [y], domain=FUSED)[0]
        y = g.linear(f"{at}.down", state[f"{at}.down.weight"].T, state[f"{at}.down.bias"], y)
        x = skip_norm(x, y, f"{at}.norm_2")
    if narrow >= layers:
        x = words_only(x)
    outputs = []
    flat = g.add("Squeeze", [x, zero])[0]
    inner = g.weight("inner", np.array([-1], dtype=np.int64))
    words = g.add("Slice", [flat, "one", inner])[0]
    for head in ("tags", "roles", "memory"):
        given = [
            g.weight(f"{head}.w", state[f"{head}.weight"].T),
            g.weight(f"{head}.b", state[f"{head}.bias"]),
        ]
        scores = g.add("Gemm", [words, *given])[0]
        g.nodes.append(helper.make_node("Identity", [scores], [head]))
        outputs.append(
            helper.make_tensor_value_info(head, TensorProto.FLOAT, ["words", state[f"{head}.bias"].shape[0]])
        )
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"]),
        helper.make_tensor_value_info("shapes", TensorProto.INT64, [1, "pieces"]),
        helper.make_tensor_value_info("firsts", TensorProto.INT64, ["words"]),
    ]
    graph = helper.make_graph(g.nodes, "recogniser", inputs, outputs, initializer=g.weights)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="kg")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--float", action="store_true", help="keep 32-bit weights")
    args = parser.parse_args()
    saved = torch.load(args.model, map_location="cpu", weights_only=True)
    state = {k: v.float().numpy() for k, v in saved["network"].items()}
    model = build(state, layers=saved["layers"], narrow=saved.get("narrow", 6), quantise=not args.float)
    onnx.save(model, args.out)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
