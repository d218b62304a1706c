"""Running the graph from a question to a sealed record: begin, resume, approve, stop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from graphs.context import Context, Workshop
from graphs.opening import folder_of, open_workshop
from graphs.state import State
from graphs.synthesis import build
from juried.backends.base import Backend
from juried.errors import ExitCode, RunInterrupted
from juried.events import Listener
from juried.journal import check_free
from juried.records.loading import load_record
from juried.records.run import RunRecord
from juried.runs import RunFolder, set_aside
from juried.settings import Settings
from juried.sources.live import open_client
from juried.sources.registry import demand_searchable, open_sources

Approver = Callable[[dict[str, object]], object]
_STEPS = 60
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
        demand_searchable(sources)
        folder = await folder_of(question, settings, sources, backend)
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
