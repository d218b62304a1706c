"""The report lint: rules R1 to R13 over any report's text, a record, or a run folder."""

from juried.reports.lint.checking import lint_path, lint_record, lint_text
from juried.reports.lint.findings import (
    RULE_SENTENCES,
    RULES,
    Finding,
    LintResult,
    Rule,
    RuleOutcome,
    failed_rules,
    outcomes,
)
from juried.reports.lint.numbers import unbound_numbers
from juried.reports.lint.standing import open_references
from juried.reports.lint.works import EarlierReport, earlier_report, evidence_set

__all__ = [
    "RULES",
    "RULE_SENTENCES",
    "EarlierReport",
    "Finding",
    "LintResult",
    "Rule",
    "RuleOutcome",
    "earlier_report",
    "evidence_set",
    "failed_rules",
    "lint_path",
    "lint_record",
    "lint_text",
    "open_references",
    "outcomes",
    "unbound_numbers",
]
