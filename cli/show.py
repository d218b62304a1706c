"""`juried show`: print the report of a run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from juried.errors import RecordError, UsageError
from juried.runs import RunFolder, find_run
from juried.settings import Settings

NAME = "show"
HELP = "print the report of a run (the newest finished one unless named)"
OPTIONS = ("runs", "json")
FORMATS = ("md", "html", "pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("--format", choices=FORMATS, default="md", help="Markdown, HTML or PDF; md unless given")
    parser.add_argument("run", nargs="?", default="", help="the run's id, a part that begins or ends it, or its folder")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print the report in the format asked for, or with --json the record; all but the PDF as sealed."""
    folder = find_run(Path(settings.runs), args.run, finished=True)
    if settings.json:
        sys.stdout.write(sealed_text(folder, folder.record))
    elif args.format == "pdf":
        _write_pdf(folder)
    else:
        sys.stdout.write(sealed_text(folder, folder.page if args.format == "html" else folder.report))
    return 0


def _write_pdf(folder: RunFolder) -> None:
    """Make the PDF of a sealed record and write its bytes to stdout, which must lead to a file or a pipe."""
    demand_sealed(folder)
    if sys.stdout.isatty():
        raise UsageError(
            "a PDF is not for a terminal.",
            concerns=folder.id,
            advice=f"Send it to a file: juried show {folder.id} --format pdf > report.pdf",
        )
    from juried.records.loading import load_record
    from juried.reports.pdf import render_pdf

    sys.stdout.buffer.write(render_pdf(load_record(folder.record)))


def demand_sealed(folder: RunFolder) -> None:
    """Raise RecordError when the run is not finished."""
    if not folder.sealed:
        raise RecordError(
            "the run is not finished.", concerns=folder.id, advice=f"Go on with it: juried resume {folder.id}"
        )


def sealed_text(folder: RunFolder, path: Path) -> str:
    """Return the text of a sealed file; raises RecordError when the run is not finished or the file is gone."""
    demand_sealed(folder)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(
            f"{path.name} cannot be read: {error}.", concerns=folder.id, advice="Run the question again with --fresh."
        ) from error
