"""Playing one stage of a recording against one agent or backend, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphs.replaying import changes_since, demand_whole, read_pages
from juried.backends.base import Backend
from juried.backends.registry import open_backends
from juried.clock import leaping
from juried.errors import UsageError
from juried.recording.misses import MissReport
from juried.recording.notes import read_notes, replay_settings
from juried.recording.scrubbing import Scrubber, secrets_of
from juried.recording.sockets import blocked_sockets
from juried.recording.tape import Tape, inserted
from juried.tasks import Role
from prompts.loader import PromptRenderer

_ROLES: dict[str, Role] = {
    "plan_search": "planner",
    "screen_works": "screener",
    "extract_claims": "extractor",
    "write_report": "writer",
}


@contextmanager
def playing_stage(folder: Path, stage: str, role: Role | None = None) -> Iterator[Backend]:
    """Play the cassette of one stage; gives the backend of a role (default: who is asked in that stage).

    Raises:
        UsageError: The recording has no cassette of that stage.
        RecordError: The folder is no whole recording.
        ReplayError: At the end, when something was asked that was not recorded, or not all was asked.
    """
    recording = read_notes(folder)
    pages = read_pages(folder, recording)
    if stage not in pages:
        raise UsageError(
            f"the recording has no cassette of the stage {stage!r}.",
            concerns=str(folder),
            advice=f"Name one of {', '.join(sorted(pages))}.",
        )
    settings = replay_settings(recording, None, "runs")
    report = MissReport({stage: pages[stage]}, changes_since(recording))
    tape = Tape(lambda: stage, Scrubber(secrets_of(settings)), {stage: pages[stage]}, missed=report.missed)
    backends = open_backends(settings, renderer=PromptRenderer(), journal=None)
    with leaping(), inserted(tape), blocked_sockets() as tried:
        yield backends[role or _ROLES.get(stage, "confirmer")]
    report.demand_none()
    demand_whole(tape, report, tried)
