"""Reading a sealed record back from disk."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from juried.errors import RecordError
from juried.records.run import RunRecord


def load_record(path: Path) -> RunRecord:
    """Return the record in a file; raises RecordError when it is absent, damaged or of another version."""
    try:
        return RunRecord.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise RecordError(
            f"{path.name} cannot be used: {problem}.",
            concerns=path.parent.name,
            advice=f"Run the question again with --fresh, or remove {path.parent}.",
        ) from error
