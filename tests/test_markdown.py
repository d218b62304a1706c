"""The report as a person reads it, and as a Markdown parser does."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from juried.records.report import ANSWER_PHRASES
from juried.records.run import Correction, Loss, RunRecord
from juried.records.verdict import LostVote
from juried.records.work import Identifiers, Work
from juried.reports.escape import block_quote, escape, escape_lines, table, unescape
from juried.reports.limitations import STANDING_NOTICE
from juried.reports.markdown import render_markdown, render_plain_summary
from juried.reports.references import reference
from tests.records import QUESTION, TITLES, claims, make_record

_TEXT = st.text(alphabet=st.sampled_from(list("ab1 .\\`*_[]()<>#+-=|~&;$!\"'{}:/@\n")), max_size=60)


def _shown(markdown: str) -> str:
    """What a CommonMark renderer with tables and strike-through shows as text."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    parts = []
    for token in tokens:
        for child in token.children or []:
            parts.append(
                child.content if child.type == "text" else " " if child.type == "softbreak" else f"<{child.type}>"
            )
    return " ".join("".join(parts).split())


@given(_TEXT)
@example("1. not a list")
@example("# no heading")
@example("a\n===\nb")
@example("[5]: #x")
@example("&amp; <b>x</b> ~~y~~ $z$")
def test_text_from_papers_renders_literally(text: str) -> None:
    plain = " ".join(text.split())
    if plain:
        assert _shown(escape(text)) == plain


@given(_TEXT)
def test_escaping_can_be_undone(text: str) -> None:
    assert unescape(escape_lines(text)) == text


@given(_TEXT, _TEXT)
def test_tables_keep_their_columns(first: str, second: str) -> None:
    markdown = table(["A", "B"], [[escape(first), escape(second)]])
    rows = MarkdownIt("commonmark").enable("table").parse(markdown)
    assert sum(token.type == "td_open" for token in rows) == 2


def test_quotes_are_exact_and_whole() -> None:
    report = render_markdown(make_record())
    for claim in claims()[:7]:
        assert block_quote(claim.quote) in report


@given(_TEXT.filter(lambda text: text.strip() == text and text != ""))
def test_a_block_quote_holds_every_character(text: str) -> None:
    lines = block_quote(text).split("\n")
    assert all(line.startswith(">") for line in lines)
    assert "\n".join(unescape(line.removeprefix(">").removeprefix(" ")) for line in lines) == text


def test_the_report_has_its_sections_in_order() -> None:
    report = render_markdown(make_record())
    names = [line for line in report.splitlines() if re.match(r"##? \S", line)]
    assert names == [
        "# Vocabulary Augmentation and Named Entity Recognition for Low-Resource Languages",
        "## Abstract",
        "## 1 Introduction",
        "## 2 Methodology",
        "## 3 Results",
        "## 4 Limitations",
        "## 5 Claims",
        "## 6 Quality",
        "## References",
    ]
    assert STANDING_NOTICE in report
    assert f"**Question:** {QUESTION}" in report
    assert "**Answer: Mixed.**" in report
    assert "No language model took part" in report


def test_a_check_mark_stands_with_verified_claims_alone() -> None:
    record = make_record()
    headings = [
        line for line in render_markdown(record).splitlines() if line.startswith(("**✓ Verified", "**Not verified"))
    ]
    assert len(headings) == 7
    assert sum("✓" in line for line in headings) == sum(verdict.verified for verdict in record.verdicts)


def test_uncalibrated_is_said_beside_every_confidence() -> None:
    record = make_record()
    loose = tuple(verdict.model_copy(update={"calibrated": False}) for verdict in record.verdicts)
    report = render_markdown(record.model_copy(update={"verdicts": loose}))
    lines = [line for line in report.splitlines() if line.startswith("**") and "confidence" in line and " %" in line]
    assert len(lines) == 7
    assert all("% (uncalibrated)" in line for line in lines)


def test_references_are_the_works_used_sorted_and_retraction_is_flagged_without_use() -> None:
    report = render_markdown(make_record())
    listed = report.partition("## References")[2]
    places = [listed.index(TITLES[name]) for name in ("W-1", "W-3", "W-4", "W-2")]
    assert places == sorted(places)
    assert TITLES["W-5"] not in listed
    assert TITLES["W-6"] not in report
    assert f"{TITLES['W-5']}." in report
    assert "**RETRACTED (2022-01-10; Notice of the volume's editors)**" in report


def test_every_link_has_a_target() -> None:
    report = render_markdown(make_record())
    used = set(re.findall(r"(?<!\\)\[(C?\d+)\](?!:)", report))
    defined = set(re.findall(r"^\[(C?\d+)\]: #", report, re.MULTILINE))
    assert used <= defined
    assert all(f"### {name}\n" in report for name in defined if name.startswith("C"))


def test_single_source_banner_appears_above_sixty_percent() -> None:
    record = make_record()
    assert "Single source" not in render_markdown(record)
    moved = tuple(claim.model_copy(update={"work_id": "W-1"}) for claim in record.claims)
    assert "> **Single source.** 7 of 7 claims" in render_markdown(record.model_copy(update={"claims": moved}))


def test_losses_corrections_and_old_evidence_are_told() -> None:
    record = make_record()
    lost = LostVote(claim_id=claims()[0].id, reviewer="challenger", round=1, code="backend_failed", detail="No answer.")
    changed = record.model_copy(
        update={
            "lost_votes": (lost,),
            "losses": (Loss(stage="review", concerns="batch 1", detail="No answer came."),),
            "corrections": (Correction(date="2026-12-01", text="A name was wrong."),),
            "same_evidence_as": ("earlier-run",),
        }
    )
    report = render_markdown(changed)
    assert "This run is degraded: 2 items lost, 1 of them votes." in report
    assert "Vote of the challenger was lost. The model failed to give a usable answer. No answer." in report
    assert "> **Correction of 2026-12-01.** A name was wrong." in report
    assert "the same evidence as the earlier report earlier-run" in report


def test_the_same_record_gives_the_same_bytes_whatever_the_order_of_votes() -> None:
    record = make_record()
    turned = record.model_copy(update={"votes": tuple(reversed(record.votes))})
    assert render_markdown(turned) == render_markdown(record) == render_markdown(make_record())


def _empty() -> RunRecord:
    record = make_record()
    written = record.draft.model_copy(
        update={
            "answer": "not_answered",
            "answer_claims": (),
            "answer_text": "Nothing was found.",
            "themes": (),
            "abstract": (),
        }
    )
    gone = dict.fromkeys(("claims", "pools", "votes", "verdicts", "contradictions", "gates"), ())
    return record.model_copy(update={**gone, "draft": written})


def test_a_run_without_claims_still_gives_a_whole_report() -> None:
    report = render_markdown(_empty())
    assert f"**Answer: {ANSWER_PHRASES['not_answered']}.** Nothing was found." in report
    assert "0 claims extracted, 0 tried; 0 independently verified." in report
    assert "No claim was tried." in report
    assert "No work is used." in report


def test_a_work_that_was_read_in_vain_is_told_from_one_that_was_lost() -> None:
    record = make_record()
    read = next(note.work_id for note in record.documents if note.document)
    silent = record.model_copy(update={"claims": tuple(c for c in record.claims if c.work_id != read), "losses": ()})
    told = "No claim that bears on the question was found in 1 included work that was read: "
    assert told in render_markdown(silent)
    lost = Loss(stage="extract_claims", concerns=read, detail="refused")
    assert told not in render_markdown(silent.model_copy(update={"losses": (lost,)}))


def test_it_says_who_screened_and_how_much_of_a_work_a_model_read() -> None:
    record = make_record()
    notes = tuple(note.model_copy(update={"unshown": 3}) for note in record.documents[:1]) + record.documents[1:]
    screener = record.backends[0].model_copy(update={"role": "screener"})
    backends = (*record.backends, screener)
    report = render_markdown(record.model_copy(update={"documents": notes, "backends": backends}))
    assert "Of 1 document the model read only the passages nearest to the question: 3 passages left out." in report
    assert "judged against the criteria by embedded (by method, without a language model)." in report


def test_the_summary_is_short_and_says_where_the_report_stands() -> None:
    summary = render_plain_summary(make_record())
    lines = summary.splitlines()
    assert 10 <= len(lines) <= 20
    assert "Answer:   Mixed." in summary
    assert "8 extracted, 7 tried, 5 verified" in summary
    assert "Retracted or withdrawn works retrieved: 1" in summary
    assert 10 <= len(render_plain_summary(_empty()).splitlines()) <= 20


def test_a_reference_says_what_is_not_stated() -> None:
    line = reference(Work(id="W", title="Untitled *notes*"))
    assert line == (
        "Author not stated (year not stated). Untitled \\*notes\\*. No identifier stated. Status: no notice known."
    )


def test_addresses_cannot_break_out_of_their_link() -> None:
    work = Work(id="W", title="T", identifiers=Identifiers(doi="10.1002/(sici)1097<1::aid>3.0.co;2-x y"))
    assert "<https://doi.org/10.1002/(sici)1097%3C1::aid%3E3.0.co;2-x%20y>" in reference(work)
    local = Work(id="W", title="T", url="file:///etc/passwd")
    assert "file:" not in reference(local)


def test_many_authors_are_counted() -> None:
    work = Work(id="W", title="T", authors=tuple(f"A. Name{at}" for at in range(14)))
    assert "A. Name9 and 4 others (" in reference(work)
