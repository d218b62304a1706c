"""Section 3 of the report: counts, findings by theme, contradictions side by side, comparable measurements."""

from __future__ import annotations

from juried.counting import ClaimCounts, counts_of
from juried.records.claim import Claim, Measurement
from juried.records.report import Sentence, Theme
from juried.records.run import RunRecord
from juried.reports.contradictions import contradictions
from juried.reports.escape import bullets, escape, plural, table
from juried.reports.numbering import Numbering


def results(record: RunRecord, numbering: Numbering) -> str:
    """Return the section's Markdown."""
    counts = counts_of(record)
    parts = [
        "## 3 Results",
        _headline(record, counts),
        outcome_table(counts),
        *(_theme(theme, numbering) for theme in record.draft.themes),
        contradictions(record, numbering),
        *_measurements(record, numbering),
    ]
    return "\n\n".join(part for part in parts if part)


def _headline(record: RunRecord, counts: ClaimCounts) -> str:
    restated = f" ({counts.restated} restatements were merged into them)" if counts.restated else ""
    return (
        f"{plural(record.prisma.screened, 'work')} retrieved, {record.prisma.included} included. "
        f"{plural(counts.extracted, 'claim')} extracted{restated}, {counts.tried} tried; "
        f"{counts.verified} independently verified."
    )


def outcome_table(counts: ClaimCounts) -> str:
    """Return the claims by outcome as a table that adds up."""
    rows = [
        ("Extracted", counts.extracted),
        ("Supported", counts.supported),
        ("of these verified", counts.verified),
        ("Contradicted", counts.contradicted),
        ("Not enough evidence", counts.not_enough_evidence),
        ("Not checked", counts.not_checked),
    ]
    return table(["Outcome", "Claims"], [[name, str(count)] for name, count in rows], numbers=(1,))


def sentence(item: Sentence, numbering: Numbering) -> str:
    """Return a sentence with the links to its claims and their works behind it."""
    return escape(item.text) + numbering.cite(item.claims)


def _theme(theme: Theme, numbering: Numbering) -> str:
    return f"### {escape(theme.heading)}\n\n" + bullets(sentence(item, numbering) for item in theme.sentences)


def _measurements(record: RunRecord, numbering: Numbering) -> list[str]:
    """Return one table per metric and dataset that two or more verified measurements share."""
    verified = {verdict.claim_id for verdict in record.verdicts if verdict.verified}
    groups: dict[tuple[str, str], list[tuple[Claim, Measurement]]] = {}
    for claim in numbering.claims:
        if claim.measurement is not None and claim.id in verified:
            key = (claim.measurement.dataset, claim.measurement.metric)
            groups.setdefault(key, []).append((claim, claim.measurement))
    return [_group(*key, groups[key], numbering) for key in sorted(groups) if len(groups[key]) > 1]


def _group(dataset: str, metric: str, items: list[tuple[Claim, Measurement]], numbering: Numbering) -> str:
    rows = [
        [escape(m.system), escape(m.setting), printed_value(m), numbering.claim(c.id), numbering.work(c.work_id)]
        for c, m in sorted(items, key=lambda item: (item[1].system, item[1].setting, item[0].id))
    ]
    head = ["System", "Setting", "Value", "Claim", "Source"]
    return f"### Measured: {escape(metric)} on {escape(dataset)}\n\n" + table(head, rows, numbers=(2,))


def printed_value(measurement: Measurement) -> str:
    """Return a value with uncertainty and unit: `95.74 ± 0.44 %`, `0.93 (95% CI 0.89 to 0.98)`."""
    interval = " CI " in measurement.uncertainty
    sign = " (" if interval else " ± "
    spread = f"{sign}{measurement.uncertainty}{')' if interval else ''}" if measurement.uncertainty else ""
    unit = f" {measurement.unit}" if measurement.unit else ""
    return escape(f"{measurement.value}{spread}{unit}")
