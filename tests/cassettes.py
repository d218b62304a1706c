"""Recorded HTTP exchanges as vcrpy writes them, in both of its layouts, for tests that read the wire formats."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from vcr.serializers import yamlserializer  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Exchange:
    """One recorded request and its answer; the content is decompressed."""

    name: str
    method: str
    url: str
    status: int
    content: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


def exchanges(folder: Path, host: str) -> list[Exchange]:
    """Return all exchanges with a host under a folder, by file and in their order."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml"))
    return [exchange for file in files for exchange in _read(file) if urlsplit(exchange.url).hostname == host]


def _read(file: Path) -> Iterator[Exchange]:
    document = yamlserializer.deserialize(file.read_text(encoding="utf-8"))
    for number, entry in enumerate(document["interactions"]):
        request, response = entry["request"], entry["response"]
        status = response.get("status_code") or response["status"]["code"]
        body = response["content"] if "content" in response else response["body"]
        yield Exchange(f"{file.stem}[{number}]", request["method"], request["uri"], status, _content(body))


def _content(body: object) -> bytes:
    """Return the bytes of a body: a text, bytes, or base64 under a name, compressed or not."""
    if isinstance(body, dict):
        coded = body.get("base64_string")
        body = base64.b64decode(coded) if coded else body.get("string")
    content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
