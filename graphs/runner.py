"""Running the graph from a question to a sealed record: begin, resume, approve, stop."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphs.ended import Ended
from graphs.opening import folder_of, made_with, open_workshop
from juried.backends.base import Backend
from juried.calibration import Calibration
from juried.events import Listener
from juried.journal import check_free
from juried.records.loading import load_record
from juried.reports.lint import EarlierReport
from juried.resuming import Begun, other_run
from juried.runs import RunFolder, set_aside
from juried.settings import Settings
from juried.sources.live import open_client
from juried.sources.registry import demand_searchable, open_sources

if TYPE_CHECKING:
    from graphs.context import Workshop
    from graphs.recording import Recorder

__all__ = ["Ended", "run_question"]
Approver = Callable[[dict[str, object]], object]


@dataclass(frozen=True)
class Given:
    """What a replay takes from its recording: its run's folder, earlier reports on the same evidence, calibration."""

    folder: RunFolder
    earlier: tuple[EarlierReport, ...]
    calibration: Calibration | None = None


async def run_question(
    question: str,
    settings: Settings,
    approver: Approver,
    listeners: tuple[Listener, ...] = (),
    backend: Backend | None = None,
    *,
    given: Given | None = None,
    begun: Begun | None = None,
) -> Ended:
    """Answer a question, going on where an earlier call on the same question and settings stopped.

    Args:
        question: The question.
        settings: The settings; `fresh` removes an earlier run first, `record` keeps what is sent and answered.
        approver: Called with the offer at each interrupt; returns the answer to it.
        listeners: Told of every event.
        backend: Holds every role in place of the backends that the settings name; for tests and programs.
        given: What is taken from a recording rather than found out; for replays.
        begun: The run to go on with; without one, the run that question and settings name is begun where absent.

    Raises:
        RunInterrupted: The approver gave no answer; the run can be resumed.
        UsageError: Question, settings, sources and code name another run than the one to go on with.
        JuriedError: Something that a person must mend; see its advice.
    """
    async with AsyncExitStack() as stack:
        settings = settings if backend is None else replace(settings, backend=backend.name)
        client = open_client(settings)
        sources = open_sources(settings, client)
        for source in sources:
            stack.push_async_callback(source.aclose)
        demand_searchable(sources)
        folder = given.folder if given else await folder_of(question, settings, sources, backend)
        if begun is not None and folder.id != begun.folder.id:
            raise other_run(begun, await made_with(settings, sources))
        recorder = _recorder(question, settings, folder, stack)
        if folder.sealed and not settings.fresh and recorder is None:
            return Ended(folder, load_record(folder.record), before=True)
        if settings.fresh:
            check_free(folder.journal)
            stack.enter_context(set_aside(folder))
        shop = await open_workshop(
            folder, question, settings, sources, stack, listeners=listeners, backend=backend, client=client,
            earlier=given.earlier if given else None, calibration=given.calibration if given else None,
        )  # fmt: skip
        ended = await _seal(shop, question, recorder.noting(approver) if recorder else approver)
        if recorder is not None:
            await recorder.finish(ended.record, int(ended.exit_code), shop.sources, shop.earlier, shop.calibration)
        return ended


async def _seal(shop: Workshop, question: str, approver: Approver) -> Ended:
    """Drive the graph until the run is sealed; one that is sealed already stays as it is."""
    if not shop.folder.sealed:
        # LangGraph takes seconds to import; until here nothing needs it.
        driving = await asyncio.to_thread(importlib.import_module, "graphs.driving")
        await driving.drive(shop.folder, question, shop, approver)
    return Ended(shop.folder, load_record(shop.folder.record), before=False)


def _recorder(question: str, settings: Settings, folder: RunFolder, stack: AsyncExitStack) -> Recorder | None:
    """Return what records the run, listening until `stack` closes; None when nothing is to be recorded."""
    if not settings.record:
        return None
    # vcrpy takes most of a second to import, which only those who record should spend.
    from graphs.recording import Recorder

    recorder = Recorder(question, settings, folder)
    stack.enter_context(recorder.listening())
    return recorder
