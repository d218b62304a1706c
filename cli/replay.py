"""`juried replay`: a recorded run once more, without network or key, to the same bytes."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from juried.errors import ReplayError
from juried.settings import Settings

NAME = "replay"
HELP = "play a recorded run again, without network, and compare its record and report with the recorded ones"
OPTIONS = ("runs", "library", "progress", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("recording", help="folder that juried run --record made")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Play the recording and print the summary; returns 0 when the result is the recorded one, else 7."""
    import asyncio

    from cli.progress import open_progress
    from cli.run import outcome
    from graphs.replaying import explain_difference, replay
    from juried.reports.markdown import render_plain_summary

    library = Path(args.library) if args.library else None
    with open_progress(settings.progress, sys.stderr) as listener:
        replayed = asyncio.run(replay(Path(args.recording), Path(settings.runs), library, (listener,)))
    ended, same = replayed.ended, not replayed.differing
    if settings.json:
        said = outcome(ended) | {"equal": same, "differing": list(replayed.differing)}
        print(json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False))
    else:
        print(render_plain_summary(ended.record))
        print(f"\nReport: {ended.folder.report}\nRecord: {ended.folder.record}")
    if not same:
        error: ReplayError = explain_difference(replayed)
        raise error
    if not settings.json:
        print("Replay: record.json and report.md equal the recorded ones, to the byte (SHA-256)")
    return 0
