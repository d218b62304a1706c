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
from juried.measurement_context import NO_WORD, NOTHING_SAID, Context, Said
from juried.measurement_labels import Axis, clean_label
from juried.measurement_names import is_dataset, is_language, is_language_pair
from juried.measurement_systems import system_axis
from juried.measurement_terms import find_metrics, is_no_score, letter_metric, metric_name, rouge_metric, split_of
from juried.records.document import Table

LabelKind = Literal["system", "dataset", "pair", "setting", "unknown", "nothing", "no_score"]

_PERCENT = re.compile(r"\(\s*(?:in )?%\s*\)|\[\s*%\s*\]|(?<=[A-Za-z]) %$|^% ")
_KEY = re.compile(r"\b[a-z_]+(?:19|20)\d\d[a-z]+(?:['’]s)? ?")
_PLURAL_PLACES = re.compile(r"\b(?:datasets|data sets|corpora|benchmarks|test sets|treebanks)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Label:
    """What one header label says: its metric if it names one, split words, and what the rest of it names."""

    kind: LabelKind
    text: str
    metric: str = ""
    printed_metric: str = ""
    split: str = ""
    percent: bool = False


@dataclass
class TableView:
    """The headers of one table, read once.

    Attributes:
        systems: The axis that holds systems, None when no rule tells.
        place: The one data set or task that the caption names, else "".
        split: The split of it that the caption names, else "".
        metric: The one metric of the caption, when no label names any, else "".
        named: Whether any label names a metric.
        labels: All labels, joined.
        place_is_label: Whether a header names the place too, which then holds for its own cells only.
    """

    table: Table
    context: Context = NOTHING_SAID
    said: Said = NO_WORD
    caption: str = field(init=False)
    systems: Axis | None = field(init=False)
    place: str = field(init=False)
    split: str = field(init=False)
    metric: str = field(init=False)
    named: bool = field(init=False)
    labels: str = field(init=False)
    place_is_label: bool = field(init=False)
    many_places: bool = field(init=False)
    letters: bool = field(init=False)
    coreference: bool = field(init=False)

    def __post_init__(self) -> None:
        self.caption = clean_label(_KEY.sub("", self.table.caption))
        labels = {clean_label(text) for cell in self.table.cells for text in (*cell.row_path, *cell.column_path)}
        self.labels = " ".join(sorted(labels))
        self.letters = any(re.fullmatch(r"F(?:[-_ ]?1|-score|-measure)?", label, re.IGNORECASE) for label in labels)
        self.named = any(find_metrics(label) for label in labels) or (self.letters and bool({"P", "R", "F"} & labels))
        self.metric = "" if self.named else only_metric(self.caption)
        self.place, self.split = place_of_caption(first_sentence(self.caption), self.context.datasets)
        self.coreference = any(re.search(r"\b(?:MUC|B3|B³|CEAF\w*|BLANC|LEA)\b", label) for label in labels)
        self.place_is_label = self.place.lower() in {label.lower() for label in labels}
        self.many_places = bool(_PLURAL_PLACES.search(self.caption))
        self.systems = system_axis(self.table)

    def rouge(self) -> bool:
        """Whether labels such as R-1 mean ROUGE here: the caption says so, or there are R-1, R-2 and R-L."""
        return "ROUGE" in self.caption.upper() or all(re.search(rf"\bRG?-?{n}\b", self.labels) for n in "12L")


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
    kind = "dataset" if rest.lower() in view.context.datasets else _kind(rest)
    return Label(kind, rest, metric, printed, split, percent)


def _take_metric(text: str, view: TableView) -> tuple[str, str, str]:
    if view.letters and letter_metric(text):
        return letter_metric(text), letter_metric(text), ""
    rouge = rouge_metric(text) if view.rouge() else ""
    if rouge:
        return "ROUGE", rouge, ""
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
