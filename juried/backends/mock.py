"""A scripted backend, public, for tests of anything that asks a backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

from juried.backends.base import Answer, Outcome, TokenUsage
from juried.backends.plain_answers import plain_answer
from juried.errors import BackendError
from juried.prompting import Renderer
from juried.records.base import canonical_json
from juried.tasks import Task, TaskOutput

Reply = TaskOutput | Outcome | BackendError
Script = Sequence[Reply] | Callable[[Task], Reply]


class MockBackend:
    """Answers from a script, and keeps the tasks that it was asked in `calls`.

    A reply is an output (the task is answered with it), the name of another outcome ("refused",
    "truncated", "filtered", "malformed", "failed", "unaffordable"), or a BackendError (raised, as by a
    backend that cannot be used at all). An output of another task's type is "malformed"; after the
    last reply of a list every task is "failed". Tokens are those of the prompt and of the output's
    JSON, by tiktoken.

        backend = MockBackend([SearchPlan(searchable=True), "refused"])
        backend = MockBackend(lambda task: ClaimVotes(votes=()))

    Args:
        script: Replies in the order of the calls, or a function of the task.
        renderer: Whose prompts are counted; without one, the task's JSON is.
        name: What the record calls it.
        fingerprint: Give another one when the script changes and runs must be told apart.
        concurrency: How many tasks it takes at once.
    """

    def __init__(
        self,
        script: Script = plain_answer,
        *,
        renderer: Renderer | None = None,
        name: str = "mock",
        fingerprint: str = "mock-1",
        concurrency: int = 8,
    ) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.concurrency = concurrency
        self.language_model = False
        self.calls: list[Task] = []
        self._script = script
        self._renderer = renderer

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        """Answer with the next reply of the script; raises the BackendError that stands there."""
        reply = self._reply(task, len(self.calls))
        self.calls.append(task)
        if isinstance(reply, BackendError):
            raise reply
        if isinstance(reply, TaskOutput) and isinstance(reply, task.output):
            return Answer[TaskOutput](output=reply, outcome="answered", usage=self._usage(task, canonical_json(reply)))
        usage = self._usage(task, "")
        if isinstance(reply, TaskOutput):
            detail = f"The script gives a {type(reply).__name__} for {task.name}."
            return Answer[TaskOutput](output=None, outcome="malformed", usage=usage, detail=detail)
        return Answer[TaskOutput](output=None, outcome=reply, usage=usage, detail=f"The script says: {reply}.")

    async def aclose(self) -> None:
        """Do nothing; there is nothing to give back."""

    def _reply(self, task: Task, number: int) -> Reply:
        if callable(self._script):
            reply = self._script(task)
        else:
            reply = self._script[number] if number < len(self._script) else "failed"
        if isinstance(reply, str) and (reply == "answered" or reply not in get_args(Outcome)):
            raise BackendError(
                f"the script holds {reply!r}, which is no outcome without an output.", concerns=self.name
            )
        return reply

    def _usage(self, task: Task, answer: str) -> TokenUsage:
        from juried.text.tokens import count_tokens

        if self._renderer is None:
            asked = canonical_json(task)
        else:
            prompt = self._renderer.render(task)
            asked = f"{prompt.system}\n{prompt.user}"
        return TokenUsage(calls=1, prompt_tokens=count_tokens(asked), completion_tokens=count_tokens(answer))
