"""What the checker's rules give back, and how they word it."""

from __future__ import annotations

from pydantic import Field

from juried.records.base import Record
from juried.records.verdict import Label, ReasonCode


class CheckResult(Record):
    """What rules say of one claim; `probability` 0 to 100 is for `label`; `code` names the defect, if any."""

    label: Label
    probability: int = Field(ge=0, le=100)
    reason: str
    code: ReasonCode | None = None


def fault(label: Label, probability: int, reason: str, code: ReasonCode) -> CheckResult:
    """Return the result for a defect that a rule found."""
    return CheckResult(label=label, probability=probability, reason=reason, code=code)
