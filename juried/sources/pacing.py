"""The pace of requests to each host, and the pause that all requests to a host share when it asks for one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from juried.backends.chat_errors import retry_after
from juried.errors import SourceError

if TYPE_CHECKING:
    from tenacity import RetryCallState

Sleep = Callable[[float], Awaitable[None]]
Now = Callable[[], float]
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0
MAX_SLOWDOWNS = 20


class SlowDown(SourceError):
    """A host asked for fewer requests; its pause is noted, and the request may be sent again after it."""


class HostPace:
    """When one host may be asked again; belongs to one event loop.

    Attributes:
        is_down: Whether the last request was given up, so that the next ones are tried once only.

    Args:
        host: Its name, for error messages.
        sleep: Waits for some seconds.
        now: A clock in seconds that never goes back.
    """

    def __init__(self, host: str, sleep: Sleep, now: Now) -> None:
        self._host = host
        self._sleep = sleep
        self._now = now
        self._interval = 0.0
        self._next_start = float("-inf")
        self._paused_until = float("-inf")
        self._slowdowns = 0
        self.is_down = False

    async def take_turn(self, interval_s: float, patience_s: float) -> float:
        """Wait until a request may start; starts are `interval_s` apart, the longest that was ever asked for.

        Returns:
            The seconds spent in a pause that the host asked for.

        Raises:
            SourceError: The host's pause lasts longer than `patience_s`.
        """
        self._interval = max(self._interval, interval_s)
        moment = began = self._now()
        while (ready := max(self._next_start, self._paused_until)) > moment:
            if self._paused_until - began > patience_s:
                raise self.rate_limited(self._paused_until - moment)
            await self._sleep(ready - moment)
            moment = max(self._now(), ready)
        self._next_start = moment + self._interval
        return max(0.0, min(moment, self._paused_until) - began)

    def pause(self, asked_s: float | None) -> None:
        """Let all requests to this host wait; without a time from the host the wait doubles for each in a row."""
        moment = self._now()
        if asked_s is not None:
            self._paused_until = max(self._paused_until, moment + asked_s)
        elif moment >= self._paused_until:
            self._paused_until = moment + min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0**self._slowdowns)
            self._slowdowns += 1

    def answered(self) -> None:
        """Note an answer, so that the next pause without a time from the host starts short again."""
        self._slowdowns = 0

    def rate_limited(self, wait_s: float) -> SourceError:
        """Return the error for a host that asks for more patience than there is."""
        return SourceError(
            f"{self._host} asks for fewer requests.",
            advice=f"Run the same command again in {max(1, round(wait_s))} s, or leave this source out of --sources.",
            retryable=True,
            status="rate_limited",
        )


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a host's Retry-After asks for (0 or more), or None without a usable one.

    A date is read against the answer's own Date, so that a wrong clock here does no harm.
    """
    try:
        moment = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        moment = datetime.now(UTC)
    return retry_after(headers, moment if moment.tzinfo else moment.replace(tzinfo=UTC))


class Patience:
    """How long one request is tried: failures in passing are counted, pauses that a host asks for are timed.

    Args:
        retries: How often it is sent again after failures in passing.
        patience_s: How long the pauses may last, in all.
    """

    def __init__(self, retries: int, patience_s: float) -> None:
        self._retries = retries
        self._left_s = patience_s
        self._failures = 0
        self._slowdowns = 0
        self._over = False

    async def take_turn(self, pace: HostPace, interval_s: float) -> None:
        """Wait for the host's turn; raises SourceError when its pause outlasts the patience."""
        try:
            self._left_s -= await pace.take_turn(interval_s, self._left_s)
        except SourceError:
            self._over = True
            raise

    def is_over(self, state: RetryCallState) -> bool:
        """Say whether to give up."""
        if self._over:
            return True
        if isinstance(state.outcome and state.outcome.exception(), SlowDown):
            self._slowdowns += 1
            return self._slowdowns > MAX_SLOWDOWNS
        self._failures += 1
        return self._failures > self._retries

    def wait(self, state: RetryCallState) -> float:
        """Return the seconds before the next try; pauses that a host asks for are waited out by its pace."""
        if isinstance(state.outcome and state.outcome.exception(), SlowDown):
            return 0.0
        # tenacity asks for the wait before it asks whether to stop, where the failure is counted.
        return float(min(30.0, 2.0**self._failures))


def passing(message: str, status: str) -> SourceError:
    """Return the error for a failure that may pass; `message` has no full stop, `status` is for the ledger."""
    advice = "Try again later, or leave this source out of --sources."
    return SourceError(f"{message}.", advice=advice, retryable=True, status=status)
