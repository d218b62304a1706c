"""The whole graph with a chat model behind it: HTTP on loopback, tokens as the server counts them, no call twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphs.runner import Ended, run_question
from juried.errors import BackendError, ExitCode
from juried.settings import Settings
from tests.openai_stub import OpenAIStub, error
from tests.small_library import QUESTION, settings_for


def settings(tmp_path: Path, stub: OpenAIStub, **given: object) -> Settings:
    return settings_for(tmp_path, backend="", model="openai:stub", base_url=stub.url, api_key="test-key", **given)


async def run(chosen: Settings) -> Ended:
    return await run_question(QUESTION, chosen, lambda offer: True)


async def test_a_chat_model_carries_the_whole_graph_and_its_tokens_are_the_servers_own(tmp_path: Path) -> None:
    with OpenAIStub() as stub:
        ended = await run(settings(tmp_path, stub))
        assert ended.folder.report.exists()
        usage = ended.record.usage
        assert sum(item.calls for item in usage) == len(stub.requests)
        assert sum(item.prompt_tokens for item in usage) == stub.prompt_tokens
        held = {note.role: (note.name, note.language_model) for note in ended.record.backends}
        assert held.pop("screener") == ("embedded", False)
        assert set(held.values()) == {("openai:stub", True)}
        report = ended.folder.report.read_text(encoding="utf-8")
        assert "judged against the criteria by embedded (by method, without a language model)" in report
        assert "openai:stub scored under 3 mandates in one call" in report
        assert any(note.calibration == "uncalibrated" for note in ended.record.backends)


async def test_the_same_run_anew_makes_no_call_that_its_journal_holds(tmp_path: Path) -> None:
    with OpenAIStub() as stub:
        first = await run(settings(tmp_path, stub))
        made = len(stub.requests)
        for path in (first.folder.manifest, first.folder.checkpoints):
            path.unlink()
        again = await run(settings(tmp_path, stub))
        assert len(stub.requests) == made
        assert again.folder.record.read_bytes() == first.folder.record.read_bytes()


async def test_a_wrong_key_ends_the_run_with_one_sentence_before_any_paid_call(tmp_path: Path) -> None:
    with OpenAIStub(lambda body: error(401, "Incorrect API key provided")) as stub:
        with pytest.raises(BackendError) as caught:
            await run(settings(tmp_path, stub))
        assert caught.value.exit_code == ExitCode.BACKEND
        assert caught.value.advice


async def test_a_budget_that_runs_out_leaves_claims_not_checked(tmp_path: Path) -> None:
    with OpenAIStub() as stub:
        ended = await run(settings(tmp_path, stub, max_tokens=9_000))
    reasons = {verdict.reason for verdict in ended.record.verdicts}
    lost = {loss.detail.partition(".")[0] for loss in ended.record.losses}
    assert "budget_exhausted" in reasons or any("unaffordable" in detail for detail in lost)
    assert ended.exit_code in (ExitCode.DEGRADED, ExitCode.NO_EVIDENCE)
    assert not any(verdict.verified and verdict.reason == "budget_exhausted" for verdict in ended.record.verdicts)


async def test_a_resumed_run_has_spent_what_its_journal_says(tmp_path: Path) -> None:
    with OpenAIStub() as stub:
        chosen = settings(tmp_path, stub, max_tokens=9_000)
        first = await run(chosen)
        spent = stub.prompt_tokens + stub.completion_tokens
        for path in (first.folder.manifest, first.folder.checkpoints):
            path.unlink()
        await run(chosen)
        assert stub.prompt_tokens + stub.completion_tokens == spent <= 9_000
