"""Short ways to make chat backends over the stub server, and answers that a server may give."""

from __future__ import annotations

import json
from dataclasses import replace

from juried.backends import conformance_tasks as tasks
from juried.backends.budget import Budget
from juried.backends.chat import ChatBackend
from juried.backends.chat_config import ChatConfig
from juried.journal import Journal
from prompts.loader import PromptRenderer
from tests.openai_stub import JSON, OpenAIStub

RENDERER = PromptRenderer()
QUICK = ChatConfig("openai:stub", api_key="sk-test-very-secret", first_wait_s=0.01, attempts=3, timeout_s=5.0)
TASK = tasks.judge_claims()


def backend_on(
    stub: OpenAIStub,
    *,
    config: ChatConfig = QUICK,
    journal: Journal | None = None,
    budget: Budget | None = None,
) -> ChatBackend:
    """A chat backend over the stub, with short waits."""
    return ChatBackend(replace(config, base_url=stub.url), renderer=RENDERER, journal=journal, budget=budget)


def vote(claim: str, label: str = "supports", evidence: tuple[str, ...] = ("E1",)) -> JSON:
    """A vote as a server gives it."""
    return {"claim_id": claim, "label": label, "probability": 90, "evidence": list(evidence), "reason": "It says so."}


def votes_json(*votes: JSON) -> str:
    """A whole answer to TASK, or one with these votes."""
    return json.dumps({"votes": list(votes) or [vote("C-1"), vote("C-2", evidence=("E2",))]})
