"""A chat model of random weights in a GGUF file, and a real llama.cpp server over it as a process on loopback.

The model knows bytes and printable ASCII and nothing else. What it answers is noise, bound only by the grammar
that the server makes of a JSON schema. Run as a script, this file is the server:
`python -m tests.tiny_model MODEL KEY` prints its address and serves until its standard input ends.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

NAME = "tiny-random"
_WIDTH = 32
_INNER = 64
_HEADS = 2
_CONTEXT = 16_384
_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def _vocabulary() -> tuple[list[bytes], list[float], list[int]]:
    """Return tokens, scores and types: three special tokens, 256 bytes, and printable ASCII."""
    from gguf import TokenType

    printable = [bytes([code]) for code in range(33, 127)]
    tokens = [b"<unk>", b"<s>", b"</s>", *(f"<0x{code:02X}>".encode() for code in range(256)), "\u2581".encode()]
    types = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL, *[TokenType.BYTE] * 256, TokenType.NORMAL]
    types += [TokenType.NORMAL] * len(printable)
    return [*tokens, *printable], [0.0] * (len(tokens) + len(printable)), [int(kind) for kind in types]


def write_model(path: Path, seed: int = 7) -> Path:
    """Write a llama of one layer with random weights; the same seed gives the same weights."""
    from gguf import GGUFWriter

    tokens, scores, types = _vocabulary()
    writer = GGUFWriter(str(path), "llama")
    writer.add_name(NAME)
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_INNER)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(_TEMPLATE)
    for name, weights in _weights(len(tokens), np.random.default_rng(seed)):
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _weights(
    words: int, random: np.random.Generator
) -> Iterator[tuple[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]]:
    shapes = {
        "token_embd": (words, _WIDTH),
        "output": (words, _WIDTH),
        **{f"blk.0.attn_{part}": (_WIDTH, _WIDTH) for part in ("q", "k", "v", "output")},
        "blk.0.ffn_gate": (_INNER, _WIDTH),
        "blk.0.ffn_up": (_INNER, _WIDTH),
        "blk.0.ffn_down": (_WIDTH, _INNER),
    }
    for name, shape in shapes.items():
        yield f"{name}.weight", random.normal(0.0, 0.3, shape).astype(np.float32)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        yield f"{name}.weight", np.ones(_WIDTH, dtype=np.float32)


def _serve(model: str, key: str) -> None:
    """Serve the model on a free port of 127.0.0.1 until standard input ends."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_ctx = _CONTEXT * 4
    params.n_parallel = 4
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    params.verbosity = -1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


@contextmanager
def serving(model: Path, key: str) -> Iterator[str]:
    """Start the server as a process of its own; yields its base URL, and ends the process afterwards."""
    command = [sys.executable, "-m", "tests.tiny_model", str(model), key]
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            yield f"{address}/v1"
        finally:
            process.kill()


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2])
