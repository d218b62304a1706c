"""What calls to chat models cost: one call's usage with its price, and all that a journal holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from juried.backends.base import TokenUsage
from juried.backends.budget import Amount
from juried.backends.chat_answers import RawAnswer
from juried.journal import JournalRow
from juried.prices import Price

KIND = "chat"
FAILED = "chat_failed"


def priced(usage: TokenUsage, raw: RawAnswer, price: Price | None) -> TokenUsage:
    """Return the usage of a call with the cached tokens that the server reported, and with its cost."""
    if not usage.calls:
        return usage
    cached = raw.cached_tokens
    cost = price.cost(usage.prompt_tokens, usage.completion_tokens, cached or 0) if price else None
    return usage.model_copy(update={"cached_tokens": cached, "cost_nanos": cost})


def spent_by(usage: TokenUsage) -> Amount:
    """Return what a call takes from the budget; a call without a price takes tokens alone."""
    return Amount(usage.prompt_tokens + usage.completion_tokens, usage.cost_nanos or 0)


def spent_before(rows: Iterable[JournalRow], prices: Mapping[str, Price]) -> Amount:
    """Return what the calls of a journal took from the budget; rows of other kinds count with their tokens."""
    total = Amount()
    for row in rows:
        total += spent_by(_priced_row(row, prices) if row.kind in (KIND, FAILED) else row.usage)
    return total


def _priced_row(row: JournalRow, prices: Mapping[str, Price]) -> TokenUsage:
    price = prices.get(str(json.loads(row.request)["model"]))
    return priced(row.usage, RawAnswer.model_validate_json(row.response), price)
