"""MathML as one line of text: fractions become a/b, raised and lowered parts keep ^ and _."""

from __future__ import annotations

from lxml import etree

from juried.text.tex import readable_tex

_SIGNS = {"mfrac": "/", "msup": "^", "mover": "^", "msub": "_", "munder": "_", "msubsup": "_^", "munderover": "_^"}
_FENCED = frozenset("+-−=,; ·×")


def local(element: etree._Element) -> str:
    """Return the lower-case name of an element without its namespace; "" for comments and entities."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def read_math(element: etree._Element) -> str:
    """Return the text of a `math` element: from its TeX where it carries some, else from its parts."""
    alttext = element.get("alttext", "")
    if alttext:
        return readable_tex(f"${alttext}$")
    for child in element.iter():
        if local(child) == "annotation" and "tex" in (child.get("encoding") or ""):
            return readable_tex(f"${''.join(child.itertext())}$")
    return " ".join(_flatten(element).split())


def _flatten(element: etree._Element) -> str:
    name = local(element)
    parts = [_flatten(child) for child in element if local(child) not in ("annotation", "annotation-xml")]
    signs = _SIGNS.get(name, "")
    if signs and len(parts) == len(signs) + 1:
        base = _fence(parts[0]) if signs == "/" else parts[0]
        return base + "".join(sign + _fence(part) for sign, part in zip(signs, parts[1:], strict=True))
    if name == "msqrt":
        return f"√({''.join(parts)})"
    if name in ("mo", "mi", "mn", "mtext", "ms"):
        text = "".join(element.itertext()).strip("\n\t ")
        return f" {text} " if name == "mo" and text in ("=", "+", "±", "<", ">", "≤", "≥", "≈", "×", "∈", "→") else text
    return "".join(parts) if len(element) else (element.text or "")


def _fence(text: str) -> str:
    bare = text.strip()
    return f"({bare})" if len(bare) > 1 and any(char in _FENCED for char in bare) and bare[0] not in "(-−" else bare
