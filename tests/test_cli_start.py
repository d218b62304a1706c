"""Starting the command line: read-only commands stay light, options are documented, errors are one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from cli.main import COMMANDS, build_parser, main
from juried.settings import Settings, environment_name, load_settings, option_name

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    "langgraph",
    "langchain_core",
    "langchain_openai",
    "chromadb",
    "httpx",
    "httpx2",
    "openai",
    "pydantic",
    "numpy",
)


def modules_after(arguments: list[str]) -> tuple[int, set[str]]:
    code = (
        "import json, sys\nfrom cli.main import main\n"
        f"try:\n    status = main({arguments!r})\nexcept SystemExit as stop:\n    status = stop.code or 0\n"
        "print('MODULES' + json.dumps([status, sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    status, names = json.loads(done.stdout.rpartition("MODULES")[2])
    return status, {name.partition(".")[0] for name in names}


@pytest.fixture(scope="module")
def runs_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.sealed import make_sealed_run

    return make_sealed_run(tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    status, modules = modules_after(arguments)
    assert status == 0
    assert not modules & set(HEAVY)


@pytest.mark.parametrize("command", [["list"], ["show"], ["show", "--format", "html"]])
def test_list_and_show_import_nothing_heavy(command: list[str], runs_folder: Path) -> None:
    status, modules = modules_after([*command, "--runs", str(runs_folder)])
    assert status == 0
    assert not modules & set(HEAVY)


def test_claims_and_lint_import_pydantic_alone_of_the_heavy_ones(runs_folder: Path) -> None:
    report = next(runs_folder.glob("*/report.md"))
    for arguments in (["claims", "--runs", str(runs_folder)], ["lint", str(report)]):
        status, modules = modules_after(arguments)
        assert status in (0, 3)
        assert modules & set(HEAVY) == {"pydantic"}


def test_prompts_import_pydantic_alone_of_the_heavy_ones() -> None:
    for arguments in (["prompts"], ["prompts", "judge_claims"]):
        status, modules = modules_after(arguments)
        assert status == 0
        assert modules & set(HEAVY) == {"pydantic"}


def test_every_setting_is_an_option_of_some_command_and_has_a_variable() -> None:
    offered = {name for module in COMMANDS for name in module.OPTIONS} | {"debug"}
    assert offered == {item.name for item in fields(Settings)}


def test_help_names_the_variable_of_every_option() -> None:
    parser = build_parser()
    text = next(iter(parser._subparsers._group_actions)).choices["run"].format_help()  # type: ignore[union-attr,index]
    for name in next(module for module in COMMANDS if module.NAME == "run").OPTIONS:
        assert option_name(name) in text
        assert environment_name(name) in text


def test_the_command_line_goes_before_the_environment_and_that_before_the_default() -> None:
    variables = {"JURIED_MAX_WORKS": "7", "JURIED_SOURCES": "library, other", "JURIED_FRESH": "yes"}
    settings = load_settings({"max_claims": 3}, variables)
    assert (settings.max_works, settings.max_claims, settings.max_included) == (7, 3, Settings().max_included)
    assert settings.sources == ("library", "other")
    assert settings.fresh
    assert load_settings({"max_works": 2}, variables).max_works == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "   ", "--library", "x"], "question is empty"),
        (["run", "Does A improve B?", "--max-works", "many"], "--max-works"),
        (["run", "Does A improve B?", "--years", "20xx"], "--years"),
        (["run", "Does A improve B?", "--date", "yesterday"], "--date"),
        (["run", "Does A improve B?", "--approve", "everything"], "--approve"),
        (["run", "Does A improve B?", "--backend", "oracle", "--library", "examples/low-resource-nlp"], "oracle"),
        (["run", "Does A improve B?", "--library", "no/such/folder"], "no/such/folder"),
        (["run", "Does A improve B?"], "--library"),
        (["show", "nothing-like-this"], "nothing-like-this"),
        (["lint", "no-such-file.md"], "no-such-file.md"),
        (["prompts", "praise_work"], "praise_work"),
        (["run", "Does A improve B?", "--max-usd", "much"], "--max-usd"),
        (["run", "Does A improve B?", "--prices", "x=cheap"], "--prices"),
        (
            ["run", "Is A B?", "--model", "openai:x", "--max-usd", "1", "--library", "examples/low-resource-nlp"],
            "x=IN/OUT",
        ),
    ],
)
def test_a_wrong_command_ends_with_2_and_one_sentence_that_names_what_is_wrong(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    if "--runs" not in arguments and arguments[0] in ("run", "show"):
        (tmp_path / "runs").mkdir()
        arguments = [*arguments, "--runs", str(tmp_path / "runs")]
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err or arguments[0] == "show"
    assert "Traceback" not in printed.err
    assert len(printed.err.strip().splitlines()) == 1
