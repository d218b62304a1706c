"""The budget of a run in tokens and in money: no call begins that might pass it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from juried.prices import NANOS, dollars


@dataclass(frozen=True)
class Amount:
    """Tokens, prompts and answers together, and what they cost in nano-dollars."""

    tokens: int = 0
    nanos: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.tokens + other.tokens, self.nanos + other.nanos)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.tokens - other.tokens, self.nanos - other.nanos)


class Budget:
    """What may be spent, shared by all backends of a run.

    Args:
        max_tokens: Tokens at most; 0 is no limit.
        max_nanos: Nano-dollars at most; 0 is no limit.
        spent: What the run has spent before, as its journal says.
    """

    def __init__(self, max_tokens: int = 0, max_nanos: int = 0, spent: Amount | None = None) -> None:
        self.limit = Amount(max_tokens, max_nanos)
        self.spent = spent or Amount()
        self._held = Amount()
        self._waiting: list[asyncio.Future[None]] = []

    async def reserve(self, wanted: Amount) -> bool:
        """Set an amount aside for one call; False when it cannot be afforded.

        While calls are in flight that may leave enough, it waits for them, so that what is refused
        does not depend on how many calls run at once.
        """
        while not self._holds(self.spent + self._held + wanted):
            if not self._holds(self.spent + wanted) or self._held == Amount():
                return False
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await waiter
        self._held += wanted
        return True

    def settle(self, reserved: Amount, used: Amount) -> None:
        """Count what a call used and give back what was set aside for it."""
        self._held -= reserved
        self.spent += used
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done() and not waiter.get_loop().is_closed():
                waiter.set_result(None)

    def refusal(self, wanted: Amount) -> str:
        """Return the sentence for a call that cannot be afforded; it names the option that sets the limit."""
        if self.limit.tokens and self.spent.tokens + wanted.tokens > self.limit.tokens:
            return f"The call may take {wanted.tokens} tokens, more than --max-tokens {self.limit.tokens} leaves."
        limit = f"{self.limit.nanos / NANOS:.6f}".rstrip("0").rstrip(".")
        return f"The call may cost {dollars(wanted.nanos)}, more than --max-usd {limit} leaves."

    def _holds(self, total: Amount) -> bool:
        tokens, nanos = self.limit.tokens, self.limit.nanos
        return (not tokens or total.tokens <= tokens) and (not nanos or total.nanos <= nanos)
