"""Selection: restatements merged, relevance and fair shares kept, the same result in any order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.selection import FLOOR, restates, select_claims
from juried.records.claim import Claim, Measurement, claim_id
from juried.records.document import Span


def claim(work: str, text: str, measurement: Measurement | None = None) -> Claim:
    kind = "measurement" if measurement else "finding"
    return Claim.model_validate(
        {
            "id": claim_id(work, text, text),
            "work_id": work,
            "document": "d",
            "kind": kind,
            "text": text,
            "quote": text,
            "measurement": measurement,
            "spans": (Span(document="d", start=0, end=len(text), quote=text),),
        }
    )


def measured(work: str, value: str, system: str = "mBERT") -> Claim:
    stated = Measurement(system=system, metric="F1", dataset="CoNLL-2003", setting="test", value=value)
    return claim(work, f"The F1 of {system} on CoNLL-2003 (test) is {value}.", stated)


def test_a_restatement_in_the_same_work_is_merged_and_named() -> None:
    first = claim("W1", "Vocabulary augmentation improves parsing of Maltese.")
    again = claim("W1", "Vocabulary augmentation improves the parsing of Maltese.")
    elsewhere = claim("W2", "Vocabulary augmentation improves the parsing of Maltese.")
    chosen = select_claims({first.id: 90, again.id: 80, elsewhere.id: 70}, [again, elsewhere, first], limit=9)
    assert chosen.selection.selected == tuple(sorted([first.id, elsewhere.id]))
    assert chosen.selection.set_aside == ()
    assert {c.id: c.also for c in chosen.claims} == {first.id: (again.id,), elsewhere.id: ()}


def test_other_numbers_names_or_direction_make_another_claim() -> None:
    base = claim("W1", "Augmentation improves parsing of Maltese by 3 points.")
    for text in (
        "Augmentation improves parsing of Maltese by 4 points.",
        "Augmentation improves parsing of Uyghur by 3 points.",
        "Augmentation does not improve parsing of Maltese by 3 points.",
        "Augmentation reduces parsing of Maltese by 3 points.",
    ):
        assert not restates(base, claim("W1", text), lambda a, b: 1.0)


def test_one_meaning_merges_only_with_a_similarity() -> None:
    first = claim("W1", "Adapters help transfer to unseen scripts a lot.")
    second = claim("W1", "Transfer to scripts not known before profits from adapter layers.")
    assert not restates(first, first.model_copy(update={"text": "Small bilingual dictionaries help transfer."}))
    assert restates(first, claim("W1", "Adapter layers help when scripts were unseen."), lambda a, b: 0.97)
    assert not restates(first, second, lambda a, b: 0.97)


def test_the_floor_holds_and_a_long_paper_leaves_room() -> None:
    long = [claim("W1", f"Language number {n} profits from transfer of syntax.") for n in range(20)]
    others = [claim(f"W{n}", "Related languages share their syntax in mBERT.") for n in range(2, 8)]
    low = claim("W9", "Bread is eaten in many countries of the world.")
    scores = {c.id: 90 for c in long} | {c.id: 50 for c in others} | {low.id: FLOOR - 1}
    chosen = select_claims(scores, [*long, *others, low], limit=9)
    taken = [c.work_id for c in chosen.claims]
    assert taken.count("W1") == 3
    assert len(taken) == 9
    assert low.id in chosen.selection.set_aside
    assert len(select_claims(scores, [*long, low], limit=9).claims) == 9


def test_claims_about_one_quantity_are_found_across_works() -> None:
    claims = [measured("W1", "87.3"), measured("W2", "85.0"), measured("W3", "91.0", "XLM-R")]
    quantities = select_claims({c.id: 50 for c in claims}, claims, limit=9).selection.quantities
    assert [q.name for q in quantities] == ["F1 of mBERT on CoNLL-2003 (test)"]
    assert quantities[0].claims == tuple(sorted(c.id for c in claims[:2]))


def test_nothing_gives_nothing() -> None:
    chosen = select_claims({}, [], limit=16)
    assert (chosen.selection.selected, chosen.selection.set_aside, chosen.claims) == ((), (), ())


SUBJECTS = st.sampled_from(["Adapters", "Dictionaries", "mBERT", "The adapters"])
TEXTS = st.builds(lambda s, n: f"{s} improve transfer to {n} languages.", SUBJECTS, st.integers(1, 4))
CLAIMS = st.lists(st.builds(claim, st.sampled_from(["W1", "W2", "W3"]), TEXTS), max_size=20)


@given(CLAIMS, st.integers(0, 12), st.integers(0, 100))
def test_order_does_not_matter_and_nothing_is_dropped(claims: list[Claim], limit: int, seed: int) -> None:
    scores = {c.id: (seed + int(c.id[-2:], 16)) % 101 for c in claims}
    shuffled = sorted(claims, key=lambda c: c.id[seed % 12 :])
    first = select_claims(scores, claims, limit)
    assert first == select_claims(scores, shuffled, limit)
    merged = {other for c in first.claims for other in c.also}
    parts = [set(first.selection.selected), set(first.selection.set_aside), merged]
    assert set().union(*parts) == {c.id for c in claims}
    assert sum(map(len, parts)) == len({c.id for c in claims})
    assert len(first.selection.selected) <= limit
    assert all(scores[i] >= FLOOR for i in first.selection.selected)


def test_a_claim_whose_quote_was_not_found_takes_no_place_and_swallows_no_other() -> None:
    found = claim("W1", "Vocabulary augmentation improves the parsing of Maltese.")
    lost = claim("W1", "Vocabulary augmentation improves parsing of Maltese.").model_copy(update={"spans": ()})
    chosen = select_claims({found.id: 50, lost.id: 90}, [found, lost], limit=9)
    assert chosen.selection.selected == (found.id,)
    assert chosen.selection.set_aside == (lost.id,)
    assert chosen.claims[0].also == ()
