"""`juried lint`: check a report or a record against the rules that a report must pass."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from juried.errors import ExitCode, UsageError
from juried.runs import find_run
from juried.settings import Settings

if TYPE_CHECKING:
    from juried.reports.lint import Finding, LintResult

NAME = "lint"
HELP = "check a report (any Markdown or text file), a record.json or a run against the rules R1 to R13"
OPTIONS = ("runs", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("path", help="the file or run folder, or a run's id")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print the findings; returns 0 when every rule passes or cannot be run, 3 when one fails."""
    from juried.reports.lint import lint_path

    result = lint_path(_found(args.path, Path(settings.runs)))
    if settings.json:
        states = [outcome.model_dump(mode="json") for outcome in result.outcomes]
        data = {**result.model_dump(mode="json"), "passed": result.passed, "outcomes": states}
        print(json.dumps(data, indent=1, ensure_ascii=False))
    else:
        print(as_text(result))
    return int(ExitCode.SEALED if result.passed else ExitCode.DEGRADED)


def _found(name: str, runs: Path) -> Path:
    """Return the file or folder at a path, else the folder of the run with that id."""
    path = Path(name)
    if path.exists():
        return path
    try:
        return find_run(runs, name).path
    except UsageError as error:
        raise UsageError(
            "there is no such file, folder or run.",
            concerns=name,
            advice="Give a report, a run folder, or a run's id as juried list shows it.",
        ) from error


def as_text(result: LintResult) -> str:
    """Return one line per rule, below it what it found, and a last line that counts the rules by state."""
    from juried.reports.lint import RULE_SENTENCES

    lines = []
    for outcome in result.outcomes:
        lines.append(f"{outcome.state:8} {outcome.rule:4} {RULE_SENTENCES[outcome.rule]}")
        found = [item for item in result.findings if item.rule == outcome.rule]
        lines += [f"           {item.where}: {item.message}{_quoted(item)}" for item in found]
    states = [outcome.state for outcome in result.outcomes]
    counts = ", ".join(f"{states.count(state)} {state}" for state in ("passed", "failed", "not_run"))
    return "\n".join([*lines, f"{result.path}: {counts}"])


def _quoted(finding: Finding) -> str:
    return f" {finding.quoted!r}" if finding.quoted else ""
