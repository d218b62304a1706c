"""What is shared by the readers of study tables: the table with its surroundings, its labels, records and phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass

from juried.measurement_labels import clean_label
from juried.measurement_study import Study, Value, study_of
from juried.records.claim import Measurement
from juried.records.document import Cell, Table

FOOT = re.compile(r"(?<=[a-z)])\*+$|[*†‡§¶]+")
_LEVEL = re.compile(r"\b(?P<level>9\d) ?% ?(?:C\.?I\b|confidence intervals?)", re.IGNORECASE)
SIZE = re.compile(r"\b[nN] ?= ?(?P<size>\d{1,3}(?:[,  ]\d{3})+|\d+)\b")
MEAN = re.compile(r"\b(?:mean|average)\b", re.IGNORECASE)
STATISTIC = re.compile(
    r"^(?:p(?:[ -]?values?)?|χ2?|chi|t|f|z|df|n|no\.?.*|number.*|total.*|s\.?[de]\.?|range|min\w*|max.*|ref\w*|unit.*|"
    r"9\d ?%.*|c\.?i\.?.*|confidence.*|p for.*|p-.*|source|trend|.*difference.*|change.*|.*ratio|estimate.*|.*±.*|cv.*|"
    r"iqr|median|variance|.*/.*|rank.*|score)$",
    re.IGNORECASE,
)
UNSURE = re.compile(
    r"^[+\-–−×]|\binteraction\b|[×→]|^(?:total|overall|all|missing|unknown|other|n|no|yes)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Bound:
    """A measurement of a study, its canonical metric, and the sentence that states it."""

    measurement: Measurement
    text: str


@dataclass(frozen=True)
class StudyTable:
    """A table with what its caption and the title say; `level` is that of its intervals, "" when not said."""

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


def labels_of(path: tuple[str, ...]) -> list[str]:
    """Return the labels of a path without marks of notes, each once, outermost first."""
    labels = [FOOT.sub("", clean_label(text)).strip() for text in path]
    return [text for at, text in enumerate(labels) if text and text not in labels[:at]]


def opening(view: StudyTable) -> str:
    """Return the beginning of a sentence: "In 2010, among women in …, the"."""
    year = f"in {view.study.year}" if view.study.year else ""
    people = f"among {view.study.population}" if view.study.population else ""
    opening = ", ".join([*filter(None, (year, people)), "the"])
    return opening[:1].upper() + opening[1:]


def joined(system: str, settings: list[str]) -> str:
    """Return a name with its settings in one pair of brackets."""
    more = ", ".join(dict.fromkeys(settings))
    return (
        f"{system[:-1]}; {more})"
        if more and re.search(r"^[^()]* \([^()]*\)$", system)
        else system + bracketed(settings)
    )


def bracketed(settings: list[str]) -> str:
    """Return settings in brackets with a blank before, "" for none."""
    return f" ({', '.join(dict.fromkeys(settings))})" if settings else ""


def record(
    view: StudyTable,
    cell: Cell,
    names: tuple[str, str, str],
    settings: list[str],
    value: tuple[Value, str, str],
) -> Measurement:
    """Return the record, with year and population among its settings.

    `names` are system, metric and data set; `value` comes with its uncertainty and unit.
    """
    size = SIZE.search(" ".join(cell.column_path))
    further = [text for text in (view.study.year, view.study.population) if text and text != names[2]]
    return Measurement(
        system=names[0],
        metric=names[1],
        dataset=names[2],
        setting=", ".join(dict.fromkeys([*settings, *further])),
        value=value[0].value,
        unit=value[2],
        uncertainty=value[1],
        sample_size=int(re.sub(r"\D", "", size["size"])) if size else None,
        table=view.table.label,
        row=cell.row,
        column=cell.column,
    )
