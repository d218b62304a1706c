"""Planted text that nobody sees: found, reported, and without effect on any chunk, task, verdict or score."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.hidden_documents import CHANNELS, MARK, libraries, read_papers, twin
from benchmarks.hidden_text import outcomes_by_claim, reported, run_library, scores
from juried.documents.dispatch import parse
from juried.documents.styles import style_channel

_WAYS = [(kind, channel) for kind, channels in CHANNELS.items() for channel in channels]


@pytest.mark.parametrize(("kind", "channel"), _WAYS)
def test_a_hostile_twin_reads_like_the_clean_one_and_says_what_it_hides(kind: str, channel: str) -> None:
    (paper,) = read_papers(1)
    clean, hostile = twin(paper, kind), twin(paper, kind, channel)
    read = parse(hostile.data, hostile.name)
    assert read.text == parse(clean.data, clean.name).text
    assert read.hidden
    if channel not in ("zero-width seams", "soft hyphens"):
        assert any(MARK in part.text for part in read.hidden)


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_clean_twin_hides_nothing(kind: str) -> None:
    for paper in read_papers(4):
        assert parse(twin(paper, kind).data, f"a.{kind}").hidden == ()


async def test_verdicts_and_scores_of_hostile_papers_equal_those_of_their_twins(tmp_path: Path) -> None:
    clean, hostile = libraries(read_papers(8), 1)
    first = await run_library(tmp_path / "clean", clean, ask=False)
    second = await run_library(tmp_path / "hostile", hostile)
    rows = outcomes_by_claim(first.record)
    assert len(rows) > 3
    assert outcomes_by_claim(second.record) == rows
    assert scores(second.record) == scores(first.record)
    assert second.leaks == ()
    assert reported(first) == 0
    assert reported(second) == len(second.record.documents) > 1


@pytest.mark.parametrize(
    ("style", "ground", "channel"),
    [
        ("color: rgb(100%, 100%, 100%)", (255, 255, 255), "white_text"),
        ("color:#fff; background: navy", (255, 255, 255), None),
        ("color:white", (20, 30, 40), None),
        ("color:white", None, None),
        ("color:hsl(0, 0%, 99%)", (255, 255, 255), "white_text"),
        ("color:rgba(0,0,0,0.02)", (255, 255, 255), "white_text"),
        ("font: 0/0 a", (255, 255, 255), "tiny_text"),
        ("font: italic 12px/30px Georgia, serif", (255, 255, 255), None),
        ("opacity:0.5", (255, 255, 255), None),
        ("opacity:0", (255, 255, 255), "display_none"),
        ("display:none; display:block", (255, 255, 255), None),
        ("display:none !important; display:block", (255, 255, 255), "display_none"),
        ("clip-path: inset(50%)", (255, 255, 255), "clipped"),
        ("width:1px;height:1px;overflow:hidden", (255, 255, 255), "clipped"),
        ("transform:scale(0)", (255, 255, 255), "display_none"),
        ("margin-left:-40px", (255, 255, 255), None),
    ],
)
def test_a_style_is_read_as_a_browser_does(
    style: str, ground: tuple[int, int, int] | None, channel: str | None
) -> None:
    found = style_channel(style, ground)
    assert found == channel or (channel == "display_none" and found == "off_page")


def test_text_on_a_dark_page_is_seen_and_a_later_rule_shows_what_an_earlier_one_hides() -> None:
    page = (
        "<html><head><style>body {background: #111; color: #fff} .tab {display:none} .tab.open {display:block}"
        "</style></head><body><p>Seen by all.</p><div class='tab open'><p>Seen in a tab.</p></div>"
        "<div class='tab'><p>Not seen.</p></div><div style='background:#fff'><p>White on white.</p></div></body></html>"
    )
    document = parse(page.encode(), "a.html")
    assert document.text == "Seen by all.\n\nSeen in a tab."
    assert [(part.channel, part.text) for part in document.hidden] == [
        ("display_none", "Not seen."),
        ("white_text", "White on white."),
    ]


def test_white_letters_in_a_coloured_cell_of_latex_are_seen() -> None:
    source = (
        rb"\documentclass{article}\begin{document}Text before.\begin{table}\caption{Scores.}\begin{tabular}{ll}"
        rb"\rowcolor{black}\textcolor{white}{Model name} & F1 \\ Ours & 91.2 \\ \end{tabular}\end{table}"
        rb"\colorbox{black}{\textcolor{white}{Two words}}\end{document}"
    )
    document = parse(source, "a.tex")
    assert "Model name" in document.text
    assert "Two words" in document.text
    assert document.hidden == ()
