"""Reading the headers of one result table: which axis holds systems, and what each label names.

Rules. An axis holds systems when the corner above it says so, or when enough of its labels are names of
models or methods and the other axis has none. A label that is on no list is a setting where system,
metric and data set are known from elsewhere; labels of sizes, times and differences bind nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from juried.measurement_captions import first_sentence, only_metric, place_of_caption
from juried.measurement_names import is_dataset, is_language, is_language_pair
from juried.measurement_terms import (
    corner_kind,
    find_metrics,
    is_no_score,
    looks_like_system,
    metric_name,
    split_of,
)
from juried.records.document import Cell, Table

Axis = Literal["row", "column"]
LabelKind = Literal["system", "dataset", "pair", "setting", "unknown", "nothing", "no_score"]

_MARKUP = re.compile(r"\[(?:BOLD|ITALIC|EMPTY|UNDERLINE)\]|</?\w+>")
_MARKS = re.compile(r"[↑↓*†‡§¶♠♣♦♥∗⋆⁎^✓]+|\((?:↑|↓)\)")
_PERCENT = re.compile(r"\(\s*(?:in )?%\s*\)|\[\s*%\s*\]|(?<=[A-Za-z]) %$|^% ")
_CITATION = re.compile(
    r"\s*\((?:[A-Z][\w’'-]+(?: (?:and|&) [A-Z][\w’'-]+| et al\.?)?,? ?)?(?:19|20)\d\d[a-z]?(?:[;,] ?[^()]*)?\)"
    r"|\s+(?:by |of )?[A-Z][\w’'-]+ (?:et al\.?|(?:and|&) [A-Z][\w’'-]+)(?:,? ?\(? ?(?:19|20)\d\d[a-z]?\s?\)?)?"
    r"|\s*\[[^\]]*\d[^\]]*\]|\s+[a-z]+:\d\d\b|\s*\(?\b[a-z]+(?:19|20)\d\d[a-z]+\)?|\s*\([^()]*\bet\s?al\.?[^()]*\)"
    r"|\s+[A-Z][\w’'-]+ \(\s*(?:19|20)\d\d[a-z]?\s*\)"
)
_KEY = re.compile(r"\b[a-z_]+(?:19|20)\d\d[a-z]+(?:['’]s)? ?")
_OURS = re.compile(r"\s*\((?:ours?|this (?:work|paper)|our (?:model|method|work))\)|\s+\[?ours\]?$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:\(?\d{1,2}[.)]|[([](?:[a-z]|[ivx]+)[)\]]|[a-z]\))\s+")
_NO_NAME = re.compile(
    r"(?:[+\-–−&/]|w/|w\.|with\b|without\b|no\b|our\b|ours\b|this (?:work|paper|study)|proposed|full\b|base\b|"
    r"baselines?$|average|avg|mean\b|"
    r"total|overall|all\b|sum\b|previous|prior|best|worst|human (?:perf|upper)|upper|lower|\d|[a-z]$|[A-Z]$|same|"
    r"other|others|none|yes|"
    r"model ?\w?$|system ?\w?$|method ?\w?$|run ?\w*$|default|original|single|standard|variant|init|final|\W|"
    r"single|cmp|vs\b|row|only|"
    r"replace|remove|add\b|using\b|\bd ?=|k ?=|n ?=|\w ?= ?\d|ref\b|reference$|positive$|negative$|neutral$|"
    r"other$|class\b|train\b|test\b|dev\b)",
    re.IGNORECASE,
)
_PLURAL_PLACES = re.compile(r"\b(?:datasets|data sets|corpora|benchmarks|test sets|treebanks)\b", re.IGNORECASE)
_RESULTS = re.compile(r"(?:\w+[ -]){0,4}?(?:results?|performance|comparisons?|evaluation|scores?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Label:
    """What one header label says: its metric if it names one, split words, and what the rest of it names."""

    kind: LabelKind
    text: str
    metric: str = ""
    printed_metric: str = ""
    split: str = ""
    percent: bool = False


@dataclass(frozen=True)
class Level:
    """One header of a cell on the system axis, with the corner text above it ("" where there is none)."""

    text: str
    corner: str = ""


@dataclass
class TableView:
    """The headers of one table, read once.

    Attributes:
        systems: The axis that holds systems, None when no rule tells.
        place: The one data set or task that the caption names, else "".
        split: The split of it that the caption names, else "".
        metric: The one metric of the caption, when no label names any, else "".
    """

    table: Table
    caption: str = field(init=False)
    systems: Axis | None = field(init=False)
    place: str = field(init=False)
    split: str = field(init=False)
    metric: str = field(init=False)
    many_places: bool = field(init=False)
    letters: bool = field(init=False)
    coreference: bool = field(init=False)

    def __post_init__(self) -> None:
        self.caption = clean_label(_KEY.sub("", self.table.caption))
        labels = {clean_label(text) for cell in self.table.cells for text in (*cell.row_path, *cell.column_path)}
        self.letters = any(re.fullmatch(r"F(?:[-_ ]?1|-score|-measure)?", label, re.IGNORECASE) for label in labels)
        named = any(find_metrics(label) for label in labels) or (self.letters and bool({"P", "R", "F"} & labels))
        self.metric = "" if named else only_metric(self.caption)
        self.place, self.split = place_of_caption(first_sentence(self.caption))
        self.coreference = any(re.search(r"\b(?:MUC|B3|B³|CEAF\w*|BLANC|LEA)\b", label) for label in labels)
        self.many_places = bool(_PLURAL_PLACES.search(self.caption))
        self.systems = _system_axis(self.table)

    def rouge(self) -> bool:
        """Whether labels such as R-1 mean ROUGE here."""
        return "ROUGE" in self.caption.upper()


def clean_label(text: str) -> str:
    """Return a label without markup, marks, daggers and doubled white space."""
    text = _MARKS.sub(" ", _MARKUP.sub(" ", text.replace("\u00a0", " ")))
    return re.sub(r"\s+", " ", text).strip(" :|")


def clean_system(text: str) -> str:
    """Return the name of a system without citation, numbering or "(ours)"; "" when no name stands by itself.

    "+ CRF", "w/o attention", "Our model" and "Average" need their neighbours to be understood.
    """
    name = _OURS.sub("", clean_label(text))
    name = _NUMBERED.sub("", _CITATION.sub("", " " + name).strip()).strip(" ,;:–-.")
    if (
        len(name) < 2
        or not re.search(r"[A-Za-z]{2}", name)
        or _NO_NAME.match(clean_label(text))
        or _NO_NAME.match(name)
    ):
        return ""
    if re.search(r"\bal\b|\d{4}\)?$", name) and not re.search(r"\d{4}-", name):
        return ""
    return "" if is_language(name) or is_dataset(name) or len(name) > 60 else name


def levels_of(cell: Cell, axis: Axis, corner: tuple[str, ...]) -> list[Level]:
    """Return the headers of a cell on one axis, outermost first; corners are aligned with the innermost rows."""
    path = [clean_label(text) for text in (cell.row_path if axis == "row" else cell.column_path)]
    path = [text for at, text in enumerate(path) if text and text not in path[:at]]
    heads = [clean_label(text) for text in corner] if axis == "row" else []
    heads = ([""] * len(path) + heads)[-len(path) :] if path else []
    return [Level(text, head) for text, head in zip(path, heads, strict=True)]


def read_label(text: str, view: TableView) -> Label:
    """Read a label that is not a system's: metric, split, and what remains."""
    percent = "%" in text
    rest = _PERCENT.sub(" ", text).strip()
    metric, printed, rest = _take_metric(rest, view)
    split, rest = split_of(rest)
    rest = re.sub(r"\(\s*\)", "", re.sub(r"\s+\)", ")", rest)).strip(" -–:,|/%")
    if view.coreference and not rest and metric == "F1":
        return Label("no_score", rest, metric, printed, split, percent)
    if view.coreference and re.search(r"\b(?:CoNLL|B3|CEAF\w*|LEA|BLANC)\b|^Avg", rest):
        return Label("no_score", rest, metric, printed, split, percent)
    if re.match(r"(?:on|for) (?:the )?[A-Z]", rest):
        return Label("dataset", re.sub(r"^(?:on|for) (?:the )?", "", rest), metric, printed, split, percent)
    return Label(_kind(rest), rest, metric, printed, split, percent)


def _take_metric(text: str, view: TableView) -> tuple[str, str, str]:
    if view.letters and text in ("P", "R", "F", "Pr", "Re"):
        name = {"P": "precision", "R": "recall", "F": "F1"}[text[0]]
        return name, name, ""
    rouge = re.fullmatch(r"R-?(1|2|L)", text) if view.rouge() else None
    if rouge:
        return "ROUGE", f"ROUGE-{rouge.group(1)}", ""
    found = find_metrics(text)
    if len(found) != 1:
        return ("", "", text) if not found else ("ambiguous", "", "")
    name, start, end = found[0]
    rest = re.sub(r"\s+", " ", f"{text[:start]} {text[end:]}").strip()
    return name, metric_name(name, text[start:end]), re.sub(r"^(?:of|in|scores?) ", "", rest)


def _kind(rest: str) -> LabelKind:
    if not rest or rest.lower() in ("score", "scores", "results", "performance", "set", "sets"):
        return "nothing"
    if is_dataset(rest):
        return "dataset"
    if is_language_pair(rest):
        return "pair"
    if is_language(rest):
        return "setting"
    if is_no_score(rest) or not re.search(r"[A-Za-z]{2}", rest) or re.match(r"[+\-−Δ]", rest):
        return "no_score"
    return "unknown"


def _system_axis(table: Table) -> Axis | None:
    corners = {corner_kind(clean_label(text)) for text in table.corner if clean_label(text)}
    rows = _leaves(table, "row")
    columns = _leaves(table, "column")
    if "system" in corners:
        return None if _share(columns) > 0.5 else "row"
    if corners & {"dataset", "metric", "language"}:
        named = _share(columns) >= 0.3 or _coined(columns) >= 0.6
        return "column" if named and _share(rows) < 0.2 else None
    wanted = 0.5 if corners else 0.25
    if (
        not corners
        and _coined(rows) >= 0.5
        and _share(columns) < 0.1
        and _mostly_known(columns)
        and _RESULTS.match(clean_label(table.caption))
    ):
        return "row"
    if _share(rows) >= wanted and _share(columns) < 0.1:
        return "row"
    return "column" if _share(columns) >= 0.5 and _share(rows) < 0.1 and all(map(_known, rows)) else None


def _coined(labels: list[str]) -> float:
    """The share of labels that are spelled as names are: capitals inside or digits ("VSE++", "SegMatch")."""
    coined = sum(bool(re.search(r"[a-z][A-Z]|[A-Z]{2}|[A-Za-z]-?\d", label)) and not _known(label) for label in labels)
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
