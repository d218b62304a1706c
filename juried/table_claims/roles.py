"""What the labels of a table say of their lines: which axis competes, and which line another one changes."""

from __future__ import annotations

import re

from juried.measurement_labels import clean_label
from juried.measurement_systems import system_axis
from juried.measurement_terms import find_metrics, letter_metric
from juried.table_claims.grid import Axis, Grid, Line
from juried.table_claims.mentions import tokens

_ADDED = re.compile(r"^(?:\+|w/(?!o)|with\b|plus\b)", re.IGNORECASE)
_REMOVED = re.compile(
    r"^(?:[-–−](?=\s?[A-Za-z])|w/o\b|w\.o\.|without\b|no\b|no-|non-|minus\b|remov\w+|excl\w+)|\bw/o\b|\bwithout\b",
    re.IGNORECASE,
)
_BASE = re.compile(r"\b(?:baseline|base|full|original|vanilla|default|none|all)\b", re.IGNORECASE)


def competing_axis(grid: Grid) -> Axis:
    """Return the axis whose lines compete; rows where no rule tells, for most tables are laid out so."""
    found = system_axis(grid.table)
    if found is not None:
        return found
    return "column" if metric_share(grid.rows) > metric_share(grid.columns) else "row"


def metric_share(lines: tuple[Line, ...]) -> float:
    """Return the share of lines whose labels name a metric."""
    named = sum(any(is_metric(part) for part in line.path) for line in lines)
    return named / len(lines) if lines else 0.0


def is_metric(label: str) -> bool:
    """Whether a label names a metric, also by its letter (P, R, F)."""
    clean = clean_label(label)
    return bool(find_metrics(clean) or letter_metric(clean))


def removed(line: Line) -> bool:
    """Whether a line shows what remains when something is left out ("w/o attention")."""
    return bool(line.path and _REMOVED.search(clean_label(line.path[-1])))


def base_of(line: Line, grid: Grid) -> tuple[Line, ...]:
    """Return the line that another one changes: the one above "+ X", or the one whose name it goes on; else none."""
    label = clean_label(line.path[-1]) if line.path else ""
    group = [other for other in grid.lines(line.axis) if other.path[:-1] == line.path[:-1] and other.path]
    if _ADDED.match(label) or removed(line):
        above = [o for o in group if o.at < line.at and not _changes(o)]
        return (above[-1],) if above else tuple(o for o in group if _BASE.search(o.path[-1]))[:1]
    own = "".join(token.text for token in tokens(label))
    shorter = [(len(key), o) for o in group if (key := "".join(t.text for t in tokens(clean_label(o.path[-1]))))
               and key != own and own.startswith(key) and len(key) > 1]  # fmt: skip
    return (max(shorter, key=lambda pair: (pair[0], -pair[1].at))[1],) if shorter else ()


def _changes(line: Line) -> bool:
    return bool(_ADDED.match(clean_label(line.path[-1])) or removed(line))
