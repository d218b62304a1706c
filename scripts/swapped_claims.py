"""Turning a claim into a false one by swapping one word, adding or taking a negation, or denying an effect."""

from __future__ import annotations

import hashlib
import random
import re
from collections import defaultdict

from juried.mutants import mutants

_VERBS = """increase/decrease activate/inactivate promote/inhibit enhance/impair improve/worsen induce/prevent
stimulate/inhibit upregulate/downregulate up-regulate/down-regulate accelerate/delay elevate/lower strengthen/weaken
facilitate/impede stabilize/destabilize enable/block support/contradict raise/reduce exacerbate/alleviate
activate/suppress sensitize/desensitize reduce/increase inhibit/promote suppress/enhance attenuate/exacerbate
block/enable prevent/cause impair/improve lower/raise protect/expose repress/activate abolish/restore delay/accelerate
decline/rise extend/shorten prolong/shorten augment/diminish diminish/augment mediate/block contribute/oppose
cause/prevent outperform/underperform boost/hurt"""
_OTHERS = """higher/lower increased/reduced greater/smaller more/less better/worse high/low elevated/reduced
positive/negative positively/negatively presence/absence present/absent early/late before/after long/short
longer/shorter faster/slower strong/weak stronger/weaker larger/smaller sensitive/resistant susceptible/resistant
beneficial/harmful effective/ineffective sufficient/insufficient necessary/dispensable required/dispensable
essential/dispensable critical/dispensable dependent/independent active/inactive common/rare acute/chronic gain/loss
gain-of-function/loss-of-function significant/insignificant significantly/hardly most/least best/worst above/below
upper/lower young/old stable/unstable similar/different same/different activation/inhibition
upregulation/downregulation overexpression/deficiency inhibition/activation deficiency/abundance loss/gain
reduction/increase decrease/increase improvement/deterioration increase/decrease protective/harmful
favorable/unfavorable agonist/antagonist pro-inflammatory/anti-inflammatory multilingual/monolingual
possible/impossible able/unable many/few efficient/inefficient"""
_IRREGULAR = {"rise": ["rise", "rises", "rose", "rising"], "hurt": ["hurt", "hurts", "hurt", "hurting"]}
_EFFECT = re.compile(
    r"\b(increases|decreases|reduces|improves|enhances|inhibits|promotes|induces|affects|alters|modulates|regulates"
    r"|activates|suppresses|prevents|impairs|accelerates)\b"
)
_TOGETHER = re.compile(r"\b(is|are|was|were) (associated|correlated|linked|related)\b")
_VERB = re.compile(r"\b(is|are|was|were|can|does|do|did|has|have|had|may|could|will)\b(?! (?:not|no)\b)")
_DENIED = re.compile(r"\b(is|are|was|were|can|does|do|did|has|have|had|may|could) not\b")


def _forms(verb: str) -> list[str]:
    """Return base, third person, past and -ing form of a verb."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return [verb, verb + "s", verb + "d", verb[:-1] + "ing"]
    doubled = re.search("[aeiou][bdgmnprt]$", verb) and not verb.endswith(("er", "en", "it"))
    return [verb, verb + "s", verb + (verb[-1] if doubled else "") + "ed", verb + (verb[-1] if doubled else "") + "ing"]


def _swaps() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for pair in _VERBS.split():
        first, second = map(_forms, pair.split("/"))
        for put, taken in zip(first, second, strict=True):
            found[put].append(taken)
    for pair in _OTHERS.split():
        put, taken = pair.split("/")
        found[put].append(taken)
        found[taken].append(put)
    return found


_SWAPS = _swaps()
_SWAPPED = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _SWAPS), key=len, reverse=True)) + r")\b", re.I)


def chooser(seed: str) -> random.Random:
    """Return a source of choices that depends on a text alone."""
    return random.Random(int(hashlib.sha256(seed.encode()).hexdigest()[:12], 16))


def false_claims(claim: str) -> dict[str, str]:
    """Return false versions of a claim by the kind of change; empty when no change fits."""
    found = {"turned": _turned(claim), "denied": _denied(claim), "negated": _negated(claim)}
    found["digit"] = mutants(claim).get("digit", "")
    return {kind: text for kind, text in found.items() if text and text != claim}


def _turned(claim: str) -> str:
    places = list(_SWAPPED.finditer(claim))
    if not places:
        return ""
    choices = chooser(claim + "turned")
    place = choices.choice(places)
    put = choices.choice(_SWAPS[place.group().lower()])
    put = put.capitalize() if place.group()[0].isupper() else put
    return claim[: place.start()] + put + claim[place.end() :]


def _denied(claim: str) -> str:
    """Say that there is no effect where the claim says that there is one."""
    effect = _EFFECT.search(claim)
    if effect:
        base = effect.group()[:-1]
        ways = [f"does not {base}", "has no effect on", f"fails to {base}"]
        return claim[: effect.start()] + chooser(claim + "denied").choice(ways) + claim[effect.end() :]
    together = _TOGETHER.search(claim)
    return claim[: together.end(1)] + " not " + claim[together.start(2) :] if together else ""


def _negated(claim: str) -> str:
    denied = _DENIED.search(claim)
    if denied:
        return claim[: denied.end(1)] + claim[denied.end() :]
    no = re.search(r"\bno (?=\w)", claim)
    if no:
        return claim[: no.start()] + claim[no.end() :]
    verb = _VERB.search(claim)
    return claim[: verb.end()] + " not" + claim[verb.end() :] if verb else ""
