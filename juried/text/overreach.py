"""What a claim says beyond its quote: more certainty, a cause, another group, or a lost scope or limitation.

A claim that is a near copy of its quote is judged by its edits, as in `conflicts.py`; of a reworded one only
causes, universal words and species are compared. The lists are closed and general to scholarly English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from juried.text.alignment import Edit, align
from juried.text.conflicts import find_overreach, negates, quoted
from juried.text.polarity import ASSOCIATIONS, CAUSES, HEDGES, UNIVERSALS, associative, causal, universals
from juried.text.words import STOPWORDS, Word, content_stems, stem, word_set, words

_LONGEST_EDIT = 8
_SOFT = HEDGES | word_set(
    """seem seems seemed appear appears appeared tend tends tended suggest suggests suggested suggesting hypothesize
    hypothesized potential possible probable plausible preliminary tentative speculate speculates speculated"""
)
_ABLE = word_set("can could may might")
_FIRM = UNIVERSALS | word_set(
    "will must shall always certain sure undoubtedly clearly does do proven proved establish establishes"
)
_TOGETHER = ASSOCIATIONS | frozenset(
    map(stem, word_set("connected connection tied accompany accompanied coincide cooccur"))
)
_SCOPE = word_set(
    """in among amongst for under during after before without within when whenever if unless until where given
    at on only inside outside across following throughout while provided"""
)
_LIMITS = word_set("but although though whereas while despite except however yet albeit unless notwithstanding")
_OPENS = re.compile(
    r"\s*(?:(?:however|moreover|furthermore|additionally|finally|interestingly|notably|thus|therefore|also),\s*)?"
    r"((?:in|among|for|under|during|after|before|without|within|when|whenever|if|unless|until|where|given|at|on|only|"
    r"across|although|though|despite|while|whereas)\b[^,]*),",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:in|for|on|at|after|given)\s+(?:addition|contrast|particular|fact|summary|conclusion|short|sum|general|turn|"
    r"other words|comparison|total|brief|example|instance|the other hand|the one hand|the contrary|the same time|"
    r"the end|all|that|this\b.*|our\b.*|order to\b.*)\s*$",
    re.IGNORECASE,
)
_NO_SCOPE = re.compile(
    r"(?:in|for|on|at|under) (?:order|addition|contrast|particular|fact|summary|conclusion|short|sum|general|turn|"
    r"other words|comparison|total|brief|example|instance|the other hand|the contrary|the same time)\b"
)
_NARROWING = word_set("only solely exclusively")
_SPEAKERS = word_set("we our us this these here")
# Names of one kind, one group a line: a claim about one group is not stated by words about another.
_KINDS = (
    """human humans people person persons patient patients participant participants individual individuals subject
    subjects volunteer volunteers clinical| mouse mice murine| rat rats| monkey monkeys macaque macaques primate
    primates| zebrafish| drosophila fly flies| yeast yeasts| dog dogs canine| cat cats feline| pig pigs porcine| sheep
    ovine| cow cows cattle bovine| rabbit rabbits| chicken chickens chick| nematode nematodes elegans| plant plants""",
    "woman women female females girl girls| man men male males boy boys",
    """infant infants newborn newborns neonate neonates neonatal baby babies| child children pediatric paediatric|
    adolescent adolescents teenager teenagers| adult adults| elderly older aged""",
    "patient patients| healthy volunteer volunteers control controls",
    """monolingual| bilingual| cross-lingual crosslingual crosslingually interlingual| multilingual multilingually
    multi-lingual""",
    "low-resource lower-resource under-resourced resource-poor| high-resource higher-resource resource-rich",
    "zero-shot| one-shot| few-shot| supervised fully-supervised| unsupervised",
    "african| european| asian| american| australian",
    "vitro| vivo| silico",
    "rural| urban",
    "inpatient inpatients| outpatient outpatients",
)
_GROUPS = tuple(tuple(frozenset(group.split()) for group in kind.split("|")) for kind in _KINDS)
_SPECIES = _GROUPS[0]


def overreach(claim: str, quote: str) -> str:
    """Return what a claim says beyond the sentence of its quote, as a sentence; "" when no rule finds anything."""
    found = find_overreach(claim, quote)
    if found:
        return found.sentence("the quote")
    alignment = align(claim, quote)
    if not alignment.near_copy:
        return _of_reworded(claim, quote)
    rules = (_firmer, _cause, _other_group, _lost_scope)
    told = (rule(edit, claim) for edit in alignment.edits for rule in rules)
    return next((sentence for sentence in told if sentence), "") or _lost_opening(claim, quote)


def _of_reworded(claim: str, quote: str) -> str:
    added = [word for word in universals(claim) if word not in universals(quote) and word not in _NARROWING]
    if added:
        return f"The claim says {quoted(added[0])}, which the quote does not."
    if causal(claim) and not causal(quote) and associative(quote):
        return "The claim says that one thing brings about another, where the quote says only that they go together."
    mine, theirs = _in_group(words(claim), _SPECIES), _in_group(words(quote), _SPECIES)
    if mine and theirs and not {group for _, group in mine} & {group for _, group in theirs}:
        return f"The claim speaks of {quoted(mine[0][0])} where the quote speaks of {quoted(theirs[0][0])}."
    return ""


def _firmer(edit: Edit, claim: str) -> str:
    """Say when an edit takes out a word of doubt, or puts certainty in the place of what can be."""
    if len(edit.taken) > _LONGEST_EDIT and edit.place != "lead_in":
        return ""
    kept = {word.folded for word in words(claim)}
    put = {word.folded for word in edit.put}
    lost = next((word for word in _softening(edit) if word.folded not in kept), None)
    opened = edit.place == "lead_in" and bool(edit.taken) and edit.taken[-1].folded != "that"
    if lost and not put & _SOFT and not opened:
        return f"The quote says {quoted(lost.printed)}, which the claim leaves out."
    able = next((word for word in edit.taken if word.folded in _ABLE), None)
    firm = next((word for word in edit.put if word.folded in _FIRM and not negates(word)), None)
    return (
        f"The claim says {quoted(firm.printed)} where the quote says {quoted(able.printed)}." if able and firm else ""
    )


def _softening(edit: Edit) -> list[Word]:
    """Return the words of doubt or limit that an edit takes out; "most importantly" limits nothing."""
    return [
        word
        for place, word in enumerate(edit.taken)
        if word.folded in _SOFT and not (word.folded == "most" and _adverb(edit.taken[place + 1 :]))
    ]


def _adverb(following: Sequence[Word]) -> bool:
    return bool(following) and following[0].folded.endswith("ly")


def _cause(edit: Edit, claim: str) -> str:
    """Say when an edit puts another relation in the place of one of things that only go together."""
    lost = next((word for word in edit.taken if stem(word.folded) in _TOGETHER), None)
    put = [word for word in edit.put if word.folded not in STOPWORDS or stem(word.folded) in CAUSES]
    parts = [part for word in edit.put for part in word.folded.split("-")]
    if lost is None or not put or any(stem(part) in _TOGETHER for part in parts):
        return ""
    return f"The claim says {quoted(put[0].printed)} where the quote says only {quoted(lost.printed)}."


def _other_group(edit: Edit, claim: str) -> str:
    """Say when an edit puts one group in the place of another of its kind."""
    for kind in _GROUPS:
        mine, theirs = _in_group(edit.put, kind), _in_group(edit.taken, kind)
        if mine and theirs and not {group for _, group in mine} & {group for _, group in theirs}:
            return f"The claim speaks of {quoted(mine[0][0])} where the quote speaks of {quoted(theirs[0][0])}."
    return ""


def _in_group(found: Iterable[Word], kind: tuple[frozenset[str], ...]) -> list[tuple[str, int]]:
    """Return the words that name a group of a kind, each with the group's number."""
    return [(word.printed, number) for word in found for number, group in enumerate(kind) if word.folded in group]


def _lost_scope(edit: Edit, claim: str) -> str:
    """Say when an edit takes out a phrase that tells where, when or for whom, or what speaks against the statement."""
    if edit.place == "lead_in" or len(edit.taken) < 2 or any(content_stems(word.printed) for word in edit.put):
        return ""
    opens = next((place for place, word in enumerate(edit.taken[:2]) if word.folded in _SCOPE | _LIMITS), None)
    if opens is None or any(word.folded in UNIVERSALS - {"only"} for word in edit.taken[opens:]):
        return ""
    phrase = edit.taken[opens:]
    aside = _NO_SCOPE.match(" ".join(word.folded for word in phrase))
    if aside or not any(content_stems(word.folded) for word in phrase[1:]):
        return ""
    return f"The quote limits the statement by {quoted(_printed(phrase))}, which the claim leaves out."


def _printed(phrase: Iterable[Word]) -> str:
    shown = [word.printed for word in phrase]
    return " ".join(shown[:6]) + (" …" if len(shown) > 6 else "")


def _lost_opening(claim: str, quote: str) -> str:
    """Say when the claim leaves out the phrase with which the quote opens and tells where, when or for whom."""
    match = _OPENS.match(quote)
    if match is None or _ASIDE.match(match[1]):
        return ""
    phrase = words(match[1])
    kept = set(content_stems(claim))
    told = [item for word in phrase for item in content_stems(word.folded)]
    if not told or any(word.folded in _SPEAKERS for word in phrase) or any(item in kept for item in told):
        return ""
    return f"The quote limits the statement by {quoted(_printed(phrase))}, which the claim leaves out."
