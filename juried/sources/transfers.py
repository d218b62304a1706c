"""Single transfers: one request built, sent once and read up to a limit, and where a redirect may lead."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import httpx
from pydantic import JsonValue

from juried.errors import AnswerTooLarge, UnsafeAddress
from juried.sources.addresses import check_url, without_personal
from juried.sources.pacing import passing

ATTEMPT_S = 120.0


def build_request(
    http: httpx.AsyncClient, method: str, url: httpx.URL, headers: Mapping[str, str], body: JsonValue
) -> httpx.Request:
    """Return a request; a body goes with POST alone, as JSON that is the same for equal bodies."""
    if method == "GET":
        return http.build_request("GET", url, headers=headers)
    content = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return http.build_request(method, url, headers={"Content-Type": "application/json", **headers}, content=content)


async def send_once(http: httpx.AsyncClient, request: httpx.Request, limit: int) -> tuple[httpx.Response, bytes]:
    """Send a request and return the answer's head and its decoded body.

    Raises:
        AnswerTooLarge: The body is larger than `limit` bytes.
        SourceError: The host does not answer in time, cannot be reached, or its answer is damaged; retryable.
    """
    host = request.url.host
    try:
        async with asyncio.timeout(ATTEMPT_S):
            response = await http.send(request, stream=True)
            try:
                return response, await _read(response, limit)
            finally:
                await response.aclose()
    except (httpx.TimeoutException, TimeoutError) as error:
        raise passing(f"{host} did not answer in time", "timed_out") from error
    except httpx.DecodingError as error:
        raise passing(f"the answer of {host} is damaged ({error})", "malformed") from error
    except httpx.RequestError as error:
        raise passing(f"{host} cannot be reached ({type(error).__name__}: {error})", "failed") from error


async def _read(response: httpx.Response, limit: int) -> bytes:
    """Return the decoded body; raises AnswerTooLarge as soon as more than the limit is known to come."""
    declared = response.headers.get("content-length", "")
    parts: list[bytes] = []
    size = int(declared) if declared.isdigit() else 0
    if size <= limit:
        size = 0
        async for part in response.aiter_bytes():
            parts.append(part)
            size += len(part)
            if size > limit:
                break
    if size > limit:
        raise AnswerTooLarge(
            f"the answer of {response.request.url.host} is larger than {limit} bytes.",
            advice="It was not read to its end.",
            status="malformed",
        )
    return b"".join(parts)


def redirected(url: httpx.URL, location: str) -> httpx.URL:
    """Return where a redirect leads; raises UnsafeAddress when that is not public http(s)."""
    try:
        target = str(url.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise UnsafeAddress(
            f"a redirect leads to no address ({error}).", concerns=without_personal(location)[:120]
        ) from error
    return check_url(target)


def same_origin(first: httpx.URL, second: httpx.URL) -> bool:
    """Whether a second address may see what was meant for the first; a step up to https may."""
    if first.host != second.host:
        return False
    upgraded = first.scheme == "http" and second.scheme == "https" and second.port is None
    return upgraded or (first.scheme, first.port) == (second.scheme, second.port)
