"""The HTTP client of the sources: retries, shared pauses, limits, redirects, addresses and the journal."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import vcr  # type: ignore[import-untyped]

from juried.errors import AnswerTooLarge, DocumentError, SourceError, UnsafeAddress
from juried.journal import Journal
from juried.sources.exchanges import HttpAnswer, HttpRequest
from juried.sources.http import HttpClient
from tests.http_helpers import Clock, Handler, Web, script

URL = "https://api.example.org/works"


def ok(text: str = "{}") -> httpx.Response:
    return httpx.Response(200, text=text)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 410])
async def test_statuses_that_a_source_judges_come_back_at_once(status: int) -> None:
    web = Web(script(httpx.Response(status, text="said")))
    answer = await web.client.get(URL)
    assert (answer.status, answer.text, len(web.asked)) == (status, "said", 1)


async def test_request_names_its_sender() -> None:
    web = Web(script(ok()))
    await web.client.get(URL, {"q": "a b"}, headers={"Accept": "application/json"})
    sent = web.asked[0]
    assert sent.headers["user-agent"].startswith("juried/")
    assert "mailto:me@example.org" in sent.headers["user-agent"]
    assert sent.headers["accept"] == "application/json"
    assert sent.url.params["q"] == "a b"


async def test_passing_failures_are_retried_with_growing_waits() -> None:
    web = Web(script(httpx.Response(503), httpx.ReadTimeout("slow"), httpx.ConnectError("down"), ok("fine")))
    assert (await web.client.get(URL)).text == "fine"
    assert [wait for wait in web.clock.waits if wait] == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(500), "failed"),
        (httpx.ReadTimeout("slow"), "timed_out"),
        (httpx.ConnectError("down"), "failed"),
        (httpx.RemoteProtocolError("peer closed connection without sending complete message body"), "failed"),
        (httpx.Response(429), "rate_limited"),
        (httpx.Response(429, headers={"Retry-After": "0"}), "rate_limited"),
    ],
)
async def test_lasting_failures_end_with_a_status_for_the_ledger(
    answer: httpx.Response | Exception, status: str
) -> None:
    web = Web(script(answer))
    with pytest.raises(SourceError) as caught:
        await web.client.get(URL)
    assert (caught.value.status, caught.value.retryable) == (status, True)
    assert "api.example.org" in caught.value.message
    assert caught.value.advice
    assert len(web.asked) <= 21


async def test_retries_are_counted() -> None:
    web = Web(script(httpx.Response(500)))
    with pytest.raises(SourceError):
        await web.client.get(URL, retries=1)
    assert len(web.asked) == 2


async def test_a_host_that_is_down_is_tried_once_until_it_answers() -> None:
    up = False
    web = Web(lambda request: ok() if up else httpx.Response(500))
    for asked in (4, 5):
        with pytest.raises(SourceError):
            await web.client.get(URL)
        assert len(web.asked) == asked
    up = True
    await web.client.get(URL)
    up = False
    with pytest.raises(SourceError):
        await web.client.get(URL)
    assert len(web.asked) == 10


async def test_a_host_that_outlasted_patience_is_not_waited_for_again() -> None:
    web = Web(script(httpx.Response(429)))
    for _ in range(3):
        with pytest.raises(SourceError) as caught:
            await web.client.get(URL)
        assert caught.value.status == "rate_limited"
    assert web.clock.time <= 120.0


async def test_retry_after_in_seconds_is_waited_out() -> None:
    web = Web(script(httpx.Response(429, headers={"Retry-After": "7"}), ok("fine")))
    assert (await web.client.get(URL)).text == "fine"
    assert web.times == [0.0, 7.0]


async def test_retry_after_as_a_date_is_read_against_the_hosts_own_clock() -> None:
    headers = {"Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT", "Date": "Wed, 21 Oct 2015 07:28:00 GMT"}
    web = Web(script(httpx.Response(503, headers=headers), ok("fine")))
    assert (await web.client.get(URL)).text == "fine"
    assert web.times == [0.0, 30.0]


async def test_a_pause_beyond_patience_is_not_waited_out() -> None:
    web = Web(script(httpx.Response(429, headers={"Retry-After": "86400"})))
    with pytest.raises(SourceError, match="asks for fewer requests") as caught:
        await web.client.get(URL)
    assert "86400 s" in caught.value.advice
    assert web.clock.time == 0.0
    with pytest.raises(SourceError):
        await web.client.get(URL)
    assert len(web.asked) == 1


async def test_all_requests_to_a_host_share_one_pause() -> None:
    paused = True

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal paused
        if request.url.host == "api.example.org" and paused:
            paused = False
            return httpx.Response(429, headers={"Retry-After": "10"})
        return ok()

    web = Web(handler)
    await asyncio.gather(*(web.client.get(f"{URL}/{number}") for number in range(4)), web.client.get("https://b.org/"))
    late = [time for request, time in zip(web.asked, web.times, strict=True) if time >= 10.0]
    assert len(late) >= 1
    assert all(time in (0.0, 10.0) for time in web.times)
    assert len(web.asked) == 6


async def test_one_pace_per_host() -> None:
    web = Web(script(ok()))
    await asyncio.gather(*(web.client.get(f"{URL}/{number}", host_pace_s=3.0) for number in range(3)))
    await web.client.get("https://other.example.org/", host_pace_s=3.0)
    assert web.times[:3] == [0.0, 3.0, 6.0]
    assert web.times[3] == 6.0


async def test_answers_can_be_handed_back() -> None:
    web = Web(script(httpx.Response(429, text="credit used")))
    answer = await web.client.get(URL, hand_back=lambda answer: "credit" in answer.text)
    assert (answer.status, answer.text, len(web.asked)) == (429, "credit used", 1)


async def test_answers_over_the_limit_are_not_read() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000

    declared = Web(lambda request: httpx.Response(200, headers={"Content-Length": "9999"}, content=b""))
    undeclared = Web(lambda request: httpx.Response(200, content=endless()))
    squeezed = gzip.compress(b"0" * 1_000_000)
    bomb = Web(lambda request: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=squeezed))
    for web in (declared, undeclared, bomb):
        with pytest.raises(AnswerTooLarge, match="larger than 5000 bytes"):
            await web.client.get(URL, limit_bytes=5000)
        assert len(web.asked) == 1


async def test_a_damaged_encoding_is_named() -> None:
    web = Web(lambda request: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=_Raw(b"no gzip")))
    with pytest.raises(SourceError) as caught:
        await web.client.get(URL)
    assert caught.value.status == "malformed"


class _Raw(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


def _redirecting(*targets: str) -> Handler:
    def handler(request: httpx.Request) -> httpx.Response:
        step = int(request.url.params.get("step", "0"))
        return httpx.Response(302, headers={"Location": targets[step]}) if step < len(targets) else ok("there")

    return handler


async def test_redirects_are_followed_up_to_five() -> None:
    web = Web(_redirecting(*(f"/works?step={step}" for step in range(1, 6))))
    answer = await web.client.get(URL)
    assert (answer.text, answer.url) == ("there", f"{URL}?step=5")
    web = Web(_redirecting(*(f"/works?step={step}" for step in range(1, 9))))
    with pytest.raises(SourceError, match="more than 5 redirects"):
        await web.client.get(URL)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "file:///etc/passwd", "//10.0.0.1/x", "http://[::1]/", "gopher://a.org/", "http://"]
)
async def test_redirects_to_private_addresses_are_refused(target: str) -> None:
    web = Web(_redirecting(target))
    with pytest.raises(UnsafeAddress):
        await web.client.get(URL)
    assert len(web.asked) == 1


async def test_keys_do_not_follow_a_redirect_to_another_host() -> None:
    web = Web(_redirecting("https://elsewhere.example.com/?step=1"))
    await web.client.get(URL, headers={"x-api-key": "secret-key"})
    assert web.asked[0].headers["x-api-key"] == "secret-key"
    assert "x-api-key" not in web.asked[1].headers


async def test_keys_follow_a_redirect_within_the_host() -> None:
    web = Web(_redirecting("/works?step=1"))
    await web.client.get(URL, headers={"x-api-key": "secret-key"})
    assert web.asked[1].headers["x-api-key"] == "secret-key"


async def test_post_sends_json_and_a_see_other_becomes_get() -> None:
    web = Web(_redirecting("/works?step=1"))
    await web.client.post_json(URL, {"fields": "title"}, {"ids": ["b", "a"]})
    assert (web.asked[0].method, web.asked[1].method) == ("POST", "GET")
    assert json.loads(web.asked[0].content) == {"ids": ["b", "a"]}
    assert web.asked[0].headers["content-type"] == "application/json"


CASSETTE = """
interactions:
- request: {body: '', headers: {}, method: GET, uri: 'https://api.example.org/works'}
  response: {body: {string: recorded}, headers: {}, status: {code: 200, message: OK}}
version: 1
"""


async def test_recordings_replay_without_a_network(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(CASSETTE, encoding="utf-8")
    client = HttpClient(sleep=Clock().sleep)
    with vcr.use_cassette(str(tmp_path / "sources.yaml"), record_mode="none"):
        assert (await client.get(URL)).text == "recorded"
    await client.aclose()


async def test_downloads_name_what_went_wrong() -> None:
    cases: dict[str, httpx.Response | Exception] = {
        "file_missing": httpx.Response(404),
        "timed_out": httpx.ReadTimeout("slow"),
        "empty": httpx.Response(200),
        "too_large": httpx.Response(200, content=b"x" * 101),
    }
    for reason, answer in cases.items():
        with pytest.raises(DocumentError) as caught:
            await Web(script(answer)).client.download("https://example.org/a.pdf", limit_bytes=100)
        assert caught.value.reason == reason
    assert await Web(script(ok("bytes"))).client.download("https://example.org/a.pdf") == b"bytes"


async def test_an_answered_request_is_never_sent_again(tmp_path: Path) -> None:
    with Journal(tmp_path / "run" / "journal.sqlite") as journal:
        content = bytes(range(256))
        web = Web(script(httpx.Response(200, headers={"Set-Cookie": "a=b"}, content=content)), journal=journal)
        first = await web.client.get(URL, {"b": "2", "a": "1", "api_key": "one-secret-key", "mailto": "me@example.org"})
        again = await web.client.get(f"{URL}?a=1&b=2", {"api_key": "another-secret"})
        assert first == again
        assert (first.content, len(web.asked)) == (content, 1)
        assert "set-cookie" not in first.headers
        await web.client.get(URL, {"a": "1", "b": "3"})
        assert len(web.asked) == 2
        written = "".join(row.request + row.response for row in journal.rows())
        assert "secret" not in written
        assert "me@example.org" not in written


async def test_failures_are_not_kept(tmp_path: Path) -> None:
    with Journal(tmp_path / "run" / "journal.sqlite") as journal:
        web = Web(script(httpx.Response(403), httpx.Response(429, headers={"Retry-After": "1"}), ok()), journal=journal)
        assert (await web.client.get(URL)).status == 403
        assert (await web.client.get(URL)).status == 200
        assert (len(web.asked), len(journal.rows())) == (3, 1)


async def test_a_key_that_the_host_repeats_is_blotted_out() -> None:
    web = Web(lambda request: httpx.Response(400, text=f"bad request: {request.url}, {request.headers['x-api-key']}"))
    answer = await web.client.get(URL, {"api_key": "first-secret"}, headers={"x-api-key": "other-secret"})
    assert "secret" not in answer.text + answer.url


def test_post_bodies_are_part_of_the_key() -> None:
    bodies = [HttpRequest("POST", URL, body={"ids": [name]}).canonical for name in ("a", "b")]
    assert bodies[0] != bodies[1]


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"", "nothing"),
        (b'{"a": [1, 2', "something else"),
        (b"[" * 99999, "something else"),
    ],
)
def test_what_is_no_json_is_named(content: bytes, came: str) -> None:
    with pytest.raises(SourceError, match=came) as caught:
        HttpAnswer(200, {}, content, URL).json()
    assert caught.value.status == "malformed"


def test_one_client_serves_several_event_loops() -> None:
    web = Web(script(ok("fine")))

    async def ask() -> str:
        text = (await web.client.get(URL)).text
        await web.client.aclose()
        await web.client.aclose()
        return text

    assert [asyncio.run(ask()), asyncio.run(ask())] == ["fine", "fine"]
