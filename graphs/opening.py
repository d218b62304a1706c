"""Opening a workshop: the run's folder, stores, sources and backends, inside the running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from agents.reader import DocumentStore
from agents.retriever import plan_task
from graphs.context import Context, Workshop
from juried import __version__
from juried.artifacts import Artifacts
from juried.backends.ahead import AskedAhead
from juried.backends.base import Backend
from juried.backends.registry import ROLES, Backends, open_backends, plug_in_versions
from juried.backends.role_models import embedding_config
from juried.calibration import Calibration
from juried.calibration_files import calibration_mark, choose_calibration
from juried.documents.cache import DocumentCache
from juried.encoder import MiniLM
from juried.errors import RecordError, UsageError
from juried.events import EventLog, Listener
from juried.journal import Journal
from juried.provenance import Provenance
from juried.records.base import sha256
from juried.records.loading import load_record
from juried.reports.lint import EarlierReport, earlier_report
from juried.runs import RunFolder, begin_run, find_sealed, run_id
from juried.settings import Settings, load_settings
from juried.sources.base import Source
from juried.sources.registry import open_sources
from juried.tasks import Role
from prompts.loader import PromptRenderer
from vectorstore.embeddings import EmbeddingCache, stored_dimension
from vectorstore.lexical import LexicalIndex
from vectorstore.search import HybridSearch
from vectorstore.server_embeddings import DIMENSION_TEXT, ServerEncoder
from vectorstore.store import ChunkStore

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

    from juried.backends.conformance import CheckResult
    from juried.backends.embedded.planning import Embed
    from juried.sources.http import HttpClient

_opened: dict[tuple[int, str], asyncio.Task[Workshop]] = {}
_kept_open: list[AsyncExitStack] = []
_ROOT = Path(__file__).resolve().parents[1]
_ROOMS = ("juried", "prompts", "vectorstore", "agents", "graphs")


async def begin(runtime: Runtime[Context], question: str) -> Workshop:
    """Return the runtime's workshop; where none was given (a development server), one from the environment."""
    if runtime.context is not None and runtime.context.workshop is not None:
        return runtime.context.workshop
    task = asyncio.create_task(_open_from_environment(question))
    shop = await task
    _opened[id(asyncio.get_running_loop()), shop.run] = task
    return shop


async def workshop_of(runtime: Runtime[Context], run: str) -> Workshop:
    """Return the workshop of a run that `begin` opened; `run` is what the state holds.

    Raises:
        UsageError: A development server was started anew since the run began.
    """
    if runtime.context is not None and runtime.context.workshop is not None:
        return runtime.context.workshop
    task = _opened.get((id(asyncio.get_running_loop()), run))
    if task is None:
        raise UsageError("the server was started anew since this run began.", concerns=run, advice="Ask again.")
    return await asyncio.shield(task)


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


async def folder_of(
    question: str, settings: Settings, sources: Iterable[Source], backend: Backend | None = None
) -> RunFolder:
    """Return the folder of the run that the question, the settings, the sources' content and the code name.

    Raises:
        LibraryError: A library cannot be used.
    """
    ordered = sorted(sources, key=lambda source: source.name)
    marks = [f"{source.name}:{await fingerprint_of(source)}" for source in ordered]
    answered_by = backend.fingerprint if backend else " ".join(plug_in_versions(settings))
    own = await asyncio.to_thread(calibration_mark, settings, backend)
    marks += [answered_by, await asyncio.to_thread(code_hash), *([own] if own else [])]
    return RunFolder(Path(settings.runs) / run_id(question, settings, " ".join(marks)))


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Return the SHA-256 over all code, prompts and models, so that a run is never gone on with by other code."""
    return sha256("".join(f"{path.name}{digest}" for path, digest in _file_hashes()))


@lru_cache(maxsize=1)
def _file_hashes() -> tuple[tuple[Path, str], ...]:
    """Return the files of the rooms, each with its SHA-256."""
    files = [path for room in _ROOMS for path in sorted((_ROOT / room).rglob("*")) if path.suffix != ".pyc"]
    return tuple((path, sha256(path.read_bytes())) for path in files if path.is_file())


async def made_with(settings: Settings, sources: Iterable[Source]) -> Provenance:
    """Return what a run that begins now is made with; raises LibraryError when a library cannot be used."""
    files = await asyncio.to_thread(_file_hashes)
    prompts = {path.stem: digest for path, digest in files if path.suffix == ".md" and path.parent.name == "prompts"}
    weights = [(path, digest) for path, digest in files if path.is_relative_to(_ROOT / "juried" / "models")]
    models = {name: _together(weights, name) for name in sorted({path.parent.name for path, _ in weights})}
    shipped = {path for path, _ in weights}
    code = [digest for path, digest in files if path.stem not in prompts and path not in shipped]
    marks = {source.name: await fingerprint_of(source) for source in sources}
    return Provenance(__version__, sha256("".join(code)), prompts, models, marks, plug_in_versions(settings))


def _together(files: Iterable[tuple[Path, str]], folder: str) -> str:
    return sha256("".join(digest for path, digest in files if path.parent.name == folder))


async def fingerprint_of(source: Source) -> str:
    """Return the fingerprint of a source's content, "" for one without."""
    fingerprint = getattr(source, "fingerprint", None)
    return str(await fingerprint()) if fingerprint else ""


def today() -> str:
    """Return the day it is, in UTC, as an ISO date; the one place where a run looks at the clock."""
    return datetime.now(UTC).date().isoformat()


async def open_workshop(
    folder: RunFolder,
    question: str,
    settings: Settings,
    sources: Collection[Source],
    stack: AsyncExitStack,
    *,
    listeners: tuple[Listener, ...] = (),
    backend: Backend | None = None,
    client: HttpClient | None = None,
    earlier: tuple[EarlierReport, ...] | None = None,
    calibration: Calibration | None = None,
) -> Workshop:
    """Open everything that a run works with; what must be closed is left with `stack`.

    In a replay `earlier` and `calibration` are the recorded ones.

    Raises:
        JuriedError: A backend, a store or the run folder cannot be used.
    """
    # The journal comes first: its lock keeps a second process away from stores that two must not open.
    journal = await asyncio.to_thread(Journal, folder.journal)
    stack.callback(journal.close)
    cache = await asyncio.to_thread(_open_cache, settings)
    if isinstance(cache.encoder, ServerEncoder):
        stack.callback(cache.encoder.close)
    if client is not None:
        client.keep_in(journal)
    backends = _backends(settings, backend, journal, cache)
    stack.push_async_callback(backends.aclose)
    calibration = calibration or choose_calibration(settings, backends.by_role, own=earlier is None)
    by_role = await _ask_ahead(backends, question, tuple(sources), folder, stack)
    memory = await asyncio.to_thread(_open_memory, folder, cache)
    stack.callback(memory.close)
    await backends.check()
    made = await made_with(settings, sources)
    return Workshop(
        folder=folder,
        settings=settings,
        date=await asyncio.to_thread(begin_run, folder, question, settings.date or today(), settings, made),
        artifacts=Artifacts(folder.artifacts),
        events=EventLog(folder.events, listeners),
        documents=DocumentStore(folder.documents),
        parsed=DocumentCache(Path(settings.runs) / ".cache" / "documents"),
        memory=memory,
        backends=by_role,
        sources={source.name: source for source in sources},
        calibration=calibration,
        earlier=await asyncio.to_thread(earlier_reports, folder) if earlier is None else earlier,
    )


def _backends(settings: Settings, backend: Backend | None, journal: Journal, cache: EmbeddingCache) -> Backends:
    if backend is not None:
        return Backends(dict.fromkeys(ROLES, backend))
    return open_backends(settings, renderer=PromptRenderer(), journal=journal, embed=_embed_within(cache))


async def _ask_ahead(
    backends: Backends, question: str, sources: tuple[Source, ...], folder: RunFolder, stack: AsyncExitStack
) -> dict[Role, Backend]:
    """Ask a planner that is a model at once, while the rest of the house is opened and its libraries are imported."""
    by_role = dict(backends.by_role)
    if by_role["planner"].language_model and question.strip() and not folder.checkpoints.exists():
        by_role["planner"] = planner = AskedAhead(by_role["planner"], plan_task(question, sources))
        stack.push_async_callback(planner.aclose)
        await planner.sent()
    return by_role


def earlier_reports(folder: RunFolder) -> tuple[EarlierReport, ...]:
    """Return the other sealed runs beside a run with the documents that their claims rest on.

    A record that cannot be read (damaged, or of another version) is passed over: it is not what is asked for.
    """
    found = []
    for other in find_sealed(folder.path.parent):
        with suppress(RecordError):
            found += [earlier_report(load_record(other.record))] if other.id != folder.id else []
    return tuple(found)


def _open_cache(settings: Settings) -> EmbeddingCache:
    """Open the cache with the encoder that the settings name; a server is asked for its dimension once, ever."""
    path = Path(settings.runs) / ".cache" / "embeddings.sqlite"
    config = embedding_config(settings)
    if config is None:
        return EmbeddingCache(path, MiniLM())
    encoder = ServerEncoder(config)
    cache = EmbeddingCache(path, ServerEncoder(config, stored_dimension(path, encoder.fingerprint)))
    cache.recall([DIMENSION_TEXT])
    return cache


def _embed_within(cache: EmbeddingCache) -> Embed | None:
    """Return how the embedded backend embeds: its verifier knows the vectors of MiniLM and no others."""
    return cache.embed_now if isinstance(cache.encoder, MiniLM) else None


def _open_memory(folder: RunFolder, cache: EmbeddingCache) -> HybridSearch:
    chunks = ChunkStore(folder.memory / "chroma", cache)
    return HybridSearch(chunks, LexicalIndex(folder.memory / "lexical.sqlite"), cache)


async def check_named(settings: Settings) -> tuple[CheckResult, ...]:
    """Run the conformance suite on the backend that the settings name."""
    from juried.backends.conformance import check_backend

    async with open_backends(settings, renderer=PromptRenderer(), journal=None) as backends:
        await backends.check()
        return await check_backend(backends["confirmer"])
