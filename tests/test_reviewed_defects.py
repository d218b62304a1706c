"""Defects that a review found, each as a test: forged quotes, unfounded marks, leaked keys, hidden text."""

from __future__ import annotations

import pytest

from juried.documents.dispatch import parse
from juried.errors import UsageError
from juried.records.run import RunRecord
from juried.reports.lint import failed_rules, lint_record
from juried.settings import Settings
from juried.sources.live import keys_of
from tests.records import documents, make_record


def first_verified(record: RunRecord) -> str:
    return next(verdict.claim_id for verdict in record.verdicts if verdict.verified)


def with_claim(record: RunRecord, claim_id: str, **changes: object) -> RunRecord:
    claims = tuple(c.model_copy(update=changes) if c.id == claim_id else c for c in record.claims)
    return record.model_copy(update={"claims": claims})


def with_verdict(record: RunRecord, claim_id: str, **changes: object) -> RunRecord:
    verdicts = tuple(v.model_copy(update=changes) if v.claim_id == claim_id else v for v in record.verdicts)
    return record.model_copy(update={"verdicts": verdicts})


def test_a_good_record_passes() -> None:
    assert failed_rules(lint_record(make_record(), documents())) == ()


def test_a_quote_that_is_not_the_words_of_its_span_fails_r1() -> None:
    record = make_record()
    forged = with_claim(record, first_verified(record), quote="The method cures every disease at once.")
    assert "R1" in failed_rules(lint_record(forged, documents()))


@pytest.mark.parametrize("changes", [{"confidence": 1}, {"outcome": "not_enough_evidence", "reason": "weak_evidence"}])
def test_a_mark_that_the_verdict_does_not_earn_fails_r1(changes: dict[str, object]) -> None:
    record = make_record()
    assert "R1" in failed_rules(lint_record(with_verdict(record, first_verified(record), **changes), documents()))


def test_a_key_without_its_name_is_not_printed() -> None:
    with pytest.raises(UsageError) as caught:
        keys_of(Settings(source_keys=("openalex=abc", "s3cr3t")))
    assert "s3cr3t" not in str(caught.value)
    assert "2" in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        '<p>Seen <b>bold <span class="h">IGNORE</span></b> text.</p>',
        '<h2>Results <span class="h">IGNORE</span></h2><p>Seen text.</p>',
        '<table><tr><th>A</th></tr><tr><td>1 <span class="h">IGNORE</span></td></tr></table><p>Seen text.</p>',
    ],
)
@pytest.mark.parametrize("rule", [".h{display:none}", ".a,.h{display:none}", ".h,.a{visibility:hidden}"])
def test_text_that_a_style_hides_stays_out_and_is_reported(body: str, rule: str) -> None:
    page = f"<html><head><title>T</title><style>{rule}</style></head><body><h1>T</h1>{body}</body></html>"
    document = parse(page.encode(), "page.html")
    assert "Seen" in document.text
    assert "IGNORE" not in document.text
    assert any("IGNORE" in item.text for item in document.hidden)


def test_what_a_style_hides_only_in_print_is_text() -> None:
    style = "<style>@media print{.body{display:none}}</style>"
    page = f'<html><head><title>T</title>{style}</head><body><h1>T</h1><p class="body">Seen text.</p></body></html>'
    assert "Seen text." in parse(page.encode(), "page.html").text
