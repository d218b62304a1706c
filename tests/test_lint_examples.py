"""The lint on reports as another service publishes them: it fails each for what a careful reader sees.

Read closely, the four reports and the record page break these rules, and no other that a text can show:

- 0: five claims called verified without a quote (R1); abstract and two claims stop in the middle (R3); the
  title speaks of Flemish Dutch speech models, the claims of mBERT (R5); the abstract is that of the paper on
  mBERT (R6); three bare addresses as references (R7); the question on word error rates has no answer (R11).
- 1: verified without quotes (R1); "The performance of LAPT is 95.74" of what, on what (R2); claims that stop
  in the middle, raw TeX (R3); "Chau et al. (2020) report" with no such reference (R4); a title on NER F1
  while no claim names either (R5); a copied abstract (R6); bare addresses (R7); three claims marked × without a
  reason (R9); no answer (R11).
- 2: as 1, but no claim points outside itself; the title's hybrid batch training and retrieval occur in no claim.
- 3: verified without quotes (R1); cut claims, cut abstract, raw TeX (R3); "Table 1 shows", "[XCR+20]" (R4); bare
  addresses (R7); × without reason (R9); no answer (R11). Its title fits its claims, and they state no result.
- 4: a record page: the abstract is cut (R3), no references (R7), no answer (R11), and a gate that
  compares 1114.0 with 1114.0 without naming a claim or an input (R12). It shows no claims.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from juried.reports.lint import RULES, Finding, Rule, failed_rules, lint_path, lint_text, outcomes

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
EXAMPLES = DATA / "reports" / "published_examples"
PAPERS = DATA / "works" / "acl_anthology" / "papers.jsonl.gz"
needs_examples = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the published examples are not at hand")
needs_papers = pytest.mark.skipif(not PAPERS.exists(), reason="the ACL Anthology is not at hand")

READ: dict[int, tuple[Rule, ...]] = {
    0: ("R1", "R3", "R5", "R7", "R11"),
    1: ("R1", "R2", "R3", "R4", "R5", "R7", "R9", "R11"),
    2: ("R1", "R2", "R3", "R5", "R7", "R9", "R11"),
    3: ("R1", "R3", "R4", "R7", "R9", "R11"),
    4: ("R3", "R7", "R11", "R12"),
}


def _text(number: int) -> str:
    return (EXAMPLES / f"example_{number}.txt").read_text(encoding="utf-8")


def _errors(number: int, rule: str) -> list[Finding]:
    return [item for item in lint_text(_text(number)) if item.rule == rule and item.severity == "error"]


@needs_examples
@pytest.mark.parametrize("number", sorted(READ))
def test_each_fails_for_what_a_reader_sees_and_nothing_else(number: int) -> None:
    assert failed_rules(lint_text(_text(number))) == READ[number]
    assert failed_rules(lint_path(EXAMPLES / f"example_{number}.txt").findings) == READ[number]


@needs_examples
@pytest.mark.parametrize("number", sorted(READ))
def test_what_a_text_cannot_show_is_never_passed(number: int) -> None:
    state = {item.rule: item.state for item in outcomes(lint_text(_text(number)))}
    assert list(state) == list(RULES)
    assert all(state[rule] == "not_run" for rule in ("R6", "R8", "R10", "R13"))
    if number == 4:
        assert all(state[rule] == "not_run" for rule in ("R1", "R2", "R4", "R5", "R9"))


@needs_examples
@needs_papers
@pytest.mark.parametrize(("number", "paper"), [(0, "2020.repl4nlp-1.16"), (1, "2021.mrl-1.5"), (2, "2021.mrl-1.5")])
def test_copied_abstracts_are_found_when_the_paper_is_given(number: int, paper: str) -> None:
    with gzip.open(PAPERS, "rt", encoding="utf-8") as file:
        found = next(json.loads(line) for line in file if line.startswith(f'{{"id": "{paper}"'))
    findings = lint_text(_text(number), sources=[found["abstract"]])
    assert set(failed_rules(findings)) == {*READ[number], "R6"}
    assert not any(item.rule == "R6" for item in lint_text(_text(number), sources=["Another abstract."]))


@needs_examples
def test_the_cut_claims_are_exactly_those_that_stop_in_the_middle() -> None:
    expected = {0: {1, 2}, 1: {1, 4, 6, 14, 15, 16}, 2: {5, 6, 15, 16}, 3: {1, 5, 6, 8, 11, 12}}
    for number, claims in expected.items():
        cut = [item.where for item in _errors(number, "R3") if "is cut" in item.message and item.where != "abstract"]
        assert cut == [f"claim {at}" for at in sorted(claims)]


@needs_examples
def test_findings_quote_what_is_wrong() -> None:
    assert [item.where for item in _errors(1, "R9")] == ["claim 7", "claim 9", "claim 10"]
    assert "flemish" in _errors(0, "R5")[0].message
    assert "$1(x_i = \\hat{x}_i)$" in " ".join(item.message for item in _errors(3, "R3"))
    assert "Computed 1114.0 matches expected 1114.0" in _errors(4, "R12")[0].quoted
    assert "claims, inputs" in _errors(4, "R12")[0].message
    assert _errors(2, "R7")[0].quoted == "<http://arxiv.org/abs/2104.12250v2>"


@needs_examples
def test_counts_that_a_forger_changes_are_caught() -> None:
    forged = _text(1).replace("13 independently verified", "14 independently verified")
    assert "R10" in failed_rules(lint_text(forged))
    other = _text(1).replace("yielded 13 papers", "yielded 12 papers")
    assert "R10" in failed_rules(lint_text(other))
