"""Numbers for people: claims C1, C2 ... in the order of the claims section, references 1, 2 ... as sorted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from juried.counting import tried_claims
from juried.quality import report_sentences
from juried.records.claim import Claim
from juried.records.run import RunRecord
from juried.records.verdict import OUTCOMES, Verdict
from juried.records.work import Work


@dataclass(frozen=True)
class Numbering:
    """Tried claims in the order of the claims section and used works in that of the references.

    `claim_numbers` and `work_numbers` count from 1.
    """

    claims: tuple[Claim, ...]
    works: tuple[Work, ...]
    claim_numbers: Mapping[str, int]
    work_numbers: Mapping[str, int]

    def claim(self, claim_id: str) -> str:
        """Return the link to a claim; the bare id when the claim was not tried."""
        number = self.claim_numbers.get(claim_id)
        return f"[C{number}]" if number else claim_id

    def work(self, work_id: str) -> str:
        """Return the link to a reference; the bare id when the work is not used."""
        number = self.work_numbers.get(work_id)
        return f"[{number}]" if number else work_id

    def cite(self, claim_ids: Iterable[str]) -> str:
        """Return ` ([C1], [C3]; [5])` for the claims of a sentence and their works; "" for none."""
        listed = sorted({*claim_ids} & self.claim_numbers.keys(), key=lambda i: self.claim_numbers[i])
        if not listed:
            return ""
        works = {self.claims[self.claim_numbers[claim_id] - 1].work_id for claim_id in listed}
        return f" ({', '.join(map(self.claim, listed))}; {self.works_list(works)})"

    def works_list(self, work_ids: Iterable[str]) -> str:
        """Return the links to some references, in their order."""
        numbered = sorted(set(work_ids), key=lambda i: (self.work_numbers.get(i, 0), i))
        return ", ".join(map(self.work, numbered))


def number(record: RunRecord) -> Numbering:
    """Number the tried claims and the used works of a record."""
    claims = _in_order(record)
    works = used_works(record, claims)
    return Numbering(
        claims,
        works,
        {claim.id: at for at, claim in enumerate(claims, start=1)},
        {work.id: at for at, work in enumerate(works, start=1)},
    )


def _in_order(record: RunRecord) -> tuple[Claim, ...]:
    """Claims that the text names come first, as it names them; then by verdict, confidence and id."""
    verdicts = {verdict.claim_id: verdict for verdict in record.verdicts}
    mentions: dict[str, int] = {}
    for sentence in report_sentences(record.draft):
        for claim_id in sentence.claims:
            mentions.setdefault(claim_id, len(mentions))

    def rank(claim: Claim) -> tuple[bool, int, int, str]:
        verdict: Verdict = verdicts[claim.id]
        place = mentions.get(claim.id, len(mentions) + OUTCOMES.index(verdict.outcome))
        return not verdict.verified, place, -(verdict.confidence or 0), claim.id

    return tuple(sorted(tried_claims(record), key=rank))


def used_works(record: RunRecord, tried: Iterable[Claim]) -> tuple[Work, ...]:
    """Return the works that a tried claim comes from or a verdict names, by first author, year and title."""
    ids = {claim.id for claim in tried}
    used = {claim.work_id for claim in record.claims if claim.id in ids}
    for verdict in record.verdicts:
        if verdict.claim_id in ids:
            used.update(verdict.supporting_works, verdict.contradicting_works)
    return tuple(sorted((work for work in record.works if work.id in used), key=sort_key))


def sort_key(work: Work) -> tuple[str, int, str, str]:
    """Return what references are sorted by: first author's family name, year, title, id."""
    return family_name(work.authors[0]).casefold() if work.authors else "", work.year or 0, work.title, work.id


def family_name(author: str) -> str:
    """Return the family name of `First Last` or `Last, First`."""
    head, comma, _ = author.partition(",")
    return head.strip() if comma else (author.split() or [""])[-1]
