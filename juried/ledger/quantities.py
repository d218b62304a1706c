"""What two measurements must share to be of one quantity: system, metric, data set and setting; splits stand apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from juried.measurement_terms import find_metrics, metric_name, split_of
from juried.records.claim import Measurement
from juried.text.normalise import normalise

_SPLITS = {"dev": "dev", "development": "dev", "valid": "dev", "validation": "dev", "val": "dev", "test": "test"}
_CENTURY = re.compile(r"(?:19|20)(?=\d\d$)")


@dataclass(frozen=True)
class QuantityKey:
    """What a measurement is of; `split` is "dev", "test" or "" and no part of what must be equal."""

    system: str
    metric: str
    dataset: str
    settings: frozenset[str]
    split: str


def key_of(measurement: Measurement) -> QuantityKey | None:
    """Return what a measurement is of; None when its system, metric or data set is empty."""
    parts = [measurement.dataset, *measurement.setting.split(",")]
    split, kept = "", []
    for part in parts:
        word, rest = split_of(part)
        known = _SPLITS.get(word.removesuffix("s").removesuffix(" set").strip(), "")
        split = split or known
        kept.append(_folded(rest if known else part))
    key = QuantityKey(
        system=_folded(measurement.system),
        metric=_metric(measurement.metric),
        dataset=_CENTURY.sub("", kept[0]),
        settings=frozenset(part for part in kept[1:] if part),
        split=split,
    )
    return key if key.system and key.metric and key.dataset else None


def one_quantity(first: QuantityKey, second: QuantityKey) -> bool:
    """Whether two keys are of one quantity: all equal, and no two different splits named."""
    same = (first.system, first.metric, first.dataset, first.settings) == (
        second.system,
        second.metric,
        second.dataset,
        second.settings,
    )
    return same and (first.split == second.split or not first.split or not second.split)


def _metric(printed: str) -> str:
    """Return one name for the ways in which a metric is printed ("F-score" is F1); variants stay apart."""
    found = find_metrics(printed)
    if len(found) != 1 or found[0][1:] != (0, len(printed)):
        return _folded(printed)
    return _folded(metric_name(found[0][0], printed))


def _folded(text: str) -> str:
    """Return a name without blanks and marks in lower case; a plus sign tells systems apart and stays."""
    return re.sub(r"[^\w+]+|_", "", normalise(text).text.casefold())
