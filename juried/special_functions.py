"""Tail probabilities of the normal, t, F and chi-square distributions, by continued fractions and series.

The incomplete beta and gamma functions follow Numerical Recipes (Press et al. 2007, sections 6.2 and 6.4); they are
good to about twelve digits for the degrees of freedom of published tests.
"""

from __future__ import annotations

from math import erfc, exp, lgamma, log, sqrt

_ROUNDS = 500
_TINY = 1e-300
_PRECISE = 1e-15


def normal_tail(z: float) -> float:
    """Return P(|Z| > |z|) of the standard normal distribution."""
    return erfc(abs(z) / sqrt(2))


def t_tail(t: float, freedom: float) -> float:
    """Return P(|T| > |t|) of Student's distribution; `freedom` is above 0."""
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def f_tail(f: float, above: float, below: float) -> float:
    """Return P(F > f) for the degrees of freedom of numerator and denominator, both above 0; 1 for f of 0 or less."""
    return 1.0 if f <= 0 else incomplete_beta(below / 2, above / 2, below / (below + above * f))


def chi_square_tail(value: float, freedom: float) -> float:
    """Return P(X > value) of the chi-square distribution; 1 for a value of 0 or less."""
    return 1.0 if value <= 0 else upper_gamma(freedom / 2, value / 2)


def correlation_tail(r: float, freedom: float) -> float:
    """Return the two-sided p of a correlation with n - 2 degrees of freedom; 0 for a perfect one."""
    return 0.0 if abs(r) >= 1 else t_tail(r * sqrt(freedom / (1 - r * r)), freedom)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b) for a, b > 0 and x from 0 to 1."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Evaluate the continued fraction of the incomplete beta function by Lentz's method."""
    c, d = 1.0, _safe(1 - (a + b) * x / (a + 1))
    d = 1 / d
    value = d
    for m in range(1, _ROUNDS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d, c = 1 / _safe(1 + step * d), _safe(1 + step / c)
            value *= d * c
        if abs(d * c - 1) < _PRECISE:
            break
    return value


def upper_gamma(a: float, x: float) -> float:
    """Return the regularised upper incomplete gamma function Q(a, x) for a > 0 and x >= 0."""
    if x <= 0:
        return 1.0
    front = exp(-x + a * log(x) - lgamma(a))
    return 1 - front * _gamma_series(a, x) if x < a + 1 else front * _gamma_fraction(a, x)


def _gamma_series(a: float, x: float) -> float:
    term = total = 1 / a
    for n in range(1, _ROUNDS * 10):
        term *= x / (a + n)
        total += term
        if term < total * _PRECISE:
            break
    return total


def _gamma_fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / _safe(b)
    value = d
    for n in range(1, _ROUNDS * 10):
        step = -n * (n - a)
        b += 2
        d, c = 1 / _safe(step * d + b), _safe(b + step / c)
        value *= d * c
        if abs(d * c - 1) < _PRECISE:
            break
    return value


def _safe(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
