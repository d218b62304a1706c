"""Section 6 of the report: the quality score by dimension, and the checks that were run over the record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from juried.records.report import DimensionSummary, Gate, Quality
from juried.records.run import RunRecord
from juried.reports.escape import bullets, escape, table
from juried.reports.numbering import Numbering


def tenths(value: int | None) -> str:
    """Return tenths of a point as `7.4`, or a note that there is no score."""
    return "not assessed" if value is None else f"{value // 10}.{value % 10}"


def quality_section(record: RunRecord, numbering: Numbering) -> str:
    """Return the section's Markdown."""
    rows = [_row(item) for item in record.quality.dimensions]
    parts = [
        "## 6 Quality",
        score_line(record.quality),
        *_shared_calls(record),
        table(["Dimension", "Mean", "Range", "How", "Basis"], rows, numbers=(1, 2)) if rows else "",
        _checks(record.gates, numbering),
    ]
    return "\n\n".join(part for part in parts if part)


def score_line(quality: Quality) -> str:
    """Return the score, its range over the dimensions and the reviewers' agreement in one line."""
    if quality.score_tenths is None:
        return "Quality score: not assessed."
    alpha = quality.agreement_hundredths
    agreement = "not computable" if alpha is None else f"{alpha / 100:.2f} (Krippendorff's alpha, interval)"
    return (
        f"Quality score: {tenths(quality.score_tenths)} out of 10; dimensions from "
        f"{tenths(quality.lowest_tenths)} to {tenths(quality.highest_tenths)}; agreement of the reviewers: {agreement}."
    )


def _shared_calls(record: RunRecord) -> list[str]:
    """Say which language model scored under several mandates in one call, for its reviews are not independent."""
    scored = {review.reviewer for review in record.reviews}
    models = [note for note in record.backends if note.language_model and note.role in scored]
    held = Counter((note.name, note.fingerprint) for note in models)
    return [
        f"{escape(name)} scored under {count} mandates in one call, each in its turn; "
        "agreement between them is that of one model with itself."
        for (name, _), count in sorted(held.items())
        if count > 1
    ]


def _row(item: DimensionSummary) -> list[str]:
    spread = "" if item.lowest is None or item.computed else f"{item.lowest} to {item.highest}"
    how = "not assessed" if item.mean_tenths is None else "measured" if item.computed else "scored"
    return [item.dimension.replace("_", " "), tenths(item.mean_tenths), spread, how, escape(item.basis)]


def _checks(gates: Iterable[Gate], numbering: Numbering) -> str:
    lines = [_check(gate, numbering) for gate in gates]
    return "### Checks\n\n" + bullets(lines) if lines else ""


def _check(gate: Gate, numbering: Numbering) -> str:
    detail = f" {escape(gate.detail)}" if gate.detail.strip() else ""
    return (
        f"Check {escape(gate.rule)}: {gate.outcome.replace('_', ' ')}. Claims: {_ranges(gate.claims, numbering)}; "
        f"inputs: {escape(gate.inputs)}; expected: {escape(gate.expected)}; computed: {escape(gate.computed)}; "
        f"tolerance: {escape(gate.tolerance)}.{detail}"
    )


def _ranges(claim_ids: Iterable[str], numbering: Numbering) -> str:
    """Return claim numbers in short, `C1–C4, C7`; ids of claims that were not tried stand as they are."""
    ids = sorted(set(claim_ids))
    numbers = sorted(numbering.claim_numbers[i] for i in ids if i in numbering.claim_numbers)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [f"C{run[0]}" if len(run) == 1 else f"C{run[0]}–C{run[-1]}" for run in runs]
    shown += [re.sub(r"\s", " ", i) for i in ids if i not in numbering.claim_numbers]
    return ", ".join(shown) or "none"
