"""The commands that read runs and installations: what a user sees, as text and as JSON, and what goes wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import main
from juried.sources.registry import source_names
from tests.records import QUESTION, claims, make_record, verdicts
from tests.sealed import make_sealed_run
from tests.small_library import make_library

ROOT = Path(__file__).resolve().parents[1]
RUN = make_record().run_id


class Shell:
    """Runs commands in this process on one folder of runs, and gives code, stdout and stderr."""

    def __init__(self, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.runs = runs
        self._capsys = capsys

    def __call__(self, *arguments: str, runs: bool = True) -> tuple[int, str, str]:
        status = main([*arguments, *(["--runs", str(self.runs)] if runs else [])])
        printed = self._capsys.readouterr()
        return status, printed.out, printed.err

    def data(self, *arguments: str, runs: bool = True) -> object:
        status, out, err = self(*arguments, "--json", runs=runs)
        assert err == ""
        assert status in (0, 5), status
        return json.loads(out)

    def one_sentence(self, *arguments: str, runs: bool = True) -> str:
        status, out, err = self(*arguments, runs=runs)
        assert status == 2
        assert out == ""
        (line,) = err.strip().splitlines()
        assert line.startswith("juried: ")
        return line


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    make_sealed_run(tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path / "runs", capsys)


def test_list_names_each_run_with_its_answer_and_counts(shell: Shell) -> None:
    status, out, _ = shell("list")
    assert status == 0
    (line,) = out.splitlines()
    for part in (RUN, "2026-11-20", "mixed", "5/8 verified", "quality 7.9", QUESTION):
        assert part in line
    assert shell.data("list") == [
        {
            "id": RUN,
            "question": QUESTION,
            "date": "2026-11-20",
            "state": "sealed",
            "answer": "mixed",
            "claims": 8,
            "verified": 5,
            "score_tenths": 79,
        }
    ]


def test_list_of_no_runs_says_so_and_is_an_empty_list_as_json(shell: Shell) -> None:
    shell.runs = shell.runs / "none"
    assert shell("list") == (0, f"There are no runs in {shell.runs}.\n", "")
    assert shell.data("list") == []


def test_list_shows_unfinished_and_damaged_runs_beside_the_others(shell: Shell) -> None:
    (shell.runs / RUN / "record.json").write_text("{")
    unfinished = shell.runs / "another-question-0000000000"
    unfinished.mkdir()
    (unfinished / "settings.json").write_text('{"question": "Another question?", "date": "2026-01-01"}')
    _, out, _ = shell("list")
    first, second = out.splitlines()
    assert "unfinished" in first
    assert "Another question?" in first
    assert "damaged" in second


@pytest.mark.parametrize("name", ["", RUN, RUN[:9], RUN[-6:], "folder"])
def test_show_prints_the_report_of_the_run_that_is_named_by_id_prefix_suffix_or_folder(shell: Shell, name: str) -> None:
    named = str(shell.runs / RUN) if name == "folder" else name
    status, out, err = shell("show", *([named] if named else []))
    assert (status, err) == (0, "")
    assert out == (shell.runs / RUN / "report.md").read_text(encoding="utf-8")


def test_show_as_json_is_the_record_byte_for_byte(shell: Shell) -> None:
    _, out, _ = shell("show", "--json")
    assert out.encode() == (shell.runs / RUN / "record.json").read_bytes()


def test_show_without_a_name_is_the_newest_run(shell: Shell) -> None:
    other = shell.runs / "another-question-0000000000"
    shutil.copytree(shell.runs / RUN, other)
    (other / "report.md").write_text("# The newer one\n")
    (other / "settings.json").touch()
    assert shell("show")[1] == "# The newer one\n"


@pytest.mark.parametrize("command", ["show", "claims"])
def test_an_unknown_or_ambiguous_name_is_one_sentence_that_points_to_list(shell: Shell, command: str) -> None:
    shutil.copytree(shell.runs / RUN, shell.runs / f"{RUN[:-1]}x")
    assert "no run in" in (unknown := shell.one_sentence(command, "nothing-like-this"))
    assert "juried list" in unknown
    assert "2 runs in" in shell.one_sentence(command, RUN[:5])


@pytest.mark.parametrize("command", ["show", "claims"])
def test_an_unfinished_run_is_one_sentence_that_says_how_to_finish_it(shell: Shell, command: str) -> None:
    for name in ("manifest.json", "record.json", "report.md"):
        (shell.runs / RUN / name).unlink()
    line = shell.one_sentence(command)
    assert RUN in line
    assert "not finished" in line
    assert "juried resume" in line


@pytest.mark.parametrize("damage", ["{", "[]", '{"format": "something else"}', "\xff\xfe"])
def test_a_damaged_record_is_one_sentence_that_names_file_and_run(shell: Shell, damage: str) -> None:
    (shell.runs / RUN / "record.json").write_text(damage, encoding="latin-1")
    line = shell.one_sentence("claims")
    assert "record.json cannot be used" in line
    assert RUN in line
    assert "--fresh" in line


def test_claims_show_quote_source_page_votes_and_reasons(shell: Shell) -> None:
    _, out, _ = shell("claims")
    blocks = out.split("\n\n")
    assert len(blocks) == 8
    first = claims()[0]
    block = next(block for block in blocks if block.startswith(first.id))
    for part in (
        "✓ supported, confidence 95 %",
        f"claim:   {first.text}",
        f"quote:   {first.quote}",
        "page 1",
        "[W-1]",
        "The cited passage states this. (stated_by_source)",
        "1 works support, 1 contradict",
        "vote:    challenger 1: not_enough_info (80 %)",
    ):
        assert part in block


@pytest.mark.parametrize(
    ("verdict", "number"),
    [("verified", 5), ("supported", 6), ("contradicted", 1), ("not_enough_evidence", 0), ("not_checked", 1)],
)
def test_claims_are_filtered_by_verdict(shell: Shell, verdict: str, number: int) -> None:
    found = shell.data("claims", "--verdict", verdict)
    assert isinstance(found, list)
    assert len(found) == number
    if verdict != "verified":
        assert {item["verdict"]["outcome"] for item in found} <= {verdict}
    status, out, _ = shell("claims", "--verdict", verdict)
    assert status == 0
    assert len(out.split("\n\n")) == max(number, 1)
    assert (out == "No claim matches.\n") == (number == 0)


def test_claims_as_json_hold_claim_verdict_and_votes_and_nothing_is_left_out(shell: Shell) -> None:
    found = shell.data("claims")
    assert isinstance(found, list)
    assert [item["verdict"] for item in found] == [verdict.model_dump(mode="json") for verdict in verdicts()]
    assert all(set(item) == {"claim", "verdict", "votes", "lost_votes"} for item in found)
    assert [len(item["votes"]) for item in found].count(4) == 7


def test_claims_of_one_work(shell: Shell) -> None:
    found = shell.data("claims", "--work", "W-3")
    assert isinstance(found, list)
    assert [item["claim"]["work_id"] for item in found] == ["W-3", "W-3"]
    assert shell.data("claims", "--work", "W-9") == []


def test_lint_of_a_run_its_record_and_its_report(shell: Shell) -> None:
    folder = shell.runs / RUN
    status, out, err = shell("lint", str(folder), runs=False)
    assert (status, err) == (0, "")
    assert out.splitlines()[-1].endswith("13 passed, 0 failed, 0 not_run")
    data = shell.data("lint", str(folder), runs=False)
    assert isinstance(data, dict)
    assert [outcome["rule"] for outcome in data["outcomes"]] == [f"R{number}" for number in range(1, 14)]
    assert shell("lint", str(folder / "record.json"), runs=False)[0] == 0


def test_lint_of_a_faulty_report_prints_the_place_and_ends_with_3(shell: Shell) -> None:
    report = shell.runs / "faulty.md"
    report.write_text("# Results\n\nTable 1 shows an accuracy of $95.74 \\pm 0.44$ (our method).\n")
    status, out, _ = shell("lint", str(report), runs=False)
    assert status == 3
    assert "failed   R7" in out
    assert "failed   R11" in out


def test_graph_is_mermaid_or_nodes_and_edges(shell: Shell) -> None:
    _, out, _ = shell("graph", runs=False)
    assert "graph TD" in out
    data = shell.data("graph", runs=False)
    assert isinstance(data, dict)
    assert {"plan_search", "adjudicate", "check_report", "seal_record"} <= set(data["nodes"])
    assert len(data["edges"]) > 20


def test_models_are_listed_with_what_they_need(shell: Shell) -> None:
    _, out, _ = shell("models", runs=False)
    assert [line.split()[0] for line in out.splitlines()][:3] == ["embedded", "chat", "mock"]
    assert "--model" in out
    assert all(option in out for option in ("--roles", "?key=", "--embeddings", "--prices", "models check"))
    data = shell.data("models", runs=False)
    assert isinstance(data, list)
    assert set(data[0]) == {"name", "kind", "installed", "needs"}


def test_models_check_names_what_was_checked(shell: Shell) -> None:
    status, out, err = shell("models", "check", "mock", runs=False)
    assert (status, err) == (0, "")
    assert "passed   plans a search\n" in out
    data = shell.data("models", "check", "mock", runs=False)
    assert isinstance(data, list)
    assert all(item["outcome"] == "passed" for item in data)


@pytest.mark.parametrize(("arguments", "words"), [(("oracle",), "embedded, chat, mock"), (("chat",), "--model")])
def test_models_check_of_one_that_cannot_be_used_is_one_sentence(
    shell: Shell, arguments: tuple[str, ...], words: str
) -> None:
    assert words in shell.one_sentence("models", "check", *arguments, runs=False)


def test_sources_are_listed_and_checked(shell: Shell, tmp_path: Path) -> None:
    listed = shell("sources", runs=False)[1]
    assert [line.split()[0] for line in listed.splitlines()] == sorted(source_names())
    data = shell.data("sources", runs=False)
    assert isinstance(data, list)
    assert set(data[0]) == {"name", "kind", "detail"}
    make_library(tmp_path / "library")
    status, out, _ = shell("sources", "check", "--library", "library", runs=False)
    assert status == 0
    assert "usable" in out
    assert "10 works" in out
    assert "--library" in shell.one_sentence("sources", "check", "--sources", "library", runs=False)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "paper.pdf").write_bytes(b"this is no PDF \x00\x01")
    status, out, _ = shell("sources", "check", "--library", "broken", "--json", runs=False)
    assert status == 4
    (health,) = json.loads(out)
    assert health["usable"] is False
    assert "paper.pdf" in health["detail"]


def test_doctor_checks_everything_and_leaves_nothing_behind(shell: Shell, tmp_path: Path) -> None:
    shell.runs = tmp_path / "new" / "runs"
    status, out, err = shell("doctor")
    assert (status, err) == (0, "")
    assert all(line.startswith("ok  ") for line in out.splitlines())
    data = shell.data("doctor")
    assert isinstance(data, list)
    assert [item["what"] for item in data] == [
        "python", "packages", "modules", "encoder", "tokens", "models", "roles", "embeddings", "runs", "library",
    ]  # fmt: skip
    assert not (tmp_path / "new").exists()


def test_doctor_says_what_is_bad_and_how_to_mend_it(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shell.runs = tmp_path / "file"
    status, out, _ = shell("doctor", "--library", "nowhere")
    assert status == 5
    bad = [line for line in out.splitlines() if line.startswith("BAD")]
    assert ["--runs" in bad[0], "--library" in bad[1], len(bad)] == [True, True, 2]


def test_doctor_says_who_holds_the_roles_and_which_key_is_missing(shell: Shell, tmp_path: Path) -> None:
    shell.runs = tmp_path
    model = "openai:m@http://127.0.0.1:1/v1"
    _, out, _ = shell("doctor", "--model", model, "--prices", "openai:m=1/2", "--embeddings", model)
    assert "ok  roles: held by embedded, openai:m (priced); what one takes: juried models check" in out
    assert "ok  embeddings: openai:m at http://127.0.0.1:1/v1" in out
    status, out, _ = shell("doctor", "--roles", f"writer={model}?key=NOT_SET_ANYWHERE")
    assert status == 5
    assert "BAD roles" in out
    assert "export NOT_SET_ANYWHERE=KEY" in out


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli.main", *arguments]


@pytest.mark.parametrize("arguments", [("show",), ("list",), ("claims",), ("claims", "--json")])
def test_a_reader_that_leaves_early_is_no_error(shell: Shell, arguments: tuple[str, ...]) -> None:
    started = subprocess.Popen(
        _command(*arguments, "--runs", str(shell.runs)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout is not None
    started.stdout.close()
    _, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("command", ["show", "list"])
def test_output_onto_a_full_disk_is_one_sentence(shell: Shell, command: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            _command(command, "--runs", str(shell.runs)),
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 6
    (line,) = done.stderr.splitlines()
    assert "No space left" in line


def test_a_terminal_without_unicode_gets_escapes_instead_of_an_error(shell: Shell) -> None:
    done = subprocess.run(
        _command("claims", "--runs", str(shell.runs)),
        cwd=ROOT, capture_output=True, env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert b"\\u2713 supported" in done.stdout


def test_replays_are_listed_last_and_named_by_their_folder(shell: Shell) -> None:
    make_sealed_run(shell.runs / "replays")
    _, out, _ = shell("list")
    assert [line.split()[0] for line in out.splitlines()] == [RUN, f"replays/{RUN}"]
    assert shell("show", f"replays/{RUN}") == shell("show", RUN)
    shutil.rmtree(shell.runs / RUN)
    status, out, _ = shell("claims", RUN)
    assert status == 0
    assert out


def test_show_and_claims_pass_over_a_newer_run_that_is_not_finished(shell: Shell) -> None:
    newer = shell.runs / "zz-unfinished"
    newer.mkdir()
    (newer / "settings.json").write_text('{"question": "another"}', encoding="utf-8")
    assert shell("show")[:2] == shell("show", RUN)[:2]
    assert shell("claims")[:2] == shell("claims", RUN)[:2]
    assert "not finished" in shell("show", "zz-unfinished")[2]


def test_lint_takes_the_id_of_a_run(shell: Shell) -> None:
    by_id, by_path = shell("lint", RUN), shell("lint", str(shell.runs / RUN))
    assert by_id[:2] == by_path[:2]
    assert "run" in shell.one_sentence("lint", "no-such-thing")
