"""What a backend needs of the prompts: a renderer that turns a typed task into words."""

from __future__ import annotations

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
