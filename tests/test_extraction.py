"""The embedded extractor on real abstracts: exact quotes, kinds by rule, no claim of the kind that others publish."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from juried.backends.embedded.extraction import EmbeddedExtractor, kind_of
from juried.tasks import ExtractClaims, Passage
from juried.text.normalise import find_quote

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
ABSTRACTS = DATA / "works" / "acl_anthology" / "subset_crosslingual_ner.jsonl"


@cache
def abstracts() -> dict[str, str]:
    if not ABSTRACTS.exists():
        pytest.skip(f"no data at {ABSTRACTS}")
    rows = [json.loads(line) for line in ABSTRACTS.read_text().splitlines()]
    return {row["id"]: row["abstract"] for row in rows if row.get("abstract")}


def extract(*passages: tuple[str, str]) -> list[tuple[str, str, str]]:
    shown = tuple(Passage(id=f"P{n}", section=s, text=t) for n, (s, t) in enumerate(passages, start=1))
    task = ExtractClaims(question="Does it transfer?", title="A title", passages=shown)
    return [(claim.text, claim.kind, claim.quote) for claim in EmbeddedExtractor().extract(task).claims]


def test_the_abstract_that_others_cut_gives_whole_claims_only() -> None:
    text = abstracts()["2021.mrl-1.5"]
    found = extract(("Abstract", text))
    assert found[0][0].startswith("Pretrained multilingual language models have become a common tool")
    assert not any("these approaches" in claim or "In this work" in claim for claim, _, _ in found)


def test_every_quote_is_the_whole_sentence_of_its_passage() -> None:
    for name in sorted(abstracts())[::40]:
        text = abstracts()[name]
        for claim, _, quote in extract(("Abstract", text)):
            assert quote in text
            assert find_quote(text, quote) is not None
            assert claim.split()[-1].rstrip(".") in quote


def test_no_claim_holds_what_the_published_examples_hold() -> None:
    forbidden = re.compile(
        r"\\|\$|\b[Ww]e\b|\b[Oo]ur\b|[Tt]his paper|\bTable \d|\[[A-Z]{2,}|these approaches|https?:|\.\.\.$"
    )
    claims = [claim for name in sorted(abstracts())[::10] for claim, _, _ in extract(("Abstract", abstracts()[name]))]
    assert [claim for claim in claims if forbidden.search(claim)] == []
    assert len(claims) >= 1.2 * len(sorted(abstracts())[::10])


def test_references_thanks_and_table_rows_give_no_claims() -> None:
    sentence = "Multilingual models transfer syntax between closely related languages."
    assert extract(("Results", sentence))
    assert extract(("References", sentence), ("Acknowledgements", sentence), ("Competing interests", sentence)) == []
    assert extract(("Results", "BERT | 91.2 | 88.1\nXLM-R | 92.2 | 89.3\n" + "mBERT | 90.1 | 86.0")) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("XLM-R reaches an F1 of 83.1 on the CoNLL-2003 dataset.", "measurement"),
        ("XLM-R improves F1 by 3.1 points over mBERT on the CoNLL-2003 dataset.", "finding"),
        ("Named entity recognition is the task of finding names in text.", "definition"),
        ("Pretrained models fail to generalise to unseen scripts.", "limitation"),
        ("Blood samples were collected from sheep and goats in plain tubes.", "method"),
        ("Vocabulary augmentation outperforms transliteration on Maltese.", "finding"),
    ],
)
def test_the_kind_follows_from_the_words(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_a_repeated_sentence_is_one_claim_and_nothing_gives_nothing() -> None:
    sentence = "Multilingual models transfer syntax between closely related languages."
    assert len(extract(("Abstract", sentence), ("Results", sentence))) == 1
    assert extract() == []
    assert extract(("", "")) == []
