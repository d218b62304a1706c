"""Numbers for `\\ref`, authors for `\\citet`, and the bibliography of a LaTeX source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from juried.text.tex import readable_tex
from juried.text.tex_macros import Macro, read_group, read_optional

_NUMBERED = re.compile(
    r"\\(?P<section>chapter|section|subsection|subsubsection)(?P<star>\*)?(?![A-Za-z])"
    r"|\\(?P<appendix>appendix)(?![A-Za-z])"
    r"|\\begin\s*\{(?P<env>(?:sidewaystable|longtable|wraptable|table|figure|wrapfigure|sidewaysfigure|algorithm|equation|"
    r"align|gather|eqnarray|multline)\*?)\}"
    r"|\\(?P<caption>caption)(?![A-Za-z])"
    r"|\\end\s*\{(?P<end>[^{}]*)\}"
    r"|\\label\s*\{(?P<label>[^{}]*)\}"
)
_KINDS = {"table": "Table", "figure": "Figure", "algorithm": "Algorithm"}
_LEVELS = ("section", "subsection", "subsubsection")
_BIBLIOGRAPHY = re.compile(r"\\begin\s*\{thebibliography\}(.*?)(?:\\end\s*\{thebibliography\}|\Z)", re.DOTALL)
_BIBITEM = re.compile(r"\\bibitem(?![A-Za-z])")
_LABEL_YEAR = re.compile(r"\(?\s*((?:18|19|20)\d\d[a-z]?)\s*\)?")
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>{},;]+[^\s\"<>{},;.)\]])")
_ARXIV = re.compile(r"arxiv[:./\s]*(?:preprint\s*)?(?:arxiv[:./\s]*)?(?:abs/|pdf/)?(\d{4}\.\d{4,5})", re.IGNORECASE)
_TEXTUAL = re.compile(
    r"(?i)(^|[.!?]\s+|\n\s*\n\s*|\b(?:by|of|as|in|from|following|per|than|to|with|like|unlike|see|both|and)[~\s]+)"
    r"\\cite(?=\s*(?:\[[^\]]*\]\s*)*\{)"
)
_PARENTHETIC = (
    "cite citep citealp citealt parencite autocite footcite supercite citeonline nocite Citep citenum fullcite"
)
_AUTHORED = "citet textcite newcite Citet Textcite citeA shortciteA"


@dataclass(frozen=True)
class BibEntry:
    """An entry of a bibliography: short author names and year for the running text, and its full text."""

    key: str
    authors: str
    year: str
    text: str
    doi: str | None = None
    arxiv: str | None = None


def number_labels(body: str) -> dict[str, str]:
    """Return for each `\\label` what `\\cref` would print: "Table 2", "Section 3.1", "Equation 4"."""
    numbering = _Numbering()
    for match in _NUMBERED.finditer(body):
        numbering.see(match)
    return numbering.labels


class _Numbering:
    """Counts as LaTeX does while it goes through a source."""

    def __init__(self) -> None:
        self.labels: dict[str, str] = {}
        self.counts: dict[str, int] = {}
        self.sections = [0, 0, 0]
        self.appendix = False
        self.here = ""
        self.floats: list[str] = []
        self.before_equation = ""

    def see(self, match: re.Match[str]) -> None:
        if match["section"]:
            self._section(match["section"], bool(match["star"]))
        elif match["appendix"]:
            self.appendix, self.sections = True, [0, 0, 0]
        elif match["env"]:
            self._begin(match["env"].rstrip("*"))
        elif match["caption"]:
            self._count(self.floats[-1] if self.floats else "")
        elif match["end"]:
            self._end(match["end"].rstrip("*"))
        else:
            self.labels.setdefault(match["label"], self.here)

    def _section(self, name: str, starred: bool) -> None:
        if name not in _LEVELS or starred:
            return
        level = _LEVELS.index(name)
        self.sections[level] += 1
        self.sections[level + 1 :] = [0] * (2 - level)
        first = chr(64 + self.sections[0]) if self.appendix and self.sections[0] else str(self.sections[0])
        number = ".".join([first, *map(str, self.sections[1 : level + 1])])
        self.here = f"{'Appendix' if self.appendix else 'Section'} {number}"

    def _begin(self, env: str) -> None:
        kind = next((kind for kind in _KINDS if kind in env), "")
        if kind:
            self.floats.append(kind)
        else:
            self.before_equation = self.here
            self.counts["equation"] = self.counts.get("equation", 0) + 1
            self.here = f"Equation {self.counts['equation']}"

    def _end(self, env: str) -> None:
        if self.floats and any(kind in env for kind in _KINDS):
            self.floats.pop()
        elif self.before_equation and self.here.startswith("Equation"):
            self.here = self.before_equation

    def _count(self, kind: str) -> None:
        if kind:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.here = f"{_KINDS[kind]} {self.counts[kind]}"


def read_bibliography(source: str) -> tuple[str, list[BibEntry]]:
    """Return a source without its `thebibliography`, and the entries in order."""
    entries: list[BibEntry] = []
    for block in _BIBLIOGRAPHY.finditer(source):
        starts = [match.end() for match in _BIBITEM.finditer(block[1])]
        ends = [*(_BIBITEM.search(block[1], start) for start in starts)]
        for start, end in zip(starts, ends, strict=True):
            entries.append(_entry(block[1][start : end.start() if end else len(block[1])]))
    return _BIBLIOGRAPHY.sub("\n\n", source), entries


def _entry(item: str) -> BibEntry:
    label, at = read_optional(item, 0)
    key, at = read_group(item, at)
    text = readable_tex(item[at:])
    authors, year = _short_names(readable_tex(label or ""), item[at:])
    return make_entry(key.strip(), authors, year, text)


def make_entry(key: str, authors: str, year: str, text: str) -> BibEntry:
    """Return an entry with the DOI and arXiv id that its text holds."""
    doi, arxiv = _DOI.search(text), _ARXIV.search(text)
    return BibEntry(key, authors, year, text, doi[1].lower() if doi else None, arxiv[1] if arxiv else None)


def find_identifiers(text: str) -> tuple[str | None, str | None]:
    """Return the DOI and the arXiv id that a reference states, None where it states none."""
    entry = make_entry("", "", "", text)
    return entry.doi, entry.arxiv


def _short_names(label: str, item: str) -> tuple[str, str]:
    """Return author names and year from a natbib label, else from the entry's first part."""
    year = _LABEL_YEAR.search(label)
    if year and label[: year.start()].strip():
        return label[: year.start()].strip(" ,(").strip(), year[1]
    names = readable_tex(item.split("\\newblock", maxsplit=1)[0])
    years = _LABEL_YEAR.findall(readable_tex(item))
    return short_authors(re.split(r",\s+and\s+|\s+and\s+|,\s+|;\s*", names)), years[-1] if years else ""


def short_authors(names: list[str]) -> str:
    """Return "Vaswani", "Vaswani and Shazeer" or "Vaswani et al." for full names in order; "" for none."""
    whole = [name.strip(" .") for name in names if len(name.strip(" .")) > 2]
    surnames = [name.split()[-1] for name in whole if name.split()]
    if not surnames or not surnames[0][:1].isupper():
        return ""
    if len(surnames) == 2:
        return f"{surnames[0]} and {surnames[1]}"
    return surnames[0] if len(surnames) == 1 else f"{surnames[0]} et al."


def reference_macros(labels: Mapping[str, str], entries: Mapping[str, BibEntry]) -> dict[str, Macro]:
    """Return the macros that turn references into numbers and textual citations into author names."""

    def number(arguments: tuple[str, ...]) -> str:
        return ", ".join(filter(None, (labels.get(key.strip(), "").split(" ")[-1] for key in arguments[-1].split(","))))

    def named(arguments: tuple[str, ...]) -> str:
        return " and ".join(filter(None, (labels.get(key.strip(), "") for key in arguments[-1].split(","))))

    def authored(arguments: tuple[str, ...]) -> str:
        found = [entries[key.strip()] for key in arguments[-1].split(",") if key.strip() in entries]
        return ", ".join(f"{e.authors} ({e.year})" if e.year else e.authors for e in found if e.authors)

    def authors_only(arguments: tuple[str, ...]) -> str:
        return ", ".join(entries[k.strip()].authors for k in arguments[-1].split(",") if k.strip() in entries)

    table = {name: Macro("soom", "{}") for name in _PARENTHETIC.split()}
    table |= {name: Macro("soom", authored) for name in _AUTHORED.split()}
    table |= {"citeauthor": Macro("som", authors_only), "citeyear": Macro("om", ""), "citeyearpar": Macro("om", "")}
    table |= {"ref": Macro("sm", number), "eqref": Macro("m", lambda a: f"({number(a)})" if number(a) else "")}
    table |= {"pageref": Macro("m", ""), "nameref": Macro("m", "")}
    return table | {name: Macro("sm", named) for name in ("cref", "Cref", "autoref", "vref", "Vref", "fref")}


def mark_textual_citations(source: str) -> str:
    """Make `\\cite` a textual citation where it is part of the sentence ("by \\cite{x}", or opening a sentence)."""
    return _TEXTUAL.sub(r"\1\\citet", source)
