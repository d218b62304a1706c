"""`recording.json`: what a recording holds beside its cassettes, so that a stranger can play it again."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, get_type_hints
from urllib.parse import urlsplit, urlunsplit

from pydantic import JsonValue, ValidationError

from juried.calibration import Calibration
from juried.errors import RecordError
from juried.records.base import Record
from juried.settings import Settings, check_settings, result_settings

NOTES = "recording.json"
_PACKAGES = ("juried", "vcrpy", "langgraph", "langchain-openai", "openai", "httpx", "chromadb", "onnxruntime")
# A key and an address must be there where they were, for some clients ask otherwise without; neither is sent.
KEY = "no-key-in-a-replay"
CONTACT = "nobody@replay.invalid"


class LibraryPlace(Record):
    """A local library: the fingerprint of its content, and where it lies as seen from the recording's folder."""

    fingerprint: str
    path: str


class Recording(Record):
    """What a recording is of.

    `settings` are those that shape the result, less the library's folder; `exchanges` counts them by stage;
    `approvals` are the answers that were given at interrupts, by step, in order; `earlier` names earlier reports on
    the same evidence with the documents (SHA-256) that they rest on; `keys` are sources that were asked with one;
    `calibration` is the one in use where it is not one that ships.
    """

    format: Literal["juried-recording-1"] = "juried-recording-1"
    question: str
    settings: dict[str, JsonValue]
    run_id: str
    date: str
    record_sha256: str
    report_sha256: str
    exit_code: int
    exchanges: dict[str, int]
    versions: dict[str, str]
    code: str
    prompts: dict[str, str]
    library: LibraryPlace | None
    approvals: dict[str, list[JsonValue]]
    earlier: dict[str, tuple[str, ...]]
    keys: tuple[str, ...]
    contact: bool
    calibration: Calibration | None = None


def read_notes(folder: Path) -> Recording:
    """Return what a recording's folder says of itself; raises RecordError when it is no whole recording."""
    path = folder / NOTES
    try:
        return Recording.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise RecordError(
            f"this is no recording, or one that was not finished: there is no {NOTES}.",
            concerns=str(folder),
            advice='Make one: juried run "your question" --record FOLDER',
        ) from error
    except (OSError, ValidationError) as error:
        detail = " ".join(str(error).split())[:200]
        raise RecordError(
            f"{NOTES} cannot be used: {detail}.",
            concerns=str(folder),
            advice="Restore it from a copy, play it with the version of juried that made it, or record again.",
        ) from error


def versions_here() -> dict[str, str]:
    """Return the versions of Python and of the packages that a run rests on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def noted_settings(settings: Settings) -> dict[str, JsonValue]:
    """Return the settings that shape the result as they may be written down: addresses without user and password."""
    shaping = {name: value for name, value in result_settings(settings).items() if name != "library"}
    shaping["base_url"] = _plain_address(settings.base_url)
    shaping["roles"] = [_plain_role(role) for role in settings.roles]
    plain: dict[str, JsonValue] = json.loads(json.dumps(shaping))
    return plain


def _plain_role(role: str) -> str:
    model, _, address = role.partition("@http")
    return f"{model}@{_plain_address(f'http{address}')}" if address else role


def _plain_address(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def replay_settings(recording: Recording, library: Path | None, runs: str) -> Settings:
    """Return the settings under which a recording is played.

    Raises:
        RecordError: The recording names a setting that this version does not know.
    """
    known: Mapping[str, Any] = get_type_hints(Settings)
    given: dict[str, Any] = {}
    for name, value in recording.settings.items():
        if name not in known:
            raise RecordError(
                f"the recording has a setting {name!r}, which this version does not know.",
                concerns=recording.run_id,
                advice="Play it with the version of juried that made it, or record again.",
            )
        given[name] = tuple(value) if isinstance(value, list) else value
    given |= {"library": str(library) if library else "", "runs": runs, "date": recording.date, "fresh": True}
    given |= {"api_key": KEY, "contact": CONTACT if recording.contact else ""}
    given["source_keys"] = tuple(f"{name}={KEY}" for name in recording.keys)
    return check_settings(Settings(**given))
