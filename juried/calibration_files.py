"""Which calibration a run uses: the one given, else the user's own for the backend, else the one that ships.

The user's own lie in `.calibrations` in the folder of the runs, one file per backend, named after it. A file is
used only for the very backend, model and prompts (its fingerprint) that it was fitted for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from juried.backends.base import Backend
from juried.backends.registry import role_specs
from juried.calibration import Calibration, load_calibration
from juried.errors import UsageError
from juried.prices import full_name
from juried.records.base import sha256
from juried.records.verdict import MANDATES
from juried.settings import Settings
from juried.tasks import Role

FOLDER = ".calibrations"


def own_path(runs: Path, backend: str) -> Path:
    """Return where the user's calibration of a backend lies, by the backend's name."""
    return runs / FOLDER / f"{re.sub(r'[^A-Za-z0-9.]+', '-', backend).strip('-')}.json"


def confirmer_name(settings: Settings) -> str:
    """Return the name of the backend or model that confirms claims; raises UsageError as `role_specs` does."""
    spec = role_specs(settings)["confirmer"]
    return full_name(spec.model) if spec.backend == "chat" else spec.backend


def file_in_use(settings: Settings, name: str) -> Path | None:
    """Return the calibration file that the user gave or made for a backend; None when there is none.

    Raises:
        UsageError: `--calibration` names a file that is not there.
    """
    if settings.calibration:
        path = Path(settings.calibration)
        if not path.is_file():
            raise UsageError("there is no such calibration file.", concerns=str(path), advice="Check --calibration.")
        return path
    own = own_path(Path(settings.runs), name)
    return own if own.is_file() else None


def calibration_mark(settings: Settings, backend: Backend | None = None) -> str:
    """Return the hash of the user's calibration file, which is part of what names a run; "" without one."""
    path = file_in_use(settings, backend.name if backend else confirmer_name(settings))
    return f"calibration:{sha256(path.read_bytes())}" if path else ""


def read_calibration(path: Path) -> Calibration:
    """Return the calibration in a file; raises UsageError when it is none."""
    try:
        return Calibration.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(
            f"this is no calibration file ({type(error).__name__}).",
            concerns=str(path),
            advice="Make one: juried calibrate DATA --backend NAME",
        ) from error


def choose_calibration(settings: Settings, panel: Mapping[Role, Backend], own: bool = True) -> Calibration | None:
    """Return the calibration that a run uses, None (uncalibrated) when there is none for its confirmer.

    What ships is used where one backend holds all mandates; a file of the user's wherever its confirmer is.

    Args:
        settings: Name the file, and the folder of the runs.
        panel: The backend of each role.
        own: Whether files of the user's count; in a replay they do not.

    Raises:
        UsageError: The file is none, or was fitted for another backend, model, prompt or version.
    """
    confirmer = panel["confirmer"]
    path = file_in_use(settings, confirmer.name) if own else None
    if path is not None:
        return _demand_fit(read_calibration(path), path, confirmer)
    alone = len({panel[mandate].name for mandate in MANDATES}) == 1
    return load_calibration(confirmer.name) if alone else None


def _demand_fit(calibration: Calibration, path: Path, confirmer: Backend) -> Calibration:
    if (calibration.backend, calibration.fingerprint) == (confirmer.name, confirmer.fingerprint):
        return calibration
    other = f"it was fitted for {calibration.backend}"
    why = other if calibration.backend != confirmer.name else f"{confirmer.name} now answers by other code or prompts"
    raise UsageError(
        f"this calibration does not fit {confirmer.name}: {why}.",
        concerns=str(path),
        advice=f"Fit it again: juried calibrate DATA --backend {confirmer.name}; or remove it and do without.",
    )
