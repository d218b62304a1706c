"""Opening a workshop: the run's folder, stores, sources and backends, inside the running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timezone
from pathlib import Path

from langgraph.runtime import Runtime

from agents.reader import DocumentStore
from graphs.context import Context, Workshop
from juried.artifacts import Artifacts
from juried.backends.registry import open_backends
from juried.calibration import load_calibration
from juried.encoder import MiniLM
from juried.errors import LibraryError
from juried.events import EventLog, Listener
from juried.journal import Journal
from juried.runs import RunFolder, begin_run, run_id
from juried.settings import Settings, load_settings
from juried.sources.base import Source
from juried.sources.registry import open_sources
from prompts.loader import load_prompts
from vectorstore.embeddings import EmbeddingCache
from vectorstore.search import open_search

_opened: dict[tuple[int, str], Workshop] = {}


async def workshop_of(runtime: Runtime[Context], question: str) -> Workshop:
    """Return the runtime's workshop; where none was given (a development server), one from the environment."""
    context = runtime.context
    if context is not None and context.workshop is not None:
        return context.workshop
    key = (id(asyncio.get_running_loop()), question)
    if key not in _opened:
        _opened[key] = await open_workshop(question, load_settings({}), AsyncExitStack())
    return _opened[key]


def folder_of(question: str, settings: Settings, sources: Mapping[str, Source]) -> RunFolder:
    """Return the folder of the run that these settings name."""
    searched = "".join(getattr(source, "fingerprint", "") for _, source in sorted(sources.items()))
    return RunFolder(Path(settings.runs) / run_id(question, settings, searched))


def today() -> str:
    """Return the day it is, in UTC, as an ISO date; the one place where a run looks at the clock."""
    return datetime.now(timezone.utc).date().isoformat()


async def open_workshop(
    question: str, settings: Settings, stack: AsyncExitStack, listeners: tuple[Listener, ...] = ()
) -> Workshop:
    """Open everything that a run works with; what must be closed is left with `stack`.

    Raises:
        JuriedError: The library, a source, a backend or the run folder cannot be used.
    """
    sources = {source.name: source for source in await open_sources(settings)}
    if not sources:
        raise LibraryError("there is no source to search.", advice="Name a folder with --library PATH.")
    for source in sources.values():
        stack.push_async_callback(source.aclose)
    folder = folder_of(question, settings, sources)
    date = begin_run(folder, question, settings.date or today(), settings)
    journal = stack.enter_context(Journal(folder.journal))
    cache = stack.enter_context(EmbeddingCache(Path(settings.runs) / ".cache" / "embeddings.sqlite", MiniLM()))
    backends = open_backends(settings, renderer=load_prompts(), journal=journal)
    for backend in {id(backend): backend for backend in backends.values()}.values():
        stack.push_async_callback(backend.aclose)
    return Workshop(
        folder=folder,
        settings=settings,
        date=date,
        artifacts=Artifacts(folder.artifacts),
        events=EventLog(folder.events, listeners),
        documents=DocumentStore(folder.documents),
        memory=open_search(folder.memory, cache),
        backends=backends,
        sources=sources,
        calibration=load_calibration(backends["confirmer"].name),
    )
