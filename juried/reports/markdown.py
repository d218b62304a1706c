"""The report as Markdown, a pure function of the record, and its short summary for a terminal."""

from __future__ import annotations

from juried.counting import counts_of
from juried.records.report import answer_phrase
from juried.records.run import RunRecord
from juried.reports.claims import claims_section
from juried.reports.escape import escape, plural
from juried.reports.limitations import dominant_work, limitations
from juried.reports.methodology import methodology
from juried.reports.numbering import Numbering, number
from juried.reports.quality_section import quality_section, score_line
from juried.reports.references import reference
from juried.reports.results import results, sentence
from juried.reports.spending import totals_line


def render_markdown(record: RunRecord) -> str:
    """Return the whole report; the same record gives the same text, ending in a newline.

    Claims are numbered in the order of their section, references by first author, year and title. Text
    from papers and models is escaped so that it shows literally; quotes are whole.
    """
    numbering = number(record)
    ends = [quality_section(record, numbering), _references(numbering), _link_targets(numbering)]
    return _joined([*_body(record, numbering, votes=True), *ends])


def render_for_review(record: RunRecord) -> str:
    """Return what reviewers score: the report without votes on single claims, and without scores and link targets."""
    numbering = number(record)
    return _joined([*_body(record, numbering, votes=False), _references(numbering)])


def _body(record: RunRecord, numbering: Numbering, *, votes: bool) -> list[str]:
    return [
        f"# {escape(record.draft.title)}",
        f"{escape(record.publisher)} · {escape(record.date)}",
        *_banners(record, numbering),
        _abstract(record, numbering),
        _introduction(record, numbering),
        methodology(record),
        results(record, numbering),
        limitations(record, numbering),
        claims_section(record, numbering, votes=votes),
    ]


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _banners(record: RunRecord, numbering: Numbering) -> list[str]:
    banners = []
    dominant = dominant_work(record)
    if dominant is not None:
        work_id, count, total = dominant
        banners.append(
            f"> **Single source.** {count} of {total} claims tried come from one work, {numbering.work(work_id)}."
        )
    banners += [
        f"> **Same evidence.** This report rests on the same evidence as the earlier report {escape(other)}."
        for other in record.same_evidence_as
    ]
    banners += [f"> **Correction of {escape(item.date)}.** {escape(item.text)}" for item in record.corrections]
    return banners


def _abstract(record: RunRecord, numbering: Numbering) -> str:
    return "## Abstract\n\n" + " ".join(sentence(item, numbering) for item in record.draft.abstract)


def _introduction(record: RunRecord, numbering: Numbering) -> str:
    draft = record.draft
    answer = f"**Answer: {answer_phrase(draft.answer)}.** {escape(draft.answer_text)}".rstrip()
    return (
        f"## 1 Introduction\n\n**Question:** {escape(record.question)}\n\n{answer}{numbering.cite(draft.answer_claims)}"
    )


def _references(numbering: Numbering) -> str:
    lines = [f"{at}. {reference(work)}" for at, work in enumerate(numbering.works, start=1)]
    return "## References\n\n" + ("\n".join(lines) or "No work is used.")


def _link_targets(numbering: Numbering) -> str:
    """Return the link definitions that make `[C3]` and `[5]` links wherever they stand."""
    claims = [f"[C{at}]: #c{at}" for at in range(1, len(numbering.claims) + 1)]
    works = [f"[{at}]: #references" for at in range(1, len(numbering.works) + 1)]
    return "\n".join(claims + works)


def render_plain_summary(record: RunRecord) -> str:
    """Return what a run prints when it ends: title, answer, counts and quality, ten to twenty lines, no markup."""
    counts = counts_of(record)
    prisma = record.prisma
    dominant = dominant_work(record)
    retracted = sum(work.retracted for work in record.works)
    lost = sum(not loss.refused for loss in record.losses) + len(record.lost_votes)
    excluded = sum(item.count for item in prisma.excluded)
    merged = plural(prisma.duplicates, "duplicate")
    lines = [
        _line(record.draft.title),
        f"{_line(record.publisher)}, {record.date}",
        "",
        f"Question: {_line(record.question)}",
        f"Answer:   {answer_phrase(record.draft.answer)}. {_line(record.draft.answer_text)}".rstrip(),
        "",
        f"Works:    {prisma.identified} identified, {merged} merged, {excluded} excluded, "
        f"{prisma.included} included ({prisma.full_text} full text, {prisma.abstract_only} abstract only)",
        f"Claims:   {counts.extracted} extracted, {counts.tried} tried, {counts.verified} verified (✓)",
        f"          {counts.supported} supported, {counts.contradicted} contradicted, "
        f"{counts.not_enough_evidence} not enough evidence, {counts.not_checked} not checked",
        score_line(record.quality),
    ]
    lines += [_line(totals_line(record.usage))] if record.usage else []
    lines += [f"Retracted or withdrawn works retrieved: {retracted}"] if retracted else []
    lines += [f"Single source: {dominant[1]} of {dominant[2]} claims tried come from one work"] if dominant else []
    lines += [f"Degraded: {plural(lost, 'item')} lost; see Limitations"] if lost else []
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())
