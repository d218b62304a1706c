"""The common query language in other databases' words: the parsed query, with each term and operator rewritten."""

from __future__ import annotations

import re
from collections.abc import Callable

from juried.sources.lexical import parse_query

_TERM = re.compile(r'"([^"]*)"')
_ODD = re.compile(r"[^\w\s.+#/'-]|_")


def rewrite(query: str, term: Callable[[str], str]) -> str:
    """Return a query with AND, OR and brackets, in which `term` has written each word and phrase.

    Args:
        query: A query in the common language; see `juried.sources.lexical`.
        term: Writes a clean term: words and single blanks, with at least one letter or digit, no quotes
            and no sign with a meaning in a query language.

    Returns:
        The query; "" when it holds no word.
    """
    return _TERM.sub(lambda found: term(clean_term(found[1])), parse_query(query))


def clean_term(term: str) -> str:
    """Return a term without the signs that a query language could read as its own."""
    words = (word.strip(".'/-") for word in _ODD.sub(" ", term).split())
    return " ".join(word for word in words if word)


def year_range(year_from: int | None, year_to: int | None) -> tuple[int, int] | None:
    """Return the first and the last year to ask for, open ends written out; None without any limit."""
    if year_from is None and year_to is None:
        return None
    return (1500 if year_from is None else year_from, 2999 if year_to is None else year_to)
