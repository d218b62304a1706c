"""From TeX to readable text: `95.74 $\\pm$ 0.44` becomes `95.74 ± 0.44`, `$10^{20}$` becomes `10^20`."""

from __future__ import annotations

import re
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexWalkerError

from juried.text.tex_macros import Macro, TooMuchTex, expand

_COMPOUND = re.compile(r"[+\-=,\s]|\\(?:pm|cdot|times|sum|prod)\b")
_DINGBATS = {"51": "✓", "52": "✔", "53": "✕", "54": "✖", "55": "✗", "56": "✘"}
_DROPPED = {
    "m": "label phantom hphantom vphantom thanks index pagestyle thispagestyle bibliographystyle bibliography "
    "pagenumbering vskip hskip marginpar captionsetup hyphenation linespread arrayrulecolor",
    "sm": "hspace vspace",
    "om": "cellcolor rowcolor color columncolor todo",
    "mm": "setlength addtolength setcounter addtocounter fontsize settowidth",
    "mmm": "specialrule definecolor rowcolors",
    "omm": "rule",
    "som": "includegraphics",
    "o": "footnotemark linebreak pagebreak nolinebreak nopagebreak",
    "": "xspace today noindent centering boldmath unboldmath hfill vfill nonumber notag displaystyle textstyle "
    "scriptstyle smallskip medskip bigskip newline clearpage newpage maketitle limits nolimits protect relax "
    "big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr left right middle leavevmode newblock "
    "hline toprule midrule bottomrule itshape bfseries",
}
_KEPT = {
    "m": "underline uline sout textsubscript texttt textnormal textup textmd ensuremath url nolinkurl path mbox "
    "hbox fbox textit textbf emph textsc textsf textrm textsl mathbf mathit mathsf mathtt mathcal mathscr "
    "mathfrak boldsymbol bm mathrm operatorname text textrm uppercase lowercase",
}
_LAST = {
    "mm": "href foreignlanguage texorpdfstring",
    "omm": "textcolor colorbox rotatebox",
    "ommm": "fcolorbox",
    "som": "makecell",
    "om": "shortstack thead num",
    "smmm": "resizebox",
    "mom": "scalebox",
    "moom": "raisebox",
    "ooomm": "parbox",
    "mmm": "multicolumn",
    "omomom": "multirow",
}


def _fraction(arguments: tuple[str, ...]) -> str:
    parts = [f"({part})" if _COMPOUND.search(part.strip()) else part.strip() for part in arguments]
    return "{" + "/".join(parts) + "}"


def _raised(arguments: tuple[str, ...]) -> str:
    """A raised number is an exponent or a note; a raised word (`1st`) is part of its word."""
    text = arguments[0].strip()
    return f"\\textasciicircum{{}}{text}" if text.lstrip("-+").isdigit() else text


def _quantity(arguments: tuple[str, ...]) -> str:
    return f"{arguments[1]} {arguments[2]}"


def _pick_dingbat(arguments: tuple[str, ...]) -> str:
    return _DINGBATS.get(arguments[0].strip(), "")


def _built_in() -> dict[str, Macro]:
    table: dict[str, Macro] = {}
    for signature, names in _DROPPED.items():
        table |= {name: Macro(signature, " " if "m" not in signature else "") for name in names.split()}
    for signature, names in _KEPT.items():
        table |= {name: Macro(signature, "{#1}") for name in names.split()}
    for signature, names in _LAST.items():
        table |= {name: Macro(signature, f"{{#{len(signature)}}}") for name in names.split()}
    fractions = dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"), Macro("mm", _fraction))
    table |= fractions
    table |= {
        "multirow": Macro("omomm", "{#5}"),
        "textsuperscript": Macro("m", _raised),
        "SI": Macro("omm", _quantity),
        "qty": Macro("omm", _quantity),
        "ding": Macro("m", _pick_dingbat),
        "checkmark": Macro("", "✓"),
        "texttrademark": Macro("", "™"),
        "LaTeX": Macro("", "LaTeX"),
        "TeX": Macro("", "TeX"),
    }
    return table


BUILT_IN: dict[str, Macro] = _built_in()
_VERB = re.compile(r"\\(?:verb|lstinline)\*?([^A-Za-z\s*{])(.*?)\1")
_UNESCAPED = re.compile(r"\\.|[{}$]", re.DOTALL)
COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%([^\n]*)(?:\n[ \t]*(?!\s*\n))?")
_DIMENSION = re.compile(r"\\(?:vskip|hskip|kern|vspace|hspace)\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|bp|sp|mu)\b")
_MARK = re.compile(r"\^\s*\(?(?=[†‡*∗⋆§¶°∘′])|\^(?=(?:st|nd|rd|th)\b)")
_SPREAD = re.compile(r"(\d)\s*[_^]?\s*±\s*(?=\d)")
_LOWERED = re.compile(r"(\d)_(\d+(?:\.\d+)?)(?![\w.])")
_LEFT_OVER = re.compile(r"\\[A-Za-z@]+\*?|\\(?=\s|$)")
_BEFORE_POINT = re.compile(r"\s+([,;:!?)\]]|\.(?!\.))(?!\d)")
_EMPTY_BRACKETS = re.compile(r"\s*(?:\(\s*[;,]?\s*\)|\[\s*[;,]?\s*\])")


@lru_cache(maxsize=1)
def _converter() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    # The library prints today's date and marks for what it leaves out; neither is text of the source.
    silent = [MacroTextSpec(name, simplify_repl="") for name in ("today", "ref", "autoref", "cref", "Cref", "eqref")]
    silent += [MacroTextSpec(name, simplify_repl="") for name in ("cite", "citet", "citep", "includegraphics", "input")]
    context.add_context_category("juried", macros=silent, prepend=True)
    return LatexNodes2Text(latex_context=context, math_mode="text", strict_latex_spaces=False)


def balance(source: str) -> str:
    """Return a source without the braces that have no partner, and with an even number of dollar signs."""
    opened: list[int] = []
    dollars: list[int] = []
    lone: list[int] = []
    for mark in _UNESCAPED.finditer(source):
        if mark[0] == "{":
            opened.append(mark.start())
        elif mark[0] == "}" and opened:
            opened.pop()
        elif mark[0] == "}":
            lone.append(mark.start())
        elif mark[0] == "$":
            dollars.append(mark.start())
    drop = {*opened, *lone, *(dollars[-1:] if len(dollars) % 2 else [])}
    return "".join(char for at, char in enumerate(source) if at not in drop) if drop else source


def readable_tex(source: str) -> str:
    """Return TeX as one line of text that a person reads without knowing TeX.

    Formatting commands, comments, labels and citations vanish; mathematics becomes characters
    (`\\pm` is ±, `\\frac{a}{b}` is a/b, exponents keep their caret). What the converter cannot read is
    stripped of its commands. Text without TeX comes back the same, white space aside; "" gives "".
    """
    if not _needs_work(source):
        return " ".join(source.split())
    text = _VERB.sub(lambda m: re.sub(r"([{}$%&#_\\^~])", r" ", m[2]), source)
    text = _DIMENSION.sub(" ", COMMENT.sub(r"\1", text))
    try:
        text = expand(text, BUILT_IN)
        text = _converter().latex_to_text(balance(text), tolerant_parsing=True)
    except (LatexWalkerError, TooMuchTex, IndexError, AttributeError, TypeError, ValueError, RecursionError):
        text = re.sub(r"[{}$]|\\.", " ", _LEFT_OVER.sub(" ", text))
    return _tidy(text)


def _needs_work(source: str) -> bool:
    return any(sign in source for sign in "\\${}~%^_&") or "--" in source or "``" in source or "''" in source


def _tidy(text: str) -> str:
    text = _LEFT_OVER.sub(" ", text).replace("ˆ", "^")
    text = _SPREAD.sub(r"\1 ± ", _MARK.sub("", text))
    text = _LOWERED.sub(r"\1 (\2)", text).replace("∘", "°")
    text = " ".join(_EMPTY_BRACKETS.sub("", text).split())
    return _BEFORE_POINT.sub(r"\1", text)
