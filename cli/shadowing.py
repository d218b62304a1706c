"""Telling which other distribution shadows one of our top-level packages, and what to do about it."""

from __future__ import annotations

ROOMS = ("agents", "graphs", "prompts", "vectorstore", "cli")


def shadowing_advice(error: ImportError) -> str:
    """Return advice when an import failed because another package has the name of one of our rooms, else ""."""
    room = (error.name or "").partition(".")[0]
    if room not in ROOMS:
        return ""
    import importlib.util
    from importlib.metadata import packages_distributions

    spec = importlib.util.find_spec(room)
    places = list(spec.submodule_search_locations or []) if spec else []
    others = sorted({name for name in packages_distributions().get(room, []) if name != "juried"})
    who = " and ".join(others) or "another package"
    return (
        f"The name {room!r} belongs to {who} here ({', '.join(places) or 'not found'}). "
        "Install juried in an environment of its own: python3 -m venv .venv && .venv/bin/pip install juried"
    )
