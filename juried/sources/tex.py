"""Plain text from the TeX that titles, names and abstracts carry."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

_HAS_TEX = re.compile(r"\\[A-Za-z%&$#_{}'\"`^~=.]|\{|(?<!\w)~(?!\w)|\$[^$\s][^$]*[\\^_][^$]*\$")
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_LONGEST = 20_000


@cache
def _converter() -> LatexNodes2Text:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="text")


def plain_text(text: str) -> str:
    """Return a text with TeX commands, braces and formulas written out, and single blanks.

    A text without TeX comes back as it is but for blanks. `%` is a percent sign, never a comment. Text
    that no parser can follow, or over 20,000 characters, keeps its TeX.
    """
    if not _HAS_TEX.search(text) or len(text) > _LONGEST:
        return " ".join(text.split())
    try:
        plain = _converter().latex_to_text(_BARE_PERCENT.sub(r"\\%", text))
    except (ValueError, IndexError, RecursionError):
        plain = text
    return " ".join(plain.split())
