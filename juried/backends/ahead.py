"""A backend that was asked one task ahead of time, so that what is slow to load may load meanwhile."""

from __future__ import annotations

import asyncio
import contextlib

from juried.backends.base import Answer, Backend
from juried.tasks import Task, TaskOutput


class AskedAhead:
    """Stands for a backend and gives the answer to the one task that it was asked ahead, once, when that task comes.

    Whatever else it is asked goes to the backend as it comes. Make it within the running event loop.

    Args:
        backend: Who answers.
        task: What it is asked at once.
    """

    def __init__(self, backend: Backend, task: Task) -> None:
        self._backend = backend
        self._task = task
        self._early: asyncio.Task[Answer[TaskOutput]] | None = asyncio.create_task(backend.answer(task))
        self.name = backend.name
        self.concurrency = backend.concurrency
        self.language_model = backend.language_model

    @property
    def fingerprint(self) -> str:
        """The backend's own."""
        return self._backend.fingerprint

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        """Answer one task; raises what the backend raises, also what it raised ahead."""
        if self._early is not None and task == self._task:
            early, self._early = self._early, None
            return await early
        return await self._backend.answer(task)

    async def sent(self) -> None:
        """Wait until the request is on its way or answered, as far as the backend can tell."""
        waiting = getattr(self._backend, "first_request_sent", None)
        if self._early is None or waiting is None:
            return
        sent = asyncio.ensure_future(waiting())
        await asyncio.wait({self._early, sent}, return_when=asyncio.FIRST_COMPLETED)
        sent.cancel()

    async def aclose(self) -> None:
        """Give up an answer that nobody came for; the backend itself is closed by who opened it."""
        early, self._early = self._early, None
        if early is not None:
            early.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await early
