"""Rows of the table of costs, and what is counted from prompts and checkpoints."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from juried.text.tokens import encode

HEAD = """# What a run costs

Made by `python -m benchmarks.performance --papers DATA/papers/jats`, where DATA is a folder with open JATS papers.
{how}.

| what | measured | required | | how |
| --- | ---: | ---: | --- | --- |"""


@dataclass(frozen=True)
class Row:
    """One number with what is required of it: at most `limit`, or at least where `least`; None is no requirement."""

    what: str
    value: float
    limit: float | None
    unit: str
    how: str
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the requirement is met; True where there is none."""
        return self.limit is None or (self.value >= self.limit if self.least else self.value <= self.limit)


def table(rows: Sequence[Row], how: str) -> str:
    """Return the rows as Markdown; a requirement that is missed is marked."""
    return "\n".join([HEAD.format(how=how), *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    sign = "≥" if row.least else "≤"
    limit = "" if row.limit is None else f"{sign} {row.limit:g} {row.unit}"
    mark = "" if row.limit is None else "met" if row.met else "**missed**"
    return f"| {row.what} | {_number(row.value)} {row.unit} | {limit} | {mark} | {row.how} |"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}" if value < 1 else f"{value:.1f}"


def shared_prefix(prompts: Sequence[str]) -> float:
    """Return the share of their tokens that prompts of one batch have in common at the beginning; 0 of none."""
    coded = [encode(prompt) for prompt in prompts]
    if not coded:
        return 0.0
    shared = 0
    for column in zip(*coded, strict=False):
        if len(set(column)) > 1:
            break
        shared += 1
    return shared / max(len(tokens) for tokens in coded)


def longest_chain(intervals: Sequence[tuple[float, float]]) -> int:
    """Return how many calls at most followed one another, each begun after the one before had ended."""
    count, free_at = 0, float("-inf")
    for begun, ended in sorted(intervals, key=lambda pair: pair[1]):
        if begun >= free_at:
            count, free_at = count + 1, ended
    return count


def in_flight(intervals: Sequence[tuple[float, float]]) -> float:
    """Return the seconds in which at least one call was under way."""
    total, upto = 0.0, float("-inf")
    for begun, ended in sorted(intervals):
        total += max(0.0, ended - max(begun, upto))
        upto = max(upto, ended)
    return total


def largest_checkpoint(folder: Path) -> int:
    """Return the bytes of the largest checkpoint of a run with all that was written in its step."""
    with sqlite3.connect(folder / "checkpoints.sqlite") as database:
        sizes = dict(database.execute("SELECT checkpoint_id, length(checkpoint) + length(metadata) FROM checkpoints"))
        written = database.execute("SELECT checkpoint_id, sum(length(value)) FROM writes GROUP BY checkpoint_id")
        for checkpoint, size in written:
            sizes[checkpoint] = sizes.get(checkpoint, 0) + size
    return int(max(sizes.values()))
