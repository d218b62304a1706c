"""How well documents are read: outcomes of all files, speed, and structure against the sources.

    python -m benchmarks.documents DATA

DATA is a folder with `papers`, `hostile_pdfs` and `http`. Gold for JATS and LaTeX is the source itself,
read by plain XPath and regular expressions; for PDF the parse that comes with the paper.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pypdf
from lxml import etree

from benchmarks.figures import interval, words
from benchmarks.reading import Read, read_all
from juried.documents.dispatch import parse
from juried.errors import DocumentError
from juried.records.document import Document
from juried.text.tex import COMMENT, readable_tex

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def files_of(*folders: Path) -> list[Path]:
    """Return all files below folders in the order of their paths."""
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def outcome_table(reads: Sequence[Read], data: Path) -> str:
    """Return a table of how files ended, by folder."""
    counts: Counter[tuple[str, str]] = Counter()
    for read in reads:
        counts[read.path.relative_to(data).parts[0], read.outcome] += 1
    lines = [f"| {folder} | {outcome} | {count} |" for (folder, outcome), count in sorted(counts.items())]
    return "\n".join(["| folder | ended as | files |", "| --- | --- | ---: |", *lines])


class Tally:
    """Hits and totals of one check over many papers."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = {}

    def add(self, name: str, gold: Iterable[object], found: Iterable[object]) -> None:
        """Count how many of the gold items are among those found, each as often as it occurs."""
        wanted, there = Counter(gold), Counter(found)
        entry = self.counts.setdefault(name, [0, 0])
        entry[0] += sum((wanted & there).values())
        entry[1] += sum(wanted.values())

    def lines(self, kind: str) -> list[str]:
        """Return one line of a table for each check."""
        return [f"| {kind} | {name} | {interval(*entry)} |" for name, entry in self.counts.items()]


def _headings(document: Document) -> list[tuple[str, ...]]:
    return [_bare(section.title) for section in document.sections]


def _bare(title: str) -> tuple[str, ...]:
    """Return the words of a heading without its number."""
    return tuple(words(re.sub(r"\A\s*(?:\d+(?:\.\d+)*|[IVX]+|[A-Z])[.)]?\s+(?=\S)", "", title)))


def _cell_words(document: Document) -> list[str]:
    return [number for table in document.tables for number in _NUMBER.findall(document.text[table.start : table.end])]


def check_jats(paths: Sequence[Path]) -> list[str]:
    """Compare articles with their own XML: headings of the body, numbers in tables, words of paragraphs."""
    tally = Tally()
    read = 0
    for path in paths:
        document = _parsed(path)
        if document is None or document.format != "jats":
            continue
        read += 1
        root = etree.fromstring(path.read_bytes(), etree.XMLParser(recover=True, no_network=True))
        article = root if root.tag == "article" else next(root.iter("article"))
        titles = [t for t in article.xpath("body//sec/title") if "".join(t.itertext()).strip()]
        tally.add("section headings", [_bare("".join(t.itertext())) for t in titles], _headings(document))
        tables = article.xpath("(body|back|floats-group)//table")
        numbers = [n for t in tables for c in t.xpath(".//td|.//th") for n in _cell_numbers(c)]
        tally.add("numbers in table cells", numbers, _cell_words(document))
        plain = [w for p in article.xpath("body//sec/p|body/p") for w in words("".join(_running(p)))]
        tally.add("words of paragraphs", plain, words(document.text))
    return [*tally.lines(f"JATS, {read} papers")]


def _cell_numbers(cell: etree._Element) -> list[str]:
    return _NUMBER.findall("".join(t for t in cell.xpath(".//text()[not(ancestor::sup)][not(ancestor::xref)]")))


def _running(paragraph: etree._Element) -> list[str]:
    skipped = ("xref", "table-wrap", "fig", "disp-formula", "inline-formula", "math", "tex-math", "sup", "sub")
    return [str(t) for t in paragraph.xpath(".//text()" + "".join(f"[not(ancestor::{n})]" for n in skipped))]


def check_latex(folders: Sequence[Path]) -> list[str]:
    """Compare LaTeX papers with their own source: headings, and numbers in tabulars."""
    tally = Tally()
    for folder in folders:
        sources = {p.relative_to(folder).as_posix(): p.read_bytes() for p in files_of(folder)}
        main = next(
            n
            for n, d in sorted(sources.items())
            if n.endswith(".tex") and re.search(rb"^[^%\n]*\\begin\{document", d, re.M)
        )
        document = parse(sources[main], main, sources)
        source = "\n".join(
            COMMENT.sub("", d.decode("utf-8", "replace")) for n, d in sources.items() if n.endswith(".tex")
        )
        titles = re.findall(r"\\(?:sub)*section\*?\s*\{((?:[^{}]|\{[^{}]*\})*)\}", source)
        tally.add("section headings", [_bare(readable_tex(t)) for t in titles], _headings(document))
        bodies = re.findall(r"\\begin\{tabular[x*]?\}(.*?)\\end\{tabular[x*]?\}", source, re.DOTALL)
        numbers = [
            n for body in bodies for cell in re.split(r"&|\\\\", body) for n in _NUMBER.findall(_plain_cell(cell))
        ]
        tally.add("numbers in table cells", numbers, _cell_words(document))
    return tally.lines(f"LaTeX, {len(folders)} papers")


def _plain_cell(cell: str) -> str:
    return re.sub(
        r"\\(?:multirow|multicolumn|cmidrule|cline|cite\w*|ref|vspace|hspace)\*?(?:\([^)]*\)|\[[^\]]*\]|\{[^{}]*\})?",
        " ",
        cell,
    )


def check_pdf(paths: Sequence[Path]) -> list[str]:
    """Compare PDF papers with the parse that comes with them (GROBID's): headings, and words of paragraphs in order."""
    tally = Tally()
    for path in paths:
        document = _parsed(path)
        gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["pdf_parse"]["body_text"]
        titles = list(dict.fromkeys(_bare(part["section"]) for part in gold if part["section"]))
        if document is None:
            continue
        tally.add("section headings", titles, _headings(document))
        prose = [w for block in document.blocks for w in words(document.text[block.start : block.end])]
        tally.add("words of paragraphs", [w for part in gold for w in words(part["text"])], prose)
        tally.add("runs of five words, in order", _runs(words(" ".join(p["text"] for p in gold))), _runs(prose))
    return tally.lines(f"PDF, {len(paths)} papers")


def _runs(items: list[str]) -> list[tuple[str, ...]]:
    return [tuple(items[at : at + 5]) for at in range(len(items) - 4)]


def _parsed(path: Path) -> Document | None:
    try:
        return parse(path.read_bytes(), path.name)
    except DocumentError:
        return None


def check_speed(paths: Sequence[Path]) -> str:
    """Return pages per processor second of this reader and of pypdf, both over the same files in this run."""
    readable = [path for path in paths if _parsed(path) is not None]
    pages = 0
    for path in readable:
        pages += len(pypdf.PdfReader(path).pages)
    own = _timed(lambda: [_parsed(path) for path in readable])
    theirs = _timed(lambda: [[page.extract_text() for page in pypdf.PdfReader(path).pages] for path in readable])
    return (
        f"| juried (layout, sections, hidden text) | {pages / own:.0f} |\n| pypdf {pypdf.__version__} (text alone) | "
        f"{pages / theirs:.0f} |\n\n{len(readable)} files, {pages} pages; ratio {theirs / own:.1f}"
    )


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reads = read_all(files_of(data / "papers", data / "hostile_pdfs"))
    seconds = sum(read.cpu_seconds for read in reads)
    print(f"## How files ended\n\n{outcome_table(reads, data)}\n\n{len(reads)} files, {seconds:.1f} CPU s")
    print(f"offsets sound in {sum(r.sound for r in reads if r.document)} of {sum(r.document for r in reads)} documents")
    print("\n## Against the sources\n\n| papers | part | recall [95 % interval] |\n| --- | --- | --- |")
    jats = [path for path in files_of(data / "papers", data / "http") if path.suffix in (".xml", ".nxml")]
    latex = [
        p for p in sorted((data / "papers/docling/latex/sources").iterdir()) if p.is_dir() and any(p.rglob("*.tex"))
    ]
    pdf = sorted((data / "papers/s2orc_doc2json/pdf").glob("*.pdf"))
    print("\n".join([*check_jats(jats), *check_latex(latex), *check_pdf(pdf)]))
    print("\n## Pages per CPU second\n\n| reader | pages |\n| --- | ---: |")
    print(check_speed([path for path in files_of(data / "papers") if path.suffix == ".pdf"]))


if __name__ == "__main__":
    main()
