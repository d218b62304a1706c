"""Words that turn a statement round or narrow it: negations, directions, opposites, hedges, conditions, scope.

The lists are closed and general to scholarly English. Each word is compared by its stem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from juried.text.words import Word, stem, word_set, words


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


NEGATIONS = word_set(
    """not no never cannot without neither nor none nothing nobody hardly scarcely barely lack lacks lacked
    lacking fail fails failed unable absent absence isn't aren't wasn't weren't don't doesn't didn't
    can't couldn't won't wouldn't shouldn't hasn't haven't hadn't"""
)
UP = _stems(
    """increase increases increased increasing increment rise rises rose risen rising raise raises improve improves
    improvement enhance enhancement higher highest more most greater greatest larger largest gain gains
    outperform outperforms exceed exceeds surpass better best promote promotes upregulate upregulates
    upregulated upregulation up-regulates up-regulated up-regulation accelerate accelerates elevate elevates
    boost boosts stronger strengthen strengthens activate activates activation induce induces stimulate
    stimulates facilitate facilitates faster superior above longer help helps benefit benefits grow grows growth
    amplified enhanced elevated elevation enriched exacerbate exacerbates exacerbated aggravate overexpression
    overexpressed excess trigger cause causes contributes contribute support supports enable enables required
    requires necessary essential sensitizes sensitive prolonged prolong amplify amplifies expand expands augment
    augments beneficial positively positive high favorable favourable"""
)
DOWN = _stems(
    """decrease decreases decreased decreasing decrement fall falls fell fallen reduce reduces reduction reductions
    decline declines drop drops dropped lower lowest lowers fewer fewest less least smaller smallest degrade
    degrades degradation impair impairs impairment worse worst worsen worsens underperform underperforms
    underperformed inhibit inhibits inhibition suppress suppresses suppression downregulate downregulates
    downregulated downregulation down-regulates down-regulated down-regulation weaken weakens weaker block
    blocks hinder hinders hurt hurts prevent prevents slower attenuate attenuates diminish diminishes lose loses
    loss inferior below shorter deteriorate deteriorates deterioration harm harms harmful repress represses
    repression abolish abolishes negatively negative low unfavorable unfavourable protect protects limit limits
    impede impedes impaired inhibited inhibitor inhibitors suppressed blocked blockade blocking silencing
    knockdown knockout deletion deficiency deficient lack lacks lacking absence depletion depleted ablation
    disruption disrupts abrogated abrogates abolished diminished attenuated weakened reduced lost shortened poor
    poorer deprived resistance resistant antagonist antagonists inversely prevented prevention protection
    protective avoid avoids mitigates mitigate alleviates alleviate ameliorates ameliorate repressed repressor
    minimal rarely unable fails failed insufficient delays delayed"""
)
_PAIRS = """present absent| presence absence| positive negative| possible impossible| significant insignificant| same
different| similar different| high low| strong weak| large small| early late| before after| agonist
antagonist| sensitive resistant| common rare| dependent independent| effective ineffective| sufficient
insufficient| consistent inconsistent| efficient inefficient| beneficial harmful| always never| all none| with
without| acute chronic| benign malignant| major minor| gain loss| easy hard| easier harder| success failure|
succeeds fails| accept reject| agree disagree| long short| fast slow| young old| rich poor| simple complex|
active inactive| stable unstable| upper lower| gain-of-function loss-of-function| homozygous heterozygous|
supervised unsupervised| monolingual multilingual| maximum minimum| more less| more fewer| most least| better
worse| best worst| better poorer| good bad| good poor| able unable| seen unseen| related unrelated| necessary
unnecessary| frequent infrequent| favorable unfavorable| inside outside| first last| symmetric asymmetric|
high-resource low-resource| higher-resource lower-resource| resource-rich resource-poor| many few| male
female| men women| left right| rarely often| rarely frequently| wins loses| superior inferior| include
exclude| includes excludes| helps hurts| helpful harmful| above below| over under| narrow broad| narrower
broader| dense sparse| encourage discourage| confirm refute| support contradict| supports contradicts|
proximal distal| intrinsic extrinsic| susceptible resistant| increased decreased| full partial|
pro-inflammatory anti-inflammatory"""
OPPOSITES = frozenset(frozenset((stem(first), stem(second))) for first, second in map(str.split, _PAIRS.split("|")))
_NEGATIVE_PREFIXES = ("un", "in", "im", "non", "non-", "dis", "ir", "il", "anti", "anti-", "mis")
HEDGES = word_set(
    """may might could possibly potentially perhaps likely unlikely probably presumably seemingly apparently
    sometimes occasionally often usually generally typically partly partially mostly largely somewhat some most
    almost nearly tentatively conceivably plausibly"""
)
GUESSES = _stems(
    """hypothesize hypothesise hypothesized hypothesised hypothesis hypotheses speculate speculated conjecture
    assume assumed suspect possible possibility whether if wonder unclear unknown question expect expected
    believe unlikely"""
)
UNIVERSALS = word_set(
    """all always every everyone never none any entirely completely universally must only solely exclusively
    invariably perfectly fully guaranteed guarantees proves proven definitely certainly"""
)
CONDITIONS = word_set("""if when unless only except provided whenever under given assuming until once""")
CAUSES = _stems("""cause causes caused causing lead leads led trigger triggers drives drive induce induces produces""")
ASSOCIATIONS = _stems(
    """associate associated association associations correlate correlated correlates correlation linked link links
    relate related relationship predict predicts predictor"""
)
_NULL = re.compile(
    r"\b(?:no|not|without|neither)\b(?:\W+\w+){0,4}?\W+"
    r"(?:effects?|differences?|differ(?:ed|s)?|associat\w+|correlat\w+|changes?d?|impact|"
    r"influenced?|affect(?:ed|s)?|relat\w+|links?|linked|"
    r"significant\w*|improve\w*|benefits?|evidence|increased?|reduced?|altered?)\b"
    r"|\b(?:unaffected|unchanged|unaltered|unrelated|independent of|similar|comparable|equivalent|"
    r"did not|does not|do not)\b",
    re.IGNORECASE,
)
_BOUNDS = re.compile(
    r"\b(?:up to|at most|at least|as many as|as few as|no more than|no less than|fewer than|less than|more than)\s*$",
    re.I,
)


@lru_cache(maxsize=20_000)
def negations(text: str) -> tuple[Word, ...]:
    """Return the negating words of a text; "not only" negates nothing."""
    found = words(text)
    return tuple(word for number, word in enumerate(found) if _negates(found, number))


def _negates(found: tuple[Word, ...], number: int) -> bool:
    word = found[number].folded
    following = found[number + 1].folded if number + 1 < len(found) else ""
    if word in ("not", "no") and following in ("only", "longer", "matter", "least"):
        return word == "no" and following == "longer"
    return word in NEGATIONS or word.endswith("n't")


def direction(word: str) -> int:
    """Return 1 for a word that says more or better, -1 for less or worse, 0 for any other."""
    key = stem(word.lower())
    return (key in UP) - (key in DOWN)


@lru_cache(maxsize=50_000)
def opposite(first: str, second: str) -> bool:
    """Whether two words say opposite things: a known pair, two directions, or one with a negative prefix."""
    one, two = stem(first.lower()), stem(second.lower())
    if one == two:
        return False
    if frozenset((one, two)) in OPPOSITES or direction(first) * direction(second) == -1:
        return True
    head, dash, tail = first.lower().partition("-")
    other, _, ending = second.lower().partition("-")
    if dash and tail == ending:
        return opposite(head, other)
    short, long = sorted((one, two), key=len)
    return len(short) >= 5 and any(long == prefix + short for prefix in _NEGATIVE_PREFIXES)


def any_opposite(first: Iterable[str], second: Iterable[str]) -> tuple[str, str] | None:
    """Return the first pair of opposite words, one of each side; None when there is none."""
    others = tuple(second)
    return next(((one, two) for one in first for two in others if opposite(one, two)), None)


def relation_sign(text: str) -> int:
    """Return the sign of the relation that a clause states: each "less" word and each negation turns it round.

    "Loss of X increases Y" and "X reduces Y" are both -1. A clause without such words has the sign 1.
    """
    denied = negations(text)
    turns = sum(direction(word.folded) < 0 and word not in denied for word in words(text)) + len(denied)
    return -1 if turns % 2 else 1


def states_nothing(text: str) -> bool:
    """Whether a text says that there is no effect, no difference or no link."""
    return bool(_NULL.search(text))


_ASKS = re.compile(
    r"\?|\b(?:whether|aim(?:ed|s)?|objectives?|hypothes\w+|unclear|unknown)\b"
    r"|\bto (?:examine|determine|investigate|assess|test|evaluate|explore|study|find out)\b",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether a sentence asks, supposes or announces an aim, and so states no finding."""
    return bool(_ASKS.search(text))


_CLAUSE = re.compile(r"[;:]|,(?!\d)|\b(?:and|but|whereas|while|although|though|however|which|whose|because)\b")


def clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a sentence, cut at commas, semicolons and conjunctions; never empty for a text of words."""
    return tuple(part.strip() for part in _CLAUSE.split(text) if part.strip())


def hedges(text: str) -> tuple[str, ...]:
    """Return the words of a text that soften or narrow it, in order."""
    return tuple(word.folded for word in words(text) if word.folded in HEDGES)


def universals(text: str) -> tuple[str, ...]:
    """Return the words of a text that widen it to everything, in order."""
    return tuple(word.folded for word in words(text) if word.folded in UNIVERSALS)


def causal(text: str) -> bool:
    """Whether a text says that one thing brings about another."""
    return any(stem(word.folded) in CAUSES for word in words(text)) or "due to" in text.lower()


def associative(text: str) -> bool:
    """Whether a text says only that two things go together."""
    return any(stem(word.folded) in ASSOCIATIONS for word in words(text))


def bound_before(text: str, at: int) -> str:
    """Return the words just before an offset that make a bound of a number ("up to"), or "" when there are none."""
    match = _BOUNDS.search(text, max(0, at - 24), at)
    return match.group().strip().lower() if match else ""
