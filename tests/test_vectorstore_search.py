"""Chunk store and hybrid search: exact scores, stable order, filters, crashes and damage."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from juried.encoder import Encoder, HashingEncoder, MiniLM
from juried.errors import RecordError, StorageError
from juried.records.base import sha256
from juried.records.document import Block, Document, Section
from vectorstore.chunking import Chunk, chunk_document
from vectorstore.embeddings import EmbeddingCache
from vectorstore.lexical import LexicalIndex
from vectorstore.search import HybridSearch, mix
from vectorstore.store import ChunkStore

TOPICS = [
    "Cross-lingual transfer helps named entity recognition in languages without labels.",
    "Adapters of a multilingual model are trained for each language.",
    "Annotation of a corpus by volunteers cost little.",
    "Machine translation of training data improves tagging in Swahili.",
]


def document_of(text: str, title: str = "Results") -> Document:
    """Return a document of one paragraph for each line of a text."""
    blocks: list[Block] = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(kind="paragraph", start=at, end=at + len(line), section=0, page=len(blocks) + 1))
        at += len(line) + 1
    section = Section(title=title, level=1, start=0, end=len(text))
    return Document(
        sha256=sha256(text), format="text", title=title, text=text, sections=(section,), blocks=tuple(blocks)
    )


def documents(count: int = 30) -> list[Document]:
    return [
        document_of(f"{TOPICS[n % 4]} It was trial {n}.\nThe score of system {n} rose to {n}.5 points.")
        for n in range(count)
    ]


class Memory:
    """The parts of a memory in one folder."""

    def __init__(self, folder: Path, encoder: Encoder | None = None) -> None:
        self.cache = EmbeddingCache(folder / "vectors.sqlite", encoder or HashingEncoder())
        self.store = ChunkStore(folder / "chroma", self.cache)
        self.lexical = LexicalIndex(folder / "lexical.sqlite")
        self.search = HybridSearch(self.store, self.lexical, self.cache)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    made = Memory(tmp_path)
    yield made
    made.search.close()


def chunks_of(made: list[Document]) -> list[Chunk]:
    return [chunk for document in made for chunk in chunk_document(document)]


def test_the_nearest_chunks_are_exact_and_in_order(memory: Memory) -> None:
    chunks = chunks_of(documents(120))
    memory.store.add(chunks)
    vector = HashingEncoder().encode(["named entity recognition in languages"])[0]
    rows = HashingEncoder().encode([chunk.text for chunk in chunks]).astype(np.float64)
    scores = np.round(rows @ vector.astype(np.float64), 6)
    wanted = sorted(zip(scores, (chunk.id for chunk in chunks), strict=True), key=lambda pair: (-pair[0], pair[1]))
    found = memory.store.query(vector, 25)
    assert [(near.cosine, near.chunk.id) for near in found] == [(float(score), key) for score, key in wanted[:25]]


def test_chunks_come_back_as_they_went_in(memory: Memory) -> None:
    chunks = chunks_of(documents(3))
    plain = Chunk(id="K-plain", document="d", start=0, end=1, text="x")
    assert memory.store.add([*chunks, plain]) == len(chunks) + 1
    assert memory.store.get([plain.id, chunks[0].id]) == (plain, chunks[0])
    assert memory.store.get([]) == ()
    with pytest.raises(RecordError, match="not in the store"):
        memory.store.get(["K-none"])


def test_a_store_goes_on_after_a_crash_and_encodes_nothing_again(tmp_path: Path) -> None:
    chunks = chunks_of(documents(10))
    before = Memory(tmp_path)
    before.store.add(chunks[:7])
    before.store.close()
    after = Memory(tmp_path)
    assert after.store.add(chunks) == len(chunks) - 7
    assert after.store.add(chunks + chunks) == 0
    assert after.store.count() == len(chunks)
    assert after.cache.encoded == len(chunks) - 7


def test_more_chunks_than_one_batch_of_chroma(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.store.__dict__["_batch_limit"] = 7
    chunks = chunks_of(documents(20))
    assert memory.store.add(chunks) == len(chunks)
    assert memory.store.get([chunk.id for chunk in chunks]) == tuple(chunks)


def test_the_vectors_of_another_encoder_are_refused(tmp_path: Path) -> None:
    first = Memory(tmp_path, HashingEncoder(32))
    first.store.add(chunks_of(documents(1)))
    first.store.close()
    second = Memory(tmp_path, HashingEncoder(64))
    with pytest.raises(RecordError, match=r"made by hashing-32, not by hashing-64.*Remove"):
        second.store.count()


def test_a_damaged_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(RecordError, match=r"chunk store is damaged.*Remove .*chroma"):
        Memory(tmp_path).store.add(chunks_of(documents(1)))


def test_a_store_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "chroma").write_text("a file")
    with pytest.raises(StorageError, match="chunk store cannot be used"):
        Memory(tmp_path).store.count()


async def test_two_memories_of_the_same_documents_give_the_same_answers(tmp_path: Path) -> None:
    made, answers = documents(60), []
    for name, order in (("a", made), ("b", made[::-1])):
        memory = Memory(tmp_path / name)
        await asyncio.gather(*(memory.search.add(document) for document in order))
        answers.append([await memory.search.search(topic, 12) for topic in TOPICS])
        memory.search.close()
    assert answers[0] == answers[1]


async def test_search_finds_by_words_and_limits_by_document_and_chunk(memory: Memory) -> None:
    made = documents(40)
    for document in made:
        await memory.search.add(document)
    everywhere = await memory.search.search("translation for Swahili in trial 7", 5)
    assert everywhere[0].chunk.document == made[7].sha256
    assert [found.score for found in everywhere] == sorted((found.score for found in everywhere), reverse=True)
    assert all(0 <= found.score <= 1000 for found in everywhere)
    without = await memory.search.search(
        "translation for Swahili in trial 7", 5, excluding=frozenset({everywhere[0].chunk.id})
    )
    assert [found.chunk.id for found in without[:4]] == [found.chunk.id for found in everywhere[1:]]
    only = await memory.search.search("translation", 5, documents=frozenset({made[3].sha256}))
    assert {found.chunk.document for found in only} == {made[3].sha256}


async def test_nothing_to_search_for_or_in_finds_nothing(memory: Memory) -> None:
    assert await memory.search.search("transfer", 5) == ()
    await memory.search.add(documents(1)[0])
    assert await memory.search.search(" \n", 5) == ()
    assert await memory.search.search("transfer", 0) == ()
    assert await memory.search.search("transfer", 5, documents=frozenset()) == ()
    assert await memory.search.search("transfer", 5, documents=frozenset({"0" * 64})) == ()
    assert await memory.search.add(Document(sha256="0" * 64, format="text", title="", text="")) == ()


async def test_adding_a_document_again_changes_nothing(memory: Memory) -> None:
    document = documents(1)[0]
    assert await memory.search.add(document) == await memory.search.add(document) == chunk_document(document)
    assert memory.store.count() == memory.lexical.count() == len(chunk_document(document))
    assert memory.cache.encoded == len(chunk_document(document))


@pytest.mark.parametrize("lost", ["chroma", "lexical.sqlite"])
async def test_a_lost_part_is_made_again_from_the_other(tmp_path: Path, lost: str) -> None:
    before = Memory(tmp_path)
    for document in documents(10):
        await before.search.add(document)
    wanted = await before.search.search("tagging in Swahili", 8)
    before.search.close()
    if lost == "chroma":
        shutil.rmtree(tmp_path / lost)
    else:
        (tmp_path / lost).unlink()
    after = Memory(tmp_path)
    assert await after.search.search("tagging in Swahili", 8) == wanted
    assert after.store.chunks() == after.lexical.chunks()
    after.search.close()


def test_an_identical_chunk_among_many_alike_is_always_found(memory: Memory) -> None:
    texts = [f"text number {number} " * 5 for number in range(1500)]
    memory.store.add([Chunk(id=f"K{n:04}", document="d", start=0, end=1, text=text) for n, text in enumerate(texts)])
    near = memory.store.query(HashingEncoder().encode([texts[7]])[0], 10)
    assert "K0007" in {item.chunk.id for item in near if item.cosine > 0.99999}


def test_beyond_the_exact_limit_the_index_is_asked(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.store.add(chunks_of(documents(40)))
    vector = HashingEncoder().encode(["entity recognition in languages"])[0]
    one = frozenset({documents()[4].sha256})
    exact = memory.store.query(vector, 5), memory.store.query(vector, 5, one)
    monkeypatch.setattr("vectorstore.store.EXACT_UP_TO", 0)
    assert (memory.store.query(vector, 5), memory.store.query(vector, 5, one)) == exact


async def test_ranking_scores_texts_in_their_order(memory: Memory) -> None:
    scores = await memory.search.rank("entity recognition across languages", [*TOPICS, "", TOPICS[0]])
    assert scores[0] == scores[5] == max(scores)
    assert scores[4] == 0
    assert await memory.search.rank("", TOPICS) == (0, 0, 0, 0)
    assert await memory.search.rank("transfer", []) == ()


async def test_a_score_does_not_depend_on_how_many_are_asked_for(memory: Memory) -> None:
    for document in documents(80):
        await memory.search.add(document)
    few = await memory.search.search("tagging in Swahili", 3)
    many = await memory.search.search("tagging in Swahili", 40)
    assert few == many[:3]


def test_the_mix_of_scores() -> None:
    mixed = mix({"a": 4.0, "b": 2.0}, {"a": 0.5, "b": 1.0, "c": -0.5}, weight=0.4)
    assert mixed == {"a": pytest.approx(0.7), "b": pytest.approx(0.8), "c": 0.0}
    assert mix({}, {"a": 0.5}, weight=0.4) == {"a": pytest.approx(0.3)}


async def test_real_abstracts_are_found_by_a_question_in_other_words(tmp_path: Path, shared_data: Path) -> None:
    path = shared_data / "works" / "acl_anthology" / "subset_crosslingual_ner.jsonl"
    with path.open(encoding="utf-8") as file:
        works = [work for work, _ in zip(map(json.loads, file), range(80), strict=False) if work.get("abstract")]
    memory = Memory(tmp_path, MiniLM())
    question = "finding the names of people and places in text of a language without annotation"
    scores = await memory.search.rank(question, [f"{work['title']}. {work['abstract']}" for work in works])
    best = max(range(len(works)), key=lambda place: scores[place])
    assert "Named Entity Recognition" in works[best]["title"]
    memory.search.close()
