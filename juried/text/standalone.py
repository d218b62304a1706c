"""When a sentence can stand alone, and what is taken off its beginning so that it does.

The rule. A claim is the sentence's own words, ending in a full stop, less

1. a discourse marker ("However,", "Moreover,", "In addition,", "Surprisingly,");
2. a lead-in that says only that something was found ("We show that", "Our results indicate that", "In
   this paper we find that", "It has been shown that"). A lead-in that holds scope keeps it without the
   possessive: "Our experiments on nine languages show that ..." becomes "Experiments on nine languages
   show that ..."; "For low-resource languages, we find that X" becomes "For low-resource languages, X".
   A lead-in that hedges keeps its hedge: "Our findings suggest that ..." becomes "Findings suggest that ...".

Its first letter becomes a capital unless it begins a name such as mBERT. What still speaks of its
authors, of the page, of a plan, or of something it does not name, is no claim.
"""

from __future__ import annotations

import re

from juried.records.base import Record
from juried.text.references import lacks_partner
from juried.text.sentence_faults import NAME, Refusal, fault, fault_of_form
from juried.text.words import word_set


class StandAlone(Record):
    """A sentence that stands alone, and what was taken off it in order; or why it is refused, with an empty text."""

    text: str = ""
    taken_off: tuple[str, ...] = ()
    refusal: Refusal | None = None


_COMMA_MARKERS = (
    "However|Moreover|Furthermore|In addition|Additionally|Surprisingly|Interestingly|Notably|Importantly|"
    "Finally|Lastly|Besides|"
    "Nevertheless|Nonetheless|Yet|Still|Thus|Therefore|Hence|Consequently|Accordingly|As a result|As a "
    "consequence|In contrast|"
    "By contrast|On the contrary|On the other hand|On the one hand|In particular|Specifically|Crucially|"
    "Remarkably|Indeed|In fact|"
    "Overall|First|Second|Third|Fourth|Firstly|Secondly|Thirdly|First of all|Last but not least|Further|"
    "Conversely|Similarly|"
    "Likewise|Unfortunately|Fortunately|More importantly|Most importantly|In summary|In conclusion|To conclude|"
    "To summarize|"
    "To summarise|In sum|To sum up|Meanwhile|For example|For instance|In short|Taken together|Also|What is more|"
    "More specifically|"
    "More precisely|Most notably|Perhaps surprisingly|Somewhat surprisingly|Not surprisingly|Unsurprisingly|"
    "Intriguingly|Strikingly|"
    "Curiously|Even more|Contrary to expectations|As expected|In comparison|At the same time|Significantly|"
    "Clearly|Obviously|"
    "Evidently|Naturally|Of course|Ultimately|To our surprise|Next|Subsequently|Even so|That said|After all|"
    "Concretely|Essentially"
)
_PLAIN_MARKERS = (
    "As a result(?! of)|For example|For instance|Thus|Therefore|Hence|Moreover|Furthermore|Additionally|Nevertheless|"
    "Nonetheless|But|And"
)
_MARKER = re.compile(rf"(?:(?:{_COMMA_MARKERS}), |(?:{_PLAIN_MARKERS}) (?!more\b|far\b|then\b))(?=\S)")
_CONTRASTS = ("in contrast", "by contrast", "conversely", "on the other hand", "in comparison", "similarly", "likewise")

_FIND = (
    r"(?:show(?:s|ed|n)?|finds?|found|demonstrate[sd]?|observe[sd]?|reveal(?:s|ed)?|confirm(?:s|ed)?|conclude[sd]?|"
    r"establish(?:es|ed)?|report(?:s|ed)?|prove[sdn]?|discover(?:s|ed)?|notes?|noted|verif(?:y|ies|ied)|"
    r"illustrate[sd]?|"
    r"indicate[sd]?|see|saw|notice[d]?|identif(?:y|ies|ied)|evidence[sd]?|prove[ns]?|validate[sd]?|highlight(?:s|ed)?)"
)
_HEDGE = r"(?:suggest(?:s|ed)?|impl(?:y|ies|ied)|hint(?:s|ed)?|point to the fact)"
_ADVERBS = (
    r"(?:(?:[a-z]+ly|also|further|then|first|next|can|could|have|has|thus|hence|even|all|both|again|are able to|here|"
    r"consistently|together|not only) )*"
)
_THAT = r" (?:(?:[a-z]+ly|further|again|here|in general|for the first time|in particular|also),? )?that,? "
_SELF = (
    r"(?:this|our|the present|the current) (?:paper|work|study|article|thesis|survey|research|analysis|report|"
    r"contribution|review)"
)
_OPEN = (
    rf"(?:(?:[Ii]n|[Tt]hroughout|[Ww]ith|[Tt]hrough) {_SELF},? |[Hh]ere,? |[Ii]n our (?:[\w-]+ )?(?:experiments|"
    rf"evaluation|analysis|results|study),? )?"
)
_WE = re.compile(rf"{_OPEN}(?:[Ww]e|[Tt]he authors|{_SELF}) {_ADVERBS}{_FIND}{_THAT}", re.IGNORECASE)
_IT = re.compile(
    rf"It (?:is|was|has been|can be|could be|were) {_ADVERBS}(?:shown|found|demonstrated|observed|seen|confirmed|"
    rf"proven|proved|established|reported|concluded|noted|revealed|discovered){_THAT}"
)
_NEUTRAL = (
    r"(?:experimental|experiment|empirical|extensive|main|initial|comprehensive|key|detailed|thorough|further|"
    r"evaluation|test|overall|"
    r"systematic|large-scale|in-depth|additional|research|obtained|quantitative|qualitative|analysis|careful|rigorous|"
    r"several|various|numerous|many|core|central|new|recent|own|subsequent|final|broad|wide|deep|deeper|close|closer|"
    r"exhaustive|encouraging|promising|present|current|study|statistical)"
)
_NOUN = re.compile(
    rf"(?P<open>{_OPEN})(?:(?P<det>our|the|these|this|an?|its|both) )?"
    r"(?P<adjectives>(?:[\w-]+ (?:and )?){0,5}?)"
    r"(?P<noun>results?|findings?|experiments?|evaluations?|analys[ei]s|experimentations?|stud(?:y|ies)|tests?|"
    r"ablations?|investigations?|observations?|comparisons?|simulations?|assessments?|measurements)"
    rf"(?P<scope>(?: (?!{_FIND} |{_HEDGE} )\S+){{0,40}}?) (?P<verb>{_ADVERBS}(?P<stem>{_FIND}|{_HEDGE})){_THAT}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:Our|The|This|The proposed|Our proposed) (?:[\w-]+ ){0,4}?(?:model|method|approach|system|framework|algorithm|"
    r"technique|architecture|strategy|objective|loss|dataset|benchmark|corpus|tool|pipeline|encoder|parser|tagger), "
    r"(?:which (?:we call|is called) |(?:which we )?(?:called|dubbed|named|termed|coined) )?"
    r"(?=(?P<name>[A-Za-z]*[A-Z][\w-]*(?: \([^()]*\))?), )(?P=name),"
)
_COUNTABLE_SINGULAR = frozenset(
    [
        "study",
        "investigation",
        "experiment",
        "result",
        "finding",
        "test",
        "comparison",
        "ablation",
        "assessment",
        "simulation",
        "observation",
    ]
)
_SCOPED = re.compile(
    rf"(?P<prefix>(?P<opener>[A-Z][a-z]+)\b[^,]*(?:,[^,]+){{0,2}}), (?:we|our (?:[\w-]+ )?(?:results|experiments|"
    rf"findings|analysis)|"
    rf"(?:the )?(?:[\w-]+ )?(?:results|experiments)) {_ADVERBS}{_FIND}{_THAT}"
)
_SCOPE_OPENERS = word_set(
    "In On For Across Among Under Over With Without When While Although Though Despite At Within Unlike Given "
    "Even If Contrary "
    "Compared Where Whereas Because Since Beyond During Between"
)
_JOINED = re.compile(
    r"(?:,? and|;|, but|, while|,) (?:also |further |then |thereby )?that (?!of\b|is\b|are\b|was\b|were\b|can\b|"
    r"have\b|has\b)|\b(?:and|but|, then) (?:also |further |finally |additionally |then )?"
    r"(?:propose|provide|release|present|discuss|introduce|show|analy[sz]e|describe|demonstrate|find|observe|"
    r"conclude|suggest|"
    r"highlight|outline|offer|identify|explore|argue|investigate|examine|make available|publish|report|establish|"
    r"reveal|"
    r"evaluate|compare|study|call for|recommend|indicate|confirm)s? (?!up\b)(?=[a-z])"
)

_LABEL = re.compile(
    r"^(?:Background|Introduction|Methods?|Materials and methods|Results?|Conclusions?|Discussion|Objectives?|"
    r"Findings|Purpose|Aims?|"
    r"Significance|Summary|Interpretation|Limitations?)(?: and [Cc]onclusions?| and [Ss]ignificance)?\s?[:.—-] "
    r"?(?=[A-Z])",
    re.IGNORECASE,
)
_ENUMERATOR = re.compile(r"^(?:[•·▪◦–-]\s+|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])\)\s+)(?=[A-Z])")
_SPACE = re.compile(r"\s+")


def tidy(sentence: str) -> str:
    """Return a sentence on one line, with TeX quotes and escaped signs as printed; "" stays ""."""
    text = _SPACE.sub(" ", sentence).strip().replace("``", "“").replace("''", "”")
    return re.sub(r"\\([%&#_$])(?=\W|$)", r"\1", text).replace("\u00ad", "")


def stand_alone(sentence: str) -> StandAlone:
    """Take markers and lead-ins off one sentence by the rule of this file, or refuse it.

    The result's text is made of the sentence's words in their order, begins with a capital or a name,
    ends in a full stop and passes `fault`. Empty input is refused as too short.
    """
    text = tidy(sentence)
    taken = [found.group(0).strip() for found in [_LABEL.match(text)] if found]
    text = _ENUMERATOR.sub("", _LABEL.sub("", text, count=1), count=1)
    form = fault_of_form(text)
    if form:
        return StandAlone(refusal=form, taken_off=tuple(taken))
    joined = False
    for _ in range(4):
        shorter = _shorten(text)
        if shorter is None:
            break
        off, text, clause = shorter
        taken.append(off)
        joined = joined or (clause and bool(_JOINED.search(text)))
    text = _capital(text)
    found = "joined_clauses" if joined else fault(text)
    if not found and any(off.lower().startswith(_CONTRASTS) for off in taken) and lacks_partner(text):
        found = "unresolved_reference"
    return StandAlone(refusal=found, taken_off=tuple(taken)) if found else StandAlone(text=text, taken_off=tuple(taken))


def _capital(text: str) -> str:
    return text if NAME.match(text) else text[:1].upper() + text[1:]


def _shorten(text: str) -> tuple[str, str, bool] | None:
    """Return (what goes, what stays, whether a clause was set free) or None when nothing goes."""
    marker = _MARKER.match(text)
    if marker:
        return marker.group(0).strip(), _capital(text[marker.end() :]), False
    for pattern in (_WE, _IT):
        found = pattern.match(text)
        if found:
            return found.group(0).strip(), _capital(text[found.end() :]), True
    return _shorten_noun(text) or _shorten_scoped(text) or _shorten_named(text)


def _shorten_named(text: str) -> tuple[str, str, bool] | None:
    """Take "Our model, dubbed" off "Our model, dubbed XLM-R, outperforms ...": the name stands for it."""
    found = _NAMED.match(text)
    if not found:
        return None
    return text[: found.start("name")].strip(), found["name"] + text[found.end() :], False


def _shorten_noun(text: str) -> tuple[str, str, bool] | None:
    found = _NOUN.match(text)
    if not found:
        return None
    scope, adjectives = found["scope"].strip(), found["adjectives"].strip()
    neutral = all(re.fullmatch(_NEUTRAL, word, re.IGNORECASE) for word in adjectives.split() if word != "and")
    hedged = bool(re.fullmatch(_HEDGE, found["stem"], re.IGNORECASE))
    if neutral and not scope and not hedged:
        return found.group(0).strip(), _capital(text[found.end() :]), True
    begin = found.start("adjectives") if adjectives else found.start("noun")
    if (
        begin == 0
        or found["noun"].lower() in _COUNTABLE_SINGULAR
        or (found["det"] or "").lower() in ("a", "an", "both")
    ):
        return None
    return text[:begin].strip(), _capital(text[begin:]), False


def _shorten_scoped(text: str) -> tuple[str, str, bool] | None:
    found = _SCOPED.match(text)
    if not found or found["opener"] not in _SCOPE_OPENERS:
        return None
    off = text[found.end("prefix") + 1 : found.end()].strip()
    return off, f"{found['prefix']}, {text[found.end() :]}", True
