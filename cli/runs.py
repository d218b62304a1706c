"""`juried list`: the runs that there are."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from juried.runs import RunSummary, list_runs
from juried.settings import Settings

NAME = "list"
HELP = "list the runs"
OPTIONS = ("runs", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command has settings only."""


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print one line per run, or a JSON list."""
    summaries = list_runs(Path(settings.runs))
    if settings.json:
        print(json.dumps([asdict(summary) for summary in summaries], indent=1, ensure_ascii=False))
        return 0
    for summary in summaries:
        print(_line(summary))
    if not summaries:
        print(f"There are no runs in {settings.runs}.")
    return 0


def _line(summary: RunSummary) -> str:
    if summary.state != "sealed":
        return f"{summary.id}  {summary.date}  {summary.state}  {summary.question}"
    score = f"{summary.score_tenths / 10:.1f}" if summary.score_tenths is not None else "unscored"
    counts = f"{summary.verified}/{summary.claims} verified"
    return f"{summary.id}  {summary.date}  {summary.answer}  {counts}  quality {score}  {summary.question}"
