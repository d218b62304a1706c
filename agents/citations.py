"""Citation searching: from the best works one step along their references and citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agents.retriever import Screening, SourceHits, limits_of, share_places
from juried.records.protocol import Protocol
from juried.records.work import Hit, LedgerRow, Purpose, Work
from juried.sources.base import CitationIndex, Link, SearchLimits, Source, names_of

SEEDS = 10
_LINKS: tuple[Link, ...] = ("references", "citations")
_NOT_OFFERED = "This source does not tell which works cite which."
_UNKNOWN = "This source knows the work by none of its identifiers."
Result = tuple[LedgerRow, tuple[Hit, ...]]


def best_works(screening: Screening, works: Mapping[str, Work]) -> tuple[Work, ...]:
    """Return the included works from which citations are followed: the ten most relevant, ties by id."""
    included = [decision for decision in screening.decisions if decision.included]
    included.sort(key=lambda decision: (-(decision.relevance or 0), decision.work_id))
    return tuple(works[decision.work_id] for decision in included[:SEEDS])


async def follow(source: Source, seeds: Sequence[Work], protocol: Protocol, hits: int) -> SourceHits:
    """Follow references and citations of works through one source; `hits` places are shared by all of them.

    A row tells of each work and direction. A source that knows no citations gives one row that says so.
    """
    if not isinstance(source, CitationIndex):
        row = _not_offered(source, f"references and citations of {len(seeds)} works", "references", _NOT_OFFERED)
        return SourceHits(source=source.name, rows=(row,), hits=())
    limits = limits_of(protocol, hits)
    results = [await _linked(source, seed, link, limits) for seed in seeds for link in _LINKS]
    return share_places(source.name, results, hits)


async def _linked(source: Source, seed: Work, link: Link, limits: SearchLimits) -> Result:
    assert isinstance(source, CitationIndex)
    result = await source.linked(seed.identifiers, link, limits)
    if result is None:
        named = names_of(seed.identifiers) or seed.id
        return _not_offered(source, f"{link} of {named}", link, _UNKNOWN), ()
    return result.row.model_copy(update={"purpose": link}), result.hits


def _not_offered(source: Source, query: str, purpose: Purpose, why: str) -> LedgerRow:
    return LedgerRow(
        source=source.name, query=query, total=0, taken=0, status="not_offered", detail=why, purpose=purpose
    )
