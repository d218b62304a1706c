"""The PRISMA 2020 flow as a drawing: SVG that reads in light and dark, with a title and a description."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from textwrap import wrap

from juried.reports.prisma_flow import Flow, reason_of

_WIDTH, _MARGIN, _STAGE = 780, 12, 26
_MAIN, _SIDE, _BOX = 52, 424, 344
_LINE, _PAD, _GAP = 17, 10, 24
_LETTERS = 46
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1a1a1a}.head{font-weight:600}.stage{font-weight:600}"
    "rect{fill:#fff;stroke:#4a4a4a}rect.band{fill:#dbe9f6;stroke:none}"
    "line,path{stroke:#4a4a4a;fill:#4a4a4a}"
    "@media(prefers-color-scheme:dark){text{fill:#eee}rect{fill:#1e1e1e;stroke:#b5b5b5}"
    "rect.band{fill:#20405f}line,path{stroke:#b5b5b5;fill:#b5b5b5}}"
)


@dataclass(frozen=True)
class _Row:
    """Two boxes on one level: the way on, and what leaves it; the first line of each is its heading."""

    stage: str
    main: tuple[str, ...]
    side: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Height of the larger box."""
        return max(_height(self.main), _height(self.side))


def prisma_svg(flow: Flow) -> str:
    """Return the drawing; the same flow gives the same bytes."""
    rows = _rows(flow)
    tops = [_MARGIN]
    for row in rows:
        tops.append(tops[-1] + row.height + _GAP)
    height = tops[-1] - _GAP + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'role="img" aria-labelledby="prisma-title prisma-desc">',
        '<title id="prisma-title">PRISMA 2020 flow diagram</title>',
        f'<desc id="prisma-desc">{escape(_description(rows))}</desc>',
        f"<style>{_STYLE}</style>",
        *_stages(rows, tops),
    ]
    for index, (row, top) in enumerate(zip(rows, tops, strict=False)):
        parts += _boxes(row, top)
        if index + 1 < len(rows):
            parts += _down(top + _height(row.main), tops[index + 1])
    return "\n".join([*parts, "</svg>"]) + "\n"


def _rows(flow: Flow) -> list[_Row]:
    queried = f"Records identified from databases (n = {flow.identified - flow.citations})"
    cited = [f"Records identified by citation searching (n = {flow.citations})"] if flow.citations else []
    sources = [f"{name} (n = {count})" for name, count in flow.sources]
    reasons = [f"{reason_of(item)} (n = {item.count})" for item in flow.excluded]
    unread = [f"could not be read (n = {flow.unread})"] if flow.unread else []
    return [
        _Row(
            "Identification",
            (queried, *sources, *cited),
            ("Records removed before screening", f"Duplicates merged (n = {flow.duplicates})"),
        ),
        _Row(
            "Screening",
            (f"Records screened (n = {flow.screened})",),
            (f"Records excluded (n = {flow.excluded_total})", *reasons),
        ),
        _Row(
            "Screening",
            (f"Reports sought for retrieval (n = {flow.sought})",),
            (f"Reports not retrieved (n = {flow.not_retrieved})",),
        ),
        _Row(
            "Screening",
            (f"Reports assessed for eligibility (n = {flow.included})",),
            ("Reports excluded (n = 0)",),
        ),
        _Row(
            "Included",
            (
                f"Studies included in review (n = {flow.included})",
                f"read in full text (n = {flow.full_text})",
                f"read as abstract only (n = {flow.abstract_only})",
                *unread,
            ),
        ),
    ]


def _description(rows: list[_Row]) -> str:
    return " ".join(f"{row.stage}: {'; '.join(row.main + row.side)}." for row in rows)


def _lines(texts: tuple[str, ...]) -> list[str]:
    return [line for text in texts for line in wrap(text, _LETTERS) or [""]]


def _height(texts: tuple[str, ...]) -> int:
    return len(_lines(texts)) * _LINE + 2 * _PAD if texts else 0


def _boxes(row: _Row, top: int) -> list[str]:
    parts = _box(_MAIN, top, row.main)
    if row.side:
        middle = top + min(_height(row.main), _height(row.side)) // 2
        parts += _box(_SIDE, top, row.side)
        parts.append(f'<line x1="{_MAIN + _BOX}" y1="{middle}" x2="{_SIDE - 7}" y2="{middle}"/>')
        parts.append(f'<path d="M{_SIDE} {middle}l-8 -4v8z"/>')
    return parts


def _box(x: int, top: int, texts: tuple[str, ...]) -> list[str]:
    head = len(wrap(texts[0], _LETTERS))
    parts = [f'<rect x="{x}" y="{top}" width="{_BOX}" height="{_height(texts)}" rx="3"/>']
    for at, line in enumerate(_lines(texts)):
        mark = ' class="head"' if at < head else ""
        parts.append(f'<text{mark} x="{x + _PAD}" y="{top + _PAD + 13 + at * _LINE}">{escape(line)}</text>')
    return parts


def _down(bottom: int, top: int) -> list[str]:
    x = _MAIN + _BOX // 2
    return [f'<line x1="{x}" y1="{bottom}" x2="{x}" y2="{top - 7}"/>', f'<path d="M{x} {top}l-4 -8h8z"/>']


def _stages(rows: list[_Row], tops: list[int]) -> list[str]:
    """Return one band with its name for each run of rows of one stage."""
    parts: list[str] = []
    for stage in dict.fromkeys(row.stage for row in rows):
        own = [(row, top) for row, top in zip(rows, tops, strict=False) if row.stage == stage]
        top, bottom = own[0][1], own[-1][1] + own[-1][0].height
        x, middle = _MARGIN + _STAGE // 2 + 5, (top + bottom) // 2
        box = f'x="{_MARGIN}" y="{top}" width="{_STAGE}" height="{bottom - top}"'
        parts.append(f'<rect class="band" {box} rx="3"/>')
        turned = f'transform="rotate(-90 {x} {middle})" text-anchor="middle"'
        parts.append(f'<text class="stage" x="{x}" y="{middle}" {turned}>{escape(stage)}</text>')
    return parts
