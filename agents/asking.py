"""Asking a backend on account: each branch of a run keeps what its calls cost and what it lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from juried.backends.base import Answer, Backend, TokenUsage, sum_all, sum_known
from juried.errors import JuriedError
from juried.records.base import Record
from juried.records.run import ClaimShare, Loss, Usage
from juried.records.verdict import ReasonCode
from juried.tasks import Task, TaskOutput, role_of

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


class RoleUsage(Record):
    """What the answers of one role cost."""

    role: str
    usage: TokenUsage


class Outlay(Record):
    """What one branch cost, by role, and lost; `branch` makes it unlike the outlay of any other branch."""

    stage: str
    branch: str
    usage: tuple[RoleUsage, ...]
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
        self._usage: dict[str, TokenUsage] = {}
        self._losses: list[Loss] = []

    async def ask(self, backend: Backend, task: Task, kind: type[Output], *, instead: str = "") -> Output | None:
        """Return the task's output, or None with a loss noted; `last` holds the whole answer.

        `instead` is a sentence on what is done without the answer, which the loss ends with.
        """
        answer = await _answer(backend, task, kind)
        self.last = answer
        role = role_of(task)
        self._usage[role] = self._usage.get(role, TokenUsage()) + answer.usage
        if self._listener is not None:
            self._listener(self.stage, self.branch, answer.usage, answer.outcome)
        if isinstance(answer.output, kind):
            return answer.output
        said = (f"{backend.name}: {answer.outcome}.", answer.detail, instead)
        self.lose(self.branch or task.name, " ".join(part for part in said if part))
        return None

    def lose(self, concerns: str, detail: str) -> None:
        """Note that an item was lost, and why."""
        self._losses.append(Loss(stage=self.stage, concerns=concerns, detail=detail))

    def refuse(self, concerns: str, detail: str) -> None:
        """Note that a rule refused what a backend gave; nothing that was asked for is missing."""
        self._losses.append(Loss(stage=self.stage, concerns=concerns, detail=detail, refused=True))

    def outlay(self) -> Outlay:
        """Return what the branch cost and lost so far."""
        usage = tuple(RoleUsage(role=role, usage=spent) for role, spent in sorted(self._usage.items()) if spent.calls)
        return Outlay(stage=self.stage, branch=self.branch, usage=usage, losses=tuple(self._losses))


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


def usage_by_role(outlays: Iterable[Outlay]) -> tuple[Usage, ...]:
    """Return what each role cost at each stage, sorted by stage and role."""
    totals: dict[tuple[str, str], TokenUsage] = {}
    for outlay in outlays:
        for item in outlay.usage:
            key = (outlay.stage, item.role)
            totals[key] = totals.get(key, TokenUsage()) + item.usage
    return tuple(Usage(stage=stage, role=role, **total.model_dump()) for (stage, role), total in sorted(totals.items()))


def share_of_each(usage: Iterable[Usage], verified: int) -> ClaimShare | None:
    """Return what a run used for each of its verified claims; None when there is none."""
    rows = list(usage)
    if not verified:
        return None

    def share(total: int) -> int:
        return (2 * total + verified) // (2 * verified)

    cached, cost = sum_known(*(row.cached_tokens for row in rows)), sum_all(*(row.cost_nanos for row in rows))
    return ClaimShare(
        calls_hundredths=share(100 * sum(row.calls for row in rows)),
        prompt_tokens=share(sum(row.prompt_tokens for row in rows)),
        completion_tokens=share(sum(row.completion_tokens for row in rows)),
        cached_tokens=None if cached is None else share(cached),
        cost_nanos=None if cost is None else share(cost),
    )
