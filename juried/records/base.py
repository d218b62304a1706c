"""The base of every frozen record, its canonical JSON and its content hash."""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen model that may be written to disk; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def canonical_json(record: BaseModel) -> str:
    """Return the one JSON text of a record: keys sorted, no spaces, not escaped to ASCII."""
    return json.dumps(record.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def readable_json(record: BaseModel) -> str:
    """Return the canonical content indented for people, ending in a newline."""
    return json.dumps(record.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text in UTF-8, in hex."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def content_hash(record: BaseModel) -> str:
    """Return the SHA-256 of the record's canonical JSON."""
    return sha256(canonical_json(record))


def short_id(prefix: str, *parts: str) -> str:
    """Return `prefix-` and twelve hex digits that depend on all parts and their order."""
    return f"{prefix}-{sha256(chr(31).join(parts))[:12]}"
