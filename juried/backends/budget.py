"""The token budget of a run: no call begins that might pass it."""

from __future__ import annotations

import asyncio


class TokenBudget:
    """Tokens that may be spent, shared by all backends of a run.

    Args:
        limit: Tokens at most, prompts and answers together; 0 is no limit.
        spent: Tokens that the run has spent before, as its journal says.
    """

    def __init__(self, limit: int = 0, spent: int = 0) -> None:
        self.limit = limit
        self.spent = spent
        self._held = 0
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def left(self) -> int:
        """Tokens that are neither spent nor set aside for a call in flight; never below 0."""
        return max(0, self.limit - self.spent - self._held)

    async def reserve(self, tokens: int) -> bool:
        """Set tokens aside for one call; False when they cannot be afforded.

        While calls are in flight that may leave enough, it waits for them, so that what is refused
        does not depend on how many calls run at once.
        """
        while self.limit and tokens > self.left:
            if self.spent + tokens > self.limit or not self._held:
                return False
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await waiter
        self._held += tokens
        return True

    def settle(self, reserved: int, used: int) -> None:
        """Count what a call used and give back what was set aside for it."""
        self._held -= reserved
        self.spent += used
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done() and not waiter.get_loop().is_closed():
                waiter.set_result(None)
