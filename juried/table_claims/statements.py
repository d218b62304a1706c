"""The comparing statements of a claim: which lines of a table it sets above, below or beside others, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from juried.measurement_labels import clean_label
from juried.measurement_terms import find_metrics, is_no_score
from juried.table_claims.cues import Cue, denied, find_cues
from juried.table_claims.grid import AXES, Axis, Grid, Line
from juried.table_claims.mentions import Mention, find_mentions, own_lines
from juried.table_claims.roles import competing_axis, is_metric

_CLAUSE = re.compile(
    (
        r"(?<=[.;:!?])\s+|;|\b(?:despite|in spite of|even though)\b|,?\s+\b(?:but|while|whereas|although|"
        r"though|however|and (?=(?:\w+ ){0,4}(?:is|are|has|have|performs?|achieves?|outperforms?|does|do|"
        r"gets?|obtains?|shows?)\b))|,\s+(?=which\b|with\b|outperforming\b|beating\b|showing\b|and\b|"
        r"where\b|whilst\b|even\b)"
    ),
    re.IGNORECASE,
)
_THAN = re.compile(
    (
        r"\b(?:than|over|compared? (?:to|with)|in comparison (?:to|with)|relative to|versus|vs\.?|"
        r"against|from|as opposed to|unlike|except(?: for)?|baselines?)\b"
    ),
    re.IGNORECASE,
)
_BEFORE_THAN = re.compile(
    r"\b(?:compared? (?:to|with)|in comparison (?:to|with)|relative to|unlike|as opposed to|in contrast (?:to|with))\b",
    re.IGNORECASE,
)
_TRANSITIVE = re.compile(r"outperform|underperform|surpass|exceed|beat|improv", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:outperformed|surpassed|exceeded|beaten) by$", re.IGNORECASE)
_EVERYWHERE = re.compile(
    r"\b(?:all|every|each|consistent(?:ly)?|across|always|both|any|none|uniform(?:ly)?|in general)\b", re.IGNORECASE
)
_PLACE = re.compile(
    r"\b(?:on|in|for|across|under|at|of|in terms of|with respect to|w\.r\.t\.?|regarding|"
    r"using)\s+(?:the |both |all |each |most |our )?"
    r"(?:[\w.@-]+\s*(?:,|and|or)\s+(?:the )?)*$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"improvements?$|reductions?$|gains?$|boost$|increase$|decrease$|drop$|differences?$|loss$|advantage$"
)
_FROM_TO = re.compile(r"\bfrom\b.*?\bto\b", re.IGNORECASE)
_FAST = re.compile(r"fast|slow", re.IGNORECASE)
_TIMES = re.compile(r"\b(?:time|train|decode|infer\w*|speed|latency|seconds|throughput|sec|s|ms)\b", re.IGNORECASE)
_REMOVING = re.compile(
    r"\b(?:remov\w+|without|w/o|no|exclud\w+|ablat\w+|drop(?:ping|ped)?|omit\w*|lack\w*|delet\w+|absence)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"[\s,/&]*(?:and|or|as well as|both|the|other|all|models?)?[\s,]*(?:the|other|a)?\s*", re.IGNORECASE
)


@dataclass(frozen=True)
class Statement:
    """One comparison: the subject's lines against the object's on one axis, over the crossing lines of `scope`.

    `others` is empty where the claim names no rival; `everywhere` says that it speaks of all cases;
    `sure` is the least score of the names that it rests on.
    """

    cue: Cue
    denied: bool
    axis: Axis
    subject: tuple[Line, ...]
    others: tuple[Line, ...]
    scope: tuple[Line, ...]
    everywhere: bool
    sure: float
    named_scope: bool
    removing: bool = False


def clauses(claim: str) -> list[tuple[int, int]]:
    """Return the clauses of a claim as offsets, in order; those without a word are left out."""
    found, at = [], 0
    for cut in _CLAUSE.finditer(claim):
        found.append((at, cut.start()))
        at = cut.end()
    found.append((at, len(claim)))
    return [(start, end) for start, end in found if re.search(r"\w", claim[start:end])]


def statements(claim: str, grid: Grid) -> tuple[Statement, ...]:
    """Return the comparing statements of a claim over a table, in its order; none where no line is named."""
    named = find_mentions(claim, grid)
    mentions = tuple(sorted((*named, *own_lines(claim, grid)), key=lambda m: (m.start, m.end)))
    found: list[Statement] = []
    carried: list[Mention] = []
    for start, end in clauses(claim):
        held = [m for m in mentions if start <= m.start < end]
        cues = _telling(find_cues(claim[start:end]))
        for number, cue in enumerate(cues):
            stop = start + cues[number + 1].start if number + 1 < len(cues) else end
            clause = _Clause(claim[start:end], start, stop, claim, tuple(held), tuple(carried), mentions, grid)
            made = _state(clause, cue)
            if made is not None:
                found.append(made)
        carried = held or carried
    return tuple(found)


def _telling(cues: Sequence[Cue]) -> list[Cue]:
    """Leave out nouns of change that only say how much an earlier verb of the clause means ("by a drop of 3 %")."""
    first = next((cue.start for cue in cues if cue.kind == "compare" and not _AMOUNT.match(cue.word)), None)
    return [cue for cue in cues if first is None or cue.start <= first or not _AMOUNT.match(cue.word)]


@dataclass(frozen=True)
class _Clause:
    """A clause with its offset, where its next comparing word begins, and the mentions in and around it."""

    text: str
    offset: int
    stop: int
    claim: str
    held: tuple[Mention, ...]
    carried: tuple[Mention, ...]
    everything: tuple[Mention, ...]
    grid: Grid


def _state(clause: _Clause, cue: Cue) -> Statement | None:
    held, grid = clause.held, clause.grid
    at = clause.offset + cue.start
    before = [m for m in held if m.start < at]
    after = [m for m in held if m.start >= at]
    subject, others, axis = _sides(clause, cue, before, after)
    if not subject or (cue.kind != "level" and _metric_share(subject) == 1 and _metric_share(others or subject) == 1):
        return None
    scope_axis: Axis = "column" if axis == "row" else "row"
    used = {*subject, *others}
    free = [m for m in held if m not in used]
    beside = [m for m in free if m.axis == scope_axis]
    crossing = (
        [m for m in beside if at <= m.start < clause.stop]
        or beside
        or [m for m in clause.everything if m.axis == scope_axis]
    )
    scope = _meet(crossing, grid.lines(scope_axis)) if crossing else _scored(grid.lines(scope_axis), cue)
    same = [m for m in free if m.axis == axis and {m.level} - {s.level for s in subject}]
    mine = _narrow(_union(subject), same)
    theirs = _narrow(_union(others), same) if others else ()
    if others and set(mine) & set(theirs):
        theirs = tuple(line for line in theirs if line not in mine)
    return Statement(
        cue, denied(clause.text, cue.start), axis, mine, theirs, scope,
        bool(_EVERYWHERE.search(clause.text)), min(m.score for m in used), bool(crossing),
        bool(_REMOVING.search(clause.claim)),
    )  # fmt: skip


def _sides(
    clause: _Clause, cue: Cue, before: list[Mention], after: list[Mention]
) -> tuple[list[Mention], list[Mention], Axis]:
    """Return the mentions that stand for subject and rival, and their axis."""
    best: tuple[float, list[Mention], list[Mention], Axis] = (0.0, [], [], "row")
    for axis in AXES:
        mine, theirs = ([m for m in side if m.axis == axis] for side in (before, after))
        placed = [m for m in (*mine, *theirs) if _in_place(clause, m)]
        free = [m for m in mine if m not in placed] or mine
        subject, others = _split(clause, cue, free, theirs, [m for m in clause.carried if m.axis == axis])
        if not subject:
            continue
        weight = sum(m.score for m in subject) / len(subject) + (1.0 if others else 0.0)
        weight -= 0.6 * _metric_share(subject) + 0.4 * all(m in placed for m in subject)
        weight += 0.5 * (axis == competing_axis(clause.grid))
        if weight > best[0]:
            best = (weight, subject, others, axis)
    return best[1], best[2], best[3]


def _metric_share(mentions: Sequence[Mention]) -> float:
    return sum(is_metric(m.label) for m in mentions) / len(mentions)


def _in_place(clause: _Clause, mention: Mention) -> bool:
    """Whether a preposition makes a place of a mention ("on X", "in terms of X"), also further on in a list."""
    return bool(_PLACE.search(clause.text[: max(0, mention.start - clause.offset)]))


def _nearest(mentions: list[Mention], clause: _Clause) -> list[Mention]:
    """Return the last mentions of a list with those that are joined to them by "and", "or" and commas."""
    kept: list[Mention] = []
    for mention in reversed(mentions):
        if kept and mention.end <= kept[-1].start and not _joins(clause, mention, kept[-1]):
            break
        kept.append(mention)
    return kept[::-1]


def _first(mentions: list[Mention], clause: _Clause) -> list[Mention]:
    """Return the first mention of a list with those that are joined to it."""
    kept: list[Mention] = []
    for mention in mentions:
        if kept and mention.start >= kept[-1].end and not _joins(clause, kept[-1], mention):
            break
        kept.append(mention)
    return kept


def _joins(clause: _Clause, first: Mention, second: Mention) -> bool:
    return _JOINED.fullmatch(clause.text[first.end - clause.offset : second.start - clause.offset]) is not None


def _split(
    clause: _Clause, cue: Cue, before: list[Mention], after: list[Mention], carried: list[Mention]
) -> tuple[list[Mention], list[Mention]]:
    """Return subject and rival among the mentions of one axis before and after a comparing word."""
    moved = _from_to(clause, cue, after)
    if moved:
        return moved
    led = _BEFORE_THAN.search(clause.text[: cue.start])
    if led and before:
        rivals = [m for m in before if m.start >= clause.offset + led.start()][:1]
        rest = [m for m in before if m not in rivals] or after
        return _nearest(rest, clause), rivals if rest else []
    if cue.kind == "best" and not before:
        return _first(after, clause), []
    mine = _nearest(before, clause) or carried
    than = _THAN.search(clause.text, cue.end)
    if than:
        at = clause.offset + than.start()
        rivals = _first([m for m in after if m.start >= at], clause)
        return mine or [m for m in after if m.start < at], _unplaced(rivals, clause) or rivals
    if _TRANSITIVE.match(cue.word):
        return mine, _unplaced(_first(after, clause), clause) if mine else []
    return mine or _first(after, clause), []


def _unplaced(mentions: list[Mention], clause: _Clause) -> list[Mention]:
    return [m for m in mentions if not _in_place(clause, m)]


def _from_to(clause: _Clause, cue: Cue, after: list[Mention]) -> tuple[list[Mention], list[Mention]] | None:
    """Return the ends of "increased from A to B": B against A; None without both."""
    moved = _FROM_TO.search(clause.text, cue.start)
    if not moved or cue.kind != "compare":
        return None
    start, end = moved.start() + clause.offset, moved.end() + clause.offset
    left = [m for m in after if start <= m.start < end]
    right = [m for m in after if m.start >= end and m not in left]
    return (_first(right, clause)[:1], left[:1]) if left and right else None


def _scored(lines: Sequence[Line], cue: Cue) -> tuple[Line, ...]:
    """Return the lines that a claim without a named metric speaks of: times for "faster", else no counts and sizes."""
    if not cue.quality:
        return tuple(lines)
    labels = {line: clean_label(" ".join(line.path)) for line in lines}
    if _FAST.match(cue.word):
        kept = [line for line in lines if _TIMES.search(labels[line])]
    else:
        kept = [line for line in lines if find_metrics(labels[line]) or not is_no_score(labels[line])]
    return tuple(kept or lines)


def _union(mentions: Sequence[Mention]) -> tuple[Line, ...]:
    return tuple(sorted({line for m in mentions for line in m.lines}, key=lambda line: (line.at, line.path)))


def _narrow(lines: tuple[Line, ...], mentions: Sequence[Mention]) -> tuple[Line, ...]:
    """Keep the lines that mentions of other header levels hold too, unless none is left."""
    allowed = _union(mentions)
    kept = tuple(line for line in lines if line in allowed)
    return kept or lines


def _meet(mentions: Sequence[Mention], lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines that are named on every header level that is named at all; all lines when none is."""
    kept = list(lines)
    for level in sorted({m.level for m in mentions}):
        allowed = {line for m in mentions if m.level == level for line in m.lines}
        kept = [line for line in kept if line in allowed] or kept
    return tuple(kept)
