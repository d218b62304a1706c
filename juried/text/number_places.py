"""What the text around a number makes of it: a quantity, a citation, a label, or a part of a name."""

from __future__ import annotations

import re
from typing import Literal

from juried.text.units import SCALES, UNIT

NumberKind = Literal["quantity", "year", "citation", "label", "identifier"]

_LABEL = re.compile(
    r"\b(?:tables?|tabs?\.?|figures?|figs?\.?|sections?|sects?\.?|sec\.|§+|eqs?\.?|eqns?\.?|equations?|appendix|appendices|"
    r"chapters?|algorithms?|steps?|phases?|types?|grades?|stages?|version|v\.?|nos?\.|theorem|lemma|corollary|"
    r"definition|page|pages|pp?\.|line|lines|subtask|task|track|chromosome|exon|class)\s?\(?(?:\d+[a-z]?(?:\s?(?:,|and|or|-|–)\s?))*$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\[[^\[\]]*$")
_INSIDE_BRACKET = re.compile(r"[\d\s,;–—-]*(?:<\|\w+\|>[\d\s,;–—-]*)*")
_ADJECTIVE = re.compile(r"-(?P<word>[a-z]{3,}|h|s|d|g|m|mg|ml|kg|km|cm|mm|wk|yr|nm|bp|kb)(?![A-Z0-9])")
SCALE = re.compile(rf"[- ]?(?P<scale>{'|'.join(w for w in SCALES if len(w) > 2)})\b|(?P<letter>[kKMBT]|bn)(?![\w])")
TIMES_TEN = re.compile(
    r"\s*[×x*✕·]\s*10(?:\s*\^\s*)?[({]{0,2}(?P<a>[-−–+]?\d{1,2})(?!\d)[)}]{0,2}"
    r"|\s*[×x*✕·]\s*10(?P<b>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|[eE](?P<c>[-−+]?\d{1,3})(?![\w.])"
)


def kind_before(text: str, start: int) -> NumberKind:
    """What the text before a number makes of it; a quantity when it says nothing."""
    before = text[max(0, start - 60) : start]
    if _in_name(before):
        return "identifier"
    bracket = _BRACKETED.search(before)
    if bracket and _INSIDE_BRACKET.fullmatch(bracket.group()[1:]):
        inside = text[start : start + 60].partition("]")
        if inside[1] and _INSIDE_BRACKET.fullmatch(inside[0]):
            return "citation"
    return "label" if _LABEL.search(before) else "quantity"


def _in_name(before: str) -> bool:
    """Whether a digit after this text goes on with a name (`GPT-`, `p`, `https://x/`)."""
    word = before.rsplit(maxsplit=1)[-1] if before and not before[-1].isspace() else ""
    if re.search(r"://|^10\.\d{4}", word):
        return True
    tail = re.search(r"[^\W\d_]+[-‐‑_/+]*$|_$", word)
    if tail is None:
        return bool(re.search(r"[^\W\d_][\w-]*\.$", word))
    return not re.fullmatch(r"\d[\d.,]*[x×]", word) and tail.group() not in ("x", "×", "e")


def makes_a_name(text: str, end: int) -> bool:
    """Whether what follows a number without a blank makes a name of it (`6MP`, `3D`, `4-PBA`, `19th`)."""
    rest = text[end : end + 24]
    if re.match(r"['′]-", rest):
        return True
    if rest[:1] == "-" and rest[1:2].isalpha():
        return not _ADJECTIVE.match(rest)
    if not rest[:1].isalpha() or SCALE.match(rest) or re.match(r"[x×](?![A-Za-z])", rest) or TIMES_TEN.match(rest):
        return False
    unit = UNIT.match(rest)
    return unit is None or unit.end() == 0
