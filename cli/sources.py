"""`juried sources`: where works can be searched, and whether each can be used."""

from __future__ import annotations

import argparse
import json

from juried.settings import Settings

NAME = "sources"
HELP = "list the sources and check whether each can be used"
OPTIONS = ("library", "sources", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("action", nargs="?", choices=("list", "check"), default="list", help="what to do")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print the sources; `check` opens those that the settings name. Returns 4 when one cannot be used."""
    import asyncio

    from juried.errors import ExitCode
    from juried.sources.registry import available_sources, check_sources

    if args.action == "list":
        found = available_sources()
        lines = [f"{item.name:12} {item.detail}" for item in found]
        data = json.dumps([item.model_dump(mode="json") for item in found], indent=1)
        print(data if settings.json else "\n".join(lines))
        return int(ExitCode.SEALED)
    healths = asyncio.run(check_sources(settings))
    if settings.json:
        print(json.dumps([health.model_dump(mode="json") for health in healths], indent=1))
    else:
        for health in healths:
            print(f"{health.name:12} {'usable' if health.usable else 'not usable':12} {health.detail}")
    return int(ExitCode.SEALED if all(health.usable for health in healths) else ExitCode.NO_EVIDENCE)
