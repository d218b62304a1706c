"""Progress on stderr: a live view in a terminal, plain lines elsewhere, nothing when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from juried.events import Event, Listener
from juried.prices import dollars

if TYPE_CHECKING:
    from rich.table import Table

_QUIET_IN_PLAIN = ("call", "vote", "verdict", "node_left")


@dataclass
class Totals:
    """What a run has done so far."""

    node: str = ""
    detail: str = ""
    works: int = 0
    claims: int = 0
    votes: int = 0
    verdicts: int = 0
    tokens: int = 0
    cost_nanos: int = 0

    def take(self, event: Event) -> None:
        """Add one event."""
        self.node = event.node
        self.detail = event.detail or self.detail
        self.works = event.works if event.works is not None else self.works
        self.claims += (event.claims or 0) if event.node == "extract_claims" else 0
        self.votes += event.kind == "vote"
        self.verdicts += event.kind == "verdict"
        self.tokens += event.prompt_tokens + event.completion_tokens
        self.cost_nanos += event.cost_nanos


@contextmanager
def open_progress(kind: str, screen: TextIO) -> Iterator[Listener]:
    """Open a view: `auto` is live in a terminal and plain elsewhere; gives the function to tell of events."""
    live = kind == "live" or (kind == "auto" and screen.isatty())
    if kind == "none":
        yield lambda event: None
    elif not live:
        yield _plain(screen)
    else:
        with _live(screen) as listener:
            yield listener


def _plain(screen: TextIO) -> Listener:
    def tell(event: Event) -> None:
        if event.kind not in _QUIET_IN_PLAIN:
            parts = [event.node, event.concerns, event.detail]
            # Whoever read the progress may have gone; the run goes on without telling.
            with suppress(OSError):
                print("  ".join(part for part in parts if part), file=screen, flush=True)

    return tell


@contextmanager
def _live(screen: TextIO) -> Iterator[Listener]:
    from rich.console import Console
    from rich.live import Live

    totals = Totals()
    with Live(_view(totals), console=Console(file=screen), refresh_per_second=8, transient=True) as view:

        def tell(event: Event) -> None:
            totals.take(event)
            view.update(_view(totals))

        yield tell


def _view(totals: Totals) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("node", totals.node)
    table.add_row("", escape(totals.detail[:100]))
    table.add_row("works", str(totals.works))
    table.add_row("claims", f"{totals.claims} extracted, {totals.verdicts} judged")
    table.add_row("tokens", f"{totals.tokens:,}")
    if totals.cost_nanos:
        table.add_row("cost", dollars(totals.cost_nanos))
    return table
