"""The way in which a model is asked: the form of its answer and the parameters, less what it was found not to take.

The forms are four rungs: a JSON schema, a tool call, a JSON object whose schema stands in the prompt, and JSON in
plain text. What is not taken is kept in the journal as an answer is, so that it is found out once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from juried.backends.chat_answers import RawAnswer
from juried.backends.chat_config import RUNGS, Rung
from juried.backends.chat_errors import Failure, to_leave_out
from juried.journal import JournalRow

NOT_TAKEN = "juried:not-taken"
BAD_OUTPUT = "juried:bad-output"


@dataclass(frozen=True)
class Way:
    """A form of answer, and the parameters that are left out."""

    rung: Rung = RUNGS[0]
    without: frozenset[str] = frozenset()


class Ladder:
    """The way that works, as far as it is known; `proven` says whether any call has brought an answer."""

    def __init__(self) -> None:
        self.way = Way()
        self.proven = False
        self._remembered = False

    def prove(self, way: Way) -> None:
        """Keep to a way that was found to work."""
        self.way, self.proven = way, True

    def remember(self, way: Way | None) -> bool:
        """Begin where an earlier process left off, once and before any call; returns whether that changes the way."""
        if self._remembered or self.proven or way is None:
            return False
        self._remembered = True
        changed, self.way = way != self.way, way
        return changed

    def step_down(self, parameter: str, way: Way) -> None:
        """Leave out a parameter that was not taken, or without one go from the rung that was asked to the next."""
        if parameter:
            self.way = replace(self.way, without=self.way.without | {parameter})
        elif self.way.rung == way.rung:
            self.way = replace(self.way, rung=RUNGS[RUNGS.index(way.rung) + 1])

    def ask_in_words(self) -> None:
        """Keep to plain text, for the model ignores the form."""
        self.way = replace(self.way, rung="text")

    def made_of(self, failure: Failure, way: Way) -> RawAnswer | None:
        """Return the answer that stands for a failure which another way may mend; None when the call has failed."""
        parameter = to_leave_out(failure.parameter, way.without)
        if parameter and parameter not in way.without:
            return RawAnswer(finish=NOT_TAKEN, text=parameter)
        if failure.kind == "bad_output":
            self.proven = True
            return RawAnswer(finish=BAD_OUTPUT, text=failure.detail)
        refused_form = failure.kind == "unsupported_form" or (failure.kind == "rejected" and not self.proven)
        return RawAnswer(finish=NOT_TAKEN) if refused_form and way.rung != RUNGS[-1] else None


def ways_of(rows: Iterable[JournalRow], model: str, server: str) -> tuple[Way, ...]:
    """Return the ways in which a model on a server has answered, the one that answered last at the end."""
    ways: dict[Way, None] = {}
    for row in rows:
        request = json.loads(row.request)
        if request["model"] == model and request["server"] == server and not is_not_taken(row):
            way = Way(request["form"], frozenset(request["without"]))
            ways.pop(way, None)
            ways[way] = None
    return tuple(ways)


def is_not_taken(row: JournalRow) -> bool:
    """Whether a row says that a form or parameter was not taken."""
    return RawAnswer.model_validate_json(row.response).finish == NOT_TAKEN
