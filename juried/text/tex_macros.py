"""Expanding TeX macros in linear time: user definitions, and the commands that only dress their argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MAX_DEPTH = 12
MAX_EXPANDED = 8_000_000
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_BRACKETS = re.compile(r"\\.|[{}\[\]]", re.DOTALL)
_COMMAND = re.compile(r"\\([A-Za-z@]+)")
_BLANKS = re.compile(r"[ \t]*\n?[ \t]*")
_TOKEN = re.compile(r"\\[A-Za-z@]+|\\.|[^\s{}]", re.DOTALL)
_PARAMETER = re.compile(r"#([1-9])")

Body = Callable[[tuple[str, ...]], str]


class TooMuchTex(ValueError):
    """Expanding the macros of a source makes more text than the limit."""


@dataclass(frozen=True)
class Macro:
    """A command: its arguments (`m` in braces, `o` optional, `s` star), and what it becomes.

    `body` is a text with #1, #2 ... (a star and an absent optional argument count and are empty), or a
    function of the arguments; `default` is what an absent first optional argument stands for.
    """

    signature: str
    body: str | Body
    default: str = ""

    def apply(self, arguments: tuple[str, ...]) -> str:
        """Return the text that the command with these arguments becomes."""
        if callable(self.body):
            return self.body(arguments)
        return _PARAMETER.sub(lambda m: arguments[int(m[1]) - 1] if int(m[1]) <= len(arguments) else "", self.body)


def _matching(text: str, start: int, pattern: re.Pattern[str], opening: str, closing: str) -> int | None:
    """Return the offset of the bracket that closes the one at `start`, None when none does."""
    depth = 0
    braces = 0
    for mark in pattern.finditer(text, start):
        sign = mark[0]
        if opening == "[" and sign in "{}":
            braces += 1 if sign == "{" else -1
        elif sign == opening and not braces:
            depth += 1
        elif sign == closing and not braces:
            depth -= 1
            if depth == 0:
                return mark.start()
    return None


def read_group(text: str, at: int) -> tuple[str, int]:
    """Return the mandatory argument that begins at an offset and the offset behind it.

    White space before it is skipped; without braces it is one token; at the end of the text it is "".
    """
    at = _after_blanks(text, at)
    if text.startswith("{", at):
        end = _matching(text, at, _BRACES, "{", "}")
        return ("", at + 1) if end is None else (text[at + 1 : end], end + 1)
    token = _TOKEN.match(text, at)
    return (token[0], token.end()) if token else ("", at)


def read_optional(text: str, at: int) -> tuple[str | None, int]:
    """Return the argument in square brackets at an offset, or None and the same offset."""
    start = _after_blanks(text, at)
    if not text.startswith("[", start):
        return None, at
    end = _matching(text, start, _BRACKETS, "[", "]")
    return (None, at) if end is None else (text[start + 1 : end], end + 1)


def _after_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at


def read_arguments(text: str, at: int, macro: Macro) -> tuple[tuple[str, ...], int]:
    """Return all arguments of a command whose name ends at an offset, and the offset behind them."""
    arguments: list[str] = []
    for position, kind in enumerate(macro.signature):
        if kind == "s":
            star = text.startswith("*", at)
            arguments.append("*" if star else "")
            at += star
        elif kind == "o":
            value, at = read_optional(text, at)
            arguments.append((macro.default if position == 0 else "") if value is None else value)
        else:
            value, at = read_group(text, at)
            arguments.append(value)
    return tuple(arguments), at


def expand(text: str, macros: Mapping[str, Macro]) -> str:
    """Return a text with all given macros expanded, also inside their own results.

    Raises:
        TooMuchTex: The result passes `MAX_EXPANDED` characters.
    """
    return _Expander(macros).run(text, 0)


class _Expander:
    def __init__(self, macros: Mapping[str, Macro]) -> None:
        self.macros = macros
        self.produced = 0

    def run(self, text: str, depth: int) -> str:
        if "\\" not in text or depth > MAX_DEPTH:
            return text
        out: list[str] = []
        at = 0
        while match := _COMMAND.search(text, at):
            out.append(text[at : match.start()])
            at = self._command(text, match, out, depth)
        out.append(text[at:])
        return "".join(out)

    def _command(self, text: str, match: re.Match[str], out: list[str], depth: int) -> int:
        macro = self.macros.get(match[1])
        # An even run of backslashes before the name is a line break, not a command.
        start = match.start()
        if start and text[start - 1] == "\\" and (start - len(text[:start].rstrip("\\"))) % 2:
            out.append("\\")
            return start + 1
        if macro is None:
            out.append(match[0])
            return match.end()
        arguments, end = read_arguments(text, match.end(), macro)
        result = macro.apply(arguments)
        self.produced += len(result)
        if self.produced > MAX_EXPANDED:
            raise TooMuchTex(f"its macros expand to more than {MAX_EXPANDED} characters")
        out.append(self.run(result, depth + 1))
        return end
