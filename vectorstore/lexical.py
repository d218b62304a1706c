"""The lexical index: BM25 over chunks in SQLite FTS5, under the same ids as the chunk store.

Words are matched by their Porter stem, without case and accents. A query is any text: its words are
looked for one by one, function words ("does", "of") left out, and none of its marks is an operator.
"""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from pydantic import ValidationError

from juried.records.base import Record, canonical_json
from juried.sources.lexical import parse_query
from juried.sqlite import damaged, open_database, storage_errors, transaction
from vectorstore.chunking import Chunk

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL, chunk TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_by_document ON entries (document);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2');
"""
_SEARCH = """
SELECT entries.id, round(-bm25(words), 9) AS score
FROM words JOIN entries ON entries.number = words.rowid
WHERE words MATCH :words
  AND (:documents IS NULL OR entries.document IN (SELECT value FROM json_each(:documents)))
  AND (:ids IS NULL OR entries.id IN (SELECT value FROM json_each(:ids)))
ORDER BY score DESC, entries.id LIMIT :k
"""


class Match(Record):
    """The id of a chunk and its BM25 score: above 0, higher is better, rounded to nine decimals."""

    id: str
    score: float


class LexicalIndex:
    """A BM25 index in a SQLite file. Safe for several threads; a second adding of a chunk changes nothing.

    Args:
        path: The SQLite file, made when absent; None keeps the index in memory.

    Raises:
        RecordError: The file is damaged; the advice says what to remove.
        StorageError: The file cannot be opened or written, or the disk is full.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path or Path(":memory:")
        self._lock = threading.Lock()
        self._connection = open_database(self._path, _SCHEMA)

    def add(self, chunks: Sequence[Chunk]) -> int:
        """Index the chunks that are not there yet, all or none of them, and return how many were new."""
        return self._insert_all([(chunk.id, chunk.document, chunk.text, canonical_json(chunk)) for chunk in chunks])

    def add_texts(self, rows: Sequence[tuple[str, str, str]]) -> int:
        """Index (id, document, text) rows whose id is not there yet, and return how many were new."""
        return self._insert_all([(*row, "") for row in rows])

    def chunks(self) -> tuple[Chunk, ...]:
        """Return the chunks that were added, by id; rows that were added as texts are no chunks."""
        with self._lock, storage_errors(self._path):
            rows = self._connection.execute("SELECT chunk FROM entries WHERE chunk <> '' ORDER BY id").fetchall()
        try:
            return tuple(Chunk.model_validate_json(row[0]) for row in rows)
        except ValidationError as error:
            raise damaged(self._path, "a chunk cannot be read") from error

    def _insert_all(self, rows: Sequence[tuple[str, str, str, str]]) -> int:
        with self._lock, storage_errors(self._path), transaction(self._connection):
            return sum(self._insert(*row) for row in rows)

    def _insert(self, key: str, document: str, text: str, chunk: str) -> int:
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO entries (id, document, chunk) VALUES (?, ?, ?)", (key, document, chunk)
        )
        if cursor.rowcount < 1:
            return 0
        readable = text.encode("utf-8", "replace").decode("utf-8")
        self._connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (cursor.lastrowid, readable))
        return 1

    def count(self) -> int:
        """Return the number of indexed chunks."""
        with self._lock, storage_errors(self._path):
            return int(self._connection.execute("SELECT count(*) FROM entries").fetchone()[0])

    def query(
        self, text: str, k: int, documents: AbstractSet[str] | None = None, among: AbstractSet[str] | None = None
    ) -> tuple[Match, ...]:
        """Return at most k chunks that share a word with a text, best first, ties by id.

        Args:
            text: Any text; one without words, or of words that occur nowhere, finds nothing.
            k: How many, 0 or more.
            documents: SHA-256 of the documents to search; None is all, the empty set is none.
            among: Ids of the chunks to consider, in the same way.
        """
        wanted = match_expression(text)
        if not wanted or k < 1:
            return ()
        with self._lock, storage_errors(self._path):
            given = {"words": wanted, "k": k, "documents": _listed(documents), "ids": _listed(among)}
            rows = self._connection.execute(_SEARCH, given).fetchall()
        return tuple(Match(id=key, score=score) for key, score in rows)

    def close(self) -> None:
        """Close the index; it cannot be used afterwards."""
        with self._lock:
            self._connection.close()


def _listed(values: AbstractSet[str] | None) -> str | None:
    return None if values is None else json.dumps(sorted(values))


def match_expression(text: str) -> str:
    """Return the FTS5 expression that looks for any word of a text; "" for a text without words.

    Function words count only when there is nothing else. NEAR, OR, quotes and * mean nothing special.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    return parse_query(" ".join(dict.fromkeys(re.findall(r"[^\W_]+", folded))))
