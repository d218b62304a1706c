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
from typing import Literal

from juried.records.base import Record
from juried.text.finite_verbs import has_finite_verb
from juried.text.references import lacks_partner, unresolved_reference

Refusal = Literal[
    "too_short",
    "too_long",
    "question",
    "cut",
    "heading",
    "unbalanced",
    "mathematics",
    "link",
    "citation",
    "layout",
    "announcement",
    "first_person",
    "imperative",
    "unresolved_reference",
    "joined_clauses",
    "no_finite_verb",
    "not_english",
]
MIN_WORDS, MAX_WORDS = 6, 60


class StandAlone(Record):
    """A sentence that stands alone, and what was taken off it in order; or why it is refused, with an empty text."""

    text: str = ""
    taken_off: tuple[str, ...] = ()
    refusal: Refusal | None = None


_COMMA_MARKERS = (
    "However|Moreover|Furthermore|In addition|Additionally|Surprisingly|Interestingly|Notably|Importantly|Finally|Lastly|Besides|"
    "Nevertheless|Nonetheless|Yet|Still|Thus|Therefore|Hence|Consequently|Accordingly|As a result|As a consequence|In contrast|"
    "By contrast|On the contrary|On the other hand|On the one hand|In particular|Specifically|Crucially|Remarkably|Indeed|In fact|"
    "Overall|First|Second|Third|Fourth|Firstly|Secondly|Thirdly|First of all|Last but not least|Further|Conversely|Similarly|"
    "Likewise|Unfortunately|Fortunately|More importantly|Most importantly|In summary|In conclusion|To conclude|To summarize|"
    "To summarise|In sum|To sum up|Meanwhile|For example|For instance|In short|Taken together|Also|What is more|More specifically|"
    "More precisely|Most notably|Perhaps surprisingly|Somewhat surprisingly|Not surprisingly|Unsurprisingly|Intriguingly|Strikingly|"
    "Curiously|Even more|Contrary to expectations|As expected|In comparison|At the same time|Significantly|Clearly|Obviously|"
    "Evidently|Naturally|Of course|Ultimately|To our surprise|Next|Subsequently|Even so|That said|After all|Concretely|Essentially"
)
_PLAIN_MARKERS = "As a result(?! of)|Thus|Therefore|Hence|Moreover|Furthermore|Additionally|Nevertheless|Nonetheless|But|And"
_MARKER = re.compile(rf"(?:(?:{_COMMA_MARKERS}), |(?:{_PLAIN_MARKERS}) (?!more\b|far\b|then\b))(?=\S)")
_CONTRASTS = ("in contrast", "by contrast", "conversely", "on the other hand", "in comparison", "similarly", "likewise")

_FIND = (
    r"(?:show(?:s|ed|n)?|finds?|found|demonstrate[sd]?|observe[sd]?|reveal(?:s|ed)?|confirm(?:s|ed)?|conclude[sd]?|"
    r"establish(?:es|ed)?|report(?:s|ed)?|prove[sdn]?|discover(?:s|ed)?|notes?|noted|verif(?:y|ies|ied)|illustrate[sd]?|"
    r"indicate[sd]?|see|saw|notice[d]?|identif(?:y|ies|ied)|evidence[sd]?|prove[ns]?|validate[sd]?|highlight(?:s|ed)?)"
)
_HEDGE = r"(?:suggest(?:s|ed)?|impl(?:y|ies|ied)|hint(?:s|ed)?|point to the fact)"
_ADVERBS = (
    r"(?:(?:[a-z]+ly|also|further|then|first|next|can|could|have|has|thus|hence|even|all|both|again|are able to|here|"
    r"consistently|together|not only) )*"
)
_THAT = r" (?:(?:[a-z]+ly|further|again|here|in general|for the first time|in particular|also),? )?that,? "
_SELF = r"(?:this|our|the present|the current) (?:paper|work|study|article|thesis|survey|research|analysis|report|contribution|review)"
_OPEN = rf"(?:(?:[Ii]n|[Tt]hroughout|[Ww]ith|[Tt]hrough) {_SELF},? |[Hh]ere,? |[Ii]n our (?:[\w-]+ )?(?:experiments|evaluation|analysis|results|study),? )?"
_WE = re.compile(rf"{_OPEN}(?:[Ww]e|[Tt]he authors|{_SELF}) {_ADVERBS}{_FIND}{_THAT}", re.IGNORECASE)
_IT = re.compile(
    rf"It (?:is|was|has been|can be|could be|were) {_ADVERBS}(?:shown|found|demonstrated|observed|seen|confirmed|proven|proved|established|reported|concluded|noted|revealed|discovered){_THAT}"
)
_NEUTRAL = (
    r"(?:experimental|experiment|empirical|extensive|main|initial|comprehensive|key|detailed|thorough|further|evaluation|test|overall|"
    r"systematic|large-scale|in-depth|additional|research|obtained|quantitative|qualitative|analysis|careful|rigorous|"
    r"several|various|numerous|many|core|central|new|recent|own|subsequent|final|broad|wide|deep|deeper|close|closer|"
    r"exhaustive|encouraging|promising|present|current|study|statistical)"
)
_NOUN = re.compile(
    rf"(?P<open>{_OPEN})(?P<det>[Oo]ur|[Tt]he|[Tt]hese|[Tt]his|[Aa]n?|[Ii]ts|[Bb]oth)? ?"
    r"(?P<adjectives>(?:[\w-]+ (?:and )?){0,5}?)"
    r"(?P<noun>results?|findings?|experiments?|evaluations?|analys[ei]s|experimentations?|stud(?:y|ies)|tests?|"
    r"ablations?|investigations?|observations?|comparisons?|simulations?|assessments?|measurements)"
    rf"(?P<scope>(?: (?!{_FIND} |{_HEDGE} )\S+){{0,40}}?) (?P<verb>{_ADVERBS}(?P<stem>{_FIND}|{_HEDGE})){_THAT}",
    re.IGNORECASE,
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
    rf"(?P<prefix>(?P<opener>[A-Z][a-z]+)\b[^,]*(?:,[^,]+){{0,2}}), (?:we|our (?:[\w-]+ )?(?:results|experiments|findings|analysis)|"
    rf"(?:the )?(?:[\w-]+ )?(?:results|experiments)) {_ADVERBS}{_FIND}{_THAT}"
)
_SCOPE_OPENERS = frozenset(
    "In On For Across Among Under Over With Without When While Although Though Despite At Within Unlike Given Even If Contrary "
    "Compared Where Whereas Because Since Beyond During Between".split()
)
_JOINED = re.compile(
    r"(?:,? and|;|, but|, while|,) (?:also |further |then |thereby )?that (?!of\b|is\b|are\b|was\b|were\b|can\b|have\b|has\b)|\b(?:and|but|, then) (?:also |further |finally |additionally |then )?"
    r"(?:propose|provide|release|present|discuss|introduce|show|analy[sz]e|describe|demonstrate|find|observe|conclude|suggest|"
    r"highlight|outline|offer|identify|explore|argue|investigate|examine|make available|publish|report|establish|reveal|"
    r"evaluate|compare|study|call for|recommend|indicate|confirm)s? (?!up\b)(?=[a-z])"
)

_FAULTS: tuple[tuple[Refusal, re.Pattern[str]], ...] = (
    ("question", re.compile(r"\?")),
    (
        "cut",
        re.compile(
            r"(?:\.\.\.|…|\bet al\.|[,;:–—-])[\"'”’)\]]*$|\b(?:a|an|the|of|and|or|to|in|with|for|by|from|that|than|as|on|at|is|are)\.$"
        ),
    ),
    (
        "link",
        re.compile(r"https?:|www\.|\S@\S+\.\S|\b[\w-]+\.(?:com|org|net|io|edu|gov|github)\b|\bdoi:", re.IGNORECASE),
    ),
    (
        "citation",
        re.compile(
            r"\[[^\]]*\d[^\]]*\]|\bunpublished\b|\bpersonal communication|\bin preparation\b|\bdata not shown\b|\bnot shown\b|[A-Z]\w+ and [A-Z]\w+ \d{1,3} |^[A-Z]\w+ \d{1,3} [a-z]+ed\b|\[[A-Z][A-Za-z+]*\]|\bet al\b|\([^()]*\b(?:19|20)\d\d[a-z]?\)|\b[A-Z][\w’'-]+ (?:(?:and|&) [A-Z][\w’'-]+ )?"
            r"\((?:19|20)\d\d[a-z]?\)|\bcf\.|\bibid\b|\(cit|\bcite[dp]?\{"
        ),
    ),
    (
        "layout",
        re.compile(
            r"\b(?:Tab(?:le|s)?|Figs?|Figures?|Sections?|Secs?|Appendi(?:x|ces)|Eqs?|Equations?|Chapters?|Supplementary|Listing|"
            r"Algorithm|Theorem|Lemma|Box|Panel|File|Movie|Video)\.? ?(?:S?\d+[A-Za-z]?|[IVX]+|[A-Z])\b|§|\b(?:following|previous|next|last|this|left|right|upper|"
            r"lower|bottom|top) (?:section|subsection|table|figure|panel|page|chapter|paragraph|column|row)\b|\bfootnote\b|"
            r"\b(?:tables?|figures?|appendix) (?:below|above|shows?|presents?|lists?)\b|\b(?:dashed|dotted|solid) lines?\b|\bin bold\b|"
            r"\bshown in (?:red|blue|green|bold|grey|gray)\b|\bSupplementary (?:Material|Information|Data)"
        ),
    ),
    (
        "mathematics",
        re.compile(
            r"\\|\$|[{}^˝˜ˆ¨´˙]|\w_\w*\b(?=[\s,.)])|[∑∏∫∂∇∈∀∃≜←→⇒∥]|[\ufffd\u0000-\u001f]|<[a-z/]|&[a-z]+;|\*\w|`|(?:\b[b-zB-HJ-Z]\b[ ,=+*/()|<>-]+){3}"
            r"|=.*=|%%|\(\)|\( | ,|,,|\b\w+\(\w+[,)].*="
        ),
    ),
    (
        "announcement",
        re.compile(
            r"\b(?:this|the present|the current|our|present) (?:[\w-]+ )?(?:paper|work|study|article|thesis|survey|chapter|report|overview|"
            r"tutorial|contribution|review|research|project|demo|submission|document|talk|position paper|system description|section)\b|"
            r"\b(?:the|a) (?:paper|article) (?:\w+ly )?(?:presents?|describes?|introduces?|discusses|reports?|proposes?|is|concludes)\b|"
            r"\b(?:is|are|will be|has been|have been|was|were) (?:\w+ly |made |also |then |now )*(?:available|released|open[- ]sourced|downloadable)\b(?! for (?:many|most|only|few))|"
            r"\b(?:is|are|was|were) (?:\w+ly |also |then |here |first |further )*(?:presented|proposed|introduced|described|discussed|outlined|"
            r"added|provided|given|explored|investigated|examined|sketched|surveyed|reviewed|summari[sz]ed|demonstrated through|illustrated)\b|"
            r"\bfuture (?:work|research|directions?|studies)\b|\bwill be (?:presented|discussed|described|shown|addressed|made)\b|"
            r"\b(?:experiments?|evaluations?|analys[ei]s|tests?|ablations?) (?:[\w-]+ ){0,2}?(?:is|are|was|were) (?:also )?(?:conducted|performed|carried out|made|run)\b|"
            r"\b(?:remainder|rest|structure|outline) of the\b|\b(?:contributions?|aims?|goals?|objectives?|purposes?) (?:are|is|was|were)\b|"
            r"\b(?:is|are) organi[sz]ed as follows\b|\bas follows\b|\bshared task (?:paper|description)\b|^Keywords?\b|\b(?:upon|on) request\b|"
            r"\bopen up\b.*\bavenues\b|\b(?:supported|funded) by (?:a |the )?(?:grant|fund|national|nih|european)|\bgrant (?:no|number)|"
            r"\ball rights reserved\b|\bcopyright\b|\bcreative commons\b|\bproceedings of\b|\bthe authors? (?:declare|thank)|\bcompeting interests?\b|"
            r"\bconflicts? of interest\b|\b(?:informed|written) consent\b|\bethics committee\b",
            re.IGNORECASE,
        ),
    ),
    (
        "first_person",
        re.compile(
            r"\b(?:[Ww]e|[Oo]ur|[Oo]urs|us|Us|[Oo]urselves|[Mm]y|[Mm]e|[Mm]yself|[Ll]et's)\b(?![-.]\w)|"
            r"(?:^|, |\b(?:that|and|which|where|as|when|if|paper|thesis|work) )I (?=[a-z])|\b[Tt]he (?:present )?authors?\b(?! of\b| names?\b| identif\w+| attrib\w+)"
        ),
    ),
    (
        "imperative",
        re.compile(
            r"(?:Consider|Note|See|Let|Recall|Suppose|Assume|Imagine|Compare|Notice|Observe|Remember|Take|Keep|Please|Try|Check|Refer|Click|"
            r"Download|Visit|Do|Add|Use|Repeat|Choose|Select|Place|Wash|Incubate|Mix)\b(?! of\b)"
        ),
    ),
)
_LABEL = re.compile(
    r"(?:Background|Introduction|Methods?|Materials and methods|Results?|Conclusions?|Discussion|Objectives?|Findings|Purpose|Aims?|"
    r"Significance|Summary|Interpretation|Limitations?)(?: and [Cc]onclusions?| and [Ss]ignificance)?\s?[:.—-] ?(?=[A-Z])",
    re.IGNORECASE,
)
_ENGLISH = frozenset("the of and to in is are for with by that as from this an be it was were have has which can or than not at between".split())
_FOREIGN = frozenset(
    "le la les des de du et que une dans pour sur avec est sont el los las del en y un por con para der die das und den von zu mit ein eine "
    "ist nicht il di che per della uma os dos das nous ces".split()
)
_HEADING = re.compile(r"\d+(?:\.\d+)*\.? [A-Z]|(?:Abstract|Keywords?|Motivation|Availability)\s?[:.—-]")
_NAME = re.compile(r"[a-z]+[A-Z0-9]|[a-z]-|(?:pH|mRNA|tRNA|siRNA|miRNA|eQTL)\b")
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
    text, taken = tidy(sentence), []
    found = fault_of_form(text)
    if found:
        return StandAlone(refusal=found)
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


def fault(text: str) -> Refusal | None:
    """Return why a finished sentence is no stand-alone claim, or None when it is one."""
    return fault_of_form(text) or _fault_of_words(text)


def fault_of_form(text: str) -> Refusal | None:
    """Return what is wrong with a sentence's outer form (cut, a question, a heading ...), or None."""
    if not _balanced(text):
        return "unbalanced"
    if _HEADING.match(text):
        return "heading"
    if text and not re.search(r"[.!][\"'”’)\]]*$", text) and "?" not in text:
        return "heading" if _title_case(text) else "cut"
    first = text.lstrip("\"'“‘([")
    if first[:1].islower() and not _NAME.match(first):
        return "cut"
    return next((name for name, pattern in _FAULTS[:4] if pattern.search(text)), None)


def _fault_of_words(text: str) -> Refusal | None:
    count = sum(any(char.isalnum() for char in word) for word in text.split())
    if count < MIN_WORDS:
        return "too_short"
    if count > MAX_WORDS:
        return "too_long"
    for name, pattern in _FAULTS[4:]:
        if pattern.match(text) if name == "imperative" else pattern.search(text):
            return name
    if unresolved_reference(text):
        return "unresolved_reference"
    if not _english(text):
        return "not_english"
    return None if has_finite_verb(text) else "no_finite_verb"


def _english(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(word in _ENGLISH for word in words)
    letters = [char for char in text if char.isalpha()]
    latin = sum(char < "\u0250" for char in letters)
    return latin * 10 >= len(letters) * 8 and sum(word in _FOREIGN for word in words) <= max(1, english)


def _title_case(text: str) -> bool:
    words = [word for word in text.split() if len(word) > 3]
    return len(words) < 4 or sum(word[0].isupper() for word in words) * 2 > len(words)


def _balanced(text: str) -> bool:
    pairs = {")": "(", "]": "[", "}": "{", "”": "“"}
    open_: list[str] = []
    for char in text:
        if char in pairs.values():
            open_.append(char)
        elif char in pairs and (not open_ or open_.pop() != pairs[char]):
            return False
    return not open_ and text.count('"') % 2 == 0


def _capital(text: str) -> str:
    return text if _NAME.match(text) else text[:1].upper() + text[1:]


def _shorten(text: str) -> tuple[str, str, bool] | None:
    """Return (what goes, what stays, whether a clause was set free) or None when nothing goes."""
    marker = _LABEL.match(text) or _MARKER.match(text)
    if marker:
        return marker.group(0).strip(), _capital(text[marker.end() :]), False
    for pattern in (_WE, _IT):
        found = pattern.match(text)
        if found:
            return found.group(0).strip(), _capital(text[found.end() :]), True
    return _shorten_noun(text) or _shorten_scoped(text)


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
