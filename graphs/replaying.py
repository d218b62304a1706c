"""Playing a recording: the same graph, without network, key or waiting, to the same bytes or a named difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graphs.opening import code_hash
from graphs.recording import current_node, prompts_here
from graphs.runner import Approver, Ended, Given, run_question
from juried.clock import leaping
from juried.errors import RecordError, ReplayError
from juried.events import Listener
from juried.recording.cassette_files import read_cassette
from juried.recording.exchange import Exchange
from juried.recording.misses import MissReport, unplayed_message
from juried.recording.notes import Recording, read_notes, replay_settings, versions_here
from juried.recording.scrubbing import Scrubber, secrets_of
from juried.recording.sockets import blocked_sockets
from juried.recording.tape import Tape, inserted
from juried.records.base import sha256
from juried.records.run import RunRecord
from juried.reports.lint import EarlierReport
from juried.runs import REPLAYS, RunFolder
from juried.settings import Settings
from juried.sources.registry import open_sources


@dataclass(frozen=True)
class Replayed:
    """A recording that was played whole: the run made of it, what it should be, and what of it differs."""

    ended: Ended
    recording: Recording
    differing: tuple[str, ...]

    @property
    def record(self) -> RunRecord:
        """The record of the run."""
        return self.ended.record

    @property
    def folder(self) -> RunFolder:
        """The folder of the run."""
        return self.ended.folder


async def replay(
    folder: Path, runs: Path = Path("runs"), library: Path | None = None, listeners: tuple[Listener, ...] = ()
) -> Replayed:
    """Play a recording as a run of its own below `runs/replays`, where it takes the place of an earlier replay.

    Args:
        folder: The recording.
        runs: The folder of runs.
        library: Where the local library lies; default: where the recording says.
        listeners: Told of every event.

    Raises:
        RecordError: The folder is no whole recording, or the library is not the recorded one.
        ReplayError: A request was not recorded, or a recorded one was not made.
    """
    recording = read_notes(folder)
    pages = read_pages(folder, recording)
    settings = replay_settings(recording, await _library(folder, recording, library), str(runs))
    report = MissReport(pages, changes_since(recording))
    tape = Tape(current_node, Scrubber(secrets_of(settings)), pages, missed=report.missed)
    run = RunFolder(runs / REPLAYS / recording.run_id)
    earlier = tuple(
        EarlierReport(run_id=name, evidence=frozenset(evidence)) for name, evidence in recording.earlier.items()
    )
    with leaping(), inserted(tape), blocked_sockets() as tried:
        try:
            ended = await run_question(
                recording.question,
                settings,
                _approver(recording),
                (*listeners, report.stop),
                given=Given(run, earlier, recording.calibration),
            )
        except BaseException:
            report.demand_none()
            raise
    report.demand_none()
    demand_whole(tape, report, tried)
    return Replayed(ended, recording, _differing(ended.folder, recording))


def read_pages(folder: Path, recording: Recording) -> dict[str, list[Exchange]]:
    """Return all exchanges of a recording by stage; raises RecordError when some are not there."""
    pages = {stage: read_cassette(folder / f"{stage}.yaml") for stage in recording.exchanges}
    for stage, count in recording.exchanges.items():
        if len(pages[stage]) != count:
            raise RecordError(
                f"the cassette holds {len(pages[stage])} exchanges, and {count} were recorded.",
                concerns=str(folder / f"{stage}.yaml"),
                advice="Restore the recording from a copy, or record the run again.",
            )
    return pages


async def _library(folder: Path, recording: Recording, given: Path | None) -> Path | None:
    """Return where the library lies; raises RecordError when its content is not what was recorded."""
    if recording.library is None:
        return None
    path = given or folder / recording.library.path
    here = ""
    if path.is_dir():
        (library,) = open_sources(Settings(library=str(path), sources=("library",)))
        here = await getattr(library, "fingerprint")()  # noqa: B009
        await library.aclose()
    if here != recording.library.fingerprint:
        state = "has other content than" if here else "is not there, with"
        raise RecordError(
            f"the library {state} what was recorded.",
            concerns=str(path),
            advice="Restore it, or say where it lies with --library PATH.",
        )
    return path


def _approver(recording: Recording) -> Approver:
    left = {step: list(answers) for step, answers in recording.approvals.items()}

    def answer(offer: dict[str, object]) -> object:
        answers = left.get(str(offer.get("step", "")))
        return answers.pop(0) if answers else None

    return answer


def changes_since(recording: Recording) -> str:
    """Say what differs here from what the recording was made with; "" when nothing that shapes a run does."""
    here = prompts_here()
    changed = [name for name in sorted({*here, *recording.prompts}) if here.get(name) != recording.prompts.get(name)]
    if changed:
        return f"The prompts have changed since ({', '.join(changed)})."
    if code_hash() != recording.code:
        return "The code has changed since."
    versions = versions_here()
    other = [
        f"{name} {was}, here {versions.get(name)}"
        for name, was in sorted(recording.versions.items())
        if versions.get(name) != was
    ]
    return f"It was recorded with other versions ({'; '.join(other)})." if other else ""


def demand_whole(tape: Tape, report: MissReport, tried: list[str]) -> None:
    """Raise ReplayError when something is unplayed, or the network was tried."""
    if tried:
        raise ReplayError(f"the replay tried to use the network: {tried[0]}.")
    unplayed: Mapping[str, list[Exchange]] = {
        stage: left for stage, held in sorted(tape.pages.items()) if (left := held.unplayed())
    }
    if unplayed:
        raise ReplayError(unplayed_message(unplayed), advice=report.advice)


def _differing(folder: RunFolder, recording: Recording) -> tuple[str, ...]:
    """Return the names of the sealed files whose bytes are not the recorded ones."""
    recorded = ((folder.record, recording.record_sha256), (folder.report, recording.report_sha256))
    return tuple(path.name for path, digest in recorded if sha256(path.read_bytes()) != digest)


def explain_difference(replayed: Replayed) -> ReplayError:
    """Return the error for a replay whose files are not the recorded ones."""
    names = " and ".join(replayed.differing)
    changes = changes_since(replayed.recording) or "Code, prompts and packages are the recorded ones."
    return ReplayError(
        f"every exchange was played, and {names} differs from what was recorded. {changes}",
        concerns=replayed.recording.run_id,
        advice="Compare it with the recorded run, and record again if the new result is the right one.",
    )
