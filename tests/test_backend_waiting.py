"""Waits beyond two minutes on a clock of their own, and answers that arrive while their task is cancelled."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from juried.backends import conformance_tasks as tasks
from juried.journal import Journal
from tests.chat_helpers import QUICK, TASK, backend_on, votes_json
from tests.openai_stub import JSON, OpenAIStub, Reply, completion, error, sensible


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """Make the clock jump over every sleep of a second or more; returns the seconds jumped so far."""
    real, jumped = time.monotonic, [0.0]

    async def jump(seconds: float) -> None:
        whole = seconds if seconds >= 1.0 else 0.0
        jumped[0] += whole
        await asyncio.sleep(seconds - whole)

    monkeypatch.setattr("juried.clock.sleep", jump)
    monkeypatch.setattr("juried.clock.now", lambda: real() + jumped[0])
    return lambda: jumped[0]


@pytest.mark.parametrize("asked", [121, 180, 599])
async def test_a_wait_beyond_two_minutes_is_honoured_by_all_workers(asked: int, clock: Callable[[], float]) -> None:
    limited = error(429, "Rate limit reached", headers={"retry-after": str(asked)})
    with OpenAIStub([completion(votes_json()), limited]) as stub:
        backend = backend_on(stub, config=replace(QUICK, concurrency=1))
        await backend.answer(TASK)
        answers = await asyncio.gather(*(backend.answer(tasks.judge_claims(f"C-{n}-")) for n in range(3)))
    assert {answer.outcome for answer in answers} == {"answered"}
    assert asked - 1 <= clock() <= asked + 1, "one pause for all of them"
    assert len(stub.requests) == 1 + 1 + 3


async def test_a_wait_beyond_patience_is_not_begun(clock: Callable[[], float]) -> None:
    limited = error(429, "Rate limit reached", headers={"retry-after": "86400"})
    with OpenAIStub([completion(votes_json())], otherwise=lambda _: limited) as stub:
        backend = backend_on(stub)
        await backend.answer(TASK)
        answer = await backend.answer(tasks.score_report())
    assert (answer.outcome, clock()) == ("failed", 0.0)
    assert "Rate limit reached" in answer.detail


class Gated:
    """A server script that holds every answer until it is let go."""

    def __init__(self) -> None:
        self.arrived, self.go = threading.Event(), threading.Event()

    def __call__(self, body: JSON) -> Reply:
        self.arrived.set()
        self.go.wait(10)
        return sensible(body)


async def cancel_in_flight(gated: Gated, asked: asyncio.Task[object]) -> None:
    await asyncio.to_thread(gated.arrived.wait, 10)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_an_answer_that_arrives_after_its_task_was_cancelled_is_in_the_journal(tmp_path: Path) -> None:
    gated = Gated()
    with Journal(tmp_path / "journal.sqlite") as journal, OpenAIStub(gated) as stub:
        backend = backend_on(stub, journal=journal)
        await cancel_in_flight(gated, asyncio.create_task(backend.answer(TASK)))
        gated.go.set()
        await backend.aclose()
        assert len(journal.rows()) == 1
        answer = await backend_on(stub, journal=journal).answer(TASK)
        assert (answer.outcome, len(stub.requests)) == ("answered", 1)


async def test_closing_does_not_wait_longer_than_its_grace(tmp_path: Path) -> None:
    gated = Gated()
    with Journal(tmp_path / "journal.sqlite") as journal, OpenAIStub(gated) as stub:
        backend = backend_on(stub, config=replace(QUICK, grace_s=0.05), journal=journal)
        await cancel_in_flight(gated, asyncio.create_task(backend.answer(TASK)))
        await asyncio.wait_for(backend.aclose(), 5)
        gated.go.set()
        assert journal.rows() == ()


async def test_a_cancelled_task_that_waits_for_its_turn_makes_no_call(tmp_path: Path) -> None:
    gated = Gated()
    gated.go.set()
    with Journal(tmp_path / "journal.sqlite") as journal, OpenAIStub(gated) as stub:
        backend = backend_on(stub, config=replace(QUICK, concurrency=1), journal=journal)
        await backend.answer(TASK)
        gated.arrived.clear()
        gated.go.clear()
        first, second = (asyncio.create_task(backend.answer(tasks.judge_claims(f"C-{n}-"))) for n in range(2))
        await asyncio.to_thread(gated.arrived.wait, 10)
        second.cancel()
        gated.go.set()
        assert (await first).outcome == "answered"
        await backend.aclose()
        assert (len(stub.requests), len(journal.rows())) == (2, 2)
