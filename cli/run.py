"""`juried run`: from a question to a tried synthesis."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from juried.errors import ExitCode
from juried.settings import Settings

if TYPE_CHECKING:
    from graphs.runner import Ended
    from juried.resuming import Begun

STOPPED = "stopped. The same command goes on where it stopped."
NAME = "run"
HELP = "answer a question: search, read, extract claims, try them, write the report"
OPTIONS = (
    "library",
    "sources",
    "contact",
    "source_keys",
    "backend",
    "model",
    "base_url",
    "api_key",
    "model_keys",
    "roles",
    "embeddings",
    "calibration",
    "years",
    "languages",
    "snowball",
    "max_works",
    "max_included",
    "max_claims",
    "max_work_tokens",
    "max_tokens",
    "max_usd",
    "prices",
    "approve",
    "date",
    "publisher",
    "runs",
    "fresh",
    "record",
    "progress",
    "json",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("question", help="the research question, in one sentence")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Run the graph and print the summary; returns the exit code of the run."""
    from juried.errors import QuestionError

    if not args.question.strip():
        raise QuestionError("the question is empty.", advice='Give one: juried run "Does A improve B?"')
    if any("\ud800" <= char <= "\udfff" for char in args.question):
        raise QuestionError("the question is no valid UTF-8.", advice="Give it in the encoding of your terminal.")
    return answer(args.question, settings)


def answer(question: str, settings: Settings, begun: Begun | None = None) -> int:
    """Begin a run or go on with one, with progress on stderr; print what it gives and return its exit code."""
    with _leaving_at_once():
        import asyncio

        from cli.approving import approver
        from cli.progress import open_progress
        from graphs.runner import run_question

    # What Ctrl-C does is also right for a polite kill: the run is left so that it can go on.
    signal.signal(signal.SIGTERM, _stop)
    with open_progress(settings.progress, sys.stderr) as listener:
        asked = approver(sys.stdin, sys.stderr)
        ended = asyncio.run(run_question(question, settings, asked, (listener,), begun=begun))
    return show(ended, settings)


def _stop(number: int, frame: FrameType | None) -> None:
    """Interrupt the run, also where a shell lets Ctrl-C be ignored in the background."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.default_int_handler(number, frame)
    signal.raise_signal(signal.SIGINT)


def show(ended: Ended, settings: Settings) -> int:
    """Print a finished run and return its exit code."""
    from juried.reports.markdown import render_plain_summary

    if settings.json:
        print(json.dumps(outcome(ended), indent=1, sort_keys=True, ensure_ascii=False))
    else:
        print(render_plain_summary(ended.record))
        print(f"\nReport: {ended.folder.report}\nRecord: {ended.folder.record}")
    return int(ended.exit_code)


@contextmanager
def _leaving_at_once() -> Iterator[None]:
    """End the process at once on a signal: libraries take an exception amid their import for an error of their own."""

    def leave(*_: object) -> None:
        os.write(2, f"juried: {STOPPED}\n".encode())
        os._exit(int(ExitCode.INTERRUPTED))

    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def outcome(ended: Ended) -> dict[str, object]:
    """Return what `--json` prints of a finished run."""
    record = ended.record
    return {
        "run": ended.folder.id,
        "report": str(ended.folder.report),
        "record": str(ended.folder.record),
        "exit_code": int(ended.exit_code),
        "answer": record.draft.answer,
        "title": record.draft.title,
        "included": record.prisma.included,
        "claims": len(record.claims),
        "verified": sum(verdict.verified for verdict in record.verdicts),
        "score_tenths": record.quality.score_tenths,
        "losses": [loss.model_dump(mode="json") for loss in record.losses],
    }
