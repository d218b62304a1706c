"""Where two pieces of JSON differ first, said so that a person finds the place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

_BEFORE, _AFTER = 40, 60


@dataclass(frozen=True)
class Difference:
    """A path such as `messages[1].content`, the first differing character of a text, and both sides there."""

    path: str
    character: int | None
    recorded: str
    asked: str

    def __str__(self) -> str:
        place = self.path or "the body"
        at = "" if self.character is None else f" at character {self.character}"
        return f"{place}{at}: recorded {self.recorded}, now {self.asked}"


def differences(recorded: JsonValue, asked: JsonValue, path: str = "") -> Iterator[Difference]:
    """Give the places where two values differ, in the order of the recorded value, then of the other."""
    if isinstance(recorded, dict) and isinstance(asked, dict):
        for name in [*recorded, *(name for name in asked if name not in recorded)]:
            inner = f"{path}.{name}" if path else name
            if name not in recorded or name not in asked:
                yield Difference(inner, None, _excerpt(recorded, name), _excerpt(asked, name))
            else:
                yield from differences(recorded[name], asked[name], inner)
    elif isinstance(recorded, list) and isinstance(asked, list):
        for number, (left, right) in enumerate(zip(recorded, asked, strict=False)):
            yield from differences(left, right, f"{path}[{number}]")
        if len(recorded) != len(asked):
            longer = f"{path}[{min(len(recorded), len(asked))}]"
            yield Difference(longer, None, f"{len(recorded)} items", f"{len(asked)} items")
    elif isinstance(recorded, str) and isinstance(asked, str) and recorded != asked:
        at = _same_start(recorded, asked)
        yield Difference(path, at, _around(recorded, at), _around(asked, at))
    elif type(recorded) is not type(asked) or recorded != asked:
        yield Difference(path, None, repr(recorded)[:_AFTER], repr(asked)[:_AFTER])


def likeness(recorded: JsonValue, asked: JsonValue) -> tuple[int, int]:
    """Say how alike two values are: fewer differing places first, then more characters before the first of them."""
    found = list(differences(recorded, asked))
    return -len(found), found[0].character or 0 if found else 0


def _excerpt(holder: dict[str, JsonValue], name: str) -> str:
    return repr(holder[name])[:_AFTER] if name in holder else "nothing"


def _around(text: str, at: int) -> str:
    part = text[max(0, at - _BEFORE) : at + _AFTER]
    before = "…" if at > _BEFORE else ""
    return repr(f"{before}{part}" + ("…" if at + _AFTER < len(text) else ""))


def _same_start(left: str, right: str) -> int:
    """Return how many characters two different texts have in common from their start."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(left), len(right)))
