"""R2: every number has its metric, its dataset or task, and its table cell or sentence.

Looked at are result numbers: amounts printed with decimals, with an uncertainty, or in percent or points.
Such a number is bound when the claim or its quote names

- a measure: a word such as accuracy, recall or odds ratio; or the number's own unit or counted noun
  ("4.5 mg", "3.2 million tokens", "12 % of patients"). Performance, result and score name none; and
- what it was measured on: a phrase that begins with on, in, for, across, among, from ... or "of" after a share.

A measurement of a record is bound by its fields instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from juried.counting import tried_claims
from juried.quality import numbers_without_claim, report_sentences
from juried.records.claim import Claim, Measurement
from juried.records.run import RunRecord
from juried.reports.lint.claim_rows import ClaimRow
from juried.reports.lint.findings import Finding, error, not_run
from juried.reports.lint.words import outside_quotation, stem
from juried.text.numbers import Number, find_numbers
from juried.text.words import STOPWORDS, word_set, words

_MEASURES = frozenset(
    map(
        stem,
        word_set(
            """accuracy accurate precision recall f1 f f-score f1-score f-measure micro-f1 macro-f1 bleu sacrebleu rouge
    meteor chrf chrf++ comet bleurt f-1 bertscore ter wer cer der perplexity ppl las uas mlas blex mrr ndcg auc
    auroc auprc roc correlation correlations pearson spearman kendall kappa alpha r2 rmse mae mse loss error
    errors exact-match iou miou dice sensitivity specificity ratio hazard odds risk mean median average averages
    prevalence incidence mortality survival p ci probability likelihood frequency proportion share percentage
    fraction rate rates speed latency throughput memory size length temperature energy cost price weight age
    concentration distance density entropy variance deviation coverage overlap agreement similarity mcc psnr
    ssim fid elo dose"""
        ),
    )
)
_VAGUE = word_set(
    """performance performances result results score scores value values number numbers improvement improvements
    gain gains increase increases decrease decreases drop drops point points percent better worse higher lower
    larger smaller"""
)
_SKIPPED = word_set("more fewer less additional absolute relative average further extra total")
_PLACE = re.compile(
    r"\b(?:on|in|for|over|across|among|from|at|between|within|during|after|under|against|to|into|than|per|with|when|compared|versus|vs)\s+"
    r"(?:\w|[\"“'(])",
    re.IGNORECASE,
)
_SHARE_OF = re.compile(r"\s*(?:[\w-]+\s+){0,2}of\s+\w")
_SHARES = ("", "%", "points")


def unbound_numbers(text: str, context: str = "") -> tuple[str, ...]:
    """Return the result numbers of a claim, as printed, that name no measure or nothing they were measured on.

    Args:
        text: The claim.
        context: Its quote, which may name what the claim leaves out.
    """
    whole = f"{text}\n{context}"
    measured = any(_is_measure(word.folded) for word in words(whole))
    placed = bool(_PLACE.search(whole))
    return tuple(
        number.printed
        for number in find_numbers(text)
        if is_result(number) and not _in_name(text, number) and not _bound(text, number, measured, placed)
    )


def _is_measure(word: str) -> bool:
    plain = word.replace("_", "-").rstrip("+")
    return any(stem(part) in _MEASURES for part in (plain, *plain.split("-")))


def is_result(number: Number) -> bool:
    """Whether a number states a result: an amount with decimals or an uncertainty, or in percent or points.

    A number with a scale ("1.5M", "3.3 billion") counts things and is none.
    """
    precise = ("." in number.printed and number.quantum < 1) or number.uncertainty is not None
    return number.kind == "quantity" and (precise or number.unit in ("%", "points"))


def _in_name(text: str, number: Number) -> bool:
    """Whether a number is the version in a name ("DuRecDial 2.0"); after a measure ("BLEU 5.2") it is a result."""
    before = re.search(r"([\w+-]+)[ –-]$", text[: number.start])
    if (
        before is None
        or number.unit
        or number.uncertainty is not None
        or not re.search(r"(?<!\d)\d\.\d$", number.printed)
    ):
        return False
    word = before.group(1)
    named = sum(map(str.isupper, word)) > 1 or (word[0].isupper() and before.start() > 0)
    return named and not _is_measure(word.lower())


def _bound(text: str, number: Number, measured: bool, placed: bool) -> bool:
    share = bool(_SHARE_OF.match(text, number.end)) and number.unit == "%"
    own_unit = number.unit not in _SHARES or _counts_noun(text, number.end)
    return share or ((measured or own_unit) and placed)


def _counts_noun(text: str, end: int) -> bool:
    """Whether the word after a number, less "more" and the like, is a noun that says what is counted."""
    rest = re.match(r"[\s-]+([^.,;:()]*)", text[end:])
    following = [word.folded for word in words(rest.group(1) if rest else "")[:2] if word.folded not in _SKIPPED]
    return bool(following) and following[0] not in STOPWORDS | _VAGUE and following[0][0].isalpha()


def numbers_in_text(rows: Sequence[ClaimRow]) -> list[Finding]:
    """R2 on a text: a listed claim states a result number that is not bound."""
    if not rows:
        return [not_run("R2", "The text lists no claims.")]
    found = []
    for row in rows:
        unbound = () if row.measured else unbound_numbers(_readable(row.text), row.quote)
        if unbound:
            found.append(_unbound(row.name, unbound, row.text))
    return found


def _readable(text: str) -> str:
    """Return a text with TeX's plus-minus as a sign, so that R2 judges the number and R3 its print."""
    return re.sub(r"\$?\\pm\$?", "±", text)


def _unbound(where: str, numbers: Sequence[str], text: str) -> Finding:
    listed = ", ".join(numbers)
    return error("R2", where, f"states {listed} without its metric and its dataset or task.", text)


def numbers_in_record(record: RunRecord) -> list[Finding]:
    """R2 on a record: a measurement lacks a part, a number is not bound, or a sentence's number is in no claim."""
    found = [item for claim in tried_claims(record) for item in _claim(claim)]
    claims = {claim.id: claim for claim in record.claims}
    for sentence in report_sentences(record.draft):
        # A sentence about the report may quote the question, whose numbers are no findings.
        said = sentence.text if sentence.claims else " ".join(outside_quotation(sentence.text))
        checked = sentence.model_copy(update={"text": said})
        loose = [n for n in numbers_without_claim(checked, claims) if any(map(is_result, find_numbers(n)))]
        if loose:
            message = f"A sentence states {', '.join(loose)}, which none of its claims does."
            found.append(error("R2", "report", message, sentence.text))
    return found


def _claim(claim: Claim) -> list[Finding]:
    if claim.measurement is not None:
        missing = _missing(claim.measurement, claim)
        told = f"is a measurement without {' or '.join(missing)}."
        return [error("R2", claim.id, told, claim.text)] if missing else []
    if claim.kind == "measurement":
        return [error("R2", claim.id, "is called a measurement and binds no number.", claim.text)]
    unbound = unbound_numbers(claim.text, claim.quote)
    return [_unbound(claim.id, unbound, claim.text)] if unbound else []


def _missing(item: Measurement, claim: Claim) -> list[str]:
    parts = {"system": item.system, "metric": item.metric, "dataset or task": item.dataset, "value": item.value}
    missing = [name for name, value in parts.items() if not value.strip()]
    in_cell = item.row is not None and item.column is not None and bool(item.table.strip())
    return missing if in_cell or claim.quote.strip() else [*missing, "table cell or sentence"]
