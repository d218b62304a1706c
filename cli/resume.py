"""`juried resume`: go on with an unfinished run, from what its folder holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.run import answer, show
from juried.resuming import load_begun, settings_to_resume
from juried.runs import find_run
from juried.settings import Settings

NAME = "resume"
HELP = "go on with an unfinished run; a finished one is shown and nobody is asked"
OPTIONS = ("library", "contact", "base_url", "api_key", "source_keys", "runs", "progress", "json")
_OVER = ("library", "contact", "base_url")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("run", help="the run's id, a part that begins or ends it, or its folder")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Go on with the run, or show it; returns its exit code.

    The question and the settings are those that the run was begun with; keys are not kept in its folder and
    come from this call. A library that moved, another contact address or the credentials of a server may be given.
    """
    folder = find_run(Path(settings.runs), args.run)
    if folder.sealed:
        from graphs.ended import Ended
        from juried.records.loading import load_record

        return show(Ended(folder, load_record(folder.record), before=True), settings)
    begun = load_begun(folder)
    over = {name: value for name in _OVER if (value := getattr(args, name)) is not None}
    return answer(begun.question, settings_to_resume(begun, settings, over), begun)
