"""The sources that a run may use: the built-in ones, and those that other packages register.

A package registers a source under the entry-point group `juried.sources`: a name, and a callable that takes
`Settings` and returns a `Source`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from juried.errors import JuriedError, MissingPackage, SourceError, UsageError
from juried.records.base import Record
from juried.settings import Settings
from juried.sources.base import Source, SourceHealth, takes_queries
from juried.sources.live import LIVE, open_client, open_live

if TYPE_CHECKING:
    from juried.sources.http import HttpClient

GROUP = "juried.sources"
OpenSource = Callable[[Settings], Source]


def _open_library(settings: Settings) -> Source:
    from juried.documents.cache import DocumentCache
    from juried.sources.library import LocalLibrary

    if not settings.library:
        raise UsageError(
            "the source library needs a folder.",
            advice="Give one with --library PATH, for example --library examples/low-resource-nlp.",
        )
    cache = DocumentCache(Path(settings.runs) / ".cache" / "documents")
    return LocalLibrary(Path(settings.library), cache.read)


BUILT_IN: dict[str, OpenSource] = {"library": _open_library}
_DETAILS = {"library": "a local folder of documents and metadata, given with --library PATH"}


def _plug_ins() -> dict[str, EntryPoint]:
    """Return the registered sources by name; the first by distribution counts when two have one name."""
    found = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))
    return {entry.name: entry for entry in reversed(found)}


def source_names() -> tuple[str, ...]:
    """Return the names of all sources that can be asked for, sorted."""
    return tuple(sorted({*BUILT_IN, *LIVE, *_plug_ins()}))


def open_sources(settings: Settings, client: HttpClient | None = None) -> tuple[Source, ...]:
    """Open the sources that the settings name, in that order, each once.

    Args:
        settings: Names the sources, and their keys.
        client: Asks over the network for all of them; one is made when it is None and some source needs it.

    Raises:
        UsageError: No source is named, or a name is not known; the advice lists what there is.
        LibraryError: The library folder cannot be used.
        MissingPackage: A registered source needs a package that is not installed.
        SourceError: A registered source does not follow the protocol.
    """
    names = _known_names(settings)
    client = client or open_client(settings)
    return tuple(_open(name, settings, client) for name in names)


def _known_names(settings: Settings) -> tuple[str, ...]:
    """Return the names of the settings, each once; raises UsageError when there is none, or one is not known."""
    names = tuple(dict.fromkeys(settings.sources))
    known = source_names()
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise UsageError(
            f"there is no source {unknown[0]!r}." if unknown else "no source is named.",
            advice=f"Give --sources one or more of: {', '.join(known)}.",
        )
    return names


def demand_searchable(sources: Iterable[Source]) -> None:
    """Raise UsageError when none of the sources can be searched, for such as only look works up find none."""
    names = [source.name for source in sources]
    if not any(takes_queries(source) for source in sources):
        raise UsageError(
            f"{' and '.join(names)} cannot be searched.",
            advice="Name a source to search too, for example --sources crossref,unpaywall.",
        )


def _open(name: str, settings: Settings, client: HttpClient | None) -> Source:
    if name in BUILT_IN:
        return BUILT_IN[name](settings)
    if name in LIVE and client is not None:
        return open_live(name, settings, client)
    entry = _plug_ins()[name]
    try:
        source = entry.load()(settings)
    except ImportError as error:
        raise MissingPackage(
            f"the source cannot be loaded: {error}.",
            concerns=name,
            advice=f"Install what {entry.value.partition(':')[0]} needs, or leave {name} out of --sources.",
        ) from error
    if not isinstance(source, Source):
        raise SourceError(
            f"{entry.value} returns no source: it lacks a part of the protocol.",
            concerns=name,
            advice="See juried/sources/base.py for the protocol.",
        )
    return source


class SourceInfo(Record):
    """A source that can be named: its kind, and what it needs."""

    name: str
    kind: Literal["built-in", "plug-in"]
    detail: str


def available_sources() -> tuple[SourceInfo, ...]:
    """Return the built-in sources and the plug-ins, each kind by name; nothing is opened."""
    details = {**_DETAILS, **{name: live.detail for name, live in LIVE.items()}}
    built_in = [SourceInfo(name=name, kind="built-in", detail=details[name]) for name in sorted(details)]
    plug_ins = [
        SourceInfo(name=name, kind="plug-in", detail=f"entry point {entry.value}")
        for name, entry in sorted(_plug_ins().items())
        if name not in details
    ]
    return (*built_in, *plug_ins)


async def check_sources(settings: Settings) -> tuple[SourceHealth, ...]:
    """Ask each source that the settings name whether it can be used, all at once, and close it again.

    A source that cannot be opened at all is one that cannot be used, and the detail says why.

    Raises:
        UsageError: No source is named, a name is not known, or a source lacks what only the user can give.
    """
    client = open_client(settings)
    opened = [_opened(name, settings, client) for name in _known_names(settings)]
    sources = [source for source in opened if not isinstance(source, SourceHealth)]
    try:
        checked = dict(zip(sources, await asyncio.gather(*(source.check() for source in sources)), strict=True))
        return tuple(item if isinstance(item, SourceHealth) else checked[item] for item in opened)
    finally:
        for source in sources:
            await source.aclose()


def _opened(name: str, settings: Settings, client: HttpClient | None) -> Source | SourceHealth:
    """Return a source, or what is to be said of one that cannot be opened."""
    try:
        return _open(name, settings, client)
    except UsageError:
        raise
    except JuriedError as error:
        return SourceHealth(name=name, usable=False, works=None, detail=str(error))
