"""The folder of a recording: begun beside its final place, made whole at the end, so that a half one never shows.

While a run is recorded each exchange is written to `.partial/` as it comes, so that a run that was stopped
goes on with its recording too. At the end the cassettes are written, one per stage, and `recording.json` last.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from pydantic import JsonValue

from juried.errors import StorageError, UsageError
from juried.files import write_atomically
from juried.recording.cassette_files import DOCUMENTS, read_cassette, write_cassette
from juried.recording.exchange import Exchange
from juried.recording.notes import NOTES, LibraryPlace, Recording
from juried.records.base import readable_json

_PARTIAL = ".partial"
_BEGUN = "begun.json"
LIBRARY = "library"


class PartialRecording:
    """A recording in the making.

    Args:
        folder: Where the recording will lie.
        run: The id of the run that is recorded.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.folder = folder
        self._run = run
        self._partial = folder / _PARTIAL
        self._kept = 0

    def is_begun(self) -> bool:
        """Whether exchanges of this very run were kept before it stopped."""
        try:
            begun = json.loads((self._partial / _BEGUN).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return isinstance(begun, dict) and begun.get("run") == self._run

    def begin(self, anew: bool = False) -> dict[str, list[Exchange]]:
        """Begin, or unless `anew` go on; returns the exchanges kept so far, by stage, in their order."""
        if anew or not self.is_begun():
            with _Writing(self.folder):
                shutil.rmtree(self._partial, ignore_errors=True)
                self._partial.mkdir(parents=True)
            self._note({})
        kept: dict[str, list[Exchange]] = defaultdict(list)
        for path in sorted(self._partial.glob("*-*.yaml")):
            kept[path.stem.partition("-")[2]] += read_cassette(path)
            self._kept += 1
        return kept

    def keep(self, stage: str, exchange: Exchange) -> None:
        """Write one exchange down at once."""
        self._kept += 1
        write_cassette(self._partial / f"{self._kept:06d}-{stage}.yaml", [exchange])

    def note_approval(self, step: str, answer: object, again: bool) -> None:
        """Write down the answer to an interrupt; the first one of a process takes the place of earlier ones."""
        approvals = self.approvals()
        approvals[step] = [*(approvals.get(step, []) if again else []), cast("JsonValue", answer)]
        self._note(approvals)

    def approvals(self) -> dict[str, list[JsonValue]]:
        """Return the answers that were given at interrupts, by step."""
        held = json.loads((self._partial / _BEGUN).read_text(encoding="utf-8"))
        return cast("dict[str, list[JsonValue]]", held["approvals"])

    def _note(self, approvals: Mapping[str, list[JsonValue]]) -> None:
        content = {"run": self._run, "approvals": approvals}
        write_atomically(self._partial / _BEGUN, json.dumps(content).encode())

    def finish(self, exchanges: Mapping[str, list[Exchange]], recording: Recording, library: Path | None) -> None:
        """Write the cassettes, the copy of a library that must come along, and `recording.json` last."""
        with _Writing(self.folder):
            clear(self.folder)
            for stage in sorted(exchanges):
                # Answers to equal requests keep their order; all else is sorted, so that branches leave no trace.
                ordered = sorted(exchanges[stage], key=lambda exchange: exchange.request.key)
                write_cassette(self.folder / f"{stage}.yaml", ordered)
            if library is not None:
                shutil.copytree(library, self.folder / LIBRARY)
            write_atomically(self.folder / NOTES, readable_json(recording).encode())
            shutil.rmtree(self._partial)


def check_place(folder: Path, fresh: bool) -> None:
    """Raise UsageError when a folder holds something that a recording would overwrite."""
    if (folder / NOTES).exists():
        if not fresh:
            raise UsageError(
                "there is a recording already.",
                concerns=str(folder),
                advice="Record anew with --fresh, or name another folder with --record.",
            )
    elif folder.exists() and (not folder.is_dir() or _content(folder)):
        raise UsageError(
            "the folder holds other things where a recording would write.",
            concerns=str(folder),
            advice="Name an empty or new folder with --record.",
        )


def check_apart(folder: Path, library: Path) -> None:
    """Raise UsageError when a recording and the library that it is made from lie one in the other."""
    inner, outer = folder.resolve(), library.resolve()
    if inner.is_relative_to(outer) or outer.is_relative_to(inner):
        raise UsageError(
            "the recording and the library lie one in the other.",
            concerns=str(folder),
            advice="Name another folder with --record.",
        )


def _content(folder: Path) -> list[Path]:
    return [
        *sorted(folder.glob("*.yaml")),
        *(path for name in (DOCUMENTS, LIBRARY) if (path := folder / name).exists()),
    ]


def clear(folder: Path) -> None:
    """Remove what a recording writes, `recording.json` first; other files stay."""
    (folder / NOTES).unlink(missing_ok=True)
    for path in _content(folder):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def place_library(folder: Path, library: Path, fingerprint: str) -> tuple[LibraryPlace, Path | None]:
    """Say where a library is found from a recording, and what must be copied into it, if anything.

    A library that lies in the same repository (the nearest folder above with `.git`) as the recording
    travels with it and is named by its relative path; any other is copied into the recording.
    """
    library, folder = library.resolve(), folder.resolve()
    root = next((parent for parent in folder.parents if (parent / ".git").exists()), None)
    if root is None or not library.is_relative_to(root):
        return LibraryPlace(fingerprint=fingerprint, path=LIBRARY), library
    path = Path(*[".."] * len(folder.relative_to(root).parts)) / library.relative_to(root)
    return LibraryPlace(fingerprint=fingerprint, path=path.as_posix()), None


class _Writing:
    """Turn a failure of the disk into a StorageError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise StorageError(
                f"the recording cannot be written: {error.strerror or error}.",
                concerns=str(self._folder),
                advice="Free some space or name another folder with --record, then run the same command again.",
            ) from error
