"""Reading many files in a few processes: `python -m benchmarks.reading` reads the paths on standard input.

One JSON object a line: path, how it ended, pages, processor seconds. A process of its own for each file is what a run
uses; over hundreds of small files most of its time is the start of Python, so files go through one process here, and
what that process does not answer is read again alone, under the usual limits.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from juried.documents.dispatch import parse
from juried.documents.reader import read_document
from juried.errors import DocumentError
from juried.records.document import Document

ROOT = Path(__file__).resolve().parents[1]
_SECONDS_PER_FILE = 2.0


@dataclass(frozen=True)
class Read:
    """How one file ended: its format, or the reason why it is no document; `sound` says that its offsets hold."""

    path: Path
    outcome: str
    document: bool
    sound: bool
    hidden: int
    cpu_seconds: float


def is_sound(document: Document) -> bool:
    """Whether blocks follow one another, and cells and sections stand where they are said to stand."""
    at = 0
    for block in document.blocks:
        if not at <= block.start < block.end <= len(document.text):
            return False
        at = block.end
    cells = (cell for table in document.tables for cell in table.cells)
    if any(document.text[cell.start : cell.end] != cell.text for cell in cells):
        return False
    return all(document.text.startswith(section.title, section.start) for section in document.sections)


def read_all(paths: Sequence[Path], processes: int = 2) -> list[Read]:
    """Return how each file ended, in the order of the paths; no file can stop the others."""
    shares = [paths[at::processes] for at in range(processes)]
    started = [_start() for _ in shares]
    found: dict[Path, Read] = {}
    for process, share in zip(started, shares, strict=True):
        found |= _take(process, share)
    return [found[path] if path in found else asyncio.run(_alone(path)) for path in paths]


def _start() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.reading"]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _take(process: subprocess.Popen[str], paths: Sequence[Path]) -> dict[Path, Read]:
    try:
        output, _ = process.communicate("\n".join(map(str, paths)), timeout=30 + _SECONDS_PER_FILE * len(paths))
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
    rows = [json.loads(line) for line in output.splitlines() if line.endswith("}")]
    return {Path(row["path"]): Read(**{**row, "path": Path(row["path"])}) for row in rows}


async def _alone(path: Path) -> Read:
    result = await read_document(path.read_bytes(), path.name)
    if isinstance(result, Document):
        return Read(path, result.format, True, is_sound(result), len(result.hidden), 0.0)
    return Read(path, result.reason, False, True, 0, 0.0)


def _read(path: Path) -> Read:
    begun = time.process_time()
    try:
        document = parse(path.read_bytes(), path.name)
    except DocumentError as error:
        return Read(path, error.reason, False, True, 0, time.process_time() - begun)
    sound = is_sound(document)
    return Read(path, document.format, True, sound, len(document.hidden), time.process_time() - begun)


def main() -> None:
    """Read the files that standard input names."""
    for line in sys.stdin.read().splitlines():
        print(json.dumps({**vars(_read(Path(line))), "path": line}), flush=True)


if __name__ == "__main__":
    main()
