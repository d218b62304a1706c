"""`juried claims`: the claims of a run with quote, page, votes and reasons."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from cli.show import demand_sealed
from juried.runs import find_run
from juried.settings import Settings

if TYPE_CHECKING:
    from juried.records.run import RunRecord
    from juried.records.verdict import Verdict

NAME = "claims"
HELP = "show the claims of a run with their quotes, votes, verdicts and reasons"
OPTIONS = ("runs", "json")
_CHOICES = ("verified", "supported", "contradicted", "not_enough_evidence", "not_checked")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("run", nargs="?", default="", help="the run's id, a part that begins or ends it, or its folder")
    parser.add_argument("--verdict", choices=_CHOICES, help="only claims with this verdict")
    parser.add_argument("--work", default="", help="only claims of the work with this id")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print the claims that match, by claim id."""
    from juried.records.loading import load_record

    folder = find_run(Path(settings.runs), args.run, finished=True)
    demand_sealed(folder)
    record = load_record(folder.record)
    chosen = [verdict for verdict in record.verdicts if _matches(verdict, args.verdict)]
    works = {claim.id: claim.work_id for claim in record.claims}
    chosen = [verdict for verdict in chosen if args.work in ("", works[verdict.claim_id])]
    if settings.json:
        print(json.dumps([_as_data(record, verdict) for verdict in chosen], indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(_as_text(record, verdict) for verdict in chosen) or "No claim matches.")
    return 0


def _matches(verdict: Verdict, wanted: str | None) -> bool:
    return wanted is None or (verdict.verified if wanted == "verified" else verdict.outcome == wanted)


def _as_data(record: RunRecord, verdict: Verdict) -> dict[str, object]:
    claim = next(claim for claim in record.claims if claim.id == verdict.claim_id)
    return {
        "claim": claim.model_dump(mode="json"),
        "verdict": verdict.model_dump(mode="json"),
        "votes": [vote.model_dump(mode="json") for vote in record.votes if vote.claim_id == claim.id],
        "lost_votes": [lost.model_dump(mode="json") for lost in record.lost_votes if lost.claim_id == claim.id],
    }


def _as_text(record: RunRecord, verdict: Verdict) -> str:
    from juried.records.verdict import REASON_SENTENCES

    claim = next(claim for claim in record.claims if claim.id == verdict.claim_id)
    work = next(work for work in record.works if work.id == claim.work_id)
    confidence = "" if verdict.confidence is None else f", confidence {verdict.confidence} %"
    mark = "✓ " if verdict.verified else ""
    page = next((f", page {span.page}" for span in claim.spans if span.page), "")
    place = f", {claim.section}" if claim.section else ""
    lines = [
        f"{claim.id}  {mark}{verdict.outcome}{confidence}",
        f"  claim:   {claim.text}",
        f"  quote:   {claim.quote}",
        f"  source:  {work.title} ({work.year or 'n.d.'}){page}{place}  [{work.id}]",
        f"  reason:  {REASON_SENTENCES[verdict.reason]} ({verdict.reason})",
        f"  others:  {len(verdict.supporting_works)} works support, {len(verdict.contradicting_works)} contradict",
    ]
    votes = [vote for vote in record.votes if vote.claim_id == claim.id]
    lines += [f"  vote:    {v.reviewer} {v.round}: {v.label} ({v.probability} %). {v.reason}" for v in votes]
    lost = [item for item in record.lost_votes if item.claim_id == claim.id]
    return "\n".join(lines + [f"  lost:    {item.reviewer} {item.round}: {item.code}. {item.detail}" for item in lost])
