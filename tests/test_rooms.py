"""The house: imports never run upward, only settings read the environment, and functions stay short."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {"juried": 0, "prompts": 1, "vectorstore": 1, "agents": 2, "graphs": 3, "cli": 4}
FILES = sorted(path for room in FLOORS for path in (ROOT / room).rglob("*.py"))


def imported_rooms(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found & FLOORS.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_from_its_own_room_and_the_floors_below(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    upward = {other for other in imported_rooms(tree) if other != room and FLOORS[other] >= FLOORS[room]}
    assert not upward, f"{path.name} in {room} imports {sorted(upward)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_says_in_its_first_line_what_lives_there_and_its_functions_fit_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "no docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or node.lineno) - node.lineno < 50, f"{node.name} is over fifty lines"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_settings_read_the_environment(path: Path) -> None:
    if path == ROOT / "juried" / "settings.py":
        return
    text = path.read_text(encoding="utf-8")
    assert "os.environ" not in text
    assert "getenv" not in text


def test_top_level_rooms_but_juried_are_namespace_packages() -> None:
    assert [room for room in FLOORS if (ROOT / room / "__init__.py").exists()] == ["juried"]


def test_the_error_tree_in_the_docstring_names_every_error_with_its_exit_code() -> None:
    from juried import errors

    assert errors.__doc__ is not None
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, errors.JuriedError) and value is not errors.JuriedError:
            line = next((line for line in errors.__doc__.splitlines() if f" {name} " in line), "")
            assert f"({int(value.exit_code)})" in line, name
