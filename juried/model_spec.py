"""How a model is named in a setting: PROVIDER:NAME[@URL][?OPTION=VALUE&...], and what the options mean.

Built on the standard library alone, since the settings look in here for the names of key variables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from juried.errors import UsageError

_NUMBERS = ("concurrency", "answer_tokens", "timeout")
_OPTIONS = ("key", *_NUMBERS)
_SHAPING = ("answer_tokens",)
_VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
FORM = "PROVIDER:NAME[@URL][?key=VARIABLE&concurrency=N&answer_tokens=N&timeout=SECONDS]"


@dataclass(frozen=True)
class ModelSpec:
    """A model as a setting names it.

    Attributes:
        model: PROVIDER:NAME.
        base_url: The server's address; "" where none is given.
        key: The environment variable that holds the key; "" where none is named.
        concurrency: Calls in flight at most; 0 is the default.
        answer_tokens: Tokens that one answer may have; 0 is the default.
        timeout: Seconds until a call that brings nothing is given up; 0 is the default.
    """

    model: str
    base_url: str = ""
    key: str = ""
    concurrency: int = 0
    answer_tokens: int = 0
    timeout: int = 0


def parse_model(text: str) -> ModelSpec:
    """Read the name of a model; "" gives a spec without a model.

    Raises:
        UsageError: An option is unknown, given twice, or has a value that it cannot have.
    """
    head, _, query = text.strip().partition("?")
    model, _, address = head.partition("@http")
    options: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        if name not in _OPTIONS or name in options:
            raise UsageError(f"{text!r} has no option {name!r}, or has it twice.", advice=f"Give {FORM}.")
        options[name] = value
    numbers = {name: _number(text, name, options[name]) for name in _NUMBERS if name in options}
    return ModelSpec(model.strip(), f"http{address}" if address else "", _variable(text, options), **numbers)


def _number(text: str, name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) >= 1):
        raise UsageError(f"{name} in {text!r} must be a whole number of 1 or more.", advice=f"Give {FORM}.")
    return int(value)


def _variable(text: str, options: dict[str, str]) -> str:
    name = options.get("key")
    if name is not None and not _VARIABLE.fullmatch(name):
        raise UsageError(
            f"key in {text.partition('?')[0]!r} must be the name of an environment variable, not a key.",
            advice="Put the key in a variable and name that one: export MY_KEY=..., then ?key=MY_KEY.",
        )
    return name or ""


def shaping_text(text: str) -> str:
    """Return the name without the options that cannot change an answer (key, concurrency, timeout)."""
    head, mark, query = text.partition("?")
    kept = "&".join(part for part in query.split("&") if part.partition("=")[0] in _SHAPING)
    return f"{head}?{kept}" if mark and kept else head


def key_variable(text: str) -> str:
    """Return the variable that a model's name (or ROLE=NAME) gives for its key; "" without one or when malformed."""
    found = re.search(r"[?&]key=([A-Za-z_]\w*)(?:&|$)", text, re.ASCII)
    return found[1] if found else ""
