"""Citing statements: sentences of a paper that say something of a cited one, with the place of the citation marked.

"[this]" marks the citation that is tried, "[this and others]" one that is tried among several, "[others]" the rest.
Only labelled sets of such statements hold these marks; a run makes none.
"""

from __future__ import annotations

import re

_MARK = re.compile(r"\s*\[+(?:this and others|others|this)\]+")


def plain_claim(text: str) -> str:
    """Return a claim without marks of citations; a claim without any is returned as it is."""
    return _MARK.sub("", text)


def is_citing(text: str) -> bool:
    """Whether a claim is a citing statement: it marks the citation that is tried."""
    return "[this]" in text or "[this and others]" in text
