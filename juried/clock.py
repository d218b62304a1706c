"""The clock by which juried waits: the real one, or one on which a replay waits without losing time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class _Leap:
    """A clock that passes only while someone sleeps; `seconds` is what was slept so far."""

    seconds: float = 0.0


_leap: ContextVar[_Leap | None] = ContextVar("juried_clock", default=None)


def now() -> float:
    """Return seconds on a clock that never goes back."""
    leap = _leap.get()
    return time.monotonic() if leap is None else leap.seconds


async def sleep(seconds: float) -> None:
    """Wait for some seconds; on a leaping clock they pass at once."""
    leap = _leap.get()
    if leap is None:
        await asyncio.sleep(seconds)
        return
    leap.seconds += max(0.0, seconds)
    await asyncio.sleep(0)


@contextmanager
def leaping() -> Iterator[None]:
    """Let all waits in this context, and in the tasks begun in it, pass at once."""
    token = _leap.set(_Leap())
    try:
        yield
    finally:
        _leap.reset(token)
