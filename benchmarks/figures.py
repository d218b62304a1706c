"""What several benchmarks print and compare: shares with their intervals, and the words of a text."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def interval(hits: int, n: int) -> str:
    """Return a share with its 95 % Wilson interval; a dash for no items."""
    if not n:
        return "– (n = 0)"
    z, share = 1.96, hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * ((share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5) / (1 + z * z / n)
    return f"{share:.3f} [{max(0.0, middle - half):.3f}, {min(1.0, middle + half):.3f}] (n = {n})"


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, compatibility forms resolved."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())
