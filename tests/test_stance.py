"""Which sentences tell what their own work found, and which state background, definitions or methods."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.text.stance import stance, stance_in_work
from juried.text.words import stem

OWN = [
    "We show that transliterating those languages significantly improves large models.",
    "Our experiments on sentence fusion and sentiment transfer demonstrate that Masker performs competitively.",
    "RESULTS Even moderately elevated cholesterol increased dementia risk.",
    "Districts with high baseline had a 2.52 times higher risk of failure (95% CI 1.37–4.64).",
    "XLM-R performs particularly well on low-resource languages, improving 15.7% in XNLI accuracy for Swahili.",
    "MDA coverage was not significantly associated with failure, likely due to the lack of variance in the data.",
    "NEAT1 knockdown suppressed tumor growth in the presence of cisplatin in vivo.",
]
STATED = [
    "Named Entity Recognition (NER) for low-resource languages is a both practical and challenging research problem.",
    "Pretrained multilingual language models have become a common tool in transferring NLP capabilities.",
    "Recent work has demonstrated the effectiveness of cross-lingual language model pretraining.",
    "Pre-trained multilingual models are used to improve the performance on various tasks.",
    "Existing methods often adopt sequence-to-sequence networks with multi-task frameworks.",
    "RNA-seq reads were mapped to the mouse genome (mm9) using Tophat.",
    "Further experiments are required to confirm the hypothesis.",
    "METHODS Data on 3,174 patients were pooled from six trials and showed an increase.",
    "RoSPrompt is designed for small multilingual models.",
    "Sentence-level accuracy was rated by annotators on a scale from 0 to 5.",
]


@pytest.mark.parametrize("sentence", OWN)
def test_a_result_of_the_work_itself(sentence: str) -> None:
    assert stance(sentence) == "own_result"


@pytest.mark.parametrize("sentence", STATED)
def test_background_definitions_and_methods(sentence: str) -> None:
    assert stance(sentence) == "stated"


def test_the_place_decides_where_words_alone_do_not() -> None:
    sentence = "Transfer learning improves quality for low-resource machine translation."
    assert stance(sentence, before="") == "stated"
    assert stance(sentence, before="In this paper, we study transfer.") == "own_result"
    assert stance(sentence, section="Introduction") == "stated"
    assert stance(sentence, section="4.2 Main Results") == "own_result"
    abstract = f"{sentence} We ask why."
    assert stance_in_work(sentence, "Abstract", abstract) == "stated"
    assert stance_in_work(sentence, "Results", abstract) == "own_result"


@given(st.text(max_size=200), st.none() | st.text(max_size=80), st.text(max_size=30))
def test_any_text_has_a_stance_whatever_its_line_breaks(text: str, before: str | None, section: str) -> None:
    found = stance(text, before, section)
    assert found in ("own_result", "stated")
    assert stance(" ".join(text.split()), before, section) == found


def test_stems_are_the_same_from_many_threads() -> None:
    words = [
        f"{first}{last}" for first in ("transliter", "augment", "general", "relat") for last in ("ating", "ations")
    ]
    words = [f"{word}{at}x" if at else word for at in range(200) for word in words]
    alone = [stem.__wrapped__(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stem.__wrapped__, words)) == alone
