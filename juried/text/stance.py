"""Whether a sentence tells what its own work found, or states something else: background, a definition, a method.

The rule reads cues of the sentence as its source prints it, in this order:

1. words that own a finding ("we show that", "our results", "RESULTS", "these experiments reveal") make it an
   own result;
2. words about the field ("have become", "recent work", "existing methods", "remains a challenge", "is the
   task of", a citation), and words about what was done or made ("we propose", "is designed to", "were
   enrolled"), make it stated;
3. words of evidence make it an own result once the work has begun to speak of itself: a comparison
   ("outperforms", "than"), a number with a unit, a finding in the past tense ("was associated with");
4. what is left is an own result only shortly after a finding has been announced, or under a heading such as
   Results.

The work begins to speak of itself where the text before holds "we", "this study", "here" or a label
such as METHODS; with no text known, evidence counts by itself.
"""

from __future__ import annotations

import re
from typing import Literal

Stance = Literal["own_result", "stated"]

_FIND = (
    r"(?:show(?:s|ed|n)?|finds?|found|demonstrat(?:es?|ed|ing)|observe[sd]?|reveal(?:s|ed|ing)?|confirm(?:s|ed|ing)?|"
    r"conclude[sd]?|establish(?:es|ed)?|report(?:s|ed)?|prove[sdn]?|discover(?:s|ed)?|indicat(?:es?|ed|ing)|"
    r"suggest(?:s|ed|ing)?|achieve[sd]?|obtain(?:s|ed)?|identif(?:y|ies|ied)|verif(?:y|ies|ied)|notice[d]?|"
    r"noted?|improve[sd]?|"
    r"outperform(?:s|ed)?|yield(?:s|ed)?|highlight(?:s|ed)?|refute[sd]?|support(?:s|ed)?|uncover(?:s|ed)?|see|saw|"
    r"detect(?:s|ed)?|argue[sd]?|estimate[sd]?|reach(?:es|ed)?|surpass(?:es|ed)?|"
    r"gain(?:s|ed)?|provid(?:es?|ed) (?:\w+ )?evidence|"
    r"illustrate[sd]?|succeed(?:s|ed)?|validate[sd]?|evidence[sd]?|impl(?:y|ies|ied))"
)
_BETWEEN = r"(?:[\w%%/()'’,-]+ ){0,%d}?"
_TRIED = (
    r"(?:results?|findings?|experiments?|experimentation|evaluations?|analys[ei]s|ablations?|tests?|comparisons?|"
    r"investigations?|observations?|simulations?|assays?)"
)
_OWN_FINDING = re.compile(
    rf"\b[Ww]e (?!(?:have )?(?:recently|previously)\b)(?:\w+ ){{0,3}}?{_FIND}\b|"
    rf"\b(?:[Tt]hese|[Tt]he|[Oo]ur) data (?:\w+ )?{_FIND}\b|\b[Oo]ur {_BETWEEN % 6}{_FIND}\b|\b(?:[Tt]his|"
    rf"[Tt]he present) (?:study|work|paper|analysis|review) (?:\w+ )?{_FIND}\b|"
    rf"\b(?:[Tt]hese|[Tt]he|[Oo]ur|[Ee]xperimental|[Ee]mpirical|[Ee]xtensive|[Dd]etailed|[Mm]ixed|[Aa]n?) "
    rf"{_BETWEEN % 4}{_TRIED} {_BETWEEN % 14}(?<!to ){_FIND}\b|"
    rf"^(?:{_TRIED}) {_BETWEEN % 10}{_FIND}\b|"
    r"\b(?:was|were) (?:not )?(?:statistically )?significantly (?:associated|correlated|higher|lower|different|"
    r"related)\b|"
    r"^(?:RESULTS?|CONCLUSIONS?|FINDINGS|INTERPRETATION|Results?:|Conclusions?:|Findings:)(?! OF)\b(?!\s+and\b)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"^(?:BACKGROUND|CONTEXT|INTRODUCTION|OBJECTIVES?|AIMS?|PURPOSE|METHODS?|DESIGN|SETTING|PARTICIPANTS|"
    r"MATERIALS? AND METHODS|Background:|Methods?:|Objectives?:)\b"
)
_FIELD = re.compile(
    r"\b(?:has|have) (?:(?:recently|also|long|traditionally|often|been|only|mostly|largely|almost|exclusively|thus|"
    r"so|far|increasingly|already|now|all) )*"
    r"(?:become|emerged|been|shown|achieved|demonstrated|gained|attracted|received|proven|led|made|obtained|garnered|"
    r"raised|focused|explored|enabled|addressed|come|seen|highlighted|revolutioni[sz]ed|proposed|used|relied|grown|"
    r"pushed|opened|advanced|drawn|exhibited|had|failed|tried|treated|reported|yielded|outperformed|improved)\b|"
    r"\b(?:recent|existing|previous|prior|current|traditional|conventional|earlier|past|many|most|several|"
    r"state-of-the-art) (?:\w+ ){0,2}?(?:works?|stud(?:y|ies)|methods?|approaches|research|advance(?:s|ments)?|"
    r"efforts?|evaluations?|techniques|literature|progress|systems|solutions|datasets|knowledge bases|"
    r"developments)\b|"
    r"\b(?:remains?|is still|are still|poses?|presents?|is|are) (?:an? |both |still |especially |particularly |very |"
    r"highly |increasingly |an increasingly )*(?:open |long-standing |major |key |serious |significant |both )?"
    r"(?:challenging|challenges?|difficult|crucial|critical|important|common(?:ly)?|essential|fundamental|"
    r"bottleneck|problem|underexplored|under-explored|understudied|unclear|unknown|scarce|limited|costly|expensive|"
    r"understood|elusive|controversial|promising|popular|widespread|necessary|infeasible|vital task|"
    r"ubiquitous|prevalent in)\b|"
    r"\b(?:commonly|widely|typically|usually|traditionally|frequently|often) (?:\w+ )?(?:used|tackled|treated|"
    r"applied|"
    r"rel(?:y|ies)|suffers?|requires?|fails?|assumes?|trained|evaluated|focus(?:es)?|employed|adopted|limited|"
    r"hard)\b|"
    r"\b(?:lack|scarcity|paucity|absence|shortage|unavailability) of\b[^.]*\b(?:data|resources|annotat\w+|corpora|"
    r"attention|research|studies|tools|datasets)\b|"
    r"\b(?:suffers?|limitations?) from\b|\b(?:aims?|seeks?) (?:to|at)\b|\b(?:is|are) (?:the|an?) (?:\w+ )?"
    r"(?:task|problem|process|method|technique|type|form|kind|member|family|class|phenomenon|language|approach|"
    r"algorithm|component|cipher|field|area|disease|disorder|cause|protein|enzyme|pathway) (?:of|that|which|in|"
    r"for|to|where)\b|"
    r"\brefers? to\b|\b(?:is|are) (?:defined|known|considered|thought|believed|used|referred|called|responsible)\b|"
    r"\bin recent years\b|\brecently\b|\bto date\b|\bso far\b|\bis unknown\b|\bet al\b|\(\w[^()]*, (?:19|"
    r"20)\d\d[a-z]?\)|"
    r"\[\d+(?:[,;–-] ?\d+)*\]|\b(?:would|could) (?:especially )?(?:benefit|be beneficial)\b|"
    r"\b(?:further|future|more|additional) (?:\w+ )?(?:experiments?|work|stud(?:y|ies)|research|analys[ei]s|"
    r"pre-\w+)\b"
    r"[^.]*\b(?:required|needed|necessary|warranted|might|could|should|will)\b|\bremains? to be\b|"
    r"\b(?:is|are|was|were) expected to\b|\binteresting direction\b|\b(?:not|poorly|"
    r"incompletely) (?:\w+ )?understood\b|\b(?:could|may|might) (?:have|be (?:\w+ )?(?:helpful|useful|"
    r"interesting))\b|\bas (?:previously )?(?:reported|described)\b|"
    r"\b(?:previously|recently|originally) (?:reported|recommended|shown|described|found)\b|"
    r"\bfew (?:works?|studies)\b|\blittle (?:attention|work|research|is known)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b[Ww]e (?:\w+ )?(?:propose|introduce|present|describe|develop(?:ed)?|design(?:ed)?|collect(?:ed)?|create[d]?|"
    r"build|built|release|investigate[d]?|study|studied|examine[d]?|explore[d]?|evaluate[d]?|compare[d]?|use[d]?|"
    r"train(?:ed)?|test(?:ed)?|analy[sz]ed?|conduct(?:ed)?|perform(?:ed)?|apply|applied|adopt(?:ed)?|"
    r"employ(?:ed)?)\b|"
    r"\b(?:is|are|was|were) (?:\w+ )?(?:designed|proposed|introduced|enrolled|recruited|randomi[sz]ed|collected|"
    r"conducted|performed|developed|invited|followed up|screened|trained|evaluated|selected|interviewed|constructed|"
    r"created|released|provided|presented|extracted|annotated|"
    r"fine-tuned|used|utili[sz]ed|tested|assigned|included|obtained from|analy[sz]ed|measured|calculated|"
    r"assessed|examined)\b|"
    r"\b(?:consists?|comprises?|is composed|is based|are based|leverages?|utili[sz]es?|incorporates?|integrates?|"
    r"employs?) |\b[Pp]articipants (?:were|included)\b|\bis put forward\b|\bdata set (?:of|with)\b",
)
_BENCH = re.compile(
    r"\b(?:by adding|by the addition of|(?:was|were) (?:adjusted|defined as|expressed (?:in|as)|added|"
    r"excluded from))\b|"
    r"\d\s?(?:[µμnm][lLgMm]|ng|°C|rpm|min|hrs?|w/v|v/v)\b[^.]*\b(?:was|were)\b"
)
_PASSIVE = re.compile(
    r"\b(?:was|were) (?:\w+ly |first |also |then |further )?(?!\w*(?:red|tained)\b)\w+(?:ed|wn|ut|pt)\b"
)
_EVIDENCE = re.compile(
    r"\b(?:out)?perform(?:s|ed|ing)? (?:\w+ ){0,3}?(?:better|worse|best|on par|poorly|well|comparably)\b|"
    r"\boutperform(?:s|ed|ing)?\b|\bsurpass(?:es|ed|ing)?\b|\bexceed(?:s|ed)?\b|\bachiev(?:es?|ed|ing)\b|\bthan\b|"
    r"\bimprov(?:es?|ed|ing|ements?)\b|\bsignificant(?:ly)?\b|\bconsistent(?:ly)?\b|\bstate[- ]of[- ]the[- ]art\b|"
    r"\bgains?\b|\breduc(?:es?|ed|ing|tions?)\b|\bincreas(?:es?|ed|ing)\b|\bdecreas(?:es?|ed|ing)\b|"
    r"\bstrong(?:ly)?\b|"
    r"\b(?:associated|correlat(?:es?|ed)|associations?|correlations?) (?:\w+ )?(?:with|between)\b|\bdrops?\b|"
    r"\beffective(?:ly|ness)?\b|\bcompetitive\b|\bfail(?:s|ed)?\b|\bhelp(?:s|ed|ful)?\b|\bbenefits?\b|"
    r"\bpossible to\b|"
    r"\bthe (?:most|best|worst|largest|highest|lowest|more)\b|\blargest\b|\bno (?:\w+ )?(?:effect|difference|"
    r"evidence)\b"
)
_NUMBER = re.compile(
    r"\d(?:[.·,]\d+)?\s?(?:%|percent|points?|BLEU|F1|WER|fold\b|mg|kg|-fold|times\b|million|pp\b)|"
    r"\b[Pp]\s?[<=>≤]|\b(?:OR|HR|RR|CI|F1|BLEU|accuracy|score)\b[^.]{0,30}\d|\d[.·]\d"
)
_PAST_FINDING = re.compile(
    r"\b(?:did not|was not|were not|was|were) (?:\w+ly )?(?:associated|correlated|higher|lower|greater|"
    r"increased|decreased|"
    r"reduced|similar|observed|found|seen|identified|detected|more|less|significant\w*|independent|required|"
    r"able|unable|"
    r"present|absent|affected|impaired|enhanced|inhibited|induced|elevated|altered|related|linked|expressed|"
    r"stimulated|activated|sufficient|necessary|lost|highly|better|worse|predictive|effective)\b|"
    r"\b(?:showed|exhibited|displayed|induced|increased|decreased|reduced|suppressed|inhibited|improved|enhanced|"
    r"prevented|caused|abolished|blocked|restored|performed|outperformed|resulted|led|failed|revealed|"
    r"remained|correlated|predicted|promoted|attenuated|impaired|yielded|achieved|produced|began|declined|rose|fell|"
    r"demonstrated|contained|accounted|had|differed|varied|received|occurred|activated|did not|bound|contributed|"
    r"protected|rescued|delayed|accelerated|stimulated|appeared|depended|ranged)\b"
)
_SPEAKS = re.compile(
    r"\b(?:[Ww]e|[Oo]ur|[Hh]ere,?|[Tt]his (?:paper|work|study|article|thesis|review|analysis|report)|[Tt]he present|"
    r"[Tt]hese results)\b|\b(?:METHODS?|RESULTS?|DESIGN|FINDINGS|CONCLUSIONS?|OBJECTIVES?)\b|\b(?:Methods?|Results?):"
)
_NEAR = 600
_RESULTS = re.compile(r"\b(?:results?|findings|conclusions?|discussion|error analysis)\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"\b(?:related work|background|introduction|method\w*|materials|limitations?|setup|settings?|statistical|"
    r"data sources?|criteria|chemicals|"
    r"reagents|strains|cell lines|protocols?|assays?|data ?sets?|(?:[\w-]+-)?seq analysis|training process)\b",
    re.IGNORECASE,
)


def stance(quote: str, before: str | None = None, section: str = "") -> Stance:
    """Return whether a sentence states a result of its own work, by the rule of this file.

    Args:
        quote: The sentence as its source prints it, with a lead-in such as "We show that" where it has one.
        before: What stands before it in its abstract or section; "" for the first sentence, None when unknown.
        section: The heading that it stands under, "" when unknown.
    """
    text = " ".join(quote.split())
    if _OWN_FINDING.search(text):
        return "own_result"
    past, number = bool(_PAST_FINDING.search(text)), bool(_NUMBER.search(text))
    elsewhere = _LABELLED.match(text) or _FIELD.search(text) or _DONE.search(text) or _BENCH.search(text)
    if elsewhere or _ASIDE.search(section) or (_PASSIVE.search(text) and not past):
        return "stated"
    spoken = before is None or bool(_SPEAKS.search(before))
    evident = (past or number or bool(_EVIDENCE.search(text))) if spoken else past and number
    announced = before is not None and bool(_OWN_FINDING.search(before[-_NEAR:]))
    return "own_result" if evident or announced or _RESULTS.search(section) else "stated"


def stance_in_work(quote: str, section: str, abstract: str) -> Stance:
    """Return the stance of a quote of a work, with what stands before it when it stands in the abstract.

    Args:
        quote: The sentence as its source prints it.
        section: The heading that it stands under, "" when unknown.
        abstract: The work's abstract, "" when there is none.
    """
    at = abstract.find(quote) if not section or "abstract" in section.lower() else -1
    return stance(quote, abstract[:at] if at >= 0 else None, section)
