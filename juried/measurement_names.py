"""Names that result tables speak of: data sets, tasks, languages and pairs of languages.

The lists are general to language technology; a name that is on none of them is read by its place in the table.
"""

from __future__ import annotations

import re

from juried.measurement_terms import split_of
from juried.text.words import word_set

_LANGUAGES = sorted(
    word_set(
        "Afrikaans Albanian Amharic Arabic Armenian Azerbaijani Bambara Basque Belarusian Bengali Bosnian Breton "
        "Bulgarian Burmese Cantonese "
        "Catalan Cebuano Chinese Croatian Czech Danish Dutch English Esperanto Estonian Faroese Filipino Finnish "
        "French Galician Georgian "
        "German Greek Gujarati Hausa Hebrew Hindi Hungarian Icelandic Igbo Indonesian Irish Italian Japanese "
        "Javanese Kannada Kazakh "
        "Khmer Kinyarwanda Korean Kurdish Kurmanji Kyrgyz Lao Latin Latvian Lithuanian Luganda Luxembourgish "
        "Macedonian Malagasy Malay "
        "Malayalam Maltese Mandarin Marathi Meadow Mari Mongolian Nepali Norwegian Odia Oromo Pashto Persian Polish "
        "Portuguese Punjabi "
        "Quechua Romanian Russian Sanskrit Serbian Shona Sindhi Sinhala Slovak Slovenian Somali Spanish Sundanese "
        "Swahili Swedish Tagalog "
        "Tajik Tamil Tatar Telugu Thai Tibetan Turkish Turkmen Twi Uighur Ukrainian Urdu Uyghur Uzbek Vietnamese "
        "Welsh Wolof Xhosa Yiddish "
        "Yoruba Zulu"
    )
)
_LANGUAGE = re.compile(rf"(?:{'|'.join(_LANGUAGES)})(?: \([^)]*\))?")
_CODES = (
    "af am ar az be bg bm bn bs ca cs cy da de el en eo es et eu fa fi fo fr ga gd gl gu ha he hi hr hu hy id ig "
    "is it ja jv ka kk km kn "
    "ko ku ky la lb lo lt lv mg mk ml mn mr ms mt my ne nl no pa pl ps pt ro ru sa sd si sk sl so sq sr sv sw ta "
    "te tg th tk tl tr tt "
    "ug uk ur uz vi wo xh yi yo zh zu eng deu fra spa rus zho ara hin tur fin est ces ron"
)
_CODE = re.compile(rf"(?:{'|'.join(_CODES.split())})", re.IGNORECASE)
_NAMED = rf"(?:{_CODE.pattern}|{'|'.join(_LANGUAGES)})"
_PAIR = re.compile(rf"{_NAMED}(?:\s?(?:-|–|→|⇒|>|2|↔|to|/)\s?{_NAMED})+", re.IGNORECASE)

_DATASET = re.compile(
    r"(?<![\w-])(?:CoNLL(?:[- ]?(?:20)?\d\d)?|OntoNotes(?: ?\d(?:\.\d)?)?|SQuAD(?: ?v?\d(?:\.\d)?)?|(?:S|X|"
    r"M(?:ulti)?|Q|W|R|A|Sci|Med|OC)NLI(?:-\w+)?|GLUE|SuperGLUE|"
    r"MRPC|CoLA|QQP|STS-?B|SST-?[25]?|RTE|WNLI|SICK(?:-[ER])?|TREC(?:-\d+)?|MPQA|SUBJ|IMDB|Yelp(?:[- ]?(?:2013|"
    r"2014|5|P|F))?|AG ?News|"
    r"DBpedia|20 ?Newsgroups?|WMT ?['’]?(?:20)?\d\d|IWSLT ?['’]?(?:20)?\d\d|newstest ?\d{4}|NIST ?\d\d|MT ?0\d|"
    r"Multi30[Kk]|MS[- ]?COCO|COCO|"
    r"Flickr(?:8k|30k)|Visual Genome|VQA(?: ?v?\d(?:\.\d)?)?|CLEVR|GQA|CNN ?/ ?Daily ?Mail|CNN/DM|DailyMail|XSum|"
    r"Gigaword|DUC[- ]?\d{4}|"
    r"Newsroom|PTB|Penn Treebank|WSJ|CTB ?\d?|Universal Dependencies|UD|WikiText-?(?:2|103)|enwik8|text8|"
    r"LibriSpeech|TIMIT|Switchboard|"
    r"Common ?Voice|MNIST|CIFAR-?10{1,2}|ImageNet|SVHN|FB15[Kk](?:-237)?|WN18(?:RR)?|YAGO(?:\d+(?:-10)?)?|"
    r"NELL(?:-995)?|Wikidata|NYT(?:10)?|"
    r"TACRED|SemEval(?:[- ]?\d{4})?(?: ?Task ?\d+)?|ACE ?(?:20)?0[45]|ACE(?:2005|2004)?|GENIA|NCBI(?:[- "
    r"]disease)?|BC[25](?:GM|CDR)|JNLPBA|"
    r"SciERC|SciCite|PubMed(?:QA)?|BioASQ|MIMIC-?(?:II|III|IV|CXR)?|i2b2(?: ?\d{4})?|ChemProt|DDI|ATIS|SNIPS|"
    r"MultiWO[Zz](?: ?\d\.\d)?|WoZ ?\d?\.?\d?|"
    r"DSTC ?\d|PersonaChat|DailyDialog|Ubuntu|HotpotQA|TriviaQA|NaturalQuestions|Natural Questions|"
    r"WebQuestions(?:SP)?|NewsQA|"
    r"RACE|MCTest|CoQA|QuAC|DROP|MS ?MARCO|WikiQA|SimpleQuestions|XQuAD|MLQA|TyDi ?QA|XCOPA|PAWS-?X?|WikiANN|"
    r"PAN-X|MasakhaNER|MLDoc|"
    r"Tatoeba|BUCC|FLORES-?\d*|XTREME|MKQA|AMR|LDC\d{4}[TE]\d+|Spider|WikiSQL|GeoQuery|Europarl|OpenSubtitles|"
    r"Reuters(?:-\d+)?|RCV1|"
    r"Amazon|Twitter|Weibo|Reddit|MSRA|RCV\d|BEIR|SciFact|FEVER|HateXplain|OLID|WinoBias|WinoGender|KP20k|Inspec|"
    r"NUS|Krapivin)(?![\w-])"
)
_TASKS = (
    r"named entity recognition|NER|part[- ]of[- ]speech tagging|POS tagging|(?:universal )?dependency parsing|"
    r"constituency parsing|semantic role labell?ing|"
    r"(?:neural )?machine translation|question answering|reading comprehension|(?:aspect[- ]based )?sentiment "
    r"(?:analysis|classification)|text classification|"
    r"document classification|topic classification|(?:abstractive |extractive )?(?:text |document "
    r")?summari[sz]ation|natural language inference|textual entailment|"
    r"coreference resolution|relation extraction|relation classification|event extraction|event detection|entity "
    r"linking|word sense disambiguation|language model(?:l?ing)|"
    r"semantic textual similarity|paraphrase (?:identification|detection|generation)|(?:automatic )?speech "
    r"recognition|ASR|image captioning|"
    r"image[- ]caption ranking|visual question answering|hate speech detection|offensive language "
    r"(?:identification|detection)|"
    r"intent (?:classification|detection)|slot filling|dialogue? state tracking|response generation|dialogue "
    r"generation|"
    r"(?:grammatical|grammar) error correction|morphological (?:inflection|tagging|segmentation|analysis)|"
    r"lemmati[sz]ation|word segmentation|chunking|"
    r"semantic parsing|AMR parsing|AMR-to-text generation|text[- ]to[- ]SQL|code generation|knowledge graph "
    r"completion|link prediction|"
    r"information retrieval|passage retrieval|document retrieval|passage ranking|bilingual lexicon induction|"
    r"word similarity|"
    r"style transfer|text simplification|keyphrase (?:extraction|generation)|argument (?:mining|generation)|"
    r"stance detection|fake news detection|"
    r"fact verification|humou?r detection|sarcasm detection|emotion (?:recognition|classification|detection)|"
    r"authorship attribution|"
    r"language identification|quality estimation|data-to-text generation|opinion clustering|(?:text|document) "
    r"clustering|"
    r"complaint prediction|next[- ]word prediction|image classification|object detection|speaker verification|"
    r"punctuation restoration|"
    r"sentence classification|sequence label?ling|taxonomy induction|hypernym (?:detection|discovery)|lexical "
    r"substitution|metaphor detection"
)
_TASK = re.compile(rf"(?<![\w-])(?:{_TASKS})(?![\w-])", re.IGNORECASE)


def find_datasets(text: str) -> list[str]:
    """Return the data sets of the list named in a text, in order, each once."""
    return list(dict.fromkeys(found.group(0) for found in _DATASET.finditer(text)))


def find_tasks(text: str) -> list[str]:
    """Return the tasks of the list named in a text, in order, each once whatever its case."""
    return list({found.group(0).lower(): found.group(0) for found in _TASK.finditer(text)}.values())


def is_dataset(label: str) -> bool:
    """Whether a whole label names a listed data set or task."""
    bare = split_of(label)[1]
    return bool(_DATASET.fullmatch(bare) or _TASK.fullmatch(bare))


def is_language(label: str) -> bool:
    """Whether a whole label names a language, by name or code."""
    return bool(_LANGUAGE.fullmatch(label) or (_CODE.fullmatch(label) and (label.islower() or label.isupper())))


def is_language_pair(label: str) -> bool:
    """Whether a whole label names a pair of languages, such as En-De."""
    return bool(_PAIR.fullmatch(label))
