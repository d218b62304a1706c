"""Measurements in prose: one sentence that itself states system, metric, data set and value."""

from __future__ import annotations

import re

from juried.measurement_captions import place_of_caption
from juried.measurement_labels import clean_system
from juried.measurement_names import find_datasets
from juried.measurement_terms import find_metrics, metric_name, upper_bound
from juried.records.claim import Measurement
from juried.text.sentence_faults import fault

_NUMBER = r"(?P<value>\d{1,3}(?:\.\d+)?)\s?(?P<unit>%|percent\b)?(?:\s?±\s?(?P<plus>\d*\.?\d+))?"
_REACHES = (
    r"(?:reache[sd]|achieve[sd]|obtain(?:s|ed)|attain(?:s|ed)|score[sd]|yield(?:s|ed)|get[s]?|got|records?|"
    r"recorded|has|had|"
    r"gives?|gave|reports?|reported|sets?)"
)
_STATES = re.compile(
    rf"^(?P<system>(?:The )?[A-Z][^,;:()]{{1,60}}?(?: \([^()]*\))?) (?:\w+ly )?{_REACHES} (?P<object>.+)$", re.DOTALL
)
_DIFFERENCE = re.compile(
    r"\b(?:improve\w*|gains?|increase\w*|decrease\w*|drop\w*|reduc\w*|higher|lower|better|worse|more|less|than|"
    r"points?|up to|over|about|"
    r"around|almost|nearly|respectively|between|from|relative|absolute|margin|by)\b",
    re.IGNORECASE,
)


def measurement_in(sentence: str) -> Measurement | None:
    """Return the measurement that a sentence states in itself, or None.

    There must be one value, one metric, one data set or task and one system before the verb ("XLM-R
    reaches an F1 of 83.1 on CoNLL-2003."); differences and comparisons are no values of a metric.
    """
    found = _STATES.match(sentence.rstrip(". "))
    if not found or _DIFFERENCE.search(sentence) or fault(sentence) is not None:
        return None
    metrics = find_metrics(found["object"])
    values = list(re.finditer(rf"(?<![\w.@/-]){_NUMBER}(?![\w@-]|\.\d)", _without_names(found["object"])))
    place, split = place_of_caption(found["object"])
    system = clean_system(re.sub(r"^The ", "", found["system"]))
    if len(metrics) != 1 or len(values) != 1 or not place or not system:
        return None
    name, start, end = metrics[0]
    value, top = values[0], upper_bound(name)
    if top and float(value["value"]) > top:
        return None
    return Measurement(
        system=system,
        metric=metric_name(name, found["object"][start:end]),
        dataset=place,
        setting=split,
        value=value["value"],
        unit="%" if value["unit"] else "",
        uncertainty=value["plus"] or "",
    )


def _without_names(text: str) -> str:
    """Blank out the names of data sets and metrics, whose digits are no values; offsets stay."""
    names = [*find_datasets(text), *(text[start:end] for _, start, end in find_metrics(text))]
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " " * len(name))
    return text
