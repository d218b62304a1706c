"""Where the graph goes next, and what each branch is given."""

from __future__ import annotations

from langgraph.runtime import Runtime
from langgraph.types import Send

from agents.citations import best_works
from agents.retriever import Screening
from graphs.bundles import works_by_id
from graphs.context import Context
from graphs.opening import workshop_of
from graphs.state import CitationBranch, SearchBranch, State, WorkBranch
from graphs.trial import vote_branches
from juried.sources.base import takes_queries


async def to_sources(state: State, runtime: Runtime[Context]) -> list[Send]:
    """One branch per source."""
    shop = await workshop_of(runtime, state["run"])
    run, protocol = state["run"], state["protocol"]
    names = sorted(name for name, source in shop.sources.items() if takes_queries(source))
    return [Send("search_source", SearchBranch(run=run, protocol=protocol, source=name)) for name in names]


async def to_citations(state: State, runtime: Runtime[Context]) -> list[Send] | str:
    """One branch per source, once and when asked for; else, or without an included work, on to the approval."""
    shop = await workshop_of(runtime, state["run"])
    if not shop.settings.snowball or state.get("followed"):
        return "approve_screening"
    screening = shop.artifacts.get(state["screening"], Screening)
    if not best_works(screening, works_by_id(shop.artifacts, state["works"])):
        return "approve_screening"
    names = sorted(name for name, source in shop.sources.items() if takes_queries(source))
    return [Send("follow_citations", _citation_branch(state, name)) for name in names]


def _citation_branch(state: State, source: str) -> CitationBranch:
    return CitationBranch(
        run=state["run"],
        protocol=state["protocol"],
        source=source,
        works=state["works"],
        screening=state["screening"],
    )


async def to_works(state: State, runtime: Runtime[Context]) -> list[Send] | str:
    """One branch per included work; without any, straight to the selection of (no) claims."""
    shop = await workshop_of(runtime, state["run"])
    decisions = shop.artifacts.get(state["screening"], Screening).decisions
    run, protocol, works = state["run"], state["protocol"], state["works"]
    return [
        Send("read_work", WorkBranch(run=run, protocol=protocol, works=works, work=decision.work_id))
        for decision in decisions
        if decision.included
    ] or "select_claims"


def to_reviewers(state: State) -> list[Send] | str:
    """One branch per reviewer and batch; without any claim, straight to the tally."""
    return vote_branches(state, state.get("pools", []), 1) or "tally_votes"
