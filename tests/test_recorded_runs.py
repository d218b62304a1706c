"""The recorded runs that ship: replayed offline they give the recorded bytes, and their reports keep every rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphs.replaying import Replayed
from juried.records.verdict import REVIEWERS

CASSETTES = Path(__file__).resolve().parents[1] / "cassettes"


def sound(replayed: Replayed) -> None:
    """What holds of any recorded run: equal bytes, no loss, every verified claim with votes of the whole panel."""
    record = replayed.record
    assert replayed.differing == ()
    assert [loss for loss in record.losses if not loss.refused] == []
    voted = {(vote.claim_id, vote.reviewer) for vote in record.votes}
    for verdict in record.verdicts:
        if verdict.verified:
            assert {(verdict.claim_id, reviewer) for reviewer in REVIEWERS} <= voted


@pytest.mark.juried_replay("cassettes/flagship")
def test_the_flagship_is_made_again_to_the_byte(replayed: Replayed) -> None:
    sound(replayed)
    assert (replayed.record.draft.answer, replayed.record.prisma.included) == ("mixed", 24)
    assert len({claim.work_id for claim in replayed.record.claims}) > 15


@pytest.mark.juried_replay("cassettes/filariasis")
def test_a_run_on_another_field_is_made_again_to_the_byte(replayed: Replayed) -> None:
    sound(replayed)
    assert replayed.record.prisma.full_text == 1
    assert any(claim.measurement is not None for claim in replayed.record.claims)


def test_every_recording_that_ships_is_tested_and_told_of() -> None:
    folders = {path.parent.name for path in CASSETTES.glob("*/recording.json")}
    here = Path(__file__).read_text(encoding="utf-8")
    told = (CASSETTES / "README.md").read_text(encoding="utf-8")
    assert folders
    assert all(f'"cassettes/{name}"' in here and f"`{name}`" in told for name in folders)
