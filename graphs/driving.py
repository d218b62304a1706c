"""Driving the compiled graph: from its last checkpoint to its end, over the interrupts on the way."""

from __future__ import annotations

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from graphs.context import Context, Workshop
from graphs.runner import Approver
from graphs.state import State
from graphs.synthesis import build
from juried.errors import RunInterrupted
from juried.runs import RunFolder

_STEPS = 60


async def drive(folder: RunFolder, question: str, shop: Workshop, approver: Approver) -> None:
    """Run the graph to its end, going on from the folder's last checkpoint.

    Raises:
        RunInterrupted: The approver gave no answer; the run can be resumed.
        JuriedError: Something that a person must mend; see its advice.
    """
    async with AsyncSqliteSaver.from_conn_string(str(folder.checkpoints)) as saver:
        await _drive(build().compile(checkpointer=saver), question, shop, approver)


async def _drive(
    graph: CompiledStateGraph[State, Context, State, State], question: str, shop: Workshop, approver: Approver
) -> None:
    config: RunnableConfig = {"configurable": {"thread_id": shop.folder.id}, "recursion_limit": _STEPS}
    state = await graph.aget_state(config)
    given: State | Command[str] | None = None if state.next else State(question=question)
    while True:
        interrupts = state.interrupts if given is None else ()
        if interrupts:
            given = Command(resume=_answer(approver, interrupts[0].value))
        async for part in graph.astream(
            given, config, context=Context(workshop=shop), durability="sync", stream_mode="tasks"
        ):
            shop.events.emit("node_left" if "result" in part else "node_entered", str(part["name"]))
        state, given = await graph.aget_state(config), None
        if not state.next:
            return


def _answer(approver: Approver, offer: dict[str, object]) -> object:
    answer = approver(offer)
    if answer is None:
        raise RunInterrupted(
            "the run waits for approval.",
            concerns=str(offer.get("step", "")),
            advice="Run the same command again and answer the question; nothing is done twice.",
        )
    return answer
