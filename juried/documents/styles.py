"""What a CSS style hides: declarations, colours, lengths, and how they keep text from a reader."""

from __future__ import annotations

import colorsys
import re

from juried.records.document import HiddenChannel

Colour = tuple[int, int, int]
Declarations = dict[str, str]
TINY_POINTS = 2.0
_FAR = 500.0
_SAME = 14
_NUMBER = r"(-?\d*\.?\d+)"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LENGTH = re.compile(rf"{_NUMBER}(px|pt|em|rem|ex|ch|%|vw|vh|vmin|vmax|cm|mm|in|pc|q)?\Z")
_POINTS = {
    "": 0.75, "px": 0.75, "pt": 1.0, "em": 11.0, "rem": 12.0, "ex": 5.5, "ch": 5.5, "%": 0.12, "vw": 7.0, "vh": 6.0,
    "vmin": 6.0, "vmax": 7.0, "cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0, "q": 0.709,
}  # fmt: skip
_NAMED: dict[str, Colour] = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245),
    "floralwhite": (255, 250, 240), "azure": (240, 255, 255), "mintcream": (245, 255, 250), "honeydew": (240, 255, 240),
    "aliceblue": (240, 248, 255), "seashell": (255, 245, 238), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211), "silver": (192, 192, 192), "navy": (0, 0, 128),
    "yellow": (255, 255, 0), "orange": (255, 165, 0), "darkblue": (0, 0, 139), "maroon": (128, 0, 0),
}  # fmt: skip
WHITE: Colour = (255, 255, 255)
_OFFSETS = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top", "margin-right")
_RELEVANT = re.compile(
    r"display|visibility|opacity|filter|font|color|background|clip|transform|text-indent|margin|left|top|right|bottom|"
    r"width|height|position|overflow|mask"
)


def read_declarations(css: str) -> Declarations:
    """Return the declarations of a style that can hide text, values in lower case without blanks.

    A later declaration replaces an earlier one, unless only the earlier one is `!important`.
    """
    found: Declarations = {}
    for part in _COMMENT.sub("", css).lower().split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip(), re.sub(r"\s*([(),/])\s*", r"\1", " ".join(value.split()))
        kept = found.get(name, "").endswith("!important") and not value.endswith("!important")
        if value and _RELEVANT.match(name) and not kept:
            found[name] = value
    return found


def style_channel(css: str | Declarations, ground: Colour | None = WHITE) -> HiddenChannel | None:
    """Return how a style hides the text of its element, None when it does not.

    Args:
        css: A style attribute, or the declarations of one.
        ground: The colour behind the element; None when it is not known, so that no colour counts as hidden.
    """
    given = read_declarations(css) if isinstance(css, str) else css
    style = {name: value.replace("!important", "").strip() for name, value in given.items()}
    if _is_away(style):
        return "display_none"
    if _is_tiny(style):
        return "tiny_text"
    if any((points(style.get(name, "")) or 0.0) <= -_FAR for name in _OFFSETS) or _is_moved(style):
        return "off_page"
    if _is_clipped(style):
        return "clipped"
    return "white_text" if _is_unseen(style, ground) else None


def _is_away(style: Declarations) -> bool:
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if style.get("content-visibility") == "hidden":
        return True
    faded = [style.get("opacity", ""), *re.findall(rf"opacity\({_NUMBER}%?\)", style.get("filter", ""))]
    return any(re.fullmatch(r"0*\.?0[0-4]?\d*%?", value) is not None for value in faded if value)


def _is_tiny(style: Declarations) -> bool:
    short = re.search(rf"(?:^|\s){_NUMBER}([a-z%]*)(?:/\S+)?\s", style.get("font", "") + " ")
    size = style.get("font-size") or (short[1] + short[2] if short else "")
    found = points(size)
    return found is not None and found < TINY_POINTS


def _is_moved(style: Declarations) -> bool:
    transform = style.get("transform", "")
    if re.search(r"scale[xy3d]*\(0(?:\.0\d*)?[,)]", transform):
        return True
    moves = re.findall(r"translate[xy3d]*\(([^)]*)\)", transform)
    return any(abs(points(part) or 0.0) >= _FAR for move in moves for part in move.split(","))


def _is_clipped(style: Declarations) -> bool:
    clip = style.get("clip", "").replace("px", "").replace(" ", ",")
    edges = re.fullmatch(r"rect\(([-\d.]+),([-\d.]+),([-\d.]+),([-\d.]+)\)", clip)
    if edges and (float(edges[3]) - float(edges[1]) <= 1 or float(edges[2]) - float(edges[4]) <= 1):
        return True
    if re.search(r"inset\((?:50|100)%|circle\(0|polygon\(0 0,0 0", style.get("clip-path", "")):
        return True
    hides = "hidden" in style.get("overflow", "") or "clip" in style.get("overflow", "")
    sizes = [points(style.get(name, "")) for name in ("width", "height", "max-width", "max-height")]
    return hides and any(size is not None and size <= 1 and size >= 0 for size in sizes)


def _is_unseen(style: Declarations, ground: Colour | None) -> bool:
    own = style.get("-webkit-text-fill-color") or style.get("color", "")
    if not own:
        return False
    if own == "transparent" or re.fullmatch(r"(?:rgb|hsl)a?\((?:[^,]*,){3}0?\.?0[0-4]?\d*%?\)", own):
        return "text" not in style.get("background-clip", "") + style.get("-webkit-background-clip", "")
    mine, behind = read_colour(own), background_of(style, ground)
    return mine is not None and behind is not None and same_colour(mine, behind)


def background_of(style: Declarations, ground: Colour | None) -> Colour | None:
    """Return the colour behind an element: its own background, else what lies behind it; None when unknown."""
    value = style.get("background-color") or style.get("background", "")
    value = value.replace("!important", "").strip()
    if style.get("background-image", "none") != "none" or re.search(r"url\(|gradient", value):
        return None
    if not value or value in ("none", "transparent", "inherit", "initial", "unset", "0 0", "rgba(0,0,0,0)"):
        return ground
    found = read_colour(value)
    return found if found is not None else next(filter(None, map(read_colour, value.split())), None)


def same_colour(first: Colour, second: Colour) -> bool:
    """Whether nobody can tell two colours apart on a page."""
    return all(abs(a - b) <= _SAME for a, b in zip(first, second, strict=True))


def points(value: str) -> float | None:
    """Return a CSS length in points, taking usual sizes for relative units; None when it is no length."""
    found = _LENGTH.match(value)
    return float(found[1]) * _POINTS[found[2] or ""] if found else None


def read_colour(value: str) -> Colour | None:
    """Return a colour as three numbers from 0 to 255, None when it is not one that is known here."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    digits = re.fullmatch(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", value)
    if digits:
        hexed = digits[1] if len(digits[1]) > 4 else "".join(char * 2 for char in digits[1])
        return int(hexed[0:2], 16), int(hexed[2:4], 16), int(hexed[4:6], 16)
    return _read_function(value)


def _read_function(value: str) -> Colour | None:
    call = re.fullmatch(r"(rgb|hsl)a?\(([^)]*)\)", value)
    parts = re.findall(r"(-?\d*\.?\d+)(%|deg)?", call[2]) if call else []
    if call is None or len(parts) < 3:
        return None
    numbers = [float(number) for number, _ in parts[:3]]
    if call[1] == "hsl":
        red, green, blue = colorsys.hls_to_rgb(numbers[0] / 360 % 1, numbers[2] / 100, numbers[1] / 100)
        return round(red * 255), round(green * 255), round(blue * 255)
    red, green, blue = (n * 2.55 if unit == "%" else n for n, (_, unit) in zip(numbers, parts, strict=False))
    return round(red), round(green), round(blue)
