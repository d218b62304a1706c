"""What keeps a sentence from being a stand-alone claim: closed rules over its form, its words and its references."""

from __future__ import annotations

import re
from typing import Literal

from juried.text.finite_verbs import has_finite_verb
from juried.text.references import unresolved_reference
from juried.text.words import word_set

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
    "bare_number",
]
MIN_WORDS, MAX_WORDS = 6, 60


NAME = re.compile(r"[a-z]+[A-Z0-9]|[a-z]-|(?:pH|mRNA|tRNA|siRNA|miRNA|eQTL)\b")
_FAULTS: tuple[tuple[Refusal, re.Pattern[str]], ...] = (
    ("question", re.compile(r"\?")),
    (
        "cut",
        re.compile(
            r"^(?!Vitamin|Hepatitis|Type|Influenza|Group|Protein|Factor|Class|Phase)(?:[A-Z]\w+ ){1,4}An? [a-z]|"
            r"^(?:\w+ )?\(?(?:\d|[ivx]+|[a-c])\)[,:]? |[,;–-]\s?\.$|\(\s*[,;]|\. \.|"
            r"(?<=[a-z0-9,;)] )(?:The|This|These|We|Our|It|However|Here) "
            r"(?!of\b)[a-z]|^[A-Z][\w’ -]{1,40}: [A-Z]|^(?:Yes|No|OK), |"
            r"(?<!e\.g)(?<!i\.e)(?<!vs)(?<!etc)(?<!cf)(?<!ca)(?<!w\.r\.t)(?<!approx)(?<!resp)(?<!sp)(?<!spp)\. "
            r"[a-z]|[a-z)\]]\.[A-Z][a-z]+\b(?!\.)|"
            r"[a-z]{2},[A-Z]?[a-z]{2}|[a-z]:[a-z]{3}|[a-z]- (?!(?:and|or|to|nor|but|versus|vs|as)\b)[a-z]|"
            r"(?:\.\.\.|…|\bet al\.|[,;:–—-])[\"'”’)\]]*$|\b(?:a|an|the|of|and|or|to|in|with|for|by|from|that|"
            r"than|as|on|at|is|are)\.$"
        ),
    ),
    (
        "link",
        re.compile(r"https?:|www\.|\S@\S+\.\S|\b[\w-]+\.(?:com|org|net|io|edu|gov|github)\b|\bdoi:", re.IGNORECASE),
    ),
    (
        "citation",
        re.compile(
            r"\bCITATIONS?\b|(?<=[\w’])\s-[a-z]{2,}|\(\w+;\s*\)|"
            r"\[[^\]]*\d[^\]]*\]|\[\s*[,;]|\bunpublished\b|\bpersonal communication|\bin preparation\b|\bdata "
            r"not shown\b|\bnot shown\b|[A-Z]\w+ and [A-Z]\w+ \d{1,3} |^[A-Z]\w+ \d{1,3} [a-z]+ed\b|"
            r"\[[A-Z][A-Za-z+]*\]|\bet al\b|\([^()]*\b(?:19|20)\d\d[a-z]?\)|\b[A-Z][\w’'-]+ (?:(?:and|&) "
            r"[A-Z][\w’'-]+ )?"
            r"\((?:19|20)\d\d[a-z]?\)|\bcf\.|\bibid\b|\(cit|\bcite[dp]?\{"
        ),
    ),
    (
        "layout",
        re.compile(
            r"\b(?:Tab(?:le|s)?|Figs?|Figures?|Sections?|Secs?|Appendi(?:x|ces)|Eqs?|Equations?|Chapters?|"
            r"Supplementary|Listing|"
            r"Algorithm|Theorem|Lemma|Proposition|Corollary|Definition|Remark|Claim|Box|Panel|File|Movie|"
            r"Video)\.? ?(?:S?\d+[A-Za-z]?|[IVX]+|[A-Z])\b|§|\(see\b|"
            r"\b(?:following|previous|next|last|this|left|right|upper|"
            r"lower|bottom|top) (?:section|subsection|table|figure|panel|page|chapter|paragraph|column|row)\b|"
            r"\bfootnote\b|\b[Cc]ategory \([ivx]+\)|\([Cc]ases? \d+\)|"
            r"\b(?:tables?|figures?|appendix) (?:below|above|shows?|presents?|lists?)\b|\b(?:dashed|dotted|"
            r"solid) lines?\b|\bin bold\b|"
            r"\bshown in (?:red|blue|green|bold|grey|gray)\b|\bSupplementary (?:Material|Information|Data)"
        ),
    ),
    (
        "mathematics",
        re.compile(
            r"\\|\$|[{}^˝˜ˆ¨´˙]|\w_\w*\b(?=[\s,.)])|[∑∏∫∂∇∈∀∃≜←→⇒∥]|[\ufffd\u0000-\u001f]|<[a-z/]|&[a-z]+;|\*\w|"
            r"`|(?:\b[b-zB-HJ-Z]\b[ ,=+*/()|<>-]+){3}"
            r"|=.*=|%%|\(\)|\( | ,|,,|\b\w+\(\w+[,)].*=|\b\w\(\w+, ?\w+"
        ),
    ),
    (
        "announcement",
        re.compile(
            r"\b(?:this|the present|the current|our|present) (?:[\w-]+ )?(?:paper|work|study|article|thesis|"
            r"survey|chapter|report|overview|"
            r"tutorial|contribution|review|research|project|demo|submission|document|talk|position paper|system "
            r"description|section)\b|"
            r"\b(?:the|a) (?:paper|article) (?:\w+ly )?(?:presents?|describes?|introduces?|discusses|reports?|"
            r"proposes?|is|concludes)\b|"
            r"\b(?:is|are|will be|has been|have been|was|were) (?:\w+ly |made |also |then |now )*(?:available|"
            r"released|open[- ]sourced|downloadable)\b(?! for (?:many|most|only|few))|"
            r"\b(?:is|are|was|were) (?:\w+ly |also |then |here |first |further )*(?:presented|proposed|"
            r"introduced|described|discussed|outlined|"
            r"added|provided|given|explored|investigated|examined|sketched|surveyed|reviewed|summari[sz]ed|"
            r"demonstrated through|illustrated)\b|"
            r"\bforthcoming\b|\b(?:is|are) compared (?:to|with|against)\b|\bto be (?:presented|discussed|"
            r"described|introduced)\b|\b(?:and|or) (?:discussed|"
            r"presented|proposed|described|introduced|outlined)\.$|"
            r"\bfuture (?:publication|work|research|directions?|studies)\b|\bwill be (?:presented|discussed|"
            r"described|shown|"
            r"addressed|made)\b|"
            r"\b(?:experiments?|evaluations?|analys[ei]s|tests?|ablations?|stud(?:y|ies)) (?:[\w-]+ ){0,2}?(?:is|"
            r"are|was|were) (?:also )?(?:conducted|performed|carried out|made|run)\b|"
            r"\b(?:remainder|rest|structure|outline) of the\b|\b(?:contributions?|aims?|goals?|objectives?|"
            r"purposes?) (?:are|is|was|were)\b|"
            r"\b(?:is|are) organi[sz]ed as follows\b|\bas follows\b|\bshared task (?:paper|description)\b|"
            r"^Keywords?\b|\b(?:upon|on) request\b|"
            r"\bopen up\b.*\bavenues\b|\b(?:supported|funded) by (?:a |the )?(?:grant|fund|national|nih|"
            r"european)|\bgrant (?:no|number)|"
            r"\ball rights reserved\b|\bcopyright\b|\bcreative commons\b|\bproceedings of\b|\bthe authors? "
            r"(?:declare|thank)|\bcompeting interests?\b|"
            r"\bconflicts? of interest\b|\b(?:informed|written) consent\b|\bethics committee\b",
            re.IGNORECASE,
        ),
    ),
    (
        "first_person",
        re.compile(
            r"\b(?:[Ww]e|[Oo]ur|[Oo]urs|us|Us|[Oo]urselves|[Mm]y|[Mm]e|[Mm]yself|[Ll]et's)\b(?![-.]\w)|"
            r"(?:^|, |\b(?:that|and|which|where|as|when|if|paper|thesis|work) )I (?=[a-z])|\b[Tt]he (?:present "
            r")?authors?\b(?! of\b| names?\b| identif\w+| attrib\w+)"
        ),
    ),
    (
        "imperative",
        re.compile(
            r"(?:Consider|Note|See|Let|Recall|Suppose|Assume|Imagine|Compare|Notice|Observe|Remember|Take|Keep|"
            r"Please|Try|Check|Refer|Click|"
            r"Download|Visit|Do|Add|Use|Repeat|Choose|Select|Place|Wash|Incubate|Mix)\b(?! of\b)"
        ),
    ),
)
_PLAIN: frozenset[Refusal] = frozenset(["link", "citation", "layout", "mathematics", "first_person"])
_OWN_PAPER = re.compile(
    r"\b(?:this|the present|the current) (?:paper|work|study|article|survey|report)\b", re.IGNORECASE
)
_OPENS = re.compile(
    r"(?:It|They|He|She|This|These|Those|Its|Their|Both|Such|The (?:former|latter|authors?))\b(?! is known)"
)
_BARE_NUMBER = re.compile(
    r"\b(?:achiev|reach|obtain|scor|attain|yield)\w* (?:up to |about |only |a )?\d+(?:\.\d+)?\s?%?"
    r"(?:,? (?:and|to) \d+(?:\.\d+)?\s?%?)?(?:[.,;]|,? (?:on|in|for|respectively)\b)"
)
_MEASURE = re.compile(
    r"accura|\bF-?\s?\d|F-?(?:score|measure)|scores?\b|BLEU|ROUGE|chrF|precision|recall|AUC|\bW?ER\b|error|"
    r"rates?\b|\b[LU]AS\b|MRR|"
    r"\bMAP\b|DCG|correlation|points?\b|agreement|coverage|perplexity|improvement|reduction|increase|gain|exact "
    r"match|kappa|sensitivity",
    re.IGNORECASE,
)
_ENGLISH = word_set(
    "the of and to in is are for with by that as from this an be it was were have has which can or than not at between"
)
_FOREIGN = word_set(
    "le la les des de du et que une dans pour sur avec est sont el los las del en y un por con para der die das "
    "und den von zu mit ein eine "
    "ist nicht il di che per della uma os dos das nous ces"
)
_HEADING = re.compile(r"\d+(?:\.\d+)*\.? [A-Z]|(?:Abstract|Keywords?|Motivation|Availability)\s?[:.—-]")


def fault(text: str) -> Refusal | None:
    """Return why a finished sentence is no stand-alone claim, or None when it is one."""
    return fault_of_form(text) or _fault_of_words(text)


def fault_of_writing(text: str) -> Refusal | None:
    """Return why a sentence that somebody wrote to stand alone does not, or None.

    Whoever wrote it read the passage, so the guesses about a copied sentence (what "the languages" may point at,
    what sounds like an announcement, whether a verb is known) are not made; only plain faults count.
    """
    found = fault_of_form(text)
    if found:
        return found
    count = sum(any(char.isalnum() for char in word) for word in text.split())
    if not MIN_WORDS <= count <= MAX_WORDS:
        return "too_short" if count < MIN_WORDS else "too_long"
    named = next((name for name, pattern in _FAULTS if name in _PLAIN and pattern.search(text)), None)
    return named or (
        "announcement" if _OWN_PAPER.search(text) else "unresolved_reference" if _OPENS.match(text) else None
    )


def fault_of_form(text: str) -> Refusal | None:
    """Return what is wrong with a sentence's outer form (cut, a question, a heading ...), or None."""
    if not _balanced(text):
        return "unbalanced"
    if _HEADING.match(text):
        return "heading"
    if text and not re.search(r"[.!][\"'”’)\]]*$", text) and "?" not in text:
        return "heading" if _title_case(text) else "cut"
    first = text.lstrip("\"'“‘([")
    if first[:1].islower() and not NAME.match(first):
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
    checks: tuple[tuple[Refusal, bool], ...] = (
        ("unresolved_reference", unresolved_reference(text)),
        ("bare_number", bool(_BARE_NUMBER.search(text)) and not _MEASURE.search(text)),
        ("not_english", not _english(text)),
        ("no_finite_verb", not has_finite_verb(text)),
    )
    return next((name for name, failed in checks if failed), None)


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
