"""Damaged, half-written and missing files of a run that broke off: each is named with what to do, or mends itself."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cli.main import explain
from graphs.runner import Ended, run_question
from juried.backends.mock import MockBackend, Reply
from juried.errors import BackendError, ExitCode, JuriedError
from juried.runs import RunFolder
from juried.tasks import JudgeClaims, Task
from tests.small_library import QUESTION, script, settings_for

Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    import asyncio

    return asyncio.run(go_on(tmp_path_factory.mktemp("whole"))).folder.record.read_bytes()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose run broke off: at its extraction, when works are read, or at its first vote."""
    import asyncio

    folder = tmp_path_factory.mktemp("begun")
    plain = script()

    def broken(task: Task) -> Reply:
        return BackendError("the server went away.") if isinstance(task, JudgeClaims) else plain(task)

    with pytest.raises(BackendError):
        asyncio.run(go_on(folder, broken))
    return folder


async def go_on(folder: Path, answers: Callable[[Task], Reply] | None = None, **given: object) -> Ended:
    backend = MockBackend(answers or script())
    return await run_question(QUESTION, settings_for(folder, **given), lambda offer: True, backend=backend)


@pytest.fixture
def folder(tmp_path: Path, begun: Path) -> Path:
    shutil.copytree(begun, tmp_path / "own")
    return tmp_path / "own"


def the_run(folder: Path) -> RunFolder:
    (found,) = [path for path in (folder / "runs").iterdir() if not path.name.startswith(".")]
    return RunFolder(found)


def halve(path: Path) -> None:
    """Cut a file in the middle of what it holds; a database in its first page, for it may never read a later one."""
    kept = 2000 if path.suffix == ".sqlite" else path.stat().st_size // 2
    path.write_bytes(path.read_bytes()[:kept] or b"half")


def overwrite(path: Path) -> None:
    path.write_bytes(b"this is no database and no JSON" * 400)


def without_log(damage: Damage) -> Damage:
    """Damage a database that holds all that was written, with no write-ahead log beside it, which would heal it."""

    def damaged(path: Path) -> None:
        if path.suffix.startswith(".sqlite"):
            with closing(sqlite3.connect(path)) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        damage(path)

    return damaged


RUN_FILES = ["settings.json", "journal.sqlite", "checkpoints.sqlite", "artifacts/*.json", "documents/*.json"]
MEMORY_FILES = ["memory/lexical.sqlite", "memory/chroma/chroma.sqlite3"]


@pytest.mark.parametrize("damage", [halve, overwrite])
@pytest.mark.parametrize("pattern", [*RUN_FILES, *MEMORY_FILES])
async def test_a_damaged_file_is_named_with_what_to_do_and_fresh_gives_the_same_bytes(
    folder: Path, whole: bytes, pattern: str, damage: Damage
) -> None:
    run = the_run(folder)
    files = sorted(run.path.glob(pattern))
    assert files
    for path in files:
        without_log(damage)(path)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        await go_on(folder)
    said = explain(caught.value)
    assert isinstance(said, JuriedError), repr(caught.value)
    assert said.exit_code in (ExitCode.USAGE, ExitCode.INTERRUPTED)
    assert "Remove" in said.advice or "remove" in said.advice or "--fresh" in said.advice
    # Chroma keeps a damaged database open under its path until the process ends.
    ended = await go_on(folder.rename(folder.with_name("moved")), fresh=True)
    assert ended.folder.record.read_bytes() == whole


@pytest.mark.parametrize("gone", ["memory/lexical.sqlite", "memory/chroma", "memory", "events.jsonl"])
async def test_what_is_missing_and_can_be_made_again_is_made_again(folder: Path, whole: bytes, gone: str) -> None:
    path = the_run(folder).path / gone
    for beside in path.parent.glob(f"{path.name}*"):
        shutil.rmtree(beside) if beside.is_dir() else beside.unlink()
    assert (await go_on(folder)).folder.record.read_bytes() == whole


@pytest.mark.parametrize("damage", [halve, overwrite])
async def test_a_damaged_cache_is_named_and_without_it_the_run_goes_on(
    folder: Path, whole: bytes, damage: Damage
) -> None:
    cache = folder / "runs" / ".cache" / "embeddings.sqlite"
    without_log(damage)(cache)
    with pytest.raises(JuriedError) as caught:
        await go_on(folder)
    assert str(cache) in str(caught.value)
    for path in cache.parent.glob("embeddings.sqlite*"):
        path.unlink()
    assert (await go_on(folder)).folder.record.read_bytes() == whole


async def test_half_written_files_that_a_crash_left_behind_block_nothing(folder: Path, whole: bytes) -> None:
    run = the_run(folder)
    for name in (".record.json.x1.part", ".report.md.x2.part", "artifacts/.abc.json.x3.part"):
        (run.path / name).write_bytes(b'{"half')
    run.record.write_bytes(b'{"format": "juried-rec')
    ended = await go_on(folder)
    assert ended.folder.record.read_bytes() == whole


async def test_a_sealed_record_that_is_damaged_is_named_and_fresh_mends_it(folder: Path, whole: bytes) -> None:
    ended = await go_on(folder)
    halve(ended.folder.record)
    with pytest.raises(JuriedError, match=r"record\.json cannot be used") as caught:
        await go_on(folder)
    assert "--fresh" in caught.value.advice
    assert (await go_on(folder, fresh=True)).folder.record.read_bytes() == whole


async def test_a_manifest_that_was_removed_is_made_again_and_nobody_is_asked(folder: Path, whole: bytes) -> None:
    ended = await go_on(folder)
    manifest = ended.folder.manifest.read_bytes()
    for path in (ended.folder.manifest, ended.folder.record):
        path.unlink()
    asked: list[Task] = []

    def nobody(task: Task) -> Reply:
        asked.append(task)
        return "failed"

    again = await go_on(folder, nobody)
    assert (again.folder.record.read_bytes(), again.folder.manifest.read_bytes()) == (whole, manifest)
    assert asked == []
