"""The wheel: what is in it, and that it runs from another folder, offline, also beside openai-agents.

Third-party packages come from the running environment by a .pth file; openai-agents, which ships a package called
`agents` too, comes from the package registry, and its test is skipped where that cannot be reached.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

import pytest

from tests.small_library import QUESTION, make_library

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("agents", "cli", "graphs", "juried", "prompts", "vectorstore")
BESIDE = ("pyproject.toml", "README.md", "LICENSE")
# Where the name that is imported is not the name of the distribution.
DISTRIBUTIONS = {
    "langchain_core": "langchain-core",
    "typing_extensions": "typing-extensions",
    "vcr": "vcrpy",
    "yaml": "pyyaml",
    "markdown_it": "markdown-it-py",
}
# Whoever loads the plugin of pytest has it.
OPTIONAL = {"pytest"}
# Imported by a name in a string, or as a part of another package.
INDIRECT = {"langchain-openai", "langgraph-checkpoint-sqlite"}
NO_NETWORK = """
import socket
def refuse(*arguments, **named):
    with open({marker!r}, "a") as file:
        print(arguments[1:], file=file)
    raise OSError("the network is off")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
"""


@dataclass(frozen=True)
class Place:
    """A fresh environment with the wheel, and a folder to work in."""

    folder: Path

    @property
    def packages(self) -> Path:
        return next((self.folder / "env" / "lib").glob("python3*")) / "site-packages"

    @property
    def calls(self) -> Path:
        return self.folder / "network-calls"

    def python(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self._run([str(self.folder / "env" / "bin" / "python"), *arguments], variables)

    def juried(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self._run([str(self.folder / "env" / "bin" / "juried"), *arguments], variables)

    def _run(self, command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
        clean = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), **variables}
        return subprocess.run(command, cwd=self.folder, env=clean, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__", "*.part"))
    for name in BESIDE:
        shutil.copy(ROOT / name, source)
    build = f"from setuptools.build_meta import build_wheel; build_wheel({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def place(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("place"))
    subprocess.run([sys.executable, "-m", "venv", str(place.folder / "env")], check=True)
    (place.packages / "running.pth").write_text(f"{sysconfig.get_path('purelib')}\nimport no_network\n")
    (place.packages / "no_network.py").write_text("")
    done = place.python("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", str(wheel))
    assert done.returncode == 0, done.stderr
    (place.packages / "no_network.py").write_text(NO_NETWORK.format(marker=str(place.calls)))
    make_library(place.folder / "library")
    return place


def test_the_wheel_holds_the_rooms_whole_and_nothing_else(wheel: Path) -> None:
    names = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    expected = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert set(names) == {name for name in expected if not name.endswith(".part")}
    assert {name.partition("/")[0] for name in names} == set(ROOMS)
    for suffix in (".onnx", ".xz", "weights.json", "calibration.json", "tokenizer.json", "judge_claims.md"):
        assert any(name.endswith(suffix) for name in names), suffix


def test_no_room_but_the_ground_has_an_init_that_could_overwrite_another_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.count("/") == 1 and name.endswith("__init__.py")] == ["juried/__init__.py"]


def test_the_wheel_carries_the_licences_of_the_project_and_of_its_models(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    licences = [name.partition("/licenses/")[2] for name in names if "/licenses/" in name]
    assert {"LICENSE", "juried/models/minilm/LICENSE", "juried/models/tiktoken/LICENSE"} <= set(licences)


def test_every_import_is_a_dependency_and_every_dependency_is_imported(wheel: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    archive = zipfile.ZipFile(wheel)
    metadata = Parser().parsestr(archive.read(next(n for n in archive.namelist() if n.endswith("/METADATA"))).decode())
    assert metadata["Version"] == project["version"]
    declared = {line.partition(">=")[0].partition("<")[0].strip() for line in metadata.get_all("Requires-Dist") or []}
    used = {DISTRIBUTIONS.get(name, name) for name in _third_party(archive) - OPTIONAL}
    assert used | INDIRECT == declared


def _third_party(archive: zipfile.ZipFile) -> set[str]:
    found: set[str] = set()
    for name in (name for name in archive.namelist() if name.endswith(".py")):
        for node in ast.walk(ast.parse(archive.read(name))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - set(ROOMS)


def test_the_installed_command_answers_a_question_from_another_folder_without_a_network(place: Place) -> None:
    assert place.juried("--version").stdout.startswith("juried ")
    doctor = place.juried("doctor", "--library", "library", "--json")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert {finding["what"] for finding in json.loads(doctor.stdout)} >= {"encoder", "models", "modules", "library"}
    run = place.juried("run", QUESTION, "--library", "library", "--date", "2026-01-31", "--json")
    assert run.returncode in (0, 3, 4), run.stderr
    report = Path(json.loads(run.stdout)["report"])
    assert (place.folder / report).read_text(encoding="utf-8").startswith("# ")
    assert place.juried("lint", str(report.parent)).returncode == 0
    assert not place.calls.exists(), place.calls.read_text()


def test_what_runs_is_what_was_installed(place: Place) -> None:
    modules = ("agents.extractor", "graphs.runner", "prompts.loader", "vectorstore.store", "cli.main", "juried.tasks")
    code = f"import {', '.join(modules)}, sys\nprint(*(sys.modules[name].__file__ for name in {modules!r}), sep='\\n')"
    done = place.python("-c", code)
    assert done.returncode == 0, done.stderr
    assert all(Path(line).is_relative_to(place.packages) for line in done.stdout.split())


@pytest.mark.parametrize("form", ["agents/__init__.py", "agents.py", "graphs/__init__.py"])
def test_a_package_that_shadows_a_room_is_named_with_its_place_and_the_way_out(place: Place, form: str) -> None:
    other = place.folder / f"other-{form.replace('/', '-')}"
    (other / form).parent.mkdir(parents=True, exist_ok=True)
    (other / form).write_text("answer = 42\n")
    run = place.juried("run", QUESTION, "--library", "library", PYTHONPATH=str(other))
    assert run.returncode == 2
    assert run.stdout == ""
    (line,) = run.stderr.strip().splitlines()
    assert str(other / form) in line
    assert "PYTHONPATH" in line
    assert "-m venv" in line
    doctor = place.juried("doctor", PYTHONPATH=str(other))
    assert doctor.returncode == 5
    assert "BAD modules" in doctor.stdout


def test_a_distribution_that_takes_a_rooms_name_is_named(place: Place) -> None:
    (place.packages / "agents" / "__init__.py").write_text("")
    info = place.packages / "other_agents-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-agents\nVersion: 1.5\n")
    (info / "RECORD").write_text("agents/__init__.py,,\nother_agents-1.5.dist-info/METADATA,,\n")
    moved = (place.packages / "agents" / "extractor.py").rename(place.folder / "extractor.py")
    try:
        run = place.juried("run", QUESTION, "--library", "library", "--fresh")
    finally:
        moved.rename(place.packages / "agents" / "extractor.py")
        (place.packages / "agents" / "__init__.py").unlink()
        shutil.rmtree(info)
    assert run.returncode == 2
    assert "other-agents 1.5" in run.stderr
    assert "Uninstall it" in run.stderr


def test_a_package_that_is_not_installed_is_named_with_the_line_that_installs_it(place: Place) -> None:
    (place.packages / "no_langgraph.pth").write_text("import sys; sys.modules['langgraph'] = None\n")
    try:
        run = place.juried("run", QUESTION, "--library", "library", "--fresh")
    finally:
        (place.packages / "no_langgraph.pth").unlink()
    assert run.returncode == 5
    (line,) = run.stderr.strip().splitlines()
    assert "'langgraph' is not installed" in line
    assert "pip install" in line


def test_it_works_beside_openai_agents_and_openai_agents_beside_it(place: Place) -> None:
    guard = place.packages / "no_network.py"
    text = guard.read_text()
    guard.write_text("")
    command = [str(place.folder / "env" / "bin" / "python"), "-m", "pip", "install", "--quiet", "openai-agents"]
    got = subprocess.run(command, cwd=place.folder, capture_output=True, text=True, check=False)
    guard.write_text(text)
    if got.returncode:
        pytest.skip(f"openai-agents cannot be had from the registry: {got.stderr.strip().splitlines()[-1:]}")
    code = "from agents import Agent, Runner\nfrom agents.extractor import Extractor\nprint(Agent, Runner, Extractor)"
    both = place.python("-c", code)
    assert both.returncode == 0, both.stderr
    assert "agents.extractor.Extractor" in both.stdout
    doctor = place.juried("doctor")
    assert doctor.returncode == 0, doctor.stdout
    run = place.juried("run", QUESTION, "--library", "library", "--date", "2026-01-31", "--runs", "beside")
    assert run.returncode in (0, 3, 4), run.stderr
    removed = place.python("-m", "pip", "uninstall", "--quiet", "--yes", "juried")
    assert removed.returncode == 0, removed.stderr
    alone = place.python("-c", "from agents import Agent, Runner")
    assert alone.returncode == 0, alone.stderr
