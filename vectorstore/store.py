"""The chunk store: Chroma in a folder of its own, with our own vectors and an exact order of results.

Chroma's index is approximate: two builds of it may differ, and among many near-equal vectors it can miss
even an identical one. Up to `EXACT_UP_TO` chunks, which a run seldom reaches, a query therefore looks at
every vector; beyond, more is fetched from Chroma than is asked for, and scored again exactly.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from pydantic import ValidationError

from juried.encoder import Vectors
from juried.errors import JuriedError, RecordError, StorageError
from vectorstore.chunking import Chunk
from vectorstore.embeddings import EmbeddingCache
from vectorstore.exact import Near, VectorTable, ordered

if TYPE_CHECKING:
    from chromadb import Collection, Metadata, Where
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

T = TypeVar("T")
COLLECTION = "chunks"
OVERFETCH = 4
FETCH_AT_LEAST = 40
EXACT_UP_TO = 20_000
# Chroma rewrites its index files in place every `SYNC_THRESHOLD` chunks, and a kill then tears them; its log is safe.
SYNC_THRESHOLD = 100_000
_ROOM = 4 << 20
_MAKE_ROOM = "Free some space, or give yourself the right to write there, then run the same command again."
_DISK_SIGNS = ("disk is full", "No space left", "readonly", "read-only", "Permission denied", "unable to open")


class ChunkStore:
    """Chunks and their vectors in Chroma, opened when first used. One process at a time may write.

    Args:
        folder: Chroma's folder; made when absent.
        cache: Where vectors come from; its encoder must be the one that the folder was made with.

    Raises:
        RecordError: On first use, when the folder belongs to another encoder or is damaged.
        StorageError: The folder cannot be written, or the disk is full.
    """

    def __init__(self, folder: Path, cache: EmbeddingCache) -> None:
        self.folder = folder
        self._cache = cache
        self._lock = threading.RLock()
        self._table: VectorTable | None = None

    def add(self, chunks: Sequence[Chunk]) -> int:
        """Store the chunks that are not there yet, embedding them, and return how many were new.

        Adding again after a crash completes what is missing. Chunks with the same id count once.
        """
        # Chroma may wait for ever in a write that finds the disk full, so none begins without room for it.
        self._demand_room()
        with self._lock, self._chroma_errors():
            distinct = {chunk.id: chunk for chunk in chunks}
            held = self._held(sorted(distinct))
            missing = [chunk for key, chunk in distinct.items() if key not in held]
            for part in _batches(missing, self._batch_limit):
                vectors = self._cache.embed_now([chunk.text for chunk in part])
                self._collection.upsert(
                    ids=[chunk.id for chunk in part],
                    embeddings=vectors,
                    documents=[chunk.text for chunk in part],
                    metadatas=[_metadata(chunk) for chunk in part],
                )
                self._table = self._table and self._table.with_more(part, vectors)
        return len(missing)

    def count(self) -> int:
        """Return the number of stored chunks."""
        with self._lock, self._chroma_errors():
            return self._collection.count()

    def chunks(self) -> tuple[Chunk, ...]:
        """Return all stored chunks, by id."""
        with self._lock, self._chroma_errors():
            result = self._collection.get(include=["documents", "metadatas"])
            found = _chunks(result["ids"], result["documents"], result["metadatas"])
        return tuple(found[key] for key in sorted(found))

    def get(self, ids: Sequence[str]) -> tuple[Chunk, ...]:
        """Return the chunks of ids, in the order asked for; raises RecordError when one is absent."""
        found: dict[str, Chunk] = {}
        with self._lock, self._chroma_errors():
            for part in _batches(ids, self._batch_limit):
                result = self._collection.get(ids=list(part), include=["documents", "metadatas"])
                found.update(_chunks(result["ids"], result["documents"], result["metadatas"]))
        absent = [key for key in ids if key not in found]
        if absent:
            raise RecordError("the chunk is not in the store.", concerns=absent[0], advice=self._advice)
        return tuple(found[key] for key in ids)

    def query(self, vector: Vectors, k: int, documents: frozenset[str] | None = None) -> tuple[Near, ...]:
        """Return the k chunks nearest to a unit vector, best first, ties by id; fewer when fewer are stored.

        Args:
            vector: A row of the encoder's length.
            k: How many, 0 or more.
            documents: SHA-256 of the documents to search; None is all, the empty set is none.
        """
        if k < 1 or documents == frozenset():
            return ()
        with self._lock, self._chroma_errors():
            if self._collection.count() <= EXACT_UP_TO:
                return self._exact().nearest(vector, k, documents)
            return self._approximate(vector, k, documents)

    def _exact(self) -> VectorTable:
        if self._table is None:
            chunks = self.chunks()
            self._table = VectorTable(chunks, self._cache.recall([chunk.text for chunk in chunks]))
        return self._table

    def _approximate(self, vector: Vectors, k: int, documents: frozenset[str] | None) -> tuple[Near, ...]:
        result = self._collection.query(
            query_embeddings=vector.reshape(1, -1),
            n_results=max(OVERFETCH * k, FETCH_AT_LEAST),
            where=_where(documents),
            include=["documents", "metadatas"],
        )
        texts, metadatas = result["documents"] or [[]], result["metadatas"] or [[]]
        found = _chunks(result["ids"][0], texts[0], metadatas[0])
        return self.scored(vector, list(found.values()))[:k]

    def scored(self, vector: Vectors, chunks: Sequence[Chunk]) -> tuple[Near, ...]:
        """Return chunks with their exact cosine to a unit vector, best first, ties by id."""
        return ordered(vector, chunks, self._cache.recall([chunk.text for chunk in chunks]))

    def close(self) -> None:
        """Release Chroma's files; the store opens them again when it is next used."""
        with self._lock:
            if "_client" in self.__dict__:
                self._client.close()
            self._table = None
            for name in ("_client", "_collection", "_batch_limit"):
                self.__dict__.pop(name, None)

    def _held(self, ids: Sequence[str]) -> set[str]:
        parts = _batches(ids, self._batch_limit)
        return {key for part in parts for key in self._collection.get(ids=list(part), include=[])["ids"]}

    @cached_property
    def _client(self) -> Client:
        import chromadb
        from chromadb.config import Settings

        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            return cast("Client", chromadb.PersistentClient(self.folder, Settings(anonymized_telemetry=False)))
        except AttributeError as error:
            # Chroma trips over its own clearing up when its database cannot be read.
            raise self._translated("its database cannot be opened") from error

    @cached_property
    def _batch_limit(self) -> int:
        return int(self._client.get_max_batch_size())

    @cached_property
    def _collection(self) -> Collection:
        encoder = self._cache.encoder
        wanted = {"encoder": encoder.fingerprint, "dimension": encoder.dimension}
        index: CreateHNSWConfiguration = {
            "space": "cosine",
            "ef_construction": 200,
            "ef_search": 400,
            "max_neighbors": 32,
            "sync_threshold": SYNC_THRESHOLD,
        }
        collection = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            metadata=wanted,
            configuration={"hnsw": index},
        )
        found = dict(collection.metadata or {})
        if found != wanted:
            raise RecordError(
                f"its vectors were made by {found.get('encoder')}, not by {encoder.fingerprint}.",
                concerns=str(self.folder),
                advice=self._advice,
            )
        return collection

    @property
    def _advice(self) -> str:
        return f"Remove {self.folder}, then run the same command again."

    @contextmanager
    def _chroma_errors(self) -> Iterator[None]:
        """Turn Chroma's errors into errors that name the folder and the remedy."""
        from chromadb.errors import ChromaError

        try:
            yield
        except JuriedError:
            raise
        except OSError as error:
            raise StorageError(
                f"the chunk store cannot be used: {error.strerror or error}.",
                concerns=str(self.folder),
                advice=_MAKE_ROOM,
            ) from error
        except (ChromaError, ValidationError) as error:
            raise self._translated(str(error)) from error

    def _demand_room(self) -> None:
        with self._chroma_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
        if not _has_room(self.folder):
            raise StorageError("the chunk store has no room to write.", concerns=str(self.folder), advice=_MAKE_ROOM)

    def _translated(self, why: str) -> JuriedError:
        if any(sign in why for sign in _DISK_SIGNS) or not _has_room(self.folder):
            return StorageError(f"the chunk store cannot be used: {why}.", concerns=str(self.folder), advice=_MAKE_ROOM)
        return RecordError(f"the chunk store is damaged: {why}.", concerns=str(self.folder), advice=self._advice)


def _has_room(folder: Path) -> bool:
    """Whether a file can be written; Chroma does not always say that it could not."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_ROOM))
    except OSError:
        return False
    return True


def _where(documents: frozenset[str] | None) -> Where | None:
    return None if documents is None else cast("Where", {"document": {"$in": sorted(documents)}})


def _metadata(chunk: Chunk) -> Metadata:
    """Return what Chroma keeps beside id and text; it takes no None."""
    return chunk.model_dump(exclude={"id", "text"}, exclude_none=True)


def _chunks(ids: Sequence[str], texts: Sequence[str] | None, metadatas: Sequence[Metadata] | None) -> dict[str, Chunk]:
    """Return the chunks of one answer of Chroma by id, in its order."""
    rows = zip(ids, texts or [], metadatas or [], strict=True)
    return {key: Chunk.model_validate({**metadata, "id": key, "text": text}) for key, text, metadata in rows}


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
