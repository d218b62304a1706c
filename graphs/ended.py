"""A run that is sealed, and the exit code that its record stands for; needs neither LangGraph nor a store."""

from __future__ import annotations

from dataclasses import dataclass

from juried.errors import ExitCode
from juried.records.run import RunRecord
from juried.runs import RunFolder

_ANSWER_NEEDS = frozenset({"screen_works", "extract_claims", "review_claims", "write_report"})


@dataclass(frozen=True)
class Ended:
    """A run that is sealed: its folder, its record, and whether it was sealed before this call."""

    folder: RunFolder
    record: RunRecord
    before: bool

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that the record stands for; without an answer for want of what was lost it is "degraded"."""
        losses = {loss.stage for loss in self.record.losses if not loss.refused}
        if self.record.draft.answer == "not_answered" and not losses & _ANSWER_NEEDS:
            return ExitCode.NO_EVIDENCE
        return ExitCode.DEGRADED if losses else ExitCode.SEALED
