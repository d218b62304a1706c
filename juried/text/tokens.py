"""Counting, encoding and decoding tokens with tiktoken's o200k_base, from ranks that ship with juried.

tiktoken's own loader downloads the ranks; this module builds the same encoding from a packed copy, once
per process and only when it is first needed.
"""

from __future__ import annotations

import base64
import hashlib
import lzma
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from juried.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tiktoken

ENCODING_NAME = "o200k_base"
RANKS_PATH = Path(__file__).resolve().parents[1] / "models" / "tiktoken" / f"{ENCODING_NAME}.tiktoken.xz"
RANKS_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
SPECIAL_TOKENS = {"<|endoftext|>": 199999, "<|endofprompt|>": 200018}
# The pattern of tiktoken_ext.openai_public.o200k_base, which cannot be called without its download.
PATTERN = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)


def _read_ranks(path: Path) -> dict[bytes, int]:
    """Return token bytes and their ranks; raises ModelFileError when the packed file is absent or damaged."""
    try:
        data = lzma.decompress(path.read_bytes())
        if hashlib.sha256(data).hexdigest() != RANKS_SHA256:
            raise ValueError("its content does not have the expected SHA-256")
    except (OSError, lzma.LZMAError, ValueError) as error:
        raise ModelFileError(
            f"the vocabulary {path.name} cannot be used: {error}.",
            concerns=ENCODING_NAME,
            advice="Install juried again.",
        ) from error
    pairs = (line.split() for line in data.splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in pairs}


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.Encoding(
        ENCODING_NAME, pat_str=PATTERN, mergeable_ranks=_read_ranks(RANKS_PATH), special_tokens=SPECIAL_TOKENS
    )


def encode(text: str) -> list[int]:
    """Return the tokens of a text; special tokens spelt out in it, such as `<|endoftext|>`, are plain text."""
    return _encoding().encode(text, disallowed_special=())


def decode(tokens: Sequence[int]) -> str:
    """Return the text of tokens; bytes that are no UTF-8 become U+FFFD."""
    return _encoding().decode(list(tokens))


def count_tokens(text: str) -> int:
    """Return the number of o200k_base tokens of a text; "" has none."""
    return len(encode(text))
