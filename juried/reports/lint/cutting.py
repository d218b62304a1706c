"""R3: no claim, title or sentence is cut, or shows raw TeX or escapes.

A sentence is cut when it ends without a full stop, question or exclamation mark, ends in an ellipsis, or
leaves a bracket open. A list of claims may do without full stops: where most claims have none, those are
cut that stop at the longest length and share it with another. A title is cut when it ends in an
ellipsis, a comma, a hyphen or a word that wants another, or leaves a bracket open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from juried.counting import tried_claims
from juried.quality import report_sentences
from juried.records.run import RunRecord
from juried.reports.lint.claim_rows import ClaimRow
from juried.reports.lint.findings import Finding, error
from juried.reports.lint.parsing import ReportText

_ENDS = re.compile(r"[.!?。！？؟][\"'”’»)\]]*$")
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)[\"'”’»)\]]*$")
_WANTS_MORE = re.compile(
    r"(?:[,:;–—-]|\b(?:a|an|the|of|and|or|to|in|with|for|by|from|that|than|as|on|at|is|are|its|their))$"
)
_RAW = re.compile(
    r"\$[^$\n]*[\\^_{}][^$\n]*\$|(?<!\w)\$[A-Za-z]\$|\\[A-Za-z]+|\\\S|[_^]\{|&(?:[a-z]{2,6}|#\d+|#x[0-9a-fA-F]+);|\ufffd"
)


def why_cut(sentence: str) -> str:
    """Return how a sentence shows that it was cut, or ""; an empty one does not."""
    text = sentence.strip()
    if _ELLIPSIS.search(text):
        return "ends in an ellipsis"
    if _opens_bracket(text):
        return "leaves a bracket open"
    return "" if not text or _ENDS.search(text) else "ends without a full stop"


def why_cut_title(title: str) -> str:
    """Return how a title shows that it was cut, or ""."""
    text = title.strip()
    if _ELLIPSIS.search(text) or _WANTS_MORE.search(text):
        return "ends in the middle"
    return "leaves a bracket open" if _opens_bracket(text) else ""


def _opens_bracket(text: str) -> bool:
    """Whether a bracket is never closed; a closing one alone, as in `1)`, opens nothing."""
    depth = 0
    for char in text:
        depth = depth + 1 if char in "([" else max(0, depth - 1) if char in ")]" else depth
    return depth > 0


def raw_parts(text: str) -> tuple[str, ...]:
    """Return the pieces of raw TeX, HTML entities and escapes that a text shows."""
    return tuple(dict.fromkeys(match.group() for match in _RAW.finditer(text)))


def cut_claims(texts: Sequence[str]) -> dict[int, str]:
    """Return which claims of a list are cut, by place, and how it shows."""
    reasons = {at: why for at, text in enumerate(texts) if (why := why_cut(text))}
    unstopped = [at for at, why in reasons.items() if why == "ends without a full stop"]
    if 2 * len(unstopped) <= len(texts):
        return reasons
    longest = max(len(texts[at]) for at in unstopped)
    at_limit = [at for at in unstopped if longest - len(texts[at]) <= 1]
    kept = set(at_limit) if len(at_limit) > 1 else set()
    return {at: why for at, why in reasons.items() if at in kept or at not in unstopped}


def cutting_in_text(report: ReportText, rows: Sequence[ClaimRow]) -> list[Finding]:
    """R3 on a text: title, abstract, introduction, results and claims."""
    found = []
    if report.title is not None and why_cut_title(report.title.text):
        found.append(error("R3", f"line {report.title.number}", "The title is cut.", report.title.text))
    why = why_cut(report.abstract) if report.abstract else ""
    if why:
        found.append(error("R3", "abstract", f"The abstract is cut: it {why}.", report.abstract))
    cut = cut_claims([row.text for row in rows])
    found += [error("R3", rows[at].name, f"is cut: it {why}.", rows[at].text) for at, why in sorted(cut.items())]
    spoken = [line for line in report.prose if not re.match(r"(?:research )?question:", line.text, re.IGNORECASE)]
    found += _raw((f"line {line.number}", line.text) for line in spoken)
    return found + _raw((row.name, row.text) for row in rows)


def _raw(pieces: Iterable[tuple[str, str]]) -> list[Finding]:
    return [
        error("R3", where, f"shows raw TeX or escapes: {', '.join(parts)}.", text)
        for where, text in pieces
        if (parts := raw_parts(text))
    ]


def cutting_in_record(record: RunRecord) -> list[Finding]:
    """R3 on a record: title, answer, sentences, headings, limitations and the claims that were tried."""
    draft = record.draft
    claims = [(claim.id, claim.text) for claim in tried_claims(record)]
    sentences = [("report", item.text) for item in report_sentences(draft)]
    limits = [("limitations", text) for text in draft.limitations]
    headings = [("title", draft.title), *(("heading", theme.heading) for theme in draft.themes)]
    found = [
        error("R3", where, f"is cut: it {why}.", text)
        for where, text in (*claims, *sentences, *limits)
        if (why := why_cut(text))
    ]
    found += [
        error("R3", where, f"is cut: it {why}.", text) for where, text in headings if (why := why_cut_title(text))
    ]
    asked = record.question.strip()
    shown = ((where, text.replace(asked, "")) for where, text in (*claims, *sentences, *limits, *headings))
    return found + _raw(shown)
