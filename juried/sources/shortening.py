"""Queries that a database takes: terms quoted where they must be, and no more of them than it reads."""

from __future__ import annotations

import re
from collections.abc import Callable

_WORD = re.compile(r"[^\W_]+")
_OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT", "TO"})


def fitted(query: str, translate: Callable[[str], str], limit: int) -> tuple[str, str]:
    """Return a query's translation of at most `limit` characters in UTF-8, and a note when words were left out.

    Words are left out from the end; brackets that stay open are closed by the translation.
    """
    sent = translate(query)
    words = query.split()
    kept = len(words)
    while len(sent.encode()) > limit and kept > 1:
        kept = kept * 3 // 4
        sent = translate(" ".join(words[:kept]))
    if len(sent.encode()) > limit:
        return "", f"The query is longer than the {limit} characters that the database takes. Shorten it."
    note = f"Only the first {kept} of {len(words)} words were sent: the database takes no longer query."
    return sent, "" if kept == len(words) else note


def bare_or_quoted(term: str) -> str:
    """Return a single word as it is, so that the database may stem it, and anything else in quotes."""
    bare = _WORD.fullmatch(term) is not None and term not in _OPERATORS
    return term if bare else f'"{term}"'
