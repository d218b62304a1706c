"""R11 and R12: the question is answered explicitly, and a gate says what it checked."""

from __future__ import annotations

import re

from juried.records.report import Gate, answer_phrase
from juried.records.run import RunRecord
from juried.reports.lint.claim_rows import claim_rows, own_lines
from juried.reports.lint.findings import Finding, error
from juried.reports.lint.parsing import ReportText, plain

_VERDICT = r"(?:yes|no|mixed|partly|unclear|inconclusive|it depends|(?:the )?evidence (?:does not|cannot) answer)"
_ANSWER = re.compile(
    rf"\b(?:answer|conclusion)(?: to (?:the|this) (?:research )?question)?(?: is)?\s*[:,—–-]?\s*[\"“]?{_VERDICT}\b|"
    r"\bthe evidence (?:found )?(?:does not|cannot) answer\b|\bin answer to the (?:research )?question\b",
    re.IGNORECASE,
)
_NOT_ANSWERED = re.compile(r"\bevidence (?:found )?(?:does not|cannot) answer\b", re.IGNORECASE)
_GATE = re.compile(r"\bcomputed\b.*\bexpected\b|\bexpected\b.*\bcomputed\b", re.IGNORECASE)
_PARTS = {
    "claims": re.compile(r"\bclaims?\b[\s:]*(?:\(?C\d|C-[0-9a-f]|#?\d|\"|“)", re.IGNORECASE),
    "inputs": re.compile(r"\binputs?\b|\bgiven\b|\bwith \w+ ?=", re.IGNORECASE),
    "expected value": re.compile(r"\bexpected\b[\s:]*\S", re.IGNORECASE),
    "computed value": re.compile(r"\bcomputed\b[\s:]*\S", re.IGNORECASE),
    "tolerance": re.compile(r"\btolerance\b[\s:=]*\S", re.IGNORECASE),
}


def answers(text: str) -> bool:
    """Whether a text answers its question in so many words, be it that the evidence does not."""
    return bool(_ANSWER.search(plain(text)))


def says_unanswered(text: str) -> bool:
    """Whether a text says that the evidence does not answer its question."""
    return bool(_NOT_ANSWERED.search(text))


def answer_in_text(report: ReportText) -> list[Finding]:
    """R11 on a text: no line answers yes, no, mixed, or that the evidence does not answer the question."""
    if any(answers(line.text) for line in report.lines) or report.has("answer"):
        return []
    return [error("R11", "report", "The question is not answered: yes, no, mixed, or the evidence does not answer it.")]


def answer_in_record(record: RunRecord, report: ReportText) -> list[Finding]:
    """R11 on a record: the answer has no sentence, is yes, no or mixed without a claim, or is not shown."""
    draft = record.draft
    found = []
    if not draft.answer_text.strip():
        found.append(error("R11", "answer", "The answer has no sentence."))
    if draft.answer is None:
        return [*found, error("R11", "answer", "The question is not answered: no usable report was written.")]
    if draft.answer != "not_answered" and not draft.answer_claims:
        found.append(error("R11", "answer", "The answer rests on no claim.", draft.answer_text))
    shown = f"Answer: {answer_phrase(draft.answer)}"
    if not any(shown in plain(line.text) for line in report.lines):
        found.append(error("R11", "report", f"The report does not say {shown!r}."))
    return found


def gates_in_text(report: ReportText) -> list[Finding]:
    """R12 on a text: a line that compares a computed with an expected value leaves out what it checked.

    A gate that was not run need not name claims.
    """
    found = []
    for line in own_lines(report, claim_rows(report)):
        text = plain(line.text)
        if not _GATE.search(text):
            continue
        missing = [name for name, pattern in _PARTS.items() if not pattern.search(text)]
        if re.search(r"\bnot run\b", text, re.IGNORECASE):
            missing = [name for name in missing if name != "claims"]
        if missing:
            found.append(error("R12", f"line {line.number}", f"The gate does not name its {', '.join(missing)}.", text))
    return found


def gates_in_record(record: RunRecord) -> list[Finding]:
    """R12 on a record: a gate leaves out its claims, inputs, expected value, computed value or tolerance.

    A gate that was not run need not name claims, but names no claim that does not exist either.
    """
    known = {claim.id for claim in record.claims}
    found = []
    for gate in record.gates:
        missing = _missing(gate)
        if missing:
            found.append(error("R12", gate.rule, f"The gate does not name its {', '.join(missing)}.", gate.inputs))
        unknown = sorted(set(gate.claims) - known)
        if unknown:
            found.append(error("R12", gate.rule, "The gate names claims that do not exist.", ", ".join(unknown)))
    return found


def _missing(gate: Gate) -> list[str]:
    parts = {
        "claims": gate.claims or gate.outcome == "not_run",
        "inputs": gate.inputs.strip(),
        "expected value": gate.expected.strip(),
        "computed value": gate.computed.strip(),
        "tolerance": gate.tolerance.strip(),
    }
    return [name for name, value in parts.items() if not value]
