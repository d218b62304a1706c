"""Runs in processes of their own: the library they read, the server that answers them, and what they took."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.performance_tables import largest_checkpoint

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples" / "low-resource-nlp"
QUESTION = "Which methods and data were used, and how well did they perform?"
WORKS, CLAIMS = 13, 16
_SEALED = (0, 3)
_SEALED_FILES = ("record.json", "report.md")


@dataclass(frozen=True)
class Call:
    """One call as the server saw it; times are seconds of the system's monotonic clock."""

    task: str
    begun: float
    ended: float
    prompt: str
    prompt_tokens: int


@dataclass(frozen=True)
class Again:
    """A finished run made again: seconds, calls that it made, and whether record and report are the same."""

    wall: float
    calls: int
    same_bytes: bool


@dataclass(frozen=True)
class Finished:
    """A finished process: its start, seconds, peak memory in KiB; for a run what it left and its repetition."""

    started: float
    wall: float
    cpu: float
    rss: int
    folder: Path
    calls: tuple[Call, ...] = ()
    checkpoint: int = 0
    again: Again | None = None


def library(folder: Path, more: Path | None) -> Path:
    """Write a library of thirteen works: the full texts of the examples and four from a folder, else four abstracts."""
    shutil.copytree(EXAMPLES / "papers", folder / "papers")
    shutil.copy(EXAMPLES / "papers.bib", folder)
    held = {path.name for path in (folder / "papers").iterdir()}
    missing = WORKS - len(held)
    found = (
        [path for path in sorted(more.iterdir()) if path.suffix == ".nxml" and path.name not in held] if more else []
    )
    for path in found[:missing]:
        shutil.copy(path, folder / "papers")
    if len(found) < missing:
        _write_works(folder, missing - len(found))
    return folder


def abstracts_library(folder: Path, works: int) -> Path:
    """Write a library of the first abstracts of the examples."""
    (folder / "library").mkdir(parents=True)
    _write_works(folder / "library", works)
    return folder / "library"


def _write_works(folder: Path, number: int) -> None:
    rows = (EXAMPLES / "works.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = [row for row in rows if len(json.loads(row)["abstract"] or "") > 600][:number]
    (folder / "works.jsonl").write_text("\n".join(chosen) + "\n", encoding="utf-8")


@contextmanager
def server(delay: float, log: Path) -> Iterator[str]:
    """Start the stub server and yield its base URL."""
    line = [sys.executable, "-m", "benchmarks.stub_server", "--delay", str(delay), "--log", str(log)]
    process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def measured_run(home: Path, works_at: Path, delay: float, works: int = WORKS, options: Sequence[str] = ()) -> Finished:
    """Answer the question with empty caches, against a server with this delay in seconds, and then once more."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / "calls.jsonl"
    log.touch()
    with server(delay, log) as url:
        line = ["run", QUESTION, "--library", str(works_at), "--model", "openai:stub", "--base-url", url]
        line += ["--api-key", "none", "--roles", "screener=mock", "--max-included", str(works), "--progress", "none"]
        line += ["--max-claims", str(CLAIMS), "--runs", str(home / "runs"), "--date", "2026-01-31", *options]
        done = run_command(line, _SEALED)
        (folder,) = (path for path in (home / "runs").iterdir() if not path.name.startswith("."))
        calls, checkpoint = _calls(log), largest_checkpoint(folder)
        again = _again(line, folder, log)
    return Finished(done.started, done.wall, done.cpu, done.rss, folder, calls, checkpoint, again)


def _again(line: Sequence[str], folder: Path, log: Path) -> Again:
    """Make a finished run again from its journal: its seal and its checkpoints are removed."""
    before = [(folder / name).read_bytes() for name in _SEALED_FILES]
    kept = len(_calls(log))
    for name in ("manifest.json", "checkpoints.sqlite"):
        (folder / name).unlink()
    done = run_command(line, _SEALED)
    after = [(folder / name).read_bytes() for name in _SEALED_FILES]
    return Again(done.wall, len(_calls(log)) - kept, before == after)


def knows_replay() -> bool:
    """Whether there is a command that replays recordings."""
    from cli.main import COMMANDS

    return any(command.NAME == "replay" for command in COMMANDS)


def replayed(home: Path, works_at: Path) -> Finished:
    """Record a run and replay the recording, with no server there."""
    measured_run(home, works_at, 0.0, options=("--record", str(home / "recording"), "--fresh"))
    return run_command(["replay", str(home / "recording"), "--runs", str(home / "replayed")], _SEALED)


def run_command(line: Sequence[str], codes: Sequence[int] = (0,)) -> Finished:
    """Run `juried` with these arguments and return what it took; an exit code not in `codes` ends the measurement."""
    started = time.monotonic()
    environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", *line],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = code = os.waitstatus_to_exitcode(status)
    if code not in codes:
        raise SystemExit(f"juried {' '.join(line)} ended with {code}: {told}")
    return Finished(started, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, Path())


def spent(run: Finished) -> float:
    """Return the processor seconds of a process."""
    return run.cpu


def _calls(log: Path) -> tuple[Call, ...]:
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    calls = [Call(row["task"], row["begun"], row["ended"], row["prompt"], row["prompt_tokens"]) for row in rows]
    return tuple(sorted(calls, key=lambda call: call.begun))
