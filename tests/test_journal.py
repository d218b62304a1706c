"""The journal: finished calls stay, damage and full disks are named, one process at a time."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juried.backends.base import TokenUsage
from juried.errors import RecordError, StorageError, UsageError
from juried.journal import Journal, canonical_request, journal_key

USAGE = TokenUsage(calls=1, prompt_tokens=12, completion_tokens=3)
ROOT = Path(__file__).resolve().parents[1]


def put(journal: Journal, request: str, response: str = "an answer") -> str:
    key = journal_key("chat", request)
    journal.put(key, "chat", request, response, USAGE)
    return key


def test_a_call_is_there_after_the_journal_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "run-1" / "journal.sqlite"
    with Journal(path) as journal:
        key = put(journal, "什么", '{"naïve": "✓\\u0000"}')
        assert journal.get("0" * 64) is None
    with Journal(path) as journal:
        row = journal.get(key)
    assert row is not None
    assert (row.request, row.response, row.usage) == ("什么", '{"naïve": "✓\\u0000"}', USAGE)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=40), st.text(st.characters(codec="utf-8"))))
def test_what_is_put_is_what_is_got(tmp_path: Path, calls: dict[str, str]) -> None:
    path = tmp_path / canonical_request({"calls": len(list(tmp_path.iterdir()))}).strip("{}").replace('"', "") / "j"
    with Journal(path) as journal:
        keys = {put(journal, request, response): response for request, response in calls.items()}
        assert [row.response for row in journal.rows()] == list(calls.values())
        for key, response in keys.items():
            row = journal.get(key)
            assert row is not None
            assert row.response == response


def test_the_first_answer_of_a_key_stays(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as journal:
        key = put(journal, "q", "first")
        row = journal.put(key, "chat", "q", "second", USAGE)
        assert row.response == "first"
        assert len(journal.rows()) == 1


def test_rows_cannot_be_changed_or_removed(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal(path) as journal:
        put(journal, "q")
    database = sqlite3.connect(path)
    for statement in ("UPDATE calls SET response = 'x'", "DELETE FROM calls"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute(statement)
    database.close()


def test_a_key_that_is_not_that_of_the_request_is_refused(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as journal, pytest.raises(UsageError, match="key"):
        journal.put("0" * 64, "chat", "q", "a", USAGE)


async def test_many_tasks_and_threads_write_at_once(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as journal:
        await asyncio.gather(*(asyncio.to_thread(put, journal, f"q{number}") for number in range(40)))
        assert {row.request for row in journal.rows()} == {f"q{number}" for number in range(40)}


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"an answer", b"an ansxer"),
        lambda data: b"PK\x03\x04 this is a zip" * 400,
        lambda data: data[: len(data) // 2],
        lambda data: data[:4096] + b"\xff" * (len(data) - 4096),
    ],
    ids=["one character", "another format", "half of it", "overwritten pages"],
)
def test_a_damaged_file_is_named_with_its_run(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "run-7" / "journal.sqlite"
    with Journal(path) as journal:
        keys = [put(journal, f"q{number}") for number in range(30)]
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(RecordError, match="run-7"):
        read_all(path, keys)


def read_all(path: Path, keys: list[str]) -> None:
    with Journal(path) as journal:
        for key in keys:
            journal.get(key)


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE calls (key TEXT)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(RecordError, match="not that of a journal"):
        Journal(path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        Journal(tmp_path / "file" / "journal.sqlite")


def test_a_full_disk_is_named_and_what_was_written_stays(tmp_path: Path) -> None:
    path = tmp_path / "run-1" / "journal.sqlite"
    script = f"""
        import resource, signal
        from pathlib import Path
        from juried.errors import StorageError
        from juried.journal import Journal
        from tests.test_journal import put
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        journal = Journal(Path({str(path)!r}))
        put(journal, "small")
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        try:
            put(journal, "large", "x" * 1_000_000)
        except StorageError as error:
            print("named:", error.exit_code.value, error.concerns)
    """
    assert run(script).stdout.strip() == "named: 6 run run-1"
    with Journal(path) as journal:
        assert [row.request for row in journal.rows()] == ["small"]
        put(journal, "large", "x" * 1_000_000)


def run(script: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(script)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_a_second_process_is_told_which_run_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "run-9" / "journal.sqlite"
    script = f"""
        from pathlib import Path
        from juried.errors import UsageError
        from juried.journal import Journal
        try:
            Journal(Path({str(path)!r}))
        except UsageError as error:
            print(error)
    """
    with Journal(path), pytest.raises(UsageError, match="run-9"):
        Journal(path)
    with Journal(path):
        said = run(script).stdout
    assert "run run-9: another process is working on this run" in said
    assert run(script).stdout == "", "the lock goes with the process that held it"


def test_a_killed_process_leaves_its_rows_and_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    script = f"""
        import os, signal, sys, time
        from pathlib import Path
        from juried.journal import Journal
        from tests.test_journal import put
        journal = Journal(Path({str(path)!r}))
        put(journal, "paid")
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.close(1); os.close(2)
            os.write(writer, b"!")
            time.sleep(30)
            os._exit(0)
        os.read(reader, 1)
        print("ready", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.wait(timeout=20)
        try:
            with Journal(path) as journal:
                assert [row.request for row in journal.rows()] == ["paid"]
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_closed_journal_says_so(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.close()
    journal.close()
    with pytest.raises(UsageError, match="closed"):
        journal.get("0" * 64)
