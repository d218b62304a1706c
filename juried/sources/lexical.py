"""Search by words: a small query language, and a BM25 index over it in SQLite's FTS5, in memory.

The query language: words side by side are alternatives; "quoted words" are a phrase; AND stands
between groups in parentheses (or single words) that must all match. A hyphenated word is a phrase.
Anything else is taken as words: no query is a syntax error. Function words ("the", "of")
outside quotes are left out, unless the query holds nothing else.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

QUERY_LANGUAGE = (
    "Titles and abstracts are searched, case and endings aside (model finds models), in phrases too; words are "
    'alternatives, "quoted words" and hyphenated ones a phrase, and AND joins groups in parentheses, each of which '
    'must match: ("vitamin D" cholecalciferol) AND (fracture "bone density").'
)
TITLE_WEIGHT, ABSTRACT_WEIGHT, TEXT_WEIGHT = 1.5, 1.0, 0.5
MAX_TERMS = 400
MAX_DEPTH = 8
_TOKEN = re.compile(r'"([^"]*)"|([()])|([^\s()"]+)')
_WORDS = """
a about after all also am an and any are as at be been before being between both but by can could did do does
for from had has have how if in into is it its may might of on onto or over should so such than that the their
them then there these they this those to under upon was we were what when where whether which while who whom
whose why will with within would you your i our us not no e.g e.g. i.e i.e. etc etc. vs vs.
"""
_FUNCTION_WORDS = frozenset(_WORDS.split())


@dataclass(frozen=True)
class Entry:
    """What is indexed of one work; `year` is None when it is not known, `text` is empty without a full paper."""

    id: str
    title: str
    abstract: str
    text: str
    year: int | None


@dataclass(frozen=True)
class Match:
    """One matching work: its id and its BM25 score, higher being better."""

    id: str
    score: float


_Node = tuple[Literal["all", "any"], list["str | _Node"]]


def parse_query(query: str) -> str:
    """Return a query as an FTS5 expression; "" when it holds no word.

    Repeated words of a group count once. What comes after 400 words and brackets is left out; brackets
    deeper than 8 are ignored.
    """
    plain = "".join(char if char.isprintable() else " " for char in query)
    plain = re.sub("[\u201c\u201d\u201e\u00ab\u00bb]", '"', plain)
    tokens = [match.groups() for match in _TOKEN.finditer(plain)][:MAX_TERMS]
    return _write(_parse(tokens, keep_all=False)) or _write(_parse(tokens, keep_all=True))


def _parse(tokens: list[tuple[str | None, ...]], *, keep_all: bool) -> _Node:
    """Return the tree of a query: `all` over groups of alternatives (`any`)."""
    root: _Node = ("all", [("any", [])])
    stack = [root]
    for phrase, bracket, word in tokens:
        if bracket == "(":
            _open_group(stack)
        elif bracket == ")":
            del stack[max(1, len(stack) - 1) :]
        elif word == "AND":
            stack[-1][1].append(("any", []))
        else:
            _add_term(stack[-1], phrase, word, keep_all)
    return root


def _open_group(stack: list[_Node]) -> None:
    if len(stack) > MAX_DEPTH:
        return
    group: _Node = ("all", [("any", [])])
    _alternatives(stack[-1]).append(group)
    stack.append(group)


def _alternatives(group: _Node) -> list[str | _Node]:
    last = group[1][-1]
    return last[1] if not isinstance(last, str) else []


def _add_term(group: _Node, phrase: str | None, word: str | None, keep_all: bool) -> None:
    text = phrase if phrase is not None else (word or "")
    if not any(char.isalnum() for char in text) or (word is not None and _is_small(word) and not keep_all):
        return
    quoted = '"' + text.replace('"', " ").encode("utf-8", "replace").decode() + '"'
    if quoted.lower() not in (str(term).lower() for term in _alternatives(group)):
        _alternatives(group).append(quoted)


def _is_small(word: str) -> bool:
    """Whether a bare word says nothing; acronyms such as WHO and IT do."""
    acronym = word.isupper() and len(word) > 1 and word not in ("OR", "NOT")
    return not acronym and word.lower().rstrip("?,;:!") in _FUNCTION_WORDS


def _write(node: str | _Node) -> str:
    """Write a tree as FTS5; empty groups vanish, so that a stray AND or bracket changes nothing."""
    if isinstance(node, str):
        return node
    parts = [text for part in node[1] if (text := _write(part))]
    if len(parts) < 2:
        return "".join(parts)
    return "(" + (" AND " if node[0] == "all" else " OR ").join(parts) + ")"


def words_table(content: str = "") -> str:
    """Return the SQL that makes the table of words, `works`: weights and stems are those of `LexicalIndex`.

    Args:
        content: The name of a table that has the columns id, title, abstract, text and year, in the order of
            ids; the words are then stored without a copy of the texts. "" stores the texts with the words.
    """
    stored = f"content = '{content}', " if content else ""
    return (
        "CREATE VIRTUAL TABLE works USING fts5(title, abstract, text, id UNINDEXED, year UNINDEXED, "
        f"{stored}tokenize = 'porter unicode61 remove_diacritics 2')"
    )


def search_words(
    connection: sqlite3.Connection, query: str, limit: int, year_from: int | None = None, year_to: int | None = None
) -> tuple[int, tuple[Match, ...]]:
    """Return how many works of a table of words match, and the best of them, best first with ties by id.

    Years are inclusive; with either given, a work without a year does not match. A query
    without a word matches nothing.
    """
    expression = parse_query(query)
    if not expression:
        return 0, ()
    where = "works MATCH ?"
    bounds: tuple[int, ...] = ()
    if year_from is not None or year_to is not None:
        where += " AND year BETWEEN ? AND ?"
        bounds = (0 if year_from is None else year_from, 9999 if year_to is None else year_to)
    total = connection.execute(f"SELECT count(*) FROM works WHERE {where}", (expression, *bounds)).fetchone()[0]
    # Rows stand in the order of ids, and only the best are asked for their id.
    rows = connection.execute(
        f"WITH best AS (SELECT rowid AS at, -bm25(works, {TITLE_WEIGHT}, {ABSTRACT_WEIGHT}, {TEXT_WEIGHT}) AS score "
        f"FROM works WHERE {where} ORDER BY score DESC, at LIMIT ?) "
        "SELECT works.id, best.score FROM best JOIN works ON works.rowid = best.at ORDER BY best.score DESC, best.at",
        (expression, *bounds, max(0, limit)),
    )
    return total, tuple(Match(name, score) for name, score in rows)


class LexicalIndex:
    """BM25 over title (weight 1.5), abstract (1) and full text (0.5), with Porter stems and without accents.

    Args:
        entries: The works; ids must differ.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        # Searches run in worker threads, one at a time; the owner sees to that.
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.execute(words_table())
        rows = sorted((entry.id, entry.title, entry.abstract, entry.text, entry.year) for entry in entries)
        self._connection.executemany("INSERT INTO works (id, title, abstract, text, year) VALUES (?, ?, ?, ?, ?)", rows)

    def search(
        self, query: str, limit: int, year_from: int | None = None, year_to: int | None = None
    ) -> tuple[int, tuple[Match, ...]]:
        """Return how many works match, and the best of them; see `search_words`."""
        return search_words(self._connection, query, limit, year_from, year_to)

    def close(self) -> None:
        """Free the index; calling it twice does no harm."""
        self._connection.close()
