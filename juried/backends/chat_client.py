"""One chat model over HTTP: clients bound to their event loop, one retry layer, one pause that all workers share."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

from juried import clock
from juried.backends.chat_answers import RawAnswer, raw_answer
from juried.backends.chat_config import SEED, ChatConfig, Messages, Rung
from juried.backends.chat_errors import RETRYABLE, CallFailed, Failure, failure_of
from juried.backends.chat_first import call_first, may_go_first
from juried.backends.chat_models import check_key, http_client, openai_model, other_model
from juried.backends.wire_schema import Schema

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable
    from tenacity import RetryCallState

Done = TypeVar("Done")
_METHODS: Mapping[Rung, str] = {"json_schema": "json_schema", "tool": "function_calling", "json_object": "json_mode"}


@dataclass
class _Session:
    """What belongs to one event loop: the HTTP client, built models, free places and the shared pause."""

    slots: asyncio.Semaphore
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    building: asyncio.Lock = field(default_factory=asyncio.Lock)
    http: Any = None
    models: dict[frozenset[str], BaseChatModel] = field(default_factory=dict)
    on_wire: set[asyncio.Task[Any]] = field(default_factory=set)
    left_behind: set[asyncio.Task[Any]] = field(default_factory=set)
    paused_until: float = 0.0
    slowdowns: int = 0

    def forget(self, task: asyncio.Task[Any]) -> None:
        """Let go of a call that ended with nobody waiting; how it failed is of no more use."""
        self.left_behind.discard(task)
        if not task.cancelled():
            task.exception()


class ChatClient:
    """Makes single calls to one chat model.

    Args:
        config: How the model is reached.
    """

    def __init__(self, config: ChatConfig) -> None:
        self.config = config
        self.sent = asyncio.Event()
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, _Session] = WeakKeyDictionary()

    def session(self) -> _Session:
        """Return the session of the running loop; httpx clients must not be shared between loops."""
        loop = asyncio.get_running_loop()
        if loop not in self._sessions:
            self._sessions[loop] = _Session(asyncio.Semaphore(self.config.concurrency))
        return self._sessions[loop]

    async def call(self, messages: Messages, rung: Rung, schema: Schema, without: frozenset[str]) -> RawAnswer:
        """Make one call, trying again where that may help.

        Args:
            messages: Role and text of each message.
            rung: How the answer's form is asked for.
            schema: The form of the answer.
            without: Parameters that the model does not take.

        Raises:
            CallFailed: The call failed for good.
            BackendError: The model cannot be built at all.
        """
        from tenacity import AsyncRetrying, retry_if_exception

        session = self.session()
        patience = _Patience(self.config, session)
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, CallFailed) and _may_retry(error, session)),
            stop=patience.is_over,
            wait=patience.wait,
            sleep=clock.sleep,
            reraise=True,
        ):
            with attempt:
                async with session.slots:
                    await _wait_out(session, self.config.patience_s)
                    with _on_wire(session):
                        return await self._call_once(session, messages, rung, schema, without)
        raise CallFailed(Failure("transient", "No attempt was made."))

    async def _call_once(
        self, session: _Session, messages: Messages, rung: Rung, schema: Schema, without: frozenset[str]
    ) -> RawAnswer:
        if may_go_first(self.config, rung, without) and not self.sent.is_set():
            raw = await call_first(self.config, messages, schema, self.sent.set)
            if raw is not None:
                return raw
        self.sent.set()
        model = await self.model(without)
        try:
            message = await _send(model, messages, rung, schema, strict=self.config.provider == "openai")
        except CallFailed:
            raise
        except Exception as error:
            if (stopped := _stopped_early(error)) is not None:
                return stopped
            raise CallFailed(failure_of(error, datetime.now(UTC), self.config.api_key)) from error
        session.slowdowns = 0
        return raw_answer(message)

    async def model(self, without: frozenset[str] = frozenset()) -> BaseChatModel:
        """Return the LangChain model of the running loop; raises BackendError when it cannot be built."""
        session = self.session()
        async with session.building:
            if without not in session.models:
                session.models[without] = await self._build(session, without)
        return session.models[without]

    async def _build(self, session: _Session, without: frozenset[str]) -> BaseChatModel:
        wanted: dict[str, Any] = {"temperature": 0, "max_tokens": self.config.answer_tokens}
        parameters = {name: value for name, value in wanted.items() if name not in without}
        if self.config.provider != "openai":
            return await other_model(self.config, parameters)
        parameters |= _openai_parameters(self.config, without)
        check_key(self.config)
        if session.http is None:
            session.http = await http_client()
        return await openai_model(self.config, session.http, parameters)

    async def see_through(self, call: Coroutine[Any, Any, Done]) -> Done:
        """Await a call in a task of its own, so that cancelling the caller loses no answer that has arrived.

        A call that the server works on goes on by itself until it ends or the client is closed; one
        that waits for its turn is cancelled with its caller.
        """
        session, task = self.session(), asyncio.create_task(call)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task in session.on_wire:
                session.left_behind.add(task)
                task.add_done_callback(session.forget)
            else:
                task.cancel()
            raise

    async def aclose(self) -> None:
        """Close the HTTP client of the running loop, after a grace for calls whose caller was cancelled.

        Calling it twice does no harm.
        """
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is None:
            return
        if session.left_behind:
            _, late = await asyncio.wait(tuple(session.left_behind), timeout=self.config.grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if session.http is not None:
            await session.http.aclose()


class _Patience:
    """How long one call is tried: failures in passing are counted, waiting as a server asks is timed."""

    def __init__(self, config: ChatConfig, session: _Session) -> None:
        self._config = config
        self._session = session
        self._failures = 0
        self._began = clock.now()

    def is_over(self, state: RetryCallState) -> bool:
        """Say whether to give up, after noting a server's wish to slow down for all workers."""
        failure = _failure(state)
        if failure.kind != "slow_down":
            self._failures += 1
            return self._failures >= self._config.attempts
        _pause(self._session, failure.wait_s, self._config.first_wait_s)
        return self._session.paused_until - self._began > self._config.patience_s

    def wait(self, state: RetryCallState) -> float:
        """Return the seconds before the next try; a shared pause is waited out by `_wait_out`."""
        failure = _failure(state)
        if failure.kind == "slow_down":
            return 0.0
        grown = self._config.first_wait_s * 2.0 ** (self._failures - 1)
        return min(30.0, max(grown, failure.wait_s or 0.0))


def _failure(state: RetryCallState) -> Failure:
    error = state.outcome.exception() if state.outcome else None
    return error.failure if isinstance(error, CallFailed) else Failure("rejected", str(error))


@contextmanager
def _on_wire(session: _Session) -> Iterator[None]:
    """Mark the running task as one that the server works for."""
    task = cast("asyncio.Task[Any]", asyncio.current_task())
    session.on_wire.add(task)
    try:
        yield
    finally:
        session.on_wire.discard(task)


def _may_retry(error: CallFailed, session: _Session) -> bool:
    return error.failure.kind in RETRYABLE and asyncio.current_task() not in session.left_behind


def _pause(session: _Session, asked_s: float | None, first_wait_s: float) -> None:
    """Let all workers wait; without a time from the server the wait doubles for each pause in a row."""
    now = clock.now()
    if asked_s is not None:
        session.paused_until = max(session.paused_until, now + asked_s)
    elif now >= session.paused_until:
        session.paused_until = now + min(60.0, first_wait_s * 2.0**session.slowdowns)
        session.slowdowns += 1


async def _wait_out(session: _Session, patience_s: float) -> None:
    while (left := session.paused_until - clock.now()) > 0:
        if left > patience_s:
            raise CallFailed(Failure("slow_down", f"The server asks to wait {round(left)} s more."))
        await clock.sleep(left)


def _openai_parameters(config: ChatConfig, without: frozenset[str]) -> dict[str, Any]:
    """Return the fixed seed, and the token limit by its older name where the newer one is not taken."""
    seed = {} if "seed" in without else {"seed": SEED}
    if "max_completion_tokens" not in without:
        return seed
    # LangChain would send `max_tokens` by its newer name; what stands in the extra body goes as it is.
    older = {} if "max_tokens" in without else {"extra_body": {"max_tokens": config.answer_tokens}}
    return {**seed, "max_tokens": None, **older}


async def _send(model: BaseChatModel, messages: Messages, rung: Rung, schema: Schema, *, strict: bool) -> BaseMessage:
    """Send the messages once and return the model's message as it came."""
    if rung == "text":
        return await model.ainvoke(list(messages))
    extra = {"strict": True} if strict and rung == "json_schema" else {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            bound = _bound(model, schema, method=_METHODS[rung], **extra)
    except (ValueError, TypeError, NotImplementedError) as error:
        raise CallFailed(Failure("unsupported_form", str(error))) from error
    answer = await bound.ainvoke(list(messages))
    return cast("BaseMessage", answer["raw"] if isinstance(answer, dict) else answer)


def _bound(model: BaseChatModel, schema: Schema, **asked: Any) -> Runnable[Any, Any]:
    """Return the model with the form bound to it as its provider does that, and without the parser behind it.

    LangChain's parsers take time by the square of an answer's length. A provider that puts them elsewhere than
    behind the model keeps them, and gives the message under "raw".
    """
    first = getattr(model.with_structured_output(schema, **asked), "first", None)
    if isinstance(getattr(first, "bound", first), type(model)):
        return cast("Runnable[Any, Any]", first)
    return model.with_structured_output(schema, include_raw=True, **asked)


def _stopped_early(error: Exception) -> RawAnswer | None:
    """Return the answer inside an exception by which the OpenAI client reports a cut or filtered answer."""
    finish = {"LengthFinishReasonError": "length", "ContentFilterFinishReasonError": "content_filter"}
    if type(error).__name__ not in finish:
        return None
    completion = getattr(error, "completion", None)
    usage = getattr(completion, "usage", None)
    choices = getattr(completion, "choices", None) or [None]
    return RawAnswer(
        text=getattr(getattr(choices[0], "message", None), "content", None) or "",
        finish=finish[type(error).__name__],
        model=getattr(completion, "model", "") or "",
        prompt_tokens=getattr(usage, "prompt_tokens", None),
        completion_tokens=getattr(usage, "completion_tokens", None),
        cached_tokens=getattr(getattr(usage, "prompt_tokens_details", None), "cached_tokens", None),
    )
