"""Writing files so that a crash leaves either the old content or the new, never a half."""

from __future__ import annotations

import os
from pathlib import Path

from juried.errors import StorageError


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file under a temporary name and rename it; raises StorageError when that fails."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}.",
            concerns=str(path.parent),
            advice="Free some space or choose another folder with --runs, then run the same command again.",
        ) from error
