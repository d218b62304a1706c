"""`juried diff`: what two runs found otherwise, and what they were made with that differs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cli.show import demand_sealed
from juried.resuming import load_begun
from juried.runs import RunFolder, find_run
from juried.settings import Settings

if TYPE_CHECKING:
    from juried.comparing import ClaimChange, RunDiff
    from juried.comparing_causes import Cause, Side

NAME = "diff"
HELP = "compare two runs: works and claims added, lost, flipped or moved, and why"
OPTIONS = ("runs", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    for name, which in (("first", "one"), ("second", "the other")):
        parser.add_argument(name, help=f"{which} run: its id, a part that begins or ends it, or its folder")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print the differences, or with --json all of them as data."""
    from juried.comparing import compare
    from juried.records.base import readable_json

    found = compare(_side(Path(settings.runs), args.first), _side(Path(settings.runs), args.second))
    print(readable_json(found) if settings.json else "\n".join(_lines(found)), end="" if settings.json else "\n")
    return 0


def _side(runs: Path, name: str) -> Side:
    """Return a run by name; a folder with a record alone will do, and then says less of how it was made."""
    from juried.comparing_causes import Side
    from juried.records.loading import load_record

    folder = RunFolder(Path(name)) if (Path(name) / "record.json").exists() else find_run(runs, name)
    if folder.settings.exists():
        demand_sealed(folder)
        begun = load_begun(folder)
        return Side(load_record(folder.record), begun.settings, begun.provenance)
    return Side(load_record(folder.record))


def _lines(found: RunDiff) -> list[str]:
    lines = [f"first:   {found.first}", f"second:  {found.second}"]
    if found.first_answer != found.second_answer:
        lines.append(f"answer:  {found.first_answer}, then {found.second_answer}")
    lines += ["", "Made with:"]
    lines += [f"  {_cause(cause)}" for cause in found.causes] or ["  the same, as far as is known"]
    lines += [f"  not known: {name}" for name in found.unknown]
    if not found.works and not found.claims:
        return [*lines, "", f"Works and verdicts are the same ({found.claims_alike} claims)."]
    lines += ["", "Works:"] if found.works else []
    for work in found.works:
        lines += [f"  {work.kind}  {work.work_id}  {work.title}", f"    because {work.because}"]
    lines += ["", f"Claims ({found.claims_alike} alike):"]
    for claim in found.claims:
        lines += [f"  {claim.kind}  {claim.claim_id}  {_verdicts(claim)}", f"    {claim.text}"]
        lines += [f"    because {'; '.join(claim.because)}"] if claim.because else []
    return lines


def _cause(cause: Cause) -> str:
    values = f": {cause.first or '-'}, then {cause.second or '-'}" if cause.first or cause.second else ""
    return f"{cause.kind}  {cause.name}{values}"


def _verdicts(claim: ClaimChange) -> str:
    sides = ((claim.first_outcome, claim.first_confidence), (claim.second_outcome, claim.second_confidence))
    shown = [f"{outcome}{'' if held is None else f' ({held} %)'}" for outcome, held in sides if outcome]
    return ", then ".join(shown)
