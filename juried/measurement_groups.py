"""Tables of studies: effects (odds, hazard and risk ratios) of exposures, and shares, means and rates of groups.

Rows are characteristics or exposures, columns are groups or statistics. A share is bound when the header says that
it is one of the group, or when count, size of the group and percentage agree; an effect when its outcome is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from juried.measurement_labels import clean_label
from juried.measurement_study import (
    Study,
    Value,
    lower_first,
    read_interval,
    read_plain,
    read_share,
    read_spread,
    study_of,
)
from juried.measurement_terms import EFFECTS, find_metrics, metric_name
from juried.records.claim import Measurement
from juried.records.document import Cell, Table

_FOOT = re.compile(r"(?<=[a-z)])\*+$|[*†‡§¶]+")
_INTERVAL_WORDS = re.compile(
    r",? ?[(\[]?(?:(?P<level>9\d) ?% ?)?(?:C\.?I\.?s?\b|confidence intervals?(?: \(CI\))?)[)\]]?|\(OR\)|\(HR\)|\(RR\)",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"\b(?P<level>9\d) ?% ?(?:C\.?I\b|confidence intervals?)", re.IGNORECASE)
_MEAN = re.compile(r"\b(?:mean|average)\b", re.IGNORECASE)
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
_SIZE = re.compile(r"\b[nN] ?= ?(?P<size>\d{1,3}(?:[,  ]\d{3})+|\d+)\b")
_OTHER = re.compile(
    r"^(?:p(?:[ -]?values?)?|χ2?|chi|t|f|z|df|n|no\.?.*|number.*|total.*|s\.?[de]\.?|range|min\w*|max\w*|ref\w*|unit.*|"
    r"9\d ?%.*|c\.?i\.?.*|confidence.*|p for.*|p-.*|source|trend|.*difference.*|change.*|.*ratio|estimate.*|.*±.*|max.*|cv.*|iqr|median|variance|.*/.*|rank.*|score)$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"1(?:\.0+)?(?: ?[(\[]? ?ref\w*\.?[)\]]?)?|ref(?:erence)?\.?(?: group)?", re.IGNORECASE)
_UNSURE = re.compile(
    r"^[+\-–−×]|\binteraction\b|[×→]|^(?:total|overall|all|missing|unknown|other|n|no|yes)\b", re.IGNORECASE
)


_RESTRICTS = re.compile(r"\bonly\b|\bexclud|\brestricted to\b|\blimited to\b", re.IGNORECASE)


@dataclass(frozen=True)
class Bound:
    """A measurement of a study, its canonical metric, and the sentence that states it."""

    measurement: Measurement
    text: str


@dataclass(frozen=True)
class StudyTable:
    """A table with what its caption and the title say; `level` is that of its confidence intervals, "" when not said."""

    table: Table
    study: Study
    level: str

    @property
    def caption(self) -> str:
        """The caption without marks."""
        return clean_label(self.table.caption)


def study_table(table: Table, title: str) -> StudyTable:
    """Read the surroundings of a table once."""
    labels = [text for cell in table.cells[:400] for text in (*cell.row_path, *cell.column_path, cell.text)]
    levels = {found["level"] for text in (table.caption, *table.footnotes, *labels) if (found := _LEVEL.search(text))}
    return StudyTable(table, study_of(table.caption, title), levels.pop() if len(levels) == 1 else "")


def bind_in_study(view: StudyTable, cell: Cell) -> Bound | str:
    """Return the measurement of a cell, or the part that is missing: system, metric, dataset, setting or value.

    A note that restricts some rows ("among users only") leaves all unbound: labels have lost the marks that point at it.
    """
    if any(_RESTRICTS.search(note) for note in view.table.footnotes):
        return "setting"
    columns, rows = _labels(cell.column_path), _labels(cell.row_path)
    effect = _effect(view, columns, rows, cell)
    if effect:
        return _bind_effect(view, cell, effect, columns, rows)
    return _bind_group(view, cell, columns, rows)


def _labels(path: tuple[str, ...]) -> list[str]:
    labels = [_FOOT.sub("", clean_label(text)).strip() for text in path]
    return [text for at, text in enumerate(labels) if text and text not in labels[:at]]


def _effect(view: StudyTable, columns: list[str], rows: list[str], cell: Cell) -> str:
    """Return the name of the effect that the cell's headers state, or the caption's for an estimate with interval."""
    named = _effects(" ; ".join((*columns, *rows)))
    if not named and read_interval(cell.text) and not find_metrics(" ; ".join(columns)):
        named = _effects(view.caption)
    elsewhere = any(_OTHER.match(label) or _MEAN.search(label) or "%" in _bare(label) for label in columns)
    return named.pop() if len(named) == 1 and not elsewhere else ""


def _effects(text: str) -> set[str]:
    return {metric_name(name, text[start:end]) for name, start, end in find_metrics(text) if name in EFFECTS}


def _bare(label: str) -> str:
    return _INTERVAL_WORDS.sub("", label)


def _bind_effect(view: StudyTable, cell: Cell, effect: str, columns: list[str], rows: list[str]) -> Bound | str:
    value = read_interval(cell.text) or read_plain(cell.text)
    if value is None or (not value.low and (value.value.strip("0.") == "1" or not _effects(" ; ".join(columns)))):
        return "value"
    system = _exposure(rows)
    if not system:
        return "system"
    if not view.study.outcome:
        return "dataset"
    settings = [text for label in columns if (text := _without_effect(label))]
    adjusted = any(re.search(r"\badjusted\b", text, re.IGNORECASE) for text in settings)
    name = effect.replace("adjusted ", "") if adjusted else effect
    interval = _interval(value, view.level)
    measurement = _measurement(view, cell, (system, name, view.study.outcome), settings, value, interval)
    reference = _reference(view.table, cell)
    whom = f"{system}{reference}{_bracketed(settings)}" if reference else _joined(system, settings)
    spread = f" ({interval})" if interval else ""
    return Bound(measurement, f"{_among(view)} {name} of {view.study.outcome} for {whom} was {value.value}{spread}.")


def _among(view: StudyTable) -> str:
    """Return the beginning of a sentence: "In 2010, among women in …, the"."""
    year = f"in {view.study.year}" if view.study.year else ""
    people = f"among {view.study.population}" if view.study.population else ""
    opening = ", ".join([*filter(None, (year, people)), "the"])
    return opening[:1].upper() + opening[1:]


def _joined(system: str, settings: list[str]) -> str:
    """Return a name with its settings in one pair of brackets."""
    more = ", ".join(dict.fromkeys(settings))
    return (
        f"{system[:-1]}; {more})"
        if more and re.search(r"^[^()]* \([^()]*\)$", system)
        else system + _bracketed(settings)
    )


def _reference(table: Table, cell: Cell) -> str:
    """Return " relative to …" for the one row of the same variable whose cell is the reference, "" without such a row."""
    if len(cell.row_path) < 2:
        return ""
    same = [c for c in table.cells if c.column == cell.column and c.row_path[:-1] == cell.row_path[:-1]]
    names = {
        _FOOT.sub("", clean_label(c.row_path[-1])).strip() for c in same if _REFERENCE.fullmatch(clean_label(c.text))
    }
    name = names.pop() if len(names) == 1 else ""
    return f" relative to {name}" if name and not re.search(r"\d", name) else ""


def _interval(value: Value, level: str) -> str:
    return f"{level}% CI {value.low} to {value.high}" if value.low and level else ""


def _without_effect(label: str) -> str:
    """Return what a column's header says beside its effect and interval: "Multivariable adjusted, HR (95% CI)"."""
    bare = _bare(label)
    for _, start, end in reversed(find_metrics(bare)):
        bare = bare[:start] + bare[end:]
    bare = re.sub(r"\(\s*\)|^[\s,;:–-]+|[\s,;:]+$", "", bare).strip()
    return "" if re.fullmatch(r"[(\[]?\w?[)\]]?|\(?\d{1,2}\)?", bare) or bare.count("(") != bare.count(")") else bare


def _exposure(rows: list[str]) -> str:
    """Return "level (variable)" of the row, "" when its label does not stand by itself."""
    if not rows or any(_UNSURE.search(row) for row in rows[-1:]) or _effects(rows[-1]) or len(rows) > 4:
        return ""
    plain = re.search(r"[A-Za-z]{2}", re.sub(r"\b(?:years?|months?|days?|kg|cm|mm|mg)\b", "", rows[-1]))
    if len(rows) == 1:
        return rows[0] if plain and not re.fullmatch(r"[\d\W]+", rows[0]) else ""
    around = ", ".join(rows[:-1])
    return f"{rows[-1]}, {around}" if "(" in around else f"{rows[-1]} ({around})"


def _bind_group(view: StudyTable, cell: Cell, columns: list[str], rows: list[str]) -> Bound | str:
    groups = [label for label in columns if not _is_statistic(label)]
    statistic = next((label for label in reversed(columns) if _is_statistic(label)), "")
    if statistic and _OTHER.match(_SIZE.sub("", statistic).strip(" ()")) and not _COUNT_SHARE.search(statistic):
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
    settings += [label for label in columns if _SIZE.fullmatch(label.strip("() ")) and in_row]
    spread = f" (SD {value.spread})" if value.spread else ""
    measurement = _measurement(view, cell, (system, metric, view.study.population), settings, value, value.spread, unit)
    text = f"{_among(view)} {metric} was {value.value}{unit}{spread} for {_joined(system, settings)}."
    return Bound(measurement, text)


def _is_statistic(label: str) -> bool:
    bare = _SIZE.sub("", label).strip(" (),")
    return not bare or bool(
        _OTHER.match(bare) or _RATE.search(bare) or _COUNT_SHARE.fullmatch(bare) or _MEAN.match(bare)
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
) -> tuple[str, Value, str] | str:
    """Return (metric, value, unit) of a cell by what its headers call it, or the part that is missing."""
    if not labels or not labels[-1]:
        return "metric"
    label = " ".join((*labels, statistic)) if statistic not in labels else " ".join(labels)
    if _RATE.search(labels[-1]):
        return _rate(view, cell, labels[-1])
    if _COUNT_SHARE.search(label) or (_MEAN.search(label) is None and read_plain(cell.text) is None):
        size = next((found["size"] for text in columns if (found := _SIZE.search(text))), "")
        value = read_share(cell.text, size)
        name = _characteristic([_COUNT_SHARE.sub("", text) for text in labels])
        return (f"percentage of {name}", value, "%") if value and name else "value"
    if _MEAN.search(label):
        return _mean(cell, labels, label)
    plain = read_plain(cell.text)
    if plain and any(_SHARE.search(text) for text in labels[-2:]):
        name = _characteristic(labels)
        return (f"percentage of {name}", plain, "%") if name and float(plain.value) <= 100 else "metric"
    return "metric"


def _rate(view: StudyTable, cell: Cell, label: str) -> tuple[str, Value, str] | str:
    """Return a rate in per cent, named as in the caption where that says of what it is ("RVF seroprevalence")."""
    plain = read_plain(cell.text)
    if plain is None or "%" not in label + cell.text or not 0 <= float(plain.value) <= 100:
        return "value"
    name = lower_first(re.sub(r"\s*[(\[]?\s*%\s*[)\]]?", "", label).strip(" ,"))
    fuller = re.search(rf"\b([A-Z][A-Z\d-]+ ){re.escape(name)}\b", view.caption)
    return (fuller.group(0) if fuller else name, plain, "%")


def _mean(cell: Cell, labels: list[str], label: str) -> tuple[str, Value, str] | str:
    deviation = bool(_DEVIATION.search(label))
    value = read_spread(cell.text, deviation) or read_plain(cell.text)
    name = re.sub(r"\s+", " ", _DEVIATION.sub("", _SIGNED.sub("", " ".join(labels))).replace("()", ""))
    name = re.sub(r"^.*?\bmean\b[ ,]*|[ ,]*\bmean\b\s*$", "", name, flags=re.IGNORECASE).strip(" ,()")
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
    if not bare or _UNSURE.search(bare[-1]) or not re.search(r"[A-Za-z]{2}", " ".join(bare)):
        return ""
    return bare[-1] if len(bare) == 1 else f"{bare[-1]} ({', '.join(bare[:-1])})"


def _bracketed(settings: list[str]) -> str:
    return f" ({', '.join(dict.fromkeys(settings))})" if settings else ""


def _measurement(
    view: StudyTable,
    cell: Cell,
    names: tuple[str, str, str],
    settings: list[str],
    value: Value,
    uncertainty: str,
    unit: str = "",
) -> Measurement:
    """Return the record; `names` are system, metric and data set. Year and population count as settings."""
    size = _SIZE.search(" ".join(cell.column_path))
    further = [text for text in (view.study.year, view.study.population) if text and text != names[2]]
    return Measurement(
        system=names[0],
        metric=names[1],
        dataset=names[2],
        setting=", ".join(dict.fromkeys([*settings, *further])),
        value=value.value,
        unit=unit,
        uncertainty=uncertainty,
        sample_size=int(re.sub(r"\D", "", size["size"])) if size else None,
        table=view.table.label,
        row=cell.row,
        column=cell.column,
    )
