"""The wire suite: what the chat backend makes of everything that a server may send, in one table.

The conformance suite in `juried.backends.conformance` asks any backend real tasks and cannot choose what
comes back. Here the server is scripted: each case is the answers that it gives in turn to one task, the
outcome that the task must have, and the calls that this must take.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from juried.backends.base import Outcome
from juried.tasks import ClaimVotes
from tests.chat_helpers import QUICK, TASK, backend_on, vote, votes_json
from tests.openai_stub import OpenAIStub, Reply, completion, error

GOOD = votes_json()
SLOW_DOWN = error(429, "Slow down", headers={"retry-after": "0.01"})


@dataclass(frozen=True)
class Case:
    """What a server sends in turn, and what must come of it."""

    name: str
    replies: tuple[Reply, ...]
    outcome: Outcome
    calls: int


def said(name: str, content: str | None, calls: int = 1, outcome: Outcome = "answered") -> Case:
    """A case of one answer with this content, and good ones after it."""
    return Case(name, (completion(content),), outcome, calls)


CASES = (
    said("bare JSON", GOOD),
    said("fences", f"```json\n{GOOD}\n```"),
    said("fences without a language", f"```\n{GOOD}\n```"),
    said("thinking first", f"<think>{{'a': 1}} hm</think>{GOOD}"),
    said("thinking without its begin", f"hm {{}} </think>\n{GOOD}"),
    said("prose around", f"Sure! Here it is:\n{GOOD}\nAnything {{else}}?"),
    said("second thoughts", f'{{"votes": 1}} No: {GOOD}'),
    said("unicode", GOOD.replace("It says so.", "Das steht da: 多言語 😀 \\u00e9 e\u0301.")),
    said("byte order mark", f"\ufeff{GOOD}"),
    said("extra fields", votes_json({**vote("C-1"), "mood": "good"}, vote("C-2", evidence=("E2",)))),
    said("very long", GOOD + " " * 400_000 + "x" * 100_000),
    said("bad JSON", GOOD[:-9], calls=2),
    said("single quotes", GOOD.replace('"', "'"), calls=2),
    said("missing fields", json.dumps({"votes": [{"claim_id": "C-1"}]}), calls=2),
    said("missing votes", votes_json(vote("C-1")), calls=2),
    said("an array", f"[{GOOD[1:-1]}]", calls=2),
    said("null", "null", calls=2),
    said("empty", "", calls=2),
    said("no content", None, calls=2),
    said("deep nesting", "{" * 50_000, calls=2),
    Case("never JSON", (completion("Fine."), completion("Really.")), "malformed", 2),
    Case("cut", (completion(GOOD[:20], finish="length"),), "truncated", 1),
    Case("cut while thinking", (completion("<think>hm", finish="length"),), "truncated", 1),
    Case("refusal field", (completion(None, refusal="I can't help with that."),), "refused", 1),
    Case("refusal in words", (completion("I'm sorry, but I cannot assist with that."),), "refused", 1),
    Case("filter", (completion("", finish="content_filter"),), "filtered", 1),
    Case("filter by status", (error(400, "content management policy", code="content_filter"),), "filtered", 1),
    Case("slow", (replace(completion(GOOD), delay_s=0.2),), "answered", 1),
    Case("hangs once", (replace(completion(GOOD), delay_s=2.0),), "answered", 2),
    Case("429 twice", (SLOW_DOWN, SLOW_DOWN), "answered", 3),
    Case("500 once", (error(500, "Oops"),), "answered", 2),
    Case("no choices", (Reply(200, {"id": "x", "object": "chat.completion", "choices": []}),), "answered", 2),
    Case("half a body", (Reply(200, '{"id": "x", "choices": [{"mess'),), "answered", 2),
    Case("web page", (Reply(200, "<html>busy</html>"),), "answered", 2),
    Case("too long", (error(400, "maximum context length is 4096 tokens"),), "failed", 1),
    Case("key revoked", (error(401, "Key revoked"),), "failed", 1),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_outcome_has_its_name_and_takes_no_call_too_many(case: Case) -> None:
    with OpenAIStub([completion(GOOD), *case.replies], otherwise=lambda _: completion(GOOD)) as stub:
        backend = backend_on(stub, config=replace(QUICK, timeout_s=1.0))
        await backend.answer(TASK)
        answer = await backend.answer(TASK)
        assert (answer.outcome, len(stub.requests) - 1) == (case.outcome, case.calls), answer.detail
        await backend.aclose()
    if case.outcome == "answered":
        assert isinstance(answer.output, ClaimVotes)
        assert [item.claim_id for item in answer.output.votes] == ["C-1", "C-2"]
    else:
        assert answer.output is None
        assert answer.detail
