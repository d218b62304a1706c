"""The graph as a whole: loops, branches that fail, approval, resuming, and the same bytes twice."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from graphs.runner import Ended, run_question
from juried.backends.base import Answer
from juried.backends.mock import MockBackend, Reply
from juried.errors import BackendError, ExitCode, QuestionError, RunInterrupted
from juried.events import Event
from juried.records.base import sha256
from juried.records.report import Sentence
from juried.records.run import Manifest
from juried.records.verdict import MANDATES
from juried.settings import Settings
from juried.tasks import (
    ClaimVotes,
    ExtractClaims,
    JudgeClaims,
    JudgeRelevance,
    PlanSearch,
    RelevanceJudgements,
    Task,
    TaskOutput,
    WriteReport,
)
from tests.small_library import EXAMPLES, QUESTION, script, settings_for, vote_all, write

ROOT = Path(__file__).resolve().parents[1]


def approve_all(offer: dict[str, object]) -> object:
    return True


async def run(
    settings: Settings, answers: Callable[[Task], Reply] | None = None, approver: Callable[..., object] = approve_all
) -> tuple[Ended, MockBackend, list[Event]]:
    backend = MockBackend(answers or script())
    events: list[Event] = []
    ended = await run_question(QUESTION, settings, approver, (events.append,), backend)
    return ended, backend, events


async def test_a_run_ends_sealed_and_its_manifest_holds_the_hashes_of_its_files(tmp_path: Path) -> None:
    ended, _, _ = await run(settings_for(tmp_path))
    assert ended.exit_code == ExitCode.SEALED, ended.record.losses
    manifest = Manifest.model_validate_json(ended.folder.manifest.read_bytes())
    assert {file.path for file in manifest.files} >= {"record.json", "report.md"}
    for file in manifest.files:
        assert sha256((ended.folder.path / file.path).read_bytes()) == file.sha256
    assert any(verdict.verified for verdict in ended.record.verdicts)


async def test_the_same_run_in_another_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    first, _, _ = await run(settings_for(tmp_path))
    second, _, _ = await run(settings_for(tmp_path, runs=str(tmp_path / "elsewhere")))
    assert first.folder.path != second.folder.path
    for name in ("record.json", "report.md", "manifest.json"):
        assert (first.folder.path / name).read_bytes() == (second.folder.path / name).read_bytes()


async def test_a_finished_run_asks_nobody_again(tmp_path: Path) -> None:
    await run(settings_for(tmp_path))
    again, backend, _ = await run(settings_for(tmp_path))
    assert again.before
    assert backend.calls == []


async def test_every_branch_is_made_by_send_and_every_node_does_its_work(tmp_path: Path) -> None:
    ended, _, events = await run(settings_for(tmp_path))
    entered = [event.node for event in events if event.kind == "node_entered"]
    included = ended.record.prisma.included
    assert entered.count("read_work") == included
    assert entered.count("extract_claims") == included
    assert entered.count("review_claims") % 4 == 0
    assert entered.count("review_report") == 1
    assert [review.reviewer for review in ended.record.reviews] == sorted(MANDATES)
    assert entered[-1] == "seal_record"


async def test_split_votes_get_one_second_round_with_more_evidence(tmp_path: Path) -> None:
    def judge(task: JudgeClaims) -> ClaimVotes:
        return vote_all(task, "refutes" if task.reviewer == "challenger" else "supports")

    ended, backend, _ = await run(settings_for(tmp_path), script(judge))
    rounds = [task.round for task in backend.calls if isinstance(task, JudgeClaims)]
    assert rounds.count(2) >= 3
    assert max(rounds) == 2
    assert len({pool.id for pool in ended.record.pools}) == len(ended.record.pools)
    tried = [verdict for verdict in ended.record.verdicts if verdict.reason != "not_selected"]
    assert {(verdict.outcome, verdict.reason) for verdict in tried} >= {("not_enough_evidence", "reviewers_disagree")}
    assert not any(verdict.verified for verdict in ended.record.verdicts)
    assert ended.record.draft.answer == "not_answered"


async def test_a_draft_with_a_fault_is_written_again_and_told_what_was_wrong(tmp_path: Path) -> None:
    plain = script()

    def reply(task: Task) -> Reply:
        if isinstance(task, WriteReport) and not task.faults:
            return write(task, title="Quantum Gravity in Flemish Speech Corpora")
        return plain(task)

    ended, backend, _ = await run(settings_for(tmp_path), reply)
    drafts = [task for task in backend.calls if isinstance(task, WriteReport)]
    assert [bool(task.faults) for task in drafts] == [False, True]
    assert any("R5" in fault for fault in drafts[1].faults)
    assert ended.exit_code == ExitCode.SEALED
    assert "Quantum" not in ended.record.draft.title


async def test_a_draft_that_stays_faulty_is_sealed_as_degraded_after_two_more_tries(tmp_path: Path) -> None:
    plain = script()

    def reply(task: Task) -> Reply:
        return (
            write(task, title="Quantum Gravity in Flemish Speech Corpora")
            if isinstance(task, WriteReport)
            else plain(task)
        )

    ended, backend, _ = await run(settings_for(tmp_path), reply)
    assert sum(isinstance(task, WriteReport) for task in backend.calls) == 3
    assert ended.exit_code == ExitCode.DEGRADED
    assert any("R5" in loss.detail for loss in ended.record.losses)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("refused", "backend_refused"), ("unaffordable", "budget_exhausted"), ("failed", "backend_failed")],
)
async def test_a_reviewer_without_an_answer_leaves_its_claims_not_checked(
    tmp_path: Path, outcome: Reply, code: str
) -> None:
    def judge(task: JudgeClaims) -> Reply:
        return outcome if task.reviewer == "integrator" else vote_all(task)

    ended, _, _ = await run(settings_for(tmp_path), script(judge))
    tried = [verdict for verdict in ended.record.verdicts if verdict.reason != "not_selected"]
    assert {(verdict.outcome, verdict.reason) for verdict in tried} == {("not_checked", code)}
    assert ended.exit_code == ExitCode.DEGRADED
    assert "failure of the run" in ended.record.draft.answer_text


async def test_a_document_whose_extraction_fails_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    plain = script()

    def reply(task: Task) -> Reply:
        failing = isinstance(task, ExtractClaims) and task.title.startswith("Are All Languages")
        return "failed" if failing else plain(task)

    ended, _, _ = await run(settings_for(tmp_path), reply)
    assert ended.exit_code == ExitCode.DEGRADED
    assert any(loss.stage == "extract_claims" for loss in ended.record.losses)
    assert len(ended.record.claims) > 0


async def test_nothing_included_ends_with_the_evidence_does_not_answer_it(tmp_path: Path) -> None:
    plain = script()

    def reply(task: Task) -> Reply:
        if isinstance(task, JudgeRelevance):
            base = plain(task)
            assert isinstance(base, RelevanceJudgements)
            return base.model_copy(
                update={"judgements": tuple(j.model_copy(update={"bears_on_question": False}) for j in base.judgements)}
            )
        return plain(task)

    ended, _, _ = await run(settings_for(tmp_path), reply)
    assert ended.exit_code == ExitCode.NO_EVIDENCE
    assert ended.record.claims == ()
    assert "The evidence does not answer it" in ended.folder.report.read_text(encoding="utf-8")


async def test_a_question_that_the_planner_refuses_is_a_usage_error_with_its_reason(tmp_path: Path) -> None:
    plain = script()

    def reply(task: Task) -> Reply:
        if isinstance(task, PlanSearch):
            return task.output.model_validate({"searchable": False, "refusal": "it names nothing to look for."})
        return plain(task)

    with pytest.raises(QuestionError, match="names nothing to look for"):
        await run(settings_for(tmp_path), reply)


async def test_approval_shows_the_protocol_and_the_works_and_takes_edits(tmp_path: Path) -> None:
    offers: list[dict[str, object]] = []

    def approver(offer: dict[str, object]) -> object:
        offers.append(offer)
        if offer["step"] == "protocol":
            return {"queries": [{"source": "library", "text": "multilingual"}]}
        content = offer["content"]
        assert isinstance(content, dict)
        return {"exclude": content["include"][1:]}

    ended, _, _ = await run(settings_for(tmp_path, approve=("protocol", "screening")), None, approver)
    assert [offer["step"] for offer in offers] == ["protocol", "screening"]
    assert [row.query for row in ended.record.ledger] == ["multilingual"]
    assert ended.record.prisma.included == 1
    assert any(item.reason == "excluded_by_user" for item in ended.record.prisma.excluded)


async def test_without_an_answer_the_run_waits_and_the_same_command_goes_on_from_there(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, approve=("protocol",))
    with pytest.raises(RunInterrupted):
        await run(settings, None, lambda offer: None)
    ended, backend, _ = await run(settings)
    assert ended.exit_code == ExitCode.SEALED
    assert not any(isinstance(task, PlanSearch) for task in backend.calls)


@pytest.mark.parametrize("wrong", [{"remove": ["W-1"]}, {"exclude": ["W-nowhere"]}, "yes"])
async def test_an_edit_that_cannot_be_used_is_named_and_asked_for_again(tmp_path: Path, wrong: object) -> None:
    problems: list[object] = []

    def approver(offer: dict[str, object]) -> object:
        problems.append(offer["problem"])
        return wrong if len(problems) == 1 else True

    ended, _, _ = await run(settings_for(tmp_path, approve=("screening",)), None, approver)
    assert problems[0] == ""
    assert problems[1]
    assert ended.exit_code == ExitCode.SEALED


async def test_a_run_that_broke_off_goes_on_and_gives_the_same_record(tmp_path: Path) -> None:
    whole, counting, _ = await run(settings_for(tmp_path, runs=str(tmp_path / "whole")))
    plain = script()

    def broken(task: Task) -> Reply:
        return BackendError("the server went away.") if isinstance(task, WriteReport) else plain(task)

    settings = settings_for(tmp_path)
    with pytest.raises(BackendError):
        await run(settings, broken)
    ended, rest, _ = await run(settings)
    assert ended.folder.record.read_bytes() == whole.folder.record.read_bytes()
    assert not any(isinstance(task, PlanSearch | JudgeRelevance | ExtractClaims | JudgeClaims) for task in rest.calls)
    assert len(rest.calls) < len(counting.calls)


async def test_checkpoints_hold_ids_not_contents(tmp_path: Path) -> None:
    ended, _, _ = await run(settings_for(tmp_path))
    with sqlite3.connect(ended.folder.checkpoints) as database:
        sizes = [row[0] for row in database.execute("select length(checkpoint) from checkpoints")]
        written = b"".join(row[0] for row in database.execute("select value from writes"))
    assert max(sizes) < 50_000
    assert b"multilingual language models have become" not in written


async def test_a_checkpoint_stays_small_with_two_hundred_works(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    lines = (EXAMPLES / "works.jsonl").read_text(encoding="utf-8").splitlines()[:200]
    (library / "works.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ended, _, _ = await run(settings_for(tmp_path, max_included=200, max_claims=16))
    assert ended.record.prisma.included > 150
    with sqlite3.connect(ended.folder.checkpoints) as database:
        sizes = [row[0] for row in database.execute("select length(checkpoint) from checkpoints")]
    assert max(sizes) < 50_000


async def test_other_code_of_a_backend_begins_a_run_of_its_own(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    first = await run_question(QUESTION, settings, approve_all, backend=MockBackend(script(), fingerprint="a"))
    second = await run_question(QUESTION, settings, approve_all, backend=MockBackend(script(), fingerprint="b"))
    assert not second.before
    assert first.folder.id != second.folder.id


async def test_a_damaged_record_of_another_run_blocks_nothing(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    first = await run_question(QUESTION, settings, approve_all, backend=MockBackend(script(), fingerprint="a"))
    first.folder.record.write_text('{"format": "of another version"}', encoding="utf-8")
    second = await run_question(QUESTION, settings, approve_all, backend=MockBackend(script(), fingerprint="b"))
    assert second.exit_code == ExitCode.SEALED


async def test_fresh_runs_anew_and_gives_the_earlier_run_back_when_it_cannot_begin(tmp_path: Path) -> None:
    first, _, _ = await run(settings_for(tmp_path))
    sealed = first.folder.record.read_bytes()
    again, backend, _ = await run(settings_for(tmp_path, fresh=True))
    assert backend.calls
    assert again.folder.record.read_bytes() == sealed

    class Keyless(MockBackend):
        async def check(self) -> None:
            raise BackendError("there is no key.")

    with pytest.raises(BackendError):
        await run_question(QUESTION, settings_for(tmp_path, fresh=True), approve_all, backend=Keyless(script()))
    assert first.folder.record.read_bytes() == sealed


async def test_a_writer_that_fails_leaves_its_claims_without_an_answer(
    tmp_path: Path,
) -> None:
    plain = script()

    def reply(task: Task) -> Reply:
        return "failed" if isinstance(task, WriteReport) else plain(task)

    ended, _, _ = await run(settings_for(tmp_path), reply)
    assert ended.exit_code == ExitCode.DEGRADED
    assert any(verdict.verified for verdict in ended.record.verdicts)
    report = ended.folder.report.read_text(encoding="utf-8")
    assert "no usable report was written" in report
    assert "**Answer: The evidence does not answer it" not in report


async def test_sentences_that_rest_on_nothing_are_not_published(tmp_path: Path) -> None:
    plain = script()
    free = "Multilingual BERT always beats every monolingual model."

    def reply(task: Task) -> Reply:
        if not isinstance(task, WriteReport):
            return plain(task)
        written = write(task)
        theme = written.themes[0].model_copy(update={"sentences": (Sentence(text=free, claims=()),)})
        return written.model_copy(update={"themes": (*written.themes, theme), "answer_text": free, "answer_claims": ()})

    ended, _, _ = await run(settings_for(tmp_path), reply)
    assert ended.exit_code == ExitCode.DEGRADED
    body = ended.folder.report.read_text(encoding="utf-8").partition("## 4 Limitations")[0]
    assert free not in body
    assert ended.record.draft.answer is None


async def test_a_plug_in_that_raises_loses_its_items_and_not_the_run(tmp_path: Path) -> None:
    class Broken(MockBackend):
        async def answer(self, task: Task) -> Answer[TaskOutput]:
            if isinstance(task, ExtractClaims) and task.title.startswith("Are All Languages"):
                raise ZeroDivisionError("in a plug-in")
            return await super().answer(task)

    ended = await run_question(QUESTION, settings_for(tmp_path), approve_all, backend=Broken(script()))
    assert ended.exit_code == ExitCode.DEGRADED
    assert any("ZeroDivisionError" in loss.detail for loss in ended.record.losses)


async def test_an_abstract_without_prose_is_a_loss_of_that_work_alone(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    odd = {"id": "odd-1", "title": "Multilingual BERT for Low-Resource Languages", "year": "2020", "abstract": "—"}
    with (Path(settings.library) / "more.jsonl").open("w", encoding="utf-8") as file:
        file.write(json.dumps(odd) + "\n")
    ended, _, _ = await run(settings)
    assert ended.exit_code == ExitCode.DEGRADED
    assert any("abstract" in loss.detail for loss in ended.record.losses)


async def test_two_works_with_one_abstract_are_each_tried_on_it_and_do_not_support_each_other(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    path = Path(settings.library) / "works.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    twin = json.loads(lines[0])
    twin |= {"id": "2099.twin-1.1", "doi": "10.1234/twin", "authors": ["Ada Twin"], "year": "2012"}
    path.write_text("\n".join([*lines, json.dumps(twin)]), encoding="utf-8")
    ended, _, _ = await run(settings)
    tried = [verdict for verdict in ended.record.verdicts if verdict.reason != "not_selected"]
    assert {verdict.reason for verdict in tried} <= {"stated_by_source", "work_retracted"}
    assert all(not verdict.supporting_works for verdict in tried)


async def test_cancelling_leaves_a_run_that_goes_on(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    started = asyncio.Event()
    plain = script()

    def reply(task: Task) -> Reply:
        started.set()
        return plain(task)

    task = asyncio.create_task(run(settings, reply))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    ended, _, _ = await run(settings)
    assert ended.exit_code == ExitCode.SEALED


def test_the_readme_shows_the_graph_that_runs() -> None:
    from graphs.drawing import mermaid

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert mermaid() in readme


def test_langgraph_json_names_an_uncompiled_builder() -> None:
    import importlib
    import json

    from langgraph.graph import StateGraph

    target = json.loads((ROOT / "langgraph.json").read_text())["graphs"]["synthesis"]
    module, _, name = target.partition(":")
    assert isinstance(getattr(importlib.import_module(module), name), StateGraph)
