"""What a reader sees of a string: ligatures resolved, zero-width and control characters taken out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from juried.text.normalise import is_invisible, is_variation_selector

_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_TAGS = range(0xE0000, 0xE0080)
_SILENT = frozenset("\u00ad\ufeff")
_BYTE_ROW = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\ufffc]+")
_PLAIN = re.compile(r"[\x20-\x7e\n]*\Z")


def _is_dropped(char: str) -> bool:
    category = unicodedata.category(char)
    return category in ("Cs", "Co", "Cn") or (category == "Cc" and char not in "\n\t")


def visible_text(text: str, seen: Counter[str] | None = None) -> str:
    """Return a text without characters that a reader cannot see.

    Ligatures become letters, every kind of blank becomes a space, the form is NFC; zero-width, control,
    private-use and unassigned characters are dropped.

    Args:
        text: Any text; "" gives "".
        seen: Counts the zero-width characters that were taken out, soft hyphens and byte-order marks aside.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _PLAIN.match(text):
        return text
    out: list[str] = []
    for char in text:
        if char in _LIGATURES:
            out.append(_LIGATURES[char])
        elif is_invisible(char):
            # One selector behind a sign is how an emoji is written; only rows of them are worth a word.
            if seen is not None and char not in _SILENT and not is_variation_selector(char):
                seen[char] += 1
        elif not _is_dropped(char):
            out.append(char)
    # Composition may bring forth a ligature-free form only, so it comes last.
    return unicodedata.normalize("NFC", _SPACES.sub(" ", "".join(out)).replace("\u2028", "\n").replace("\u2029", "\n"))


def one_line(text: str) -> str:
    """Return a text with every run of white space as one blank, and none at the ends."""
    return " ".join(text.split())


def describe_zero_width(seen: Counter[str]) -> str:
    """Say what zero-width characters stood in a text; tag characters are decoded to what they spell."""
    spelled = "".join(chr(ord(char) - 0xE0000) * count for char, count in sorted(seen.items()) if ord(char) in _TAGS)
    names = [f"U+{ord(char):04X} x {count}" for char, count in sorted(seen.items()) if ord(char) not in _TAGS]
    return ", ".join([*names, *([f"tag characters: {spelled}"] if spelled else [])])


def decode_smuggled(text: str) -> str:
    """Return what a text spells in characters that nobody sees, in order; "" when it spells nothing.

    Tag characters (U+E0000 to U+E007F) mirror ASCII; a row of variation selectors carries one byte each.
    """
    tags = "".join(chr(ord(char) - 0xE0000) for char in text if ord(char) in _TAGS and ord(char) > 0xE001)
    rows = [bytes(map(_byte_of, row)).decode("utf-8", "replace") for row in _BYTE_ROW.findall(text)]
    return " ".join(part for part in (tags, *rows) if part.strip())


def _byte_of(selector: str) -> int:
    code = ord(selector)
    return code - 0xFE00 if code < 0xFE10 else code - 0xE0100 + 16
