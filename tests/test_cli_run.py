"""`juried run` as a process: stopped, out of space, without the right to write, twice at once, on bad libraries."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from juried.journal import Journal
from juried.runs import RunFolder
from tests.fault_server import LoggingStub
from tests.small_library import QUESTION, make_library

ROOT = Path(__file__).resolve().parents[1]
STOPPED = "juried: stopped. The same command goes on where it stopped."


def command(folder: Path, *more: str) -> list[str]:
    given = ["--library", str(folder / "library"), "--runs", str(folder / "runs"), "--date", "2026-01-31"]
    return [sys.executable, "-m", "cli.main", "run", QUESTION, *given, "--backend", "mock", *more]


def run(folder: Path, *more: str, bytes_at_most: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_at_most or 0, resource.RLIM_INFINITY))

    return subprocess.run(
        command(folder, *more), cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        timeout=90, preexec_fn=limit if bytes_at_most is not None else None,
    )  # fmt: skip


def hear_ctrl_c() -> None:
    """Undo what a shell does to processes in the background, which children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def sealed(done: subprocess.CompletedProcess[str]) -> str:
    """The SHA-256 of the record of a run that was printed as JSON."""
    assert done.returncode in (0, 3, 4), done.stderr
    return hashlib.sha256(Path(json.loads(done.stdout)["record"]).read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("undisturbed")
    make_library(folder / "library")
    return sealed(run(folder, "--json"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_library(tmp_path / "library")
    return tmp_path


@pytest.mark.parametrize(
    ("node", "number"),
    [("plan_search", signal.SIGINT), ("read_work", signal.SIGTERM), ("review_claims", signal.SIGINT)],
)
def test_a_signal_ends_the_run_with_6_and_the_same_command_finishes_it(
    folder: Path, node: str, number: signal.Signals
) -> None:
    with LoggingStub(latency_s=1.5) as stub:
        asked = ["--base-url", stub.url, "--model", "openai:stub", "--roles", "screener=openai:stub", "--api-key", "k"]
        slow = [part for part in command(folder) if part not in ("--backend", "mock")] + asked
        with subprocess.Popen(
            slow,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=hear_ctrl_c,  # noqa: PLW1509
        ) as going:
            assert going.stderr is not None
            while not (line := going.stderr.readline()).startswith(node):
                assert line, "the run ended before the signal"
            going.send_signal(number)
            out, err = going.communicate(timeout=60)
        assert (going.returncode, out) == (6, "")
        assert err.strip().splitlines()[-1] == STOPPED
        assert "Traceback" not in err
        stub.latency_s = 0.0
        done = subprocess.run([*slow, "--json"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=90)
        again = subprocess.run(
            [*slow, "--json", "--runs", str(folder / "other")],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=90,
        )  # fmt: skip
    assert sealed(done) == sealed(again)


def test_ctrl_c_while_it_waits_for_approval_ends_it_at_once(folder: Path) -> None:
    with subprocess.Popen(
        command(folder, "--approve", "protocol"), cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c,  # noqa: PLW1509
    ) as going:  # fmt: skip
        assert going.stderr is not None
        while not (line := going.stderr.readline()).startswith("Enter to go on"):
            assert line, "the run ended before it asked"
        going.send_signal(signal.SIGINT)
        assert going.wait(timeout=60) == 6
        assert STOPPED in going.stderr.read()


def test_without_an_answer_at_hand_the_run_waits_and_says_how_to_go_on(folder: Path) -> None:
    done = run(folder, "--approve", "protocol")
    assert done.returncode == 6
    assert "waits for approval" in last_line(done)
    assert "same command" in last_line(done)


# Files may grow to this size only, as on a disk that fills up at different moments of the run.
@pytest.mark.parametrize("size", [0, 40_000, 100_000, 250_000])
def test_a_full_disk_is_one_sentence_and_with_space_the_same_command_finishes(
    folder: Path, undisturbed: str, size: int
) -> None:
    full = run(folder, "--progress", "none", bytes_at_most=size)
    assert full.returncode == 6, full.stderr
    assert full.stdout == ""
    assert len(full.stderr.strip().splitlines()) == 1
    assert "run the same command again" in last_line(full)
    assert sealed(run(folder, "--json")) == undisturbed


def test_a_runs_folder_that_cannot_be_written_is_one_sentence(folder: Path) -> None:
    (folder / "runs").write_text("a file in the place of the folder")
    done = run(folder, "--progress", "none")
    assert done.returncode == 6
    (line,) = done.stderr.strip().splitlines()
    assert str(folder / "runs") in line


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_runs_folder_is_one_sentence(folder: Path) -> None:
    (folder / "runs").mkdir(mode=0o555)
    done = run(folder, "--progress", "none")
    assert done.returncode == 6
    assert "right to write" in last_line(done)


def test_a_second_process_on_the_same_run_is_told_so_and_harms_nothing(folder: Path, undisturbed: str) -> None:
    sealed(run(folder, "--json"))
    (found,) = [RunFolder(path) for path in (folder / "runs").iterdir() if not path.name.startswith(".")]
    found.manifest.unlink()
    with Journal(found.journal):
        for more in ((), ("--fresh",)):
            done = run(folder, "--progress", "none", *more)
            assert done.returncode == 2
            (line,) = done.stderr.strip().splitlines()
            assert "another process is working on this run" in line
    assert found.record.exists()
    assert sealed(run(folder, "--json", "--fresh")) == undisturbed


def test_a_damaged_checkpoint_is_one_sentence_and_fresh_runs_anew(folder: Path, undisturbed: str) -> None:
    sealed(run(folder, "--json"))
    (found,) = [RunFolder(path) for path in (folder / "runs").iterdir() if not path.name.startswith(".")]
    found.manifest.unlink()
    found.checkpoints.write_bytes(b"this is no database" * 100)
    done = run(folder, "--progress", "none")
    assert done.returncode == 2
    assert "--fresh" in last_line(done)
    assert sealed(run(folder, "--json", "--fresh")) == undisturbed


@pytest.mark.parametrize("kind", ["absent", "empty", "a file", "unreadable"])
def test_a_library_that_cannot_be_used_is_one_sentence_with_2(folder: Path, kind: str) -> None:
    shutil.rmtree(folder / "library")
    if kind in ("empty", "unreadable"):
        (folder / "library").mkdir()
    if kind == "a file":
        (folder / "library").write_text("no folder")
    if kind == "unreadable":
        (folder / "library" / "paper.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    done = run(folder, "--progress", "none")
    assert done.returncode == 2, done.stdout
    (line,) = done.stderr.strip().splitlines()
    assert str(folder / "library") in line
    assert done.stdout == ""


def test_a_question_that_is_no_text_is_one_sentence(folder: Path) -> None:
    given = [*command(folder)[:4], os.fsdecode(b"caf\xe9?"), *command(folder)[5:]]
    done = subprocess.run(given, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "UTF-8" in done.stderr


def test_a_missing_model_file_is_one_sentence_with_5_before_the_work_begins(folder: Path) -> None:
    for room in ("juried", "cli", "graphs", "agents", "prompts", "vectorstore"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "juried" / "models" / "minilm" / "model.onnx").unlink()
    given = [sys.executable, "-m", "cli.main", "run", QUESTION, "--library", "library", "--progress", "none"]
    done = subprocess.run(given, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 5
    (line,) = done.stderr.strip().splitlines()
    assert "model.onnx" in line
    assert "Install juried again" in line
    assert not list((folder / "runs").glob("*/settings.json"))


def test_progress_that_nobody_reads_does_not_stop_the_run(folder: Path, undisturbed: str) -> None:
    going = subprocess.Popen(command(folder, "--json"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert going.stderr is not None
    assert going.stdout is not None
    going.stderr.close()
    out = going.stdout.read().decode()
    going.stdout.close()
    assert sealed(subprocess.CompletedProcess([], going.wait(timeout=60), out, "")) == undisturbed


def test_stdout_of_run_is_the_product_and_stderr_the_progress(folder: Path) -> None:
    done = run(folder, "--progress", "plain")
    assert "Report: " in done.stdout
    assert "read_work" not in done.stdout
    assert "read_work" in done.stderr
    assert run(folder, "--progress", "none").stderr == ""
