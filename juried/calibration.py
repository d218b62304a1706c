"""Calibration: from a backend's raw per cent to the share of claims that are truly supported at that value.

A calibration is fitted on claims with human labels and kept as a small file. A backend without one
is uncalibrated, and the record says so. Expected calibration error as in Guo et al. 2017 (15 bins of equal
width); the maps are in `calibration_maps.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypedDict

from pydantic import Field, ValidationError, model_validator

from juried.calibration_maps import (
    MAKERS,
    Method,
    choose_method,
    count_labels,
    folds_by_rank,
    folds_of,
    held_out_values,
    look_up,
)
from juried.errors import ModelFileError
from juried.records.base import Record

FILE = Path(__file__).resolve().parent / "models" / "verifier" / "calibration.json"
BINS = 15
FALSE_AMONG_VERIFIED = 0.05
NO_THRESHOLD = 101
_FEWEST = 20
_EVEN = 50
Percent = int


class Bin(Record):
    """Claims whose confidence lies in one of fifteen equal ranges: how many, mean confidence, share supported."""

    low: float
    high: float
    n: int
    confidence: float
    supported: float


class RiskPoint(Record):
    """Claims whose held-out confidence reaches `confidence` per cent: how many, and how many are not supported."""

    confidence: int
    n: int
    false: int


class Calibration(Record):
    """A monotone map from raw per cent to per cent, and how well it does.

    `knots` are (raw, per cent) pairs, rising in both; each value holds up to the next knot. `ece`,
    `brier`, `bins` and `risk` are measured on claims that were not used for the map they measure. From `threshold`
    on, at most 5 % of the fitting claims were not supported; it is `NO_THRESHOLD`, which no confidence reaches, where
    no per cent is high enough. `data_sha256` is of the labelled claims, "" where it
    was not kept; `failed` counts claims on which the backend gave no usable vote, which are in no figure.
    """

    format: Literal["juried-calibration-1"] = "juried-calibration-1"
    backend: str
    fingerprint: str
    data: str
    data_sha256: str = ""
    n: int
    sources: int = 0
    failed: int = 0
    method: Method
    knots: tuple[tuple[int, float], ...]
    ece: float
    brier: float
    base_rate: float
    bins: tuple[Bin, ...]
    risk: tuple[RiskPoint, ...] = ()
    threshold: int = Field(ge=0, le=NO_THRESHOLD)

    @model_validator(mode="after")
    def _rises(self) -> Calibration:
        raws, values = [raw for raw, _ in self.knots], [value for _, value in self.knots]
        if not self.knots or raws != sorted(set(raws)) or values != sorted(values):
            raise ValueError("the knots of a calibration must rise")
        return self

    @property
    def base_brier(self) -> float:
        """The Brier score of one who gives every claim the share of supported claims as its confidence."""
        return round(self.base_rate * (1 - self.base_rate), 4)

    def apply(self, raw: Percent) -> Percent:
        """Return the calibrated per cent (0 to 100) of a raw one; a higher raw value never gives a lower one."""
        return round(min(100.0, max(0.0, look_up(self.knots, raw))))


def fit_calibration(
    raw: Sequence[Percent],
    supported: Sequence[bool],
    *,
    backend: str,
    fingerprint: str,
    data: str,
    by_people: Sequence[bool] | None = None,
    sources: Sequence[str] | None = None,
    data_sha256: str = "",
    failed: int = 0,
    method: Method | None = None,
) -> Calibration:
    """Fit a calibration on labelled claims; its error is measured by five-fold cross-fitting.

    Args:
        raw: The backend's raw per cent that each claim is supported.
        supported: Whether people said that it is.
        backend: The backend's name.
        fingerprint: What the raw values depend on; another one makes the calibration void.
        data: The labelled claims, in words.
        by_people: Which labels people gave (all when None); the threshold must hold for these by themselves too,
            however few of them reach it, and says nothing of such claims where none does.
        sources: What each claim was judged against; claims on one source share a fold. By rank when None.
        data_sha256: The hash of the labelled claims.
        failed: How many more claims got no usable vote.
        method: The form of the map; the one that generalises best when None.

    Raises:
        ValueError: There are fewer than two claims, or the two sequences differ in length.
    """
    if len(raw) != len(supported) or len(raw) < 2:
        raise ValueError("a calibration needs as many labels as raw values, and at least two")
    folds = folds_of(sources) if sources is not None else folds_by_rank(raw, supported)
    chosen = method or choose_method(raw, supported, folds)
    knots = MAKERS[chosen](count_labels(raw, supported))
    fitted, held_out = [look_up(knots, value) for value in raw], held_out_values(raw, supported, folds, method)
    return Calibration(
        backend=backend,
        fingerprint=fingerprint,
        data=data,
        data_sha256=data_sha256,
        n=len(raw),
        sources=len(set(sources or ())),
        failed=failed,
        method=chosen,
        knots=knots,
        **_figures(held_out, supported),
        threshold=_threshold(fitted, held_out, supported, by_people or [True] * len(raw)),
    )


class _Figures(TypedDict):
    """What is measured of confidences."""

    ece: float
    brier: float
    base_rate: float
    bins: tuple[Bin, ...]
    risk: tuple[RiskPoint, ...]


def _figures(percents: Sequence[float], supported: Sequence[bool]) -> _Figures:
    return {
        "ece": expected_calibration_error(percents, supported),
        "brier": brier_score(percents, supported),
        "base_rate": round(sum(supported) / len(supported), 4),
        "bins": reliability_bins(percents, supported),
        "risk": risk_points(percents, supported),
    }


class _Reached(TypedDict):
    """The labels of the claims that reach a confidence, and of those that people judged."""

    all: list[bool]
    by_people: list[bool]


def _threshold(
    fitted: Sequence[float], held_out: Sequence[float], supported: Sequence[bool], people: Sequence[bool]
) -> Percent:
    """Return the lowest per cent over 50 from which few claims are not supported; `NO_THRESHOLD` where there is none.

    Few is at most 5 %: of all claims, at least twenty, and of those judged by people by themselves, however few (of
    fewer than twenty none may be false; none at all bind nothing). It must hold by the fitted map and by the maps that
    left the claims out. Only per cents that claims were given count, so that none lies in a gap where none was seen.
    """
    by_map = [(list(map(round, percents)), supported, people) for percents in (fitted, held_out)]
    seen = sorted({percent for percents, _, _ in by_map for percent in percents if percent > _EVEN})
    for low in (low for low in seen if all(_holds(_reached(*one, low)) for one in by_map)):
        # The left-out maps differ a little from the fitted one: what is returned is a per cent of the latter.
        at = min(percent for percent in by_map[0][0] if percent >= low)
        if _few_false(_reached(*by_map[1], at)):
            return at
    return NO_THRESHOLD


def _reached(percents: Sequence[int], supported: Sequence[bool], people: Sequence[bool], low: int) -> _Reached:
    claims = [
        (label, person) for percent, label, person in zip(percents, supported, people, strict=True) if percent >= low
    ]
    return {"all": [label for label, _ in claims], "by_people": [label for label, person in claims if person]}


def _holds(reached: _Reached) -> bool:
    return len(reached["all"]) >= _FEWEST and _few_false(reached)


def _few_false(reached: _Reached) -> bool:
    groups = (reached["all"], reached["by_people"])
    return all(labels.count(False) <= FALSE_AMONG_VERIFIED * len(labels) for labels in groups)


def told_threshold(threshold: int) -> str:
    """Return a threshold as reports print it: "95 %", or "none" where no confidence gets a ✓."""
    return "none" if threshold == NO_THRESHOLD else f"{threshold} %"


def risk_points(percents: Sequence[float], supported: Sequence[bool]) -> tuple[RiskPoint, ...]:
    """Return how many claims reach each rounded per cent that occurs, and how many of them are not supported.

    The highest confidence comes first; the last point holds all claims.
    """
    rounded = [round(percent) for percent in percents]
    points = []
    for low in sorted(set(rounded), reverse=True):
        held = [label for percent, label in zip(rounded, supported, strict=True) if percent >= low]
        points.append(RiskPoint(confidence=low, n=len(held), false=sum(not label for label in held)))
    return tuple(points)


def reliability_bins(percents: Sequence[float], supported: Sequence[bool]) -> tuple[Bin, ...]:
    """Return the bins that hold claims, in order; 100 % falls into the last."""
    pairs = list(zip(percents, supported, strict=True))
    bins = []
    for place in range(BINS):
        low, high = 100 * place / BINS, 100 * (place + 1) / BINS
        held = [(p, label) for p, label in pairs if low <= p < high or (p >= 100 and place == BINS - 1)]
        if held:
            confidence = sum(p for p, _ in held) / len(held)
            share = 100 * sum(label for _, label in held) / len(held)
            values = {"low": low, "high": high, "confidence": confidence, "supported": share}
            bins.append(Bin(n=len(held), **{name: round(value, 2) for name, value in values.items()}))
    return tuple(bins)


def expected_calibration_error(percents: Sequence[float], supported: Sequence[bool]) -> float:
    """Return the mean distance (0 to 1) of confidence and share supported over the bins, weighted by claims."""
    bins = reliability_bins(percents, supported)
    total = sum(item.n for item in bins)
    return (
        round(sum(item.n * abs(item.confidence - item.supported) for item in bins) / (100 * total), 4) if total else 0.0
    )


def brier_score(percents: Sequence[float], supported: Sequence[bool]) -> float:
    """Return the mean squared distance (0 to 1) of probability and truth; 0 for no claims."""
    pairs = list(zip(percents, supported, strict=True))
    return round(sum((p / 100 - label) ** 2 for p, label in pairs) / len(pairs), 4) if pairs else 0.0


def weights_fingerprint(path: Path) -> str:
    """Return twelve hex digits over a file of weights."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _shipped() -> Calibration:
    try:
        return Calibration.model_validate_json(FILE.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise ModelFileError(
            f"{FILE.name} cannot be used: {type(error).__name__}.", concerns="verifier", advice="Install juried again."
        ) from error


def load_calibration(backend: str) -> Calibration | None:
    """Return the calibration that ships for a backend; None (uncalibrated) when there is none that fits its weights.

    Raises:
        ModelFileError: The shipped file is absent or damaged.
    """
    if backend != "embedded":
        return None
    calibration = _shipped()
    current = weights_fingerprint(FILE.with_name("weights.json"))
    return calibration if (calibration.backend, calibration.fingerprint) == (backend, current) else None
