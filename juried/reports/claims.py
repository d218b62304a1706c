"""Section 5 of the report: every claim that was tried, with verdict, quote, source, reason and votes."""

from __future__ import annotations

from juried.calibration import NO_THRESHOLD
from juried.counting import counts_of
from juried.records.claim import Claim
from juried.records.run import RunRecord
from juried.records.verdict import REASON_SENTENCES, REVIEWERS, LostVote, Verdict, Vote
from juried.reports.escape import block_quote, bullets, escape, plural
from juried.reports.numbering import Numbering
from juried.reports.results import printed_value


def claims_section(record: RunRecord, numbering: Numbering, *, votes: bool = True) -> str:
    """Return the section's Markdown; one block per tried claim, with its votes or without, then those set aside."""
    verdicts = {verdict.claim_id: verdict for verdict in record.verdicts}
    blocks = [_block(claim, verdicts[claim.id], record, numbering, votes) for claim in numbering.claims]
    return "\n\n".join(["## 5 Claims", *(blocks or ["No claim was tried."]), _sums(record)])


def _block(claim: Claim, verdict: Verdict, record: RunRecord, numbering: Numbering, votes: bool) -> str:
    parts = [
        f"### C{numbering.claim_numbers[claim.id]}",
        f"**{_heading(verdict)}**",
        escape(claim.text),
        block_quote(claim.quote) if claim.quote.strip() else "",
        bullets(_facts(claim, verdict, numbering, record.threshold) + (_votes(claim, record) if votes else [])),
    ]
    return "\n\n".join(part for part in parts if part)


def _heading(verdict: Verdict) -> str:
    mark = "✓ Verified" if verdict.verified else "Not verified"
    outcome = verdict.outcome.replace("_", " ")
    if verdict.confidence is None:
        return f"{mark} · {outcome} · no confidence"
    doubt = "" if verdict.calibrated else " (uncalibrated)"
    return f"{mark} · {outcome} · confidence {verdict.confidence} %{doubt}"


def _facts(claim: Claim, verdict: Verdict, numbering: Numbering, threshold: int) -> list[str]:
    measured = [f"Measured: {_measured(claim)}"] if claim.measurement is not None else []
    return [
        f"Source: {_source(claim, numbering)}",
        *measured,
        f"Reason: {reason(verdict, threshold)}",
        f"Other works: {_others(verdict, numbering)}",
    ]


def _votes(claim: Claim, record: RunRecord) -> list[str]:
    votes = sorted(
        (vote for vote in record.votes if vote.claim_id == claim.id),
        key=lambda vote: (vote.round, REVIEWERS.index(vote.reviewer)),
    )
    lost = [item for item in record.lost_votes if item.claim_id == claim.id]
    return [*map(_vote, votes), *map(_lost, lost)]


def _source(claim: Claim, numbering: Numbering) -> str:
    parts = [numbering.work(claim.work_id)]
    pages = sorted({span.page for span in claim.spans if span.page is not None})
    if pages:
        parts.append(f"page {', '.join(map(str, pages))}")
    if claim.section.strip():
        parts.append(f"section {escape(claim.section)}")
    places = [f"{span.start}–{span.end}" for span in claim.spans]
    parts.append(f"characters {', '.join(places)} of its text" if places else "the quote was not found in its text")
    return ", ".join(parts)


def _measured(claim: Claim) -> str:
    item = claim.measurement
    if item is None:
        return ""
    setting = f", setting {escape(item.setting)}" if item.setting else ""
    cell = (
        f"{escape(item.table)}, row {item.row}, column {item.column}" if item.row is not None else "stated in the text"
    )
    return (
        f"system {escape(item.system)}, metric {escape(item.metric)}, dataset or task {escape(item.dataset)}"
        f"{setting}, value {printed_value(item)} ({cell})"
    )


def reason(verdict: Verdict, threshold: int) -> str:
    """Return the sentence that says why a claim has its verdict, and why a supported one has no ✓."""
    told = REASON_SENTENCES[verdict.reason]
    if verdict.outcome != "supported" or verdict.verified:
        return told
    if verdict.confidence is not None and threshold == NO_THRESHOLD:
        return f"{told} It is not verified, for the calibration has no threshold for a ✓."
    if verdict.confidence is not None and verdict.confidence < threshold:
        return f"{told} It is not verified, for its confidence is below the threshold of {threshold} %."
    return told


def _others(verdict: Verdict, numbering: Numbering) -> str:
    supporting = f" ({numbering.works_list(verdict.supporting_works)})" if verdict.supporting_works else ""
    against = f" ({numbering.works_list(verdict.contradicting_works)})" if verdict.contradicting_works else ""
    return (
        f"{len(verdict.supporting_works) or 'none'} support it{supporting}, "
        f"{len(verdict.contradicting_works) or 'none'} contradict it{against}"
    )


def _vote(vote: Vote) -> str:
    turn = f", round {vote.round}" if vote.round > 1 else ""
    label = vote.label.replace("_", " ")
    return f"Vote of the {vote.reviewer}{turn}: {label}, {vote.probability} %. {escape(vote.reason)}"


def _lost(lost: LostVote) -> str:
    detail = f" {escape(lost.detail)}" if lost.detail.strip() else ""
    return f"Vote of the {lost.reviewer} was lost. {REASON_SENTENCES[lost.code]}{detail}"


def _sums(record: RunRecord) -> str:
    counts = counts_of(record)
    aside = [f"{item.count}: {REASON_SENTENCES[item.reason]}" for item in counts.set_aside]
    head = f"### Claims set aside\n\n{plural(counts.not_tried, 'claim')} set aside without a trial."
    total = (
        f"Extracted {counts.extracted} = supported {counts.supported} + contradicted {counts.contradicted} "
        f"+ not enough evidence {counts.not_enough_evidence} + not checked {counts.not_checked} "
        f"= tried {counts.tried} + set aside {counts.not_tried}."
    )
    return "\n\n".join(part for part in (head, bullets(aside), total) if part)
