"""R1 and R9: what is called verified rests on a span that resolves, and what is not verified has a reason."""

from __future__ import annotations

from collections.abc import Sequence

from juried.counting import tried_claims
from juried.quality import Documents, report_sentences, speaks_of_report
from juried.records.claim import Claim
from juried.records.document import Span
from juried.records.run import RunRecord
from juried.records.verdict import Verdict
from juried.reports.lint.claim_rows import ClaimRow
from juried.reports.lint.findings import Finding, error, not_run


def spans_in_text(rows: Sequence[ClaimRow]) -> list[Finding]:
    """R1 on a text: a claim marked verified shows no quoted span. Whether a quote is in its source cannot be seen."""
    bare = [row for row in rows if row.verified and not row.quote.strip()]
    if bare:
        return [error("R1", row.name, "is marked verified and shows no quoted span.", row.text) for row in bare]
    if not rows:
        return [not_run("R1", "The text lists no claims.")]
    return [not_run("R1", "Whether the quotes are in their documents cannot be seen without the record's documents.")]


def spans_in_record(record: RunRecord, documents: Documents) -> list[Finding]:
    """R1 on a record: a verified claim's span is absent, or is not at its offsets in the stored text.

    It also fails when a sentence of the report rests on a claim that is unknown or not verified, for the
    sentence then passes for verified; and, in a report that answers, when a sentence names no claim and
    does not speak of the report itself (its question, evidence or claims).
    """
    claims = {claim.id: claim for claim in record.claims}
    verified = {verdict.claim_id for verdict in record.verdicts if verdict.verified}
    found = [item for claim_id in sorted(verified & claims.keys()) for item in _spans(claims[claim_id], documents)]
    found += [
        error("R1", claim_id, "is verified and is no claim of the record.")
        for claim_id in sorted(verified - claims.keys())
    ]
    retracted = {work.id for work in record.works if work.retracted}
    found += [
        error("R1", v.claim_id, "is verified, though unsupported, below the threshold or retracted.")
        for v in record.verdicts
        if v.verified
        and (
            v.outcome != "supported"
            or v.confidence is None
            or v.confidence < record.threshold
            or (v.claim_id in claims and claims[v.claim_id].work_id in retracted)
        )
    ]
    for sentence in report_sentences(record.draft):
        wrong = sorted(set(sentence.claims) - verified)
        if wrong:
            found.append(error("R1", ", ".join(wrong), "is not verified, yet a sentence rests on it.", sentence.text))
        elif (
            not sentence.claims and record.draft.answer not in (None, "not_answered") and not speaks_of_report(sentence)
        ):
            found.append(error("R1", "report", "A sentence names no claim that it rests on.", sentence.text))
    return found


def _spans(claim: Claim, documents: Documents) -> list[Finding]:
    if not claim.spans:
        return [error("R1", claim.id, "is verified and has no span.", claim.text)]
    found = [item for span in claim.spans for item in _span(claim.id, span, documents)]
    if not any(" ".join(claim.quote.split()) == " ".join(span.quote.split()) for span in claim.spans):
        found.append(error("R1", claim.id, "is verified, but shows a quote that is none of its spans.", claim.quote))
    return found


def _span(claim_id: str, span: Span, documents: Documents) -> list[Finding]:
    text = documents(span.document)
    if text is None:
        return [error("R1", claim_id, f"cites the document {span.document[:12]}, which is not stored.", span.quote)]
    if not span.quote or text[span.start : span.end] != span.quote:
        place = f"at {span.start} to {span.end} of document {span.document[:12]}"
        return [error("R1", claim_id, f"is verified, but its quote does not stand {place}.", span.quote)]
    return []


def reasons_in_text(rows: Sequence[ClaimRow]) -> list[Finding]:
    """R9 on a text: a claim marked as not verified gives no reason."""
    if not rows:
        return [not_run("R9", "The text lists no claims.")]
    bare = [row for row in rows if row.verified is False and not row.reason.strip()]
    found = [error("R9", row.name, "is not verified and gives no reason.", row.text) for row in bare]
    if not found and all(row.verified is None for row in rows):
        found.append(not_run("R9", "The text does not say which claims are verified."))
    return found


def reasons_in_record(record: RunRecord) -> list[Finding]:
    """R9 on a record: the reason of a claim without ✓ is that its source states it, which is no reason.

    A supported claim may keep that reason when its confidence is below the threshold.
    """
    claims = {claim.id: claim for claim in tried_claims(record)}
    return [
        error(
            "R9", verdict.claim_id, "is not verified, and its reason does not say why.", claims[verdict.claim_id].text
        )
        for verdict in record.verdicts
        if verdict.claim_id in claims and not verdict.verified and not _says_why(verdict, record.threshold)
    ]


def _says_why(verdict: Verdict, threshold: int) -> bool:
    if verdict.reason != "stated_by_source":
        return True
    below = verdict.confidence is not None and verdict.confidence < threshold
    return verdict.outcome == "supported" and below
