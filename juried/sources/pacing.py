"""The pace of requests to each host, and the pause that all requests to a host share when it asks for one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from juried.backends.chat_errors import retry_after
from juried.errors import SourceError

Sleep = Callable[[float], Awaitable[None]]
Now = Callable[[], float]
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0


class HostPace:
    """When one host may be asked again; belongs to one event loop.

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
