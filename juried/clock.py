"""The clock by which juried waits: the real one, or one on which a replay waits without losing time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class _Leap:
    """How many replays are in force, and the seconds that were slept since the first of them began."""

    depth: int = 0
    slept: float = 0.0


_leap = _Leap()


def now() -> float:
    """Return seconds on a clock that never goes back."""
    return _leap.slept if _leap.depth else time.monotonic()


async def sleep(seconds: float) -> None:
    """Wait for some seconds; on a leaping clock they pass at once."""
    if not _leap.depth:
        await asyncio.sleep(seconds)
        return
    _leap.slept += max(0.0, seconds)
    await asyncio.sleep(0)


@contextmanager
def leaping() -> Iterator[None]:
    """Let all waits of this process pass at once, as its HTTP clients are patched for the whole process too."""
    _leap.depth += 1
    try:
        yield
    finally:
        _leap.depth -= 1
        if not _leap.depth:
            _leap.slept = 0.0
