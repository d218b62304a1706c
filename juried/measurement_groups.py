"""Tables of studies: shares, means and rates of groups, beside the effects that `measurement_effects` reads.

Rows are characteristics or exposures, columns are groups or statistics. A share is bound when the header says that
it is one of the group, or when count, size of the group and percentage agree; an effect when its outcome is named.
"""

from __future__ import annotations

import re

from juried.measurement_effects import bind_effect, effect_of
from juried.measurement_labels import Missing
from juried.measurement_study import Value, lower_first, read_plain, read_share, read_spread
from juried.measurement_study_tables import (
    MEAN,
    SIZE,
    STATISTIC,
    UNSURE,
    Bound,
    StudyTable,
    joined,
    labels_of,
    opening,
    record,
)
from juried.records.document import Cell

_DEVIATION = re.compile(r"\(?\b(?:s\.?d\.?|standard deviation)(?=\W|$)\)?", re.IGNORECASE)
_SIGNED = re.compile(r"\s*(?:,? ?mean )?±\s?(?:s\.?d\.?|standard deviation)\b", re.IGNORECASE)
_RATE = re.compile(
    r"(?:sero-?)?prevalence|incidence|(?:mortality|survival|response|remission|cure|positivity|infection|detection|"
    r"recurrence|attack|fatality|coverage|participation|adherence|germination|replacement|cull) rate|mortality|"
    r"sensitivity|specificity",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"[,;]? ?(?:\b(?:no\.?|n|number)\b[.,]? ?)?\(?(?:%|per ?cent(?:age)?)\)?(?: of (?:total|patients))?$|^% ?"
)
_COUNT_SHARE = re.compile(r"\b(?:n|no\.?|number)\b\.? ?[,(]? ?\(? ?% ?\)?", re.IGNORECASE)
_RESTRICTS = re.compile(r"\bonly\b|\bexclud|\brestricted to\b|\blimited to\b", re.IGNORECASE)


def bind_in_study(view: StudyTable, cell: Cell) -> Bound | Missing:
    """Return the measurement of a cell, or the part that is missing: system, metric, dataset, setting or value.

    A note that restricts some rows ("among users only") leaves all unbound: labels have lost the marks of notes.
    """
    if any(_RESTRICTS.search(note) for note in view.table.footnotes):
        return "setting"
    columns, rows = labels_of(cell.column_path), labels_of(cell.row_path)
    effect = effect_of(view, columns, rows, cell)
    if effect:
        return bind_effect(view, cell, effect, columns, rows)
    return _bind_group(view, cell, columns, rows)


def _bind_group(view: StudyTable, cell: Cell, columns: list[str], rows: list[str]) -> Bound | Missing:
    groups = [label for label in columns if not _is_statistic(label)]
    statistic = next((label for label in reversed(columns) if _is_statistic(label)), "")
    if statistic and STATISTIC.match(SIZE.sub("", statistic).strip(" ()")) and not _COUNT_SHARE.search(statistic):
        return "metric"
    in_row = bool(groups) and not _RATE.search(statistic)
    found = _quantity(view, cell, rows if in_row else [statistic], statistic, columns)
    if isinstance(found, str):
        return found
    metric, value, unit = found
    system, settings = _group(groups, rows, in_row)
    if not system:
        return "system"
    if not view.study.population:
        return "dataset"
    settings += [label for label in columns if SIZE.fullmatch(label.strip("() ")) and in_row]
    spread = f" (SD {value.spread})" if value.spread else ""
    measurement = record(view, cell, (system, metric, view.study.population), settings, (value, value.spread, unit))
    text = f"{opening(view)} {metric} was {value.value}{unit}{spread} for {joined(system, settings)}."
    return Bound(measurement, text)


def _is_statistic(label: str) -> bool:
    bare = SIZE.sub("", label).strip(" (),")
    return not bare or bool(
        STATISTIC.match(bare) or _RATE.search(bare) or _COUNT_SHARE.fullmatch(bare) or MEAN.match(bare)
    )


def _group(groups: list[str], rows: list[str], in_row: bool) -> tuple[str, list[str]]:
    """Return (the group, its settings): a column's, else the row's with the labels around it as settings."""
    if in_row:
        return (groups[-1], groups[:-1]) if re.search(r"[A-Za-z]{2}", groups[-1]) else ("", [])
    if not rows or not re.search(r"[A-Za-z]{2}", rows[-1]):
        return "", []
    if groups:
        return groups[-1], [*groups[:-1], *rows]
    return rows[-1], rows[:-1]


def _quantity(
    view: StudyTable, cell: Cell, labels: list[str], statistic: str, columns: list[str]
) -> tuple[str, Value, str] | Missing:
    """Return (metric, value, unit) of a cell by what its headers call it, or the part that is missing."""
    if not labels or not labels[-1]:
        return "metric"
    label = " ".join((*labels, statistic)) if statistic not in labels else " ".join(labels)
    if _RATE.search(labels[-1]):
        return _rate(view, cell, labels[-1])
    if _COUNT_SHARE.search(label) or (MEAN.search(label) is None and read_plain(cell.text) is None):
        size = next((found["size"] for text in columns if (found := SIZE.search(text))), "")
        value = read_share(cell.text, size)
        name = _characteristic([_COUNT_SHARE.sub("", text) for text in labels])
        return (f"percentage of {name}", value, "%") if value and name else "value"
    if MEAN.search(label):
        return _mean(cell, labels, label)
    plain = read_plain(cell.text)
    if plain and any(_SHARE.search(text) for text in labels[-2:]):
        name = _characteristic(labels)
        return (f"percentage of {name}", plain, "%") if name and float(plain.value) <= 100 else "metric"
    return "metric"


def _rate(view: StudyTable, cell: Cell, label: str) -> tuple[str, Value, str] | Missing:
    """Return a rate in per cent, named as in the caption where that says of what it is ("RVF seroprevalence")."""
    plain = read_plain(cell.text)
    if plain is None or "%" not in label + cell.text or not 0 <= float(plain.value) <= 100:
        return "value"
    name = lower_first(re.sub(r"\s*[(\[]?\s*%\s*[)\]]?", "", label).strip(" ,"))
    fuller = re.search(rf"\b([A-Z][A-Z\d-]+ ){re.escape(name)}\b", view.caption)
    return (fuller.group(0) if fuller else name, plain, "%")


def _mean(cell: Cell, labels: list[str], label: str) -> tuple[str, Value, str] | Missing:
    deviation = bool(_DEVIATION.search(label))
    value = read_spread(cell.text, deviation) or read_plain(cell.text)
    own = labels[-1] if MEAN.search(labels[-1]) else " ".join(labels)
    name = re.sub(r"\(\s*\)", " ", MEAN.sub(" ", _DEVIATION.sub(" ", _SIGNED.sub(" ", own))))
    name = re.sub(r"\s+", " ", re.sub(r"\s*,\s*(?=[(,]|$)", " ", name)).strip(" ,")
    name = f"{name})" if name.count("(") > name.count(")") else name
    if value is None or not re.search(r"[A-Za-z]{3}", name):
        return "value" if value is None else "metric"
    if value.spread and not (deviation or re.search(r"standard deviation|\bSD\b", label)):
        value = Value(value.value)
    return f"mean {lower_first(name)}", value, ""


def _characteristic(labels: list[str]) -> str:
    """Return what a share is of: "current smokers", or "pre-menopausal (menopausal status)"."""
    bare = [lower_first(_SHARE.sub("", text).strip(" ,")) for text in labels]
    bare = [text for text in bare if text]
    if not bare or UNSURE.search(bare[-1]) or not re.search(r"[A-Za-z]{2}", " ".join(bare)):
        return ""
    return bare[-1] if len(bare) == 1 else f"{bare[-1]} ({', '.join(bare[:-1])})"
