"""R10: no two counts disagree, within PRISMA, within the claims, and between text, table and record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from juried.counting import claim_gaps, counts_of, prisma_gaps
from juried.records.run import RunRecord
from juried.reports.lint.claim_rows import ClaimRow, claim_rows, own_lines
from juried.reports.lint.findings import Finding, error, not_run
from juried.reports.lint.parsing import ReportText, plain, table_cells

_WORKS = r"(?:papers?|works?|records?|articles?|studies|publications?)"
_SAID = {
    "works retrieved": rf"(\d+) {_WORKS} (?:were )?retrieved\b|\bsearch[^.]* yield(?:ed|ing) (\d+) {_WORKS}",
    "works included": rf"(\d+) {_WORKS} (?:were )?included\b|\bretrieved, (\d+) included\b",
    "claims extracted": r"(\d+) claims? (?:were )?extracted|\bextracted (\d+) =",
    "claims verified": r"(\d+) claims? (?:were )?verified\b|(\d+) (?:claims? )?(?:were )?independently verified\b",
    "claims set aside": r"(\d+) claims? (?:were )?set aside",
}
_STEP = re.compile(
    r"^(identified|duplicates(?: \w+)?|screened|excluded\b.*|included|"
    r"extracted|supported|of these verified|contradicted|not enough evidence|not checked)$",
    re.IGNORECASE,
)


def said_counts(report: ReportText) -> dict[str, list[tuple[int, int]]]:
    """Return what a text says of each count: (line, number) each time.

    Lists and quotes are left out, for they speak of papers; tables are read by `table_counts`.
    """
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in _SAID}
    for line in own_lines(report, claim_rows(report)):
        text = "" if re.match(r"\s*(?:[-*+]\s|>|\|.*\[C\d)", line.text) else plain(line.text)
        for name, pattern in _SAID.items():
            for match in re.finditer(pattern, text, re.IGNORECASE):
                number = next(group for group in match.groups() if group)
                found[name].append((line.number, int(number)))
    return found


def table_counts(report: ReportText) -> list[tuple[str, int]]:
    """Return the rows of PRISMA and outcome tables, as (name in lower case, number), in order."""
    found = []
    for line in report.lines:
        cells = table_cells(line.text)
        if len(cells) == 2 and cells[1].isdigit() and _STEP.match(cells[0]):
            found.append((cells[0].lower(), int(cells[1])))
    return found


def counts_in_text(report: ReportText, rows: Sequence[ClaimRow]) -> list[Finding]:
    """R10 on a text: counts that it repeats, its claims by verdict, its PRISMA table and its outcome table."""
    said = said_counts(report)
    tables = table_counts(report)
    found = [item for name, mentions in said.items() for item in _repeated(name, mentions)]
    found += _claims(said, rows) + _prisma(tables, said) + _outcomes(tables, said)
    names = {name for name, _ in tables}
    if not found and not {"identified", "included"} <= names:
        found.append(not_run("R10", "The text gives no PRISMA numbers; the other counts that it gives agree."))
    return found


def _repeated(name: str, mentions: Sequence[tuple[int, int]]) -> list[Finding]:
    numbers = sorted({number for _, number in mentions})
    if len(numbers) < 2:
        return []
    lines = ", ".join(f"line {line}: {number}" for line, number in mentions)
    return [error("R10", "report", f"The number of {name} is given as {' and as '.join(map(str, numbers))}.", lines)]


def _first(said: dict[str, list[tuple[int, int]]], name: str) -> int | None:
    return said[name][0][1] if said[name] else None


def _claims(said: dict[str, list[tuple[int, int]]], rows: Sequence[ClaimRow]) -> list[Finding]:
    extracted, verified = _first(said, "claims extracted"), _first(said, "claims verified")
    listed = len(rows) + (_first(said, "claims set aside") or 0)
    marked = sum(row.verified is True for row in rows)
    found = []
    if rows and extracted is not None and extracted != listed:
        found.append(
            error("R10", "claims", f"{extracted} claims are said to be extracted, {listed} are accounted for.")
        )
    if rows and verified is not None and verified != marked:
        found.append(error("R10", "claims", f"{verified} claims are said to be verified, {marked} are marked so."))
    if not rows and extracted is not None and verified is not None and verified > extracted:
        found.append(error("R10", "claims", f"{verified} claims verified are more than {extracted} extracted."))
    return found


def _prisma(tables: Sequence[tuple[str, int]], said: dict[str, list[tuple[int, int]]]) -> list[Finding]:
    steps = {name.split()[0]: number for name, number in tables}
    if not {"identified", "included"} <= steps.keys():
        return []
    excluded = sum(number for name, number in tables if name.startswith("excluded"))
    identified, included, twice = steps["identified"], steps["included"], steps.get("duplicates", 0)
    found = []
    if identified != twice + excluded + included:
        told = f"{identified} identified is not {twice} duplicates + {excluded} excluded + {included} included."
        found.append(error("R10", "PRISMA", told))
    retrieved = _first(said, "works retrieved")
    if retrieved is not None and retrieved not in (identified, identified - twice):
        found.append(error("R10", "PRISMA", f"{retrieved} works retrieved is neither with nor without duplicates."))
    stated = _first(said, "works included")
    if stated is not None and stated != included:
        found.append(error("R10", "PRISMA", f"{stated} works are said to be included, the table has {included}."))
    return found


def _outcomes(tables: Sequence[tuple[str, int]], said: dict[str, list[tuple[int, int]]]) -> list[Finding]:
    steps = dict(tables)
    parts = ("supported", "contradicted", "not enough evidence", "not checked")
    if not {"extracted", *parts} <= steps.keys():
        return []
    found = []
    total = sum(steps[part] for part in parts)
    if total != steps["extracted"]:
        found.append(error("R10", "claims", f"{steps['extracted']} extracted is not the sum of the outcomes, {total}."))
    for name, row in (("claims extracted", "extracted"), ("claims verified", "of these verified")):
        stated = _first(said, name)
        if stated is not None and steps.get(row, stated) != stated:
            found.append(error("R10", "claims", f"{name}: {stated} in the text, {steps[row]} in the table."))
    return found


def counts_in_record(record: RunRecord, report: ReportText) -> list[Finding]:
    """R10 on a record: its identities, its numbers against its own lists, and the report's numbers against both."""
    counts, prisma = counts_of(record), record.prisma
    gaps = [*prisma_gaps(prisma), *claim_gaps(counts), *_against_lists(record)]
    found = [error("R10", "record", f"{gap}.") for gap in gaps]
    said = said_counts(report)
    for name, number in (("claims extracted", counts.extracted), ("claims verified", counts.verified)):
        stated = _first(said, name)
        if stated != number:
            told = f"{name}: {number} in the record, {'nothing' if stated is None else stated} in the report."
            found.append(error("R10", "report", told))
    return found


def _against_lists(record: RunRecord) -> list[str]:
    prisma = record.prisma
    reasons = Counter(item.reason or "not_judged" for item in record.screening if not item.included)
    taken = sum(row.taken for row in record.ledger if row.brings_hits)
    included = sum(item.included for item in record.screening)
    verdicts = Counter(verdict.claim_id for verdict in record.verdicts)
    gaps = []
    if prisma.screened != len(record.works):
        gaps.append(f"{prisma.screened} works screened, {len(record.works)} in the record")
    if taken != prisma.identified:
        gaps.append(f"{taken} hits taken in the ledger, {prisma.identified} identified")
    if included != prisma.included:
        gaps.append(f"{included} works included by decision, {prisma.included} by PRISMA")
    if {item.reason: item.count for item in prisma.excluded if item.count} != dict(reasons):
        gaps.append("the excluded works by reason differ between the decisions and PRISMA")
    gaps += [f"claim {i} has {n} verdicts" for i, n in sorted(verdicts.items()) if n > 1]
    missing = sorted({claim.id for claim in record.claims} ^ verdicts.keys())
    return gaps + [f"claim {claim_id} has no claim or no verdict to it" for claim_id in missing]
