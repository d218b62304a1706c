"""R5: the title names only what claims are about.

Compared are stems of the title's content words, without words that any report's title may use (impact,
evidence, review ...). A word is covered when a claim or its quote holds its stem, also inside a
hyphenated word; an acronym also when neighbouring words of a claim have its initials; and words whose
initials a claim holds as a word. The title fails when under two thirds of its words are covered, or when
an acronym or a code in it (NER, XLM-R, F1) is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from juried.counting import tried_claims
from juried.records.run import RunRecord
from juried.reports.lint.claim_rows import ClaimRow
from juried.reports.lint.findings import Finding, error, not_run
from juried.reports.lint.parsing import ReportText
from juried.reports.lint.words import initials, stem, stems, tokens
from juried.text.words import STOPWORDS, word_set

LEAST_COVERED_PERCENT = 67
_ANY_TITLE = frozenset(
    map(
        stem,
        word_set(
            """impact effect effects influence role evidence review synthesis survey study analysis evaluation
    comparison comparative performance result results finding findings overview approach method
    methods literature empirical report question answer works work searched search verified claims
    claim without written toward towards new case exploring understanding investigating assessing
    known extent factors way ways help helps improve improves does can no not yes open"""
        ),
    )
)
_CODE = re.compile(r"[A-Za-z]*(?:[A-Z][A-Za-z]*[A-Z0-9]|[a-z][A-Z]|[A-Za-z]\d)[A-Za-z0-9]*")


def uncovered(title: str, claims: Iterable[str]) -> tuple[tuple[str, ...], int, bool]:
    """Return the title's words that no claim is about, the share covered in percent, and whether a code is among them.

    A title of general words alone is covered in whole.
    """
    texts = list(claims)
    known, letters = stems(texts), initials(texts)
    spelled = {word for text in texts for word in tokens(text)}
    content = [
        word for word in tokens(title) if word not in STOPWORDS and stem(word) not in _ANY_TITLE and len(word) > 1
    ]
    named = _spelled_out(title, spelled) | _joined(title, known)
    missing = [w for w in content if stem(w) not in known and w not in letters and w not in named]
    codes = {code.lower() for code in _CODE.findall(title)}
    share = 100 if not content else 100 * (len(content) - len(missing)) // len(content)
    return tuple(dict.fromkeys(missing)), share, any(word in codes for word in missing)


def _spelled_out(title: str, spelled: set[str]) -> set[str]:
    """Return neighbouring words of the title whose initials stand as a word in a claim."""
    words = tokens(title)
    runs = [words[at : at + size] for size in range(3, 6) for at in range(len(words) - size + 1)]
    return {word for run in runs if "".join(w[0] for w in run) in spelled for word in run}


def _joined(title: str, known: frozenset[str]) -> set[str]:
    """Return parts of the title's hyphenated words that claims write as one word."""
    compounds = re.findall(r"\w+(?:[-‐‑–]\w+)+", title)
    return {part for word in compounds if stem("".join(tokens(word))) in known for part in tokens(word)}


def _finding(title: str, where: str, claims: Iterable[str]) -> list[Finding]:
    missing, share, code = uncovered(title, claims)
    if share >= LEAST_COVERED_PERCENT and not code:
        return []
    told = f"The title names what no claim is about: {', '.join(missing)} ({share} % of its words are covered)."
    return [error("R5", where, told, title)]


def topics_in_text(report: ReportText, rows: Sequence[ClaimRow], answered: bool) -> list[Finding]:
    """R5 on a text; where the question is not answered, the introduction may speak for the title too."""
    if report.title is None or (not rows and answered):
        return [not_run("R5", "The text lists no claims that the title could be compared with.")]
    asked = [] if answered else [line.text for line in report.find("introduction")]
    return _finding(report.title.text, f"line {report.title.number}", [*(f"{r.text} {r.quote}" for r in rows), *asked])


def topics_in_record(record: RunRecord) -> list[Finding]:
    """R5 on a record; where the question is not answered, the question may speak for the title too."""
    texts = [f"{claim.text} {claim.quote}" for claim in tried_claims(record)]
    measured = [claim.measurement for claim in tried_claims(record) if claim.measurement is not None]
    texts += [f"{item.system}, {item.metric}, {item.dataset}, {item.setting}" for item in measured]
    if record.draft.answer in (None, "not_answered"):
        texts.append(record.question)
    return _finding(record.draft.title, "title", texts)
