"""Claims made false by one small change: a digit, a sign, a unit, a negation, a direction, a name.

They serve to train a verifier and to try one. The same claim always gives the same mutants.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from juried.text.numbers import Number, quantities
from juried.text.polarity import negations
from juried.text.words import names

MutantKind = Literal["digit", "sign", "unit", "negation_lost", "negation_added", "direction", "name"]
_OTHER_UNIT = {"%": "ms", "points": "%", "mg": "g", "kg": "g", "ms": "s", "s": "ms", "min": "h", "h": "min", "×": "%"}
_OTHER_UNIT |= {"d": "weeks", "wk": "days", "mo": "years", "yr": "months", "g": "kg", "ml": "l", "µg": "mg"}
_PRINTED_UNIT = re.compile(r"[\s-]?(?:%|×|[A-Za-zµμ][A-Za-zµμ -]*)$")
_TURNED = {
    "increase": "decrease",
    "increases": "decreases",
    "increased": "decreased",
    "improve": "degrade",
    "improves": "degrades",
    "improved": "degraded",
    "higher": "lower",
    "outperform": "underperform",
    "outperforms": "underperforms",
    "better": "worse",
    "more": "less",
    "promotes": "inhibits",
    "enhances": "impairs",
    "positive": "negative",
    "positively": "negatively",
    "presence": "absence",
    "effective": "ineffective",
    "significant": "insignificant",
}
_TURNED |= {second: first for first, second in _TURNED.items()} | {"reduce": "increase", "reduces": "increases"}
_TURNED |= {"reduced": "increased", "fewer": "more", "decreasing": "increasing", "increasing": "decreasing"}
_TURNABLE = re.compile(rf"\b(?:{'|'.join(sorted(_TURNED))})\b")
_VERB = re.compile(r"\b(?:is|are|was|were|can|does|do|did|has been|have been)\b(?! (?:not|no)\b)")


def mutants(claim: str, other_names: Sequence[str] = ()) -> dict[MutantKind, str]:
    """Return the mutants that can be made of a claim; `other_names` are names that its source does not hold."""
    makers: Mapping[MutantKind, Callable[[str], str | None]] = {
        "digit": _change_digit,
        "sign": _change_sign,
        "unit": _change_unit,
        "negation_lost": _lose_negation,
        "negation_added": _add_negation,
        "direction": _turn_direction,
        "name": lambda text: _swap_name(text, other_names),
    }
    made = {kind: maker(claim) for kind, maker in makers.items()}
    return {kind: text for kind, text in made.items() if text is not None and text != claim}


def choice(seed: str, count: int) -> int:
    """Return a number from 0 to count - 1 that depends on the seed alone."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") % count


def _numbers(claim: str) -> list[Number]:
    return [number for number in quantities(claim) if any(char.isdigit() for char in number.printed)]


def _change_digit(claim: str) -> str | None:
    found = _numbers(claim)
    if not found:
        return None
    number = found[choice(claim, len(found))]
    places = [place for place in range(number.start, number.end) if claim[place] in "0123456789"]
    place = places[choice(claim + "place", len(places))]
    digit = (int(claim[place]) + 1 + choice(claim + "digit", 9)) % 10
    return f"{claim[:place]}{digit}{claim[place + 1 :]}"


def _change_sign(claim: str) -> str | None:
    for number in _numbers(claim):
        free = number.start == 0 or claim[number.start - 1] in " ("
        if free and number.upper is None and number.printed[0].isdigit():
            return f"{claim[: number.start]}-{claim[number.start :]}"
        if number.printed[0] in "-−":
            return claim[: number.start] + claim[number.start + 1 :]
    return None


def _change_unit(claim: str) -> str | None:
    for number in _numbers(claim):
        printed = _PRINTED_UNIT.search(number.printed)
        if printed and number.unit in _OTHER_UNIT:
            unit = _OTHER_UNIT[number.unit]
            blank = "" if unit == "%" else " "
            return f"{claim[: number.start + printed.start()]}{blank}{unit}{claim[number.end :]}"
    return None


def _lose_negation(claim: str) -> str | None:
    found = [word for word in negations(claim) if word.folded in ("not", "no", "never", "cannot", "without", "neither")]
    if not found:
        return None
    kept = "can" if found[0].folded == "cannot" else "with" if found[0].folded == "without" else ""
    return " ".join(f"{claim[: found[0].start]}{kept}{claim[found[0].end :]}".split())


def _add_negation(claim: str) -> str | None:
    verb = _VERB.search(claim)
    return f"{claim[: verb.end()]} not{claim[verb.end() :]}" if verb else None


def _turn_direction(claim: str) -> str | None:
    word = _TURNABLE.search(claim)
    return f"{claim[: word.start()]}{_TURNED[word.group()]}{claim[word.end() :]}" if word else None


def _swap_name(claim: str, other_names: Sequence[str]) -> str | None:
    found = names(claim)
    if not found or not other_names:
        return None
    word = found[choice(claim, len(found))]
    return claim[: word.start] + other_names[choice(claim, len(other_names))] + claim[word.end :]
