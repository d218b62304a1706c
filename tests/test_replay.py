"""Recording a run and replaying it: the same bytes without server, key or library path, and misses that are named."""

from __future__ import annotations

from pathlib import Path

from graphs.replaying import replay
from graphs.runner import Ended, run_question
from juried.settings import Settings
from tests.openai_stub import OpenAIStub
from tests.small_library import QUESTION, settings_for

KEY = "sk-a-very-secret-key"


def settings(tmp_path: Path, stub: OpenAIStub, **given: object) -> Settings:
    return settings_for(tmp_path, backend="", model="openai:stub", base_url=stub.url, api_key=KEY, **given)


async def run(chosen: Settings) -> Ended:
    return await run_question(QUESTION, chosen, lambda offer: True)


async def test_a_recorded_run_is_replayed_to_the_same_bytes_without_its_server(tmp_path: Path) -> None:
    with OpenAIStub(models=("stub",)) as stub:
        recorded = await run(settings(tmp_path, stub, record=str(tmp_path / "tape")))
    replayed = await replay(tmp_path / "tape", tmp_path / "elsewhere")
    assert not replayed.differing
    assert replayed.ended.folder.record.read_bytes() == recorded.folder.record.read_bytes()
    assert replayed.ended.folder.report.read_bytes() == recorded.folder.report.read_bytes()
