"""Evidence: what each reviewer's mandate goes and looks for, gathered into one pool per batch of claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol as Interface

from juried.records.base import short_id
from juried.records.claim import Claim, Quantity
from juried.records.document import Span
from juried.records.verdict import Evidence, EvidencePool, Reviewer, Sought
from vectorstore.chunking import Chunk

BATCH = 16


class FoundChunk(Interface):
    """A chunk that a search brought."""

    @property
    def chunk(self) -> Chunk:
        """The chunk itself."""
        ...


class Search(Interface):
    """A hybrid search over the chunks of a run."""

    async def search(
        self, query: str, k: int, *, documents: frozenset[str] | None = None, excluding: frozenset[str] = frozenset()
    ) -> Sequence[FoundChunk]:
        """Return at most k chunks, best first; `excluding` are chunk ids."""
        ...


@dataclass(frozen=True)
class Library:
    """What evidence is gathered from: the chunks of each document (by SHA-256), and the work that it belongs to."""

    chunks: Callable[[str], tuple[Chunk, ...]]
    work_of: Mapping[str, str]
    claims: Mapping[str, Claim]
    quantities: tuple[Quantity, ...]
    search: Search


def batches(claims: Sequence[Claim]) -> tuple[tuple[str, ...], ...]:
    """Return claim ids in batches of at most 16, claims of one work together."""
    ids = [claim.id for claim in sorted(claims, key=lambda claim: (claim.work_id, claim.id))]
    return tuple(tuple(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))


async def gather(claim_ids: Sequence[str], library: Library, width: int) -> EvidencePool:
    """Return the pool for one batch.

    The confirmer gets the passages that hold the claim's own quote; the challenger the `width` passages
    of any work that are nearest to the claim; the integrator the passages of other claims about the
    same quantity, and the nearest passages of other works. Each passage stands once in the pool.
    """
    chunks: dict[str, Chunk] = {}
    wanted: list[tuple[str, Reviewer, tuple[str, ...]]] = []
    for claim_id in claim_ids:
        claim = library.claims[claim_id]
        own = _own_chunks(claim, library)
        near = await _near(claim, library, width, own)
        related = _related(claim, library) + [chunk for chunk in near if _is_of_another(chunk, claim, library)]
        found: tuple[tuple[Reviewer, list[Chunk]], ...] = (
            ("confirmer", own),
            ("challenger", near),
            ("integrator", related[:width]),
            ("checker", own),
        )
        for reviewer, passages in found:
            chunks.update({chunk.id: chunk for chunk in passages})
            wanted.append((claim_id, reviewer, tuple(dict.fromkeys(chunk.id for chunk in passages))))
    return _pool(claim_ids, chunks, wanted, library)


def _is_of_another(chunk: Chunk, claim: Claim, library: Library) -> bool:
    return chunk.document != claim.document and library.work_of[chunk.document] != claim.work_id


def _pool(
    claim_ids: Sequence[str],
    chunks: Mapping[str, Chunk],
    wanted: Sequence[tuple[str, Reviewer, tuple[str, ...]]],
    library: Library,
) -> EvidencePool:
    order = sorted(chunks.values(), key=lambda chunk: (library.work_of[chunk.document], chunk.document, chunk.start))
    labels = {chunk.id: f"E{number}" for number, chunk in enumerate(order, start=1)}
    items = tuple(
        Evidence(
            label=labels[chunk.id],
            work_id=library.work_of[chunk.document],
            section=chunk.section or ("abstract" if chunk.kind == "abstract" else ""),
            span=Span(document=chunk.document, start=chunk.start, end=chunk.end, quote=chunk.text, page=chunk.page),
            columns=chunk.columns,
        )
        for chunk in order
    )
    sought = tuple(
        Sought(claim_id=claim_id, reviewer=reviewer, labels=tuple(labels[chunk] for chunk in ids))
        for claim_id, reviewer, ids in wanted
    )
    pool_id = short_id("P", *claim_ids, *(str(item) for item in items), *(str(item) for item in sought))
    return EvidencePool(id=pool_id, claims=tuple(claim_ids), items=items, sought=sought)


def _own_chunks(claim: Claim, library: Library) -> list[Chunk]:
    """Return the chunks that hold the claim's spans; without a span there are none."""
    held = {(span.start, span.end) for span in claim.spans}
    return [
        chunk
        for chunk in library.chunks(claim.document)
        if any(chunk.start < end and start < chunk.end for start, end in held)
    ]


async def _near(claim: Claim, library: Library, width: int, own: Sequence[Chunk]) -> list[Chunk]:
    excluding = frozenset(chunk.id for chunk in own)
    documents = frozenset(library.work_of)
    found = await library.search.search(claim.text, width, documents=documents, excluding=excluding)
    return [item.chunk for item in found]


def _related(claim: Claim, library: Library) -> list[Chunk]:
    """Return the own chunks of other claims about the same quantity, in claim order."""
    others = [
        other
        for quantity in library.quantities
        if claim.id in quantity.claims
        for other in quantity.claims
        if other != claim.id and other in library.claims
    ]
    return [chunk for other in others for chunk in _own_chunks(library.claims[other], library)]


def brings_more(pool: EvidencePool, shown: Sequence[EvidencePool]) -> bool:
    """Whether a pool brings one of its claims a passage that no earlier pool brought it."""
    before = {found for earlier in shown for found in _found(earlier)}
    return any(found not in before for found in _found(pool))


def _found(pool: EvidencePool) -> set[tuple[str, str, int]]:
    """Return which passage (document and offset) was sought out for which claim."""
    spans = {item.label: item.span for item in pool.items}
    return {(item.claim_id, spans[label].document, spans[label].start) for item in pool.sought for label in item.labels}
