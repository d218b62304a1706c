"""The writer: a report from verified claims only, each sentence naming the claims that it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from agents.asking import Account
from agents.drafts import unwritten_draft
from juried.backends.base import Backend
from juried.records.claim import Claim
from juried.records.protocol import Protocol
from juried.records.report import Draft, Sentence, Theme
from juried.records.verdict import Verdict
from juried.records.work import Work
from juried.tasks import VerifiedClaim, WorkLine, WriteReport, WrittenReport
from juried.text.stance import stance_in_work
from juried.text.words import word_set


class Writer:
    """Writes drafts.

    Args:
        backend: Who writes.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def write(
        self,
        protocol: Protocol,
        *,
        claims: Mapping[str, Claim],
        verdicts: Sequence[Verdict],
        works: Mapping[str, Work],
        relevance: Mapping[str, int],
        faults: tuple[str, ...],
        account: Account,
    ) -> Draft:
        """Return a draft from verified claims, of which there must be one.

        Sentences that name a claim which is not verified, or findings that name none, are left out and
        noted as losses. When the writer fails, the draft holds no text of its own and no answer.
        """
        verified = [verdict for verdict in verdicts if verdict.verified]
        task = WriteReport(
            question=protocol.question,
            facets=protocol.facets,
            works=_work_lines({claims[verdict.claim_id].work_id for verdict in verified}, works),
            claims=tuple(
                _verified(claims[v.claim_id], v, relevance, works[claims[v.claim_id].work_id])
                for v in _by_claim(verified)
            ),
            unverified=sum(verdict.outcome in ("supported", "not_enough_evidence") for verdict in verdicts)
            - len(verified),
            contradicted=sum(verdict.outcome == "contradicted" for verdict in verdicts),
            faults=faults,
        )
        output = await account.ask(self._backend, task, WrittenReport)
        if output is None:
            return unwritten_draft(protocol, len(verified))
        return _checked(output, {verdict.claim_id for verdict in verified}, account)


def _by_claim(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda verdict: verdict.claim_id)


def _work_lines(used: set[str], works: Mapping[str, Work]) -> tuple[WorkLine, ...]:
    shared = Counter(short_name(works[work_id]) for work_id in used)
    return tuple(
        WorkLine(
            id=work_id,
            short_name=_told_apart(works[work_id], shared),
            title=works[work_id].title,
            year=works[work_id].year,
            status=", ".join(sorted({note.kind for note in works[work_id].status})),
        )
        for work_id in sorted(used)
    )


def _told_apart(work: Work, shared: Counter[str]) -> str:
    """Return a work's short name, with the beginning of its title where another work has the same."""
    name = short_name(work)
    title = " ".join(re.split(r"[:?.]", work.title)[0].split()[:6])
    return f"{name[:-1]}, “{title}”)" if shared[name] > 1 and name.endswith(")") else name


def short_name(work: Work) -> str:
    """Return how running text names a work: "Wu and Dredze (2020)", or its title without authors."""
    names = [name for author in work.authors if (name := family_name(author))]
    year = f" ({work.year})" if work.year else ""
    if not names:
        return f'"{work.title}"{year}'
    who = names[0] if len(names) == 1 else f"{names[0]} and {names[1]}" if len(names) == 2 else f"{names[0]} et al."
    return f"{who}{year}"


_PARTICLES = word_set(
    "af al bin ben da dal das de degli dei del della den der des di do dos du el ibn la las le lo los ten ter van "
    "vande vanden vander vom von y zu zum zur"
)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|phd|md)\.?", re.IGNORECASE)


def family_name(author: str) -> str:
    """Return the name by which an author is cited; "" for an empty one.

    "Last, First" and "{Group}" say themselves what it is. Otherwise it is the last word that is neither a suffix
    (Jr.) nor an initial, with the particles before it (de Vries); a single word is the whole name (Mausam).
    """
    plain = author.strip()
    if plain.startswith("{") and plain.endswith("}"):
        return plain[1:-1].strip()
    if "," in plain and not _SUFFIX.fullmatch(plain.split(",", 1)[1].strip()):
        return plain.split(",", 1)[0].strip("{} ")
    words = plain.partition(",")[0].split()
    while len(words) > 1 and (_SUFFIX.fullmatch(words[-1]) or len(words[-1].rstrip(".")) == 1):
        words.pop()
    at = max(len(words) - 1, 0)
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    return " ".join(words[at:])


def _verified(claim: Claim, verdict: Verdict, relevance: Mapping[str, int], work: Work) -> VerifiedClaim:
    return VerifiedClaim(
        id=claim.id,
        work_id=claim.work_id,
        kind=claim.kind,
        text=claim.text,
        quote=claim.quote,
        confidence=verdict.confidence or 0,
        relevance=relevance.get(claim.id, 0),
        supporting_works=len(verdict.supporting_works),
        contradicting_works=len(verdict.contradicting_works),
        stance=stance_in_work(claim.quote, claim.section, work.abstract),
    )


def _checked(output: WrittenReport, verified: set[str], account: Account) -> Draft:
    def keep(sentences: Sequence[Sentence], fewest: int) -> tuple[Sentence, ...]:
        good = [item for item in sentences if set(item.claims) <= verified and len(item.claims) >= fewest]
        for sentence in sentences:
            if sentence not in good:
                account.refuse("report", f"A sentence that rests on no verified claim is left out: {sentence.text}")
        return tuple(good)

    themes = [Theme(heading=theme.heading, sentences=keep(theme.sentences, 1)) for theme in output.themes]
    unknown = sorted(set(output.answer_claims) - verified)
    if unknown:
        account.lose("report", f"The answer names claims that are not verified: {', '.join(unknown)}")
    return Draft(
        title=output.title,
        answer=output.answer,
        answer_text=output.answer_text,
        answer_claims=tuple(claim for claim in output.answer_claims if claim in verified),
        abstract=keep(output.abstract, 0),
        themes=tuple(theme for theme in themes if theme.sentences),
        limitations=output.limitations,
    )
