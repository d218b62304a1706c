"""Where the graph goes next, and what each branch is given."""

from __future__ import annotations

from langgraph.runtime import Runtime
from langgraph.types import Send

from agents.retriever import Screening
from graphs.context import Context
from graphs.opening import workshop_of
from graphs.state import SearchBranch, State, WorkBranch
from graphs.trial import vote_branches


async def to_sources(state: State, runtime: Runtime[Context]) -> list[Send]:
    """One branch per source."""
    shop = await workshop_of(runtime, state["run"])
    run, protocol = state["run"], state["protocol"]
    return [
        Send("search_source", SearchBranch(run=run, protocol=protocol, source=name)) for name in sorted(shop.sources)
    ]


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
