"""The pytest plugin of juried: recordings played in tests. Nothing but pytest is imported until a test asks for it.

    @pytest.mark.juried_replay("cassettes/flagship")
    def test_the_answer(replayed):
        assert replayed.record.draft.answer == "yes"

A test fails when it asks for what was not recorded, and when the recording is not played whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

MARKER = "juried_replay"
# By name: the ground knows no graph, and a plugin that imported one would slow down every start of pytest.
_REPLAYING, _STAGE_REPLAY = "graphs.replaying", "graphs.stage_replay"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(folder, stage=None, role=None): the recording, and of it the stage and role, that the fixtures "
        "`replayed` and `replayed_backend` of juried play.",
    )


@pytest.fixture(scope="session")
def juried_replays(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Path, Any]]:
    """The folder of runs for all replays of a session, and those that were made, by recording."""
    return tmp_path_factory.mktemp("juried_replays"), {}


@pytest.fixture
def replayed(request: pytest.FixtureRequest, juried_replays: tuple[Path, dict[Path, Any]]) -> Any:
    """The marker's recording, played through the whole graph: a `graphs.replaying.Replayed`.

    It has the `record`, the `folder` of the run, and in `differing` the files that are not the recorded ones.
    A recording is played once in a session.
    """
    folder, _, _ = _marked(request)
    runs, made = juried_replays
    if folder not in made:
        # In a thread of its own, for the test's thread may have an event loop.
        with ThreadPoolExecutor(1) as pool:
            made[folder] = pool.submit(_play, folder, runs).result()
    return made[folder]


@pytest.fixture
def replayed_backend(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A backend that is answered by the cassette of the marker's stage; sockets are blocked meanwhile."""
    folder, stage, role = _marked(request)
    if not stage:
        raise pytest.UsageError(f'give the marker a stage: @pytest.mark.{MARKER}("FOLDER", stage="plan_search")')
    with import_module(_STAGE_REPLAY).playing_stage(folder, stage, role) as backend:
        yield backend


def _play(folder: Path, runs: Path) -> Any:
    return asyncio.run(import_module(_REPLAYING).replay(folder, runs))


def _marked(request: pytest.FixtureRequest) -> tuple[Path, str | None, str | None]:
    """Return the folder, stage and role of the marker; a relative folder is looked for from the root, then the test."""
    marker = request.node.get_closest_marker(MARKER)
    if marker is None or len(marker.args) != 1:
        raise pytest.UsageError(f'name the recording: @pytest.mark.{MARKER}("FOLDER")')
    given = Path(marker.args[0])
    places = [request.config.rootpath / given, Path(request.node.path).parent / given]
    folder = next((place for place in places if place.is_dir()), places[0])
    return folder, marker.kwargs.get("stage"), marker.kwargs.get("role")
