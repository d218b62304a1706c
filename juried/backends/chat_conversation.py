"""One task asked of a chat model: the messages of its calls, the repair, and what it cost."""

from __future__ import annotations

import json

from juried.backends.base import Answer, TokenUsage
from juried.backends.budget import Amount, Budget
from juried.backends.chat_answers import RawAnswer, Reading, read_answer
from juried.backends.chat_config import IN_WORDS, Messages, Rung
from juried.backends.task_rules import gaps, without_strays
from juried.backends.wire_schema import Schema, wire_schema
from juried.prompting import Renderer
from juried.tasks import Task, TaskOutput


class Conversation:
    """One task in the making: its prompt, the repair that was asked for, and what it cost so far."""

    def __init__(self, renderer: Renderer, task: Task) -> None:
        self.task = task
        self.schema = wire_schema(task.output)
        self.exchanged = 0
        self.wanted = Amount()
        self.rung: Rung | None = None
        self.prompt = renderer.render(task)
        self._repair: tuple[str, str] | None = None
        self._usage = TokenUsage()
        self._last = RawAnswer()

    def messages(self, rung: Rung) -> Messages:
        """Return the messages of the next call; the prompt comes first and never changes, for prefix caches."""
        form = _form(self.schema)
        user = f"{self.prompt.user}\n\n{form}" if rung in IN_WORDS else self.prompt.user
        begin: Messages = (("system", self.prompt.system), ("human", user))
        if self._repair is None:
            return begin
        given, fault = self._repair
        request = f"That answer cannot be used. {fault} Give the whole answer again.\n\n{form}"
        return (*begin, *((("ai", given),) if given else ()), ("human", request))

    def read(self, raw: RawAnswer) -> Reading[TaskOutput]:
        """Say what a raw answer means for this task, less what the task did not ask for."""
        self.exchanged += 1
        self._last = raw
        reading = read_answer(raw, self.task.output)
        if reading.output is None:
            return reading
        return reading.model_copy(update={"output": without_strays(self.task, reading.output)})

    def without_form(self, detail: str) -> Reading[TaskOutput]:
        """Take down that the server itself could not use the model's answer; the repair is asked for in words alone."""
        self.exchanged += 1
        self.rung = "text"
        return Reading(outcome="malformed", detail=detail, held_json=True)

    def faults(self, reading: Reading[TaskOutput]) -> tuple[str, ...]:
        """Return what the task asked for and the answer lacks."""
        return gaps(self.task, reading.output) if reading.output is not None else ()

    def ask_for_repair(self, reading: Reading[TaskOutput]) -> None:
        """Make the next call ask for the whole answer again, naming what was wrong with the last one."""
        fault = reading.detail or " ".join(self.faults(reading)[:20])
        self._repair = ((self._last.arguments or self._last.text)[:20_000], fault)

    def spend(self, usage: TokenUsage) -> None:
        """Add what one call cost."""
        self._usage += usage

    def unaffordable(self, budget: Budget) -> Reading[TaskOutput]:
        """Return the reading for a call that the budget does not allow."""
        return Reading(outcome="unaffordable", detail=budget.refusal(self.wanted))

    def answer(self, reading: Reading[TaskOutput]) -> Answer[TaskOutput]:
        """Return the answer with all that it cost; what it lacks is named in its detail."""
        detail = reading.detail or " ".join(self.faults(reading)[:5])
        return Answer[TaskOutput](output=reading.output, outcome=reading.outcome, usage=self._usage, detail=detail)


def better(conversation: Conversation, second: Reading[TaskOutput], first: Reading[TaskOutput]) -> bool:
    """Whether the repaired answer is to be taken: always, unless the first one was usable and lacks less."""
    if first.outcome != "answered":
        return True
    return second.outcome == "answered" and len(conversation.faults(second)) <= len(conversation.faults(first))


def _form(schema: Schema) -> str:
    text = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return f"Answer with one JSON object and nothing else. It must meet this JSON schema: {text}"
