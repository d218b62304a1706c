"""How well the ledger tells contradictions from what only looks like one.

    python -m benchmarks.contradictions --data DATA [--show KIND]

DATA is a folder with `papers`, `claims` and `tables`. The pairs are made of real tables and sentences by rule; what is
planted is one digit, one direction or one negation. The last part runs the ledger over real papers and prints what it
finds there, for reading.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contradiction_pairs import documents_of, trials
from benchmarks.contradiction_trials import Trial
from benchmarks.figures import interval
from juried.ledger import PlacedTable, find_in_works, statements_of
from juried.records.claim import Contradiction
from juried.records.document import Document


def flagged(trial: Trial) -> bool:
    """Whether the ledger lists a contradiction between the two sides of a trial."""
    return bool(find_in_works(trial.statements, trial.tables, {}))


def table_of(made: Sequence[tuple[Trial, bool]]) -> list[str]:
    """Return the lines of the table: each kind with its share of alarms, then precision and recall over all."""
    kinds: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for trial, alarm in made:
        kinds[not trial.conflict, trial.kind].append(alarm)
    lines = ["| pairs | alarms wanted | share with an alarm |", "|---|---|---|"]
    for (harmless, kind), alarms in sorted(kinds.items()):
        lines.append(f"| {kind} | {'none' if harmless else 'all'} | {interval(sum(alarms), len(alarms))} |")
    right = sum(alarm and trial.conflict for trial, alarm in made)
    lines.append(f"| **precision of the alarms** | | {interval(right, sum(alarm for _, alarm in made))} |")
    lines.append(f"| **recall of the contradictions** | | {interval(right, sum(t.conflict for t, _ in made))} |")
    return lines


def found_in(document: Document) -> tuple[Contradiction, ...]:
    """Return what the ledger lists in one real paper."""
    tables = [PlacedTable(document.sha256, document.sha256, table) for table in document.tables]
    return find_in_works(statements_of(document, document.sha256), tables, {})


def told(document: Document, item: Contradiction) -> str:
    """Return one contradiction of a real paper with both places."""
    places = [f"    {side.table or side.section}: {side.text[:240]}" for side in item.sides]
    return "\n".join([f"- {document.title[:80]} [{item.cause}] {item.about[:160]}", *places])


def show(made: Sequence[tuple[Trial, bool]], kind: str) -> None:
    """Print pairs of a kind that the ledger gets wrong."""
    for trial, alarm in made:
        if kind in trial.kind and alarm != trial.conflict:
            sides = [item.side.text for item in trial.statements] or [item.table.caption for item in trial.tables]
            print(f"{trial.kind}: alarm {alarm}\n    " + "\n    ".join(sides))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", default="", help="print the wrong pairs of the kinds that hold these words")
    given = parser.parse_args()
    made = [(trial, flagged(trial)) for trial in trials(given.data)]
    if given.show:
        show(made, given.show)
        return
    print("\n".join(table_of(made)))
    documents = documents_of(given.data)
    found = [told(document, item) for document in documents for item in found_in(document)]
    print(f"\n## In {len(documents)} real documents\n\n{len(found)} found\n\n" + "\n".join(dict.fromkeys(found)))


if __name__ == "__main__":
    main()
