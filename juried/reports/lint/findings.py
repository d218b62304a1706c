"""What the lint says: rules, findings, and the outcome of each rule."""

from __future__ import annotations

from typing import Literal, get_args

from juried.records.base import Record

Rule = Literal["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R13"]
RULES: tuple[Rule, ...] = get_args(Rule)
Severity = Literal["error", "not_run"]
RuleState = Literal["passed", "failed", "not_run"]
RULE_SENTENCES: dict[Rule, str] = {
    "R1": "Every verified claim has a span that resolves in its document.",
    "R2": "Every number has its metric, its dataset or task, and its table cell or sentence.",
    "R3": "No claim, title or sentence is cut, or shows raw TeX or escapes.",
    "R4": "No claim speaks of a paper's layout or has an unresolved reference.",
    "R5": "The title names only what claims are about.",
    "R6": "The abstract shares no 12 words in a row with a source outside quotation marks.",
    "R7": "The references are exactly the works used, with authors, title, year, identifier and status.",
    "R8": "When over 60 % of the claims come from one work, a banner says so.",
    "R9": "Every claim that is not verified has a reason.",
    "R10": "No two counts disagree.",
    "R11": "The question is answered explicitly.",
    "R12": "Every gate names its claims, inputs, expected value, computed value and tolerance.",
    "R13": "A report with the same evidence as an earlier one says so.",
}


class Finding(Record):
    """One thing that is wrong (`error`), or one rule that could not be checked in whole (`not_run`).

    `where` is a claim id or number, or `line 12`; `quoted` is the text that is wrong, whole.
    """

    rule: Rule
    severity: Severity
    where: str
    message: str
    quoted: str = ""

    def __str__(self) -> str:
        shown = f" {self.quoted!r}" if self.quoted else ""
        return f"{self.rule} {self.where}: {self.message}{shown}"


class RuleOutcome(Record):
    """A rule's outcome: failed with any error, else not_run when part of it could not be checked, else passed."""

    rule: Rule
    state: RuleState
    findings: int


class LintResult(Record):
    """All findings about one report, sorted by rule as found; `path` is what was checked."""

    path: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether no rule failed."""
        return not any(finding.severity == "error" for finding in self.findings)

    @property
    def outcomes(self) -> tuple[RuleOutcome, ...]:
        """One outcome per rule, R1 to R13."""
        return outcomes(self.findings)


def error(rule: Rule, where: str, message: str, quoted: str = "") -> Finding:
    """Return a finding of something that is wrong."""
    return Finding(rule=rule, severity="error", where=where, message=message, quoted=quoted)


def not_run(rule: Rule, reason: str) -> Finding:
    """Return a finding that a rule could not be checked, and why."""
    return Finding(rule=rule, severity="not_run", where="report", message=reason)


def outcomes(findings: tuple[Finding, ...]) -> tuple[RuleOutcome, ...]:
    """Return one outcome per rule, R1 to R13."""
    return tuple(_outcome(rule, [item for item in findings if item.rule == rule]) for rule in RULES)


def _outcome(rule: Rule, findings: list[Finding]) -> RuleOutcome:
    errors = sum(item.severity == "error" for item in findings)
    state: RuleState = "failed" if errors else "not_run" if findings else "passed"
    return RuleOutcome(rule=rule, state=state, findings=errors)


def failed_rules(findings: tuple[Finding, ...]) -> tuple[Rule, ...]:
    """Return the rules that have an error, in their order."""
    wrong = {item.rule for item in findings if item.severity == "error"}
    return tuple(rule for rule in RULES if rule in wrong)


def in_rule_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings without repetitions, by rule and otherwise as found."""
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=lambda item: RULES.index(item.rule)))
