"""The graph as a development server runs it: schemas, settings from the environment, nothing that blocks the loop."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from graphs.opening import close_opened
from graphs.synthesis import builder
from tests.small_library import QUESTION, make_library

CONFIG: RunnableConfig = {"configurable": {"thread_id": "1"}, "recursion_limit": 60}


@pytest.fixture
async def variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    monkeypatch.setenv("JURIED_LIBRARY", str(make_library(tmp_path / "library")))
    monkeypatch.setenv("JURIED_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("JURIED_BACKEND", "mock")
    yield tmp_path
    await close_opened()


def test_input_output_and_context_have_json_schemas() -> None:
    graph = builder.compile()
    assert "question" in graph.get_input_jsonschema()["properties"]
    assert "record" in graph.get_output_jsonschema()["properties"]
    assert (graph.get_context_jsonschema() or {})["properties"] == {}


async def test_settings_come_from_the_environment_and_the_run_is_sealed(variables: Path) -> None:
    graph = builder.compile(checkpointer=InMemorySaver())
    ended = await graph.ainvoke({"question": QUESTION}, CONFIG)
    (manifest,) = (variables / "runs").glob("*/manifest.json")
    assert ended["record"] in manifest.read_text(encoding="utf-8")


async def test_what_cannot_be_opened_is_tried_anew_once_it_is_mended(variables: Path) -> None:
    graph = builder.compile(checkpointer=InMemorySaver())
    hidden = (variables / "library").rename(variables / "hidden")
    with pytest.raises(Exception, match="no such folder"):
        await graph.ainvoke({"question": QUESTION}, CONFIG)
    hidden.rename(variables / "library")
    assert (await graph.ainvoke(None, CONFIG))["record"]


async def test_no_file_is_made_renamed_or_listed_and_no_database_opened_on_the_event_loop(
    variables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocking: list[str] = []

    def watched(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            try:
                asyncio.get_running_loop()
                blocking.append(name)
            except RuntimeError:
                pass
            return function(*arguments, **named)

        return call

    graph = builder.compile(checkpointer=InMemorySaver())
    for module, name in ((os, "mkdir"), (os, "replace"), (os, "unlink"), (os, "scandir"), (sqlite3, "connect")):
        monkeypatch.setattr(module, name, watched(name, getattr(module, name)))
    await graph.ainvoke({"question": QUESTION}, CONFIG)
    assert blocking == []
