"""`juried doctor`: whether everything that a run needs is here, and the line that mends what is not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from cli.shadowing import shadowed_rooms
from juried.errors import JuriedError
from juried.settings import Settings

_PACKAGES = ("langgraph", "langchain-openai", "chromadb", "onnxruntime", "pydantic", "tiktoken", "pypdfium2")
NAME = "doctor"
HELP = "check this installation: Python, packages, models, folders"
_MODELS = ("backend", "model", "base_url", "api_key", "model_keys", "roles", "embeddings", "prices")
OPTIONS = (*_MODELS, "library", "runs", "json")


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
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python,
        _packages,
        _rooms,
        _encoder,
        _tokens,
        _models,
        _roles,
        _embeddings,
        _runs,
        _library,
    )
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
    except JuriedError as error:
        detail = str(error)
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"
    return Finding(check.__name__.strip("_"), False, detail)


def _python(settings: Settings) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", (3, 11) <= sys.version_info[:2] < (3, 15), f"{version} (3.11 to 3.14 are supported)")


def _packages(settings: Settings) -> Finding:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return Finding("packages", True, ", ".join(f"{name} {version(name)}" for name in _PACKAGES))
    except PackageNotFoundError as error:
        advice = "Install juried again with all that it needs, from its folder: pip install ."
        return Finding("packages", False, f"{error.name} is not installed. {advice}")


def _rooms(settings: Settings) -> Finding:
    shadowed = shadowed_rooms()
    if not shadowed:
        return Finding("modules", True, "no other package stands in the way")
    advice = "Install juried in an environment of its own: python3 -m venv .venv && .venv/bin/pip install ."
    return Finding("modules", False, f"another package takes the place of {', '.join(shadowed)}. {advice}")


def _encoder(settings: Settings) -> Finding:
    from juried.encoder import MiniLM

    encoder = MiniLM()
    vector = encoder.encode(["A panel tries each claim."])[0]
    return Finding("encoder", len(vector) == encoder.dimension, f"{len(vector)} dimensions, no download")


def _tokens(settings: Settings) -> Finding:
    from juried.text.tokens import ENCODING_NAME, count_tokens

    return Finding("tokens", count_tokens("A panel tries each claim.") > 0, f"{ENCODING_NAME}, no download")


def _models(settings: Settings) -> Finding:
    import asyncio

    from juried.backends.embedded.backend import EmbeddedBackend

    asyncio.run(EmbeddedBackend().check())
    return Finding("models", True, "vocabulary, verifier and calibration can be read")


def _roles(settings: Settings) -> Finding:
    from juried.backends.registry import role_specs
    from juried.backends.role_models import chat_config

    specs = dict.fromkeys(role_specs(settings).values())
    configs = [chat_config(spec, settings) for spec in specs if spec.backend == "chat"]
    names = [spec.backend for spec in specs if spec.backend != "chat"]
    names += [f"{config.model} ({'priced' if config.price else 'no price'})" for config in configs]
    advice = "; what one takes: juried models check PROVIDER:NAME" if configs else ""
    return Finding("roles", True, f"held by {', '.join(names)}{advice}")


def _embeddings(settings: Settings) -> Finding:
    from juried.backends.role_models import embedding_config

    config = embedding_config(settings)
    return Finding("embeddings", True, f"{config.model} at {config.server}" if config else "by the encoder within")


def _runs(settings: Settings) -> Finding:
    import tempfile

    runs = Path(settings.runs).absolute()
    nearest = next(folder for folder in (runs, *runs.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest) as probe:
            probe.write(b"x")
    except OSError as error:
        advice = "Choose another folder with --runs, or give yourself the right to write there."
        return Finding("runs", False, f"{nearest} cannot be written: {error.strerror}. {advice}")
    return Finding("runs", True, f"{runs} can be written")


def _library(settings: Settings) -> Finding:
    import asyncio

    from juried.sources.registry import check_sources

    if not settings.library:
        return Finding("library", True, "none named; give one with --library PATH")
    (health,) = asyncio.run(check_sources(Settings(library=settings.library)))
    return Finding("library", health.usable, health.detail)
