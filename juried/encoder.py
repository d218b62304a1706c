"""Turning texts into unit vectors: the encoder's protocol, MiniLM on the CPU, and one made of hashes.

An encoder gives a text the same bytes whatever its neighbours, its batch or its thread, so that stored
vectors and the order of search results can be reproduced.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from juried.errors import ModelFileError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

MODEL_FOLDER = Path(__file__).resolve().parent / "models" / "minilm"
MAX_WORD_PIECES = 256
DECIMALS = 6
Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """What turns texts into vectors.

    `fingerprint` changes whenever any text may get another vector; `dimension` is the length of a vector.
    """

    @property
    def fingerprint(self) -> str:
        """Name and content hash of the encoder."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, in order, rounded to six decimals; (0, dimension) for no texts."""
        ...


def unit_rows(rows: NDArray[np.floating]) -> Vectors:
    """Scale each row to length 1 and round it to six decimals; a row of zeros stays as it is."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled = rows / np.where(lengths == 0, 1, lengths)
    # Adding 0.0 turns -0.0 into 0.0, which are equal but have other bytes.
    return np.round(scaled, DECIMALS).astype(np.float32) + np.float32(0.0)


@lru_cache(maxsize=1)
def load_tokenizer() -> Tokenizer:
    """Return the word-piece tokenizer of MiniLM, which cuts a text at 256 word pieces and never pads.

    Raises:
        ModelFileError: The file that ships with juried is absent or damaged.
    """
    from tokenizers import Tokenizer

    path = MODEL_FOLDER / "tokenizer.json"
    try:
        return Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # tokenizers raises plain Exception for a damaged file
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> ModelFileError:
    return ModelFileError(
        f"the encoder's file {path.name} cannot be used: {error}.", concerns="MiniLM", advice="Install juried again."
    )


class MiniLM:
    """all-MiniLM-L6-v2 as int8 ONNX: 384 numbers per text, nothing fetched, loaded when first used.

    A text longer than 256 word pieces is represented by its first 256. Safe to use from several threads.

    Args:
        folder: Where model.onnx lies.
        threads: Sessions that work side by side, one thread each.
    """

    dimension = 384

    def __init__(self, folder: Path = MODEL_FOLDER, threads: int = 2) -> None:
        self._path = folder / "model.onnx"
        self._threads = max(1, threads)

    @cached_property
    def fingerprint(self) -> str:
        """`minilm-` and twelve hex digits over model, tokenizer and rounding."""
        tokenizer = MODEL_FOLDER / "tokenizer.json"
        digest = hashlib.sha256(f"{MAX_WORD_PIECES} {DECIMALS}".encode())
        for path in (self._path, tokenizer):
            try:
                digest.update(hashlib.sha256(path.read_bytes()).digest())
            except OSError as error:
                raise _damaged(path, error) from error
        return f"minilm-{digest.hexdigest()[:12]}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, in order; (0, 384) for no texts."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return rows
        workers = min(len(self._sessions), len(texts))
        if workers < 2:
            self._fill(rows, texts, 0, 1)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(lambda first: self._fill(rows, texts, first, workers), range(workers)))
        return unit_rows(rows)

    def _fill(self, rows: Vectors, texts: Sequence[str], first: int, step: int) -> None:
        """Encode every `step`-th text with the session of this worker, one text per run."""
        tokenizer, session = load_tokenizer(), self._sessions[first]
        for at in range(first, len(texts), step):
            ids = np.array(tokenizer.encode(_encodable(texts[at])).ids, dtype=np.int64)
            (rows[at],) = session.run(None, {"input_ids": ids})

    @cached_property
    def _sessions(self) -> list[InferenceSession]:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            model = self._path.read_bytes()
            return [
                onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
                for _ in range(self._threads)
            ]
        except Exception as error:  # onnxruntime's own errors have no common base
            raise _damaged(self._path, error) from error


def _encodable(text: str) -> str:
    """Return the text with lone surrogates, which no UTF-8 holds, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


class HashingEncoder:
    """Vectors from hashed words, without a model: for tests, and for users who have none.

    Texts that share words are near one another; there is nothing semantic in it.

    Args:
        dimension: Length of a vector.
    """

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.fingerprint = f"hashing-{dimension}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, in order; a text without words gives the first unit vector."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float64)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.sha256(_encodable(word).encode()).digest()
                row[int.from_bytes(digest[:8], "big") % self.dimension] += 1.0 if digest[8] % 2 else -1.0
            if not row.any():
                row[0] = 1.0
        return unit_rows(rows)
