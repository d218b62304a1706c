"""The nodes of the panel: gathering evidence, voting, adjudication and tallying."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, Send

from agents.contradictions import find_contradictions
from agents.evidence import Library, batches, brings_more, gather
from agents.panel import Case, hear, is_split, tally
from agents.reader import Reading
from agents.reviewers import PanelReviewer, check_claims
from agents.selection import Chosen
from graphs.bundles import Bench, Verdicts, claims_by_id, works_by_id
from graphs.context import Context, Workshop
from graphs.opening import workshop_of
from graphs.state import State, VoteBranch
from juried.records.claim import Claim
from juried.records.document import Document
from juried.records.verdict import REVIEWERS, Ballot, EvidencePool
from vectorstore.chunking import chunk_document

WIDTH = 3
WIDER = 8
ROUNDS = 2


async def gather_evidence(state: State, runtime: Runtime[Context]) -> State:
    """Gather one evidence pool for each batch of selected claims."""
    shop = await workshop_of(runtime, state["run"])
    chosen = shop.artifacts.get(state["selection"], Chosen)
    library = _library(shop, state)
    pools = [await gather(batch, library, WIDTH) for batch in batches(chosen.claims)]
    return {"pools": [await shop.keep(_bench(pool, library)) for pool in pools], "round": 1}


async def review_claims(state: VoteBranch, runtime: Runtime[Context]) -> State:
    """Try one batch of claims under one mandate."""
    shop = await workshop_of(runtime, state["run"])
    mandate = state["reviewer"]
    bench = shop.artifacts.get(state["pool"], Bench)
    pool, claims = bench.pool, {claim.id: claim for claim in bench.claims}
    account = shop.account("review_claims", f"{mandate} {pool.id} {state['round']}")
    if mandate == "checker":
        ballot = check_claims(pool, claims, shop.documents.get)
    else:
        reviewer = PanelReviewer(mandate, shop.backends[mandate])
        works = works_by_id(shop.artifacts, state["works"])
        ballot = await reviewer.vote(pool, claims, works, account, state["round"])
    shop.events.emit("vote", "review_claims", concerns=mandate, detail=f"{len(ballot.votes)} votes")
    return {"ballots": [await shop.keep(ballot)], "outlays": await shop.settle(account)}


async def adjudicate(state: State, runtime: Runtime[Context]) -> Command[Literal["review_claims", "tally_votes"]]:
    """Give split votes more evidence and a second vote, once; else, or when there is no more, go on to the tally."""
    shop = await workshop_of(runtime, state["run"])
    split = [case.claim for case in cases_of(shop, state).values() if is_split(case)]
    if not split or state.get("round", 1) >= ROUNDS:
        return Command(goto="tally_votes")
    library = _library(shop, state)
    pools = [await gather(batch, library, WIDER) for batch in batches(split)]
    shown = pools_of(shop, state)
    keys = [await shop.keep(_bench(pool, library)) for pool in pools if brings_more(pool, shown)]
    if not keys:
        return Command(goto="tally_votes")
    shop.events.emit("note", "adjudicate", detail=f"{len(split)} split votes")
    return Command(update={"pools": keys, "round": ROUNDS}, goto=vote_branches(state, keys, ROUNDS))


async def tally_votes(state: State, runtime: Runtime[Context]) -> State:
    """Turn votes into verdicts."""
    shop = await workshop_of(runtime, state["run"])
    cases = cases_of(shop, state)
    verdicts = tuple(tally(case, shop.calibration) for _, case in sorted(cases.items()))
    works = works_by_id(shop.artifacts, state["works"])
    documents = _documents_of(shop, state)
    contradictions = await asyncio.to_thread(find_contradictions, cases, pools_of(shop, state), documents, works)
    for verdict in verdicts:
        shop.events.emit("verdict", "tally_votes", concerns=verdict.claim_id, detail=verdict.outcome)
    return {"verdicts": await shop.keep(Verdicts(verdicts=verdicts, contradictions=contradictions))}


def vote_branches(state: State, pools: Sequence[str], round_number: int) -> list[Send]:
    """Return one branch per reviewer and pool; the checker votes in the first round only."""
    reviewers = [name for name in REVIEWERS if round_number == 1 or name != "checker"]
    return [
        Send(
            "review_claims",
            VoteBranch(
                run=state["run"],
                pool=pool,
                reviewer=reviewer,
                round=round_number,
                works=state["works"],
            ),
        )
        for pool in sorted(pools)
        for reviewer in reviewers
    ]


def pools_of(shop: Workshop, state: State) -> list[EvidencePool]:
    """Return all evidence pools of the run, by hash."""
    return [shop.artifacts.get(key, Bench).pool for key in state.get("pools", [])]


def cases_of(shop: Workshop, state: State) -> dict[str, Case]:
    """Return what the panel heard of every claim, also of those set aside."""
    ballots = [shop.artifacts.get(key, Ballot) for key in state.get("ballots", [])]
    votes = [vote for ballot in ballots for vote in ballot.votes]
    lost = [loss for ballot in ballots for loss in ballot.lost]
    works = works_by_id(shop.artifacts, state["works"])
    return hear(all_claims(shop, state).values(), works, pools_of(shop, state), votes, lost)


def all_claims(shop: Workshop, state: State) -> dict[str, Claim]:
    """Return every claim of the run by id, selected ones as merged, without merged restatements."""
    chosen = shop.artifacts.get(state["selection"], Chosen)
    merged = {other for claim in chosen.claims for other in claim.also}
    claims = claims_by_id(shop.artifacts, state.get("extractions", []))
    claims.update({claim.id: claim for claim in chosen.claims})
    return {claim_id: claim for claim_id, claim in sorted(claims.items()) if claim_id not in merged}


def _documents_of(shop: Workshop, state: State) -> dict[str, Document]:
    """Return the document read of each work, by the work's id; one that two works share stands under the first."""
    readings = sorted(
        (shop.artifacts.get(key, Reading) for key in state.get("readings", [])), key=lambda reading: reading.work_id
    )
    first: dict[str, str] = {}
    for reading in readings:
        if reading.document:
            first.setdefault(reading.document, reading.work_id)
    return {work_id: shop.documents.get(sha256) for sha256, work_id in first.items()}


def _library(shop: Workshop, state: State) -> Library:
    readings = [shop.artifacts.get(key, Reading) for key in state.get("readings", [])]
    # A document that two works share is filed under the first of them.
    readings.sort(key=lambda reading: reading.work_id, reverse=True)
    return Library(
        chunks=cache(lambda sha256: chunk_document(shop.documents.get(sha256))),
        work_of={reading.document: reading.work_id for reading in readings if reading.document},
        claims=all_claims(shop, state),
        quantities=shop.artifacts.get(state["selection"], Chosen).selection.quantities,
        search=shop.memory,
    )


def _bench(pool: EvidencePool, library: Library) -> Bench:
    return Bench(pool=pool, claims=tuple(library.claims[claim_id] for claim_id in pool.claims))
