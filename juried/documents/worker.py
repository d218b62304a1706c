"""The child process that parses one document under limits: `python -m juried.documents.worker CPU MEMORY`.

Standard input holds a line of JSON (the name, the length of the document, the names and lengths of its
siblings), then the bytes one after the other. Standard output gets one JSON object, `document` or `unreadable`.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import BinaryIO

from juried.errors import DocumentError


def limit_resources(cpu_seconds: int, memory_bytes: int) -> None:
    """Bind this process to its limits: processor time, address space, no core file, no file written."""
    limits = (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    )
    for kind, value in limits:
        _, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def read_request(stream: BinaryIO) -> tuple[bytes, str, dict[str, bytes]]:
    """Return the document, its name and its siblings from a stream in the form of this module."""
    head = json.loads(stream.readline())
    data = stream.read(head["size"])
    siblings = {name: stream.read(size) for name, size in head["siblings"]}
    return data, head["name"], siblings


def answer(data: bytes, name: str, siblings: dict[str, bytes]) -> str:
    """Return the JSON of the document, or of why it cannot be read."""
    from juried.documents.dispatch import parse

    try:
        return f'{{"document":{parse(data, name, siblings).model_dump_json()}}}'
    except DocumentError as error:
        return json.dumps({"unreadable": {"reason": error.reason, "detail": error.message}})
    except MemoryError:
        return json.dumps({"unreadable": {"reason": "out_of_memory", "detail": "memory ran out."}})


def main(arguments: list[str]) -> None:
    """Parse the document of standard input under the limits that the arguments give."""
    limit_resources(int(arguments[0]), int(arguments[1]))
    sys.stdout.buffer.write(answer(*read_request(sys.stdin.buffer)).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
