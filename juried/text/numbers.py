"""Numbers in scholarly text: value, sign, printed precision, unit and place, and what is no quantity at all.

Values are decimals as printed, never floats. Two numbers have the same value when the one with fewer
printed digits is the other one rounded. Years, citations, labels of tables and sections, and digits
inside names (GPT-4, miR-211) are told apart from quantities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from juried.text.number_places import SCALE, TIMES_TEN, NumberKind, kind_before, makes_a_name
from juried.text.units import SCALES, UNIT, canonical_unit, number_words

Relation = Literal["", "<", ">", "≈"]


@dataclass(frozen=True)
class Number:
    """One number of a text; `text[start:end] == printed`.

    `value` and `quantum` (what one unit of the last printed digit is worth) are already scaled:
    "1.2 million" is 1200000 with quantum 100000. `upper` is the end of a range. `unit` is canonical
    ("%", "points", "×", "mg") and empty when none is printed. An identifier has the value 0.
    """

    printed: str
    start: int
    end: int
    kind: NumberKind
    value: Decimal = Decimal(0)
    quantum: Decimal = Decimal(1)
    unit: str = ""
    uncertainty: Decimal | None = None
    upper: Decimal | None = None
    relation: Relation = ""


_CORE = r"(?:\d{1,3}(?:[,\u2009\u202f\u00a0]\d{3})+(?!\d)|\d+)(?:[.·∙]\d+)?|(?<![\d.])[.·∙]\d+"
_SPELLED = number_words(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen"""
)
_TENS = {
    word: 10 * (n + 1) for word, n in number_words("twenty thirty forty fifty sixty seventy eighty ninety").items()
}
_SMALL = "|".join(_SPELLED)
_WORDS = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_SMALL})\b)?|{_SMALL})(?=\b|fold\b)"
_START = re.compile(rf"(?P<digits>{_CORE})|(?<![\w-])(?P<words>{_WORDS}|twice\b|thrice\b)", re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_BARE_TEN = re.compile(r"\s?\^\s?[({]{0,2}(?P<a>[-−–+]?\d{1,2})[)}]{0,2}|(?P<b>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_PLUS_MINUS = re.compile(rf"\s?\(?\s?(?:±|\+\s?/\s?[-−–]|\+[-−–]|\\pm)\s?(?P<value>{_CORE})\)?")
_RANGE = re.compile(rf"(?:\s?%)?(?:\s?[–—−-]\s?|\s+to\s+)(?P<value>[-−]?(?:{_CORE}))(?![\d]*[A-Za-z])")
_RELATION = re.compile(r"(?P<sign>[<>≤≥~≈⩽⩾])\s?=?\s?$")
_CITED_YEAR = re.compile(r"(?:et al\.?,?|[A-Z][\w'’-]+(?:,| and [A-Z][\w'’-]+,?)?|\d{4}[a-z]?[,;])\s?\(?$")
_COUNTED = re.compile(r"\s+(?!is\b|was\b|has\b|its\b|this\b|versus\b|as\b|us\b|across\b|thus\b)[a-z][a-z-]*s\b")
_DOTTED = re.compile(r"(?:\.\d+)+|/\w\S*")
_NAME_TAIL = re.compile(r"[\w'′]*(?:[-.+'′]\w+)*\+?")


def find_numbers(text: str) -> list[Number]:
    """Return every number of a text in order of its place, none overlapping another; the empty text has none."""
    found: list[Number] = []
    at = 0
    while match := _START.search(text, at):
        number = _read(text, match)
        if number:
            # A name reaches back over its first letters, but not into the number before it.
            first = max(at, number.start)
            found.append(replace(number, start=first, printed=text[first : number.end]))
        at = max(match.end(), number.end if number else 0)
    return found


def quantities(text: str) -> list[Number]:
    """Return the numbers of a text that state an amount."""
    return [number for number in find_numbers(text) if number.kind == "quantity"]


def same_value(first: Number, second: Number) -> bool:
    """Whether two numbers have one value, sign and range, within the precision that both print.

    The one that prints fewer digits must be the other one rounded (either way at a tie). Units are not compared.
    """
    coarse = max(first.quantum, second.quantum)
    if (first.upper is None) != (second.upper is None):
        return False
    if first.upper is not None and second.upper is not None and not _close(first.upper, second.upper, coarse):
        return False
    return _close(first.value, second.value, coarse)


def states_value(source: Number, claim: Number) -> bool:
    """Whether a source's number states a claim's: same value, and no digit in the claim that the source lacks.

    A claim may name one end of the source's range.
    """
    if source.upper is not None and claim.upper is None:
        return claim.value in (source.value, source.upper)
    exact = source.value == claim.value and source.upper == claim.upper
    return exact or (claim.quantum >= source.quantum and same_value(source, claim))


def same_unit(first: Number, second: Number) -> bool:
    """Whether two numbers print the same unit, or both none."""
    return first.unit == second.unit


def read_value(printed: str) -> Number | None:
    """Return the one number that a printed value such as `95.74` or `−0.3 %` consists of; None when it is no number."""
    numbers = find_numbers(printed.strip())
    return numbers[0] if len(numbers) == 1 and numbers[0].kind in ("quantity", "year") else None


def _close(first: Decimal, second: Decimal, quantum: Decimal) -> bool:
    if first == second:
        return True
    digits_differ = abs(first - second) % quantum != 0
    return digits_differ and abs(first - second) * 2 <= quantum


def _read(text: str, match: re.Match[str]) -> Number | None:
    """Return the number that begins at a match, with everything printed that belongs to it."""
    if match["words"]:
        return _read_words(text, match)
    start, end = match.span()
    kind = kind_before(text, start)
    if kind == "identifier":
        return _name(text, start, end)
    dotted = _DOTTED.match(text, end)
    if dotted and "." in match.group():
        return Number(text[start : dotted.end()], start, dotted.end(), "label", _decimal(match.group()))
    if makes_a_name(text, end):
        return _name(text, start, end)
    number = _amount(text, start, end)
    if kind == "citation":
        return replace(number, kind="citation")
    return _settle_kind(text, number, kind)


def _name(text: str, start: int, end: int) -> Number:
    tail = _NAME_TAIL.match(text, end)
    stop = tail.end() if tail else end
    first = start
    while first > 0 and not text[first - 1].isspace() and text[first - 1] not in "([{,;\"'":
        first -= 1
    return Number(text[first:stop], first, stop, "identifier")


def _decimal(core: str) -> Decimal:
    return Decimal(re.sub(r"[,\u2009\u202f\u00a0]", "", core).replace("·", ".").replace("∙", ".").replace("−", "-"))


def _amount(text: str, start: int, end: int) -> Number:
    """Read sign, power of ten, uncertainty, range, scale and unit around the digits."""
    core = _decimal(text[start:end])
    quantum = Decimal(1).scaleb(int(core.as_tuple().exponent))
    power, end = _power(text, end, core)
    if power is not None and core == 10 and _BARE_TEN.match(text, end - len(text[start:end]) + 2):
        core, quantum = Decimal(1), Decimal(1)
    factor = Decimal(1).scaleb(power or 0)
    begin, negative = _sign(text, start)
    uncertainty, end = _after(_PLUS_MINUS, text, end)
    upper, end = _range_end(text, end, core) if uncertainty is None else (None, end)
    if upper is not None:
        quantum = min(quantum, Decimal(1).scaleb(int(upper.as_tuple().exponent)))
    scale, end = _scale(text, end)
    unit, end = _unit(text, end)
    factor *= scale
    value = -core if negative else core
    return Number(
        text[begin:end],
        begin,
        end,
        "quantity",
        value * factor,
        quantum * factor,
        unit,
        None if uncertainty is None else uncertainty * factor,
        None if upper is None else upper * factor,
        _relation(text, begin),
    )


def _power(text: str, end: int, core: Decimal) -> tuple[int | None, int]:
    match = TIMES_TEN.match(text, end) or (_BARE_TEN.match(text, end) if core == 10 else None)
    if match is None:
        return None, end
    digits = next(group for group in match.groups() if group)
    power = int(re.sub("[−–]", "-", digits.translate(_SUPERSCRIPTS)))
    return (power, match.end()) if abs(power) < 100 else (None, end)


def _sign(text: str, start: int) -> tuple[int, bool]:
    """Return where the number begins with its sign, and whether it is negative."""
    if start == 0 or text[start - 1] not in "-−–+":
        return start, False
    before = text[: start - 1].rstrip()
    opens = start == 1 or text[start - 2] in " ([=<>~≈,;:/\t\n"
    if not opens or (before[-1:].isdigit() and text[start - 1] != "+"):
        return start, False
    return start - 1, text[start - 1] != "+"


def _after(pattern: re.Pattern[str], text: str, end: int) -> tuple[Decimal | None, int]:
    match = pattern.match(text, end)
    return (_decimal(match["value"]), match.end()) if match else (None, end)


def _range_end(text: str, end: int, core: Decimal) -> tuple[Decimal | None, int]:
    """Return the end of a range, which is never below its beginning ("in 1997 to 11.4" is none)."""
    upper, stop = _after(_RANGE, text, end)
    short_year = upper is not None and re.fullmatch(r"[–—−-]\d\d", text[end:stop]) and 1800 <= core < 2100
    return (upper, stop) if upper is not None and (upper >= core or short_year) else (None, end)


def _scale(text: str, end: int) -> tuple[Decimal, int]:
    match = SCALE.match(text, end)
    if match is None:
        return Decimal(1), end
    return Decimal(SCALES[match["scale"] or match["letter"]]), match.end()


def _unit(text: str, end: int) -> tuple[str, int]:
    match = UNIT.match(text, end)
    return (canonical_unit(match.group()), match.end()) if match and match.group().strip() else ("", end)


def _relation(text: str, start: int) -> Relation:
    match = _RELATION.search(text, max(0, start - 4), start)
    if match is None:
        return ""
    sign = match["sign"]
    return "<" if sign in "<≤⩽" else ">" if sign in ">≥⩾" else "≈"


def _settle_kind(text: str, number: Number, kind: NumberKind) -> Number:
    """Tell years and labels from quantities once the whole number is known."""
    if kind == "label" and not number.unit and number.uncertainty is None:
        return replace(number, kind="label")
    digits = re.fullmatch(r"\d{4}(?:\s?[–—-]\s?\d{2,4}|\s+to\s+\d{4})?", number.printed)
    if not digits or number.unit or number.relation or not 1800 <= number.value < 2100:
        return number
    before = text[max(0, number.start - 40) : number.start]
    if _CITED_YEAR.search(before) and re.match(r"[a-z]?\s?[);,]", text[number.end :]):
        return replace(number, kind="citation")
    if re.search(r"=\s?$", before) or _COUNTED.match(text, number.end):
        return number
    return replace(number, kind="year")


def _read_words(text: str, match: re.Match[str]) -> Number | None:
    """Return a spelled-out number; a lone "one" is none, for it mostly means "a" or stands for a noun."""
    word = match["words"].lower()
    start, end = match.span()
    if word in ("twice", "thrice"):
        return Number(text[start:end], start, end, "quantity", Decimal(2 if word == "twice" else 3), unit="×")
    value = Decimal(sum(_TENS.get(part, _SPELLED.get(part, 0)) for part in re.split("[- ]", word)))
    scale, end = _scale(text, end)
    unit, end = _unit(text, end)
    if word == "one" and scale == 1 and unit not in ("%", "points", "×"):
        return None
    if re.match(r"-shot\b", text[end:]):
        return None
    return Number(text[start:end], start, end, "quantity", value * scale, scale, unit)
