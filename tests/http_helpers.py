"""A clock that never waits and a scripted network, for tests of sources; recordings are found here too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from juried.journal import Journal
from juried.sources.http import HttpClient

RECORDINGS = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "http"
Handler = Callable[[httpx.Request], httpx.Response]


class Clock:
    """Time that passes only while someone sleeps; `waits` lists each sleep in seconds."""

    def __init__(self) -> None:
        self.time = 0.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.waits.append(seconds)


class Web:
    """A scripted network: `asked` lists the requests as sent, with the clock's time of each in `times`."""

    def __init__(self, handler: Handler, *, journal: Journal | None = None, contact: str = "me@example.org") -> None:
        self.clock = Clock()
        self.asked: list[httpx.Request] = []
        self.times: list[float] = []
        self._handler = handler
        self.client = HttpClient(
            contact=contact,
            journal=journal,
            transport=httpx.MockTransport(self._answer),
            sleep=self.clock.sleep,
            now=self.clock.now,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        self.times.append(self.clock.time)
        return self._handler(request)


def script(*answers: httpx.Response | Exception) -> Handler:
    """Answer one after the other, the last one for good; an exception is raised."""
    left = list(answers)

    def handler(request: httpx.Request) -> httpx.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    return handler


def recordings(folder: str) -> Path:
    """Return a folder of recordings, or skip the test with the reason."""
    path = RECORDINGS / folder
    if not path.is_dir():
        pytest.skip(f"the recordings of {folder} are not at hand")
    return path
