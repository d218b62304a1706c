"""Single rules of the lint, on sentences and on reports in other people's formats."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.reports.lint import RULES, failed_rules, lint_text, open_references, outcomes, unbound_numbers
from juried.reports.lint.claim_rows import claim_rows
from juried.reports.lint.copying import shared_runs
from juried.reports.lint.cutting import cut_claims, raw_parts, why_cut, why_cut_title
from juried.reports.lint.parsing import ReportText
from juried.reports.lint.topics import uncovered
from juried.reports.markdown import render_markdown
from tests.records import make_record


@pytest.mark.parametrize(
    "claim",
    [
        "LAPT reaches 95.74 ± 0.44 LAS on Uyghur UD.",
        "Recall rises by 3.2 points in nine languages.",
        "Mortality was 12.5% among patients treated early.",
        "Of these, 12.5% of patients relapsed.",
        "The dose was 4.5 mg in adults.",
        "DuRecDial 2.0 holds dialogues in two languages.",
        "It contains 1.5M articles.",
        "mBERT covers 104 languages since 2018.",
        "NER in nine languages improves.",
    ],
)
def test_bound_numbers(claim: str) -> None:
    assert unbound_numbers(claim) == ()


@pytest.mark.parametrize(
    ("claim", "numbers"),
    [
        ("The performance of VA is 95.28 ± 0.51 and 97.15 ± 0.04.", ("95.28 ± 0.51", "97.15 ± 0.04")),
        ("LAPT achieves 95.74 performance.", ("95.74",)),
        ("The accuracy is 88.1.", ("88.1",)),
        ("XLM-V outperforms XLM-R by 11.2% on MasakhaNER.", ("11.2%",)),
    ],
)
def test_numbers_of_nothing(claim: str, numbers: tuple[str, ...]) -> None:
    assert unbound_numbers(claim) == numbers


def test_the_quote_may_name_what_the_claim_leaves_out() -> None:
    assert unbound_numbers("XLM-V gains 11.2%.", "XLM-V gains 11.2% in F1 on MasakhaNER.") == ()


@pytest.mark.parametrize(
    ("claim", "pointer"),
    [
        ("Table 1 shows that it works.", "Table 1"),
        ("Fig. 3b has the details.", "Fig. 3"),
        ("The details are listed in Appendix B.", "Appendix B"),
        ("The benchmark tables show metrics.", "The benchmark tables"),
        ("The procedure follows [XCR+20].", "[XCR+20]"),
        ("BERT helps [12, 13].", "[12, 13]"),
        ("BERT helps [?].", "[?]"),
        ("BERT is worse than our method.", "our"),
        ("This work helps.", "This work"),
        ("Chau et al. (2020) report gains.", "Chau et al. (2020)"),
        ("Gains are known (Wu and Dredze, 2020).", "Wu and Dredze, 2020"),
    ],
)
def test_what_points_outside_a_claim(claim: str, pointer: str) -> None:
    assert pointer in open_references(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "Segmentation algorithms split words.",
        "Question answering over tables of numbers is hard.",
        "Extractive question answering (EQA) is a task.",
        "A masked token such as [MASK] is predicted.",
        "The score lies in the range [0, 1].",
        "In the US, 12 hospitals took part.",
        "The effect was seen in 2021.",
        "The data of CoNLL (2003) are used in May (2020).",
    ],
)
def test_what_does_not_point_outside(claim: str) -> None:
    assert open_references(claim) == ()


def test_author_and_year_are_resolved_by_the_references() -> None:
    assert open_references("Chau et al. (2020) report gains.", ["Ethan C. Chau and others (2020). Title."]) == ()


def test_cut_sentences_and_titles() -> None:
    assert why_cut("It ends here.") == why_cut('It is called "so."') == why_cut("1) First, this (all of it).") == ""
    assert why_cut("covering only a third of the language")
    assert why_cut("and so on ...")
    assert why_cut("This (is left open.")
    assert why_cut_title("On the Use of")
    assert why_cut_title("Transfer (Part")
    assert why_cut_title("What Works in Transfer?") == why_cut_title("The Role of Vitamin A") == ""


def test_a_list_without_full_stops_is_not_cut_unless_it_stops_at_one_length() -> None:
    style = ["Transfer helps", "Adapters help in nine languages", "Vocabulary matters"]
    assert cut_claims(style) == {}
    limited = ["a" * 40, "b" * 40, "short one"]
    assert sorted(cut_claims(limited)) == [0, 1]
    assert sorted(cut_claims(["One.", "Two.", "Thr"])) == [2]


@pytest.mark.parametrize("text", [r"95 \pm 1", "$x_i$", "$n$ words", "H_{2}O", "a &lt; b", r"50\%", "bad \ufffd sign"])
def test_raw_tex_and_escapes(text: str) -> None:
    assert raw_parts(text)


@pytest.mark.parametrize("text", ["95 ± 1", "it costs $5 and $10", "task_name", "AT&T; and R&D", "C^2", "10 % & more"])
def test_plain_signs_are_no_tex(text: str) -> None:
    assert raw_parts(text) == ()


def test_titles_and_claims() -> None:
    claims = ["Named entity recognition improves with multi-lingual pre-training.", "mT5 uses NER data."]
    assert uncovered("Multilingual Pretraining and NER", claims)[0] == ()
    assert uncovered("Impact of Multi-lingual Named-Entity Recognition", claims)[0] == ()
    missing, share, code = uncovered("WER of Flemish Dutch Speech", claims)
    assert (set(missing), share, code) == ({"wer", "flemish", "dutch", "speech"}, 0, True)
    assert uncovered("A Review of the Evidence", []) == ((), 100, False)


SOURCE = "We explore how mBERT performs on a much wider set of languages, focusing on the quality of representation."


def test_twelve_words_in_a_row_outside_quotation_marks() -> None:
    words = SOURCE.split()
    assert shared_runs("So " + " ".join(words[:11]), [SOURCE]) == ()
    assert len(shared_runs("So " + " ".join(words[:12]), [SOURCE])[0].split()) == 12
    assert shared_runs(f'They say "{SOURCE}"', [SOURCE]) == ()
    assert shared_runs(f"They say “{SOURCE}”", [SOURCE]) == ()
    assert shared_runs(SOURCE.upper().replace(" ", "\n"), [SOURCE]) != ()
    assert shared_runs(f'An unclosed " mark: {SOURCE}', [SOURCE]) != ()
    assert shared_runs("", [SOURCE]) == shared_runs(SOURCE, []) == ()


FOREIGN = """# Adapters in Quechua

## Abstract

Adapters help in Quechua.

## Introduction

Do adapters help in Quechua? The answer is: yes.

## Results

9 works retrieved. 2 claims extracted; 1 independently verified.

## Claims

| # | Claim | Verdict | Quote | Source | Reason |
|---|---|---|---|---|---|
| 1 | Adapters help in Quechua. | ✓ | "Adapters help" | [1] | stated |
| 2 | Adapters are \\| small. | ✗ | | [2] | not in the text |

## References

1. Author Rho (2023). Adapters in Quechua. <https://doi.org/10.1/x>. Published.
2. Bo Li (2022). Small adapters. <https://doi.org/10.1/y>. Published.
"""


def test_a_report_of_another_kind_is_read() -> None:
    rows = claim_rows(ReportText(FOREIGN))
    assert [(row.text, row.verified) for row in rows] == [
        ("Adapters help in Quechua.", True),
        ("Adapters are | small.", False),
    ]
    assert failed_rules(lint_text(FOREIGN)) == ()


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("R1", '"Adapters help"', ""),
        ("R7", "[2]", "[3]"),
        ("R7", " (2022)", ""),
        ("R8", "[2]", "[1]"),
        ("R9", "not in the text", ""),
        ("R10", "2 claims extracted", "3 claims extracted"),
        ("R11", "The answer is: yes.", "We shall see."),
    ],
)
def test_a_report_of_another_kind_fails(rule: str, old: str, new: str) -> None:
    assert rule in failed_rules(lint_text(FOREIGN.replace(old, new)))


def test_a_theme_called_like_a_section_is_not_taken_for_it() -> None:
    text = FOREIGN.replace("9 works", "### Claims\n\nSome say so.\n\n### References\n\nNone.\n\n9 works")
    assert failed_rules(lint_text(text)) == ()


def test_claims_as_a_plain_list() -> None:
    text = "Title\n\nClaims\n\n- Adapters help. ✓\n- Adapters hurt. ✗\n- Adapters are known.\n"
    rows = claim_rows(ReportText(text))
    assert [row.verified for row in rows] == [True, False, None]
    assert {"R1", "R9"} <= set(failed_rules(lint_text(text)))


@given(st.text(alphabet=st.sampled_from(list("#|- \n\tabC1✓×.[]()$\\>*:")), max_size=300))
@settings(deadline=None)
def test_any_text_gives_one_outcome_per_rule(text: str) -> None:
    found = outcomes(lint_text(text))
    assert [item.rule for item in found] == list(RULES)
    assert "R11" in failed_rules(lint_text(text))


@given(st.data())
@settings(deadline=None, max_examples=30)
def test_a_report_with_lines_gone_never_breaks_the_lint(data: st.DataObject) -> None:
    lines = render_markdown(make_record()).splitlines()
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    assert len(outcomes(lint_text("\n".join(lines[:start] + lines[end:])))) == 13
