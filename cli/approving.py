"""Asking for approval at an interrupt: shows what the run would do on stderr, reads the answer from stdin."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import TextIO

_HELP = 'Enter to go on, or JSON with edits, for example {"exclude": ["..."]}. End of input stops the run.'


def approver(answers: TextIO, screen: TextIO) -> Callable[[dict[str, object]], object]:
    """Return a function that shows an offer and returns the answer to it.

    The answer is True for an empty line, an object for a line of JSON, None at the end of input.
    A line that is no JSON is asked for again.
    """

    def ask(offer: dict[str, object]) -> object:
        print(f"\nApproval of the {offer['step']}:", file=screen)
        if offer.get("problem"):
            print(f"  The last answer cannot be used: {offer['problem']}", file=screen)
        for line in _lines(offer):
            print(f"  {line}", file=screen)
        while True:
            print(_HELP, file=screen, flush=True)
            line = _next_line(answers)
            if not line:
                return None
            try:
                return json.loads(line) if line.strip() else True
            except ValueError as error:
                print(f"That is no JSON: {error}.", file=screen)

    return ask


def _next_line(answers: TextIO) -> str:
    """Read a line; Ctrl-C ends the wait at once, where the event loop's own handler would let it go on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return answers.readline()
    finally:
        signal.signal(signal.SIGINT, before)


def _lines(offer: dict[str, object]) -> list[str]:
    lines = offer.get("lines", [])
    return [str(line) for line in lines] if isinstance(lines, list) else []
