"""Reading the Markdown report as tokens, for the page and the print that are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token


class _Reader(MarkdownIt):
    """CommonMark with tables; raw HTML and images are text."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.enable("table").disable(["image", "html_block", "html_inline"])

    def validateLink(self, url: str) -> bool:
        try:
            return url.startswith("#") or urlsplit(url).scheme in ("http", "https")
        except ValueError:
            return False


def read_markdown(text: str) -> list[Token]:
    """Return the tokens of a report; a link that leads elsewhere than to http(s) or within the report is text."""
    return _Reader().parse(text)


def html_of(tokens: Sequence[Token]) -> str:
    """Return the HTML of tokens, with all their text escaped."""
    reader = _Reader()
    return str(reader.renderer.render(tokens, reader.options, {}))
