"""Which axis of a result table holds systems: told by the corner, or by how its labels and the other axis's read."""

from __future__ import annotations

import re

from juried.measurement_labels import Axis, clean_label, is_coined
from juried.measurement_names import is_dataset, is_language, is_language_pair
from juried.measurement_terms import corner_kind, find_metrics, looks_like_system, split_of
from juried.records.document import Table

_RESULTS = re.compile(r"(?:\w+[ -]){0,4}?(?:results?|performance|comparisons?|evaluation|scores?)\b", re.IGNORECASE)
_CLASS = re.compile(
    r"(?:[BIES]-)?(?:PER|LOC|ORG|MISC|GPE|FAC|VEH|WEA|DATE|TIME|MONEY|NOUN|PROPN|VERB|ADJ|ADV|PRON|DET|ADP|AUX|CONJ|"
    r"NUM|PUNCT|NNS?P?|VB[DGNPZ]?|JJ[RS]?|RB|IN|NP|VP|PP|SBAR|MUC|OOV|OOTV|OOEV|OOBV|IV|TP|FP|FN|TN)$|"
    r"(?:type|set|class|group|level|case|step|iter\w*|fold|run|layer|topic|task|test|section|length|size|epoch|"
    r"conv\d|stage|domain|question|category|cluster)[ -]?\w*$",
    re.IGNORECASE,
)


def system_axis(table: Table) -> Axis | None:
    """Return the axis whose labels are systems, None when no rule tells."""
    corners = {corner_kind(clean_label(text)) for text in table.corner if clean_label(text)}
    rows = _leaves(table, "row")
    columns = _leaves(table, "column")
    if "system" in corners:
        return None if _share(columns) > 0.5 else "row"
    if corners & {"dataset", "metric", "language"}:
        named = _share(columns) >= 0.3 or _coined(columns) >= 0.6
        return "column" if named and _share(rows) < 0.2 else None
    wanted = 0.5 if corners else 0.25
    if not corners and _coined(rows) >= 0.5 and _holds_scores(table, columns):
        return "row"
    if _share(rows) >= wanted and _share(columns) < 0.1:
        return "row"
    return "column" if _share(columns) >= 0.5 and _share(rows) < 0.1 and all(map(_known, rows)) else None


def _holds_scores(table: Table, columns: list[str]) -> bool:
    """Whether columns are metrics and known data sets only, in a table whose caption or columns speak of scores."""
    caption = clean_label(table.caption)
    scores = bool(_RESULTS.search(caption)) or any(find_metrics(text) for text in (caption, *columns))
    return scores and _share(columns) < 0.1 and _mostly_known(columns)


def _coined(labels: list[str]) -> float:
    """The share of labels that are spelled as names are: capitals inside or digits ("VSE++", "SegMatch").

    The classes of tagging schemes ("PER", "NN") and numbered conditions ("Type 1", "Set A") are no names.
    """
    coined = sum(is_coined(label) and not _known(label) and not _CLASS.match(label) for label in labels)
    return coined / len(labels) if labels else 0.0


def _mostly_known(labels: list[str]) -> bool:
    return bool(labels) and sum(bool(find_metrics(label)) or _known(label) for label in labels) >= 0.6 * len(labels)


def _known(label: str) -> bool:
    bare = split_of(label)[1]
    return not bare or is_dataset(bare) or is_language(bare) or is_language_pair(bare) or bool(find_metrics(bare))


def _leaves(table: Table, axis: Axis) -> list[str]:
    """Return the innermost row labels, or the whole column headers joined, each once and sorted."""
    found = set()
    for cell in table.cells:
        path = [clean_label(text) for text in (cell.row_path[-1:] if axis == "row" else cell.column_path)]
        found.add(" ".join(text for text in path if text))
    return sorted(found - {""})


def _share(labels: list[str]) -> float:
    names = [label for label in labels if not find_metrics(label)]
    return sum(looks_like_system(label) for label in names) / len(labels) if labels else 0.0
