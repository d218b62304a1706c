"""`juried diff`: real runs that differ by a setting, by a source's text, by a model, and the same run twice."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import main
from graphs.runner import Ended, run_question
from juried.backends.mock import MockBackend
from juried.comparing import RunDiff, compare
from juried.comparing_causes import Side
from juried.errors import RunInterrupted
from juried.tasks import ClaimVotes, JudgeClaims
from tests.records import make_record
from tests.small_library import QUESTION, script, settings_for, vote_all
from tests.test_cli_start import HEAVY, modules_after


@dataclass(frozen=True)
class Runs:
    """Sealed runs in one folder."""

    folder: Path
    plain: Ended
    fewer: Ended
    changed: Ended
    doubted: Ended


def doubt(task: JudgeClaims) -> ClaimVotes:
    return vote_all(task, "refutes", 80) if task.reviewer == "challenger" else vote_all(task)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    import asyncio

    folder = tmp_path_factory.mktemp("diff")

    def run(**given: object) -> Ended:
        return asyncio.run(run_question(QUESTION, settings_for(folder, **given), lambda offer: True, backend=backend))

    backend = MockBackend(script())
    plain, fewer = run(), run(max_claims=2)
    changed = folder / "changed" / "library"
    shutil.copytree(folder / "library", changed)
    works = changed / "works.jsonl"
    lines = [json.loads(line) for line in works.read_text(encoding="utf-8").splitlines()]
    told = {claim.work_id for claim in plain.record.claims}
    title = next(work.title for work in plain.record.works if work.id in told)
    for line in lines:
        if line["title"] == title:
            line["abstract"] = (
                "Vocabulary augmentation of multilingual BERT lowers accuracy on five low-resource languages."
            )
    works.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    other = run(library=str(changed))
    backend = MockBackend(script(doubt), fingerprint="another")
    return Runs(folder / "runs", plain, fewer, other, run())


def diff(runs: Runs, capsys: pytest.CaptureFixture[str], first: Ended, second: Ended) -> tuple[RunDiff, str]:
    names = [first.folder.id, str(second.folder.path)]
    assert main(["diff", *names, "--runs", str(runs.folder), "--json"]) == 0
    data = RunDiff.model_validate_json(capsys.readouterr().out)
    assert main(["diff", *names, "--runs", str(runs.folder)]) == 0
    return data, capsys.readouterr().out


def test_a_run_and_itself_differ_in_nothing(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    found, text = diff(runs, capsys, runs.plain, runs.plain)
    assert (found.causes, found.unknown, found.works, found.claims) == ((), (), (), ())
    assert found.claims_alike == len(runs.plain.record.claims) > 0
    assert "the same" in text


def test_a_setting_is_named_with_both_values_and_flips_what_it_sets_aside(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    found, text = diff(runs, capsys, runs.plain, runs.fewer)
    (cause,) = found.causes
    assert (cause.kind, cause.name, cause.first, cause.second) == ("settings", "max_claims", "40", "2")
    flipped = [change for change in found.claims if change.kind == "flipped"]
    assert flipped
    assert {(change.first_outcome, change.second_outcome) for change in flipped} == {("supported", "not_checked")}
    assert all("not_selected" in change.because[0] for change in flipped)
    assert "settings  max_claims: 40, then 2" in text


def test_a_changed_source_is_named_and_its_claims_are_lost_and_added_because_of_it(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    found, text = diff(runs, capsys, runs.plain, runs.changed)
    assert {(cause.kind, cause.name) for cause in found.causes} >= {("source", "content of library")}
    assert {cause.kind for cause in found.causes} == {"source"}
    (work,) = [work for work in found.works if work.kind == "text_changed"]
    gone = [change for change in found.claims if change.work_id == work.work_id and change.kind in ("added", "lost")]
    assert {change.kind for change in gone} == {"added", "lost"}
    assert {change.because for change in gone} == {("the text of its source differs",)}
    assert "lowers accuracy on five" in text


def test_other_votes_are_named_where_a_verdict_flips(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    found, text = diff(runs, capsys, runs.plain, runs.doubted)
    assert {cause.kind for cause in found.causes} == {"model"}
    flipped = [change for change in found.claims if change.kind == "flipped"]
    assert flipped
    assert all(any(part.startswith("challenger: supports (95 %), then ") for part in c.because) for c in flipped)
    assert "flipped" in text
    assert found.works == ()


def test_a_folder_with_a_record_alone_is_compared_and_what_is_not_known_is_said(
    runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(runs.fewer.folder.record, tmp_path / "record.json")
    assert main(["diff", runs.plain.folder.id, str(tmp_path), "--runs", str(runs.folder)]) == 0
    text = capsys.readouterr().out
    assert "not known: settings" in text
    assert "not known: code" in text
    assert "flipped" in text


def test_what_differs_in_prompts_models_and_code_is_told_apart(runs: Runs) -> None:
    from dataclasses import replace

    from juried.resuming import load_begun

    made = load_begun(runs.plain.folder).provenance
    assert made is not None
    assert made.code
    assert {*made.prompts} >= {"judge_claims", "write_report"}
    assert {*made.models} >= {"minilm", "verifier"}
    other = replace(
        made, code="0" * 64, prompts={**made.prompts, "judge_claims": "1"}, models={**made.models, "verifier": "2"}
    )
    record = runs.plain.record
    found = compare(Side(record, {}, made), Side(record, {}, other))
    assert [(cause.kind, cause.name) for cause in found.causes] == [
        ("model", "verifier as shipped"),
        ("prompt", "judge_claims"),
        ("code", "code"),
    ]
    assert found.claims == ()


def test_moved_confidence_and_lost_works_are_listed() -> None:
    record = make_record()
    moved = record.verdicts[0].model_copy(update={"confidence": 51})
    gone = next(decision for decision in record.screening if decision.included)
    out = gone.model_copy(update={"included": False, "reason": "excluded_by_user"})
    screening = tuple(out if decision == gone else decision for decision in record.screening)
    other = record.model_copy(update={"verdicts": (moved, *record.verdicts[1:]), "screening": screening})
    found = compare(Side(record), Side(other))
    (change,) = found.claims
    assert (change.kind, change.claim_id, change.second_confidence) == ("moved", moved.claim_id, 51)
    (work,) = found.works
    assert (work.kind, work.work_id) == ("lost", gone.work_id)
    assert "user" in work.because
    back = compare(Side(other), Side(record))
    assert [work.kind for work in back.works] == ["added"]


def test_an_unfinished_run_cannot_be_compared(runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import asyncio

    settings = settings_for(tmp_path, approve=("protocol",))
    with pytest.raises(RunInterrupted):
        asyncio.run(run_question(QUESTION, settings, lambda offer: None, backend=MockBackend(script())))
    (begun,) = (path for path in (tmp_path / "runs").iterdir() if not path.name.startswith("."))
    assert main(["diff", str(begun), str(runs.plain.folder.path)]) == 2
    assert f"juried resume {begun.name}" in capsys.readouterr().err


def test_diff_and_resume_of_a_finished_run_import_pydantic_alone_of_the_heavy_ones(runs: Runs) -> None:
    for arguments in (["diff", runs.plain.folder.id, runs.fewer.folder.id], ["resume", runs.plain.folder.id]):
        status, modules = modules_after([*arguments, "--runs", str(runs.folder)])
        assert status == 0
        assert modules & {*HEAVY} == {"pydantic"}
