"""All contradictions that rules find among statements and tables, each pair once, whatever the order they come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from juried.ledger.amounts import Amount, amount_of, differ
from juried.ledger.binding import bound_by_cells
from juried.ledger.causes import NOTHING_KNOWN, Known, cause_of
from juried.ledger.prose import restated
from juried.ledger.quantities import QuantityKey, key_of, one_quantity
from juried.ledger.series import differing_values, series_in
from juried.ledger.statements import PlacedTable, Statement, of_cell
from juried.ledger.tables import cells_by_header, restated_cells
from juried.records.claim import Contradiction, Measurement, Side
from juried.records.work import Work
from juried.text.conflicts import quoted

Bound = tuple[Statement, Measurement, QuantityKey, Amount]


def find_in_works(
    statements: Iterable[Statement], tables: Iterable[PlacedTable], works: Mapping[str, Work]
) -> tuple[Contradiction, ...]:
    """Return the contradictions among statements and tables, sorted; the same ones in any order of the input.

    Four rules find them: bound measurements of one quantity, tables that restate each other, lists of values that
    restate each other, and sentences of one work that restate each other.
    """
    held = bound_by_cells(sorted(_set_of(statements), key=_place))
    placed = sorted(tables, key=lambda item: (item.work_id, item.document, item.table.start))
    found = [*_by_value(held, works), *_by_table(placed, works), *_by_list(held, works), *_by_wording(held, works)]
    unique = {tuple(_side_key(side) for side in item.sides): item for item in reversed(found)}
    return tuple(unique[key] for key in sorted(unique))


def find_in_statements(
    statements: Iterable[Statement], works: Mapping[str, Work] | None = None
) -> tuple[Contradiction, ...]:
    """Return the contradictions among statements alone: claims of reports, sentences of abstracts."""
    return find_in_works(statements, (), works or {})


def _set_of(statements: Iterable[Statement]) -> list[Statement]:
    """Return each statement once; of two on one place and text, the one that is a claim."""
    kept: dict[tuple[object, ...], Statement] = {}
    for item in statements:
        key = _place(item)[:-1]
        if key not in kept or item.side.claim > kept[key].side.claim:
            kept[key] = item
    return list(kept.values())


def _place(item: Statement) -> tuple[str, str, int, str, str, str]:
    side = item.side
    return side.work_id, side.document, side.span.start if side.span else -1, side.section, side.text, side.claim


def _side_key(side: Side) -> tuple[str, ...]:
    place = side.span.start if side.span else -1
    return side.work_id, side.document, f"{place:09}", side.section, side.text, side.value, side.table, side.claim


def _by_value(held: Sequence[Statement], works: Mapping[str, Work]) -> Iterable[Contradiction]:
    groups: dict[tuple[str, str, str], list[Bound]] = defaultdict(list)
    for item in held:
        measurement = item.measurement
        key = key_of(measurement) if measurement else None
        amount = amount_of(measurement.value, measurement.uncertainty, measurement.unit) if measurement else None
        if measurement and key and amount:
            groups[key.system, key.metric, key.dataset].append((item, measurement, key, amount))
    for _, group in sorted(groups.items()):
        for first, second in combinations(group, 2):
            if one_quantity(first[2], second[2]) and differ(first[3], second[3]) and _comparable(first, second, group):
                yield _pair_of_values(first, second, works)


def _comparable(first: Bound, second: Bound, group: Sequence[Bound]) -> bool:
    """Whether no value on one side's document agrees with the other: several values of one quantity are several setups.

    Two cells of one document are left to the rule for tables, which asks whether the values around them agree.
    """
    here, there = first[0].side, second[0].side
    if here.document == there.document and bool(here.table) == bool(there.table):
        return False
    return not any(
        other[0].side.document == there.document
        and other is not second
        and one_quantity(first[2], other[2])
        and not differ(first[3], other[3])
        for other in group
        if other is not first
    )


def _pair_of_values(first: Bound, second: Bound, works: Mapping[str, Work]) -> Contradiction:
    measurement = first[1]
    setting = f" ({measurement.setting})" if measurement.setting else ""
    about = f"{measurement.metric} of {measurement.system} on {measurement.dataset}{setting}"
    known = Known((first[3], second[3]), (first[2].split, second[2].split))
    return _entry((first[0].side, second[0].side), about, works, known)


def _by_table(placed: Sequence[PlacedTable], works: Mapping[str, Work]) -> Iterable[Contradiction]:
    read = [(item, cells) for item in placed if (cells := cells_by_header(item.table))]
    for (one, mine), (other, theirs) in combinations(read, 2):
        for here, there in restated_cells(mine, theirs):
            about = " / ".join(part for part in (*here.cell.row_path, *here.cell.column_path) if part)
            sides = of_cell(one, here.cell), of_cell(other, there.cell)
            yield _entry(sides, about, works, Known((here.amount, there.amount), restated=True))


def _by_list(held: Sequence[Statement], works: Mapping[str, Work]) -> Iterable[Contradiction]:
    listed = [(item, found) for item in held if (found := series_in(item.side.text))]
    for (one, mine), (other, theirs) in combinations(listed, 2):
        changed = differing_values(mine, theirs)
        if changed:
            values = "; ".join(f"{quoted(a.printed)} against {quoted(b.printed)}" for a, b in changed)
            yield _entry((one.side, other.side), values, works, Known(restated=True))


def _by_wording(held: Sequence[Statement], works: Mapping[str, Work]) -> Iterable[Contradiction]:
    for first, second, about in restated(held):
        yield _entry((first.side, second.side), about, works)


def _entry(
    sides: tuple[Side, Side], about: str, works: Mapping[str, Work], known: Known = NOTHING_KNOWN
) -> Contradiction:
    first, second = sides
    cause, told = cause_of(first, second, works, known)
    return Contradiction(
        first=first.claim, second=second.claim, about=about, likely_reason=told, cause=cause, sides=sides
    )
