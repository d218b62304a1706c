"""`juried sources`: where works can be searched, and whether each can be used."""

from __future__ import annotations

import argparse
import json

from juried.settings import Settings

NAME = "sources"
HELP = "list the sources, check whether each can be used, or fetch the index of one: juried sources fetch acl"
OPTIONS = ("library", "sources", "contact", "source_keys", "runs", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("action", nargs="?", choices=("list", "check", "fetch"), default="list", help="what to do")
    parser.add_argument("name", nargs="?", default="", help="what to fetch: acl")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print the sources; `check` asks those that are named, else all. Returns 4 when one cannot be used."""
    import asyncio
    from dataclasses import replace

    from juried.errors import ExitCode
    from juried.sources.registry import available_sources, check_sources, source_names

    if args.action == "list":
        found = available_sources()
        lines = [f"{item.name:17} {item.detail}" for item in found]
        data = json.dumps([item.model_dump(mode="json") for item in found], indent=1)
        print(data if settings.json else "\n".join(lines))
        return int(ExitCode.SEALED)
    if args.action == "fetch":
        return _fetch(args.name, settings)
    if args.sources is None and settings.sources == Settings().sources and not settings.library:
        settings = replace(settings, sources=tuple(name for name in source_names() if name != "library"))
    healths = asyncio.run(check_sources(settings))
    if settings.json:
        print(json.dumps([health.model_dump(mode="json") for health in healths], indent=1))
    else:
        for health in healths:
            print(f"{health.name:17} {'usable' if health.usable else 'not usable':12} {health.detail}")
    return int(ExitCode.SEALED if all(health.usable for health in healths) else ExitCode.NO_EVIDENCE)


def _fetch(name: str, settings: Settings) -> int:
    """Build the index of the ACL Anthology: from the folder or file that --library names, else from the network."""
    import asyncio
    from pathlib import Path

    from juried.errors import UsageError
    from juried.sources.acl_fetch import fetch_index
    from juried.sources.acl_index import build_index
    from juried.sources.http import HttpClient
    from juried.sources.live import acl_index_path

    if name != "acl":
        raise UsageError(f"there is nothing to fetch for {name!r}.", advice="Give: juried sources fetch acl")
    target = acl_index_path(settings)
    making = (
        build_index(Path(settings.library), target)
        if settings.library
        else fetch_index(HttpClient(contact=settings.contact), target)
    )
    report = asyncio.run(making)
    print(
        json.dumps(report.model_dump(mode="json"), indent=1) if settings.json else f"{report.papers} papers: {target}"
    )
    return 0
