"""LaTeX sources: a linear walk over their structure; only paragraphs and cells go to the TeX converter."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from juried.documents.builder import DocumentBuilder
from juried.documents.hidden import speaks_to_a_machine
from juried.documents.latex_bib import read_bibtex
from juried.documents.latex_floats import Float, read_float
from juried.documents.latex_hidden import HiddenTex, defined_colours
from juried.documents.latex_refs import (
    BibEntry,
    mark_textual_citations,
    number_labels,
    read_bibliography,
    reference_macros,
)
from juried.documents.latex_source import SourceReader, find_main, read_texts, split_body, take_definitions
from juried.documents.latex_tables import TABULARS
from juried.errors import DocumentError
from juried.records.document import BlockKind, Document
from juried.text.tex import readable_tex
from juried.text.tex_macros import Macro, TooMuchTex, expand, read_arguments, read_group, read_optional

_HEADINGS = {
    "part": 1,
    "chapter": 1,
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 5,
}
_DROPPED = {
    "om": "title author date icmltitle icmlauthor affiliation affil institute address email keywords subjclass "
    "titlerunning authorrunning ccsdesc orcid corresp shorttitle shortauthors acmConference dedicatory",
    "mm": "icmlaffiliation icmlcorrespondingauthor",
    "m": "urladdr curraddr setcopyright copyrightyear acmYear acmDOI acmISBN pacs keyword icmlkeywords",
}
_DROP: dict[str, Macro] = {
    name: Macro(signature, "") for signature, names in _DROPPED.items() for name in names.split()
}
_TOKEN = re.compile(
    r"\\begin\s*\{(?P<begin>[^{}]*)\}"
    r"|\\end\s*\{(?P<end>[^{}]*)\}"
    rf"|\\(?P<heading>{'|'.join(_HEADINGS)})\*?(?![A-Za-z])"
    r"|\\(?P<item>item)(?![A-Za-z])"
    r"|\\(?P<note>footnote|footnotetext|thanks|blfootnote)(?![A-Za-z])"
    r"|\\(?P<abstract>abstract)(?=\s*\{)"
    rf"|\\(?P<drop>{'|'.join(sorted(_DROP, key=len, reverse=True))})(?![A-Za-z])"
    r"|(?P<par>\n[ \t]*\n\s*|\\par(?![A-Za-z]))"
)
_MATH = frozenset(
    [
        ("equation"),
        "align",
        "gather",
        "eqnarray",
        "multline",
        "displaymath",
        "math",
        "alignat",
        "flalign",
        "split",
        "array",
        "cases",
        "matrix",
        "pmatrix",
    ]
)
_LISTS = frozenset(
    [
        ("itemize"),
        "enumerate",
        "description",
        "compactitem",
        "compactenum",
        "inparaenum",
        "itemize*",
        "enumerate*",
        "list",
    ]
)
_SKIPPED = frozenset(
    [
        ("algorithm"),
        "algorithmic",
        "algorithm2e",
        "lstlisting",
        "verbatim",
        "tikzpicture",
        "picture",
        "comment",
        "CCSXML",
        "filecontents",
        "keywords",
        "IEEEkeywords",
        "keyword",
        "pspicture",
        "forest",
        "titlepage",
        "icmlauthorlist",
        "aligned-drawing",
        "prooftree",
        "tcblisting",
    ]
)
_FLOATS = frozenset(
    [
        ("table"),
        "figure",
        "wraptable",
        "wrapfigure",
        "sidewaystable",
        "sidewaysfigure",
        "longtable",
        "SCtable",
        "SCfigure",
        "subtable",
        "margintable",
        "marginfigure",
        "teaserfigure",
    ]
)
_ARGUMENTS = {
    "minipage": "ooom",
    "multicols": "m",
    "adjustbox": "m",
    "tcolorbox": "o",
    "adjustwidth": "mm",
    "list": "mm",
}
_TITLE = re.compile(r"\\(?:title|icmltitle|Title)\s*(?=[\[{])")
_WORD = re.compile(r"\w")
_BIBLIOGRAPHY = re.compile(r"\\(?:bibliography|addbibresource)(?:\[[^\]]*\])?\s*\{([^{}]*)\}")


def parse_latex(data: bytes, name: str, files: Mapping[str, bytes] | None = None) -> Document:
    """Parse a LaTeX source.

    Args:
        data: The main file, or the archive whose members are `files`.
        name: The name of the main file, or of the archive.
        files: The other files that `\\input` and the bibliography may name.

    Raises:
        DocumentError: `unsupported_format` when an archive holds no LaTeX, `unsafe` for endless inputs or
            macros, `empty` when nothing is left to read.
    """
    texts = read_texts(files or {})
    main: str | None = name
    if data[257:262] == b"ustar":
        main = find_main(texts)
    else:
        texts |= read_texts({name: data})
    if main is None:
        raise DocumentError("the archive holds no LaTeX file.", reason="unsupported_format", concerns=name)
    builder = DocumentBuilder(data, "latex", name)
    reader = SourceReader(texts)
    try:
        _write(builder, reader, main, texts)
    except TooMuchTex as error:
        raise DocumentError(f"{error}.", reason="unsafe", concerns=name) from error
    for comment in filter(speaks_to_a_machine, reader.comments):
        builder.hide("comment", readable_tex(comment.replace("%", " ")))
    if reader.missing:
        builder.note(f"Files named by \\input are absent: {', '.join(sorted(set(reader.missing))[:10])}.")
    return builder.finish()


def _write(builder: DocumentBuilder, reader: SourceReader, main: str, texts: Mapping[str, str]) -> None:
    source, macros = take_definitions(reader.read(main))
    style_macros = _style_macros(reader, texts)
    preamble, body = split_body(source)
    body, entries = read_bibliography(expand(body, style_macros | macros))
    entries = entries or _bibliography_files(reader, _bibliographies(source, main, texts), style_macros | macros)
    table = reference_macros(number_labels(body), {entry.key: entry for entry in entries})
    hidden = HiddenTex(defined_colours(source))
    title = _find_title(expand(preamble, style_macros | macros)) or _find_title(body)
    builder.title(readable_tex(hidden.clean(expand(title, table))))
    Walker(builder, hidden.clean(expand(mark_textual_citations(body), table))).run()
    for channel, text in hidden.found:
        builder.hide(channel, text)
    for number, entry in enumerate(entries, start=1):
        builder.reference(entry.text, str(number), entry.doi, entry.arxiv)


def _style_macros(reader: SourceReader, texts: Mapping[str, str]) -> dict[str, Macro]:
    """Macros of the style files that come with the source, without those of classes."""
    macros: dict[str, Macro] = {}
    for file, text in texts.items():
        if file.lower().endswith((".sty", ".def")) and len(text) < 30_000:
            macros |= take_definitions(SourceReader({}).strip(text))[1]
    return {name: macro for name, macro in macros.items() if "@" not in name and "@" not in str(macro.body)}


def _bibliographies(source: str, main: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the bibliographies that belong to a source: compiled under its own name, or named in it."""
    named = {part.strip().removesuffix(".bib") for names in _BIBLIOGRAPHY.findall(source) for part in names.split(",")}
    stems = {posixpath.splitext(main)[0], *named}
    return {file: text for file, text in texts.items() if posixpath.splitext(file)[0] in stems}


def _bibliography_files(reader: SourceReader, texts: Mapping[str, str], macros: Mapping[str, Macro]) -> list[BibEntry]:
    for file in sorted(texts):
        if file.lower().endswith(".bbl"):
            _, entries = read_bibliography(expand(reader.strip(texts[file]), macros))
            if entries:
                return entries
    return read_bibtex([texts[file] for file in sorted(texts) if file.lower().endswith(".bib")])


def _find_title(source: str) -> str:
    match = _TITLE.search(source)
    if match is None:
        return ""
    _, at = read_optional(source, match.end())
    title, _ = read_group(source, at)
    return re.sub(r"\\(?:thanks|footnote)\s*\{.*", "", title, flags=re.DOTALL) or title


def env_end(source: str, name: str, start: int) -> tuple[int, int] | None:
    """Return start and end of the `\\end` that closes an environment whose content begins at `start`."""
    pattern = re.compile(rf"\\(begin|end)\s*\{{{re.escape(name)}\}}")
    depth = 1
    for match in pattern.finditer(source, start):
        depth += 1 if match[1] == "begin" else -1
        if depth == 0:
            return match.start(), match.end()
    return None


class Walker:
    """Writes the body of a source, block by block."""

    def __init__(self, builder: DocumentBuilder, body: str) -> None:
        self.builder = builder
        self.body = body
        self.pieces: list[str] = []
        self.footnotes: list[str] = []
        self.kinds: list[tuple[str, BlockKind]] = []
        self.counts = {"Table": 0, "Figure": 0}

    def run(self) -> None:
        """Go through the whole body once."""
        at = 0
        while match := _TOKEN.search(self.body, at):
            self.pieces.append(self.body[at : match.start()])
            at = self._token(match)
        self.pieces.append(self.body[at:])
        self.flush()

    @property
    def kind(self) -> BlockKind:
        """The kind of the block that is being collected."""
        return self.kinds[-1][1] if self.kinds else "paragraph"

    def flush(self) -> None:
        """Write what was collected, then its footnotes."""
        text = readable_tex("".join(self.pieces))
        self.pieces = []
        if _WORD.search(text):
            self.builder.block(self.kind, text)
            for note in self.footnotes:
                self.builder.block("footnote", note)
            self.footnotes = []

    def _token(self, match: re.Match[str]) -> int:
        """Handle a token by the name of its group; return the offset at which to go on."""
        handlers = {
            "begin": self._begin,
            "end": self._end,
            "heading": self._heading,
            "item": self._item,
            "note": self._footnote,
            "abstract": self._abstract,
            "drop": self._drop,
            "par": self._paragraph_end,
        }
        return handlers[match.lastgroup or "par"](match)

    def _drop(self, match: re.Match[str]) -> int:
        return read_arguments(self.body, match.end(), _DROP[match["drop"]])[1]

    def _paragraph_end(self, match: re.Match[str]) -> int:
        self.flush()
        return match.end()

    def _begin(self, match: re.Match[str]) -> int:
        name = match["begin"].strip()
        plain = name.rstrip("*")
        closing = env_end(self.body, name, match.end())
        if plain in _MATH and closing is not None:
            self.pieces.append(self.body[match.start() : closing[1]])
            return closing[1]
        if plain in _SKIPPED and closing is not None:
            return closing[1]
        if (plain in _FLOATS or name in TABULARS) and closing is not None:
            self._float(
                plain,
                self.body[match.start() : closing[1]] if name in TABULARS else self.body[match.end() : closing[0]],
            )
            return closing[1]
        return self._transparent(plain, match)

    def _transparent(self, plain: str, match: re.Match[str]) -> int:
        self.flush()
        if plain == "abstract":
            self.kinds.append((plain, "abstract"))
        elif plain in _LISTS:
            self.kinds.append((plain, "list_item"))
        if plain in _ARGUMENTS:
            return read_arguments(self.body, match.end(), Macro(_ARGUMENTS[plain], ""))[1]
        return read_optional(self.body, match.end())[1]

    def _end(self, match: re.Match[str]) -> int:
        name = match["end"].strip()
        self.flush()
        if self.kinds and self.kinds[-1][0] == name.rstrip("*"):
            self.kinds.pop()
        return match.end()

    def _heading(self, match: re.Match[str]) -> int:
        self.flush()
        _, at = read_optional(self.body, match.end())
        title, end = read_group(self.body, at)
        self.builder.heading(
            readable_tex(re.sub(r"\\footnote\s*\{[^{}]*\}", "", title)).rstrip(". "), _HEADINGS[match["heading"]]
        )
        self.kinds = [entry for entry in self.kinds if entry[0] != "abstract"]
        return end

    def _item(self, match: re.Match[str]) -> int:
        self.flush()
        label, end = read_optional(self.body, match.end())
        if label and _WORD.search(readable_tex(label)):
            self.pieces.append(f"{label} ")
        return end

    def _footnote(self, match: re.Match[str]) -> int:
        _, at = read_optional(self.body, match.end())
        note, end = read_group(self.body, at)
        if match["note"] != "thanks":
            self.footnotes.append(readable_tex(note))
        return end

    def _abstract(self, match: re.Match[str]) -> int:
        self.flush()
        text, end = read_group(self.body, match.end())
        for paragraph in re.split(r"\n\s*\n", text):
            self.builder.block("abstract", readable_tex(paragraph))
        return end

    def _float(self, plain: str, content: str) -> None:
        found = read_float(plain, content, self.counts)
        if not plain.startswith(("table", "figure", "wrap", "sideways", "SC", "margin", "sub", "teaser")):
            self.flush()
        self._write_float(found)

    def _write_float(self, found: Float) -> None:
        # A float stands between paragraphs, so that the sentence around its source is not torn apart.
        waiting, self.pieces = self.pieces, []
        for table in found.tables:
            self.builder.table(table)
        for caption in found.captions:
            self.builder.block("caption", caption)
        self.pieces = waiting
