"""The words of result tables: metrics, data sets, tasks, languages, splits, and what marks a system.

General to language technology, machine learning and clinical research. A name that is on no list is
read by its place in the table, or not at all.
"""

from __future__ import annotations

import re
from typing import Literal

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
        r"(?:(?:joint(?: goal)?|goal|top-\d|exact match|balanced|average|avg\.?|mean|binary|test|val\.?|dev|classification|intent) )?(?:accuracy|accuracies|acc\b\.?)",
        100,
    ),
    ("precision", r"precision|prec\b\.?|P@\d+|PREC@\d+|precision@\d+", 100),
    ("recall", r"recall|rec\b\.?|R@\d+|recall@\d+", 100),
    ("BLEU", rf"(?:sacre|self-)?BLEU{_K}", 100),
    ("ROUGE", r"ROUGE[- ]?(?:\d|L|SU4|W|Lsum)", 100),
    ("METEOR", r"METEOR|MTR", 100),
    ("TER", r"TER|HTER", 0),
    ("chrF", r"chrF(?:\+\+|\d)?", 100),
    ("CIDEr", r"CIDEr(?:-D)?", 0),
    ("SPICE", r"SPICE", 100),
    ("NIST", r"NIST", 0),
    ("perplexity", r"perplexit(?:y|ies)|ppl\b\.?", 0),
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
    ("odds ratio", r"(?:(?:crude|adjusted|unadjusted) )?(?:a?OR\b|odds ratio)", 0),
    ("hazard ratio", r"(?:(?:crude|adjusted|unadjusted) )?(?:a?HR\b|hazard ratio)", 0),
    ("relative risk", r"(?:(?:crude|adjusted|unadjusted) )?(?:a?RR\b|relative risk|risk ratio)", 0),
)
_CASED = frozenset("TER MUC MAP NIST SPICE COMET ARI EM ERR CER PER RR OR HR AUC LAS UAS MCC MSE MAE".split())
_EDGE = r"(?<![\w@+-])(?:{})(?![\w@+-])"
_COMPILED = tuple((name, re.compile(_EDGE.format(pattern), re.IGNORECASE), top) for name, pattern, top in _METRICS)
_TOP = {name: top for name, _, top in _METRICS}
_KEEPS_PRINTED = frozenset(
    ["BLEU", "ROUGE", "chrF", "MRR", "MAP", "NDCG", "Hits", "precision", "recall", "AUC", "CIDEr"]
)
EFFECTS = frozenset(["odds ratio", "hazard ratio", "relative risk"])

_LANGUAGES = (
    "Afrikaans Albanian Amharic Arabic Armenian Azerbaijani Bambara Basque Belarusian Bengali Bosnian Breton Bulgarian Burmese Cantonese "
    "Catalan Cebuano Chinese Croatian Czech Danish Dutch English Esperanto Estonian Faroese Filipino Finnish French Galician Georgian "
    "German Greek Gujarati Hausa Hebrew Hindi Hungarian Icelandic Igbo Indonesian Irish Italian Japanese Javanese Kannada Kazakh "
    "Khmer Kinyarwanda Korean Kurdish Kurmanji Kyrgyz Lao Latin Latvian Lithuanian Luganda Luxembourgish Macedonian Malagasy Malay "
    "Malayalam Maltese Mandarin Marathi Meadow Mari Mongolian Nepali Norwegian Odia Oromo Pashto Persian Polish Portuguese Punjabi "
    "Quechua Romanian Russian Sanskrit Serbian Shona Sindhi Sinhala Slovak Slovenian Somali Spanish Sundanese Swahili Swedish Tagalog "
    "Tajik Tamil Tatar Telugu Thai Tibetan Turkish Turkmen Twi Uighur Ukrainian Urdu Uyghur Uzbek Vietnamese Welsh Wolof Xhosa Yiddish "
    "Yoruba Zulu"
).split()
_LANGUAGE = re.compile(rf"(?:{'|'.join(_LANGUAGES)})(?: \([^)]*\))?")
_CODES = (
    "af am ar az be bg bm bn bs ca cs cy da de el en eo es et eu fa fi fo fr ga gd gl gu ha he hi hr hu hy id ig is it ja jv ka kk km kn "
    "ko ku ky la lb lo lt lv mg mk ml mn mr ms mt my ne nl no pa pl ps pt ro ru sa sd si sk sl so sq sr sv sw ta te tg th tk tl tr tt "
    "ug uk ur uz vi wo xh yi yo zh zu eng deu fra spa rus zho ara hin tur fin est ces ron"
)
_CODE = re.compile(rf"(?:{'|'.join(_CODES.split())})", re.IGNORECASE)
_NAMED = rf"(?:{_CODE.pattern}|{'|'.join(_LANGUAGES)})"
_PAIR = re.compile(rf"{_NAMED}(?:\s?(?:-|–|→|⇒|>|2|↔|to|/)\s?{_NAMED})+", re.IGNORECASE)

_DATASET = re.compile(
    r"(?<![\w-])(?:CoNLL(?:[- ]?(?:20)?\d\d)?|OntoNotes(?: ?\d(?:\.\d)?)?|SQuAD(?: ?v?\d(?:\.\d)?)?|(?:S|X|M(?:ulti)?|Q|W|R|A|Sci|Med|OC)NLI(?:-\w+)?|GLUE|SuperGLUE|"
    r"MRPC|CoLA|QQP|STS-?B|SST-?[25]?|RTE|WNLI|SICK(?:-[ER])?|TREC(?:-\d+)?|MPQA|SUBJ|IMDB|Yelp(?:[- ]?(?:2013|2014|5|P|F))?|AG ?News|"
    r"DBpedia|20 ?Newsgroups?|WMT ?['’]?(?:20)?\d\d|IWSLT ?['’]?(?:20)?\d\d|newstest ?\d{4}|NIST ?\d\d|MT ?0\d|Multi30[Kk]|MS[- ]?COCO|COCO|"
    r"Flickr(?:8k|30k)|Visual Genome|VQA(?: ?v?\d(?:\.\d)?)?|CLEVR|GQA|CNN ?/ ?Daily ?Mail|CNN/DM|DailyMail|XSum|Gigaword|DUC[- ]?\d{4}|"
    r"Newsroom|PTB|Penn Treebank|WSJ|CTB ?\d?|Universal Dependencies|UD|WikiText-?(?:2|103)|enwik8|text8|LibriSpeech|TIMIT|Switchboard|"
    r"Common ?Voice|MNIST|CIFAR-?10{1,2}|ImageNet|SVHN|FB15[Kk](?:-237)?|WN18(?:RR)?|YAGO(?:\d+(?:-10)?)?|NELL(?:-995)?|Wikidata|NYT(?:10)?|"
    r"TACRED|SemEval(?:[- ]?\d{4})?(?: ?Task ?\d+)?|ACE ?(?:20)?0[45]|ACE(?:2005|2004)?|GENIA|NCBI(?:[- ]disease)?|BC[25](?:GM|CDR)|JNLPBA|"
    r"SciERC|SciCite|PubMed(?:QA)?|BioASQ|MIMIC-?(?:II|III|IV|CXR)?|i2b2(?: ?\d{4})?|ChemProt|DDI|ATIS|SNIPS|MultiWO[Zz](?: ?\d\.\d)?|WoZ ?\d?\.?\d?|"
    r"DSTC ?\d|PersonaChat|DailyDialog|Ubuntu|HotpotQA|TriviaQA|NaturalQuestions|Natural Questions|WebQuestions(?:SP)?|NewsQA|"
    r"RACE|MCTest|CoQA|QuAC|DROP|MS ?MARCO|WikiQA|SimpleQuestions|XQuAD|MLQA|TyDi ?QA|XCOPA|PAWS-?X?|WikiANN|PAN-X|MasakhaNER|MLDoc|"
    r"Tatoeba|BUCC|FLORES-?\d*|XTREME|MKQA|AMR|LDC\d{4}[TE]\d+|Spider|WikiSQL|GeoQuery|Europarl|OpenSubtitles|Reuters(?:-\d+)?|RCV1|"
    r"Amazon|Twitter|Weibo|Reddit|MSRA|RCV\d|BEIR|SciFact|FEVER|HateXplain|OLID|WinoBias|WinoGender|KP20k|Inspec|NUS|Krapivin)(?![\w-])"
)
_TASKS = (
    r"named entity recognition|NER|part[- ]of[- ]speech tagging|POS tagging|(?:universal )?dependency parsing|constituency parsing|semantic role labell?ing|"
    r"(?:neural )?machine translation|question answering|reading comprehension|(?:aspect[- ]based )?sentiment (?:analysis|classification)|text classification|"
    r"document classification|topic classification|(?:abstractive |extractive )?(?:text |document )?summari[sz]ation|natural language inference|textual entailment|"
    r"coreference resolution|relation extraction|relation classification|event extraction|event detection|entity linking|word sense disambiguation|language model(?:l?ing)|"
    r"semantic textual similarity|paraphrase (?:identification|detection|generation)|(?:automatic )?speech recognition|ASR|image captioning|"
    r"image[- ]caption ranking|visual question answering|hate speech detection|offensive language (?:identification|detection)|"
    r"intent (?:classification|detection)|slot filling|dialogue? state tracking|response generation|dialogue generation|"
    r"(?:grammatical|grammar) error correction|morphological (?:inflection|tagging|segmentation|analysis)|lemmati[sz]ation|word segmentation|chunking|"
    r"semantic parsing|AMR parsing|AMR-to-text generation|text[- ]to[- ]SQL|code generation|knowledge graph completion|link prediction|"
    r"information retrieval|passage retrieval|document retrieval|passage ranking|bilingual lexicon induction|word similarity|"
    r"style transfer|text simplification|keyphrase (?:extraction|generation)|argument (?:mining|generation)|stance detection|fake news detection|"
    r"fact verification|humou?r detection|sarcasm detection|emotion (?:recognition|classification|detection)|authorship attribution|"
    r"language identification|quality estimation|data-to-text generation|opinion clustering|(?:text|document) clustering|"
    r"complaint prediction|next[- ]word prediction|image classification|object detection|speaker verification|punctuation restoration|"
    r"sentence classification|sequence label?ling|taxonomy induction|hypernym (?:detection|discovery)|lexical substitution|metaphor detection"
)
_TASK = re.compile(rf"(?<![\w-])(?:{_TASKS})(?![\w-])", re.IGNORECASE)
_SPLIT = re.compile(
    r"(?<![\w-])(?:dev(?:elopment)?|test|valid(?:ation)?|val|in-domain|out-of-domain|zero-shot|few-shot|one-shot|supervised|unsupervised)(?: sets?)?\b\.?(?![\w-])",
    re.IGNORECASE,
)
_NO_SCORE = re.compile(
    r"#|(?<![\w-])(?:time|speed|size|params?|parameters?|number|no|count|counts|epochs?|steps?|Δ|delta|diff(?:erence)?|gain|impv|imp|improv\w*|"
    r"reduction|increase|decrease|effect|p|p-?values?|std|sd|stdev|variance|length|len|memory|flops?|dim|dims|dimensions?|rank|ranking|cost|"
    r"samples?|tokens?|sentences?|words?|instances|examples?|alignment|votes?|ratio|seconds|hours|minutes|days|ms|n|N|k|total|sum|avg\.? len|"
    r"loss|learning rate|batch|layers?|heads?|year|years|age|id|runs?|turns?|latency|throughput|train(?:ing)?(?: (?:data|time|size|set))?|decode|"
    r"agreement|change|relative|vs|CI|range|min|max|median|epsilon|threshold|α|β|λ)(?![\w-])",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"BERT|GPT|LSTM|GRU|RNN|CNN|CRF|SVM|ELMo|T5|BART|LLaMA|Llama|XLM|ELECTRA|ALBERT|Transformer|ResNet|VGG|DenseNet|ViT|seq2seq|S2S|Seq2Seq|"
    r"\b(?:MLP|NMT|SMT|PBMT|HMM|LDA|LSA|TF-?IDF|GloVe|fast[Tt]ext|word2vec|Word2Vec|Skip-?gram|CBOW|BM25|DPR|GCN|GAT|GNN|GAN|VAE|MaxEnt|"
    r"k-?NN|LR|NB|DT|RF|XGBoost|AdaBoost|USE|InfoSent|InferSent|LASER|LaBSE|mT5|NLLB|M2M|Moses|Stanford|spaCy|Stanza|UDPipe|BiDAF|DrQA|"
    r"PPO|ACER|TransE|DistMult|ComplEx|RotatE|ConvE|Majority|Random)\b|"
    r"\b(?:attention|ensemble|encoder|decoder|classifier|parser|tagger|network|networks|model|regression|forest|bayes|transformer|"
    r"pointer|memory|capsule|graph|tree|lexicon-based|rule-based|retrieval|adapter|prompting|fine-?tun\w+|boost\w*)\b",
)
_SYSTEM_CORNER = re.compile(
    r"(?:models?|systems?|methods?|approach(?:es)?|algorithms?|architectures?|classifiers?|parsers?|taggers?|encoders?|networks?|agents?|techniques?|baselines?)(?: names?| types?)?$|^(?:models?|systems?|methods?)\b",
    re.IGNORECASE,
)
_DATASET_CORNER = re.compile(
    r"(?:data ?sets?|corpus|corpora|benchmarks?|tasks?|test sets?|treebanks?)(?: names?)?$", re.IGNORECASE
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
            if found.group(0).upper() in _CASED and not found.group(0).isupper():
                continue
            hits.append((name, found.start(), found.end()))
    hits.sort(key=lambda hit: (hit[1], -(hit[2] - hit[1])))
    kept: list[tuple[str, int, int]] = []
    for hit in hits:
        if not kept or hit[1] >= kept[-1][2]:
            kept.append(hit)
    return kept


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


def find_datasets(text: str) -> list[str]:
    """Return the data sets of the list named in a text, in order, each once."""
    return list(dict.fromkeys(found.group(0) for found in _DATASET.finditer(text)))


def find_tasks(text: str) -> list[str]:
    """Return the tasks of the list named in a text, in order, each once whatever its case."""
    return list({found.group(0).lower(): found.group(0) for found in _TASK.finditer(text)}.values())


def is_dataset(label: str) -> bool:
    """Whether a whole label names a listed data set or task."""
    bare = _SPLIT.sub("", label).strip(" -:,")
    return bool(_DATASET.fullmatch(bare) or _TASK.fullmatch(bare))


def is_language(label: str) -> bool:
    """Whether a whole label names a language, by name or code."""
    return bool(_LANGUAGE.fullmatch(label) or (_CODE.fullmatch(label) and (label.islower() or label.isupper())))


def is_language_pair(label: str) -> bool:
    """Whether a whole label names a pair of languages, such as En-De."""
    return bool(_PAIR.fullmatch(label))


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
