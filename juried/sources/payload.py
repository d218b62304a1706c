"""Walking JSON answers whose shape is not to be trusted: every look-up has an answer, absent ones an empty one."""

from __future__ import annotations

import html
import re

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_HEADING = re.compile(r"<(h[1-6]|title)\b[^<>]*>\s*(.*?)\s*[:.]?\s*</\1>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"</?(?:p|br|div|sec|h[1-6]|li|ul|ol|list|list-item|title)\b[^<>]{0,80}>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|b|i|u|em|strong|sub|sup|scp?|ovl|span|small|tt|italic|bold|underline|jats:[a-z-]+|mml:[a-z-]+|inf)\b[^<>]{0,200}>",
    re.IGNORECASE,
)


def part(value: object, *path: str) -> object:
    """Return what stands under keys, one within the other; None when a key is absent or no object is there."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def parts(value: object, *path: str) -> list[object]:
    """Return what stands under keys as a list: a single value is a list of one, an absent one is empty."""
    found = part(value, *path)
    if isinstance(found, list):
        return [item for item in found if item is not None]
    return [] if found is None else [found]


def text(value: object, *path: str) -> str:
    """Return a string or number under keys as clean text with single blanks, else ""."""
    found = part(value, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return " ".join(str(found).replace("\0", " ").encode("utf-8", "replace").decode().split())


def number(value: object, *path: str) -> int | None:
    """Return a whole number, or a string of digits, under keys; else None."""
    written = text(value, *path)
    return int(written) if written.isdecimal() and len(written) <= 12 else None


def year_of(value: str) -> int | None:
    """Return the first year between 1500 and 2099 in a text, or None."""
    found = _YEAR.search(value)
    return int(found.group()) if found else None


def without_markup(value: str) -> str:
    """Return a text without tags of HTML and JATS and with entities written out; a heading becomes `Heading:`."""
    headed = _HEADING.sub(lambda found: f" {found[2]}: ", value)
    plain = _TAG.sub("", _BREAK.sub(" ", headed))
    return " ".join(html.unescape(plain).split())


def title_of(value: str) -> str:
    """Return a title without markup, its final full stop, and the brackets that mark a translated title."""
    plain = without_markup(value)
    if plain.endswith(".") and not plain.endswith("..."):
        plain = plain[:-1].rstrip()
    inner = plain[1:-1]
    if plain.startswith("[") and plain.endswith("]") and "[" not in inner and "]" not in inner:
        return inner.rstrip(".").strip()
    return plain
