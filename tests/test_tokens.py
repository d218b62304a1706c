"""Token counts: equal to tiktoken's own encoding, from the packed ranks, without a download."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import tiktoken_ext.openai_public as public  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.errors import ModelFileError
from juried.text import tokens
from juried.text.tokens import count_tokens, decode, encode


def test_known_tokens_of_o200k_base() -> None:
    assert encode("tiktoken is great!") == [83, 8251, 2488, 382, 2212, 0]
    assert count_tokens("antidisestablishmentarianism") == 6


def test_definition_equals_that_of_tiktoken(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def load(url: str, expected_hash: str) -> dict[bytes, int]:
        asked.append(expected_hash)
        return {}

    monkeypatch.setattr(public, "load_tiktoken_bpe", load)
    theirs = public.o200k_base()
    assert theirs["pat_str"] == tokens.PATTERN
    assert theirs["special_tokens"] == tokens.SPECIAL_TOKENS
    assert theirs["name"] == tokens.ENCODING_NAME
    assert asked == [tokens.RANKS_SHA256]


@pytest.mark.parametrize(("text", "count"), [("", 0), (" ", 1), ("中文", 1), ("\ud800", 1)])
def test_odd_texts_are_counted(text: str, count: int) -> None:
    assert count_tokens(text) == count


def test_special_tokens_in_a_text_are_plain_text() -> None:
    assert decode(encode("a <|endoftext|> b")) == "a <|endoftext|> b"
    assert tokens.SPECIAL_TOKENS["<|endoftext|>"] not in encode("a <|endoftext|> b")


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_decoding_gives_the_text_back(text: str) -> None:
    assert decode(encode(text)) == text


def test_damaged_and_absent_ranks_are_named(tmp_path: Path) -> None:
    path = tmp_path / "o200k_base.tiktoken.xz"
    with pytest.raises(ModelFileError, match="Install juried again"):
        tokens._read_ranks(path)
    path.write_bytes(tokens.RANKS_PATH.read_bytes()[:-100])
    with pytest.raises(ModelFileError, match=path.name):
        tokens._read_ranks(path)


def test_importing_loads_neither_tiktoken_nor_the_ranks() -> None:
    code = (
        "import sys, juried.text.tokens as tokens; assert 'tiktoken' not in sys.modules;"
        "assert tokens._encoding.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[1])
