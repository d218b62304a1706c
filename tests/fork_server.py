"""Runs the command line in children forked from one process that has imported everything: a start costs no imports.

Run as `python -m tests.fork_server`; one JSON object a line on stdin (`arguments`, `output`, `kill`, `teach`),
and for each two lines on stdout: `{"pid": ...}` when the child is there, `{"status": ...}` when it has ended
(negative: killed by that signal). A child may be armed to kill itself at a node of the graph; a child that
teaches tells which modules it came to import, and later children find these imported.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

NODES = (
    "plan_search",
    "approve_protocol",
    "search_source",
    "merge_works",
    "screen_works",
    "follow_citations",
    "approve_screening",
    "look_up_works",
    "read_work",
    "extract_claims",
    "select_claims",
    "gather_evidence",
    "review_claims",
    "adjudicate",
    "tally_votes",
    "write_report",
    "review_report",
    "check_report",
    "seal_record",
)
Node = Callable[..., Awaitable[Any]]


def preload() -> None:
    """Import what a run imports late, and read what it reads once, without starting a thread."""
    for name in ("chromadb", "langchain_openai", "onnxruntime", "tenacity", "tokenizers", "graphs.runner"):
        importlib.import_module(name)
    from graphs.opening import code_hash
    from juried.text.tokens import count_tokens

    code_hash()
    count_tokens("one")


def arm(kill: dict[str, Any], marker: Path) -> None:
    """Let this process kill itself when it enters or leaves a node for the given time."""
    import graphs.synthesis

    node: Node = getattr(graphs.synthesis, kill["node"])
    seen = [0]

    def strike() -> None:
        seen[0] += 1
        if seen[0] == kill["count"]:
            marker.write_text(str(time.monotonic()), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(node)
    async def struck(*args: Any, **values: Any) -> Any:
        if kill["when"] == "enter":
            strike()
        result = await node(*args, **values)
        if kill["when"] == "leave":
            strike()
        return result

    setattr(graphs.synthesis, kill["node"], struck)


def child(order: dict[str, Any]) -> int:
    """Run one command line with its output in files."""
    from cli.main import main

    output = Path(order["output"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(output.with_suffix(f".{name}"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    if order.get("kill"):
        arm(order["kill"], output.with_suffix(".killed"))
    try:
        return main(order["arguments"])
    except SystemExit as stop:
        return int(stop.code or 0)
    finally:
        if order.get("teach"):
            output.with_suffix(".modules").write_text("\n".join(sorted(sys.modules)), encoding="utf-8")


def learn(modules: Path) -> None:
    """Import what a child imported."""
    for name in modules.read_text(encoding="utf-8").split("\n"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def serve() -> None:
    """Fork a child for each line, until stdin ends."""
    preload()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        pid = os.fork()
        order = json.loads(line)
        if pid == 0:
            status = child(order)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        print(json.dumps({"pid": pid}), flush=True)
        _, ended = os.waitpid(pid, 0)
        if order.get("teach"):
            learn(Path(order["output"]).with_suffix(".modules"))
        print(json.dumps({"status": os.waitstatus_to_exitcode(ended)}), flush=True)


if __name__ == "__main__":
    serve()
