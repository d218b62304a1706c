"""Telling a full sentence from a fragment without a tagger: a closed list of verbs of scholarly prose."""

from __future__ import annotations

import re

from juried.text.words import word_set

_AUXILIARIES = word_set(
    "is are was were am has have had do does did can could may might must shall should will would cannot "
    "isn't aren't wasn't weren't doesn't don't didn't can't won't hasn't haven't"
)
_VERBS = sorted(
    word_set(
        "accelerate accept accompany accomplish account accumulate achieve acquire act activate adapt add address "
        "adjust admit "
        "adopt affect agree aid aim align allow alter amount amplify appear apply approach approximate arise ask "
        "assess assign "
        "assist associate assume attain attend attract avoid balance base become begin behave belong benefit bind "
        "block boost "
        "bridge bring broaden build calculate capture carry cause centre challenge change characterise characterize "
        "choose cite "
        "claim clarify classify close cluster coincide collapse combine come compare compete complement "
        "complicate comply "
        "comprise compromise concentrate concern conclude confer confirm conflict confound connect consider consist "
        "constitute "
        "constrain construct consume contain continue contradict contrast contribute control converge convert convey "
        "correct "
        "correlate correspond cost count cover create cross cut deal decline decrease define degrade delay "
        "deliver demand "
        "demonstrate denote depend derive describe design detect deteriorate determine develop deviate differ "
        "differentiate "
        "diminish disagree disambiguate discover discriminate display disrupt distinguish diverge dominate double "
        "draw drive "
        "drop ease elicit eliminate emerge emphasise emphasize employ enable encode encounter encourage end "
        "enhance enjoy "
        "enrich ensure entail equal establish estimate evaluate evolve exceed excel exhibit exist expand expect "
        "experience "
        "explain exploit explore expose express extend extract face facilitate fail fall favor favour feature fill "
        "find fit "
        "fluctuate focus follow force form foster function gain generalise generalize generate give go govern group "
        "grow guide "
        "handle happen harm help highlight hinder hold hurt identify ignore illustrate impact impair impede imply "
        "impose improve "
        "include incorporate increase incur indicate induce infer inflict influence inform inherit inhibit initiate "
        "integrate "
        "interact interfere interpret introduce invalidate invite involve isolate justify keep know lack lag last "
        "lead learn "
        "leave lend leverage lie limit link localise localize lose lower maintain make manage manifest map mask "
        "match matter "
        "mean measure mediate meet mirror mitigate model moderate modify modulate motivate move narrow necessitate "
        "need neglect "
        "obey observe obtain obviate occupy occur offer omit operate outnumber outpace outperform outweigh overcome "
        "overestimate "
        "overfit overlap own participate pass peak perform permit persist pertain play point pose possess "
        "precede preclude "
        "predict prefer prepare present preserve prevail prevent proceed process produce progress prohibit "
        "project prolong "
        "promise promote propagate protect prove provide quantify raise range rank reach receive recognise recognize "
        "recover "
        "recruit reduce refer refine reflect refute regulate reinforce reject relate rely remain remove render "
        "repair replace "
        "report represent reproduce require resemble reside resist resolve respond rest restore restrict result "
        "retain retrieve "
        "reveal reverse rise rival run sacrifice scale score see seek seem select separate serve set shape share "
        "shed shift show "
        "shrink signal simplify simulate slow solve span speak specify stabilise stabilize stand start state stay "
        "stem stimulate "
        "store strengthen strive struggle study succeed suffer suffice suggest suit summarise summarize "
        "supersede support "
        "suppress surpass survive sustain switch take target tend test tie train transfer transform translate treat "
        "trigger turn "
        "underestimate underlie underline underperform undergo understand undermine undervalue use utilise utilize "
        "validate "
        "underscore stress substantiate corroborate showcase attest uphold hinge enter open occur revolve stipulate "
        "contend stratify "
        "value vanish vary verify view warrant weaken widen work yield"
    )
)
# Base forms that are at least as often nouns count only with an -s or a past form.
_NOUN_TOO = word_set(
    "account act aid aim approach ask base benefit bind block boost bridge cause centre challenge change claim cluster "
    "concern conflict contrast control cost count cover cross cut deal decline decrease delay demand design "
    "display draw "
    "drive drop ease end estimate experience exploit express face favor favour feature fill fit focus force form "
    "function "
    "gain group guide handle harm hold hurt impact increase influence lack lag last lead limit link map mask "
    "match matter "
    "mean measure model move need offer own pass peak play point present process produce progress project "
    "promise raise "
    "range rank reach report rest result reverse rise rival run scale score see set shape share shift signal slow span "
    "stand start state stay stem store study suit support switch take target test tie train transfer treat "
    "trigger turn "
    "use value view work yield extract act aim lower narrow complement double equal process"
)
_PAST = word_set(
    "arose became began brought built came chose dealt drew drove fell found gave grew held kept knew led left "
    "lent lost "
    "made meant met overcame ran rose saw sought seemed shed showed shrank sought spoke stood took understood "
    "underwent "
    "underlay went won bound bore"
)
_NOT_BEFORE_VERB = word_set(
    "a an the of in on at by for from with without to and or as into onto per its their his her our this these those "
    "such any each every no some"
)
_PARTICIPLE_AFTER = word_set("by on in with from using for at as under over via during against between")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb[-1] == "y" and verb[-2] not in "aeiou" else verb + "s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb[-1] == "y" and verb[-2] not in "aeiou" else verb + "ed"


_THIRD = frozenset(_third_person(verb) for verb in _VERBS)
_BASE = frozenset(_VERBS) - _NOUN_TOO
_NOUNS = frozenset(_third_person(verb) for verb in _NOUN_TOO)
_REGULAR_PAST = frozenset(_past(verb) for verb in _VERBS)


def has_finite_verb(sentence: str) -> bool:
    """Whether a sentence holds a finite verb: an auxiliary, or a listed verb where a noun cannot stand.

    A regular past form counts unless a preposition follows, since "models trained on text" is a
    fragment. The empty text has no verb.
    """
    words = [word.replace("’", "'") for word in _WORD.findall(sentence)]
    low = [word.lower() for word in words]
    return any(is_finite(low, at) for at in range(len(low)))


def is_finite(words: list[str], at: int) -> bool:
    """Whether the word at an index of lower-case words can only be read as a finite verb there."""
    word = words[at]
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    if before in ("which", "who", "whose"):
        return False
    if word in _AUXILIARIES:
        return True
    if at == 0 or before in _NOT_BEFORE_VERB:
        return False
    if not after and word in _NOUNS:
        return False
    if word in _THIRD or word in _BASE or word in _PAST:
        return True
    return word in _REGULAR_PAST and after not in _PARTICIPLE_AFTER and after != ""
