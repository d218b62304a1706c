"""The embedding cache: nothing is encoded twice, in any run or process, and damage is named."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from juried.encoder import HashingEncoder, Vectors
from juried.errors import RecordError, StorageError
from vectorstore.embeddings import EmbeddingCache


class CountingEncoder(HashingEncoder):
    """Keeps every text that it is asked to encode."""

    def __init__(self, dimension: int = 32) -> None:
        super().__init__(dimension)
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode(texts)


async def test_a_text_is_encoded_once_across_calls_and_runs(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "vectors.sqlite"
    first, second = CountingEncoder(), CountingEncoder()
    cache = EmbeddingCache(path, first)
    rows = await cache.embed(["a b", "c", "a b"])
    await cache.embed(["c", "d"])
    assert first.asked == ["a b", "c", "d"]
    assert (cache.encoded, cache.reused) == (3, 2)
    cache.close()
    again = EmbeddingCache(path, second)
    assert (await again.embed(["a b", "c", "a b"])).tobytes() == rows.tobytes()
    assert second.asked == []
    assert (again.encoded, again.reused) == (0, 3)


async def test_rows_are_those_of_the_encoder_in_order(tmp_path: Path) -> None:
    texts = [f"text {number % 90}" for number in range(200)] + ["", "\ud800", "\ud801"]
    cache = EmbeddingCache(tmp_path / "v.sqlite", HashingEncoder())
    await cache.embed(texts[:50])
    assert np.array_equal(await cache.embed(texts), HashingEncoder().encode(texts))
    assert (await cache.embed([])).shape == (0, 256)


async def test_encoders_do_not_share_vectors(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    small, large = CountingEncoder(16), CountingEncoder(32)
    assert (await EmbeddingCache(path, small).embed(["a"])).shape == (1, 16)
    assert (await EmbeddingCache(path, large).embed(["a"])).shape == (1, 32)


async def test_branches_that_ask_at_once_encode_once(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    cache = EmbeddingCache(tmp_path / "v.sqlite", encoder)
    texts = [f"text {number}" for number in range(100)]
    rows = await asyncio.gather(*(cache.embed(texts) for _ in range(8)))
    assert sorted(encoder.asked) == sorted(texts)
    assert len({row.tobytes() for row in rows}) == 1


def _embed_in_a_process(path: Path) -> None:
    cache = EmbeddingCache(path, HashingEncoder(32))
    for number in range(60):
        cache.embed_now([f"text {number}", f"text {number + 1}"])


def test_several_processes_may_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_embed_in_a_process, args=(path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    encoder = CountingEncoder()
    EmbeddingCache(path, encoder).embed_now([f"text {number}" for number in range(61)])
    assert encoder.asked == []


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(RecordError, match=r"v\.sqlite is damaged.*Remove .*v\.sqlite"):
        EmbeddingCache(path, HashingEncoder())


def test_a_database_with_torn_pages_is_named(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    texts = [f"text {number}" for number in range(200)]
    cache = EmbeddingCache(path, HashingEncoder())
    cache.embed_now(texts)
    cache.close()
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(RecordError, match="damaged"):
        EmbeddingCache(path, HashingEncoder()).embed_now(texts)


@pytest.mark.parametrize("vector", [b"", b"\x00" * 4 * 256, b"\x7f" * 4 * 256, b"\xff" * 4 * 256])
def test_a_vector_that_cannot_be_right_is_named(tmp_path: Path, vector: bytes) -> None:
    path = tmp_path / "v.sqlite"
    EmbeddingCache(path, HashingEncoder()).embed_now(["a"])
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vectors SET vector = ?", (vector,))
    with pytest.raises(RecordError, match="damaged"):
        EmbeddingCache(path, HashingEncoder()).embed_now(["a"])


def test_a_full_disk_is_a_storage_error_and_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    cache = EmbeddingCache(path, HashingEncoder())
    cache.embed_now(["kept"])
    cache._connection.execute("PRAGMA max_page_count = 4")
    with pytest.raises(StorageError, match="Free some space"):
        cache.embed_now([f"text {number}" for number in range(2000)])
    encoder = CountingEncoder(256)
    EmbeddingCache(path, encoder).embed_now(["kept"])
    assert encoder.asked == []


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        EmbeddingCache(tmp_path / "file" / "v.sqlite", HashingEncoder())
