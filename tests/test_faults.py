"""Faults of a model server: the same report as the clean run at no more calls than faults, or a stated loss."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path

import pytest

from graphs.runner import Ended, run_question
from juried.backends.chat_config import ChatConfig
from juried.errors import ExitCode
from tests.fault_server import (
    Every,
    Fault,
    LoggingStub,
    RateLimit,
    hanging,
    malformed,
    server_error,
    truncated,
    wrong_schema,
)
from tests.openai_stub import JSON, Reply
from tests.small_library import QUESTION, settings_for


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short waits between tries, and a short timeout, for calls that fail in passing."""
    short = {"first_wait_s": 0.01, "timeout_s": 1.5}
    defaults = tuple(
        short.get(item.name, item.default) for item in fields(ChatConfig) if item.default is not MISSING and item.init
    )
    monkeypatch.setattr(ChatConfig.__init__, "__defaults__", defaults)


@dataclass(frozen=True)
class Clean:
    """A server, and a run on it that nothing disturbed."""

    stub: LoggingStub
    folder: Path
    ended: Ended
    calls: int


async def run(folder: Path, stub: LoggingStub) -> Ended:
    chosen = settings_for(
        folder,
        backend="",
        model="openai:stub",
        base_url=stub.url,
        api_key="test-key",
        max_claims=16,
        roles=("screener=openai:stub",),
    )
    return await run_question(QUESTION, chosen, lambda offer: True)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clean]:
    folder = tmp_path_factory.mktemp("clean")
    with LoggingStub() as stub:
        ended = asyncio.run(run(folder, stub))
        yield Clean(stub, folder, ended, len(stub.calls))


async def disturbed(clean: Clean, folder: Path, fault: Fault) -> Ended:
    """Run again in a folder of its own, with a fault."""
    stub = clean.stub
    for name in ("library", "runs/.cache"):
        shutil.copytree(clean.folder / name, folder / name)
    stub.calls.clear()
    stub.requests.clear()
    stub.faults, stub.fault = 0, fault
    try:
        return await run(folder, stub)
    finally:
        stub.fault = None


def told(ended: Ended) -> dict[str, object]:
    """What the record says, but for what was spent."""
    return ended.record.model_dump(exclude={"usage", "per_verified_claim"})


@pytest.mark.parametrize(
    "fault",
    [
        Every(5, server_error),
        Every(5, malformed),
        Every(5, wrong_schema),
        Every(6, hanging(3.0), at_most=3),
        RateLimit(5, 1.0),
    ],
    ids=["every fifth 500", "every fifth malformed", "every fifth of another form", "some hang", "429 over 5 a second"],
)
async def test_a_fault_in_passing_leaves_the_same_report_at_no_more_calls_than_faults(
    clean: Clean, tmp_path: Path, fault: Fault
) -> None:
    ended = await disturbed(clean, tmp_path, fault)
    assert clean.stub.faults >= 3
    assert len(clean.stub.calls) - clean.calls <= clean.stub.faults
    assert told(ended) == told(clean.ended)
    assert ended.exit_code == clean.ended.exit_code


@pytest.mark.parametrize("reply", [truncated, server_error, malformed, wrong_schema], ids=lambda reply: reply.__name__)
async def test_reviewers_that_only_fail_leave_not_checked_with_a_reason_and_exit_code_3(
    clean: Clean, tmp_path: Path, reply: Callable[[JSON], Reply]
) -> None:
    def fault(number: int, body: JSON) -> Reply | None:
        asked = body.get("response_format", {}).get("json_schema", {}).get("name", "")
        return reply(body) if asked == "ClaimVotes" or '"title":"ClaimVotes"' in str(body["messages"]) else None

    ended = await disturbed(clean, tmp_path, fault)
    assert ended.exit_code == ExitCode.DEGRADED
    tried = [verdict for verdict in ended.record.verdicts if verdict.reason != "not_selected"]
    assert tried
    assert {(verdict.outcome, verdict.reason) for verdict in tried} <= {
        ("not_checked", "backend_failed"),
        ("contradicted", "number_mismatch"),
    }
    assert any(loss.stage == "review_claims" for loss in ended.record.losses)
