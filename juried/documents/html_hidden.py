"""Which elements of a web page no reader sees: styles with their inheritance, and words meant for machines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast, get_args

import cssselect
from lxml import etree

from juried.documents.builder import DocumentBuilder
from juried.documents.hidden import speaks_to_a_machine
from juried.documents.mathml import local
from juried.documents.styles import WHITE, Colour, Declarations, background_of, read_declarations, style_channel
from juried.records.document import HiddenChannel

_MARK = "data-juried-hidden"
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
# A rule for print or for narrow screens hides nothing from most readers.
_CONDITIONAL = re.compile(r"@media(?!\s*(?:all|screen)\s*\{)[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_DYNAMIC = re.compile(r"::|:(?:hover|focus|active|target|checked|visited|before|after|first-l)")
_MAX_RULES = 3000
_MAX_DEPTH = 400
_SPOKEN = ("alt", "title", "aria-label", "content", "placeholder", "data-note", "summary")
_UNREAD = frozenset({"noscript", "template", "aside", "footer", "nav", "form", "dialog", "textarea", "svg", "object"})


@dataclass(frozen=True)
class _Rule:
    """One selector with its declarations; of two that match, the one with the larger weight counts."""

    weight: tuple[int, ...]
    path: str
    declarations: Declarations


def mark_hidden(root: etree._Element) -> None:
    """Mark every element that a style hides, so that `hidden_channel` can be asked of it."""
    for element in root.iter():
        if local(element):
            element.attrib.pop(_MARK, None)
    _mark(root, _by_rules(root), WHITE, "", 0)


def hidden_channel(element: etree._Element) -> HiddenChannel | None:
    """Return how an element is hidden, None when a reader sees it."""
    mark = element.get(_MARK)
    return cast(HiddenChannel, mark) if mark in get_args(HiddenChannel) else None


def shown_text(element: etree._Element) -> str:
    """Return all text of an element, scripts, styles and comments aside."""
    return "".join(
        text
        for part in element.iter()
        for text in (
            (part.text or "") if local(part) not in ("", "script", "style") else "",
            (part.tail or "") if part is not element else "",
        )
    )


def report_spoken(builder: DocumentBuilder, root: etree._Element) -> None:
    """Report comments, attributes and unread parts of a page that speak to a machine."""
    for comment in root.iter(etree.Comment):
        if speaks_to_a_machine(comment.text or ""):
            builder.hide("comment", comment.text or "")
    for element in root.iter():
        values = [element.get(name) or "" for name in _SPOKEN] if local(element) else []
        for value in filter(speaks_to_a_machine, values):
            builder.hide("metadata", value)
        if local(element) in _UNREAD or element.get("aria-hidden") == "true":
            _report_unread(builder, element)


def _report_unread(builder: DocumentBuilder, element: etree._Element) -> None:
    text = " ".join("".join(element.itertext()).split())
    if speaks_to_a_machine(text):
        builder.hide("display_none", text)


def _mark(
    element: etree._Element,
    rules: dict[etree._Element, Declarations],
    ground: Colour | None,
    colour: str,
    depth: int,
) -> None:
    """Mark an element and what it holds; the colour of text and ground pass from parent to child."""
    style = _style_of(element, rules)
    if colour and "color" not in style:
        style["color"] = colour
    channel = "display_none" if _is_switched_off(element) else style_channel(style, ground)
    if channel is not None:
        element.set(_MARK, channel)
        return
    ground, colour = background_of(style, ground), style.get("color", "")
    for child in element if depth < _MAX_DEPTH else ():
        if local(child):
            _mark(child, rules, ground, colour, depth + 1)


def _is_switched_off(element: etree._Element) -> bool:
    return element.get("hidden") is not None and element.get("hidden") != "until-found"


def _style_of(element: etree._Element, rules: dict[etree._Element, Declarations]) -> Declarations:
    style = dict(rules.get(element, {}))
    for name, attribute in (("color", "color"), ("background-color", "bgcolor"), ("color", "text")):
        if local(element) in ("font", "body", "table", "tr", "td", "th") and element.get(attribute):
            style.setdefault(name, element.get(attribute) or "")
    for name, value in read_declarations(element.get("style") or "").items():
        if not style.get(name, "").endswith("!important") or value.endswith("!important"):
            style[name] = value
    return style


def _by_rules(root: etree._Element) -> dict[etree._Element, Declarations]:
    """Return what the page's own style sheets say of each element that they name."""
    found: dict[etree._Element, Declarations] = {}
    for rule in sorted(_rules(root), key=lambda rule: rule.weight):
        for element in _matches(root, rule.path):
            style = found.setdefault(element, {})
            for name, value in rule.declarations.items():
                if not style.get(name, "").endswith("!important") or value.endswith("!important"):
                    style[name] = value
    return found


def _matches(root: etree._Element, path: str) -> list[etree._Element]:
    try:
        found = root.xpath(path)
    except etree.XPathError:
        return []
    return [element for element in found if isinstance(element, etree._Element)] if isinstance(found, list) else []


def _rules(root: etree._Element) -> list[_Rule]:
    translator = cssselect.HTMLTranslator()
    rules: list[_Rule] = []
    for style in root.iter("style"):
        sheet = re.sub(r"/\*.*?\*/", "", "".join(style.itertext()), flags=re.DOTALL)
        for selectors, body in _RULE.findall(_CONDITIONAL.sub("", sheet))[:_MAX_RULES]:
            declarations = read_declarations(body)
            if not declarations or _DYNAMIC.search(selectors):
                continue
            try:
                parsed = cssselect.parse(selectors.strip())
                paths = [(item.specificity(), translator.selector_to_xpath(item)) for item in parsed]
            except cssselect.SelectorError:
                continue
            rules += [_Rule((*weight, len(rules)), path, declarations) for weight, path in paths]
    return rules
