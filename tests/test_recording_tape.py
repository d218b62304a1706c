"""The tape between HTTP clients and network: who gets which answer, what is kept of it, and how it reads on disk."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from collections import defaultdict
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from juried import clock
from juried.errors import RecordError, ReplayError
from juried.recording.cassette_files import DOCUMENTS, read_cassette, write_cassette
from juried.recording.differences import differences
from juried.recording.exchange import Answer, Exchange, Request
from juried.recording.misses import MissReport
from juried.recording.scrubbing import Scrubber
from juried.recording.sockets import blocked_sockets
from juried.recording.tape import Missed, Tape, inserted
from tests.http_helpers import Web
from tests.openai_stub import JSON, OpenAIStub, Reply

STAGE: ContextVar[str] = ContextVar("stage", default="opening")
SECRET = "sk-very-secret-0123456789"
CONTACT = "someone+me@example.org"


class Recording:
    """What a recording tape keeps, and a tape that plays it from disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[str, list[Exchange]] = defaultdict(list)
        self.tape = Tape(STAGE.get, Scrubber((SECRET, CONTACT)), {}, keep=self._keep)

    def _keep(self, stage: str, exchange: Exchange) -> None:
        self.kept[stage].append(exchange)

    def player(self, changes: str = "") -> tuple[Tape, MissReport]:
        for stage, exchanges in self.kept.items():
            write_cassette(self.folder / f"{stage}.yaml", exchanges)
        pages = {path.stem: read_cassette(path) for path in sorted(self.folder.glob("*.yaml"))}
        report = MissReport(pages, changes)
        return Tape(STAGE.get, Scrubber(("another-secret",)), pages, missed=report.missed), report

    def texts(self) -> str:
        self.player()
        return "\n".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.yaml")))


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return Recording(tmp_path)


def echo(body: JSON) -> Reply:
    """Answer with what was asked, the later the earlier it was asked."""
    return Reply(body={"you asked": body["question"]}, delay_s=random.Random(body["question"]).random() / 50)


async def ask(client: httpx.AsyncClient | httpx2.AsyncClient, url: str, question: str, stage: str) -> str:
    STAGE.set(stage)
    answer = await client.post(f"{url}/chat/completions", json={"question": question, "model": "m"})
    return str(answer.json()["you asked"])


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
async def test_parallel_requests_of_one_path_get_their_own_answers_in_whatever_order(
    recording: Recording, library: Any
) -> None:
    calls = [(f"question {number}", f"stage_{number % 3}") for number in range(60)]
    with OpenAIStub(echo) as stub, inserted(recording.tape):
        async with library.AsyncClient(limits=library.Limits(max_connections=8)) as client:
            answers = await asyncio.gather(*(ask(client, stub.url, *call) for call in calls))
        assert answers == [question for question, _ in calls]
    tape, _ = recording.player()
    for seed in range(3):
        shuffled = random.Random(seed).sample(calls, len(calls))
        with inserted(tape), blocked_sockets() as tried:
            async with library.AsyncClient() as client:
                again = await asyncio.gather(*(ask(client, "http://other.invalid/v1", *call) for call in shuffled))
        assert again == [question for question, _ in shuffled]
        assert not tried
    assert not [left for pages in tape.pages.values() for left in pages.unplayed()]


async def test_a_stage_is_not_answered_from_another_ones_cassette(recording: Recording) -> None:
    with OpenAIStub(echo) as stub, inserted(recording.tape):
        async with httpx.AsyncClient() as client:
            await ask(client, stub.url, "a question", "first")
            await ask(client, stub.url, "another question", "second")
    tape, report = recording.player("The prompts have changed since (judge_claims).")
    with inserted(tape):
        async with httpx.AsyncClient() as client:
            with pytest.raises(Missed):
                await ask(client, stub.url, "a question", "second")
    with pytest.raises(ReplayError) as caught:
        report.demand_none()
    assert "node second" in str(caught.value)
    assert "question at character 1: recorded 'another question', now 'a question'" in str(caught.value)
    assert "judge_claims" in caught.value.advice
    assert [left.request.key for left in tape.pages["first"].unplayed()] == [recording.kept["first"][0].request.key]


async def test_pauses_and_failures_are_played_in_their_order_and_cost_no_time(recording: Recording) -> None:
    replies = [Reply(429, {"error": "slow"}, {"retry-after": "3600"}), Reply(200, {"you asked": "it"})]
    with OpenAIStub(replies) as stub, inserted(recording.tape):
        async with httpx.AsyncClient() as client:
            for _ in replies:
                await client.post(f"{stub.url}/chat/completions", json={"question": "it"})
    tape, _ = recording.player()
    with inserted(tape), clock.leaping():
        began = clock.now()
        async with httpx.AsyncClient() as client:
            first, second = [await client.post(f"{stub.url}/chat/completions", json={"question": "it"}) for _ in "12"]
        await clock.sleep(float(first.headers["retry-after"]))
        assert (first.status_code, second.status_code) == (429, 200)
        assert clock.now() - began == 3600


async def test_a_request_without_answer_is_kept_and_fails_again_in_the_same_way(recording: Recording) -> None:
    with OpenAIStub() as stub:
        url = stub.url
    said = []
    with inserted(recording.tape):
        async with httpx.AsyncClient() as client:
            with pytest.raises(httpx.ConnectError) as caught:
                await client.get(f"{url}/models/m")
            said.append(str(caught.value))
    tape, _ = recording.player()
    with inserted(tape), blocked_sockets() as tried:
        async with httpx.AsyncClient() as client:
            with pytest.raises(httpx.ConnectError) as caught:
                await client.get(f"{url}/models/m")
            said.append(str(caught.value))
    assert said[0] == said[1] != ""
    assert not tried


async def test_no_key_cookie_organisation_or_address_is_left_even_where_the_server_repeats_it(
    recording: Recording,
) -> None:
    def leaky(request: httpx.Request) -> httpx.Response:
        text = f"Incorrect API key provided: {SECRET}, asked by {CONTACT} with cookie-value-1234"
        headers = {"set-cookie": "session=cookie-value-1234", "openai-organization": "org-987654321",
                   "x-request-id": "req-555", "date": "Fri, 20 Nov 2026 10:00:00 GMT", "cf-ray": "ray-777",
                   "location": f"https://example.org/?api_key={SECRET}&page=2"}  # fmt: skip
        return httpx.Response(401, json={"error": {"message": text}}, headers=headers)

    asked = {"Authorization": f"Bearer {SECRET}", "OpenAI-Organization": "org-987654321", "User-Agent": CONTACT,
             "Cookie": "session=cookie-value-1234", "x-api-key": "another-key-known-from-its-header"}  # fmt: skip
    personal = {"api_key": SECRET, "mailto": CONTACT, "email": CONTACT, "tool": "juried", "page": "2"}
    with inserted(recording.tape):
        url = "https://me:password@example.org/v1/chat/completions"
        async with httpx.AsyncClient(transport=httpx.MockTransport(leaky)) as client:
            body = {"who": CONTACT, "key": "another-key-known-from-its-header"}
            await client.post(url, params=personal, headers=asked, json=body)
    text = recording.texts()
    secret = (SECRET, CONTACT, "cookie-value-1234", "org-987654321", "req-555", "ray-777", "another-key", "password",
              "2026", "api_key=", "mailto", "email", "tool", CONTACT.replace("@", "%40"), "someone%2Bme")  # fmt: skip
    assert [word for word in secret if word in text] == []
    assert "page=2" in text
    assert "Incorrect API key provided: ***" in text


async def test_a_request_is_found_again_by_someone_with_another_key_and_address(recording: Recording) -> None:
    def body(contact: str) -> JSON:
        return {"question": f"asked by {contact}"}

    with inserted(recording.tape):
        network = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
        async with httpx.AsyncClient(transport=network) as client:
            await client.post(f"https://example.org/v1/chat/completions?mailto={CONTACT}&page=1", json=body(CONTACT))
    tape, _ = recording.player()
    with inserted(tape):
        async with httpx.AsyncClient() as client:
            answer = await client.post("http://x.invalid/v1/chat/completions?page=1", json=body("another-secret"))
    assert answer.status_code == 200


async def test_sources_are_recorded_too_and_a_binary_document_lies_beside_the_cassette(recording: Recording) -> None:
    pdf = b"%PDF-1.7\n\xff\xfe\x00 some bytes" * 20
    answers = {
        "/works": httpx.Response(
            200,
            content=gzip.compress('{"results": ["größer"]}'.encode()),
            headers={"content-encoding": "gzip", "content-type": "application/json", "x-ratelimit-remaining": "9"},
        ),
        "/paper.pdf": httpx.Response(200, content=pdf, headers={"content-type": "application/pdf"}),
    }
    web = Web(lambda request: answers[request.url.path])
    STAGE.set("read_work")
    with inserted(recording.tape):
        found = await web.client.get("https://api.example.org/works", {"mailto": CONTACT, "q": "a b"})
        assert await web.client.download("https://api.example.org/paper.pdf") == pdf
    text = recording.texts()
    assert "größer" in text
    assert "x-ratelimit" not in text
    (document,) = (recording.folder / DOCUMENTS).iterdir()
    assert document.read_bytes() == pdf
    assert document.name in text
    tape, _ = recording.player()
    silent = Web(lambda request: httpx.Response(500))
    with inserted(tape):
        again = await silent.client.get("https://api.example.org/works", {"mailto": "another-secret", "q": "a b"})
        assert await silent.client.download("https://api.example.org/paper.pdf") == pdf
    assert again.json() == found.json()
    assert not silent.asked
    document.write_bytes(pdf + b" ")
    with pytest.raises(RecordError, match="does not have its hash"):
        read_cassette(recording.folder / "read_work.yaml")


async def test_while_sockets_are_blocked_not_even_this_machine_is_reached() -> None:
    with OpenAIStub() as stub:
        host, port = stub.url.removeprefix("http://").removesuffix("/v1").split(":")
        with blocked_sockets() as tried:
            with pytest.raises(ReplayError, match="network"):
                await asyncio.open_connection(host, int(port))
            with pytest.raises(ReplayError):
                await asyncio.get_running_loop().getaddrinfo("example.org", 80)
        assert len(tried) == 2
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()


TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60)
LINES = st.lists(TEXT | st.sampled_from(["", " ", "trailing ", "  leading", "| ", "# no comment", "- item"])).map(
    "\n".join
)
TREE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | LINES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LINES, inner, max_size=4),
    max_leaves=12,
)
BODY = (
    st.binary(max_size=80)
    | LINES.map(str.encode)
    | st.dictionaries(TEXT, TREE, max_size=4).map(lambda tree: json.dumps(tree).encode())
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cassettes")


@settings(deadline=None, max_examples=150)
@given(asked=BODY, said=BODY, prompt=st.sampled_from(["", "judge_claims version 3"]))
def test_a_cassette_is_read_as_it_was_written(folder: Path, asked: bytes, said: bytes, prompt: str) -> None:
    request = Request("POST", "https://example.org/v1/x?q=1", {"content-type": "application/json"}, asked)
    exchange = Exchange(request, Answer(200, "OK", {"content-type": "text/plain"}, said), prompt)
    write_cassette(folder / "stage.yaml", [exchange])
    (read,) = read_cassette(folder / "stage.yaml")
    assert read.request.key == request.key
    assert (read.prompt, read.answer.status, read.answer.headers) == (prompt, 200, exchange.answer.headers)
    assert read.answer.body == said or json.loads(read.answer.body) == json.loads(said)


def test_a_prompt_reads_in_a_cassette_as_it_was_sent(folder: Path) -> None:
    prompt = 'First line: with a colon\n\n| quoted, with a blank at its end \n|\n- "an item" größer 漢字 😀\n'
    body = json.dumps({"messages": [{"role": "user", "content": prompt}]}).encode()
    exchange = Exchange(Request("POST", "https://example.org/", {}, body), Answer(200, "OK", {}, b"{}"))
    write_cassette(folder / "readable.yaml", [exchange])
    shown = [line.strip() for line in (folder / "readable.yaml").read_text(encoding="utf-8").splitlines()]
    assert all(line.strip() in shown for line in prompt.splitlines())


@pytest.mark.parametrize("text", ["", "version: 1", "interactions: 7", "[", "interactions:\n- request: {}"])
def test_a_damaged_cassette_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan_search.yaml"
    path.write_text(text)
    with pytest.raises(RecordError, match=r"plan_search\.yaml"):
        read_cassette(path)


@given(TREE, TREE)
def test_differences_are_none_exactly_between_equal_values(left: object, right: object) -> None:
    assert not list(differences(left, left))  # type: ignore[arg-type]
    same = json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
    assert bool(list(differences(left, right))) != same  # type: ignore[arg-type]


def test_the_first_difference_names_the_path_and_the_character() -> None:
    recorded: JsonValue = {"messages": [{"content": "same"}, {"content": "x" * 100 + "abc"}], "n": 1}
    asked: JsonValue = {"messages": [{"content": "same"}, {"content": "x" * 100 + "abd"}], "n": 2}
    first, second = differences(recorded, asked)
    assert (first.path, first.character, second.path) == ("messages[1].content", 102, "n")
    assert "abc" in str(first)
    assert "abd" in str(first)
