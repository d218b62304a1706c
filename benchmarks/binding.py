"""How many numbers of tables are bound to system, metric, data set and setting, and how well against gold scores.

    python -m benchmarks.binding DATA [--sample N --seed S]

DATA is a folder with `papers`, `claims/scitab` and `tables/tdms`. With `--sample` it prints that many bound cells of
each kind of table with their headers and caption, for reading by hand.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.figures import interval, words
from juried.documents.dispatch import parse
from juried.documents.tables import RawCell, RawTable, body_cells, corner, lay_out
from juried.errors import DocumentError
from juried.measurement_names import is_dataset
from juried.measurements import BoundMeasurement, measurements_of, read_tables
from juried.records.base import sha256
from juried.records.document import Block, Cell, Document, Section, Table

_SPACED = ((r"\s+([.,;:)\]%])", r"\1"), (r"([(\[])\s+", r"\1"), (r"(?<=\w) - (?=\w)", "-"), (r" / ", "/"))
_SIZE = re.compile(r"[~<>≈]?\d[\d., ]*[KkMB]|N/A|[a-z]")
_SYSTEMS = re.compile(r"(?:Model|System|Method|Approach|Algorithm|Parser|Tagger|Classifier)(?:e?s)?", re.IGNORECASE)
_LAYOUT = re.compile(r"(?:Table|Tab\.) ?\d", re.IGNORECASE)


class Sheet:
    """Writes the text of one document and keeps the places of what was written."""

    def __init__(self, format_: str = "") -> None:
        self.text = format_
        self.blocks: list[Block] = []
        self.sections: list[Section] = []
        self.tables: list[Table] = []

    def section(self, title: str, paragraphs: Sequence[str]) -> None:
        """Write a heading with its paragraphs."""
        start = len(self.text)
        self.text += title + "\n\n"
        at = len(self.sections)
        for paragraph in paragraphs:
            begin = len(self.text)
            self.text += paragraph + "\n\n"
            self.blocks.append(Block(kind="paragraph", start=begin, end=len(self.text) - 2, section=at))
        self.sections.append(Section(title=title, level=1, start=start, end=len(self.text)))

    def table(self, label: str, caption: str, cells: Iterable[Cell], heads: tuple[str, ...]) -> None:
        """Write a table, one cell a line; the offsets of the cells are set here."""
        start, kept = len(self.text), []
        for cell in cells:
            begin = len(self.text)
            self.text += cell.text + "\n"
            kept.append(cell.model_copy(update={"start": begin, "end": begin + len(cell.text)}))
        if kept:
            end = len(self.text)
            self.tables.append(
                Table(label=label, caption=caption, cells=tuple(kept), start=start, end=end, corner=heads)
            )
            self.blocks.append(Block(kind="table", start=start, end=end))

    def finish(self, title: str) -> Document:
        """Return the document."""
        return Document(
            sha256=sha256(self.text.encode()),
            format="text",
            title=title,
            text=self.text,
            sections=tuple(self.sections),
            blocks=tuple(self.blocks),
            tables=tuple(self.tables),
        )


def tdms_document(tables: Sequence[dict[str, object]], prose: str) -> Document:
    """Return a document of the tables that another program took from PDF, with the text that it took."""
    sheet = Sheet()
    parts = re.split(r"^section: (.*)$", prose, flags=re.MULTILINE)
    title = parts[2].strip() if len(parts) > 2 and parts[1].strip() == "title" else ""
    for heading, body in zip(parts[1::2], parts[2::2], strict=False):
        sheet.section(heading, [line for line in body.split("\n") if line.strip()])
    for number, raw in enumerate(tables, start=1):
        head, _, rest = str(raw["caption"]).partition("\n\n")
        caption = spelled(head)
        printed = re.match(r"(?:Table|TABLE) ?(\d+|[IVX]+)\s*[:.]?\s*", caption)
        label = f"Table {printed.group(1)}" if printed else f"Table {number} of the parse"
        heads = _corner(raw, rest)
        sheet.table(label, caption[printed.end() :] if printed else caption, _tdms_cells(raw, heads), heads)
    return sheet.finish(spelled(title))


def _tdms_cells(raw: dict[str, object], heads: tuple[str, ...]) -> Iterable[Cell]:
    entries = raw["numberCells"]
    assert isinstance(entries, list)
    for at, entry in enumerate(entries):
        # The parse takes every row without numbers for a header that spans all columns.
        rows = tuple(label for label in _labels(entry["associatedRows"]) if label not in heads)
        merged = [label for label in _labels(entry["associatedMergedColumns"]) if is_dataset(label)]
        columns = (*merged, *_labels(entry["associatedColumns"]))
        yield Cell(
            row=at,
            column=1,
            text=re.sub(r"[\s(±]+$", "", str(entry["number"])),
            row_path=rows,
            column_path=tuple(label for label in columns if label not in heads),
            start=0,
            end=0,
        )


def _corner(raw: dict[str, object], rest: str) -> tuple[str, ...]:
    """Return the word above the row labels: a column header or the line below the caption that says "Model"."""
    entries = raw["columns"]
    assert isinstance(entries, list)
    lines = [line.strip() for line in rest.strip().split("\n")[:1]]
    found = [label for label in (*map(spelled, entries), *lines) if label and len(label.split()) < 3]
    return tuple(label for label in found if _SYSTEMS.fullmatch(label))[:1]


def spelled(text: str) -> str:
    """Return a text without the blanks that the parse puts around hyphens, brackets and full stops."""
    text = " ".join(text.split())
    for pattern, to in _SPACED:
        text = re.sub(pattern, to, text)
    return text


def _labels(given: Iterable[str]) -> tuple[str, ...]:
    """Return header labels without neighbouring numbers, lone marks and caption lines among them.

    "F" and "1" are one label: the parse takes a subscript for a header of its own.
    """
    texts = [spelled(text) for text in given]
    worded = [text for text in texts if re.search("[A-Za-z]", text) and not _SIZE.fullmatch(text)]
    kept = [text for text in worded if len(text.split()) < 9 and not _LAYOUT.match(text)]
    return tuple("F1" if text == "F" and "1" in texts else text for text in kept if text == "F" or len(text) > 1)


def scitab_documents(path: Path) -> list[Document]:
    """Return the tables of SciTab, each once, as documents of one table; the first row of names heads the columns."""
    seen: dict[str, Document] = {}
    for row in json.loads(path.read_text(encoding="utf-8")):
        heads = [_unmarked(head) for head in row["table_column_names"]]
        body = [[_unmarked(value) for value in values] for values in row["table_content_values"]]
        key = sha256(json.dumps([row["paper"], row["table_caption"], body]).encode())
        if key in seen:
            continue
        printed = re.match(r"(?:Table|TABLE) ?(\d+|[IVX]+)\s*[:.]?\s*", row["table_caption"])
        caption = _unmarked(row["table_caption"][printed.end() :] if printed else row["table_caption"])
        grid = lay_out(RawTable(rows=tuple(tuple(RawCell(t) for t in line) for line in [heads, *body]), header_rows=1))
        cells = (Cell(start=0, end=0, **vars(cell)) for cell in body_cells(grid))
        sheet = Sheet()
        sheet.table(f"Table {printed.group(1) if printed else 0}", caption, cells, corner(grid))
        seen[key] = sheet.finish(_unmarked(row["paper"]))
    return list(seen.values())


def _unmarked(text: str) -> str:
    return " ".join(re.sub(r"\[(?:BOLD|ITALIC|EMPTY)\]|</?\w+>", " ", str(text)).split())


def tdms_documents(folder: Path) -> dict[str, Document]:
    """Return the papers of TDMS whose tables are at hand, by name."""
    found = {}
    for path in sorted((folder / "pdfFile_table").glob("*.json")):
        prose = folder / "pdfFile_txt" / f"{path.stem}.txt"
        text = prose.read_text(encoding="utf-8") if prose.exists() else ""
        found[path.stem] = tdms_document(json.loads(path.read_text(encoding="utf-8")), text)
    return found


def papers(folder: Path, kind: str) -> list[Document]:
    """Return the documents of one format below a folder, those with a table, in the order of their paths."""
    found: dict[str, Document] = {}
    endings = {"jats": (".xml", ".nxml"), "latex": (".gz",)}[kind]
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name.endswith(endings)):
        try:
            document = parse(path.read_bytes(), path.name)
        except DocumentError:
            continue
        if document.format == kind and document.tables:
            found[document.sha256] = document
    return list(found.values())


def latex_folders(folder: Path) -> list[Document]:
    """Return the papers that lie as one folder of sources each, those with a table."""
    found = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        sources = {p.relative_to(place).as_posix(): p.read_bytes() for p in sorted(place.rglob("*")) if p.is_file()}
        begins = re.compile(rb"^[^%\n]*\\begin\{document", re.MULTILINE)
        main = next((n for n, d in sorted(sources.items()) if n.endswith(".tex") and begins.search(d)), None)
        document = parse(sources[main], main, sources) if main else None
        found.extend([document] if document and document.tables else [])
    return found


def coverage(name: str, documents: Sequence[Document]) -> str:
    """Return a line of the table of coverage: tables, numbers, those bound, and what the others lack first."""
    lacking: Counter[str] = Counter()
    bound = numbers = tables = 0
    for document in documents:
        reading = read_tables(document)
        bound, numbers, tables = bound + len(reading.bound), numbers + reading.numbers, tables + len(document.tables)
        lacking.update({item.missing: item.count for item in reading.unbound})
    told = ", ".join(f"{what} {count}" for what, count in lacking.most_common())
    return f"| {name} | {tables} | {interval(bound, numbers)} | {told} |"


def check_tdms(folder: Path, documents: dict[str, Document]) -> list[str]:
    """Count the gold scores of TDMS papers that stand in a cell, and how the measurement of that cell is bound."""
    tally: Counter[str] = Counter()
    for line in (folder / "resultsAnnotation.tsv").read_text(encoding="utf-8").splitlines():
        name, _, scores = line.partition("\t")
        document = documents.get(name.removesuffix(".pdf"))
        if document is None or not scores.strip():
            continue
        printed = {_value(cell.text) for table in document.tables for cell in table.cells}
        found = measurements_of(document)
        for gold in (entry.split("#") for entry in scores.split("$")):
            if len(gold) == 4 and _value(gold[3]) is not None:
                _score(tally, gold, found, printed)
    return [
        f"| gold scores whose paper's tables are at hand | {tally['total']} |",
        f"| of these printed as a cell | {interval(tally['cells'], tally['total'])} |",
        f"| bound, of those printed | {interval(tally['bound'], tally['cells'])} |",
        f"| right metric and data set, of those printed | {interval(tally['both'], tally['cells'])} |",
        f"| right metric, of those bound | {interval(tally['metric'], tally['bound'])} |",
        f"| right data set, of those bound | {interval(tally['dataset'], tally['bound'])} |",
    ]


def _score(
    tally: Counter[str], gold: Sequence[str], found: Sequence[BoundMeasurement], printed: set[float | None]
) -> None:
    own = [item for item in found if _value(item.measurement.value) == _value(gold[3])]
    fit = [(_names_metric(item, gold[2]), _names_dataset(item, gold[1])) for item in own]
    tally["total"] += 1
    tally["cells"] += _value(gold[3]) in printed
    tally["bound"] += bool(own)
    tally["metric"] += any(metric for metric, _ in fit)
    tally["dataset"] += any(dataset for _, dataset in fit)
    tally["both"] += any(metric and dataset for metric, dataset in fit)


def _value(text: str) -> float | None:
    number = re.search(r"\d+(?:\.\d+)?", text.replace(",", ""))
    return round(float(number[0]), 4) if number else None


def _names_metric(item: BoundMeasurement, gold: str) -> bool:
    own, wanted = set(words(item.measurement.metric)), set(words(gold))
    joined = "".join(sorted(own)) in "".join(sorted(wanted))
    return bool(own & wanted) or joined


def _names_dataset(item: BoundMeasurement, gold: str) -> bool:
    own = set(words(f"{item.measurement.dataset} {item.measurement.setting}"))
    wanted = {word for word in words(gold) if len(word) > 1}
    return bool(wanted) and len(own & wanted) * 2 >= len(wanted)


def sample(documents: Sequence[Document], count: int, seed: int) -> list[str]:
    """Return seeded bound cells with what a reader needs to judge them; at most one sentence of each row."""
    found = [(document, item) for document in documents for item in measurements_of(document)]
    chosen = random.Random(seed).sample(found, min(count, len(found)))
    return [_told(document, item) for document, item in chosen]


def _told(document: Document, item: BoundMeasurement) -> str:
    table = next(t for t in document.tables if t.start <= item.spans[0].start < t.end)
    cell = next(c for c in table.cells if (c.start, c.end) == (item.spans[0].start, item.spans[0].end))
    return (
        f"{item.text}\n    cell {cell.text!r} rows {cell.row_path} columns {cell.column_path} corner {table.corner}"
        f"\n    {table.label}: {table.caption[:300]}"
        f"\n    [{document.title[:90]}] {[note[:90] for note in table.footnotes[:3]]}"
    )


def main() -> None:
    """Print the tables, or samples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    data = given.data
    tdms = tdms_documents(data / "tables/tdms")
    sets = {
        "LaTeX papers": [
            *papers(data / "papers", "latex"),
            *latex_folders(data / "papers/docling/latex/sources"),
        ],
        "JATS papers": [*papers(data / "papers", "jats"), *papers(data / "http", "jats")],
        "SciTab": scitab_documents(data / "claims/scitab/sci_tab_odd.json"),
        "TDMS": list(tdms.values()),
    }
    if given.sample:
        for name, documents in sets.items():
            print(f"\n## {name}\n\n" + "\n".join(sample(documents, given.sample, given.seed)))
        return
    print("| tables of | tables | numbers bound | what the others lack first |\n| --- | ---: | --- | --- |")
    print("\n".join(coverage(name, documents) for name, documents in sets.items()))
    print("\n## Scores of TDMS papers\n\n| part | |\n| --- | --- |")
    print("\n".join(check_tdms(data / "tables/tdms", tdms)))


if __name__ == "__main__":
    main()
