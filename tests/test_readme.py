"""README, help and repository keep together: commands exist, files are there, nothing speaks of the workshop."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ORDER = (
    "What a result looks like",
    "Two commands",
    "The graph",
    "Plugging in a model",
    "How a claim is verified",
    "Record and replay",
    "Layout",
    "Development",
    "Licence",
)


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = done.stdout.splitlines() if done.returncode == 0 else []
    return [ROOT / name for name in names if (ROOT / name).is_file()] or sorted(ROOT.glob("**/*.md"))


def test_the_sections_stand_in_their_order() -> None:
    headings = [line[3:].strip() for line in README.splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if heading.startswith(ORDER)] == headings
    assert len(headings) == len(ORDER)


def test_every_command_that_the_readme_names_exists_and_every_command_is_named() -> None:
    named = set(re.findall(r"juried ([a-z]+)\b", README))
    names = {module.NAME for module in COMMANDS}
    assert names <= named
    assert {name for name in named if f"`juried {name}" in README} <= names


def test_every_path_in_the_layout_is_there() -> None:
    layout = README.partition("## Layout")[2].partition("## ")[0]
    paths = re.findall(r"^([a-z]+/)", layout, flags=re.MULTILINE)
    assert len(paths) >= 8
    assert [path for path in paths if not (ROOT / path).is_dir()] == []


def test_links_to_files_of_the_repository_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_project_speaks_of_itself_alone() -> None:
    # Written in halves, so that this file does not hold what it looks for.
    halves = ["/wo" + "rk/", "/ro" + "ot/", "pypi\\.o" + "rg", "pythonh" + "osted", "sk-[A-Za-z0-9]{20,}"]
    forbidden = re.compile("|".join(halves))
    for path in tracked():
        if path.suffix in (".py", ".md", ".toml", ".lock", ".json", ".sh", ".txt", ".yaml"):
            found = forbidden.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert found is None, f"{path.relative_to(ROOT)}: {found.group() if found else ''}"
