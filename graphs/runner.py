"""Running the graph from a question to a sealed record: begin, resume, approve, stop."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from graphs.opening import folder_of, open_workshop
from juried.backends.base import Backend
from juried.errors import ExitCode
from juried.events import Listener
from juried.journal import check_free
from juried.records.loading import load_record
from juried.records.run import RunRecord
from juried.runs import RunFolder, set_aside
from juried.settings import Settings
from juried.sources.live import open_client
from juried.sources.registry import open_sources

Approver = Callable[[dict[str, object]], object]
_ANSWER_NEEDS = frozenset({"screen_works", "extract_claims", "review_claims", "write_report"})


@dataclass(frozen=True)
class Ended:
    """A run that is sealed: its folder, its record, and whether it was sealed before this call."""

    folder: RunFolder
    record: RunRecord
    before: bool

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that the record stands for; without an answer for want of what was lost it is "degraded"."""
        losses = {loss.stage for loss in self.record.losses}
        if self.record.draft.answer == "not_answered" and not losses & _ANSWER_NEEDS:
            return ExitCode.NO_EVIDENCE
        return ExitCode.DEGRADED if losses else ExitCode.SEALED


async def run_question(
    question: str,
    settings: Settings,
    approver: Approver,
    listeners: tuple[Listener, ...] = (),
    backend: Backend | None = None,
) -> Ended:
    """Answer a question, going on where an earlier call on the same question and settings stopped.

    Args:
        question: The question.
        settings: The settings; `fresh` removes an earlier run first.
        approver: Called with the offer at each interrupt; returns the answer to it.
        listeners: Told of every event.
        backend: Holds every role in place of the backends that the settings name; for tests and programs.

    Raises:
        RunInterrupted: The approver gave no answer; the run can be resumed.
        JuriedError: Something that a person must mend; see its advice.
    """
    async with AsyncExitStack() as stack:
        settings = settings if backend is None else replace(settings, backend=backend.name)
        client = open_client(settings)
        sources = open_sources(settings, client)
        for source in sources:
            stack.push_async_callback(source.aclose)
        folder = await folder_of(question, settings, sources, backend)
        if folder.sealed and not settings.fresh:
            return Ended(folder, load_record(folder.record), before=True)
        if settings.fresh:
            check_free(folder.journal)
            stack.enter_context(set_aside(folder))
        shop = await open_workshop(
            folder, question, settings, sources, stack, listeners=listeners, backend=backend, client=client
        )
        # LangGraph takes seconds to import; until here nothing needs it.
        driving = await asyncio.to_thread(importlib.import_module, "graphs.driving")
        await driving.drive(folder, question, shop, approver)
        return Ended(folder, load_record(folder.record), before=False)
