"""The labels of result tables: cleaned of marks, the name of a system in one, and the headers above one cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from juried.measurement_names import is_dataset, is_language
from juried.measurement_terms import looks_like_system
from juried.records.document import Cell

Axis = Literal["row", "column"]
Missing = Literal["system", "metric", "dataset", "value", "setting", "ambiguous", "wording"]

_MARKUP = re.compile(r"\[(?:BOLD|ITALIC|EMPTY|UNDERLINE)\]|</?\w+>")
_MARKS = re.compile(r"[↑↓*†‡§¶♠♣♦♥∗⋆⁎^✓]+|\((?:↑|↓)\)")
_CITATION = re.compile(
    r"\s*\((?:[A-Z][\w’'-]+(?: (?:and|&) [A-Z][\w’'-]+| et al\.?)?,? ?)?(?:19|20)\d\d[a-z]?(?:[;,] ?[^()]*)?\)"
    r"|\s+(?:by |of )?[A-Z][\w’'-]+ (?:et al\.?|(?:and|&) [A-Z][\w’'-]+)(?:,? ?\(? ?(?:19|20)\d\d[a-z]?\s?\)?)?"
    r"|\s*\[[^\]]*\d[^\]]*\]|\s+[a-z]+:\d\d\b|\s*\(?\b[a-z]+(?:19|20)\d\d[a-z]+\)?|\s*\([^()]*\bet\s?al\.?[^()]*\)"
    r"|\s+[A-Z][\w’'-]+ \(\s*(?:19|20)\d\d[a-z]?\s*\)"
)
_OURS = re.compile(r"\s*\((?:ours?|this (?:work|paper)|our (?:model|method|work))\)|\s+\[?ours\]?$", re.IGNORECASE)
_COINED = re.compile(r"[a-z][A-Z]|[A-Z]{2}|[A-Za-z]-?\d")
_OUR_OWN = re.compile(r"^Our ([A-Z]\S*)$")
_NUMBERED = re.compile(r"^(?:\(?\d{1,2}[.)]|[([](?:[a-z]|[ivx]+)[)\]]|[a-z]\))\s+")
_NO_NAME = re.compile(
    r"(?:[+\-–−&/]|w/|w\.|with\b|without\b|no\b|our\b|ours\b|this (?:work|paper|study)|proposed|full\b|base\b|"
    r"baselines?$|average|avg|mean\b|eqn?s?\b|equation|"
    r"total|overall|all\b|sum\b|previous|prior|best|worst|human (?:perf|upper)|upper|lower|\d|[a-z]$|[A-Z]$|same|"
    r"other|others|none|yes|"
    r"model ?\w?$|system ?\w?$|method ?\w?$|run ?\w*$|default|original|single|standard|variant|init|final|\W|"
    r"single|cmp|vs\b|row|only|"
    r"replace|remove|add\b|using\b|\bd ?=|k ?=|n ?=|\w ?= ?\d|ref\b|reference$|positive$|negative$|neutral$|"
    r"other$|class\b|train\b|test\b|dev\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Level:
    """One header of a cell on the system axis, with the corner text above it ("" where there is none)."""

    text: str
    corner: str = ""


def is_coined(name: str) -> bool:
    """Whether a name is spelled as names of models are: capitals inside, or digits ("VSE++", "SegMatch", "BM25")."""
    return bool(_COINED.search(name))


def clean_label(text: str) -> str:
    """Return a label without markup, marks, daggers and doubled white space."""
    text = _MARKS.sub(" ", _MARKUP.sub(" ", text.replace("\u00a0", " ")))
    return re.sub(r"\s+", " ", text).strip(" :|")


def clean_system(text: str) -> str:
    """Return the name of a system without citation, numbering or "(ours)"; "" when no name stands by itself.

    "Our HBMP" is HBMP, while "Our LSTM", "+ CRF", "w/o attention", "Our model" and "Average" need their neighbours.
    """
    name = _OURS.sub("", clean_label(text))
    named = _OUR_OWN.match(name)
    if named and is_coined(named.group(1)) and not looks_like_system(named.group(1)):
        return named.group(1)
    name = _NUMBERED.sub("", _CITATION.sub("", " " + name).strip()).strip(" ,;:–-.")
    if (
        len(name) < 2
        or not re.search(r"[A-Za-z]{2}|[A-Z]\d[A-Z]", name)
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
