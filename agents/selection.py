"""Choosing the claims that are tried: restatements merged, the most relevant kept, no work crowding out the rest."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from juried.records.base import Record
from juried.records.claim import Claim, Measurement, Quantity, Selection
from juried.records.work import Work
from juried.text.normalise import normalise
from juried.text.numbers import quantities
from juried.text.polarity import direction, negations
from juried.text.stance import stance_in_work
from juried.text.words import content_stems, names, words

FLOOR = 40
OWN_RESULT = 20
SAME_MEANING = 0.95
SAME_WORDS = 0.9
Similarity = Callable[[str, str], float]


class ClaimRelevance(Record):
    """How far a claim bears on the question, 0 to 100."""

    claim_id: str
    relevance: int


class Chosen(Record):
    """The selection, the selected claims with their restatements merged, and the relevance of each claim; all by id."""

    selection: Selection
    claims: tuple[Claim, ...]
    relevance: tuple[ClaimRelevance, ...]


def weigh(claims: Sequence[Claim], scores: Sequence[int], works: Mapping[str, Work]) -> dict[str, int]:
    """Return how far each claim bears on the question, 0 to 100, by claim id.

    It is the hybrid score of its sentence (0 to 1000) as per cent, and `OWN_RESULT` more for what the work
    itself found: what it only states of the field is background.
    """
    relevance = {}
    for claim, score in zip(claims, scores, strict=True):
        own = stance_in_work(claim.quote, claim.section, works[claim.work_id].abstract) == "own_result"
        relevance[claim.id] = min(100, score // 10 + (OWN_RESULT if own else 0))
    return relevance


def select_claims(
    relevance: Mapping[str, int],
    claims: Iterable[Claim],
    limit: int,
    floor: int = FLOOR,
    similarity: Similarity | None = None,
) -> Chosen:
    """Choose the claims to be tried; the result depends on the claims, never on their order.

    A claim whose quote was not found is set aside: a rule has decided it. The most relevant come first.
    A restatement in the same work of a claim that was taken is merged into it (its id goes to `also`) and
    takes no place. While other works still have claims at or above the floor, no work takes more than a
    third of the places (rounded up); then the places left are filled.

    Args:
        relevance: How far each claim bears on the question, 0 to 100, by claim id; an absent claim has 0.
        claims: All claims; two of one id count once.
        limit: The most claims to take; 0 or less takes none.
        floor: The least relevance of a claim that is taken.
        similarity: The cosine of two sentences; without it only near-identical words make a restatement.
    """
    by_id = {claim.id: claim for claim in claims}
    triable = [claim for claim in by_id.values() if claim.spans]
    order = sorted(triable, key=lambda claim: (-relevance.get(claim.id, 0), claim.id))
    groups = _merge([claim for claim in order if relevance.get(claim.id, 0) >= floor], similarity)
    taken = _share_out([group[0] for group in groups], max(0, limit))
    also = {group[0].id: tuple(sorted(other.id for other in group[1:])) for group in groups}
    chosen = [by_id[i].model_copy(update={"also": tuple(sorted({*by_id[i].also, *also[i]}))}) for i in sorted(taken)]
    merged = {other for claim in chosen for other in claim.also}
    aside = sorted(set(by_id) - taken - merged)
    selection = Selection(
        selected=tuple(sorted(taken)),
        set_aside=tuple(aside),
        quantities=same_quantities(by_id[i] for i in sorted(taken)),
    )
    scores = tuple(ClaimRelevance(claim_id=i, relevance=relevance.get(i, 0)) for i in sorted(by_id))
    return Chosen(selection=selection, claims=tuple(chosen), relevance=scores)


def _merge(order: Sequence[Claim], similarity: Similarity | None) -> list[list[Claim]]:
    """Group restatements under the most relevant claim of each, in the given order."""
    groups: list[list[Claim]] = []
    by_work: dict[str, list[list[Claim]]] = defaultdict(list)
    for claim in order:
        home = next((group for group in by_work[claim.work_id] if restates(group[0], claim, similarity)), None)
        if home is not None:
            home.append(claim)
            continue
        groups.append([claim])
        by_work[claim.work_id].append(groups[-1])
    return groups


def restates(first: Claim, second: Claim, similarity: Similarity | None = None) -> bool:
    """Whether two claims of one work say the same, with the same numbers, names, negation and directions.

    Near-identical words suffice; else the similarity must be at least `SAME_MEANING`.
    """
    if first.work_id != second.work_id or _fixed(first) != _fixed(second):
        return False
    if _plain(first.text) == _plain(second.text):
        return True
    a, b = set(content_stems(first.text)), set(content_stems(second.text))
    if a and len(a & b) / len(a | b) >= SAME_WORDS:
        return True
    return similarity is not None and similarity(first.text, second.text) >= SAME_MEANING


def _fixed(claim: Claim) -> tuple[object, ...]:
    """What a restatement may not change: numbers, names, negation, directions, and the quantity that is measured."""
    text = claim.text
    numbers = tuple(sorted((str(n.value.normalize()), n.unit) for n in quantities(text)))
    entities = frozenset(name.folded for name in names(text))
    turns = tuple(sorted(direction(word.folded) for word in words(text) if direction(word.folded)))
    return numbers, entities, len(negations(text)) % 2, turns, quantity_key(claim.measurement)


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", " ", normalise(text).text.casefold()).strip()


def _share_out(order: Sequence[Claim], limit: int) -> set[str]:
    """Take claims in order, no work more than a third of the places before all others have had their turn."""
    share = -(-limit // 3)
    taken: dict[str, Claim] = {}
    held: Counter[str] = Counter()
    for claim in order:
        if len(taken) < limit and held[claim.work_id] < share:
            taken[claim.id] = claim
            held[claim.work_id] += 1
    for claim in order:
        if len(taken) < limit:
            taken.setdefault(claim.id, claim)
    return set(taken)


def same_quantities(claims: Iterable[Claim]) -> tuple[Quantity, ...]:
    """Group measured claims by system, metric, data set and setting; groups of one are left out; sorted by name."""
    groups: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        key = quantity_key(claim.measurement)
        if key:
            groups[key].append(claim)
    found = [
        Quantity(name=_name(group), claims=tuple(sorted({claim.id for claim in group})))
        for group in groups.values()
        if len({claim.id for claim in group}) > 1
    ]
    return tuple(sorted(found, key=lambda quantity: (quantity.name, quantity.claims)))


def quantity_key(measurement: Measurement | None) -> tuple[str, ...]:
    """Return what two measurements of one quantity have in common; empty without a measurement."""
    if measurement is None:
        return ()
    parts = (measurement.system, measurement.metric, measurement.dataset, measurement.setting)
    return tuple(re.sub(r"[\W_]+", "", normalise(part).text.casefold()) for part in parts)


def _name(group: Sequence[Claim]) -> str:
    shown = min(group, key=lambda claim: claim.id).measurement
    assert shown is not None
    setting = f" ({shown.setting})" if shown.setting else ""
    return f"{shown.metric} of {shown.system} on {shown.dataset}{setting}"
