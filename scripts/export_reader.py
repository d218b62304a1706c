"""Write the trained reader as the int8 ONNX model that ships with juried.

The graph takes the word pieces of one claim and source, their types and the matrix that averages the pieces of
the claim and of each sentence (`juried/backends/embedded/reader.py` makes all three); it gives the chances of the
labels for the source and for each sentence.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

from juried.files import write_atomically
from scripts.onnx_graph import LAYERS, GraphWriter, Precision, Weights, finish, transform

MOST_PIECES = 384


def _embed(graph: GraphWriter) -> str:
    positions = graph.weights["embeddings.position_embeddings.weight"][:MOST_PIECES]
    length = graph.node("Shape", "input_ids", start=0, end=1)
    places = graph.node("Slice", graph.constant("positions", positions), graph.constant("first", np.array([0])), length)
    kinds = graph.constant("kinds", graph.weights["embeddings.token_type_embeddings.weight"])
    total = graph.node("Add", graph.word_vectors(), graph.node("Add", places, graph.node("Gather", kinds, "types")))
    return graph.normalised(total, "embeddings.LayerNorm")


def _rows(graph: GraphWriter, x: str, start: int, end: int) -> str:
    bounds = [graph.constant(f"row_{place}", np.array([place])) for place in (start, end)]
    return graph.node("Slice", x, *bounds, graph.constant("row_axis", np.array([0])))


def _judge(graph: GraphWriter, x: str) -> None:
    """Append the heads over the last layer; names of weights are those of `reader_network.py`."""
    means = graph.node("MatMul", "averaging", x)
    claim, held = _rows(graph, means, 0, 1), _rows(graph, means, 1, np.iinfo(np.int64).max)
    beside = graph.node("Expand", claim, graph.node("Shape", held))
    apart = graph.node("Abs", graph.node("Sub", held, beside))
    joined = graph.node("Concat", held, beside, graph.node("Mul", held, beside), apart, axis=-1)
    sentences = graph.node("Gelu", graph.dense(joined, "sentence"))
    labels = graph.dense(sentences, "sentence_label")
    weights = graph.node("Transpose", graph.node("Softmax", graph.dense(sentences, "sentence_weight"), axis=0))
    pooled = graph.node("MatMul", weights, sentences)
    whole = graph.node(
        "Gelu", graph.dense(graph.node("Concat", _rows(graph, x, 0, 1), claim, pooled, axis=-1), "whole")
    )
    said = graph.node("MatMul", weights, labels)
    chances = graph.node("Softmax", graph.node("Add", graph.dense(whole, "source"), said), axis=-1)
    graph.node("Squeeze", chances, graph.constant("row_axis", np.array([0])), output="source")
    graph.node("Softmax", labels, output="sentences", axis=-1)


def export_reader(weights: Weights, path: Path, precision: Precision = "int8") -> int:
    """Write the model and return its size in bytes; the same weights give the same bytes."""
    graph = GraphWriter(weights, precision)
    x = _embed(graph)
    for layer in range(LAYERS):
        x = transform(graph, x, f"encoder.layer.{layer}")
    _judge(graph, x)
    inputs = [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["pieces"]),
        helper.make_tensor_value_info("types", TensorProto.INT64, ["pieces"]),
        helper.make_tensor_value_info("averaging", TensorProto.FLOAT, ["parts", "pieces"]),
    ]
    outputs = [
        helper.make_tensor_value_info("source", TensorProto.FLOAT, [3]),
        helper.make_tensor_value_info("sentences", TensorProto.FLOAT, ["read", 3]),
    ]
    model = finish(graph, "juried-reader", inputs, outputs)
    data: bytes = model.SerializeToString(deterministic=True)
    write_atomically(path, data)
    return len(data)
