"""The one HTTP client of all sources: polite, bounded, journalled, and deaf to addresses that are not public."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import httpx
from pydantic import JsonValue

from juried import __version__, clock
from juried.errors import AnswerTooLarge, DocumentError, SourceError, UnsafeAddress
from juried.journal import Journal
from juried.sources.addresses import PublicTransport, check_url, without_personal
from juried.sources.exchanges import HttpAnswer, HttpRequest, keep, make_answer, recall
from juried.sources.pacing import HostPace, Now, Patience, Sleep, SlowDown, asked_wait, passing
from juried.sources.transfers import build_request, redirected, same_origin, send_once

__all__ = ["LIMIT_BYTES", "HttpAnswer", "HttpClient"]
LIMIT_BYTES = 32 * 1024 * 1024
MAX_REDIRECTS = 5
PATIENCE_S = 120.0
HandBack = Callable[[HttpAnswer], bool]
_TIMEOUT = httpx.Timeout(30.0, connect=15.0)
_AGAIN = frozenset({408, 425})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REASONS = {"timed_out": "timed_out", "malformed": "not_what_it_claims"}


@dataclass(frozen=True)
class _Terms:
    """On what terms a request is made; times in seconds."""

    pace_s: float
    limit_bytes: int
    retries: int
    patience_s: float
    hand_back: HandBack | None
    pages: bool = False


@dataclass
class _Session:
    """What belongs to one event loop."""

    http: httpx.AsyncClient
    hosts: dict[str, HostPace] = field(default_factory=dict)


class HttpClient:
    """Makes requests for sources; safe for all tasks of a process, in any event loop.

    Args:
        contact: An e-mail address for the operators of the services, who ask for one; may be empty.
        journal: Where answers are kept and found again; without it each request is sent.
        transport: Carries requests; default: the network, public addresses alone.
        sleep: Waits for some seconds.
        now: A clock in seconds that never goes back.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        journal: Journal | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = clock.sleep,
        now: Now = clock.now,
    ) -> None:
        self.contact = contact
        self._journal = journal
        self._transport = transport
        self._sleep = sleep
        self._now = now
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, _Session] = WeakKeyDictionary()

    def keep_in(self, journal: Journal) -> None:
        """Keep answers in a journal from now on, and take from it what it holds."""
        self._journal = journal

    @property
    def user_agent(self) -> str:
        """How requests name their sender."""
        return f"juried/{__version__}" + (f" (mailto:{self.contact})" if self.contact else "")

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        host_pace_s: float = 0.0,
        limit_bytes: int = LIMIT_BYTES,
        retries: int = 3,
        patience_s: float = PATIENCE_S,
        hand_back: HandBack | None = None,
        pages: bool = False,
    ) -> HttpAnswer:
        """Ask for an address and return the answer, also when its status is 400, 401, 403, 404 or the like.

        Args:
            url: An http(s) address; parameters within it are kept.
            params: Parameters to add; keys and contact addresses among them are never written down.
            headers: Sent to this host alone; a redirect to another one does not get them.
            host_pace_s: Seconds from one request to this host to the next, at least.
            limit_bytes: How much may come, after decompression.
            retries: How often the request is sent again after failures in passing.
            patience_s: How long pauses that the host asks for may last, in all.
            hand_back: Says of an answer whether to return it at once, also where it would be tried again (429, 503).

        Raises:
            UnsafeAddress: The address, or one that it leads to, is not public http(s).
            AnswerTooLarge: More than `limit_bytes` came.
            SourceError: No answer could be had; `status` is the word for the ledger.
        """
        request = HttpRequest("GET", url, tuple((params or {}).items()), dict(headers or {}))
        return await self._ask(request, _Terms(host_pace_s, limit_bytes, retries, patience_s, hand_back, pages))

    async def post_json(
        self,
        url: str,
        params: Mapping[str, str] | None,
        body: JsonValue,
        *,
        headers: Mapping[str, str] | None = None,
        host_pace_s: float = 0.0,
        limit_bytes: int = LIMIT_BYTES,
        retries: int = 3,
        patience_s: float = PATIENCE_S,
        hand_back: HandBack | None = None,
    ) -> HttpAnswer:
        """Send a JSON body to an address and return the answer; all else is as in `get`."""
        request = HttpRequest("POST", url, tuple((params or {}).items()), dict(headers or {}), body)
        return await self._ask(request, _Terms(host_pace_s, limit_bytes, retries, patience_s, hand_back))

    async def download(self, url: str, *, host_pace_s: float = 0.0, limit_bytes: int = LIMIT_BYTES) -> bytes:
        """Return a file's bytes.

        Raises:
            DocumentError: `unsafe`, `too_large`, `timed_out`, `empty`, or `file_missing` for all other failures.
        """
        try:
            answer = await self.get(url, host_pace_s=host_pace_s, limit_bytes=limit_bytes, pages=True)
        except UnsafeAddress as error:
            raise _document_error("unsafe", url, error) from error
        except AnswerTooLarge as error:
            raise _document_error("too_large", url, error) from error
        except SourceError as error:
            raise _document_error(_REASONS.get(error.status, "file_missing"), url, error) from error
        if answer.status != 200:
            raise DocumentError(
                f"the host answered with status {answer.status}.", reason="file_missing", concerns=without_personal(url)
            )
        if not answer.content:
            raise DocumentError("the host sent an empty file.", reason="empty", concerns=without_personal(url))
        return answer.content

    async def aclose(self) -> None:
        """Close the connections of the running loop; calling it twice does no harm, and a later request reopens."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.http.aclose()

    def _session(self) -> _Session:
        loop = asyncio.get_running_loop()
        if loop not in self._sessions:
            http = httpx.AsyncClient(
                transport=self._transport or PublicTransport(),
                headers={"User-Agent": self.user_agent},
                timeout=_TIMEOUT,
                trust_env=False,
                follow_redirects=False,
            )
            self._sessions[loop] = _Session(http)
        return self._sessions[loop]

    def _pace(self, host: str) -> HostPace:
        return self._session().hosts.setdefault(host, HostPace(host, self._sleep, self._now))

    async def _ask(self, request: HttpRequest, terms: _Terms) -> HttpAnswer:
        if (known := recall(self._journal, request)) is not None:
            return known
        pace = self._pace(check_url(request.url).host)
        try:
            answer = await self._try(request, terms, pace)
        except SourceError as error:
            pace.is_down = error.retryable
            raise
        pace.is_down = False
        # A sign-in or error page in place of data may be gone at the next try.
        if terms.pages or answer.status != 200 or not answer.is_html:
            keep(self._journal, request, answer)
        return answer

    async def _try(self, request: HttpRequest, terms: _Terms, pace: HostPace) -> HttpAnswer:
        """Send a request until it is answered, as often as the terms allow; once only to a host that is down."""
        from tenacity import AsyncRetrying, retry_if_exception

        patience = Patience(0, 0.0) if pace.is_down else Patience(terms.retries, terms.patience_s)
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, SourceError) and error.retryable),
            stop=patience.is_over,
            wait=patience.wait,
            sleep=self._sleep,
            reraise=True,
        ):
            with attempt:
                return await self._follow(request, terms, patience)
        raise SourceError("no request was sent.", concerns=without_personal(request.url))

    async def _follow(self, request: HttpRequest, terms: _Terms, patience: Patience) -> HttpAnswer:
        """Send a request once, and where redirects lead, each address checked."""
        origin = url = check_url(request.address)
        method, headers, interval = request.method, request.headers, terms.pace_s
        for _ in range(MAX_REDIRECTS + 1):
            await patience.take_turn(self._pace(url.host), interval)
            built = build_request(self._session().http, method, url, headers, request.body)
            response, content = await send_once(self._session().http, built, terms.limit_bytes)
            location = response.headers.get("location", "")
            if response.status_code not in _REDIRECTS or not location:
                return self._judged(make_answer(request, response, content), url.host, terms)
            url = redirected(url, location)
            method = method if response.status_code in (307, 308) else "GET"
            headers = headers if same_origin(origin, url) else {}
            interval = terms.pace_s if url.host == origin.host else 0.0
        raise SourceError(f"more than {MAX_REDIRECTS} redirects.", concerns=without_personal(request.url))

    def _judged(self, answer: HttpAnswer, host: str, terms: _Terms) -> HttpAnswer:
        """Return an answer that ends the request; raise for one that asks to wait or to come again."""
        pace = self._pace(host)
        if terms.hand_back is not None and terms.hand_back(answer):
            return answer
        wait = asked_wait(answer.headers)
        if answer.status == 429 or (answer.status == 503 and wait is not None):
            pace.pause(wait)
            raise SlowDown(
                f"{host} asks for fewer requests (status {answer.status}).",
                advice="Try again later, or leave this source out of --sources.",
                retryable=True,
                status="rate_limited",
            )
        if answer.status >= 500 or answer.status in _AGAIN:
            raise passing(f"{host} answered with status {answer.status}", "failed")
        pace.answered()
        return answer


def _document_error(reason: str, url: str, error: SourceError) -> DocumentError:
    return DocumentError(
        error.message, reason=reason, concerns=without_personal(url) or "a file without address", advice=error.advice
    )
