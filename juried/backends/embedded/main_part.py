"""The main part of a question: what it asks, without the clauses that say how it is measured and what follows."""

from __future__ import annotations

import re

from juried.backends.embedded.words import content_words

_SECOND_QUESTION = re.compile(
    r",?\s+and\s+(?:what|how|which|why|whether|does|do|did|is|are|can|should)\b.*$", re.IGNORECASE
)
_MEASURE = re.compile(
    r",\s+as\s+(?:evaluated|measured|assessed|judged|determined|quantified|reported)\b[^,?]*?(?=\s+for\b|,|\?|$)",
    re.IGNORECASE,
)
_LEAST_WORDS = 2


def main_part(question: str) -> str:
    """Return a question without a second question ("and what follows for …?") and its clause of measurement.

    Returns the question itself when nothing is to be left out, or less than two words that name a subject
    would remain.
    """
    kept = _MEASURE.sub("", _SECOND_QUESTION.sub("", question)).rstrip(" ,?") + "?"
    unchanged = kept.rstrip("?") == question.rstrip(" ,?")
    return question if unchanged or len(content_words(kept)) < _LEAST_WORDS else kept
