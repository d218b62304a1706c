"""Queries for databases that know no phrases and no brackets: words joined by OR within clauses, clauses by AND."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from juried.sources.lexical import parse_query

MOST_CLAUSES = 24
_TOKEN = re.compile(r'"([^"]*)"|([()])|(AND|OR)')
Clause = tuple[str, ...]


@dataclass(frozen=True)
class Clauses:
    """A query in conjunctive normal form: every clause must hold, one word of it suffices; and what found no room."""

    clauses: tuple[Clause, ...]
    left_out: tuple[str, ...] = ()


def clauses_of(query: str) -> Clauses:
    """Return a query of the common language as clauses of single words; a phrase becomes all of its words.

    An alternative that would make more than 24 clauses is left out and named. Without a word there are no clauses.
    """
    tokens = [match.groups() for match in _TOKEN.finditer(parse_query(query))]
    reader = _Reader(tokens)
    found = reader.group() if tokens else ()
    return Clauses(tuple(found), tuple(reader.left_out))


class _Reader:
    """Reads an expression of quoted terms, AND, OR and brackets; it is well formed, since a parser wrote it."""

    def __init__(self, tokens: Sequence[tuple[str | None, ...]]) -> None:
        self._tokens = list(reversed(tokens))
        self.left_out: list[str] = []

    def group(self) -> list[Clause]:
        """Return the clauses of operands up to the closing bracket or the end; a group has one operator."""
        operands = [self._operand()]
        operator = ""
        while self._tokens and (token := self._tokens.pop())[1] != ")":
            operator = token[2] or ""
            operands.append(self._operand())
        if operator != "OR":
            return _absorbed([clause for clauses, _ in operands for clause in clauses])
        return self._either(operands)

    def _operand(self) -> tuple[list[Clause], str]:
        term, bracket, _ = self._tokens.pop()
        if bracket:
            return self.group(), "a group in brackets"
        words = dict.fromkeys(re.findall(r"[^\W_]+", (term or "").lower()))
        return [(word,) for word in words], term or ""

    def _either(self, operands: list[tuple[list[Clause], str]]) -> list[Clause]:
        """Return clauses that hold when one operand does: each clause of one joined with each of the others."""
        result: list[Clause] = []
        for clauses, name in operands:
            if not clauses:
                continue
            joined = _absorbed([_union(first, second) for first in result or [()] for second in clauses])
            if result and len(joined) > MOST_CLAUSES:
                self.left_out.append(name)
            else:
                result = joined
        return result


def _union(first: Clause, second: Clause) -> Clause:
    return tuple(dict.fromkeys((*first, *second)))


def _absorbed(clauses: list[Clause]) -> list[Clause]:
    """Leave out each clause that holds whenever a smaller one does."""
    distinct = list({frozenset(clause): clause for clause in clauses}.items())
    return [clause for words, clause in distinct if not any(other < words for other, _ in distinct)]
