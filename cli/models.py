"""`juried models` and `juried models check`: which backends there are, and whether one keeps the protocol."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace

from juried.errors import ExitCode
from juried.settings import Settings

_MORE = """a model for a role, with its key and limits: --roles ROLE=PROVIDER:NAME[@URL][?key=VARIABLE&answer_tokens=N]
embeddings by a server: --embeddings openai:NAME[@URL]    prices, for --max-usd: --prices MODEL=IN/OUT
what a model takes, and whether it conforms: juried models check PROVIDER:NAME"""
NAME = "models"
HELP = "list the backends, or check one against the protocol: juried models check embedded"
OPTIONS = ("backend", "model", "base_url", "api_key", "model_keys", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("action", nargs="?", choices=("list", "check"), default="list", help="what to do")
    parser.add_argument("name", nargs="?", default="", help="the backend to check, or PROVIDER:NAME of a chat model")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """List the backends, or run the conformance suite; returns 5 when a check fails."""
    if args.action == "list":
        return _list(settings)
    if ":" in args.name:
        return _check(replace(settings, backend="chat", model=args.name), settings.json)
    return _check(replace(settings, backend=args.name or settings.backend), settings.json)


def _list(settings: Settings) -> int:
    from juried.backends.registry import available_backends

    found = available_backends()
    if settings.json:
        print(json.dumps([asdict(item) for item in found], indent=1))
        return 0
    for item in found:
        print(f"{item.name:12} {'ready' if item.installed else 'not installed':14} {item.needs}")
    print(_MORE)
    return 0


def _check(settings: Settings, as_json: bool) -> int:
    import asyncio

    from graphs.opening import check_named

    results = asyncio.run(check_named(settings))
    if as_json:
        print(json.dumps([item.model_dump(mode="json") for item in results], indent=1))
    else:
        for item in results:
            print(f"{item.outcome:8} {item.name}" + (f": {item.detail}" if item.detail else ""))
    return int(ExitCode.BACKEND if any(item.outcome == "failed" for item in results) else ExitCode.SEALED)
