"""Sentences of one work that restate each other in the same words with another number, or the other way round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from juried.ledger.amounts import around, differ
from juried.ledger.statements import Statement
from juried.text.conflicts import Conflict, quoted
from juried.text.directed import Item, denying_stems, opposite_items, opposite_statements, subject_stems
from juried.text.numbers import Number, find_numbers, same_value
from juried.text.polarity import asks, direction, negations
from juried.text.words import words

_FEWEST_STEMS = 4
_LIST_MARKS = 3


def restated(statements: Iterable[Statement]) -> Iterator[tuple[Statement, Statement, str]]:
    """Yield the pairs of sentences of one work that contradict each other, with what they differ in.

    One of the two sums up (abstract, author summary, conclusions), and they stand in different sections: only there
    does a work say the same thing twice.
    """
    by_work: dict[str, list[Statement]] = defaultdict(list)
    for item in statements:
        by_work[item.side.work_id].append(item)
    for _, held in sorted(by_work.items()):
        for first, second in _candidates(held):
            about = _disagreement(first.side.text, second.side.text)
            if about:
                yield first, second, about


def _candidates(held: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Yield pairs with the same words of sense, and pairs of long lists, that may restate each other."""
    by_subject: dict[frozenset[str], list[Statement]] = defaultdict(list)
    for item in held:
        by_subject[subject_stems(item.side.text)].append(item)
    lists = [item for item in held if item.side.text.count(",") >= _LIST_MARKS]
    for group in (*by_subject.values(), lists):
        for first, second in combinations(group, 2):
            if (first.sums_up or second.sums_up) and _apart(first, second):
                yield first, second


def _apart(first: Statement, second: Statement) -> bool:
    here, there = first.side, second.side
    return (here.document, here.section) != (there.document, there.section) and here.text != there.text


def _disagreement(first: str, second: str) -> str:
    """Return what two sentences differ in as words for people; "" when they do not contradict each other."""
    items = opposite_items(first, second)
    if items:
        return _item_words(*items)
    conflict = opposite_statements(first, second)
    if conflict:
        return _conflict_words(conflict)
    numbers = other_number(first, second)
    return f"{quoted(numbers[0].printed)} against {quoted(numbers[1].printed)}" if numbers else ""


def _item_words(put: Item, taken: Item) -> str:
    return f"{quoted(put.printed.rstrip('.'))} against {quoted(taken.printed.rstrip('.'))}"


def _conflict_words(conflict: Conflict) -> str:
    sides = (quoted(text) if text else "no such word" for text in (conflict.put, conflict.taken))
    return " against ".join(sides)


def other_number(first: str, second: str) -> tuple[Number, Number] | None:
    """Return the one amount in which two sentences of the same words differ, or None.

    Years, labels of tables, citations and identifiers are the same in both, the amounts are as many, all but one of
    them agree, and neither directions nor negations differ: otherwise the sentences speak of different things.
    """
    about = subject_stems(first)
    if len(about) < _FEWEST_STEMS or about != subject_stems(second) or asks(first) or asks(second):
        return None
    mine, theirs = find_numbers(first), find_numbers(second)
    if _fixed(mine) != _fixed(theirs) or _turns(first) != _turns(second):
        return None
    a, b = ([number for number in found if number.kind == "quantity"] for found in (mine, theirs))
    if len(a) != len(b):
        return None
    changed = [(x, y) for x, y in zip(a, b, strict=True) if differ(around(x, x.uncertainty), around(y, y.uncertainty))]
    equal = sum(same_value(x, y) for x, y in zip(a, b, strict=True))
    return changed[0] if len(changed) == 1 and equal == len(a) - 1 else None


def _fixed(found: Iterable[Number]) -> list[tuple[str, str]]:
    """Return what is no amount and so never a contradiction: years, labels, citations, identifiers."""
    return sorted((number.kind, number.printed.lower()) for number in found if number.kind != "quantity")


def _turns(text: str) -> tuple[int, int, frozenset[str]]:
    return len(negations(text)) % 2, sum(direction(word.folded) for word in words(text)), denying_stems(text)
