"""Reading a report's text: title, sections, counts, references and gates, whoever wrote it.

Headings are Markdown headings, or lines that hold nothing but a usual section name with or without a
number. Claims are read in `claim_rows.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from juried.reports.escape import unescape

_NAMES = (
    "abstract|summary|introduction|background|research question|question|answer|methodology|methods?|results?|"
    "findings|discussion|conclusions?|limitations|(?:extracted |verified |list of )?claims|quality(?: score)?|"
    "references|bibliography|works cited|sources"
)
_PLAIN_HEADING = re.compile(rf"^\s*(?:\d+(?:\.\d+)*[.)]?\s+)?(?:{_NAMES})\s*:?\s*$", re.IGNORECASE)
_MARKDOWN_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
CLAIMS_SECTION = r"(?:[\w-]+ ){0,2}claims(?: and \w+)?"
REFERENCES_SECTION = "references|bibliography|works cited|sources"
_NUMBERED = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+")
_CITED = re.compile(r"\s*\(?(?<!\\)\[(?:C?\d+)\](?:[,;\s]*(?<!\\)\[(?:C?\d+)\])*\)?")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")


@dataclass(frozen=True)
class Line:
    """One line of a report; `number` counts from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Section:
    """A headed part; `name` is the heading in lower case without its number, level 1 to 6 (2 without marks)."""

    name: str
    level: int
    heading: Line
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ReportText:
    """A report as text, read once."""

    text: str

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines."""
        return tuple(Line(at, line) for at, line in enumerate(self.text.splitlines(), start=1))

    @cached_property
    def title(self) -> Line | None:
        """The first line that is not blank, without heading marks; None in an empty text."""
        first = next((line for line in self.lines if line.text.strip()), None)
        return Line(first.number, unescape(heading_text(first.text)[1])) if first else None

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The headed parts in order, each up to the next heading; the title is none of them."""
        starts = [at for at, line in enumerate(self.lines) if self._opens(line)]
        ends = [*starts, len(self.lines)][1:]
        return tuple(self._section(start, end) for start, end in zip(starts, ends, strict=True))

    def _opens(self, line: Line) -> bool:
        if self.title is not None and line.number == self.title.number:
            return False
        return bool(_MARKDOWN_HEADING.match(line.text) if self._marked else heading_text(line.text)[0])

    @cached_property
    def _marked(self) -> bool:
        """Whether headings below the title are marked as Markdown does; bare names are then no headings."""
        return any(re.match(r"\s{0,3}##+\s", line.text) for line in self.lines)

    def _section(self, start: int, end: int) -> Section:
        level, text = heading_text(self.lines[start].text)
        name = _NUMBERED.sub("", unescape(text)).rstrip(":").strip().lower()
        return Section(name, level, self.lines[start], self.lines[start + 1 : end])

    def find(self, pattern: str) -> tuple[Line, ...]:
        """Return the lines of the highest section whose name matches, the first of them, and of its subsections."""
        named = [at for at, section in enumerate(self.sections) if re.fullmatch(pattern, section.name)]
        if not named:
            return ()
        start = min(named, key=lambda at: (self.sections[at].level, at))
        found = list(self.sections[start].lines)
        for section in self.sections[start + 1 :]:
            if section.level <= self.sections[start].level:
                break
            found += [section.heading, *section.lines]
        return tuple(found)

    def has(self, pattern: str) -> bool:
        """Whether a section has a name that matches."""
        return any(re.fullmatch(pattern, section.name) for section in self.sections)

    @cached_property
    def abstract(self) -> str:
        """The abstract as one line of plain text, without links to claims; "" without one."""
        text = " ".join(line.text.strip() for line in self.find("abstract|summary") if line.text.strip())
        return re.sub(r"^abstract:\s*", "", plain(text), flags=re.IGNORECASE)

    @cached_property
    def references(self) -> tuple[Line, ...]:
        """The entries of the references, one line each, without list marks."""
        marks = re.compile(r"^\s*(?:[-*+]|\d+[.)]|\[\d+\])\s+")
        found = [line for line in self.find(REFERENCES_SECTION) if line.text.strip()]
        entries = [line for line in found if marks.match(line.text)]
        kept = entries or [line for line in found if re.search(r"https?://|\(\d{4}\)", line.text)]
        return tuple(Line(line.number, unescape(marks.sub("", line.text))) for line in kept)

    @cached_property
    def prose(self) -> tuple[Line, ...]:
        """Title, abstract, introduction and results: lines that speak, without block quotes and table rules."""
        parts = [self.find(name) for name in ("abstract|summary", "introduction", "results?|findings|discussion")]
        spoken = [line for part in parts for line in part if not line.text.lstrip().startswith(">")]
        head = [self.title] if self.title else []
        return tuple(Line(line.number, plain(line.text)) for line in (*head, *spoken) if line.text.strip())

    @cached_property
    def quotes(self) -> tuple[str, ...]:
        """The block quotes of the claims section, each whole."""
        blocks: list[list[str]] = [[]]
        for line in self.find(CLAIMS_SECTION):
            if line.text.lstrip().startswith(">"):
                blocks[-1].append(unescape(re.sub(r"^\s*>\s?", "", line.text)))
            elif blocks[-1]:
                blocks.append([])
        return tuple("\n".join(block) for block in blocks if block)


def heading_text(line: str) -> tuple[int, str]:
    """Return level and text of a heading; level 0 and the line itself when it is none."""
    marked = _MARKDOWN_HEADING.match(line)
    if marked:
        return len(marked.group(1)), marked.group(2)
    return (2 if _PLAIN_HEADING.match(line) else 0), line.strip()


def plain(markdown: str) -> str:
    """Return a line without links to claims and references, bold marks, and escapes."""
    text = re.sub(r"(?<!\\)\*\*", "", _CITED.sub("", markdown))
    return unescape(text).strip()


def table_cells(line: str) -> list[str]:
    """Return the cells of a table row, separated by tabs or by pipes; one cell when it is no table row."""
    if "\t" in line:
        return [unescape(cell.strip()) for cell in line.split("\t")]
    if line.lstrip().startswith("|") and not _TABLE_RULE.match(line):
        inner = re.sub(r"(?<!\\)\|\s*$", "", line.strip()).removeprefix("|")
        return [unescape(cell.strip()) for cell in re.split(r"(?<!\\)\|", inner)]
    return [line.strip()]
