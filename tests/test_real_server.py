"""The chat backend, the conformance suite and the whole graph against a real llama.cpp server on loopback.

The model has random weights, so that what it says is noise: what is checked is that every request is one
that the server takes, that everything that goes wrong has its name, and that the run ends sealed and
says that it is degraded. What only a model that can read passes is listed in NEEDS_A_READER.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from graphs.runner import Ended, run_question
from juried.backends.chat import ChatBackend
from juried.backends.chat_config import ChatConfig
from juried.backends.conformance import check_backend
from juried.errors import BackendError, ExitCode
from juried.records.loading import load_record
from tests.chat_helpers import RENDERER, TASK
from tests.small_library import QUESTION, settings_for
from tests.tiny_model import NAME, serving, write_model
from vectorstore.server_embeddings import ServerEncoder

pytestmark = pytest.mark.skipif(
    not all(find_spec(name) for name in ("xllamacpp", "gguf")), reason="xllamacpp and gguf are not installed here"
)
KEY = "key-of-the-tiny-server"
NEEDS_A_READER = {
    "plans a search",
    "judges relevance",
    "extracts claims",
    "judges claims",
    "writes a report",
    "scores a report",
    "quotes words of the passage",
    "votes name evidence",
    "numbers are in range",
    "eight at once",
    "order of claims does not mix votes",
    "odd ids come back as they are",
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the tiny model, started as a process of its own."""
    with serving(write_model(tmp_path_factory.mktemp("model") / "tiny.gguf"), KEY) as address:
        yield address


def config(url: str) -> ChatConfig:
    return ChatConfig(f"openai:{NAME}", url, KEY, answer_tokens=200, timeout_s=60.0, first_wait_s=0.05)


async def test_the_probe_tells_what_the_server_takes(url: str) -> None:
    capabilities = await ChatBackend(config(url), renderer=RENDERER).probe()
    found = {item.name: (item.taken, item.detail) for item in capabilities}
    assert found["JSON schema"] == ("yes", "")
    assert found["token limit"] == ("yes", "max_completion_tokens")
    assert found["log probabilities"][0] == found["seed"][0] == "yes"


async def test_the_suite_fails_only_what_needs_a_reader(url: str) -> None:
    results = await check_backend(ChatBackend(config(url), renderer=RENDERER))
    for result in results:
        print(f"{result.outcome:8} {result.name}: {result.detail[:100]}")
    failed = {result.name: result.detail for result in results if result.outcome == "failed"}
    assert set(failed) <= NEEDS_A_READER
    assert not [detail for detail in failed.values() if "It raised" in detail]
    assert sum(result.outcome == "passed" for result in results) >= 10


async def test_a_wrong_key_and_a_wrong_address_are_named(url: str) -> None:
    wrong = ChatBackend(replace(config(url), api_key="another-key"), renderer=RENDERER)
    with pytest.raises(BackendError, match="refuses the API key"):
        await wrong.answer(TASK)
    lost = ChatBackend(replace(config(url), base_url=url.removesuffix("/v1") + "/nowhere"), renderer=RENDERER)
    with pytest.raises(BackendError, match="no chat model answers"):
        await lost.answer(TASK)


async def test_tokens_are_those_that_the_server_counts(url: str) -> None:
    answer = await ChatBackend(config(url), renderer=RENDERER).answer(TASK)
    assert answer.usage.calls >= 1
    assert answer.usage.prompt_tokens > 4_000, "one token a character, as this model has it"
    assert 1 <= answer.usage.completion_tokens <= 200 * answer.usage.calls


def test_vectors_of_the_server_do_not_depend_on_their_company(url: str) -> None:
    encoder = ServerEncoder(config(url))
    together = encoder.encode(["one text", "another", "", "w" * 2_000])
    alone = encoder.encode(["another"])
    encoder.close()
    assert together.shape == (4, encoder.dimension)
    assert np.allclose(together[1], alone[0], atol=1e-3)


async def run(tmp_path: Path, url: str, *roles: str) -> Ended:
    model = f"openai:{NAME}@{url}?answer_tokens=200&concurrency=4"
    chosen = settings_for(tmp_path, backend="", model=model, api_key=KEY, roles=roles)
    ended = await run_question(QUESTION, replace(chosen, embeddings=f"openai:{NAME}@{url}"), lambda offer: True)
    for loss in ended.record.losses:
        print(f"{loss.stage:14} {loss.detail[:110]}")
    return ended


async def test_the_whole_graph_ends_sealed_with_every_loss_named(tmp_path: Path, url: str) -> None:
    ended = await run(tmp_path, url, "screener=embedded", "extractor=embedded")
    record = load_record(ended.folder.record)
    assert ended.folder.sealed
    assert ended.folder.report.read_text(encoding="utf-8").startswith("# ")
    assert ended.exit_code == ExitCode.DEGRADED
    assert record.claims
    assert not any(verdict.verified for verdict in record.verdicts), "noise verifies nothing"
    assert len(record.verdicts) == len(record.claims)
    assert {loss.stage for loss in record.losses} >= {"plan_search", "review_claims"}
    assert all(loss.detail for loss in record.losses)
    assert {note.name for note in record.backends} == {"embedded", f"openai:{NAME}"}
    assert sum(item.calls for item in record.usage) >= 3


async def test_an_extractor_of_noise_leaves_a_sealed_run_without_evidence(tmp_path: Path, url: str) -> None:
    ended = await run(tmp_path, url)
    assert ended.folder.sealed
    assert ended.exit_code in (ExitCode.DEGRADED, ExitCode.NO_EVIDENCE)
    assert ended.record.draft.answer == "not_answered"
