"""A realistic record with its documents, for tests of everything that reads records."""

from __future__ import annotations

from collections.abc import Callable

from juried.agreement import vote_agreement
from juried.counting import prisma_of
from juried.quality import measure
from juried.quality_summary import summarise
from juried.records.base import sha256
from juried.records.claim import Claim, ClaimKind, Contradiction, Measurement, claim_id
from juried.records.document import Document, Span
from juried.records.protocol import Facet, Protocol, SourceQuery
from juried.records.report import Draft, Gate, Review, Score, Sentence, Theme
from juried.records.run import BackendNote, ClaimShare, DocumentNote, RunRecord, Usage
from juried.records.verdict import REVIEWERS, Evidence, EvidencePool, Verdict, Vote
from juried.records.work import (
    FileRef,
    Hit,
    Identifiers,
    LedgerRow,
    ScreeningDecision,
    StatusNote,
    Work,
)

QUESTION = "Does vocabulary augmentation improve named entity recognition for low-resource languages?"
TEXTS = {
    "W-1": "Vocabulary augmentation improves named entity recognition in nine low-resource languages.\n"
    "It adds wordpieces of the target language to mBERT.\n"
    "Vocabulary augmentation reaches 84.82 ± 1.00 F1 on WikiAnn Uyghur NER.\n"
    "mBERT reaches 82.82 ± 0.57 F1 on WikiAnn Uyghur NER.",
    "W-2": "Monolingual BERT models for low-resource languages perform worse than mBERT on named entity recognition.\n"
    "A third of the languages (a|b) of mBERT has an evaluation set.",
    "W-3": "Script transliteration helps mBERT on languages with unseen scripts.\n"
    "Vocabulary augmentation does not improve named entity\nrecognition in languages with Latin script.",
    "W-4": "Adapters of 3.5 million parameters suffice for named entity recognition in Quechua.",
}
TITLES = {
    "W-1": "Specializing Multilingual Language Models: An Empirical Study",
    "W-2": "Are All Languages Created Equal in Multilingual BERT?",
    "W-3": "When Being Unseen from mBERT Is Just the Beginning",
    "W-4": "Adapters for Named Entity Recognition in Quechua",
    "W-5": "Cross-lingual Transfer with a Broken Test Set",
    "W-6": "Cooking Pasta with Transformers",
}
AUTHORS = {
    "W-1": ("Ethan C. Chau", "Noah A. Smith"),
    "W-2": ("Shijie Wu", "Mark Dredze"),
    "W-3": ("Muller, Benjamin", "Anastasopoulos, Antonios"),
    "W-4": ("Author Rho",),
    "W-5": ("Author Beta", "Author Alpha"),
    "W-6": ("P. Artusi",),
}
STATUS = {
    "W-1": (StatusNote(kind="revised", date="2022-06-22", evidence="Revision 2: implementation corrected"),),
    "W-5": (StatusNote(kind="retracted", date="2022-01-10", evidence="Notice of the volume's editors"),),
}
_CLAIMS: tuple[tuple[str, str, str, ClaimKind], ...] = (
    ("W-1", "", TEXTS["W-1"].split("\n")[0], "finding"),
    ("W-1", "", TEXTS["W-1"].split("\n")[2], "measurement"),
    ("W-1", "", TEXTS["W-1"].split("\n")[3], "measurement"),
    ("W-2", "", TEXTS["W-2"].split("\n")[0], "finding"),
    ("W-2", "A third of the languages of mBERT has an evaluation set.", TEXTS["W-2"].split("\n")[1], "finding"),
    ("W-3", "", TEXTS["W-3"].split("\n")[0], "finding"),
    ("W-3", "", TEXTS["W-3"].split("\n", 1)[1], "finding"),
    ("W-4", "", TEXTS["W-4"], "finding"),
)
_MEASURED = {
    1: Measurement(
        system="vocabulary augmentation",
        metric="F1",
        dataset="WikiAnn Uyghur NER",
        setting="fine-tuned",
        value="84.82",
        uncertainty="1.00",
    ),
    2: Measurement(
        system="mBERT",
        metric="F1",
        dataset="WikiAnn Uyghur NER",
        setting="fine-tuned",
        value="82.82",
        uncertainty="0.57",
    ),
}


def document_of(work_id: str) -> Document:
    """The stored document of a work of this record."""
    text = TEXTS[work_id]
    return Document(sha256=sha256(text), format="abstract", title=TITLES[work_id], text=text)


def documents() -> Callable[[str], str | None]:
    """What gives the stored text of a document by its SHA-256."""
    return {sha256(text): text for text in TEXTS.values()}.get


def works() -> tuple[Work, ...]:
    return tuple(_work(number, work_id) for number, work_id in enumerate(sorted(TITLES), start=1))


def _work(number: int, work_id: str) -> Work:
    return Work(
        id=work_id,
        title=TITLES[work_id],
        authors=AUTHORS[work_id],
        year=2019 + number,
        venue="Proceedings of the Workshop on Many Languages",
        abstract=TEXTS.get(work_id, "An abstract about something else entirely."),
        identifiers=Identifiers(doi=f"10.18653/v1/2021.example-1.{number}"),
        versions=("published",),
        status=STATUS.get(work_id, ()),
        files=(FileRef(path=f"library/{work_id}.txt"),),
        hits=(f"library:{work_id}",),
    )


def claims() -> tuple[Claim, ...]:
    """Eight claims of four works, in the order of `_CLAIMS`."""
    return tuple(_claim(at, *row) for at, row in enumerate(_CLAIMS))


def _claim(at: int, work_id: str, text: str, quote: str, kind: ClaimKind) -> Claim:
    stored = TEXTS[work_id]
    start = stored.index(quote)
    said = text or " ".join(quote.split())
    span = Span(document=sha256(stored), start=start, end=start + len(quote), quote=quote, page=at + 1)
    return Claim(
        id=claim_id(work_id, said, quote),
        work_id=work_id,
        document=sha256(stored),
        kind=kind,
        text=said,
        quote=quote,
        section="Abstract",
        spans=(span,),
        measurement=_MEASURED.get(at),
    )


def verdicts() -> tuple[Verdict, ...]:
    """Five verified claims, one supported below the threshold, one contradicted, one set aside."""
    ids = [claim.id for claim in claims()]
    verified = [
        Verdict(
            claim_id=i,
            outcome="supported",
            reason="stated_by_source",
            confidence=95 - at,
            calibrated=True,
            verified=True,
            supporting_works=("W-4",) if at == 0 else (),
            contradicting_works=("W-3",) if at == 0 else (),
        )
        for at, i in enumerate([ids[0], ids[1], ids[2], ids[3], ids[6]])
    ]
    rest = [
        Verdict(
            claim_id=ids[4],
            outcome="supported",
            reason="stated_by_source",
            confidence=55,
            calibrated=True,
            verified=False,
        ),
        Verdict(
            claim_id=ids[5],
            outcome="contradicted",
            reason="contradicting_evidence",
            confidence=12,
            calibrated=True,
            verified=False,
        ),
        Verdict(
            claim_id=ids[7],
            outcome="not_checked",
            reason="not_selected",
            confidence=None,
            calibrated=False,
            verified=False,
        ),
    ]
    return tuple(sorted(verified + rest, key=lambda verdict: verdict.claim_id))


def _pool() -> EvidencePool:
    tried = claims()[:7]
    items = tuple(
        Evidence(label=f"E{at}", work_id=claim.work_id, section="Abstract", span=claim.spans[0])
        for at, claim in enumerate(tried, start=1)
    )
    return EvidencePool(id="pool-1", claims=tuple(sorted(c.id for c in tried)), items=items, sought=())


def votes() -> tuple[Vote, ...]:
    found = []
    for at, claim in enumerate(claims()[:7]):
        for reviewer in REVIEWERS:
            against = at == 5 and reviewer != "checker"
            found.append(
                Vote(
                    claim_id=claim.id,
                    reviewer=reviewer,
                    round=1,
                    label="refutes" if against else "not_enough_info" if reviewer == "challenger" else "supports",
                    probability=80 + at,
                    pool="pool-1",
                    evidence=(f"E{at + 1}",),
                    reason="The passage says the opposite." if against else "The passage was read.",
                    backend="embedded",
                )
            )
    return tuple(sorted(found, key=lambda vote: (vote.claim_id, vote.round, vote.reviewer)))


def draft() -> Draft:
    ids = [claim.id for claim in claims()]
    return Draft(
        title="Vocabulary Augmentation and Named Entity Recognition for Low-Resource Languages",
        answer="mixed",
        answer_text="One work finds a gain in nine languages, another finds none where the script is Latin.",
        answer_claims=(ids[0], ids[6]),
        abstract=(
            Sentence(
                text='Chau and Smith (2021) state: "Vocabulary augmentation improves named entity recognition in '
                'nine low-resource languages."',
                claims=(ids[0],),
            ),
            Sentence(text="Muller and Anastasopoulos (2022) see no gain for Latin script.", claims=(ids[6],)),
        ),
        themes=(
            Theme(
                heading="Gains",
                sentences=(
                    Sentence(text="Nine languages gain.", claims=(ids[0],)),
                    Sentence(text="F1 on WikiAnn Uyghur NER rises from 82.82 to 84.82.", claims=(ids[1], ids[2])),
                ),
            ),
            Theme(
                heading="Limits", sentences=(Sentence(text="Monolingual models fall behind mBERT.", claims=(ids[3],)),)
            ),
        ),
        limitations=("All works are from one community.",),
    )


def _decisions() -> tuple[ScreeningDecision, ...]:
    kept = [ScreeningDecision(work_id=f"W-{at}", included=True, relevance=90 - at) for at in range(1, 5)]
    return (
        *kept,
        ScreeningDecision(work_id="W-5", included=False, relevance=60, reason="below_the_cut"),
        ScreeningDecision(work_id="W-6", included=False, relevance=2, reason="beside_the_question"),
    )


def _notes() -> tuple[DocumentNote, ...]:
    return tuple(
        DocumentNote(
            work_id=work_id,
            document=sha256(text),
            format="abstract",
            abstract_only=True,
            sections=1,
            tables=0,
            chunks=1,
            claims=sum(claim.work_id == work_id for claim in claims()),
        )
        for work_id, text in sorted(TEXTS.items())
    )


def _hits() -> list[Hit]:
    found = [
        Hit(source="library", source_id=work_id, rank=at, title=title)
        for at, (work_id, title) in enumerate(sorted(TITLES.items()), start=1)
    ]
    return [*found, found[0].model_copy(update={"source_id": "W-1 again", "rank": 7})]


def _reviews() -> tuple[Review, ...]:
    return tuple(
        Review(
            reviewer=reviewer,
            backend="embedded",
            scores=(
                Score(dimension="evidence_strength", value=6 + at, basis="Four works."),
                Score(dimension="novelty", value=4, basis="Known."),
                Score(dimension="safety_impact", value=None, basis="No matter of safety."),
            ),
        )
        for at, reviewer in enumerate(("challenger", "confirmer", "integrator"))
    )


def make_record() -> RunRecord:
    """A whole record that passes every rule of the lint."""
    listed = tuple(sorted(claims(), key=lambda claim: claim.id))
    by_id = {claim.id: claim for claim in listed}
    verified = tuple(sorted(verdict.claim_id for verdict in verdicts() if verdict.verified))
    pair = sorted((claims()[0].id, claims()[6].id))
    return RunRecord(
        run_id="does-vocabulary-augmentation-0123456789",
        publisher="juried",
        date="2026-11-20",
        question=QUESTION,
        protocol=Protocol(
            question=QUESTION,
            facets=(Facet(name="method", terms=("vocabulary augmentation", "wordpieces")),),
            queries=(SourceQuery(source="library", text='"vocabulary augmentation" OR wordpieces | NER'),),
            include=("It bears on vocabulary augmentation.",),
            exclude=("It is about something else.",),
        ),
        ledger=(
            LedgerRow(
                source="library",
                query='"vocabulary augmentation" OR wordpieces | NER',
                total=7,
                taken=7,
                status="answered",
            ),
        ),
        prisma=prisma_of(_hits(), works(), _decisions(), _notes()),
        works=works(),
        screening=_decisions(),
        documents=_notes(),
        claims=listed,
        pools=(_pool(),),
        votes=votes(),
        lost_votes=(),
        verdicts=verdicts(),
        threshold=80,
        contradictions=(
            Contradiction(
                first=pair[0], second=pair[1], about="gain in F1", likely_reason="The works differ in script."
            ),
        ),
        draft=draft(),
        reviews=_reviews(),
        quality=summarise(
            _reviews(),
            measure(
                draft(),
                by_id,
                verdicts(),
                documents(),
                works={work.id: work for work in works()},
                question=QUESTION,
            ),
        ),
        vote_agreement_hundredths=vote_agreement(votes()),
        gates=(
            Gate(
                rule="spans",
                claims=verified,
                inputs=f"{len(verified)} verified claims and their documents",
                expected=str(len(verified)),
                computed=str(len(verified)),
                tolerance="0",
                outcome="passed",
            ),
        ),
        backends=tuple(
            BackendNote(
                role=role, name="embedded", fingerprint="embedded-1", language_model=False, calibration="SciFact dev"
            )
            for role in ("confirmer", "writer")
        ),
        per_verified_claim=ClaimShare(
            calls_hundredths=80, prompt_tokens=0, completion_tokens=0, cached_tokens=None, cost_nanos=None
        ),
        usage=(Usage(stage="review_claims", role="confirmer", calls=4, prompt_tokens=0, completion_tokens=0),),
        losses=(),
    )
