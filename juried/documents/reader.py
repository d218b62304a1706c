"""Reading a document in a child process that cannot outlive its limits; a bad document is a value, not an error."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from juried.documents.limits import ParserLimits
from juried.records.document import Document, Unreadable

_ROOT = Path(__file__).resolve().parents[2]
_CHUNK = 1 << 18
DEFAULT_LIMITS = ParserLimits()


class _Reply(BaseModel):
    """What the child writes: exactly one of the two."""

    model_config = ConfigDict(extra="forbid")

    document: Document | None = None
    unreadable: Unreadable | None = None


async def read_document(
    data: bytes,
    name: str,
    limits: ParserLimits = DEFAULT_LIMITS,
    siblings: Mapping[str, bytes] | None = None,
) -> Document | Unreadable:
    """Parse a document in a process of its own, which is killed with all its children when it overruns.

    Args:
        data: The whole file.
        name: The file's name; decides the format where the content does not.
        limits: Wall time, processor time, memory, and the sizes of input and output.
        siblings: Other files of its folder by name, for the `\\input` of a lone LaTeX file.

    Returns:
        The document, or the named reason why it cannot be read. Never raises for a bad document; when the
        caller is cancelled, the child is killed and the cancellation goes on.
    """
    if len(data) > limits.input_bytes:
        return Unreadable(reason="too_large", detail=f"It has {len(data)} bytes; the limit is {limits.input_bytes}.")
    process = await _start(limits)
    try:
        async with asyncio.timeout(limits.wall_seconds):
            output = await _exchange(process, _request(data, name, siblings or {}), limits.output_bytes)
            if output is not None:
                await process.wait()
    except TimeoutError:
        return Unreadable(reason="timed_out", detail=f"Reading took over {limits.wall_seconds:g} s and was stopped.")
    finally:
        await _kill(process)
    if output is None:
        return Unreadable(reason="too_large", detail=f"Its text is over {limits.output_bytes} bytes.")
    return _result(output, process.returncode or 0, limits)


async def _start(limits: ParserLimits) -> asyncio.subprocess.Process:
    # A bare environment: no key or token of the user reaches a process that reads strangers' files.
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "juried.documents.worker",
        str(limits.cpu_seconds),
        str(limits.memory_bytes),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )


def _request(data: bytes, name: str, siblings: Mapping[str, bytes]) -> bytes:
    ordered = sorted(siblings.items())
    head = {"name": name, "size": len(data), "siblings": [[key, len(value)] for key, value in ordered]}
    return b"".join([json.dumps(head).encode(), b"\n", data, *(value for _, value in ordered)])


async def _exchange(process: asyncio.subprocess.Process, request: bytes, limit: int) -> bytes | None:
    """Feed the child and take its output; None as soon as the output passes the limit."""
    feeding = asyncio.create_task(_feed(process, request))
    try:
        return await _collect(process, limit)
    finally:
        feeding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await feeding


async def _feed(process: asyncio.subprocess.Process, request: bytes) -> None:
    stdin = process.stdin
    if stdin is None:
        return
    # A child that ends early closes its pipe; what it wrote until then is the answer.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        stdin.write(request)
        await stdin.drain()
        stdin.close()


async def _collect(process: asyncio.subprocess.Process, limit: int) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while process.stdout is not None and (part := await process.stdout.read(_CHUNK)):
        size += len(part)
        if size > limit:
            return None
        parts.append(part)
    return b"".join(parts)


async def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill the child's whole group, which also ends anything that the child started, and reap the child."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    # The event loop calls a process ended only when its pipes are; a full pipe has to be emptied first.
    while process.stdout is not None and await process.stdout.read(_CHUNK):
        continue
    await process.wait()


def _result(output: bytes, code: int, limits: ParserLimits) -> Document | Unreadable:
    if code == 0:
        try:
            reply = _Reply.model_validate_json(output)
        except ValidationError:
            return Unreadable(reason="malformed", detail="Its parser gave no usable result.")
        if reply.document is not None:
            return reply.document
        if reply.unreadable is not None:
            return reply.unreadable
    return _death(code, limits)


def _death(code: int, limits: ParserLimits) -> Unreadable:
    """Say why a child died: a signal has a negative code."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return Unreadable(reason="timed_out", detail=f"Reading took over {limits.cpu_seconds} s of processor time.")
    if code < 0:
        return Unreadable(reason="malformed", detail=f"Its parser crashed ({signal.Signals(-code).name}).")
    return Unreadable(reason="out_of_memory", detail=f"Its parser ended with code {code} before it answered.")
