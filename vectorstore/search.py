"""Hybrid search: BM25 and cosine in one score, over the chunks of a run or over any texts.

Both parts are put on a scale from 0 to 1 and mixed: `LEXICAL_WEIGHT * bm25 + (1 - LEXICAL_WEIGHT) * cosine`.
BM25 is divided by the best BM25 of the query; the cosine is taken as it is, not below 0. Neither scale
depends on how many candidates were fetched, so a score does not move when an approximate index misses one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from juried.records.base import Record
from juried.records.document import Document
from vectorstore.chunking import Chunk, chunk_document
from vectorstore.embeddings import EmbeddingCache
from vectorstore.lexical import LexicalIndex, Match
from vectorstore.store import FETCH_AT_LEAST, OVERFETCH, ChunkStore, Near, cosines

LEXICAL_WEIGHT = 0.4
SCALE = 1000
