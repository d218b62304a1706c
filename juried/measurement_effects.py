"""Effects in tables of studies: the odds, hazard or risk ratio of an outcome for one exposure, with its interval."""

from __future__ import annotations

import re

from juried.measurement_labels import Missing, clean_label
from juried.measurement_study import Value, read_interval, read_plain
from juried.measurement_study_tables import (
    FOOT,
    MEAN,
    STATISTIC,
    UNSURE,
    Bound,
    StudyTable,
    bracketed,
    joined,
    opening,
    record,
)
from juried.measurement_terms import EFFECTS, find_metrics, metric_name
from juried.records.document import Cell, Table

_INTERVAL_WORDS = re.compile(
    r",? ?[(\[]?(?:(?P<level>9\d) ?% ?)?(?:C\.?I\.?s?\b|confidence intervals?(?: \(CI\))?)[)\]]?|\(OR\)|\(HR\)|\(RR\)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"1(?:\.0+)?(?: ?[(\[]? ?ref\w*\.?[)\]]?)?|ref(?:erence)?\.?(?: group)?", re.IGNORECASE)


def effect_of(view: StudyTable, columns: list[str], rows: list[str], cell: Cell) -> str:
    """Return the name of the effect that the cell's headers state, or the caption's for an estimate with interval."""
    named = _effects(" ; ".join((*columns, *rows)))
    if not named and read_interval(cell.text) and not find_metrics(" ; ".join(columns)):
        named = _effects(view.caption)
    elsewhere = any(STATISTIC.match(label) or MEAN.search(label) or "%" in _bare(label) for label in columns)
    return named.pop() if len(named) == 1 and not elsewhere else ""


def _effects(text: str) -> set[str]:
    found = [(name, text[start:end]) for name, start, end in find_metrics(text) if name in EFFECTS]
    return {metric_name(name, said).replace("relative risk", _risk_words(said)) for name, said in found}


def _bare(label: str) -> str:
    return _INTERVAL_WORDS.sub("", label)


def _risk_words(printed: str) -> str:
    return "risk ratio" if "ratio" in printed.lower() else "relative risk"


def bind_effect(view: StudyTable, cell: Cell, effect: str, columns: list[str], rows: list[str]) -> Bound | Missing:
    """Return the effect that a cell states, or the part that is missing; reference rows state none."""
    value = read_interval(cell.text) or read_plain(cell.text)
    if value is None or (not value.low and (value.value.strip("0.") == "1" or not _effects(" ; ".join(columns)))):
        return "value"
    system = _exposure(rows)
    if not system or _is_interaction(view, rows):
        return "system"
    if not view.study.outcome:
        return "dataset"
    settings = [text for label in columns if (text := _without_effect(label))]
    adjusted = any(re.search(r"\badjusted\b", text, re.IGNORECASE) for text in settings)
    name = effect.replace("adjusted ", "") if adjusted else effect
    interval = _interval(value, view.level)
    measurement = record(view, cell, (system, name, view.study.outcome), settings, (value, interval, ""))
    reference = _reference(view.table, cell)
    whom = f"{system}{reference}{bracketed(settings)}" if reference else joined(system, settings)
    spread = f" ({interval})" if interval else ""
    return Bound(measurement, f"{opening(view)} {name} of {view.study.outcome} for {whom} was {value.value}{spread}.")


def _reference(table: Table, cell: Cell) -> str:
    """Return " relative to …" for the one row of the same variable whose cell is the reference, "" without one."""
    if len(cell.row_path) < 2:
        return ""
    same = [c for c in table.cells if c.column == cell.column and c.row_path[:-1] == cell.row_path[:-1]]
    names = {
        FOOT.sub("", clean_label(c.row_path[-1])).strip() for c in same if _REFERENCE.fullmatch(clean_label(c.text))
    }
    name = names.pop() if len(names) == 1 else ""
    return f" relative to {name}" if name and not re.search(r"\d", name) else ""


def _interval(value: Value, level: str) -> str:
    return f"{level}% CI {value.low} to {value.high}" if value.low and level else ""


def _is_interaction(view: StudyTable, rows: list[str]) -> bool:
    """Whether a row joins two variables in a table with interaction terms, whose ratio is not that of one group."""
    told = any("interaction" in text.lower() for text in (view.table.caption, *view.table.footnotes))
    return told and bool(re.search(r"&|×|\*|:| (?:and|x|by|with) ", rows[-1]))


def _without_effect(label: str) -> str:
    """Return what a column's header says beside its effect and interval: "Multivariable adjusted, HR (95% CI)"."""
    bare = _bare(label)
    for _, start, end in reversed(find_metrics(bare)):
        bare = bare[:start] + bare[end:]
    bare = re.sub(r"\(\s*\)|^[\s,;:–-]+|[\s,;:]+$", "", bare).strip()
    return "" if re.fullmatch(r"[(\[]?\w?[)\]]?|\(?\d{1,2}\)?", bare) or bare.count("(") != bare.count(")") else bare


def _exposure(rows: list[str]) -> str:
    """Return "level (variable)" of the row, "" when its label does not stand by itself."""
    if not rows or any(UNSURE.search(row) for row in rows[-1:]) or _effects(rows[-1]) or len(rows) > 4:
        return ""
    plain = re.search(r"[A-Za-z]{2}", re.sub(r"\b(?:years?|months?|days?|kg|cm|mm|mg)\b", "", rows[-1]))
    if len(rows) == 1:
        return rows[0] if plain and not re.fullmatch(r"[\d\W]+", rows[0]) else ""
    around = ", ".join(rows[:-1])
    return f"{rows[-1]}, {around}" if "(" in around else f"{rows[-1]} ({around})"
