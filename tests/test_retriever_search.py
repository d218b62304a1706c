"""What a user notices of a search with several queries: which hits get the places, and that the ledger adds up."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from agents.retriever import Retriever, SourceHits
from juried.backends.embedded.backend import EmbeddedBackend
from juried.records.protocol import Protocol, SourceQuery
from juried.records.work import FileRef, Hit, LedgerRow
from juried.sources.base import SearchLimits, SearchResult, SourceHealth
from juried.sources.lexical import QUERY_LANGUAGE


class Listed:
    """A source that answers each query with the works that its text lists."""

    name = "listed"

    def __init__(self, query_language: str = "words") -> None:
        self.query_language = query_language

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        names = [] if query.text == "-" else query.text.split()[: limits.hits]
        hits = tuple(Hit(source="listed", source_id=key, rank=at, title=key) for at, key in enumerate(names, start=1))
        row = LedgerRow(
            source="listed", query=query.text, total=len(names), taken=len(hits), status="answered", detail=""
        )
        return SearchResult(row=row, hits=hits)

    async def fetch(self, file: FileRef) -> bytes:
        return b""

    async def check(self) -> SourceHealth:
        return SourceHealth(name="listed", usable=True, works=None, detail="")

    async def aclose(self) -> None:
        return None


def found(places: int, *queries: str, query_language: str = "words") -> SourceHits:
    asked = tuple(SourceQuery(source="listed", text=text) for text in queries)
    protocol = Protocol(question="?", facets=(), queries=asked, include=(), exclude=())
    backend = EmbeddedBackend()
    return asyncio.run(Retriever(backend, backend).search(Listed(query_language), protocol, places))


def test_what_several_queries_rank_well_comes_before_what_one_ranks_best() -> None:
    assert [hit.source_id for hit in found(2, "a both x", "b both y").hits] == ["both", "a"]


def test_a_local_index_is_asked_deeper_so_that_agreement_below_the_cut_counts() -> None:
    queries = ("a b both", "c d both")
    assert [hit.source_id for hit in found(2, *queries).hits] == ["a", "c"]
    assert [hit.source_id for hit in found(2, *queries, query_language=QUERY_LANGUAGE).hits] == ["both", "a"]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), min_size=1, max_size=5), st.integers(1, 6))
def test_each_hit_is_taken_once_and_the_ledger_adds_up(lists: list[list[str]], places: int) -> None:
    result = found(places, *(" ".join(names) or "-" for names in lists))
    keys = [hit.source_id for hit in result.hits]
    distinct = {name for names in lists for name in names[:places]}
    assert len(keys) == len(set(keys)) == min(places, len(distinct))
    assert sum(row.taken for row in result.rows) == len(keys)
