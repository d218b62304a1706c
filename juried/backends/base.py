"""The protocol that every backend meets, and the answer that it gives."""

from __future__ import annotations

from typing import Generic, Literal, Protocol, TypeVar, runtime_checkable

from juried.records.base import Record
from juried.tasks import Task, TaskOutput

Outcome = Literal["answered", "refused", "truncated", "filtered", "malformed", "failed", "unaffordable"]
Output = TypeVar("Output", bound=TaskOutput)


class TokenUsage(Record):
    """Tokens and calls that an answer cost, summed over repairs and retries that were answered.

    `cached_tokens` are those prompt tokens that the server had in its cache, None where it says nothing of them;
    `cost_nanos` is in nano-dollars, None where no price was given.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int | None = None
    cost_nanos: int | None = None

    def __add__(self, other: TokenUsage) -> TokenUsage:
        if not (self.calls and other.calls):
            return self if self.calls else other
        return TokenUsage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cached_tokens=sum_known(self.cached_tokens, other.cached_tokens),
            cost_nanos=sum_all(self.cost_nanos, other.cost_nanos),
        )


def sum_known(*values: int | None) -> int | None:
    """Return the sum of the values that are known; None when none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def sum_all(*values: int | None) -> int | None:
    """Return the sum of the values; None when one is not known, for the sum is not either."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


class Answer(Record, Generic[Output]):
    """What a backend gives for one task: `output` is set exactly when `outcome` is "answered".

    `detail` is one sentence for people, and says what was refused or went wrong.
    """

    output: Output | None
    outcome: Outcome
    usage: TokenUsage = TokenUsage()
    detail: str = ""


@runtime_checkable
class Backend(Protocol):
    """Anything that answers tasks.

    Attributes:
        name: What the record calls it, for example `embedded` or `openai:gpt-5-mini`.
        concurrency: How many tasks it takes at once, at least 1.
        language_model: Whether a language model takes part in its answers.
    """

    name: str
    concurrency: int
    language_model: bool

    @property
    def fingerprint(self) -> str:
        """A text that changes whenever the same task might be answered otherwise."""
        ...

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        """Answer one task; an output has exactly the task's `output` type. Never raises for one bad answer."""
        ...

    async def aclose(self) -> None:
        """Give back clients and sessions; calling it twice does no harm."""
        ...
