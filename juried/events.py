"""Typed events of a run: what progress views listen to, and what `events.jsonl` keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from juried.errors import StorageError
from juried.records.base import Record, canonical_json

EventKind = Literal["node_entered", "node_left", "call", "vote", "verdict", "loss", "note"]


class Event(Record):
    """One thing that happened; `sequence` counts from 1 within the process, numbers are of this event alone.

    `concerns` is an id (a source, work, claim or batch), `detail` one line for people. `works` and
    `claims` are counts known at that moment, None when the event says nothing of them; tokens are of this call.
    """

    sequence: int
    kind: EventKind
    node: str
    concerns: str = ""
    detail: str = ""
    works: int | None = None
    claims: int | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_nanos: int = 0


Listener = Callable[[Event], None]


class EventLog:
    """Appends events to a file and hands each to the listeners.

    Args:
        path: The JSON-lines file; appended to, so that a resumed run keeps its history.
        listeners: Called in order with every event; they must be quick and must not raise.
    """

    def __init__(self, path: Path, listeners: tuple[Listener, ...] = ()) -> None:
        self._path = path
        self._listeners = listeners
        self._sequence = 0

    def emit(self, kind: EventKind, node: str, **values: str | int | None) -> None:
        """Record one event; `values` are fields of `Event`. Raises StorageError when it cannot be written."""
        self._sequence += 1
        event = Event.model_validate({"sequence": self._sequence, "kind": kind, "node": node, **values})
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(canonical_json(event) + "\n")
        except OSError as error:
            raise StorageError(
                f"cannot write {self._path.name}: {error.strerror or error}.",
                concerns=str(self._path.parent),
                advice="Free some space, then run the same command again.",
            ) from error
        for listener in self._listeners:
            listener(event)
