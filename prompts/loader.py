"""Loads the prompts, checks that each declares exactly the variables that it uses, and renders tasks.

A prompt is a Markdown file beside this one: front matter (`version`, and `variables`, each on a line of its own
with the type of what its task gives for it), then the sections `# System` and `# User`, and one `# Mandate: NAME`
for each reviewer where the user part uses `{{mandate}}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from juried.errors import PromptError
from juried.prompting import RenderedPrompt
from juried.records.base import sha256
from juried.tasks import JudgeClaims, ScoreReport, Task, TaskName
from prompts.blocks import variables_of
from prompts.variables import check_types

FOLDER = Path(__file__).resolve().parent
PROMPT_NAMES: tuple[TaskName, ...] = get_args(TaskName)
_FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_FRONT_LINES = re.compile(r"version: (?P<version>\d+)\nvariables:\n(?P<variables>(?:  \w+: [\w ]+(?:\n|$))*)")
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{(\w*)\}\}")
_MANDATE = "Mandate: "


@dataclass(frozen=True)
class Prompt:
    """A prompt file: its version, variables with their types as declared, templates, mandates, and the file's hash."""

    name: str
    version: int
    variables: Mapping[str, str]
    system: str
    user: str
    mandates: Mapping[str, str]
    sha256: str


def load_prompt(name: str, folder: Path = FOLDER) -> Prompt:
    """Return the prompt of a name.

    Raises:
        PromptError: The file is absent, has no version, lacks a section, or the variables that it
            declares are not those that it uses or have not the types of what its task holds.
    """
    try:
        text = (folder / f"{name}.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(name, f"its file cannot be read: {error}.") from error
    match = _FRONT.match(text)
    if match is None:
        raise _damaged(name, "its file does not begin with front matter between two lines of ---.")
    version, variables = _front_matter(name, match["front"])
    sections = _sections(name, match["body"])
    mandates = {key.removeprefix(_MANDATE): value for key, value in sections.items() if key.startswith(_MANDATE)}
    _check_variables(name, variables, sections)
    if problem := check_types(name, variables):
        raise _damaged(name, problem)
    if bool(mandates) != ("mandate" in variables):
        raise _damaged(name, "a variable `mandate` and sections `# Mandate: NAME` must come together.")
    return Prompt(name, version, variables, sections["System"], sections["User"], mandates, sha256(text))


def _damaged(name: str, message: str) -> PromptError:
    return PromptError(message, concerns=f"prompt {name}", advice=f"Mend prompts/{name}.md or install juried again.")


def _front_matter(name: str, text: str) -> tuple[int, dict[str, str]]:
    """Return the version and the declared variables, in their order."""
    match = _FRONT_LINES.fullmatch(text)
    if match is None:
        raise _damaged(
            name, "its front matter must hold `version: N` and `variables:` with a line `  NAME: TYPE` each."
        )
    pairs = [line.strip().partition(": ") for line in match["variables"].splitlines()]
    variables = {variable: kind for variable, _, kind in pairs}
    if len(variables) != len(pairs):
        raise _damaged(name, "it declares a variable twice.")
    return int(match["version"]), variables


def _sections(name: str, body: str) -> dict[str, str]:
    parts = _HEADING.split(body)
    headings = [heading.strip() for heading in parts[1::2]]
    sections = dict(zip(headings, (part.strip() for part in parts[2::2]), strict=True))
    known = all(heading in ("System", "User") or heading.startswith(_MANDATE) for heading in headings)
    if not {"System", "User"} <= set(sections) or not known or len(sections) != len(headings) or parts[0].strip():
        raise _damaged(name, "its sections must be `# System`, `# User` and mandates, each once.")
    return sections


def _check_variables(name: str, declared: Mapping[str, str], sections: Mapping[str, str]) -> None:
    used = {variable for text in sections.values() for variable in _VARIABLE.findall(text)}
    if undeclared := sorted(used - set(declared)):
        raise _damaged(name, f"it uses the variable {undeclared[0]!r} without declaring it.")
    if unused := sorted(set(declared) - used):
        raise _damaged(name, f"it declares the variable {unused[0]!r} without using it.")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a template with each `{{variable}}` replaced in one pass, so that values are never templates."""
    return _VARIABLE.sub(lambda match: values[match[1]], template)


class PromptRenderer:
    """Renders tasks with the prompts of a folder; all are loaded and checked when it is made.

    Args:
        folder: Where the Markdown files lie.

    Raises:
        PromptError: A prompt is absent or damaged.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._prompts = {name: load_prompt(name, folder) for name in PROMPT_NAMES}
        self.fingerprint = sha256("".join(self._prompts[name].sha256 for name in sorted(self._prompts)))

    def render(self, task: Task) -> RenderedPrompt:
        """Return the prompt of a task.

        Raises:
            PromptError: The prompt does not use the task's variables, or has no mandate for its reviewer.
        """
        prompt = self._prompts[task.name]
        values = variables_of(task) | _mandate_of(prompt, task)
        if set(values) != set(prompt.variables):
            raise _damaged(prompt.name, f"it must declare the variables {', '.join(sorted(values))}.")
        return RenderedPrompt(
            name=prompt.name,
            version=prompt.version,
            sha256=prompt.sha256,
            system=fill(prompt.system, values),
            user=fill(prompt.user, values),
        )


def _mandate_of(prompt: Prompt, task: Task) -> dict[str, str]:
    if isinstance(task, ScoreReport):
        return {"mandate": "\n\n".join(f"- {name}: {_mandate(prompt, name)}" for name in task.reviewers)}
    return {"mandate": _mandate(prompt, task.reviewer)} if isinstance(task, JudgeClaims) else {}


def _mandate(prompt: Prompt, reviewer: str) -> str:
    if reviewer not in prompt.mandates:
        raise PromptError(
            f"there is no mandate for the {reviewer}.",
            concerns=f"prompt {prompt.name}",
            advice=f"Ask one of {', '.join(prompt.mandates)}.",
        )
    return prompt.mandates[reviewer]
