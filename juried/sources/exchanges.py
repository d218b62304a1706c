"""Requests and answers as the journal keeps them: one text per request, without keys or addresses of people."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

import httpx
from pydantic import JsonValue

from juried.errors import RecordError, SourceError
from juried.journal import Journal, canonical_request, journal_key

KIND = "http"
PERSONAL = frozenset({"api_key", "apikey", "api-key", "mailto", "email", "access_token"})
_SECRET = PERSONAL - {"mailto", "email"}
# A later run may get further where the key or the credit was at fault, so such answers are not kept.
_KEPT = frozenset({200, 201, 203, 204, 206, 400, 404, 405, 406, 410, 414, 422})
_DROPPED_HEADERS = frozenset({"set-cookie", "set-cookie2", "authorization", "proxy-authenticate"})
_HTML = re.compile(rb"\s*(?:<!doctype\s+html|<html\b)", re.IGNORECASE)


@dataclass(frozen=True)
class HttpAnswer:
    """What a host answered: header names are lower case, the content is decoded, the address is the last one asked.

    The address holds neither keys nor contact addresses.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str

    @property
    def text(self) -> str:
        """The content as UTF-8; bytes that are none become replacement characters."""
        return self.content.decode("utf-8", errors="replace")

    @property
    def is_html(self) -> bool:
        """Whether the content is a web page."""
        return _HTML.match(self.content.removeprefix(b"\xef\xbb\xbf")) is not None

    def json(self) -> JsonValue:
        """Return the content read as JSON; raises SourceError (`malformed`) that says what came instead."""
        try:
            parsed: JsonValue = json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise malformed_answer(self, "JSON") from error
        return parsed


@dataclass(frozen=True)
class HttpRequest:
    """One request; parameters within the address come before the given ones. The body is sent as JSON."""

    method: Literal["GET", "POST"]
    url: str
    params: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue = None

    @property
    def address(self) -> str:
        """The whole address, as it is sent."""
        if not self.params:
            return self.url
        return str(httpx.URL(self.url).copy_merge_params(self.params))

    @property
    def canonical(self) -> str:
        """One text for all requests that have the same answer, whoever makes them."""
        base, _, within = self.url.partition("#")[0].partition("?")
        params = sorted([*parse_qsl(within, keep_blank_values=True), *self.params])
        shown = [[name, value] for name, value in params if name.lower() not in PERSONAL]
        accept = next((value for name, value in self.headers.items() if name.lower() == "accept"), "")
        return canonical_request(
            {"method": self.method, "url": base, "params": shown, "accept": accept, "body": self.body}
        )

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """Keys that this request carries and that no file may hold."""
        in_params = [value for name, value in self.params if name.lower() in _SECRET]
        in_headers = [
            value.split()[-1] if value.split() else ""
            for name, value in self.headers.items()
            if "key" in name.lower() or "auth" in name.lower()
        ]
        return tuple(value.encode() for value in (*in_params, *in_headers) if len(value) >= 6)


def public_url(url: httpx.URL) -> str:
    """Return an address without keys and contact addresses."""
    for name in [name for name in url.params if name.lower() in PERSONAL]:
        url = url.copy_remove_param(name)
    return str(url)


def make_answer(request: HttpRequest, response: httpx.Response, content: bytes) -> HttpAnswer:
    """Return the answer to a request, with the request's keys blotted out should the host repeat them."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    for secret in request.secrets:
        content = content.replace(secret, b"***")
        headers = {name: value.replace(secret.decode(), "***") for name, value in headers.items()}
    kept = {name: headers[name] for name in sorted(headers) if name not in _DROPPED_HEADERS}
    return HttpAnswer(response.status_code, kept, content, public_url(response.request.url))


def malformed_answer(answer: HttpAnswer, wanted: str) -> SourceError:
    """Return the error for an answer that is not what was asked for, `wanted` being for example "JSON"."""
    came = (
        "a web page" if answer.is_html else "nothing" if not answer.content.strip() else f"something else than {wanted}"
    )
    start = " ".join(answer.text[:80].split())
    said = f', beginning "{start}"' if start and not answer.is_html else ""
    return SourceError(
        f"the answer should be {wanted}, but {came} came (status {answer.status}{said}).",
        advice="The service may be down or ask for a sign-in; try again later, or leave it out of --sources.",
        retryable=True,
        status="malformed",
    )


def recall(journal: Journal | None, request: HttpRequest) -> HttpAnswer | None:
    """Return the answer that the journal holds for a request, or None."""
    row = journal.get(journal_key(KIND, request.canonical)) if journal is not None else None
    if row is None:
        return None
    try:
        stored = json.loads(row.response)
        text, raw = stored["text"], stored["base64"]
        content = text.encode() if text is not None else base64.b64decode(raw)
        return HttpAnswer(stored["status"], stored["headers"], content, stored["url"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"a stored answer cannot be used: {error}.", concerns=request.url) from error


def keep(journal: Journal | None, request: HttpRequest, answer: HttpAnswer) -> None:
    """Write an answer to the journal, before anything is read from it; failures in passing are not kept."""
    from juried.backends.base import TokenUsage

    if journal is None or answer.status not in _KEPT:
        return
    stored: dict[str, object] = {"status": answer.status, "headers": dict(answer.headers), "url": answer.url}
    try:
        stored |= {"text": answer.content.decode(), "base64": None}
    except UnicodeDecodeError:
        stored |= {"text": None, "base64": base64.b64encode(answer.content).decode()}
    text = request.canonical
    journal.put(journal_key(KIND, text), KIND, text, canonical_request(stored), TokenUsage(calls=1))
