"""Calibration: monotone, honest about what it was fitted on, and absent for backends without one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from juried.calibration import (
    Calibration,
    brier_score,
    expected_calibration_error,
    fit_calibration,
    load_calibration,
    reliability_bins,
)

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
    assert calibration.threshold == 100


def test_the_threshold_lets_few_false_claims_through() -> None:
    cases = [(90, place % 50 != 0) for place in range(200)] + [(60, place % 2 == 0) for place in range(200)]
    calibration = fit(cases)
    assert calibration.apply(90) >= calibration.threshold > calibration.apply(60)


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
    assert calibration.apply(97) >= calibration.threshold
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
