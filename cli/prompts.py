"""`juried prompts`: which prompts there are, and how one reads when it is made for an example."""

from __future__ import annotations

import argparse
import json
from itertools import takewhile
from typing import TYPE_CHECKING

from juried.errors import UsageError
from juried.settings import Settings

if TYPE_CHECKING:
    from juried.prompting import RenderedPrompt
    from prompts.loader import Prompt

NAME = "prompts"
HELP = "list the prompts, or show one as it is sent, made for an example: juried prompts judge_claims"
OPTIONS = ("json",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is not a setting."""
    parser.add_argument("name", nargs="?", default="", help="the prompt to show")


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print a line for each prompt, or the one that is named with an example in it."""
    from prompts.loader import PROMPT_NAMES, load_prompt

    if args.name and args.name not in PROMPT_NAMES:
        raise UsageError(f"there is no prompt {args.name!r}.", advice=f"Give one of {', '.join(PROMPT_NAMES)}.")
    found = [load_prompt(name) for name in PROMPT_NAMES if args.name in ("", name)]
    if settings.json:
        print(json.dumps([_as_data(prompt, whole=bool(args.name)) for prompt in found], indent=1, ensure_ascii=False))
    elif args.name:
        print(_shown(found[0]))
    else:
        for prompt in found:
            print(_line(prompt))
    return 0


def _made(prompt: Prompt) -> dict[str, RenderedPrompt]:
    """Return the prompt made for its example, by mandate; under "" where it has none."""
    from prompts.examples import example
    from prompts.loader import PROMPT_NAMES, PromptRenderer

    name = next(name for name in PROMPT_NAMES if name == prompt.name)
    renderer, task = PromptRenderer(), example(name)
    if not prompt.mandates:
        return {"": renderer.render(task)}
    return {mandate: renderer.render(task.model_copy(update={"reviewer": mandate})) for mandate in prompt.mandates}


def _tokens(made: RenderedPrompt) -> int:
    from juried.text.tokens import count_tokens

    return count_tokens(f"{made.system}\n{made.user}")


def _line(prompt: Prompt) -> str:
    tokens = max(map(_tokens, _made(prompt).values()))
    head = f"{prompt.name:16} version {prompt.version}  {prompt.sha256[:12]}  {tokens:>5} tokens on its example"
    return f"{head}\n    {', '.join(f'{name} ({kind})' for name, kind in prompt.variables.items())}"


def _shown(prompt: Prompt) -> str:
    """Return the prompt on its example: whole for the first mandate, for the others from where they differ."""
    made = _made(prompt)
    (first, whole), *others = made.items()
    role = f" of the {first}" if first else ""
    parts = [_line(prompt), f"----- system{role}", whole.system, f"----- user{role}", whole.user]
    for mandate, other in others:
        parts += [f"----- user of the {mandate}, from where it differs", _otherwise(whole.user, other.user)]
    return "\n\n".join(parts)


def _otherwise(first: str, other: str) -> str:
    """Return the lines of a text from the first one that differs."""
    pairs = zip(first.splitlines(), other.splitlines(), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return "\n".join(other.splitlines()[same:])


def _as_data(prompt: Prompt, *, whole: bool) -> dict[str, object]:
    made = _made(prompt)
    data: dict[str, object] = {
        "name": prompt.name,
        "version": prompt.version,
        "sha256": prompt.sha256,
        "variables": dict(prompt.variables),
        "mandates": list(prompt.mandates),
        "example_tokens": max(map(_tokens, made.values())),
    }
    if whole:
        data["example"] = {mandate: {"system": text.system, "user": text.user} for mandate, text in made.items()}
    return data
