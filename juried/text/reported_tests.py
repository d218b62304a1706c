"""Statistical tests as texts report them, t(28) = 2.20, p = .036, and whether value, freedom and p go together.

After statcheck (Nuijten et al. 2016, doi:10.3758/s13428-015-0664-2): p is computed anew from the test value and
its degrees of freedom. The printed value stands for all that round to it, so p has a range; a stated p is
consistent when its own rounding meets that range, two-sided or, for t, z and r, one-sided.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from juried.special_functions import chi_square_tail, correlation_tail, f_tail, normal_tail, t_tail

TestName = Literal["t", "F", "chi2", "r", "z"]
_VALUE = r"[-−–]?\s?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
_DF = r"(?:df\s*=\s*)?"
_FREEDOM = (
    rf"\(\s*{_DF}(?P<first>\d+(?:\.\d+)?)\s*(?:,\s*{_DF}(?P<second>\d+(?:\.\d+)?))?"
    r"\s*(?:,\s*[Nn]\s*=\s*[\d,]+\s*)?\)"
)
_TEST = re.compile(
    rf"(?<![\w])(?P<name>t|F|r|z|Z|χ\s?[²2]|χ\s?\^\s?\{{?2\}}?|[Xx]\s?[²2]|chi-?squared?|chi-?2)"
    rf"\s*(?:{_FREEDOM})?\s*=\s*(?P<value>{_VALUE})"
    rf"(?:\s*,\s*[A-Za-zηωε²_]{{1,7}}\s*=\s*{_VALUE})?[^.;()=<>]{{0,25}}?(?:\([^()]*\))?[\s,;]*"
    r"\(?\s*p(?:\s?-?values?)?\s*(?P<relation>[=<>≤≥])"
    r"\s*(?P<p>\d?\.\d+(?:\s?[×x]\s?10\s?\^?\s?[-−–⁻]\d+|[eE][-−]\d+)?)",
)
_CORRECTED = re.compile(
    r"\b(?:bonferroni|corrected|adjusted|greenhouse|huynh|fdr|holm|tukey|permutation|bootstrap)\b", re.IGNORECASE
)
_TAILED = re.compile(r"\b(?:one|1|single)[-‐ ](?:tailed|sided|tail)\b", re.IGNORECASE)
# A bare z is a redshift, a depth or a charge as often as a test.
_Z_TEST = re.compile(
    r"\b(?:z-?\s?)?(?:tests?|statistics?|scores?)\b|\b(?:wilcoxon|mann|wald|sobel|log-?rank)\b", re.IGNORECASE
)
_NEAR = 80
_ONE_SIDED: frozenset[TestName] = frozenset(["t", "r", "z"])


@dataclass(frozen=True)
class ReportedTest:
    """One test of a text; `low` and `high` bound the two-sided p that its printed value allows.

    `consistent` is None where a correction or missing degrees of freedom keep p from being recomputed, and for a z
    near which no word speaks of a test, statistic or score.
    """

    printed: str
    name: TestName
    low: float
    high: float
    stated: Decimal
    relation: str
    consistent: bool | None

    @property
    def computed(self) -> str:
        """The recomputed two-sided p for people: one number, or a range where rounding leaves one."""
        low, high = f"{self.low:.3g}", f"{self.high:.3g}"
        return low if low == high else f"{low} to {high}"


def reported_tests(text: str) -> tuple[ReportedTest, ...]:
    """Return the tests that a text reports with a p value, in order; a text without any has none."""
    corrected = bool(_CORRECTED.search(text))
    return tuple(_read(found, corrected) for found in _TEST.finditer(text))


def same_test(first: ReportedTest, second: ReportedTest) -> bool:
    """Whether two texts print one test: value, degrees of freedom (as far as p follows from them), p and relation."""
    return all(getattr(first, part) == getattr(second, part) for part in ("name", "low", "high", "stated", "relation"))


def _is_test(found: re.Match[str]) -> bool:
    near = found.string[max(0, found.start() - _NEAR) : found.end() + _NEAR]
    return found["name"] not in "zZ" or bool(found["first"] or _Z_TEST.search(near))


def _read(found: re.Match[str], corrected: bool) -> ReportedTest:
    name = _name(found["name"])
    value = Decimal(re.sub(r"[−–]", "-", found["value"]).replace(",", "").replace(" ", ""))
    half = Decimal(1).scaleb(int(value.as_tuple().exponent)) / 2
    first, second = (float(found[part]) if found[part] else None for part in ("first", "second"))
    tail = _tail(name, first, second)
    stated = _p(found["p"])
    if tail is None or not _is_test(found):
        return ReportedTest(found.group(), name, 0.0, 1.0, stated, found["relation"], None)
    ends = (max(Decimal(0), abs(value) - half), abs(value) + half)
    high, low = (tail(float(end)) for end in ends)
    consistent = _agrees(_sides(name, found.string), low, high, stated, found["relation"])
    return ReportedTest(
        found.group(), name, low, high, stated, found["relation"], None if corrected and not consistent else consistent
    )


def _name(printed: str) -> TestName:
    plain: dict[str, TestName] = {"t": "t", "F": "F", "r": "r", "z": "z", "Z": "z"}
    return plain.get(printed, "chi2")


def _tail(name: TestName, first: float | None, second: float | None) -> Callable[[float], float] | None:
    """Return the function from a test value to its two-sided p; None where degrees of freedom are missing."""
    if name == "z":
        return normal_tail
    if not first or (name == "F" and not second):
        return None
    if name == "F" and second:
        return lambda value: f_tail(value, first, second)
    single: dict[str, Callable[[float, float], float]] = {"t": t_tail, "r": correlation_tail, "chi2": chi_square_tail}
    return lambda value: single[name](value, first)


def _p(printed: str) -> Decimal:
    return Decimal(re.sub(r"\s?[×x]\s?10\s?\^?\s?", "e", printed).replace("−", "-").replace("–", "-").replace("⁻", "-"))


def _sides(name: TestName, text: str) -> tuple[float, ...]:
    return (1.0, 0.5) if name in _ONE_SIDED or _TAILED.search(text) else (1.0,)


def _agrees(sides: tuple[float, ...], low: float, high: float, stated: Decimal, relation: str) -> bool:
    quantum = float(Decimal(1).scaleb(int(stated.as_tuple().exponent)))
    p, slack = float(stated), 1e-9
    for side in sides:
        least, most = low * side, high * side
        if relation in "<≤" and least < p + slack:
            return True
        if relation in ">≥" and most > p - slack:
            return True
        if relation == "=" and least <= p + quantum / 2 + slack and most >= p - quantum / 2 - slack:
            return True
    return False
