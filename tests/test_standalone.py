"""A claim stands alone: what is taken off a sentence, what is refused, and that nothing is paraphrased."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.text.sentence_faults import fault
from juried.text.standalone import stand_alone

KEPT = [
    (
        "Pretrained multilingual language models have become a common tool in transferring NLP capabilities to "
        "low-resource languages, often with adaptations.",
        None,
    ),
    (
        "We show that vocabulary augmentation improves parsing of Maltese.",
        "Vocabulary augmentation improves parsing of Maltese.",
    ),
    (
        "However, our results indicate that mBERT does much worse for low-resource languages.",
        "mBERT does much worse for low-resource languages.",
    ),
    (
        "In this paper we find that Uyghur gains most from transliteration into Latin.",
        "Uyghur gains most from transliteration into Latin.",
    ),
    (
        "Our experiments on nine languages show that adapters outperform full fine-tuning.",
        "Experiments on nine languages show that adapters outperform full fine-tuning.",
    ),
    (
        "For low-resource languages, we find that joint training lowers accuracy on NER.",
        "For low-resource languages, joint training lowers accuracy on NER.",
    ),
    (
        "Our findings suggest that tokenisation limits transfer between scripts.",
        "Findings suggest that tokenisation limits transfer between scripts.",
    ),
    (
        "It has been shown that mT5 transfers knowledge between related languages.",
        "mT5 transfers knowledge between related languages.",
    ),
    (
        "Conclusions: Aspirin reduces the risk of stroke in adults over sixty.",
        "Aspirin reduces the risk of stroke in adults over sixty.",
    ),
    (
        "These results demonstrate that grammar is shared across languages in mBERT.",
        "Grammar is shared across languages in mBERT.",
    ),
]


@pytest.mark.parametrize(("sentence", "claim"), KEPT)
def test_a_finding_keeps_its_words_without_the_lead_in(sentence: str, claim: str | None) -> None:
    alone = stand_alone(sentence)
    assert alone.refusal is None
    assert alone.text == (claim or sentence)


REFUSED = [
    ("In this work, we study the performance of two such adaptations.", "announcement"),
    ("Our evaluations uphold the viability of these approaches for nine languages.", "first_person"),
    ("The evaluations uphold the viability of these approaches for nine languages.", "unresolved_reference"),
    ("It improves parsing accuracy for all nine languages.", "unresolved_reference"),
    ("This leads to better models of low-resource languages.", "unresolved_reference"),
    ("However, this leads to better models of low-resource languages.", "unresolved_reference"),
    ("Both methods improve the F1 of named entity recognition.", "unresolved_reference"),
    ("The two approaches improve named entity recognition in Hindi.", "unresolved_reference"),
    ("The model achieves higher accuracy than mBERT on Maltese.", "unresolved_reference"),
    ("The proposed method improves named entity recognition in Hindi.", "unresolved_reference"),
    ("Experiments on XNLI show that our approach is better than mBERT.", "first_person"),
    ("Table 1 shows Pearson correlation between features and transfer.", "layout"),
    ("Each task gets seven languages, with a detailed list in Appendix B.", "layout"),
    ("Span masking follows the procedure defined in [XCR+20].", "citation"),
    ("Muller et al. (2021) observe mixed results with transliteration quality.", "citation"),
    ("Can mBERT represent languages that it has never seen?", "question"),
    ("Consider a model that is trained on several languages at once.", "imperative"),
    ("The performance of LAPT on Belarusian parsing is 95.74 \\pm 0.44.", "mathematics"),
    ("Code and data are available at https://example.org/code for reuse.", "link"),
    ("The corpus of Maltese news is publicly available under a free licence.", "announcement"),
    ("We show that parsing improves and that tagging does not for Maltese.", "joined_clauses"),
    ("Transfer from English and from related languages of the same family.", "no_finite_verb"),
    ("Multilingual BERT has been evaluated on a third of the", "cut"),
    ("Vocabulary augmentation improves (for nine languages parsing accuracy.", "unbalanced"),
    ("Models are multilingual.", "too_short"),
    ("Vocabulary Augmentation For Multilingual Models", "heading"),
    ("Nous montrons que la taille des modèles et la qualité des données sont importantes.", "not_english"),
    ("In contrast, XLM-R is better and faster in Hindi.", "unresolved_reference"),
]


@pytest.mark.parametrize(("sentence", "reason"), REFUSED)
def test_what_cannot_stand_alone_is_refused_with_its_reason(sentence: str, reason: str) -> None:
    alone = stand_alone(sentence)
    assert alone.text == ""
    assert alone.refusal == reason


def test_a_demonstrative_with_its_noun_in_the_sentence_is_resolved() -> None:
    sentence = "Models trained on English languages fail when these models meet unseen scripts in Uyghur."
    assert stand_alone(sentence).refusal is None


def test_names_keep_their_small_letter() -> None:
    assert stand_alone("We find that mBERT outperforms fastText on Maltese parsing.").text.startswith("mBERT ")
    assert stand_alone("We find that pretrained models outperform fastText on Maltese.").text.startswith("Pretrained ")


WORDS = st.sampled_from(
    [
        "We show that",
        "However,",
        "mBERT",
        "improves",
        "these",
        "the model",
        "parsing",
        "of",
        "Maltese",
        "is",
        "(",
        ")",
        '"',
        "\\pm",
        "it",
        ".",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)))
def test_any_text_gives_a_clean_claim_or_a_reason(text: str) -> None:
    alone = stand_alone(text)
    assert (alone.refusal is None) == bool(alone.text)
    if alone.text:
        assert fault(alone.text) is None
        assert alone.text.rstrip("\"'”’)]")[-1] in ".!"
        assert alone.text.split()[-1] == " ".join(text.split()).split()[-1].replace("''", "”")
        assert stand_alone(alone.text).text == alone.text
