"""The encoder: unit vectors that depend on the text alone, near for texts that mean the same."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from juried.encoder import Encoder, HashingEncoder, MiniLM, load_tokenizer
from juried.errors import ModelFileError

SENTENCES = [
    "Multilingual BERT transfers named entity recognition to languages without labels.",
    "Cross-lingual models recognise entities in languages that have no training data.",
    "The pasta was served with a sauce of tomatoes and basil.",
    "",
    "β-catenin ≤ 0.05 \ud800 ﬁne 中文 नमस्ते",
    "word " * 2000,
]


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM()


@pytest.fixture(params=["minilm", "hashing"])
def encoder(request: pytest.FixtureRequest, minilm: MiniLM) -> Encoder:
    return minilm if request.param == "minilm" else HashingEncoder(64)


def test_rows_are_rounded_unit_vectors(encoder: Encoder) -> None:
    rows = encoder.encode(SENTENCES)
    assert rows.shape == (len(SENTENCES), encoder.dimension)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert np.array_equal(rows, np.round(rows.astype(np.float64), 6).astype(np.float32))


def test_a_text_has_the_same_bytes_whatever_its_neighbours(encoder: Encoder) -> None:
    together = encoder.encode(SENTENCES)
    backwards = encoder.encode(SENTENCES[::-1])[::-1]
    alone = [encoder.encode([sentence])[0] for sentence in SENTENCES]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda sentence: encoder.encode([sentence])[0], SENTENCES))
    for rows in (backwards, alone, at_once):
        assert [row.tobytes() for row in rows] == [row.tobytes() for row in together]


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_the_number_of_sessions_does_not_change_a_vector(minilm: MiniLM) -> None:
    assert MiniLM(threads=1).encode(SENTENCES).tobytes() == minilm.encode(SENTENCES).tobytes()


def test_texts_that_mean_the_same_are_near(minilm: MiniLM) -> None:
    transfer, entities, pasta = minilm.encode(SENTENCES[:3])
    assert transfer @ entities > 0.6
    assert transfer @ pasta < 0.2


def test_close_to_the_published_numbers_of_the_original_model(minilm: MiniLM) -> None:
    published = [0.06766, 0.06350, 0.04871]
    assert np.allclose(minilm.encode(["This is an example sentence"])[0, :3], published, atol=0.02)


def test_text_behind_the_limit_does_not_count(minilm: MiniLM) -> None:
    head = "transfer " * 254
    assert len(load_tokenizer().encode(head + "more words").ids) == 256
    assert minilm.encode([head])[0].tobytes() == minilm.encode([head + "more words"])[0].tobytes()


def test_hashing_brings_texts_with_the_same_words_together() -> None:
    one, same, other = HashingEncoder().encode(["a cat sat", "A CAT sat!", "economic policy"])
    assert one @ same == pytest.approx(1, abs=1e-5)
    assert abs(one @ other) < 0.5


def test_fingerprints_tell_encoders_apart(minilm: MiniLM) -> None:
    assert len({minilm.fingerprint, HashingEncoder(64).fingerprint, HashingEncoder(32).fingerprint}) == 3
    assert minilm.fingerprint == MiniLM().fingerprint


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_a_missing_or_damaged_model_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"model\.onnx .* Install juried again"):
        MiniLM(tmp_path).encode(["a"])


def test_importing_and_making_an_encoder_loads_no_model() -> None:
    code = (
        "import sys; from juried.encoder import MiniLM; MiniLM();"
        "assert not {'onnxruntime', 'tokenizers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[1])
