"""Asking for approval at an interrupt: shows what the run would do on stderr, reads the answer from stdin."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

_HELP = 'Enter to go on, or JSON with edits, for example {"exclude": ["..."]}. End of input stops the run.'


def approver(answers: TextIO, screen: TextIO) -> Callable[[dict[str, object]], object]:
    """Return a function that shows an offer and returns the answer to it.

    The answer is True for an empty line, an object for a line of JSON, None at the end of input.
    A line that is no JSON is asked for again.
    """

    def ask(offer: dict[str, object]) -> object:
        with _ctrl_c_at_once():
            print("\n".join(_shown(offer)), file=screen)
            return _answer(answers, screen)

    return ask


@contextmanager
def _ctrl_c_at_once() -> Iterator[None]:
    """Let Ctrl-C end the wait for an answer, which the event loop's own handler would let go on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _shown(offer: dict[str, object]) -> list[str]:
    problem, lines = offer.get("problem"), offer.get("lines", [])
    said = [f"  The last answer cannot be used: {problem}"] if problem else []
    listed = [f"  {line}" for line in lines] if isinstance(lines, list) else []
    return [f"\nApproval of the {offer['step']}:", *said, *listed]


def _answer(answers: TextIO, screen: TextIO) -> object:
    while True:
        print(_HELP, file=screen, flush=True)
        line = answers.readline()
        if not line:
            return None
        try:
            return True if line.strip().lower() in ("", "y", "yes") else json.loads(line)
        except ValueError as error:
            print(f"That is no JSON: {error}.", file=screen)
