"""`juried lint`: check a report or a record against the rules that a report must pass."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from juried.errors import ExitCode, UsageError
from juried.settings import Settings

NAME = "lint"
HELP = "check a report (any Markdown or text file), a record.json or a run folder against the rules R1 to R13"
OPTIONS = ("json",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("path", help="the file or run folder")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print the findings; returns 0 when every rule passes or cannot be run, 3 when one fails."""
    from juried.reports.lint import lint_path

    path = Path(args.path)
    if not path.exists():
        raise UsageError("there is no such file or folder.", concerns=str(path), advice="Give a report or a run folder.")
    result = lint_path(path)
    if settings.json:
        print(json.dumps(result.model_dump(mode="json"), indent=1, ensure_ascii=False))
    else:
        print(result.as_text())
    return int(ExitCode.SEALED if result.passed else ExitCode.DEGRADED)
