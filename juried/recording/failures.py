"""Requests that got no answer: vcrpy passes over them, yet a run goes on differently after one, so they are kept.

Such an exchange has the status 0, the kind of the failure as its message, and what was said of it as its body.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import httpx
from vcr.request import Request as VcrRequest  # type: ignore[import-untyped]

from juried.errors import UnsafeAddress
from juried.recording.exchange import Answer
from juried.recording.tape import Tape

Handle = Callable[[Any, Any], Awaitable[Any]]


def _libraries() -> list[Any]:
    """Return httpx, and its fork that newer clients of models use; vcrpy has imported that where it is installed."""
    return [httpx, *([sys.modules["httpx2"]] if "httpx2" in sys.modules else [])]


@contextmanager
def keeping_failures(tape: Tape) -> Iterator[None]:
    """Keep and play requests that get no answer; to be entered after the tape is in."""
    with ExitStack() as stack:
        for library in _libraries():
            inner = library.AsyncHTTPTransport.handle_async_request
            handle = _handler(tape, inner, library)
            stack.enter_context(mock.patch.object(library.AsyncHTTPTransport, "handle_async_request", handle))
        yield


def _handler(tape: Tape, inner: Handle, library: Any) -> Handle:
    async def handle_async_request(self: Any, request: Any) -> Any:
        body = b"".join([part async for part in request.stream])
        request.stream = library.ByteStream(body)
        asked = VcrRequest(request.method, str(request.url), body, request.headers)
        failure = tape.play_failure(asked)
        if failure is not None:
            raise _raised(failure, library, request)
        try:
            return await inner(self, request)
        except (library.TransportError, UnsafeAddress, asyncio.CancelledError) as error:
            tape.append_failure(asked, _failure(error))
            raise

    return handle_async_request


def _failure(error: BaseException) -> Answer:
    said = {"message": str(error), "concerns": "", "advice": ""}
    if isinstance(error, UnsafeAddress):
        said = {"message": error.message, "concerns": error.concerns, "advice": error.advice}
    # A request is cancelled when its time is over; as a timeout it has the same consequences.
    name = "ReadTimeout" if isinstance(error, asyncio.CancelledError) else type(error).__name__
    return Answer(0, name, {}, json.dumps(said, ensure_ascii=False).encode())


def _raised(failure: Answer, library: Any, request: Any) -> Exception:
    said: dict[str, str] = json.loads(failure.body)
    if failure.message == UnsafeAddress.__name__:
        return UnsafeAddress(said["message"], concerns=said["concerns"], advice=said["advice"])
    kind: Callable[..., Exception] = getattr(library, failure.message, library.ConnectError)
    return kind(said["message"], request=request)
