"""How many numbers of tables are bound to system, metric, data set and setting, and how well against gold scores.

    python -m benchmarks.binding DATA [--sample N --seed S]

DATA is a folder with `papers`, `claims/scitab` and `tables/tdms`. With `--sample` it prints that many bound cells of
each kind of table with their headers and caption, for reading by hand.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import interval, words
from benchmarks.table_sets import latex_folders, papers, scitab_documents, tdms_documents
from juried.measurements import BoundMeasurement, measurements_of, read_tables
from juried.records.document import Document


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
