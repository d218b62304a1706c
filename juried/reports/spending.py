"""What a run used, as the report shows it: calls, tokens and cost by stage and role, and for each verified claim."""

from __future__ import annotations

from collections.abc import Sequence

from juried.counting import counts_of
from juried.prices import dollars
from juried.records.run import RunRecord, Usage
from juried.reports.escape import escape, plural, table

NO_PRICE = "no price given"
NOT_REPORTED = "not reported"


def spending(record: RunRecord) -> str:
    """Return the Markdown on what the run used; one line when no model was called."""
    total = totals_line(record.usage)
    if not record.usage:
        return total
    head = ["Stage", "Role", "Calls", "Prompt tokens", "Of these cached", "Completion tokens", "Cost"]
    return "\n\n".join([total, _for_each_claim(record), table(head, map(_row, record.usage), numbers=(2, 3, 4, 5, 6))])


def totals_line(usage: Sequence[Usage]) -> str:
    """Return one sentence with the totals of a run."""
    sent, received = sum(row.prompt_tokens for row in usage), sum(row.completion_tokens for row in usage)
    cached = [row.cached_tokens for row in usage if row.cached_tokens is not None]
    of_these = f" ({sum(cached)} of them cached)" if cached else ""
    cost = f"; cost: {cost_of(usage)}" if usage else ""
    calls = sum(row.calls for row in usage)
    return f"Model calls: {calls}; prompt tokens: {sent}{of_these}; completion tokens: {received}{cost}."


def cost_of(usage: Sequence[Usage]) -> str:
    """Return what all rows cost; where only some have a price, who is not counted in."""
    known = [row.cost_nanos for row in usage if row.cost_nanos is not None]
    unpriced = sorted({row.role for row in usage if row.cost_nanos is None})
    if not known:
        return NO_PRICE
    return dollars(sum(known)) + (f", and {NO_PRICE} for {', '.join(map(escape, unpriced))}" if unpriced else "")


def _for_each_claim(record: RunRecord) -> str:
    share = record.per_verified_claim
    if share is None:
        return "No claim is verified, so nothing is stated for each verified claim."
    cost = NO_PRICE if share.cost_nanos is None else dollars(share.cost_nanos)
    verified = plural(counts_of(record).verified, "verified claim")
    return (
        f"The whole run divided by its {verified}: {share.calls_hundredths / 100:.2f} calls, "
        f"{share.prompt_tokens} prompt tokens, {share.completion_tokens} completion tokens, cost: {cost}."
    )


def _row(row: Usage) -> list[str]:
    return [
        escape(row.stage),
        escape(row.role),
        str(row.calls),
        str(row.prompt_tokens),
        NOT_REPORTED if row.cached_tokens is None else str(row.cached_tokens),
        str(row.completion_tokens),
        NO_PRICE if row.cost_nanos is None else dollars(row.cost_nanos),
    ]
