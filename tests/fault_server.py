"""The stub server with a log of each call (when it came, whether it was answered to the end), and with faults."""

from __future__ import annotations

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, cast

from tests.openai_stub import JSON, OpenAIStub, Reply, completion, error, sensible

Fault = Callable[[int, JSON], Reply | None]


@dataclass
class Call:
    """One request: the hash of its body, when it came, when its answer was sent whole (None: never), its status."""

    key: str
    came: float
    done: float | None = None
    status: int = 0


class LoggingStub(OpenAIStub):
    """The stub, answering sensibly after a while.

    Args:
        latency_s: Seconds before each answer.
        fault: Gives a reply in place of the sensible one, or None; told the request's number, from 1.
    """

    def __init__(self, latency_s: float = 0.0, fault: Fault | None = None) -> None:
        super().__init__(otherwise=self._reply)
        self.calls: list[Call] = []
        self.latency_s = latency_s
        self.fault = fault
        self.faults = 0
        # A killed client resets its connections, which is no news here.
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._server.RequestHandlerClass = _logging(self, cast("Any", self._server.RequestHandlerClass))

    def __enter__(self) -> LoggingStub:
        super().__enter__()
        return self

    def _reply(self, body: JSON) -> Reply:
        with self._mutex:
            fault = self.fault(len(self.requests), body) if self.fault else None
            self.faults += fault is not None
        if fault is not None:
            return fault
        return replace(sensible(body), delay_s=self.latency_s)


def _logging(stub: LoggingStub, handler: Any) -> Any:
    class Handler(handler):  # type: ignore[misc]
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            call = Call(hashlib.sha256(raw).hexdigest(), time.monotonic())
            stub.calls.append(call)
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = stub.answer(json.loads(raw), headers)
            try:
                self._send(reply)
            except OSError:
                self.close_connection = True
                return
            call.done, call.status = time.monotonic(), reply.status

    return Handler


class Every:
    """Let each n-th request fail, `at_most` times, and none of one conversation twice.

    The fault of a request whose conversation failed before waits for the next: calls run side by
    side, so else the asking again could, by the order of arrival alone, meet a second fault.
    """

    def __init__(self, n: int, reply: Callable[[JSON], Reply], at_most: int = 1_000_000) -> None:
        self._n, self._reply, self._left = n, reply, at_most
        self._due = 0
        self._struck: set[str] = set()

    def __call__(self, number: int, body: JSON) -> Reply | None:
        self._due += number % self._n == 0
        opening = _opening(body)
        if not self._due or not self._left or opening in self._struck:
            return None
        self._due, self._left = self._due - 1, self._left - 1
        self._struck.add(opening)
        return self._reply(body)


def _opening(body: JSON) -> str:
    """The messages before the first answer, which all requests of one conversation share."""
    return json.dumps(list(takewhile(lambda message: message["role"] != "assistant", body["messages"])))


def server_error(body: JSON) -> Reply:
    """An error of the server itself."""
    return error(500, "The server had an error while processing your request.")


def malformed(body: JSON) -> Reply:
    """A completion whose JSON breaks off in the middle, though it claims to be whole."""
    whole = sensible(body).body
    assert isinstance(whole, dict)
    text = str(whole["choices"][0]["message"]["content"])
    return completion(text[: len(text) // 2])


def truncated(body: JSON) -> Reply:
    """A completion that ran into its limit of tokens."""
    whole = sensible(body).body
    assert isinstance(whole, dict)
    return completion(str(whole["choices"][0]["message"]["content"])[:40], finish="length")


def wrong_schema(body: JSON) -> Reply:
    """Sound JSON of another form than the one asked for."""
    return completion(json.dumps({"answer": 42, "remarks": ["This is not what was asked for."]}))


def hanging(seconds: float) -> Callable[[JSON], Reply]:
    """An answer that comes only after some seconds."""
    return lambda body: replace(sensible(body), delay_s=seconds)


class RateLimit:
    """So many requests within so many seconds; others get 429 with the whole seconds to wait, rounded up."""

    def __init__(self, requests: int, seconds: float) -> None:
        self.requests, self.seconds = requests, seconds
        self.refused = 0
        self._taken: deque[float] = deque()

    def __call__(self, number: int, body: JSON) -> Reply | None:
        now = time.monotonic()
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        if len(self._taken) < self.requests:
            self._taken.append(now)
            return None
        self.refused += 1
        wait = self._taken[0] + self.seconds - now
        return error(429, "Rate limit reached.", headers={"retry-after": f"{wait:.3f}"})
