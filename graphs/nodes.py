"""The nodes before the panel: search, screening, reading and extraction. Each is a short call into agents/."""

from __future__ import annotations

from functools import partial
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, Send

from agents.citations import best_works, follow
from agents.extractor import Extractor
from agents.lookups import look_up
from agents.reader import Reader, Reading
from agents.retriever import Retriever, Screening, SourceHits, demand_answers, search_text
from agents.selection import select_claims as choose
from agents.selection import weigh
from graphs.approval import amend_protocol, amend_screening, ask_until_usable, protocol_offer, screening_offer
from graphs.bundles import WorkList, claims_by_id, works_by_id
from graphs.context import Context, Workshop
from graphs.opening import begin, workshop_of
from graphs.state import CitationBranch, DocumentBranch, SearchBranch, State, WorkBranch
from juried.records.protocol import Protocol
from juried.settings import parse_years
from juried.sources.base import Source, takes_queries
from juried.sources.languages import normal_language
from juried.sources.merge import merge_hits
from vectorstore.chunking import chunk_document


async def plan_search(state: State, runtime: Runtime[Context]) -> State:
    """Make the protocol from the question."""
    shop = await begin(runtime, state["question"])
    account = shop.account("plan_search")
    years = parse_years(shop.settings.years)
    protocol = await _retriever(shop).plan(state["question"], _searchable(shop), years, account)
    languages = tuple(sorted({normal_language(code) for code in shop.settings.languages}))
    protocol = protocol.model_copy(update={"languages": languages})
    shop.events.emit("note", "plan_search", detail="; ".join(facet.name for facet in protocol.facets))
    return {"run": shop.run, "protocol": await shop.keep(protocol), "outlays": await shop.settle(account)}


async def approve_protocol(state: State, runtime: Runtime[Context]) -> State:
    """Stop for approval of the protocol when that was asked for, and take edits."""
    shop = await workshop_of(runtime, state["run"])
    if "protocol" not in shop.settings.approve:
        return {}
    protocol = shop.artifacts.get(state["protocol"], Protocol)
    approved = ask_until_usable(protocol_offer(protocol), lambda answer: amend_protocol(protocol, answer))
    return {"protocol": await shop.keep(approved)}


async def search_source(state: SearchBranch, runtime: Runtime[Context]) -> State:
    """Run the protocol's queries for one source."""
    shop = await workshop_of(runtime, state["run"])
    protocol = shop.artifacts.get(state["protocol"], Protocol)
    found = await _retriever(shop).search(shop.sources[state["source"]], protocol, shop.settings.max_works)
    if len(_searchable(shop)) == 1:
        demand_answers([found])
    for row in found.rows:
        shop.events.emit(
            "note", "search_source", concerns=row.source, detail=f"{row.taken} of {row.total}: {row.query}"
        )
    return {"searches": [await shop.keep(found)]}


async def merge_works(state: State, runtime: Runtime[Context]) -> State:
    """Make works of all hits."""
    shop = await workshop_of(runtime, state["run"])
    searches = [shop.artifacts.get(key, SourceHits) for key in state.get("searches", [])]
    demand_answers(searches)
    searches += [shop.artifacts.get(key, SourceHits) for key in state.get("followed", [])]
    hits = [hit for search in searches for hit in search.hits]
    works = WorkList(works=merge_hits(hits), hits=len(hits))
    shop.events.emit("note", "merge_works", detail=f"{len(hits)} hits", works=len(works.works))
    return {"works": await shop.keep(works)}


async def screen_works(state: State, runtime: Runtime[Context]) -> State:
    """Include works that bear on the question, exclude the others with a reason."""
    shop = await workshop_of(runtime, state["run"])
    account = shop.account("screen_works", "with followed citations" if state.get("followed") else "")
    earlier = shop.artifacts.get(state["screening"], Screening) if state.get("followed") else None
    protocol = shop.artifacts.get(state["protocol"], Protocol)
    works = shop.artifacts.get(state["works"], WorkList).works
    limit = shop.settings.max_included
    searches = [shop.artifacts.get(key, SourceHits) for key in state.get("searches", [])]
    retriever = _retriever(shop)
    screening = await retriever.screen(
        protocol, works, limit, shop.memory.rank, account, earlier=earlier, searches=searches
    )
    included = sum(decision.included for decision in screening.decisions)
    shop.events.emit("note", "screen_works", detail=f"{included} of {len(works)} included", works=included)
    return {"screening": await shop.keep(screening), "outlays": await shop.settle(account)}


async def follow_citations(state: CitationBranch, runtime: Runtime[Context]) -> State:
    """Follow references and citations of the best works one step through one source."""
    shop = await workshop_of(runtime, state["run"])
    protocol = shop.artifacts.get(state["protocol"], Protocol)
    screening = shop.artifacts.get(state["screening"], Screening)
    seeds = best_works(screening, works_by_id(shop.artifacts, state["works"]))
    found = await follow(shop.sources[state["source"]], seeds, protocol, shop.settings.max_works)
    detail = f"{len(found.hits)} hits from {len(seeds)} works"
    shop.events.emit("note", "follow_citations", concerns=found.source, detail=detail)
    return {"followed": [await shop.keep(found)]}


async def approve_screening(state: State, runtime: Runtime[Context]) -> State:
    """Stop for approval of the screening when that was asked for, and take edits."""
    shop = await workshop_of(runtime, state["run"])
    if "screening" not in shop.settings.approve:
        return {}
    screening = shop.artifacts.get(state["screening"], Screening)
    offer = screening_offer(screening, works_by_id(shop.artifacts, state["works"]))
    approved = ask_until_usable(offer, lambda answer: amend_screening(screening, answer))
    return {"screening": await shop.keep(approved)}


async def look_up_works(state: State, runtime: Runtime[Context]) -> State:
    """Look the included works up for notices and open versions, where a source offers them."""
    shop = await workshop_of(runtime, state["run"])
    decisions = shop.artifacts.get(state["screening"], Screening).decisions
    works = works_by_id(shop.artifacts, state["works"])
    included = [works[decision.work_id] for decision in decisions if decision.included]
    known, rows = await look_up(included, shop.sources)
    if not rows:
        return {}
    works |= {work.id: work for work in known}
    hits = shop.artifacts.get(state["works"], WorkList).hits
    updated = WorkList(works=tuple(work for _, work in sorted(works.items())), hits=hits)
    for row in (row for search in rows for row in search.rows):
        shop.events.emit(
            "note", "look_up_works", concerns=row.source, detail=f"{row.taken} of {row.total}: {row.query}"
        )
    return {"works": await shop.keep(updated), "lookups": [await shop.keep(search) for search in rows]}


async def read_work(state: WorkBranch, runtime: Runtime[Context]) -> Command[Literal["extract_claims"]]:
    """Read one work and send its document on to extraction."""
    shop = await workshop_of(runtime, state["run"])
    account = shop.account("read_work", state["work"])
    work = works_by_id(shop.artifacts, state["works"])[state["work"]]
    reading = await Reader(shop.sources, shop.documents, shop.memory, shop.parsed.read).read(work, account)
    shop.events.emit("note", "read_work", concerns=work.id, detail=work.title)
    key = await shop.keep(reading)
    update: State = {"readings": [key], "outlays": await shop.settle(account)}
    onward: DocumentBranch = {**state, "reading": key}
    return Command(update=update, goto=[Send("extract_claims", onward)])


async def extract_claims(state: DocumentBranch, runtime: Runtime[Context]) -> State:
    """Extract the claims of one document."""
    shop = await workshop_of(runtime, state["run"])
    account = shop.account("extract_claims", state["work"])
    work = works_by_id(shop.artifacts, state["works"])[state["work"]]
    reading = shop.artifacts.get(state["reading"], Reading)
    if reading.document is None:
        return {}
    document = shop.documents.get(reading.document)
    protocol = shop.artifacts.get(state["protocol"], Protocol)
    most, rank = shop.settings.max_work_tokens, partial(shop.memory.rank, search_text(protocol))
    extractor = Extractor(shop.backends["extractor"], most_tokens=most, rank=rank)
    extraction = await extractor.extract(protocol.question, work, document, chunk_document(document), account)
    shop.events.emit("note", "extract_claims", concerns=work.id, claims=len(extraction.claims))
    return {"extractions": [await shop.keep(extraction)], "outlays": await shop.settle(account)}


async def select_claims(state: State, runtime: Runtime[Context]) -> State:
    """Merge restatements, keep the claims that bear on the question, find those about one quantity."""
    shop = await workshop_of(runtime, state["run"])
    protocol = shop.artifacts.get(state["protocol"], Protocol)
    claims = tuple(claims_by_id(shop.artifacts, state.get("extractions", [])).values())
    scores = await shop.memory.rank(search_text(protocol), [claim.text for claim in claims])
    relevance = weigh(claims, scores, works_by_id(shop.artifacts, state["works"]))
    chosen = choose(relevance, claims, shop.settings.max_claims)
    detail = f"{len(chosen.selection.selected)} of {len(claims)} claims"
    shop.events.emit("note", "select_claims", detail=detail, claims=len(claims))
    return {"selection": await shop.keep(chosen)}


def _searchable(shop: Workshop) -> tuple[Source, ...]:
    return tuple(source for source in shop.sources.values() if takes_queries(source))


def _retriever(shop: Workshop) -> Retriever:
    return Retriever(shop.backends["planner"], shop.backends["screener"])
