"""A good record passes every rule; one planted defect fires its rule and no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.errors import RecordError, UsageError
from juried.records.base import readable_json
from juried.records.claim import Claim
from juried.records.report import Draft, Sentence
from juried.records.run import RunRecord
from juried.records.verdict import Verdict
from juried.records.work import Prisma, Work
from juried.reports.lint import (
    EarlierReport,
    Rule,
    earlier_report,
    failed_rules,
    lint_path,
    lint_record,
    lint_text,
    outcomes,
)
from juried.reports.markdown import render_markdown
from tests.records import TEXTS, claims, document_of, documents, make_record

Change = Callable[[RunRecord], RunRecord]


def _claim(at: int, **values: object) -> Change:
    wanted = claims()[at].id

    def change(record: RunRecord) -> RunRecord:
        changed = tuple(
            Claim.model_validate({**claim.model_dump(), **values}) if claim.id == wanted else claim
            for claim in record.claims
        )
        return record.model_copy(update={"claims": changed})

    return change


def _verdict(at: int, **values: object) -> Change:
    wanted = claims()[at].id

    def change(record: RunRecord) -> RunRecord:
        changed = tuple(
            Verdict.model_validate({**verdict.model_dump(), **values}) if verdict.claim_id == wanted else verdict
            for verdict in record.verdicts
        )
        return record.model_copy(update={"verdicts": changed})

    return change


def _draft(**values: object) -> Change:
    return lambda record: record.model_copy(
        update={"draft": Draft.model_validate({**record.draft.model_dump(), **values})}
    )


def _work(work_id: str, **values: object) -> Change:
    def change(record: RunRecord) -> RunRecord:
        changed = tuple(
            Work.model_validate({**work.model_dump(), **values}) if work.id == work_id else work
            for work in record.works
        )
        return record.model_copy(update={"works": changed})

    return change


def _prisma(**values: int) -> Change:
    return lambda record: record.model_copy(
        update={"prisma": Prisma.model_validate({**record.prisma.model_dump(), **values})}
    )


def _gate(**values: object) -> Change:
    return lambda record: record.model_copy(update={"gates": (record.gates[0].model_copy(update=values),)})


def _abstract(text: str) -> Change:
    return _draft(abstract=(Sentence(text=text, claims=(claims()[0].id,)),))


_MEASURED = claims()[1].measurement
assert _MEASURED is not None
_SPAN = claims()[0].spans[0]
DEFECTS: list[tuple[Rule, str, Change]] = [
    ("R1", "no span", _claim(0, spans=())),
    ("R1", "shifted span", _claim(0, spans=(_SPAN.model_copy(update={"start": 1, "end": _SPAN.end + 1}),))),
    ("R1", "changed quote", _claim(0, spans=(_SPAN.model_copy(update={"quote": "Another quote."}),))),
    ("R1", "unknown document", _claim(0, spans=(_SPAN.model_copy(update={"document": "0" * 64}),))),
    ("R1", "sentence rests on an unverified claim", _draft(answer_claims=(claims()[5].id,))),
    ("R1", "sentence rests on nothing", _draft(abstract=(Sentence(text="All is well.", claims=()),))),
    ("R2", "no metric", _claim(1, measurement=_MEASURED.model_copy(update={"metric": ""}))),
    ("R2", "no dataset", _claim(1, measurement=_MEASURED.model_copy(update={"dataset": " "}))),
    ("R2", "no measurement", _claim(1, measurement=None)),
    ("R2", "number of nothing", _claim(5, text="Script transliteration reaches 88.12.", quote="")),
    ("R2", "number in no claim", _abstract("Vocabulary augmentation gains 12.5 points.")),
    ("R3", "raw TeX", _claim(5, text=r"Script transliteration helps mBERT by $\approx$ a lot.")),
    ("R3", "cut claim", _claim(5, text="Script transliteration helps mBERT on langua")),
    ("R3", "open bracket", _claim(5, text="Script transliteration helps (mBERT.")),
    ("R3", "cut title", _draft(title="Vocabulary Augmentation and Named Entity Recognition for")),
    ("R3", "cut abstract", _abstract("Vocabulary augmentation improves")),
    ("R3", "entity in a heading", _draft(themes=({"heading": "Gains &amp; losses", "sentences": ()},))),
    ("R4", "layout", _claim(5, text="Table 1 shows that script transliteration helps mBERT.")),
    ("R4", "citation key", _claim(5, text="Script transliteration follows [XCR+20] for mBERT.")),
    ("R4", "own method", _claim(5, text="Script transliteration helps our method.")),
    ("R4", "work not listed", _claim(5, text="Pfeiffer et al. (2021) use script transliteration.")),
    ("R5", "another subject", _draft(title="Flemish Dutch Speech Recognition")),
    ("R5", "a code in no claim", _draft(title="Vocabulary Augmentation and Named Entity Recognition with XLM-R")),
    ("R6", "copied", _abstract("So: " + TEXTS["W-2"].split("\n")[0])),
    ("R7", "no authors", _work("W-2", authors=())),
    ("R7", "no year", _work("W-2", year=None)),
    ("R7", "no title", _work("W-2", title="")),
    ("R9", "no reason", _verdict(5, reason="stated_by_source")),
    ("R9", "supported above the threshold without a mark", _verdict(4, confidence=90)),
    ("R10", "one identified too many", _prisma(identified=8)),
    ("R10", "one screened too few", _prisma(screened=5)),
    ("R10", "more read than included", _prisma(abstract_only=5)),
    ("R10", "a verdict is missing", lambda r: r.model_copy(update={"verdicts": _without(r, 7)})),
    ("R10", "ledger", lambda r: r.model_copy(update={"ledger": (r.ledger[0].model_copy(update={"taken": 6}),)})),
    ("R11", "no sentence", _draft(answer_text="", answer_claims=(claims()[0].id,))),
    ("R12", "no claims", _gate(claims=())),
    ("R12", "no inputs", _gate(inputs="")),
    ("R12", "no tolerance", _gate(tolerance=" ")),
    ("R12", "unknown claim", _gate(claims=("C-unknown",))),
]


def _without(record: RunRecord, at: int) -> tuple[Verdict, ...]:
    return tuple(verdict for verdict in record.verdicts if verdict.claim_id != claims()[at].id)


def test_the_good_record_and_its_report_pass() -> None:
    record = make_record()
    assert lint_record(record, documents(), ()) == ()
    assert all(item.state == "passed" for item in outcomes(lint_record(record, documents(), ())))
    assert failed_rules(lint_text(render_markdown(record))) == ()


@pytest.mark.parametrize(("rule", "change"), [(r, c) for r, _, c in DEFECTS], ids=[f"{r} {n}" for r, n, _ in DEFECTS])
def test_one_defect_fires_its_rule_and_no_other(rule: Rule, change: Change) -> None:
    findings = lint_record(change(make_record()), documents(), ())
    assert failed_rules(findings) == (rule,), [str(item) for item in findings]


def _reported(change: Callable[[str], str]) -> tuple[Rule, ...]:
    report = render_markdown(make_record())
    changed = change(report)
    assert changed != report
    return failed_rules(lint_record(make_record(), documents(), (), changed))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        (
            "R7",
            "Shijie Wu and Mark Dredze (2021). Are All Languages Created Equal in Multilingual BERT? Proceedings",
            "P",
        ),
        ("R7", "**RETRACTED (", "**noted ("),
        ("R9", "- Reason: A passage says the opposite.\n", ""),
        ("R10", "5 independently verified", "6 independently verified"),
        ("R10", "| Identified | 7 |", "| Identified | 9 |"),
        ("R10", "| Supported | 6 |", "| Supported | 7 |"),
        ("R10", "4 included. 8", "3 included. 8"),
        ("R11", "**Answer: Mixed.**", "**Mixed.**"),
        ("R12", "; tolerance: 0.", "."),
        ("R3", "Script transliteration helps mBERT on languages with unseen scripts.\n\n>", "Script translit\n\n>"),
        ("R1", "> Vocabulary augmentation improves named entity recognition in nine low-resource languages.\n", ""),
    ],
)
def test_a_report_changed_by_hand_fails(rule: Rule, old: str, new: str) -> None:
    assert _reported(lambda text: text.replace(old, new)) == (rule,)


def test_one_work_that_dominates_needs_its_banner() -> None:
    record = make_record()
    moved = tuple(claim.model_copy(update={"work_id": "W-1"}) for claim in record.claims)
    single = record.model_copy(update={"claims": moved})
    assert "R8" not in failed_rules(lint_record(single, documents(), ()))
    bare = "\n".join(line for line in render_markdown(single).splitlines() if "Single source" not in line)
    assert "R8" in failed_rules(lint_record(single, documents(), (), bare))
    assert "R8" in failed_rules(lint_text(bare))


def test_the_same_evidence_must_be_named() -> None:
    record = make_record()
    earlier = earlier_report(record).model_copy(update={"run_id": "earlier-run"})
    other = EarlierReport(run_id="other-run", evidence=frozenset({"0" * 64}))
    assert failed_rules(lint_record(record, documents(), [earlier, other])) == ("R13",)
    named = record.model_copy(update={"same_evidence_as": ("earlier-run",)})
    assert lint_record(named, documents(), [earlier, other]) == ()
    assert lint_record(record, documents(), [earlier_report(record)]) == ()
    unknown = outcomes(lint_record(record, documents()))
    assert [item.state for item in unknown if item.rule == "R13"] == ["not_run"]


@given(st.sampled_from(sorted(TEXTS)), st.data())
@settings(deadline=None, max_examples=40)
def test_one_changed_character_breaks_exactly_the_verified_claims_that_quote_it(work: str, data: st.DataObject) -> None:
    record = make_record()
    stored = document_of(work)
    at = data.draw(st.integers(0, len(stored.text) - 1))
    changed = stored.text[:at] + "\x00" + stored.text[at + 1 :]
    texts = documents()
    findings = lint_record(record, lambda sha: changed if sha == stored.sha256 else texts(sha), ())
    verified = {verdict.claim_id for verdict in record.verdicts if verdict.verified}
    hit = {
        claim.id
        for claim in record.claims
        for span in claim.spans
        if claim.id in verified and span.document == stored.sha256 and span.start <= at < span.end
    }
    assert {item.where for item in findings} == hit


def test_a_sentence_about_the_report_itself_needs_no_claim() -> None:
    own = (
        Sentence(text='This synthesis asks: "Does DuRecDial 2.0 gain 12.5 points?"', claims=()),
        Sentence(text="It rests on five verified claims.", claims=()),
    )
    assert lint_record(_draft(abstract=own)(make_record()), documents(), ()) == ()


def test_an_unanswered_question_passes() -> None:
    record = make_record()
    written = Draft(
        title="No Answer in the Works Searched",
        answer="not_answered",
        answer_text="No work that was found bears on the question, so no claim was extracted.",
        answer_claims=(),
        abstract=(Sentence(text="The evidence does not answer the question.", claims=()),),
        themes=(),
        limitations=("A wider library may find evidence.",),
    )
    gate = record.gates[0].model_copy(update={"claims": (), "outcome": "not_run", "expected": "0", "computed": "0"})
    gone = dict.fromkeys(("claims", "pools", "votes", "verdicts", "contradictions"), ())
    empty = record.model_copy(update={**gone, "draft": written, "gates": (gate,)})
    assert lint_record(empty, documents(), ()) == ()


def _write_run(folder: Path, record: RunRecord) -> None:
    (folder / "documents").mkdir(parents=True)
    (folder / "record.json").write_text(readable_json(record), encoding="utf-8")
    (folder / "report.md").write_text(render_markdown(record), encoding="utf-8")
    for work in TEXTS:
        stored = document_of(work)
        (folder / "documents" / f"{stored.sha256}.json").write_text(readable_json(stored), encoding="utf-8")


def test_a_run_folder_its_record_and_its_report_can_be_linted(tmp_path: Path) -> None:
    _write_run(tmp_path / "run", make_record())
    for name in ("run", "run/record.json", "run/report.md"):
        assert lint_path(tmp_path / name).passed, name
    next((tmp_path / "run" / "documents").iterdir()).unlink()
    assert failed_rules(lint_path(tmp_path / "run").findings) == ("R1",)


def test_a_run_beside_another_on_the_same_evidence_must_say_so(tmp_path: Path) -> None:
    later = make_record().model_copy(update={"run_id": "later", "date": "2026-11-21"})
    _write_run(tmp_path / "first", make_record())
    _write_run(tmp_path / "later", later)
    assert lint_path(tmp_path / "first").passed
    assert failed_rules(lint_path(tmp_path / "later").findings) == ("R13",)


@pytest.mark.parametrize("content", ["", "{}", "[1]", "\x00", '{"format": "juried-record-1"'])
def test_a_damaged_record_is_one_clear_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "record.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RecordError, match="is no record"):
        lint_path(path)


def test_a_path_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7\xff\xfe")
    for path in (tmp_path, tmp_path / "absent.md", tmp_path / "report.pdf"):
        with pytest.raises(UsageError):
            lint_path(path)
