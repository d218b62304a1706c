"""What a LaTeX source typesets so that no reader sees it: white, tiny, transparent, far off, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from juried.documents.styles import TINY_POINTS, WHITE, Colour, read_colour, same_colour
from juried.records.document import HiddenChannel
from juried.text.tex import readable_tex
from juried.text.tex_macros import Macro, read_arguments

_FAR = 400.0
_POINTS = {"pt": 1.0, "bp": 1.0, "mm": 2.85, "cm": 28.5, "in": 72.3, "em": 10.0, "ex": 4.3, "pc": 12.0, "sp": 0.0}
_LENGTH = re.compile(r"\s*(-?\s*\d*\.?\d+)\s*(pt|bp|mm|cm|in|em|ex|pc|sp)?")
_OPTION = re.compile(r"\\(definecolor|colorlet)\s*\{([^{}]*)\}\s*(?:\{([^{}]*)\}\s*)?\{([^{}]*)\}")
_DARK_GROUND = re.compile(r"\\(?:pagecolor|colorbox|fcolorbox|cellcolor|rowcolors?|columncolor|tcbset|newtcolorbox)\b")
_ARGUMENTS: dict[str, str] = {
    "textcolor": "omm",
    "phantom": "m",
    "hphantom": "m",
    "vphantom": "m",
    "texttransparent": "mm",
    "scalebox": "mom",
    "resizebox": "smmm",
    "raisebox": "moom",
    "invisible": "m",
    "savebox": "moom",
    "sbox": "mm",
    "typeout": "m",
    "message": "m",
    "special": "m",
    "pdfinfo": "m",
    "hypersetup": "m",
    "pdfcomment": "om",
    "pdftooltip": "mm",
    "wlog": "m",
    "errmessage": "m",
    "color": "om",
    "transparent": "m",
    "fontsize": "mm",
    "hspace": "sm",
    "kern": "",
    "hskip": "",
}
_ALWAYS: dict[str, HiddenChannel] = {
    **dict.fromkeys(("phantom", "hphantom", "vphantom", "invisible"), "invisible_mode"),
    **dict.fromkeys(("savebox", "sbox", "typeout", "message", "special", "pdfinfo", "hypersetup"), "metadata"),
    **dict.fromkeys(("pdfcomment", "pdftooltip", "wlog", "errmessage"), "metadata"),
}
_UNTIL_GROUP_ENDS = frozenset({"color", "transparent", "fontsize", "hspace", "kern", "hskip"})
_COMMAND = re.compile(rf"\\({'|'.join(sorted(_ARGUMENTS, key=len, reverse=True))})(?![A-Za-z@])")
_SCOPE = re.compile(r"\\[\\{}]|[{}]|\\begin\s*\{[^{}]*\}|\\end\s*\{[^{}]*\}|\\(?:color|normalcolor)(?![A-Za-z])")


@dataclass
class HiddenTex:
    """Takes hidden text out of a source whose macros are expanded; `found` holds it in order.

    Args:
        colours: Colours that the source defines, by name.
    """

    colours: dict[str, Colour]
    found: list[tuple[HiddenChannel, str]] = field(default_factory=list)

    def clean(self, source: str) -> str:
        """Return a source without what nobody sees."""
        out: list[str] = []
        at = 0
        while match := _COMMAND.search(source, at):
            out.append(source[at : match.start()])
            kept, at = self._command(source, match)
            out.append(kept)
        return "".join([*out, source[at:]])

    def _command(self, source: str, match: re.Match[str]) -> tuple[str, int]:
        """Return what stays of a command, and the offset behind what was dealt with."""
        name = match[1]
        if source[max(0, match.start() - 1) : match.start()] == "\\":
            return match[0], match.end()
        arguments, end = read_arguments(source, match.end(), Macro(_ARGUMENTS[name], ""))
        if name in _UNTIL_GROUP_ENDS:
            return self._declaration(source, match, arguments, end)
        channel = self._channel(name, arguments)
        if channel is None:
            return match[0], match.end()
        if name == "pdftooltip":
            self._note(channel, arguments[1])
            return arguments[0], end
        # A coloured box behind the words makes white words readable.
        if channel == "white_text" and _on_a_ground(source, match.start()):
            return match[0], match.end()
        self._note(channel, arguments[-1])
        return " ", end

    def _channel(self, name: str, arguments: tuple[str, ...]) -> HiddenChannel | None:
        fixed = _ALWAYS.get(name)
        if fixed is not None:
            return fixed
        if name == "textcolor":
            return "white_text" if self._is_white(arguments[0], arguments[1]) else None
        if name == "texttransparent":
            return "invisible_mode" if _number(arguments[0]) < 0.05 else None
        if name == "raisebox":
            return "off_page" if abs(length(arguments[0])) > _FAR else None
        if name == "scalebox":
            return "tiny_text" if abs(_number(arguments[0])) < 0.2 else None
        sizes = [length(part) for part in arguments[1:3] if _LENGTH.match(part)]
        return "tiny_text" if any(abs(size) < TINY_POINTS for size in sizes) else None

    def _declaration(self, source: str, match: re.Match[str], arguments: tuple[str, ...], end: int) -> tuple[str, int]:
        """Handle a command that counts until its group ends."""
        name = match[1]
        if name in ("kern", "hskip"):
            found = _LENGTH.match(source, end)
            channel: HiddenChannel | None = "off_page" if found and length(found[0]) < -_FAR else None
            end = found.end() if found else end
        elif name == "hspace":
            channel = "off_page" if length(arguments[1]) < -_FAR else None
        elif name == "fontsize":
            channel = "tiny_text" if _LENGTH.match(arguments[0]) and length(arguments[0]) < TINY_POINTS else None
        elif name == "transparent":
            channel = "invisible_mode" if _number(arguments[0]) < 0.05 else None
        else:
            channel = "white_text" if self._is_white(*arguments) and not _on_a_ground(source, match.start()) else None
        if channel is None:
            return source[match.start() : end], end
        stop = scope_end(source, end)
        self._note(channel, source[end:stop])
        return " ", stop

    def _is_white(self, model: str, value: str) -> bool:
        colour = self.colours.get(value.strip()) or colour_of(model, value)
        return colour is not None and same_colour(colour, WHITE)

    def _note(self, channel: HiddenChannel, source: str) -> None:
        text = readable_tex(source)
        # A phantom sign that lines up digits is how tables are set; words are not.
        if len(re.findall(r"[^\W\d_]{2,}", text)) > 1:
            self.found.append((channel, text))


def defined_colours(source: str) -> dict[str, Colour]:
    """Return the colours that a source defines, by name; the last definition counts."""
    found: dict[str, Colour] = {}
    for command, name, model, value in _OPTION.findall(source):
        colour = found.get(value) or colour_of("" if command == "colorlet" else model, value)
        if colour is not None:
            found[name.strip()] = colour
    return found


def colour_of(model: str, value: str) -> Colour | None:
    """Return a colour by its xcolor model (rgb, RGB, HTML, gray, cmyk; "" for a name), None when it is not known."""
    if model == "HTML":
        return read_colour(f"#{value.strip().lower()}")
    parts = [float(part) for part in re.findall(r"\d*\.?\d+", value)] if model else []
    if model == "gray" and parts:
        parts = parts[:1] * 3
    if model == "cmyk" and len(parts) == 4:
        parts = [(1 - part) * (1 - parts[3]) for part in parts[:3]]
    if len(parts) == 3 and model in ("rgb", "gray", "cmyk"):
        parts = [part * 255 for part in parts]
    if len(parts) == 3:
        return round(parts[0]), round(parts[1]), round(parts[2])
    mixed = re.fullmatch(r"\s*([A-Za-z]+)!(\d+)(?:!white)?\s*", value)
    base = read_colour(mixed[1] if mixed else value)
    if base is None or mixed is None:
        return base
    share = int(mixed[2]) / 100
    red, green, blue = (round(255 - share * (255 - part)) for part in base)
    return red, green, blue


def length(text: str) -> float:
    """Return a TeX length in points, 0 when it is none; multiples of a page's width count as far."""
    found = _LENGTH.match(text)
    if found is None:
        return 0.0
    unit = found[2]
    number = float(found[1].replace(" ", ""))
    far = 600.0 if re.match(r"\s*\\(?:text|paper|page|line|column)(?:width|height)", text[found.end() :]) else 1.0
    return number * (_POINTS[unit] if unit else far)


def scope_end(source: str, start: int) -> int:
    """Return where the group or environment that holds an offset ends, or where the colour is set anew."""
    depth = 0
    for mark in _SCOPE.finditer(source, start):
        sign = mark[0]
        opens, closes = sign == "{" or sign.startswith("\\begin"), sign == "}" or sign.startswith("\\end")
        if depth == 0 and (closes or sign.startswith(("\\color", "\\normalcolor"))):
            return mark.start()
        depth += opens - closes
    return len(source)


def false_blocks(source: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each `\\iffalse` (or `\\if0`) block, with the conditions inside it balanced."""
    at = 0
    for match in re.finditer(r"\\(?:iffalse(?![A-Za-z])|if\s*0(?!\d)|if\s+01)", source):
        if match.start() < at:
            continue
        depth = 1
        for mark in re.finditer(r"\\(if[A-Za-z@]*|fi(?![A-Za-z])|else(?![A-Za-z]))", source[match.end() :]):
            depth += {"fi": -1, "else": 0}.get(mark[1], 0 if mark[1] == "iff" else 1)
            if depth == 0 or (depth == 1 and mark[1] == "else"):
                at = match.end() + mark.end()
                yield match.start(), at
                break


def _on_a_ground(source: str, at: int) -> bool:
    """Whether a coloured box, cell or page lies behind an offset: named shortly before it, or for the whole page."""
    near = source[max(0, at - 400) : at]
    row = near.rpartition("\\\\")[2]
    return bool(_DARK_GROUND.search(row)) or "\\pagecolor" in source or "tcolorbox}" in near


def _number(text: str) -> float:
    found = re.match(r"\s*-?\d*\.?\d+", text)
    return float(found[0]) if found else 1.0
