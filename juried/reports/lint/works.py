"""R7, R8 and R13: references are the works used, one work that dominates is named, old evidence is not sold as new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from juried.counting import tried_claims
from juried.records.base import Record
from juried.records.claim import Claim
from juried.records.run import RunRecord
from juried.records.work import Work
from juried.reports.escape import unescape
from juried.reports.limitations import SINGLE_SOURCE_PERCENT, dominant_work
from juried.reports.lint.claim_rows import ClaimRow
from juried.reports.lint.findings import Finding, error, not_run
from juried.reports.lint.parsing import CLAIMS_SECTION, REFERENCES_SECTION, ReportText
from juried.reports.lint.words import outside_quotation
from juried.reports.numbering import used_works
from juried.reports.references import NO_YEAR, address

_ADDRESS = re.compile(r"<?(?:https?://|www\.|doi:\s?10\.)\S+>?|\barXiv:\s?\S+", re.IGNORECASE)
_LOCAL = re.compile(r"\bLocal file: |\bNo identifier stated\b|\bISBN\b|\bPMID\b", re.IGNORECASE)
_YEAR = re.compile(rf"\b(?:1[6-9]|20)\d\d\b|{NO_YEAR}|\bn\.\s?d\.|\bin press\b", re.IGNORECASE)
_STATUS = re.compile(
    r"\bstatus\b|\bretract|\bwithdrawn\b|\bcorrected\b|\brevised\b|\bcurrent\b|\bpublished\b|\bpreprint\b",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"\bsingle[- ](?:source|work|paper|study)\b|\bone (?:work|paper|study|source) (?:only|alone)\b", re.I
)
_NUMBER = re.compile(r"(?<!\\)\[(\d+)\](?!:)")


class EarlierReport(Record):
    """An earlier report and the documents (SHA-256) that its claims rest on."""

    run_id: str
    evidence: frozenset[str]


def evidence_set(claims: Iterable[Claim]) -> frozenset[str]:
    """Return the documents that claims rest on: two reports with the same set stand on the same evidence."""
    return frozenset(claim.document for claim in claims)


def earlier_report(record: RunRecord) -> EarlierReport:
    """Return what later reports are compared with."""
    return EarlierReport(run_id=record.run_id, evidence=evidence_set(record.claims))


def references_in_text(report: ReportText, rows: Sequence[ClaimRow]) -> list[Finding]:
    """R7 on a text: entries lack authors and title, year, identifier or status, or are not the works that it cites."""
    entries = report.references
    if not report.has(REFERENCES_SECTION) or (rows and not entries):
        return [error("R7", "references", "The report lists no references.")]
    found = [
        error("R7", f"line {line.number}", f"The reference lacks {', '.join(missing)}.", line.text)
        for line in entries
        if (missing := _missing_parts(line.text))
    ]
    return found + _cited(report, len(entries))


def _missing_parts(entry: str) -> list[str]:
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\bStatus:.*", "", _ADDRESS.sub(" ", entry)))
    identified = _ADDRESS.search(entry) or _LOCAL.search(entry)
    checks = {
        "authors and title": len(words) >= 4,
        "year": bool(_YEAR.search(_ADDRESS.sub(" ", entry))),
        "identifier": bool(identified),
        "status": bool(_STATUS.search(_ADDRESS.sub(" ", entry))),
    }
    return [part for part, there in checks.items() if not there]


def _cited(report: ReportText, entries: int) -> list[Finding]:
    """Compare the numbers that the text cites with those that the references have."""
    outside = report.text
    for line in report.find(REFERENCES_SECTION):
        outside = outside.replace(line.text, "") if line.text.strip() else outside
    cited = {int(number) for number in _NUMBER.findall(outside)}
    if not cited and entries:
        return [not_run("R7", "The text does not say which references its claims come from.")]
    listed = set(range(1, entries + 1))
    found = [error("R7", f"[{n}]", "is cited and is no reference.") for n in sorted(cited - listed)]
    return found + [error("R7", f"[{n}]", "is a reference that nothing cites.") for n in sorted(listed - cited)]


def references_in_record(record: RunRecord, report: ReportText) -> list[Finding]:
    """R7 on a record: a used work lacks a part, or the report's references are not exactly the works used.

    Authors and year may be absent where a work has no identifier (a file of a local library); the
    reference then says so. A retracted work is marked wherever the report names it.
    """
    works = used_works(record, tried_claims(record))
    found = [item for work in works for item in _incomplete(work)]
    entries = [line.text for line in report.references]
    if len(entries) != len(works):
        found.append(error("R7", "references", f"{len(entries)} references are listed for {len(works)} works used."))
    for work in works:
        mine = [entry for entry in entries if _plain(work.title) in _plain(entry)]
        if not mine:
            found.append(error("R7", work.id, "is used and not among the references.", work.title))
    return found + [item for work in record.works if work.retracted for item in _unmarked(work, report)]


def _plain(text: str) -> str:
    return " ".join(unescape(text).split()).casefold()


def _incomplete(work: Work) -> list[Finding]:
    listed = bool(address(work))
    missing = [] if work.title.strip() else ["title"]
    if not listed and not work.files:
        missing.append("identifier")
    if listed and not any(name.strip() for name in work.authors):
        missing.append("authors")
    if listed and not work.year:
        missing.append("year")
    return [error("R7", work.id, f"is used and has no {' and no '.join(missing)}.", work.title)] if missing else []


def _unmarked(work: Work, report: ReportText) -> list[Finding]:
    """Return a finding unless some line names the retracted work and says that it is retracted or withdrawn."""
    title = _plain(work.title)
    naming = [line.text for line in report.lines if title and title in _plain(line.text)]
    if any(re.search(r"RETRACTED|WITHDRAWN", line) for line in naming):
        return []
    return [error("R7", work.id, "is retracted or withdrawn, and the report does not say so.", work.title)]


def _has_banner(report: ReportText) -> bool:
    """Whether a line outside the claims and references says that one work dominates."""
    others = {line.number for name in (CLAIMS_SECTION, REFERENCES_SECTION) for line in report.find(name)}
    spoken = (line.text for line in report.lines if line.number not in others)
    return any(_BANNER.search(" ".join(outside_quotation(text))) for text in spoken)


def dominance_in_text(report: ReportText, rows: Sequence[ClaimRow]) -> list[Finding]:
    """R8 on a text: over 60 % of the listed claims name one source, and no banner says "single source"."""
    sources = [
        match.group() for row in rows if (match := re.search(r"\[\d+\]|https?://\S+|10\.\d{4,}/\S+", row.source))
    ]
    if not rows:
        return [not_run("R8", "The text lists no claims.")] if not report.has(CLAIMS_SECTION) else []
    if len(sources) < len(rows):
        return [not_run("R8", "The text does not say which work each claim comes from.")]
    source, count = max(sorted(Counter(sources).items()), key=lambda item: item[1])
    if 100 * count <= SINGLE_SOURCE_PERCENT * len(rows) or _has_banner(report):
        return []
    return [error("R8", source, f"{count} of {len(rows)} claims come from one work, and no banner says so.")]


def dominance_in_record(record: RunRecord, report: ReportText) -> list[Finding]:
    """R8 on a record: over 60 % of the tried claims come from one work, and the report has no banner."""
    dominant = dominant_work(record)
    if dominant is None or _has_banner(report):
        return []
    work_id, count, total = dominant
    return [error("R8", work_id, f"{count} of {total} claims come from this work, and no banner says so.")]


def earlier_in_record(record: RunRecord, earlier: Iterable[EarlierReport], report: ReportText) -> list[Finding]:
    """R13 on a record: an earlier report rests on the same documents, and record or report does not name it."""
    own = evidence_set(record.claims)
    found = []
    for other in sorted(earlier, key=lambda item: item.run_id):
        same = bool(own) and other.evidence == own and other.run_id != record.run_id
        told = other.run_id in record.same_evidence_as and other.run_id in unescape(report.text)
        if same and not told:
            found.append(error("R13", other.run_id, "rests on the same evidence, and this report does not say so."))
    return found
