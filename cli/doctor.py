"""`juried doctor`: whether everything that a run needs is here, and the line that mends what is not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from juried.settings import Settings

NAME = "doctor"
HELP = "check this installation: Python, packages, models, folders"
OPTIONS = ("library", "runs", "json")


@dataclass(frozen=True)
class Finding:
    """One thing that was checked."""

    what: str
    good: bool
    detail: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command has settings only."""


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print what was checked; returns 5 when something that a run needs is missing."""
    checks: tuple[Callable[[Settings], Finding], ...] = (_python, _packages, _encoder, _tokens, _runs, _library)
    findings = [_guarded(check, settings) for check in checks]
    if settings.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            print(f"{'ok ' if finding.good else 'BAD'} {finding.what}: {finding.detail}")
    return 0 if all(finding.good for finding in findings) else 5


def _guarded(check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return check(settings)
    except Exception as error:
        return Finding(check.__name__.strip("_"), False, f"{type(error).__name__}: {error}")


def _python(settings: Settings) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", (3, 11) <= sys.version_info[:2] < (3, 15), f"{version} (3.11 to 3.14 are supported)")


def _packages(settings: Settings) -> Finding:
    from importlib.metadata import version

    names = ("langgraph", "langchain-openai", "chromadb", "onnxruntime", "pydantic", "tiktoken", "pypdfium2")
    return Finding("packages", True, ", ".join(f"{name} {version(name)}" for name in names))


def _encoder(settings: Settings) -> Finding:
    from juried.encoder import MiniLM

    encoder = MiniLM()
    vector = encoder.encode(["A panel tries each claim."])[0]
    return Finding("encoder", len(vector) == encoder.dimension, f"{len(vector)} dimensions, no download")


def _tokens(settings: Settings) -> Finding:
    from juried.text.tokens import ENCODING_NAME, count_tokens

    return Finding("tokens", count_tokens("A panel tries each claim.") > 0, f"{ENCODING_NAME}, no download")


def _runs(settings: Settings) -> Finding:
    from juried.files import write_atomically

    probe = Path(settings.runs) / ".doctor"
    write_atomically(probe, b"")
    probe.unlink()
    return Finding("runs", True, f"{Path(settings.runs).resolve()} can be written")


def _library(settings: Settings) -> Finding:
    import asyncio

    from juried.sources.registry import check_sources

    if not settings.library:
        return Finding("library", True, "none named; give one with --library PATH")
    (health,) = asyncio.run(check_sources(Settings(library=settings.library)))
    return Finding("library", health.usable, health.detail)
