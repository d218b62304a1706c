"""Markdown that shows any text literally: escaping and its inverse, tables, block quotes and lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_INLINE = re.compile(r"[\\`*\[<$]|~(?=~)|(?<=~)~|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
_LINE_START = re.compile(r"^(\s*)([#>+=|-]|(?<!\S)\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def escape(text: str) -> str:
    """Return one line of Markdown that renders as the text; runs of white space become one blank."""
    return escape_lines(" ".join(text.split()))


def escape_lines(text: str) -> str:
    """Return Markdown that renders as the text, its line ends kept."""
    inline = _INLINE.sub(lambda match: "\\" + match.group(), text)
    return _LINE_START.sub(_escape_start, inline)


def _escape_start(match: re.Match[str]) -> str:
    blanks, mark = match.groups()
    return f"{blanks}{mark}\\" if mark.isdigit() else f"{blanks}\\{mark}"


def unescape(text: str) -> str:
    """Return the text that Markdown shows for backslash escapes; undoes `escape_lines`."""
    return _ESCAPED.sub(r"\1", text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Return a pipe table.

    Args:
        head: Column titles.
        rows: Cells that are Markdown already; pipes in them are escaped, line ends become blanks.
        numbers: Columns, counted from 0, that are aligned to the right.
    """
    rule = ["---:" if at in numbers else "---" for at in range(len(head))]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in (head, rule, *rows))


def _cell(markdown: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(markdown.split()))


def block_quote(text: str) -> str:
    """Return a block quote with every character of the text, its line ends kept."""
    return "\n".join(f"> {line}".rstrip() if not line else f"> {line}" for line in escape_lines(text).split("\n"))


def bullets(items: Iterable[str]) -> str:
    """Return a list of items that are Markdown already; "" for none."""
    return "\n".join(f"- {item}" for item in items)


def plural(count: int, noun: str, many: str = "") -> str:
    """Return a count with its noun: `1 work`, `3 works`."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"
