"""The door: parses the command line, runs one command, and turns errors into one clear sentence.

Only the standard library is imported here; each command imports what it needs when it runs.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from dataclasses import fields
from types import ModuleType
from typing import Any

from cli import calibrate, claims, diff, doctor, graph, lint, models, prompts, replay, resume, run, runs, show, sources
from cli.shadowing import explain_import
from juried import __version__
from juried.errors import ExitCode, JuriedError, RecordError, StorageError
from juried.settings import Settings, environment_name, harden_environment, load_settings, option_name, parse_value

COMMANDS: tuple[ModuleType, ...] = (
    run,
    resume,
    replay,
    show,
    claims,
    diff,
    runs,
    lint,
    graph,
    models,
    calibrate,
    prompts,
    sources,
    doctor,
)
_EVERYWHERE = ("debug",)
_EPILOG = (
    "exit codes: 0 sealed, 2 usage, 3 degraded (an item was lost), 4 no evidence, 5 backend, 6 interrupted,\n"
    "7 a replay differs from its recording.\n"
    "Every option can also be set by an environment variable: --max-works is JURIED_MAX_WORKS."
)


_STORAGE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG)
_FREE_SPACE = "Free some space or choose another folder with --runs, then run the same command again."


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with one sub-parser per command; options come from the settings model."""
    parser = argparse.ArgumentParser(
        prog="juried",
        description="Literature syntheses in which every claim has been tried by a panel of reviewers.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"juried {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        sub = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP, epilog=_EPILOG)
        sub.formatter_class = argparse.RawDescriptionHelpFormatter
        module.add_arguments(sub)
        for name in (*module.OPTIONS, *_EVERYWHERE):
            _add_option(sub, name)
        sub.set_defaults(module=module)
    return parser


def _add_option(parser: argparse.ArgumentParser, name: str) -> None:
    item = next(item for item in fields(Settings) if item.name == name)
    kind = item.metadata["kind"]
    text = f"{item.metadata['help']} [{environment_name(name)}]"
    values: dict[str, Any] = {"dest": name, "default": None, "help": text.replace("%", "%%")}
    if kind == "flag":
        parser.add_argument(option_name(name), action="store_true", **values)
    else:
        parser.add_argument(option_name(name), metavar=item.metadata["metavar"], **values)


def _settings(args: argparse.Namespace) -> Settings:
    kinds = {item.name: item.metadata["kind"] for item in fields(Settings)}
    given = {
        name: parse_value(name, kind, value) if isinstance(value := getattr(args, name, None), str) else value
        for name, kind in kinds.items()
    }
    return load_settings(given)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are printed on stderr, never raised."""
    harden_environment()
    _print_anything()
    args = build_parser().parse_args(argv)
    try:
        status = int(args.module.execute(args, _settings(args)))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _drop_output()
        return int(ExitCode.SEALED)
    except KeyboardInterrupt:
        print(f"juried: {run.STOPPED}", file=sys.stderr)
        return int(ExitCode.INTERRUPTED)
    except Exception as error:
        if getattr(args, "debug", None):
            traceback.print_exc()
        return _report(explain(error), error)
    finally:
        _settle_stderr()


def _settle_stderr() -> None:
    """Write out what waits on stderr; where nobody reads it any more, drop it, for the exit code must not change."""
    try:
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _print_anything() -> None:
    """Let stdout write what its encoding lacks as an escape, and stand in for a stream that was closed."""
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Point stdout at nothing, so that what is still to be written to it cannot fail once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def explain(error: Exception) -> JuriedError | None:
    """Return the error as one meant for a person; None when it is not one that a person can mend."""
    if isinstance(error, JuriedError):
        return error
    if isinstance(error, ImportError):
        return explain_import(error)
    if isinstance(error, sqlite3.DatabaseError):
        return _explain_database(error)
    if isinstance(error, OSError) and error.errno in _STORAGE_ERRORS:
        return StorageError(f"cannot write: {error}.", advice=_FREE_SPACE)
    return None


def _explain_database(error: sqlite3.DatabaseError) -> JuriedError:
    signs = ("disk is full", "readonly", "unable to open", "disk I/O", "locked")
    if any(sign in str(error) for sign in signs):
        return StorageError(f"cannot write: {error}.", advice=_FREE_SPACE)
    return RecordError(f"a database of this run is damaged: {error}.", advice="Run the same command with --fresh.")


def _report(known: JuriedError | None, error: Exception) -> int:
    try:
        sys.stdout.flush()
    except OSError:
        _drop_output()
    if known is not None:
        print(f"juried: {known}", file=sys.stderr)
        return int(known.exit_code)
    print(f"juried: unexpected {type(error).__name__}: {error}. See where with --debug.", file=sys.stderr)
    return int(ExitCode.BACKEND)


if __name__ == "__main__":
    sys.exit(main())
