"""What a server says that its answers cost, also of answers that could not be used and were asked for again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from juried.backends.base import TokenUsage

_heard: ContextVar[list[TokenUsage] | None] = ContextVar("heard", default=None)


class Response(Protocol):
    """What is needed of an HTTP response."""

    async def aread(self) -> bytes:
        """Return the whole body."""
        ...


@contextmanager
def listening() -> Iterator[list[TokenUsage]]:
    """Give a list to which the usage of each HTTP answer within is added, in the order of arrival."""
    heard: list[TokenUsage] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


async def hear(response: Response) -> None:
    """Take down what a response says of its usage; for the hooks of an HTTP client."""
    heard = _heard.get()
    if heard is not None and (usage := reported(await response.aread())) is not None:
        heard.append(usage)


def reported(body: bytes) -> TokenUsage | None:
    """Return the usage that the JSON body of an answer states; None when it states none."""
    try:
        usage = json.loads(body)["usage"]
        prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not (isinstance(prompt, int) and isinstance(completion, int) and prompt >= 0 and completion >= 0):
        return None
    return TokenUsage(calls=1, prompt_tokens=prompt, completion_tokens=completion)


def of_lost(heard: Sequence[TokenUsage], answered: int) -> TokenUsage:
    """Return the sum over all that was heard but the last, which is the answer itself where there is one."""
    total = TokenUsage()
    for usage in heard[: max(0, len(heard) - answered)]:
        total += usage
    return total
