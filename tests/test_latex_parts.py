"""A LaTeX paper in a library folder is read with the chapters and the bibliography beside it, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from juried.documents.dispatch import parse
from juried.records.work import FileRef
from juried.sources.latex_parts import with_parts
from juried.sources.library import LocalLibrary

MAIN = rb"""\documentclass{article}\title{Transfer of Parsers}\begin{document}\maketitle
\section{Introduction} We begin here \cite{smith}. \input{parts/method} % \input{draft}
\import{parts/}{end}
\bibliography{refs}\end{document}"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "library"
    (root / "paper" / "parts").mkdir(parents=True)
    (root / "paper" / "article.tex").write_bytes(MAIN)
    (root / "paper" / "parts" / "method.tex").write_bytes(rb"\section{Method} The method stands here. \input{deep}")
    (root / "paper" / "parts" / "deep.tex").write_bytes(b"A deeper file goes on.")
    (root / "paper" / "parts" / "end.tex").write_bytes(rb"\section{Conclusion} We end here.")
    (root / "paper" / "draft.tex").write_bytes(b"Never read this draft.")
    (root / "paper" / "article.bbl").write_bytes(
        rb"\begin{thebibliography}{1}\bibitem{smith} A. Smith. Parsing. doi:10.1000/xyz123.\end{thebibliography}"
    )
    return root


async def test_chapters_and_bibliography_are_read_with_their_paper(library: Path) -> None:
    data = await LocalLibrary(library).fetch(FileRef(path="paper/article.tex"))
    document = parse(data, "article.tex")
    assert [section.title for section in document.sections] == ["Introduction", "Method", "Conclusion"]
    assert "A deeper file goes on." in document.text
    assert "Never read" not in document.text
    assert [reference.doi for reference in document.references] == ["10.1000/xyz123"]
    assert document.notes == ()


async def test_a_changed_chapter_changes_the_fingerprint(library: Path) -> None:
    before = await LocalLibrary(library).fingerprint()
    (library / "paper" / "parts" / "deep.tex").write_bytes(b"Another text.")
    assert await LocalLibrary(library).fingerprint() != before


def test_no_part_comes_from_outside_the_library(tmp_path: Path, library: Path) -> None:
    (tmp_path / "secret.tex").write_text("Never read this secret.", encoding="utf-8")
    (library / "link.tex").symlink_to(tmp_path / "secret.tex")
    inputs = rb"\input{../secret} \input{/etc/passwd} \input{link}"
    source = rb"\documentclass{article}\begin{document}Words. " + inputs + rb"\end{document}"
    (library / "a.tex").write_bytes(source)
    assert with_parts(library, "a.tex", source) == source


def test_a_paper_alone_and_other_files_stay_as_they_are(library: Path) -> None:
    alone = rb"\documentclass{article}\begin{document}Words.\end{document}"
    assert with_parts(library, "alone.tex", alone) == alone
    assert with_parts(library, "paper/article.txt", MAIN) == MAIN


def test_parts_that_name_each_other_end(library: Path) -> None:
    source = rb"\documentclass{article}\begin{document}\input{one}\end{document}"
    (library / "one.tex").write_bytes(rb"One. \input{two}")
    (library / "two.tex").write_bytes(rb"Two. \input{one}")
    assert with_parts(library, "b.tex", source) == with_parts(library, "b.tex", source)
