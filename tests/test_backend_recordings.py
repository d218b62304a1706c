"""Real recorded answers of OpenAI, Azure, Groq, vLLM, Ollama and others, served again and read by the chat backend."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from juried.backends.base import Answer
from juried.backends.chat import ChatBackend
from juried.errors import BackendError
from juried.tasks import TaskOutput
from tests.chat_helpers import QUICK, RENDERER, TASK, votes_json
from tests.openai_stub import JSON, OpenAIStub, Reply, completion

OTHER_WIRES = {
    "/api/chat": "Ollama's own wire; langchain-ollama speaks it",
    "/api/generate": "Ollama's own wire; langchain-ollama speaks it",
    "/v1/messages": "Anthropic's wire; langchain-anthropic speaks it",
    "/v1/chat": "Cohere's wire; langchain-cohere speaks it",
    "/v2/chat": "Cohere's wire; langchain-cohere speaks it",
    "/invoke": "Bedrock's wire; langchain-aws speaks it",
    "/v1/responses": "OpenAI's other wire, which most compatible servers lack; never asked",
    "/v1/completions": "a completion of plain text, no chat",
}
STREAMED = "streamed; the backend asks for whole answers"


def index(shared_data: Path) -> list[dict[str, str]]:
    """All rows of the index, in its order."""
    with (shared_data / "llm_index.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def chat_rows(shared_data: Path) -> list[dict[str, str]]:
    """Every exchange with a chat-completions server, in the index's order."""
    return [row for row in index(shared_data) if row["path"].endswith("/chat/completions")]


def recorded(shared_data: Path, rows: list[dict[str, str]]) -> Iterator[tuple[dict[str, str], Reply]]:
    """Yield each row with its recorded answer; those whose body is no JSON text are left out."""
    for row in rows:
        response = interactions(shared_data / row["file"])[int(row["i"])]["response"]
        text = response["body"].get("string", "")
        try:
            body: JSON = json.loads(unzipped(text))
        except (ValueError, UnicodeDecodeError):
            continue
        yield row, Reply(int(response["status"]["code"]), body)


@lru_cache(maxsize=4)
def interactions(path: Path) -> list[JSON]:
    """The exchanges of a cassette; rows of one file stand together in the index."""
    found: list[JSON] = yamlserializer.deserialize(path.read_text(encoding="utf-8"))["interactions"]
    return found


def unzipped(text: str | bytes) -> str:
    """The text of a recorded body, which may be compressed."""
    data = text.encode() if isinstance(text, str) else text
    return gzip.decompress(data).decode() if data[:2] == b"\x1f\x8b" else data.decode()


class Player:
    """A stub server that first answers well, so that the model counts as usable, and then as it is told."""

    def __init__(self) -> None:
        self.reply = completion(votes_json())
        self.stub = OpenAIStub(lambda _: self.reply)
        self._backend: ChatBackend | None = None

    async def read(self, reply: Reply) -> Answer[TaskOutput]:
        """Return what a backend makes of a reply; a backend that met an error is not asked again."""
        backend = self._backend or await self._proven()
        self.reply = reply
        answer = await backend.answer(TASK)
        self._backend = backend if reply.status == 200 else None
        return answer

    async def _proven(self) -> ChatBackend:
        backend = ChatBackend(replace(QUICK, base_url=self.stub.url, attempts=1), renderer=RENDERER)
        self.reply = completion(votes_json())
        await backend.answer(TASK)
        return backend


async def test_every_recorded_answer_has_its_outcome(shared_data: Path) -> None:
    table: Counter[tuple[str, ...]] = Counter()
    rows, player, read = chat_rows(shared_data), Player(), set()
    with player.stub:
        for row, reply in recorded(shared_data, rows):
            read.add(id(row))
            answer = await player.read(reply)
            table[row["host"], row["status"], row["finish_reason"] or "none", answer.outcome] += 1
    left_out = Counter(STREAMED for row in rows if id(row) not in read)
    assert all(row["stream"] == "True" for row in rows if id(row) not in read)
    for row in index(shared_data):
        left_out.update(why for end, why in OTHER_WIRES.items() if row["path"].endswith(end))
    print_table(table, left_out)
    assert sum(table.values()) + left_out[STREAMED] == len(rows) > 500
    for (host, status, finish, outcome), count in table.items():
        wanted = {"length": "truncated", "content_filter": "filtered"}.get(finish)
        assert wanted is None or outcome == wanted, (host, status, finish, outcome, count)
        assert outcome != "answered", "none of these speaks of the claims"
        assert status == "200" or outcome in ("failed", "filtered"), (host, status, finish, outcome, count)


def print_table(table: Counter[tuple[str, ...]], left_out: Counter[str]) -> None:
    """Print outcomes with their counts, and what was left out and why."""
    print("\nhost                             status  finish          outcome     count")
    for (host, status, finish, outcome), count in sorted(table.items()):
        print(f"{host:31}  {status:6}  {finish:14}  {outcome:10}  {count:5}")
    print("\nleft out")
    for why, count in sorted(left_out.items()):
        print(f"{count:5}  {why}")


async def test_recorded_errors_at_first_use_say_what_mends_them(shared_data: Path) -> None:
    wanted = {"401": "refuses the API key", "404": "no model|no chat model answers"}
    rows = [row for row in chat_rows(shared_data) if row["status"] in wanted]
    found = list(recorded(shared_data, rows))
    assert found
    for row, reply in found:
        with OpenAIStub(otherwise=lambda _, reply=reply: reply) as stub:  # type: ignore[misc]
            backend = ChatBackend(replace(QUICK, base_url=stub.url, attempts=1), renderer=RENDERER)
            with pytest.raises(BackendError, match=wanted[row["status"]]):
                await backend.answer(TASK)


async def test_recorded_usage_is_taken_over_to_the_token(shared_data: Path) -> None:
    rows = [row for row in chat_rows(shared_data) if row["status"] == "200" and row["finish_reason"] == "length"]
    player = Player()
    with player.stub:
        for _, reply in recorded(shared_data, rows):
            assert isinstance(reply.body, dict)
            usage = (await player.read(reply)).usage
            assert usage.prompt_tokens == reply.body["usage"]["prompt_tokens"]
            assert usage.completion_tokens == reply.body["usage"]["completion_tokens"]
