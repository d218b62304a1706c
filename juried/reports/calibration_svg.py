"""How well confidence holds, as a drawing: reliability diagram and risk-coverage curve side by side, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from juried.calibration import FALSE_AMONG_VERIFIED, NO_THRESHOLD, Bin, RiskPoint
from juried.records.run import CalibrationNote

_SIDE, _LEFT, _TOP, _NEXT = 190, 46, 26, 290
_WIDTH, _HEIGHT = 2 * _NEXT - 10, _TOP + _SIDE + 44
_LARGEST = 9.0
_STYLE = (
    ".cal text{font-size:11px;fill:#1a1a1a;stroke:none}.cal .head{font-weight:600}.cal .axis{fill:none;stroke:#4a4a4a}"
    ".cal .rule{fill:none;stroke:#8a8a8a;stroke-dasharray:4 3}.cal .line{fill:none;stroke:#0b4f9e;stroke-width:1.5}"
    ".cal .dot{fill:#0b4f9e;fill-opacity:.75;stroke:none}.cal .mark{fill:#a3151f;stroke:none}"
    "@media(prefers-color-scheme:dark){.cal text{fill:#eee}.cal .axis{stroke:#b5b5b5}.cal .line{stroke:#8ebcf5}"
    ".cal .dot{fill:#8ebcf5}.cal .mark{fill:#ff9a96}}"
)


def calibration_svg(note: CalibrationNote, font: str = "system-ui, sans-serif") -> str:
    """Return the drawing; the same note gives the same bytes. Without risk points the diagram stands alone.

    Args:
        note: What a run's record, or a benchmark, says of the calibration.
        font: The family of the letters, as in CSS.
    """
    width = _WIDTH if note.risk else _NEXT - 10
    parts = [
        f'<svg class="cal" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" width="{width}" '
        f'height="{_HEIGHT}" font-family="{escape(font)}" role="img" aria-labelledby="cal-title cal-desc">',
        '<title id="cal-title">Reliability of the confidence</title>',
        f'<desc id="cal-desc">{escape(_description(note))}</desc>',
        f"<style>{_STYLE}</style>",
        *_reliability(note.bins),
        *(_risk_coverage(note.risk, note.threshold) if note.risk else []),
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _description(note: CalibrationNote) -> str:
    bins = "; ".join(f"{item.confidence:.0f} % confidence, {item.supported:.0f} % of {item.n}" for item in note.bins)
    return f"{note.data}, n = {note.n}, ECE {note.ece:.3f}. Share supported by bin of confidence: {bins}."


def _reliability(bins: Sequence[Bin]) -> list[str]:
    """Return the diagram: one dot per bin, its area by the number of claims, beside the line of a perfect one."""
    most = max((item.n for item in bins), default=1)
    x, y = _LEFT, _TOP
    parts = _frame(x, "Reliability", "confidence, %", "supported, %", "100")
    parts.append(f'<line class="rule" x1="{x}" y1="{y + _SIDE}" x2="{x + _SIDE}" y2="{y}"/>')
    for item in bins:
        place = f'cx="{_at(x, item.confidence / 100)}" cy="{_up(item.supported / 100)}"'
        radius = max(1.5, _LARGEST * (item.n / most) ** 0.5)
        parts.append(f'<circle class="dot" {place} r="{radius:.1f}"/>')
    return parts


def _risk_coverage(risk: Sequence[RiskPoint], threshold: int) -> list[str]:
    """Return the curve: of the claims above each confidence, which share of all they are and how many are false."""
    x, total = _LEFT + _NEXT, risk[-1].n
    highest = max(2 * FALSE_AMONG_VERIFIED, *(point.false / point.n for point in risk))
    top = min(1.0, -(-highest * 20 // 1) / 20)
    named = ("claims above a threshold, %", "not supported, %")
    parts = _frame(x, "Risk and coverage", *named, f"{100 * top:.0f}")
    limit = _up(FALSE_AMONG_VERIFIED / top)
    parts.append(f'<line class="rule" x1="{x}" y1="{limit}" x2="{x + _SIDE}" y2="{limit}"/>')
    places = [(_at(x, point.n / total), _up(point.false / point.n / top)) for point in risk]
    parts.append(f'<polyline class="line" points="{" ".join(f"{a},{b}" for a, b in places)}"/>')
    ticked = [place for place, point in zip(places, risk, strict=True) if point.confidence >= threshold]
    if ticked:
        (across, up) = ticked[-1]
        parts.append(f'<circle class="mark" cx="{across}" cy="{up}" r="4"/>')
        side, shift = ("end", -6) if float(across) > x + _SIDE / 2 else ("start", 6)
        label = f'<text x="{float(across) + shift:.1f}" y="{float(up) - 9:.1f}" text-anchor="{side}">'
        parts.append(f"{label}threshold {threshold} %</text>")
    elif threshold == NO_THRESHOLD:
        parts.append(f'<text x="{x + _SIDE - 6}" y="{_TOP + 14}" text-anchor="end">threshold: none</text>')
    return parts


def _at(left: int, share: float) -> str:
    return f"{left + _SIDE * share:.1f}"


def _up(share: float) -> str:
    return f"{_TOP + _SIDE * (1 - share):.1f}"


def _frame(left: int, head: str, across: str, upward: str, top: str) -> list[str]:
    """Return the box of one diagram with its heading, the names of its axes and their ends."""
    bottom, middle, centre = _TOP + _SIDE, left + _SIDE // 2, _TOP + _SIDE // 2
    turned = f'transform="rotate(-90 {left - 28} {centre})"'
    return [
        f'<text class="head" x="{left}" y="{_TOP - 10}">{head}</text>',
        f'<rect class="axis" x="{left}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}"/>',
        f'<text x="{left}" y="{bottom + 15}" text-anchor="middle">0</text>',
        f'<text x="{left + _SIDE}" y="{bottom + 15}" text-anchor="middle">100</text>',
        f'<text x="{middle}" y="{bottom + 32}" text-anchor="middle">{across}</text>',
        f'<text x="{left - 5}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{left - 5}" y="{_TOP + 9}" text-anchor="end">{top}</text>',
        f'<text x="{left - 28}" y="{centre}" text-anchor="middle" {turned}>{upward}</text>',
    ]
