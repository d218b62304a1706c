"""What the reader is shown, how training examples are made and batched, and that the linear fit always converges."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.backends.embedded import reader
from juried.backends.embedded.backend import CachedEmbedding
from juried.backends.embedded.citing import CITING_FEATURES, citing_features
from juried.backends.embedded.findings import RULED_OUT, SURE
from juried.backends.embedded.reader import (
    MOST_OF_NEAREST,
    MOST_OF_SOURCE,
    MOST_SENTENCES,
    Packed,
    Reader,
    Reading,
    averaging,
    pack,
    pack_in_order,
    shipped_reader,
)
from juried.backends.embedded.verifier import assess, shipped_weights
from juried.encoder import MiniLM
from juried.labelled import SPLITS, Pair, load_pairs, made_pairs
from juried.records.verdict import Label
from juried.tasks import ClaimVote
from scripts.calibrate_verifier import ruled
from scripts.read_all import read_all
from scripts.reader_examples import Example, PieceRarity, Showing, batches, show
from scripts.reader_pairs import WRITTEN, Abstract, beside_others, load_abstracts, load_written, near_abstracts
from scripts.verifier_fit import Models, ReadPair, fit_softmax, parts_of, read_pairs, selection_threshold

SENTENCES = tuple(f"Sentence {number} tells of gene {number} and of its effect on growth." for number in range(40))
TITLE = "Genes and their effect on growth"


def pair(claim: str = "Gene 7 affects growth.", places: tuple[int, ...] = (7,)) -> Pair:
    return Pair(claim, "D1", SENTENCES, "supports", (places,) if places else (), "written", TITLE)


def test_the_title_is_read_but_belongs_to_no_sentence() -> None:
    cosines = [0.5] * len(SENTENCES)
    plain, titled = (pack("Gene 7 affects growth.", SENTENCES, cosines, title) for title in ("", TITLE))
    extra = len(titled.ids) - len(plain.ids)
    assert extra > 3
    assert titled.parts.count(0) == plain.parts.count(0) + extra
    assert titled.places == plain.places
    assert np.allclose(averaging(titled).sum(axis=1), 1)


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(40)), st.integers(1, 400))
def test_sentences_are_taken_in_order_while_they_fit_and_read_in_reading_order(order: list[int], room: int) -> None:
    packed = pack_in_order("A claim.", TITLE, SENTENCES, order, room)
    assert order[0] in packed.places
    assert list(packed.places) == sorted(packed.places)
    assert len(packed.places) <= MOST_SENTENCES
    taken = sum(part >= 2 for part in packed.parts) + len(packed.places)
    assert taken <= max(room, 1 + sum(part == 2 + packed.places.index(order[0]) for part in packed.parts))
    assert len(packed.ids) == len(packed.types) == len(packed.parts)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sets(st.integers(0, 39), max_size=4), st.sampled_from([16, 48, MOST_OF_SOURCE]))
def test_every_deciding_sentence_is_shown(seed: int, places: set[int], room: int) -> None:
    showing = Showing(rooms=(room,), title=0.5, nearest=0.5)
    packed = show(
        pair(places=tuple(places)), showing.draw(random.Random(seed)), PieceRarity(SENTENCES), random.Random(seed)
    )
    assert places <= set(packed.places)


def test_the_nearest_sentence_comes_first_when_asked() -> None:
    showing = Showing(rooms=(16,), title=0.0, nearest=1.0)
    packed = show(
        pair("Gene 31 affects growth.", ()), showing.draw(random.Random(0)), PieceRarity(SENTENCES), random.Random(0)
    )
    assert packed.places == (31,)


def example(length: int, twin: str) -> Example:
    return Example(Packed(tuple(range(length)), (0,) * length, (0,) * length, ()), 0, None, twin=twin)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 30)), max_size=80), st.integers(0, 99))
def test_batches_hold_each_example_once_and_opposites_together(drawn: list[tuple[int, int]], seed: int) -> None:
    examples = [example(length, f"twin {twin}" if twin < 10 else "") for length, twin in drawn]
    plan = batches(examples, random.Random(seed), most_pieces=200)
    assert Counter(id(item) for batch in plan for item in batch) == Counter(map(id, examples))
    for batch in plan:
        fits = max(len(item.packed.ids) for item in batch) * len(batch) <= 200
        assert fits or len({item.twin or id(item) for item in batch}) == 1
    homes = [{number for number, batch in enumerate(plan) for item in batch if item.twin == twin}
             for twin in {item.twin for item in examples if item.twin}]  # fmt: skip
    assert all(len(home) == 1 for home in homes)
    assert plan == batches(examples, random.Random(seed), most_pieces=200)


def test_each_written_claim_stands_beside_its_opposite_with_the_sentences_that_decide() -> None:
    rows = [json.loads(line) for line in gzip.decompress(WRITTEN.read_bytes()).decode().splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) > 5000
    corpus = [Abstract(row["id"], "", SENTENCES) for row in rows if "sentences" not in row]
    written = load_written(corpus)
    assert {(first.label, second.label) for first, second in written} == {
        ("supports", "refutes"),
        ("not_enough_info", "not_enough_info"),
    }
    for first, second in written:
        assert first.claim != second.claim
        assert bool(first.evidence) == (first.label == "supports")
        assert all(0 <= place < len(first.sentences) for group in first.evidence for place in group)


@pytest.mark.parametrize("penalty", [0.01, 20.0])
def test_the_fit_converges_also_where_a_column_gives_the_label_away(penalty: float) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 300)
    rows = np.column_stack([labels * 40.0 - 40, rng.normal(size=(300, 4)), np.zeros(300)])
    weights = rng.random(300) * 5
    targets = np.eye(3)[labels]
    coefficients, bias = fit_softmax(rows, targets, weights, penalty)
    assert np.isfinite(coefficients).all()
    guesses = (rows @ coefficients + bias).argmax(axis=1)
    assert (guesses == labels).mean() > 0.98


def test_claims_are_set_beside_abstracts_like_their_own() -> None:
    abstracts = [Abstract(f"D{n}", TITLE, SENTENCES) for n in range(20)]
    near = near_abstracts(abstracts, np.eye(20, dtype=np.float32))
    twins = [(pair(f"Gene {n} affects growth."), pair(f"Gene {n} does not affect growth.")) for n in range(100)]
    twins = [(first, Pair(second.claim, "D1", SENTENCES, "refutes", ((7,),), "written")) for first, second in twins]
    made = beside_others(twins, near)
    assert 8 <= len(made) <= 45
    assert {item.label for item in made} == {"not_enough_info"}
    assert "D1" not in {item.source for item in made}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=60))
def test_no_claim_and_no_source_is_in_two_parts(drawn: list[tuple[int, int]]) -> None:
    pairs = [Pair(f"Claim {claim}.", f"D{source}", SENTENCES, "supports", (), "scifact") for claim, source in drawn]
    parts = parts_of(pairs)
    assert set(parts) == {item.source for item in pairs}
    for claim in {item.claim for item in pairs}:
        assert len({parts[item.source] for item in pairs if item.claim == claim}) == 1
    assert parts == parts_of(pairs[::-1])


def test_a_citing_statement_is_told_by_its_marks_and_passages() -> None:
    reading = Reading(np.array([0.2, 0.5, 0.3]), np.zeros((2, 3)))
    passages = ("Gene 7 affects growth (Smith et al., 2012).", "Nothing else was seen.")
    row = dict(
        zip(
            CITING_FEATURES,
            citing_features("Gene 7 may affect growth [this and others].", passages, [0.9, 0.1], reading),
            strict=True,
        )
    )
    assert (row["cited_among_others"], row["hedged"], row["number"], row["method"]) == (1.0, 1.0, 1.0, 0.0)
    assert (row["nearest_cites"], row["share_citing"]) == (1.0, 0.5)
    assert row["cosine_first"] == 0.9
    assert row["read_supporting"] > 0
    alone = citing_features("Gene 7 affects growth [this].", passages[1:], [0.1], reading)
    assert len(alone) == len(CITING_FEATURES)
    assert np.isfinite(alone).all()


def test_a_source_is_read_as_far_as_it_fits_and_its_nearest_sentences_again(monkeypatch: pytest.MonkeyPatch) -> None:
    claim, cosines = "Gene 7 affects growth.", [0.5] * len(SENTENCES)
    nearest = pack(claim, SENTENCES, cosines, TITLE, MOST_OF_NEAREST).places
    assert 0 < len(nearest) < len(pack(claim, SENTENCES, cosines, TITLE).places)
    few = [SENTENCES[place] for place in nearest]
    both, again = (Reader().read(claim, shown, cosines[: len(shown)], TITLE) for shown in (SENTENCES, few))
    monkeypatch.setattr(reader, "MOST_OF_NEAREST", MOST_OF_SOURCE)
    once = Reader().read(claim, SENTENCES, cosines, TITLE)
    assert np.allclose(both.source, (once.source + again.source) / 2, atol=2e-4)
    assert not np.allclose(both.source, once.source, atol=2e-3)
    assert np.array_equal(both.sentences, once.sentences)


def test_what_is_fitted_is_what_a_run_uses(shared_data: Path) -> None:
    pairs = load_pairs(shared_data / "claims", "scifact", "dev")[:12]
    embed = CachedEmbedding(MiniLM(threads=1).encode)
    weights = shipped_weights()
    models = Models(weights.sentence, weights.document, weights.decides_from)
    for item in read_pairs(pairs, embed, lambda *_: shipped_reader()):
        rows = embed([item.pair.claim, *item.pair.sentences])
        used = assess(item.pair.claim, item.pair.sentences, rows[1:] @ rows[0], item.pair.title)
        assert np.allclose(models.predict(item), [used.silent, used.supports, used.refutes])


def test_pairs_are_read_in_order_and_no_pairs_give_none(shared_data: Path) -> None:
    pairs = load_pairs(shared_data / "claims", "scifact", "dev")[:9]
    embed = CachedEmbedding(MiniLM(threads=1).encode)
    assert [item.pair for item in read_all(pairs, embed, lambda _: shipped_reader())] == pairs
    assert read_all([], embed, lambda _: shipped_reader()) == []


@pytest.mark.parametrize(("label", "percent", "told"), [
    ("supports", SURE, True), ("supports", SURE - 1, False),
    ("refutes", RULED_OUT, True), ("refutes", RULED_OUT - 1, False),
    ("not_enough_info", 99, False),
])  # fmt: skip
def test_a_made_pair_is_calibrated_on_only_where_a_rule_decided(label: Label, percent: int, told: bool) -> None:
    assert ruled(ClaimVote(claim_id="C1", label=label, probability=percent, evidence=(), reason="")) is told


@pytest.mark.parametrize(("marks", "scores", "low", "high"), [
    ((0, 1), [-1.2, -2.5, -2.9, -2.9, -2.9], -2.9, -2.5),
    ((0,), [-1.2, -2.0, -2.0, -2.0, -2.9], -2.0, 3.0),
    ((0, 1, 2), [2.0, 1.5, 1.4, 1.3, 1.2], -3.1, 1.4),
])  # fmt: skip
def test_sentences_beside_the_best_are_taken_from_the_score_that_finds_the_marked_ones(
    marks: tuple[int, ...], scores: list[float], low: float, high: float
) -> None:
    marked = Pair("A claim.", "D1", SENTENCES[:5], "supports", (marks,), "scifact")
    example = ReadPair(marked, 0, np.zeros((5, 1)), Reading(np.array([0.2, 0.5, 0.3]), np.zeros((5, 3))))
    assert low < selection_threshold([example], [np.array(scores)]) <= high


def test_the_reader_does_not_see_marks_of_citations() -> None:
    marked, plain = (pack(text, SENTENCES[:3], [0.5] * 3) for text in ("It grows [this and others].", "It grows."))
    assert marked == plain


def test_no_abstract_that_people_s_claims_cite_gives_a_written_claim(shared_data: Path) -> None:
    claims = shared_data / "claims"
    cited = {item.source for split in SPLITS for item in load_pairs(claims, "scifact", split)}
    rows = [json.loads(line) for line in gzip.decompress(WRITTEN.read_bytes()).decode().splitlines()]
    assert not cited & {row["id"] for row in rows}
    assert not cited & {item.id for item in load_abstracts(claims)}


def test_no_abstract_whose_copies_measure_the_verifier_is_trained_on(shared_data: Path) -> None:
    claims = shared_data / "claims"
    cited = [item.source for split in SPLITS for item in load_pairs(claims, "scifact", split)]
    measured = {item.source for item in made_pairs(claims, cited, held_out=True)}
    trained = load_abstracts(claims)
    assert measured
    assert not measured & {item.id for item in trained}
    assert not measured & {first.source for first, _ in load_written(trained)}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=8), st.integers(0, 99))
def test_what_is_shown_in_training_always_fits_the_network(lengths: list[int], seed: int) -> None:
    long = tuple(" ".join(["gene"] * length) for length in lengths)
    claim = Pair("gene " * 90, "D1", long, "supports", (tuple(range(len(long))),), "written", "gene " * 90)
    shown = Showing(rooms=(256,), title=1.0, nearest=0.0).draw(random.Random(seed))
    assert len(show(claim, shown, PieceRarity(long), random.Random(seed)).ids) <= 512
