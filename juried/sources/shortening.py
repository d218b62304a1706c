"""Queries that a database takes: the longest beginning of a query whose translation is not too long."""

from __future__ import annotations

from collections.abc import Callable


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
