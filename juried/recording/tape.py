"""What stands between the HTTP clients and the network while a run is recorded or replayed.

vcrpy patches the clients of the whole process with one cassette. The tape is that cassette: it sends each
request to the pages of the stage (graph node) that makes it, wherever the branches of a run stand at the
moment, and finds a recorded request by its key rather than by comparing it with every other.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypedDict

import httpx
from vcr.cassette import Cassette  # type: ignore[import-untyped]
from vcr.patch import CassettePatcherBuilder  # type: ignore[import-untyped]
from vcr.request import Request as VcrRequest  # type: ignore[import-untyped]

from juried.prompting import asked_prompt
from juried.recording.exchange import Answer, Exchange, Request
from juried.recording.scrubbing import Scrubber

Stage = Callable[[], str]
Keep = Callable[[str, Exchange], None]
OPENING = "opening"
NO_ANSWER = 0


class VcrAnswer(TypedDict):
    """An answer as vcrpy hands it on."""

    status: dict[str, Any]
    headers: dict[str, list[str]]
    body: dict[str, bytes]


class Missed(BaseException):
    """A replayed request was not recorded.

    Clients take any Exception for a failure of the network, to be tried again or kept as a loss; this one passes.
    """


@dataclass
class Pages:
    """The exchanges of one stage in order, which of them were played, and where each key occurs."""

    exchanges: list[Exchange] = field(default_factory=list)
    played: set[int] = field(default_factory=set)
    by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, exchange: Exchange) -> None:
        """Add an exchange at the end."""
        self.by_key[exchange.request.key].append(len(self.exchanges))
        self.exchanges.append(exchange)

    def find(self, request: Request) -> int | None:
        """Return the first unplayed exchange of an equal request, one of the same host before others."""
        left = [number for number in self.by_key.get(request.key, ()) if number not in self.played]
        return min(left, key=lambda number: (self.exchanges[number].request.host != request.host, number), default=None)

    def last_good(self, request: Request) -> int | None:
        """Return the last exchange of an equal request if it succeeded.

        Two branches may ask the same at once; how often depends on which answer is first in the journal.
        """
        numbers = self.by_key.get(request.key, [])
        return numbers[-1] if numbers and _succeeded(self.exchanges[numbers[-1]]) else None

    def unplayed(self) -> list[Exchange]:
        """Return what was not played, but for repetitions of an equal exchange that was."""
        seen = {_whole(self.exchanges[number]) for number in self.played}
        return [
            exchange
            for number, exchange in enumerate(self.exchanges)
            if number not in self.played and not (_succeeded(exchange) and _whole(exchange) in seen)
        ]


def _succeeded(exchange: Exchange) -> bool:
    return 200 <= exchange.answer.status < 300


def _whole(exchange: Exchange) -> tuple[str, int, bytes]:
    return exchange.request.key, exchange.answer.status, exchange.answer.body


class Tape(Cassette):  # type: ignore[misc]
    """The one cassette that vcrpy knows of.

    Args:
        stage: Says which stage makes the request in hand.
        scrubber: Takes secrets out before anything is compared or kept.
        pages: The exchanges that can be played, by stage.
        keep: Told of each new exchange; None on a tape that only plays.
        missed: Called with stage and request when a tape that only plays has no answer; must raise.
    """

    def __init__(
        self,
        stage: Stage,
        scrubber: Scrubber,
        pages: Mapping[str, list[Exchange]],
        *,
        keep: Keep | None = None,
        missed: Callable[[str, Request], None] | None = None,
    ) -> None:
        super().__init__("juried")
        self.pages: dict[str, Pages] = defaultdict(Pages)
        self._stage = stage
        self._scrubber = scrubber
        self._keep = keep
        self._missed = missed
        self._mutex = threading.Lock()
        for name, exchanges in pages.items():
            for exchange in exchanges:
                self.pages[name].add(exchange)

    def can_play_response_for(self, request: VcrRequest) -> bool:
        """Whether there is an answer; on a tape that only plays, a request without one ends the run."""
        stage, wanted = self._stage(), self._request(request)
        with self._mutex:
            if self._find(stage, wanted) is not None:
                return True
        if self._missed is not None:
            self._missed(stage, wanted)
        return False

    def play_response(self, request: VcrRequest) -> VcrAnswer:
        """Return the next answer to a request."""
        stage, wanted = self._stage(), self._request(request)
        with self._mutex:
            number = self._find(stage, wanted)
            assert number is not None
            self.pages[stage].played.add(number)
            answer = self.pages[stage].exchanges[number].answer
        return {
            "status": {"code": answer.status, "message": answer.message},
            "headers": {name: [value] for name, value in answer.headers.items()},
            "body": {"string": answer.body},
        }

    def play_failure(self, request: VcrRequest) -> Answer | None:
        """Return the failure that is the next answer to a request, if it is one; it then counts as played."""
        stage, wanted = self._stage(), self._request(request)
        with self._mutex:
            number = self.pages[stage].find(wanted)
            answer = None if number is None else self.pages[stage].exchanges[number].answer
            if number is None or answer is None or answer.status != NO_ANSWER:
                return None
            self.pages[stage].played.add(number)
            return answer

    def append_failure(self, request: VcrRequest, failure: Answer) -> None:
        """Keep a request that got no answer."""
        self._append(Exchange(self._request(request), self._scrubber.answer(failure), asked_prompt()))

    def append(self, request: VcrRequest, response: VcrAnswer) -> None:
        """Keep a new exchange; called by vcrpy."""
        answer = self._scrubber.answer(_plain_answer(response))
        self._append(Exchange(self._request(request), answer, asked_prompt()))

    def _append(self, exchange: Exchange) -> None:
        stage = self._stage()
        with self._mutex:
            self.pages[stage].add(exchange)
            self.pages[stage].played.add(len(self.pages[stage].exchanges) - 1)
        if self._keep is not None:
            self._keep(stage, exchange)

    def _find(self, stage: str, request: Request) -> int | None:
        pages = self.pages[stage]
        found = pages.find(request)
        return pages.last_good(request) if found is None and self._keep is None else found

    def _request(self, request: VcrRequest) -> Request:
        body = request.body if isinstance(request.body, bytes) else request.body_bytes or b""
        return self._scrubber.request(request.method, request.uri, dict(request.headers), body)


def _plain_answer(response: VcrAnswer) -> Answer:
    """Return vcrpy's answer with its body decompressed, header names in lower case, the first of each."""
    headers = {name.lower(): values[0] for name, values in response["headers"].items()}
    status = int(response["status"]["code"])
    body = response["body"]["string"]
    message = str(response["status"]["message"] or "")
    try:
        body = httpx.Response(status, headers=headers, content=body).content
        headers.pop("content-encoding", None)
    except httpx.DecodingError:
        # Played as it came, a damaged body fails in the same way again.
        pass
    return Answer(status, message if message.isascii() else "", headers, body)


@contextmanager
def inserted(tape: Tape) -> Iterator[Tape]:
    """Patch the HTTP clients of this process, so that all that they send passes the tape."""
    from juried.recording.failures import keeping_failures

    with ExitStack() as stack:
        for patcher in CassettePatcherBuilder(tape).build():
            stack.enter_context(patcher)
        stack.enter_context(keeping_failures(tape))
        yield tape
