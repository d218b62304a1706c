"""Tables and figures of LaTeX: their captions, their tabulars, the notes beneath them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from juried.documents.latex_tables import TABULARS, read_tabular
from juried.documents.tables import RawTable
from juried.text.tex import readable_tex
from juried.text.tex_macros import read_group, read_optional

_CAPTION = re.compile(r"\\(?:caption|captionof\s*\{(?P<of>\w+)\}|tblcaption|figcaption)\*?(?![A-Za-z])")
_BEGIN = re.compile(
    r"\\begin\s*\{(" + "|".join(re.escape(name) for name in sorted(TABULARS, key=len, reverse=True)) + r")\}"
)
_NOTES = re.compile(r"\\begin\s*\{tablenotes\}(.*?)\\end\s*\{tablenotes\}", re.DOTALL)
_FOOTNOTE = re.compile(r"\\footnote(?:text)?(?![A-Za-z])")
_WIDTH = {"tabular*": 1, "tabularx": 1, "tabulary": 1, "xltabular": 1}


@dataclass(frozen=True)
class Float:
    """What a float holds: its tables, and the captions of what is no table."""

    tables: tuple[RawTable, ...]
    captions: tuple[str, ...]


def read_float(name: str, content: str, counts: dict[str, int]) -> Float:
    """Return the tables and captions of a float, or of a tabular outside any float.

    Args:
        name: The environment.
        content: What stands inside it; for a bare tabular the whole environment.
        counts: How many tables and figures came before; counted on.
    """
    content, captions = _take_captions(content, "Figure" if "igure" in name else "Table", counts)
    notes = tuple(note for block in _NOTES.findall(content) for note in _items(block))
    content, footnotes = _take_footnotes(_NOTES.sub(" ", content))
    tables = [read_tabular(body) for body in _tabulars(content)]
    titled = [
        replace(table, label=label, caption=caption, footnotes=(*notes, *footnotes) if index == len(tables) - 1 else ())
        for index, table in enumerate(tables)
        for label, caption in [_caption_for(index, len(tables), captions)]
    ]
    used = len(titled) if titled and len(captions) == len(titled) else min(1, len(captions)) if titled else 0
    return Float(tuple(titled), tuple(f"{label}: {caption}" for label, caption in captions[used:]))


def _caption_for(index: int, tables: int, captions: list[tuple[str, str]]) -> tuple[str, str]:
    if not captions:
        return "", ""
    return captions[index] if len(captions) == tables else captions[0]


def _take_captions(content: str, kind: str, counts: dict[str, int]) -> tuple[str, list[tuple[str, str]]]:
    captions: list[tuple[str, str]] = []
    out: list[str] = []
    at = 0
    while match := _CAPTION.search(content, at):
        out.append(content[at : match.start()])
        own = (match["of"] or kind).capitalize()
        _, start = read_optional(content, match.end())
        text, at = read_group(content, start)
        counts[own] = counts.get(own, 0) + 1
        captions.append((f"{own} {counts[own]}", readable_tex(_take_footnotes(text)[0])))
    return "".join([*out, content[at:]]), captions


def _take_footnotes(content: str) -> tuple[str, list[str]]:
    notes: list[str] = []
    out: list[str] = []
    at = 0
    while match := _FOOTNOTE.search(content, at):
        out.append(content[at : match.start()])
        _, start = read_optional(content, match.end())
        text, at = read_group(content, start)
        notes.append(readable_tex(text))
    return "".join([*out, content[at:]]), notes


def _items(block: str) -> Iterator[str]:
    for item in re.split(r"\\item(?![A-Za-z])", block):
        text = readable_tex(re.sub(r"\A\s*\[([^\]]*)\]", r"\1 ", item))
        if any(char.isalpha() for char in text):
            yield text


def _tabulars(content: str) -> Iterator[str]:
    """Yield the body of each outermost tabular, behind its column specification."""
    at = 0
    while match := _BEGIN.search(content, at):
        end = _closing(content, match[1], match.end())
        at = end
        start = read_optional(content, match.end())[1]
        for _ in range(_WIDTH.get(match[1], 0)):
            start = read_group(content, start)[1]
        start = read_optional(content, start)[1]
        yield content[read_group(content, start)[1] : end]


def _closing(content: str, name: str, start: int) -> int:
    depth = 1
    for match in re.finditer(rf"\\(begin|end)\s*\{{{re.escape(name)}\}}", content[start:]):
        depth += 1 if match[1] == "begin" else -1
        if depth == 0:
            return start + match.start()
    return len(content)
