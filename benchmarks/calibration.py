"""How well a backend's confidence holds on labelled claims that it was not fitted on.

    python -m benchmarks.calibration --data DATA [--backend NAME] [--figures FOLDER]

DATA is a folder with `claims/scifact` and, if there, `claims/citint` and `claims/expertqa` (claims that language models
wrote, with evidence judged by experts). Each set is measured twice: with the calibration that a run would use, and
with one fitted on the set itself, cross-fitted over its sources. Intervals are 95 %: of shares by Wilson, of ECE and
Brier score by bootstrap over claims with a fixed seed. With `--figures` the drawings are written.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.calibrating import confirm_all
from benchmarks.figures import interval
from juried.backends.registry import open_backends
from juried.calibration import (
    Calibration,
    brier_score,
    expected_calibration_error,
    fit_calibration,
    reliability_bins,
    risk_points,
    told_threshold,
)
from juried.calibration_files import choose_calibration
from juried.calibration_maps import MAKERS, folds_of, held_out_values
from juried.files import write_atomically
from juried.labelled import read_lines
from juried.labelled_claims import LabelledClaim, LabelledSet, read_labelled
from juried.records.run import CalibrationNote
from juried.records.verdict import Label
from juried.reports.calibration_svg import calibration_svg
from juried.settings import load_settings
from prompts.loader import PromptRenderer

RESAMPLES = 500
_COVERAGES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
_ADDRESS = re.compile(r"^\[\d+\] \S+\s+")
_MARK = re.compile(r"\s*\[\d+\]")
Figure = Callable[[Sequence[float], Sequence[bool]], float]


@dataclass(frozen=True)
class Judged:
    """A labelled set with the raw per cent of each claim; claims without a usable vote are only counted."""

    name: str
    raw: tuple[int, ...]
    supported: tuple[bool, ...]
    sources: tuple[str, ...]
    failed: int


def expertqa(path: Path) -> LabelledSet:
    """Return the ExpertQA claims that experts judged, as fully supported or not; sources are questions."""
    claims = []
    for number, row in enumerate(read_lines(path)):
        answers = row["answers"]
        assert isinstance(answers, dict)
        for item in (item for answer in answers.values() for item in answer["claims"]):
            text = "\n\n".join(_ADDRESS.sub("", passage) for passage in item["evidence"])
            if item["support"] in ("Complete", "Partial", "Incomplete") and text.strip():
                label: Label = "supports" if item["support"] == "Complete" else "not_enough_info"
                claim = _MARK.sub("", item["claim_string"]).strip()
                claims.append(LabelledClaim(claim, f"question {number}", str(row["question"]), text, label))
    return LabelledSet("ExpertQA", tuple(claims))


def labelled_sets(data: Path) -> list[LabelledSet]:
    """Return the sets that are at hand, by name as reports say it."""
    sets = [LabelledSet("SciFact dev", read_labelled(data / "scifact", "dev").claims)]
    if (data / "citint" / "corpus.jsonl").exists():
        sets.append(LabelledSet("Citation-Integrity dev", read_labelled(data / "citint", "dev").claims))
    if (data / "expertqa" / "rand_val.jsonl").exists():
        sets.append(expertqa(data / "expertqa" / "rand_val.jsonl"))
    return sets


def rows_of(name: str, percents: Sequence[float], supported: Sequence[bool], threshold: int) -> list[str]:
    """Return the figures of one set under one calibration, one line each."""
    ticked = [label for percent, label in zip(percents, supported, strict=True) if round(percent) >= threshold]
    base, told = sum(supported) / len(supported), told_threshold(threshold)
    return [
        f"| {name} | ECE, 15 bins | {_with_interval(expected_calibration_error, percents, supported)} |",
        f"| {name} | ECE that perfect confidence would show with so few claims | {_least_ece(percents):.3f} |",
        f"| {name} | Brier score | {_with_interval(brier_score, percents, supported)} |",
        f"| {name} | Brier score of the base rate {base:.3f} | {base * (1 - base):.3f} |",
        f"| {name} | claims that reach the threshold, {told} | {interval(len(ticked), len(supported))} |",
        f"| {name} | of these not supported | {interval(sum(not label for label in ticked), len(ticked))} |",
    ]


def _with_interval(figure: Figure, percents: Sequence[float], supported: Sequence[bool]) -> str:
    rng, n, values = random.Random(0), len(supported), []
    for _ in range(RESAMPLES):
        places = [rng.randrange(n) for _ in range(n)]
        values.append(figure([percents[place] for place in places], [supported[place] for place in places]))
    values.sort()
    low, high = values[int(0.025 * RESAMPLES)], values[int(0.975 * RESAMPLES) - 1]
    return f"{figure(percents, supported):.3f} [{low:.3f}, {high:.3f}] (n = {n})"


def _least_ece(percents: Sequence[float]) -> float:
    """Return the mean ECE of labels drawn with just these probabilities: what chance alone gives at this size."""
    rng = random.Random(0)
    drawn = ([rng.random() < percent / 100 for percent in percents] for _ in range(RESAMPLES))
    return sum(expected_calibration_error(percents, labels) for labels in drawn) / RESAMPLES


def forms(judged: Judged) -> list[str]:
    """Return how each form of map does when cross-fitted over the sources, and the one chosen within the folds."""
    folds = folds_of(judged.sources)
    lines = []
    for method in (*MAKERS, None):
        values = held_out_values(judged.raw, judged.supported, folds, method)
        ece, brier = (figure(values, judged.supported) for figure in (expected_calibration_error, brier_score))
        lines.append(f"| {judged.name} | {method or 'chosen within the folds'} | {ece:.3f} | {brier:.4f} |")
    return lines


def coverage(name: str, percents: Sequence[float], supported: Sequence[bool]) -> str:
    """Return the share of claims that are not supported among the most confident ones, at several coverages."""
    points = risk_points(percents, supported)
    cells = []
    for share in _COVERAGES:
        point = min(points, key=lambda item: (abs(item.n / len(supported) - share), item.n))
        cells.append(f"{point.false / point.n:.3f} (n = {point.n})")
    return f"| {name} | {' | '.join(cells)} |"


def own_calibration(judged: Judged, backend: str) -> tuple[Calibration, list[float]]:
    """Return a calibration fitted on the set, and the confidences of its claims by maps that left them out."""
    fitted = fit_calibration(
        judged.raw,
        judged.supported,
        backend=backend,
        fingerprint="benchmark",
        data=judged.name,
        sources=judged.sources,
        failed=judged.failed,
    )
    return fitted, held_out_values(judged.raw, judged.supported, folds_of(judged.sources))


def report(sets: Sequence[Judged], used: Calibration | None, backend: str, figures: Path | None) -> list[str]:
    """Return all tables, and write the drawings where a folder is given."""
    lines = ["| set and calibration | what | figure |", "|---|---|---|"]
    held: list[tuple[str, Sequence[float], Judged]] = []
    for judged in sets:
        if used is not None:
            applied = [float(used.apply(value)) for value in judged.raw]
            held.append((f"{judged.name}, as in a run", applied, judged))
            lines += rows_of(f"{judged.name}, as in a run", applied, judged.supported, used.threshold)
            _draw(figures, f"{judged.name}-run", _note(judged, applied, used))
        fitted, left_out = own_calibration(judged, backend)
        held.append((f"{judged.name}, fitted on it", left_out, judged))
        lines += rows_of(f"{judged.name}, fitted on it", left_out, judged.supported, fitted.threshold)
        _draw(figures, f"{judged.name}-own", CalibrationNote.model_validate(
            fitted.model_dump(include=set(CalibrationNote.model_fields))
        ))  # fmt: skip
    lines += ["", f"| set | {' | '.join(f'{share:.0%}' for share in _COVERAGES)} |", "|---|" + "---|" * len(_COVERAGES)]
    lines += [coverage(name, percents, judged.supported) for name, percents, judged in held]
    lines += ["", "| set | map | ECE | Brier score |", "|---|---|---|---|"]
    return lines + [line for judged in sets for line in forms(judged)]


def _note(judged: Judged, percents: Sequence[float], used: Calibration) -> CalibrationNote:
    return CalibrationNote(
        data=judged.name,
        n=len(percents),
        ece=expected_calibration_error(percents, judged.supported),
        brier=brier_score(percents, judged.supported),
        base_rate=round(sum(judged.supported) / len(percents), 4),
        threshold=used.threshold,
        bins=reliability_bins(percents, judged.supported),
        risk=risk_points(percents, judged.supported),
    )


def _draw(folder: Path | None, name: str, note: CalibrationNote) -> None:
    if folder is not None:
        file = folder / f"calibration-{name.lower().replace(' ', '-')}.svg"
        write_atomically(file, calibration_svg(note).encode())


async def run(data: Path, backend: str, figures: Path | None) -> list[str]:
    """Ask the confirmer about every set, and return the tables."""
    settings = load_settings({"model": backend} if ":" in backend else {"backend": backend})
    async with open_backends(settings, renderer=PromptRenderer(), journal=None) as backends:
        await backends.check()
        used, sets = choose_calibration(settings, backends.by_role), []
        for labelled in labelled_sets(data / "claims"):
            confirmed = await confirm_all(backends["confirmer"], labelled.claims)
            kept = [(item, raw) for item, raw in zip(confirmed.claims, confirmed.raw, strict=True) if raw is not None]
            raw, supported = [value for _, value in kept], [item.label == "supports" for item, _ in kept]
            sources = tuple(item.source for item, _ in kept)
            sets.append(Judged(labelled.name, tuple(raw), tuple(supported), sources, len(confirmed.lost)))
        return report(sets, used, backends["confirmer"].name, figures)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with claims/scifact")
    parser.add_argument("--backend", default="embedded", help="a backend, or PROVIDER:NAME of a chat model")
    parser.add_argument("--figures", type=Path, help="folder for the drawings, for example docs")
    given = parser.parse_args()
    print("\n".join(asyncio.run(run(given.data, given.backend, given.figures))))


if __name__ == "__main__":
    main()
