"""The value that one table cell states, and whether it can be a value of its metric."""

from __future__ import annotations

import re
from decimal import Decimal

from juried.measurement_labels import clean_label
from juried.measurement_terms import upper_bound
from juried.records.claim import Measurement

_VALUE = re.compile(
    r"(?P<value>[-−–]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?)\s?(?P<percent>%)?\s?"
    r"(?:\(?(?:±|\+/-|\+-|\\pm)\s?(?P<plus>\d*\.?\d+)\s?%?\)?)?(?:\s?\((?P<deviation>\d*\.\d+)\))?"
)
_DEVIATION = re.compile(
    r"standard (?:deviation|error)s?[^.]*(?:parenthes|bracket)|(?:parenthes|bracket)[^.]*standard (?:deviation|error)",
    re.IGNORECASE,
)
_MAY_BE_NEGATIVE = frozenset(
    ["Pearson correlation", "Spearman correlation", "Kendall correlation", "kappa", "MCC", "ARI"]
)


def read_value(text: str, caption: str = "") -> tuple[str, str, bool] | None:
    """Return `(value, uncertainty, has a percent sign)` of a cell that states one number, else None.

    A bracketed number counts as uncertainty only where the caption says that brackets hold deviations.
    Signed differences ("+0.2"), bounds ("<0.05") and ranges are not values of a metric.
    """
    bare = clean_label(text).strip("* ")
    found = _VALUE.fullmatch(bare)
    if not found or not re.search(r"\d", found["value"]):
        return None
    if found["deviation"] and not _DEVIATION.search(caption):
        return None
    value = re.sub(r"^[−–]", "-", found["value"]).replace(",", "")
    return value, found["plus"] or found["deviation"] or "", bool(found["percent"])


def is_plausible(measurement: Measurement, metric: str) -> bool:
    """Whether a value can be one of its metric: within its bounds, and below zero only for correlations."""
    value = Decimal(measurement.value)
    if value < 0 and metric not in _MAY_BE_NEGATIVE:
        return False
    top = upper_bound(metric)
    return not top or abs(value) <= top
