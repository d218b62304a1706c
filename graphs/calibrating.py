"""Opening the backend that the settings name, and calibrating it; paid answers are kept in a journal."""

from __future__ import annotations

from pathlib import Path

from agents.calibrating import Confirmed, calibrate, confirm_all, demand_enough
from juried.backends.registry import open_backends
from juried.calibration import Calibration
from juried.calibration_files import confirmer_name, own_path
from juried.journal import Journal
from juried.labelled_claims import LabelledSet
from juried.settings import Settings
from prompts.loader import PromptRenderer


async def calibrate_named(settings: Settings, labelled: LabelledSet) -> tuple[Calibration, Confirmed]:
    """Calibrate the confirmer that the settings name; called again after a stop, no paid answer is asked for twice.

    Raises:
        UsageError: There are too few claims.
        BackendError: The backend cannot be used, or too many of its answers failed.
    """
    demand_enough(labelled)
    own = own_path(Path(settings.runs), confirmer_name(settings))
    journal = Journal(own.with_suffix(".sqlite"))
    try:
        async with open_backends(settings, renderer=PromptRenderer(), journal=journal) as backends:
            await backends.check()
            confirmed = await confirm_all(backends["confirmer"], labelled.claims)
            return calibrate(backends["confirmer"], labelled, confirmed), confirmed
    finally:
        journal.close()
