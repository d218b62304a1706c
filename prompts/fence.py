"""Fencing of text that is data: no text can close its own fence or pass for a line of the prompt."""

from __future__ import annotations

import unicodedata
from hashlib import sha256

LINE_MARK = "| "
_KEPT_CONTROLS = frozenset("\n\t\r")


def _shown(char: str) -> bool:
    """Whether a reader sees the character or needs it for spacing; tags, controls and overrides are left out."""
    return char in _KEPT_CONTROLS or unicodedata.category(char) not in ("Cc", "Cf", "Cs")


def visible(text: str) -> str:
    """Return a text without characters that no reader sees (zero-width, direction overrides, Unicode tags).

    A control character that ends a line, such as a form feed, becomes a line break.
    """
    lines = "\n".join(text.splitlines())
    return "".join(char for char in lines if _shown(char))


def one_line(text: str) -> str:
    """Return the visible text with every run of white space, line breaks included, as one blank."""
    return " ".join(visible(text).split())


def quoted_lines(text: str) -> str:
    """Return the visible text with `| ` before each line that is not blank; "" gives the mark alone."""
    lines = [line.rstrip() for line in visible(text).splitlines() if line.strip()]
    return "\n".join(LINE_MARK + line for line in lines) or LINE_MARK.rstrip()


def fenced(body: str) -> str:
    """Return a body between `<data KEY>` and `</data KEY>`, where KEY depends on the body and is not in it."""
    digest = sha256(body.encode("utf-8", "replace")).hexdigest()
    while (key := _absent_key(digest, body)) is None:
        digest = sha256(digest.encode()).hexdigest()
    return f"<data {key}>\n{body}\n</data {key}>"


def _absent_key(digest: str, body: str) -> str | None:
    keys = (digest[:length] for length in range(8, len(digest) + 1, 8))
    return next((key for key in keys if key not in body), None)
