"""Running the graph from a question to a sealed record: begin, resume, approve, stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot

from agents.reader import Reading
from agents.retriever import SourceHits, all_failed
from graphs.context import Context, Workshop
from graphs.ended import Ended
from graphs.opening import folder_of, made_with, open_workshop
from graphs.state import State
from graphs.synthesis import build
from juried.backends.base import Backend
from juried.errors import RunInterrupted
from juried.events import Listener
from juried.journal import check_free
from juried.records.loading import load_record
from juried.resuming import Begun, other_run
from juried.runs import set_aside
from juried.settings import Settings
from juried.sources.live import open_client
from juried.sources.registry import open_sources

__all__ = ["Ended", "run_question"]
Approver = Callable[[dict[str, object]], object]
_STEPS = 60


async def run_question(
    question: str,
    settings: Settings,
    approver: Approver,
    listeners: tuple[Listener, ...] = (),
    backend: Backend | None = None,
    *,
    begun: Begun | None = None,
) -> Ended:
    """Answer a question, going on where an earlier call on the same question and settings stopped.

    Args:
        question: The question.
        settings: The settings; `fresh` removes an earlier run first.
        approver: Called with the offer at each interrupt; returns the answer to it.
        listeners: Told of every event.
        backend: Holds every role in place of the backends that the settings name; for tests and programs.
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
        folder = await folder_of(question, settings, sources, backend)
        if begun is not None and folder.id != begun.folder.id:
            raise other_run(begun, await made_with(settings, sources))
        if folder.sealed and not settings.fresh:
            return Ended(folder, load_record(folder.record), before=True)
        if settings.fresh:
            check_free(folder.journal)
            stack.enter_context(set_aside(folder))
        shop = await open_workshop(
            folder, question, settings, sources, stack, listeners=listeners, backend=backend, client=client
        )
        saver = await stack.enter_async_context(AsyncSqliteSaver.from_conn_string(str(folder.checkpoints)))
        await _drive(build().compile(checkpointer=saver), question, shop, approver)
        return Ended(folder, load_record(folder.record), before=False)


async def _drive(
    graph: CompiledStateGraph[State, Context, State, State], question: str, shop: Workshop, approver: Approver
) -> None:
    config: RunnableConfig = {"configurable": {"thread_id": shop.folder.id}, "recursion_limit": _STEPS}
    state = await graph.aget_state(config)
    given: State | Command[str] | None = None if _is_begun(state) else State(question=question)
    start = await _start(graph, config, shop, state)
    await _refill(shop, state.values)
    while True:
        interrupts = state.interrupts if given is None else ()
        if interrupts:
            given = Command(resume=_answer(approver, interrupts[0].value))
        async for part in graph.astream(
            given, start, context=Context(workshop=shop), durability="sync", stream_mode="tasks"
        ):
            shop.events.emit("node_left" if "result" in part else "node_entered", str(part["name"]))
        state, given, start = await graph.aget_state(config), None, config
        if not state.tasks:
            return


def _is_begun(state: StateSnapshot) -> bool:
    """Whether there is something to go on with; `next` would not do, for it is empty once all of a step is done."""
    return bool(state.tasks or state.values.get("record"))


async def _refill(shop: Workshop, values: Mapping[str, Any]) -> None:
    """Give the memory of a run that goes on what was read before, should it have lost it; else nothing changes."""
    for reading in [shop.artifacts.get(key, Reading) for key in values.get("readings", [])]:
        if reading.document is not None:
            await shop.memory.add(shop.documents.get(reading.document))


async def _start(
    graph: CompiledStateGraph[State, Context, State, State],
    config: RunnableConfig,
    shop: Workshop,
    state: StateSnapshot,
) -> RunnableConfig:
    """Return from where to go on: the last checkpoint, unless something before it must be done again.

    A search that failed at every source is made again, and so is the sealing of a run whose manifest was removed.
    """
    searches = [shop.artifacts.get(key, SourceHits) for key in state.values.get("searches", [])]
    if "merge_works" in _names(state) and all_failed(searches):
        again = "search_source"
    elif not state.tasks and state.values.get("record"):
        again = "seal_record"
    else:
        return config
    async for earlier in graph.aget_state_history(config):
        if again in _names(earlier):
            return earlier.config
    return config


def _names(state: StateSnapshot) -> set[str]:
    return {task.name for task in state.tasks}


def _answer(approver: Approver, offer: dict[str, object]) -> object:
    answer = approver(offer)
    if answer is None:
        raise RunInterrupted(
            "the run waits for approval.",
            concerns=str(offer.get("step", "")),
            advice="Run the same command again and answer the question; nothing is done twice.",
        )
    return answer
