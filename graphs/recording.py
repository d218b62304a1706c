"""Recording a run: what is checked before it begins, what is kept while it goes, and the recording made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from langgraph.config import get_config

from graphs.opening import code_hash
from juried.calibration import Calibration, load_calibration
from juried.errors import UsageError
from juried.prompting import asked_prompt
from juried.recording.folder import PartialRecording, check_apart, check_place, place_library
from juried.recording.notes import LibraryPlace, Recording, noted_settings, versions_here
from juried.recording.scrubbing import Scrubber, secrets_of
from juried.recording.tape import OPENING, Tape, inserted
from juried.records.base import sha256
from juried.records.run import RunRecord
from juried.reports.lint import EarlierReport
from juried.runs import RunFolder
from juried.settings import Settings
from juried.sources.base import Source
from prompts.loader import PROMPT_NAMES, load_prompt

Approver = Callable[[dict[str, object]], object]
_PLANNING = "plan_search"
_UNRECORDED = ("acl",)


def current_node() -> str:
    """Return the node of the graph that the running task belongs to; before the first one "opening".

    The planner is asked before the graph runs, on behalf of its node.
    """
    try:
        metadata: Mapping[str, object] = get_config().get("metadata") or {}
    except RuntimeError:
        return _PLANNING if asked_prompt().startswith(_PLANNING) else OPENING
    return str(metadata.get("langgraph_node", OPENING))


def prompts_here() -> dict[str, str]:
    """Return the version and SHA-256 of each prompt, by its name."""
    found = (load_prompt(name) for name in PROMPT_NAMES)
    return {prompt.name: f"version {prompt.version}, {prompt.sha256}" for prompt in found}


class Recorder:
    """Records one run.

    Args:
        question: The question.
        settings: The settings; `record` names the folder.
        run: The run's folder.

    Raises:
        UsageError: The folder cannot be used, or part of the run was made without being recorded.
    """

    def __init__(self, question: str, settings: Settings, run: RunFolder) -> None:
        self._question = question
        self._settings = settings
        self._run = run
        self._folder = Path(settings.record)
        self._partial = PartialRecording(self._folder, run.id)
        self._scrubber = Scrubber(secrets_of(settings))
        self._tape: Tape | None = None
        self._check()

    def _check(self) -> None:
        unrecorded = [name for name in _UNRECORDED if name in self._settings.sources]
        if unrecorded:
            raise UsageError(
                "the source reads an index on this machine, which no recording holds.",
                concerns=unrecorded[0],
                advice="Leave it out of --sources, or run without --record.",
            )
        if self._settings.library:
            check_apart(self._folder, Path(self._settings.library))
        check_place(self._folder, self._settings.fresh)
        made = self._run.sealed or self._run.journal.exists()
        if made and not self._settings.fresh and not self._partial.is_begun():
            raise UsageError(
                "the run was begun without --record, so that a recording would hold a part of it.",
                concerns=self._run.id,
                advice="Record it anew: give --fresh too.",
            )

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep every HTTP exchange that is made meanwhile."""
        kept = self._partial.begin(anew=self._settings.fresh)
        self._tape = Tape(current_node, self._scrubber, kept, keep=self._partial.keep)
        with inserted(self._tape):
            yield

    def noting(self, approver: Approver) -> Approver:
        """Return an approver whose answers are kept too."""
        asked: set[str] = set()

        def answer(offer: dict[str, object]) -> object:
            given = approver(offer)
            step = str(offer.get("step", ""))
            if given is not None:
                self._partial.note_approval(step, given, again=step in asked)
                asked.add(step)
            return given

        return answer

    async def finish(
        self,
        record: RunRecord,
        exit_code: int,
        sources: Mapping[str, Source],
        earlier: tuple[EarlierReport, ...],
        calibration: Calibration | None = None,
    ) -> None:
        """Write the recording of a run that is sealed."""
        place, copied = await self._library(sources)
        pages = self._tape.pages if self._tape is not None else {}
        exchanges = {
            stage: [self._scrubber.exchange(exchange) for exchange in held.exchanges]
            for stage, held in sorted(pages.items())
            if held.exchanges
        }
        same = {report.run_id: report.evidence for report in earlier if report.run_id in record.same_evidence_as}
        recording = Recording(
            question=self._question,
            settings=noted_settings(self._settings),
            run_id=self._run.id,
            date=record.date,
            record_sha256=sha256(self._run.record.read_bytes()),
            report_sha256=sha256(self._run.report.read_bytes()),
            exit_code=exit_code,
            exchanges={stage: len(found) for stage, found in exchanges.items()},
            versions=versions_here(),
            code=await asyncio.to_thread(code_hash),
            prompts=prompts_here(),
            library=place,
            approvals=self._partial.approvals(),
            earlier={run: tuple(sorted(evidence)) for run, evidence in same.items()},
            keys=tuple(sorted(entry.partition("=")[0] for entry in self._settings.source_keys)),
            contact=bool(self._settings.contact),
            calibration=calibration if calibration and calibration != load_calibration(calibration.backend) else None,
        )
        await asyncio.to_thread(self._partial.finish, exchanges, recording, copied)

    async def _library(self, sources: Mapping[str, Source]) -> tuple[LibraryPlace | None, Path | None]:
        library = sources.get("library")
        fingerprint = getattr(library, "fingerprint", None)
        if fingerprint is None:
            return None, None
        return place_library(self._folder, Path(self._settings.library), await fingerprint())
