"""One LaTeX source out of many files: the main file, its inputs, its comments and its macro definitions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from juried.documents.decode import decode
from juried.documents.latex_hidden import false_blocks
from juried.errors import DocumentError
from juried.text.tex import COMMENT
from juried.text.tex_macros import Macro, read_group, read_optional

MAX_SOURCE = 8_000_000
MAX_INPUTS = 500
_DEPTH = 12
_CLASS = re.compile(r"^[^%\n]*\\document(?:class|style)\b", re.MULTILINE)
_BEGIN = re.compile(r"^[^%\n]*\\begin\s*\{document\}", re.MULTILINE)
_INPUT = re.compile(
    r"\\(?:input|include|subfile|subfileinclude|InputIfFileExists)(?![A-Za-z])\s*(?:\{\s*([^{}]+?)\s*\}|([^\s{}\\]+))"
)
_IMPORT = re.compile(r"\\(?:sub)?import\s*\{([^{}]*)\}\s*\{([^{}]+)\}")
_VERBATIM = re.compile(
    r"\\begin\s*\{(comment|verbatim\*?|lstlisting|minted|filecontents\*?|tikzpicture|pgfpicture|"
    r"CCSXML)\}.*?\\end\s*\{\1\}",
    re.DOTALL,
)
_DEFINES = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand|"
    r"DeclareMathOperator)\*?\s*(?:\{\s*\\([A-Za-z@]+)\s*\}|\\([A-Za-z@]+))"
    r"|\\[gex]?def\s*\\([A-Za-z@]+)"
)
_DEF_ARGUMENTS = re.compile(r"\s*((?:#[1-9])*)\s*(?=\{)")
_BODY_END = re.compile(r"\\end\s*\{document\}")
# Redefinitions of commands that give a document its structure would break reading it.
_STRUCTURE = frozenset(
    [
        ("begin"),
        "end",
        "section",
        "subsection",
        "subsubsection",
        "paragraph",
        "caption",
        "item",
        "footnote",
        "title",
        "author",
        "cite",
        "citep",
        "citet",
        "label",
        "ref",
        "input",
        "include",
        "bibitem",
        "maketitle",
        "thanks",
        "textbf",
        "textit",
        "emph",
        "multicolumn",
        "multirow",
    ]
)


def find_main(files: Mapping[str, str]) -> str | None:
    """Return the name of the file that begins the document, None when no file does.

    A file with a class and a body is preferred, then `main`, `ms`, `paper`, then the outermost, then the longest.
    """
    candidates = [key for key in files if key.lower().endswith((".tex", ".ltx", ".latex"))]
    whole = [key for key in candidates if _CLASS.search(files[key]) and _BEGIN.search(files[key])]
    pool = whole or [key for key in candidates if _BEGIN.search(files[key])] or candidates
    usual = ("main.tex", "ms.tex", "paper.tex", "article.tex")

    def preference(key: str) -> tuple[bool, int, int, str]:
        base = posixpath.basename(key)
        return (base not in usual, key.count("/"), -len(files[key]), key)

    return min(pool, key=preference, default=None)


class SourceReader:
    """Resolves the inputs of a main file among the files at hand; a file that is not there is noted.

    Args:
        files: Texts by name.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.missing: list[str] = []
        self.comments: list[str] = []
        self._size = 0
        self._inputs = 0

    def read(self, name: str, depth: int = 0) -> str:
        """Return a file without its comments, with its inputs in place.

        Raises:
            DocumentError: `unsafe` when the inputs go round in a circle or make too much text.
        """
        text = self.strip(self.files[name])
        self._size += len(text)
        self._inputs += 1
        if self._size > MAX_SOURCE or self._inputs > MAX_INPUTS or depth > _DEPTH:
            raise DocumentError("its inputs go round in a circle or are too large.", reason="unsafe", concerns=name)
        folder = posixpath.dirname(name)
        text = _IMPORT.sub(lambda m: self._insert(posixpath.join(m[1], m[2]), folder, depth), text)
        return _INPUT.sub(lambda m: self._insert(m[1] or m[2], folder, depth), text)

    def strip(self, text: str) -> str:
        """Return a text without comments, verbatim listings and drawings; comments are kept aside."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.comments.extend(match[0] for match in _VERBATIM.finditer(text) if match[1] == "comment")
        text = _VERBATIM.sub("\n", text)
        self.comments.extend(match[2].strip() for match in COMMENT.finditer(text))
        return self._without_false(COMMENT.sub(r"\1", text))

    def _without_false(self, text: str) -> str:
        out, at = [], 0
        for start, end in false_blocks(text):
            out.append(text[at:start])
            self.comments.append(text[start:end])
            at = end
        return "".join([*out, text[at:]])

    def _insert(self, wanted: str, folder: str, depth: int) -> str:
        wanted = wanted.strip().strip('"')
        for base in (folder, ""):
            path = posixpath.normpath(posixpath.join(base, wanted))
            for candidate in (path, f"{path}.tex"):
                if candidate in self.files:
                    return f"\n{self.read(candidate, depth + 1)}\n"
        if not wanted.endswith((".sty", ".cls", ".pgf", ".tikz", ".pdf_tex")):
            self.missing.append(wanted)
        return " "


def read_texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the text of each file, by name."""
    return {name: decode(data) for name, data in files.items()}


def split_body(source: str) -> tuple[str, str]:
    """Return preamble and body; a source without `\\begin{document}` is all body."""
    begin = re.search(r"\\begin\s*\{document\}", source)
    if begin is None:
        return "", source
    end = _BODY_END.search(source, begin.end())
    return source[: begin.start()], source[begin.end() : end.start() if end else len(source)]


def take_definitions(source: str) -> tuple[str, dict[str, Macro]]:
    """Return a source without its macro definitions, and the macros by name; the last definition counts."""
    macros: dict[str, Macro] = {}
    out: list[str] = []
    at = 0
    while match := _DEFINES.search(source, at):
        out.append(source[at : match.start()])
        name = match[1] or match[2] or match[3]
        macro, at = _definition(source, match)
        if macro is not None and name not in _STRUCTURE:
            macros[name] = macro
    out.append(source[at:])
    return "".join(out), macros


def _definition(source: str, match: re.Match[str]) -> tuple[Macro | None, int]:
    if match[3]:
        arguments = _DEF_ARGUMENTS.match(source, match.end())
        if arguments is None:
            return None, match.end()
        body, end = read_group(source, arguments.end())
        return Macro("m" * (len(arguments[1]) // 2), body), end
    if match[0].startswith("\\DeclareMathOperator"):
        body, end = read_group(source, match.end())
        return Macro("", f"{{{body}}}"), end
    count, at = read_optional(source, match.end())
    default, at = read_optional(source, at)
    body, end = read_group(source, at)
    number = int(count) if count and count.strip().isdigit() else 0
    signature = "m" * number if default is None else "o" + "m" * max(0, number - 1)
    return Macro(signature, body, default or ""), end
