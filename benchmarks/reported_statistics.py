"""Tests at critical values that statistical tables print, and the same tests with a p that does not follow."""

from __future__ import annotations

# Two-sided critical values of t and r, upper ones of F and chi-square, as textbooks print them.
CRITICAL: tuple[str, ...] = (
    "t(1) = 12.706, p = .05", "t(5) = 2.571, p = .05", "t(10) = 2.228, p = .05", "t(20) = 2.845, p = .01",
    "t(30) = 2.042, p = .05", "t(60) = 3.460, p = .001", "t(120) = 1.980, p = .05", "t(15) = 1.753, p = .05",
    "F(1, 10) = 4.96, p = .05", "F(2, 30) = 3.32, p = .05", "F(3, 20) = 4.94, p = .01", "F(5, 60) = 2.37, p = .05",
    "F(4, 40) = 3.83, p = .01", "F(1, 120) = 6.85, p = .01", "F(10, 12) = 2.75, p = .05", "F(2, 15) = 6.36, p = .01",
    "χ2(1) = 3.841, p = .05", "χ2(2) = 9.210, p = .01", "χ2(5) = 11.070, p = .05", "χ2(10) = 18.307, p = .05",
    "χ2(20) = 37.566, p = .01", "χ2(1, N = 90) = 6.635, p = .01", "χ2(4) = 18.467, p = .001",
    "r(10) = .576, p = .05", "r(20) = .537, p = .01", "r(30) = .349, p = .05", "r(50) = .273, p = .05",
    "z test: z = 1.960, p = .05", "z test: z = 2.576, p = .01", "z test: z = 3.291, p = .001",
)  # fmt: skip
_OTHER = {".05": (".005", ".16", "< .01"), ".01": (".001", ".04", "< .005"), ".001": (".01", ".0001", "< .0001")}


def falsified() -> list[str]:
    """Return each test with three values of p that it does not give, one-sided or two-sided."""
    found = []
    for text in CRITICAL:
        head, _, p = text.rpartition("= ")
        found += [f"{head}{other}" if other.startswith("<") else f"{head}= {other}" for other in _OTHER[p]]
    return found
