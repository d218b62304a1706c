"""Driving the compiled graph: from its last checkpoint to its end, over the interrupts on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot

from agents.reader import Reading
from agents.retriever import SourceHits, all_failed
from graphs.context import Context, Workshop
from graphs.runner import Approver
from graphs.state import State
from graphs.synthesis import build
from juried.errors import RecordError, RunInterrupted
from juried.runs import RunFolder
from juried.sqlite import demand_whole

_STEPS = 60
_ANEW = "Run the same command with --fresh."


async def drive(folder: RunFolder, question: str, shop: Workshop, approver: Approver) -> None:
    """Run the graph to its end, going on from the folder's last checkpoint.

    Raises:
        RunInterrupted: The approver gave no answer; the run can be resumed.
        JuriedError: Something that a person must mend; see its advice.
    """
    try:
        await asyncio.to_thread(demand_whole, folder.checkpoints)
    except RecordError as error:
        raise RecordError(error.message, concerns=f"run {folder.id}", advice=_ANEW) from error
    async with AsyncSqliteSaver.from_conn_string(str(folder.checkpoints)) as saver:
        await _drive(build().compile(checkpointer=saver), question, shop, approver)


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
