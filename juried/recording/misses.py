"""What is said when a replay asks for what was not recorded, or leaves recorded exchanges unplayed."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from juried.errors import ReplayError
from juried.events import Event
from juried.prompting import asked_prompt
from juried.recording.differences import differences, likeness
from juried.recording.exchange import Exchange, Request, parsed
from juried.recording.tape import Missed

_AGAIN = "Record the run again: juried run … --record DIR --fresh."


class MissReport:
    """Takes down the first miss of a replay.

    Args:
        pages: What was recorded, by stage.
        changes: What has changed since the recording, in a sentence; "" when nothing has.
    """

    def __init__(self, pages: Mapping[str, list[Exchange]], changes: str) -> None:
        self._pages = pages
        self._changes = changes
        self.error: ReplayError | None = None

    @property
    def advice(self) -> str:
        """What has changed, and what to do about it."""
        return f"{self._changes} {_AGAIN}".strip()

    def stop(self, event: Event) -> None:
        """Hear of an event; raises ReplayError after a miss, should a client or branch have swallowed it."""
        self.demand_none()

    def demand_none(self) -> None:
        """Raise ReplayError when something was missed."""
        if self.error is not None:
            raise self.error from None

    def missed(self, stage: str, request: Request) -> None:
        """Note a request without answer; always raises, so that the run stops."""
        prompt = asked_prompt()
        asked = f"prompt {prompt}" if prompt else f"{request.method} {request.path}"
        if self.error is None:
            self.error = ReplayError(
                f"the recording has no answer to this request. {self._closest(stage, request)}",
                concerns=f"node {stage}, {asked}",
                advice=self.advice,
            )
        raise Missed(str(self.error))

    def _closest(self, stage: str, request: Request) -> str:
        """Say where the closest recorded request differs first."""
        wanted = _compared(request)
        here = [(stage, exchange) for exchange in self._pages.get(stage, ())]
        elsewhere = [(name, exchange) for name in sorted(self._pages) for exchange in self._pages[name]]
        among = [pair for pair in here or elsewhere if pair[1].request.path == request.path] or here
        if not among:
            return f"Nothing was recorded for {request.method} {request.path}."
        name, closest = max(among, key=lambda pair: likeness(_compared(pair[1].request), wanted))
        first = next(differences(_compared(closest.request), wanted), None)
        if first is None:
            return "It was recorded fewer times than it is asked now."
        where = "" if name == stage else f" of node {name}"
        said = f" ({closest.prompt})" if closest.prompt and closest.prompt != asked_prompt() else ""
        return f"The closest recorded request{where}{said} differs at {first}."


def _compared(request: Request) -> JsonValue:
    """Return what of a request is compared; the fields of a JSON body stand at the top, as a person knows them."""
    body = parsed(request.body)
    head: dict[str, JsonValue] = {
        "method": request.method,
        "path": request.path,
        "query": [f"{name}={value}" for name, value in request.query],
    }
    return {**head, **body} if isinstance(body, dict) else {**head, "body": body}


def unplayed_message(unplayed: Mapping[str, list[Exchange]]) -> str:
    """Say which recorded exchanges a replay did not ask for."""
    total = sum(len(left) for left in unplayed.values())
    stage, first = next((stage, left[0]) for stage, left in unplayed.items())
    what = f"prompt {first.prompt}" if first.prompt else f"{first.request.method} {first.request.path}"
    rest = f" and {total - 1} more" if total > 1 else ""
    return f"recorded exchanges were not played: node {stage}, {what}{rest}."
