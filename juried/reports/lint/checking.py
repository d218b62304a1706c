"""Running all rules over a text, a record, or a path."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from juried.errors import RecordError, UsageError
from juried.quality import Documents
from juried.records.document import Document
from juried.records.run import RunRecord
from juried.reports.lint.answers import (
    answer_in_record,
    answer_in_text,
    gates_in_record,
    gates_in_text,
    says_unanswered,
)
from juried.reports.lint.claim_rows import claim_rows
from juried.reports.lint.copying import copying_in_record, copying_in_text
from juried.reports.lint.counts import counts_in_record, counts_in_text
from juried.reports.lint.cutting import cutting_in_record, cutting_in_text
from juried.reports.lint.findings import Finding, LintResult, in_rule_order, not_run
from juried.reports.lint.numbers import numbers_in_record, numbers_in_text
from juried.reports.lint.parsing import ReportText
from juried.reports.lint.standing import standing_in_record, standing_in_text
from juried.reports.lint.topics import topics_in_record, topics_in_text
from juried.reports.lint.verdicts import reasons_in_record, reasons_in_text, spans_in_record, spans_in_text
from juried.reports.lint.works import (
    EarlierReport,
    dominance_in_record,
    dominance_in_text,
    earlier_in_record,
    earlier_report,
    references_in_record,
    references_in_text,
)
from juried.reports.markdown import render_markdown


def lint_text(text: str, sources: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Lint any report as text or Markdown.

    Args:
        text: The report.
        sources: Texts that its abstract is compared with (R6), such as the abstracts of works it names.

    Returns:
        What the text shows to be wrong, and what cannot be checked without a record (`not_run`), by rule.
    """
    report = ReportText(text)
    rows = claim_rows(report)
    answered = not says_unanswered(text)
    found = [
        *spans_in_text(rows),
        *numbers_in_text(rows),
        *cutting_in_text(report, rows),
        *standing_in_text(report, rows),
        *topics_in_text(report, rows, answered),
        *copying_in_text(report, tuple(sources)),
        *references_in_text(report, rows),
        *dominance_in_text(report, rows),
        *reasons_in_text(rows),
        *counts_in_text(report, rows),
        *answer_in_text(report),
        *gates_in_text(report),
        not_run("R13", "Earlier reports and their evidence are not known from a text."),
    ]
    return in_rule_order(found)


def lint_record(
    record: RunRecord,
    documents: Documents,
    earlier: Iterable[EarlierReport] | None = None,
    report: str | None = None,
) -> tuple[Finding, ...]:
    """Lint a record and its report.

    Args:
        record: The record.
        documents: Gives the stored text of a document by its SHA-256, None when it is absent.
        earlier: Earlier reports with the documents they rest on; None when they are not known.
        report: The report's text; None to lint the one that the record renders to.

    Returns:
        All errors by rule; `not_run` for R13 alone, when earlier reports are not known.
    """
    text = ReportText(render_markdown(record) if report is None else report)
    found = [
        *spans_in_record(record, documents),
        *numbers_in_record(record),
        *cutting_in_record(record),
        *standing_in_record(record),
        *topics_in_record(record),
        *copying_in_record(record, documents),
        *references_in_record(record, text),
        *dominance_in_record(record, text),
        *reasons_in_record(record),
        *counts_in_record(record, text),
        *answer_in_record(record, text),
        *gates_in_record(record),
        *earlier_in_record(record, earlier or (), text),
        *(item for item in lint_text(text.text) if item.severity == "error"),
    ]
    if earlier is None:
        found.append(not_run("R13", "Earlier reports are not known."))
    return in_rule_order(found)


def lint_path(path: Path, sources: Iterable[str] = ()) -> LintResult:
    """Lint a report file, a `record.json`, or a run folder (record and report, with the runs beside it as earlier).

    Raises:
        UsageError: The path does not exist or cannot be read as text.
        RecordError: A record or document is damaged.
    """
    if path.is_dir():
        return LintResult(path=str(path), findings=_lint_run(path))
    if path.suffix == ".json":
        found = lint_record(_read_record(path), _stored(path.parent), _beside(path.parent))
        return LintResult(path=str(path), findings=found)
    return LintResult(path=str(path), findings=lint_text(_read_text(path), sources))


def _lint_run(folder: Path) -> tuple[Finding, ...]:
    if not (folder / "record.json").exists():
        raise UsageError(
            f"{folder} holds no record.json.", advice="Give a sealed run, its record.json or a report file."
        )
    report = folder / "report.md"
    text = _read_text(report) if report.exists() else None
    return lint_record(_read_record(folder / "record.json"), _stored(folder), _beside(folder), text)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        advice = "Give a report as text or Markdown, a record.json, or a run folder."
        raise UsageError(f"cannot read {path}: {why}.", advice=advice) from error


def _read_record(path: Path) -> RunRecord:
    try:
        return RunRecord.model_validate_json(_read_text(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        advice = "Give the record.json of a sealed run, or run the question again."
        raise RecordError(f"is no record: {where}: {first['msg']}.", concerns=str(path), advice=advice) from error


def _stored(folder: Path) -> Documents:
    """Return a reader of the documents in a run folder, each read once."""
    known: dict[str, str | None] = {}

    def text_of(sha: str) -> str | None:
        if sha not in known:
            path = folder / "documents" / f"{sha}.json"
            known[sha] = _document(path).text if path.exists() else None
        return known[sha]

    return text_of


def _document(path: Path) -> Document:
    try:
        return Document.model_validate_json(_read_text(path))
    except ValidationError as error:
        advice = "Run the question again."
        raise RecordError("the stored document is damaged.", concerns=path.stem[:12], advice=advice) from error


def _beside(folder: Path) -> tuple[EarlierReport, ...]:
    """Return the runs beside a run that came before it: by date, and of one day those that do not name this one."""
    own = folder / "record.json" if folder.is_dir() else folder
    this = _read_record(own) if own.exists() else None
    found = []
    for path in sorted(folder.resolve().parent.glob("*/record.json")):
        if this is None or path.parent == folder.resolve():
            continue
        other = _readable(path)
        if other is not None and other.date <= this.date and this.run_id not in other.same_evidence_as:
            found.append(earlier_report(other))
    return tuple(found)


def _readable(path: Path) -> RunRecord | None:
    """Return a neighbouring record, or None when it is damaged: it is not the one that is checked."""
    try:
        return _read_record(path)
    except (RecordError, UsageError):
        return None
