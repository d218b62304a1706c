"""Rules for what hides text: styles of a page, and comments that speak to a machine."""

from __future__ import annotations

import re

from juried.records.document import HiddenChannel

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_FONT_SIZE = re.compile(rf"font-size:{_NUMBER}(px|pt|em|rem|%)?")
_OFF_PAGE = re.compile(rf"(?:left|top|right|bottom|text-indent|margin-left|margin-top):{_NUMBER}(px|pt|em|rem)")
_POINTS = {"px": 0.75, "pt": 1.0, "em": 11.0, "rem": 12.0, "%": 0.12, "": 0.75}
_COLOUR = re.compile(r"(?:^|;)color:([^;]+)")
_BACKGROUND = re.compile(r"background(?:-color)?:([^;]+)")
_WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "transparent", "rgba(0,0,0,0)"})
TINY_POINTS = 2.0
_MACHINE = r"(?:ai|llm|large language model|language model|chatbot|assistant|automated reviewer|chatgpt|gpt-?\d)"
_TO_A_MACHINE = re.compile(
    r"\b(?:(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier|other|preceding)"
    rf"|(?:as|you are|if you are|to|for) (?:an? |the |any |all )*{_MACHINE}s?\b"
    r"|system prompt|(?:give|write|recommend) (?:a |only )?(?:positive|favou?rable) review|recommend acceptance"
    r"|do not (?:mention|highlight|report) any (?:negative|weakness|limitation))",
    re.IGNORECASE,
)


def style_channel(style: str) -> HiddenChannel | None:
    """Return how an inline CSS style hides the text of its element, None when it does not."""
    css = re.sub(r"\s+", "", style.lower()).replace("!important", "")
    if re.search(r"display:none|visibility:(?:hidden|collapse)|(?:^|;)opacity:0(?:\.0+)?(?:;|$)", css):
        return "display_none"
    size = _FONT_SIZE.search(css)
    if size and float(size[1]) * _POINTS[size[2] or ""] < TINY_POINTS:
        return "tiny_text"
    offset = _OFF_PAGE.search(css)
    if offset and float(offset[1]) * _POINTS[offset[2]] <= -500:
        return "off_page"
    colour, background = _COLOUR.search(css), _BACKGROUND.search(css)
    if colour and colour[1] in _WHITE and (background is None or background[1] in _WHITE):
        return "white_text"
    return None


def speaks_to_a_machine(comment: str) -> bool:
    """Whether a comment reads like an instruction to a language model.

    Comments are common in sources and are never text; only those of this kind are worth reporting.
    """
    return bool(_TO_A_MACHINE.search(comment))
