"""Writing files so that a crash leaves either the old content or the new, never a half."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from juried.errors import StorageError


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file under a temporary name and rename it; raises StorageError when that fails."""
    part: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        part = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.chmod(0o644)
        part.replace(path)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}.",
            concerns=str(path.parent),
            advice="Free some space or choose another folder with --runs, then run the same command again.",
        ) from error
