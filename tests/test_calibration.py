"""Calibration: monotone, honest about what it was fitted on, and absent for backends without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.panel import tally
from cli.calibrate import as_text
from juried.calibration import (
    NO_THRESHOLD,
    Calibration,
    RiskPoint,
    brier_score,
    expected_calibration_error,
    fit_calibration,
    load_calibration,
    reliability_bins,
    told_threshold,
)
from juried.calibration_maps import MAKERS, Method
from juried.records.run import CalibrationNote
from juried.reports.calibration_svg import calibration_svg
from juried.reports.claims import reason
from juried.reports.markdown import render_markdown
from scripts.calibrate_verifier import labelled_sha256
from tests.records import make_record
from tests.test_panel import case, vote

Cases = list[tuple[int, bool]]
CASES = st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=2, max_size=80)


def fit(cases: Cases) -> Calibration:
    raw, labels = [value for value, _ in cases], [label for _, label in cases]
    return fit_calibration(raw, labels, backend="b", fingerprint="f", data="made up")


@settings(deadline=None)
@given(CASES)
def test_a_higher_raw_value_never_gives_a_lower_per_cent(cases: Cases) -> None:
    calibration = fit(cases)
    values = [calibration.apply(raw) for raw in range(-5, 106)]
    assert values == sorted(values)
    assert 0 <= values[0] <= values[-1] <= 100


@settings(deadline=None)
@given(CASES, st.randoms(use_true_random=False))
def test_the_map_does_not_depend_on_the_order_of_claims(cases: Cases, random: object) -> None:
    again = sorted(cases)
    assert fit(cases).knots == fit(again).knots


def test_an_overconfident_backend_is_brought_down() -> None:
    cases = [(95, place % 2 == 0) for place in range(200)] + [(10, place < 10) for place in range(200)]
    calibration = fit(cases)
    assert 45 <= calibration.apply(95) <= 55
    assert calibration.apply(10) <= 10
    assert calibration.ece < 0.05
    assert calibration.threshold == NO_THRESHOLD


def test_the_threshold_lets_few_false_claims_through() -> None:
    cases = [(90, place % 50 != 0) for place in range(200)] + [(60, place % 2 == 0) for place in range(200)]
    calibration = fit(cases)
    assert calibration.apply(90) >= calibration.threshold > calibration.apply(60)


def by_method(cases: Cases, method: Method, people: list[bool] | None = None) -> Calibration:
    raw, labels = [value for value, _ in cases], [label for _, label in cases]
    return fit_calibration(raw, labels, backend="b", fingerprint="f", data="made up", method=method, by_people=people)


@pytest.mark.parametrize("method", sorted(MAKERS))
def test_no_threshold_lies_where_no_claim_was_seen(method: Method) -> None:
    two_valued = [(95, place % 100 != 0) for place in range(300)] + [(5, place % 100 == 0) for place in range(300)]
    calibration = by_method(two_valued, method)
    assert 50 < calibration.threshold <= calibration.apply(95)
    if method != "isotonic":
        assert calibration.apply(60) < calibration.threshold


@settings(deadline=None)
@given(CASES, st.sampled_from(sorted(MAKERS)))
def test_a_threshold_is_a_per_cent_of_a_claim_and_few_that_reach_it_are_false(cases: Cases, method: Method) -> None:
    many = cases * 20
    calibration = by_method(many, method)
    reached = [label for raw, label in many if calibration.apply(raw) >= calibration.threshold]
    if calibration.threshold == NO_THRESHOLD:
        assert not reached
    else:
        assert calibration.threshold > 50
        assert calibration.threshold in {calibration.apply(raw) for raw, _ in many}
        assert reached.count(False) <= 0.05 * len(reached)


@pytest.mark.parametrize("method", sorted(MAKERS))
def test_the_few_claims_that_people_judged_must_hold_by_themselves(method: Method) -> None:
    made = [(90, True)] * 100 + [(10, False)] * 100
    assert by_method(made, method, [False] * 200).threshold != NO_THRESHOLD
    one_false = by_method([*made, (90, False)], method, [False] * 200 + [True])
    assert one_false.threshold == NO_THRESHOLD
    one_true = by_method([*made, (90, True)], method, [False] * 200 + [True])
    assert one_true.threshold != NO_THRESHOLD


def test_one_false_claim_of_twenty_judged_by_people_is_borne_and_of_nineteen_is_not() -> None:
    made = [(90, True)] * 200 + [(10, False)] * 200
    for fellows, borne in ((18, False), (19, True)):
        people = [(90, True)] * fellows + [(90, False)]
        fitted = by_method([*made, *people], "isotonic", [False] * 400 + [True] * len(people))
        assert (fitted.threshold != NO_THRESHOLD) == borne


NONE = Calibration(
    backend="b",
    fingerprint="f",
    data="made up",
    n=200,
    method="isotonic",
    knots=((0, 0.0), (50, 100.0)),
    ece=0.01,
    brier=0.01,
    base_rate=0.5,
    bins=(),
    risk=(RiskPoint(confidence=100, n=200, false=100),),
    threshold=NO_THRESHOLD,
)


def test_without_a_threshold_even_a_confidence_of_100_gets_no_tick() -> None:
    heard = case(vote("confirmer", "supports", 100))
    verdict = tally(heard, NONE)
    assert (verdict.outcome, verdict.confidence, verdict.verified) == ("supported", 100, False)
    assert tally(heard, NONE.model_copy(update={"threshold": 100})).verified
    assert reason(verdict, NO_THRESHOLD).endswith("It is not verified, for the calibration has no threshold for a ✓.")


def test_what_prints_a_threshold_says_when_there_is_none() -> None:
    assert (told_threshold(95), told_threshold(NO_THRESHOLD)) == ("95 %", "none")
    note = CalibrationNote.model_validate(NONE.model_dump(include=set(CalibrationNote.model_fields)))
    page = render_markdown(make_record().model_copy(update={"calibration": note, "threshold": NO_THRESHOLD}))
    assert "The threshold for verified is none: from no confidence were at most 5 % of the 200 calibration" in page
    assert "no claim of this report has one" in page
    assert "threshold: none" in calibration_svg(note)
    assert "threshold    none: no claim gets a ✓" in as_text(NONE, Path("x.json"))
    assert "101" not in page + calibration_svg(note) + as_text(NONE, Path("x.json"))


def test_the_hash_of_the_training_claims_changes_with_each_file_that_holds_them(tmp_path: Path) -> None:
    folder = tmp_path / "scifact"
    folder.mkdir()
    seen = set()
    for corpus, claims in (("a", "b"), ("ab", ""), ("a", "c")):
        (folder / "corpus.jsonl").write_text(corpus, encoding="utf-8")
        (folder / "claims_train.jsonl").write_text(claims, encoding="utf-8")
        assert labelled_sha256(tmp_path) == labelled_sha256(tmp_path)
        seen.add(labelled_sha256(tmp_path))
    assert len(seen) == 3
    assert all(len(item) == 64 for item in seen)


def test_figures_agree_with_the_formulas() -> None:
    assert brier_score([100, 0], [True, True]) == 0.5
    assert expected_calibration_error([80] * 10, [True] * 8 + [False] * 2) == 0
    assert [(item.n, item.supported) for item in reliability_bins([0, 100], [False, True])] == [(1, 0), (1, 100)]
    assert expected_calibration_error([], []) == brier_score([], []) == 0


def test_the_shipped_calibration_belongs_to_the_shipped_weights() -> None:
    calibration = load_calibration("embedded")
    assert calibration is not None
    assert calibration.backend == "embedded"
    assert calibration.ece <= 0.05
    assert calibration.n >= 900
    assert calibration.threshold == NO_THRESHOLD or 50 < calibration.threshold <= calibration.apply(100)
    assert calibration.data_sha256 == "" or len(calibration.data_sha256) == 64
    assert "SciFact" in calibration.data


def test_other_backends_are_uncalibrated() -> None:
    assert load_calibration("openai:gpt-5-mini") is None
    assert load_calibration("mock") is None


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="as many labels"):
        fit_calibration([1, 2], [True], backend="b", fingerprint="f", data="d")
    shipped = load_calibration("embedded")
    assert shipped is not None
    falling = {**shipped.model_dump(), "knots": ((0, 50.0), (50, 20.0))}
    with pytest.raises(ValidationError, match="must rise"):
        Calibration.model_validate(falling)
