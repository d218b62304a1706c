"""The content-addressed store of a run: records by SHA-256, so that graph state holds hashes only."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from juried.errors import RecordError
from juried.files import write_atomically
from juried.records.base import Record, canonical_json, sha256

R = TypeVar("R", bound=Record)
KEY_DIGITS = 20


class Artifacts:
    """Frozen records kept by the hash of their canonical JSON, one file each.

    Args:
        folder: Where the files lie; made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, record: Record) -> str:
        """Store a record and return its key, the first twenty digits of its SHA-256; doing it again changes nothing."""
        text = canonical_json(record)
        key = sha256(text)[:KEY_DIGITS]
        path = self.folder / f"{key}.json"
        if not path.exists():
            write_atomically(path, text.encode())
        return key

    def get(self, key: str, kind: type[R]) -> R:
        """Return the record of a hash; raises RecordError when it is absent or damaged."""
        path = self.folder / f"{key}.json"
        try:
            data = path.read_bytes()
            if sha256(data)[:KEY_DIGITS] != key:
                raise ValueError("its content does not have its hash")
            return kind.model_validate_json(data)
        except (OSError, ValueError, ValidationError) as error:
            raise RecordError(
                f"the stored {kind.__name__} cannot be used: {error}.",
                concerns=key[:12],
                advice=f"Remove {self.folder.parent} and run again.",
            ) from error
