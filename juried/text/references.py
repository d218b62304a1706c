"""What a sentence must not leave open: references whose antecedent is not in the sentence itself."""

from __future__ import annotations

import re

from juried.text.finite_verbs import is_finite

_HEADS = (
    r"models?|systems?|methods?|approach(?:es)?|frameworks?|algorithms?|architectures?|pipelines?|datasets?|data "
    r"?sets?|"
    r"corpus|corpora|techniques?|procedures?|strateg(?:y|ies)|classifiers?|parsers?|taggers?|networks?|tools?|"
    r"toolkits?|"
    r"resources?|lexicons?|treebanks?|benchmarks?|solutions?|mechanisms?|modules?|metrics?|schemes?|setups?"
)
_INITIAL_HEADS = (
    _HEADS + r"|data|results?|findings?|experiments?|evaluations?|analys[ei]s|stud(?:y|ies)|papers?|articles?|works?|"
    r"authors?|tasks?|challenges?|participants?|teams?|submissions?|annotations?|features?|baselines?|problems?|"
    r"questions?|"
    r"proposals?|contributions?|improvements?|gains?|reasons?|goals?|aims?|purposes?|objectives?|ideas?|intuitions?|"
    r"differences?|effects?|process|survey|review|workshop|track|output|scores?|code|software|project|platform|library|"
    r"intervention|cohort|trial|latter|former|rest|others?|first|second|third|main|last|final|method|languages?|texts?|"
    r"performance|accuracy|design|collection|package|application|interface|paradigm|theory|test set|training set|"
    r"limitations?|advantages?|issues?|phenomen(?:on|a)|assumptions?|hypothes[ie]s|losses|loss|objective|bottleneck|"
    r"researchers?|methodology|methodologies|inclusion|training|resulting|dictionary|ontology|wordnet|grammar|"
    r"task|community|field|area|topic|gap|trend|pattern|observation|conclusion|outcome|version|step|stage|phase"
)
_DEFINES = (
    r"of|for|that|which|who|whose|to|with|between|from|behind|used|trained|based|using|in|on|at|by|among|across|"
    r"whether|"
    r"where|when|proposed|obtained|under|over|within"
)
_INITIAL_PRONOUN = re.compile(
    r"(?:It|They|He|She|This|That|These|Its|Their|His|Her|Them|Such|Here|Then|There(?:by|fore|after)|One|Ones|"
    r"Another|Others?|"
    r"The (?:next|following|previous|same|other|former|latter)|Neither|Either|None|Each|So|Hence|Doing|Which|How|"
    r"Why|What|Whether|Same|Now|Yet|In other words|In (?:this|that|these|those)|All (?:[a-z]+ )?[a-z]+ (?:were|"
    r"was|are|is|have|had)|Instead|Rather|Otherwise|Alternatively|"
    r"Similar|Additional|Some(?= of)|All(?= of th)|Most(?= of th)|Many of th|Two|Three|Four|Again|Also|Else|"
    r"Thereof|Among them|"
    r"Those(?! (?:who|with|of|in|from)\b))\b"
)
_EXPLETIVE = re.compile(
    r"(?:It (?:is|was|has been|remains|seems|can be|may be|becomes)(?: \w+ly| not| still| also| even| often)* "
    r"(?:well[- ]known|widely|possible|impossible|important|essential|crucial|necessary|difficult|hard|easy|feasible|"
    r"beneficial|better|best|useful|helpful|sufficient|unclear|known|likely|unlikely|desirable|challenging|infeasible|"
    r"advantageous|preferable|critical|vital|common|rare|costly|expensive|time-consuming|effective|reasonable|safe)\b"
    r"(?:[^.]*?)\b(?:to|that|whether|for|how|if|when)\b)|(?:There (?:is|are|was|were|has|have|exists?|remains?)\b)"
    r"|(?:(?:One|Two|Three|Four) (?:hundred|thousand|million|in|out|percent|or|to|and a half)\b)"
)
_DESPITE = re.compile(
    r"(?:Despite|In spite of|Because of|Due to|Owing to|Given|Like|Unlike|Besides|Regardless of|Thanks to|Apart "
    r"from|With|"
    r"In addition to|Notwithstanding) (?:all )?(?:its|their)\b[^,]*, (?!it\b|they\b|this\b|these\b|its\b|their\b)"
)
_EARLY_PRONOUN = re.compile(r"(?:\S+ ){1,3}(?:it|they|its|their|them|he|she|his|her)\b")
_DEMONSTRATIVE = re.compile(r"\b(this|these|that same|those same)\b(?: (?:[\w-]+ ){0,2}?([A-Za-z-]+))?", re.IGNORECASE)
_ORDINAL = re.compile(
    r"\b(?:the|our|in|its) (?:second|third|fourth|fifth) (?!languages?\b|person\b|largest\b|most\b|half\b|"
    r"place\b|order\b|best\b|year\b|"
    r"quarter\b|trimester\b)[a-z]|(?<!\d )(?<!\d, )\b(?:sub-?tasks?|tasks?|tracks?|sub-?tracks?|experiments?|"
    r"study|setting|hypothesis|"
    r"RQ|challenge) (?:\d|[A-D]\b)|\bno exception\b|"
    r"\bthe same (?:questions?|problems?|issues?|approach(?:es)?|methods?|settings?|holds|goes|phenomenon|"
    r"trends?|is true|applies|way|manner)\b(?! (?:as|that|of)\b)",
    re.IGNORECASE,
)
_REPORTED_PRONOUN = re.compile(
    r"(?:[A-Z]\w+ (?:\S+ ){0,20}?)(?:show|find|demonstrate|reveal|indicate|suggest|confirm|prove)(?:s|ed)? "
    r"that,? (?:it|they|its|their)\b"
)
_LATE_PRONOUN = re.compile(
    r"(?:[A-Z]\w+(?:ing|ed)|By|With|Using|Through|For|To|On|Trained|Based|Compared|As|Without|After|Before|From|At|"
    r"Built|Developed|When \w+(?:ing|ed))\b"
    r"[^,]*, (?:it|they|he|she|its|their)\b(?! (?:is|was|has been|remains|seems|can be|may be|becomes) (?:\w+ly |"
    r"not |still |also |often )*"
    r"(?:possible|impossible|important|essential|crucial|necessary|difficult|hard|easy|feasible|beneficial|"
    r"better|best|useful|unclear|"
    r"known|likely|unlikely|challenging|critical|common|sufficient)\b)"
)
_POINTS_BACK = re.compile(
    r"^(?:In|On|For|With|At|By|From|Under|During|Across|Within) the (?!last\b|past\b|recent\b|world\b|"
    r"literature\b|future\b|meantime\b|absence\b|"
    r"presence\b|early\b|late\b)(?:[a-z-]+ ){0,3}[a-z-]+, |"
    r"^(?:The |Our )?(?:[A-Za-z-]+ ){0,2}(?:[Rr]esults?|[Ff]indings?|[Ee]xperiments?|[Ee]valuations?) (?:also |"
    r"further |clearly )?(?:show|demonstrate|"
    r"indicate|reveal|confirm|highlight|suggest|underline|underscore|support|validate|prove|point)s?(?:ed)? (?!that\b)|"
    r"^The (?:data|dataset|corpus|model) used\b|\bthe same(?=[.,;])|^Namely\b|^(?:With|In|For|On|Using|By) the "
    r"(?:[\w-]+ ){0,2}(?:models?|methods?|"
    r"systems?|approach|settings?|datasets?|corpus),|"
    r"^(?:Most|Many|Some|Several|All|Other) (?:of the )?(?:teams|submissions|participants|participating|systems "
    r"submitted)\b|"
    r"\b[Tt]he (?:program|disease|condition) [a-z]+(?:ed|es|s)\b|"
    r"^The (?:newly |recently )?(?:resulting|resultant|proposed|presented|obtained|fabricated|developed|"
    r"introduced|new|final)\b|"
    r"^The (?:(?!of\b|for\b|in\b|that\b)\S+ ){1,6}also [a-z]+|\b[Mm]akes? it (?:an? )?(?:[\w-]+ ){0,3}[\w-]+\.$|"
    r"\bthe (?:languages?|topic|disease|condition|patients?|participants?|subjects)(?=[.,;]| (?:is|are|was|were|"
    r"can|has|have|will|may)\b)"
)
_THEIR = re.compile(r"\b(?:their|they|them|themselves)\b", re.IGNORECASE)
_PLURAL = re.compile(
    r"\b(?:[A-Za-z-]{3,}s|[A-Z]{2,}s?|people|children|mice|men|women|data|media|criteria|corpora|phenomena|"
    r"bacteria|cattle|and)\b"
)
_THOSE = re.compile(
    r"\b(those) (?!who\b|whose\b|with\b|of\b|in\b|from\b|that\b|which\b|where\b|obtained\b|reported\b|for\b|"
    r"without\b|on\b|at\b|not\b|by\b|to\b|already\b|most\b|\w+(?:ed|ing)\b)[\w-]+"
    r"(?! (?:\w+ )?(?:that|which|who|whose|where|with|without|not|\w+ed)\b)",
    re.IGNORECASE,
)
_SUCH = re.compile(r"\bsuch\b(?! as\b| that\b)", re.IGNORECASE)
_BACKWARD = re.compile(
    r"\b(?:the|its|their) (?:newly |recently |above[- ]|previously |just )?(?:proposed|presented|suggested|"
    r"introduced|resulting|"
    r"described|aforementioned|above|said|mentioned|discussed|foregoing|present|current|new|novel|developed|designed|"
    r"following|respective|corresponding|other|others|former|latter|remaining|rest|first one|second one|new one|"
    r"best-performing|winning|released|submitted|implemented|adopted|considered|examined|investigated|studied|combined|"
    r"obtained|extracted|collected|created|constructed|annotated|produced) ?(?:[\w-]+ ){0,2}?(?:"
    + _INITIAL_HEADS
    + r"|"
    r"ones?|two|three|four|five)\b|\bthe (?:former|latter|others|rest|above|aforementioned|proposed|present stud|"
    r"present work|"
    r"present paper|current stud|current work|authors)\b|\bthe (?:paper|article|study|research|work)\b(?! (?:of|"
    r"on|in|community|communities|field|area|literature|that)\b)|\baforementioned\b|\b(?:mentioned|described|"
    r"shown) "
    r"(?:above|below|earlier)\b|\b(?:argued|noted|discussed|mentioned|stated|explained|defined|seen|outlined|"
    r"observed|indicated|reported) (?:above|below|earlier|before)\b|\b(?:as|see) (?:above|below)\b|\bherein\b|"
    r"\bin the following\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:the|all|these|those) (?:other |remaining |above |first |last )?(?:two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|fifteen|twenty|\d{1,2}) "
    r"(?!most\b|major\b|largest\b|best\b|main\b|years?\b|decades?\b|months?\b|weeks?\b|days?\b|hours?\b)[a-z]",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_THE_START = re.compile(
    rf"The (?:[a-z][\w-]*,? ){{0,3}}?(?:{_INITIAL_HEADS})\b(?! (?:{_DEFINES})\b)(?=[\s,'’])(?! [A-Z])"
)
_OUTCOME_START = re.compile(
    r"The (?:[a-z][\w-]* ){0,2}?(?:results?|findings?|experiments?|performance|scores?|values?) (?:in|at|by|to)\b"
)
_POSTMODIFIER = frozenset(_DEFINES.split("|"))
_SHARED = (
    r"shared task|task|competition|leaderboard|track|organi[sz]ers?|dataset owners|annotators|workshop|submissions?"
)
_DEFINITE = re.compile(rf"\bthe (?:[a-z][\w-]* )?({_HEADS}|{_SHARED})\b(?!-)(?! (?:{_DEFINES})\b)")
_BARE_OUTCOME = re.compile(
    r"\bthe (results?|performance|improvements?|gains?|scores?|differences?|drop|increase|decrease|problems?|"
    r"issues?|features|pairs|effects?|"
    r"outputs?|experiments?|values?)(?=[.,;]| (?:is|are|was|were|has|have|can|will|may|also|activate|\w+ly)\b)"
)
_LACKING_PARTNER = re.compile(r"\b(?:better|worse|higher|lower|larger|smaller|faster|slower|fewer|stronger|weaker)\b")
_BARE_COMPARISON = re.compile(r"\b(?:is|are|was|were|be) (?:\w+ly |even |much )?(?:less|more) [a-z-]+\.$")
_SEQUENCE = re.compile(
    r"\b(?:is|are|was|were|can|be) then\b|^(?:Submissions?|Teams?|Systems?|Results|Names|Experiments|Organi[sz]ers)\b"
    r"(?! (?:for|of|on|in|from|with|that|which|using)\b)(?! [A-Z])"
)
_PARTNER = re.compile(r"\b(?:than|compared|relative|versus|vs|over|against|when|as|the)\b")


def unresolved_reference(sentence: str) -> bool:
    """Whether a sentence points at something it does not name: "It ...", "these approaches", "the former".

    A demonstrative is resolved when its noun stands earlier in the same sentence; "the method" when a
    method was named earlier or is defined by what follows ("the method of ...").
    """
    return (
        _starts_open(sentence)
        or bool(
            _SUCH.search(sentence)
            or _BACKWARD.search(sentence)
            or _COUNTED.search(sentence)
            or _ORDINAL.search(sentence)
        )
        or bool(_LATE_PRONOUN.match(sentence) or _REPORTED_PRONOUN.match(sentence))
        or any(_open_demonstrative(sentence, found) for found in _DEMONSTRATIVE.finditer(sentence))
        or any(_open_demonstrative(sentence, found) for found in _THOSE.finditer(sentence))
        or bool(_POINTS_BACK.search(sentence))
        or _open_their(sentence)
        or bool(_SEQUENCE.search(sentence))
        or _ends_in_comparison(sentence)
        or _open_both(sentence)
        or any(
            _open_definite(sentence, found)
            for found in (*_DEFINITE.finditer(sentence), *_BARE_OUTCOME.finditer(sentence))
        )
    )


def lacks_partner(sentence: str) -> bool:
    """Whether a comparative names nothing that it compares with; telling after "In contrast," was taken off."""
    return bool(_LACKING_PARTNER.search(sentence)) and not _PARTNER.search(sentence)


def _ends_in_comparison(sentence: str) -> bool:
    return bool(_BARE_COMPARISON.search(sentence)) and not _PARTNER.search(sentence)


def _starts_open(sentence: str) -> bool:
    if _EXPLETIVE.match(sentence) or _DESPITE.match(sentence):
        return False
    if (
        _INITIAL_PRONOUN.match(sentence)
        or _OUTCOME_START.match(sentence)
        or _THE_START.match(sentence)
        or _starts_with_open_noun(sentence)
    ):
        return True
    early = _EARLY_PRONOUN.match(sentence)
    return bool(early) and not _DESPITE.match(sentence) and not _names_something(early.group(0) if early else "")


def _starts_with_open_noun(sentence: str) -> bool:
    """Whether a sentence begins with "The model is" or "All models are": a noun that nothing defines."""
    words = re.findall(r"[^\s,;:()]+", sentence)[:9]
    if words[:1] not in (["The"], ["All"]):
        return False
    low = [word.lower() for word in words]
    closing = _POSTMODIFIER - {"to", "that", "whether", "in", "on", "by", "at"}
    if len(words) > 2 and re.fullmatch(r"[A-Z]{2,}s", words[1]) and is_finite(low, 2):
        return True
    for at in range(1, len(words)):
        if low[at] in _POSTMODIFIER or words[at] != low[at] or any(char.isdigit() for char in words[at]):
            return False
        follows = low[at + 1] if at + 1 < len(low) else ""
        if at > 1 and is_finite(low, at) and (not low[at].endswith(("ed", "s")) or follows not in closing):
            return True
    return False


def _names_something(head: str) -> bool:
    """Whether the words before an early pronoun hold a plural or a name that it can stand for."""
    words = head.split()[:-1]
    return any(word[:1].isupper() and at > 0 for at, word in enumerate(words)) or any(
        len(word) > 3
        and word.endswith("s")
        and word.lower() not in ("thus", "despite", "unless", "across", "besides", "whereas")
        for word in words
    )


def _stem(word: str) -> str:
    low = word.lower()
    for ending, put in (("ies", "y"), ("ches", "ch"), ("sses", "ss"), ("xes", "x"), ("s", "")):
        if low.endswith(ending) and len(low) > len(ending) + 2 and not low.endswith("ss"):
            return low[: -len(ending)] + put
    return low


def _open_demonstrative(sentence: str, found: re.Match[str]) -> bool:
    before = {_stem(word) for word in re.findall(r"[A-Za-z-]+", sentence[: found.start()])}
    after = re.findall(r"[A-Za-z-]+", sentence[found.end(1) : found.end(1) + 60])[:3]
    return not any(_stem(word) in before and len(word) > 3 for word in after)


def _open_their(sentence: str) -> bool:
    """Whether a plural pronoun comes before any plural noun or pair that it can stand for, or that follows a comma."""
    found = _THEIR.search(sentence)
    if not found or _DESPITE.match(sentence):
        return False
    return not _PLURAL.search(sentence[: found.start()]) and "," not in sentence[found.end() :]


def _open_both(sentence: str) -> bool:
    """Whether "both" has no pair: neither "both A and B" nor "A and B both"; "both methods are" is open."""
    found = _BOTH.search(sentence)
    if not found:
        return False
    rest = re.findall(r"[^\s,;:]+", sentence[found.end() :].lower())[:4]
    joined = re.search(r"\band\b|&|/", sentence[found.end() :])
    if any(at and is_finite(rest, at) for at in range(len(rest)) if "and" not in rest[:at]):
        joined = None
    if re.match(r"\s*[.,;]", sentence[found.end() :]):
        joined = None
    return not joined and not re.search(r"\band\b", sentence[: found.start()])


def _open_definite(sentence: str, found: re.Match[str]) -> bool:
    stem = _stem(found.group(1))
    before = [_stem(word) for word in re.findall(r"[A-Za-z]+", sentence[: found.start()])]
    return stem not in before
