"""Small real inputs for the conformance suite: one task of each kind, and the odd ones that backends meet.

The passages are sentences of abstracts of the ACL Anthology (CC BY 4.0): 2021.mrl-1.5 by Chau and Smith, and
2020.repl4nlp-1.16 by Wu and Dredze.
"""

from __future__ import annotations

from juried.records.protocol import Facet
from juried.tasks import (
    ClaimCard,
    EvidenceCard,
    ExtractClaims,
    JudgeClaims,
    JudgeRelevance,
    Passage,
    PlanSearch,
    ScoreReport,
    SourceCard,
    Task,
    VerifiedClaim,
    WorkCard,
    WorkLine,
    WriteReport,
)

QUESTION = "Does adapting multilingual language models improve their performance in low-resource languages?"
ADAPTATION = (
    "Pretrained multilingual language models have become a common tool in transferring NLP capabilities to "
    "low-resource languages, often with adaptations. In this work, we study the performance, extensibility, and "
    "interaction of two such adaptations: vocabulary augmentation and script transliteration. Our evaluations on "
    "part-of-speech tagging, universal dependency parsing, and named entity recognition in nine diverse low-resource "
    "languages uphold the viability of these approaches while raising new questions around how to optimally adapt "
    "multilingual models to low-resource settings."
)
COVERAGE = (
    "Multilingual BERT (mBERT) trained on 104 languages has shown surprisingly good cross-lingual performance on "
    "several NLP tasks, even without explicit cross-lingual signals. mBERT does better than or comparable to baselines "
    "on high resource languages but does much worse for low resource languages. Furthermore, monolingual BERT models "
    "for these languages do even worse."
)
UPHELD = (
    "Evaluations on part-of-speech tagging, universal dependency parsing, and named entity recognition in nine diverse "
    "low-resource languages uphold the viability of vocabulary augmentation and script transliteration."
)
WORSE = "mBERT does much worse for low-resource languages than for high-resource languages."
_UPHELD_QUOTE = (
    "Our evaluations on part-of-speech tagging, universal dependency parsing, and named entity recognition in nine "
    "diverse low-resource languages uphold the viability of these approaches"
)
_WORSE_QUOTE = (
    "mBERT does better than or comparable to baselines on high resource languages but does much worse for low "
    "resource languages."
)
_TITLES = ("Specializing Multilingual Language Models", "Are All Languages Created Equal in Multilingual BERT?")
FACETS = (
    Facet(name="multilingual language models", terms=("multilingual language models", "multilingual BERT", "mBERT")),
    Facet(name="low-resource languages", terms=("low-resource languages", "under-resourced languages")),
)


def plan_search(question: str = QUESTION) -> PlanSearch:
    """Return a search to plan over one local library."""
    language = "Words are matched after stemming; a double-quoted phrase must occur as it stands."
    return PlanSearch(question=question, sources=(SourceCard(name="library", query_language=language),))


def judge_relevance() -> JudgeRelevance:
    """Return three works to screen, one of them beside the question."""
    works = (
        WorkCard(id="W-a", title=_TITLES[0], year=2021, venue="MRL", abstract=ADAPTATION),
        WorkCard(
            id="W-b",
            title=_TITLES[1],
            year=2020,
            venue="",
            abstract=COVERAGE,
        ),
        WorkCard(id="W-c", title="The Best Pasta in Bologna", year=None, venue="", abstract=""),
    )
    return JudgeRelevance(question=QUESTION, facets=FACETS, include=("Studies a model.",), exclude=(), works=works)


def extract_claims(*texts: str) -> ExtractClaims:
    """Return a document to extract from, one passage for each text; two real ones without texts."""
    passages = tuple(
        Passage(id=f"P{number}", section="Abstract", text=text)
        for number, text in enumerate(texts or (ADAPTATION, COVERAGE), start=1)
    )
    return ExtractClaims(question=QUESTION, title=_TITLES[0], passages=passages)


def judge_claims(prefix: str = "C-") -> JudgeClaims:
    """Return two claims to judge over a pool of two passages; claim ids begin with the prefix."""
    evidence = (
        EvidenceCard(
            label="E1",
            work_id="W-a",
            work=_TITLES[0],
            section="",
            text=ADAPTATION,
        ),
        EvidenceCard(label="E2", work_id="W-b", work=_TITLES[1], section="", text=COVERAGE),
    )
    claims = tuple(
        ClaimCard(id=prefix + number, work_id=work, kind="finding", text=text, quote=quote, source_labels=(label,))
        for number, work, text, quote, label in (
            ("1", "W-a", UPHELD, _UPHELD_QUOTE, "E1"),
            ("2", "W-b", WORSE, _WORSE_QUOTE, "E2"),
        )
    )
    return JudgeClaims(evidence=evidence, reviewer="confirmer", claims=claims, own_evidence=(("E1",), ("E2",)))


def write_report() -> WriteReport:
    """Return a report to write from two verified claims."""
    works = (
        WorkLine(id="W-a", short_name="Chau and Smith (2021)", title=_TITLES[0], year=2021),
        WorkLine(id="W-b", short_name="Wu and Dredze (2020)", title=_TITLES[1], year=2020),
    )
    counts = {"confidence": 90, "relevance": 80, "supporting_works": 0, "contradicting_works": 0}
    claims = tuple(
        VerifiedClaim.model_validate({"id": i, "work_id": w, "kind": "finding", "text": t, "quote": q} | counts)
        for i, w, t, q in (("C-1", "W-a", UPHELD, _UPHELD_QUOTE), ("C-2", "W-b", WORSE, _WORSE_QUOTE))
    )
    return WriteReport(question=QUESTION, facets=FACETS, works=works, claims=claims, unverified=1, contradicted=0)


def score_report() -> ScoreReport:
    """Return a short report to score on two dimensions under two mandates."""
    report = f"# Adapted multilingual models\n\n{UPHELD} [C-1]\n\n{WORSE} [C-2]\n\nLimitations: two works only."
    return ScoreReport(
        report=report, reviewers=("challenger", "integrator"), dimensions=("novelty", "uncertainty_disclosure")
    )


def all_tasks() -> tuple[Task, ...]:
    """Return one task of each kind, in the order in which a run asks them."""
    return (plan_search(), judge_relevance(), extract_claims(), judge_claims(), write_report(), score_report())


def empty_tasks() -> tuple[Task, ...]:
    """Return tasks whose lists are empty."""
    return (
        judge_relevance().model_copy(update={"works": ()}),
        ExtractClaims(question=QUESTION, title="", passages=()),
        judge_claims().model_copy(update={"evidence": (), "claims": (), "own_evidence": ()}),
        write_report().model_copy(update={"works": (), "claims": ()}),
        score_report().model_copy(update={"dimensions": ()}),
    )
