"""Which passages a model reads: the abstract and what bears on the question, in order, within the limit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.passages import is_apparatus, nearest_passages
from juried.text.tokens import count_tokens


@dataclass(frozen=True)
class Piece:
    """A passage."""

    section: str
    text: str
    kind: str = "paragraph"


async def by_length(texts: Sequence[str]) -> tuple[int, ...]:
    return tuple(len(text) for text in texts)


def choose(pieces: Sequence[Piece], limit: int) -> list[Piece]:
    return asyncio.run(nearest_passages(pieces, limit, by_length))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 60), max_size=12), st.integers(0, 150))
def test_what_is_read_keeps_its_order_and_the_limit(lengths: list[int], limit: int) -> None:
    pieces = [Piece(f"{at} Results", "word " * length) for at, length in enumerate(lengths)]
    chosen = choose(pieces, limit)
    assert chosen == [piece for piece in pieces if piece in chosen]
    used = sum(count_tokens(piece.text) for piece in chosen)
    assert used <= limit or len(chosen) == 1 or (chosen == pieces and limit == 0)
    assert bool(chosen) == bool(pieces)
    if not limit or sum(count_tokens(piece.text) for piece in pieces) <= limit:
        assert chosen == pieces


def test_the_abstract_is_read_first_and_a_shorter_passage_takes_the_room_that_is_left() -> None:
    abstract = Piece("Abstract", "word " * 10, "abstract")
    long, longer, short = Piece("1 A", "word " * 40), Piece("2 B", "word " * 60), Piece("3 C", "word " * 5)
    assert choose([long, longer, abstract, short], 80) == [longer, abstract, short]


def test_thanks_and_funding_are_left_out_only_where_something_must_be() -> None:
    thanks, result = Piece("Acknowledgements", "We thank " * 20), Piece("Results", "It rose. " * 20)
    assert choose([result, thanks], 50) == [result]
    assert choose([thanks], 50) == [thanks]
    assert choose([result, thanks], 0) == [result, thanks]


@pytest.mark.parametrize(
    ("title", "apparatus"),
    [
        ("6. Acknowledgments", True),
        ("Competing interests", True),
        ("Authors' contributions", True),
        ("Data Availability Statement", True),
        ("Funding of primary schools", False),
        ("Limitations", False),
        ("A Availability of interpreters", False),
        ("", False),
    ],
)
def test_a_section_is_apparatus_by_its_whole_title(title: str, apparatus: bool) -> None:
    assert is_apparatus(title) is apparatus
