"""What all tests share: the folder of shared data. Sockets are blocked by pytest-socket, loopback apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A test may be slow on a busy machine, and is right all the same.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SHARED_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared data; the test is skipped, with the reason, where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the shared data are not at {SHARED_DATA.parent.name}/{SHARED_DATA.name} beside the checkout")
    return SHARED_DATA
