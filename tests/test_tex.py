"""TeX becomes text that a person reads, and never anything that a reader would take for TeX."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.text.tex import balance, readable_tex
from juried.text.tex_macros import Macro, TooMuchTex, expand

READABLE = [
    (r"95.74 $\pm$ 0.44", "95.74 ± 0.44"),
    (r"$95.74_{\pm 0.44}$", "95.74 ± 0.44"),
    (r"$95.3_{0.4}$", "95.3 (0.4)"),
    (r"$1.0\cdot10^{20}$", "1.0·10^20"),
    (r"\boldmath$3.3\cdot10^{18}$", "3.3·10^18"),
    (r"{\bf Parser} \textsc{Bert}", "Parser Bert"),
    (r"$\frac{a+1}{b}$ and \nicefrac{1}{2}", "(a+1)/b and 1/2"),
    (r"$\mathrm{softmax}(\frac{QK^T}{\sqrt{d_k}})V$", "softmax(QK^T/√(d_k))V"),
    (r"\textcolor{red}{abc} \cellcolor{blue!20}12", "abc 12"),
    (r"\href{http://example.org}{site} \url{http://example.org/x_y}", "site http://example.org/x_y"),
    (r"\'e \"o \c{c} na\"{\i}ve", "é ö ç naïve"),
    (r"50\% of \$5 \& --- more", "50% of $5 & — more"),
    (r"BERT$^{\dagger}$ 1\textsuperscript{st} $90^{\circ}$", "BERT† 1st 90°"),
    (r"see \cite{abc}. (\cite{x})", "see."),
    (r"\makecell{a\\b} \multirow{2}{*}{\textbf{Model}} \multicolumn{2}{c}{x}", "a b Model x"),
    (r"\rule{0pt}{2.0ex}Deep \hspace{-1mm}w \vskip 2mm x", "Deep w x"),
    (r"\checkmark \ding{55}", "✓ ✗"),
    ("``quoted'' text", "“quoted” text"),
    (r"5 % a comment", "5"),
    ("plain   text\nover lines", "plain text over lines"),
    ("", ""),
]


@pytest.mark.parametrize(("source", "text"), READABLE)
def test_tex_becomes_readable(source: str, text: str) -> None:
    assert readable_tex(source) == text


def test_the_clock_is_not_read() -> None:
    assert readable_tex(r"Built on \today.") == "Built on."


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab1 {}$\\%&_^~[]\n.", max_size=40))
def test_broken_tex_never_fails_and_leaves_no_command(source: str) -> None:
    assert not re.search(r"\\[A-Za-z]{2,}", readable_tex(source))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abc XYZ,.;0123456789()", max_size=60))
def test_text_without_tex_stays_as_it_is(source: str) -> None:
    assert readable_tex(source) == " ".join(source.split())


@given(st.text(alphabet="a{}\\$", max_size=40))
def test_balanced_sources_close_what_they_open(source: str) -> None:
    marks = [mark for mark in re.findall(r"\\.|[{}$]", balance(source), flags=re.DOTALL) if mark in "{}$"]
    assert marks.count("{") == marks.count("}")
    assert marks.count("$") % 2 == 0


def test_macros_take_optional_and_mandatory_arguments() -> None:
    macros = {"pair": Macro("om", "<#1|#2>", "x"), "loud": Macro("m", r"\pair[#1]{#1}")}
    assert expand(r"\pair{b} \pair[a]{b} \loud{c} \unknown{d}", macros) == r"<x|b> <a|b> <c|c> \unknown{d}"


def test_a_line_break_before_a_name_is_no_command() -> None:
    assert expand(r"a \\b c", {"b": Macro("", "WRONG")}) == r"a \\b c"


def test_macros_that_grow_without_end_are_stopped() -> None:
    macros = {
        "a": Macro("", r"\b\b\b\b\b\b\b\b\b\b"),
        "b": Macro("", r"\c\c\c\c\c\c\c\c\c\c"),
        "c": Macro("", "x" * 100_000),
    }
    with pytest.raises(TooMuchTex):
        expand(r"\a", macros)
    assert "\\loop" in expand(r"\loop", {"loop": Macro("", r"\loop")})
