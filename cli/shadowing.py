"""Telling which other package stands in the place of one of our top-level packages, and what to do about it."""

from __future__ import annotations

from pathlib import Path

from juried.errors import JuriedError, MissingPackage, UsageError

ROOMS = {
    "agents": "agents.extractor",
    "graphs": "graphs.runner",
    "prompts": "prompts.loader",
    "vectorstore": "vectorstore.store",
    "cli": "cli.main",
}
_APART = "python3 -m venv .venv && .venv/bin/pip install ."


def explain_import(error: ImportError) -> JuriedError | None:
    """Return what a failed import means to a person; None when it is neither a missing package nor a shadowed room.

    A room (`agents`, `graphs` ...) is shadowed when a package of that name with an `__init__.py`, or a module, lies
    anywhere on Python's path: it goes before our rooms, which have none.
    """
    top = (error.name or "").partition(".")[0]
    if top not in ROOMS:
        return _not_installed(top) if isinstance(error, ModuleNotFoundError) and top else None
    other = _origin(top)
    if other is None:
        return MissingPackage(
            f"{error.name}, a part of juried, is not there.",
            advice="Install juried again: pip install --force-reinstall .",
        )
    owner = _owner(top, other)
    whose = f"the package {owner}" if owner else "another package"
    return UsageError(
        f"{whose} stands in the way of juried: Python finds {top!r} at {other}, where there is no {error.name}.",
        advice=f"{_remedy(owner)} install juried, from its folder, in an environment of its own: {_APART}",
    )


def shadowed_rooms() -> list[str]:
    """Return the rooms of which Python finds another package's, sorted; [] when all is well."""
    return sorted(room for room, module in ROOMS.items() if not _found(module))


def _found(module: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(module) is not None
    except ImportError:
        return False


def _not_installed(top: str) -> MissingPackage:
    return MissingPackage(
        f"the package that provides {top!r} is not installed.",
        concerns=top,
        advice="Install juried again with all that it needs, from its folder: pip install .",
    )


def _origin(room: str) -> Path | None:
    """Return the file that makes a package or module of a room's name; None when there is none but our own folder."""
    from importlib.util import find_spec

    spec = find_spec(room)
    return Path(spec.origin).resolve() if spec is not None and spec.origin else None


def _owner(room: str, origin: Path) -> str:
    """Return the distribution that installed a file, with its version; "" when none says so."""
    from importlib.metadata import distribution, packages_distributions

    for name in sorted(set(packages_distributions().get(room, []))):
        found = distribution(name)
        if any(Path(str(file.locate())).resolve() == origin for file in found.files or []):
            return f"{name} {found.version}"
    return ""


def _remedy(owner: str) -> str:
    return "Uninstall it, or" if owner else "Take its folder off Python's path (PYTHONPATH), or"
