"""The embedding cache: each distinct text is encoded once, ever, by each encoder, across runs and processes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from juried.encoder import Encoder, Vectors
from juried.records.base import sha256
from juried.sqlite import damaged, open_database, storage_errors, transaction

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    encoder TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (encoder, text)
) WITHOUT ROWID
"""
_SLICE = 64
_LENGTH_TOLERANCE = 1e-3


class EmbeddingCache:
    """Vectors in a SQLite file by encoder fingerprint and SHA-256 of the text.

    `encoded` counts the texts that this object has encoded, `reused` those that it found or was asked
    for twice; their sum is the number of texts asked for. Safe for several processes and threads.

    Args:
        path: The SQLite file; made when absent.
        encoder: What encodes texts that were never embedded.

    Raises:
        RecordError: The file is damaged; the advice says what to remove.
        StorageError: The file cannot be opened or written, or the disk is full.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self.path = path
        self.encoder = encoder
        self.encoded = 0
        self.reused = 0
        self._lock = threading.Lock()
        self._connection = open_database(path, _SCHEMA)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, in order, without blocking the event loop; (0, dimension) for no texts.

        What is encoded is kept in slices of 64 texts, so that a kill loses little.

        Raises:
            RecordError: A stored vector cannot be used.
            StorageError: The file cannot be written, or the disk is full.
        """
        return await asyncio.to_thread(self.embed_now, texts)

    def embed_now(self, texts: Sequence[str]) -> Vectors:
        """Do what `embed` does, in the calling thread."""
        rows, missing = self._rows(texts)
        with self._lock:
            self.encoded += missing
            self.reused += len(texts) - missing
        return rows

    def recall(self, texts: Sequence[str]) -> Vectors:
        """Do what `embed_now` does for texts that were embedded before, without counting them."""
        return self._rows(texts)[0]

    def _rows(self, texts: Sequence[str]) -> tuple[Vectors, int]:
        """Return the vectors of texts, and how many of them had to be encoded."""
        keys = [sha256(text.encode("utf-8", "surrogatepass")) for text in texts]
        distinct = dict(zip(keys, texts, strict=True))
        with self._lock, storage_errors(self.path):
            known = self._read(list(distinct))
            missing = [key for key in distinct if key not in known]
            for part in _slices(missing):
                vectors = self.encoder.encode([distinct[key] for key in part])
                self._write(part, vectors)
                known.update(zip(part, vectors, strict=True))
        rows = np.zeros((len(keys), self.encoder.dimension), dtype=np.float32)
        for place, key in enumerate(keys):
            rows[place] = known[key]
        return rows, len(missing)

    def _read(self, keys: Sequence[str]) -> dict[str, Vectors]:
        found: dict[str, Vectors] = {}
        for part in _slices(keys):
            marks = ", ".join("?" * len(part))
            rows = self._connection.execute(
                f"SELECT text, vector FROM vectors WHERE encoder = ? AND text IN ({marks})",
                (self.encoder.fingerprint, *part),
            )
            found.update((key, self._vector(key, blob)) for key, blob in rows)
        return found

    def _vector(self, key: str, blob: bytes) -> Vectors:
        """Return a stored vector; raises RecordError unless it is a unit vector of the right size."""
        vector = np.frombuffer(blob, dtype="<f4") if len(blob) == 4 * self.encoder.dimension else np.zeros(1)
        if not abs(float(np.linalg.norm(vector.astype(np.float64))) - 1.0) < _LENGTH_TOLERANCE:
            raise damaged(self.path, f"the vector of text {key[:12]} is not one of this encoder")
        return vector.astype(np.float32)

    def _write(self, keys: Sequence[str], vectors: Vectors) -> None:
        rows = [
            (self.encoder.fingerprint, key, vector.astype("<f4").tobytes())
            for key, vector in zip(keys, vectors, strict=True)
        ]
        with transaction(self._connection):
            self._connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Close the file; the cache cannot be used afterwards."""
        with self._lock:
            self._connection.close()


def stored_dimension(path: Path, fingerprint: str) -> int:
    """Return the length of the vectors that a cache holds of an encoder; 0 when it holds none or is absent.

    Raises:
        RecordError: The file is damaged.
        StorageError: The file cannot be opened.
    """
    if not path.exists():
        return 0
    connection = open_database(path, _SCHEMA)
    try:
        with storage_errors(path):
            query = "SELECT length(vector) FROM vectors WHERE encoder = ? LIMIT 1"
            found = connection.execute(query, (fingerprint,)).fetchone()
    finally:
        connection.close()
    return int(found[0]) // 4 if found else 0


def _slices(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _SLICE):
        yield keys[start : start + _SLICE]
