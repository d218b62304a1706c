"""Claims by method: the sentences of a passage that stand alone, with their kind by rule.

No model takes part. Each claim is a sentence of the passage less its lead-in; its quote is the whole
sentence as it stands there. Passages that hold no prose of the work itself (references, thanks,
statements of authors, rows of tables) give none.
"""

from __future__ import annotations

import re

from juried.measurement_prose import measurement_in
from juried.records.claim import ClaimKind
from juried.reports.lint.numbers import unbound_numbers
from juried.reports.lint.standing import open_references
from juried.tasks import ExtractClaims, ExtractedClaim, ExtractedClaims, Passage
from juried.text.sentences import split_sentences
from juried.text.standalone import stand_alone

_NO_PROSE = re.compile(
    r"\b(?:references?|bibliography|literature cited|works cited|acknowledge?ments?|funding|financial (?:support|"
    r"disclosure)|"
    r"(?:authors?['’]? )?contributions? of authors?|authors?['’]? contributions?|author information|competing "
    r"interests?|"
    r"conflicts? of interest|declarations?|disclosures?|ethics|ethical approval|consent|data availability|"
    r"availability of data|"
    r"code availability|supplementa(?:l|ry)|supporting information|additional (?:files|information)|"
    r"abbreviations|keywords|"
    r"pre-publication history|footnotes|appendix contents|table of contents|about the authors?|correspondence|"
    r"decision letter|prompts?|templates?|questionnaires?|case stud(?:y|ies)|error cases|post survey|"
    r"author response|publisher['’]s note|copyright|licen[cs]e)\b",
    re.IGNORECASE,
)
_REFERENCE_LINE = re.compile(
    r"(?:^|\n)\s*(?:\[\d+\]|\d+\.) [A-Z][\w'’-]+|\bpp?\. ?\d+[-–]\d+|\b(?:19|20)\d\d;\s?\d+|\bdoi\b|arXiv:\d|"
    r"\bIn Proceedings\b|"
    r"\b[A-Z][a-z]+,? (?:[A-Z]\.,? ?){1,3}(?:,|and|&)",
)
_DEFINITION = re.compile(
    r"^(?:[A-Z\"“][^,.;]{2,80}?) (?:is|are) (?:defined as|the (?:task|process|problem|practice|ability|study|use|"
    r"field|subtask) of|"
    r"an? (?:\w+[- ]){0,3}?(?:task|process|problem|technique|method|type|measure|form|branch|subfield|field|kind|"
    r"class|family|metric|language|"
    r"disease|disorder|protein|enzyme|gene|virus|bacterium|parasite|model|procedure|approach) (?:of|that|in "
    r"which|where|which|for|to|spoken|"
    r"characteri[sz]ed|caused))\b|\b(?:refers? to|is defined as|are defined as|is known as|stands for|denotes)\b"
)
_LIMITATION = re.compile(
    r"\b(?:limited to|limitations?|does not generali[sz]e|do not generali[sz]e|fails? to|failed to|struggles?|"
    r"struggled|suffers? from|"
    r"cannot (?:be )?(?:generali[sz]|handle|capture|account)|lacks?\b(?! of)|is lacking|are lacking|remains? "
    r"(?:a |an )?(?:\w+ )?(?:challeng|difficult|unclear|unknown|"
    r"open|under|elusive|unsolved)|is unclear|are unclear|poorly understood|drawbacks?|shortcomings?|caveats?|"
    r"should be interpreted with)",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"\b(?:was|were) (?:\w+ly |then |also |further )?(?:trained|fine-?tuned|evaluated|tested|collected|annotated|"
    r"measured|computed|calculated|"
    r"recruited|enrolled|randomi[sz]ed|performed|carried out|conducted|assessed|extracted|obtained from|used|"
    r"applied|analy[sz]ed|estimated|"
    r"selected|included|excluded|translated|pre-?trained|pre-?processed|sampled|implemented|developed|"
    r"constructed|built|created|generated|"
    r"incubated|cultured|washed|stained|isolated|purified|sequenced|injected|treated|quantified|determined|"
    r"recorded|diagnosed|defined)\b|"
    r"\b(?:is|are) (?:\w+ly )?(?:trained|fine-?tuned|computed|calculated|based on|built (?:on|upon|from|by)|"
    r"composed of|generated|"
    r"pre-?trained|constructed|created|derived from|combined|initiali[sz]ed|optimi[sz]ed|annotated|collected)\b|"
    r"\b(?:consists? of|comprises?|contains?|uses?|employs?|utili[sz]es?|leverages?|builds? (?:on|upon)|"
    r"incorporates?|aims? to|covers?|"
    r"includes?|extends?)\b"
)
_METHODS_SECTION = re.compile(
    r"\b(?:methods?|methodology|materials|procedures?|protocols?|experimental (?:set-?up|design|section)|"
    r"implementation details|"
    r"data (?:collection|preparation|pre-?processing)|statistical analys[ei]s|study (?:design|population)|"
    r"participants|subjects)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:outperform\w*|improv\w*|achiev\w*|increas\w*|decreas\w*|reduc\w*|correlat\w*|associat\w*|signific\w*|"
    r"higher|lower|better|worse|"
    r"more|less|than|compared|effective\w*|gains?|results? in|leads? to|obtains?|reach\w*|surpass\w*|exceed\w*|"
    r"beneficial|helps?|hurts?|"
    r"superior|inferior|competitive|state-of-the-art|performs?|drops?|degrad\w*|differ\w*|predict\w*|caus\w*|"
    r"evidence)\b",
    re.IGNORECASE,
)


class EmbeddedExtractor:
    """Extracts the stand-alone sentences of a document by rule."""

    def extract(self, task: ExtractClaims) -> ExtractedClaims:
        """Return the claims of all passages in their order; none is repeated, and no passages give none."""
        seen: set[str] = set()
        found: list[ExtractedClaim] = []
        for passage in task.passages:
            for claim in claims_of_passage(passage):
                if claim.text not in seen:
                    seen.add(claim.text)
                    found.append(claim)
        return ExtractedClaims(claims=tuple(found))


def claims_of_passage(passage: Passage) -> list[ExtractedClaim]:
    """Return the claims of one passage in the order of its sentences."""
    if not holds_prose(passage.section, passage.text):
        return []
    found = []
    for start, end in split_sentences(passage.text):
        quote = passage.text[start:end]
        alone = stand_alone(quote)
        if alone.refusal is None and " | " not in quote and publishable(alone.text, quote):
            claim = ExtractedClaim(
                text=alone.text, kind=kind_of(alone.text, passage.section), passage=passage.id, quote=quote
            )
            found.append(claim)
    return found


def publishable(text: str, quote: str) -> bool:
    """Whether a sentence keeps the rules for claims: it begins as one, binds its numbers, points at nothing."""
    begins = text[0].isalnum() or text[0] in "\"'“‘(["
    return begins and not unbound_numbers(text, quote) and not open_references(text)


def holds_prose(section: str, text: str) -> bool:
    """Whether a passage holds prose of the work itself, and no reference list, statement or table body."""
    if _NO_PROSE.search(section):
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and sum(" | " in line for line in lines) * 2 > len(lines):
        return False
    return len(_REFERENCE_LINE.findall(text)) * 200 <= max(len(text), 600)


def kind_of(text: str, section: str = "") -> ClaimKind:
    """Return the kind of a stand-alone sentence; a finding when no other rule holds.

    A measurement binds system, metric, dataset and value in the sentence itself.
    """
    if measurement_in(text) is not None:
        return "measurement"
    if _DEFINITION.search(text):
        return "definition"
    if _LIMITATION.search(text):
        return "limitation"
    if _RESULT.search(text):
        return "finding"
    return "method" if _METHOD.search(text) or _METHODS_SECTION.search(section) else "finding"
