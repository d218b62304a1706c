"""What travels beside the state: the settings of a run and its workshop (clients, stores, event log)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import InstanceOf
from pydantic.json_schema import SkipJsonSchema

from agents.asking import Account
from agents.reader import DocumentStore
from juried.artifacts import Artifacts
from juried.backends.base import Backend, TokenUsage
from juried.calibration import Calibration
from juried.documents.cache import DocumentCache
from juried.events import EventLog
from juried.records.base import Record
from juried.reports.lint import EarlierReport
from juried.runs import RunFolder
from juried.settings import Settings
from juried.sources.base import Source
from juried.tasks import Role
from vectorstore.search import HybridSearch


@dataclass(frozen=True)
class Workshop:
    """Everything that nodes work with; opened by the runner inside the running event loop."""

    folder: RunFolder
    settings: Settings
    date: str
    artifacts: Artifacts
    events: EventLog
    documents: DocumentStore
    parsed: DocumentCache
    memory: HybridSearch
    backends: Mapping[Role, Backend]
    sources: Mapping[str, Source]
    calibration: Calibration | None
    earlier: tuple[EarlierReport, ...]

    @property
    def run(self) -> str:
        """The digits that end the run's id; what branches carry."""
        return self.folder.id.rpartition("-")[2]

    async def keep(self, record: Record) -> str:
        """Store a record without blocking the event loop, and return its key."""
        return await asyncio.to_thread(self.artifacts.put, record)

    async def settle(self, account: Account) -> list[str]:
        """Store what a branch cost and lost; a branch that cost and lost nothing leaves nothing."""
        outlay = account.outlay()
        return [await self.keep(outlay)] if outlay.usage or outlay.losses else []

    def account(self, stage: str, branch: str = "") -> Account:
        """Open the account of one branch; its calls show up in the event log."""
        return Account(stage, branch, self._told)

    def _told(self, stage: str, branch: str, usage: TokenUsage, outcome: str) -> None:
        self.events.emit(
            "call",
            stage,
            concerns=branch,
            detail=outcome,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            cost_nanos=usage.cost_nanos or 0,
        )


@dataclass
class Context:
    """The `Runtime[Context]` of a run; without a workshop, nodes open one from the environment's settings."""

    workshop: Annotated[InstanceOf[Workshop] | None, SkipJsonSchema()] = None
