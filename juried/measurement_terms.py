"""The words of result tables: metrics, splits, labels that are no scores, and what marks a system.

General to language technology, machine learning and clinical research.
"""

from __future__ import annotations

import re
from typing import Literal

from juried.text.words import word_set

CornerKind = Literal["system", "dataset", "language", "metric", "other"]

_K = r"(?:[ @-]?\d+(?:[./]\d+)?)?"
_AVERAGED = (
    r"(?:(?:micro|macro|weighted|average|averaged|avg\.?|mean|token|span|entity|slot|joint|dev|test|overall)[- ]?)?"
)
# Canonical name, pattern, upper bound of its values as printed (0: none).
_METRICS: tuple[tuple[str, str, int], ...] = (
    ("F1", rf"{_AVERAGED}F[-_ ]?(?:1|measure|score)(?:[-_ ]?scores?)?|{_AVERAGED}F[_ ]?[β0]?\.5|F1s", 100),
    (
        "accuracy",
        r"(?:(?:joint(?: goal)?|goal|top-\d|exact match|balanced|average|avg\.?|mean|binary|test|val\.?|dev|"
        r"classification|intent) )?(?:accuracy|accuracies|acc\b\.?)",
        100,
    ),
    ("precision", r"precision|prec\b\.?|P@\d+|PREC@\d+|precision@\d+", 100),
    ("recall", r"recall|rec\b\.?|R@\d+|recall@\d+", 100),
    ("BLEU", rf"(?:sacre|self-)?BLEU{_K}", 100),
    ("ROUGE", r"ROUGE[- ]?(?:\d|L|SU4|W|Lsum)", 100),
    ("METEOR", r"METEOR|MTR", 100),
    ("GLEU", r"GLEU", 100),
    ("TER", r"TER|HTER", 0),
    ("chrF", r"chrF(?:\+\+|\d)?", 100),
    ("CIDEr", r"CIDEr(?:-D)?", 0),
    ("SPICE", r"SPICE", 100),
    ("NIST", r"NIST", 0),
    ("perplexity", r"perplexit(?:y|ies)|ppl\b\.?", 0),
    ("bits per character", r"BPC|bits?[- /]per[- ]char(?:acter)?|bits/char(?:acter)?", 0),
    ("bits per byte", r"BPB|bits[- ]per[- ]byte", 0),
    ("word error rate", r"WER|word error rate", 0),
    ("character error rate", r"CER|character error rate", 0),
    ("equal error rate", r"EER", 100),
    ("error rate", r"(?:test |classification )?error rates?|ERR|test error", 100),
    ("LAS", r"LAS", 100),
    ("UAS", r"UAS", 100),
    ("MRR", r"MRR(?:@\d+)?", 100),
    ("MAP", r"MAP(?:@\d+)?", 100),
    ("NDCG", r"(?:α-)?n?DCG(?:@\d+)?", 100),
    ("Hits", r"Hits?@\d+|HITS@\d+|H@\d+", 100),
    ("AUC", r"AUC(?:-?ROC|-?PR)?|AUROC|AUPRC|ROC[- ]AUC|area under the curve", 100),
    ("exact match", r"EM|exact[- ]match", 100),
    ("pass", r"pass@\d+", 100),
    ("win rate", r"win[- ]rate", 100),
    ("MCC", r"MCC|Matthews correlation(?: coefficient)?", 100),
    ("Pearson correlation", r"Pearson(?:['’]s)?(?: correlation| r)?(?: coefficient)?", 100),
    ("Spearman correlation", r"Spearman(?:['’]s)?(?: rank)?(?: correlation| rho| ρ)?(?: coefficient)?", 100),
    ("Kendall correlation", r"Kendall(?:['’]s)?(?: rank)?(?: correlation| tau| τ)?", 100),
    ("kappa", r"(?:Cohen['’]s |Fleiss['’]? )?(?:kappa|κ)", 1),
    ("RMSE", r"RMSE", 0),
    ("MSE", r"MSE", 0),
    ("MAE", r"MAE", 0),
    ("ARI", r"ARI|adjusted Rand index", 1),
    ("NMI", r"NMI", 100),
    ("V-measure", r"V-measure", 100),
    ("purity", r"purity", 100),
    ("BERTScore", r"BERT-?Score", 100),
    ("COMET", r"COMET", 0),
    ("BLEURT", r"BLEURT", 0),
    ("MUC", r"MUC", 100),
    ("Smatch", r"smatch", 100),
    ("success rate", r"success(?: rate)?|succ\.", 100),
    ("sensitivity", r"sensitivity", 100),
    ("specificity", r"specificity", 100),
    ("positive predictive value", r"PPV|positive predictive value", 100),
    ("negative predictive value", r"NPV|negative predictive value", 100),
    ("prevalence", r"prevalence", 100),
    ("odds ratio", r"(?:(?:crude|adjusted|unadjusted) )?(?:a?OR\b|odds ratios?)", 0),
    ("hazard ratio", r"(?:(?:crude|adjusted|unadjusted) )?(?:a?HR\b|hazards? ratios?)", 0),
    ("relative risk", r"(?:(?:crude|adjusted|unadjusted) )?(?:a?RR\b|relative risks?|risk ratios?)", 0),
)
_CASED = word_set("GLEU BPC BPB TER MUC MAP NIST SPICE COMET ARI EM ERR CER PER RR OR HR AUC LAS UAS MCC MSE MAE")
_EDGE = r"(?<![\w@+-])(?:{})(?![\w@+-])"
_COMPILED = tuple((name, re.compile(_EDGE.format(pattern), re.IGNORECASE), top) for name, pattern, top in _METRICS)
_TOP = {name: top for name, _, top in _METRICS}
_KEEPS_PRINTED = frozenset(
    ["BLEU", "ROUGE", "chrF", "MRR", "MAP", "NDCG", "Hits", "precision", "recall", "AUC", "CIDEr", "pass"]
)
EFFECTS = frozenset(["odds ratio", "hazard ratio", "relative risk"])

_SPLIT = re.compile(
    r"(?<![\w-])(?:dev(?:elopment)?|test|valid(?:ation)?|val|in-domain|out-of-domain|zero-shot|few-shot|one-shot|"
    r"supervised|unsupervised)(?: sets?)?\b\.?(?![\w-])",
    re.IGNORECASE,
)
_NO_SCORE = re.compile(
    r"#|(?<![\w-])(?:time|speed|size|params?|parameters?|number|no|count|counts|epochs?|steps?|Δ|delta|"
    r"diff(?:erence)?|gain|impv|imp|improv\w*|"
    r"reduction|increase|decrease|effect|p|p-?values?|std|sd|stdev|variance|length|len|memory|flops?|dim|dims|"
    r"dimensions?|rank|ranking|cost|"
    r"samples?|tokens?|sentences?|words?|instances|examples?|alignment|votes?|ratio|seconds|hours|minutes|days|"
    r"ms|n|N|k|total|sum|avg\.? len|"
    r"loss|learning rate|batch|layers?|heads?|year|years|age|id|runs?|turns?|latency|throughput|train(?:ing)?(?: "
    r"(?:data|time|size|set))?|decode|"
    r"agreement|change|relative|vs|CI|range|min|max|median|epsilon|threshold|α|β|λ)(?![\w-])",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"Qwen|DeepSeek|Claude|Gemini|Mistral|Mixtral|Gemma|Falcon|Vicuna|Alpaca|BLOOM|PaLM|OPT-|\b\d+(?:\.\d+)?B\b|"
    r"BERT|GPT|LSTM|GRU|RNN|CNN|CRF|SVM|ELMo|T5|BART|LLaMA|Llama|XLM|ELECTRA|ALBERT|Transformer|ResNet|VGG|"
    r"DenseNet|ViT|seq2seq|S2S|Seq2Seq|"
    r"\b(?:MLP|NMT|SMT|PBMT|HMM|LDA|LSA|TF-?IDF|GloVe|fast[Tt]ext|word2vec|Word2Vec|Skip-?gram|CBOW|BM25|DPR|GCN|"
    r"GAT|GNN|GAN|VAE|MaxEnt|"
    r"k-?NN|LR|NB|DT|RF|XGBoost|AdaBoost|USE|InfoSent|InferSent|LASER|LaBSE|mT5|NLLB|M2M|Moses|Stanford|spaCy|"
    r"Stanza|UDPipe|BiDAF|DrQA|"
    r"PPO|ACER|TransE|DistMult|ComplEx|RotatE|ConvE|Majority|Random)\b|"
    r"\b(?:attention|ensemble|encoder|decoder|classifier|parser|tagger|network|networks|model|regression|forest|"
    r"bayes|transformer|"
    r"pointer|memory|capsule|graph|tree|lexicon-based|rule-based|retrieval|adapter|prompting|fine-?tun\w+|boost\w*)\b",
)
_SYSTEM_CORNER = re.compile(
    r"(?:models?|systems?|methods?|approach(?:es)?|algorithms?|architectures?|classifiers?|parsers?|taggers?|"
    r"encoders?|networks?|agents?|techniques?|baselines?)(?: names?| types?)?$|^(?:models?|systems?|methods?)\b",
    re.IGNORECASE,
)
_DATASET_CORNER = re.compile(
    r"(?:data ?sets?|corpus|corpora|benchmarks?|tasks?|test sets?|treebanks?)(?: names?)?(?: \((?:metrics?|"
    r"measures?)\))?$",
    re.IGNORECASE,
)
_LANGUAGE_CORNER = re.compile(
    r"(?:languages?|lang\.?|language pairs?|lang\.? pairs?|src|tgt|source|target)(?: languages?)?$", re.IGNORECASE
)
_METRIC_CORNER = re.compile(r"(?:metrics?|measures?|scores?|evaluation metrics?)$", re.IGNORECASE)


def find_metrics(text: str) -> list[tuple[str, int, int]]:
    """Return `(name, start, end)` of each metric named in a text, in order, the longest at each place."""
    hits = []
    for name, pattern, _ in _COMPILED:
        for found in pattern.finditer(text):
            if found.group(0).upper() in _CASED and not found.group(0).isupper() and found.group(0) != "mAP":
                continue
            hits.append((name, found.start(), found.end()))
    hits.sort(key=lambda hit: (hit[1], -(hit[2] - hit[1])))
    kept: list[tuple[str, int, int]] = []
    for hit in hits:
        if not kept or hit[1] >= kept[-1][2]:
            kept.append(hit)
    return kept


def letter_metric(label: str) -> str:
    """Return the metric that a lone letter of a header stands for (P, R, F), "" for any other label."""
    return {"P": "precision", "Pr": "precision", "R": "recall", "Re": "recall", "F": "F1"}.get(label.strip(), "")


def rouge_metric(label: str) -> str:
    """Return the full name of a header such as "R-L" or "RG-1" in a table of ROUGE scores, "" for any other label."""
    found = re.fullmatch(r"RG?-?(1|2|L)", label.strip())
    return f"ROUGE-{found.group(1)}" if found else ""


def metric_name(name: str, printed: str) -> str:
    """Return the name to print: the canonical one, with the variant (micro, @5, -2) where one is printed."""
    printed = printed.strip().rstrip(".")
    if name in _KEEPS_PRINTED and any(char.isdigit() for char in printed):
        return printed
    if name == "F1":
        lead = re.match(r"(micro|macro|weighted|entity|token|span|slot|joint)", printed, re.IGNORECASE)
        return f"{lead.group(1).lower()} F1" if lead else ("F0.5" if "5" in printed else "F1")
    if name == "accuracy":
        lead = re.match(r"(joint goal|joint|goal|top-\d|balanced|exact match|intent)", printed, re.IGNORECASE)
        return f"{lead.group(1).lower()} accuracy" if lead else "accuracy"
    if name in EFFECTS:
        lead = re.match(r"(crude|adjusted|unadjusted|a(?=OR|HR|RR))", printed, re.IGNORECASE)
        return f"{'adjusted' if lead.group(1) == 'a' else lead.group(1).lower()} {name}" if lead else name
    return name


def upper_bound(name: str) -> int:
    """Return the largest value a metric can have as printed, 0 when it has no bound; by canonical name."""
    return _TOP.get(name, 0)


def split_of(label: str) -> tuple[str, str]:
    """Return (split or regime words, what remains) of a label; ("", label) when it names none."""
    found = _SPLIT.search(label)
    if not found:
        return "", label
    rest = (label[: found.start()] + " " + label[found.end() :]).strip(" -:,()")
    return found.group(0).rstrip(".").lower(), re.sub(r"\s+", " ", rest)


def is_no_score(label: str) -> bool:
    """Whether a label speaks of sizes, times, differences and the like, which no metric of the caption covers."""
    return bool(_NO_SCORE.search(label))


def looks_like_system(label: str) -> bool:
    """Whether a label holds a name or word that marks a model, a method or a published system."""
    return bool(_SYSTEM.search(label)) or bool(re.search(r"et al\.?|\((?:19|20)\d\d|\[\d+\]", label))


def corner_kind(corner: str) -> CornerKind:
    """Return what the header above the row labels says that they are."""
    text = corner.strip(" :*")
    for kind, pattern in _CORNERS:
        if pattern.search(text):
            return kind
    return "other"


_CORNERS: tuple[tuple[CornerKind, re.Pattern[str]], ...] = (
    ("language", _LANGUAGE_CORNER),
    ("dataset", _DATASET_CORNER),
    ("metric", _METRIC_CORNER),
    ("system", _SYSTEM_CORNER),
)
