"""The nodes of the report: writing, review, check and sealing."""

from __future__ import annotations

import asyncio
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, Send

from agents.asking import Account, Outlay
from agents.drafts import empty_draft, unwritten_draft
from agents.recorder import seal
from agents.reviewers import score_report
from agents.selection import Chosen
from agents.writer import Writer
from graphs.assembly import record_of
from graphs.bundles import DraftReview, ReportText, Verdicts, works_by_id
from graphs.context import Context, Workshop
from graphs.opening import workshop_of
from graphs.state import ReviewBranch, State
from graphs.trial import all_claims
from juried.quality import MEASURED
from juried.records.base import readable_json, sha256
from juried.records.protocol import Protocol
from juried.records.report import DIMENSIONS, Draft
from juried.records.verdict import MANDATES, Mandate
from juried.reports.lint import lint_record
from juried.reports.markdown import render_for_review, render_markdown

DRAFTS = 3
UNFOUNDED = ("R1", "R11")


async def write_report(state: State, runtime: Runtime[Context]) -> State:
    """Write a draft, mending the faults of the last one."""
    shop = await workshop_of(runtime, state["run"])
    number = state.get("drafts", 0) + 1
    account = shop.account("write_report", str(number))
    draft = await _draft(shop, state, account)
    update: State = {"draft": await shop.keep(draft), "drafts": number}
    report = await asyncio.to_thread(lambda: render_for_review(record_of(shop, {**state, **update})))
    update["report"] = await shop.keep(ReportText(text=report))
    return {**update, "outlays": await shop.settle(account)}


async def _draft(shop: Workshop, state: State, account: Account) -> Draft:
    """Return the writer's draft; where nothing is verified no backend is asked."""
    protocol = shop.artifacts.get(state["protocol"], Protocol)
    verdicts = shop.artifacts.get(state["verdicts"], Verdicts).verdicts
    claims = all_claims(shop, state)
    if not any(verdict.verified for verdict in verdicts):
        lost = [loss for key in state.get("outlays", []) for loss in shop.artifacts.get(key, Outlay).losses]
        return empty_draft(protocol, len(state.get("readings", [])), len(claims), len(lost))
    chosen = shop.artifacts.get(state["selection"], Chosen)
    return await Writer(shop.backends["writer"]).write(
        protocol,
        claims=claims,
        verdicts=verdicts,
        works=works_by_id(shop.artifacts, state["works"]),
        relevance={item.claim_id: item.relevance for item in chosen.relevance},
        faults=tuple(state.get("faults", [])),
        account=account,
    )


async def review_branches(state: State, runtime: Runtime[Context]) -> list[Send]:
    """Return one branch per backend that scores reports, with the mandates it holds; the checker's part is by rule."""
    shop = await workshop_of(runtime, state["run"])
    held: dict[int, list[Mandate]] = {}
    for mandate in MANDATES:
        held.setdefault(id(shop.backends[mandate]), []).append(mandate)
    return [Send("review_report", _review_branch(state, mandates)) for mandates in held.values()]


def _review_branch(state: State, mandates: list[Mandate]) -> ReviewBranch:
    draft, report, number = state["draft"], state["report"], state["drafts"]
    return ReviewBranch(run=state["run"], draft=draft, number=number, report=report, reviewers=mandates)


async def review_report(state: ReviewBranch, runtime: Runtime[Context]) -> State:
    """Score a draft by the reviewers of one backend, on the dimensions that code cannot measure alone."""
    shop = await workshop_of(runtime, state["run"])
    mandates = state["reviewers"]
    account = shop.account("review_report", f"{' '.join(mandates)} {state['draft']} {state['number']}")
    report = shop.artifacts.get(state["report"], ReportText).text
    asked = tuple(dimension for dimension in DIMENSIONS if dimension not in MEASURED)
    found = await score_report(shop.backends[mandates[0]], mandates, report, asked, account)
    reviews = [await shop.keep(DraftReview(draft=state["draft"], review=review)) for review in found]
    return {"reviews": reviews, "outlays": await shop.settle(account)}


async def check_report(state: State, runtime: Runtime[Context]) -> Command[Literal["write_report", "seal_record"]]:
    """Lint the report; send it back with its faults at most twice, then note what is left as lost.

    A text that still says what no verified claim does is not published: the claims stand without it.
    """
    shop = await workshop_of(runtime, state["run"])
    record = await asyncio.to_thread(record_of, shop, state)
    findings = await asyncio.to_thread(lint_record, record, shop.documents.text, shop.earlier)
    faults = [str(finding) for finding in findings if finding.severity == "error"]
    shop.events.emit("note", "check_report", detail="; ".join(faults) or "no fault")
    if faults and state["drafts"] < DRAFTS:
        # The draft's number makes the next request unlike the last one, which a journal would answer alike.
        numbered = [f"Draft {state['drafts']} was refused.", *faults]
        return Command(update={"faults": numbered}, goto="write_report")
    account = shop.account("check_report")
    for fault in faults:
        account.lose("report", fault)
    update: State = {"outlays": await shop.settle(account)}
    if any(finding.rule in UNFOUNDED for finding in findings if finding.severity == "error"):
        verified = sum(verdict.verified for verdict in record.verdicts)
        update["draft"] = await shop.keep(unwritten_draft(record.protocol, verified))
    return Command(update=update, goto="seal_record")


async def seal_record(state: State, runtime: Runtime[Context]) -> State:
    """Write record, report and manifest."""
    shop = await workshop_of(runtime, state["run"])
    record = await asyncio.to_thread(record_of, shop, state)
    await asyncio.to_thread(lambda: seal(shop.folder, record, render_markdown(record)))
    shop.events.emit("note", "seal_record", detail=str(shop.folder.report))
    return {"record": sha256(readable_json(record))}
