"""A local model configured means that nothing else is ever called: the sockets of a whole run are watched.

The interpreter's audit events show every name that is looked up and every address that is connected or
sent to, whichever library does it; code outside the interpreter (Chroma's engine) raises none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from graphs.runner import run_question
from juried.errors import ExitCode
from tests.openai_stub import OpenAIStub
from tests.small_library import QUESTION, settings_for

_WATCHED = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")
_seen: list[tuple[str, object]] = []
_watching = [False]


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watching[0] and event in _WATCHED:
        _seen.append((event, arguments[0] if "get" in event else arguments[1]))


sys.addaudithook(_hook)


@contextmanager
def watched_sockets() -> Iterator[list[tuple[str, object]]]:
    """Take down every address that this process names, connects or sends to."""
    _seen.clear()
    _watching[0] = True
    try:
        yield _seen
    finally:
        _watching[0] = False


async def test_a_whole_run_with_local_models_reaches_no_other_address(tmp_path: Path) -> None:
    with OpenAIStub(models=("local",)) as stub:
        port = int(stub.url.split(":")[-1].removesuffix("/v1"))
        chosen = settings_for(
            tmp_path,
            backend="",
            model="openai:local",
            base_url=stub.url,
            api_key="local-key",
            roles=("screener=openai:local",),
        )
        with watched_sockets() as seen:
            ended = await run_question(QUESTION, replace(chosen, embeddings="openai:embed"), lambda offer: True)
        assert ended.folder.sealed
        assert ended.exit_code in (ExitCode.SEALED, ExitCode.DEGRADED)
        assert stub.requests
        assert stub.embedded
    named = {target for event, target in seen if event != "socket.connect"}
    connected = {target for event, target in seen if event == "socket.connect"}
    assert connected == {("127.0.0.1", port)}
    assert named <= {"127.0.0.1", b"127.0.0.1"}


async def test_a_run_without_a_server_reaches_nothing_at_all(tmp_path: Path) -> None:
    with watched_sockets() as seen:
        ended = await run_question(QUESTION, settings_for(tmp_path, backend="embedded"), lambda offer: True)
    assert ended.folder.sealed
    assert seen == []
