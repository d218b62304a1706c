"""`juried show`: print the report of a run."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

from juried.errors import ExitCode, RecordError, UsageError
from juried.runs import RunFolder, find_run, read_json
from juried.settings import Settings

NAME = "show"
HELP = "print the report of a run (the newest finished one unless named)"
OPTIONS = ("runs", "json")
FORMATS = ("md", "html", "pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("--format", choices=FORMATS, default="md", help="Markdown, HTML or PDF; md unless given")
    parser.add_argument(
        "--score", action="store_true", help="compute the quality score again and explain every point, instead"
    )
    parser.add_argument("run", nargs="?", default="", help="the run's id, a part that begins or ends it, or its folder")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print the report in the format asked for, or with --json the record; all but the PDF as sealed.

    With --score it prints how the quality score is made, and returns 3 when the stored one is another.
    """
    folder = find_run(Path(settings.runs), args.run, finished=True)
    if args.score:
        return _explain_score(folder, settings.json)
    if settings.json:
        sys.stdout.write(sealed_text(folder, folder.record))
    elif args.format == "pdf":
        _write_pdf(folder)
    else:
        sys.stdout.write(sealed_text(folder, folder.page if args.format == "html" else folder.report))
    return 0


def _explain_score(folder: RunFolder, as_json: bool) -> int:
    """Print the score of a sealed record, computed again from the record and the documents beside it."""
    demand_sealed(folder)
    from juried.records.loading import load_record
    from juried.reports.score import check_score, score_text

    check = check_score(load_record(folder.record), partial(_document_text, folder))
    print(json.dumps(check.data(), indent=1, ensure_ascii=False) if as_json else score_text(check))
    return int(ExitCode.DEGRADED if check.differing else ExitCode.SEALED)


def _document_text(folder: RunFolder, sha256: str) -> str | None:
    """Return the stored text of a document, None when it is not stored; raises RecordError when it is damaged."""
    path = folder.documents / f"{sha256}.json"
    return str(read_json(path).get("text", "")) if path.exists() else None


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
