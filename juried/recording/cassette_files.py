"""Cassettes on disk: the YAML of vcrpy, with JSON bodies as readable trees and binary bodies in files of their own.

A multi-line text is a literal block, so that a prompt reads as it was sent. A body that is no text lies in
`documents/` under its SHA-256, and the cassette names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import JsonValue

from juried.errors import RecordError
from juried.files import write_atomically
from juried.recording.exchange import Answer, Exchange, Request, json_of
from juried.records.base import sha256

DOCUMENTS = "documents"
_FORMAT = 1


class _Dumper(yaml.SafeDumper):
    """Writes multi-line texts as literal blocks, also where lines end in blanks, which libyaml would escape."""

    def analyze_scalar(self, scalar: str) -> Any:
        """Allow a literal block wherever YAML does; the emitter of PyYAML is stricter than its reader."""
        analysis: Any = super().analyze_scalar(scalar)
        analysis.allow_block = analysis.allow_block or _fits_block(scalar)
        return analysis


def _fits_block(text: str) -> bool:
    """Whether a text can be read back from a literal block: line feeds alone, nothing that YAML must escape."""
    plain = all(char == "\n" or (char.isprintable() and char != "\ufeff") for char in text)
    return "\n" in text and plain and not text.startswith((" ", "\n"))


def _text_node(dumper: _Dumper, text: str) -> yaml.Node:
    # YAML reads these as line breaks unless they are escaped.
    odd = any(char in text for char in "\x85\u2028\u2029")
    style = '"' if odd else "|" if _fits_block(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text_node)


def write_cassette(path: Path, exchanges: Iterable[Exchange]) -> None:
    """Write a cassette and the documents that it names; raises StorageError when that fails."""
    interactions = [_shown(exchange, path.parent) for exchange in exchanges]
    text = yaml.dump(
        {"version": _FORMAT, "interactions": interactions}, Dumper=_Dumper, allow_unicode=True, sort_keys=False,
        width=2**31,
    )  # fmt: skip
    write_atomically(path, text.encode())


def _shown(exchange: Exchange, folder: Path) -> dict[str, object]:
    request, answer = exchange.request, exchange.answer
    asked: dict[str, object] = {"method": request.method, "uri": request.uri, "headers": _listed(request.headers)}
    said: dict[str, object] = {
        "status": {"code": answer.status, "message": answer.message},
        "headers": _listed(answer.headers),
    }
    prompt = {"prompt": exchange.prompt} if exchange.prompt else {}
    return {
        **prompt,
        "request": asked | _shown_body(request.body, folder, "body"),
        "response": said | _shown_body(answer.body, folder, "string"),
    }


def _listed(headers: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: [headers[name]] for name in sorted(headers)}


def _shown_body(body: bytes, folder: Path, text_name: str) -> dict[str, object]:
    """Return a body as a tree, a text, or the name of a document beside the cassette."""
    tree = json_of(body)
    if tree is not None and _is_text(tree):
        return {"parsed_body": tree}
    try:
        text: object = body.decode()
    except UnicodeDecodeError:
        name = sha256(body)
        write_atomically(folder / DOCUMENTS / name, body)
        return {"document": name}
    return {"body": text} if text_name == "body" else {"body": {text_name: text}}


def _is_text(tree: JsonValue) -> bool:
    """Whether the strings of a tree can be written as UTF-8; JSON may escape halves of characters."""
    try:
        json.dumps(tree, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def read_cassette(path: Path) -> list[Exchange]:
    """Return the exchanges of a cassette, in its order.

    Raises:
        RecordError: The file, or a document that it names, is absent or damaged.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        return [_exchange(entry, path.parent) for entry in content["interactions"]]
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        detail = " ".join(str(error).split())[:200]
        raise RecordError(
            f"the cassette cannot be used: {type(error).__name__}: {detail}.",
            concerns=str(path),
            advice="Restore the recording from a copy, or record the run again.",
        ) from error


def _exchange(entry: Mapping[str, Any], folder: Path) -> Exchange:
    asked, said = entry["request"], entry["response"]
    request = Request(str(asked["method"]), str(asked["uri"]), _plain(asked["headers"]), _body(asked, folder))
    status = said["status"]
    answer = Answer(int(status["code"]), str(status["message"]), _plain(said["headers"]), _body(said, folder))
    return Exchange(request, answer, str(entry.get("prompt", "")))


def _plain(headers: Mapping[str, list[str]]) -> dict[str, str]:
    return {str(name): str(values[0]) for name, values in headers.items()}


def _body(part: Mapping[str, Any], folder: Path) -> bytes:
    if "parsed_body" in part:
        return json.dumps(part["parsed_body"], ensure_ascii=False).encode()
    if "document" in part:
        data = (folder / DOCUMENTS / str(part["document"])).read_bytes()
        if sha256(data) != part["document"]:
            raise ValueError(f"the document {part['document'][:12]} does not have its hash")
        return data
    body = part["body"]
    return cast("str", body["string"] if isinstance(body, dict) else body).encode()
