"""Rewrites that keep what a claim says, and contraries that do not: known pairs, and what holds of any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.paraphrases import Outcome, Reworded, line, report
from juried.contraries import ContraryKind, contraries
from juried.labelled import Pair
from juried.paraphrases import ParaphraseKind, definitions, paraphrases

ABSTRACT = (
    "Brown adipose tissue (BAT) is fat that burns.",
    "DNA (DNA) and RNA (XY).",
    "West Nile virus (WNV) is spread by mosquitoes.",
)


@pytest.mark.parametrize(
    ("kind", "claim", "rewritten"),
    [
        ("passive", "Aspirin inhibits the production of PGE2.", "The production of PGE2 is inhibited by aspirin."),
        ("active", "PPAR-RXRs are inhibited by PPAR ligands.", "PPAR ligands inhibit PPAR-RXRs."),
        ("comparison", "Venules have a larger lumen than arterioles.", "Arterioles have a smaller lumen than venules."),
        ("comparison", "Mortality is higher in men than in women.", "Mortality is lower in women than in men."),
        ("fronted", "Obesity shortens life in mice.", "In mice, obesity shortens life."),
        ("abbreviation", "Cold increases BAT recruitment.", "Cold increases brown adipose tissue recruitment."),
        ("abbreviation", "Ticks do not carry West Nile virus.", "Ticks do not carry WNV."),
        ("number", "It doubles every 10 years.", "It doubles every ten years."),
        ("number", "Up to 50% of cells die.", "Up to 50 percent of cells die."),
        ("synonym", "CR is associated with aging.", "CR is linked to aging."),
        ("spelling", "TNFAIP3 acts in tumors.", "TNFAIP3 acts in tumours."),
        ("relative_clause", "Patients with asthma cough more.", "Patients who have asthma cough more."),
        (
            "compound",
            "Loss of CSF1R stops MOZ-induced leukemogenesis.",
            "Loss of CSF1R stops leukemogenesis induced by MOZ.",
        ),
        ("of_phrase", "ALDH1 expression is rare.", "Expression of ALDH1 is rare."),
    ],
)
def test_a_rewrite_that_means_the_same(kind: ParaphraseKind, claim: str, rewritten: str) -> None:
    assert paraphrases(claim, definitions(ABSTRACT))[kind] == rewritten


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("passive", "Smoking causes cancer and inhibits healing."),
        ("passive", "Statins reduce mortality because they inhibit HMG-CoA reductase."),
        ("fronted", "Mortality is higher in men than in women."),
        ("fronted", "The protein plays a role in mice."),
        ("comparison", "Treatment is more effective after surgery than before."),
        ("number", "PGE 2 promotes growth by altering genes."),
        ("number", "MEK 1/2 inhibitors work."),
        ("relative_clause", "The treatment of patients with chemotherapy works."),
        ("abbreviation", "The BAT-deficient strain grows."),
        ("compound", "An IL-2-induced cell death pathway exists."),
    ],
)
def test_grammar_that_is_not_surely_read_is_left_alone(kind: ParaphraseKind, claim: str) -> None:
    assert kind not in paraphrases(claim, {"BAT": "brown adipose tissue"})


@pytest.mark.parametrize(
    ("kind", "claim", "contrary"),
    [
        ("direction", "Polymeal nutrition reduces mortality.", "Polymeal nutrition increases mortality."),
        ("negation", "Hypoglycemia increases the risk.", "Hypoglycemia does not increase the risk."),
        ("negation", "CHEK2 is not associated with cancer.", "CHEK2 is associated with cancer."),
        ("roles", "Aspirin inhibits platelets.", "Platelets inhibit aspirin."),
        ("comparison", "Venules have a larger lumen than arterioles.", "Venules have a smaller lumen than arterioles."),
        ("null_effect", "Aspirin inhibits platelets.", "Aspirin has no effect on platelets."),
        ("null_effect", "CR is linked to aging.", "There is no association between CR and aging."),
    ],
)
def test_a_contrary(kind: ContraryKind, claim: str, contrary: str) -> None:
    assert contraries(claim)[kind] == contrary


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("direction", "Screening does not improve vision."),
        ("comparison", "Teaching hospitals do not provide better care than others."),
        ("negation", "Signals mediated by NO persist."),
        ("negation", "Genes increase survival of neurons that are infected."),
    ],
)
def test_what_would_be_no_contrary_is_not_made(kind: ContraryKind, claim: str) -> None:
    made = contraries(claim).get(kind, "")
    assert "neurons that are not" not in made
    assert not made or kind == "negation"


WORDS = [
    *("Aspirin", "inhibits", "is inhibited by", "higher", "than", "in", "mice", "patients", "with", "not", "10", "%"),
    *("50%", "(BAT)", "BAT-induced", ",", ".", "of", "a", "two"),
]


def test_long_forms_are_those_whose_initials_the_short_form_gives() -> None:
    assert definitions(ABSTRACT) == {"BAT": "brown adipose tissue", "WNV": "West Nile virus"}
    assert definitions(["acute lung injury (ALI)", "another long idea (ALI)."]) == {}


def _figures(text: str) -> list[str]:
    return sorted(re.findall(r"\d+|\btwo\b", text.lower()))


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_text_gives_other_texts_always_the_same_with_its_numbers(text: str) -> None:
    made = paraphrases(text, {"BAT": "brown adipose tissue"})
    assert made == paraphrases(text, {"BAT": "brown adipose tissue"})
    assert all(item != text.strip() for item in (*made.values(), *contraries(text).values()))
    for kind in ("passive", "active", "comparison", "fronted"):
        if kind in made:
            assert _figures(made[kind]) == _figures(text)


def test_the_table_counts_flips_apart_from_other_changes() -> None:
    pair = Pair("Aspirin inhibits platelets.", "1", ("s",), "supports", ((0,),), "scifact")
    kept = Reworded(pair, "passive", True, "Platelets are inhibited by aspirin.")
    turned = Reworded(pair, "negation", False, "Aspirin does not inhibit platelets.")
    found = [
        Outcome(kept, ("supports", "supports", True), ("refutes", "not_enough_info", False)),
        Outcome(kept, ("supports", "supports", True), ("supports", "supports", True)),
        Outcome(turned, ("supports", "supports", True), ("refutes", "supports", False)),
    ]
    rows = "\n".join(report(found))
    assert "| confirmer: paraphrases, support against refutation flipped | 2 | 0.500 |" in rows
    assert "| bare verifier: paraphrases, support against refutation flipped | 2 | 0.000 |" in rows
    assert "| bare verifier: paraphrases, any other label | 2 | 0.500 |" in rows
    assert "| confirmer: contraries refuted | 1 | 1.000 |" in rows
    assert "| 0 | – | – |" in line("nothing", lambda item: True, [])
