"""Words that make a claim say less than its cells can decide: bounds, hedges, exceptions, denials, positions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from juried.table_claims.cues import denies
from juried.text.numbers import Number

_BEFORE = re.compile(
    r"(?:\b(?:(?:more|less|fewer|greater|higher|lower|larger|smaller|better|worse|other|longer|shorter|faster|slower)\s+than|"
    r"at\s+(?:least|most|best)|over|under|above|below|beyond|past|up\s+to|down\s+to|upwards?\s+of|(?:in\s+)?excess\s+of|"
    r"exceed\w*|surpass\w*|pass(?:es|ed)|tops|topped|cross(?:es|ed)|nearly|almost|about|around|roughly|approximately|"
    r"approx\.?|circa|ca\.?|close\s+to|near|some|between|within|as\s+(?:many|much|high|low|few|little)\s+as|"
    r"min(?:imum)?(?:\s+of)?|max(?:imum)?(?:\s+of)?|short\s+of|order\s+of)|[<>≤≥⩽⩾~≈])"
    r"\s*(?:an?\s+|the\s+|another\s+|exactly\s+|only\s+)*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:\+|,?\s*\b(?:or|and)\s+(?:more|higher|above|better|over|up|upwards?|less|lower|below|under|fewer|so)\b|"
    r"\s*at\s+(?:least|most|best)\b|\s*(?:approximately|roughly|or\s+thereabouts)\b)",
    re.IGNORECASE,
)
# "Only" right before a number ("by only 2 points") leaves that number exact.
_HEDGE = re.compile(
    r"\b(?:except\w*|but|only(?!\s+(?:by\s+)?[\d.])|alone|solely|exclusively|merely|rarely|seldom|scarcely|sometimes|"
    r"often|occasionally|usually|mostly|mainly|largely|generally|typically|partly|partially|almost|nearly|virtually|"
    r"practically|arguably|probably|perhaps|possibly|likely|seems?|seemed|appears?|appeared|apparently|supposedly|"
    r"allegedly|claimed|contrary|false|falsely|untrue|incorrect|wrong|excluding|besides|apart\s+from|aside\s+from|"
    r"other\s+than|save\s+for|instead|rather|either|or|half|a\s+(?:third|quarter)|(?:one|some|any|many|few)\s+of|"
    r"(?:in|on|for|at|of|across|over|under)\s+(?:the\s+|a\s+)?(?:most|some|many|several|few|part|majority|minority)|"
    r"second|third|fourth|fifth|last|next|runner-up|\d+(?:nd|rd|th)|tied|ties|joint|jointly)\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(r"\b(?:while|whereas|although|though|however|yet|conversely|vice\s+versa)\b|;", re.IGNORECASE)


def is_bound(number: Number, claim: str) -> bool:
    """Whether a number is a bound, a range or an estimate ("at least 80", "over 80", "80-81", "about 80")."""
    if number.relation or number.upper is not None:
        return True
    return bool(_BEFORE.search(claim[: number.start]) or _AFTER.match(claim, number.end))


def is_limited(claim: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a claim hedges, excepts or denies anywhere outside the spans of its names."""
    free = outside(claim, spans)
    return bool(_HEDGE.search(free)) or denies(free)


def contrasts(claim: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a claim sets one statement against another ("while", "whereas"), outside the spans of its names."""
    return bool(_CONTRAST.search(outside(claim, spans)))


def outside(claim: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a claim with its names blanked, of the same length."""
    kept = list(claim)
    for start, end in spans:
        kept[start:end] = "_" * (end - start)
    return "".join(kept)
