"""Vectors of an OpenAI-compatible server: order, batches, cache, retries on a clock of their own, and failures."""

from __future__ import annotations

import base64
import csv
import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.opening import _open_cache
from juried.backends.chat_config import ChatConfig
from juried.backends.chat_errors import CallFailed
from juried.encoder import HashingEncoder
from juried.errors import BackendError, JuriedError, UsageError
from juried.settings import Settings
from tests.openai_stub import JSON, OpenAIStub, Reply, error, hashed_vectors
from tests.test_backend_recordings import recorded
from vectorstore.embeddings import stored_dimension
from vectorstore.server_embeddings import ServerEncoder

TEXTS = [f"text number {number}" for number in range(150)]


def encoder_on(stub: OpenAIStub, waits: list[float] | None = None, dimension: int = 0) -> ServerEncoder:
    config = ChatConfig("openai:embed", stub.url, "sk-embed-secret", first_wait_s=0.5, timeout_s=5.0)
    return ServerEncoder(config, dimension, (waits if waits is not None else []).append)


def test_rows_are_unit_vectors_in_the_order_of_the_texts_asked_for_in_batches() -> None:
    with OpenAIStub() as stub:
        rows = encoder_on(stub).encode(TEXTS)
    assert np.array_equal(rows, HashingEncoder(32).encode(TEXTS))
    assert [len(body["input"]) for body in stub.embedded] == [64, 1, 64, 22]
    assert {body["model"] for body in stub.embedded} == {"embed"}


def test_no_text_is_ever_embedded_twice(tmp_path: Path) -> None:
    chosen = Settings(runs=str(tmp_path))
    with OpenAIStub() as stub:
        chosen = replace(chosen, embeddings=f"openai:embed@{stub.url}")
        for _ in range(2):
            cache = _open_cache(chosen)
            cache.embed_now([*TEXTS, *TEXTS])
            cache.close()
    sent = Counter(text for body in stub.embedded for text in body["input"])
    assert Counter(sent.values()) == {1: len(TEXTS), 2: 1}, "one text is asked for in company and alone"
    assert len(sent) == len(TEXTS) + 1, "one text more, once ever, to learn the dimension"
    path = tmp_path / ".cache" / "embeddings.sqlite"
    assert stored_dimension(path, cache.encoder.fingerprint) == 32
    assert stored_dimension(path, "another") == stored_dimension(tmp_path / "none", "x") == 0


def test_a_server_whose_vectors_depend_on_their_company_is_sent_one_text_at_a_time() -> None:
    def sociable(body: JSON) -> Reply:
        mixed = " ".join(body["input"]) if len(body["input"]) > 2 else ""
        return hashed_vectors({**body, "input": [f"{text} {mixed}" for text in body["input"]]})

    with OpenAIStub(embed=sociable) as stub:
        encoder = encoder_on(stub)
        rows = encoder.encode(TEXTS[:70])
        assert np.array_equal(rows, HashingEncoder(32).encode(TEXTS[:70]))
    assert [len(body["input"]) for body in stub.embedded] == [64] + [1] * 71


def test_two_models_and_two_servers_have_vectors_of_their_own() -> None:
    configs = [ChatConfig("openai:a", "http://h/v1"), ChatConfig("openai:b", "http://h/v1"), ChatConfig("openai:a")]
    prints = {ServerEncoder(config).fingerprint for config in configs}
    assert len(prints) == 3
    secret = ServerEncoder(ChatConfig("openai:a", "http://user:word@h/v1", "sk-secret")).fingerprint
    assert "word" not in secret
    assert "sk-secret" not in secret


def test_a_long_wait_that_the_server_asks_for_is_honoured_on_a_clock_of_its_own() -> None:
    replies = [error(429, "Slow down", headers={"retry-after": "300"}), error(503, "Restarting")]
    waits: list[float] = []
    with OpenAIStub(embed=lambda body: replies.pop(0) if replies else hashed_vectors(body)) as stub:
        encoder_on(stub, waits).encode(["a"])
    assert waits == [300.0, 1.0]


def test_a_text_that_is_too_long_is_represented_by_its_beginning() -> None:
    def short(body: JSON) -> Reply:
        longest = max(len(text) for text in body["input"])
        return error(400, "Input is too long for the context size") if longest > 300 else hashed_vectors(body)

    with OpenAIStub(embed=short) as stub:
        rows = encoder_on(stub).encode(["word " * 200, "short", ""])
    assert np.array_equal(rows[1], HashingEncoder(32).encode(["short"])[0])
    assert max(len(text) for text in stub.embedded[-1]["input"]) <= 300
    assert all(text for body in stub.embedded for text in body["input"]), "no server takes an empty text"


@pytest.mark.parametrize(
    ("reply", "message", "advice"),
    [
        (error(401, "Incorrect API key sk-embed-secret"), "refuses the API key", "export"),
        (error(404, "The model 'embed' does not exist"), "does not exist", "--embeddings"),
        (Reply(404, {"detail": "Not Found"}), "no vectors", "/v1"),
        (error(501, "This server does not support embeddings."), "does not support embeddings", "again"),
        (Reply(200, "<html>Welcome</html>"), "no vectors", "--embeddings"),
        (Reply(200, {"data": []}), "0 vectors", "--embeddings"),
        (Reply(200, {"data": [{"index": 0, "embedding": [0.0, 0.0]}]}), "zero", "--embeddings"),
        (Reply(200, {"data": [{"index": 0, "embedding": "???"}]}), "vectors of 0", "--embeddings"),
        (Reply(200, {"data": [{"index": 0, "embedding": [1.0, "a"]}]}), "vectors of 0", "--embeddings"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(reply: Reply, message: str, advice: str) -> None:
    with OpenAIStub(embed=lambda _: reply) as stub, pytest.raises(BackendError, match=message) as caught:
        _ = encoder_on(stub).dimension
    assert advice in caught.value.advice
    assert "sk-embed-secret" not in str(caught.value)


def test_another_dimension_than_before_is_not_taken() -> None:
    with OpenAIStub() as stub, pytest.raises(BackendError, match="16, 32"):
        encoder_on(stub, dimension=16).encode(["a"])


def test_nothing_listening_and_a_wrong_name_are_named() -> None:
    with OpenAIStub() as stub:
        pass
    with pytest.raises(BackendError, match="no vectors") as caught:
        encoder_on(stub).encode(["a"])
    assert "Start the server" in caught.value.advice
    for wrong in ("minilm", "anthropic:x", "openai:x?answer_tokens=4"):
        with pytest.raises(UsageError, match="--embeddings"):
            _open_cache(Settings(embeddings=wrong))
    with pytest.raises(BackendError, match="no API key"):
        ServerEncoder(ChatConfig("openai:x")).encode(["a"])


def test_base64_is_read_as_well() -> None:
    coded = base64.b64encode(np.array([3.0, 4.0], dtype="<f4").tobytes()).decode()
    with OpenAIStub(embed=lambda _: Reply(body={"data": [{"index": 0, "embedding": coded}]})) as stub:
        assert encoder_on(stub).encode(["a"]).tolist() == [[np.float32(0.6), np.float32(0.8)]]


NOISE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["data", "index", "embedding"]), inner),
    max_leaves=12,
)


@given(NOISE)
@settings(max_examples=60, deadline=None)
def test_a_body_of_noise_gives_no_vectors_and_nothing_but_a_named_failure(body: object) -> None:
    encoder = ServerEncoder(ChatConfig("openai:x", "http://127.0.0.1:9/v1"))
    with suppress(CallFailed):
        assert encoder._read(body, 1).shape == (1, encoder.dimension)


def trimmed(reply: Reply, wanted: int) -> Reply:
    """A recorded reply, less the vectors of texts that were not sent this time."""
    if not (isinstance(reply.body, dict) and "data" in reply.body):
        return reply
    return replace(reply, body={**reply.body, "data": reply.body["data"][-wanted:]})


def test_recorded_embeddings_are_read_and_recorded_refusals_named(shared_data: Path) -> None:
    with (shared_data / "llm_index.csv").open(newline="", encoding="utf-8") as file:
        rows = [
            row for row in csv.DictReader(file) if row["path"].endswith("/embeddings") and "/api/" not in row["path"]
        ]
    table: Counter[tuple[str, str]] = Counter()
    reply = Reply()
    with OpenAIStub(embed=lambda body: trimmed(reply, len(body["input"]))) as stub:
        for row, reply in recorded(shared_data, rows):
            sent = len(reply.body["data"]) if isinstance(reply.body, dict) and "data" in reply.body else 1
            try:
                shape = encoder_on(stub).encode(["a"] * sent).shape
                table[row["status"], f"vectors of {shape[1]}"] += 1
            except JuriedError as caught:
                table[row["status"], str(caught.advice)] += 1
    print(json.dumps({f"{status} {what}": count for (status, what), count in sorted(table.items())}, indent=1))
    assert sum(table.values()) >= 60
    assert all(what.startswith("vectors of") == (status == "200") for status, what in table)
