"""Money: prices of chat models as the settings give them, and amounts in whole nano-dollars (10⁻⁹ US dollars)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from juried.errors import UsageError

NANOS = 10**9
_FINEST = Decimal("0.000001")
_MOST = Decimal(1_000_000)
_FORM = "Give MODEL=IN/OUT or MODEL=IN/OUT/CACHED in US dollars per million tokens, as in openai:NAME=0.25/2/0.025."


@dataclass(frozen=True)
class Price:
    """What a model's tokens cost, in pico-dollars a token, which is a millionth of a dollar per million tokens.

    `cached` is the price of prompt tokens that the server had in its cache; without one they cost as others do.
    """

    prompt: int
    completion: int
    cached: int

    def cost(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> int:
        """Return what one call costs in nano-dollars, rounded up; `cached_tokens` are among the prompt tokens."""
        cached = min(cached_tokens, prompt_tokens)
        picos = (prompt_tokens - cached) * self.prompt + cached * self.cached + completion_tokens * self.completion
        return -(-picos // 1000)


def parse_prices(entries: Sequence[str]) -> dict[str, Price]:
    """Return the prices by model, as backends name it (`PROVIDER:NAME`); the last one of a model counts.

    Args:
        entries: MODEL=IN/OUT[/CACHED] in US dollars per million tokens; a model without provider is `openai:`.

    Raises:
        UsageError: An entry has another form; the advice says which form it needs.
    """
    return dict(_parse_price(entry) for entry in entries)


def _parse_price(entry: str) -> tuple[str, Price]:
    model, equals, text = (part.strip() for part in entry.rpartition("="))
    parts = [_per_token(part) for part in text.split("/")]
    amounts = [part for part in parts if part is not None]
    if not (model and equals) or len(amounts) != len(parts) or len(parts) not in (2, 3):
        raise UsageError(f"--prices does not understand {entry!r}.", advice=_FORM)
    prompt, completion, *cached = amounts
    return full_name(model), Price(prompt, completion, cached[0] if cached else prompt)


def full_name(model: str) -> str:
    """Return a model's name with its provider, which is `openai` where none is given."""
    return model if ":" in model else f"openai:{model}"


def parse_usd(text: str) -> int:
    """Return the nano-dollars of `--max-usd`; 0 for "" and "0", which are no limit. Raises UsageError."""
    picos = _per_token(text.strip() or "0")
    if picos is None:
        raise UsageError(
            f"--max-usd needs an amount in US dollars, not {text!r}.", advice="Give it as --max-usd 2.50, at least 0."
        )
    return picos * 1000


def _per_token(text: str) -> int | None:
    """Return the millionths of an amount of dollars, None when it is no amount of at most six decimals."""
    try:
        amount = Decimal(text.strip()) if text.strip().isascii() else Decimal("NaN")
        whole = amount / _FINEST
        return int(whole) if 0 <= amount <= _MOST and whole == whole.to_integral_value() else None
    except InvalidOperation:
        return None


def dollars(nanos: int) -> str:
    """Return an amount for people: four decimals from one cent on, six below; nothing is shown as free that is not."""
    amount = Decimal(nanos) / NANOS
    shown = f"{amount:.4f}" if nanos >= NANOS // 100 or not nanos else f"{amount:.6f}"
    return "under 0.000001 USD" if nanos and not Decimal(shown) else f"{shown} USD"
