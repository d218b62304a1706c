"""Exact nearest neighbours: every vector is looked at, scores are correctly rounded, ties go by chunk id."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from juried.encoder import Vectors
from juried.records.base import Record
from vectorstore.chunking import Chunk

DECIMALS = 6
_MARGIN = 1e-5


class Near(Record):
    """A chunk and its cosine to the query, -1 to 1, rounded to six decimals."""

    chunk: Chunk
    cosine: float


def cosines(rows: Vectors, vector: Vectors) -> list[float]:
    """Return the dot products of unit rows with a unit vector in float64, rounded to six decimals.

    Sums are correctly rounded, so that they depend neither on the rows beside them nor on the processor.
    """
    wide = vector.astype(np.float64).ravel()
    return [round(math.fsum(row.astype(np.float64) * wide), DECIMALS) + 0.0 for row in rows]


def ordered(vector: Vectors, chunks: Sequence[Chunk], rows: Vectors) -> tuple[Near, ...]:
    """Return chunks with the cosine of their rows to a unit vector, best first, ties by id."""
    near = [Near(chunk=chunk, cosine=cosine) for chunk, cosine in zip(chunks, cosines(rows, vector), strict=True)]
    return tuple(sorted(near, key=lambda item: (-item.cosine, item.chunk.id)))


class VectorTable:
    """Chunks and their vectors in memory; the order of adding does not matter."""

    def __init__(self, chunks: Sequence[Chunk], rows: Vectors) -> None:
        self._chunks = list(chunks)
        self._documents = np.array([chunk.document for chunk in chunks], dtype=object)
        self._rows = rows

    def with_more(self, chunks: Sequence[Chunk], rows: Vectors) -> VectorTable:
        """Return a table that holds these chunks too; their ids must be new."""
        return VectorTable([*self._chunks, *chunks], np.concatenate([self._rows, rows]))

    def nearest(self, vector: Vectors, k: int, documents: frozenset[str] | None = None) -> tuple[Near, ...]:
        """Return the k chunks nearest to a unit vector, best first, ties by id; fewer when fewer are there.

        Args:
            vector: A row of the table's length.
            k: How many, 1 or more.
            documents: SHA-256 of the documents to search; None is all, the empty set is none.
        """
        places = np.arange(len(self._chunks))
        if documents is not None:
            places = places[[document in documents for document in self._documents]]
        if not len(places):
            return ()
        rough = self._rows[places] @ vector.ravel()
        # Rough scores may be off in the last bits, and equal ones must not be cut by the order of adding.
        bar = np.partition(rough, -k)[-k] - _MARGIN if k < len(places) else -np.inf
        places = places[rough >= bar]
        return ordered(vector, [self._chunks[place] for place in places], self._rows[places])[:k]
