"""Reversible normalisation of text, and finding a quote again in a stored text.

The normal form is what two copies of one sentence have in common: NFKC (which resolves ligatures),
plain quotes and hyphens, no soft hyphens, no hyphen at a line's end before a lower-case letter, runs
of white space as one blank. Every character of the normal form knows the offset it comes from, so
that a match in the normal form is a span of the stored text.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_PLAIN = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2212": "-",
    "\u00a0": " ",
}
_INVISIBLE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
# Signs of Arabic and related scripts that Unicode calls format characters, but which print.
_PRINTED_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def is_variation_selector(char: str) -> bool:
    """Whether a character only chooses a glyph for the one before it; a row of them can carry hidden bytes."""
    return any(ord(char) in block for block in _VARIATION_SELECTORS)


def is_invisible(char: str) -> bool:
    """Whether a character leaves no mark on the page.

    These are zero-width and bidirectional marks, soft hyphens, tags, fillers and variation selectors.
    """
    if char < "\u00ad":
        return False
    format_sign = unicodedata.category(char) == "Cf" and char not in _PRINTED_FORMATS
    return format_sign or char in _INVISIBLE or is_variation_selector(char)


@dataclass(frozen=True)
class Normalised:
    """A normal form; `offsets[i]` is where its character i begins in the raw text.

    `offsets` has one more entry than `text` has characters: the length of the raw text.
    """

    text: str
    offsets: tuple[int, ...]

    def raw_span(self, start: int, end: int, raw: str) -> tuple[int, int]:
        """Return the raw offsets of `text[start:end]` (not empty), without trailing white space."""
        begin, stop = self.offsets[start], self.offsets[end]
        while stop > begin and (raw[stop - 1].isspace() or is_invisible(raw[stop - 1])):
            stop -= 1
        return begin, stop


def _is_line_end_hyphen(raw: str, at: int) -> bool:
    """Whether the hyphen at an offset joins a word that was broken over two lines."""
    if raw[at] not in "-\u2010" or at == 0 or not raw[at - 1].isalpha():
        return False
    rest = raw[at + 1 : at + 8]
    return rest.startswith("\n") and rest.lstrip()[:1].islower()


def normalise(raw: str) -> Normalised:
    """Return the normal form of a text with offsets; the normal form of "" is ""."""
    out: list[str] = []
    offsets: list[int] = []
    at = 0
    while at < len(raw):
        char = raw[at]
        if is_invisible(char):
            at += 1
        elif _is_line_end_hyphen(raw, at):
            at = _skip(raw, at + 1)
        else:
            _append(char, at, out, offsets)
            at += 1
    return Normalised("".join(out), (*offsets, len(raw)))


def _skip(raw: str, at: int) -> int:
    """Return the first offset from `at` on that holds no white space."""
    while at < len(raw) and raw[at].isspace():
        at += 1
    return at


def _append(char: str, at: int, out: list[str], offsets: list[int]) -> None:
    plain = _PLAIN.get(char) or unicodedata.normalize("NFKC", char)
    for part in plain:
        blank = part.isspace()
        if blank and (not out or out[-1] == " "):
            continue
        out.append(" " if blank else part)
        offsets.append(at)


def find_quote(raw: str, quote: str) -> tuple[int, int] | None:
    """Find a quote in a stored text, exactly first, then by normal form.

    Returns:
        Offsets with `raw[start:end]` being the quote up to normalisation, or None when it is not
        there. The first occurrence counts. An empty quote is never found.
    """
    if not quote.strip():
        return None
    exact = raw.find(quote)
    if exact >= 0:
        return exact, exact + len(quote)
    form = normalise(raw)
    wanted = normalise(quote).text.strip()
    start = form.text.find(wanted)
    return form.raw_span(start, start + len(wanted), raw) if start >= 0 else None
