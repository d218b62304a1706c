"""The nodes of the report: writing, review, check and sealing."""

from __future__ import annotations

import asyncio
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, Send

from agents.recorder import seal
from agents.reviewers import PanelReviewer
from agents.selection import Chosen
from agents.writer import Writer
from graphs.assembly import earlier_reports, record_of
from graphs.bundles import DraftReview, ReportText, Verdicts, works_by_id
from graphs.context import Context
from graphs.opening import workshop_of
from graphs.state import ReviewBranch, State
from graphs.trial import all_claims
from juried.quality import MEASURED
from juried.records.base import readable_json, sha256
from juried.records.protocol import Protocol
from juried.records.report import DIMENSIONS
from juried.records.verdict import MANDATES
from juried.reports.lint import lint_record
from juried.reports.markdown import render_markdown

DRAFTS = 3


async def write_report(state: State, runtime: Runtime[Context]) -> State:
    """Write a draft, mending the faults of the last one."""
    shop = await workshop_of(runtime, state["question"])
    number = state.get("drafts", 0) + 1
    account = shop.account("write_report", str(number))
    chosen = shop.artifacts.get(state["selection"], Chosen)
    draft = await Writer(shop.backends["writer"]).write(
        shop.artifacts.get(state["protocol"], Protocol),
        claims=all_claims(shop, state),
        verdicts=shop.artifacts.get(state["verdicts"], Verdicts).verdicts,
        works=works_by_id(shop.artifacts, state["works"]),
        relevance={item.claim_id: item.relevance for item in chosen.relevance},
        faults=tuple(state.get("faults", [])),
        account=account,
    )
    update: State = {"draft": await shop.keep(draft), "drafts": number}
    report = await asyncio.to_thread(lambda: render_markdown(record_of(shop, {**state, **update})))
    update["report"] = await shop.keep(ReportText(text=report))
    return {**update, "outlays": [await shop.keep(account.outlay())]}


def review_branches(state: State) -> list[Send]:
    """Return one branch per reviewer that scores reports; the checker's part is measured by rule."""
    draft, report, question = state["draft"], state["report"], state["question"]
    return [
        Send("review_report", ReviewBranch(question=question, draft=draft, report=report, reviewer=reviewer))
        for reviewer in MANDATES
    ]


async def review_report(state: ReviewBranch, runtime: Runtime[Context]) -> State:
    """Score a draft by one reviewer, on the dimensions that code cannot measure alone."""
    shop = await workshop_of(runtime, state["question"])
    mandate = state["reviewer"]
    account = shop.account("review_report", f"{mandate} {state['draft'][:12]}")
    report = shop.artifacts.get(state["report"], ReportText).text
    asked = tuple(dimension for dimension in DIMENSIONS if dimension not in MEASURED)
    review = await PanelReviewer(mandate, shop.backends[mandate]).score(report, asked, account)
    outlay = await shop.keep(account.outlay())
    if review is None:
        return {"outlays": [outlay]}
    return {"reviews": [await shop.keep(DraftReview(draft=state["draft"], review=review))], "outlays": [outlay]}


async def check_report(state: State, runtime: Runtime[Context]) -> Command[Literal["write_report", "seal_record"]]:
    """Lint the report; send it back with its faults at most twice, then note what is left as lost."""
    shop = await workshop_of(runtime, state["question"])
    record = await asyncio.to_thread(record_of, shop, state)
    earlier = await asyncio.to_thread(earlier_reports, shop.folder)
    findings = await asyncio.to_thread(lint_record, record, lambda sha: shop.documents.get(sha).text, earlier)
    faults = [str(finding) for finding in findings if finding.severity == "error"]
    shop.events.emit("note", "check_report", detail="; ".join(faults) or "no fault")
    if faults and state["drafts"] < DRAFTS:
        return Command(update={"faults": faults}, goto="write_report")
    account = shop.account("check_report")
    for fault in faults:
        account.lose("report", fault)
    return Command(update={"outlays": [await shop.keep(account.outlay())]}, goto="seal_record")


async def seal_record(state: State, runtime: Runtime[Context]) -> State:
    """Write record, report and manifest."""
    shop = await workshop_of(runtime, state["question"])
    record = await asyncio.to_thread(record_of, shop, state)
    await asyncio.to_thread(lambda: seal(shop.folder, record, render_markdown(record)))
    shop.events.emit("note", "seal_record", detail=str(shop.folder.report))
    return {"record": sha256(readable_json(record))}
