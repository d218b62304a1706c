"""`juried calibrate`: fit a backend's confidence on labelled claims, and say how well it holds on others."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from juried.errors import ExitCode
from juried.settings import Settings

if TYPE_CHECKING:
    from agents.calibrating import Confirmed
    from juried.calibration import Calibration

NAME = "calibrate"
HELP = "fit a backend's confidence on labelled claims: juried calibrate DATA --backend NAME"
OPTIONS = (
    "backend",
    "model",
    "base_url",
    "api_key",
    "model_keys",
    "roles",
    "max_tokens",
    "max_usd",
    "prices",
    "runs",
    "json",
)
_LOSSES_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("data", help="a folder in the SciFact layout, or JSONL files of claim, evidence and label")
    parser.add_argument("--split", choices=("train", "dev"), default="dev", help="claims of the SciFact layout")
    parser.add_argument("--out", default="", help="file to write; default: the backend's own in the runs folder")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Calibrate, write the file and print its figures; returns 3 when the backend failed on any claim."""
    import asyncio

    from graphs.calibrating import calibrate_named
    from juried.calibration_files import own_path
    from juried.files import write_atomically
    from juried.labelled_claims import read_labelled
    from juried.records.base import readable_json

    if ":" in settings.backend:
        settings = replace(settings, backend="chat", model=settings.backend)
    labelled = read_labelled(Path(args.data), args.split)
    calibration, confirmed = asyncio.run(calibrate_named(settings, labelled))
    path = Path(args.out) if args.out else own_path(Path(settings.runs), calibration.backend)
    write_atomically(path, readable_json(calibration).encode())
    print(readable_json(calibration) if settings.json else as_text(calibration, path), end="")
    _tell_losses(confirmed)
    return int(ExitCode.DEGRADED if confirmed.lost else ExitCode.SEALED)


def as_text(calibration: Calibration, path: Path) -> str:
    """Return the figures as lines for people; those of the errors are on claims left out of the fit."""
    from juried.calibration import NO_THRESHOLD

    ticked = next((point for point in reversed(calibration.risk) if point.confidence >= calibration.threshold), None)
    reached = f"{ticked.n} claims reach it, {ticked.false} of them not supported" if ticked else "no claim reaches it"
    threshold = f"{calibration.threshold} %: {reached}, when left out of the fit"
    if calibration.threshold == NO_THRESHOLD:
        threshold = "none: no claim gets a ✓, for from no confidence are at most 5 % not supported"
    better = "better" if calibration.brier < calibration.base_brier else "no better"
    lines = [
        f"backend      {calibration.backend}",
        f"data         {calibration.data}, {calibration.n} claims on {calibration.sources} sources",
        f"no vote      {calibration.failed}",
        f"map          {calibration.method}",
        f"ECE          {calibration.ece:.3f} (15 bins, claims left out of the fit)",
        f"Brier        {calibration.brier:.3f}, {better} than {calibration.base_brier:.3f} by the base rate "
        f"of {calibration.base_rate:.3f}",
        f"threshold    {threshold}",
        f"written to   {path}",
    ]
    return "\n".join(lines) + "\n"


def _tell_losses(confirmed: Confirmed) -> None:
    for line in confirmed.lost[:_LOSSES_SHOWN]:
        print(f"no usable vote: {line}", file=sys.stderr)
    if len(confirmed.lost) > _LOSSES_SHOWN:
        print(f"no usable vote: {len(confirmed.lost) - _LOSSES_SHOWN} more", file=sys.stderr)
