"""Run folders: how a run is named, where its files lie, and which runs there are.

Built on the standard library alone, so that commands which only print need not import pydantic.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from juried import __version__
from juried.errors import RecordError, StorageError, UsageError
from juried.files import write_atomically
from juried.provenance import Provenance
from juried.settings import Settings, kept_settings, result_settings

REPLAYS = "replays"


@dataclass(frozen=True)
class RunFolder:
    """The files of one run; `path.name` is the run's id."""

    path: Path

    @property
    def id(self) -> str:
        """The run's id."""
        return self.path.name

    @property
    def settings(self) -> Path:
        """The question, the date and the settings that the run was begun with."""
        return self.path / "settings.json"

    @property
    def record(self) -> Path:
        """The sealed record."""
        return self.path / "record.json"

    @property
    def report(self) -> Path:
        """The report in Markdown."""
        return self.path / "report.md"

    @property
    def prisma_csv(self) -> Path:
        """The PRISMA numbers in the form of the flow-diagram tools."""
        return self.path / "prisma.csv"

    @property
    def prisma_svg(self) -> Path:
        """The drawn PRISMA flow, which the report shows."""
        return self.path / "prisma.svg"

    @property
    def page(self) -> Path:
        """The report in HTML."""
        return self.path / "report.html"

    @property
    def manifest(self) -> Path:
        """The hashes of the sealed files; written last, so that its presence means "sealed"."""
        return self.path / "manifest.json"

    @property
    def events(self) -> Path:
        """The typed events, one JSON object a line."""
        return self.path / "events.jsonl"

    @property
    def journal(self) -> Path:
        """The journal of paid and remote calls."""
        return self.path / "journal.sqlite"

    @property
    def checkpoints(self) -> Path:
        """The graph's checkpoints."""
        return self.path / "checkpoints.sqlite"

    @property
    def artifacts(self) -> Path:
        """Intermediate records by content hash."""
        return self.path / "artifacts"

    @property
    def documents(self) -> Path:
        """Parsed documents by SHA-256."""
        return self.path / "documents"

    @property
    def memory(self) -> Path:
        """The chunk store and the lexical index."""
        return self.path / "memory"

    @property
    def sealed(self) -> bool:
        """Whether the run is finished."""
        return self.manifest.exists()


def run_id(question: str, settings: Settings, searched: str) -> str:
    """Name a run by what it was asked, the settings that shape its result, and what it searches.

    Args:
        question: The question, as given.
        settings: The settings; only those that shape the result count.
        searched: A fingerprint of the local library, "" without one.

    Returns:
        A few words of the question and ten hex digits.
    """
    shaping = {name: value for name, value in result_settings(settings).items() if name != "library"}
    text = json.dumps([__version__, question.strip(), shaping, searched], sort_keys=True, ensure_ascii=False)
    words = re.findall(r"[a-z0-9]+", question.lower())[:6]
    return f"{'-'.join(words)[:48].strip('-') or 'run'}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


@dataclass(frozen=True)
class RunSummary:
    """One line of `juried list`; counts are None until the run is sealed."""

    id: str
    question: str
    date: str
    state: str
    answer: str | None
    claims: int | None
    verified: int | None
    score_tenths: int | None


def begin_run(
    folder: RunFolder, question: str, date: str, settings: Settings, provenance: Provenance | None = None
) -> str:
    """Write what the run is begun with if it is new; return its date (the one it was begun with).

    Raises:
        StorageError: The folder cannot be written.
        RecordError: The settings of the run are there, but damaged.
    """
    if folder.settings.exists():
        return str(read_json(folder.settings).get("date", date))
    content: dict[str, object] = {"question": question, "date": date, "settings": kept_settings(settings)}
    content |= {"version": __version__} | ({"provenance": provenance.as_data()} if provenance else {})
    write_atomically(folder.settings, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode())
    return date


@contextmanager
def set_aside(folder: RunFolder) -> Iterator[None]:
    """Set an earlier run aside while a new one is made; it comes back when that one leaves nothing behind.

    Raises:
        StorageError: The earlier run cannot be moved or removed.
    """
    kept = folder.path.with_name(f".{folder.path.name}.earlier")
    with _moving(folder):
        shutil.rmtree(kept, ignore_errors=True)
        if folder.path.exists():
            folder.path.rename(kept)
    try:
        yield
    finally:
        with _moving(folder):
            if folder.settings.exists():
                shutil.rmtree(kept, ignore_errors=True)
            elif kept.exists():
                shutil.rmtree(folder.path, ignore_errors=True)
                kept.rename(folder.path)


@contextmanager
def _moving(folder: RunFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"the earlier run cannot be replaced: {error.strerror or error}.",
            concerns=folder.id,
            advice=f"Remove {folder.path} by hand, or choose another folder with --runs.",
        ) from error


def read_json(path: Path) -> Mapping[str, object]:
    """Return a JSON object from a file; raises RecordError when it is absent, damaged or no object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(
            f"{path.name} cannot be read: {error}.",
            concerns=path.parent.name,
            advice=f"Remove {path.parent} and run the question again.",
        ) from error
    if not isinstance(value, dict):
        raise RecordError(f"{path.name} holds no object.", concerns=path.parent.name, advice="Remove the run.")
    return cast("Mapping[str, object]", value)


def find_run(runs: Path, name: str, finished: bool = False) -> RunFolder:
    """Return the run whose id is `name`, begins or ends with it, or that lies at that path.

    Args:
        runs: The folder of runs. A replay is named `replays/` and its id, or by its id where no run has it.
        name: The name; "" is the newest run, replays apart.
        finished: Whether "" is the newest that is sealed, as far as any is.

    Raises:
        UsageError: No run, or more than one, has that name.
    """
    direct = Path(name)
    if name and (direct / "settings.json").exists():
        return RunFolder(direct)
    folders, replays = _folders(runs), _folders(runs / REPLAYS)
    if not folders + replays:
        raise UsageError(
            f"there are no runs in {runs}.", advice='Make one: juried run "your question" --library FOLDER'
        )
    if not name:
        chosen = [folder for folder in folders if folder.sealed] if finished else []
        newest = chosen or folders or replays
        return max(newest, key=lambda folder: (folder.settings.stat().st_mtime_ns, folder.id))
    found = _named(folders, name) or _named(replays, name.removeprefix(f"{REPLAYS}/"))
    if len(found) != 1:
        problem = "no run" if not found else f"{len(found)} runs"
        raise UsageError(f"{problem} in {runs} matches {name!r}.", advice="See them with: juried list")
    return found[0]


def _named(folders: list[RunFolder], name: str) -> list[RunFolder]:
    exact = [folder for folder in folders if folder.id == name]
    return exact or [folder for folder in folders if folder.id.startswith(name) or folder.id.endswith(name)]


def _folders(runs: Path) -> list[RunFolder]:
    if not runs.is_dir():
        return []
    visible = [path for path in sorted(runs.iterdir()) if not path.name.startswith(".")]
    return [RunFolder(path) for path in visible if (path / "settings.json").exists()]


def find_sealed(runs: Path) -> list[RunFolder]:
    """Return the sealed runs of a folder, by id."""
    return [folder for folder in _folders(runs) if folder.sealed]


def list_runs(runs: Path) -> list[RunSummary]:
    """Return a summary of every run in a folder, by id, replays last; damaged runs are listed as such."""
    replays = [_summary(folder) for folder in _folders(runs / REPLAYS)]
    return [
        *(_summary(folder) for folder in _folders(runs)),
        *(replace(summary, id=f"{REPLAYS}/{summary.id}") for summary in replays),
    ]


def _summary(folder: RunFolder) -> RunSummary:
    try:
        begun = read_json(folder.settings)
        question, date = str(begun.get("question", "")), str(begun.get("date", ""))
        if not folder.sealed:
            return RunSummary(folder.id, question, date, "unfinished", None, None, None, None)
        record = json.loads(folder.record.read_text(encoding="utf-8"))
        return RunSummary(
            folder.id,
            question,
            record["date"],
            "sealed",
            record["draft"]["answer"],
            len(record["claims"]),
            sum(verdict["verified"] for verdict in record["verdicts"]),
            record["quality"]["score_tenths"],
        )
    except (RecordError, OSError, ValueError, KeyError, TypeError):
        return RunSummary(folder.id, "", "", "damaged", None, None, None, None)
