"""Opening a workshop: the run's folder, stores, sources and backends, inside the running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from langgraph.runtime import Runtime

from agents.reader import DocumentStore
from graphs.context import Context, Workshop
from juried.artifacts import Artifacts
from juried.backends.base import Backend
from juried.backends.registry import ROLES, Backends, open_backends
from juried.calibration import load_calibration
from juried.documents.cache import DocumentCache
from juried.encoder import MiniLM
from juried.errors import JuriedError
from juried.events import EventLog, Listener
from juried.journal import Journal
from juried.runs import RunFolder, begin_run, run_id
from juried.settings import Settings, load_settings
from juried.sources.base import Source
from juried.sources.registry import open_sources
from prompts.loader import PromptRenderer
from vectorstore.embeddings import EmbeddingCache
from vectorstore.lexical import LexicalIndex
from vectorstore.search import HybridSearch
from vectorstore.store import ChunkStore

if TYPE_CHECKING:
    from juried.backends.conformance import CheckResult

_opened: dict[tuple[int, str], asyncio.Task[Workshop]] = {}
_kept_open: list[AsyncExitStack] = []


async def workshop_of(runtime: Runtime[Context], question: str) -> Workshop:
    """Return the runtime's workshop; where none was given (a development server), one from the environment."""
    context = runtime.context
    if context is not None and context.workshop is not None:
        return context.workshop
    key = (id(asyncio.get_running_loop()), question)
    if key not in _opened:
        _opened[key] = asyncio.create_task(_open_from_environment(question))
    try:
        return await asyncio.shield(_opened[key])
    except JuriedError:
        _opened.pop(key, None)
        raise


async def _open_from_environment(question: str) -> Workshop:
    settings, stack = load_settings({}), AsyncExitStack()
    _kept_open.append(stack)
    sources = await asyncio.to_thread(open_sources, settings)
    folder = await folder_of(question, settings, sources)
    return await open_workshop(folder, question, settings, sources, stack)


async def close_opened() -> None:
    """Close every workshop that was opened from the environment; a development server keeps them to its end."""
    _opened.clear()
    while _kept_open:
        await _kept_open.pop().aclose()


async def folder_of(question: str, settings: Settings, sources: Iterable[Source]) -> RunFolder:
    """Return the folder of the run that the question, the settings and the sources' content name.

    Raises:
        LibraryError: A library cannot be used.
    """
    marks = []
    for source in sorted(sources, key=lambda source: source.name):
        fingerprint = getattr(source, "fingerprint", None)
        marks.append(f"{source.name}:{await fingerprint() if fingerprint else ''}")
    return RunFolder(Path(settings.runs) / run_id(question, settings, " ".join(marks)))


def today() -> str:
    """Return the day it is, in UTC, as an ISO date; the one place where a run looks at the clock."""
    return datetime.now(UTC).date().isoformat()


async def open_workshop(
    folder: RunFolder,
    question: str,
    settings: Settings,
    sources: Iterable[Source],
    stack: AsyncExitStack,
    *,
    listeners: tuple[Listener, ...] = (),
    backend: Backend | None = None,
) -> Workshop:
    """Open everything that a run works with; what must be closed is left with `stack`.

    Raises:
        JuriedError: A backend, a store or the run folder cannot be used.
    """
    cache = await asyncio.to_thread(_open_cache, settings)
    memory = await asyncio.to_thread(_open_memory, folder, cache)
    stack.callback(memory.close)
    journal = await asyncio.to_thread(Journal, folder.journal)
    stack.callback(journal.close)
    if backend is not None:
        backends = Backends(dict.fromkeys(ROLES, backend))
    else:
        backends = open_backends(settings, renderer=PromptRenderer(), journal=journal, embed=cache.embed_now)
    stack.push_async_callback(backends.aclose)
    await backends.check()
    return Workshop(
        folder=folder,
        settings=settings,
        date=await asyncio.to_thread(begin_run, folder, question, settings.date or today(), settings),
        artifacts=Artifacts(folder.artifacts),
        events=EventLog(folder.events, listeners),
        documents=DocumentStore(folder.documents),
        parsed=DocumentCache(Path(settings.runs) / ".cache" / "documents"),
        memory=memory,
        backends=backends.by_role,
        sources={source.name: source for source in sources},
        calibration=load_calibration(backends["confirmer"].name),
    )


def _open_cache(settings: Settings) -> EmbeddingCache:
    return EmbeddingCache(Path(settings.runs) / ".cache" / "embeddings.sqlite", MiniLM())


def _open_memory(folder: RunFolder, cache: EmbeddingCache) -> HybridSearch:
    chunks = ChunkStore(folder.memory / "chroma", cache)
    return HybridSearch(chunks, LexicalIndex(folder.memory / "lexical.sqlite"), cache)


async def check_named(settings: Settings) -> tuple[CheckResult, ...]:
    """Run the conformance suite on the backend that the settings name."""
    from juried.backends.conformance import check_backend

    async with open_backends(settings, renderer=PromptRenderer(), journal=None) as backends:
        return await check_backend(backends["confirmer"])
