"""Real recorded answers of OpenAI, Azure, Groq, vLLM, Ollama and others, served again and read by the chat backend."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from juried.backends.base import Answer
from juried.backends.chat import ChatBackend
from juried.errors import BackendError
from juried.tasks import TaskOutput
from tests.chat_helpers import QUICK, RENDERER, TASK, votes_json
from tests.openai_stub import JSON, OpenAIStub, Reply, completion

Shape = tuple[str, ...]
_SHAPE = ("host", "status", "finish_reason", "tool_calls", "refusal", "response_format", "model", "tools")


def chat_rows(shared_data: Path) -> list[dict[str, str]]:
    """One row of the index for each shape of answer that a chat-completions server gave, in the index's order."""
    with (shared_data / "llm_index.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["path"].endswith("/chat/completions")]
    shapes: dict[Shape, dict[str, str]] = {}
    for row in rows:
        if row["stream"] == "False":
            shapes.setdefault(tuple(row[name] for name in _SHAPE), row)
    return list(shapes.values())


def recorded(shared_data: Path, rows: list[dict[str, str]]) -> Iterator[tuple[dict[str, str], Reply]]:
    """Yield each row with its recorded answer; those whose body is no JSON text are left out."""
    for row in rows:
        cassette = yamlserializer.deserialize((shared_data / row["file"]).read_text(encoding="utf-8"))
        response = cassette["interactions"][int(row["i"])]["response"]
        text = response["body"].get("string", "")
        try:
            body: JSON = json.loads(unzipped(text))
        except (ValueError, UnicodeDecodeError):
            continue
        yield row, Reply(int(response["status"]["code"]), body)


def unzipped(text: str | bytes) -> str:
    """The text of a recorded body, which may be compressed."""
    data = text.encode() if isinstance(text, str) else text
    return gzip.decompress(data).decode() if data[:2] == b"\x1f\x8b" else data.decode()


class Player:
    """A stub server that first answers well, so that the model counts as usable, and then as it is told."""

    def __init__(self) -> None:
        self.reply = completion(votes_json())
        self.stub = OpenAIStub(lambda _: self.reply)

    async def read(self, reply: Reply) -> Answer[TaskOutput]:
        """Return what a backend makes of a reply."""
        backend = ChatBackend(replace(QUICK, base_url=self.stub.url, attempts=1), renderer=RENDERER)
        self.reply = completion(votes_json())
        await backend.answer(TASK)
        self.reply = reply
        answer = await backend.answer(TASK)
        await backend.aclose()
        return answer


async def test_recorded_answers_have_the_right_names(shared_data: Path) -> None:
    table: Counter[tuple[str, str, str]] = Counter()
    player = Player()
    with player.stub:
        for row, reply in recorded(shared_data, chat_rows(shared_data)):
            answer = await player.read(reply)
            table[(row["status"], row["finish_reason"] or "none", answer.outcome)] += 1
    print("\nstatus  finish          outcome     shapes")
    for (status, finish, outcome), count in sorted(table.items()):
        print(f"{status:6}  {finish:14}  {outcome:10}  {count:6}")
    assert sum(table.values()) >= 36
    for (status, finish, outcome), count in table.items():
        wanted = {"length": "truncated", "content_filter": "filtered"}.get(finish)
        assert wanted is None or outcome == wanted, (status, finish, outcome, count)
        assert outcome != "answered", "none of these speaks of the claims"


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
