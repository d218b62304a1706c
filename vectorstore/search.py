"""Hybrid search: BM25 and cosine in one score, over the chunks of a run or over any texts.

Each score is a convex mix, `LEXICAL_WEIGHT * bm25 + (1 - LEXICAL_WEIGHT) * cosine`, of two numbers from 0
to 1: BM25 divided by the best BM25 for the query, and the cosine, taken as 0 where it is negative. Neither
scale depends on how many candidates were fetched, so that a score does not move when an approximate index
misses a candidate. The weight is fitted on the train queries of SciFact by `benchmarks/retrieval.py`, which
measures the mix against min-max scaling and rank fusion.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence

from juried.records.base import Record
from juried.records.document import Document
from vectorstore.chunking import Chunk, chunk_document
from vectorstore.embeddings import EmbeddingCache
from vectorstore.exact import cosines
from vectorstore.lexical import LexicalIndex
from vectorstore.store import FETCH_AT_LEAST, OVERFETCH, ChunkStore

LEXICAL_WEIGHT = 0.3
SCALE = 1000


class Found(Record):
    """A chunk and its relevance to the query, 0 to 1000; only scores of one query may be compared."""

    chunk: Chunk
    score: int


class HybridSearch:
    """The memory of a run: adds documents, searches their chunks, and ranks texts.

    Args:
        store: The chunks with their vectors.
        lexical: The BM25 index over the same chunks.
        cache: Where vectors come from; the store's own.
    """

    def __init__(self, store: ChunkStore, lexical: LexicalIndex, cache: EmbeddingCache) -> None:
        self._store = store
        self._lexical = lexical
        self._cache = cache
        self._lock = threading.Lock()
        self._level = False

    async def add(self, document: Document) -> tuple[Chunk, ...]:
        """Chunk, embed and store a document and return its chunks; doing it again changes nothing.

        Raises:
            RecordError: A stored file is damaged, or belongs to another encoder.
            StorageError: A file cannot be written, or the disk is full.
        """
        return await asyncio.to_thread(self._add, document)

    def _add(self, document: Document) -> tuple[Chunk, ...]:
        chunks = chunk_document(document)
        # The store comes first: what the lexical index finds must be there to be fetched.
        self._store.add(chunks)
        self._lexical.add(chunks)
        return chunks

    async def search(
        self, query: str, k: int, *, documents: frozenset[str] | None = None, excluding: frozenset[str] = frozenset()
    ) -> tuple[Found, ...]:
        """Return at most k chunks, best first, ties by id; none for a blank query.

        Args:
            query: Any text.
            k: How many, 0 or more.
            documents: SHA-256 of the documents to search; None is all, the empty set is none.
            excluding: Ids of chunks to leave out.

        Raises:
            RecordError: A stored file is damaged, or belongs to another encoder.
        """
        if not query.strip() or k < 1 or documents == frozenset():
            return ()
        return await asyncio.to_thread(self._search, query, k, documents, excluding)

    def _search(
        self, query: str, k: int, documents: frozenset[str] | None, excluding: frozenset[str]
    ) -> tuple[Found, ...]:
        self._bring_level()
        candidates = max(OVERFETCH * (k + len(excluding)), FETCH_AT_LEAST)
        vector = self._cache.embed_now([query])[0]
        near = list(self._store.query(vector, candidates, documents))
        bm25 = {match.id: match.score for match in self._lexical.query(query, candidates, documents)}
        held = {item.chunk.id for item in near}
        near += self._store.scored(vector, self._store.get([key for key in bm25 if key not in held]))
        # A chunk that only its vector brought has a BM25 too, below those that were fetched.
        bm25 |= {match.id: match.score for match in self._lexical.query(query, len(held), among=held - bm25.keys())}
        scores = mix(bm25, {item.chunk.id: item.cosine for item in near})
        chunks = {item.chunk.id: item.chunk for item in near if item.chunk.id not in excluding}
        order = sorted(chunks, key=lambda key: (-scores[key], key))[:k]
        return tuple(Found(chunk=chunks[key], score=to_scale(scores[key])) for key in order)

    def _bring_level(self) -> None:
        """Before the first search, give store and index what only the other holds.

        So a crash between the two writes, or the removal of a damaged one, mends itself.
        """
        with self._lock:
            if not self._level and self._store.count() != self._lexical.count():
                self._store.add(self._lexical.chunks())
                self._lexical.add(self._store.chunks())
            self._level = True

    async def rank(self, query: str, texts: Sequence[str]) -> tuple[int, ...]:
        """Return the relevance of each text to a query, 0 to 1000, in the order of the texts.

        BM25 is computed over these texts alone, so a score tells which of them is nearer, and no more.
        A blank text has 0; a blank query gives 0 to all.
        """
        if not query.strip() or not texts:
            return (0,) * len(texts)
        return await asyncio.to_thread(self._rank, query, texts)

    def _rank(self, query: str, texts: Sequence[str]) -> tuple[int, ...]:
        vectors = self._cache.embed_now([query, *texts])
        bm25 = lexical_scores(query, texts)
        near = {str(number): cosine for number, cosine in enumerate(cosines(vectors[1:], vectors[0]))}
        scores = mix(bm25, near)
        return tuple(to_scale(scores[str(number)]) if text.strip() else 0 for number, text in enumerate(texts))

    def close(self) -> None:
        """Close the files of store, index and cache."""
        self._store.close()
        self._lexical.close()
        self._cache.close()


def lexical_scores(query: str, texts: Sequence[str]) -> dict[str, float]:
    """Return the BM25 of texts for a query, by the number of the text; those that share no word are absent."""
    index = LexicalIndex(None)
    try:
        index.add_texts([(str(number), "", text) for number, text in enumerate(texts)])
        return {match.id: match.score for match in index.query(query, len(texts))}
    finally:
        index.close()


def mix(bm25: Mapping[str, float], cosine: Mapping[str, float], weight: float = LEXICAL_WEIGHT) -> dict[str, float]:
    """Return the mixed score, 0 to 1, of each key that has a cosine; a key without BM25 has 0 there.

    Args:
        bm25: Scores of 0 or more, the best of the query among them.
        cosine: Cosines to the query, -1 to 1.
        weight: The share of BM25, 0 to 1.
    """
    best = max(bm25.values(), default=0.0) or 1.0
    return {
        key: round(weight * bm25.get(key, 0.0) / best + (1 - weight) * max(value, 0.0), 9)
        for key, value in cosine.items()
    }


def to_scale(score: float) -> int:
    """Return a score from 0 to 1 as a whole number from 0 to 1000."""
    return min(SCALE, max(0, round(score * SCALE)))
