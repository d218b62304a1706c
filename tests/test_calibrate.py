"""`juried calibrate`: what it fits and refuses, which file a run uses, and what becomes of lost answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.calibrating import calibrate, confirm_all, demand_enough
from cli.main import main
from juried.backends.base import Backend
from juried.backends.embedded.backend import EmbeddedBackend
from juried.backends.mock import MockBackend, Reply
from juried.backends.registry import ROLES
from juried.calibration import NO_THRESHOLD, Calibration, load_calibration
from juried.calibration_files import calibration_mark, choose_calibration, own_path, read_calibration
from juried.calibration_maps import MAKERS, choose_method, count_labels, folds_by_rank, look_up
from juried.errors import BackendError, UsageError
from juried.labelled_claims import LabelledClaim, LabelledSet, read_labelled
from juried.records.verdict import Label
from juried.settings import Settings, load_settings
from juried.tasks import ClaimVote, ClaimVotes, JudgeClaims, Role, Task


def labelled(count: int = 200) -> LabelledSet:
    """Claims on 50 sources; every third is supported."""
    claims = tuple(
        LabelledClaim(f"Claim {n} holds.", f"S{n % 50}", "", f"Text {n % 50}.", "supports" if n % 3 == 0 else "refutes")
        for n in range(count)
    )
    return LabelledSet("made up", claims)


def knowing(wrong: int = 0, lost: int = 0) -> Callable[[Task], Reply]:
    """Script that supports every third claim with 90 %, errs on some, and leaves out others."""

    def answer(task: Task) -> Reply:
        assert isinstance(task, JudgeClaims)
        votes = []
        for claim, own in zip(task.claims, task.own_evidence, strict=True):
            number = int(claim.text.split()[1])
            good = (number % 3 == 0) != (number < wrong)
            label: Label = "supports" if good else "not_enough_info"
            vote = ClaimVote(
                claim_id=claim.id, label=label, probability=90 - number % 7, evidence=own if good else (), reason="So."
            )
            votes += [vote] if number >= lost else []
        return ClaimVotes(votes=tuple(votes))

    return answer


def panel(backend: Backend) -> dict[Role, Backend]:
    """One backend in every role."""
    return dict.fromkeys(ROLES, backend)


def fitted(script: Callable[[Task], Reply], data: LabelledSet | None = None) -> Calibration:
    backend = MockBackend(script)
    data = data or labelled()
    return calibrate(backend, data, asyncio.run(confirm_all(backend, data.claims)))


def test_the_confirmer_is_asked_in_batches_and_its_own_probability_is_fitted() -> None:
    backend = MockBackend(knowing())
    data = labelled()
    confirmed = asyncio.run(confirm_all(backend, data.claims))
    tasks = [task for task in backend.calls if isinstance(task, JudgeClaims)]
    assert len(tasks) == 13
    assert all(task.reviewer == "confirmer" and len(task.claims) <= 16 for task in tasks)
    assert all(claim.quote == "" for task in tasks for claim in task.claims)
    assert confirmed.raw[0] == 90
    calibration = calibrate(backend, data, confirmed)
    assert (calibration.n, calibration.sources, calibration.failed) == (200, 50, 0)
    assert calibration.ece <= 0.05
    assert calibration.brier < calibration.base_brier
    assert calibration.apply(88) >= calibration.threshold > calibration.apply(8)
    assert calibration.data_sha256 == data.sha256
    assert calibration.risk[-1].n == 200


def test_an_erring_backend_gets_the_confidence_that_it_deserves() -> None:
    calibration = fitted(knowing(wrong=60))
    assert calibration.apply(90) < 90
    assert all(a <= b for a, b in zip(*(map(calibration.apply, r) for r in (range(100), range(1, 101))), strict=True))


def test_failed_answers_are_counted_and_named_and_never_guessed() -> None:
    backend, data = MockBackend(knowing(lost=20)), labelled()
    confirmed = asyncio.run(confirm_all(backend, data.claims))
    assert confirmed.raw.count(None) == 20 == len(confirmed.lost)
    assert confirmed.lost[0].startswith("Claim 0 holds.")
    calibration = calibrate(backend, data, confirmed)
    assert (calibration.n, calibration.failed) == (180, 20)
    refusing = MockBackend(lambda task: "refused")
    with pytest.raises(BackendError, match="too few are left"):
        calibrate(refusing, data, asyncio.run(confirm_all(refusing, data.claims)))


def test_too_few_claims_or_claims_of_one_kind_are_refused_with_advice() -> None:
    with pytest.raises(UsageError, match="too few"):
        demand_enough(labelled(99))
    one_kind = LabelledSet("x", tuple(item for item in labelled(600).claims if item.label == "refutes"))
    with pytest.raises(UsageError, match="at least 20 supported"):
        demand_enough(one_kind)


def write_lines(path: Path, data: LabelledSet) -> Path:
    rows = [{"claim": c.claim, "evidence": c.text, "source": c.source, "label": c.label} for c in data.claims]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_lines_are_read_whatever_their_order_and_twins_count_once(tmp_path: Path) -> None:
    data = labelled(30)
    path = write_lines(tmp_path / "mine.jsonl", data)
    turned = tmp_path / "turned.jsonl"
    turned.write_text("\n".join([*reversed(path.read_text().splitlines()), path.read_text().splitlines()[0]]))
    assert read_labelled(path).claims == read_labelled(turned).claims
    assert read_labelled(path).sha256 == read_labelled(turned).sha256
    assert len(read_labelled(path).claims) == 30


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{",
        '{"claim": "A.", "evidence": "B."}',
        '{"claim": "", "evidence": "B.", "label": "supports"}',
        '{"claim": "A.", "evidence": [], "label": "supports"}',
        '{"claim": "A.", "evidence": 3, "label": "supports"}',
        '{"claim": "A.", "evidence": "B.", "label": "maybe"}',
    ],
)
def test_a_line_that_is_no_labelled_claim_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"claim": "A.", "evidence": ["B.", "C."], "label": "NEI"}\n' + line, encoding="utf-8")
    with pytest.raises(UsageError, match=r"bad\.jsonl|--data"):
        read_labelled(path)


def test_a_folder_without_claims_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.jsonl"):
        with pytest.raises(UsageError, match="no labelled claims"):
            read_labelled(path)


def test_a_folder_like_scifact_needs_no_titles(tmp_path: Path) -> None:
    folder = tmp_path / "scifact"
    folder.mkdir()
    document = {"doc_id": 1, "abstract": ["Aspirin lowers the risk of stroke.", "It is cheap."]}
    evidence = {"1": [{"sentences": [0], "label": "SUPPORT"}]}
    claim = {"id": 1, "claim": "Aspirin helps.", "cited_doc_ids": [1], "evidence": evidence}
    (folder / "corpus.jsonl").write_text(json.dumps(document), encoding="utf-8")
    (folder / "claims_dev.jsonl").write_text(json.dumps(claim), encoding="utf-8")
    (found,) = read_labelled(folder, "dev").claims
    assert (found.title, found.label) == ("", "supports")


def test_the_command_refuses_claims_that_are_too_few(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = write_lines(tmp_path / "few.jsonl", labelled(50))
    assert main(["calibrate", str(few), "--backend", "mock", "--runs", str(tmp_path / "runs")]) == 2
    assert "too few" in capsys.readouterr().err
    assert not list((tmp_path / "runs").glob("**/*.json"))


def test_the_command_writes_the_file_that_a_run_then_uses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_lines(tmp_path / "data" / "claims.jsonl", labelled(150))
    runs = tmp_path / "runs"
    assert main(["calibrate", str(data.parent), "--backend", "mock", "--runs", str(runs)]) == 0
    assert "data         data, 150 claims on 50 sources" in capsys.readouterr().out
    settings = Settings(backend="mock", runs=str(runs))
    chosen = choose_calibration(settings, panel(MockBackend()))
    assert chosen == read_calibration(own_path(runs, "mock"))
    assert chosen is not None
    assert chosen.threshold == NO_THRESHOLD
    assert calibration_mark(settings).startswith("calibration:")


def test_a_calibration_of_another_backend_or_version_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(fitted(knowing()).model_dump_json(), encoding="utf-8")
    settings = load_settings({"calibration": str(path), "backend": "mock"}, {})

    assert choose_calibration(settings, panel(MockBackend())) is not None
    with pytest.raises(UsageError, match="other code or prompts"):
        choose_calibration(settings, panel(MockBackend(fingerprint="mock-2")))
    with pytest.raises(UsageError, match="fitted for mock"):
        choose_calibration(settings, panel(MockBackend(name="other")))
    assert choose_calibration(settings, panel(MockBackend(name="other")), own=False) is None
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="no calibration file"):
        choose_calibration(settings, panel(MockBackend()))
    path.unlink()
    with pytest.raises(UsageError, match="no such calibration file"):
        calibration_mark(settings)


def test_without_a_file_of_ones_own_the_shipped_one_is_used(tmp_path: Path) -> None:
    settings = Settings(backend="embedded", runs=str(tmp_path))
    assert choose_calibration(settings, panel(EmbeddedBackend())) == load_calibration("embedded")
    assert calibration_mark(settings) == ""


def test_the_embedded_backend_on_a_slice_of_scifact(shared_data: Path) -> None:
    whole = read_labelled(shared_data / "claims" / "scifact", "dev")
    data = LabelledSet(whole.name, whole.claims[:120])
    backend = EmbeddedBackend()
    confirmed = asyncio.run(confirm_all(backend, data.claims))
    assert confirmed.lost == ()
    assert calibrate(backend, data, confirmed).fingerprint == backend.fingerprint
    again = asyncio.run(confirm_all(backend, tuple(reversed(data.claims))))
    assert again.raw == tuple(reversed(confirmed.raw))


@pytest.mark.parametrize("method", sorted(MAKERS))
def test_every_form_of_map_rises_and_stays_within_bounds(method: str) -> None:
    for raw, labels in (
        ([5, 5, 90, 90, 20, 60], [False, False, True, True, False, True]),
        ([90, 80, 10, 20], [False, False, True, True]),
        ([0, 100], [True, True]),
        ([50] * 30, [True, False] * 15),
    ):
        knots = next(maker for name, maker in MAKERS.items() if name == method)(count_labels(raw, labels))
        values = [look_up(knots, at) for at in range(101)]
        assert values == sorted(values)
        assert 0 < values[0] <= values[-1] < 100


def test_a_backend_that_is_too_sure_gets_a_smooth_map() -> None:
    raw = [value for value in range(1, 100) for _ in range(4)]
    labels = [(place * 7919) % 100 < 35 + 0.3 * value for place, value in enumerate(raw)]
    assert choose_method(raw, labels, folds_by_rank(raw, labels)) in ("platt", "beta", "temperature", "interpolated")
