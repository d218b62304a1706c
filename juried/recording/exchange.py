"""One HTTP exchange as a recording holds it, and what makes two requests the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from pydantic import JsonValue

from juried.journal import canonical_request


@dataclass(frozen=True)
class Request:
    """A request; header names are lower case, secrets are blotted out."""

    method: str
    uri: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path of the address; "/" where there is none."""
        return urlsplit(self.uri).path or "/"

    @property
    def query(self) -> list[tuple[str, str]]:
        """The parameters of the address, sorted."""
        return sorted(parse_qsl(urlsplit(self.uri).query, keep_blank_values=True))

    @property
    def host(self) -> str:
        """The host and port of the address; no part of what two equal requests share."""
        return urlsplit(self.uri).netloc

    @property
    def key(self) -> str:
        """One text for all equal requests: method, path, query, and body (JSON parsed), without the host."""
        return canonical_request(
            {
                "method": self.method,
                "path": self.path,
                "query": [list(pair) for pair in self.query],
                "body": parsed(self.body),
            }
        )


@dataclass(frozen=True)
class Answer:
    """An answer; the body is decompressed, and only headers that shape what is made of it are kept."""

    status: int
    message: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, and which prompt was asked with it (name and version; "" with none)."""

    request: Request
    answer: Answer
    prompt: str = ""


def json_of(body: bytes) -> JsonValue | None:
    """Return a body read as a JSON object or list; None when it is none."""
    if body[:64].lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        value: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def parsed(body: bytes) -> JsonValue:
    """Return a body as two requests are compared by it: JSON parsed, else text, else the hex of its bytes."""
    value = json_of(body)
    if value is not None:
        return value
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.hex()
