"""Words by which prose compares values: better and worse, more and less, best and worst, alike; and denials."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

CueKind = Literal["compare", "best", "alike", "level"]

_GOOD = (
    r"outperform\w*|surpass\w*|superior|beats?|beating|better|improv\w+|stronger|strongest|"
    r"more (?:accurate|effective|robust|precise|competitive)|gains?|boost\w*|benefit\w*|helps?|"
    r"advantage\w*|win|wins|faster|ahead|enhanc\w*"
)
_BAD = (
    r"underperform\w*|inferior|worse|weaker|poorer|degrad\w*|hurts?|harms?|deteriorat\w*|slower|"
    r"less (?:accurate|effective|robust|precise)|behind|suffers?|fail\w*|detriment\w*|outperformed by"
)
_MORE = r"higher|larger|greater|more|increas\w+|rise[sn]?|rose|bigger|longer|above|grows?|grew|exceed\w*"
_LESS = (
    r"lower|smaller|fewer|less|decreas\w+|reduc\w+|drop\w*|declin\w+|below|falls?|fell|shorter|diminish\w*|loss|lose\w*"
)
_BEST = (
    r"best|state[- ]of[- ]the[- ]art|sota|top[- ](?:performing|ranked|scoring)|optimal|strongest|"
    r"most (?:accurate|effective|robust)|fastest|ranks? first"
)
_HIGHEST = r"highest|largest|greatest|maximum|most|maximal|peaks?|longest|biggest"
_WORST = r"worst|weakest|poorest|slowest|least (?:accurate|effective|robust)"
_LOWEST = r"lowest|smallest|fewest|least|minimum|minimal|shortest"
_ALIKE = (
    r"similar\w*|comparabl[ey]|same|on par|in par|equal\w*|equivalent|close to|competitive|identical|"
    r"match(?:es|ed)?|roughly|approximately the same|nearly|unchanged|"
    r"no (?:significant )?(?:difference|change)s?|different|differ\w*"
)
_HIGH = (
    r"high|strong|substantial\w*|well|good|great|considerabl[ey]|dramatic\w*|notabl[ey]|clear|huge|"
    r"big|promising|impressive|large(?! (?:margin|scale|number|amount|extent|gap|scale))(?!-)"
)
_LOW = r"low(?!-)|small(?!-)|weak|poor\w*|bad\w*|limited|difficult|hard|struggl\w*|insufficient|negligible|minor|slim"
_DENIAL = re.compile(
    (
        r"\b(?:not|no|none|never|neither|nor|without|cannot|fails? to|failed to|unable to|lacks?|hardly|"
        r"barely|far from)\b|n't\b"
    ),
    re.IGNORECASE,
)
_STANDS = re.compile(
    r"\b(?:not only|no longer|without any|no matter|(?:does|do|did|is|are|was|were) not (?:necessarily|always))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cue:
    """One comparing word of a clause.

    `sign` is 1 for up and -1 for down; `quality` says that up means better rather than a larger number.
    """

    kind: CueKind
    sign: int
    quality: bool
    start: int
    end: int
    word: str


_LISTS: tuple[tuple[CueKind, int, bool, str], ...] = (
    ("best", 1, True, _BEST),
    ("best", 1, False, _HIGHEST),
    ("best", -1, True, _WORST),
    ("best", -1, False, _LOWEST),
    ("compare", -1, True, _BAD),
    ("compare", 1, True, _GOOD),
    ("compare", 1, False, _MORE),
    ("compare", -1, False, _LESS),
    ("alike", 0, False, _ALIKE),
    ("level", 1, True, _HIGH),
    ("level", -1, True, _LOW),
)
_TABLE = tuple(
    (kind, sign, quality, re.compile(rf"(?<![\w-])(?:{words})(?![\w])", re.IGNORECASE))
    for kind, sign, quality, words in _LISTS
)
_SUPPORTING = re.compile(
    (
        r"\b(?:most of|(?:for|in|on|of|across|over) (?:the )?most|at most|at least|more than|less than|"
        r"fewer than|at best|second[- ]best|most likely)\b"
    ),
    re.IGNORECASE,
)


def find_cues(clause: str) -> tuple[Cue, ...]:
    """Return the comparing words of a clause in order, none overlapping another; earlier kinds of the table win."""
    taken: list[tuple[int, int]] = [found.span() for found in _SUPPORTING.finditer(clause)]
    cues: list[Cue] = []
    for kind, sign, quality, pattern in _TABLE:
        for found in pattern.finditer(clause):
            if not any(start < found.end() and found.start() < end for start, end in taken):
                taken.append(found.span())
                cues.append(Cue(kind, sign, quality, found.start(), found.end(), found.group().lower()))
    return tuple(sorted(cues, key=lambda cue: cue.start))


def denied(clause: str, at: int) -> bool:
    """Whether a word is denied: an odd number of denials among the ten words before it in its clause."""
    before = _STANDS.sub(lambda m: "" if "only" in m.group().lower() else m.group(), clause[:at])
    near = " ".join(before.split()[-10:])
    return len(_DENIAL.findall(near)) % 2 == 1


def denies(text: str) -> bool:
    """Whether any word of a text denies ("not", "never", "without")."""
    return bool(_DENIAL.search(text))
