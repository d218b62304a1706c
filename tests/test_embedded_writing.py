"""What a reader notices of reports written by method: quotes, attribution, headings, answers, and mended faults."""

from __future__ import annotations

import asyncio
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.writer import family_name
from juried.backends.embedded.backend import EmbeddedBackend
from juried.backends.embedded.directions import direction
from juried.backends.embedded.headings import title_case
from juried.backends.embedded.quoting import attributed, quoted
from juried.encoder import HashingEncoder
from juried.records.claim import ClaimKind
from juried.records.protocol import Facet
from juried.records.report import DIMENSIONS
from juried.records.verdict import Mandate
from juried.reports.lint.topics import uncovered
from juried.tasks import MandateReview, ReportScores, ScoreReport, VerifiedClaim, WorkLine, WriteReport, WrittenReport
from juried.text.stance import Stance

TRANSLITERATION = Facet(name="transliteration", terms=("transliteration",))
MODELS = Facet(name="multilingual models", terms=("multilingual models", "mBERT"))
QUESTION = "Does transliteration help multilingual models?"
GAIN = "Transliteration significantly improves multilingual models on downstream tasks."
DROP = "Transliteration degrades the accuracy of multilingual models on unrelated scripts."
WORKS = (
    WorkLine(id="a", short_name="Wu and Dredze (2020)", title="On scripts", year=2020),
    WorkLine(id="b", short_name="Muller (2021)", title="On transliteration", year=2021),
    WorkLine(id="c", short_name="Chau et al. (2021)", title="On models", year=2021),
)


def claim(
    name: str,
    work: str,
    text: str,
    kind: ClaimKind = "finding",
    *,
    others: int = 0,
    quote: str = "",
    stance: Stance = "own_result",
) -> VerifiedClaim:
    return VerifiedClaim(
        id=name,
        work_id=work,
        kind=kind,
        text=text,
        quote=quote or text,
        confidence=90,
        relevance=60,
        supporting_works=others,
        contradicting_works=0,
        stance=stance,
    )


def write(*claims: VerifiedClaim, question: str = QUESTION, faults: tuple[str, ...] = ()) -> WrittenReport:
    task = WriteReport(
        question=question,
        facets=(TRANSLITERATION, MODELS),
        works=WORKS,
        claims=claims,
        unverified=1,
        contradicted=0,
        faults=faults,
    )
    answer = asyncio.run(EmbeddedBackend(HashingEncoder().encode).answer(task))
    assert isinstance(answer.output, WrittenReport), answer.detail
    return answer.output


def test_a_sentence_names_its_work_and_quotes_the_sources_own_words() -> None:
    works = {work.id: work for work in WORKS}
    lead_in = claim("C1", "a", "MBERT does worse.", quote="We show that mBERT does worse.")
    assert attributed(lead_in, works) == 'Wu and Dredze (2020) report that "mBERT does worse."'
    assert attributed(claim("C2", "b", GAIN), works) == f'Muller (2021) reports: "{GAIN}"'
    assert attributed(claim("C3", "c", 'A so-called "zero" shot', "limitation", stance="stated"), works) == (
        "Chau et al. (2021) state: \"A so-called 'zero' shot.\""
    )
    broken = claim("C5", "c", "Low-resource languages gain most.", quote="Low-resource\nlanguages gain most.")
    assert attributed(broken, works) == 'Chau et al. (2021) report: "Low-resource languages gain most."'
    rephrased = claim("C4", "b", "Accuracy is 3.", "measurement", quote="| 3 |")
    assert '"' not in attributed(rephrased, works)


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ((GAIN, GAIN), "yes"),
        ((DROP, DROP), "no"),
        ((GAIN, DROP), "mixed"),
        ((GAIN,), "not_answered"),
        (("Italian pasta is boiled.", "Bread is baked."), "not_answered"),
    ],
)
def test_the_answer_follows_the_claims_directions(claims: tuple[str, ...], kind: str) -> None:
    works = "abc"
    written = write(*(claim(f"C{at}", works[at], text) for at, text in enumerate(claims)))
    assert written.answer == kind
    assert written.answer_text


def test_a_question_whose_verb_is_for_the_worse_turns_yes_and_no() -> None:
    written = write(
        claim("C1", "a", DROP), claim("C2", "b", DROP), question="Does transliteration hurt multilingual models?"
    )
    assert written.answer == "yes"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The method improves accuracy.", (True, False)),
        ("The method does not improve accuracy.", (False, True)),
        ("The method reduces the error rate.", (True, False)),
        ("mBERT is better on some and worse on other languages.", (True, True)),
        ("Our parser outperforms mBERT.", (False, True)),
        ("We examine whether it improves accuracy.", (False, False)),
        ("The corpus has ten languages.", (False, False)),
    ],
)
def test_direction_of_a_sentence(text: str, expected: tuple[bool, bool]) -> None:
    assert direction(text, MODELS) == expected


def test_every_claim_stands_once_and_headings_are_shared_by_their_claims() -> None:
    texts = [
        "Language adapters are small.",
        "Language adapters train fast.",
        "Transliteration helps multilingual models.",
        "Transliteration maps scripts.",
        "Bread is baked.",
    ]
    written = write(*(claim(f"C{at}", "ac"[at % 2], text) for at, text in enumerate(texts)))
    told = [name for theme in written.themes for sentence in theme.sentences for name in sentence.claims]
    assert sorted(told) == [f"C{at}" for at in range(5)]
    assert "Transliteration" in [theme.heading for theme in written.themes]
    assert written.themes[-1].heading == "Further Findings"
    assert all(theme.heading == title_case(theme.heading) for theme in written.themes)


def test_the_title_names_only_what_claims_are_about() -> None:
    pair = (claim("C1", "a", GAIN), claim("C2", "b", "Transliteration maps scripts."))
    written = write(*pair)
    assert written.title == "Does Transliteration Help Multilingual Models? A Synthesis of Verified Claims"
    longer = write(*pair, question="Does transliteration (romanisation) help multilingual models?").title
    assert longer == "Transliteration: A Synthesis of Verified Claims"
    alone = write(claim("C1", "b", GAIN), claim("C2", "b", DROP), question="How do mBERT and transliteration go?")
    assert alone.title == "Transliteration and Multilingual Models: Verified Claims from One Work"
    beside = write(claim("C1", "a", "Bread is baked.")).title
    assert beside == "Findings on the Question: Verified Claims from One Work"
    assert uncovered(written.title, [GAIN]) == ((), 100, False)
    assert uncovered(beside, ["Bread is baked."])[1] == 100


def test_faults_of_the_last_draft_are_left_out_of_the_next() -> None:
    fine = "Transliteration helps multilingual models."
    cut = "Transliteration raises accuracy to 95.74 \\pm 0.44."
    kept = write(claim("C1", "a", cut), claim("C2", "b", fine), faults=(f"R3 C1: shows raw TeX. {cut!r}",))
    told = " ".join(sentence.text for theme in kept.themes for sentence in theme.sentences)
    assert "95.74" not in told
    assert fine in told
    title = "R5 line 1: The title names what no claim is about: transliteration (50 % of its words are covered). 'x'"
    assert "Transliteration" not in write(claim("C1", "a", GAIN), claim("C2", "b", GAIN), faults=(title,)).title


def test_the_abstract_says_what_was_asked_counted_and_answered() -> None:
    written = write(claim("C1", "a", GAIN, others=2), claim("C2", "b", DROP))
    text = " ".join(sentence.text for sentence in written.abstract)
    assert 4 <= len(written.abstract) <= 7
    assert len(text.split()) <= 180
    assert all(bool(sentence.claims) == (" report" in sentence.text) for sentence in written.abstract[3:])
    assert QUESTION in text
    assert "2 verified claims from 2 works" in text
    told = " ".join(sentence.text for theme in written.themes for sentence in theme.sentences)
    assert "Two other works" in told


def test_own_results_come_first_and_what_is_only_stated_stands_apart() -> None:
    common = "Multilingual models have become common, and transliteration improves them."
    written = write(
        claim("C1", "a", GAIN), claim("C2", "b", GAIN), claim("C3", "c", common, stance="stated"), question=QUESTION
    )
    assert written.themes[-1].heading == "Background That the Works State"
    assert [sentence.claims for sentence in written.themes[-1].sentences] == [("C3",)]
    assert written.answer_claims == ("C1", "C2")
    assert "C3" not in {name for sentence in written.abstract for name in sentence.claims}
    assert "2 claims state an improvement" in written.answer_text
    alone = write(claim("C3", "c", common, stance="stated"), claim("C4", "b", common, stance="stated"))
    assert alone.answer == "yes"
    assert all(theme.heading != "Background That the Works State" for theme in alone.themes)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which scripts are associated with failing transliteration?", "C2"),
        ("How well does transliteration work?", "C1"),
        ("How does transliteration work?", "C3"),
    ],
)
def test_a_question_without_yes_or_no_is_answered_with_the_claims_that_fit_it(question: str, first: str) -> None:
    written = write(
        claim("C1", "a", "Transliteration of multilingual models achieves an accuracy of 78 %."),
        claim("C2", "a", "Abugida scripts are associated with failure of transliteration in multilingual models."),
        claim("C3", "b", "Transliteration makes multilingual models work by sharing subwords of scripts."),
        claim("C4", "b", "Latin scripts are not associated with failure of transliteration in multilingual models."),
        question=question,
    )
    assert written.answer == "mixed"
    assert written.answer_claims[0] == first
    assert "no yes or no" in written.answer_text


def test_one_direction_alone_makes_no_yes() -> None:
    written = write(claim("C1", "a", GAIN), claim("C2", "b", "Transliteration of multilingual models maps scripts."))
    assert written.answer == "not_answered"
    assert "One direction alone" in written.answer_text


def test_an_acronym_heads_a_theme_only_with_its_long_form() -> None:
    texts = [
        "Zero-shot transfer (ZST) is cheap.",
        "Parsers use ZST.",
        "ZST needs XQZ.",
        "Taggers use XQZ.",
        "Go is old.",
    ]
    written = write(*(claim(f"C{at}", "a", text) for at, text in enumerate(texts)), question="What is known?")
    headings = {theme.heading for theme in written.themes}
    assert not headings & {"ZST", "XQZ", "Xqz"}


@pytest.mark.parametrize(
    ("author", "family"),
    [
        ("Wietse de Vries", "de Vries"),
        ("Rob van der Goot", "van der Goot"),
        ("de Vries, Wietse", "de Vries"),
        ("Karthikeyan K", "Karthikeyan"),
        ("{WHO Expert Group}", "WHO Expert Group"),
        ("Sammy Davis Jr.", "Davis"),
        ("Sammy Davis, Jr.", "Davis"),
        ("Mausam", "Mausam"),
        ("Quoc V. Le", "Le"),
        ("  ", ""),
    ],
)
def test_the_name_by_which_an_author_is_cited(author: str, family: str) -> None:
    assert family_name(author) == family


@given(st.text(max_size=40))
def test_any_author_has_a_name_of_its_own_letters(author: str) -> None:
    assert set(family_name(author)) <= set(author) | {" "}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=120), min_size=0, max_size=6))
def test_any_claims_give_a_report_that_quotes_them_whole(texts: list[str]) -> None:
    claims = [claim(f"C{at}", "abc"[at % 3], text) for at, text in enumerate(texts)]
    written = write(*claims)
    assert written == write(*reversed(claims))
    assert len(written.title.split()) <= 16
    told = [name for theme in written.themes for sentence in theme.sentences for name in sentence.claims]
    assert sorted(told) == [item.id for item in claims]


@given(st.text(max_size=80))
def test_a_quotation_opens_and_closes_once(text: str) -> None:
    assert quoted(text).count('"') == 2
    assert re.fullmatch(r'".*[.?!]"', quoted(text), re.DOTALL)


def scores(report: str, reviewer: Mandate) -> MandateReview:
    task = ScoreReport(report=report, reviewers=(reviewer,), dimensions=DIMENSIONS)
    answer = asyncio.run(EmbeddedBackend(HashingEncoder().encode).answer(task))
    assert isinstance(answer.output, ReportScores)
    return answer.output.reviews[0]


@pytest.mark.parametrize("report", ["", "# A title\n\nNothing else.", "| | |\n## References\n"])
def test_scoring_any_text_leaves_to_a_reader_what_needs_one(report: str) -> None:
    found = {score.dimension: score for score in scores(report, "challenger").scores}
    assert tuple(found) == DIMENSIONS
    assert found["novelty"].value is None
    assert "needs a reader" in found["novelty"].basis
    assert found["evidence_strength"].value == 0


def test_a_report_with_more_behind_it_scores_higher_and_mandates_differ() -> None:
    references = "\n".join(f"{at}. Author (2020). Title. https://doi.org/10.1/{at}" for at in range(1, 16))
    table = "| Included | 15 |\n| Read in full text | 3 |"
    blocks = "\n\n".join(
        f"### C{at}\n\n**✓ Verified · supported · confidence 90 %**\n\n- Other works: none support it" for at in (1, 2)
    )
    report = f"# T\n\n## 2 Methodology\n\n{table}\n\n## 5 Claims\n\n{blocks}\n\n## References\n\n{references}\n"
    by_reviewer = {
        name: {score.dimension: score.value for score in scores(report, name).scores}
        for name in ("confirmer", "integrator")
    }
    strength = [by_reviewer[name]["evidence_strength"] or 0 for name in ("confirmer", "integrator")]
    assert strength[0] > strength[1] > 0


def test_a_name_that_stands_for_our_model_leads_the_quotation() -> None:
    quote = "Our model, dubbed XLM-R, significantly outperforms multilingual BERT, with +2.4% F1 score on NER."
    text = "XLM-R significantly outperforms multilingual BERT, with +2.4% F1 score on NER."
    made = VerifiedClaim(
        id="C-1",
        work_id="W-1",
        kind="finding",
        text=text,
        quote=quote,
        confidence=99,
        relevance=50,
        supporting_works=0,
        contradicting_works=0,
    )
    line = WorkLine(id="W-1", short_name="Conneau et al. (2020)", title="At Scale", year=2020)
    said = attributed(made, {"W-1": line})
    rest = text.removeprefix("XLM-R ")
    assert said == f'Conneau et al. (2020) report that XLM-R "{rest}"'
