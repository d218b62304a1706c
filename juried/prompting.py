"""What a backend needs of the prompts: a renderer that turns a typed task into words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, runtime_checkable

from juried.records.base import Record
from juried.tasks import Task


class RenderedPrompt(Record):
    """A prompt ready to send; equal tasks give equal prompts, to the byte.

    `name` and `version` say which prompt file it was made from, `sha256` is that file's hash.
    """

    name: str
    version: int
    sha256: str
    system: str
    user: str


_asked: ContextVar[str] = ContextVar("juried_prompt", default="")


@contextmanager
def asking(prompt: RenderedPrompt) -> Iterator[None]:
    """Say, while a call is made, which prompt it asks; see `asked_prompt`."""
    token = _asked.set(f"{prompt.name} version {prompt.version}")
    try:
        yield
    finally:
        _asked.reset(token)


def asked_prompt() -> str:
    """Return the name and version of the prompt that the call in the making asks; "" when it asks none."""
    return _asked.get()


@runtime_checkable
class Renderer(Protocol):
    """Turns tasks into prompts.

    Attributes:
        fingerprint: Changes whenever the wording of any prompt does.
    """

    fingerprint: str

    def render(self, task: Task) -> RenderedPrompt:
        """Return the prompt of a task; raises PromptError when no prompt can be made for it."""
        ...
