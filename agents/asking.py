"""Asking a backend on account: each branch of a run keeps what its calls cost and what it lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from juried.backends.base import Answer, Backend, TokenUsage
from juried.errors import JuriedError
from juried.records.base import Record
from juried.records.run import Loss, Usage
from juried.records.verdict import ReasonCode
from juried.tasks import Task, TaskOutput

Output = TypeVar("Output", bound=TaskOutput)
Listener = Callable[[str, str, TokenUsage, str], None]

LOSS_CODES: dict[str, ReasonCode] = {
    "refused": "backend_refused",
    "filtered": "backend_refused",
    "truncated": "backend_failed",
    "malformed": "backend_failed",
    "failed": "backend_failed",
    "unaffordable": "budget_exhausted",
}


class Outlay(Record):
    """What one branch cost and lost; `branch` makes it unlike the outlay of any other branch."""

    stage: str
    branch: str
    usage: TokenUsage
    losses: tuple[Loss, ...]


class Account:
    """The account of one branch.

    Args:
        stage: The node that asks.
        branch: What this branch is about (a source, a work, a reviewer and batch).
        listener: Called with stage, branch, usage and outcome after each call.
    """

    def __init__(self, stage: str, branch: str = "", listener: Listener | None = None) -> None:
        self.stage = stage
        self.branch = branch
        self.last: Answer[TaskOutput] | None = None
        self._listener = listener
        self._usage = TokenUsage()
        self._losses: list[Loss] = []

    async def ask(self, backend: Backend, task: Task, kind: type[Output]) -> Output | None:
        """Return the task's output, or None with a loss noted; `last` holds the whole answer."""
        answer = await _answer(backend, task, kind)
        self.last = answer
        self._usage = add_usage(self._usage, answer.usage)
        if self._listener is not None:
            self._listener(self.stage, self.branch, answer.usage, answer.outcome)
        if isinstance(answer.output, kind):
            return answer.output
        self.lose(self.branch or task.name, f"{backend.name}: {answer.outcome}. {answer.detail}".strip())
        return None

    def lose(self, concerns: str, detail: str) -> None:
        """Note that an item was lost, and why."""
        self._losses.append(Loss(stage=self.stage, concerns=concerns, detail=detail))

    def outlay(self) -> Outlay:
        """Return what the branch cost and lost so far."""
        return Outlay(stage=self.stage, branch=self.branch, usage=self._usage, losses=tuple(self._losses))


async def _answer(backend: Backend, task: Task, kind: type[Output]) -> Answer[TaskOutput]:
    """Return the backend's answer; an output of another type is malformed, and a plug-in's own exception is a failure.

    Raises:
        JuriedError: The backend cannot be used at all.
    """
    try:
        answer = await backend.answer(task)
    except JuriedError:
        raise
    except Exception as error:
        return Answer[TaskOutput](output=None, outcome="failed", detail=f"It raised {type(error).__name__}: {error}.")
    if answer.outcome != "answered" or isinstance(answer.output, kind):
        return answer
    detail = f"It gave a {type(answer.output).__name__} for {task.name}."
    return Answer[TaskOutput](output=None, outcome="malformed", usage=answer.usage, detail=detail)


def add_usage(first: TokenUsage, second: TokenUsage) -> TokenUsage:
    """Return the sum of two usages."""
    return TokenUsage(
        calls=first.calls + second.calls,
        prompt_tokens=first.prompt_tokens + second.prompt_tokens,
        completion_tokens=first.completion_tokens + second.completion_tokens,
    )


def usage_by_stage(outlays: tuple[Outlay, ...]) -> tuple[Usage, ...]:
    """Return calls and tokens summed over each stage, sorted by stage."""
    totals: dict[str, TokenUsage] = {}
    for outlay in outlays:
        totals[outlay.stage] = add_usage(totals.get(outlay.stage, TokenUsage()), outlay.usage)
    return tuple(
        Usage(
            stage=stage,
            calls=total.calls,
            prompt_tokens=total.prompt_tokens,
            completion_tokens=total.completion_tokens,
        )
        for stage, total in sorted(totals.items())
        if total.calls
    )
