"""The embedded verifier and judge: copies are supported, changed copies are not, and silence stays silence."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from juried.backends.embedded.backend import CachedEmbedding
from juried.backends.embedded.judging import EmbeddedJudge
from juried.backends.embedded.rarity import covered
from juried.backends.embedded.trial import confirm
from juried.backends.embedded.verifier import assess, read_weights
from juried.encoder import MiniLM
from juried.errors import ModelFileError, UsageError
from juried.labelled import load_pairs, made_pairs
from juried.mutants import mutants
from juried.records.verdict import Reviewer
from juried.tasks import ClaimCard, ClaimVote, EvidenceCard, JudgeClaims
from juried.text.sentences import split_sentences
from juried.text.standalone import stand_alone
from juried.text.words import content_stems

QUOTE = "We show that vocabulary augmentation improves tagging accuracy for Uyghur and Maltese by 3.2 points."
CLAIM = "Vocabulary augmentation improves tagging accuracy for Uyghur and Maltese by 3.2 points."
OTHERS = (
    "Vocabulary augmentation improves tagging accuracy for Uyghur and Maltese in later experiments, too.",
    "Vocabulary augmentation reduces tagging accuracy for Uyghur and Maltese.",
    "Vocabulary augmentation does not improve tagging accuracy for Uyghur and Maltese.",
    "Dependency treebanks exist for more than ninety languages. They differ in size and in genre.",
)


@lru_cache(maxsize=1)
def embed() -> CachedEmbedding:
    return CachedEmbedding(MiniLM(threads=1).encode)


def card(label: str, work: str, text: str) -> EvidenceCard:
    return EvidenceCard(label=label, work_id=work, work=f"Title of {work} (2021)", section="Abstract", text=text)


POOL = (
    card("E1", "W1", f"Many languages lack data. {QUOTE}"),
    *(card(f"E{n}", f"W{n}", t) for n, t in enumerate(OTHERS, 2)),
)


def claim_card(key: str, text: str, quote: str = QUOTE) -> ClaimCard:
    return ClaimCard(id=key, work_id="W1", kind="finding", text=text, quote=quote, source_labels=("E1",))


def vote(reviewer: Reviewer, text: str, own: Sequence[str] = (), pool: Sequence[EvidenceCard] = POOL) -> ClaimVote:
    task = JudgeClaims(
        evidence=tuple(pool), reviewer=reviewer, claims=(claim_card("C1", text),), own_evidence=(tuple(own),)
    )
    return EmbeddedJudge(embed()).judge(task).votes[0]


def test_the_confirmer_supports_a_copy_and_nothing_that_was_changed_in_it() -> None:
    found = vote("confirmer", CLAIM)
    assert (found.label, found.evidence) == ("supports", ("E1",))
    assert found.probability >= 90
    for kind, text in mutants(CLAIM, ("Wolaytta",)).items():
        changed = vote("confirmer", text)
        assert changed.label != "supports", kind
        assert changed.evidence == ("E1",)


def test_the_confirmer_says_when_the_source_is_silent() -> None:
    assert vote("confirmer", "Character models are slower than word models on Turkish.").label == "not_enough_info"
    missing = ClaimCard(id="C", work_id="W9", kind="finding", text=CLAIM, quote=QUOTE, source_labels=())
    task = JudgeClaims(evidence=POOL, reviewer="confirmer", claims=(missing,), own_evidence=((),))
    assert EmbeddedJudge(embed()).judge(task).votes[0].label == "not_enough_info"


@pytest.mark.parametrize(("own", "label"), [("E3", "refutes"), ("E4", "refutes"), ("E5", "not_enough_info")])
def test_the_challenger_refutes_only_where_words_clash(own: str, label: str) -> None:
    plain = "Vocabulary augmentation improves tagging accuracy for Uyghur and Maltese."
    found = vote("challenger", plain, [own])
    assert found.label == label
    assert found.evidence == ((own,) if label == "refutes" else ())
    assert found.reason.endswith(".")


def test_the_integrator_sees_overreach() -> None:
    hedged = "Vocabulary augmentation may improve tagging accuracy for Uyghur."
    claim = claim_card("C1", "Vocabulary augmentation improves tagging accuracy for Uyghur.", hedged)
    task = JudgeClaims(evidence=(card("E1", "W1", hedged),), reviewer="integrator", claims=(claim,), own_evidence=((),))
    found = EmbeddedJudge(embed()).judge(task).votes[0]
    assert found.label == "refutes"
    assert "may" in found.reason
    assert vote("integrator", CLAIM, ["E5"]).label == "not_enough_info"


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["confirmer", "challenger", "integrator"]))
def test_votes_do_not_depend_on_the_order_of_claims_or_passages(seed: int, reviewer: Reviewer) -> None:
    texts = [CLAIM, *mutants(CLAIM).values(), "Treebanks exist for more than ninety languages."]
    claims = [claim_card(f"C{number}", text) for number, text in enumerate(texts)]
    labels = [item.label for item in POOL[1:]]

    def votes(order: Sequence[int], pool: Sequence[EvidenceCard], own: Sequence[str]) -> dict[str, ClaimVote]:
        task = JudgeClaims(
            evidence=tuple(pool), reviewer=reviewer, claims=tuple(claims[place] for place in order),
            own_evidence=tuple(tuple(own) for _ in order),
        )  # fmt: skip
        given = EmbeddedJudge(embed()).judge(task).votes
        return {item.claim_id: item.model_copy(update={"evidence": tuple(sorted(item.evidence))}) for item in given}

    shuffled = random.Random(seed)
    order, pool, own = list(range(len(claims))), list(POOL), list(labels)
    for items in (order, pool, own):
        shuffled.shuffle(items)
    assert votes(order, pool, own) == votes(range(len(claims)), POOL, labels)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4))
def test_any_text_gives_probabilities(claim: str, sentences: list[str]) -> None:
    rng = np.random.default_rng(0)
    found = assess(claim, sentences, [float(value) for value in rng.random(len(sentences))])
    assert found.supports + found.refutes + found.silent == pytest.approx(1)
    assert all(0 <= place < len(sentences) for place in found.deciding)
    assert bool(found.deciding) == bool(sentences)


def test_odd_passages_get_a_vote_each() -> None:
    pool = [card("E1", "W1", ""), card("E2", "W2", "\n\n \u200b"), card("E3", "W3", "1 | 2 | 3\n" * 3)]
    for reviewer in ("confirmer", "challenger", "integrator"):
        found = vote(reviewer, "?", ["E2", "E3"], pool)
        assert found.label == "not_enough_info"


def test_abstracts_of_other_works_do_not_refute_real_claims() -> None:
    path = Path(__file__).resolve().parents[1] / "examples" / "low-resource-nlp" / "works.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][:240]
    works = [row for row in rows if row.get("abstract")]
    pool = [card(f"E{number}", f"W{number}", row["abstract"]) for number, row in enumerate(works)]
    refuted, tried = [], 0
    for item in pool[::20]:
        claim = next((text for a, b in split_sentences(item.text) if (text := stand_alone(item.text[a:b]).text)), "")
        wanted = content_stems(claim)
        near = sorted(pool, key=lambda other: (-covered(wanted, content_stems(other.text)), other.label))[:5]
        own = [other.label for other in near if other is not item]
        made = claim_card("C1", claim, claim).model_copy(
            update={"work_id": item.work_id, "source_labels": (item.label,)}
        )
        task = JudgeClaims(evidence=(item, *near), reviewer="challenger", claims=(made,), own_evidence=(tuple(own),))
        found = EmbeddedJudge(embed()).judge(task).votes[0]
        tried += bool(claim)
        refuted += [(claim, found.reason)] if found.label == "refutes" else []
    assert tried >= 8
    assert not refuted


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"weights\.json cannot be used"):
        read_weights(tmp_path / "weights.json")
    with pytest.raises(UsageError, match=r"corpus\.jsonl: it cannot be read"):
        load_pairs(tmp_path, "scifact", "dev")


def test_held_out_copies_mutants_and_silent_sources(shared_data: Path) -> None:
    data = shared_data / "claims"
    cited = [pair.source for split in ("train", "dev") for pair in load_pairs(data, "scifact", split)]
    pairs = made_pairs(data, cited, held_out=True)[:240]
    judge = EmbeddedJudge(embed())
    votes = [(pair, confirm(judge, pair)) for pair in pairs]
    copies = [found for pair, found in votes if pair.kind == "copy"]
    changed = [found for pair, found in votes if pair.label == "refutes"]
    silent = [found for pair, found in votes if pair.kind == "silent"]
    assert min(len(copies), len(changed), len(silent)) >= 30
    assert sum(found.label == "supports" and found.probability >= 90 for found in copies) >= 0.98 * len(copies)
    assert sum(found.label == "supports" for found in changed) <= 0.05 * len(changed)
    assert sum(found.label == "not_enough_info" for found in silent) >= 0.88 * len(silent)


def test_the_verifier_beats_rules_on_people_s_labels(shared_data: Path) -> None:
    pairs = load_pairs(shared_data / "claims", "scifact", "dev")[:80]
    right = 0
    for pair in pairs:
        rows: NDArray[np.float32] = embed()([pair.claim, *pair.sentences])
        found = assess(pair.claim, pair.sentences, rows[1:] @ rows[0], pair.title)
        chances = {"supports": found.supports, "refutes": found.refutes, "not_enough_info": found.silent}
        right += max(chances, key=lambda label: chances[label]) == pair.label
    # The most frequent label alone is right for 41 %.
    assert right / len(pairs) >= 0.55
