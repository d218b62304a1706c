"""What a run was begun with, read back from its folder, so that it can be gone on with.

Built on the standard library alone, so that commands which only print need not import pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from juried.errors import RecordError, UsageError
from juried.provenance import Provenance, provenance_differences, provenance_of
from juried.runs import RunFolder, read_json
from juried.settings import Settings, check_settings, kept_settings


@dataclass(frozen=True)
class Begun:
    """A run as it was begun; `provenance` is None for a run of a version that did not note it."""

    folder: RunFolder
    question: str
    date: str
    settings: Mapping[str, Any]
    provenance: Provenance | None


def load_begun(folder: RunFolder) -> Begun:
    """Return what a run was begun with.

    Raises:
        RecordError: The file is absent or damaged.
    """
    content = read_json(folder.settings)
    question, date, settings = (content.get(name) for name in ("question", "date", "settings"))
    if not isinstance(question, str) or not isinstance(date, str) or not isinstance(settings, dict):
        raise RecordError(
            f"{folder.settings.name} lacks the question, the date or the settings.",
            concerns=folder.id,
            advice=f"Remove {folder.path} and run the question again.",
        )
    return Begun(folder, question, date, settings, provenance_of(content.get("provenance")))


def settings_to_resume(begun: Begun, given: Settings, over: Mapping[str, Any]) -> Settings:
    """Return the settings to go on with: those of the run, the secrets and the printing of this call.

    Args:
        begun: The run.
        given: The settings of this call; what a run's folder does not keep is taken from here.
        over: Values that stand in for those of the run (a library that moved, for example).

    Raises:
        RecordError: The run's settings hold a name or value that this version does not know.
        UsageError: A value is out of range.
    """
    known = {item.name: item for item in fields(Settings) if item.name in kept_settings(given)}
    values: dict[str, Any] = {}
    for name, kept in begun.settings.items():
        value = tuple(kept) if isinstance(kept, list) else kept
        if name not in known or type(value) is not type(known[name].default):
            raise RecordError(
                f"settings.json holds {name!r} as this version of juried does not know it.",
                concerns=begun.folder.id,
                advice="Go on with the version that began the run, or ask the question anew with juried run.",
            )
        values[name] = value
    return check_settings(
        replace(given, **(values | {"runs": str(begun.folder.path.parent), "fresh": False} | dict(over)))
    )


def other_run(begun: Begun, now: Provenance) -> UsageError:
    """Return the error for a run that what is at hand now would not go on with, but begin another run."""
    differ = provenance_differences(begun.provenance, now) if begun.provenance is not None else ()
    what = f"these differ: {', '.join(differ)}" if differ else "its settings or its code differ"
    return UsageError(
        f"the run was begun with other means than those at hand ({what}), and going on would mix the two.",
        concerns=begun.folder.id,
        advice="Go on with what it was begun with, or ask the question anew with juried run.",
    )
