"""What the panel catches of ten planted defects, and what it says of true claims.

    python -m benchmarks.panel --data DATA [--backend NAME] [--most N] [--write FILE]

DATA is a folder with `claims/scifact` and `works/acl_anthology`. True claims are those that a run extracts; evidence
is what each mandate retrieves in a run. A reviewer objects when the confirmer does not support, or another reviewer
refutes from the claim's own work; the panel objects when the verdict is not supported. There is no second round.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agents.asking import Account
from agents.evidence import batches, gather
from agents.panel import Case, decide, hear, tally
from agents.reviewers import PanelReviewer, check_claims
from benchmarks.defects import DEFECTS
from benchmarks.figures import interval
from benchmarks.panel_library import (
    Trial,
    defective,
    fair_trials,
    library_of,
    reworded_trials,
    true_trials,
    write_trials,
)
from graphs.trial import WIDTH
from juried.agreement import vote_agreement
from juried.backends.base import Backend
from juried.backends.registry import open_backends
from juried.calibration import Calibration
from juried.calibration_files import choose_calibration
from juried.records.verdict import MANDATES, REVIEWERS, Ballot, EvidencePool, Reviewer, Vote
from juried.settings import Settings, load_settings
from prompts.loader import PromptRenderer


@dataclass(frozen=True)
class Tried:
    """A trial with what the panel heard of it; a vote that was lost is in `case.lost`."""

    trial: Trial
    case: Case

    def objects(self, reviewer: Reviewer) -> bool:
        """Whether one reviewer objects to the claim."""
        if reviewer == "confirmer":
            return not any(vote.reviewer == "confirmer" for vote in self.case.own("supports"))
        return any(vote.reviewer == reviewer for vote in self.case.own("refutes"))

    def rejected(self, without: Reviewer | None = None) -> bool:
        """Whether the panel objects, or would without one reviewer; without a confirmer, all is taken for confirmed."""
        votes = tuple(vote for vote in self.case.votes if vote.reviewer != without)
        if without == "confirmer":
            votes += tuple(_assenting(vote) for vote in self.case.votes if vote.reviewer == "confirmer")
        return decide(replace(self.case, votes=votes))[0] != "supported"


def _assenting(vote: Vote) -> Vote:
    """Return the vote of one who confirms whatever it is shown; the checker names the claim's own passages."""
    return vote.model_copy(update={"label": "supports", "probability": 97, "evidence": _OWN_LABELS[vote.claim_id]})


_OWN_LABELS: dict[str, tuple[str, ...]] = {}


async def try_all(trials: Sequence[Trial], backend: Backend, folder: Path) -> list[Tried]:
    """Try all trials against one library, in batches as in a run."""
    library = await library_of(trials, folder)
    claims = {trial.claim.id: trial.claim for trial in trials}
    works = {trial.work.id: trial.work for trial in trials}
    documents = {trial.document.sha256: trial.document for trial in trials}
    pools: list[EvidencePool] = []
    ballots: list[Ballot] = []
    for batch in batches(list(claims.values())):
        pool = await gather(batch, library, WIDTH)
        pools.append(pool)
        checked = check_claims(pool, claims, documents.__getitem__)
        _OWN_LABELS.update({vote.claim_id: vote.evidence for vote in checked.votes})
        asked = [PanelReviewer(name, backend).vote(pool, claims, works, Account("bench", name)) for name in MANDATES]
        ballots += [checked, *await asyncio.gather(*asked)]
    votes = [vote for ballot in ballots for vote in ballot.votes]
    lost = [loss for ballot in ballots for loss in ballot.lost]
    cases = hear(claims.values(), works, pools, votes, lost)
    return [Tried(trial, cases[trial.claim.id]) for trial in trials]


def table(title: str, tried: Sequence[Tried]) -> list[str]:
    """Return detection per defect, and false alarms on the true claims, for each reviewer and the panel."""
    lines = [f"\n{title}\n", f"| | n | {' | '.join(REVIEWERS)} | panel |", "|---|---|" + "---|" * (len(REVIEWERS) + 1)]
    rows: list[tuple[str, list[Tried]]] = [(name, [t for t in tried if t.trial.defect == name]) for name in DEFECTS]
    rows.append(("all defects", [t for t in tried if t.trial.defect]))
    true = [item for item in tried if item.trial.defect is None]
    rows.append(("true claims (false alarms)", [item for item in true if not _is_fair(item)]))
    rows.append(("the same in slightly other words", [item for item in true if _is_fair(item)]))
    for name, held in rows:
        if held:
            cells = [_share([item.objects(reviewer) for item in held]) for reviewer in REVIEWERS]
            panel = interval(sum(item.rejected() for item in held), len(held)).partition(" (n")[0]
            lines.append(f"| {name} | {len(held)} | {' | '.join(cells)} | {panel} |")
    return lines


def _is_fair(item: Tried) -> bool:
    return item.trial.claim.id.endswith("-fair")


def _share(hits: Sequence[bool]) -> str:
    return f"{sum(hits) / len(hits):.3f}"


def left_out(tried: Sequence[Tried]) -> list[str]:
    """Return what the panel misses without each reviewer, defect by defect."""
    bad = [item for item in tried if item.trial.defect]
    whole = sum(item.rejected() for item in bad)
    lines = ["\nThe panel without one reviewer\n", "| without | detection | lost | most of it |", "|---|---|---|---|"]
    lines.append(f"| nobody | {interval(whole, len(bad))} | 0 | |")
    for reviewer in REVIEWERS:
        lost = [item for item in bad if item.rejected() and not item.rejected(reviewer)]
        kinds = sorted({str(i.trial.defect) for i in lost}, key=lambda k: (-sum(i.trial.defect == k for i in lost), k))
        told = ", ".join(f"{kind} {sum(item.trial.defect == kind for item in lost)}" for kind in kinds[:4])
        lines.append(f"| {reviewer} | {interval(whole - len(lost), len(bad))} | {len(lost)} | {told} |")
    return lines


def ticks(tried: Sequence[Tried], calibration: Calibration | None) -> list[str]:
    """Return how many true claims and how many defective ones get a ✓."""
    lines = ["\nTicks (supported, and confident enough)\n", "| | ticked |", "|---|---|"]
    groups: Mapping[str, list[Tried]] = {
        "true claims": [item for item in tried if item.trial.defect is None],
        "defective claims": [item for item in tried if item.trial.defect],
    }
    for name, held in groups.items():
        lines.append(f"| {name} | {interval(sum(tally(i.case, calibration).verified for i in held), len(held))} |")
    votes = [vote for item in tried for vote in item.case.votes]
    alpha, lost = vote_agreement(votes), sum(len(item.case.lost) for item in tried)
    alike = "none" if alpha is None else f"{alpha / 100:.2f}"
    return [*lines, f"\nKrippendorff's alpha of the four votes: {alike}; votes lost: {lost}"]


async def run(settings: Settings, data: Path, most: int, write: Path | None) -> list[str]:
    """Return the tables, after trying true and defective claims, near copies and those in people's own words."""
    lines: list[str] = []
    async with open_backends(settings, renderer=PromptRenderer(), journal=None) as backends:
        await backends.check()
        calibration = choose_calibration(settings, backends.by_role)
        extracted = await true_trials(data)
        for title, true, fair in (
            ("Claims as they are extracted", extracted, fair_trials(extracted)),
            ("Claims in people's own words (SciFact dev)", reworded_trials(data), []),
        ):
            tried = await _try_parted([*true, *fair], defective(true, most), backends["confirmer"])
            lines += [*table(title, tried), *left_out(tried), *ticks(tried, calibration)]
            if write:
                write_trials([item.trial for item in tried], write)
    return lines


async def _try_parted(true: Sequence[Trial], bad: Sequence[Trial], backend: Backend) -> list[Tried]:
    """Try works as they are, and apart from them those with a planted limitation, which else would be their rivals."""
    known = {trial.document.sha256 for trial in true}
    tried = []
    for held in ([*true, *(t for t in bad if t.document.sha256 in known)],
                 [t for t in bad if t.document.sha256 not in known]):  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            tried += await try_all(held, backend, Path(folder)) if held else []
    return tried


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with claims/scifact and works/acl_anthology")
    parser.add_argument("--backend", default="embedded", help="a backend, or PROVIDER:NAME of a chat model")
    parser.add_argument("--most", type=int, default=60, help="defective claims of each kind and origin")
    parser.add_argument("--write", type=Path, help="file for what was tried, one line each")
    given = parser.parse_args()
    named = {"model": given.backend} if ":" in given.backend else {"backend": given.backend}
    print("\n".join(asyncio.run(run(load_settings(named), given.data, given.most, given.write))))


if __name__ == "__main__":
    main()
