"""Reading the headers of one result table: which axis holds systems, and what each label names.

Rules. An axis holds systems when the corner above it says so, or when enough of its labels are names of
models or methods and the other axis has none. A label that is on no list is a setting where system,
metric and data set are known from elsewhere; labels of sizes, times and differences bind nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from juried.measurement_terms import (
    corner_kind,
    find_datasets,
    find_metrics,
    find_tasks,
    is_dataset,
    is_language,
    is_language_pair,
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
    r"(?:[+\-–−&/]|w/|w\.|with\b|without\b|no\b|our\b|ours\b|this (?:work|paper|study)|proposed|full\b|base\b|baselines?$|average|avg|mean\b|"
    r"total|overall|all\b|sum\b|previous|prior|best|worst|human (?:perf|upper)|upper|lower|\d|[a-z]$|[A-Z]$|same|other|others|none|yes|"
    r"model ?\w?$|system ?\w?$|method ?\w?$|run ?\w*$|default|original|single|standard|variant|init|final|\W|single|cmp|vs\b|row|only|"
    r"replace|remove|add\b|using\b|\bd ?=|k ?=|n ?=|\w ?= ?\d|ref\b|reference$|positive$|negative$|neutral$|other$|class\b|train\b|test\b|dev\b)",
    re.IGNORECASE,
)
_PLURAL_PLACES = re.compile(r"\b(?:datasets|data sets|corpora|benchmarks|test sets|treebanks)\b", re.IGNORECASE)
_STOP = (
    r"(?:and|or|the|on|of|for|in|with|from|using|to|by|between|across|under|over|at|is|are|where|which|we|our|a|an)\b"
)
_PLACE = re.compile(
    rf"\b(?:on|for|of|over|from|in|using|with) (?:the |our |a |an )?(?P<name>(?:(?!{_STOP})[\w./'’+-]+ ){{1,6}}?)"
    r"(?P<split>test |dev |development |validation )?(?P<kind>data ?set|corpus|(?<=test )set|(?<=dev )set|(?<=development )set|(?<=validation )set|"
    r"benchmark|treebank|shared task|challenge|task|collection|data)\b(?!s)",
)
_RESULTS = re.compile(r"(?:\w+[ -]){0,4}?(?:results?|performance|comparisons?|evaluation|scores?)\b", re.IGNORECASE)
_NOMINAL = re.compile(r"(?:ing|tion|ment|sis|val|ity|ence|ry)$")


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
        self.metric = "" if named else _only_metric(self.caption)
        self.place, self.split = place_of_caption(first_sentence(self.caption))
        self.coreference = any(re.search(r"\b(?:MUC|B3|B³|CEAF\w*|BLANC|LEA)\b", label) for label in labels)
        self.many_places = bool(_PLURAL_PLACES.search(self.caption))
        self.systems = _system_axis(self.table)

    def rouge(self) -> bool:
        """Whether labels such as R-1 mean ROUGE here."""
        return "ROUGE" in self.caption.upper()


def first_sentence(caption: str) -> str:
    """Return the first sentence of a caption, which says what the table is; later ones explain its parts."""
    return re.split(r"(?<=[a-z0-9)%])\.\s", caption, maxsplit=1)[0]


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
    rest = re.sub(r"\(\s*\)", "", rest).strip(" -–:,|/%")
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


def _only_metric(caption: str) -> str:
    found = {metric_name(name, caption[start:end]) for name, start, end in find_metrics(caption)}
    return found.pop() if len(found) == 1 else ""


def place_of_caption(caption: str) -> tuple[str, str]:
    """Return the one data set (or, without any, the one task) that a caption names, and its split; else ("", "")."""
    places, tasks, splits = list(find_datasets(caption)), list(find_tasks(caption)), []
    for found in _PLACE.finditer(caption):
        name = found["name"].strip()
        if found["split"]:
            splits.append(found["split"].strip())
        if re.search(r"[A-Z]{2}|[A-Z].*\d|[a-z][A-Z]|\b[A-Z][a-z]+", name):
            places.append(re.sub(r" (?:test|dev|development|validation|training)$", "", name))
        elif found["kind"] == "task" and _NOMINAL.search(name) and len(name.split()) > 1:
            tasks.append(name)
    split = splits[0] if len(set(splits)) == 1 else ""
    for names in (places, tasks):
        kept = _longest(names)
        if kept:
            alone = len(kept) == 1 and not _is_joined(kept[0], caption)
            return (_lower_task(kept[0]), split) if alone else ("", "")
    return "", ""


def _is_joined(place: str, caption: str) -> bool:
    """Whether a caption joins a place with another one ("DSTC2 and WOZ 2.0")."""
    name = re.escape(place)
    return bool(
        re.search(
            rf"{name}(?: test| dev)?(?: sets?)?(?:,| and| &|/| or) ?(?:the )?[A-Z0-9]|[A-Z0-9]\S* (?:and|&|or) {name}",
            caption,
        )
    )


def _lower_task(name: str) -> str:
    """Lower the first letter of a task that begins a caption ("Word similarity"), not of a name ("NER")."""
    return name[:1].lower() + name[1:] if find_tasks(name) == [name] and name[1:].islower() else name


def _longest(names: list[str]) -> list[str]:
    """Return the distinct names that no longer one contains."""
    unique = list({name.lower(): name for name in names}.values())
    return [n for n in unique if not any(n.lower() != o.lower() and n.lower() in o.lower() for o in unique)]


def _system_axis(table: Table) -> Axis | None:
    corners = {corner_kind(clean_label(text)) for text in table.corner if clean_label(text)}
    rows = _leaves(table, "row")
    columns = _leaves(table, "column")
    if "system" in corners:
        return None if _share(columns) > 0.5 else "row"
    if corners & {"dataset", "metric", "language"}:
        return "column" if _share(columns) >= 0.3 and _share(rows) < 0.2 else None
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
    labels = {
        clean_label((cell.row_path if axis == "row" else cell.column_path or ("",))[-1])
        for cell in table.cells
        if (cell.row_path if axis == "row" else cell.column_path)
    }
    return sorted(label for label in labels if label)


def _share(labels: list[str]) -> float:
    names = [label for label in labels if not find_metrics(label)]
    return sum(looks_like_system(label) for label in names) / len(labels) if labels else 0.0
